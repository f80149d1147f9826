"""What every watched pool does beside running tasks."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import inspect
import threading
import weakref
from collections.abc import Iterator
from concurrent.futures import FIRST_EXCEPTION, CancelledError, Future, as_completed, wait
from functools import partial
from typing import Any

import pytest

from pytest_gilcheck.pools import WatchedPool, open_pool
from pytest_gilcheck.pools.errors import SubmitTimeoutError
from tests.pools.tasks import double, fail, fail_on


@pytest.fixture(params=["thread", "inline"])
def pool(request: pytest.FixtureRequest) -> Iterator[WatchedPool]:
    """A pool of each kind that needs no process."""
    opened = open_pool(request.param, max_workers=2, deadline_s=30.0)
    yield opened
    opened.close()


def _result_or_none(future: Future[Any]) -> Any:
    with contextlib.suppress(ValueError):
        return future.result()


def _line() -> int:
    """The line of who calls."""
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    return frame.f_back.f_lineno


def _places(pool: WatchedPool) -> list[str]:
    return [failure.place.rpartition("/")[2] for failure in pool.unseen()]


def test_a_failure_that_nobody_looks_at_is_kept(pool: WatchedPool) -> None:
    """With what was raised, the traceback from the task's own first line on, and where the task was submitted."""
    future = pool.submit(fail, 1)
    line = _line() - 1
    wait([future])  # gilcheck: ignore[GIL204] that nobody looks is what is tested
    (failure,) = pool.unseen()
    assert str(failure.exception) == "as it was told"
    assert failure.task == "fail"
    assert failure.place.endswith(f"tests/pools/test_watched.py:{line}")
    assert failure.traceback.startswith("Traceback (most recent call last):\n")
    assert failure.traceback.count("  File ") == 1
    assert "in fail\n" in failure.traceback


@pytest.mark.parametrize(
    "look",
    [
        _result_or_none,
        lambda future: future.exception(),
        lambda future: future.add_done_callback(lambda _: None),
    ],
    ids=["result", "exception", "callback"],
)
def test_a_look_is_enough(pool: WatchedPool, look: Any) -> None:
    """A result, an exception or a callback that was asked for: somebody cares."""
    future = pool.submit(fail)
    look(future)
    wait([future])
    assert pool.unseen() == ()


def test_to_wait_is_no_look(pool: WatchedPool) -> None:
    """`wait` and `as_completed` tell that tasks are done, not how; also when `wait` asks by itself for the first exception."""
    future = pool.submit(fail)
    wait([future])  # gilcheck: ignore[GIL204] that nobody looks is what is tested
    wait([future], return_when=FIRST_EXCEPTION)  # gilcheck: ignore[GIL204] that nobody looks is what is tested
    assert next(as_completed([future])) is future
    assert len(pool.unseen()) == 1


def test_who_awaits_looks(pool: WatchedPool) -> None:
    """What asyncio waits for: it wraps the futures of `run_in_executor` and `wrap_future`."""

    async def await_both() -> list[Any]:
        loop = asyncio.get_running_loop()
        tasks = loop.run_in_executor(pool, fail), asyncio.wrap_future(pool.submit(fail)), loop.run_in_executor(pool, double, 4)
        return list(await asyncio.gather(*tasks, return_exceptions=True))

    *errors, result = asyncio.run(await_both())
    assert [str(error) for error in errors] == ["as it was told"] * 2
    assert result == 8
    assert pool.unseen() == ()


def test_a_map_that_nobody_reads_names_its_line(pool: WatchedPool) -> None:
    """Its failures are unseen ones of the line that has `map`."""
    results = pool.map(partial(fail_on, 2), [1, 2, 3])
    line = _line() - 1
    pool.shutdown()
    assert _places(pool) == [f"test_watched.py:{line}"]
    del results


def test_a_map_that_is_read_to_its_first_failure_was_seen(pool: WatchedPool) -> None:
    """Its reader was told, and can't be told of the others."""
    with pytest.raises(ValueError, match="as it was told"):
        list(pool.map(fail, [1, 2, 3]))
    pool.shutdown()
    assert pool.unseen() == ()


def test_a_map_that_is_read_in_part_has_unseen_failures(pool: WatchedPool) -> None:
    """Who stops reading before the failure does not know of it."""
    results = pool.map(partial(fail_on, 2), [1, 2])
    assert next(results) == 1
    pool.shutdown()
    del results
    assert len(pool.unseen()) == 1


def test_one_exception_is_told_once(pool: WatchedPool) -> None:
    """However many tasks it failed, as when a pool breaks."""
    error = ValueError("the same")

    def raise_it() -> None:
        raise error

    wait([pool.submit(raise_it) for _ in range(3)])  # gilcheck: ignore[GIL204] that nobody looks is what is tested
    assert len(pool.unseen()) == 1


def test_a_seen_failure_is_let_go(pool: WatchedPool) -> None:
    """An exception holds the frames that raised it: a pool keeps none that somebody looked at."""

    class Held:
        pass

    def hold() -> None:
        held = Held()
        references.append(weakref.ref(held))
        raise ValueError(str(held))

    references: list[weakref.ref[Held]] = []
    future = pool.submit(hold)
    wait([future])
    pool.shutdown()
    assert future.exception() is not None
    del future
    gc.collect()
    assert references[0]() is None


def test_a_result_lives_as_long_as_its_future(pool: WatchedPool) -> None:
    """Nothing of the pool's own keeps it, and no collector is needed."""

    class Big:
        pass

    future: Future[Any] = pool.submit(Big)
    reference = weakref.ref(future.result())
    pool.shutdown()
    gc.disable()
    try:
        del future
        assert reference() is None
    finally:
        gc.enable()


def test_tasks_are_measured(pool: WatchedPool) -> None:
    """One record each, in the same clock, with who ran it and whether it raised."""
    pool.submit(double, 1).result()
    pool.submit(fail).exception()
    record = pool.record()
    first, second = record.tasks
    assert (record.workers, record.own, record.kind) == (2, True, pool.kind)
    assert record.place.rpartition("/")[2].startswith("test_watched.py:")
    assert first.submitted <= first.started <= first.finished
    assert first.cpu_s >= 0
    assert first.worker
    assert [first.raised, second.raised] == [False, True]
    assert (first.payload_bytes, first.result_bytes, first.pickle_s) == (0, 0, 0.0)
    assert record.start_s > 0


def test_a_record_can_be_begun_anew(pool: WatchedPool) -> None:
    """A pool that lives longer than a run forgets the tasks of the one before."""
    pool.submit(double, 1).result()
    pool.clear_record()
    pool.submit(double, 2).result()
    assert len(pool.record().tasks) == 1


def test_nothing_is_taken_after_the_end(pool: WatchedPool) -> None:
    """As the standard pools say it, also in a second `with`."""
    with pool:
        assert pool.submit(double, 1).result() == 2
    with pool, pytest.raises(RuntimeError, match="cannot schedule new futures after shutdown"):
        pool.submit(double, 1)
    assert pool.close() == ()


def _blocked(queue_size: int | None, deadline_s: float = 30.0) -> tuple[WatchedPool, threading.Event]:
    """A pool whose only worker is busy until the event is set."""
    pool = open_pool("thread", max_workers=1, queue_size=queue_size, deadline_s=deadline_s)
    gate, busy = threading.Event(), threading.Event()

    def work() -> None:
        busy.set()
        gate.wait()

    pool.submit(work)
    busy.wait()
    return pool, gate


def test_a_full_pool_says_so_after_its_deadline() -> None:
    """The error names the pool, the line that waits, how many wait, and what the workers run. It is no hang."""
    pool, gate = _blocked(queue_size=1, deadline_s=0.01)
    pool.submit(double, 1)
    with pytest.raises(SubmitTimeoutError) as caught:
        pool.submit(double, 2)
    text = str(caught.value)
    assert "the thread pool made at " in text
    assert "no room for double (submitted at " in text
    assert "; waiting: 1 (queue_size=1); running:\n" in text
    assert "_blocked.<locals>.work (submitted at " in text
    gate.set()
    pool.close()


def test_room_comes_with_tasks_that_end() -> None:
    """`submit` waits, and goes on when there is room."""
    pool, gate = _blocked(queue_size=0)
    results: list[int] = []
    waiting = threading.Thread(target=lambda: results.append(pool.submit(double, 4).result()))
    waiting.start()
    assert results == []
    gate.set()
    waiting.join()
    assert results == [8]
    pool.close()


def test_cancelled_tasks_make_room() -> None:
    """They are done as well."""
    pool, gate = _blocked(queue_size=1, deadline_s=0.01)
    for _ in range(3):
        future = pool.submit(double, 1)
        assert future.cancel()
        with pytest.raises(CancelledError):
            future.result()
    gate.set()
    assert pool.close() == ()
    assert pool.unseen() == ()


def test_a_pool_without_a_bound_takes_everything() -> None:
    """`queue_size=None` is the standard pool's own way."""
    pool, gate = _blocked(queue_size=None, deadline_s=0.0)
    futures = [pool.submit(double, number) for number in range(50)]
    gate.set()
    assert [future.result() for future in futures] == [2 * number for number in range(50)]
    pool.close()


def test_workers_never_wait_for_room_in_their_own_pool() -> None:
    """Neither a task nor a callback of one that a worker runs: it would wait for itself."""
    pool = open_pool("thread", max_workers=1, queue_size=0, deadline_s=0.01)
    inner: list[Future[int]] = []
    called_back = threading.Event()

    def submit_more(_: object) -> None:
        inner.extend(pool.submit(double, number) for number in range(3))

    future = pool.submit(submit_more, None)
    future.add_done_callback(submit_more)
    future.add_done_callback(lambda _: called_back.set())
    called_back.wait()
    assert [future.result() for future in inner] == [0, 2, 4] * 2
    assert pool.close() == ()


def test_a_pool_that_nobody_holds_is_gone() -> None:
    """Futures and rows keep what they need and not the pool, whose threads then end by themselves, as the standard ones do."""
    pool = open_pool("thread", max_workers=1)
    future = pool.submit(double, 1)
    future.result()
    threads, reference = list(pool._threads), weakref.ref(pool)  # type: ignore[attr-defined]  # of the standard class
    del pool
    gc.collect()
    assert reference() is None
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


def test_what_a_pool_is_called() -> None:
    """Messages name it by its kind and the line that made it."""
    pool = open_pool("inline")
    assert str(pool).startswith("the inline pool made at ")
    pool.close()
