"""Pools of processes: what travels, who dies, and the end."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest

from pytest_gilcheck.interpreter.executors import inline_executors
from pytest_gilcheck.interpreter.transport import WorkerError
from pytest_gilcheck.pools import WatchedPool, open_pool
from pytest_gilcheck.pools.errors import PoolStartError, SubmitTimeoutError, UnpicklableTaskError
from pytest_gilcheck.pools.processes import _remove
from tests.pools import tasks

pytestmark = pytest.mark.slow
posix = pytest.mark.skipif(os.name != "posix", reason="signals are of POSIX")


@pytest.fixture(scope="module")
def pool() -> Iterator[WatchedPool]:
    """One that no test here breaks."""
    opened = open_pool("process", max_workers=2)
    yield opened
    assert opened.close() == ()


@pytest.fixture(autouse=True)
def fresh_record(pool: WatchedPool) -> None:
    pool.clear_record()


def _folder(pool: WatchedPool) -> Path:
    return pool._folder  # type: ignore[attr-defined, no-any-return]  # of the watched process pool


def test_all_processes_run_before_the_pool_is_handed_out(pool: WatchedPool) -> None:
    """Each is at its own first task until all are."""
    pids = [process.pid for process in pool._processes.values()]  # type: ignore[attr-defined]  # of the standard class
    assert len(set(pids)) == 2
    assert {pool.submit(tasks.in_worker).result() for _ in range(8)} <= set(pids)
    assert pool.record().start_s > 0


def test_tasks_are_weighed(pool: WatchedPool) -> None:
    """Bytes and seconds of pickling both ways, and when and in which process the call ran, in the parent's clock."""
    assert pool.submit(bytes, 100_000).result() == bytes(100_000)
    assert pool.submit(len, bytes(50_000)).result() == 50_000
    sent, received = pool.record().tasks
    assert sent.payload_bytes < 200 < 100_000 < sent.result_bytes < 101_000
    assert received.result_bytes < 200 < 50_000 < received.payload_bytes < 51_000
    for task in (sent, received):
        assert task.submitted <= task.started <= task.finished
        assert task.pickle_s > 0
        assert task.worker.startswith("process ")
        assert not task.raised


def test_failures_are_the_tasks_own(pool: WatchedPool) -> None:
    """As from the standard pool, with the worker's traceback as the cause; and measured."""
    error = pool.submit(tasks.fail).exception()
    assert isinstance(error, ValueError)
    assert "in fail\n" in str(error.__cause__)
    assert vars(error) == {}
    (task,) = pool.record().tasks
    assert task.raised
    assert task.payload_bytes > 0


def test_failures_that_nobody_looks_at_are_kept(pool: WatchedPool) -> None:
    """With the worker's traceback."""
    future = pool.submit(tasks.fail)
    wait([future])
    (failure,) = pool.unseen()
    assert "in fail\n" in failure.traceback
    assert failure.place.rpartition("/")[2].startswith("test_processes.py:")
    future.exception()
    assert pool.unseen() == ()


@pytest.mark.parametrize(
    ("task", "text"),
    [
        (tasks.fail_stubbornly, "Stubborn: this and that (an exception that can't be sent to another process: TypeError: "),
        (tasks.fail_frozen, "Frozen:  (an exception that can't be sent to another process: FrozenInstanceError: "),
    ],
)
def test_an_exception_that_cannot_be_rebuilt_breaks_no_pool(pool: WatchedPool, task: Callable[[], object], text: str) -> None:
    """The standard pool dies of it; here another tells what it was, and why it could not come."""
    error = pool.submit(task).exception()
    assert isinstance(error, WorkerError)
    assert str(error).startswith(text)
    assert f"in {task.__name__}\n" in str(error.__cause__)
    assert pool.submit(tasks.double, 1).result() == 2


def test_an_exception_that_carries_nothing_home_is_counted(pool: WatchedPool) -> None:
    """Whose class pickles nothing of what is hung on it: it comes as it is, and nobody knows when its task ran."""
    assert isinstance(pool.submit(tasks.fail_forgetfully).exception(), tasks.Forgetful)
    pool.submit(tasks.double, 1).result()
    first, _ = sorted(pool.record().tasks, key=lambda task: task.submitted)
    assert first.raised
    assert first.worker == ""


def test_a_result_that_cannot_be_pickled_fails_its_task(pool: WatchedPool) -> None:
    """That one alone."""
    error = pool.submit(tasks.give_lock).exception()
    assert "cannot pickle '_thread.lock' object" in str(error)
    assert pool.submit(tasks.double, 1).result() == 2


def test_an_argument_that_cannot_be_unpickled_fails_its_task(pool: WatchedPool) -> None:
    """The standard pool dies of it; here the worker goes on, and the error says where it was."""
    error = pool.submit(tasks.double, tasks.Trap()).exception()  # type: ignore[arg-type]  # that is the point
    assert str(error) == "as it was told"
    assert error is not None
    assert "could not be unpickled in its worker" in str(error.__cause__)
    assert pool.submit(tasks.double, 1).result() == 2


def test_what_cannot_be_pickled_is_told_at_submit(pool: WatchedPool) -> None:
    """With the path to the object at fault, under the name that the caller knows it by; and nothing is left behind."""
    with pytest.raises(
        UnpicklableTaskError, match=r"double \(submitted at .*: args\[0\]\.settings\[1\]\['lock'\]: cannot pickle '_thread.lock'"
    ):
        pool.submit(tasks.double, tasks.Guarded())  # type: ignore[arg-type]  # that is the point
    with pytest.raises(UnpicklableTaskError, match=r"fn: .*<lambda>"):
        pool.map(lambda number: number, [1])
    with pytest.raises(UnpicklableTaskError, match=r"double \(submitted at .*: args\[0\]\.settings"):
        pool.map(tasks.double, [1, tasks.Guarded()], chunksize=2)
    assert pool.submit(tasks.double, 1).result() == 2


def test_map_is_the_standard_one(pool: WatchedPool) -> None:
    """In order, in chunks, and from several iterables."""
    assert list(pool.map(tasks.double, range(7), chunksize=3)) == [0, 2, 4, 6, 8, 10, 12]
    assert list(pool.map(max, [1, 5], [4, 2])) == [4, 5]
    assert len(pool.record().tasks) == 5


def test_asyncio_can_wait_for_processes(pool: WatchedPool) -> None:
    """The futures are genuine ones."""

    async def ask() -> Any:
        return await asyncio.get_running_loop().run_in_executor(pool, tasks.double, 21)

    assert asyncio.run(ask()) == 42


def test_inline_tasks_are_not_pickled(pool: WatchedPool) -> None:
    """The sequential baseline pays for nothing but the work."""
    with inline_executors():
        assert pool.submit(tasks.in_worker).result() == os.getpid()
        assert pool.submit(lambda: 3).result() == 3
    assert {task.payload_bytes for task in pool.record().tasks} == {0}
    assert pool.record().kind == "inline"


@posix
def test_a_worker_that_is_killed_is_named() -> None:
    """The signal, the process, and the task that it ran; the others of the pool fail with it, and nothing hangs."""
    pool = open_pool("process", max_workers=1)
    futures: list[Future[Any]] = [pool.submit(tasks.kill_itself), pool.submit(tasks.double, 1)]
    errors = [future.exception() for future in futures]
    assert all(isinstance(error, BrokenProcessPool) for error in errors)
    assert "was killed by SIGKILL while it ran kill_itself (submitted at " in str(errors[0])
    with pytest.raises(BrokenProcessPool, match="was killed by SIGKILL while it ran kill_itself"):
        pool.submit(tasks.double, 1)
    assert pool.close() == ()
    assert pool.unseen() == ()


def test_a_worker_that_exits_is_named() -> None:
    """With its code; a failure of many tasks is one."""
    pool = open_pool("process", max_workers=1)
    wait([pool.submit(tasks.exit_at_once, 7)])  # gilcheck: ignore[GIL204] that nobody looks is what is tested
    pool.close()
    (failure,) = pool.unseen()
    assert isinstance(failure.exception, BrokenProcessPool)
    assert "exited with code 7 while it ran exit_at_once" in str(failure.exception)


def test_a_result_that_cannot_be_rebuilt_is_told() -> None:
    """It breaks the pool, as the standard one, and the cause says how."""
    pool = open_pool("process", max_workers=1)
    error = pool.submit(tasks.set_trap).exception()
    assert isinstance(error, BrokenProcessPool)
    assert "what a worker sent could not be unpickled, see the cause" in str(error)
    assert "as it was told" in str(error.__cause__)
    pool.close()


def test_a_full_pool_names_what_its_processes_run() -> None:
    """Each worker announces its task in a file, which the parent reads."""
    pool = open_pool("process", max_workers=1, queue_size=0, deadline_s=0.05)
    future = pool.submit(tasks.sleep_long)
    running = _until(lambda: pool._running())
    assert [each.task for each in running] == ["sleep_long"]
    with pytest.raises(SubmitTimeoutError, match=r"running:\n  sleep_long \(submitted at .*\) in process \d+$"):
        pool.submit(tasks.double, 1)
    assert len(pool.close()) == 1
    with pytest.raises(BrokenProcessPool, match=r"close\(\) ended it when its time was over"):
        future.result()


def _until(ask: Callable[[], Any]) -> Any:
    """What `ask` gives as soon as it gives something."""
    pause = threading.Event()
    while not (answer := ask()):
        pause.wait(0.005)
    return answer


@posix
def test_stuck_processes_are_named_with_their_stacks_and_ended() -> None:
    """What waits is cancelled, no process and no file is left, and none of it counts as a failure that nobody saw."""
    pool = open_pool("process", max_workers=2, deadline_s=0.05)
    processes = list(pool._processes.values())  # type: ignore[attr-defined]  # of the standard class
    futures = [pool.submit(tasks.sleep_long) for _ in range(8)]
    _until(lambda: len(pool._running()) == 2)
    stuck = pool.close()
    assert [each.task for each in stuck] == ["sleep_long"] * 2
    assert all(each.stack.index("in sleep_long\n") < each.stack.index("in _deeper\n") for each in stuck)
    assert not any("multiprocessing" in each.stack or "pytest_gilcheck" in each.stack for each in stuck)
    assert not any(process.is_alive() for process in processes)
    assert not _folder(pool).exists()
    with pytest.raises(CancelledError):
        futures[-1].result()
    assert pool.unseen() == ()


@posix
def test_a_thread_that_a_task_left_behind_is_told() -> None:
    """The worker has no task any more, and does not end."""
    pool = open_pool("process", max_workers=1, deadline_s=0.05)
    pool.submit(tasks.leave_a_thread_behind).result()
    (stuck,) = pool.close()
    assert stuck.task == ""
    assert "in sleep_long" in stuck.stack


def test_initializers_run_in_each_worker() -> None:
    """Before the first task."""
    pool = open_pool("process", max_workers=1, initializer=tasks.initialize, initargs=("ready",))
    assert pool.submit(tasks.look_up).result() == ["ready"]
    with inline_executors():
        assert pool.submit(tasks.look_up).result() == ["ready"]
        assert pool.submit(tasks.look_up).result() == ["ready"]
    tasks.initialized.clear()
    pool.close()


def test_an_initializer_that_fails_is_told_at_once(capfd: pytest.CaptureFixture[str]) -> None:
    """With what it raised in the worker."""
    with pytest.raises(PoolStartError, match=r"the initializer failed in process \d+: ValueError: as it was told"):
        open_pool("process", max_workers=1, initializer=tasks.fail)
    capfd.readouterr()  # the worker's own traceback


def test_an_initializer_that_cannot_be_sent_is_told_at_once() -> None:
    """No process, no file, no wait."""
    with pytest.raises(PoolStartError, match=r"no worker could be started: cannot pickle '_thread\.lock' object"):
        open_pool("process", max_workers=1, initializer=print, initargs=(threading.Lock(),))


def test_a_worker_that_dies_at_its_start_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    """With what is known of it."""
    with pytest.raises(PoolStartError, match=r"its workers did not start: process \d+ exited with code 5"):
        open_pool("process", max_workers=1, initializer=tasks.exit_at_once, initargs=(5,))
    capfd.readouterr()


@pytest.mark.parametrize("cancel", [True, False])
def test_shutdown_is_the_standard_one(cancel: bool) -> None:
    """It may leave at once, and cancels what waits if it is told to."""
    pool = open_pool("process", max_workers=1)
    futures = [
        pool.submit(tasks.double, 0),
        *(pool.submit(tasks.double_slowly if cancel else tasks.double, number) for number in range(1, 50)),
    ]
    assert futures[0].result() == 0
    pool.shutdown(wait=False, cancel_futures=cancel)
    if cancel:
        with pytest.raises(CancelledError):
            futures[-1].result()
    else:
        assert futures[-1].result() == 98
    with pytest.raises(RuntimeError, match="cannot schedule new futures after shutdown"):
        pool.submit(tasks.double, 1)
    assert pool.close() == ()
    assert not _folder(pool).exists()


@posix
def test_processes_that_were_asked_to_end_are_not_the_ones_that_died() -> None:
    """The standard pool terminates the others when one dies: the message names that one only."""
    pool = open_pool("process", max_workers=2)
    first, second = list(pool._processes.values())  # type: ignore[attr-defined]  # of the standard class
    os.kill(first.pid, signal.SIGKILL)
    second.join()
    with pytest.raises(BrokenProcessPool) as caught:
        pool.submit(tasks.double, 1)
    assert f"process {first.pid} was killed by SIGKILL" in str(caught.value)
    assert f"process {second.pid}" not in str(caught.value)
    pool.close()


def test_a_forked_copy_leaves_the_pools_folder_alone(tmp_path: Path) -> None:
    """What a child process inherits is not its own."""
    (tmp_path / "7.task").write_bytes(b"")
    _remove(tmp_path, os.getpid() + 1)
    assert tmp_path.exists()
    _remove(tmp_path, os.getpid())
    assert not tmp_path.exists()
