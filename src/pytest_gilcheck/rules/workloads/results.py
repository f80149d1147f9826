"""Whether a worker brings something home, or is there to disturb what others share."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.places import root_name
from pytest_gilcheck.source.scopes import COMPREHENSIONS, Scope, names_in
from pytest_gilcheck.source.starts import WorkerStart

_ADDING = frozenset({"append", "add", "extend", "put", "put_nowait", "appendleft", "update"})


def gives_result(function: Function) -> bool:
    """Whether the function returns what it computed, or stores it where others find it.

    In a test a store inside a loop doesn't count: threads that fill something in common there are a test of sharing. Elsewhere even
    a function that keeps all to itself counts: it is there to show how long computing takes.
    """
    if isinstance(function.node, ast.Lambda) or not function.module.is_test:
        return True
    if any(isinstance(r, ast.Return) and r.value is not None and not isinstance(r.value, ast.Constant) for r in function.scope.results):
        return True
    module = function.module
    return any(module.loop_around(store) is None for store in _stores(function))


def computes_from_arguments(start: WorkerStart) -> bool:
    """Whether the tasks are given something and give something made of it."""
    return bool(start.arguments) and all(_gives_something_made(function) for function in start.functions)


def _gives_something_made(function: Function) -> bool:
    node = function.node
    if isinstance(node, ast.Lambda):
        return bool(function.parameters) and not isinstance(node.body, ast.Constant | ast.Name)
    made = [result.value for result in function.scope.results if isinstance(result, ast.Return) and result.value is not None]
    used = names_in(*function.body)
    return (
        any(not isinstance(value, ast.Name) or value.id not in function.parameters for value in made)
        and any(name in used for name in function.parameters)
        and any(not isinstance(value, ast.Constant) or len(made) > 1 for value in made)
    )


def disturbs(function: Function) -> bool:
    """Whether it changes what other threads see while it computes: a global, an attribute of a shared object."""
    scopes = list(_scopes(function.scope))
    if any(name in scope.stores for scope in scopes for name in (*scope.globals, *scope.nonlocals)):
        return True
    module = function.module
    for node in _own_nodes(function):
        changed = isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and not _is_local(node, function)
        if changed and (isinstance(module.parent(node), ast.AugAssign) or module.loop_around(node) is not None):
            return True
    return module.is_test and any(module.loop_around(store) is not None for store in _stores(function))


def _stores(function: Function) -> Iterator[ast.AST]:
    """Where the function stores something in what it was given or in what is outside of it."""
    for node in _own_nodes(function):
        match node:
            case ast.Subscript(ctx=ast.Store()) | ast.Attribute(ctx=ast.Store()):
                if not _is_local(node, function):
                    yield node
            case ast.Call(func=ast.Attribute(attr=name)) if name in _ADDING and not _is_local(node.func, function):
                yield node
            case _:
                pass


def _own_nodes(function: Function) -> Iterator[ast.AST]:
    for statement in function.body:
        for node in ast.walk(statement):
            if function.module.function_around(node) is function:
                yield node


def _is_local(node: ast.expr, function: Function) -> bool:
    """Whether the thing that is changed was made by the function itself."""
    root = root_name(node)
    if root is None:
        return False
    module: Module = function.module
    owner = module.scope_at(root).owner(root.id)
    while owner is not None and isinstance(owner.node, COMPREHENSIONS):
        owner = owner.parent
    if owner is not function.scope:
        return False
    return all(binding.kind in ("assign", "with") and _is_made(binding.value) for binding in module.definitions(owner, root.id))


def _is_made(value: ast.expr | None) -> bool:
    return not isinstance(value, ast.Name | ast.Attribute | ast.Subscript)


def _scopes(scope: Scope) -> Iterator[Scope]:
    yield scope
    for child in scope.children:
        if isinstance(child.node, COMPREHENSIONS):
            yield from _scopes(child)
