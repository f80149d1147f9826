"""Pools whose workers are threads of this process."""

from __future__ import annotations

import threading
from collections.abc import Callable, MutableMapping
from collections.abc import Set as AbstractSet
from concurrent.futures import Future, ThreadPoolExecutor, wait
from concurrent.futures import thread as standard
from time import perf_counter
from typing import Any, ClassVar, cast

from pytest_gilcheck.pools.errors import PoolStartError
from pytest_gilcheck.pools.stuck import Stuck, thread_stack
from pytest_gilcheck.pools.watched import START_S, Terms, WatchedPool


class Initialization:
    """An initializer that remembers how it failed: the standard pool only logs it."""

    def __init__(self, initializer: Callable[..., object]) -> None:
        self._initializer = initializer
        self.error: BaseException | None = None

    def __call__(self, *args: Any) -> None:
        """Call it. Raises what it raises."""
        try:
            self._initializer(*args)
        except BaseException as error:
            self.error = error
            raise


class ThreadWorkers(WatchedPool):
    """What holds for every executor that is built on the standard thread pool."""

    _max_workers: int
    _threads: AbstractSet[threading.Thread]  # of the standard class
    _initialization: Initialization | None = None

    def _warm_up(self) -> None:
        """Start all threads, as daemons: one that is stuck at the end must not keep the interpreter from exiting.

        The standard pool has no word for that, but a thread inherits it from the one that starts it. At exit the standard pool still waits
        for its threads, daemons or not, unless `close` let go of them.
        """
        gate = threading.Event()
        started: list[Future[Any]] = []
        failures: list[BaseException] = []

        def start_all() -> None:
            try:
                # Each waits in a thread of its own until all are there: an idle one would take two.
                started.extend(self._submit_unwatched(gate.wait) for _ in range(self._max_workers))
            except BaseException as error:  # noqa: BLE001 - handed to the thread that waits
                failures.append(error)
            finally:
                gate.set()

        starter = threading.Thread(target=start_all, daemon=True)
        starter.start()
        starter.join()
        _, late = wait(started, START_S)
        failures.extend(error for each in started if each not in late and (error := each.exception()) is not None)
        if failures or late:
            raised = self._initialization.error if self._initialization else None
            cause = raised or next(iter(failures), None)
            what = "the initializer failed" if raised else "not all of its workers started"
            why = f"{type(cause).__name__}: {cause}" if cause else f"{len(late)} of {self._max_workers} are not ready after {START_S:g} s"
            raise PoolStartError(f"{self}: {what}: {why}") from cause

    def _close(self, deadline: float) -> tuple[Stuck, ...]:
        threads = [thread for thread in self._threads if thread is not threading.current_thread()]
        self.shutdown(wait=False)
        for thread in threads:
            thread.join(max(0.0, deadline - perf_counter()))
        alive = [thread for thread in threads if thread.is_alive()]
        if not alive:
            return ()
        self._journal.closing = True
        self.shutdown(wait=False, cancel_futures=True)
        with standard._global_shutdown_lock:  # else the interpreter would wait for them when it exits
            for thread in alive:
                cast("MutableMapping[threading.Thread, Any]", standard._threads_queues).pop(thread, None)
        return tuple(stuck for thread in alive if (stuck := self._stuck_in(thread)) is not None)

    def _stuck_in(self, thread: threading.Thread) -> Stuck | None:
        ident = thread.ident or 0
        running, stack = self._journal.running(ident), thread_stack(ident)
        if not thread.is_alive():
            return None  # it ended after all
        return Stuck(running.task if running else "", running.place if running else "", thread.name, stack)


class WatchedThreadPool(ThreadWorkers, ThreadPoolExecutor):
    """A ThreadPoolExecutor that watches its tasks."""

    kind: ClassVar[str] = "thread"

    def __init__(self, terms: Terms) -> None:
        initializer, initargs = terms.initializer
        if initializer is not None:
            self._initialization = initializer = Initialization(initializer)
        ThreadPoolExecutor.__init__(self, terms.max_workers, initializer=initializer, initargs=initargs)
        self._watch(terms)
