"""Follows expressions in the function that starts a worker back to where what they give was made."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_gilcheck.source.bindings import Binding
from pytest_gilcheck.source.calls import bind, last_name
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.provenance import OWN, Provenance, is_local_storage, of_class, of_module_variable, self_key
from pytest_gilcheck.source.scopes import COMPREHENSIONS, FUNCTIONS, Scope, names_in
from pytest_gilcheck.source.values import External, Instance, Method

if TYPE_CHECKING:
    from pytest_gilcheck.source.project import Project
    from pytest_gilcheck.source.starts import WorkerStart

_MAX_STEPS = 12


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
                return of_class(value).member(f".{node.attr}")
            if isinstance(value, Module | External):
                return Provenance("global", f"global {value.path if isinstance(value, Module) else value.name} {node.attr}")
        return self.thing(node.value).member(f".{node.attr}")

    def _item(self, node: ast.Subscript) -> Provenance:
        base = self.thing(node.value)
        names = names_in(node.slice)
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
            if _is_made_in_loop(owner, node.id, module):
                binding = module.definitions(owner, node.id)[0]
                return Provenance("made", f"global {module.path} {node.id}", self._frame, binding.node)
            return of_module_variable(node.id, owner, module)
        if isinstance(owner.node, ast.ClassDef):
            return Provenance("global", f"class {module.path}:{owner.qualname} {node.id}")
        bindings = module.definitions(owner, node.id)
        key = f"local {module.path}:{owner.qualname} {node.id}"
        if isinstance(owner.node, COMPREHENSIONS):
            return self._looped(bindings, key)
        function = module.function_at(owner.node) if isinstance(owner.node, FUNCTIONS) else None
        if function is not None and bindings and bindings[0].kind == "parameter":
            around = module.function_around(node)
            frame = self._frame if around is function else 2
            key = self_key(function, self._project) if node.id == function.self_name else key
            return Provenance("given" if around is function else "made", key, frame, parameter=node.id)
        frame = self._frame if function is not None and module.function_around(node) is function else 2
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
            case (
                ast.BinOp(op=ast.Mult(), left=ast.List(elts=[one]) | ast.Tuple(elts=[one]))
                | ast.BinOp(op=ast.Mult(), right=ast.List(elts=[one]))
            ):
                return one
            case ast.Call(args=[one, *_]) if last_name(node) in ("repeat", "cycle"):
                return one
            case ast.Call(args=[one]) if last_name(node) in ("list", "tuple"):
                return self._repeated(one)
            case ast.ListComp() | ast.GeneratorExp():
                bound = names_in(*(generator.target for generator in node.generators))
                return node.elt if not bound & names_in(node.elt) and isinstance(node.elt, ast.Name | ast.Attribute | ast.Tuple) else None
            case ast.List(elts=[first, *rest]) | ast.Tuple(elts=[first, *rest]) if rest and isinstance(first, ast.Name | ast.Attribute):
                return first if all(ast.dump(part) == ast.dump(first) for part in rest) else None
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
                bound = names_in(*(generator.target for generator in node.generators))
            case ast.List() | ast.Tuple():
                elements, bound = list(node.elts), frozenset()
            case ast.BinOp(op=ast.Mult(), left=ast.List(elts=elements)):
                bound = frozenset()
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
        if bound & names_in(parts[0]) or not isinstance(parts[0], ast.Name | ast.Attribute):
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


def of_attribute(project: Project, start: WorkerStart, cls: Class, name: str) -> Provenance:
    """Of an attribute of a worker's own object: what a class has for all of them, or what the start gave to `__init__`."""
    bindings = [b for b in cls.attributes[name] if b.kind != "augmented"]
    in_body = [b for b in bindings if isinstance(b.node, ast.Name)]
    if in_body and len(in_body) == len(bindings):
        if all(b.kind == "assign" and (b.value is None or _is_made_for_each(b.value)) for b in in_body):
            return OWN  # only declared, a field of a dataclass, or a number to start from, which each object replaces by its own
        return of_class(cls).member(f".{name}")
    init = cls.methods.get("__init__")
    for binding in bindings:
        if init is None or not isinstance(binding.value, ast.Name) or binding.value.id not in init.parameters:
            continue
        if cls.module.function_around(binding.node) is not init:
            continue
        worker = start.functions[0].cls if start.own and start.how != "threaded server" else None
        if worker is not None and isinstance(start.node, ast.Call) and any(base is cls for base in project.inference.mro(worker)):
            given = bind(init, start.node.args, start.node.keywords).get(binding.value.id)
            if given is not None:
                return Outside(project, start.module, 0).thing(given)
    return OWN


def _is_made_for_each(value: ast.expr) -> bool:
    """Whether a class body says how each object makes its own: `field(default_factory=list)`, `attr.ib(factory=list)`, `0`."""
    if isinstance(value, ast.Constant):
        return True
    return isinstance(value, ast.Call) and any(keyword.arg in ("default_factory", "factory") for keyword in value.keywords)


def _is_made_in_loop(owner: Scope, name: str, module: Module) -> bool:
    """A module variable that a loop at module level makes anew each turn."""
    bindings = module.definitions(owner, name)
    return bool(bindings) and all(
        isinstance(b.node, ast.Name) and (b.kind == "loop" or module.loop_around(b.node) is not None) and module.scope_at(b.node) is owner
        for b in bindings
    )


def _held_by_partial(target: ast.expr | None) -> list[ast.expr]:
    held: list[ast.expr] = []
    while isinstance(target, ast.Call) and target.args:
        held[:0] = target.args[1:]
        target = target.args[0]
    return held
