"""What comes out of containers: by iterating, unpacking and indexing."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pytest_gilcheck.source import known
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Class
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.values import Elements, External, Instance, Value

if TYPE_CHECKING:
    from pytest_gilcheck.source.infer import Inference


def elements(inference: Inference, node: ast.expr, module: Module) -> Iterator[Value]:
    """What iterating over the expression gives, for literal containers, comprehensions, and lists that are appended to."""
    for value in inference.values(node, module):
        if isinstance(value, Elements):
            for part in value.expressions:
                yield from inference.values(part, value.module)
        elif isinstance(value, Instance) and isinstance(value.type, str) and value.type.startswith("iterator of "):
            yield Instance(value.type.removeprefix("iterator of "))
    for part in _appended(node, module):
        yield from inference.values(part, module)


def _appended(node: ast.expr, module: Module) -> Iterator[ast.expr]:
    match node:
        case ast.Call(func=ast.Name(id="list" | "tuple" | "set" | "frozenset" | "sorted"), args=[inner]):
            node = inner  # a copy, so that others may change it meanwhile
        case ast.Call(func=ast.Attribute(value=inner, attr="copy"), args=[]):
            node = inner
    inside = _of_item(node)
    name = last_name(node if inside is None else inside)
    if not isinstance(node if inside is None else inside, ast.Name | ast.Attribute):
        return
    for method in ("append", "add", "appendleft"):
        for call in module.calls_to(method):
            if isinstance(call.func, ast.Attribute) and len(call.args) == 1:
                held = call.func.value if inside is None else _of_item(call.func.value)
                if held is not None and last_name(held) == name:
                    yield call.args[0]


def _of_item(node: ast.expr) -> ast.expr | None:
    """The dictionary of containers that the expression takes one from: `rooms` of `rooms[name]`, `rooms.get(name, ())`."""
    match node:
        case ast.Subscript(value=held) | ast.Call(func=ast.Attribute(value=held, attr="get" | "setdefault"), args=[_, *_]):
            return held
        case _:
            return None


def _stored(inference: Inference, node: ast.expr, module: Module) -> Iterator[Value]:
    """Values of a dictionary: those of its display, and what is assigned to `name[key]`."""
    for value in inference.values(node, module):
        if isinstance(value, Instance) and isinstance(value.call, ast.Dict | ast.DictComp):
            made = value.call
            for part in made.values if isinstance(made, ast.Dict) else [made.value]:
                yield from inference.values(part, value.module or module)
    for part in _assigned_items(node, module):
        yield from inference.values(part, module)


def _assigned_items(node: ast.expr, module: Module) -> Iterator[ast.expr]:
    if isinstance(node, ast.Name):
        owner = module.scope_at(node).owner(node.id)
        uses: Iterable[ast.expr] = owner.uses(node.id) if owner is not None else ()
    else:
        uses = module.attribute_nodes(node.attr) if isinstance(node, ast.Attribute) else ()
    for use in uses:
        item = module.parent(use)
        if isinstance(item, ast.Subscript) and item.value is use and isinstance(item.ctx, ast.Store):
            assignment = module.parent(item)
            if isinstance(assignment, ast.Assign) and item in assignment.targets:
                yield assignment.value


def iterated(inference: Inference, node: ast.expr, index: int | None, module: Module) -> Iterator[Value]:
    """What `for` binds to its target there (`index`: its position when the target is a tuple)."""
    if index is None:
        if isinstance(node, ast.Call) and any(
            isinstance(v, External) and v.name == "concurrent.futures.as_completed" for v in inference.values(node.func, module)
        ):
            yield Instance(known.FUTURE, node, module)
            return
        yield from elements(inference, node, module)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "values":
            yield from _stored(inference, node.func.value, module)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "items":
        if index == 1:
            yield from _stored(inference, node.func.value, module)
    elif isinstance(node, ast.Call) and last_name(node.func) == "enumerate" and index == 1 and node.args:
        yield from elements(inference, node.args[0], module)
    elif isinstance(node, ast.Call) and last_name(node.func) == "zip" and index < len(node.args):
        yield from elements(inference, node.args[index], module)
    else:
        for value in inference.values(node, module):
            if isinstance(value, Elements):
                for part in value.expressions:
                    if isinstance(part, ast.Tuple) and index < len(part.elts):
                        yield from inference.values(part.elts[index], value.module)


def unpacked(inference: Inference, node: ast.expr, index: int, module: Module) -> Iterator[Value]:
    """What unpacking the expression gives at that position."""
    for value in inference.values(node, module):
        if isinstance(value, Elements):
            if index < len(value.expressions) and len(value.expressions) > 1:
                yield from inference.values(value.expressions[index], value.module)
            elif len(value.expressions) == 1:
                yield from inference.values(value.expressions[0], value.module)
        elif isinstance(value, Instance) and value.type == "multiprocessing.Pipe":
            yield Instance("multiprocessing.connection.Connection", node, module)


def subscript(inference: Inference, node: ast.Subscript, module: Module) -> Iterator[Value]:
    """What indexing gives; a generic class that is parametrised (`Queue[int]`) stays that class."""
    for value in inference.values(node.value, module):
        if isinstance(value, External):
            yield value  # queue.Queue[int]
        elif isinstance(value, Class):
            yield value
    yield from elements(inference, node.value, module)
    yield from _stored(inference, node.value, module)
