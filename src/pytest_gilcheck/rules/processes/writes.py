"""What a function writes that outlives its call, and which variable that is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.places import root_name
from pytest_gilcheck.source.scopes import FUNCTIONS, Scope
from pytest_gilcheck.source.values import Elements, Instance
from pytest_gilcheck.source.workers import Reach

_ADDS = ("append", "extend", "add", "update", "insert", "appendleft", "extendleft")
_CONTAINERS = ("builtins.", "collections.")


@dataclass(frozen=True, slots=True, eq=False)
class Write:
    """A statement that changes a variable which its function didn't make.

    `target` is the variable, attribute or container as it stands there; `adds` says that it adds to what is there (`+=`, `append`,
    a new item), so that the old content counts.
    """

    node: ast.stmt
    target: ast.expr
    module: Module
    adds: bool

    @property
    def function(self) -> Function | None:
        """The function it stands in."""
        return self.module.function_around(self.node)


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """What is written, as the process that started the worker knows it: a name of a scope, or an attribute of a class's objects.

    `node` is an expression for it: in the worker, or (for what is given as an argument) where the worker is started.
    """

    node: ast.Name | ast.Attribute
    module: Module
    cls: Class | None = None

    @property
    def name(self) -> str:
        """Its last name."""
        return last_name(self.node)


def writes_in(module: Module, functions: set[Function]) -> Iterator[Write]:
    """Statements of these functions that may write something that outlives them."""
    for assign in module.nodes(ast.Assign):
        if module.function_around(assign) in functions:
            for target in assign.targets:
                if _outlives(target, module):
                    yield Write(assign, target, module, isinstance(target, ast.Subscript))
    for augmented in module.nodes(ast.AugAssign):
        if module.function_around(augmented) in functions and _outlives(augmented.target, module):
            yield Write(augmented, augmented.target, module, True)
    for call in module.calls_to(*_ADDS):
        statement = module.parent(call)
        if isinstance(statement, ast.Expr) and isinstance(call.func, ast.Attribute) and module.function_around(call) in functions:
            yield Write(statement, call.func.value, module, True)


def _outlives(target: ast.expr, module: Module) -> bool:
    if isinstance(target, ast.Name):
        scope = module.scope_at(target)
        return target.id in scope.globals or target.id in scope.nonlocals
    return isinstance(target, ast.Attribute | ast.Subscript)


def variable_of(write: Write, reach: Reach) -> Variable | None:
    """The variable that is written on this way into a worker; `None` if it is the worker's own, or shared between processes."""
    module, function = write.module, reach.chain[-1]
    target: ast.expr = write.target
    held = not isinstance(target, ast.Name | ast.Attribute) or isinstance(module.parent(target), ast.Attribute)
    while isinstance(target, ast.Subscript):
        target = target.value
    if not isinstance(target, ast.Name | ast.Attribute) or (held and not _is_container(target, module)):
        return None
    root = root_name(target)
    if isinstance(target, ast.Attribute):
        of_class = _class_attribute(target, module)
        if of_class is not None:
            return of_class
    if root is None:
        return None
    owner = module.scope_at(root).owner(root.id)
    if owner is None or isinstance(owner.node, ast.ClassDef):
        return None
    if owner.parent is None:
        return _of_module(target, root, module)
    if owner is function.scope:
        return _of_own_function(target, root, reach)
    if isinstance(owner.node, FUNCTIONS) and isinstance(target, ast.Name) and _is_around(owner, reach.chain[0]):
        return Variable(target, module)
    return None


def _is_around(scope: Scope, worker: Function) -> bool:
    """Whether the worker is defined inside: a function that the worker calls has variables of the worker's own."""
    at = worker.scope.parent
    while at is not None and at is not scope:
        at = at.parent
    return at is not None


def _is_container(node: ast.expr, module: Module) -> bool:
    """Whether it is a plain list, dictionary or set: those that processes share have classes of their own."""
    values = module.project.values(node, module)
    return bool(values) and all(
        isinstance(v, Elements) or (isinstance(v, Instance) and isinstance(v.type, str) and v.type.startswith(_CONTAINERS)) for v in values
    )


def _class_attribute(target: ast.Attribute, module: Module) -> Variable | None:
    base = target.value
    if (isinstance(base, ast.Call) and last_name(base) == "type") or (isinstance(base, ast.Attribute) and base.attr == "__class__"):
        cls = module.class_around(target)
        return Variable(target, module, cls) if cls is not None else None
    classes = [v for v in module.project.values(base, module) if isinstance(v, Class)]
    return Variable(target, module, classes[0]) if classes else None


def _of_module(target: ast.Name | ast.Attribute, root: ast.Name, module: Module) -> Variable | None:
    if isinstance(target, ast.Name):
        return Variable(target, module)
    values = module.project.values(target.value, module)
    if any(isinstance(v, Module) for v in values):
        return Variable(target, module)
    plain = [v.type for v in values if isinstance(v, Instance) and isinstance(v.type, Class) and _is_plain(v.type)]
    return Variable(target, module, plain[0]) if plain and target.value is root else None


def _is_plain(cls: Class) -> bool:
    """Whether the class is the project's alone: objects of others may be proxies, or live in shared memory."""
    return all(isinstance(base, Class) or base in ("builtins.object", "abc.ABC") for base in cls.module.project.inference.mro(cls))


def _of_own_function(target: ast.Name | ast.Attribute, root: ast.Name, reach: Reach) -> Variable | None:
    """Of `self`, or of a parameter."""
    function, start = reach.chain[-1], reach.start
    if root.id == function.self_name and isinstance(target, ast.Attribute) and target.value is root and function.cls is not None:
        whole = all(step.cls is not None and step.self_name is not None for step in reach.chain)
        # `self` is the same all the way from the start where each step is a method called on `self`.
        on_self = all(isinstance(call.func, ast.Attribute) and last_name(call.func.value) == "self" for call in reach.calls)
        started = start.own or start.receiver is not None
        return Variable(target, function.module, function.cls) if whole and on_self and started else None
    if len(reach.chain) > 1 or root.id not in function.parameters or _is_handed_back(function, root.id):
        return None
    if isinstance(target, ast.Attribute):
        return _of_given_object(target, root, function)
    if not start.each:
        given = start.arguments_of(function).get(root.id)
        if isinstance(given, ast.Name) and _is_container(given, start.module):
            return Variable(given, start.module)
    return None


def _of_given_object(target: ast.Attribute, root: ast.Name, function: Function) -> Variable | None:
    """Of an object that the worker was given: the worker has a copy."""
    values = function.module.project.values(root, function.module)
    plain = [v.type for v in values if isinstance(v, Instance) and isinstance(v.type, Class) and _is_plain(v.type)]
    return Variable(target, function.module, plain[0]) if target.value is root and len(plain) == len(values) == 1 else None


def _is_handed_back(function: Function, name: str) -> bool:
    """Whether the worker returns what it was given, or sends it on."""
    module = function.module
    return any(
        isinstance(above, ast.Return | ast.Yield) or (isinstance(above, ast.Call) and last_name(above) in ("put", "put_nowait", "send"))
        for use in function.scope.loads.get(name, ())
        for above in module.ancestors(use)
        if isinstance(above, ast.expr | ast.Return)
    )
