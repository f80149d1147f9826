"""Loops that run in a thread of their own, and who calls them from elsewhere."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.project import Project
from pytest_gilcheck.source.starts import WorkerKind, WorkerStart
from pytest_gilcheck.source.values import Instance
from pytest_gilcheck.source.waits import calls_of, window

_RUNS = ("run_forever", "run_until_complete")
_run: WeakKeyDictionary[Project, dict[ast.expr, WorkerStart]] = WeakKeyDictionary()
_BEFORE_START = frozenset({"__init__", "__new__", "run"})


@dataclass(frozen=True, slots=True)
class Outsider:
    """A call of a loop's method, by a thread other than the one that `start` starts to run the loop; `sure` if it runs then."""

    call: ast.Call
    start: WorkerStart
    sure: bool


def outsiders_in(module: Module, methods: frozenset[str]) -> Iterator[Outsider]:
    """Calls of these methods of loops that a thread runs, by the function that starts the thread or by other methods of its class."""
    if not any(module.attribute_nodes(name) for name in _RUNS):
        return
    for start in module.project.workers.starts_in(module):
        if start.kind is not WorkerKind.THREAD:
            continue
        for loop in _loops_run_by(start):
            match loop:
                case ast.Name() | ast.Attribute():
                    yield from _after_start(loop, start, methods)
                case _:
                    continue
            if isinstance(loop, ast.Attribute) and isinstance(loop.value, ast.Name):
                yield from _in_other_methods(loop, start, methods)


def _loops_run_by(start: WorkerStart) -> Iterator[ast.expr]:
    """The expressions of the loops that the thread runs, as the code that starts it names them."""
    if isinstance(start.target, ast.Attribute) and start.target.attr == "run_forever":
        yield start.target.value
    for function in start.functions:
        for call in function.calls:
            if last_name(call) != "run_forever" or not isinstance(call.func, ast.Attribute):
                continue
            loop = call.func.value
            if isinstance(loop, ast.Attribute) and function.module is start.module:
                yield loop
            elif isinstance(loop, ast.Name) and (given := start.arguments_of(function).get(loop.id)) is not None:
                yield given
            elif isinstance(loop, ast.Name) and function.module is start.module and _is_global(loop, start.module):
                yield loop


def _after_start(loop: ast.expr, start: WorkerStart, methods: frozenset[str]) -> Iterator[Outsider]:
    """Calls in the function (or script) that starts the thread, between its start and its join."""
    module = start.module
    function = module.function_around(start.node)
    if start.own:
        return
    first, last = window(start.node, module)
    for call in _calls_on(loop, calls_of(function, module), methods):
        if first <= call.lineno <= last:
            yield Outsider(call, start, sure=True)


def _in_other_methods(loop: ast.Attribute, start: WorkerStart, methods: frozenset[str]) -> Iterator[Outsider]:
    """Calls in plain methods of the class whose thread runs the loop: somebody else calls these methods, mostly."""
    project = start.module.project
    cls = _class_of(start)
    if cls is None or cls.module is not start.module:
        return
    starter = start.module.function_around(start.node)
    for method in cls.methods.values():
        if method in (starter, *start.functions) or method.name in _BEFORE_START or method.is_async:
            continue
        if project.workers.reaching(method, WorkerKind.THREAD) or project.event_loop.way_to(method) is not None:
            continue
        for call in _calls_on(loop, method.calls, methods):
            if not _is_idle(call, method):
                yield Outsider(call, start, sure=False)


def elsewhere_in(module: Module, calls: Iterable[ast.Call]) -> Iterator[Outsider]:
    """Those of the calls that are made on a loop that a thread runs, by a function that neither that thread nor a loop runs.

    Loops are told by the call that makes them, wherever they are kept since.
    """
    project = module.project
    run = _run_by_threads(project)
    if not run:
        return
    for call in calls:
        function = module.function_around(call)
        if function is None or function.is_async or not isinstance(call.func, ast.Attribute) or function.name in _BEFORE_START:
            continue
        starts = {
            id(value.call): run.get(value.call)
            for value in project.values(call.func.value, module)
            if isinstance(value, Instance) and value.call
        }
        start = next(iter(starts.values()), None)
        if start is None or len(starts) > 1 or _runs_beside(function, start):
            continue
        if module.function_around(start.node) is function and start.module is module:
            first, last = window(start.node, module)
            if not first <= call.lineno <= last:
                continue
        elif _is_idle(call, function):
            continue
        yield Outsider(call, start, sure=False)


def _runs_beside(function: Function, start: WorkerStart) -> bool:
    """Whether the thread runs the function itself, or the function stands in one that it runs, or a loop runs it."""
    project = function.module.project
    inside = any(function.module is runner.module and function.module.is_within(function.node, runner.node) for runner in start.functions)
    return inside or bool(project.workers.reaching(function, WorkerKind.THREAD)) or project.event_loop.way_to(function) is not None


def _run_by_threads(project: Project) -> dict[ast.expr, WorkerStart]:
    """By the call that makes a loop: the start of the thread that runs it."""
    known_loops = _run.get(project)
    if known_loops is None:
        known_loops = _run[project] = {}
        for start in project.workers.starts:
            if start.kind is WorkerKind.THREAD:
                known_loops.update((made, start) for made in _made_for(start))
    return known_loops


def _made_for(start: WorkerStart) -> Iterator[ast.expr]:
    """Calls that make a loop which the thread runs, or that take the loop of the thread while it runs there."""
    nodes = [(start.target.value, start.module)] if isinstance(start.target, ast.Attribute) and start.target.attr == "run_forever" else []
    for function in start.functions:
        nodes += [(c.func.value, function.module) for c in function.calls if last_name(c) in _RUNS and isinstance(c.func, ast.Attribute)]
        for call in function.module.calls_to("get_event_loop", "get_running_loop", "new_event_loop"):
            if function.module.is_within(call, function.node) and not _is_kept_inside(call, function):
                yield call
    for node, module in nodes:
        for value in module.project.values(node, module):
            if isinstance(value, Instance) and value.call is not None and last_name(value.call) == "new_event_loop":
                yield value.call


def _is_kept_inside(call: ast.Call, function: Function) -> bool:
    """Whether the function runs that loop to an end of its own: nobody else is told of it."""
    return any(last_name(other) in ("run_until_complete", "close") for other in function.calls) and last_name(call) != "new_event_loop"


def _class_of(start: WorkerStart) -> Class | None:
    owner = start.functions[0] if start.functions else start.module.function_around(start.node)
    return owner.cls if owner is not None else None


def _is_idle(call: ast.Call, method: Function) -> bool:
    """Whether the loop may not run yet at the call, or no longer: the method starts the thread, or has waited for its end."""
    return any(
        last_name(other) in ("start", *_RUNS) or (last_name(other) == "join" and other.lineno < call.lineno) for other in method.calls
    )


def _is_global(name: ast.Name, module: Module) -> bool:
    owner = module.scope_at(name).owner(name.id)
    return owner is not None and owner.parent is None


def _calls_on(loop: ast.expr, calls: Sequence[ast.Call], methods: frozenset[str]) -> Iterator[ast.Call]:
    text = ast.unparse(loop)
    for call in calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr in methods and ast.unparse(call.func.value) == text:
            yield call
