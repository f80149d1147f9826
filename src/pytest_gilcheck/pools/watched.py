"""What our pools add to the standard ones, whatever their kind."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any, ClassVar, ParamSpec, TypeAlias, TypeVar

from pytest_gilcheck.interpreter.callers import CallSite, call_site, task_name
from pytest_gilcheck.interpreter.executors import Initializer, OwnExecutor, runs_inline
from pytest_gilcheck.model.tasks import PoolRecord
from pytest_gilcheck.pools import roll
from pytest_gilcheck.pools.errors import SubmitTimeoutError
from pytest_gilcheck.pools.futures import Task, TaskFuture, UnseenFailure
from pytest_gilcheck.pools.journal import Batch, Journal
from pytest_gilcheck.pools.stuck import Running, Stuck

P = ParamSpec("P")
T = TypeVar("T")

Submission: TypeAlias = tuple[Callable[..., Any], *tuple[Any, ...]]

START_S = 60.0
"""How long workers may take to come up, initializers and the imports of a big main module on a busy machine included."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a pool was asked to be; see `open_pool`."""

    max_workers: int
    queue_size: int | None
    deadline_s: float
    start_method: str
    initializer: Initializer
    place: CallSite
    made: float
    """When its making began, by `time.perf_counter`."""


class WatchedPool(OwnExecutor, Executor):
    """A standard executor that bounds its backlog, keeps failures that nobody saw, measures its tasks, and ends in time."""

    kind: ClassVar[str]

    def _watch(self, terms: Terms) -> None:
        """Begin to watch; called when the executor itself is made."""
        self._terms = terms
        self._journal = Journal(None if terms.queue_size is None else terms.queue_size + terms.max_workers)
        self._made_s = perf_counter() - terms.made
        self._ready_s: float | None = None
        self._stuck: tuple[Stuck, ...] | None = None
        roll.enter(self)

    def start(self) -> None:
        """Have all workers ready, if they are not. Raises PoolStartError."""
        if self._ready_s is None:
            begin = perf_counter()
            self._ready_s = 0.0  # the tasks that warm the workers up come this way too
            self._warm_up()
            self._ready_s = perf_counter() - begin

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> TaskFuture[T]:
        """As of the standard Executor; waits while `queue_size` tasks wait. Raises SubmitTimeoutError when that takes `deadline_s`."""
        journal = self._journal
        inline = runs_inline()
        if not inline and self._ready_s is None:
            self.start()
        batch = journal.here.batch
        task = Task(task_name(fn), call_site() if batch is None else batch.place, perf_counter(), journal)
        call = (journal.run_here, task, fn, args, kwargs) if inline else self._packed(task, fn, args, kwargs)
        if not journal.backlog.enter(patient=not (inline or self._in_own_thread()), deadline_s=self._terms.deadline_s):
            self._drop(task)
            raise SubmitTimeoutError(self._told_full(task))
        try:
            future = super().submit(*call)
        except BaseException as error:
            journal.backlog.leave()
            self._drop(task)
            if isinstance(error, BrokenExecutor) and journal.explain is not None:
                journal.explain(error)
            raise
        return journal.submitted(task, future)

    def map(self, fn: Callable[..., T], *iterables: Iterable[Any], **kwargs: Any) -> Iterator[T]:
        """As of the standard Executor. Failures that are not reached by who reads the results are unseen ones of this call."""
        batch = Batch(call_site())
        with self._submitting(batch):
            results = super().map(fn, *iterables, **kwargs)
        return self._read(results, batch)

    def record(self) -> PoolRecord:
        """What was measured since it was made, or since `clear_record`."""
        terms = self._terms
        return self._journal.rows.record(self.kind, terms.max_workers, self._made_s, str(terms.place), own=True, ready_s=self._ready_s)

    def clear_record(self) -> None:
        """Forget the tasks that were measured, for pools that live longer than a run."""
        self._journal.rows.clear()

    def unseen(self) -> tuple[UnseenFailure, ...]:
        """The tasks that raised so far and whose future nobody asked, waited for in asyncio, gave a callback, or cancelled."""
        return self._journal.unseen()

    def close(self) -> tuple[Stuck, ...]:
        """Shut down, waiting up to `deadline_s` for tasks to end; gives the workers that did not, and lets go of them.

        Processes that are stuck are killed; a thread that is stuck stays, and does not keep the interpreter from exiting. What waits for a
        worker then is cancelled. Later calls give the same again.
        """
        if self._stuck is None:
            self._stuck = self._close(perf_counter() + self._terms.deadline_s)
        return self._stuck

    def caller_initializer(self) -> Initializer:
        """The initializer that was asked for."""
        return self._terms.initializer

    def __str__(self) -> str:
        """The pool in a message."""
        return f"the {self.kind} pool made at {self._terms.place}"

    def _warm_up(self) -> None:
        """Have all workers running."""

    def _packed(self, task: Task, fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Submission:
        """What the standard `submit` is given for a task: a callable and its arguments."""
        return self._journal.run, task, fn, args, kwargs

    def _submit_unwatched(self, fn: Callable[..., T], *args: object) -> Future[T]:
        """As of the standard executor, for tasks of our own."""
        return super().submit(fn, *args)

    def _drop(self, task: Task) -> None:
        if task.parcel is not None:
            task.parcel.discard()

    def _in_own_thread(self) -> bool:
        """Whether this thread is one that the pool's progress hangs on."""
        return self._journal.here.worker

    def _running(self) -> list[Running]:
        """What its workers run now."""
        return self._journal.all_running()

    def _close(self, deadline: float) -> tuple[Stuck, ...]:
        raise NotImplementedError

    def _told_full(self, task: Task) -> str:
        terms, now = self._terms, perf_counter()
        running = self._running()
        waiting = max(0, self._journal.backlog.unfinished - terms.max_workers)
        tasks = "".join(f"\n  {each.told(now)}" for each in running) or " nothing that is known"
        return (
            f"{self}: no room for {task.name} (submitted at {task.place}) in {terms.deadline_s:g} s; "
            f"waiting: {waiting} (queue_size={terms.queue_size}); running:{tasks}"
        )

    @contextmanager
    def _submitting(self, batch: Batch) -> Iterator[None]:
        here = self._journal.here
        outer, here.batch = here.batch, batch
        try:
            yield
        finally:
            here.batch = outer

    def _read(self, results: Iterator[T], batch: Batch) -> Generator[T, None, None]:
        try:
            while True:
                with self._submitting(batch):  # 3.14+ may submit while results are read
                    try:
                        result = next(results)
                    except StopIteration:
                        return
                    except BaseException:
                        batch.look()  # who reads on gets nothing: they were told what there is to tell
                        raise
                yield result
        finally:
            results.close()  # type: ignore[attr-defined]  # a generator, though the standard class promises an iterator
