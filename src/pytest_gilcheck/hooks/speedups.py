"""Tests that carry `expect_parallel_speedup`: they run once as they are, then their body is measured, and the verdict is the outcome."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from pytest_gilcheck.hooks import measuring
from pytest_gilcheck.hooks.state import ARMED, SPEEDUP
from pytest_gilcheck.interpreter.executors import recorded_executors
from pytest_gilcheck.model.settings import Settings
from pytest_gilcheck.model.speedup import Speedup
from pytest_gilcheck.pools.roll import live_pools
from pytest_gilcheck.reports import speedups as wording
from pytest_gilcheck.speedup.expectation import MARKER, Expectation
from pytest_gilcheck.speedup.machine import gil_enabled

PROPERTY = "gilcheck_speedup"  # in JUnit reports


# Innermost, so that whatever other plugins put around a test (captured output, warnings, logs) is around all its runs.
@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Run the test as it is; if it passes, measure it."""
    marker = item.get_closest_marker(MARKER)
    if marker is None or not isinstance(item, pytest.Function):
        return (yield)
    expectation = Expectation.of(marker.args, marker.kwargs)
    if reason := measuring.reason_to_skip(expectation):
        raise pytest.skip.Exception(reason, _use_item_location=True)
    for pool in live_pools():
        pool.clear_record()
    with recorded_executors() as records:
        result = yield
        used = (*records(), *(pool.record() for pool in live_pools()))
    if getattr(item, "_excinfo", None):
        return result  # a unittest test that failed: that is the outcome
    if not any(pool.tasks for pool in used):
        pytest.fail(f"marker {MARKER}: the test gave no task to a pool, so there is nothing to measure; remove the marker", pytrace=False)
    speedup = item.stash[SPEEDUP] = measuring.measure(item, expectation)
    item.user_properties.append((PROPERTY, wording.line(speedup)))
    _conclude(speedup, *_outcome(speedup, expectation, item.config.stash[ARMED].settings))
    return result


def _outcome(speedup: Speedup, expectation: Expectation, settings: Settings) -> tuple[str, tuple[str, ...]]:
    """Pass, fail or skip, and what is to be said with it."""
    if speedup.verdict == "fail" and not gil_enabled() and expectation.max is not None and (speedup.median or 0.0) > expectation.max:
        return "skip", ("without the GIL this bound is no longer true: threads do help here",)
    if speedup.verdict != "inconclusive":
        return speedup.verdict, ()
    return settings.insufficient_cpus if speedup.cause == "insufficient" else expectation.on_inconclusive, speedup.reasons


def _conclude(speedup: Speedup, outcome: str, reasons: tuple[str, ...]) -> None:
    """Give the running test its outcome."""
    if outcome == "fail":
        pytest.fail(wording.block(speedup), pytrace=False)
    if outcome == "skip":
        raise pytest.skip.Exception(". ".join((wording.line(speedup), *reasons)), _use_item_location=True)
