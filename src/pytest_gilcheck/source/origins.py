"""Which expressions put the elements into a container: the way back, where `usage` goes forward."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.elements import CONTAINER_CALLS
from pytest_gilcheck.source.module import Module

_COPIES = frozenset({"list", "tuple", "set", "frozenset", "sorted", "reversed", "iter", "dict", "values", "keys", "copy", "enumerate"})
_ADDS = frozenset({"append", "add", "appendleft"})


@dataclass(frozen=True, slots=True)
class Origins:
    """Where elements come from.

    `made` are expressions whose values are the elements (of dicts: keys and values); `parameters` says that the container is
    given by a caller; `unknown` that some come from a place that can't be seen.
    """

    made: tuple[ast.expr, ...] = ()
    parameter: bool = False
    unknown: bool = False


def elements_of(node: ast.expr, module: Module) -> Origins:
    """Origins of the elements of a container: of displays, comprehensions, copies, and local variables that are filled."""
    search = _Search(module)
    search.container(node)
    return Origins(tuple(search.made), search.parameter, search.unknown)


class _Search:
    def __init__(self, module: Module) -> None:
        self.module = module
        self.made: list[ast.expr] = []
        self.parameter = False
        self.unknown = False
        self._seen: set[ast.AST | tuple[ast.AST, str]] = set()

    def container(self, node: ast.expr | None) -> None:
        match node:
            case ast.List() | ast.Tuple() | ast.Set():
                for part in node.elts:
                    self.container(part.value) if isinstance(part, ast.Starred) else self.element(part)
            case ast.Dict():
                for pair in zip(node.keys, node.values, strict=True):
                    for expression in pair:
                        self.element(expression)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
                self.element(node.elt)
            case ast.DictComp():
                self.element(node.key)
                self.element(node.value)
            case ast.BinOp():
                self.container(node.left)
                self.container(node.right)
            case ast.Constant(value=None):
                return
            case ast.Call(args=[]) if last_name(node) in CONTAINER_CALLS:
                return
            case ast.Call() if last_name(node) in _COPIES and (node.args or isinstance(node.func, ast.Attribute)):
                inner = node.func.value if isinstance(node.func, ast.Attribute) else node.args[0]
                self.container(inner)
            case ast.Name():
                self.variable(node)
            case _:
                self.unknown = True

    def element(self, node: ast.expr | None) -> None:
        """An element; the target of a comprehension is looked up in what it runs over."""
        if isinstance(node, ast.Name):
            owner = self.module.scope_at(node).owner(node.id)
            bindings = self.module.bindings(owner, node.id) if owner is not None else []
            if bindings and all(binding.kind == "loop" and binding.index is None for binding in bindings):
                if node not in self._seen:
                    self._seen.add(node)
                    for binding in bindings:
                        self.container(binding.value)
                return
        if node is not None:
            self.made.append(node)

    def variable(self, node: ast.Name) -> None:
        owner = self.module.scope_at(node).owner(node.id)
        if owner is None:
            self.unknown = True
            return
        if (key := (owner.node, node.id)) in self._seen:
            return
        self._seen.add(key)
        for binding in self.module.bindings(owner, node.id):
            if binding.kind in ("assign", "augmented"):
                self.container(binding.value)
            elif binding.kind == "parameter":
                self.parameter = True
            elif binding.kind == "element" and _waits(binding.value):
                continue  # `done, pending = wait(pending)` gives back what it got
            else:
                self.unknown = True
        for use in owner.uses(node.id):
            for part in self.added(use):
                self.element(part)

    def added(self, use: ast.Name) -> Iterator[ast.expr]:
        above = self.module.parent(use)
        if isinstance(above, ast.Attribute):
            call = self.module.parent(above)
            if isinstance(call, ast.Call) and call.func is above and call.args:
                if above.attr in _ADDS:
                    yield call.args[0]
                elif above.attr in ("extend", "update"):
                    self.container(call.args[0])
        elif isinstance(above, ast.Subscript) and isinstance(above.ctx, ast.Store):
            yield above.slice
            assignment = self.module.parent(above)
            if isinstance(assignment, ast.Assign):
                yield assignment.value


def _waits(node: ast.expr | None) -> bool:
    inner = node.value if isinstance(node, ast.Await) else node
    return isinstance(inner, ast.Call) and last_name(inner) == "wait"
