"""Arguments of calls: which expression is given for what."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from pytest_gilcheck.source.definitions import Function


def argument(call: ast.Call, position: int, keyword: str) -> ast.expr | None:
    """An argument of a call by position or keyword; `None` when it isn't given in so many words."""
    for given in call.keywords:
        if given.arg == keyword:
            return given.value
    if position < len(call.args) and not any(isinstance(arg, ast.Starred) for arg in call.args[: position + 1]):
        return call.args[position]
    return None


def literal_elements(node: ast.expr | None) -> tuple[ast.expr, ...]:
    """The elements of a tuple or list display; nothing for anything else."""
    return tuple(node.elts) if isinstance(node, ast.Tuple | ast.List) else ()


def bind(function: Function, args: Iterable[ast.expr], keywords: Iterable[ast.keyword] = ()) -> dict[str, ast.expr]:
    """Which expression each parameter of the function gets, as far as the call is written without stars."""
    bound: dict[str, ast.expr] = {}
    for name, expression in zip(function.parameters, args, strict=False):
        if isinstance(expression, ast.Starred):
            break
        bound[name] = expression
    bound.update((keyword.arg, keyword.value) for keyword in keywords if keyword.arg is not None)
    return bound


def last_name(node: ast.expr) -> str:
    """The last name of a dotted expression or of what a call calls: `submit` of `self.pool.submit(f)`; empty for others."""
    if isinstance(node, ast.Call):
        return last_name(node.func)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
