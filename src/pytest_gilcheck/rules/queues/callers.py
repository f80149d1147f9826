"""Who puts into a queue without a loop of its own: a function that others call for ever."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pytest_gilcheck.rules.queues.answers import are_answers
from pytest_gilcheck.rules.queues.producers import endless_loops
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.events import (
    carries_parameter,
    controls_flow,
    is_event_callback,
    is_handler,
    is_of_one_kind,
    is_registration,
    references,
)
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.queues import QueueUse, is_asynchronous
from pytest_gilcheck.source.scopes import names_in
from pytest_gilcheck.source.starts import WorkerKind

_HELD = re.compile(r"acquire|_wait_for|wait_for_slot|throttle|Future\b|\bEvent\(")
_EXECUTOR = re.compile(r"Pool|Executor|Scheduler$")
_ONCE = re.compile(r"start|stop|clos|connect|init|exit|error|fail|finish|shutdown|cancel|abort|timeout|result|reply|answer", re.IGNORECASE)


_BACKGROUND = frozenset({"task", "loop", "background", "background_task", "threaded", "thread", "run_in_thread", "repeat_every", "worker"})
_SAMPLES = re.compile(r"(?:^|/)(?:examples?|demos?|samples?|docs?)/")
_MAX_CALLS = 3  # between the callback and the put


@dataclass(frozen=True, slots=True, eq=False)
class Caller:
    """That a function which puts is called again and again: `how`, in words, and what takes then (`None`: the object's user)."""

    function: Function
    how: str
    take: QueueUse | None


def caller_of(put: QueueUse, maker: ast.Call, cls: str, module: Module, apart: QueueUse | None) -> Caller | None:
    """Who calls for ever the function that puts, if nothing holds the caller back.

    `apart` takes from the queue in another worker than the one that puts, as far as the project starts them.
    """
    function = put.function
    if function is None or put.module.is_test or module.is_test or _sees_depth(function, maker, module):
        return None
    used = module.project.queues.uses(maker, "take")
    takes = [take for take in used if take.function is not function and not take.module.is_test]
    if not takes and any(not take.module.is_test for take in used):
        return None
    if is_registration(_method(put), put.module):
        return None if controls_flow(put.module) or not takes else Caller(function, "whatever it is called back with", apart or takes[0])
    if apart is not None and _serves(apart, cls) and is_handler(function):
        return Caller(function, "for every request or event", apart)
    if cls == "collections.deque" and apart is None:
        return None  # without a start in sight it is one thread's own buffer
    if not carries_parameter(put.item, function) or _is_held(function) or controls_flow(module) or controls_flow(put.module):
        return None
    if is_event_callback(function):
        if is_of_one_kind(put.node, function) or are_answers(takes, maker, module):
            return None
        return Caller(function, "for every event", apart or next(iter(takes), None))
    if (above := _callback_above(put, maker, module)) is not None and not are_answers(takes, maker, module):
        return Caller(function, f"for every call of `{above.qualname}`", apart or next(iter(takes), None))
    take = next((take for take in takes if _is_served(put, take, cls, module)), None)
    return Caller(function, "each time that somebody calls it", take) if take is not None else None


def _method(put: QueueUse) -> ast.expr:
    """`queue.put` of the use, which may be a call of it, or hand it to something that calls it."""
    above = put.module.parent(put.receiver)
    return above if isinstance(above, ast.Attribute) else put.receiver


def _serves(take: QueueUse, cls: str) -> bool:
    """Whether the taker is a worker that goes on, if only tasks of one event loop use the queue."""
    return not is_asynchronous(cls) or take.module.loop_around(take.node) is not None


def _callback_above(put: QueueUse, maker: ast.Call, module: Module) -> Function | None:
    """The handler or callback for each event that calls, through others, the function that puts."""
    sites = module.project.call_sites
    function = put.function
    todo = [(function, 0)] if function is not None else []
    seen = {function}
    while todo:
        inner, calls = todo.pop()
        if _ONCE.search(inner.name):
            continue
        for site, home in sites.of(inner):
            outer = home.function_around(site)
            if outer is None or outer in seen or home.is_test or _is_sample(home, module) or not _is_given(site):
                continue
            seen.add(outer)
            handler = is_handler(outer)  # whatever it returns goes to who asked
            if (_is_held(outer) and not handler) or controls_flow(home) or _sees_depth(outer, maker, module):
                continue
            if (handler or (is_event_callback(outer) and _is_left_to_others(outer))) and not is_of_one_kind(site, outer):
                return outer
            if calls + 1 < _MAX_CALLS:
                todo.append((outer, calls + 1))
    return None


def _is_sample(home: Module, module: Module) -> bool:
    """Whether the call stands in an example of how to use the package."""
    return _SAMPLES.search(home.path) is not None and _SAMPLES.search(module.path) is None


def _is_left_to_others(function: Function) -> bool:
    """Whether nothing in the project calls it by its name, so that it is for a library to do so."""
    return all(home.is_test for _, home in function.module.project.callers(function))


def _is_given(site: ast.expr) -> bool:
    """Whether the call gives what is not known beforehand; a table of handlers doesn't show it."""
    if not isinstance(site, ast.Call):
        return True
    return any(not isinstance(arg, ast.Constant) for arg in (*site.args, *(keyword.value for keyword in site.keywords)))


def _sees_depth(function: Function, maker: ast.Call, module: Module) -> bool:
    """Whether the function takes from the queue or looks at its size, itself or through what it calls."""
    others = {use.function for use in module.project.queues.uses(maker, "take", "ask")} - {None}
    return function in others or any(callee in others for callee in _called_by(function))


def _called_by(function: Function) -> Iterator[Function]:
    for call in function.calls:
        yield from function.module.project.functions_called(call, function.module)


def _is_held(function: Function) -> bool:
    """Whether the function itself waits for a slot, or gives its caller something to wait for."""
    if any(_HELD.search(ast.unparse(call.func)) for call in function.calls) or _takes_answer(function):
        return True
    return any(
        isinstance(result, ast.Return) and result.value is not None and not isinstance(result.value, ast.Constant | ast.Call)
        for result in function.scope.results
    )


def _takes_answer(function: Function) -> bool:
    """Whether it waits for what comes out of a queue itself: nobody calls it again before that."""
    queues = function.module.project.queues
    return any(
        isinstance(call.func, ast.Attribute) and call.func.attr == "get" and any(queues.made_by(call.func.value, function.module))
        for call in function.calls
    )


def _is_served(put: QueueUse, take: QueueUse, cls: str, module: Module) -> bool:
    """Whether a class or module has a worker of its own that takes for ever, and a public function that puts what it is given."""
    function, taker = put.function, take.function
    if function is None or taker is None or function.cls not in (None, taker.cls) or _runs_what_it_takes(take):
        return False
    if function.name.startswith("_") and function.name != "__call__":
        return False
    if function.cls is not None and _EXECUTOR.search(function.cls.name):
        return False
    workers = module.project.workers
    if workers.reaching(function) or taker.module.loop_around(take.node) is None:
        return False
    kind = WorkerKind.TASK if is_asynchronous(cls) else WorkerKind.THREAD
    if function.cls is None:
        return _is_of_module(function, taker) and any(
            reach.start.module is function.module
            and reach.chain[0] is taker
            and function.module.function_around(reach.start.node) is not function
            for reach in workers.reaching(taker, kind)
        )
    if any(
        reach.chain[0].cls is function.cls and reach.start.module.class_around(reach.start.node) is function.cls
        for reach in workers.reaching(taker, kind)
    ):
        return True
    # Started by a framework: `loop.add_callback(self.run)`, `@Service.task`.
    if any(last_name(decorator) in _BACKGROUND for decorator in taker.decorators):
        return True
    return any(True for _ in endless_loops(take.node, take.module)) and any(
        isinstance(taker.module.parent(reference), ast.Call) for reference in references(taker)
    )


def _is_of_module(function: Function, taker: Function) -> bool:
    """Whether both are of one module, the one that puts is a plain function, and only others call it."""
    return (
        function.module is taker.module
        and function.scope.parent is function.module.scope
        and all(home is not function.module for _, home in function.module.project.callers(function))
    )


def _runs_what_it_takes(take: QueueUse) -> bool:
    """Whether the taker calls the item itself: an executor, of which each caller knows what it asked for."""
    statement = take.module.statement_of(take.node)
    if not isinstance(statement, ast.Assign) or take.function is None:
        return False
    taken = {name for target in statement.targets for name in names_in(target)}
    return any(isinstance(call.func, ast.Name) and call.func.id in taken for call in take.function.calls)
