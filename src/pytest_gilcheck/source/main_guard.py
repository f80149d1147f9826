"""Whether code is kept from running when a started child imports the file again: the `__main__` guard in all its forms."""

from __future__ import annotations

import ast
import re

from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.conditions import conditions_of
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.values import External

_MAX_DEPTH = 4  # names and functions on the way from a test to the comparison itself
_SPEAKS_OF_MAIN = re.compile(r"(?:^|_)main(?:_|$)|IsMain|isMain|main_?process", re.IGNORECASE)


def is_guarded(node: ast.AST, module: Module) -> bool:
    """Whether the node runs only in the process that the user started, as far as its own function shows."""
    return any(only_in_main(test, outcome, module) for test, outcome in conditions_of(node, module))


def only_in_main(test: ast.expr, outcome: bool, module: Module, depth: int = 0) -> bool:
    """Whether the test comes out that way only where the file is run itself, never in a child that imports it."""
    match test:
        case ast.UnaryOp(op=ast.Not()):
            return only_in_main(test.operand, not outcome, module, depth)
        case ast.NamedExpr():
            return only_in_main(test.value, outcome, module, depth)
        case ast.BoolOp():
            parts = (only_in_main(value, outcome, module, depth) for value in test.values)
            # `a and b` true: both hold, one of them is enough; `a and b` false: either may have failed.
            return any(parts) if isinstance(test.op, ast.And) is outcome else all(parts)
        case ast.Compare(ops=[operator], comparators=[right]):
            return _compared(test.left, operator, right, outcome, module)
        case ast.Call():
            return _called(test, outcome, module, depth)
        case ast.Name() | ast.Attribute():
            return _named(test, outcome, module, depth)
        case _:
            return False


def _compared(left: ast.expr, operator: ast.cmpop, right: ast.expr, outcome: bool, module: Module) -> bool:
    equal = isinstance(operator, ast.Eq | ast.Is | ast.In)
    if isinstance(operator, ast.In | ast.NotIn):
        # `__mp_main__` is the name that the file has in a child.
        return equal is outcome and _is_name(left) and "__main__" in (names := _strings(right)) and "__mp_main__" not in names
    if not isinstance(operator, ast.Eq | ast.NotEq | ast.Is | ast.IsNot):
        return False
    for one, other in ((left, right), (right, left)):
        if not isinstance(other, ast.Constant):
            continue
        if _is_name(one):
            return equal is outcome if other.value == "__main__" else equal is not outcome and other.value == "__mp_main__"
        if other.value == "MainProcess" and isinstance(one, ast.Attribute) and one.attr == "name":
            return equal is outcome
        if other.value is None and _is_parent_process(one, module):
            return equal is outcome
    return False


def _called(call: ast.Call, outcome: bool, module: Module, depth: int) -> bool:
    function = call.func
    if isinstance(function, ast.Attribute) and _is_name(function.value) and function.attr in ("endswith", "startswith"):
        return outcome and bool(call.args) and "__main__" in _strings(call.args[0])
    if _is_parent_process(call, module):
        return not outcome
    values = module.project.values(function, module)
    for value in values:
        if isinstance(value, Function) and depth < _MAX_DEPTH:
            results = [result.value for result in value.scope.results if isinstance(result, ast.Return) and result.value is not None]
            if results and all(only_in_main(result, outcome, value.module, depth + 1) for result in results):
                return True
    # A test from elsewhere that is named after the main process: silence is the safe side.
    return not any(isinstance(value, Function) for value in values) and outcome and _SPEAKS_OF_MAIN.search(last_name(function)) is not None


def _named(node: ast.Name | ast.Attribute, outcome: bool, module: Module, depth: int) -> bool:
    if isinstance(node, ast.Name) and (owner := module.scope_at(node).owner(node.id)) is not None:
        values = [binding.value for binding in module.bindings(owner, node.id) if binding.kind == "assign"]
        if values and depth < _MAX_DEPTH:
            return all(value is not None and only_in_main(value, outcome, module, depth + 1) for value in values)
    return outcome and _SPEAKS_OF_MAIN.search(last_name(node)) is not None


def _is_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "__name__"


def _strings(node: ast.expr) -> tuple[str, ...]:
    parts = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]
    return tuple(part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str))


def _is_parent_process(node: ast.expr, module: Module) -> bool:
    """`multiprocessing.parent_process()`, which is None in the main process only."""
    if not (isinstance(node, ast.Call) and last_name(node) == "parent_process"):
        return False
    values = module.project.values(node.func, module)
    return not values or any(isinstance(value, External) and value.name == "multiprocessing.parent_process" for value in values)
