"""Which functions run in workers, how they got there, and what is held on the way."""

from __future__ import annotations

import ast
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.start_finder import starts_in
from pytest_gilcheck.source.starts import WorkerKind, WorkerStart, has_one_worker
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

    def may_run_twice(self, function: Function, *kinds: WorkerKind) -> bool:
        """Whether two calls of it may run at once in workers of these kinds: one repeated start, or several starts."""
        starts = {id(reach.start): reach.start for reach in self.reaching(function, *kinds)}
        if any(start.many or self._start_repeats(start) for start in starts.values()):
            return True
        # Tasks of one single-worker pool wait for one another.
        queues = {_serial_key(start) for start in starts.values()}
        return len(queues) > 1

    def _start_repeats(self, start: WorkerStart) -> bool:
        """Whether the function that makes the start is itself called repeatedly while what it started may still run."""
        function = start.module.function_around(start.node)
        if function is None or (start.pool is not None and _serial_key(start) != id(start)):
            return False
        return any(module.loop_around(call) is not None for call, module in self._project.callers(function)) and not _waits(function)

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
                    locks = reach.locks | self._project.locks.held(call, function.module)
                yield callee, Reach(reach.start, (*reach.chain, callee), locks, (*reach.calls, call))

    def _calls_of(self, function: Function) -> list[tuple[ast.Call, tuple[Function, ...]]]:
        known = self._calls.get(function)
        if known is None:
            known = self._calls[function] = [
                (call, callees) for call in function.calls if (callees := tuple(self._project.functions_called(call, function.module)))
            ]
        return known


def _serial_key(start: WorkerStart) -> int:
    """Equal for starts whose tasks wait for one another because their pool has one worker."""
    made = start.pool.call if isinstance(start.pool, Instance) else None
    return id(made) if made is not None and has_one_worker(made) else id(start)


def _waits(function: Function) -> bool:
    """Whether the function waits for what it starts before it returns."""
    return any(last_name(call) in ("join", "result", "shutdown", "get", "wait", "as_completed") for call in function.calls) or any(
        isinstance(node, ast.With)
        and any("Executor" in last_name(item.context_expr) or "Pool" in last_name(item.context_expr) for item in node.items)
        for node in ast.walk(function.node)
    )
