"""What a test asks, and which acts rely on the answer."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pytest_gilcheck.rules.sharing.acts import Wanted
from pytest_gilcheck.rules.sharing.indirect import asked_by_property
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.updates import same

_COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
_ENDED = frozenset({"is_closed", "closed", "done", "is_shutdown"})
_ABSENT_FILE = frozenset({"exists", "isfile", "isdir", "is_file", "is_dir", "lexists"})


def atoms(test: ast.expr, outcome: bool) -> Iterator[tuple[ast.expr, bool]]:
    """What is known of the parts of a test when it comes out that way."""
    match test:
        case ast.UnaryOp(op=ast.Not()):
            yield from atoms(test.operand, not outcome)
        case ast.BoolOp(op=ast.And()) if outcome:
            for part in test.values:
                yield from atoms(part, outcome)
        case ast.BoolOp(op=ast.Or()) if not outcome:
            for part in test.values:
                yield from atoms(part, outcome)
        case ast.BoolOp(values=[first, *rest]) if (one := _subject(first)) is not None and all(_is_about(part, one) for part in rest):
            for part in test.values:
                yield from atoms(part, outcome)
        case _:
            yield test, outcome


def _subject(test: ast.expr) -> ast.expr | None:
    """What `x is None`, `not x` and `x` ask about."""
    match test:
        case ast.Compare(left=ast.Name() | ast.Attribute() as left, comparators=[ast.Constant(value=None)]):
            return left
        case ast.UnaryOp(op=ast.Not(), operand=ast.Name() | ast.Attribute() as operand):
            return operand
        case ast.UnaryOp(op=ast.Not(), operand=ast.Call(func=ast.Name(id="hasattr"), args=[owner, ast.Constant(value=str() as name)])):
            return ast.copy_location(ast.Attribute(value=owner, attr=name, ctx=ast.Load()), test)
        case ast.Name() | ast.Attribute():
            return test
        case _:
            return None


def _is_about(test: ast.expr, one: ast.expr) -> bool:
    """Whether it asks more of the same thing: `x is None or not x.is_alive()`."""
    calls = [part.func for part in ast.walk(test) if isinstance(part, ast.Call)]
    return any(isinstance(called, ast.Attribute) and same(called.value, one) for called in calls)


def wanted_acts(atom: ast.expr, holds: bool, module: Module) -> Iterator[Wanted]:
    """Which acts rely on what a part of a test says."""
    yield from _looked_up(atom, _wanted(atom, holds), module)
    parts = atom.values if isinstance(atom, ast.BoolOp) else [atom]
    asked = [asked_by_property(part, module) if isinstance(part, ast.Attribute) else None for part in parts]
    if asked[0] is not None and all(one is not None and one.attr == asked[0].attr for one in asked):
        yield Wanted("set", asked[0], asked[0])


def _wanted(atom: ast.expr, holds: bool) -> Iterator[Wanted]:
    match atom:
        case ast.Compare(left=key, ops=[ast.In() | ast.NotIn() as op], comparators=[container]):
            absent = isinstance(op, ast.NotIn) == holds
            yield Wanted("insert" if absent else "remove", ast.Subscript(value=container, slice=key, ctx=ast.Load()), container, key)
        case ast.Compare(
            left=variable, ops=[ast.Is() | ast.IsNot() | ast.Eq() | ast.NotEq() as op], comparators=[ast.Constant(value=None)]
        ):
            if isinstance(op, ast.Is | ast.Eq) == holds:
                yield from _missing(variable)
        case ast.Compare(left=left, ops=[op], comparators=[right]) if isinstance(op, _COMPARISONS):
            yield from _compared(left, right)
        case ast.Name() | ast.Attribute() | ast.Subscript():
            yield from (_missing(atom) if not holds else (Wanted("take", atom, atom, inside=True),))
        case ast.Call():
            yield from _called(atom, holds)
        case ast.NamedExpr():
            yield from _wanted(atom.value, holds)
        case _:
            return


def _looked_up(atom: ast.expr, wanted: Iterator[Wanted], module: Module) -> Iterator[Wanted]:
    """`found = d.get(key)` and then `if found is None: d[key] = …` looks for the key as well."""
    for one in wanted:
        yield one
        if one.doing == "set" and isinstance(one.target, ast.Name) and (function := module.function_around(atom)) is not None:
            if function.scope.owner(one.target.id) is not function.scope:
                continue
            for binding in module.bindings(function.scope, one.target.id):
                value = binding.value
                if binding.kind == "assign" and isinstance(value, ast.Call) and last_name(value) == "get" and 0 < len(value.args) < 3:
                    yield from _missing(value)
                    break


def _missing(variable: ast.expr) -> Iterator[Wanted]:
    if isinstance(variable, ast.NamedExpr):
        variable = variable.value
    if isinstance(variable, ast.Name | ast.Attribute | ast.Subscript):
        yield Wanted("set", variable, variable)
    elif isinstance(variable, ast.Call) and last_name(variable) == "get" and variable.args and isinstance(variable.func, ast.Attribute):
        container, key = variable.func.value, variable.args[0]
        yield Wanted("insert", ast.Subscript(value=container, slice=key, ctx=ast.Load()), container, key)
    elif isinstance(variable, ast.Call) and last_name(variable) == "getattr" and len(variable.args) > 1:
        yield from _named_attribute(variable)


def _named_attribute(call: ast.Call) -> Iterator[Wanted]:
    name = call.args[1]
    if isinstance(name, ast.Constant) and isinstance(name.value, str):
        target = ast.Attribute(value=call.args[0], attr=name.value, ctx=ast.Store())
        yield Wanted("set", target, target)


def _compared(left: ast.expr, right: ast.expr) -> Iterator[Wanted]:
    for side in (left, right):
        if isinstance(side, ast.Name | ast.Attribute | ast.Subscript):
            yield Wanted("set", side, side)
        elif isinstance(side, ast.Call) and last_name(side) == "len" and side.args:
            yield Wanted("take", side.args[0], side.args[0], inside=True)
            yield Wanted("put", side.args[0], side.args[0], inside=True)
        elif isinstance(side, ast.Call) and last_name(side) == "qsize" and isinstance(side.func, ast.Attribute):
            yield Wanted("take", side.func.value, side.func.value, inside=True)


def _called(call: ast.Call, holds: bool) -> Iterator[Wanted]:
    name = last_name(call)
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    if name == "hasattr" and not holds and len(call.args) == 2:
        yield from _named_attribute(call)
    elif name == "len" and holds and call.args:
        yield Wanted("take", call.args[0], call.args[0], inside=True)
    elif ((name == "empty" and not holds) or (name == "qsize" and holds)) and owner is not None:
        yield Wanted("take", owner, owner, inside=True)
    elif name == "full" and not holds and owner is not None:
        yield Wanted("put", owner, owner, inside=True)
    elif name in _ABSENT_FILE and (call.args or owner is not None):
        path = call.args[0] if call.args else owner
        assert path is not None, "one of the two was just seen"
        yield Wanted("delete" if holds else "create", path, path, inside=True)
    elif name == "get" and not holds and len(call.args) == 1:
        yield from _missing(call)
    elif isinstance(owner, ast.Name | ast.Attribute) and ((name in _ENDED and holds) or (name == "is_alive" and not holds)):
        yield Wanted("set", owner, owner)
