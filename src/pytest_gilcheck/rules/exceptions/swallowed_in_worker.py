"""GIL203: a worker that catches everything and says nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.rule import Page
from pytest_gilcheck.rules.exceptions.examples.swallowed_in_worker import BAD, GOOD
from pytest_gilcheck.rules.exceptions.silence import (
    Silence,
    is_announced,
    is_argued,
    is_harmless,
    is_plain,
    is_tidying,
    is_told_later,
    silence_of,
)
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.handling import catches_everything
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.rule import SourceRule, Suspicion
from pytest_gilcheck.source.starts import WorkerKind, WorkerStart
from pytest_gilcheck.source.values import External
from pytest_gilcheck.source.workers import Reach

_MAX_CHAIN = 3  # functions from the worker to the handler; further down it is one detail of many
# `asyncio.run(main())` gives the error back where it stands; a callback has nobody to give it to.
_NO_WORKERS = frozenset({"run", "run_until_complete", "wait_for", "shield", "add_done_callback", "start"})
_ASIDE = frozenset(
    {
        "get", "get_nowait", "put", "put_nowait", "task_done", "is_set", "set", "clear", "wait", "sleep", "append", "add", "pop", "popleft",
        "len", "range", "print", "time", "monotonic", "perf_counter", "debug", "info", "warning", "error", "exception", "isinstance", "str",
        "int", "list", "join", "start", "getpid", "get_ident", "current_thread", "super", "empty", "qsize", "acquire", "release", "close",
        "enumerate", "iter", "next", "format", "encode", "decode", "strip", "split", "lower", "upper",
    }
)  # fmt: skip
_ALSO_WORK = frozenset({"get", "put", "add", "set", "start", "wait", "pop", "clear"})
_HALF = 0.5


class SwallowedInWorker(SourceRule):
    """A handler in a worker catches every exception and tells nobody."""

    code = "GIL203"
    name = "swallowed-in-worker"
    fails_from = Evidence.SUSPECTED
    equals = ("S110", "S112", "BLE001", "E722", "W0702", "W0703", "W0718", "B001", "SIM105")
    page = Page(
        what="""Flags `except:`, `except Exception:` and `except BaseException:` (also in a tuple) in functions that run in a thread, a
process, an interpreter or a task, when the handler does nothing with the error: it passes, continues, or returns nothing.
`contextlib.suppress(Exception)` around the work is the same.

It is a warning when something shows that there was a failure but not which (an empty result, a text that is printed without the error, a
pause before the next try, a `rollback`, a line in the log that doesn't say what went wrong), when the `try` holds only a small part of
what the worker does, and in functions that the worker calls.""",
        why="""An exception in a worker has two ways to the one who waits: the future that keeps it, or the hook that prints it. The
handler cuts off both. The pool reports success, the test passes, and the missing rows are noticed a month later, without a
traceback. It also hides mistakes nobody thought of, such as a name that doesn't exist.""",
        instead="""Let the exception go: the future keeps it and `result()` raises it where somebody waits. A worker that has to go on tells
it first, with `logger.exception(…)` or on the queue of results, and names the exceptions that it expects.""",
        observed="""Not yet observed at run time: the finding rests on the source alone.""",
        limits="""Silent about handlers that use the error, set a variable, log at level `error`, or call anything but `close`, `rollback`
and the like; about a comment in the handler that gives the reason; about tidying up (`close`, `unlink`, `terminate` and the like, in a
`finally`, in a function named so); about loops that try again and tell in the end; about narrow exceptions such as `queue.Empty`. Only
functions that are seen to run in a worker count.""",
        references=(
            "https://docs.python.org/3/library/concurrent.futures.html#concurrent.futures.Future.result",
            "https://docs.python.org/3/library/threading.html#threading.excepthook",
            "https://codeql.github.com/codeql-query-help/python/py-empty-except/",
        ),
    )
    bad = BAD
    good = GOOD

    def check(self, module: Module) -> Iterator[Suspicion]:
        for handler in module.nodes(ast.ExceptHandler):
            if catches_everything(handler) and (silence := silence_of(handler, module)) is not Silence.NONE:
                yield from _handler(handler, silence, module)
        for call in module.calls_to(*sorted(_suppress_names(module) & module.called_names)):
            statement = _suppressing(call, module)
            if statement is not None:
                yield from _suppression(statement, call, module)


def _handler(handler: ast.ExceptHandler, silence: Silence, module: Module) -> Iterator[Suspicion]:
    statement = module.parent(handler)
    assert isinstance(statement, ast.Try | ast.TryStar), "handlers stand in try statements only"
    last = handler.body[-1]
    if is_argued(handler.lineno, last.end_lineno or last.lineno, module) or is_told_later(statement, module):
        return
    names = f"`except {ast.unparse(handler.type)}`" if handler.type is not None else "the bare `except`"
    yield from _report(handler, statement, statement.body, names, silence, module)


def _suppression(statement: ast.With, call: ast.Call, module: Module) -> Iterator[Suspicion]:
    if not is_argued(statement.lineno, statement.body[0].lineno - 1, module):
        yield from _report(statement, statement, statement.body, f"`{ast.unparse(call)}`", Silence.FULL, module)


def _report(
    node: ast.AST, statement: ast.stmt, body: Sequence[ast.stmt], names: str, silence: Silence, module: Module
) -> Iterator[Suspicion]:
    function = module.function_around(statement)
    if function is None or is_harmless(body) or is_tidying(statement, module) or is_announced(statement, body, module):
        return
    reach = _reach(function, module)
    share = _share(body, function)
    if reach is None or (share < 1 and is_plain(body, module)):
        return
    way = min((_share([call], caller) for call, caller in zip(reach.calls, reach.chain, strict=False)), default=1.0)
    if len(reach.chain) > 1 and min(share, way) < _HALF:
        return
    weak = silence is not Silence.FULL or share < _HALF or way < 1
    logged = silence is Silence.LOGGED
    told = f"{names} logs that something failed, without the error" if logged else f"{names} drops whatever goes wrong there"
    consequence = "nobody can tell what went wrong, and where" if logged else _consequence(reach.start)
    yield Suspicion(
        node=node,
        message=f"`{function.qualname}` runs in {_where(reach)}, and {told}: {consequence}.",
        advice="Log it with its traceback: `logger.exception(…)`, or `exc_info=True`." if logged else _advice(reach.start, names),
        level=Level.WARNING if weak else None,
        seen=(f"{reach.start.place} starts it: {reach.describe()}",),
    )


def _reach(function: Function, module: Module) -> Reach | None:
    """The shortest way from a start to the function that counts here."""
    ways = [*module.project.workers.reaching(function), *module.project.relays.reaching(function), *_wrapped(function, module)]
    near = [way for way in ways if len(way.chain) <= _MAX_CHAIN and way.start.how not in _NO_WORKERS]
    return min(near, key=lambda way: len(way.chain), default=None)


def _wrapped(function: Function, module: Module) -> Iterator[Reach]:
    """Ways to the workers that the function is wrapped around, if a decorator makes it."""
    makers = []
    scope = function.scope.parent
    while scope is not None and isinstance(scope.node, ast.FunctionDef):
        makers.append(module.function_at(scope.node))
        scope = scope.parent
    if not any(
        isinstance(result.value, ast.Name) and result.value.id == function.name for maker in makers for result in maker.scope.results
    ):
        return
    names = {maker.name for maker in makers}
    for other in module.project.modules:
        for decorated in other.functions:
            for decorator in decorated.decorators:
                made_by = decorator.func if isinstance(decorator, ast.Call) else decorator
                if last_name(made_by) in names and any(value in makers for value in module.project.values(made_by, other)):
                    for way in module.project.workers.reaching(decorated):
                        yield Reach(way.start, (*way.chain, function), way.locks, way.calls)


def _share(body: Sequence[ast.AST], function: Function) -> float:
    """How much of what the function calls stands in the body, from 0 to 1; fetching, waiting and counting aside."""
    inside = {id(node) for statement in body for node in ast.walk(statement) if isinstance(node, ast.Call)}
    work = [call for call in function.calls if not _is_aside(call, function.module)]
    return sum(id(call) in inside for call in work) / len(work) if work else 1.0


def _is_aside(call: ast.Call, module: Module) -> bool:
    if last_name(call) in _ALSO_WORK and any(isinstance(value, External) for value in module.project.values(call.func, module)):
        return False  # `requests.get(url)` is no queue's `get`
    return last_name(call) in _ASIDE


def _where(reach: Reach) -> str:
    start = reach.start
    way = ""
    if len(reach.chain) > len(reach.calls) + 1:
        way = f", around `{reach.chain[-2].qualname}`"
    elif len(reach.chain) > 1:
        way = f", called by `{reach.chain[-2].qualname}`"
    return f"{_place(start)} (`{start.how}`, {_short(start, reach.chain[-1].module)}){way}"


def _place(start: WorkerStart) -> str:
    if start.pool is not None:
        return {WorkerKind.PROCESS: "a process pool", WorkerKind.INTERPRETER: "an interpreter pool"}.get(start.kind, "a thread pool")
    return {WorkerKind.PROCESS: "a process", WorkerKind.INTERPRETER: "an interpreter", WorkerKind.TASK: "a task"}.get(
        start.kind, "a thread"
    )


def _short(start: WorkerStart, module: Module) -> str:
    return f"line {start.line}" if start.module is module else start.place


def _gives_future(start: WorkerStart) -> bool:
    return start.pool is not None or start.kind is WorkerKind.TASK or start.how in ("to_thread", "run_in_executor", "run_sync")


def _consequence(start: WorkerStart) -> str:
    if _gives_future(start):
        return "the task ends well, and whoever asks for its result takes the failure for success"
    if start.kind is WorkerKind.PROCESS:
        return "the process goes on or ends with exit code 0, as if nothing had happened"
    return "the thread goes on or ends as if nothing had happened, and nobody learns of it"


def _advice(start: WorkerStart, names: str) -> str:
    if _gives_future(start):
        return f"Leave out {names}, so that the future keeps the error and `result()` raises it; or name the exceptions you expect."
    return f"Instead of {names}, name the exceptions you expect, and log all others with `logger.exception(…)`."


def _suppress_names(module: Module) -> set[str]:
    renamed = {a.asname for s in module.nodes(ast.ImportFrom) for a in s.names if a.name == "suppress" and a.asname}
    return {"suppress", *renamed}


def _suppressing(call: ast.Call, module: Module) -> ast.With | None:
    """The `with` statement that the call of suppress(Exception) heads."""
    item = module.parent(call)
    statement = module.parent(item) if isinstance(item, ast.withitem) else None
    if not isinstance(statement, ast.With) or not any(last_name(arg) in ("Exception", "BaseException") for arg in call.args):
        return None
    known = any(isinstance(v, External) and v.name == "contextlib.suppress" for v in module.project.values(call.func, module))
    return statement if known else None
