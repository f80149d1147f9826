"""What executors did while somebody watched: rows as tasks end, records when they are asked for."""

from __future__ import annotations

import threading
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from time import perf_counter, thread_time
from typing import Any, TypeAlias

from pytest_gilcheck.interpreter.callers import CallSite
from pytest_gilcheck.interpreter.transport import Ran
from pytest_gilcheck.model.tasks import PoolRecord, TaskRecord

# The fields of a TaskRecord in their order. A plain tuple costs a tenth of the record, and a task should not pay for being watched.
Row: TypeAlias = tuple[float, float, float, float, str, int, int, float, bool]


class Rows:
    """The tasks of one pool, as they end. Any thread may add one."""

    def __init__(self) -> None:
        self.running: dict[int, tuple[Any, str, float]] = {}
        """What the threads run now that were given a task to name: that, the thread's name, and when it started."""
        self._rows: deque[Row] = deque()
        self._ran_here = False
        self._ran_there = False

    def timed(
        self,
        submitted: float,
        fn: Callable[..., Any],
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        here: bool = False,
        task: object = None,
    ) -> Any:
        """Call `fn`, give or raise what it does, and keep a row of it; meanwhile this thread runs `task`, if one is named.

        `here` tells that the caller of `submit` is running it.
        """
        __tracebackhide__ = True
        raised = True
        worker = threading.current_thread().name
        started, cpu = perf_counter(), thread_time()
        if task is not None:
            self.running[threading.get_ident()] = (task, worker, started)
        try:
            result = fn(*args, **kwargs)
            raised = False
            return result
        finally:
            self.add((submitted, started, perf_counter(), thread_time() - cpu, worker, 0, 0, 0.0, raised), here=here)
            if task is not None:
                del self.running[threading.get_ident()]

    def add(self, row: Row, *, here: bool = False) -> None:
        """Keep the row of a task that ended."""
        if here:
            self._ran_here = True
        else:
            self._ran_there = True
        self._rows.append(row)

    def arrived(self, submitted: float, ran: Ran) -> None:
        """Keep the row of a task that ended in another process or interpreter."""
        self.add((submitted, *ran))

    def clear(self) -> None:
        """Forget what was kept so far."""
        self._rows.clear()
        self._ran_here = self._ran_there = False

    def record(self, kind: str, workers: int, made_s: float, place: str, *, own: bool, ready_s: float | None = None) -> PoolRecord:
        """What was kept, as a value.

        `made_s` is how long the pool's constructor took, `ready_s` how long it then took to have all workers ready, None if nobody waited
        for that. Nothing says when a pool begins to start its workers by itself but its first task.
        """
        tasks = tuple(TaskRecord(*row) for row in self._rows.copy())
        inline = self._ran_here and not self._ran_there
        if ready_s is None:
            ready_s = max(0.0, min(task.started for task in tasks) - min(task.submitted for task in tasks)) if tasks and not inline else 0.0
        return PoolRecord("inline" if inline else kind, workers, made_s + ready_s, tasks, place, own)


def kind_of(executor: Executor) -> str:
    """The word for an executor's kind, as in PoolRecord."""
    if isinstance(executor, ProcessPoolExecutor):
        return "process"
    names = {cls.__name__ for cls in type(executor).__mro__}  # 3.14+ has the class, and imports a lot for it
    return "interpreter" if "InterpreterPoolExecutor" in names else "thread"


class ForeignPool:
    """An executor of the code under test, during one block."""

    def __init__(self, executor: Executor, made_s: float, place: CallSite | None) -> None:
        self.rows = Rows()
        self._kind = kind_of(executor)
        self._workers = int(getattr(executor, "_max_workers", 0))
        self._made_s = made_s
        self._place = place

    def record(self) -> PoolRecord:
        """What is known so far."""
        return self.rows.record(self._kind, self._workers, self._made_s, str(self._place or ""), own=False)


class Block:
    """What was measured between the two ends of a `with`."""

    def __init__(self) -> None:
        self._pools: list[ForeignPool] = []
        self._known: weakref.WeakKeyDictionary[Executor, ForeignPool] = weakref.WeakKeyDictionary()
        self._lock = threading.RLock()

    def made(self, executor: Executor, made_s: float, place: CallSite) -> None:
        """Note an executor that was made inside."""
        self._note(executor, made_s, place)

    def pool(self, executor: Executor) -> ForeignPool:
        """The one that belongs to an executor, also if that was made before the block."""
        return self._known.get(executor) or self._note(executor, 0.0, None)

    def records(self) -> tuple[PoolRecord, ...]:
        """One for each pool that was made or used, in the order they were met."""
        return tuple(pool.record() for pool in list(self._pools))

    def _note(self, executor: Executor, made_s: float, place: CallSite | None) -> ForeignPool:
        with self._lock:
            if executor not in self._known:
                self._known[executor] = ForeignPool(executor, made_s, place)
                self._pools.append(self._known[executor])
            return self._known[executor]


def rows_of(executor: Executor, blocks: Iterable[Block]) -> list[Rows]:
    """Where the tasks of an executor are to be noted."""
    return [block.pool(executor).rows for block in blocks]
