"""Whether the class of a variable is known beyond doubt, and not only one of those that it may have."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence

from pytest_gilcheck.source.bindings import Binding
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.values import Instance


def classes_of(node: ast.expr, module: Module) -> frozenset[str]:
    """Canonical names of the classes of a name or an attribute of `self`, all of them from outside of the project.

    Empty unless each of its bindings is a call, an import or a parameter with an annotation, whose class is known.
    """
    if not all(map(_is_certain, bindings := _bindings(node, module))) or not bindings:
        return frozenset()
    found: set[str] = set()
    for value in module.project.values(node, module):
        if not isinstance(value, Instance) or not isinstance(value.type, str):
            return frozenset()
        found.add(value.type)
    return frozenset(found)


def is_one_of(node: ast.expr, names: Collection[str], module: Module) -> bool:
    """Whether the variable is an object of one of these classes, and of no other."""
    found = classes_of(node, module)
    return bool(found) and all(name in names for name in found)


def _bindings(node: ast.expr, module: Module) -> Sequence[Binding]:
    if isinstance(node, ast.Name):
        owner = module.scope_at(node).owner(node.id)
        return module.bindings(owner, node.id) if owner is not None else []
    function, cls = module.function_around(node), module.class_around(node)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and function is not None and cls is not None:
        return cls.attributes.get(node.attr, []) if node.value.id == function.self_name else []
    return []


def _is_certain(binding: Binding) -> bool:
    if binding.kind == "parameter":
        return isinstance(binding.node, ast.arg) and isinstance(binding.node.annotation, ast.Name | ast.Attribute)
    return binding.kind == "import" or (binding.kind in ("assign", "with") and isinstance(binding.value, ast.Call))
