"""What a test provokes: code that stands where an exception is expected."""

from __future__ import annotations

import ast

from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.module import Module

_EXPECTING = frozenset(
    {"raises", "assertRaises", "assertRaisesRegex", "assertWarns", "assertWarnsRegex", "warns", "deprecated_call", "RaisesGroup"}
)


def is_expected_to_raise(node: ast.AST, module: Module) -> bool:
    """Whether a test provokes the failure of a call itself: it stands in `pytest.raises`, `assertRaises` and the like."""
    child: ast.AST = node
    for above in module.ancestors(node):
        if isinstance(above, ast.With | ast.AsyncWith) and child in above.body:
            if any(last_name(item.context_expr) in _EXPECTING for item in above.items):
                return True
        elif isinstance(above, ast.Lambda | ast.Call):
            outer = above if isinstance(above, ast.Call) else module.parent(above)
            if isinstance(outer, ast.Call) and outer is not node and last_name(outer) in _EXPECTING:
                return True
        elif isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            return False
        child = above
    return False
