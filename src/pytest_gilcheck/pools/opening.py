"""One door to every kind of pool."""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

from pytest_gilcheck.interpreter.callers import CallSite, call_site
from pytest_gilcheck.interpreter.executors import has_one_worker, runs_inline
from pytest_gilcheck.model.cpus import schedulable
from pytest_gilcheck.model.options import START_METHODS
from pytest_gilcheck.pools.errors import PoolUnavailable
from pytest_gilcheck.pools.watched import Terms, WatchedPool

KINDS = ("thread", "process", "interpreter", "inline")

QUEUE_SIZE = 1000
"""Tasks that may wait for a worker unless another number is asked for: more than a test needs, and no load for memory."""

DEADLINE_S = 30.0


def open_pool(
    kind: str,
    *,
    max_workers: int | None = None,
    queue_size: int | None = QUEUE_SIZE,
    start_method: str = "spawn",
    deadline_s: float = DEADLINE_S,
    initializer: Callable[..., object] | None = None,
    initargs: tuple[Any, ...] = (),
    cpus: Callable[[], int] = schedulable,
    place: CallSite | None = None,
) -> WatchedPool:
    """A pool with all its workers running: a genuine standard executor of its kind that watches its tasks.

    `kind` is one of KINDS. `max_workers` is by default as many as `cpus()` gives. At most `queue_size` tasks wait, then `submit`
    waits up to `deadline_s` seconds; None for no bound.
    `deadline_s` is also how long `close` waits for tasks to end. `start_method` is of processes, one of START_METHODS.
    `initializer(*initargs)` is called in each worker first. `place` is where messages say that it was made, else the calling line.

    Raises ValueError for what is no kind, start method or number that can be; PoolUnavailable where this interpreter lacks the kind;
    PoolStartError when not all workers come up.
    """
    made = perf_counter()
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no kind of pool: it is one of {', '.join(KINDS)}")
    if start_method not in START_METHODS:
        raise ValueError(f"{start_method!r} is no start method: it is one of {', '.join(START_METHODS)}")
    workers = _default_workers(kind, cpus()) if max_workers is None else max_workers
    if has_one_worker():
        workers = min(workers, 1)
    if workers < 1:
        raise ValueError(f"max_workers must be 1 or more, not {workers}")
    if queue_size is not None and queue_size < 0:
        raise ValueError(f"queue_size must be 0 or more, or None for no bound, not {queue_size}")
    if deadline_s < 0:
        raise ValueError(f"deadline_s must be 0 or more, not {deadline_s}")
    pool = _class_of(kind)(Terms(workers, queue_size, deadline_s, start_method, (initializer, initargs), place or call_site(), made))
    if not runs_inline():
        try:
            pool.start()
        except BaseException:
            pool.close()
            raise
    return pool


def _default_workers(kind: str, cpus: int, platform: str = sys.platform) -> int:
    """One for each CPU. Windows can wait for so many processes at once and no more."""
    return min(cpus, 61) if kind == "process" and platform == "win32" else cpus


def _class_of(kind: str) -> Callable[[Terms], WatchedPool]:
    """Imported when asked for: thread pools need no multiprocessing."""
    if kind == "thread":
        from pytest_gilcheck.pools.threads import WatchedThreadPool

        return WatchedThreadPool
    if kind == "process":
        from pytest_gilcheck.pools.processes import WatchedProcessPool

        return WatchedProcessPool
    if kind == "inline":
        from pytest_gilcheck.pools.inline import WatchedInlinePool

        return WatchedInlinePool
    from pytest_gilcheck.pools.interpreters import interpreter_pool_class

    found = interpreter_pool_class()
    if found is None:
        raise PoolUnavailable("concurrent.futures has an InterpreterPoolExecutor since Python 3.14")
    return found
