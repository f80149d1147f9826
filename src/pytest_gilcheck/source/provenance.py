"""Where a thing that a worker touches was made, and so whether another worker can have it too.

What can't be followed is taken for the worker's own: rules stay silent there. `trace` follows things inside of a worker,
`outside` in the function that starts it.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.imports import imported_from
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.scopes import Scope
from pytest_gilcheck.source.values import Instance

if TYPE_CHECKING:
    from pytest_gilcheck.source.project import Project

_OWN_KINDS = frozenset({"threading.local", "contextvars.ContextVar", "_thread._local", "werkzeug.local.Local", "asgiref.local.Local"})
_LOCAL_NAME = re.compile(r"(?:^|_)(?:thread_?|task_?)locals?$|(?:^|_)tls$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a thing comes from. `key` is equal for what is the same variable (or attribute of it, item of it).

    `kind`: `global` (one for the process: module variables, classes, default arguments); `made` (in one run of the function
    whose frame `frame` is: 0 the one that starts the worker, 1 its caller, 2 farther out); `given` (to the function of frame 0
    as its argument or `self`); `own` (the worker's own, or unknown). `node` is where it is made, for `made`.
    """

    kind: Literal["global", "made", "given", "own"]
    key: str = ""
    frame: int = 0
    node: ast.AST | None = None
    parameter: str = ""

    def member(self, name: str) -> Provenance:
        """The same for an attribute (`.name`) or item (`[]`) of it."""
        return self if self.kind == "own" else replace(self, key=self.key + name)


OWN = Provenance("own")


def is_local_storage(node: ast.expr, module: Module, project: Project) -> bool:
    """Whether the expression is storage that each thread or task has for itself."""
    if _LOCAL_NAME.search(last_name(node)):
        return True
    return any(
        isinstance(value, Instance) and any(project.inference.is_a(value, kind) for kind in _OWN_KINDS)
        for value in project.values(node, module)
    )


def of_module_variable(name: str, owner: Scope, module: Module) -> Provenance:
    """Of a variable of a module or of a class body; imported ones are their own module's."""
    for binding in module.bindings(owner, name):
        if binding.kind == "import" and isinstance(binding.node, ast.alias):
            statement = module.parent(binding.node)
            if isinstance(statement, ast.ImportFrom):
                origin = imported_from(statement, module)
                return Provenance("global", f"global {origin.path if isinstance(origin, Module) else origin} {binding.node.name}")
        if binding.kind == "class" and isinstance(binding.node, ast.ClassDef):
            return of_class(module.class_of(binding.node))
    prefix = "global" if owner.parent is None else f"class {owner.qualname}"
    return Provenance("global", f"{prefix} {module.path} {name}")


def of_class(cls: Class) -> Provenance:
    """Of a class itself."""
    return Provenance("global", f"class {cls.module.path}:{cls.qualname}")


def self_key(function: Function, project: Project) -> str:
    """All methods of a class and of its bases in the project mean the same `self`."""
    cls = function.cls
    assert cls is not None, "only methods have a self"
    top = [base for base in project.inference.mro(cls) if isinstance(base, Class)][-1]
    return f"self {top.module.path}:{top.qualname}"


def most_own(found: list[Provenance]) -> Provenance:
    """One answer of several: shared only if nothing says that it is the worker's own."""
    if not found or any(one.kind == "own" for one in found):
        return OWN
    return found[0]


def narrowest(found: list[Provenance]) -> Provenance:
    """Of a text with several parts: it is as narrow as its narrowest part."""
    rank = ("own", "made", "given", "global")
    return min(found, key=lambda one: rank.index(one.kind), default=OWN)


def of_default(function: Function, name: str) -> Provenance:
    """A mutable default argument is one object for all calls."""
    if isinstance(function.defaults.get(name), ast.List | ast.Dict | ast.Set | ast.Call | ast.ListComp):
        return Provenance("global", f"default {function.module.path}:{function.qualname} {name}")
    return OWN
