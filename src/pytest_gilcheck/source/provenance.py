"""Where a thing that a worker touches was made, and so whether another worker can have it too.

An expression in a worker is followed back along the calls that led there, to the worker's start and, from the start, to the
function that made the thing. What can't be followed is taken for the worker's own: rules stay silent there.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from pytest_gilcheck.source.bindings import Binding
from pytest_gilcheck.source.calls import bind, last_name
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.imports import imported_from
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.scopes import COMPREHENSIONS, FUNCTIONS, Scope
from pytest_gilcheck.source.slots import differs, is_identity, label
from pytest_gilcheck.source.values import External, Instance, Method, Value

if TYPE_CHECKING:
    from pytest_gilcheck.source.project import Project
    from pytest_gilcheck.source.starts import WorkerStart
    from pytest_gilcheck.source.workers import Reach

_MAX_STEPS = 12
_OWN_KINDS = frozenset({"threading.local", "contextvars.ContextVar", "_thread._local", "werkzeug.local.Local", "asgiref.local.Local"})
_ITEM_METHODS = frozenset({"get", "setdefault"})


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
        if self._steps > 200:
            return OWN
        module = self._reach.chain[level].module
        match node:
            case ast.Name():
                return self._name(node, module, level)
            case ast.Attribute():
                return self._attribute(node, module, level)
            case ast.Subscript():
                base = self.thing(node.value, level)
                return OWN if base.kind != "own" and differs(self._project, self._reach, node, level) else base.member(label(self._reach, node.slice, level))
            case ast.NamedExpr() | ast.Await() | ast.Starred():
                return self.thing(node.value, level)
            case ast.BoolOp():
                return _most_own([self.thing(part, level) for part in node.values])
            case ast.IfExp():
                return _most_own([self.thing(node.body, level), self.thing(node.orelse, level)])
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
                return _narrowest([self.text(node.left, level), self.text(node.right, level)])
            case ast.JoinedStr():
                parts = [part.value if isinstance(part, ast.FormattedValue) else part for part in node.values]
                return OWN if is_identity(node) else _narrowest([self.text(part, level) for part in parts])
            case ast.Call() if last_name(node) in ("join", "Path", "str", "PurePath", "abspath", "joinpath") and node.args:
                owner = [node.func.value] if isinstance(node.func, ast.Attribute) and node.func.attr == "joinpath" else []
                return _narrowest([self.text(part, level) for part in (*owner, *node.args)])
            case ast.Name():
                module = self._reach.chain[level].module
                owner_scope = module.scope_at(node).owner(node.id)
                if owner_scope is self._reach.chain[level].scope:
                    bindings = [b for b in module.bindings(owner_scope, node.id) if b.kind != "augmented"]
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
            if not cell and self._is_local_storage(node, module):
                return OWN
            return _module_variable(node.id, owner, module, self._project)
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
        found = [self._bound(binding, function, level) for binding in function.module.bindings(owner, name) if binding.kind != "augmented"]
        return _most_own(found)

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
        frame = self.frame_of(function)
        bindings = [b for b in module.bindings(owner, name) if b.kind != "augmented"]
        key = f"local {module.path}:{owner.qualname} {name}"
        if cell:
            node = bindings[0].node if bindings and self._in_start_loop(bindings, module) else None
            return Provenance("made", key, frame, node)
        if len(bindings) == 1 and bindings[0].kind == "parameter" and name == function.self_name:
            return Provenance("given" if frame == 0 else "made", _self_key(function, self._project), frame, parameter=name)
        if any(self._fresh_per_thread(b, module) for b in bindings):
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

    def _fresh_per_thread(self, binding: Binding, module: Module) -> bool:
        return binding.value is not None and self._is_local_storage(binding.value, module)

    def frame_of(self, function: Function) -> int:
        """0 for the function that makes the start, 1 for its callers, 2 for others."""
        start = self._start
        starter = start.module.function_around(start.node)
        if starter is function:
            return 0
        if starter is not None and any(module.function_around(call) is function for call, module in self._project.callers(starter)):
            return 1
        return 2

    # Parameters

    def _parameter(self, function: Function, name: str, level: int) -> Provenance:
        if name == function.self_name:
            return self._self(function, level)
        if level > 0:
            call = self._reach.calls[level - 1]
            given = bind(function, call.args, call.keywords).get(name)
            return self.thing(given, level - 1) if given is not None else self._default(function, name)
        return self._given_at_start(function, name)

    def _given_at_start(self, function: Function, name: str) -> Provenance:
        start, outside = self._start, Outside(self._project, self._start.module, 0)
        if start.each:
            return outside.element(start, function, name)
        given = start.arguments_of(function).get(name)
        return outside.thing(given) if given is not None else self._default(function, name)

    def _default(self, function: Function, name: str) -> Provenance:
        """A mutable default argument is one object for all calls."""
        arguments = function.node.args
        positional = [*arguments.posonlyargs, *arguments.args]
        pairs = [
            *zip(reversed(positional), reversed(arguments.defaults), strict=False),
            *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
        ]
        for parameter, default in pairs:
            if parameter.arg == name and isinstance(default, ast.List | ast.Dict | ast.Set | ast.Call | ast.ListComp):
                return Provenance("global", f"default {function.module.path}:{function.qualname} {name}")
        return OWN

    def _self(self, function: Function, level: int) -> Provenance:
        if function.name == "__new__" or any(last_name(d) == "classmethod" for d in function.decorators):
            assert function.cls is not None, "only methods have a self"
            return _class_provenance(function.cls)
        if level == 0:
            return self._receiver(function)
        call = self._reach.calls[level - 1]
        if function.name == "__init__" and not (isinstance(call.func, ast.Attribute) and call.func.attr == "__init__"):
            return OWN
        match call.func:
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super"))):
                caller = self._reach.chain[level - 1]
                return self._self(caller, level - 1) if caller.self_name else OWN
            case ast.Attribute(value=owner) if any(isinstance(v, Class) for v in self._project.values(owner, self._reach.chain[level - 1].module)):
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
        if self._is_local_storage(node, module) or is_identity(node):
            return OWN
        if node.attr == "__class__":
            return Provenance("global", f"class of {module.path}")
        for value in self._project.values(node.value, module):
            if isinstance(value, Class):
                return _class_provenance(value).member(f".{node.attr}")
            if isinstance(value, Module | External):
                return Provenance("global", f"global {value.path if isinstance(value, Module) else value.name} {node.attr}")
        base = self.thing(node.value, level)
        if base.kind != "own":
            return base.member(f".{node.attr}")
        return self._of_own(node, module, level)

    def _of_own(self, node: ast.Attribute, module: Module, level: int) -> Provenance:
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
                    return self._defined(cls, node.attr, value)
        return OWN

    def _defined(self, cls: Class, name: str, owner: Instance) -> Provenance:
        bindings = [b for b in cls.attributes[name] if b.kind != "augmented"]
        in_body = [b for b in bindings if isinstance(b.node, ast.Name)]
        if in_body and len(in_body) == len(bindings):
            if all(b.kind == "assign" and b.value is None for b in in_body):
                return OWN  # only declared
            return _class_provenance(cls).member(f".{name}")
        init = cls.methods.get("__init__")
        for binding in bindings:
            if init is None or not isinstance(binding.value, ast.Name) or binding.value.id not in init.parameters:
                continue
            if cls.module.function_around(binding.node) is not init:
                continue
            start = self._start
            worker = start.functions[0].cls if start.own and start.how != "threaded server" else None
            if worker is not None and isinstance(start.node, ast.Call) and any(base is cls for base in self._project.inference.mro(worker)):
                given = bind(init, start.node.args, start.node.keywords).get(binding.value.id)
                if given is not None:
                    return Outside(self._project, start.module, 0).thing(given)
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
                    found.append(_module_variable(result.id, owner, function.module, self._project) if is_global and owner is not None else OWN)
                case ast.Attribute(value=ast.Name(id=name)) if name == function.self_name and isinstance(call.func, ast.Attribute):
                    found.append(self.thing(call.func.value, level).member(f".{result.attr}"))
                case _:
                    found.append(OWN)
        return _most_own(found)

    def _is_local_storage(self, node: ast.expr, module: Module) -> bool:
        return is_local_storage(node, module, self._project)


class Outside:
    """Follows expressions in the function that starts a worker."""

    def __init__(self, project: Project, module: Module, frame: int) -> None:
        self._project = project
        self._module = module
        self._frame = frame
        self._steps = 0

    def thing(self, node: ast.expr | None) -> Provenance:
        """Of the object that an expression there gives."""
        self._steps += 1
        if node is None or self._steps > _MAX_STEPS:
            return OWN
        if is_local_storage(node, self._module, self._project):
            return OWN
        match node:
            case ast.Name():
                return self._name(node)
            case ast.Attribute():
                return self._attribute(node)
            case ast.Subscript():
                return self._item(node)
            case ast.NamedExpr():
                return self.thing(node.value)
            case ast.Call() if last_name(node) in ("repeat", "cycle") and node.args:
                return self.thing(node.args[0])
            case ast.Call() if last_name(node) == "type":
                return Provenance("global", f"class of {self._module.path}")
            case _:
                return Provenance("made", f"expression {self._module.path}:{node.lineno}:{node.col_offset}", self._frame, node)

    def _attribute(self, node: ast.Attribute) -> Provenance:
        for value in self._project.values(node.value, self._module):
            if isinstance(value, Class):
                return _class_provenance(value).member(f".{node.attr}")
            if isinstance(value, Module | External):
                return Provenance("global", f"global {value.path if isinstance(value, Module) else value.name} {node.attr}")
        return self.thing(node.value).member(f".{node.attr}")

    def _item(self, node: ast.Subscript) -> Provenance:
        base = self.thing(node.value)
        names = {part.id for part in ast.walk(node.slice) if isinstance(part, ast.Name)}
        loop = self._module.loop_around(node)
        if loop is not None and names and not isinstance(loop, ast.While):
            return replace(base.member("[]"), kind="made", frame=self._frame, node=node)
        return base.member(f"[{node.slice.value!r}]" if isinstance(node.slice, ast.Constant) else "[]")

    def _name(self, node: ast.Name) -> Provenance:
        module = self._module
        owner = module.scope_at(node).owner(node.id)
        if owner is None:
            return OWN
        if owner.parent is None:
            if _is_cell_of_loop(owner, node.id, module):
                binding = next(b for b in module.bindings(owner, node.id) if b.kind != "augmented")
                return Provenance("made", f"global {module.path} {node.id}", self._frame, binding.node)
            return _module_variable(node.id, owner, module, self._project)
        if isinstance(owner.node, ast.ClassDef):
            return Provenance("global", f"class {module.path}:{owner.qualname} {node.id}")
        bindings = [b for b in module.bindings(owner, node.id) if b.kind != "augmented"]
        key = f"local {module.path}:{owner.qualname} {node.id}"
        if isinstance(owner.node, COMPREHENSIONS):
            return self._looped(bindings, key)
        function = module.function_at(owner.node) if isinstance(owner.node, FUNCTIONS) else None
        if function is not None and bindings and bindings[0].kind == "parameter":
            around = module.function_around(node)
            frame = self._frame if around is function or _is_inside(node, function, module) else 2
            key = _self_key(function, self._project) if node.id == function.self_name else key
            return Provenance("given" if around is function else "made", key, frame, parameter=node.id)
        frame = self._frame if function is not None and _is_inside(node, function, module) else 2
        if len(bindings) == 1 and bindings[0].kind == "loop":
            return self._looped(bindings, key)
        if len(bindings) == 1 and bindings[0].kind == "assign" and isinstance(bindings[0].value, ast.Name | ast.Attribute | ast.Subscript):
            return self.thing(bindings[0].value)
        return Provenance("made", key, frame, bindings[0].node if bindings else None)

    def _looped(self, bindings: list[Binding], key: str) -> Provenance:
        """The variable of a loop: another thing in each turn, unless it runs over one thing many times."""
        same = self._repeated(bindings[0].value) if bindings else None
        if same is not None:
            return self.thing(same)
        return Provenance("made", key, self._frame, bindings[0].node if bindings else None)

    def _repeated(self, node: ast.expr | None) -> ast.expr | None:
        """The one thing that a container holds many times: `[counter] * 4`, `repeat(counter)`, `[counter for _ in range(4)]`."""
        match node:
            case ast.BinOp(op=ast.Mult(), left=ast.List(elts=[one]) | ast.Tuple(elts=[one])) | ast.BinOp(op=ast.Mult(), right=ast.List(elts=[one])):
                return one
            case ast.Call(args=[one, *_]) if last_name(node) in ("repeat", "cycle"):
                return one
            case ast.Call(args=[one]) if last_name(node) in ("list", "tuple"):
                return self._repeated(one)
            case ast.ListComp() | ast.GeneratorExp():
                bound = {part.id for gen in node.generators for part in ast.walk(gen.target) if isinstance(part, ast.Name)}
                used = {part.id for part in ast.walk(node.elt) if isinstance(part, ast.Name)}
                return node.elt if not bound & used and isinstance(node.elt, ast.Name | ast.Attribute | ast.Tuple) else None
            case ast.List(elts=[first, *rest]) | ast.Tuple(elts=[first, *rest]) if rest and all(ast.dump(part) == ast.dump(first) for part in rest):
                return first
            case ast.Name():
                owner = self._module.scope_at(node).owner(node.id)
                bindings = self._module.bindings(owner, node.id) if owner is not None else []
                if len(bindings) == 1 and bindings[0].kind == "assign":
                    return self._repeated(bindings[0].value)
                return None
            case _:
                return None

    def element(self, start: WorkerStart, function: Function, name: str) -> Provenance:
        """Of what each task of a `map` gets for a parameter."""
        if name not in function.parameters:
            return OWN
        position = function.parameters.index(name)
        held = _held_by_partial(start.target)
        if position < len(held):
            return self.thing(held[position])
        position -= len(held)
        if start.how.startswith("starmap") and start.arguments:
            return self._in_tuples(start.arguments[0], position)
        if position >= len(start.arguments):
            return OWN
        return self.one_of(start.arguments[position])

    def one_of(self, iterable: ast.expr | None) -> Provenance:
        """Of an element: the worker's own, unless all elements are the same thing."""
        same = self._repeated(iterable)
        return self.thing(same) if same is not None else OWN

    def _in_tuples(self, node: ast.expr, position: int) -> Provenance:
        match node:
            case ast.ListComp() | ast.GeneratorExp():
                elements: list[ast.expr] = [node.elt]
                bound = {part.id for gen in node.generators for part in ast.walk(gen.target) if isinstance(part, ast.Name)}
            case ast.List() | ast.Tuple():
                elements, bound = list(node.elts), set()
            case ast.BinOp(op=ast.Mult(), left=ast.List(elts=elements)):
                bound = set()
            case ast.Name():
                owner = self._module.scope_at(node).owner(node.id)
                bindings = self._module.bindings(owner, node.id) if owner is not None else []
                if len(bindings) == 1 and bindings[0].kind == "assign" and not isinstance(bindings[0].value, ast.Name | None):
                    return self._in_tuples(bindings[0].value, position)
                return OWN
            case _:
                return OWN
        parts = [element.elts[position] for element in elements if isinstance(element, ast.Tuple) and position < len(element.elts)]
        if not parts or len({ast.dump(part) for part in parts}) > 1:
            return OWN
        if bound & {part.id for part in ast.walk(parts[0]) if isinstance(part, ast.Name)} or not isinstance(parts[0], ast.Name | ast.Attribute):
            return OWN
        return self.thing(parts[0])

    def receiver(self, target: ast.expr, function: Function) -> Provenance:
        """Of the object whose bound method is run."""
        match target:
            case ast.Attribute() if any(isinstance(v, Method | Class) for v in self._project.values(target, self._module)):
                return self.thing(target.value)
            case ast.Attribute():
                return self.thing(target) if self._is_callable_object(target) else self.thing(target.value)
            case ast.Call(args=[inner, *_]) if last_name(target) == "partial":
                return self.receiver(inner, function)
            case ast.Name():
                return self._named_receiver(target, function)
            case ast.Call():
                return self.thing(target)
            case _:
                return OWN

    def _is_callable_object(self, node: ast.expr) -> bool:
        return any(isinstance(value, Instance) for value in self._project.values(node, self._module))

    def _named_receiver(self, target: ast.Name, function: Function) -> Provenance:
        if self._is_callable_object(target):
            return self.thing(target)
        owner = self._module.scope_at(target).owner(target.id)
        bindings = self._module.bindings(owner, target.id) if owner is not None else []
        for binding in bindings:
            if binding.kind == "assign" and isinstance(binding.value, ast.Attribute | ast.Call):
                return self.receiver(binding.value, function)
            if binding.kind == "parameter" and owner is not None and isinstance(owner.node, FUNCTIONS):
                return self._passed_receiver(self._module.function_at(owner.node), target.id, function)
            if binding.kind == "loop" and isinstance(binding.value, ast.Tuple | ast.List):
                for part in binding.value.elts:
                    if isinstance(part, ast.Attribute) and function in self._functions_of(part):
                        return self.thing(part.value)
        return OWN

    def _functions_of(self, node: ast.expr) -> Iterator[Function]:
        for value in self._project.values(node, self._module):
            yield from self._project.functions_of(value)

    def _passed_receiver(self, starter: Function, parameter: str, function: Function) -> Provenance:
        """`run_in_threads(counter.increment)`: the object stands with the caller of the function that starts."""
        for expression, module in self._project.arguments_for(starter, parameter):
            functions = [f for value in self._project.values(expression, module) for f in self._project.functions_of(value)]
            if function in functions and isinstance(expression, ast.Attribute | ast.Call | ast.Name):
                found = Outside(self._project, module, 1).receiver(expression, function)
                return replace(found, kind="made", frame=1) if found.kind == "given" else found
        return OWN


def is_local_storage(node: ast.expr, module: Module, project: Project) -> bool:
    """Whether the expression is storage that each thread or task has for itself."""
    return any(
        isinstance(value, Instance) and any(project.inference.is_a(value, kind) for kind in _OWN_KINDS) for value in project.values(node, module)
    )


def _is_inside(node: ast.AST, function: Function, module: Module) -> bool:
    return module.function_around(node) is function


def _is_cell_of_loop(owner: Scope, name: str, module: Module) -> bool:
    """A module variable that a loop at module level makes anew each turn."""
    bindings = [b for b in module.bindings(owner, name) if b.kind != "augmented"]
    return bool(bindings) and all(
        isinstance(b.node, ast.Name) and (b.kind == "loop" or module.loop_around(b.node) is not None) and module.scope_at(b.node) is owner
        for b in bindings
    )


def _module_variable(name: str, owner: Scope, module: Module, project: Project) -> Provenance:
    for binding in module.bindings(owner, name):
        if binding.kind == "import" and isinstance(binding.node, ast.alias):
            statement = module.parent(binding.node)
            if isinstance(statement, ast.ImportFrom):
                origin = imported_from(statement, module)
                return Provenance("global", f"global {origin.path if isinstance(origin, Module) else origin} {binding.node.name}")
        if binding.kind == "class" and isinstance(binding.node, ast.ClassDef):
            return _class_provenance(module.class_of(binding.node))
    prefix = "global" if owner.parent is None else f"class {owner.qualname}"
    return Provenance("global", f"{prefix} {module.path} {name}")


def _class_provenance(cls: Class) -> Provenance:
    return Provenance("global", f"class {cls.module.path}:{cls.qualname}")


def _self_key(function: Function, project: Project) -> str:
    """All methods of a class and of its bases in the project mean the same `self`."""
    cls = function.cls
    assert cls is not None, "only methods have a self"
    top = [base for base in project.inference.mro(cls) if isinstance(base, Class)][-1]
    return f"self {top.module.path}:{top.qualname}"


def _most_own(found: list[Provenance]) -> Provenance:
    """One answer of several: shared only if nothing says that it is the worker's own."""
    if not found or any(one.kind == "own" for one in found):
        return OWN
    return found[0]


def _narrowest(found: list[Provenance]) -> Provenance:
    """Of a text with several parts: it is as narrow as its narrowest part."""
    rank = ("own", "made", "given", "global")
    return min(found, key=lambda one: rank.index(one.kind), default=OWN)


def _is_mapping(values: tuple[Value, ...]) -> bool:
    """`d.get(k)`; `queue.get()` and its like hand a thing over to one worker."""
    return any(isinstance(v, Instance) and isinstance(v.type, str) and (v.type.startswith("builtins.dict") or v.type.startswith("collections.")) for v in values)


def _held_by_partial(target: ast.expr | None) -> list[ast.expr]:
    held: list[ast.expr] = []
    while isinstance(target, ast.Call) and target.args:
        held[:0] = target.args[1:]
        target = target.args[0]
    return held
