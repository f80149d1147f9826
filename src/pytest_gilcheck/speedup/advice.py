"""Threads, processes, asyncio or nothing? The answer for any callable: is it waiting or computing, and does it hold the GIL?"""

from __future__ import annotations

import asyncio
import inspect
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import cycle, islice
from typing import Any, TypeVar

from pytest_gilcheck.model.speedup import Advice
from pytest_gilcheck.speedup import prediction
from pytest_gilcheck.speedup.figures import STARVED
from pytest_gilcheck.speedup.machine import Probe, gil_enabled, usable
from pytest_gilcheck.speedup.prediction import Costs, Place, Work
from pytest_gilcheck.speedup.recommendation import GAIN, ONE_CPU, WAITS, cpus, time
from pytest_gilcheck.speedup.trial import Instruments, Trial, process_start_s, try_out

MAX_SECONDS = 10.0
SIMPLER = 0.9  # a simpler tool that gives this part of what the best one gives is the better choice
PROBES = 3

Item = TypeVar("Item")


class Nature(StrEnum):
    """What a callable does with its time."""

    WAITING = "waiting"
    COMPUTING = "computing, holds the GIL"
    RELEASING = "computing, lets go of the GIL"
    UNKNOWN = "computing"


@dataclass(frozen=True, slots=True)
class Situation:
    """Where the callable would run. `cpus` may be used, `attainable` were given just now; `workers` of `None` is what suits the tool.

    `awaitable`: the callable is a coroutine function. `start_s` gives what starting a process takes, and is asked only if it matters.
    """

    cpus: int
    attainable: float
    gil: bool
    workers: int | None = None
    awaitable: bool = False
    start_s: Callable[[], float] = process_start_s


def advise(
    function: Callable[[Item], Any], items: Iterable[Item], *, workers: int | None = None, max_seconds: float = MAX_SECONDS
) -> Advice:
    """Which tool makes `function` faster over the items, and by how much: tries it out and decides.

    Some items are run one after the other and some two at once, each more than once; a coroutine function is run in an event loop of its
    own. It takes `max_seconds` at most, or the time of one call where that is longer. `workers` is the size that a pool would have;
    without it what suits the machine. What the function raises passes through; no items are a ValueError, and a coroutine function
    where an event loop is already running is a RuntimeError.
    """
    chosen = list(items)
    if not chosen:
        raise ValueError("advise needs at least one item to try the function on")
    machine = usable()
    probe = Probe(machine.cpus, quota=machine.quota)
    situation = Situation(machine.cpus, max(probe() for _ in range(PROBES)), gil_enabled(), workers, inspect.iscoroutinefunction(function))
    if situation.awaitable and _loop_is_running():
        raise RuntimeError("advise runs a coroutine function in an event loop of its own: call it where none is running")
    if not situation.awaitable:
        return advise_from(function, chosen, situation, max_seconds=max_seconds)
    with asyncio.Runner() as runner:
        return advise_from(
            lambda item: runner.run(function(item)), chosen, situation, max_seconds=max_seconds, instruments=Instruments(together=None)
        )


def _loop_is_running() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def advise_from(
    call: Callable[[Any], Any], items: Sequence[Any], situation: Situation, *, max_seconds: float, instruments: Instruments | None = None
) -> Advice:
    """As `advise`, with the situation and the instruments passed in."""
    return decide(try_out(call, items, max_seconds, instruments or Instruments()), situation)


def classify(trial: Trial, situation: Situation) -> Nature:
    """Waiting or computing, and with the interpreter lock or without it."""
    if trial.cpu_share < WAITS:
        return Nature.WAITING
    if not situation.gil:
        return Nature.RELEASING
    free = cpus_without_lock(trial, situation)
    if trial.pair_cpus is None or free < ONE_CPU or starved(trial):
        return Nature.UNKNOWN  # on one CPU nothing computes at the same time, lock or not
    return Nature.RELEASING if trial.pair_cpus > (1 + free) / 2 else Nature.COMPUTING


def starved(trial: Trial) -> bool:
    """Whether two calls at once had less of a CPU than one alone: something else was using the machine."""
    return trial.pair_cpus is not None and trial.pair_cpus < STARVED * trial.cpu_share


def cpus_without_lock(trial: Trial, situation: Situation) -> float:
    """How many CPUs two calls at once would use if no lock kept them apart."""
    return min(2 * trial.cpu_share, situation.attainable)


def work_of(trial: Trial, nature: Nature, situation: Situation) -> Work:
    """What all the items need, if those that weren't tried are like those that were."""
    durations_s = tuple(islice(cycle(trial.durations_s), trial.items))
    cpu_s = sum(trial.cpus_s) / len(trial.cpus_s) * trial.items
    held = 1.0 if situation.gil else 0.0
    if nature is Nature.RELEASING and trial.pair_cpus is not None:
        held = 0.0 if trial.pair_cpus >= 0.85 * cpus_without_lock(trial, situation) else min(held, 1 / trial.pair_cpus)
    return Work(durations_s, cpu_s, held)


def decide(trial: Trial, situation: Situation) -> Advice:
    """The tool for what a trial showed, the simplest of those that are about as good as the best."""
    nature = classify(trial, situation)
    work = work_of(trial, nature, situation)
    default = min(32, situation.cpus + 4) if nature is Nature.WAITING else situation.cpus  # as the standard library's thread pools
    place = Place(situation.workers or default, max(situation.attainable, 0.01), situation.gil)
    # A process only beats a thread where tasks compute, so where they wait there is no need to know what it costs to start.
    start_s = 0.0 if nature is Nature.WAITING else situation.start_s()
    costs = Costs(pickle_s=trial.pickle_s or 0.0, process_start_s=start_s)
    predicted = {"sequential": 1.0}
    if situation.awaitable:
        predicted["asyncio"] = prediction.asyncio(work, costs)
    else:
        predicted["threads"] = prediction.threads(work, place, costs)
    chunk = 1
    if trial.pickle_s is not None and nature is not Nature.WAITING:
        predicted["processes"] = prediction.processes(work, place, costs)
        predicted["processes, started already"] = prediction.processes(work, place, replace(costs, process_start_s=0.0))
        chunk = prediction.smallest_chunk(
            work.tasks_s / trial.items, costs.process_task_s + costs.pickle_s, math.ceil(trial.items / place.workers)
        )
        predicted["batches"] = prediction.processes(chunks(work, chunk), place, replace(costs, pickle_s=costs.pickle_s * chunk))
    tool = choose(predicted)
    sentence = f"{_seen(trial, nature, situation)}: {_do(tool, chunk)}{_but(trial, tool, predicted, start_s)}."
    return Advice(tool, sentence, predicted, _figures(trial, situation, place, start_s))


def chunks(work: Work, size: int) -> Work:
    """The same work with so many tasks handed over at a time."""
    sizes = range(0, len(work.durations_s), size)
    return replace(work, durations_s=tuple(sum(work.durations_s[first : first + size]) for first in sizes))


def choose(predicted: dict[str, float]) -> str:
    """The simplest tool that gives about as much as the best one."""
    tools = [tool for tool in ("asyncio", "threads", "processes", "batches") if predicted.get(tool, 0.0) >= GAIN]
    best = max((predicted[tool] for tool in tools), default=0.0)
    return next((tool for tool in tools if predicted[tool] >= SIMPLER * best), "sequential")


def _seen(trial: Trial, nature: Nature, situation: Situation) -> str:
    seen = f"A call takes {time(trial.call_s)}, {trial.cpu_share:.0%} of it on a CPU"
    if nature is Nature.WAITING:
        return f"{seen}, so it waits"
    if nature is Nature.UNKNOWN:
        why = "two at once were not tried" if trial.pair_cpus is None else f"the machine gives only {cpus(situation.attainable)}"
        if starved(trial):
            why = f"two at once had only {cpus(trial.pair_cpus or 0.0)}, because the machine is busy with something else"
        return f"{seen}, so it computes; {why}"
    if not situation.gil:
        return f"{seen}, so it computes, and this build has no GIL"
    holds = "hold the GIL" if nature is Nature.COMPUTING else "let go of the GIL"
    return f"{seen}, so it computes; two at once in threads used {cpus(trial.pair_cpus or 0.0)}, so they {holds}"


def _do(tool: str, chunk: int) -> str:
    return {
        "sequential": "no tool makes it faster, run it as it is",
        "threads": "use threads",
        "asyncio": "await all of them at once with asyncio",
        "processes": "use processes",
        "batches": f"use processes, with {chunk} items in a task (chunksize={chunk})",
    }[tool]


def _but(trial: Trial, tool: str, predicted: dict[str, float], start_s: float) -> str:
    """The figure, and what stands in the way."""
    if tool != "sequential":
        start = f", {time(start_s)} for starting a process included" if tool in ("processes", "batches") else ""
        return f", for about {predicted[tool]:.1f}× over {trial.items} items{start}"
    others = ", ".join(f"{other} {predicted[other]:.1f}×" for other in ("threads", "asyncio", "processes", "batches") if other in predicted)
    kept = predicted.get("processes, started already", 0.0)
    if kept >= GAIN:
        return f": {others}, because starting a process takes {time(start_s)}. A pool that is kept would give about {kept:.1f}×"
    unpicklable = "" if "processes" in predicted or not start_s else ", and it can't be pickled for processes"
    return f": {others}{unpicklable}"


def _figures(trial: Trial, situation: Situation, place: Place, start_s: float) -> dict[str, float]:
    figures = {
        "items": float(trial.items),
        "tried": float(len(trial.durations_s)),
        "call_s": trial.call_s,
        "cpu_share": trial.cpu_share,
        "workers": float(place.workers),
        "cpus_attainable": situation.attainable,
        "pickled_bytes": float(trial.pickled_bytes),
        "process_start_s": start_s,
    }
    tried = {"pair_cpus": trial.pair_cpus, "pickle_s": trial.pickle_s}
    return figures | {name: figure for name, figure in tried.items() if figure is not None}
