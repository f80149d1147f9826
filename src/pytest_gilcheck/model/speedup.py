"""What is told of a speedup: frozen values that reports, saved history and other processes can take as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

LOSSES = {
    "machine": "the machine",
    "serial": "work outside of tasks",
    "start-up": "starting pools",
    "pickling": "pickling",
    "GIL": "the GIL",
    "imbalance": "waiting for the slowest task",
    "queueing": "queueing",
    "other": "other causes",
}
"""Each cause, with the words that a reader sees, in the order of a table."""


SHOWN = 0.05
"""A loss below this is not worth a reader's time."""


def where_it_went(ideal: float, losses: Mapping[str, float]) -> str:
    """The losses in a line, the largest first."""
    largest = sorted(((lost, cause) for cause, lost in losses.items() if lost >= SHOWN), reverse=True)
    told = ", ".join(f"{LOSSES.get(cause, cause)} {lost:.1f}×" for lost, cause in largest)
    return f"ideal {ideal:.1f}× → {f'lost to: {told}' if told else 'nothing lost'}"


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do: `tool` in a word or two, `sentence` with the figures behind it, `predicted` speedups by tool, `measured` figures."""

    tool: str
    sentence: str
    predicted: Mapping[str, float] = field(default_factory=dict)
    measured: Mapping[str, float] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True, slots=True)
class Point:
    """The speedup with so many workers."""

    workers: int
    speedup: float


@dataclass(frozen=True, slots=True)
class Speedup:
    """The speedup of one test, and the verdict about it.

    `median`, `low` and `high` are `None` where there were too few rounds to say; `attainable` is what the machine gave, in CPUs,
    `seconds` how long it took to find out; `losses` are in the unit of speedups; `reasons` are sentences that qualify the verdict.
    """

    test: str
    verdict: str
    median: float | None
    low: float | None
    high: float | None
    rounds: int
    disturbed: int
    bounds: Mapping[str, float]
    workers: int
    attainable: float
    seconds: float
    losses: Mapping[str, float] = field(default_factory=dict)
    advice: str = ""
    predicted: Mapping[str, float] = field(default_factory=dict)
    sweep: tuple[Point, ...] = ()
    cause: str = "decided"
    reasons: tuple[str, ...] = ()

    @property
    def efficiency(self) -> float | None:
        """The part of what computing could reach on this machine."""
        return None if self.median is None else self.median / max(min(self.workers, self.attainable), 1e-9)

    def as_json(self) -> dict[str, Any]:
        """As builtins, for `json.dumps`; `from_json` takes it back."""
        values = asdict(self)
        return values | {"sweep": list(values["sweep"]), "reasons": list(self.reasons)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Speedup:
        """From what `as_json` gave."""
        sweep = tuple(Point(**point) for point in values["sweep"])
        return cls(**{**values, "sweep": sweep, "reasons": tuple(values["reasons"])})
