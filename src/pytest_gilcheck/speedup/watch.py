"""The machine and the clock while rounds are measured: what the one gives, and how long the other says it took."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from pytest_gilcheck.interpreter.collector import collector_paused
from pytest_gilcheck.speedup.measurement import Cause

TOLERANCE = 0.15
"""A round is disturbed when a probe beside it gave this much less than the best."""

WAIT_SHARE = 0.25
"""The part of `max_seconds` that may go by in waiting for a machine that gives too little to become free."""

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.05, 1.0


@contextmanager
def collected() -> Iterator[None]:
    """Collect garbage, then leave the collector off inside."""
    gc.collect()
    with collector_paused():
        yield


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a measurement needs from outside.

    `probe` gives the parallelism that the machine can give now, and `cpus` what it should give if nobody else used it, both in CPUs.
    `known` is the best that probes of earlier measurements agreed on, 0 without any; `pause` waits for a number of seconds.
    """

    probe: Callable[[], float]
    cpus: float
    known: float = 0.0
    clock: Callable[[], float] = time.perf_counter
    pause: Callable[[float], None] = time.sleep
    around_run: Callable[[], AbstractContextManager[None]] = collected


class End(Exception):  # noqa: N818  # leaves the rounds from wherever their end is found
    """The rounds can't go on: why, in a word and in a sentence."""

    def __init__(self, cause: Cause, reason: str) -> None:
        super().__init__(reason)
        self.cause = cause


class Watch:
    """What the machine gave so far, and the time since the watch was made. `max_seconds` is when waiting ends."""

    def __init__(self, surroundings: Surroundings, max_seconds: float) -> None:
        self.surroundings, self.max_seconds = surroundings, max_seconds
        self.probes: list[float] = []
        self.pauses = 0  # without a free machine between them
        self.paused_s = 0.0
        self.waited_s = 0.0  # the part of it for a machine to become free
        self.began = self.now = surroundings.clock()

    def time(self) -> float:
        """Read the clock."""
        before, self.now = self.now, self.surroundings.clock()
        if self.now < before:
            raise End(Cause.CLOCK, f"the clock went back by {before - self.now:.3g} s while measuring")
        return self.now

    def elapsed(self) -> float:
        """Seconds since the watch was made."""
        return self.time() - self.began

    def probe(self) -> float:
        """What the machine can give now."""
        self.probes.append(self.surroundings.probe())
        return self.probes[-1]

    def best(self) -> float:
        """The best that two probes agree on: a single one may be luck."""
        return max(self.surroundings.known, *sorted(self.probes)[-2:][:1], 0.0)

    def is_whole(self) -> bool:
        """Whether the machine was seen to give all that it has."""
        return self.best() >= self.surroundings.cpus * (1 - TOLERANCE)

    def of_cpus(self) -> str:
        """The number of CPUs, as the end of a sentence."""
        return "" if self.is_whole() else f" of {self.surroundings.cpus:.3g} now"

    def wait(self, newest: float) -> float:
        """Give a neighbour time to finish, longer each time; gives the newest probe."""
        left_s = self.max_seconds - self.elapsed()
        pause_s = min(FIRST_PAUSE_S * 2 ** min(self.pauses, 10), LONGEST_PAUSE_S, left_s)
        if pause_s <= 0:
            return newest
        self.pauses += 1
        self.paused_s += pause_s
        self.surroundings.pause(pause_s)
        return self.probe()

    def wait_for_more(self, newest: float) -> float | None:
        """Wait for a busy machine to become free; gives the newest probe when there is clearly more, `None` if there won't be."""
        before = self.best()
        while not self.is_whole() and self.waited_s < WAIT_SHARE * self.max_seconds and self.elapsed() < self.max_seconds:
            paused_s = self.paused_s
            newest = self.wait(newest)
            self.waited_s += self.paused_s - paused_s  # not by the clock, which may stand still
            if self.best() * (1 - TOLERANCE) > before:
                self.pauses = 0
                return newest
        return None
