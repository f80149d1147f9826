"""What an expression can be: the answers of inference."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.module import Module


@dataclass(frozen=True, slots=True)
class External:
    """A module, class or function from outside of the project, by its canonical dotted name (`threading.Thread`)."""

    name: str


@dataclass(frozen=True, slots=True)
class Instance:
    """An object of a known class.

    `type` is the canonical dotted name of an external class, or the class of the project. `call` is the expression that
    made it and `module` where that stands, as far as it was seen (`None` for a parameter known by its annotation).
    """

    type: str | Class
    call: ast.expr | None = None
    module: Module | None = None


@dataclass(frozen=True, slots=True)
class Method:
    """`owner.name` where the owner is an instance: a bound method. `function` is set for a method of the project."""

    owner: Instance
    name: str
    function: Function | None = None


@dataclass(frozen=True, slots=True)
class Partial:
    """`functools.partial(callee, …)`; `call` is the call of partial."""

    callee: Value
    call: ast.Call


@dataclass(frozen=True, slots=True)
class Elements:
    """A list, tuple, set or comprehension of these expressions; iterating gives their values."""

    expressions: tuple[ast.expr, ...]
    module: Module


Value = External | Instance | Method | Partial | Elements | Function | Class | Module
