"""Takers that wait for one thing: the answer to what they have sent, the event that they are called to wait for."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Sequence

from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.queues import QueueUse

_SENDING = re.compile(r"^_*(?:send|write|request|publish|transmit|query|ask|post|execute|call|dispatch)", re.IGNORECASE)
_CLOCKS = frozenset({"time", "monotonic", "perf_counter"})


def are_answers(takes: Sequence[QueueUse], maker: ast.Call, module: Module) -> bool:
    """Whether every function that takes waits for one answer; what it takes besides is left over from the one before."""
    asking = {take.function for take in takes if take.function is not None and _is_answer(take, maker, module)}
    return bool(takes) and all(take.function in asking or _is_answer(take, maker, module) for take in takes)


def _is_answer(take: QueueUse, maker: ast.Call, module: Module) -> bool:
    """Whether what is taken is the one answer to what the same function has sent before, or to a question of its own."""
    home = module.function_around(maker)
    if take.function is home and take.module is module and _is_timed(take.node, module):
        return True
    sites = [take.node] if take.function is home else _calls_of_taker(take, maker, module)
    if home is not None and sites and all(_is_one_wait(site, module) for site in sites):
        return True
    return _follows_question(take.node, take.module)


def _calls_of_taker(take: QueueUse, maker: ast.Call, module: Module) -> list[ast.Call]:
    """Calls in the function that makes the queue which hand it to the one that takes."""
    home, taker = module.function_around(maker), take.function
    if home is None or taker is None or taker.is_async or _loop_of(take.node, take.module) is not None:
        return []
    return [call for call, where in module.project.callers(taker) if where is module and module.function_around(call) is home]


def _loop_of(node: ast.AST, module: Module) -> ast.AST | None:
    """The loop that takes again and again: around the node, or in whose head it stands (`for item in iter(queue.get, None)`)."""
    above = module.parent(node)
    return above if isinstance(above, ast.For | ast.AsyncFor | ast.comprehension) else module.loop_around(node)


def _is_timed(node: ast.AST, module: Module) -> bool:
    """Whether the loop around it, and the queue with it, lasts as long as the clock says."""
    loop = module.loop_around(node)
    return isinstance(loop, ast.While) and any(isinstance(part, ast.Call) and last_name(part) in _CLOCKS for part in ast.walk(loop.test))


def _is_one_wait(site: ast.expr, module: Module) -> bool:
    """Whether it takes until the event comes that it waits for: `if event.id == mine: return event`, or takes only once."""
    loop, function = _loop_of(site, module), module.function_around(site)
    if loop is None:
        return True
    statement = module.statement_of(site)
    names = {target.id for target in statement.targets if isinstance(target, ast.Name)} if isinstance(statement, ast.Assign) else set()
    if function is None or function.is_generator or not names:
        return False
    if not any(result.value is not None and not isinstance(result.value, ast.Constant) for result in function.scope.results):
        return False
    return any(
        isinstance(branch, ast.If)
        and any(_is_about(part, names) for part in ast.walk(branch.test))
        and any(isinstance(node, ast.Return | ast.Break | ast.Raise) for node in ast.walk(branch))
        for branch in ast.walk(loop)
    )


def _is_about(part: ast.AST, names: Collection[str]) -> bool:
    """`event.address == address`, for one of these variables."""
    if not isinstance(part, ast.Compare) or not isinstance(part.ops[0], ast.Eq) or not isinstance(part.left, ast.Attribute | ast.Subscript):
        return False
    return isinstance(part.left.value, ast.Name) and part.left.value.id in names


def _follows_question(node: ast.AST, module: Module, calls: int = 2) -> bool:
    """Whether something is sent before in the same function, or before each call of it."""
    function = module.function_around(node)
    if function is None or _loop_of(node, module) is not None:
        return False
    if any(_SENDING.match(last_name(call)) and call.lineno < getattr(node, "lineno", 0) for call in function.calls):
        return True
    callers = [(call, home) for call, home in module.project.callers(function) if not home.is_test]
    return calls > 0 and bool(callers) and all(_follows_question(call, home, calls - 1) for call, home in callers)
