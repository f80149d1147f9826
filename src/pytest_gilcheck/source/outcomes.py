"""How tests on a function's parameters come out for the arguments of one call: `run(jobs, parallel=False)`."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from pytest_gilcheck.source.calls import bind
from pytest_gilcheck.source.definitions import Function


def parameters_in(test: ast.expr, function: Function) -> frozenset[str]:
    """Names of the function's parameters that the test reads, `self` included."""
    arguments = function.node.args
    names = {arg.arg for arg in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    return frozenset(node.id for node in ast.walk(test) if isinstance(node, ast.Name) and node.id in names)


def decided(function: Function, node: ast.expr, tests: Iterable[tuple[ast.expr, bool]]) -> bool | None:
    """Whether a call of the function makes every test come out as wanted; `None` when the arguments don't tell.

    `node` is the expression that runs the function; one that is no plain call of it passes nothing that could be read here.
    """
    if not isinstance(node, ast.Call):
        return None
    given = {**_defaults(function), **bind(function, node.args, node.keywords)}
    result: bool | None = True
    for test, wanted in tests:
        outcome = _outcome(test, given)
        if outcome is None:
            result = None
        elif outcome is not wanted:
            return False
    return result


def _defaults(function: Function) -> dict[str, ast.expr]:
    arguments = function.node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    found = {arg.arg: default for arg, default in zip(reversed(positional), reversed(arguments.defaults), strict=False)}
    found.update(
        (arg.arg, default) for arg, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if default is not None
    )
    return found


def _outcome(test: ast.expr, given: Mapping[str, ast.expr]) -> bool | None:
    """The outcome of a simple test on parameters that are given as literals."""
    match test:
        case ast.UnaryOp(op=ast.Not()):
            inner = _outcome(test.operand, given)
            return None if inner is None else not inner
        case ast.BoolOp():
            outcomes = [_outcome(value, given) for value in test.values]
            deciding = isinstance(test.op, ast.Or)
            if deciding in outcomes:
                return deciding
            return None if None in outcomes else not deciding
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
