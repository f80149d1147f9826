"""Which variable an expression means, so that two expressions can be told to mean the same one."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pytest_gilcheck.source.definitions import Class
from pytest_gilcheck.source.imports import imported_from
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.values import External, Instance

if TYPE_CHECKING:
    from pytest_gilcheck.source.project import Project


@dataclass(frozen=True, slots=True)
class Place:
    """A variable. `owner` is the module's path, the function's (`path:qualname`) or the class's (`path:qualname`).

    `kind`: `global`; `local` (of a function; a closure cell when a nested function uses it); `attribute` (of instances of
    a class of the project, or of the class itself); `member` (of something else, told by its own place in `owner`).
    `[]` behind the name stands for an item, whatever its key.
    """

    kind: Literal["global", "local", "attribute", "member"]
    owner: str
    name: str

    @property
    def key(self) -> str:
        """One string that is equal for equal places."""
        return f"{self.kind} {self.owner} {self.name}"


def place_of(node: ast.expr, module: Module, project: Project) -> Place | None:
    """The variable that the expression reads or writes; `None` when it can't be told."""
    match node:
        case ast.Name():
            return _named(node, module)
        case ast.Attribute():
            return _attribute(node, module, project)
        case ast.Subscript():
            base = place_of(node.value, module, project)
            return None if base is None else Place(base.kind, base.owner, base.name + "[]")
        case _:
            return None


def _named(node: ast.Name, module: Module) -> Place | None:
    owner = module.scope_at(node).owner(node.id)
    if owner is None:
        return None
    if owner.parent is None:
        for binding in module.bindings(owner, node.id):
            statement = module.parent(binding.node)
            if binding.kind == "import" and isinstance(statement, ast.ImportFrom) and isinstance(binding.node, ast.alias):
                origin = imported_from(statement, module)
                return Place("global", origin.path if isinstance(origin, Module) else origin, binding.node.name)
        return Place("global", module.path, node.id)
    if isinstance(owner.node, ast.ClassDef):
        return Place("attribute", f"{module.path}:{owner.qualname}", node.id)
    return Place("local", f"{module.path}:{owner.qualname}", node.id)


def _attribute(node: ast.Attribute, module: Module, project: Project) -> Place | None:
    for value in project.values(node.value, module):
        match value:
            case Module():
                return Place("global", value.path, node.attr)
            case External():
                return Place("global", value.name, node.attr)
            case Class():
                return _class_attribute(value, node.attr, project)
            case Instance(type=Class() as cls):
                return _class_attribute(cls, node.attr, project)
            case _:
                continue
    base = place_of(node.value, module, project)
    return None if base is None else Place("member", base.key, node.attr)


def _class_attribute(cls: Class, name: str, project: Project) -> Place:
    """Attributed to the topmost class that assigns it, so that a base and its subclass mean the same."""
    owner = cls
    for base in project.inference.mro(cls):
        if isinstance(base, Class) and name in base.attributes:
            owner = base
    return Place("attribute", f"{owner.module.path}:{owner.qualname}", name)


def root_name(node: ast.expr) -> ast.Name | None:
    """The name that an expression of attributes and items starts from: `self` of `self.stats.hits[k]`."""
    at = node
    while isinstance(at, ast.Attribute | ast.Subscript):
        at = at.value
    return at if isinstance(at, ast.Name) else None
