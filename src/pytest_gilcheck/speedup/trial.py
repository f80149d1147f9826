"""A small trial of a callable: some items one after the other, then two at once in threads.

The first part shows whether it waits or computes, the second whether two of them get more than one CPU, which they can't while they
hold the interpreter lock. Clocks and threads are passed in.
"""

from __future__ import annotations

import math
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pytest_gilcheck.speedup.machine import queued_s

LEG_S = 0.1  # short calls are repeated until they take this long: threads may begin on one CPU, and some clocks of CPU time tick slowly
MOST_REPEATS = 100_000
ENOUGH_S = 0.5
ENOUGH_CALLS = 5
PAIRS = 3
PIPE_S_PER_BYTE = 1e-9  # what goes to another process is copied through a pipe, at about 1 GB/s


@dataclass(frozen=True, slots=True)
class Instruments:
    """What a trial measures with. `cpu` is the CPU time of the whole process: a callable may have its own threads.

    `queued` is the time that this thread waited for a CPU; `together(first, second)` runs two functions at once, each in a thread, and
    is `None` for callables that can't be.
    """

    clock: Callable[[], float] = time.perf_counter
    cpu: Callable[[], float] = time.process_time
    queued: Callable[[], float] = queued_s
    together: Callable[[Callable[[], None], Callable[[], None]], None] | None = lambda first, second: run_together(first, second)


@dataclass(frozen=True, slots=True)
class Trial:
    """What a trial showed. `items` is how many there are, `durations_s` and `cpus_s` have those that were tried, as on a free machine.

    `pair_cpus` is how many CPUs two calls at once in threads used, `None` if that wasn't tried for want of time. `pickle_s` is for one
    call, `None` if it can't be pickled.
    """

    items: int
    durations_s: tuple[float, ...]
    cpus_s: tuple[float, ...]
    pair_cpus: float | None
    pickle_s: float | None
    pickled_bytes: int

    @property
    def call_s(self) -> float:
        """An average call."""
        return sum(self.durations_s) / len(self.durations_s)

    @property
    def cpu_share(self) -> float:
        """The part of the time in which a call needs a CPU: 1 for computing, nearly 0 for waiting."""
        return min(1.0, sum(self.cpus_s) / sum(self.durations_s))


def try_out(call: Callable[[Any], Any], items: Sequence[Any], max_seconds: float, instruments: Instruments) -> Trial:
    """Try a callable on some of the items, in `max_seconds` or in the time of its first call if that takes longer."""
    clock = instruments.clock
    began = clock()
    first_s, first_cpu_s, result = _timed(call, items[0], instruments)
    durations, cpus = [first_s], [first_cpu_s]
    if first_s < max_seconds / 10:  # else there is no time to tell what the first call did besides
        durations, cpus = [], []
        for item in items:
            duration_s, cpu_s, result = _timed(call, item, instruments)
            durations.append(duration_s)
            cpus.append(cpu_s)
            spent_s = clock() - began
            if spent_s > max_seconds / 3 or (len(durations) >= ENOUGH_CALLS and spent_s > ENOUGH_S):
                break
    pairs: list[float] = []
    shortest = min(range(len(durations)), key=durations.__getitem__)
    other = min((n for n in range(len(durations)) if n != shortest), key=durations.__getitem__, default=shortest)
    # In the worst case two at once take as long as one after the other.
    while (
        instruments.together and len(pairs) < PAIRS and clock() - began + durations[shortest] + durations[other] + 2 * LEG_S < max_seconds
    ):
        repeats = max(1, min(MOST_REPEATS, math.ceil(LEG_S / durations[other])))
        pairs.append(_pair(call, (items[shortest], items[other]), repeats, instruments))
    pickle_s, size = _pickled(call, items[0], result, clock)
    return Trial(len(items), tuple(durations), tuple(cpus), max(pairs, default=None), pickle_s, size)


def _timed(call: Callable[[Any], Any], item: Any, instruments: Instruments) -> tuple[float, float, Any]:
    began_queued_s, began_s, began_cpu_s = instruments.queued(), instruments.clock(), instruments.cpu()
    result = call(item)
    took_s, cpu_s = instruments.clock() - began_s, max(0.0, instruments.cpu() - began_cpu_s)
    free_s = took_s - max(0.0, instruments.queued() - began_queued_s)
    return max(free_s, min(cpu_s, took_s), 1e-9), cpu_s, result


def _pair(call: Callable[[Any], Any], items: tuple[Any, Any], repeats: int, instruments: Instruments) -> float:
    """How many CPUs two calls use together in threads. The best of several tries counts: only the lock makes all of them slow."""

    def run(item: Any) -> None:
        for _ in range(repeats):
            call(item)

    assert instruments.together is not None
    began_s, began_cpu_s = instruments.clock(), instruments.cpu()
    instruments.together(partial(run, items[0]), partial(run, items[1]))
    return (instruments.cpu() - began_cpu_s) / max(instruments.clock() - began_s, 1e-9)


def _pickled(call: Callable[[Any], Any], item: Any, result: Any, clock: Callable[[], float]) -> tuple[float | None, int]:
    """Seconds and bytes of sending a call to another process and its result back; `None` if that can't be done."""
    began = clock()
    try:
        sent = pickle.dumps((call, item))
        received = pickle.dumps(result)
        pickle.loads(sent)
        pickle.loads(received)
    except Exception:  # noqa: BLE001  # pickling runs code of the items, which may raise anything
        return None, 0
    size = len(sent) + len(received)
    return max(clock() - began, 0.0) + size * PIPE_S_PER_BYTE, size


def run_together(first: Callable[[], None], second: Callable[[], None]) -> None:
    """Run two functions at once, each in a thread; raises what one of them raised."""
    ready = threading.Barrier(2)
    errors: list[BaseException] = []

    def run(function: Callable[[], None]) -> None:
        try:
            ready.wait()
            function()
        except BaseException as error:  # noqa: BLE001  # raised again in the caller's thread
            errors.append(error)

    threads = [threading.Thread(target=run, args=(function,), name="gilcheck-trial") for function in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def process_start_s(clock: Callable[[], float] = time.perf_counter) -> float:
    """Seconds that a new interpreter takes to be ready for tasks of a process pool, the imports of the tasks' own modules aside."""
    began = clock()
    subprocess.run([sys.executable, "-c", "import concurrent.futures.process, multiprocessing.spawn"], check=True, capture_output=True)
    return clock() - began
