"""What a function gets that another one starts with whatever it was given: `def spawn(self, target, *args)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pytest_gilcheck.source.calls import argument, bind
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.starts import WorkerStart

if TYPE_CHECKING:
    from pytest_gilcheck.source.project import Project


def forwarded(start: WorkerStart, function: Function, parameter: str, project: Project) -> Iterator[tuple[ast.expr, Module]]:
    """What callers of the function that starts hand on for a parameter of what they have it start."""
    starter = start.module.function_around(start.node)
    if starter is None or not isinstance(start.target, ast.Name) or start.target.id not in starter.parameters:
        return
    extra, keywords = starter.node.args.vararg, starter.node.args.kwarg
    before = _before(start, extra.arg) if extra is not None else None
    for call, origin in project.callers(starter):
        given = bind(starter, call.args, call.keywords).get(start.target.id)
        if given is None or all(function not in project.functions_of(value) for value in project.values(given, origin)):
            continue
        if before is not None and parameter in function.parameters:
            position = function.parameters.index(parameter) - before
            rest = call.args[len(starter.parameters) :]
            if 0 <= position < len(rest) and not any(isinstance(arg, ast.Starred) for arg in rest[: position + 1]):
                yield rest[position], origin
        if keywords is not None:
            yield from ((keyword.value, origin) for keyword in call.keywords if keyword.arg == parameter)


def _before(start: WorkerStart, extra: str) -> int | None:
    """How many arguments come before those of `*args`; `None` where it doesn't hand them on."""
    for position, given in enumerate(start.arguments):
        if isinstance(given, ast.Starred):
            return position if isinstance(given.value, ast.Name) and given.value.id == extra else None
    given_args = argument(start.node, 3, "args") if isinstance(start.node, ast.Call) else None
    return 0 if isinstance(given_args, ast.Name) and given_args.id == extra else None
