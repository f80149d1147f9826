"""Values that are changed under a lock and read again after it, when another thread may have changed them."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence

from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.intent import is_alone
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.rule import Suspicion
from pytest_gilcheck.source.touches import Touch
from pytest_gilcheck.source.updates import same


def read_again(touches: Sequence[Touch], locks: frozenset[str], module: Module) -> Iterator[Suspicion]:
    """`with lock: self.last += 1`, and behind it `return self.last`, which may be somebody else's by then."""
    changes: dict[Function, list[Touch]] = defaultdict(list)
    for touch in touches:
        if touch.writes and touch.held & locks and touch.module is module:
            changes[touch.function].append(touch)
    for touch in touches:
        if touch.writes or touch.held or touch.function not in changes or touch.module is not module or is_alone(touch.function):
            continue
        statement = module.statement_of(touch.node)
        change = next((c for c in reversed(changes[touch.function]) if c.node.lineno < touch.node.lineno), None)
        if change is None or not _computes(module.statement_of(change.node), _whole(touch)):
            continue
        if not isinstance(statement, ast.Return) and not _is_decision(statement, touch, module):
            continue
        lock = next(iter(change.held & locks)).rpartition(" ")[2]
        text = ast.unparse(_whole(touch))
        message = (
            f"`{text}` is changed under `{lock}` in line {change.node.lineno} and read again here, after the lock was let go of: "
            f"when several threads call `{touch.function.name}`, another one may have changed it in between, and two get the same."
            if isinstance(statement, ast.Return)
            else f"`{text}` is changed under `{lock}` in line {change.node.lineno} and tested here, after the lock was let go of: when "
            f"several threads call `{touch.function.name}`, two of them may see the same number here, or none the one that is waited for."
        )
        yield Suspicion(
            statement, message, f"Keep the new value in a local variable while the lock is held, and use that: `value = {text}`."
        )


def _is_decision(statement: ast.stmt, touch: Touch, module: Module) -> bool:
    """Whether the value decides what is done: `if self.done == self.total: …`."""
    if not isinstance(statement, ast.If) or not module.is_within(touch.node, statement.test):
        return False
    return any(
        isinstance(above, ast.Compare) and any(isinstance(op, ast.Eq | ast.GtE | ast.LtE | ast.Lt | ast.Gt) for op in above.ops)
        for above in module.ancestors(touch.node)
        if isinstance(above, ast.expr)
    )


def _whole(touch: Touch) -> ast.expr:
    """The item of it, where one is meant: `self.counts[key]`."""
    above = touch.module.parent(touch.node)
    return above if isinstance(above, ast.Subscript) and above.value is touch.node else touch.node


def _computes(statement: ast.stmt, target: ast.expr) -> bool:
    """Whether the statement makes the target's new value from its old one."""
    match statement:
        case ast.AugAssign(target=changed):
            return same(changed, target)
        case ast.Assign(targets=[changed], value=value):
            base = changed.value if isinstance(changed, ast.Subscript) else changed
            return same(changed, target) and any(isinstance(part, ast.expr) and same(part, base) for part in ast.walk(value))
        case _:
            return False
