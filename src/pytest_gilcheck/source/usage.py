"""What becomes of the value of an expression: who reads it, keeps it, passes it on, or that nobody does."""

from __future__ import annotations

import ast

from pytest_gilcheck.source.forward import ForwardTrace
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.uses import Use


def uses_of(node: ast.expr, module: Module, *, depth: int = 0) -> tuple[Use, ...]:
    """Everything that happens to the value of the expression, through variables, containers, loops and calls that give it on.

    `depth` tells how many containers of the expression's value are around the value of interest: 1 for the elements of a
    list. Flow-insensitive; wherever the trace is lost the answer is a use that may be anything (`PASSED`, `STORED`, `OTHER`),
    so whoever looks for values that nobody reads stays silent.
    """
    trace = ForwardTrace(module.project)
    trace.follow(node, module, depth)
    return tuple(trace.found)


def uses_of_variable(node: ast.expr, module: Module, *, depth: int = 0) -> tuple[Use, ...]:
    """Everything that happens to what a name or attribute holds, wherever it is used; nothing for other expressions."""
    trace = ForwardTrace(module.project)
    match node:
        case ast.Name():
            trace.name(node, module, depth)
        case ast.Attribute():
            trace.attribute(node, module, depth)
        case _:
            pass
    return tuple(trace.found)
