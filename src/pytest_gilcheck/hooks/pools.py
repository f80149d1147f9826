"""The pools behind the fixtures: who makes them, and what their end says about the test."""

from __future__ import annotations

from collections.abc import Generator
from functools import partial

import pytest

from pytest_gilcheck.hooks.leftovers import close, name_of
from pytest_gilcheck.interpreter.callers import CallSite
from pytest_gilcheck.model.errors import UsageError
from pytest_gilcheck.model.options import START_METHODS
from pytest_gilcheck.pools import WatchedPool, open_pool
from pytest_gilcheck.pools.errors import PoolUnavailable
from pytest_gilcheck.pools.opening import DEADLINE_S, QUEUE_SIZE
from pytest_gilcheck.speedup.expectation import MARKER, Expectation
from pytest_gilcheck.speedup.machine import usable

START_METHOD = "gilcheck_start_method"
OURS = ("thread_pool", "process_pool", "interpreter_pool")


class Factory:
    """What the fixture `pool_factory` is, one for a session.

    It is a plugin as well, to know who asks: a pool is closed when the fixture that made it is torn down, whatever its scope, or else
    at the end of the test that made it.
    """

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self._config = request.config
        # The fixture is of the session, but there is a test already that asked for it first.
        self._item: pytest.Item = request._pyfuncitem
        self._requests: list[pytest.FixtureRequest] = []

    def __call__(
        self,
        kind: str,
        *,
        max_workers: int | None = None,
        queue_size: int | None = QUEUE_SIZE,
        start_method: str | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> WatchedPool:
        """A pool of one kind, all its workers running: `"thread"`, `"process"`, `"interpreter"` or `"inline"`.

        `max_workers` is by default what the marker `expect_parallel_speedup` says, else the CPUs that the process may use. `submit` waits
        while `queue_size` tasks wait for a worker (1000; `None`: no bound). `start_method` is of processes: `"spawn"` unless the ini key
        `gilcheck_start_method` says another. `deadline_s` is how long the end waits for tasks that still run (30 seconds).

        Raises ValueError for a word or number that can't be.
        """
        owner = self._requests[-1] if self._requests else self._item
        try:
            pool = open_pool(
                kind,
                max_workers=_expected_workers(owner) if max_workers is None else max_workers,
                queue_size=queue_size,
                start_method=start_method or _start_method(self._config),
                deadline_s=deadline_s,
                cpus=lambda: usable().cpus,
                place=_place(owner),
            )
        except PoolUnavailable as unavailable:
            pytest.skip(str(unavailable))  # what the fixture promises before Python 3.14
        owner.addfinalizer(partial(close, pool, name_of(pool, owner)))
        return pool

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, request: pytest.FixtureRequest) -> Generator[None, object, object]:
        """Whose set-up runs now."""
        self._requests.append(request)
        try:
            return (yield)
        finally:
            self._requests.pop()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        """Which test runs now."""
        self._item = item


def _place(owner: pytest.FixtureRequest | pytest.Item) -> CallSite | None:
    """The test, for a pool of our own fixtures; others are made by a line of the user's."""
    if isinstance(owner, pytest.Item) or owner.fixturename not in OURS or not isinstance(owner.node, pytest.Item):
        return None
    return CallSite(str(owner.node.path), (owner.node.location[1] or 0) + 1)


def _expected_workers(owner: pytest.FixtureRequest | pytest.Item) -> int | None:
    node = owner if isinstance(owner, pytest.Item) else owner.node
    marker = node.get_closest_marker(MARKER)
    try:
        return None if marker is None else Expectation.of(marker.args, marker.kwargs).workers
    except UsageError as error:  # an armed run does not come this far
        raise pytest.UsageError(f"{node.nodeid}: marker {MARKER}: {error}") from error


def _start_method(config: pytest.Config) -> str:
    method: str = config.getini(START_METHOD) or START_METHODS[0]
    if method not in START_METHODS:
        raise pytest.UsageError(f"{START_METHOD}: {method!r} is no start method; valid: {', '.join(START_METHODS)}")
    return method
