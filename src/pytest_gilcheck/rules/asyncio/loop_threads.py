"""Which threads run an event loop themselves, and which code knows in which thread it is."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.values import External, Instance
from pytest_gilcheck.source.workers import Reach

_RUNS_LOOP = frozenset({"run_forever", "run_until_complete", "set_event_loop"})
_RUNNERS = frozenset({"asyncio.run", "asyncio.Runner", "uvloop.run", "anyio.run", "trio.run"})
_ASKS = frozenset({"get_running_loop", "_get_running_loop", "get_ident", "current_thread", "main_thread", "current_task", "_thread_id"})
_THREADSAFE = ("call_soon_threadsafe", "run_coroutine_threadsafe")
_DEPTH = 2  # calls below the functions of a thread, where it may start its loop


def leads_to_a_loop(way: Reach) -> bool:
    """Whether the thread runs an event loop, or what runs in it is called by one after all."""
    if way.start.how == "add_done_callback" and _is_called_back_by_loop(way):
        return True
    return any(_runs_loop(function, _DEPTH) for function in way.chain[:-1]) or any(_runs_loop(last, 1) for last in way.chain[-1:])


def _is_called_back_by_loop(way: Reach) -> bool:
    """A future that `run_coroutine_threadsafe` gave calls back in the thread of the loop."""
    call = way.start.node
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return False
    return any(
        isinstance(value, Instance) and isinstance(value.call, ast.Call) and last_name(value.call) == "run_coroutine_threadsafe"
        for value in way.start.module.project.values(call.func.value, way.start.module)
    )


def _runs_loop(function: Function, depth: int) -> bool:
    project = function.module.project
    for call in function.calls:
        if last_name(call) in _RUNS_LOOP or _is_of_tornado(call):
            return True
        for value in project.values(call.func, function.module):
            if isinstance(value, External) and value.name in _RUNNERS:
                return True
        if depth and any(callee is not function and _runs_loop(callee, depth - 1) for callee in _callees(call, function)):
            return True
    return False


def _is_of_tornado(call: ast.Call) -> bool:
    """`io_loop.start()` and `io_loop.run_sync(…)` run the loop in the thread that calls them."""
    return isinstance(call.func, ast.Attribute) and call.func.attr in ("start", "run_sync") and "loop" in last_name(call.func.value).lower()


def _callees(call: ast.Call, function: Function) -> Iterator[Function]:
    yield from function.module.project.functions_called(call, function.module)


def is_by_somebody_elses_callback(way: Reach) -> bool:
    """Whether a function further down calls what it was given as an argument: who gave that may run in another thread."""
    for function, called, call in zip(way.chain, way.chain[1:], way.calls, strict=False):
        arguments = function.node.args
        names = {argument.arg for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
        if not isinstance(call.func, ast.Name) or call.func.id not in names:
            continue
        if function.module.scope_at(call.func).owner(call.func.id) is not function.scope:
            continue
        given = way.start.arguments_of(function).get(call.func.id) if function is way.chain[0] else None
        project = function.module.project
        values = project.values(given, way.start.module) if given is not None else ()
        if all(called not in project.functions_of(value) for value in values):
            return True
    return False


def asks_for_its_thread(function: Function) -> bool:
    """Whether the function, or one around it, looks in which thread or on which loop it runs."""
    scopes = function.scope.family()
    return any(name in scope.loads for scope in scopes for name in _ASKS) or any(
        function.module.is_within(node, function.node) for name in _ASKS for node in function.module.attribute_nodes(name)
    )


def runs_on_the_loop(function: Function) -> bool:
    """Whether the function is handed to the loop from a thread, by one of the calls that are made for it."""
    module = function.module
    return any(
        value is function or getattr(value, "function", None) is function
        for call in module.calls_to(*_THREADSAFE)
        for argument in call.args[:1]
        for value in module.project.values(argument, module)
    )
