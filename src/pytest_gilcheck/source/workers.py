"""Which functions run in workers, how they got there, and what is held on the way."""

from __future__ import annotations

import ast
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pytest_gilcheck.source.branches import is_for_elsewhere
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.start_finder import starts_in
from pytest_gilcheck.source.starts import WorkerKind, WorkerStart
from pytest_gilcheck.source.values import Instance

if TYPE_CHECKING:
    from pytest_gilcheck.source.project import Project

_MAX_CHAIN = 10  # calls from the worker's own function; longer ways tell a reader nothing


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """That a function runs in a worker: through which start, along which functions (the worker's own first, this one last).

    `locks` are keys of the locks that every way from the start to here holds; `calls` are the calls along the chain.
    """

    start: WorkerStart
    chain: tuple[Function, ...]
    locks: frozenset[str]
    calls: tuple[ast.Call, ...] = ()

    def describe(self) -> str:
        """The way in words, for messages: `fetch (submit at app.py:12) → save`."""
        first, *rest = self.chain
        return " → ".join([f"{first.qualname} ({self.start.how} at {self.start.place})", *(f.qualname for f in rest)])


class Workers:
    """All starts of a project, and everything reached from them."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self.starts: tuple[WorkerStart, ...] = tuple(start for module in project.modules for start in starts_in(module, project))
        self._by_function: dict[Function, list[WorkerStart]] = defaultdict(list)
        for start in self.starts:
            for function in start.functions:
                self._by_function[function].append(start)
        self._reached: dict[Function, list[Reach]] | None = None
        self._calls: dict[Function, list[tuple[ast.Call, tuple[Function, ...]]]] = {}
        self._loads: dict[Module, dict[Function, list[ast.Attribute]]] = {}

    def starts_of(self, function: Function) -> list[WorkerStart]:
        """Starts whose own function it is."""
        return self._by_function.get(function, [])

    def starts_in(self, module: Module) -> Iterator[WorkerStart]:
        """Starts that stand in the module."""
        return (start for start in self.starts if start.module is module)

    def reaching(self, function: Function, *kinds: WorkerKind) -> list[Reach]:
        """How the function gets to run in a worker of these kinds (any, if none is named); one entry a start."""
        if self._reached is None:
            self._reached = self._follow()
        found = self._reached.get(function, [])
        return [reach for reach in found if not kinds or reach.start.kind in kinds]

    def reached_functions(self, *kinds: WorkerKind) -> Iterator[Function]:
        """Every function that runs in a worker of these kinds."""
        if self._reached is None:
            self._reached = self._follow()
        for function in self._reached:
            if self.reaching(function, *kinds):
                yield function

    def _follow(self) -> dict[Function, list[Reach]]:
        reached: dict[Function, dict[int, Reach]] = defaultdict(dict)
        todo: deque[tuple[Function, Reach]] = deque()
        for start in self.starts:
            for function in start.functions:
                todo.append((function, Reach(start, (function,), frozenset())))
        while todo:
            function, reach = todo.popleft()
            known = reached[function].get(id(reach.start))
            if known is not None:
                if known.locks <= reach.locks:
                    continue  # this way holds no less: nothing new below it
                reach = Reach(known.start, known.chain, known.locks & reach.locks, known.calls)
            reached[function][id(reach.start)] = reach
            if len(reach.chain) < _MAX_CHAIN:
                todo.extend(self._below(function, reach))
        return {function: list(ways.values()) for function, ways in reached.items()}

    def _below(self, function: Function, reach: Reach) -> Iterator[tuple[Function, Reach]]:
        for call, callees in self._calls_of(function):
            locks: frozenset[str] | None = None
            for callee in callees:
                if callee in reach.chain:
                    continue
                # A coroutine function's call runs nothing here; awaiting it does, on the same loop.
                if callee.is_async and reach.start.kind is not WorkerKind.TASK:
                    continue
                if locks is None:
                    # The call that stands for reading a property is no part of the tree.
                    locks = reach.locks | self._project.locks.held(call.func, function.module)
                yield callee, Reach(reach.start, (*reach.chain, callee), locks, (*reach.calls, call))

    def _calls_of(self, function: Function) -> list[tuple[ast.Call, tuple[Function, ...]]]:
        known = self._calls.get(function)
        if known is None:
            known = self._calls[function] = [
                (call, callees)
                for call in function.calls
                if (callees := tuple(self._project.functions_called(call, function.module))) and not is_for_elsewhere(call, function.module)
            ]
            known += self._properties_read(function)
        return known

    def _properties_read(self, function: Function) -> Iterator[tuple[ast.Call, tuple[Function, ...]]]:
        """Properties of the project that the function reads, as if it called them."""
        for node in self._property_loads(function.module).get(function, ()):
            for value in self._project.values(node.value, function.module):
                getter = (
                    self._project.method(value.type, node.attr) if isinstance(value, Instance) and isinstance(value.type, Class) else None
                )
                if getter is not None and _is_property(getter):
                    yield ast.copy_location(ast.Call(func=node, args=[], keywords=[]), node), (getter,)
                    break

    def _property_loads(self, module: Module) -> dict[Function, list[ast.Attribute]]:
        """`x.name` in each function of a module, where some class of the project has a property of that name."""
        known = self._loads.get(module)
        if known is None:
            known = self._loads[module] = defaultdict(list)
            for name in self._property_names:
                for node in module.attribute_nodes(name):
                    if isinstance(node.ctx, ast.Load) and (function := module.function_around(node)) is not None:
                        known[function].append(node)
        return known

    @cached_property
    def _property_names(self) -> frozenset[str]:
        return frozenset(
            method.name
            for module in self._project.modules
            for cls in module.classes
            for method in cls.methods.values()
            if _is_property(method)
        )


def _is_property(method: Function) -> bool:
    return any(last_name(decorator) in ("property", "cached_property") for decorator in method.decorators)
