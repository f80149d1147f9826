"""Functions and classes that pickle finds under no name that can be imported."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.scopes import FUNCTIONS, Scope

_KEPT = frozenset({"staticmethod", "wraps", "lru_cache", "cache", "override"})  # decorators that leave it the same kind of function


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why an object can't be pickled: `what` it is, in words.

    `sure` is False where the source leaves a way out. `inherited` marks what a process may be given when it is made, but not in a
    task (locks and queues of multiprocessing).
    """

    what: str
    sure: bool = True
    inherited: bool = False


def of_function(function: Function) -> Obstacle | None:
    """Lambdas, functions defined inside others, and those that a decorator replaces by such a one."""
    if isinstance(function.node, ast.Lambda):
        return Obstacle("a lambda")
    outer = _function_outside(function.scope)
    if outer is None:
        replacing = next(_replacing(function), None)
        return Obstacle(f"`{function.name}`, which `{replacing.name}` replaces by a function defined inside it") if replacing else None
    if any(last_name(decorator) not in _KEPT for decorator in function.decorators) or _is_made_global(function.scope):
        return None
    return Obstacle(f"`{function.name}`, which is defined inside `{outer.name}`")


def of_class(cls: Class) -> Obstacle | None:
    """Classes defined inside functions."""
    outer = _function_outside(cls.scope)
    if outer is None or _is_made_global(cls.scope):
        return None
    return Obstacle(f"the class `{cls.name}`, which is defined inside `{outer.name}`")


def _is_made_global(scope: Scope) -> bool:
    """`global f` in front of `def f` makes it the module's."""
    return scope.parent is not None and scope.name in scope.parent.globals


def _function_outside(scope: Scope) -> Scope | None:
    outer = scope.parent
    while outer is not None and not isinstance(outer.node, FUNCTIONS):
        outer = outer.parent
    return outer


def of_decorated(owner: Scope, name: str, module: Module) -> Obstacle | None:
    """What a decorator was given, and hides behind a function of its own: pickle looks for it by name, and finds that other one."""
    if not isinstance(owner.node, FUNCTIONS):
        return None
    decorator = module.function_at(owner.node)
    if decorator.parameters[:1] != (name,) or not _returns_another(decorator, name):
        return None
    names = {decorator.name} | ({outer.name} if (outer := _function_outside(owner)) is not None else set())
    for other in module.project.modules:
        for used in other.decorators_named(*names):
            decorated = other.parent(used)
            if isinstance(decorated, ast.FunctionDef) and decorator in other.project.values(used, other):
                return Obstacle(f"`{name}`, the function under the decorator (`{decorated.name}`, say), whose name now means another one")
    return None


def _returns_another(decorator: Function, name: str) -> bool:
    """Whether the decorator gives something else than what it was given."""
    results = [result.value for result in decorator.scope.results]
    return bool(results) and all(
        isinstance(result, ast.Name) and result.id != name and decorator.scope.owner(result.id) is decorator.scope for result in results
    )


def _replacing(function: Function) -> Iterator[Function]:
    """Decorators that put a function of their own in its place, under a name of its own (without `functools.wraps`)."""
    project = function.module.project
    for name in function.decorators:
        for value in project.values(name, function.module) if isinstance(name, ast.Name) else ():
            if isinstance(value, Function) and (inner := _only_result(value)) is not None and not _is_renamed(inner, value):
                yield value


def _only_result(decorator: Function) -> Function | None:
    """The function defined inside the decorator that it always returns."""
    results = decorator.scope.results
    if len(results) != 1 or not isinstance(results[0].value, ast.Name):
        return None
    values = decorator.module.project.values(results[0].value, decorator.module)
    only = values[0] if len(values) == 1 else None
    return only if isinstance(only, Function) and only.scope.parent is decorator.scope else None


def _is_renamed(inner: Function, decorator: Function) -> bool:
    """Whether it takes over the name of what it replaces: by `wraps`, `update_wrapper` or `__qualname__ = …`."""
    module = decorator.module
    return (
        bool(inner.decorators)
        or any(last_name(call) == "update_wrapper" for call in decorator.calls)
        or any(module.function_around(node) is decorator for node in module.attribute_nodes("__qualname__"))
    )
