"""Futures that know whether somebody looked."""

from __future__ import annotations

from concurrent.futures import Future, InvalidStateError, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

import pytest

from pytest_gilcheck.interpreter.callers import CallSite
from pytest_gilcheck.pools.futures import Task, TaskFuture
from pytest_gilcheck.pools.journal import Journal


def _future(journal: Journal | None = None) -> tuple[Journal, TaskFuture[Any]]:
    journal = journal or Journal(None)
    return journal, journal.submitted(Task("crunch", CallSite("/a.py", 3), 1.0, journal), Future())


def test_a_cancelled_task_survives_its_pool() -> None:
    """CPython 3.11's pool would die of it when it breaks, and who waits for the task would wait on."""
    _, future = _future()
    future.cancel()
    future.set_exception(BrokenProcessPool("gone"))
    assert wait([future], timeout=0).done == {future}
    future.set_exception(BrokenProcessPool("gone"))
    assert future.cancelled()


def test_a_future_is_set_once() -> None:
    """As the standard one."""
    _, future = _future()
    future.set_result(1)
    with pytest.raises(InvalidStateError):
        future.set_exception(ValueError())
    with pytest.raises(InvalidStateError):
        future.set_exception(BrokenProcessPool())


def test_a_failure_is_explained_before_anybody_sees_it() -> None:
    """Who waits is woken before callbacks run."""
    journal, future = _future()

    def explain(error: BaseException) -> None:
        error.args = ("explained",)

    journal.explain = explain
    future.set_exception(BrokenProcessPool("gone"))
    assert str(future.exception()) == "explained"


def test_a_task_may_be_done_before_it_is_followed() -> None:
    """Workers are fast."""
    journal = Journal(None)
    future: Future[Any] = Future()
    future.set_exception(ValueError("fast"))
    journal.backlog.enter(patient=False, deadline_s=0.0)
    journal.submitted(Task("crunch", CallSite("/a.py", 3), 1.0, journal), future)
    (failure,) = journal.unseen()
    assert (failure.task, failure.place) == ("crunch", "/a.py:3")
    assert journal.backlog.unfinished == 0
    assert journal.unfinished() == []


def test_failures_are_told_in_the_order_of_their_tasks() -> None:
    """Not in that of their ends."""
    journal, first = _future()
    second = journal.submitted(Task("munch", CallSite("/a.py", 4), 2.0, journal), Future())
    second.set_exception(ValueError("second"))
    first.set_exception(ValueError("first"))
    assert [str(failure.exception) for failure in journal.unseen()] == ["first", "second"]
