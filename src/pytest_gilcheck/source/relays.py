"""Functions that start the work they are given, and return what tells of its end: whoever calls one has to ask for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from pytest_gilcheck.source.calls import bind, last_name
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.starts import WorkerStart
from pytest_gilcheck.source.workers import Reach

if TYPE_CHECKING:
    from pytest_gilcheck.source.project import Project

_STARTING = ("submit", "apply_async", "run_in_executor", "run_coroutine_threadsafe", "create_task", "ensure_future")


@dataclass(frozen=True, slots=True)
class Relay:
    """A function whose parameter `work` goes to the call `start`, which the function returns."""

    function: Function
    start: ast.Call
    work: str

    def work_of(self, call: ast.Call) -> ast.expr | None:
        """What a call of the function gives it to start."""
        return bind(self.function, call.args, call.keywords).get(self.work)


class Relays:
    """What of one project is called in place of `submit` and `create_task`."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def called(self, module: Module) -> Iterator[tuple[ast.Call, Relay]]:
        """Calls in the module that can run nothing but relays, each with one of them."""
        for call in module.calls_to(*sorted(self._names & module.called_names)):
            found = [self._by_function.get(function) for function in self._project.functions_called(call, module)]
            if found and found[0] is not None and None not in found:
                yield call, found[0]

    def reaching(self, function: Function) -> Iterator[Reach]:
        """How the function gets to run in a worker because it is given to a relay."""
        for start in self._starts.get(function, ()):
            yield Reach(start, (function,), frozenset())

    @cached_property
    def _starts(self) -> dict[Function, list[WorkerStart]]:
        """By the function that runs: what starts it, told at the call of the relay."""
        inside = {start.node: start for start in self._project.workers.starts}
        found: dict[Function, list[WorkerStart]] = {}
        for module in self._project.modules:
            for call, relay in self.called(module):
                start, work = inside.get(relay.start), relay.work_of(call)
                if start is None or work is None:
                    continue
                functions = tuple(f for value in self._project.values(work, module) for f in self._project.functions_of(value))
                for function in functions:
                    told = replace(start, node=call, module=module, target=work, functions=functions)
                    found.setdefault(function, []).append(told)
        return found

    @cached_property
    def _by_function(self) -> dict[Function, Relay]:
        return {relay.function: relay for module in self._project.modules for relay in _relays_in(module)}

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(function.name for function in self._by_function)


def _relays_in(module: Module) -> Iterator[Relay]:
    for call in module.calls_to(*_STARTING):
        function = module.function_around(call)
        if function is None or isinstance(function.node, ast.Lambda) or function.is_async or function.is_generator:
            continue
        if function.decorators and not all(last_name(decorator) in ("staticmethod", "classmethod") for decorator in function.decorators):
            continue
        if not isinstance(module.parent(call), ast.Return):
            continue
        given = call.args[1:2] if last_name(call) == "run_in_executor" else call.args[:1]
        work = given[0] if given else None
        if isinstance(work, ast.Call) and last_name(work) == "partial" and work.args:
            work = work.args[0]
        if isinstance(work, ast.Name) and work.id in function.parameters:
            yield Relay(function, call, work.id)
