"""How a speedup grows with the number of workers: two laws, fitted by least squares.

Amdahl: a serial part s of the work can't be divided, so the speedup ends at 1/s. Universal Scalability Law: workers also queue for
what they share (sigma) and keep one another up to date (kappa), so that beyond a peak more of them make it slower.

Sources: G. Amdahl, Validity of the single processor approach, AFIPS 1967; N. Gunther, A general theory of computational scalability
based on rational functions, arXiv:0808.1431.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Amdahl:
    """`serial` is the part of the work that isn't divided, from 0 to 1."""

    serial: float

    def speedup(self, workers: float) -> float:
        """By the law."""
        return 1 / (self.serial + (1 - self.serial) / workers)

    @property
    def limit(self) -> float:
        """What no number of workers exceeds."""
        return 1 / self.serial if self.serial > 0 else math.inf


@dataclass(frozen=True, slots=True)
class Scalability:
    """The Universal Scalability Law: `contention` is its sigma, `coherence` its kappa, neither is negative."""

    contention: float
    coherence: float

    def speedup(self, workers: float) -> float:
        """By the law."""
        return workers / (1 + self.contention * (workers - 1) + self.coherence * workers * (workers - 1))

    @property
    def peak(self) -> float:
        """The number of workers with the best speedup; infinite if more always help."""
        return math.sqrt(max(0.0, 1 - self.contention) / self.coherence) if self.coherence > 0 else math.inf


def fit_amdahl(speedups: Mapping[int, float]) -> Amdahl | None:
    """Amdahl's law through speedups by workers; `None` if all are of one worker.

    1/S - 1/w = s (1 - 1/w), so s is the slope of a line through the origin.
    """
    points = [(1 - 1 / workers, 1 / speedup - 1 / workers) for workers, speedup in speedups.items() if workers > 1]
    if not points:
        return None
    slope = sum(x * y for x, y in points) / sum(x * x for x, _ in points)
    return Amdahl(min(1.0, max(0.0, slope)))


def fit_scalability(speedups: Mapping[int, float]) -> Scalability | None:
    """The Universal Scalability Law through speedups by workers; `None` with fewer than two numbers of workers above one.

    w/S - 1 = sigma (w - 1) + kappa w (w - 1). A coefficient that comes out negative is 0, and the other one is fitted alone.
    """
    points = [(w - 1.0, w * (w - 1.0), w / speedup - 1) for w, speedup in speedups.items() if w > 1]
    if len(points) < 2:
        return None
    xx, xz, zz = (sum(p[i] * p[j] for p in points) for i, j in ((0, 0), (0, 1), (1, 1)))
    xy, zy = (sum(p[i] * p[2] for p in points) for i in (0, 1))
    determinant = xx * zz - xz * xz  # not 0: w - 1 and w (w - 1) are no multiples of each other for two different w
    contention, coherence = (zz * xy - xz * zy) / determinant, (xx * zy - xz * xy) / determinant
    if coherence < 0:
        return Scalability(max(0.0, xy / xx), 0.0)
    return Scalability(contention, coherence) if contention >= 0 else Scalability(0.0, max(0.0, zy / zz))
