"""Tests that let one thread pass: the one that owns a thing."""

from __future__ import annotations

import ast
import re

from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.module import Module


def asks_who_runs(node: ast.AST, module: Module) -> bool:
    """Whether a test around the node lets one thread pass: it compares with the thread that runs."""
    function = module.function_around(node)
    names = {
        name
        for call in (function.calls if function is not None else ())
        if re.search(r"get_ident$|current_?thread$|getcurrent$|current_task$", last_name(call), re.IGNORECASE)
        and isinstance(statement := module.statement_of(call), ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name) and (name := target.id)
    }
    child = node
    for above in module.ancestors(node):
        if isinstance(above, ast.If) and child in above.body and _compares_thread(above.test, names, module):
            return True
        if function is not None and above is function.node:
            break
        child = above
    return False


def _compares_thread(test: ast.expr, names: set[str], module: Module, depth: int = 0) -> bool:
    for part in ast.walk(test):
        if isinstance(part, ast.Compare) and any(isinstance(op, ast.Eq | ast.Is) for op in part.ops):
            for side in (part.left, *part.comparators):
                if isinstance(side, ast.Name) and side.id in names:
                    return True
                if any(
                    isinstance(inner, ast.Call) and re.search(r"get_ident$|current_?thread$|getcurrent$", last_name(inner), re.IGNORECASE)
                    for inner in ast.walk(side)
                ):
                    return True
        if isinstance(part, ast.Call) and depth == 0 and re.search(r"is_?(?:writer|owner|owned|held_by|mine)", last_name(part)):
            return True
    return False
