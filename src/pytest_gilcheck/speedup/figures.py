"""What a baseline run and a parallel run show about where the time went, added up from the records of their pools."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from pytest_gilcheck.model.tasks import PoolRecord, TaskRecord
from pytest_gilcheck.speedup.prediction import Place, Work
from pytest_gilcheck.speedup.verdict import reachable

STARVED = 0.75
PICKLED_IN_PARENT = 0.5  # of a task's pickling; the rest is done by the workers, at the same time


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the body: seconds it took, the pools that were at work in it, and seconds that its thread had to wait for a CPU."""

    wall_s: float
    pools: tuple[PoolRecord, ...]
    queued_s: float = 0.0

    @property
    def tasks(self) -> tuple[TaskRecord, ...]:
        """The tasks of all pools."""
        return tuple(task for pool in self.pools for task in pool.tasks)

    @property
    def durations_s(self) -> tuple[float, ...]:
        """Each task's wall time."""
        return tuple(task.finished - task.started for task in self.tasks)

    @property
    def cpu_s(self) -> float:
        """CPU time of all tasks."""
        return sum(task.cpu_s for task in self.tasks)


@dataclass(frozen=True, slots=True)
class Idle:
    """Worker-seconds of a pool in which a worker had nothing to do: at the end, or between tasks."""

    at_end_s: float
    between_s: float


def idle(pool: PoolRecord) -> Idle:
    """The idle time of a pool's workers between its first start and its last finish; one that never got a task was idle all along."""
    if not pool.tasks:
        return Idle(0.0, 0.0)
    began, ended = min(task.started for task in pool.tasks), max(task.finished for task in pool.tasks)
    at_end = between = 0.0
    spans = list(_by_worker(pool.tasks))
    for tasks in spans:
        at_end += ended - tasks[-1].finished
        between += tasks[0].started - began + sum(max(0.0, later.started - earlier.finished) for earlier, later in pairwise(tasks))
    at_end += max(0, pool.workers - len(spans)) * (ended - began)
    return Idle(at_end, between)


def _by_worker(tasks: Iterable[TaskRecord]) -> Iterator[list[TaskRecord]]:
    workers: dict[str, list[TaskRecord]] = {}
    for task in sorted(tasks, key=lambda task: task.started):
        workers.setdefault(task.worker, []).append(task)
    yield from workers.values()


@dataclass(frozen=True, slots=True)
class Figures:
    """A typical round in numbers. `workers` is how many could work at once, `attainable` the CPUs that the machine gave."""

    baseline: Run
    parallel: Run
    workers: int
    attainable: float
    gil: bool

    @property
    def kind(self) -> str:
        """The kind of pool that most tasks ran in; `"none"` if there was none."""
        kinds = Counter({pool.kind: 0 for pool in self.parallel.pools})
        for pool in self.parallel.pools:
            kinds[pool.kind] += len(pool.tasks)
        return kinds.most_common(1)[0][0] if kinds else "none"

    @property
    def tasks(self) -> int:
        """How many tasks the parallel run had."""
        return len(self.parallel.tasks)

    @property
    def place(self) -> Place:
        """Where the tasks ran."""
        return Place(self.workers, max(self.attainable, 0.01), self.gil)

    @property
    def cpu_share(self) -> float:
        """The part of the tasks' time in which they need a CPU."""
        return self.work.cpu_share

    @property
    def ideal(self) -> float:
        """What these workers can reach on this machine."""
        return reachable(self.workers, self.place.attainable, self.cpu_share)

    @property
    def window_s(self) -> float:
        """Seconds of the parallel run in which a task was running."""
        total, last = 0.0, -math.inf
        for begin, end in sorted((task.started, task.finished) for task in self.parallel.tasks):
            total += max(0.0, end - max(begin, last))
            last = max(last, end)
        return total

    @property
    def parallelism(self) -> float:
        """How many CPUs the tasks used at a time: about 1 under threads that hold the interpreter lock."""
        return self.parallel.cpu_s / self.window_s if self.window_s > 0 else 0.0

    @property
    def starved(self) -> bool:
        """Whether the tasks together had less of a CPU than one of them alone had before: somebody else was using the machine."""
        return self.kind == "thread" and self.parallelism < STARVED * self.cpu_share and self.window_s > 0

    @property
    def gil_share(self) -> float:
        """The part of the CPU time that holds the interpreter lock, as far as these workers show it."""
        if not self.gil or self.kind != "thread":
            return 1.0 if self.gil else 0.0
        most = min(self.workers, self.attainable, self.tasks or 1)
        if most <= 1 or self.parallelism <= 1:
            return 1.0
        return 1 / self.parallelism if self.parallelism < 0.85 * most else 0.0

    @property
    def work(self) -> Work:
        """What the tasks need, by the run in which they had everything to themselves, or would have had on a free machine."""
        durations_s, cpu_s = self.baseline.durations_s, self.baseline.cpu_s
        tasks_s = sum(durations_s)
        serial_s = max(0.0, self.baseline.wall_s - tasks_s)
        if self.baseline.queued_s > 0 and tasks_s > 0:
            free = max(tasks_s - self.baseline.queued_s, cpu_s) / tasks_s
            durations_s = tuple(duration_s * min(1.0, free) for duration_s in durations_s)
        return Work(durations_s, cpu_s, self.gil_share, serial_s)

    @property
    def start_s(self) -> float:
        """Starting pools inside the parallel run."""
        return sum(pool.start_s for pool in self.parallel.pools if not pool.own)

    @property
    def pickling_s(self) -> float:
        """Pickling, as it adds to the parallel run."""
        each_worker = (1 - PICKLED_IN_PARENT) / max(1, self.workers)
        return sum(task.pickle_s for task in self.parallel.tasks) * (PICKLED_IN_PARENT + each_worker)

    @property
    def pickled_bytes(self) -> int:
        """Bytes that were pickled, both ways."""
        return sum(task.payload_bytes + task.result_bytes for task in self.parallel.tasks)

    @property
    def overhead_s(self) -> float:
        """What one task costs besides itself, pool start-up aside."""
        if not self.tasks:
            return 0.0
        at_work_s = sum(self.parallel.durations_s) / max(1, min(self.workers, self.tasks))
        return max(0.0, self.parallel.wall_s - self.start_s - at_work_s - self.work.serial_s) / self.tasks
