"""The pool that has no workers: each task runs in its caller."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, ClassVar, ParamSpec, TypeVar

from pytest_gilcheck.interpreter.executors import run_in_caller
from pytest_gilcheck.pools.futures import Task
from pytest_gilcheck.pools.stuck import Stuck
from pytest_gilcheck.pools.watched import Submission, Terms, WatchedPool

P = ParamSpec("P")
T = TypeVar("T")


class InlineExecutor(Executor):
    """Runs each task at `submit`, in the thread that calls it; the honest sequential baseline of the others."""

    def __init__(self) -> None:
        self._closed = False

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run it; gives a future that is done. Raises RuntimeError after `shutdown`."""
        if self._closed:
            raise RuntimeError("cannot schedule new futures after shutdown")
        future: Future[T] = Future()
        run_in_caller(future, fn, args, kwargs)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more tasks."""
        self._closed = True


class WatchedInlinePool(WatchedPool, InlineExecutor):
    """An executor that runs each task in its caller, and watches it as the other pools do."""

    kind: ClassVar[str] = "inline"

    def __init__(self, terms: Terms) -> None:
        InlineExecutor.__init__(self)
        self._watch(terms)

    def _warm_up(self) -> None:
        initializer, initargs = self._terms.initializer
        if initializer is not None:
            initializer(*initargs)

    def _packed(self, task: Task, fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Submission:
        return self._journal.run_here, task, fn, args, kwargs

    def _in_own_thread(self) -> bool:
        return True

    def _close(self, deadline: float) -> tuple[Stuck, ...]:
        self.shutdown()
        return ()
