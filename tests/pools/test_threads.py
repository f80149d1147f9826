"""Pools of threads: their start, and their end when a task does not."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import NoReturn

import pytest

from pytest_gilcheck.pools import open_pool
from pytest_gilcheck.pools.errors import PoolStartError
from tests.pools.tasks import double


def test_all_threads_run_before_the_pool_is_handed_out() -> None:
    """As daemons: one that is stuck must not keep the interpreter from exiting."""
    pool = open_pool("thread", max_workers=3)
    threads = [thread for thread in threading.enumerate() if thread in pool._threads]  # type: ignore[attr-defined]  # of the standard class
    assert len(threads) == 3
    assert all(thread.daemon for thread in threads)
    assert pool.record().start_s > 0
    pool.close()
    assert not any(thread.is_alive() for thread in threads)


def test_initializers_run_in_each_worker() -> None:
    """Once, before the first task."""
    here = threading.local()

    def prepare(word: str) -> None:
        here.word = word

    pool = open_pool("thread", max_workers=2, initializer=prepare, initargs=("ready",))
    barrier = threading.Barrier(2)

    def look_up() -> str:
        barrier.wait()
        return str(here.word)

    assert [future.result() for future in [pool.submit(look_up), pool.submit(look_up)]] == ["ready", "ready"]
    pool.close()


def test_an_initializer_that_fails_is_told_at_once() -> None:
    """With what it raised, which the standard pool only logs."""

    def prepare() -> NoReturn:
        raise KeyError("no such thing")

    with pytest.raises(PoolStartError, match=r"the initializer failed: KeyError: 'no such thing'") as caught:
        open_pool("thread", max_workers=2, initializer=prepare)
    assert isinstance(caught.value.__cause__, KeyError)


def test_a_stuck_task_is_named_with_its_stack() -> None:
    """The others end, what waits is cancelled, and the end does not wait beyond its deadline."""
    pool = open_pool("thread", max_workers=1, deadline_s=0.02)
    gate, busy = threading.Event(), threading.Event()

    def work() -> None:
        busy.set()
        gate.wait()

    future = pool.submit(work)
    waiting = pool.submit(double, 1)
    busy.wait()
    (stuck,) = pool.close()
    assert stuck.task.endswith("work")
    assert ":" in stuck.place
    assert stuck.worker
    assert "in work\n    gate.wait()" in stuck.stack
    assert "concurrent" not in stuck.stack
    assert waiting.cancelled()
    assert pool.close() == (stuck,)
    gate.set()
    assert future.result() is None
    assert pool.unseen() == ()


def test_what_fails_after_the_end_is_no_failure() -> None:
    """A task that was stuck, and fails because the test is over, was reported already."""
    pool = open_pool("thread", max_workers=1, deadline_s=0.0)
    gate, busy = threading.Event(), threading.Event()

    def work() -> NoReturn:
        busy.set()
        gate.wait()
        raise ValueError("too late")

    pool.submit(work)
    busy.wait()
    assert len(pool.close()) == 1
    (thread,) = pool._threads  # type: ignore[attr-defined]  # of the standard class
    gate.set()
    thread.join()
    assert pool.unseen() == ()


def test_a_task_may_close_its_own_pool() -> None:
    """It does not wait for itself."""
    pool = open_pool("thread", max_workers=1)
    assert pool.submit(pool.close).result() == ()


@pytest.mark.slow
def test_a_stuck_thread_does_not_keep_the_interpreter() -> None:
    """Once the pool was closed, the process exits with its own status."""
    code = """if True:
        import threading
        from pytest_gilcheck.pools import open_pool
        pool = open_pool("thread", max_workers=2, deadline_s=0.01)
        busy = threading.Event()
        pool.submit(lambda: (busy.set(), threading.Event().wait()))
        busy.wait()
        print(len(pool.close()))
        raise SystemExit(3)
    """
    run = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=60)
    assert (run.returncode, run.stdout.strip(), run.stderr) == (3, "1", "")


@pytest.mark.slow
def test_a_pool_that_was_not_closed_ends_as_the_standard_one() -> None:
    """The interpreter waits for its tasks, daemons or not."""
    code = """if True:
        import time
        from pytest_gilcheck.pools import open_pool
        open_pool("thread", max_workers=1).submit(lambda: (time.sleep(0.05), print("done")))
    """
    run = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=60)
    assert (run.returncode, run.stdout.strip(), run.stderr) == (0, "done", "")
