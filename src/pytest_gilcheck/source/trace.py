"""Follows expressions of a worker back to where what they give was made."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from pytest_gilcheck.source.bindings import Binding
from pytest_gilcheck.source.calls import bind, last_name
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.frames import frame_of
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.outside import Outside, of_attribute
from pytest_gilcheck.source.provenance import (
    OWN,
    Provenance,
    is_local_storage,
    most_own,
    narrowest,
    of_class,
    of_default,
    of_module_variable,
    self_key,
)  # fmt: skip
from pytest_gilcheck.source.scopes import COMPREHENSIONS, FUNCTIONS, Scope
from pytest_gilcheck.source.slots import differs, is_identity, label
from pytest_gilcheck.source.values import External, Instance, Value

if TYPE_CHECKING:
    from pytest_gilcheck.source.project import Project
    from pytest_gilcheck.source.workers import Reach

_MAX_STEPS = 200
_ITEM_METHODS = frozenset({"get", "setdefault"})


class Trace:
    """Follows expressions of the functions along one way into a worker."""

    def __init__(self, project: Project, reach: Reach) -> None:
        self._project = project
        self._reach = reach
        self._start = reach.start
        self._steps = 0

    def variable(self, node: ast.expr, level: int) -> Provenance:
        """Of the variable, attribute or item that a worker writes, in function `level` of the way (0 is the worker's own)."""
        if isinstance(node, ast.Name):
            return self._name(node, self._reach.chain[level].module, level, cell=True)
        return self.thing(node, level)

    def thing(self, node: ast.expr | None, level: int) -> Provenance:
        """Of the object that an expression in function `level` of the way gives."""
        self._steps += 1
        if self._steps > _MAX_STEPS:
            return OWN
        module = self._reach.chain[level].module
        match node:
            case ast.Name():
                return self._name(node, module, level)
            case ast.Attribute():
                return self._attribute(node, module, level)
            case ast.Subscript():
                base = self.thing(node.value, level)
                own = base.kind == "own" or differs(self._project, self._reach, node, level)
                return OWN if own else base.member(label(self._reach, node.slice, level))
            case ast.NamedExpr() | ast.Await() | ast.Starred():
                return self.thing(node.value, level)
            case ast.BoolOp():
                return most_own([self.thing(part, level) for part in node.values])
            case ast.IfExp():
                return most_own([self.thing(node.body, level), self.thing(node.orelse, level)])
            case ast.Call():
                return self._call(node, module, level)
            case _:
                return OWN

    def text(self, node: ast.expr, level: int) -> Provenance:
        """Of a thing, or of a name of one (a path): equal text means the same, so it is shared if all its parts are."""
        match node:
            case ast.Constant():
                return Provenance("global", f"constant {node.value!r}")
            case ast.BinOp():
                return narrowest([self.text(node.left, level), self.text(node.right, level)])
            case ast.JoinedStr():
                parts = [part.value if isinstance(part, ast.FormattedValue) else part for part in node.values]
                return OWN if is_identity(node) else narrowest([self.text(part, level) for part in parts])
            case ast.Call() if last_name(node) in ("join", "Path", "str", "PurePath", "abspath", "joinpath") and node.args:
                owner = [node.func.value] if isinstance(node.func, ast.Attribute) and node.func.attr == "joinpath" else []
                return narrowest([self.text(part, level) for part in (*owner, *node.args)])
            case ast.Name():
                module = self._reach.chain[level].module
                owner_scope = module.scope_at(node).owner(node.id)
                if owner_scope is self._reach.chain[level].scope:
                    bindings = module.definitions(owner_scope, node.id)
                    if len(bindings) == 1 and bindings[0].kind == "assign" and bindings[0].value is not None:
                        return self.text(bindings[0].value, level)
                return self.thing(node, level)
            case _:
                return self.thing(node, level)

    # Names

    def _name(self, node: ast.Name, module: Module, level: int, *, cell: bool = False) -> Provenance:
        owner = module.scope_at(node).owner(node.id)
        if owner is None:
            return OWN
        if owner.parent is None or isinstance(owner.node, ast.ClassDef):
            if not cell and is_local_storage(node, module, self._project):
                return OWN
            return of_module_variable(node.id, owner, module)
        home = self._level_of(owner, level)
        if home is not None:
            return OWN if cell else self._local(owner, node.id, home)
        return self._outside(owner, node.id, module, cell=cell)

    def _level_of(self, scope: Scope, level: int) -> int | None:
        """Which function of the way the scope belongs to, comprehensions counted to theirs."""
        at: Scope | None = scope
        while at is not None and isinstance(at.node, COMPREHENSIONS):
            at = at.parent
        for index in range(level, -1, -1):
            if at is not None and self._reach.chain[index].scope is at:
                return index
        return None

    def _local(self, owner: Scope, name: str, level: int) -> Provenance:
        function = self._reach.chain[level]
        return most_own([self._bound(binding, function, level) for binding in function.module.definitions(owner, name)])

    def _bound(self, binding: Binding, function: Function, level: int) -> Provenance:
        if binding.kind == "parameter":
            assert isinstance(binding.node, ast.arg)
            return self._parameter(function, binding.node.arg, level)
        if binding.kind in ("assign", "with") and binding.value is not None:
            return self.thing(binding.value, level)
        if binding.kind == "loop" and binding.index is None and isinstance(binding.value, ast.Name | ast.Attribute):
            return self.thing(binding.value, level).member("[]")
        return OWN

    def _outside(self, owner: Scope, name: str, module: Module, *, cell: bool) -> Provenance:
        """A variable of a function around the worker, which made it before the worker ran."""
        function = module.function_at(owner.node) if isinstance(owner.node, FUNCTIONS) else None
        if function is None:
            return OWN
        frame = frame_of(self._project, self._start, function)
        if frame is None:
            return OWN
        bindings = module.definitions(owner, name)
        key = f"local {module.path}:{owner.qualname} {name}"
        if cell:
            node = bindings[0].node if bindings and self._in_start_loop(bindings, module) else None
            return Provenance("made", key, frame, node)
        if len(bindings) == 1 and bindings[0].kind == "parameter" and name == function.self_name:
            return Provenance("given" if frame == 0 else "made", self_key(function, self._project), frame, parameter=name)
        if any(b.value is not None and is_local_storage(b.value, module, self._project) for b in bindings):
            return OWN
        if len(bindings) == 1 and bindings[0].kind == "assign" and isinstance(bindings[0].value, ast.Name | ast.Attribute):
            outer = Outside(self._project, self._start.module, frame).thing(bindings[0].value) if frame == 0 else None
            if outer is not None and outer.kind in ("global", "given"):
                return outer
        if bindings and bindings[0].kind == "parameter":
            return Provenance("given" if frame == 0 else "made", key, frame, parameter=name)
        return Provenance("made", key, frame, bindings[0].node if bindings else None)

    def _in_start_loop(self, bindings: list[Binding], module: Module) -> bool:
        loop = self._start.module.loop_around(self._start.node)
        return loop is not None and module is self._start.module and all(module.is_within(b.node, loop) for b in bindings)

    # Parameters

    def _parameter(self, function: Function, name: str, level: int) -> Provenance:
        if name == function.self_name:
            return self._self(function, level)
        if level > 0:
            call = self._reach.calls[level - 1]
            given = bind(function, call.args, call.keywords).get(name)
            return self.thing(given, level - 1) if given is not None else of_default(function, name)
        return self._given_at_start(function, name)

    def _given_at_start(self, function: Function, name: str) -> Provenance:
        start, outside = self._start, Outside(self._project, self._start.module, 0)
        if start.each:
            return outside.element(start, function, name)
        given = start.arguments_of(function).get(name)
        return outside.thing(given) if given is not None else of_default(function, name)

    def _self(self, function: Function, level: int) -> Provenance:
        if function.cls is not None and (function.takes_class or self._project.inference.is_a(function.cls, "builtins.type")):
            return of_class(function.cls)
        if level == 0:
            return self._receiver(function)
        call = self._reach.calls[level - 1]
        if function.name == "__init__" and not (isinstance(call.func, ast.Attribute) and call.func.attr == "__init__"):
            return OWN
        match call.func:
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super"))):
                caller = self._reach.chain[level - 1]
                return self._self(caller, level - 1) if caller.self_name else OWN
            case ast.Attribute(value=owner) if any(
                isinstance(v, Class) for v in self._project.values(owner, self._reach.chain[level - 1].module)
            ):
                return self.thing(call.args[0], level - 1) if call.args else OWN
            case ast.Attribute(value=owner):
                return self.thing(owner, level - 1)
            case _:
                return self.thing(call.func, level - 1) if function.name == "__call__" else OWN

    def _receiver(self, function: Function) -> Provenance:
        start = self._start
        if start.own or start.target is None:
            return OWN
        outside = Outside(self._project, start.module, 0)
        target = start.target
        if isinstance(target, ast.Attribute) and any(isinstance(v, Class) for v in self._project.values(target.value, start.module)):
            first = start.arguments[0] if start.arguments else None  # `pool.map(Parser.parse, parsers)`
            return outside.one_of(first) if start.each else outside.thing(first)
        return outside.receiver(target, function)

    # Attributes and calls

    def _attribute(self, node: ast.Attribute, module: Module, level: int) -> Provenance:
        if is_local_storage(node, module, self._project) or is_identity(node):
            return OWN
        if node.attr == "__class__":
            return Provenance("global", f"class of {module.path}")
        for value in self._project.values(node.value, module):
            if isinstance(value, Class):
                return of_class(value).member(f".{node.attr}")
            if isinstance(value, Module | External):
                return Provenance("global", f"global {value.path if isinstance(value, Module) else value.name} {node.attr}")
        base = self.thing(node.value, level)
        if base.kind != "own":
            return base.member(f".{node.attr}")
        return self._of_own(node, module)

    def _of_own(self, node: ast.Attribute, module: Module) -> Provenance:
        """An attribute of the worker's own object can still hold something shared: a class's, or one given to `__init__`."""
        for value in self._project.values(node.value, module):
            if not (isinstance(value, Instance) and isinstance(value.type, Class)):
                continue
            if node.attr == "server" and self._project.inference.is_a(value, "socketserver.BaseRequestHandler"):
                return Provenance("made", f"server {self._start.place}", 0)
            if isinstance(node.ctx, ast.Store | ast.Del):
                return OWN  # `self.count += 1` on a class's number makes an attribute of the object
            for cls in self._project.inference.mro(value.type):
                if isinstance(cls, Class) and node.attr in cls.attributes:
                    return of_attribute(self._project, self._start, cls, node.attr)
        return OWN

    def _call(self, node: ast.Call, module: Module, level: int) -> Provenance:
        name = last_name(node)
        if name == "type" and isinstance(node.func, ast.Name) and len(node.args) == 1:
            return Provenance("global", f"class of {module.path}")
        if name == "super":
            function = self._reach.chain[level]
            return self._self(function, level) if function.self_name else OWN
        if isinstance(node.func, ast.Attribute) and name in _ITEM_METHODS and node.args:
            base = self.thing(node.func.value, level)
            own = base.kind == "own" or not _is_mapping(self._project.values(node.func.value, module))
            return OWN if own or differs(self._project, self._reach, node, level) else base.member("[]")
        for function in self._project.functions_called(node, module):
            return self._returned(function, node, level)
        return OWN

    def _returned(self, function: Function, call: ast.Call, level: int) -> Provenance:
        """What a function gives back: something global, an attribute of the object it was called on, or its own making."""
        results = [result.value for result in function.scope.results if isinstance(result, ast.Return) and result.value is not None]
        found: list[Provenance] = []
        for result in results:
            match result:
                case ast.Name():
                    owner = function.module.scope_at(result).owner(result.id)
                    is_global = owner is not None and owner.parent is None
                    found.append(of_module_variable(result.id, owner, function.module) if is_global and owner is not None else OWN)
                case ast.Attribute(value=ast.Name(id=name)) if name == function.self_name and isinstance(call.func, ast.Attribute):
                    found.append(self.thing(call.func.value, level).member(f".{result.attr}"))
                case _:
                    found.append(OWN)
        return most_own(found)


def _is_mapping(values: tuple[Value, ...]) -> bool:
    """`d.get(k)`; `queue.get()` and its like hand a thing over to one worker."""
    return any(
        isinstance(v, Instance) and isinstance(v.type, str) and (v.type.startswith("builtins.dict") or v.type.startswith("collections."))
        for v in values
    )
