"""What a pool knows of its tasks. The pool holds it, and so do tasks on their way, which must not keep the pool itself alive."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Future
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from pytest_gilcheck.interpreter.callers import CallSite
from pytest_gilcheck.interpreter.recording import Rows
from pytest_gilcheck.interpreter.transport import untag
from pytest_gilcheck.pools.backlog import Backlog
from pytest_gilcheck.pools.futures import Task, TaskFuture, UnseenFailure
from pytest_gilcheck.pools.stuck import Running


@dataclass(slots=True, eq=False)
class Batch:
    """The calls of one `map`."""

    place: CallSite
    futures: list[weakref.ref[TaskFuture[Any]]] = field(default_factory=list)

    def look(self) -> None:
        """Count all of them as seen."""
        for reference in self.futures:
            future = reference()
            if future is not None:
                future.look()


class _Here(threading.local):
    """What is true of one thread."""

    worker = False
    """It is one of the pool's own."""
    batch: Batch | None = None
    """The `map` that submits in it just now."""


class Journal:
    """The unfinished tasks of a pool, those that failed unseen, and the rows of those that ended."""

    def __init__(self, room: int | None) -> None:
        self.backlog = Backlog(room)
        self.rows = Rows()
        self.here = _Here()
        self.closing = False
        """What fails now fails because the pool is closed."""
        self.explain: Callable[[BrokenExecutor], None] | None = None
        """Adds to the error of a broken pool what is known of its workers."""
        self._failed: set[TaskFuture[Any]] = set()
        self._unfinished: set[Task] = set()

    def run(self, task: Task, fn: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """Run a task in this thread, one of the pool's workers."""
        __tracebackhide__ = True
        self.here.worker = True
        return self.rows.timed(task.submitted, fn, args, kwargs, task=task)

    def began(self, task: Task) -> None:
        """Note that this thread is a worker, and runs a task that `run` does not see."""
        self.here.worker = True
        task.thread = threading.get_ident()
        self.rows.running[task.thread] = (task, threading.current_thread().name, perf_counter())

    def run_here(self, task: Task, fn: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """Run a task in the thread that submits it."""
        __tracebackhide__ = True
        outer, self.here.batch = self.here.batch, None  # what the task submits is not of the `map` that runs it
        try:
            return self.rows.timed(task.submitted, fn, args, kwargs, here=True)
        finally:
            self.here.batch = outer

    def submitted(self, task: Task, future: Future[Any]) -> TaskFuture[Any]:
        """Follow a task that the executor took, which may be done by now."""
        task.future = adopted = TaskFuture.adopt(future, task)
        self._unfinished.add(task)
        if self.here.batch is not None:
            self.here.batch.futures.append(weakref.ref(adopted))
        Future.add_done_callback(adopted, lambda _: self._finished(task))
        return adopted

    def looked(self, future: TaskFuture[Any]) -> None:
        """Let go of a failure that somebody looks at: it holds the frames that raised it."""
        self._failed.discard(future)

    def amend(self, error: BaseException) -> None:
        """Make an error that came from elsewhere fit to be seen."""
        untag(error)
        if isinstance(error, BrokenExecutor) and self.explain is not None:
            self.explain(error)

    def running(self, ident: int) -> Running | None:
        """What the worker thread `ident` runs now."""
        entry = self.rows.running.get(ident)
        return None if entry is None else Running(entry[0].name, str(entry[0].place), entry[1], entry[2])

    def all_running(self) -> list[Running]:
        """What the worker threads run now."""
        return [running for ident in list(self.rows.running) if (running := self.running(ident)) is not None]

    def unfinished(self) -> list[Task]:
        """The tasks that are not done, oldest first."""
        return sorted(self._unfinished.copy(), key=lambda task: task.submitted)

    def unseen(self) -> tuple[UnseenFailure, ...]:
        """What raised so far and nobody looked at; one exception that failed many tasks is told once."""
        failures: dict[int, UnseenFailure] = {}
        # One that is done may not be noted as failed yet: who waits for a future is told before its callbacks are.
        unfinished = {future for task in self._unfinished.copy() if (future := task.future) is not None}
        for future in sorted(unfinished | self._failed.copy(), key=lambda future: future.task.submitted):
            failure = future.unseen_failure()
            if failure is not None:
                failures.setdefault(id(failure.exception), failure)
        return tuple(failures.values())

    def _finished(self, task: Task) -> None:
        future = task.future
        assert future is not None  # set before this became its callback
        error = future.failure()
        if error is not None:
            self.amend(error)
            if not self.closing:
                self._failed.add(future)
                if task.seen:  # before, or just now in another thread
                    self._failed.discard(future)
        if task.parcel is not None:
            if error is not None and not isinstance(error, BrokenExecutor) and not task.parcel.came_home:
                # Its class kept nothing but its own arguments when it was pickled.
                self.rows.add((task.submitted, task.submitted, perf_counter(), 0.0, "", 0, 0, 0.0, True))
            self.rows.running.pop(task.thread, None)
            task.parcel.discard()
            task.parcel = None
        task.future = None
        self._unfinished.discard(task)
        self.backlog.leave()
