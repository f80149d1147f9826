"""How fast the same tasks would be with another tool, from what they needed one after the other.

A pool is as fast as its tightest limit: the workers (tasks are dealt out in order, to whoever is free), the CPUs that the machine
gives, and the interpreter lock, under which Python code of all threads shares one CPU. Overheads come on top.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass

ENOUGH = 0.9
"""The part of the best speedup that batching aims at: larger chunks gain little and leave workers idle at the end."""


@dataclass(frozen=True, slots=True)
class Work:
    """What tasks need. `durations_s` is each task's wall time alone, `cpu_s` the CPU time of all together, `serial_s` what is
    done between them; `gil_share` is the part of the CPU time that holds the interpreter lock.
    """

    durations_s: tuple[float, ...]
    cpu_s: float
    gil_share: float = 1.0
    serial_s: float = 0.0

    @property
    def tasks_s(self) -> float:
        """All tasks, one after the other."""
        return sum(self.durations_s)

    @property
    def sequential_s(self) -> float:
        """Everything, one after the other."""
        return self.tasks_s + self.serial_s

    @property
    def cpu_share(self) -> float:
        """The part of the tasks' time in which they need a CPU: 1 for computing, nearly 0 for waiting."""
        return min(1.0, self.cpu_s / self.tasks_s) if self.tasks_s > 0 else 1.0


@dataclass(frozen=True, slots=True)
class Costs:
    """What parallel work costs besides the work, in seconds. The defaults are what a current machine needs about; measured ones replace
    them.

    `process_start_s` is for one worker process whose interpreter starts anew, 0 for a pool that exists already; `pickle_s` is for one
    task's arguments and result.
    """

    thread_task_s: float = 30e-6
    process_task_s: float = 150e-6
    asyncio_task_s: float = 15e-6
    process_start_s: float = 0.0
    pickle_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where tasks are to run: so many workers, on a machine that gives `attainable` CPUs, with or without the interpreter lock."""

    workers: int
    attainable: float
    gil: bool = True


def makespan(durations_s: Sequence[float], workers: int) -> float:
    """When the last task is done if each goes, in order, to the first worker that is free."""
    free_at = [0.0] * max(1, min(workers, len(durations_s)))
    for duration_s in durations_s:
        heapq.heapreplace(free_at, free_at[0] + duration_s)
    return max(free_at)


def threads(work: Work, place: Place, costs: Costs) -> float:
    """The speedup with a thread pool that exists already."""
    held_s = work.cpu_s * work.gil_share if place.gil else 0.0
    # Handing over a task is Python code of the caller, so it shares the lock with the workers.
    overhead_s = len(work.durations_s) * costs.thread_task_s
    return _speedup(work, max(makespan(work.durations_s, place.workers), work.cpu_s / place.attainable, held_s) + overhead_s)


def processes(work: Work, place: Place, costs: Costs) -> float:
    """The speedup with a process pool, its start included unless that costs nothing."""
    count = len(work.durations_s)
    durations_s = [duration_s + costs.pickle_s / 2 for duration_s in work.durations_s]
    handed_over_s = count * (costs.process_task_s + costs.pickle_s / 2)  # in the one parent
    busy_s = max(makespan(durations_s, place.workers), (work.cpu_s + count * costs.pickle_s / 2) / place.attainable, handed_over_s)
    start_s = costs.process_start_s * max(1.0, min(place.workers, count) / place.attainable)  # they start at once, if the CPUs allow it
    return _speedup(work, busy_s + start_s + min(handed_over_s, busy_s / max(1, count)))


def asyncio(work: Work, costs: Costs) -> float:
    """The speedup if every wait is awaited: all tasks wait at once, and compute one after the other."""
    return _speedup(work, max(max(work.durations_s, default=0.0), work.cpu_s) + len(work.durations_s) * costs.asyncio_task_s)


def smallest_chunk(task_s: float, overhead_s: float, most: int) -> int:
    """How many tasks have to be handed over together for the overhead of doing so to take a tenth of the time; `most` caps it."""
    if overhead_s <= 0 or task_s <= 0:
        return 1
    return max(1, min(most, math.ceil(ENOUGH / (1 - ENOUGH) * overhead_s / task_s - 1e-9)))


def _speedup(work: Work, parallel_s: float) -> float:
    whole_s = work.serial_s + parallel_s
    return work.sequential_s / whole_s if whole_s > 0 else 1.0
