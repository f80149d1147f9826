"""Where a speedup went, and what is advised, for made-up rounds of each kind."""

from __future__ import annotations

import pytest

from pytest_gilcheck.model.speedup import LOSSES
from pytest_gilcheck.speedup.explanation import Explanation, explain
from pytest_gilcheck.speedup.figures import Figures, Run
from pytest_gilcheck.speedup.losses import losses
from pytest_gilcheck.speedup.prediction import Costs
from tests.speedup.records import UNDER_THE_LOCK, WITHOUT_LOSS, computing, figures, inline, pool, side_by_side


def explained(seen: Figures, costs: Costs | None = None, *, awaitable: bool = False) -> Explanation:
    """The explanation of the round's own speedup; its losses are checked to add up."""
    found = explain(seen, seen.baseline.wall_s / seen.parallel.wall_s, costs, awaitable=awaitable)
    assert sum(found.losses.values()) == pytest.approx(found.ideal - found.measured)
    assert set(found.losses) <= set(LOSSES)
    return found


def test_the_lock() -> None:
    """Four threads that take turns lose three of four to the GIL; processes are advised, with what they would give."""
    found = explained(UNDER_THE_LOCK)
    assert found.losses["GIL"] == pytest.approx(3.0)
    assert str(found) == "ideal 4.0× → lost to: the GIL 3.0×"
    assert found.advice.tool == "processes"
    assert found.advice.predicted["processes"] == pytest.approx(4.0, rel=0.02)
    assert found.advice.predicted["threads"] == pytest.approx(1.0, rel=0.02)
    assert str(found.advice) == (
        "The tasks compute (100% of their time), and 4 threads used 1 CPU together: they take turns with the GIL. "
        "Processes (or interpreters, or a build without the GIL) would give about 4.0×."
    )
    assert found.advice.measured["cpus_used"] == pytest.approx(1.0)


def test_the_lock_on_a_small_machine() -> None:
    """Two CPUs for four threads: two are lost to the machine in any case, the third one to the GIL, and processes give two."""
    found = explained(Figures(UNDER_THE_LOCK.baseline, UNDER_THE_LOCK.parallel, 4, 2.0, gil=True))
    assert found.losses["machine"] == pytest.approx(2.0)
    assert found.losses["GIL"] == pytest.approx(1.0)
    assert found.advice.tool == "processes"
    assert found.advice.predicted["processes"] == pytest.approx(2.0, rel=0.02)


def test_processes_that_cost_too_much() -> None:
    """Where starting processes takes longer than the work, nothing is the better advice."""
    found = explained(UNDER_THE_LOCK, Costs(process_start_s=2.0))
    assert found.advice.tool == "sequential"
    assert "run them one after the other" in found.advice.sentence


def test_no_lock() -> None:
    """On a build without the GIL there is no row for it: what threads lose there is queueing."""
    seen = Figures(UNDER_THE_LOCK.baseline, UNDER_THE_LOCK.parallel, 4, 4.0, gil=False)
    found = explained(seen)
    assert "GIL" not in found.losses
    assert found.losses["queueing"] == pytest.approx(3.0)
    assert found.advice.tool == "threads"
    assert "GIL" not in found.advice.sentence


def test_nothing_lost() -> None:
    """Threads that use all CPUs at a time are kept."""
    found = explained(WITHOUT_LOSS)
    assert str(found) == "ideal 4.0× → nothing lost"
    assert found.advice.tool == "threads"
    assert "used 4 CPUs at a time, so they let go of the GIL: keep the threads, for about 4.0×" in found.advice.sentence


def test_waiting() -> None:
    """Tasks that wait belong into threads, whatever they ran in; awaitable ones into asyncio, which needs no worker for each."""
    baseline = inline([0.1] * 8, [0.002] * 8)
    seen = figures(baseline, 0.2, pool("process", 4, side_by_side(4, 2, 0.1, 0.002)))
    found = explained(seen)
    assert found.advice.tool == "threads"
    assert found.advice.predicted["threads"] == pytest.approx(4.0, rel=0.02)
    assert "they need a CPU for 2% of their time" in found.advice.sentence
    awaited = explained(seen, awaitable=True)
    assert awaited.advice.tool == "asyncio"
    assert awaited.advice.predicted["asyncio"] == pytest.approx(8.0, rel=0.02)
    assert "keep the threads" in explained(figures(baseline, 0.2, pool("thread", 4, side_by_side(4, 2, 0.1, 0.002)))).advice.sentence


def test_one_slow_task() -> None:
    """One task that takes longer than all others together keeps its worker busy and the other ones waiting."""
    baseline = inline([0.1, 0.1, 0.1, 0.7], [0.1, 0.1, 0.1, 0.7])
    spans = [("a", 0.0, 0.1, 0.1), ("b", 0.0, 0.1, 0.1), ("c", 0.0, 0.1, 0.1), ("d", 0.0, 0.7, 0.7)]
    found = explained(figures(baseline, 0.7, pool("process", 4, spans)))
    assert found.losses["imbalance"] == pytest.approx(4.0 - 1.0 / 0.7)
    assert found.advice.tool == "smaller tasks"
    assert "The longest task takes 700 ms of 1 s" in found.advice.sentence


def test_fewer_tasks_than_workers() -> None:
    """Workers that never got a task are waited for, too."""
    spans = side_by_side(2, 1, 0.1, 0.1)
    found = explained(figures(computing(2), 0.1, pool("process", 4, spans)))
    assert found.losses["imbalance"] == pytest.approx(2.0)
    assert found.advice.sentence.startswith("2 tasks keep 2 of 4 workers busy: cut the work into more pieces, for up to 4.0×")


def test_a_pool_in_every_call() -> None:
    """Workers that are started inside the call cost what their start takes; made once, they would not."""
    spans = [(worker, begin + 0.3, end + 0.3, cpu_s) for worker, begin, end, cpu_s in side_by_side(4, 2, 0.1, 0.1)]
    found = explained(figures(computing(), 0.5, pool("process", 4, spans, start_s=0.3, own=False, place="crunch.py:12")))
    assert found.losses["start-up"] == pytest.approx(2.4)
    assert found.advice.tool == "one pool"
    assert found.advice.predicted["one pool"] == pytest.approx(4.0)
    assert found.advice.sentence == (
        "300 ms of 500 ms go into starting workers, because a pool is made in every call at crunch.py:12: "
        "make it once and keep it, for about 4.0×."
    )


def test_pools_that_a_fixture_made() -> None:
    """A pool that was there before the call is no start-up, however long it took to make."""
    found = explained(figures(computing(), 0.2, pool("process", 4, side_by_side(4, 2, 0.1, 0.1), start_s=5.0)))
    assert found.losses["start-up"] == 0.0


def test_large_data() -> None:
    """Tasks whose data takes longer to pickle than to compute are advised to leave it where it is."""
    spans = [(worker, begin * 2, begin * 2 + 0.1, cpu_s) for worker, begin, _, cpu_s in side_by_side(4, 2, 0.1, 0.1)]
    found = explained(figures(computing(), 0.45, pool("process", 4, spans, payload_bytes=10_000_000, pickle_s=0.05)))
    assert found.losses["pickling"] > 1.0
    assert found.advice.tool == "shared memory"
    assert found.advice.sentence.startswith("80 MB were pickled in about 250 ms of 450 ms: keep the data in shared memory")
    assert found.advice.predicted["shared memory"] == pytest.approx(4.0)


def test_data_that_is_too_large_for_the_work() -> None:
    """Where even without pickling nothing would be gained, the work stays with the data."""
    spans = [(worker, begin * 40, begin * 40 + 0.01, cpu_s) for worker, begin, _, cpu_s in side_by_side(4, 2, 0.01, 0.01)]
    found = explained(figures(computing(task_s=0.01), 0.5, pool("process", 4, spans, payload_bytes=10_000_000, pickle_s=0.05)))
    assert found.advice.tool == "sequential"
    assert found.advice.sentence.startswith("80 MB were pickled in about 250 ms of 500 ms: the data is too large to send")


def test_a_busy_machine() -> None:
    """Threads that had less than one CPU between them were kept from it by others: that is not called the GIL."""
    found = explained(figures(computing(), 1.6, pool("thread", 4, side_by_side(4, 2, 0.8, 0.1))))
    assert found.losses["GIL"] == 0.0
    assert found.advice.tool == "measure again"
    assert found.advice.sentence.startswith("4 threads had 0.5 CPUs together, less than one alone had")


def tiny(kind: str, task_s: float, overhead_s: float, tasks: int = 1000) -> Figures:
    """Tasks that are handed over one by one, each for more than it takes; two workers."""
    spans = [(f"w{n % 2}", n * overhead_s, n * overhead_s + task_s, task_s) for n in range(tasks)]
    return figures(inline([task_s] * tasks, [task_s] * tasks), tasks * overhead_s, pool(kind, 2, spans), workers=2, attainable=2.0)


def test_tiny_tasks() -> None:
    """Tasks shorter than their overhead are handed over in batches, as small as does it."""
    found = explained(tiny("process", 50e-6, 200e-6))
    assert found.advice.tool == "batches"
    assert found.advice.sentence == "A task takes 50 µs and handing it over 175 µs: hand over 32 at a time, for about 1.6×."
    assert found.advice.predicted["batches"] == pytest.approx(1.64, abs=0.02)
    assert found.losses["queueing"] > 1.0


def test_tiny_tasks_in_threads() -> None:
    """In threads that take turns batches are no faster either: no pool at all is."""
    found = explained(tiny("thread", 10e-6, 100e-6))
    assert found.advice.tool == "sequential"
    assert "run them one after the other" in found.advice.sentence
    assert found.advice.predicted["batches"] <= 1.0


def test_too_small_a_machine() -> None:
    """Processes that use all the CPUs that there are can't be faster, and are kept."""
    spans = side_by_side(4, 2, 0.2, 0.1)
    found = explained(figures(computing(), 0.4, pool("process", 4, spans), attainable=2.0))
    assert found.losses["machine"] == pytest.approx(2.0)
    assert found.advice.tool == "processes"
    assert found.advice.sentence.startswith("The machine gave 2 CPUs to 4 workers, and the tasks compute: keep the processes")


def test_one_worker() -> None:
    """A single worker shows nothing of the GIL, so nothing is said of it."""
    found = explained(figures(computing(), 0.8, pool("thread", 1, side_by_side(1, 8, 0.1, 0.1)), workers=1))
    assert "GIL" not in found.advice.sentence
    assert found.advice.tool == "threads"


def test_work_outside_of_tasks() -> None:
    """What the body does between its tasks stays as long as it is, which is Amdahl's law."""
    baseline = inline([0.1] * 8, [0.1] * 8, between_s=0.8)
    found = explained(figures(baseline, 1.0, pool("process", 4, side_by_side(4, 2, 0.1, 0.1), submitted=0.0)))
    assert found.losses["serial"] == pytest.approx(2.4)


def test_better_than_ideal() -> None:
    """A speedup above the ideal lost nothing: "other" is negative, and the rows still add up."""
    found = explained(figures(computing(), 0.1, pool("process", 4, side_by_side(4, 2, 0.05, 0.05))))
    assert found.losses["other"] == pytest.approx(-4.0)
    assert [lost for cause, lost in found.losses.items() if cause != "other"] == [0.0] * 7
    assert str(found) == "ideal 4.0× → nothing lost"


def test_what_no_record_explains() -> None:
    """A parallel run that was longer than its records show lost the rest to other causes."""
    found = explained(figures(computing(), 0.4, pool("process", 4, side_by_side(4, 2, 0.1, 0.1))))
    assert found.losses["other"] == pytest.approx(2.0)


def test_more_explained_than_missing() -> None:
    """Causes that overlap are shortened in proportion, so that they don't exceed what is missing."""
    spans = [(worker, begin + 0.2, end + 0.2, cpu_s) for worker, begin, end, cpu_s in side_by_side(4, 2, 0.1, 0.1)]
    two = [pool("process", 4, spans, start_s=0.2, own=False) for _ in range(2)]
    seen = figures(inline([0.1] * 16, [0.1] * 16), 0.6, *two)
    assert losses(seen, 1.6 / 0.6)["start-up"] <= 4.0 - 1.6 / 0.6
    assert explained(seen).advice.sentence.startswith("400 ms of 600 ms go into starting workers, because 2 pools are made in every call:")


def test_no_pool() -> None:
    """A body without a pool has nothing to explain, and no figure is made up for it."""
    found = explained(figures(Run(1.0, ()), 1.0))
    assert found.advice.tool == "none"
    assert found.advice.predicted == {}
    assert found.losses["serial"] == pytest.approx(3.0)
