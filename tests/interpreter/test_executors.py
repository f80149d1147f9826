"""Executors of `concurrent.futures` that run in their caller, and ones that are measured."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from concurrent.futures.thread import BrokenThreadPool
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_gilcheck.interpreter.alarm import Overdue
from pytest_gilcheck.interpreter.executors import inline_executors, recorded_executors, runs_inline, single_worker_executors
from pytest_gilcheck.pools import open_pool
from tests.pools.tasks import double, fail, fail_forgetfully, give_lock, in_worker

KINDS: list[Callable[..., Executor]] = [ThreadPoolExecutor, partial(ProcessPoolExecutor, mp_context=multiprocessing.get_context("spawn"))]
every_kind = pytest.mark.parametrize("make", KINDS, ids=["thread", "process"])


class Bounded(ThreadPoolExecutor):
    """A library's own."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        return super().submit(fn, *args, **kwargs)


def _patched() -> list[Any]:
    return [cls.__dict__[name] for cls in (ThreadPoolExecutor, ProcessPoolExecutor) for name in ("submit", "__init__")]


ORIGINALS = _patched()


@pytest.fixture(autouse=True)
def put_back() -> Any:
    yield
    assert _patched() == ORIGINALS
    assert not runs_inline()


@every_kind
def test_tasks_run_in_their_caller(make: Callable[..., Executor]) -> None:
    """At `submit`; the futures are genuine and done, and no worker is started."""
    with inline_executors(), make(max_workers=2) as executor:
        threads = threading.active_count()
        future = executor.submit(threading.current_thread)
        assert type(future) is Future
        assert future.done()
        assert future.result() is threading.current_thread()
        assert list(executor.map(double, [1, 2, 3], chunksize=2)) == [2, 4, 6]
        assert isinstance(executor.submit(fail).exception(), ValueError)
        assert executor.submit(give_lock).result() is not None
        assert threading.active_count() == threads


def test_executors_are_reached_wherever_they_were_made() -> None:
    """Before the block, in a subclass, and by asyncio."""

    async def ask() -> tuple[Any, Any]:
        return await asyncio.to_thread(threading.current_thread), await asyncio.get_running_loop().run_in_executor(None, double, 2)

    with ThreadPoolExecutor(1) as before, Bounded(1) as bounded:
        with inline_executors():
            here = threading.current_thread()
            assert before.submit(threading.current_thread).result() is here
            assert bounded.submit(threading.current_thread).result() is here
            assert asyncio.run(ask()) == (here, 4)
        assert before.submit(threading.current_thread).result() is not here
        assert asyncio.run(ask())[0] is not here


@every_kind
def test_initializers_run_once_in_the_caller(make: Callable[..., Executor]) -> None:
    """Before the executor's first task, and not for one that has none."""
    words: list[str] = []
    with inline_executors():
        executor = make(max_workers=2, initializer=words.append, initargs=("ready",))
        assert words == []
        executor.submit(int)
        executor.submit(int)
        executor.shutdown()
    assert words == ["ready"]


@pytest.mark.parametrize(("make", "error"), [(KINDS[0], BrokenThreadPool), (KINDS[1], BrokenProcessPool)], ids=["thread", "process"])
def test_an_initializer_that_fails_breaks_the_executor(
    make: Callable[..., Executor], error: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    """As in workers: the first task fails, the next is not taken, the log has the traceback."""
    with inline_executors():
        executor = make(max_workers=1, initializer=fail)
        assert isinstance(executor.submit(int).exception(), error)
        with pytest.raises(error, match="initializer failed"):
            executor.submit(int)
        executor.shutdown()
    assert "Exception in initializer" in caplog.text


@pytest.mark.parametrize(
    "context",
    [
        lambda word: SimpleNamespace(initializer=word, initargs=("ready",)),
        lambda word: SimpleNamespace(initdata=(word, ("ready",), {})),
        lambda word: SimpleNamespace(initdata=None),
    ],
    ids=["thread", "interpreter", "interpreter-without"],
)
def test_initializers_are_found_where_later_pythons_keep_them(context: Callable[[Any], SimpleNamespace]) -> None:
    """From 3.14 on only the context of a worker knows."""
    words: list[str] = []
    with inline_executors(), ThreadPoolExecutor(1) as executor:
        executor._create_worker_context = lambda: context(words.append)  # type: ignore[attr-defined]
        assert executor.submit(int).result() == 0
    assert words in (["ready"], [])
    assert bool(words) is (getattr(context(1), "initdata", True) is not None)


@every_kind
def test_nothing_is_taken_after_the_end(make: Callable[..., Executor]) -> None:
    """As the standard ones say it."""
    with inline_executors():
        executor = make(max_workers=1)
        executor.shutdown()
        with pytest.raises(RuntimeError, match="cannot schedule new futures after shutdown"):
            executor.submit(int)


@pytest.mark.parametrize("error", [KeyboardInterrupt, partial(Overdue, None)])
def test_interrupts_are_for_the_caller(error: Callable[[], BaseException]) -> None:
    """The user's and an alarm's: the caller only happens to be the worker. An initializer's too."""

    def interrupt() -> None:
        raise error()

    with inline_executors(), ThreadPoolExecutor(1) as executor, pytest.raises((KeyboardInterrupt, Overdue)):
        executor.submit(interrupt)
    with inline_executors(), ThreadPoolExecutor(1, initializer=interrupt) as executor, pytest.raises((KeyboardInterrupt, Overdue)):
        executor.submit(int)


def test_a_task_may_use_executors_itself() -> None:
    """Its tasks run inside of it."""

    def outer() -> list[int]:
        with ThreadPoolExecutor(2) as executor:
            return list(executor.map(double, [1, 2]))

    with inline_executors(), ThreadPoolExecutor(1) as executor:
        assert executor.submit(outer).result() == [2, 4]


def test_blocks_nest_and_end_with_what_is_raised() -> None:
    """Nothing stays replaced, whatever ends them."""
    with pytest.raises(SystemExit), inline_executors(), recorded_executors(), inline_executors():  # noqa: PT012
        assert runs_inline()
        raise SystemExit
    with inline_executors():
        with inline_executors():
            pass
        assert runs_inline()


def test_a_wrapper_put_around_ours_meanwhile_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tracer that is installed inside a block keeps working, and blocks go on working inside of it."""
    calls: list[str] = []
    with inline_executors():
        ours = ThreadPoolExecutor.submit

        def traced(self: ThreadPoolExecutor, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            calls.append(fn.__name__)
            return ours(self, fn, *args, **kwargs)

        ThreadPoolExecutor.submit = traced  # type: ignore[method-assign, assignment]
    assert ThreadPoolExecutor.submit is traced
    with ThreadPoolExecutor(1) as executor:
        assert executor.submit(threading.current_thread).result() is not threading.current_thread()
        with inline_executors():
            assert executor.submit(threading.current_thread).result() is threading.current_thread()
        assert ThreadPoolExecutor.submit is traced
    assert calls == ["current_thread"] * 2
    ThreadPoolExecutor.submit = ours  # type: ignore[method-assign]
    with inline_executors():
        pass  # puts back what was there before all this


def test_threads_are_measured_as_they_are() -> None:
    """One record for each executor of the code under test, in the order they were made, with the line that made them."""
    with recorded_executors() as records:
        with ThreadPoolExecutor(2) as executor:
            assert executor.submit(double, 1).result() == 2
            assert isinstance(executor.submit(fail).exception(), ValueError)
        ThreadPoolExecutor(1).shutdown()
    first, second = records()
    assert (first.kind, first.workers, first.own) == ("thread", 2, False)
    assert first.place.rpartition("/")[2].startswith("test_executors.py:")
    assert first.start_s > 0
    assert [task.raised for task in first.tasks] == [False, True]
    assert all(task.submitted <= task.started <= task.finished and task.worker for task in first.tasks)
    assert second.tasks == ()


def test_what_stood_before_and_what_ends_later_is_counted_right() -> None:
    """An executor that was made before has no place; a task that is submitted after the block is none of it."""
    with ThreadPoolExecutor(1) as executor:
        with recorded_executors() as records:
            executor.submit(double, 1).result()
        executor.submit(double, 2).result()
    (record,) = records()
    assert record.place == ""
    assert len(record.tasks) == 1


def test_each_block_sees_what_is_submitted_inside_it() -> None:
    """Also one that is inside another."""
    with recorded_executors() as outer, ThreadPoolExecutor(1) as executor:
        executor.submit(double, 1).result()
        with recorded_executors() as inner:
            assert executor.submit(double, 2).result() == 4
    assert [len(record.tasks) for record in (*outer(), *inner())] == [2, 1]


def test_inline_tasks_are_measured_as_such() -> None:
    """In whichever order the blocks stand."""
    with inline_executors(), recorded_executors() as records, ThreadPoolExecutor(2) as executor:
        executor.submit(double, 1).result()
        executor.submit(fail).exception()
    (record,) = records()
    assert (record.kind, record.workers) == ("inline", 2)
    assert [task.raised for task in record.tasks] == [False, True]
    assert {task.worker for task in record.tasks} == {threading.current_thread().name}


def test_pools_of_ours_keep_their_own_record() -> None:
    """They are left out, and work as before."""
    with recorded_executors() as records:
        pool = open_pool("thread", max_workers=1)
        assert pool.submit(double, 1).result() == 2
        pool.close()
    assert records() == ()
    assert len(pool.record().tasks) == 1


@pytest.mark.slow
def test_processes_are_measured_as_they_are() -> None:
    """Bytes and seconds of pickling as well; results, failures and their causes are the standard pool's own."""
    with recorded_executors() as records, KINDS[1](1) as executor:
        assert executor.submit(in_worker).result() != os.getpid()
        assert executor.submit(bytes, 50_000).result() == bytes(50_000)
        error = executor.submit(fail).exception()
        assert executor.submit(fail_forgetfully).exception() is not None
        assert "cannot pickle" in str(executor.submit(give_lock).exception())
        assert "cannot pickle" in str(executor.submit(str, threading.Lock()).exception())
        assert list(executor.map(double, [1, 2, 3], chunksize=2)) == [2, 4, 6]
    (record,) = records()
    assert isinstance(error, ValueError)
    assert "in fail\n" in str(error.__cause__)
    assert vars(error) == {}
    assert (record.kind, record.workers, record.own) == ("process", 1, False)
    assert record.start_s > 0
    assert max(task.result_bytes for task in record.tasks) > 50_000
    measured = [task for task in record.tasks if task.worker]
    assert len(measured) == 5
    assert len({task.worker for task in measured}) == 1
    assert all(task.submitted <= task.started <= task.finished for task in measured)
    assert sum(task.raised for task in record.tasks) == 4


def test_single_worker_executors_have_one_worker_whatever_was_asked_for() -> None:
    """And those made afterwards have what they ask for again."""
    with single_worker_executors(), ThreadPoolExecutor(3) as executor:
        assert len(set(executor.map(lambda _: threading.get_ident(), range(20)))) == 1
        assert threading.get_ident() not in executor.map(lambda _: threading.get_ident(), range(2))
    with ThreadPoolExecutor(3) as executor:
        assert executor._max_workers == 3
