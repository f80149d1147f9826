"""Follows an expression through imports, aliases, assignments, parameters, attributes and calls to what it can be.

Flow-insensitive: every assignment of a name counts. An expression about which nothing is known gives no value at all, so
rules stay silent where inference does.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pytest_gilcheck.source import containers, imports, known, returns
from pytest_gilcheck.source.bindings import Binding
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.parameters import annotated, parameter_values
from pytest_gilcheck.source.scopes import Scope
from pytest_gilcheck.source.values import Elements, External, Instance, Method, Value

if TYPE_CHECKING:
    from pytest_gilcheck.source.project import Project

_BUILTINS = frozenset(dir(builtins))
_MAX_DEPTH = 12  # steps from an expression to its origin; real chains are shorter, cycles are not
_MAX_VALUES = 8  # a name that can be more things than this tells nothing


class Inference:
    """Answers `values` for the modules of one project, each expression once."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._known: dict[ast.AST, tuple[Value, ...]] = {}
        self._tentative: dict[ast.AST, tuple[Value, ...]] = {}
        self._orders: dict[Class, tuple[Class | str, ...]] = {}
        self._depth = 0
        self._cut = False
        self.importing: set[ast.alias] = set()

    def values(self, node: ast.expr, module: Module) -> tuple[Value, ...]:
        """Everything the expression can be, as far as the source tells; empty when it doesn't."""
        known_values = self._known.get(node)
        if known_values is None and self._depth:
            known_values = self._tentative.get(node)
        if known_values is not None:
            return known_values
        if self._depth >= _MAX_DEPTH:
            self._cut = True
            return ()
        cut_before, self._cut = self._cut, False
        self._depth += 1
        self._known[node] = ()  # a cycle adds nothing
        try:
            found = self._distinct(node, module)
        finally:
            self._depth -= 1
            del self._known[node]
        if not self._cut or self._depth == 0:
            self._known[node] = found
        else:
            # What was cut short by depth may be complete from another start; within this one it is not tried again.
            self._tentative[node] = found
        self._cut = self._cut or cut_before
        if self._depth == 0:
            self._cut = False
            self._tentative.clear()
        return found

    def _distinct(self, node: ast.expr, module: Module) -> tuple[Value, ...]:
        found: dict[Value, None] = {}
        for value in self._infer(node, module):
            found[value] = None
            if len(found) == _MAX_VALUES:
                break
        return tuple(found)

    def _infer(self, node: ast.expr, module: Module) -> Iterator[Value]:
        match node:
            case ast.Name():
                yield from self.name_values(node.id, module.scope_at(node), module)
            case ast.Attribute():
                for owner in self.values(node.value, module):
                    yield from self.attribute(owner, node.attr)
            case ast.Call():
                yield from returns.call(self, node, module)
            case ast.Lambda():
                yield module.function_at(node)
            case ast.Await():
                yield from returns.awaited(self, node.value, module)
            case ast.NamedExpr():
                yield from self.values(node.value, module)
            case ast.IfExp():
                yield from self.values(node.body, module)
                yield from self.values(node.orelse, module)
            case ast.BoolOp():
                for part in node.values:
                    yield from self.values(part, module)
            case ast.BinOp(op=ast.Mult(), left=ast.List() | ast.Tuple()):
                yield from self.values(node.left, module)  # `[counter] * 4`
            case ast.List() | ast.Tuple() | ast.Set():
                yield Elements(tuple(node.elts), module)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
                yield Elements((node.elt,), module)
            case ast.Dict():
                yield Instance("builtins.dict", node, module)
            case ast.DictComp():
                yield Instance("builtins.dict", node, module)
            case ast.Subscript():
                yield from containers.subscript(self, node, module)
            case _:
                return

    # Names

    def name_values(self, name: str, scope: Scope, module: Module) -> Iterator[Value]:
        """What a name can be, used in that scope."""
        owner = scope.owner(name)
        if owner is None:
            yield from self._unbound(name, module)
            return
        for binding in module.bindings(owner, name):
            yield from self.bound(binding, module)

    def _unbound(self, name: str, module: Module) -> Iterator[Value]:
        for origin in imports.stars(module):
            if isinstance(origin, Module):
                if origin.scope.owner(name) is not None:
                    yield from self.name_values(name, origin.scope, origin)
                    return
            elif imports.has(origin, name):
                yield External(f"{origin}.{name}")
                return
        if name in _BUILTINS:
            yield External(f"builtins.{name}")

    def bound(self, binding: Binding, module: Module) -> Iterator[Value]:
        """What one binding gives its name."""
        node = binding.node
        match binding.kind:
            case "import":
                assert isinstance(node, ast.alias)
                yield from imports.imported(self, node, module)
            case "function":
                assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
                yield module.function_at(node)
            case "class":
                assert isinstance(node, ast.ClassDef)
                yield module.class_of(node)
            case "parameter":
                assert isinstance(node, ast.arg)
                yield from parameter_values(self, node, module)
            case "assign":
                made = self.values(binding.value, module) if binding.value is not None else ()
                yield from made
                holder = module.parent(node)
                if isinstance(holder, ast.AnnAssign):
                    # `jobs: Queue = Queue(5)` says the same thing twice.
                    types = {value.type for value in made if isinstance(value, Instance)}
                    yield from (v for v in annotated(self, holder.annotation, module) if not (isinstance(v, Instance) and v.type in types))
            case "with":
                if binding.value is not None and binding.index is None:
                    yield from returns.entered(self, binding.value, module)
            case "loop":
                if binding.value is not None:
                    yield from containers.iterated(self, binding.value, binding.index, module)
            case "element":
                if binding.value is not None and binding.index is not None:
                    yield from containers.unpacked(self, binding.value, binding.index, module)
            case _:
                return

    # Attributes

    def attribute(self, owner: Value, name: str) -> Iterator[Value]:
        """What `owner.name` can be."""
        match owner:
            case Module():
                if owner.scope.owner(name) is not None:
                    yield from self.name_values(name, owner.scope, owner)
                elif (inner := self.project.named(f"{owner.name}.{name}", owner)) is not None:
                    yield inner
                else:
                    yield from (v for v in self._unbound(name, owner) if not (isinstance(v, External) and v.name.startswith("builtins.")))
            case External():
                dotted = f"{owner.name}.{name}"
                yield self.project.named(dotted, None) or External(known.canonical(dotted))
            case Class():
                for cls in self.mro(owner):
                    if isinstance(cls, Class) and name in cls.attributes:
                        for binding in cls.attributes[name]:
                            yield from self.bound(binding, cls.module)
                        return
            case Instance():
                yield from self._instance_attribute(owner, name)
            case _:
                return

    def _instance_attribute(self, owner: Instance, name: str) -> Iterator[Value]:
        if isinstance(owner.type, str):
            yield Method(owner, name)
            return
        for cls in self.mro(owner.type):
            if isinstance(cls, str):
                yield Method(Instance(cls, owner.call, owner.module), name)
            elif name in cls.attributes:
                for binding in cls.attributes[name]:
                    for value in self.bound(binding, cls.module):
                        yield from self._on_instance(value, owner, name)
                return

    def _on_instance(self, value: Value, owner: Instance, name: str) -> Iterator[Value]:
        if isinstance(value, Function) and value.cls is not None and not value.is_static:
            if any(last_name(d) in ("property", "cached_property") for d in value.decorators):
                yield from self.returned(value)
            else:
                yield Method(owner, name, value)
        else:
            yield value

    def mro(self, cls: Class) -> Sequence[Class | str]:
        """The class and its bases, depth first; external bases by canonical name."""
        order = self._orders.get(cls)
        if order is None:
            cut_before, self._cut = self._cut, False
            order = tuple(self._bases_of(cls))
            if not self._cut:  # within another question an answer may be cut short
                self._orders[cls] = order
            self._cut = self._cut or cut_before
        return order

    def _bases_of(self, cls: Class) -> Iterator[Class | str]:
        seen: set[Class] = set()
        todo: list[Class | str] = [cls]
        while todo:
            at = todo.pop(0)
            if isinstance(at, str):
                yield at
                continue
            if at in seen:
                continue
            seen.add(at)
            yield at
            above: list[Class | str] = []
            own = known.canonical(f"{at.module.name}.{at.name}")
            if known.BASES.get(own) in (known.OTHER_PROCESS_POOL, known.OTHER_THREAD_POOL):
                above.append(own)  # the package that has it is read itself
            for base in at.bases:
                for value in self.values(base, at.module):
                    if isinstance(value, Class):
                        above.append(value)
                    elif isinstance(value, External):
                        above.append(value.name)
            todo[:0] = above

    def is_a(self, value: Value | str | Class, *names: str) -> bool:
        """Whether an instance (or a class given by itself) is of one of the known classes, also through inheritance."""
        cls = value.type if isinstance(value, Instance) else value.name if isinstance(value, External) else value
        if isinstance(cls, str):
            return any(known.is_known_subclass(cls, name) for name in names)
        if isinstance(cls, Class):
            return any(known.is_known_subclass(base, name) for base in self.mro(cls) if isinstance(base, str) for name in names)
        return False

    # Calls

    def returned(self, function: Function) -> Iterator[Value]:
        """What calling the function gives: the values of its returns, or the function's annotation."""
        yield from returns.returned(self, function)

    def yielded(self, function: Function) -> Iterator[Value]:
        """What a generator function yields (fixtures and context managers give it on)."""
        yield from returns.yielded(self, function)
