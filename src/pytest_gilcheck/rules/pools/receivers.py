"""Objects that are given a pool when they are made, and whether anybody ends it for them."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from pytest_gilcheck.source.calls import bind, last_name
from pytest_gilcheck.source.definitions import Class
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.usage import uses_of_variable
from pytest_gilcheck.source.uses import Use, UseKind


def with_receivers(call: ast.Call, uses: Sequence[Use]) -> list[Use]:
    """The uses, with those of an object of the project in place of the call that hands it what `call` makes."""
    names = {use.name for use in uses if use.kind is UseKind.BOUND}
    found: list[Use] = []
    for use in uses:
        inside = _in_init(call, names, use) if use.kind is UseKind.PASSED else None
        found += [use] if inside is None else inside
    return found


def _in_init(made: ast.Call, names: set[str], use: Use) -> Sequence[Use] | None:
    """What the `__init__` that is called does with its parameter; `None` if that is not to be seen."""
    call, module = use.node, use.module
    if not isinstance(call, ast.Call) or not last_name(call)[:1].isupper():
        return None
    cls = _class_called(call, module)
    init = module.project.method(cls, "__init__") if cls is not None else None
    if init is None:
        return None
    given = bind(init, call.args, call.keywords)
    name = next(
        (name for name, given_one in given.items() if given_one is made or (isinstance(given_one, ast.Name) and given_one.id in names)), ""
    )
    load = next(iter(sorted(init.scope.uses(name), key=lambda node: node.lineno)), None) if name else None
    return uses_of_variable(load, init.module) if isinstance(load, ast.Name) else None


def _class_called(call: ast.Call, module: Module) -> Class | None:
    classes = [value for value in module.project.values(call.func, module) if isinstance(value, Class)]
    return classes[0] if len(classes) == 1 else None
