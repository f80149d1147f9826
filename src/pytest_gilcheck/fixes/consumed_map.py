"""GIL202: a pool's `map` that is thrown away becomes a loop over its results, where the code waits for them anyway."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pytest_gilcheck.fixes.certainty import is_one_of
from pytest_gilcheck.fixes.edits import Edit, Loop
from pytest_gilcheck.fixes.planning import Planner, call_at, is_alone
from pytest_gilcheck.model.finding import Finding
from pytest_gilcheck.source import known
from pytest_gilcheck.source.calls import argument, last_name
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.updates import same

_ITERATORS = frozenset({"map", "imap", "imap_unordered"})
_POOLS = frozenset({known.THREAD_EXECUTOR, known.PROCESS_EXECUTOR, known.INTERPRETER_EXECUTOR, known.MP_POOL, known.THREAD_POOL})
_LOGGING = frozenset({"print", "debug", "info", "warning", "error", "critical"})


def edits(finding: Finding, module: Module, _planner: Planner) -> Iterator[Edit]:
    """`for _ in pool.map(…): pass`, for a statement that is followed by nothing but the wait for the pool's end.

    Elsewhere the loop would wait where the code goes on today, perhaps to what the workers wait for.
    """
    call = call_at(finding, module)
    if call is None or not isinstance(call.func, ast.Attribute) or call.func.attr not in _ITERATORS:
        return
    if not is_one_of(call.func.value, _POOLS, module):
        return
    statement = module.parent(call)
    function = module.function_around(call)
    if not isinstance(statement, ast.Expr) or not is_alone(statement, module) or (function is not None and function.is_async):
        return
    if any(keyword.arg in (None, "timeout") for keyword in call.keywords):
        return  # the wait would have an end that it doesn't have today
    target = _unused_name(module)
    if target is not None and _waits_next(statement, call.func.value, module):
        yield Loop(statement.lineno, target)


def _waits_next(statement: ast.stmt, pool: ast.expr, module: Module) -> bool:
    """Whether the pool's end is waited for right behind the statement."""
    block = module.block_of(statement)
    position = next(index for index, other in enumerate(block) if other is statement)
    for following in block[position + 1 :]:
        call = following.value if isinstance(following, ast.Expr) else None
        if not isinstance(call, ast.Call):
            return False
        if isinstance(call.func, ast.Attribute) and same(call.func.value, pool):
            if call.func.attr == "join" or (call.func.attr == "shutdown" and _shuts_down_patiently(call)):
                return True
            if call.func.attr != "close":
                return False
        elif last_name(call) not in _LOGGING or any(isinstance(part, ast.Call) for part in ast.walk(call) if part is not call):
            return False
    above = module.parent(statement)
    if isinstance(above, ast.With) and block is above.body:
        names = [item.optional_vars for item in above.items]
        name = names[0] if len(names) == 1 else None
        return name is not None and same(name, pool)
    return isinstance(above, ast.If) and _waits_next(above, pool, module)


def _shuts_down_patiently(call: ast.Call) -> bool:
    wait = argument(call, 0, "wait")
    return argument(call, 1, "cancel_futures") is None and (wait is None or (isinstance(wait, ast.Constant) and wait.value is True))


def _unused_name(module: Module) -> str | None:
    """A name for the results that no code of the file reads; `_` often is a function of gettext."""
    scope = module.scope
    return next((name for name in ("_", "_result") if name not in scope.loaders and name not in scope.declarers), None)
