"""Does a speedup keep to its bounds? A verdict that is wrong at most once in 1/(1 - confidence) times, however long it looks.

Each round gives one sample, baseline time / parallel time, which lies above or below a bound. The claim to refute is "a round is at
least as likely to miss the bound as to keep it". It is refuted by betting: start with one coin, stake part of it on "keeps" in each
round, at odds that are fair if the claim is true. Who gets rich at fair odds has found that the claim is false: by Ville's inequality
the wealth of such a game ever reaches T with probability at most 1/T, no matter when one looks or stops. A second game bets on "misses".

The chance of a wrong verdict, 1 - confidence, is halved between the games, so each has to reach 2 / (1 - confidence). It then also
holds for a speedup that lies exactly at a bound, where both answers count as wrong. A lower and an upper bound need no further
share: whatever is above the upper bound is above the lower one too, so at any one bound there are still only two ways to be wrong.

Three players share the coin; each bets as if a share of .75, .9 or .97 of the rounds went its way. That decides clear cases after
nine rounds at 99 %, and less clear ones later.

Sources: J. Ville, Étude critique de la notion de collectif (1939); I. Waudby-Smith and A. Ramdas, Estimating means of bounded random
variables by betting, JRSS B 86 (2024); for paired rounds, T. Kalibera and R. Jones, Rigorous benchmarking in reasonable time, ISMM 2013.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import median

SHARES = (0.75, 0.9, 0.97)
"""The share of rounds that each player expects to win."""

BROKE = 1e-250  # floating point has nothing left to double
HOPELESS = 10**6  # rounds


class Outcome(StrEnum):
    """What came of it."""

    PASS = "pass"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds as two numbers: a speedup below `lower` or above `upper` misses them. `None` is no bound on that side.

    `cpu_share` is the part of the baseline's time in which it needs a CPU: 1 for computing, nearly 0 for waiting. A speedup of 3 needs
    three times as many CPUs.
    """

    lower: float | None = None
    upper: float | None = None
    cpu_share: float = 1.0

    @classmethod
    def of(
        cls,
        minimum: float | None,
        maximum: float | None,
        min_efficiency: float | None,
        *,
        workers: int,
        attainable: float,
        cpu_share: float = 1.0,
    ) -> Limits:
        """From a marker's words. `min_efficiency` is a part of what these workers can reach on this machine.

        Of two lower bounds the higher one is the test.
        """
        efficient = None if min_efficiency is None else min_efficiency * reachable(workers, attainable, cpu_share)
        return cls(max((bound for bound in (minimum, efficient) if bound is not None), default=None), maximum, cpu_share)


def reachable(workers: int, attainable: float, cpu_share: float) -> float:
    """The best speedup that so many workers can reach, on a machine that can give `attainable` CPUs, if nothing is lost."""
    return min(workers, attainable / max(cpu_share, 1e-9))


class Bet:
    """One game against "a win is no likelier than a loss", at fair odds."""

    def __init__(self) -> None:
        self._stakes = [1 / len(SHARES)] * len(SHARES)

    @property
    def wealth(self) -> float:
        """What the coin has become."""
        return sum(self._stakes)

    def update(self, won: bool) -> float:
        """Play a round; gives the wealth after it."""
        self._stakes = [stake * 2 * (share if won else 1 - share) for stake, share in zip(self._stakes, SHARES, strict=True)]
        return self.wealth

    def wins_needed(self, target: float) -> int:
        """How many rounds in a row would have to be won for the wealth to reach the target."""
        wealth = self.wealth
        if wealth >= target:
            return 0
        if wealth < BROKE:
            return HOPELESS
        # The boldest player alone can't be faster than this; from there on, step by step.
        wins = int(math.log(target / wealth) / math.log(2 * max(SHARES)))
        stakes = [stake * (2 * share) ** wins for stake, share in zip(self._stakes, SHARES, strict=True)]
        while sum(stakes) < target:
            stakes = [stake * 2 * share for stake, share in zip(stakes, SHARES, strict=True)]
            wins += 1
        return wins


@dataclass(slots=True)
class _Side:
    """One bound: the bet that it is kept and the bet that it is missed."""

    bound: float
    sign: int  # 1: above the bound is kept, -1: below it is
    keeps: Bet = field(default_factory=Bet)
    misses: Bet = field(default_factory=Bet)
    kept: bool = False

    def update(self, sample: float, target: float) -> bool:
        """Play a round; True when it is now known that the bound is missed."""
        distance = (sample - self.bound) * self.sign
        if distance == 0:
            return False  # a tie says nothing either way: nobody bets on it
        self.kept |= self.keeps.update(distance > 0) >= target
        return self.misses.update(distance < 0) >= target


class Betting:
    """Samples in, verdict out: pass when every bound is known to be kept, fail as soon as one is known to be missed.

    `confidence` is that of the verdict (0.99: at most one in a hundred is wrong). A sample equal to a bound moves no bet for it.
    """

    def __init__(self, limits: Limits, confidence: float) -> None:
        self.target = target(confidence)
        self.outcome = Outcome.INCONCLUSIVE
        self.below: float | None = None
        """The bound that a verdict found the speedup to be below: a verdict that a busy machine can bring about."""
        self._sides = [_Side(bound, sign) for bound, sign in ((limits.lower, 1), (limits.upper, -1)) if bound is not None]
        if not self._sides:
            raise ValueError("a verdict needs a bound")

    def update(self, sample: float) -> Outcome:
        """Take one sample; once the outcome is pass or fail, it stays."""
        if self.outcome is Outcome.INCONCLUSIVE:
            missed = [side for side in self._sides if side.update(sample, self.target)]
            if missed:
                self.outcome = Outcome.FAIL
                self.below = next((side.bound for side in missed if side.sign == 1), None)
            elif all(side.kept for side in self._sides):
                self.outcome = Outcome.PASS
                self.below = next((side.bound for side in self._sides if side.sign == -1), None)
        return self.outcome

    def rounds_needed(self) -> int:
        """How many further rounds a verdict takes at least, if they all agree."""
        to_pass = max(0 if side.kept else side.keeps.wins_needed(self.target) for side in self._sides)
        return min(to_pass, *(side.misses.wins_needed(self.target) for side in self._sides))


def target(confidence: float) -> float:
    """The wealth that decides: the error is halved between "kept" and "missed"."""
    return 2 / (1 - confidence)


def rounds_needed(confidence: float) -> int:
    """How many rounds a verdict takes at least."""
    return Bet().wins_needed(target(confidence))


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the true median lies, with the confidence of the verdict and no assumption about the noise; `None` is an open end."""

    low: float | None
    high: float | None


def interval(samples: Sequence[float], confidence: float) -> Interval:
    """The median's interval: all bounds that these samples, in their order, leave undecided.

    Its ends are order statistics of the samples. An interval for a fixed number of rounds would be too narrow here: the rounds stop
    when the verdict is clear, and this one holds wherever they stop. With too few rounds for a verdict both ends are open.
    """
    ordered = sorted(set(samples))
    if not ordered:
        return Interval(None, None)
    # Nothing changes between two neighbours, so one bound in each gap stands for all in it.
    gaps = [(below + above) / 2 for below, above in zip([0.0, *ordered], [*ordered, ordered[-1] * 2], strict=True)]
    low = [sample for gap, sample in zip(gaps[:-1], ordered, strict=True) if _settled(samples, gap, 1, confidence)]
    high = [sample for gap, sample in zip(gaps[1:], ordered, strict=True) if _settled(samples, gap, -1, confidence)]
    return Interval(max(low, default=None), min(high, default=None))


def _settled(samples: Sequence[float], bound: float, sign: int, confidence: float) -> bool:
    """Whether these samples show that the median is above (sign 1) or below (sign -1) a bound that none of them equals."""
    bet, decides = Bet(), target(confidence)
    return any(bet.update((sample - bound) * sign > 0) >= decides for sample in samples)


def middle(samples: Sequence[float]) -> float | None:
    """The median of the samples, if there are any."""
    return median(samples) if samples else None
