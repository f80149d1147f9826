"""Functions and classes of the project."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from pytest_gilcheck.source.bindings import Binding
from pytest_gilcheck.source.scopes import COMPREHENSIONS, FunctionNode, Scope

if TYPE_CHECKING:
    from pytest_gilcheck.source.module import Module


_CLASS_METHODS = frozenset({"__new__", "__init_subclass__", "__class_getitem__"})


class Function:
    """A function, method or lambda of the project; equal only to itself."""

    def __init__(self, node: FunctionNode, module: Module, scope: Scope) -> None:
        self.node = node
        self.module = module
        self.scope = scope

    def __repr__(self) -> str:
        return f"<Function {self.module.path}:{self.qualname}>"

    @property
    def name(self) -> str:
        """Its own name; `<lambda>` for a lambda."""
        return self.scope.name

    @property
    def qualname(self) -> str:
        """`Class.method`, `outer.<locals>.inner`."""
        return self.scope.qualname

    @property
    def is_async(self) -> bool:
        """Whether it is a coroutine function (or an asynchronous generator)."""
        return isinstance(self.node, ast.AsyncFunctionDef)

    @property
    def is_generator(self) -> bool:
        """Whether its body yields."""
        return any(not isinstance(result, ast.Return) for result in self.scope.results)

    @property
    def cls(self) -> Class | None:
        """The class whose method it is."""
        parent = self.scope.parent
        return self.module.class_of(parent.node) if parent is not None and isinstance(parent.node, ast.ClassDef) else None

    @property
    def decorators(self) -> Sequence[ast.expr]:
        """Decorator expressions, outermost first."""
        return () if isinstance(self.node, ast.Lambda) else self.node.decorator_list

    @property
    def is_static(self) -> bool:
        """Whether it is a method without `self` or `cls`."""
        return any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in self.decorators)

    @property
    def takes_class(self) -> bool:
        """Whether its first parameter is the class."""
        return self.name in _CLASS_METHODS or any(isinstance(d, ast.Name) and d.id == "classmethod" for d in self.decorators)

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """Positional parameter names in order, without `self` or `cls` of a method."""
        arguments = self.node.args
        names = [arg.arg for arg in (*arguments.posonlyargs, *arguments.args)]
        return tuple(names[1:] if self.self_name else names)

    @cached_property
    def defaults(self) -> dict[str, ast.expr]:
        """Default expressions of its parameters, by name."""
        arguments = self.node.args
        positional = [*arguments.posonlyargs, *arguments.args]
        pairs = [
            *zip(reversed(positional), reversed(arguments.defaults), strict=False),
            *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
        ]
        return {parameter.arg: default for parameter, default in pairs if default is not None}

    @cached_property
    def self_name(self) -> str | None:
        """What a method calls its first parameter; `None` for other functions and static methods."""
        arguments = (*self.node.args.posonlyargs, *self.node.args.args)
        if self.cls is None or self.is_static or not arguments or isinstance(self.node, ast.Lambda):
            return None
        return arguments[0].arg

    @cached_property
    def calls(self) -> tuple[ast.Call, ...]:
        """Calls in its own body, comprehensions included, nested functions and lambdas not."""
        found: list[ast.Call] = []
        todo = [self.scope]
        while todo:
            scope = todo.pop()
            found += scope.calls
            todo += [child for child in scope.children if isinstance(child.node, COMPREHENSIONS)]
        return tuple(found)

    @cached_property
    def self_stores(self) -> tuple[ast.Attribute, ...]:
        """`self.x` where it is assigned, augmented or deleted, in functions nested in the method too."""
        found: list[ast.Attribute] = []
        for scope in self.scope.family():
            for load in scope.loads.get(self.self_name or "", ()):
                above = self.module.parent(load)
                if isinstance(above, ast.Attribute) and not isinstance(above.ctx, ast.Load) and scope.owner(load.id) is self.scope:
                    found.append(above)
        return tuple(found)

    @property
    def body(self) -> Sequence[ast.stmt]:
        """Statements of its body; a lambda has none."""
        return () if isinstance(self.node, ast.Lambda) else self.node.body


class Class:
    """A class of the project; equal only to itself."""

    def __init__(self, node: ast.ClassDef, module: Module, scope: Scope) -> None:
        self.node = node
        self.module = module
        self.scope = scope

    def __repr__(self) -> str:
        return f"<Class {self.module.path}:{self.qualname}>"

    @property
    def name(self) -> str:
        """Its own name."""
        return self.node.name

    @property
    def qualname(self) -> str:
        """Dotted path inside the module."""
        return self.scope.qualname

    @property
    def bases(self) -> Sequence[ast.expr]:
        """Base class expressions."""
        return self.node.bases

    @cached_property
    def methods(self) -> dict[str, Function]:
        """Functions defined in its body, by name; the last definition wins."""
        return {
            name: self.module.function_at(node)
            for name, nodes in self.scope.stores.items()
            for node in nodes
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }

    @cached_property
    def attributes(self) -> dict[str, list[Binding]]:
        """What gives its attributes a value: `name = …` in the class body, `self.name = …` in any of its methods."""
        found: dict[str, list[Binding]] = {}
        for name, nodes in self.scope.stores.items():
            found[name] = [self.module.binding(node) for node in nodes]
        for method in self.methods.values():
            if method.self_name is None:
                continue
            for node in method.self_stores:
                found.setdefault(node.attr, []).append(self.module.binding(node))
        return found
