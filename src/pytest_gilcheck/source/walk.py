"""One walk over a module's tree: parents, scopes, and nodes by kind and name."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pytest_gilcheck.source.scopes import COMPREHENSIONS, Comprehension, FunctionNode, Scope, ScopeNode


@dataclass(slots=True, eq=False)
class Index:
    """Everything one walk over a tree finds: parents, scopes, and nodes by kind and name."""

    parents: dict[ast.AST, ast.AST]
    scopes: dict[ast.AST, Scope]
    nodes: dict[type[ast.AST], list[ast.AST]]
    calls: dict[str, list[ast.Call]]
    attributes: dict[str, list[ast.Attribute]]
    stars: list[ast.ImportFrom]


_SKIPPED_FIELDS = frozenset({"ctx", "op", "ops", "type_comment", "kind", "conversion", "simple", "level", "is_async", "type_ignores"})
_fields_of: dict[type[ast.AST], tuple[str, ...]] = {}
_LEAVES = (ast.Constant, ast.Pass, ast.Break, ast.Continue)


def index(tree: ast.Module) -> Index:
    """Walk the tree once. Names used only for type checkers (`if TYPE_CHECKING`) bind, but nothing in them is executed."""
    return _Walk().run(tree)


class _Walk:
    """One scope at a time, so that the walk needs no (node, scope) pairs: most of the engine's time is spent here."""

    def __init__(self) -> None:
        self.parents: dict[ast.AST, ast.AST] = {}
        self.scopes: dict[ast.AST, Scope] = {}
        self.nodes: dict[type[ast.AST], list[ast.AST]] = defaultdict(list)
        self.calls: dict[str, list[ast.Call]] = defaultdict(list)
        self.attributes: dict[str, list[ast.Attribute]] = defaultdict(list)
        self.stars: list[ast.ImportFrom] = []
        self.todo: list[tuple[Scope, list[ast.AST]]] = []

    def run(self, tree: ast.Module) -> Index:
        root = Scope(tree, None, "<module>")
        self.scopes[tree] = root
        for statement in tree.body:
            self.parents[statement] = tree
        self.todo.append((root, list(tree.body)))
        while self.todo:
            self.walk(*self.todo.pop())
        return Index(self.parents, self.scopes, self.nodes, self.calls, self.attributes, self.stars)

    def walk(self, scope: Scope, stack: list[ast.AST]) -> None:
        parents, nodes, special = self.parents, self.nodes, _SPECIAL
        pop, push = stack.pop, stack.append
        while stack:
            node = pop()
            kind = node.__class__
            if kind is ast.Name:
                if node.ctx.__class__ is ast.Load:  # type: ignore[attr-defined]  # narrowing by class identity is for speed
                    scope.loads[node.id].append(node)  # type: ignore[attr-defined,arg-type]
                else:
                    scope.stores[node.id].append(node)  # type: ignore[attr-defined]
                continue
            if kind in _LEAVES:
                continue
            nodes[kind].append(node)
            handler = special.get(kind)
            if handler is not None and handler(self, node, scope, stack):
                continue
            fields = _fields_of.get(kind)
            if fields is None:
                fields = _fields_of[kind] = tuple(f for f in kind._fields if f not in _SKIPPED_FIELDS)
            for name in fields:
                value = getattr(node, name)
                if value.__class__ is list:
                    for child in value:
                        if isinstance(child, ast.AST):
                            parents[child] = node
                            push(child)
                elif isinstance(value, ast.AST):
                    parents[value] = node
                    push(value)

    def enter(self, node: ScopeNode, name: str, scope: Scope, inside: list[ast.AST]) -> None:
        """Open the scope of `node`; `inside` are the nodes evaluated in it."""
        child = Scope(node, scope, name)
        scope.children.append(child)
        self.scopes[node] = child
        for part in inside:
            self.parents[part] = node
        self.todo.append((child, inside))

    def outside(self, node: ast.AST, parts: list[ast.AST], stack: list[ast.AST]) -> None:
        """Nodes below `node` that are evaluated in the scope around it."""
        for part in parts:
            self.parents[part] = node
        stack.extend(parts)

    # Each handler returns whether it has dealt with the node's children.

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope, stack: list[ast.AST]) -> bool:
        scope.stores[node.name].append(node)
        returns: list[ast.AST] = [node.returns] if node.returns else []
        self.outside(node, [*node.decorator_list, *returns], stack)
        self.enter(node, node.name, scope, list(node.body))
        self.arguments(node, scope, stack)
        return True

    def lambda_(self, node: ast.Lambda, scope: Scope, stack: list[ast.AST]) -> bool:
        self.enter(node, "<lambda>", scope, [node.body])
        self.arguments(node, scope, stack)
        return True

    def arguments(self, node: FunctionNode, scope: Scope, stack: list[ast.AST]) -> None:
        inner = self.scopes[node]
        arguments = node.args
        self.parents[arguments] = node
        for arg in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg):
            if arg is not None:
                inner.stores[arg.arg].append(arg)
                self.parents[arg] = arguments
                if arg.annotation is not None:
                    self.outside(arg, [arg.annotation], stack)
        self.outside(arguments, [*arguments.defaults, *(d for d in arguments.kw_defaults if d is not None)], stack)

    def class_(self, node: ast.ClassDef, scope: Scope, stack: list[ast.AST]) -> bool:
        scope.stores[node.name].append(node)
        self.outside(node, [*node.decorator_list, *node.bases, *node.keywords], stack)
        self.enter(node, node.name, scope, list(node.body))
        return True

    def comprehension(self, node: Comprehension, scope: Scope, stack: list[ast.AST]) -> bool:
        first = node.generators[0]
        inside: list[ast.AST] = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        self.enter(node, f"<{type(node).__name__}>", scope, [*inside, *node.generators[1:], first.target, *first.ifs])
        for part in (first.target, *first.ifs):
            self.parents[part] = first
        self.parents[first] = node
        self.outside(first, [first.iter], stack)
        return True

    def call(self, node: ast.Call, scope: Scope, stack: list[ast.AST]) -> bool:
        scope.calls.append(node)
        function = node.func
        if isinstance(function, ast.Attribute):
            self.calls[function.attr].append(node)
        elif isinstance(function, ast.Name):
            self.calls[function.id].append(node)
        else:
            self.calls[""].append(node)
        return False

    def attribute(self, node: ast.Attribute, scope: Scope, stack: list[ast.AST]) -> bool:
        self.attributes[node.attr].append(node)
        return False

    def named(self, node: ast.NamedExpr, scope: Scope, stack: list[ast.AST]) -> bool:
        owner = scope
        while isinstance(owner.node, COMPREHENSIONS) and owner.parent is not None:
            owner = owner.parent  # PEP 572: binds in the function around the comprehension
        owner.stores[node.target.id].append(node.target)
        self.parents[node.target] = node
        self.outside(node, [node.value], stack)
        return True

    def import_(self, node: ast.Import | ast.ImportFrom, scope: Scope, stack: list[ast.AST]) -> bool:
        for alias in node.names:
            self.parents[alias] = node
            if alias.name == "*":
                assert isinstance(node, ast.ImportFrom)  # the grammar has no other star
                self.stars.append(node)
            else:
                local = alias.asname or (alias.name.partition(".")[0] if isinstance(node, ast.Import) else alias.name)
                scope.stores[local].append(alias)
        return True

    def global_(self, node: ast.Global, scope: Scope, stack: list[ast.AST]) -> bool:
        scope.globals.update(node.names)
        for name in node.names:
            scope.module_scope.stores[name] += []  # a name of the module, even if only functions bind it
        return True

    def nonlocal_(self, node: ast.Nonlocal, scope: Scope, stack: list[ast.AST]) -> bool:
        scope.nonlocals.update(node.names)
        return True

    def handler(self, node: ast.ExceptHandler, scope: Scope, stack: list[ast.AST]) -> bool:
        if node.name:
            scope.stores[node.name].append(node)
        return False

    def capture(self, node: ast.MatchAs | ast.MatchStar | ast.MatchMapping, scope: Scope, stack: list[ast.AST]) -> bool:
        name = node.rest if isinstance(node, ast.MatchMapping) else node.name
        if name:
            scope.stores[name].append(node)
        return False

    def result(self, node: ast.Return | ast.Yield | ast.YieldFrom, scope: Scope, stack: list[ast.AST]) -> bool:
        scope.results.append(node)
        return False

    def if_(self, node: ast.If, scope: Scope, stack: list[ast.AST]) -> bool:
        live = _live_branch(node.test)
        if live is None:
            return False
        dead, alive = (node.orelse, node.body) if live else (node.body, node.orelse)
        imports = [s for s in dead if isinstance(s, ast.Import | ast.ImportFrom)]
        self.outside(node, [node.test, *alive, *imports], stack)
        return True


# Keyed by class, so each handler gets the nodes its signature names; the type can't say that.
_SPECIAL: dict[type[ast.AST], Callable[[_Walk, Any, Scope, list[ast.AST]], bool]] = {
    ast.FunctionDef: _Walk.function,
    ast.AsyncFunctionDef: _Walk.function,
    ast.Lambda: _Walk.lambda_,
    ast.ClassDef: _Walk.class_,
    ast.ListComp: _Walk.comprehension,
    ast.SetComp: _Walk.comprehension,
    ast.DictComp: _Walk.comprehension,
    ast.GeneratorExp: _Walk.comprehension,
    ast.Call: _Walk.call,
    ast.Attribute: _Walk.attribute,
    ast.NamedExpr: _Walk.named,
    ast.Import: _Walk.import_,
    ast.ImportFrom: _Walk.import_,
    ast.Global: _Walk.global_,
    ast.Nonlocal: _Walk.nonlocal_,
    ast.ExceptHandler: _Walk.handler,
    ast.MatchAs: _Walk.capture,
    ast.MatchStar: _Walk.capture,
    ast.MatchMapping: _Walk.capture,
    ast.Return: _Walk.result,
    ast.Yield: _Walk.result,
    ast.YieldFrom: _Walk.result,
    ast.If: _Walk.if_,
}


def _live_branch(test: ast.expr) -> bool | None:
    """Which branch of an `if` can run: True the body, False the else, None both.

    `TYPE_CHECKING` counts as false by its name, wherever it was imported from.
    """
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = _live_branch(test.operand)
        return None if inner is None else not inner
    if isinstance(test, ast.Constant):
        return bool(test.value)
    name = test.id if isinstance(test, ast.Name) else test.attr if isinstance(test, ast.Attribute) else ""
    return False if name == "TYPE_CHECKING" else None
