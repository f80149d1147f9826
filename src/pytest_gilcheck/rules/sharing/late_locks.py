"""Checks made before a lock is taken, whose act stands under it: who waited for the lock acts on what was true before the wait."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pytest_gilcheck.rules.sharing.checks import Check
from pytest_gilcheck.rules.sharing.signs import method_around
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.places import root_name
from pytest_gilcheck.source.provenance import is_local_storage
from pytest_gilcheck.source.updates import same

# Calls that may well be made twice.
_HARMLESS = frozenset(
    {
        "notify", "notify_all", "set", "clear", "acquire", "release", "debug", "info", "warning", "error", "exception", "log", "time",
        "monotonic", "perf_counter", "discard", "cancel", "get", "items", "keys", "values", "len", "str", "repr", "format", "isinstance",
        "print", "put", "put_nowait", "dict", "list", "getpid", "get_ident", "current_thread", "join", "locked", "is_alive", "is_set",
    }
)  # fmt: skip


def lock_taken_too_late(check: Check) -> str | None:
    """The lock, as the code has it, that is taken between check and act, when the check is not made again under it."""
    module = check.module
    function = module.function_around(check.node)
    if function is None or function.is_async or not isinstance(check.node, ast.If) or check.wanted.doing not in ("set", "insert", "remove"):
        return None
    act = check.act.node
    if module.function_around(act) is not function or not _takes_locks(function, act) or not _outlives(check.target, function, module):
        return None
    locks = module.project.locks
    before = locks.held(check.node, module) | module.project.lock_order.acquisitions.on_entry(function)
    after = locks.held(act, module) - before
    if not after or before:
        return None
    taken = _taken(check, function, after)
    if taken is None or _is_looked_at_again(check, function, taken) or not _does_something(check, function, taken):
        return None
    return ast.unparse(taken)


def _takes_locks(function: Function, act: ast.AST) -> bool:
    """Whether any may be taken before the act, by the looks of it."""
    for above in function.module.ancestors(act):
        if isinstance(above, ast.With):
            return True
        if above is function.node:
            break
    return any(last_name(call) in ("acquire", "__enter__", "enter_context") for call in function.calls)


def _outlives(target: ast.expr, function: Function, module: Module) -> bool:
    root = root_name(target)
    if root is None or is_local_storage(root, module, module.project):
        return False
    method = method_around(function)
    if method is not None and root.id == method.self_name:
        return isinstance(target, ast.Attribute | ast.Subscript) and not any(
            is_local_storage(part, module, module.project) for part in ast.walk(target) if isinstance(part, ast.Attribute)
        )
    owner = module.scope_at(root).owner(root.id)
    return owner is not None and owner.parent is None


def _taken(check: Check, function: Function, keys: frozenset[str]) -> ast.expr | None:
    """Where the last of the locks is taken before the act."""
    line, act = getattr(check.node, "lineno", 0), getattr(check.act.node, "lineno", 0)
    acquisitions = function.module.project.lock_order.acquisitions
    places = [
        one
        for one in acquisitions.of_module(function.module)
        if one.function is function and one.key in keys and one.blocks and line < one.line <= act
    ]
    return max(places, key=lambda one: one.line).lock if places else None


def _is_looked_at_again(check: Check, function: Function, taken: ast.expr) -> bool:
    """Whether what was checked, or a part of it, is read under the lock before the act, or a function that may read it is called."""
    target, act = check.target, check.act.node
    container, module = check.wanted.container, function.module
    for part in _between(function, taken.lineno, _end(act)):
        is_read = isinstance(part, ast.Name | ast.Attribute | ast.Subscript) and isinstance(part.ctx, ast.Load)
        if isinstance(part, ast.expr) and is_read and (same(part, target) or same(part, container)):
            if not _is_told_only(part, module) and not _is_written(part, module):
                return True
        elif isinstance(part, ast.Call) and last_name(part) in ("wait", "wait_for"):
            return True
    return False


def _end(node: ast.AST) -> int:
    last: int | None = getattr(node, "end_lineno", None)
    return last if last is not None else 0


def _between(function: Function, first: int, last: int) -> Iterator[ast.AST]:
    for statement in ast.walk(function.node):
        if hasattr(statement, "lineno") and first <= statement.lineno <= last:
            yield statement


def _is_told_only(node: ast.AST, module: Module) -> bool:
    """Whether it goes into a message only."""
    return any(
        isinstance(above, ast.Call) and last_name(above) in ("debug", "info", "warning", "error", "exception", "log", "print")
        for above in module.ancestors(node)
    )


def _is_written(node: ast.AST, module: Module) -> bool:
    """Whether an item of it is set there, or something is put into it: `d` of `d[key] = value`."""
    above = module.parent(node)
    return isinstance(above, ast.Subscript) and above.value is node and not isinstance(above.ctx, ast.Load)


def _does_something(check: Check, function: Function, taken: ast.expr) -> bool:
    """Whether acting twice is more than setting the same flag twice."""
    if check.wanted.doing == "remove":
        return True
    act = check.act.node
    if isinstance(act, ast.Assign | ast.AnnAssign) and isinstance(act.value, ast.Call) and last_name(act.value) not in _HARMLESS:
        return True
    if isinstance(act, ast.AugAssign) or _is_transition(check):
        return True
    return any(
        isinstance(part, ast.Call) and part.lineno > taken.lineno and last_name(part) not in _HARMLESS
        for part in _between(function, taken.lineno, _end(act))
    )


def _is_transition(check: Check) -> bool:
    """`if self.state == RUNNING: …; self.state = STOPPED`: what another thread made of the state in between is lost."""
    test, act = getattr(check.node, "test", None), check.act.node
    if not isinstance(test, ast.Compare) or not isinstance(test.ops[0], ast.Eq | ast.Is) or not isinstance(act, ast.Assign):
        return False
    states = [side for side in (test.left, test.comparators[0]) if not same(side, check.target)]
    flag = isinstance(act.value, ast.Constant) and isinstance(act.value.value, bool)
    named = isinstance(act.value, ast.Constant | ast.Attribute) and not flag
    return named and len(states) == 1 and isinstance(states[0], ast.Constant | ast.Attribute) and not same(states[0], act.value)
