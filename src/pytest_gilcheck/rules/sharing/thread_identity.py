"""Tests that let one thread pass: the one that owns a thing."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.conditions import leaves
from pytest_gilcheck.source.module import Module

_IDENTITY = re.compile(r"get_ident$|current_?thread$|getcurrent$|current_task$", re.IGNORECASE)


def asks_who_runs(node: ast.AST, module: Module) -> bool:
    """Whether a test around the node lets one thread pass: it compares with the thread that runs."""
    function = module.function_around(node)
    asked = [call for call in (function.calls if function is not None else ()) if _IDENTITY.search(last_name(call))]
    names = {
        name
        for call in asked
        if isinstance(statement := module.statement_of(call), ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name) and (name := target.id)
    }
    child = node
    for above in module.ancestors(node):
        if isinstance(above, ast.If) and child in above.body and _compares_thread(above.test, names, (ast.Eq, ast.Is)):
            return True
        if asked and isinstance(child, ast.stmt) and _turns_others_away(module.block_of(child), child, names):
            return True
        if function is not None and above is function.node:
            break
        child = above
    return False


def _turns_others_away(block: Sequence[ast.stmt], statement: ast.stmt, names: set[str]) -> bool:
    """`if self._owner != get_ident(): raise …` before the statement."""
    return any(
        isinstance(before, ast.If) and leaves(before.body) and _compares_thread(before.test, names, (ast.NotEq, ast.IsNot))
        for before in block
        if before.lineno < statement.lineno
    )


def _compares_thread(test: ast.expr, names: set[str], how: tuple[type[ast.cmpop], ...]) -> bool:
    for part in ast.walk(test):
        if isinstance(part, ast.Compare) and any(isinstance(op, how) for op in part.ops):
            for side in (part.left, *part.comparators):
                if isinstance(side, ast.Name) and side.id in names:
                    return True
                if any(
                    isinstance(inner, ast.Call) and re.search(r"get_ident$|current_?thread$|getcurrent$", last_name(inner), re.IGNORECASE)
                    for inner in ast.walk(side)
                ):
                    return True
        if isinstance(part, ast.Call) and ast.Eq in how and re.search(r"is_?(?:writer|owner|owned|held_by|mine)", last_name(part)):
            return True
    return False
