"""Pools whose workers are processes."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sys
import tempfile
import threading
import weakref
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_EXCEPTION, BrokenExecutor, Future, ProcessPoolExecutor, wait
from pathlib import Path
from time import perf_counter
from typing import Any, ClassVar, cast

from pytest_gilcheck.interpreter.transport import Parcel, Ran, run
from pytest_gilcheck.pools.errors import PoolStartError
from pytest_gilcheck.pools.futures import Task
from pytest_gilcheck.pools.journal import Journal
from pytest_gilcheck.pools.measurement import measurement_of, merge, running_coverage
from pytest_gilcheck.pools.stuck import Running, Stuck
from pytest_gilcheck.pools.unpicklable import packed
from pytest_gilcheck.pools.watched import START_S, Submission, Terms, WatchedPool
from pytest_gilcheck.pools.worker import Orders, begin, report_ready
from pytest_gilcheck.pools.workforce import Workforce

_END_S = 5.0  # for the standard pool's own thread, once all its processes are dead


class WatchedProcessPool(WatchedPool, ProcessPoolExecutor):
    """A ProcessPoolExecutor that watches its tasks."""

    kind: ClassVar[str] = "process"

    def __init__(self, terms: Terms) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="gilcheck-pool-"))
        self._remove_folder = weakref.finalize(self, _remove, self._folder, os.getpid())
        self._coverage = running_coverage()
        self._workforce = Workforce(self._folder)
        self._manager: threading.Thread | None = None
        context = multiprocessing.get_context(terms.start_method)
        measurement = None if self._coverage is None else measurement_of(self._coverage, terms.start_method)
        orders = Orders(str(self._folder), context.Barrier(terms.max_workers), measurement, *terms.initializer)
        ProcessPoolExecutor.__init__(self, terms.max_workers, mp_context=context, initializer=begin, initargs=(orders,))
        self._watch(terms)
        self._journal.explain = _Explanation(self._journal, self._workforce)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As of the standard class; the coverage that the workers measured is there when it waited for them."""
        super().shutdown(wait, cancel_futures=cancel_futures)
        if wait:
            self._merge_coverage()

    def _warm_up(self) -> None:
        try:
            ready = self._start_workers()
        except Exception as error:
            self._workforce.kill()
            raise PoolStartError(f"{self}: no worker could be started: {error}") from error
        done, late = wait(ready, START_S, FIRST_EXCEPTION)
        failures = [failure for future in done if (failure := future.exception()) is not None]
        if failures or late:
            self._workforce.kill()
            known = self._workforce.deaths({}) if failures else f"not all of them came up in {START_S:g} s"
            raise PoolStartError(f"{self}: its workers did not start: {known or failures[0]}") from next(iter(failures), None)

    def _start_workers(self) -> list[Future[None]]:
        try:
            # Each waits in a process of its own until all are there: an idle one would take two.
            return [self._submit_unwatched(report_ready) for _ in range(self._terms.max_workers)]
        finally:
            self._workforce.processes = list(self._processes.values())
            self._manager = cast("threading.Thread | None", self._executor_manager_thread)

    def _packed(self, task: Task, fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Submission:
        journal = self._journal

        def arrived(ran: Ran) -> None:
            journal.rows.arrived(task.submitted, ran)

        task.parcel = packed(Parcel(fn, args, kwargs, arrived, guarded=True), task.name, task.place)
        return run, task.parcel

    def _in_own_thread(self) -> bool:
        return threading.current_thread() is self._manager  # it runs the callbacks of futures

    def _running(self) -> list[Running]:
        return self._workforce.running(_by_ticket(self._journal))

    def _close(self, deadline: float) -> tuple[Stuck, ...]:
        stuck: tuple[Stuck, ...] = ()
        self.shutdown(wait=False)
        manager = self._manager
        if manager is not None and manager is not threading.current_thread():
            manager.join(max(0.0, deadline - perf_counter()))
            if manager.is_alive():
                self._journal.closing = True
                tasks = _by_ticket(self._journal)
                for task in tasks.values():
                    if task.future is not None:
                        task.future.cancel()
                stuck = self._workforce.stuck(tasks)
                self._workforce.kill()
                manager.join(_END_S)
        self._merge_coverage()
        self._remove_folder()
        return stuck

    def _merge_coverage(self) -> None:
        if self._coverage is not None:
            merge(self._coverage, self._folder)


class _Explanation:
    """Adds to the error of a broken pool what is known of its workers. Apart from the pool, which futures must not keep alive."""

    def __init__(self, journal: Journal, workforce: Workforce) -> None:
        self._journal = journal
        self._workforce = workforce

    def __call__(self, error: BrokenExecutor) -> None:
        """Add it, once."""
        text = str(error)
        if self._journal.closing:
            known = "close() ended it when its time was over"
        elif error.__cause__ is not None:
            known = "what a worker sent could not be unpickled, see the cause"
        else:
            known = self._workforce.deaths(_by_ticket(self._journal))
        if known and known not in text:
            error.args = (f"{text.rstrip('.')}: {known}",)


def _by_ticket(journal: Journal) -> Mapping[int, Task]:
    return {task.parcel.ticket: task for task in journal.unfinished() if task.parcel is not None}


def _remove(folder: Path, owner: int) -> None:
    if os.getpid() == owner:  # a forked process has a copy of the pool, and its folder is not its own
        shutil.rmtree(folder, ignore_errors=sys.platform == "win32")  # where a process that was killed may hold a file for a while
