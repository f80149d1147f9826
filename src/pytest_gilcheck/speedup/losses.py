"""Where the speedup went that wasn't reached: from as many times as there are workers down to what was measured.

The parallel run took longer than the ideal one by some seconds. Each cause gets the seconds that the records show for it, and the
missing speedup is divided in that proportion; what no record explains is "other". So the rows add up.
"""

from __future__ import annotations

from pytest_gilcheck.model.speedup import LOSSES
from pytest_gilcheck.speedup.figures import Figures, idle


def losses(figures: Figures, measured: float) -> dict[str, float]:
    """The speedup lost to each cause, in the unit of speedups; they add up to `workers` - `measured`.

    Without the interpreter lock there is no row for it.
    """
    ideal = figures.ideal
    lost = {"machine": figures.workers - ideal}
    seconds = _seconds(figures)
    # The time of an ideal run is that of the baseline; a body that scales better than ideal loses nothing, and "other" is negative.
    missing_s = figures.baseline.wall_s * (1 / measured - 1 / ideal)
    explained_s = sum(seconds.values())
    unit = (ideal - measured) / max(missing_s, explained_s) if missing_s > 0 else 0.0
    lost |= {cause: cause_s * unit for cause, cause_s in seconds.items()}
    if not figures.gil:
        lost["other"] = lost.pop("GIL")
    lost["other"] = figures.workers - measured - sum(lost[cause] for cause in lost if cause != "other")
    return {cause: lost[cause] for cause in LOSSES if cause in lost}


def _seconds(figures: Figures) -> dict[str, float]:
    """Seconds that each cause adds to the parallel run."""
    workers = max(1, figures.workers)
    at_end = between = first = 0.0
    for pool in figures.parallel.pools:
        idle_s = idle(pool)
        at_end += idle_s.at_end_s / max(1, pool.workers)
        between += idle_s.between_s / max(1, pool.workers)
        if pool.tasks and pool.own:  # else the wait for the first task is start-up
            first += max(0.0, min(task.started for task in pool.tasks) - min(task.submitted for task in pool.tasks))
    stalled = _stalled_s(figures)
    locked = stalled * _lock_part(figures)
    return {
        "serial": figures.work.serial_s * max(0.0, 1 - 1 / figures.ideal),
        "start-up": figures.start_s,
        "pickling": figures.pickling_s,
        "GIL": locked,
        "imbalance": at_end,
        # Workers are idle while their next task is pickled, which has its own row.
        "queueing": max(0.0, between + first - sum(task.pickle_s for task in figures.parallel.tasks) / workers) + stalled - locked,
    }


def _stalled_s(figures: Figures) -> float:
    """Seconds by which the parallel run is longer because its tasks waited where they didn't alone: for the lock or for a CPU."""
    if not figures.window_s or not figures.baseline.tasks:
        return 0.0
    alone_s, together_s = sum(figures.baseline.durations_s), sum(figures.parallel.durations_s)
    at_once = together_s / figures.window_s
    # More workers than the machine can feed wait in any case; that is the machine's row.
    for_machine_s = alone_s * max(0.0, min(at_once, figures.workers) / figures.ideal - 1)
    waited_s = (together_s - figures.parallel.cpu_s) - (alone_s - figures.baseline.cpu_s)
    return max(0.0, waited_s - for_machine_s) / max(1.0, at_once)


def _lock_part(figures: Figures) -> float:
    """How much of the stalls is the interpreter lock: all of it when threads use one CPU together, nothing when they use all there are."""
    most = min(figures.workers, figures.attainable)
    if not figures.gil or figures.kind != "thread" or most <= 1 or figures.starved:
        return 0.0
    return min(1.0, max(0.0, (most - figures.parallelism) / (most - 1)))
