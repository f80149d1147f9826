"""What is added up from records."""

from __future__ import annotations

import pytest

from pytest_gilcheck.speedup.figures import Figures, Idle, Run, idle
from tests.speedup.records import UNDER_THE_LOCK, WITHOUT_LOSS, computing, figures, inline, pool, side_by_side


def test_threads_that_take_turns() -> None:
    """Four threads that use one CPU together hold the lock in all their CPU time."""
    assert UNDER_THE_LOCK.kind == "thread"
    assert UNDER_THE_LOCK.tasks == 8
    assert UNDER_THE_LOCK.window_s == pytest.approx(0.8)
    assert UNDER_THE_LOCK.parallelism == pytest.approx(1.0)
    assert UNDER_THE_LOCK.gil_share == 1.0
    assert UNDER_THE_LOCK.cpu_share == pytest.approx(1.0)


def test_threads_that_do_not() -> None:
    """Threads that use all the CPUs let go of the lock; those that use half of them hold it half of the time."""
    assert WITHOUT_LOSS.parallelism == pytest.approx(4.0)
    assert WITHOUT_LOSS.gil_share == 0.0
    half = figures(computing(), 0.4, pool("thread", 4, side_by_side(4, 2, 0.2, 0.1)))
    assert half.gil_share == pytest.approx(0.5)


def test_processes_and_builds_without_the_lock() -> None:
    """Processes show nothing of the lock, so all is taken to hold it; without one there is none to hold."""
    assert figures(computing(), 0.2, pool("process", 4, side_by_side(4, 2, 0.1, 0.1))).gil_share == 1.0
    assert Figures(UNDER_THE_LOCK.baseline, UNDER_THE_LOCK.parallel, 4, 4.0, gil=False).gil_share == 0.0


def test_ideal() -> None:
    """What tasks that compute can reach is up to the CPUs, what tasks that wait can reach is up to the workers."""
    spans = pool("thread", 4, side_by_side(4, 2, 0.1, 0.1))
    assert figures(computing(), 0.2, spans, attainable=2.0).ideal == pytest.approx(2.0)
    assert figures(inline([0.1] * 8, [0.0] * 8), 0.2, spans, attainable=2.0).ideal == pytest.approx(4.0)
    assert figures(inline([0.1] * 8, [0.08] * 8), 0.2, spans, attainable=2.0).ideal == pytest.approx(2.5)


def test_a_busy_baseline() -> None:
    """Time that the baseline waited for a CPU is taken off, so that computing on a busy machine is not mistaken for waiting."""
    busy = inline([0.2] * 4, [0.1] * 4)
    spans = pool("thread", 4, side_by_side(4, 1, 0.1, 0.1))
    assert figures(busy, 0.2, spans).cpu_share == pytest.approx(0.5)
    queued = figures(Run(busy.wall_s, busy.pools, queued_s=0.4), 0.2, spans)
    assert queued.cpu_share == pytest.approx(1.0)
    assert queued.work.durations_s == pytest.approx((0.1,) * 4)
    assert figures(Run(busy.wall_s, busy.pools, queued_s=9.0), 0.2, spans).cpu_share == pytest.approx(1.0)


def test_idle_workers() -> None:
    """Idle at the end is waiting for the slowest task, in between for the next one; a worker without a task waits always."""
    spans = [("a", 0.0, 1.0, 1.0), ("b", 0.5, 1.0, 0.5), ("b", 1.5, 3.0, 1.5)]
    assert idle(pool("thread", 2, spans)) == Idle(pytest.approx(2.0), pytest.approx(1.0))  # type: ignore[arg-type]
    assert idle(pool("thread", 3, spans)).at_end_s == pytest.approx(5.0)
    assert idle(pool("thread", 2, [])) == Idle(0.0, 0.0)


def test_window_leaves_gaps_out() -> None:
    """Only time in which a task ran counts, once however many ran."""
    spans = [("a", 1.0, 2.0, 1.0), ("b", 1.5, 2.5, 1.0), ("a", 4.0, 5.0, 1.0)]
    assert figures(computing(3), 5.0, pool("thread", 2, spans)).window_s == pytest.approx(2.5)


def test_several_pools() -> None:
    """The kind is that of most tasks; starts of pools made inside the call add up, those of fixtures were before it."""
    seen = figures(
        computing(3), 1.0,
        pool("process", 2, [("p", 0.0, 0.1, 0.1)], start_s=0.3, own=False),
        pool("thread", 2, [("a", 0.0, 0.1, 0.1), ("b", 0.0, 0.1, 0.1)], start_s=0.2),
    )  # fmt: skip
    assert seen.kind == "thread"
    assert seen.start_s == pytest.approx(0.3)


def test_pickling_and_overhead() -> None:
    """Half of the pickling is the parent's and adds up, the other half is shared by the workers; overhead is what no task explains."""
    seen = figures(computing(), 0.6, pool("process", 4, side_by_side(4, 2, 0.1, 0.1), pickle_s=0.04, payload_bytes=1000))
    assert seen.pickling_s == pytest.approx(8 * 0.04 * (0.5 + 0.125))
    assert seen.pickled_bytes == 8000
    assert seen.overhead_s == pytest.approx((0.6 - 0.2) / 8)


def test_nothing_ran() -> None:
    """Without a pool there are no figures, and no error."""
    nothing = figures(Run(1.0, ()), 1.0)
    assert (nothing.kind, nothing.tasks, nothing.window_s, nothing.parallelism, nothing.overhead_s) == ("none", 0, 0.0, 0.0, 0.0)
    assert nothing.work.serial_s == 1.0
