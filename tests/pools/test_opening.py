"""The door to every kind of pool."""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor

import pytest

from pytest_gilcheck import pools
from pytest_gilcheck.interpreter.executors import inline_executors
from pytest_gilcheck.model.cpus import schedulable
from pytest_gilcheck.pools import open_pool
from pytest_gilcheck.pools.errors import PoolUnavailable
from pytest_gilcheck.pools.opening import _default_workers
from pytest_gilcheck.pools.roll import live_pools
from tests.pools.tasks import double


@pytest.mark.parametrize(("kind", "cls"), [("thread", ThreadPoolExecutor), ("process", ProcessPoolExecutor), ("inline", Executor)])
def test_pools_are_what_code_under_test_asks_for(kind: str, cls: type[Executor]) -> None:
    """`isinstance` can't tell a watched pool from the standard one."""
    pool = open_pool(kind, max_workers=1)
    assert isinstance(pool, cls)
    assert pool.submit(double, 4).result() == 8
    assert pool in live_pools()
    assert pool.close() == ()


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="there is such a pool")
def test_interpreters_are_told_to_be_missing() -> None:
    """The message says since when there are such pools."""
    with pytest.raises(PoolUnavailable, match=r"since Python 3\.14"):
        open_pool("interpreter")


def test_as_many_workers_as_cpus() -> None:
    """Unless a number is asked for, the caller's count of CPUs decides."""
    pool = open_pool("thread", cpus=lambda: 3)
    assert pool.record().workers == 3
    pool.close()
    assert schedulable() >= 1
    assert _default_workers("process", 200, "win32") == 61
    assert _default_workers("process", 200, "linux") == _default_workers("thread", 200, "win32") == 200


@pytest.mark.parametrize(
    ("kind", "words", "message"),
    [
        ("fibre", {}, "'fibre' is no kind of pool: it is one of thread, process, interpreter, inline"),
        ("process", {"start_method": "clone"}, "'clone' is no start method: it is one of spawn, fork, forkserver"),
        ("thread", {"max_workers": 0}, "max_workers must be 1 or more, not 0"),
        ("thread", {"queue_size": -1}, "queue_size must be 0 or more, or None for no bound, not -1"),
        ("thread", {"deadline_s": -1}, "deadline_s must be 0 or more, not -1"),
    ],
)
def test_what_cannot_be_is_named(kind: str, words: Mapping[str, object], message: str) -> None:
    """Each wrong word or number is told with what would be right."""
    with pytest.raises(ValueError, match=message):
        open_pool(kind, **words)  # type: ignore[arg-type]  # that is the point


@pytest.mark.parametrize("kind", ["thread", "process"])
def test_no_worker_is_started_for_tasks_that_run_in_their_caller(kind: str) -> None:
    """Workers of a pool that is opened in an inline block come up with the first task outside of it."""
    with inline_executors():
        pool = open_pool(kind, max_workers=1)
        threads = threading.active_count()
        assert list(pool.map(double, [1, 2])) == [2, 4]
        assert threading.active_count() == threads
        assert pool.record().kind == "inline"
    assert pool.submit(double, 3).result() == 6
    assert pool.record().kind == kind
    assert pool.close() == ()


def test_the_package_names_what_it_has() -> None:
    """Another name is an AttributeError, as of any module."""
    with pytest.raises(AttributeError, match="no attribute 'close_pool'"):
        _ = pools.close_pool
