"""GIL503: a task that waits for another task of the pool it runs in."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.rule import Page
from pytest_gilcheck.rules.pools.examples.pool_waits_for_itself import BAD, GOOD
from pytest_gilcheck.rules.pools.same_pool import is_same_pool, is_unbounded, workers_of
from pytest_gilcheck.source import known
from pytest_gilcheck.source.calls import argument
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.rule import SourceRule, Suspicion
from pytest_gilcheck.source.starts import WorkerKind
from pytest_gilcheck.source.usage import uses_of
from pytest_gilcheck.source.uses import Use, UseKind
from pytest_gilcheck.source.workers import Reach

_SUBMISSIONS = (
    "submit", "map", "apply", "apply_async", "map_async", "imap", "imap_unordered", "starmap", "starmap_async",
)  # fmt: skip
_BLOCKING = frozenset({"apply", "map", "starmap"})  # methods of multiprocessing's pools that wait by themselves
_ITERATORS = frozenset({"map", "imap", "imap_unordered"})
_ASKS = frozenset({"result", "exception", "get", "wait", "next", "__next__"})
_POLLS = frozenset({"done", "ready", "running"})
_WAITS = frozenset({"concurrent.futures.wait", "concurrent.futures.as_completed"})
_LOOKS = frozenset(
    {"builtins.print", "builtins.iter", "builtins.isinstance", "builtins.id", "builtins.repr", "builtins.enumerate", "builtins.zip"}
)


@dataclass(frozen=True, slots=True)
class _Wait:
    """Where a task waits, and whether it gives up after a time."""

    node: ast.AST
    module: Module
    timed: bool


class PoolWaitsForItself(SourceRule):
    """A task that holds a worker of a pool while it waits for another task of that pool."""

    code = "GIL503"
    name = "pool-waits-for-itself"
    fails_from = Evidence.SUSPECTED
    page = Page(
        what="""\
Flags a submission to a thread pool by a function that runs in that very pool, if the function waits for it: `submit(…).result()`,
`list(pool.map(…))`, `wait`, `as_completed`, `apply_async(…).get()`. The pool is followed through globals, attributes, closures,
parameters and helper functions, and through recursion.""",
        why="""\
A task that waits keeps its worker. When as many tasks wait as the pool has workers, nobody is left to run what they wait for: all stand
still for ever, without an exception. With little to do it works; it hangs on the day when there are more tasks than workers.""",
        instead="""\
Call the function directly instead of submitting it; or return the futures and let the caller, who is no task of the pool, wait for them;
or give the inner tasks a pool of their own. A recursive walk can keep a list of work in the caller and submit from there.""",
        observed="""\
Not yet observed at run time: the finding rests on the source alone.""",
        limits="""\
A warning where a single task waits and the pool has more than one worker, where the wait has a timeout, and where only an annotation
says that it is an executor. Process pools are left alone: a child can't reach its parent's pool. Pools without a bound, `await`,
callbacks, and waiting by the thread that submitted the outer task are fine.""",
        references=(
            "https://docs.python.org/3/library/concurrent.futures.html#threadpoolexecutor (deadlocks)",
            "https://docs.python.org/3/library/concurrent.futures.html#concurrent.futures.Future.result",
        ),
    )
    bad = BAD
    good = GOOD

    def check(self, module: Module) -> Iterator[Suspicion]:
        names = [name for name in _SUBMISSIONS if name in module.called_names]
        for call in (*module.calls_to(*names), *module.calls_renamed(*_SUBMISSIONS)):
            function = module.function_around(call)
            if function is None or function.is_async:
                continue
            reaches = [r for r in module.project.workers.reaching(function, WorkerKind.THREAD) if r.start.pool_node is not None]
            if reaches and (suspicion := _judge(call, function, reaches, module)) is not None:
                yield suspicion


def _judge(call: ast.Call, function: Function, reaches: list[Reach], module: Module) -> Suspicion | None:
    method = _method(call, module)
    if method is None:
        return None
    mine = [reach for reach in reaches if is_same_pool(method.value, module, reach)]
    pool, home = (mine[0].start.pool_node, mine[0].start.module) if mine else (None, module)
    if pool is None or is_unbounded(pool, home):
        return None
    wait = _wait_of(call, method.attr, function, mine, is_mp=_is_pool(pool, home, known.MP_POOL))
    if wait is None:
        return None
    sure = _is_pool(pool, home, known.THREAD_EXECUTOR, known.THREAD_POOL)
    if not sure and _is_pool(pool, home, known.PROCESS_EXECUTOR):
        return None
    reach = next((r for r in mine if _may_fill(r, call, pool, home)), None)
    level = None if reach is not None and sure and not wait.timed else Level.WARNING
    return _suspicion(call, wait, reach or mine[0], level, module)


def _method(call: ast.Call, module: Module) -> ast.Attribute | None:
    """`pool.submit` of a call, also where it goes by another name."""
    method: ast.expr | None = call.func
    if isinstance(method, ast.Name):  # `submit = pool.submit`
        owner = module.scope_at(method).owner(method.id)
        bound = [b.value for b in module.bindings(owner, method.id)] if owner is not None else []
        method = bound[0] if len(bound) == 1 else None
    return method if isinstance(method, ast.Attribute) and method.attr in _SUBMISSIONS else None


def _is_pool(pool: ast.expr, module: Module, *names: str) -> bool:
    return any(module.project.inference.is_a(value, *names) for value in module.project.values(pool, module))


def _may_fill(reach: Reach, call: ast.Call, pool: ast.expr, home: Module) -> bool:
    """Whether as many of the waiting tasks may run at once as the pool has workers."""
    start, module = reach.start, reach.chain[-1].module
    if start.many or workers_of(pool, home) == 1 or start.node is call:
        return True
    target = argument(call, 0, "fn") or argument(call, 0, "func")
    functions = [f for value in module.project.values(target, module) for f in module.project.functions_of(value)] if target else []
    if any(function in reach.chain for function in functions):
        return True  # recursion: each level holds one more
    starter = start.module.function_around(start.node)
    return starter is not None and any(home.loop_around(caller) is not None for caller, home in start.module.project.callers(starter))


# Waiting


def _wait_of(call: ast.Call, method: str, function: Function, reaches: list[Reach], *, is_mp: bool) -> _Wait | None:
    module = function.module
    if is_mp and method in _BLOCKING:
        return _Wait(call, module, timed=False)
    starts = {id(reach.start) for reach in reaches}
    return _first_wait(list(uses_of(call, module)), method, function, starts, set())


def _first_wait(uses: list[Use], method: str, function: Function, starts: set[int], seen: set[ast.Call]) -> _Wait | None:
    for use in uses:
        if _waits(use, method) and _is_in_worker(use, starts):
            return _Wait(use.node, use.module, _is_timed(use))
    project = function.module.project
    if not any(use.kind is UseKind.RETURNED and use.module.function_around(use.node) is function for use in uses):
        return None
    for caller, home in project.callers(function):
        around = home.function_around(caller)
        if around is None or around is function or caller in seen or around.is_async:
            continue
        seen.add(caller)
        # What is returned may be the future, or a list of them.
        further = [use for depth in (0, 1) for use in uses_of(caller, home, depth=depth) if depth or use.kind is not UseKind.ITERATED]
        if (found := _first_wait(further, method, around, starts, seen)) is not None:
            return found
    return None


def _waits(use: Use, method: str) -> bool:
    iterates = method in _ITERATORS
    match use.kind:
        case UseKind.METHOD if use.name in _POLLS:
            return any(
                isinstance(above, ast.While) and use.module.is_within(use.node, above.test) for above in use.module.ancestors(use.node)
            )
        case UseKind.METHOD:
            return use.name in _ASKS and isinstance(use.node, ast.Call)
        case UseKind.ITERATED:
            return iterates
        case UseKind.PASSED if iterates:
            return (use.name.startswith("builtins.") and use.name not in _LOOKS) or use.name in (
                "join",
                "extend",
                "update",
                "collections.deque",
            )
        case UseKind.PASSED:
            return use.name in _WAITS
        case _:
            return False


def _is_in_worker(use: Use, starts: set[int]) -> bool:
    """Whether the place where somebody waits is run by the worker itself, not by whoever started it."""
    function = use.module.function_around(use.node)
    return function is not None and any(id(reach.start) in starts for reach in use.module.project.workers.reaching(function))


def _is_timed(use: Use) -> bool:
    """Whether the wait gives up after a time."""
    if not isinstance(use.node, ast.Call):
        return False
    timeout = argument(use.node, 0 if use.kind is UseKind.METHOD else 1, "timeout")
    return timeout is not None and not (isinstance(timeout, ast.Constant) and timeout.value is None)


def _suspicion(call: ast.Call, wait: _Wait, reach: Reach, level: Level | None, module: Module) -> Suspicion:
    start, task = reach.start, reach.chain[0].qualname
    target = argument(call, 0, "fn") or argument(call, 0, "func")
    known_here = isinstance(target, ast.Attribute) or (isinstance(target, ast.Name) and target.id not in reach.chain[-1].parameters)
    inner = f"`{ast.unparse(target)}`" if target is not None and known_here else "the inner task"
    where = f"line {start.line}" if start.module is module else start.place
    line = getattr(wait.node, "lineno", call.lineno)
    at = (
        "here"
        if line == call.lineno and wait.module is module
        else f"in line {line}"
        if wait.module is module
        else f"in {wait.module.path}:{line}"
    )
    via = f", called by `{task}`," if len(reach.chain) > 1 else ""
    message = (
        f"`{reach.chain[-1].qualname}`{via} runs in this pool itself ({start.how} in {where}) and waits {at} for {inner}: "
        "when every worker waits like this, none is left to do the work, and the program stands still."
    )
    advice = f"Call {inner} directly, let whoever started `{task}` wait for it, or give {inner} a pool of its own."
    return Suspicion(call, message, advice, level, (f"{start.place} starts {task} ({start.how})",))
