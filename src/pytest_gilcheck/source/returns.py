"""What calls give: instances, returned and yielded values, what `await` and `with` make of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pytest_gilcheck.source import imports, known
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.parameters import annotated
from pytest_gilcheck.source.values import External, Instance, Method, Partial, Value

if TYPE_CHECKING:
    from pytest_gilcheck.source.infer import Inference


def call(inference: Inference, node: ast.Call, module: Module) -> Iterator[Value]:
    """What the call expression gives."""
    brought = imports.imported_by_call(node, module)
    if brought is not None:
        yield brought
        return
    for callee in inference.values(node.func, module):
        yield from called(inference, callee, node, module)


def called(inference: Inference, callee: Value, node: ast.Call, module: Module) -> Iterator[Value]:
    """What calling that value there gives."""
    match callee:
        case Class():
            yield Instance(callee, node, module)
        case External(name="functools.partial") if node.args:
            for inner in inference.values(node.args[0], module):
                yield Partial(inner, node)
        case External(
            name="builtins.list"
            | "builtins.tuple"
            | "builtins.set"
            | "builtins.sorted"
            | "builtins.reversed"
            | "builtins.iter"
            | "weakref.proxy"
        ) if node.args:
            yield from inference.values(node.args[0], module)
        case External(name="typing.cast") if len(node.args) == 2:
            yield from inference.values(node.args[1], module)
        case External(name="builtins.super"):
            cls = module.class_around(node)
            if cls is not None:
                for base in [b for b in inference.mro(cls) if b is not cls][:1]:
                    yield Instance(base)
        case External(name="concurrent.futures.wait"):
            return
        case External(name="dataclasses.field" | "attrs.field" | "attr.field" | "attr.ib" | "attr.attrib"):
            for keyword in node.keywords:
                if keyword.arg in ("default_factory", "factory"):
                    for factory in inference.values(keyword.value, module):
                        yield from called(inference, factory, node, module)
        case External():
            made = known.RETURNS.get(callee.name)
            if made is not None or callee.name.rpartition(".")[2][:1].isupper():
                yield Instance(made or callee.name, node, module)
        case Function():
            if not callee.is_async:
                yield from returned(inference, callee)
        case Method():
            yield from _method_call(inference, callee, node, module)
        case Partial():
            yield from called(inference, callee.callee, node, module)
        case _:
            return


def _method_call(inference: Inference, method: Method, node: ast.Call, module: Module) -> Iterator[Value]:
    if method.function is not None:
        if not method.function.is_async:
            yield from returned(inference, method.function)
        return
    if method.name == "__enter__":
        yield method.owner
    if method.name in ("enter_context", "enter_async_context") and node.args:
        yield from entered(inference, node.args[0], module)
    for (base, name), made in known.METHOD_RETURNS.items():
        if name == method.name and inference.is_a(method.owner, base):
            yield Instance(made, node, module)


def returned(inference: Inference, function: Function) -> Iterator[Value]:
    """What calling the function gives: the values of its returns, or the function's annotation."""
    if function.is_generator:
        return
    node = function.node
    if isinstance(node, ast.Lambda):
        yield from inference.values(node.body, function.module)
        return
    for result in function.scope.results:
        if result.value is not None:
            yield from inference.values(result.value, function.module)
    if node.returns is not None:
        yield from annotated(inference, node.returns, function.module)


def yielded(inference: Inference, function: Function) -> Iterator[Value]:
    """What a generator function yields (fixtures and context managers give it on)."""
    for result in function.scope.results:
        if isinstance(result, ast.Yield) and result.value is not None:
            yield from inference.values(result.value, function.module)


def awaited(inference: Inference, node: ast.expr, module: Module) -> Iterator[Value]:
    """What `await node` gives, for calls of the project's coroutine functions."""
    if isinstance(node, ast.Call):
        for callee in inference.values(node.func, module):
            function = callee.function if isinstance(callee, Method) else callee
            if isinstance(function, Function) and function.is_async:
                yield from returned(inference, function)


def entered(inference: Inference, node: ast.expr, module: Module) -> Iterator[Value]:
    """What `with node as x` binds."""
    for value in inference.values(node, module):
        if isinstance(value, Instance) and isinstance(value.type, Class):
            enter = next(
                (c.methods["__enter__"] for c in inference.mro(value.type) if isinstance(c, Class) and "__enter__" in c.methods), None
            )
            yield from returned(inference, enter) if enter is not None else [value]
        elif isinstance(value, Instance):
            yield value
    if isinstance(node, ast.Call):
        for callee in inference.values(node.func, module):
            if isinstance(callee, Function) and callee.is_generator:
                yield from yielded(inference, callee)
            elif isinstance(callee, External) and callee.name in ("contextlib.closing", "contextlib.nullcontext") and node.args:
                yield from inference.values(node.args[0], module)
