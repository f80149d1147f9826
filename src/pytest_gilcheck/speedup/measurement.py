"""What rounds of a baseline and a parallel run gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from pytest_gilcheck.speedup.verdict import Interval, Limits, Outcome, interval, middle

GROWTH = 2.0
"""From here on, runs of one kind that get steadily slower or faster are no longer repetitions of one thing."""

FIRST_RUN = 5.0  # a first run this much slower than the next ones did something that they didn't


class Cause(StrEnum):
    """Why the rounds ended."""

    DECIDED = "decided"
    ROUNDS = "rounds"
    SECONDS = "seconds"
    DISTURBED = "disturbed"
    CLOCK = "clock"
    NO_BASELINE = "no-baseline"
    INSUFFICIENT = "insufficient"


@dataclass(frozen=True, slots=True)
class Round:
    """One baseline and one parallel run; `…_call` counts the calls of the body from 0, `probe` is the lower one of those beside it."""

    baseline_s: float
    parallel_s: float
    baseline_call: int
    parallel_call: int
    probe: float = 0.0
    disturbed: bool = False

    @property
    def speedup(self) -> float:
        """How many times as fast the parallel run was."""
        return self.baseline_s / self.parallel_s


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a measurement stands after a round."""

    rounds: int
    disturbed: int
    median: float | None
    outcome: Outcome

    def __str__(self) -> str:
        parts = [f"round {self.rounds}"]
        if self.median is not None:
            parts.append(f"median {self.median:.2f}×")
        if self.disturbed:
            parts.append(f"{self.disturbed} disturbed")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Measurement:
    """A finished measurement. `rounds` has the disturbed ones, too; `attainable` is the parallelism that the machine gave, in CPUs."""

    outcome: Outcome
    cause: Cause
    reasons: tuple[str, ...]
    rounds: tuple[Round, ...]
    warm_up: Round | None
    limits: Limits
    confidence: float
    attainable: float
    seconds: float

    @property
    def kept(self) -> tuple[Round, ...]:
        """The rounds that count."""
        return tuple(r for r in self.rounds if not r.disturbed)

    @property
    def disturbed(self) -> int:
        """How many rounds don't."""
        return sum(r.disturbed for r in self.rounds)

    @property
    def median(self) -> float | None:
        """The median speedup of the rounds that count."""
        return middle([r.speedup for r in self.kept])

    @property
    def interval(self) -> Interval:
        """Where the median lies, with the confidence of the verdict."""
        return interval([r.speedup for r in self.kept], self.confidence)

    @property
    def typical(self) -> Round | None:
        """The round whose speedup is nearest to the median: the one to explain. The warm-up pair if no round counts."""
        centre = self.median
        if centre is None:
            return self.warm_up
        return min(self.kept, key=lambda r: abs(r.speedup - centre))


def remarks(warm_up: Round | None, kept: Sequence[Round]) -> tuple[str, ...]:
    """Signs that the body is not the same work each time it runs, a sentence each."""
    found = []
    for name, first, durations in (
        ("one after the other", warm_up and warm_up.baseline_s, [r.baseline_s for r in kept]),
        ("in parallel", warm_up and warm_up.parallel_s, [r.parallel_s for r in kept]),
    ):
        if (drift := _drift(durations)) is not None:
            how = "slower" if drift > 1 else "faster"
            found.append(
                f"the runs {name} got steadily {how}, from {durations[0]:.3g} s to {durations[-1]:.3g} s: "
                "the body leaves something behind that changes its next run"
            )
        elif first and len(durations) >= 3 and first > FIRST_RUN * median(durations):
            found.append(
                f"the first run {name} took {first:.3g} s and the others about {median(durations):.3g} s: "
                "the body may keep its results, so that later runs no longer do the work"
            )
    return tuple(found)


def _drift(durations: Sequence[float]) -> float | None:
    """By which factor durations rose or fell, if they did so steadily and by a lot (Kendall's tau at least .8)."""
    count = len(durations)
    if count < 6:
        return None
    pairs = [(later > earlier) - (later < earlier) for i, earlier in enumerate(durations) for later in durations[i + 1 :]]
    third = count // 3
    factor = median(durations[-third:]) / median(durations[:third])
    steady = abs(sum(pairs)) >= 0.8 * len(pairs)
    return factor if steady and max(factor, 1 / factor) > GROWTH else None
