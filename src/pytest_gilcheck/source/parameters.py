"""What parameters and annotated names can be."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pytest_gilcheck.source.definitions import Class
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.scopes import FUNCTIONS
from pytest_gilcheck.source.values import External, Instance, Value

if TYPE_CHECKING:
    from pytest_gilcheck.source.infer import Inference


def parameter_values(inference: Inference, arg: ast.arg, module: Module) -> Iterator[Value]:
    """What a parameter can be: by its annotation, its default, a fixture, and what the project passes for it."""
    function_node = next((n for n in module.ancestors(arg) if isinstance(n, FUNCTIONS)), None)
    if function_node is None:
        return
    function = module.function_at(function_node)
    if arg.annotation is not None:
        yield from annotated(inference, arg.annotation, module)
    cls = function.cls
    if cls is not None and arg.arg == function.self_name:
        yield cls if function.takes_class else Instance(cls)
        return
    arguments = function_node.args
    if arg.arg in function.defaults:
        yield from inference.values(function.defaults[arg.arg], module)
    if arg in (arguments.vararg, arguments.kwarg):
        return
    yield from inference.project.fixtures.values(function, arg.arg)
    for expression, origin in inference.project.arguments_for(function, arg.arg):
        yield from inference.values(expression, origin)


# What stands bare in an annotation and says nothing of the class.
_NO_CLASSES = frozenset({f"typing.{name}" for name in ("Final", "ClassVar", "Any", "Optional")} | {"typing_extensions.Final"})


def annotated(inference: Inference, annotation: ast.expr, module: Module) -> Iterator[Value]:
    """Instances of the class that an annotation names; `X | None`, `Optional[X]` and quoted names too."""
    match annotation:
        case ast.Constant(value=str() as text):
            quoted = _parsed(text)
            if quoted is not None:
                yield from annotated(inference, quoted, module)
        case ast.BinOp(op=ast.BitOr()):
            yield from annotated(inference, annotation.left, module)
            yield from annotated(inference, annotation.right, module)
        case ast.Subscript():
            outer = next(iter(inference.values(annotation.value, module)), None)
            if isinstance(outer, External) and outer.name in ("typing.Optional", "typing.Annotated", "typing.Final", "typing.ClassVar"):
                inner = annotation.slice.elts[0] if isinstance(annotation.slice, ast.Tuple) else annotation.slice
                yield from annotated(inference, inner, module)
            else:
                yield from annotated(inference, annotation.value, module)
        case ast.Name() | ast.Attribute():
            yield from _instances(inference.values(annotation, module))
        case _:
            return


def _parsed(text: str) -> ast.expr | None:
    """A quoted annotation; its names are looked up in the module, where forward references are."""
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _instances(classes: Iterable[Value]) -> Iterator[Value]:
    for value in classes:
        if isinstance(value, Class):
            yield Instance(value)
        elif isinstance(value, External) and value.name not in _NO_CLASSES:
            yield Instance(value.name)
