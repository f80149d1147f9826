"""The fixtures: pools that watch their tasks, and `workload`. Loaded in every run of pytest, so it imports next to nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_gilcheck.hooks.pools import Factory
    from pytest_gilcheck.model.speedup import Advice
    from pytest_gilcheck.pools import WatchedPool


@pytest.fixture(scope="session")
def pool_factory(request: pytest.FixtureRequest) -> Iterator[Factory]:
    """Makes pools that watch their tasks. A fixture of any scope may use it: its pools are closed when that is torn down.

    A pool that a test makes by itself is closed at the test's end. A failure that nobody looked at fails the test.
    """
    from pytest_gilcheck.hooks.pools import Factory

    factory = Factory(request)
    request.config.pluginmanager.register(factory)
    yield factory
    request.config.pluginmanager.unregister(factory)


@pytest.fixture
def thread_pool(pool_factory: Factory) -> WatchedPool:
    """A `concurrent.futures.ThreadPoolExecutor` that watches its tasks."""
    return pool_factory("thread")


@pytest.fixture
def process_pool(pool_factory: Factory) -> WatchedPool:
    """A `concurrent.futures.ProcessPoolExecutor` that watches its tasks; its workers are started before the test begins."""
    return pool_factory("process")


@pytest.fixture
def interpreter_pool(pool_factory: Factory) -> WatchedPool:
    """A `concurrent.futures.InterpreterPoolExecutor` that watches its tasks; the test is skipped before Python 3.14."""
    return pool_factory("interpreter")


@pytest.fixture
def workload() -> Callable[..., Advice]:
    """`workload(callable, items)`: waiting or computing, does it hold the GIL, and what would make it faster."""
    from pytest_gilcheck.speedup.advice import advise

    return advise
