"""Checks by a property and acts by a method of the same object, one step away."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from pytest_gilcheck.rules.sharing.acts import Act, Wanted
from pytest_gilcheck.rules.sharing.signs import method_around
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.scopes import FUNCTIONS


def asked_by_property(node: ast.Attribute, module: Module) -> ast.Attribute | None:
    """`self.state` where `self.closed` is a property that returns `self.state == CLOSED`."""
    function = method_around(module.function_around(node))
    if function is None or function.cls is None or not isinstance(node.value, ast.Name) or node.value.id != function.self_name:
        return None
    getter = function.cls.methods.get(node.attr)
    if getter is None or getter is function or not any(last_name(decorator) == "property" for decorator in getter.decorators):
        return None
    match [statement for statement in getter.body if not _is_text(statement)]:
        case [ast.Return(value=ast.Compare(left=ast.Attribute(value=ast.Name(id=name)) as asked))] if name == getter.self_name:
            return ast.copy_location(ast.Attribute(value=node.value, attr=asked.attr, ctx=ast.Load()), node)
        case _:
            return None


def acts_by_method(block: Sequence[ast.stmt], wanted: Wanted, module: Module) -> Iterator[Act]:
    """`self._connect()` where that sets what was missing, without a look of its own."""
    target = wanted.target
    if wanted.doing != "set" or not block or not isinstance(target, ast.Attribute) or not isinstance(target.value, ast.Name):
        return
    here = module.function_around(block[0])
    function = method_around(here)
    if here is None or function is None or function.cls is None or target.value.id != function.self_name:
        return
    for call in sorted(here.calls, key=lambda call: call.lineno):
        called = call.func
        if not (isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id == function.self_name):
            continue
        method = function.cls.methods.get(called.attr)
        if method is None or method is function or method.is_async or not any(module.is_within(call, one) for one in block):
            continue
        if module.function_around(call) is here and (store := _store(method, target.attr)) is not None:
            yield Act(call, store)


def _store(method: Function, name: str) -> ast.Assign | None:
    """Where the method sets the attribute to something, if it doesn't look at it before."""
    stores = [node for node in method.self_stores if node.attr == name]
    if len(stores) != 1:
        return None
    statement = method.module.parent(stores[0])
    if not isinstance(statement, ast.Assign) or isinstance(statement.value, ast.Constant):
        return None
    if not isinstance(method.module.parent(statement), FUNCTIONS):
        return None
    looks = (
        node
        for node in method.module.attribute_nodes(name)
        if isinstance(node.ctx, ast.Load) and node.lineno <= statement.lineno and method.module.function_around(node) is method
    )
    return None if any(looks) else statement


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
