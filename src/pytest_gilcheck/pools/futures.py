"""The futures of our pools: the standard ones, which know whether somebody looked at them."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future, InvalidStateError
from concurrent.futures import _base as standard
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, cast

from pytest_gilcheck.interpreter.callers import CallSite, is_machinery
from pytest_gilcheck.interpreter.transport import Parcel

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class UnseenFailure:
    """A task that raised, and nobody looked."""

    exception: BaseException
    traceback: str
    """As the worker would have printed it."""
    place: str
    """`file:line` of the `submit` or `map` call."""
    task: str


class Watch(Protocol):
    """Who wants to know of futures."""

    def looked(self, future: TaskFuture[Any]) -> None:
        """Somebody looks at it."""

    def amend(self, error: BaseException) -> None:
        """It is about to fail: time to add to the error what is known. May come twice."""


@dataclass(slots=True, eq=False)
class Task:
    """One call that was given to a pool."""

    name: str
    place: CallSite
    submitted: float
    watch: Watch
    seen: bool = False
    """Somebody looked at its outcome, or will be told of it."""
    future: TaskFuture[Any] | None = None
    """Until it is done: results must not live longer than who holds their future."""
    parcel: Parcel | None = None
    """What travels, until it is done, if it leaves this interpreter."""
    thread: int = 0
    """That of the worker which began it, if another interpreter runs it."""


class TaskFuture(Future[T]):
    """A Future that notes when its outcome is looked at: by `result`, `exception`, or a callback for when it is done."""

    task: Task

    @classmethod
    def adopt(cls, future: Future[Any], task: Task) -> TaskFuture[Any]:
        """Make this kind of future of one that `submit` gave, which may be done or not."""
        adopted = cast("TaskFuture[Any]", future)
        adopted.task = task
        adopted.__class__ = cls  # the standard executors make their futures where nobody can name another class
        return adopted

    def result(self, timeout: float | None = None) -> T:
        """As of the standard Future."""
        self.look()
        return super().result(timeout)

    def exception(self, timeout: float | None = None) -> BaseException | None:
        """As of the standard Future."""
        # concurrent.futures.wait(…, FIRST_EXCEPTION) asks too, of those that are done already: chance, and not a look.
        if sys._getframe(1).f_globals is not standard.__dict__:
            self.look()
        return super().exception(timeout)

    def add_done_callback(self, fn: Callable[[Future[T]], object]) -> None:
        """As of the standard Future; asyncio's `wrap_future` comes this way as well."""
        self.look()
        super().add_done_callback(fn)

    def set_exception(self, exception: BaseException | None) -> None:
        """As of the standard Future, for executors; a pool that breaks finds out here that a task was cancelled."""
        if exception is not None:
            self.task.watch.amend(exception)  # before anybody can look
        try:
            super().set_exception(exception)
        except InvalidStateError:
            # CPython 3.11's process pool would die of this and leave its other futures for ever (mended in 3.12); later ones leave who
            # waits for the cancelled one waiting.
            if not isinstance(exception, BrokenExecutor) or not self.cancelled():
                raise
            if self._state == standard.CANCELLED:
                self.set_running_or_notify_cancel()

    def look(self) -> None:
        """Note that its outcome was, or will be, looked at."""
        self.task.seen = True
        self.task.watch.looked(self)

    def failure(self) -> BaseException | None:
        """What a done task raised, without this being a look; None for one that was cancelled."""
        return self._exception  # `exception` would take the lock twice, at each task

    def unseen_failure(self) -> UnseenFailure | None:
        """What nobody looked at, if there is such."""
        error = None if self.task.seen or not self.done() else self.failure()
        return None if error is None else UnseenFailure(error, traceback_text(error), str(self.task.place), self.task.name)


def traceback_text(error: BaseException) -> str:
    """The traceback of a task's failure, from the task's own first line on."""
    entry = error.__traceback__
    while entry is not None and is_machinery(entry.tb_frame):
        entry = entry.tb_next
    return "".join(traceback.format_exception(type(error), error, entry))
