"""Runs the body of one test again and again, each time with its function-scoped fixtures set up anew."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

import pytest

from pytest_gilcheck.interpreter.alarm import Overdue, alarm
from pytest_gilcheck.interpreter.executors import inline_executors, recorded_executors, single_worker_executors
from pytest_gilcheck.model.tasks import PoolRecord
from pytest_gilcheck.pools.roll import live_pools
from pytest_gilcheck.speedup.figures import Run
from pytest_gilcheck.speedup.machine import queued_s
from pytest_gilcheck.speedup.rounds import NoBaseline

SLACK = 4.0  # times what the baseline should take at most, going by the parallel run, before something must be wrong
LEAST_DEADLINE_S = 5.0
_LIBRARIES = ("threading", "queue", "concurrent", "multiprocessing", "pytest_gilcheck", "asyncio", "selectors")


@dataclass(slots=True)
class Repetition:
    """The body of `item` as something to call: `repetition(parallel)` runs it once and gives the seconds that it took.

    The test's own fixtures are set up before and torn down after, which is not timed. Not in parallel is inline, or with one worker in
    each pool where `one_worker` says so. `runs` has each run in order.
    """

    item: pytest.Item
    workers: int
    one_worker: bool = False
    runs: list[Run] = field(default_factory=list)
    clock: Callable[[], float] = time.perf_counter
    slowest_parallel_s: float = 0.0

    def __call__(self, parallel: bool) -> float:
        """Run once. Raises what the body or a fixture raises; NoBaseline when its tasks can't run one after the other."""
        with recorded_executors() as records:
            if parallel:
                run = self._run(records)
                self.slowest_parallel_s = max(self.slowest_parallel_s, run.wall_s)
            else:
                run = self._baseline(records)
        self.runs.append(run)
        return run.wall_s

    def _baseline(self, records: Callable[[], tuple[PoolRecord, ...]]) -> Run:
        deadline_s = max(LEAST_DEADLINE_S, SLACK * self.workers * self.slowest_parallel_s)
        alone = single_worker_executors if self.one_worker else inline_executors
        try:
            with alone(), alarm(deadline_s):
                return self._run(records)
        except Overdue as overdue:
            raise _no_baseline(deadline_s, overdue.frame) from None

    def _run(self, records: Callable[[], tuple[PoolRecord, ...]]) -> Run:
        _set_up(self.item)
        try:
            for pool in live_pools():
                pool.clear_record()  # of what came before, if the pool is older than this run
            began_queued_s, began = queued_s(), self.clock()
            self.item.runtest()
            wall_s = self.clock() - began
            waited_s = max(0.0, queued_s() - began_queued_s)
            _raise_failure(self.item)
            own = tuple(record for pool in live_pools() if (record := pool.record()).tasks)
            return Run(wall_s, (*own, *records()), waited_s)
        finally:
            _tear_down(self.item)


def _set_up(item: pytest.Item) -> None:
    """Set up what is the item's own, as pytest does before a test; what is of its class or module stays as it is."""
    _tear_down(item)
    if isinstance(item, pytest.Function):
        item._initrequest()  # forgets the values of its fixtures; there is no public way, pytest-rerunfailures does the same
    call = pytest.CallInfo.from_call(lambda: item.session._setupstate.setup(item), when="setup")
    # Plugins prepare for the teardown when they see the report: `tmp_path` fails in it otherwise.
    item.ihook.pytest_runtest_makereport(item=item, call=call)
    if call.excinfo is not None:
        raise call.excinfo.value


def _tear_down(item: pytest.Item) -> None:
    """Tear down what is the item's own."""
    assert item.parent is not None  # only the session has none
    item.session._setupstate.teardown_exact(item.parent)  # type: ignore[arg-type]  # it asks for the chain of parents only


def _raise_failure(item: pytest.Item) -> None:
    """Raise what a `unittest` test failed with: its result object keeps that instead of raising it."""
    kept: list[pytest.ExceptionInfo[BaseException]] = getattr(item, "_excinfo", None) or []
    if kept:
        raise kept.pop(0).value


def _no_baseline(deadline_s: float, frame: FrameType | None) -> NoBaseline:
    while frame is not None and str(frame.f_globals.get("__name__")).partition(".")[0] in _LIBRARIES:
        frame = frame.f_back
    where = f", and stands at {frame.f_code.co_filename}:{frame.f_lineno}" if frame is not None else ""
    return NoBaseline(
        f"run one task after the other, the body is not done in {deadline_s:.3g} s{where}: its tasks wait for one another, "
        "so there is no sequential baseline"
    )
