"""Pools whose workers are interpreters of this process, each with a GIL of its own (PEP 734, Python 3.14+)."""

from __future__ import annotations

import concurrent.futures
import sys
from collections.abc import Callable
from typing import Any

from pytest_gilcheck.interpreter.transport import Parcel, Ran, run
from pytest_gilcheck.pools.futures import Task
from pytest_gilcheck.pools.threads import ThreadWorkers
from pytest_gilcheck.pools.unpicklable import packed
from pytest_gilcheck.pools.watched import Submission, Terms, WatchedPool


class InterpreterWorkers(ThreadWorkers):
    """What an interpreter pool does differently from a thread pool: calls are pickled on their way."""

    def _packed(self, task: Task, fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Submission:
        journal = self._journal

        def arrived(ran: Ran) -> None:
            journal.rows.arrived(task.submitted, ran)

        def leaving() -> None:
            journal.began(task)

        task.parcel = packed(Parcel(fn, args, kwargs, arrived, forking=False, guarded=True, leaving=leaving), task.name, task.place)
        return run, task.parcel


def prepare(path: list[str], initializer: Callable[..., object] | None, initargs: tuple[Any, ...]) -> None:
    """Called first in each interpreter: it imports from where the main one does, which test runners change."""
    sys.path[:] = path
    if initializer is not None:
        initializer(*initargs)


def interpreter_pool_class() -> Callable[[Terms], WatchedPool] | None:
    """The class of interpreter pools; None where the standard library has none."""
    base: Any = getattr(concurrent.futures, "InterpreterPoolExecutor", None)
    if base is None:
        return None

    class WatchedInterpreterPool(InterpreterWorkers, base):  # type: ignore[misc]  # the standard library's types end with 3.13 here
        """An InterpreterPoolExecutor that watches its tasks."""

        kind = "interpreter"

        def __init__(self, terms: Terms) -> None:
            base.__init__(self, terms.max_workers, initializer=prepare, initargs=(list(sys.path), *terms.initializer))
            self._watch(terms)

    return WatchedInterpreterPool
