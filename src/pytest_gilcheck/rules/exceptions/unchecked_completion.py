"""GIL204 unchecked-completion."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.rule import Page
from pytest_gilcheck.rules.exceptions.examples import unchecked_completion as examples
from pytest_gilcheck.rules.exceptions.gathered import gathered, waiting_around
from pytest_gilcheck.rules.exceptions.outcomes import (
    is_asked_elsewhere,
    is_asked_in_earnest,
    is_cleaning_up,
    shortened,
    started,
    waits,
)
from pytest_gilcheck.rules.exceptions.races import lost_winner, only_waits
from pytest_gilcheck.source.calls import argument, last_name
from pytest_gilcheck.source.expected_failures import is_expected_to_raise
from pytest_gilcheck.source.handling import lets_nothing_out, raises_by_itself
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.origins import elements_of
from pytest_gilcheck.source.rule import SourceRule, Suspicion
from pytest_gilcheck.source.usage import uses_of, uses_of_variable
from pytest_gilcheck.source.uses import Use, UseKind
from pytest_gilcheck.source.values import External

# What waits -> how many containers are around a future in what it returns.
_WAITING = {"concurrent.futures.wait": 2, "concurrent.futures.as_completed": 1, "asyncio.wait": 2, "asyncio.as_completed": 1}


class UncheckedCompletion(SourceRule):
    """Somebody waits until the work is done, and never asks how it ended."""

    code = "GIL204"
    name = "unchecked-completion"
    fails_from = Evidence.SUSPECTED
    page = Page(
        what="""\
Futures are waited for and never asked for their result or exception. This is about a loop over `as_completed`, about `wait` whose futures
nobody reads afterwards (in `concurrent.futures` and in `asyncio`), about a race (`FIRST_COMPLETED`) that never asks the task that ended
first, and about `asyncio.gather(…, return_exceptions=True)` whose result is thrown away, never looked at, or read without the exceptions
in it.""",
        why="""\
Waiting raises nothing. `as_completed` and `wait` tell that a future has ended, not how: an exception is kept in it until `result()` or
`exception()` is called. `gather(return_exceptions=True)` turns exceptions into list items; a list that nobody reads swallows them all. The
loop counts up to 100 %, and every single task may have failed.""",
        instead="""\
Call `future.result()` in the loop, inside a `try` if the others should go on. With `wait`, go through the futures that are done and ask
each. With `gather`, leave `return_exceptions` out, or test each item: `isinstance(item, BaseException)`.""",
        observed="""\
While tests run: a future that ended with an exception which nobody asked for when the test ended or the future died.""",
        limits="""\
`wait(futures)` alone, whose futures nobody reads, is reported here, at the wait; futures that nobody even waits for are GIL201, so no
future is reported twice. `return_when=FIRST_EXCEPTION` is waiting too. Futures that come from outside, such as a parameter of a function
whose callers are not known, are a warning, since somebody else may ask them, and so is `asyncio.wait`: asyncio says "exception was never
retrieved" at some later time; it is said of stopping things, too, where the coroutines are made in the call, so that nobody else has
them. A `gather` that cleans up (of tasks that were cancelled, in a function such as `close`, of calls such as `stop()`) is not flagged,
nor is one with a comment that says that failing is fine. Whether a list of results is tested in the right way is not judged, unless all
that is taken of it are the items that are no exceptions: reading it is enough. A test that asserts which tasks are done is about
waiting; that none is pending says nothing of failures. In a race, tasks that only wait (`event.wait()`, `queue.get()`) need no asking.""",
        references=(
            "[concurrent.futures.wait](https://docs.python.org/3/library/concurrent.futures.html#concurrent.futures.wait)",
            "[asyncio.gather](https://docs.python.org/3/library/asyncio-task.html#asyncio.gather): `return_exceptions`",
        ),
    )
    bad = examples.BAD
    good = examples.GOOD

    def check(self, module: Module) -> Iterator[Suspicion]:
        traced: set[ast.AST] = set()  # waits of which we know what they wait for
        for start in started(module, "submit", "run_in_executor", "run_coroutine_threadsafe"):
            uses = uses_of(start.call, module)
            waiting = [use for use in waits(uses) if use.module is module]
            fresh = [use.node for use in waiting if use.node not in traced]
            traced.update(fresh)
            given_up = any(use.kind is UseKind.METHOD and use.name == "cancel" for use in uses)
            if is_asked_in_earnest(use for use in uses if use.name != "cancel") or not start.may_fail():
                continue
            for node in fresh:
                assert isinstance(node, ast.Call), "only calls wait"
                name = waiting[0].name
                level = Level.WARNING if given_up else _level(name)
                yield Suspicion(node, _waited(node, f"{start.text} (line {start.call.lineno})", name), _advice(node, name, module), level)
        for call, name in _waits_in(module):
            if call not in traced:
                yield from _untraced(call, name, module)
        for call in (*module.calls_to("gather"), *module.calls_renamed("gather")):
            yield from gathered(call, module)


def _waits_in(module: Module) -> Iterator[tuple[ast.Call, str]]:
    for call in (*module.calls_to("wait", "as_completed"), *module.calls_renamed("wait", "as_completed")):
        for value in module.project.values(call.func, module):
            if isinstance(value, External) and value.name in _WAITING:
                yield call, value.name
                break


def _untraced(call: ast.Call, name: str, module: Module) -> Iterator[Suspicion]:
    """A wait for tasks, or for futures of which no start is known."""
    futures = argument(call, 0, "fs")
    waiting = waiting_around(call, module) if name == "asyncio.wait" else None
    uses = uses_of(waiting or call, module, depth=_WAITING[name])
    if futures is not None and name == "asyncio.wait" and _is_race(call) and (lost := lost_winner(call, futures, module)) is not None:
        yield Suspicion(call, _raced(call, lost), _RACED, Level.WARNING)
        return
    asked = uses if _is_race(call) else [use for use in uses if use.name != "cancel"]
    if futures is None or is_expected_to_raise(call, module) or is_asked_in_earnest(asked) or _is_asserted(call, uses):
        return
    origins = elements_of(futures, module)
    if name == "asyncio.wait" and not _is_race(call) and _is_for_nobody_else(futures, uses, module):
        yield Suspicion(call, _waited(call, f"`{shortened(futures)}`", name), _advice(call, name, module), Level.WARNING)
        return
    if origins.unknown or is_asked_elsewhere(futures, module, call, cancelled=_is_race(call)) or is_cleaning_up(call, module):
        return
    if any(not isinstance(part, ast.Call | ast.Name) for part in origins.made):
        return  # futures in attributes of objects: who has the object may ask them
    if any(_is_settled(part, module) for part in origins.made):
        return
    if origins.made and all(_only_waits(part) or only_waits(part, module) or _is_of_others(part, module) for part in origins.made):
        return
    given = origins.parameter or any(isinstance(part, ast.Name) and _is_parameter(part, module) for part in origins.made)
    if given or not origins.made:
        function = module.function_around(call)
        if function is None or module.project.callers(function):
            return
    level = None if name == "asyncio.as_completed" and not given else Level.WARNING
    yield Suspicion(call, _waited(call, f"`{shortened(futures)}`", name), _advice(call, name, module), level)


def _is_for_nobody_else(futures: ast.expr, uses: Sequence[Use], module: Module) -> bool:
    """Whether the work is started in the argument of an `asyncio.wait` whose answer is thrown away, so that no other code has it.

    That is so for coroutines, and for what a function of the project has just collected.
    """
    if any(use.kind is not UseKind.DROPPED for use in uses):
        return False
    inner = futures.value if isinstance(futures, ast.Await) else futures
    match inner:
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
            made: Sequence[ast.expr] = (inner.elt,)
        case ast.List() | ast.Set() | ast.Tuple():
            made = inner.elts
        case ast.Call():
            return isinstance(futures, ast.Await) and _gives_what_it_starts(inner, module)
        case ast.Name() if (value := _only_waited_for(inner, module)) is not None:
            return _is_for_nobody_else(value, uses, module)
        case _:
            return False
    return bool(made) and all(isinstance(part, ast.Call) and _is_started_here(part, module) for part in made)


def _only_waited_for(name: ast.Name, module: Module) -> ast.expr | None:
    """What a local variable holds of which nothing is asked but whether there is anything: `if tasks: await wait(tasks)`."""
    owner = module.scope_at(name).owner(name.id)
    bound = module.bindings(owner, name.id) if owner is not None and owner.parent is not None else []
    if len(bound) != 1 or bound[0].kind != "assign" or not isinstance(bound[0].value, ast.ListComp | ast.SetComp):
        return None
    uses = uses_of_variable(name, module, depth=1)
    waited = {use.node for use in uses if use.kind is UseKind.PASSED and use.name == "asyncio.wait"}
    quiet = all(use.node in waited or use.kind in (UseKind.LOOKED_AT, UseKind.BOUND, UseKind.DROPPED) for use in uses)
    return bound[0].value if quiet and len(waited) == 1 else None


def _is_started_here(part: ast.Call, module: Module) -> bool:
    """Whether it is a task made of a coroutine's call, or such a call itself."""
    if last_name(part) not in ("create_task", "ensure_future"):
        return _is_coroutine(part, module)
    work = part.args[0] if part.args else None
    functions = list(module.project.functions_called(work, module)) if isinstance(work, ast.Call) else []
    return isinstance(work, ast.Call) and not _only_waits(work) and not (functions and all(map(lets_nothing_out, functions)))


def _is_coroutine(call: ast.Call, module: Module) -> bool:
    functions = list(module.project.functions_called(call, module))
    if not functions or not all(function.is_async for function in functions) or _only_waits(call):
        return False
    return not all(lets_nothing_out(function) for function in functions)


def _gives_what_it_starts(call: ast.Call, module: Module) -> bool:
    """Whether the function returns a list that it has filled itself."""
    functions = list(module.project.functions_called(call, module))
    results = [(result.value, function.module) for function in functions for result in function.scope.results]
    return bool(results) and all(isinstance(value, ast.ListComp) and isinstance(value.elt, ast.Call | ast.Await) for value, _ in results)


def _is_parameter(name: ast.Name, module: Module) -> bool:
    owner = module.scope_at(name).owner(name.id)
    return owner is not None and any(binding.kind == "parameter" for binding in module.bindings(owner, name.id))


def _is_race(call: ast.Call) -> bool:
    """Whether it waits for the first of several, and the others are given up."""
    return any(keyword.arg == "return_when" and last_name(keyword.value) == "FIRST_COMPLETED" for keyword in call.keywords)


def _only_waits(task: ast.expr) -> bool:
    """`create_task(event.wait())`, `queue.get()`: waiting for any of several events."""
    while isinstance(task, ast.Call) and task.args and isinstance(task.args[0], ast.Call):
        task = task.args[0]
    return isinstance(task, ast.Call) and last_name(task).lstrip("_") in ("wait", "sleep", "join", "get", "wait_closed", "create_future")


def _is_of_others(part: ast.expr, module: Module) -> bool:
    """`waiter = wrap_future(ticket)`: whoever gave the ticket to this function has it, too."""
    owner = module.scope_at(part).owner(part.id) if isinstance(part, ast.Name) else None
    values = [binding.value for binding in module.bindings(owner, last_name(part))] if owner is not None else [part]
    return bool(values) and all(
        isinstance(value, ast.Call) and last_name(value) == "wrap_future" and value.args and not isinstance(value.args[0], ast.Call)
        for value in values
    )


def _is_settled(part: ast.expr, module: Module) -> bool:
    """Whether no exception of the task is news: it gathers them, or is there to fail in a test."""
    if not isinstance(part, ast.Call):
        return False
    if last_name(part) == "gather":
        return any(keyword.arg == "return_exceptions" for keyword in part.keywords)
    work = part.args[0] if last_name(part) in ("create_task", "ensure_future") and part.args else part
    functions = module.project.functions_called(work, module) if module.is_test and isinstance(work, ast.Call) else ()
    return any(function.module.is_test and raises_by_itself(function) for function in functions)


def _is_asserted(call: ast.Call, uses: Iterable[Use]) -> bool:
    """Whether a test asserts something about which futures are done; it is about waiting then.

    That none is pending is no such thing: a test asserts that where it wants the work done.
    """
    found = [(use, above) for use in uses for above in (use.node, *use.module.ancestors(use.node)) if isinstance(above, ast.Assert)]
    return bool(found) and not all(_asserts_none_pending(claim, call, use.module) for use, claim in found)


def _asserts_none_pending(claim: ast.Assert, call: ast.Call, module: Module) -> bool:
    """`assert not pending` after `_, pending = await wait(tasks)`, which waits for all."""
    statement = module.statement_of(call)
    sets = statement.targets[0] if isinstance(statement, ast.Assign) else None
    test = claim.test
    return (
        not any(keyword.arg == "return_when" for keyword in call.keywords)
        and isinstance(sets, ast.Tuple)
        and len(sets.elts) == 2
        and isinstance(test, ast.UnaryOp)
        and isinstance(test.op, ast.Not)
        and isinstance(test.operand, ast.Name)
        and ast.unparse(sets.elts[1]) == test.operand.id
    )


_RACED = "Ask each task in the first of the sets that `wait` gives: `for task in done: task.result()`."


def _raced(call: ast.Call, lost: str) -> str:
    return (
        f"`{ast.unparse(call.func)}` returns when the first task has ended. If that is `{lost}`, nobody asks how: its exception is only "
        "logged, some time later."
    )


def _level(name: str) -> Level | None:
    return Level.WARNING if name == "asyncio.wait" else None


def _waited(call: ast.Call, what: str, name: str) -> str:
    how = ast.unparse(call.func)
    return (
        f"`{how}` waits for {what} and raises none of its exceptions. Nothing here or later asks the futures for a result, "
        f"so an exception is {'only logged, some time later' if name.startswith('asyncio.') else 'lost'}."
    )


def _advice(call: ast.Call, name: str, module: Module) -> str:
    if name.endswith("as_completed"):
        ask = "`await` each" if name.startswith("asyncio") else "call `result()` on each future"
        return f"In the loop, {ask}, inside a `try` if one failure must not stop the others."
    wait = f"{'await ' if isinstance(module.parent(call), ast.Await) else ''}{ast.unparse(call.func)}(…)"
    return f"Look into what it returns: `done, _ = {wait}`, then call `result()` on each of `done`."
