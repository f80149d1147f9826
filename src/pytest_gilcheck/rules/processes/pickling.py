"""What keeps an object from being pickled, as far as its source tells."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pytest_gilcheck.rules.processes import unpicklable_types as types
from pytest_gilcheck.rules.processes.obstacles import Obstacle, of_class, of_decorated, of_function
from pytest_gilcheck.source import known
from pytest_gilcheck.source.bindings import Binding
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.values import Elements, Instance, Method, Partial, Value

_MAX_DEPTH = 4  # objects inside of objects; a reader doesn't follow further either
_HOOKS = ("__reduce__", "__reduce_ex__", "__getstate__")
_MAKERS = frozenset({"__init__", "__post_init__", "__new__"})
_CONSUMERS = frozenset({"list", "tuple", "set", "sorted", "dict", "frozenset"})


def obstacle(node: ast.expr | None, module: Module, depth: int = 0) -> Obstacle | None:
    """What keeps the value of the expression from being pickled; `None` if nothing is known."""
    if node is None or depth > _MAX_DEPTH:
        return None
    match node:
        case ast.Lambda():
            return Obstacle("a lambda")
        case ast.GeneratorExp():
            return Obstacle("a generator")
        case ast.Tuple() | ast.List() | ast.Set():
            return _first(node.elts, module, depth)
        case ast.Dict():
            return _first(node.values, module, depth)
        case ast.ListComp() | ast.SetComp():
            return _first((node.elt,), module, depth)
        case ast.Starred():
            return each_obstacle(node.value, module, depth)  # unpacked here: only what is in it travels
        case ast.NamedExpr():
            return obstacle(node.value, module, depth)
        case ast.BinOp(op=ast.Mult()):
            return obstacle(node.left, module, depth) if isinstance(node.left, ast.List | ast.Tuple) else None
        case ast.Call() if last_name(node) in _CONSUMERS:
            return None
        case ast.Call():
            return _made(node, module) or _of_values(node, module, depth)
        case ast.Name():
            return _named(node, module, depth)
        case ast.Attribute(attr="__wrapped__", value=ast.Name(id=name)):
            return Obstacle(f"`{name}.__wrapped__`, whose name now means the function that the decorator put in its place")
        case ast.Attribute() | ast.Subscript():
            return _of_values(node, module, depth)
        case _:
            return None


def each_obstacle(iterable: ast.expr, module: Module, depth: int = 0) -> Obstacle | None:
    """What keeps the elements of an iterable from being pickled."""
    if depth > _MAX_DEPTH:
        return None
    match iterable:
        case ast.GeneratorExp():
            return obstacle(iterable.elt, module, depth + 1)
        case ast.Call(args=[first, *_]) if last_name(iterable) == "repeat":
            return obstacle(first, module, depth + 1)
        case ast.Call() if last_name(iterable) in ("zip", "product", "enumerate", "chain", *_CONSUMERS):
            inner = (each_obstacle(part, module, depth + 1) for part in iterable.args)
            return next((found for found in inner if found is not None), None)
        case ast.Name():
            for value in module.project.values(iterable, module):
                if isinstance(value, Elements):
                    return _first(value.expressions, value.module, depth + 1)
            return None
        case ast.List() | ast.Tuple() | ast.Set() | ast.ListComp() | ast.SetComp() | ast.BinOp():
            return obstacle(iterable, module, depth)
        case _:
            return None


def _first(nodes: Iterable[ast.expr], module: Module, depth: int) -> Obstacle | None:
    found = (obstacle(node, module, depth + 1) for node in nodes)
    return next((one for one in found if one is not None), None)


def _made(call: ast.Call, module: Module) -> Obstacle | None:
    """A generator, or what a function of the standard library opens."""
    name = types.OPENED.get(module.project.callee_name(call, module))
    if name is not None:
        return Obstacle(name)
    functions = list(module.project.functions_called(call, module))
    generates = [f for f in functions if f.is_generator and not f.is_async and not f.decorators]
    if functions and len(generates) == len(functions):
        return Obstacle(f"a generator (`{generates[0].name}` yields)")
    return None


def _named(node: ast.Name, module: Module, depth: int) -> Obstacle | None:
    owner = module.scope_at(node).owner(node.id)
    if owner is None:
        return None
    bindings = module.bindings(owner, node.id)
    if len(bindings) == 1 and bindings[0].kind == "parameter" and (hidden := of_decorated(owner, node.id, module)) is not None:
        return hidden
    if bindings and all(_is_module(binding, module) for binding in bindings):
        return Obstacle(f"the module `{node.id}`")
    if any(binding.kind in ("augmented", "element", "delete") for binding in bindings):
        return None
    assigned = [binding for binding in bindings if binding.kind in ("assign", "with")]
    if assigned and len(assigned) == len(bindings) and all(isinstance(b.value, ast.Call | ast.GeneratorExp) for b in assigned):
        found = [obstacle(binding.value, module, depth + 1) for binding in assigned]
        if all(one is not None for one in found):
            return found[0]
    direct = all(binding.kind not in ("parameter", "loop") for binding in bindings)
    found_here = _of_values(node, module, depth)
    return found_here if direct or found_here is None else replace(found_here, sure=False)


def _is_module(binding: Binding, module: Module) -> bool:
    return binding.kind == "import" and isinstance(module.parent(binding.node), ast.Import)


def _of_values(node: ast.expr, module: Module, depth: int) -> Obstacle | None:
    """What holds for everything that the expression can be."""
    values = module.project.values(node, module)
    found = [of_value(value, module, depth + 1) for value in values]
    first = next(iter(found), None)
    if first is None or any(one is None for one in found):
        return None
    held = isinstance(node, ast.Attribute) and any(isinstance(v, Function) and v.cls is None for v in values)
    several = isinstance(node, ast.Call) and len(set(_results(node, module))) > 1
    return replace(first, sure=False) if held or several or any(one is not None and not one.sure for one in found) else first


def _results(call: ast.Call, module: Module) -> Iterator[ast.AST]:
    for function in module.project.functions_called(call, module):
        if function.name != "__init__":
            yield from (result for result in function.scope.results if getattr(result, "value", None) is not None)


def of_value(value: Value, module: Module, depth: int) -> Obstacle | None:
    """What keeps the value from being pickled."""
    if depth > _MAX_DEPTH:
        return None
    match value:
        case Function():
            return of_function(value)
        case Class():
            return of_class(value)
        case Method(function=Function() as function) if function.takes_class:
            return of_class(function.cls) if function.cls is not None else None
        case Method(function=None, name=name) if name not in types.METHODS:
            return None  # `file.name` is an attribute
        case Method(owner=owner, name=name):
            inner = _of_instance(owner, depth)
            return None if inner is None else replace(inner, what=f"`{name}` of {inner.what}")
        case Partial(callee=callee, call=call):
            return of_value(callee, module, depth + 1) or _first(call.args[1:], module, depth) or _of_keywords(call, module, depth)
        case Elements(expressions=expressions, module=home):
            return _first(expressions, home, depth)
        case Instance():
            return _of_instance(value, depth)
        case _:
            return None


def _of_keywords(call: ast.Call, module: Module, depth: int) -> Obstacle | None:
    return _first([keyword.value for keyword in call.keywords], module, depth)


def _of_instance(owner: Instance, depth: int) -> Obstacle | None:
    if isinstance(owner.type, str):
        if owner.module is not None and isinstance(owner.call, ast.Dict):
            return obstacle(owner.call, owner.module, depth)
        return None if _is_of_manager(owner) else _of_type(owner.type)
    return of_object(owner.type, depth)


def _of_type(name: str) -> Obstacle | None:
    if (words := types.NEVER.get(name)) is not None:
        return Obstacle(words)
    if (words := types.INHERITED.get(name)) is not None:
        return Obstacle(words, inherited=True)
    return None


def _is_of_manager(owner: Instance) -> bool:
    """A manager's locks and queues are proxies, which travel."""
    if not isinstance(owner.call, ast.Call) or owner.module is None:
        return False
    project = owner.module.project
    callees = project.values(owner.call.func, owner.module)
    return any(isinstance(v, Method) and project.inference.is_a(v.owner, "multiprocessing.managers.BaseManager") for v in callees)


def of_object(cls: Class, depth: int = 0) -> Obstacle | None:
    """What keeps objects of the class from being pickled: where it is defined, what it derives from, what they hold."""
    if _pickles_itself(cls):
        return None
    if (local := of_class(cls)) is not None:
        return replace(local, what=f"an object of {local.what}")
    for base in cls.module.project.inference.mro(cls):
        if not isinstance(base, str):
            continue
        if base in types.TEST_CASES:
            return Obstacle(f"the test case `{cls.name}`, which holds the streams of the test run")
        if (found := _of_type(known.canonical(base))) is not None:
            return replace(found, what=f"an object of `{cls.name}`, which is {found.what}")
    return of_attributes(cls, depth)


def of_attributes(cls: Class, depth: int = 0) -> Obstacle | None:
    """What an object of the class holds that can't be pickled."""
    order = cls.module.project.inference.mro(cls)
    if depth > _MAX_DEPTH or _pickles_itself(cls):
        return None
    outside = any(isinstance(base, str) and base not in types.PLAIN_BASES for base in order)
    found = [
        replace(held, what=f"an object of `{cls.name}`, whose `{name}` is {held.what}", sure=held.sure and not outside)
        for base in order
        if isinstance(base, Class)
        for name, bindings in base.attributes.items()
        if (held := _held(bindings, base, depth)) is not None
    ]
    return min(found, key=lambda one: (one.inherited, not one.sure), default=None)


def _pickles_itself(cls: Class) -> bool:
    """Whether the class, or the file for it, says how its objects are pickled."""
    order = cls.module.project.inference.mro(cls)
    return any(isinstance(base, Class) and any(hook in base.methods for hook in _HOOKS) for base in order) or "copyreg" in cls.module.text


def _held(bindings: list[Binding], cls: Class, depth: int) -> Obstacle | None:
    """What an attribute of the class's objects holds, if all that is put there has an obstacle in common."""
    module = cls.module
    of_objects = [b for b in bindings if isinstance(b.node, ast.Attribute) or _is_field(b, cls)]
    if not of_objects or any(b.kind not in ("assign", "with") for b in of_objects):
        return None
    empty = [b for b in of_objects if isinstance(b.value, ast.Constant)]
    found = [obstacle(b.value, module, depth + 1) for b in of_objects if b not in empty]
    first = next(iter(found), None)
    if first is None or any(one is None for one in found) or not first.sure:
        return None  # what came in as an argument may be something else for each object
    made_with = any(b not in empty and _is_set_when_made(b, module) for b in of_objects)
    return replace(first, sure=made_with and not empty)


def _is_set_when_made(binding: Binding, module: Module) -> bool:
    function = module.function_around(binding.node)
    return function is None or function.name in _MAKERS


def _is_field(binding: Binding, cls: Class) -> bool:
    """A field of a data class that a factory fills."""
    value = binding.value
    return (
        isinstance(binding.node, ast.Name)
        and isinstance(value, ast.Call)
        and any(keyword.arg in ("default_factory", "factory") for keyword in value.keywords)
        and bool(cls.node.decorator_list)
    )
