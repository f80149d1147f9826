"""How many turns a loop takes, and how many elements an iterable has, where that is written in the source."""

from __future__ import annotations

import ast

from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.module import Module

_MAX_SIZE = 2**62  # `len` can't count farther
_MAX_STEPS = 4  # names and calls on the way from an iterable to where its size is written


def turns_of(loop: ast.AST, module: Module) -> int | None:
    """Turns of a `for` loop or comprehension; `None` where the source doesn't tell, and for `while`."""
    match loop:
        case ast.For():
            return size_of(loop.iter, module)
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            product = 1
            for generator in loop.generators:
                size = size_of(generator.iter, module)
                if size is None:
                    return None
                product *= size
            return product
        case _:
            return None


def size_of(node: ast.expr, module: Module, steps: int = 0) -> int | None:
    """Number of elements that the iterable gives; `None` where the source doesn't tell."""
    if steps > _MAX_STEPS:
        return None
    match node:
        case ast.List() | ast.Tuple() | ast.Set():
            return None if any(isinstance(part, ast.Starred) for part in node.elts) else len(node.elts)
        case ast.Dict():
            return len(node.keys)
        case ast.Constant(value=str() | bytes() as text):
            return len(text)
        case ast.BinOp(op=ast.Mult(), left=ast.List() | ast.Tuple() as part, right=ast.Constant(value=int() as times)):
            size = size_of(part, module, steps + 1)
            return None if size is None else size * times
        case ast.ListComp() | ast.GeneratorExp() if not any(generator.ifs for generator in node.generators):
            return turns_of(node, module)
        case ast.Call(func=ast.Name(id="range"), keywords=[]):
            return _range(node.args, module)
        case ast.Call(args=[inner, *_]) if last_name(node) in ("list", "tuple", "sorted", "reversed", "enumerate", "zip", "iter"):
            return size_of(inner, module, steps + 1) if len(node.args) == 1 or last_name(node) in ("enumerate", "zip") else None
        case ast.Name():
            return _variable(node, module, steps)
        case _:
            return None


def _constant(node: ast.expr, module: Module) -> ast.expr:
    """What a name stands for that is bound once."""
    owner = module.scope_at(node).owner(node.id) if isinstance(node, ast.Name) else None
    bindings = module.bindings(owner, node.id) if owner is not None and isinstance(node, ast.Name) else []
    value = bindings[0].value if len(bindings) == 1 and bindings[0].kind == "assign" else None
    return node if value is None else value


def _range(args: list[ast.expr], module: Module) -> int | None:
    numbers = [_number(_constant(arg, module)) for arg in args]
    known = [number for number in numbers if number is not None and abs(number) <= _MAX_SIZE]
    if len(known) < len(numbers) or not 1 <= len(known) <= 3 or (len(known) == 3 and known[2] == 0):
        return None
    return len(range(*known))


def _number(node: ast.expr) -> int | None:
    match node:
        case ast.Constant(value=int() as value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as value)):
            return -value
        case ast.BinOp(op=ast.Mult()):
            left, right = _number(node.left), _number(node.right)
            return None if left is None or right is None else left * right
        case ast.BinOp(op=ast.Pow(), left=ast.Constant(value=int() as base), right=ast.Constant(value=int() as exponent)):
            return int(base**exponent) if 0 <= exponent < 20 and abs(base) < 1000 else None
        case _:
            return None


def _variable(node: ast.Name, module: Module, steps: int) -> int | None:
    """A variable that is bound once, to something whose size is written there, and not appended to."""
    owner = module.scope_at(node).owner(node.id)
    bindings = module.bindings(owner, node.id) if owner is not None else []
    if owner is not None and len(bindings) == 1 and bindings[0].kind == "parameter":
        return _given(node, module, steps)
    if owner is None or len(bindings) != 1 or bindings[0].kind != "assign" or bindings[0].value is None:
        return None
    for use in owner.uses(node.id):
        above = module.parent(use)
        if isinstance(above, ast.Attribute) and above.attr in ("append", "extend", "insert", "add", "update"):
            return None
    return size_of(bindings[0].value, module, steps + 1)


def _given(node: ast.Name, module: Module, steps: int) -> int | None:
    """The most that the project's own calls pass for a parameter, if the size of each is written there."""
    function = module.function_around(node)
    if function is None or node.id not in function.parameters:
        return None
    given = list(module.project.arguments_for(function, node.id))
    sizes = [size_of(expression, home, steps + 1) for expression, home in given]
    known = [size for size in sizes if size is not None]
    calls = module.project.callers(function)
    return max(known) if known and len(known) == len(sizes) >= len(calls) else None
