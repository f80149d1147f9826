"""Made-up records of pools: who ran when."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_gilcheck.model.tasks import PoolRecord, TaskRecord
from pytest_gilcheck.speedup.figures import Figures, Run


def inline(durations_s: Sequence[float], cpus_s: Sequence[float], *, between_s: float = 0.0) -> Run:
    """Tasks one after the other in the caller, with other work of so many seconds before them."""
    tasks, now = [], between_s
    for duration_s, cpu_s in zip(durations_s, cpus_s, strict=True):
        tasks.append(TaskRecord(now, now, now + duration_s, cpu_s, "MainThread"))
        now += duration_s
    return Run(now, (PoolRecord("inline", 1, 0.0, tuple(tasks)),))


def pool(kind: str, workers: int, spans: Sequence[tuple[str, float, float, float]], *, submitted: float = 0.0, start_s: float = 0.0,
         own: bool = True, payload_bytes: int = 0, pickle_s: float = 0.0, place: str = "") -> PoolRecord:  # fmt: skip
    """Tasks by (worker, started, finished, CPU seconds), all submitted at once."""
    tasks = [
        TaskRecord(submitted, started, finished, cpu_s, worker, payload_bytes, 0, pickle_s) for worker, started, finished, cpu_s in spans
    ]
    return PoolRecord(kind, workers, start_s, tuple(tasks), place, own)


def figures(baseline: Run, parallel_s: float, *pools: PoolRecord, workers: int = 4, attainable: float = 4.0, gil: bool = True) -> Figures:
    """A round of these runs."""
    return Figures(baseline, Run(parallel_s, pools), workers, attainable, gil)


def computing(tasks: int = 8, task_s: float = 0.1) -> Run:
    """A baseline of tasks that compute."""
    return inline([task_s] * tasks, [task_s] * tasks)


def side_by_side(workers: int, each: int, task_s: float, cpu_s: float) -> list[tuple[str, float, float, float]]:
    """Spans of so many workers with so many tasks each, without a gap."""
    return [(f"w{w}", n * task_s, (n + 1) * task_s, cpu_s) for n in range(each) for w in range(workers)]


# Eight tasks of 0.1 s in four threads that take turns: each is stretched to four times its length.
UNDER_THE_LOCK = figures(computing(), 0.8, pool("thread", 4, side_by_side(4, 2, 0.4, 0.1)))
# The same where nothing is lost.
WITHOUT_LOSS = figures(computing(), 0.2, pool("thread", 4, side_by_side(4, 2, 0.1, 0.1)))
