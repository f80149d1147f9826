"""Who puts into a queue without a loop of its own: a function that others call for ever."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pytest_gilcheck.rules.queues.producers import endless_loops
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.events import carries_parameter, controls_flow, is_event_callback, is_handler, is_of_one_kind, references
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.queues import QueueUse, is_asynchronous
from pytest_gilcheck.source.starts import WorkerKind

_SENDING = re.compile(r"^_*(?:send|write|request|publish|transmit|query|ask|post|execute|call|dispatch)", re.IGNORECASE)
_HELD = re.compile(r"acquire|_wait_for|wait_for_slot|throttle|Future\b|\bEvent\(")
_EXECUTOR = re.compile(r"Pool|Executor|Scheduler$")


@dataclass(frozen=True, slots=True, eq=False)
class Caller:
    """That a function which puts is called again and again: `how`, in words, and what takes then, elsewhere."""

    function: Function
    how: str
    take: QueueUse


def caller_of(put: QueueUse, maker: ast.Call, cls: str, module: Module, apart: QueueUse | None) -> Caller | None:
    """Who calls for ever the function that puts, if nothing holds the caller back.

    `apart` takes from the queue in another worker than the one that puts, as far as the project starts them.
    """
    function = put.function
    if function is None or put.module.is_test or module.is_test or _sees_depth(function, maker, module):
        return None
    takes = [take for take in module.project.queues.uses(maker, "take") if take.function is not function and not take.module.is_test]
    if not takes:
        return None
    if is_handler(function):
        return Caller(function, "for every request or event", apart) if apart is not None and not is_asynchronous(cls) else None
    if cls == "collections.deque" and apart is None:
        return None  # without a start in sight it is one thread's own buffer
    if not carries_parameter(put.item, function) or _is_held(function) or controls_flow(module) or controls_flow(put.module):
        return None
    if is_event_callback(function):
        if is_of_one_kind(put.node, function) or all(_is_answer(take, maker, module) for take in takes):
            return None
        return Caller(function, "for every event", apart or takes[0])
    take = next((take for take in takes if _is_served(put, take, cls, module)), None)
    return Caller(function, "each time that somebody calls it", take) if take is not None else None


def _sees_depth(function: Function, maker: ast.Call, module: Module) -> bool:
    """Whether the function takes from the queue or looks at its size, itself or through what it calls."""
    others = {use.function for use in module.project.queues.uses(maker, "take", "ask")} - {None}
    return function in others or any(callee in others for callee in _called_by(function))


def _called_by(function: Function) -> Iterator[Function]:
    for call in function.calls:
        yield from function.module.project.functions_called(call, function.module)


def _is_held(function: Function) -> bool:
    """Whether the function itself waits for a slot, or gives its caller something to wait for."""
    return any(_HELD.search(ast.unparse(call.func)) for call in function.calls) or any(
        isinstance(result, ast.Return) and result.value is not None and not isinstance(result.value, ast.Constant | ast.Call)
        for result in function.scope.results
    )


def _is_answer(take: QueueUse, maker: ast.Call, module: Module) -> bool:
    """Whether what is taken is the one answer to what the same function has sent before, or to a question of its own."""
    function = take.function
    if function is None or take.module.loop_around(take.node) is not None:
        return False
    if function is module.function_around(maker):
        return True
    return any(_SENDING.match(last_name(call)) and call.lineno < take.line for call in function.calls)


def _is_served(put: QueueUse, take: QueueUse, cls: str, module: Module) -> bool:
    """Whether a class has a worker of its own that takes for ever, and a public method that puts what it is given."""
    function, taker = put.function, take.function
    if function is None or taker is None or function.cls is None or function.cls is not taker.cls:
        return False
    if (function.name.startswith("_") and function.name != "__call__") or _EXECUTOR.search(function.cls.name):
        return False
    workers = module.project.workers
    if workers.reaching(function) or taker.module.loop_around(take.node) is None:
        return False
    kind = WorkerKind.TASK if is_asynchronous(cls) else WorkerKind.THREAD
    if any(
        reach.chain[0].cls is function.cls and reach.start.module.class_around(reach.start.node) is function.cls
        for reach in workers.reaching(taker, kind)
    ):
        return True
    # Started by a framework's own call: `loop.add_callback(self.run)`.
    return any(True for _ in endless_loops(take.node, take.module)) and any(
        isinstance(taker.module.parent(reference), ast.Call) for reference in references(taker)
    )
