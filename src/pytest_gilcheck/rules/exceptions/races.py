"""`asyncio.wait(…, return_when=FIRST_COMPLETED)` that goes on whichever task ended, and never asks that one how."""

from __future__ import annotations

import ast

from pytest_gilcheck.rules.exceptions.outcomes import asks, is_cleaning_up, shortened
from pytest_gilcheck.source.calls import argument, last_name
from pytest_gilcheck.source.handling import cannot_fail
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.origins import elements_of
from pytest_gilcheck.source.usage import uses_of_variable
from pytest_gilcheck.source.uses import Use, UseKind

_STARTS = ("create_task", "ensure_future")
_AROUND = (*_STARTS, "wait_for", "shield")
_ONLY_WAITING = frozenset({"wait", "sleep", "join", "get", "wait_closed", "create_future", "recv", "read", "acquire", "closed"})
_GIVES_UP = frozenset({"cancel", "cancelled", "uncancel", "done"})


def lost_winner(call: ast.Call, futures: ast.expr, module: Module) -> str | None:
    """What runs in a task of the race that nobody asks when it is the one that ended; `None` if there is none such."""
    sets = _sets(call, module)
    if sets is None or is_cleaning_up(call, module):
        return None
    done, pending = sets
    if done is not None and any(_tells(use) for use in uses_of_variable(done, module, depth=1)):
        return None
    origins = elements_of(futures, module)
    if origins.unknown or origins.parameter or not origins.made:
        return None
    again = pending is not None and ast.dump(pending).replace("Store", "Load") == ast.dump(futures)
    for part in origins.made:
        work = _work(part, module)
        if work is None or only_waits(part, module) or not _may_fail(work, module):
            continue
        if isinstance(part, ast.Name) and any(_tells(use) for use in uses_of_variable(part, module) if use.node is not call):
            continue
        if isinstance(part, ast.Call) and not again and _is_read_elsewhere(futures, call, module):
            continue
        return shortened(work.func)
    return None


def only_waits(part: ast.expr, module: Module) -> bool:
    """Whether the task of this expression does nothing but wait for something."""
    work = _work(part, module)
    return work is not None and last_name(work).lstrip("_") in _ONLY_WAITING


def _sets(call: ast.Call, module: Module) -> tuple[ast.expr | None, ast.expr | None] | None:
    """The variables of the two sets in `done, pending = await wait(…)`, without the unused; `None` if it is written in another way."""
    awaited = module.parent(call)
    statement = module.parent(awaited) if isinstance(awaited, ast.Await) else None
    if isinstance(statement, ast.Expr):
        return None, None
    if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Tuple) or len(statement.targets[0].elts) != 2:
        return None
    done, pending = statement.targets[0].elts
    if not isinstance(done, ast.Name) or not isinstance(pending, ast.Name):
        return None
    return (done if _is_read(done, module) else None), pending


def _is_read(name: ast.Name, module: Module) -> bool:
    owner = module.scope_at(name).owner(name.id)
    return owner is not None and any(True for _ in owner.uses(name.id))


def _tells(use: Use) -> bool:
    """Whether the use may bring an exception to light; giving the task up, or gathering exceptions that nobody reads, does not."""
    if use.kind is UseKind.IGNORED or (use.kind is UseKind.METHOD and use.name in _GIVES_UP):
        return False
    if use.kind is UseKind.PASSED and isinstance(use.node, ast.Call):
        flag = argument(use.node, len(use.node.args), "return_exceptions")
        if use.name == "asyncio.gather" and isinstance(flag, ast.Constant) and flag.value is True:
            above = use.module.parent(use.node)
            return not isinstance(above, ast.Await) or not isinstance(use.module.parent(above), ast.Expr)
    return asks(use)


def _work(part: ast.expr, module: Module) -> ast.Call | None:
    """The call of the coroutine that the task of this expression runs, as far as it is started right there."""
    if isinstance(part, ast.Name):
        owner = module.scope_at(part).owner(part.id)
        values = [binding.value for binding in module.bindings(owner, part.id) if not _is_none(binding.value)] if owner is not None else []
        if len(values) != 1 or values[0] is None:
            return None
        part = values[0]
    if not isinstance(part, ast.Call) or last_name(part) not in _STARTS:
        return None
    while isinstance(part, ast.Call) and last_name(part) in _AROUND:
        if not part.args:
            return None
        part = part.args[0]
    return part if isinstance(part, ast.Call) else None


def _is_none(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _may_fail(work: ast.Call, module: Module) -> bool:
    values = module.project.values(work.func, module)
    return not values or not all(cannot_fail(value, module.project) for value in values)


def _is_read_elsewhere(futures: ast.expr, wait: ast.Call, module: Module) -> bool:
    """Whether the variable that holds the tasks is gone through for their results."""
    return any(_tells(use) for use in uses_of_variable(futures, module, depth=1) if use.node is not wait)
