"""Predicted speedups, of work that is easy to reckon."""

from __future__ import annotations

import pytest

from pytest_gilcheck.speedup.prediction import Costs, Place, Work, asyncio, makespan, processes, smallest_chunk, threads

FREE = Costs(0.0, 0.0, 0.0)
COMPUTING = Work((0.1,) * 8, 0.8)
WAITING = Work((0.1,) * 8, 0.0)


def test_makespan() -> None:
    """Tasks are dealt out in order, to whoever is free."""
    assert makespan([1, 1, 1, 1], 2) == 2
    assert makespan([1, 1, 1], 2) == 2
    assert makespan([3, 1, 1, 1], 2) == 3
    assert makespan([1, 1, 1, 3], 2) == 4
    assert makespan([1, 2], 8) == 2
    assert makespan([], 4) == 0


@pytest.mark.parametrize(
    ("work", "place", "speedup"),
    [
        (COMPUTING, Place(4, 4.0), 1.0),
        (COMPUTING, Place(4, 4.0, gil=False), 4.0),
        (COMPUTING, Place(4, 2.0, gil=False), 2.0),
        (Work((0.1,) * 8, 0.8, gil_share=0.0), Place(4, 4.0), 4.0),
        (Work((0.1,) * 8, 0.8, gil_share=0.5), Place(4, 4.0), 2.0),
        (WAITING, Place(4, 1.0), 4.0),
        (WAITING, Place(16, 1.0), 8.0),
        (WAITING, Place(3, 1.0), 8 / 3),
        (Work((0.1,) * 8, 0.2), Place(8, 2.0), 4.0),
        (Work((0.1,) * 8, 0.0, serial_s=0.8), Place(8, 2.0), 1.6 / 0.9),
    ],
)
def test_threads(work: Work, place: Place, speedup: float) -> None:
    """The least of workers, tasks, CPUs and what is done with the lock held; what is between tasks stays serial."""
    assert threads(work, place, FREE) == pytest.approx(speedup)


def test_processes() -> None:
    """Processes compute at the same time, and cost their start, their pickling and the handing over."""
    assert processes(COMPUTING, Place(4, 4.0), FREE) == pytest.approx(4.0)
    assert processes(COMPUTING, Place(4, 2.0), FREE) == pytest.approx(2.0)
    assert processes(COMPUTING, Place(4, 4.0), Costs(process_task_s=0.0, process_start_s=0.2)) == pytest.approx(2.0)
    assert processes(COMPUTING, Place(4, 2.0), Costs(process_task_s=0.0, process_start_s=0.2)) == pytest.approx(1.0)
    assert processes(COMPUTING, Place(4, 4.0), Costs(process_task_s=0.0, pickle_s=0.4)) < 0.6
    assert processes(Work((1e-6,) * 1000, 1e-3), Place(4, 4.0), Costs()) < 0.01


def test_asyncio() -> None:
    """All waits overlap, all computing adds up."""
    assert asyncio(WAITING, FREE) == pytest.approx(8.0)
    assert asyncio(COMPUTING, FREE) == pytest.approx(1.0)
    assert asyncio(Work((0.1,) * 8, 0.2), FREE) == pytest.approx(4.0)


def test_nothing_to_do() -> None:
    """No work is no speedup."""
    assert threads(Work((), 0.0), Place(2, 2.0), FREE) == 1.0
    assert Work((), 0.0).cpu_share == 1.0


@pytest.mark.parametrize(("task_s", "overhead_s", "most", "chunk"), [
    (1e-3, 1e-3, 100, 9), (1e-3, 1e-4, 100, 1), (1e-6, 1e-4, 500, 500), (1e-5, 1e-4, 500, 90),
    (1.0, 0.0, 100, 1), (0.0, 1.0, 100, 1), (1.0, 1.0, 0, 1),
])  # fmt: skip
def test_smallest_chunk(task_s: float, overhead_s: float, most: int, chunk: int) -> None:
    """The overhead is a tenth of what is handed over at once, if there are tasks enough."""
    assert smallest_chunk(task_s, overhead_s, most) == chunk
