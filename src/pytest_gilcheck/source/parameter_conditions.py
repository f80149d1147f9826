"""How tests on a function's parameters come out for the arguments of one call: `run(jobs, parallel=False)`."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from pytest_gilcheck.source.calls import bind
from pytest_gilcheck.source.conditions import combined
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.scopes import names_in


def parameters_in(test: ast.expr, function: Function) -> frozenset[str]:
    """Names of the function's parameters that the test reads, `self` included."""
    arguments = function.node.args
    names = {arg.arg for arg in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    return names_in(test) & names


def decided(function: Function, node: ast.expr, tests: Iterable[tuple[ast.expr, bool]]) -> bool | None:
    """Whether a call of the function makes every test come out as wanted; `None` when the arguments don't tell.

    `node` is the expression that runs the function; one that is no plain call of it passes nothing that could be read here.
    """
    if not isinstance(node, ast.Call):
        return None
    given = {**function.defaults, **bind(function, node.args, node.keywords)}
    result: bool | None = True
    for test, wanted in tests:
        outcome = combined(test, lambda part: _outcome(part, given))
        if outcome is None:
            result = None
        elif outcome is not wanted:
            return False
    return result


def _outcome(test: ast.expr, given: Mapping[str, ast.expr]) -> bool | None:
    """The outcome of a simple test on parameters that are given as literals."""
    match test:
        case ast.Compare(ops=[operator], comparators=[right]):
            return _compared(_literal(test.left, given), operator, _literal(right, given))
        case _:
            value = _literal(test, given)
            return bool(value.value) if value is not None else None


def _literal(node: ast.expr, given: Mapping[str, ast.expr]) -> ast.Constant | None:
    if isinstance(node, ast.Name):
        node = given.get(node.id, node)
    return node if isinstance(node, ast.Constant) else None


def _compared(left: ast.Constant | None, operator: ast.cmpop, right: ast.Constant | None) -> bool | None:
    if left is None or right is None:
        return None
    a, b = left.value, right.value
    match operator:
        case ast.Eq() | ast.Is():
            return bool(a == b)
        case ast.NotEq() | ast.IsNot():
            return bool(a != b)
        case ast.Gt() | ast.GtE() | ast.Lt() | ast.LtE() if isinstance(a, int | float) and isinstance(b, int | float):
            return {ast.Gt: a > b, ast.GtE: a >= b, ast.Lt: a < b, ast.LtE: a <= b}[type(operator)]
        case _:
            return None
