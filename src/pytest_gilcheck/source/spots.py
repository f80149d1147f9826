"""Whether two threads may be at two places of the code at the same time."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.starts import WorkerKind, WorkerStart
from pytest_gilcheck.source.waits import is_wait, window

if TYPE_CHECKING:
    from pytest_gilcheck.source.project import Project

_MAX_CALLERS = 4  # from code that nobody in the project calls to the spot
_KINDS = (WorkerKind.THREAD, WorkerKind.PROCESS, WorkerKind.TASK)


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """A place in a function (`None` for code of the module); `start` is set where only one start of a worker is meant."""

    node: ast.AST
    module: Module
    function: Function | None
    start: WorkerStart | None = None


class Spots:
    """Answers for one project."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def run_in_workers(self, spot: Spot) -> bool:
        """Whether a worker comes there."""
        return bool(self._starts(spot))

    def is_before_or_after(self, spot: Spot) -> bool:
        """Whether its function starts the workers only later, through a call, or has waited for them before."""
        function = spot.function
        if function is None or self._starts(spot):
            return False
        line = getattr(spot.node, "lineno", 0)
        if any(is_wait(call) and call.lineno < line for call in function.calls):
            return True
        starters = {start.module.function_around(start.node) for start in self._project.workers.starts}
        return any(
            call.lineno > line and any(callee in starters for callee in self._project.functions_called(call, function.module))
            for call in function.calls
        )

    def may_run_at_once(self, one: Spot, other: Spot) -> bool:
        """Whether two threads can be at the two spots at the same time, as far as the project starts any."""
        mine, theirs = self._starts(one), self._starts(other)
        repetitions = self._project.sharing.repetitions
        for start in mine:
            for second in theirs:
                if bool(repetitions.of(start)) if start is second else repetitions.overlap(start, second):
                    return True
        if mine and theirs:
            return False
        if mine or theirs:
            return any(self._is_beside(start, other if mine else one) for start in mine or theirs)
        return all(self._is_open(spot) for spot in (one, other))

    def _starts(self, spot: Spot) -> list[WorkerStart]:
        if spot.start is not None:
            return [spot.start]
        if spot.function is None:
            return []
        return [reach.start for reach in self._project.workers.reaching(spot.function, *_KINDS)]

    def _is_beside(self, start: WorkerStart, spot: Spot) -> bool:
        """Whether the thread that starts the worker, or one that is not known, may be at the spot while the worker runs."""
        starter = start.module.function_around(start.node)
        first, last = window(start.node, start.module)
        if spot.module is start.module and spot.function is starter:
            return first <= getattr(spot.node, "lineno", 0) <= last
        if spot.function is None:
            return False
        callers = self._project.callers(spot.function)
        return not callers or any(
            module is not start.module or module.function_around(call) is not starter or first <= call.lineno <= last
            for call, module in callers
        )

    def _is_open(self, spot: Spot) -> bool:
        """Whether code outside of the project calls it, from threads of its own."""
        return spot.function is not None and self._is_called_outside(spot.function, frozenset())

    def _is_called_outside(self, function: Function, inside: frozenset[Function]) -> bool:
        if function.module.is_test or function.name == "main" or function in inside or len(inside) > _MAX_CALLERS:
            return False
        callers = [module.function_around(call) for call, module in self._project.callers(function) if not module.is_test]
        if function.cls is None:
            return not callers
        inside |= {function}
        return not callers or any(caller is not None and self._is_called_outside(caller, inside) for caller in callers)
