"""The pool without workers."""

from __future__ import annotations

import threading

import pytest

from pytest_gilcheck.pools import open_pool


def test_tasks_run_in_their_caller() -> None:
    """At `submit`, in its thread, and are done when it returns."""
    pool = open_pool("inline", queue_size=0)
    future = pool.submit(threading.current_thread)
    assert future.done()
    assert future.result() is threading.current_thread()
    assert {task.worker for task in pool.record().tasks} == {threading.current_thread().name}
    pool.close()


def test_initializers_run_once() -> None:
    """When the pool is opened."""
    words: list[str] = []
    pool = open_pool("inline", initializer=words.append, initargs=("ready",))
    assert words == ["ready"]
    pool.submit(int).result()
    pool.close()
    assert words == ["ready"]


def test_an_interrupt_is_for_the_caller() -> None:
    """The future knows of it, and so does who presses the keys."""

    def interrupt() -> None:
        raise KeyboardInterrupt

    pool = open_pool("inline")
    with pytest.raises(KeyboardInterrupt):
        pool.submit(interrupt)
    pool.close()
