"""How far a function is from the one that starts a worker: what it makes is shared by all that it leads to."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import Module

if TYPE_CHECKING:
    from pytest_gilcheck.source.project import Project
    from pytest_gilcheck.source.starts import WorkerStart

_MAX_CALLERS = 8  # calls between the function that makes a variable and the one that starts the worker


def frame_of(project: Project, start: WorkerStart, function: Function) -> int | None:
    """0 for the function that makes the start, 1 for its callers, 2 for those farther out; `None` if it never leads to the start."""
    starter = start.module.function_around(start.node)
    if starter is function:
        return 0
    if starter is None:
        return None
    seen = {starter}
    layer = [starter]
    for distance in range(1, _MAX_CALLERS):
        layer = [above for inner in layer for above in _leading_to(project, inner) if above not in seen]
        if function in layer:
            return min(distance, 2)
        seen.update(layer)
    return None


def _leading_to(project: Project, function: Function) -> Iterator[Function]:
    """Functions that call it, start it in a worker, or have it inside of them."""
    places: list[tuple[ast.AST, Module]] = [(function.node, function.module), *project.callers(function)]
    places += [(start.node, start.module) for start in project.workers.starts_of(function)]
    for node, module in places:
        around = module.function_around(node)
        if around is not None:
            yield around
