"""The table of advice: each row looks at the figures of a round, and speaks if they are its case. The first one that does is heard."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from pytest_gilcheck.model.speedup import Advice
from pytest_gilcheck.speedup import prediction
from pytest_gilcheck.speedup.figures import Figures
from pytest_gilcheck.speedup.prediction import Costs

WORTH_A_WORD = 0.15
"""The part of the parallel run that a cause must take before it is what the advice is about."""

WAITS = 0.5
"""A task that needs a CPU for less than this part of its time is one that waits."""

GAIN = 1.1
"""A speedup below this is none: it is not worth a pool."""

LARGE = 1 << 16  # bytes pickled for a task; below, it is the number of tasks that costs
ONE_CPU = 1.25  # threads that use no more CPUs than this together take turns


@dataclass(frozen=True, slots=True)
class Case:
    """What a row looks at. `awaitable`: the tasks are made of coroutines."""

    figures: Figures
    losses: Mapping[str, float]
    predicted: Mapping[str, float]
    awaitable: bool = False

    def takes(self, seconds: float) -> bool:
        """Whether this is a large part of the parallel run."""
        return seconds >= WORTH_A_WORD * self.figures.parallel.wall_s

    @property
    def task_s(self) -> float:
        """An average task, alone."""
        return self.figures.work.tasks_s / len(self.figures.baseline.tasks)

    def without(self, seconds: float) -> float:
        """The speedup if the parallel run were so much shorter."""
        return self.figures.baseline.wall_s / max(self.figures.parallel.wall_s - seconds, 1e-9)


Row: TypeAlias = Callable[[Case], Advice | None]


def recommend(case: Case) -> Advice:
    """The advice for these figures."""
    return next(advice for row in ROWS if (advice := row(case)) is not None)


def no_tasks(case: Case) -> Advice | None:
    """Nothing ran in a pool."""
    if case.figures.tasks and case.figures.baseline.tasks:
        return None
    return Advice("none", f"No pool ran a task in these {time(case.figures.parallel.wall_s)}: there is nothing to explain.")


def one_pool(case: Case) -> Advice | None:
    """Pools that the body makes cost their start in every call."""
    figures = case.figures
    made = [pool for pool in figures.parallel.pools if not pool.own]
    better = case.without(figures.start_s)
    if not made or not case.takes(figures.start_s) or better < GAIN:
        return None
    where = f" at {made[0].place}" if made[0].place else ""
    pools = f"{len(made)} pools are" if len(made) > 1 else "a pool is"
    sentence = (
        f"{time(figures.start_s)} of {time(figures.parallel.wall_s)} go into starting workers, because {pools} made in every call{where}"
    )
    return Advice("one pool", f"{sentence}: make it once and keep it, for about {better:.1f}×.", {"one pool": better})


def batches(case: Case) -> Advice | None:
    """Tasks that are shorter than what it takes to hand them over."""
    figures = case.figures
    if figures.overhead_s < case.task_s or not case.takes(figures.overhead_s * figures.tasks):
        return None
    chunk = prediction.smallest_chunk(case.task_s, figures.overhead_s, math.ceil(figures.tasks / figures.workers))
    better = batched(figures, chunk)
    sentence = f"A task takes {time(case.task_s)} and handing it over {time(figures.overhead_s)}"
    if better < GAIN:
        why = f"and with {chunk} at a time it would still be about {better:.1f}×"
        return Advice("sequential", f"{sentence}, {why}: run them one after the other.", {"batches": better, "sequential": 1.0})
    return Advice("batches", f"{sentence}: hand over {chunk} at a time, for about {better:.1f}×.", {"batches": better})


def batched(figures: Figures, chunk: int) -> float:
    """The speedup with so many tasks handed over at a time."""
    free = Costs(0.0, 0.0, 0.0)
    model = prediction.processes if figures.kind in ("process", "interpreter") else prediction.threads
    chunks = math.ceil(figures.tasks / chunk)
    parallel_s = figures.baseline.wall_s / model(figures.work, figures.place, free) + chunks * figures.overhead_s + figures.start_s
    return figures.baseline.wall_s / parallel_s


def shared_memory(case: Case) -> Advice | None:
    """Data that is copied between processes."""
    figures = case.figures
    if not case.takes(figures.pickling_s) or figures.pickled_bytes < LARGE * figures.tasks:
        return None
    better = case.without(figures.pickling_s)
    sentence = f"{figures.pickled_bytes / 1e6:.3g} MB were pickled in about {time(figures.pickling_s)} of {time(figures.parallel.wall_s)}"
    if better < GAIN:
        return Advice(
            "sequential", f"{sentence}: the data is too large to send for so little work, run it where the data is.", {"sequential": 1.0}
        )
    advice = "keep the data in shared memory, or send its name and let the worker read it"
    return Advice("shared memory", f"{sentence}: {advice}, for about {better:.1f}×.", {"shared memory": better})


def waiting(case: Case) -> Advice | None:
    """Tasks that wait need no CPU of their own."""
    figures = case.figures
    if figures.cpu_share >= WAITS:
        return None
    tool = "asyncio" if case.awaitable else "threads"
    better = case.predicted[tool]
    sentence = f"The tasks wait: they need a CPU for {figures.cpu_share:.0%} of their time"
    if case.awaitable:
        return Advice(tool, f"{sentence}, and are made of awaitables: asyncio overlaps them, for about {better:.1f}×.")
    keep = "keep the threads" if figures.kind == "thread" else "threads overlap them at little cost"
    return Advice(tool, f"{sentence}. With {figures.workers} workers {keep}, for about {better:.1f}×.")


def busy_machine(case: Case) -> Advice | None:
    """Threads that had less of a CPU than one alone: that is no lock's doing."""
    figures = case.figures
    if not figures.starved:
        return None
    got = f"{figures.workers} threads had {cpus(figures.parallelism)} together, less than one alone had"
    return Advice("measure again", f"{got}: something else was using the machine, so these figures say little.")


def interpreter_lock(case: Case) -> Advice | None:
    """Threads that take turns, because Python code holds the GIL."""
    figures = case.figures
    if figures.kind != "thread" or not figures.gil or min(figures.workers, figures.attainable) < ONE_CPU or figures.parallelism > ONE_CPU:
        return None
    better = case.predicted["processes"]
    sentence = (
        f"The tasks compute ({figures.cpu_share:.0%} of their time), and {figures.workers} threads used {cpus(figures.parallelism)} "
        "together: they take turns with the GIL"
    )
    if better < GAIN:
        return Advice(
            "sequential", f"{sentence}, and processes would give about {better:.1f}×: run them one after the other.", {"sequential": 1.0}
        )
    return Advice("processes", f"{sentence}. Processes (or interpreters, or a build without the GIL) would give about {better:.1f}×.")


def smaller_tasks(case: Case) -> Advice | None:
    """Workers that wait for the last one."""
    lost = case.losses.get("imbalance", 0.0)
    figures = case.figures
    if lost < max(case.losses.values()) or lost < WORTH_A_WORD * figures.ideal:
        return None
    better = min(figures.ideal, figures.baseline.wall_s / figures.parallel.wall_s + lost)
    if figures.tasks < figures.workers:
        sentence = f"{figures.tasks} tasks keep {figures.tasks} of {figures.workers} workers busy"
    else:
        longest_s = max(figures.baseline.durations_s)
        sentence = f"The longest task takes {time(longest_s)} of {time(figures.baseline.wall_s)}, and the other workers wait for it"
    return Advice("smaller tasks", f"{sentence}: cut the work into more pieces, for up to {better:.1f}×.", {"smaller tasks": better})


def small_machine(case: Case) -> Advice | None:
    """A machine with fewer CPUs than workers."""
    lost = case.losses.get("machine", 0.0)
    figures = case.figures
    if lost < max(case.losses.values()) or lost < WORTH_A_WORD * figures.workers:
        return None
    tool = tool_of(figures.kind)
    better = case.predicted[tool]
    sentence = f"The machine gave {cpus(figures.attainable)} to {figures.workers} workers, and the tasks compute"
    return Advice(tool, f"{sentence}: keep the {tool}; more than about {better:.1f}× takes a larger machine.")


def keep(case: Case) -> Advice | None:
    """Tasks that compute at the same time: the tool is right."""
    figures = case.figures
    tool = tool_of(figures.kind)
    better = case.predicted[tool]
    sentence = f"The tasks compute ({figures.cpu_share:.0%} of their time) and used {cpus(figures.parallelism)} at a time"
    why = ", so they let go of the GIL" if figures.kind == "thread" and figures.gil and figures.parallelism > ONE_CPU else ""
    return Advice(tool, f"{sentence}{why}: keep the {tool}, for about {better:.1f}×.")


def tool_of(kind: str) -> str:
    """The tool that a kind of pool is."""
    return "processes" if kind in ("process", "interpreter") else "threads"


def cpus(number: float) -> str:
    """So many CPUs, in words."""
    text = f"{number:.2g}"
    return f"{text} CPU" if text == "1" else f"{text} CPUs"


def time(seconds: float) -> str:
    """Seconds, in the unit that makes a readable number."""
    if seconds >= 1:
        return f"{seconds:.3g} s"
    return f"{seconds * 1e3:.3g} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.3g} µs"


ROWS: tuple[Row, ...] = (
    no_tasks, one_pool, shared_memory, batches, waiting, busy_machine, interpreter_lock, smaller_tasks, small_machine, keep,
)  # fmt: skip
