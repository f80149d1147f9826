"""Names and the scopes that bind them."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
ScopeNode = ast.Module | ast.ClassDef | FunctionNode | Comprehension

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def names_in(*nodes: ast.AST) -> frozenset[str]:
    """Every name that stands in these nodes, whether it is read or bound there."""
    return frozenset(part.id for node in nodes for part in ast.walk(node) if isinstance(part, ast.Name))


@dataclass(eq=False)
class Scope:
    """One namespace. `stores` and `loads` hold the nodes of names met directly in it; nested scopes have their own."""

    node: ScopeNode
    parent: Scope | None
    name: str
    stores: dict[str, list[ast.AST]] = field(default_factory=lambda: defaultdict(list))
    loads: dict[str, list[ast.Name]] = field(default_factory=lambda: defaultdict(list))
    globals: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)
    children: list[Scope] = field(default_factory=list)
    calls: list[ast.Call] = field(default_factory=list)
    results: list[ast.Return | ast.Yield | ast.YieldFrom] = field(default_factory=list)

    @property
    def is_function(self) -> bool:
        """Whether it is the scope of a function or lambda."""
        return isinstance(self.node, FUNCTIONS)

    @property
    def qualname(self) -> str:
        """Dotted path inside the module, as `__qualname__` has it; `<module>` for the module itself."""
        parts: list[str] = []
        scope: Scope | None = self
        while scope is not None and scope.parent is not None:
            if not isinstance(scope.node, COMPREHENSIONS):
                parts.append(scope.name)
                if scope.parent.is_function:
                    parts.append("<locals>")
            scope = scope.parent
        return ".".join(reversed(parts)) or "<module>"

    @property
    def module_scope(self) -> Scope:
        """The outermost scope."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def owner(self, name: str) -> Scope | None:
        """The scope that a use of `name` here refers to; `None` for builtins and unbound names."""
        if name in self.globals:
            return self.module_scope
        scope: Scope | None = self
        if name in self.nonlocals:
            scope = self.parent
        while scope is not None:
            # A class body's names are seen in that body only, not in the functions inside it.
            if name in scope.stores and name not in scope.globals and name not in scope.nonlocals:
                if scope is self or not isinstance(scope.node, ast.ClassDef):
                    return scope
            elif name in scope.globals:
                return scope.module_scope
            scope = scope.parent
        return None

    def uses(self, name: str) -> Iterator[ast.Name]:
        """Loads of this scope's own variable `name`, here and in nested scopes."""
        for scope in self.module_scope.loaders.get(name, ()):
            if scope is self or scope.owner(name) is self:
                yield from scope.loads[name]

    def all_stores(self, name: str) -> Iterator[ast.AST]:
        """Nodes that bind this scope's own variable, also through `global` and `nonlocal` in nested scopes."""
        yield from self.stores.get(name, ())
        for scope in self.module_scope.declarers.get(name, ()):
            if scope is not self and name in scope.stores and scope.owner(name) is self:
                yield from scope.stores[name]

    @cached_property
    def loaders(self) -> dict[str, list[Scope]]:
        """Of a module: the scopes that load each name."""
        found: dict[str, list[Scope]] = defaultdict(list)
        for scope in self.family():
            for name in scope.loads:
                found[name].append(scope)
        return found

    @cached_property
    def declarers(self) -> dict[str, list[Scope]]:
        """Of a module: the scopes that declare each name `global` or `nonlocal`."""
        found: dict[str, list[Scope]] = defaultdict(list)
        for scope in self.family():
            for name in scope.globals | scope.nonlocals:
                found[name].append(scope)
        return found

    def family(self) -> Iterator[Scope]:
        """This scope and every scope nested in it."""
        todo = [self]
        while todo:
            scope = todo.pop()
            yield scope
            todo.extend(scope.children)


def evaluates(scope_node: ast.AST, child: ast.AST, below: ast.AST) -> bool:
    """Whether a scope's own code evaluates `child`, its direct child, and there `below`, the child of that."""
    if isinstance(scope_node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return child in scope_node.body  # not its decorators, defaults, annotations and bases
    if isinstance(scope_node, ast.Lambda):
        return child is scope_node.body
    if isinstance(scope_node, COMPREHENSIONS):
        first = scope_node.generators[0]
        return not (child is first and below is first.iter)  # the first iterable is evaluated around it
    return True
