"""One parsed file: its functions and classes, and the way from a node to what surrounds it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from pytest_gilcheck.source.bindings import Binding, binding_at
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.reader import split_lines
from pytest_gilcheck.source.scopes import COMPREHENSIONS, FUNCTIONS, FunctionNode, Scope, evaluates
from pytest_gilcheck.source.suites import is_test_code
from pytest_gilcheck.source.walk import index

if TYPE_CHECKING:
    from pytest_gilcheck.source.project import Project

Node = TypeVar("Node", bound=ast.AST)

LOOPS = (ast.For, ast.AsyncFor, ast.While)
TRIES: tuple[type[ast.AST], ...] = (ast.Try, ast.TryStar)


class Module:
    """A parsed file, and the place to ask what surrounds a node.

    `path` is relative to the rootdir, with `/`; `name` is the dotted name it is imported by, as far as its place tells.
    """

    def __init__(self, tree: ast.Module, text: str, path: str, name: str, project: Project) -> None:
        self.tree = tree
        self.path = path
        self.name = name
        self.project = project
        self.text = text
        self._index = index(tree)
        self._functions: dict[ast.AST, Function] = {}
        self._classes: dict[ast.AST, Class] = {}
        self._bindings: dict[ast.AST, Binding] = {}
        self._scopes_at: dict[ast.AST, Scope] = {}
        self._bound: dict[tuple[Scope, str], Sequence[Binding]] = {}

    def __repr__(self) -> str:
        return f"<Module {self.path}>"

    # What is in the file

    @cached_property
    def lines(self) -> list[str]:
        """Its lines, without line ends; line 1 is `lines[0]`."""
        return split_lines(self.text)

    @cached_property
    def is_test(self) -> bool:
        """Whether it belongs to a test suite, by its name and folder."""
        return is_test_code(self.path)

    @property
    def scope(self) -> Scope:
        """The module's own namespace."""
        return self._index.scopes[self.tree]

    @property
    def scopes(self) -> Iterator[Scope]:
        """All scopes of the file."""
        return iter(self._index.scopes.values())

    def nodes(self, *kinds: type[Node]) -> Iterator[Node]:
        """All nodes of exactly these kinds, except those in `if TYPE_CHECKING` and other dead branches."""
        for kind in kinds:
            yield from self._index.nodes.get(kind, ())  # type: ignore[misc]  # keyed by class, so the values are of it

    @property
    def calls(self) -> Iterator[ast.Call]:
        """All calls."""
        return self.nodes(ast.Call)

    def calls_to(self, *names: str) -> Iterator[ast.Call]:
        """Calls whose function's last name is one of these: `submit` finds `pool.submit(…)` and `submit(…)`."""
        for name in names:
            yield from self._index.calls.get(name, ())

    def calls_renamed(self, *names: str) -> Iterator[ast.Call]:
        """Calls of what these names are imported as or assigned to under another name: `from m import submit as go`."""
        yield from self.calls_to(*sorted(self.other_names(names) - set(names)))

    def other_names(self, names: Iterable[str]) -> set[str]:
        """What these names are imported as or assigned to in the file, its attributes included."""
        return {other for name in names for other in self.aliases.get(name, ())}

    @cached_property
    def aliases(self) -> dict[str, set[str]]:
        """By last name, the other names that something goes by in the file: `as …` of an import, `go = pool.submit`, a partial of it."""
        found: dict[str, set[str]] = {}
        for statement in self.nodes(ast.ImportFrom):
            for alias in statement.names:
                if alias.asname:
                    found.setdefault(alias.name, set()).add(alias.asname)
        assignments: list[ast.Assign | ast.AnnAssign] = [*self.nodes(ast.Assign), *self.nodes(ast.AnnAssign)]
        for assignment in assignments:
            value = assignment.value
            if isinstance(value, ast.Call) and last_name(value) == "partial" and value.args:
                value = value.args[0]
            if isinstance(value, ast.Attribute | ast.Name):
                assigned = assignment.targets if isinstance(assignment, ast.Assign) else [assignment.target]
                targets = (target for target in assigned if isinstance(target, ast.Attribute | ast.Name))
                found.setdefault(last_name(value), set()).update(last_name(target) for target in targets)
        return found

    @property
    def called_names(self) -> frozenset[str]:
        """Last names of everything that is called in the file."""
        return frozenset(self._index.calls)

    def attribute_nodes(self, name: str) -> Sequence[ast.Attribute]:
        """All `….name` expressions, loads and stores."""
        return self._index.attributes.get(name, ())

    def decorators_named(self, *names: str) -> Iterator[ast.expr]:
        """Decorators of functions and classes whose last name is one of these."""
        for name in names:
            yield from self._decorators.get(name, ())

    @cached_property
    def _decorators(self) -> dict[str, list[ast.expr]]:
        found: dict[str, list[ast.expr]] = {}
        definitions: tuple[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, ...]
        definitions = (*self.nodes(ast.FunctionDef), *self.nodes(ast.AsyncFunctionDef), *self.nodes(ast.ClassDef))
        for decorated in definitions:
            for decorator in decorated.decorator_list:
                found.setdefault(last_name(decorator), []).append(decorator)
        return found

    @property
    def star_imports(self) -> Sequence[ast.ImportFrom]:
        """`from x import *` statements."""
        return self._index.stars

    @cached_property
    def functions(self) -> tuple[Function, ...]:
        """All functions, methods and lambdas."""
        return tuple(self.function_at(node) for node in self._index.scopes if isinstance(node, FUNCTIONS))

    @cached_property
    def classes(self) -> tuple[Class, ...]:
        """All classes."""
        return tuple(self.class_of(node) for node in self._index.scopes if isinstance(node, ast.ClassDef))

    def function_at(self, node: FunctionNode) -> Function:
        """The function of a def or lambda node."""
        known = self._functions.get(node)
        if known is None:
            known = self._functions[node] = Function(node, self, self._index.scopes[node])
        return known

    def class_of(self, node: ast.ClassDef) -> Class:
        """The class of a class statement."""
        known = self._classes.get(node)
        if known is None:
            known = self._classes[node] = Class(node, self, self._index.scopes[node])
        return known

    # Around a node

    def parent(self, node: ast.AST) -> ast.AST | None:
        """The node that holds it."""
        return self._index.parents.get(node)

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes that hold it, innermost first, up to the module."""
        parents = self._index.parents
        above = parents.get(node)
        while above is not None:
            yield above
            above = parents.get(above)

    def scope_at(self, node: ast.AST) -> Scope:
        """The scope that the node is evaluated in; for a def that is the scope around it."""
        known = self._scopes_at.get(node)
        if known is None:
            known = self._scopes_at[node] = self._find_scope_at(node)
        return known

    def _find_scope_at(self, node: ast.AST) -> Scope:
        scopes, parents = self._index.scopes, self._index.parents
        below, child, above = node, node, parents.get(node)
        while above is not None:
            scope = scopes.get(above)
            if scope is not None:
                if evaluates(above, child, below):
                    return scope
            elif isinstance(above, ast.stmt):
                return self.scope_at(above)  # no scope of its own: everything in it has the same one, which is found once
            below, child, above = child, above, parents.get(above)
        return scopes[self.tree]

    def function_around(self, node: ast.AST) -> Function | None:
        """The innermost function or lambda whose body the node is in."""
        scope: Scope | None = self.scope_at(node)
        while scope is not None:
            if isinstance(scope.node, FUNCTIONS):
                return self.function_at(scope.node)
            if isinstance(scope.node, ast.ClassDef):
                return None
            scope = scope.parent
        return None

    def class_around(self, node: ast.AST) -> Class | None:
        """The innermost class that the node is in, through methods and the functions inside them."""
        scope: Scope | None = self.scope_at(node)
        while scope is not None:
            if isinstance(scope.node, ast.ClassDef):
                return self.class_of(scope.node)
            scope = scope.parent
        return None

    def symbol_at(self, node: ast.AST) -> str:
        """The qualified name of the function or class around it, lambdas and comprehensions left out."""
        scope: Scope | None = (
            self._index.scopes.get(node) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) else None
        )
        scope = scope or self.scope_at(node)
        while scope is not None and (isinstance(scope.node, COMPREHENSIONS) or scope.name == "<lambda>"):
            scope = scope.parent
        return scope.qualname if scope is not None else "<module>"

    def statement_of(self, node: ast.AST) -> ast.stmt:
        """The innermost statement that the node is part of (itself, if it is one)."""
        at: ast.AST | None = node
        while at is not None and not isinstance(at, ast.stmt):
            at = self.parent(at)
        assert at is not None, "every node below the module is part of a statement"
        return at

    def block_of(self, statement: ast.stmt) -> Sequence[ast.stmt]:
        """The list of statements that it stands in."""
        above = self.parent(statement)
        for name in ("body", "orelse", "finalbody", "handlers"):
            block = getattr(above, name, None)
            if isinstance(block, list) and any(part is statement for part in block):
                return block
        return (statement,)

    def loop_around(self, node: ast.AST) -> ast.AST | None:
        """The innermost loop or comprehension of the same function that runs the node repeatedly.

        What a loop evaluates once (its iterable, its `else`) is not inside it.
        """
        below = child = node
        for above in self.ancestors(node):
            if isinstance(above, FUNCTIONS) and evaluates(above, child, below):
                return None
            if isinstance(above, LOOPS) and _repeats(above, child):
                return above
            if isinstance(above, COMPREHENSIONS) and evaluates(above, child, below):
                return above
            below, child = child, above
        return None

    def is_within(self, node: ast.AST, ancestor: ast.AST) -> bool:
        """Whether the node is the ancestor or below it."""
        return node is ancestor or any(above is ancestor for above in self.ancestors(node))

    def line(self, number: int) -> str:
        """Text of a line that counts from 1; empty beyond the end."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    # Bindings

    def binding(self, node: ast.AST) -> Binding:
        """What the node that stores a name or attribute binds it to."""
        known = self._bindings.get(node)
        if known is None:
            known = self._bindings[node] = binding_at(node, self._index.parents)
        return known

    def bindings(self, scope: Scope, name: str) -> Sequence[Binding]:
        """Everything that binds this scope's variable, in no particular order of running, sorted by line."""
        known = self._bound.get((scope, name))
        if known is None:
            nodes = sorted(scope.all_stores(name), key=lambda n: (getattr(n, "lineno", 0), getattr(n, "col_offset", 0)))
            known = self._bound[scope, name] = [self.binding(node) for node in nodes]
        return known

    def definitions(self, scope: Scope, name: str) -> list[Binding]:
        """Its bindings that don't start from its old value: all but `+=` and its like."""
        return [binding for binding in self.bindings(scope, name) if binding.kind != "augmented"]


def _repeats(loop: ast.AST, child: ast.AST) -> bool:
    if isinstance(loop, ast.While):
        return child is loop.test or child in loop.body
    return isinstance(loop, ast.For | ast.AsyncFor) and child in loop.body
