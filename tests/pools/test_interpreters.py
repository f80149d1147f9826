"""Pools of interpreters. Before Python 3.14 a stand-in takes calls to another interpreter's side of pickle and back, as they do."""

from __future__ import annotations

import concurrent.futures
import pickle
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import pytest

from pytest_gilcheck.interpreter.recording import kind_of
from pytest_gilcheck.pools import WatchedPool, open_pool
from pytest_gilcheck.pools.errors import UnpicklableTaskError
from pytest_gilcheck.pools.interpreters import prepare
from tests.pools.tasks import Guarded, double, fail


class InterpreterPoolExecutor(ThreadPoolExecutor):
    """Pickles what goes to a worker and what comes back, in the worker's thread."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        return super().submit(_across, fn, args, kwargs)


def _across(fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if fn.__name__ == "wait":  # the warming up of a thread pool
        return fn(*args)
    fn, args, kwargs = pickle.loads(pickle.dumps((fn, args, kwargs)))
    try:
        return pickle.loads(pickle.dumps(fn(*args, **kwargs)))
    except Exception as error:  # noqa: BLE001 - whatever a task raises travels
        raise pickle.loads(pickle.dumps(error)) from None


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[WatchedPool]:
    if sys.version_info < (3, 14):
        monkeypatch.setattr(concurrent.futures, "InterpreterPoolExecutor", InterpreterPoolExecutor, raising=False)
    opened = open_pool("interpreter", max_workers=1)
    yield opened
    opened.close()


def test_the_pool_is_the_standard_one(pool: WatchedPool) -> None:
    """Where there is one."""
    assert isinstance(pool, concurrent.futures.InterpreterPoolExecutor)  # type: ignore[attr-defined]  # 3.14+
    assert kind_of(pool) == pool.record().kind == "interpreter"


def test_calls_are_weighed_on_their_way(pool: WatchedPool) -> None:
    """As those of processes; the worker is the thread that its interpreter runs in."""
    assert pool.submit(double, 4).result() == 8
    (task,) = pool.record().tasks
    assert task.payload_bytes > 0
    assert task.result_bytes > 0
    assert task.pickle_s > 0
    assert task.worker
    assert not task.worker.startswith("process")


def test_failures_come_back(pool: WatchedPool) -> None:
    """As themselves, and are kept until somebody looks."""
    future = pool.submit(fail)
    wait([future])
    assert len(pool.unseen()) == 1
    assert isinstance(future.exception(), ValueError)
    assert pool.unseen() == ()
    assert pool.record().tasks[0].raised


def test_what_cannot_be_sent_is_told_at_submit(pool: WatchedPool) -> None:
    """With its path."""
    with pytest.raises(UnpicklableTaskError, match=r"args\[0\]\.settings\[1\]\['lock'\]"):
        pool.submit(double, Guarded())  # type: ignore[arg-type]  # that is the point


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="an interpreter shares no event with its pool")
def test_a_stuck_task_is_named(pool: WatchedPool) -> None:
    """It is known from the moment it leaves for its interpreter."""
    gate, busy = threading.Event(), threading.Event()
    _events.update(gate=gate, busy=busy)
    future = pool.submit(_block)
    busy.wait()
    assert [running.task for running in pool._running()] == ["_block"]
    gate.set()
    future.result()
    assert pool._running() == []


_events: dict[str, threading.Event] = {}


def _block() -> None:
    _events["busy"].set()
    _events["gate"].wait()


def test_interpreters_import_from_where_the_main_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Test runners put folders on its path; and the initializer that was asked for comes after."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    words: list[str] = []
    prepare(["/somewhere"], words.append, ("ready",))
    assert sys.path == ["/somewhere"]
    assert words == ["ready"]
