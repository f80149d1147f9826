"""How often a verdict about a speedup is wrong, and how many rounds it takes: `python benchmarks/verdicts.py`.

The real rounds run against a simulated machine with a clock of its own: nothing is timed, and a seed gives the same table again.
The bound is min=2.0 on four CPUs, with --max max=2.0. A verdict is wrong when it says on which side of the bound the truth lies and
that is not so; with the truth exactly at the bound every verdict is wrong.
"""

from __future__ import annotations

import argparse
import contextlib
import math
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import mean

from pytest_gilcheck.speedup.measurement import Measurement
from pytest_gilcheck.speedup.rounds import Plan, finish, measure
from pytest_gilcheck.speedup.verdict import Limits, Outcome
from pytest_gilcheck.speedup.watch import Surroundings

CPUS = 4.0
BOUND = 2.0
PLAN = Plan(confidence=0.99, max_rounds=40, max_seconds=30.0)
TRUTHS = (0.8, 0.9, 0.95, 0.98, 1.0, 1.02, 1.05, 1.1, 1.2)  # in bounds


@dataclass(frozen=True)
class Noise:
    """What disturbs the runs; factors on their durations are 1 in the median.

    `spread` is the standard deviation of a run's logarithm; a share `tail` of the runs takes up to ten times as long. The machine
    gets slower by the factor `drift` a minute. A neighbour is there for about `busy_s`, then away for about `idle_s`: it halves what
    parallel runs and probes get, and gives baselines the part `leaves`. `early_s`: it is there from the start for so long.
    """

    name: str
    spread: float = 0.03
    tail: float = 0.0
    drift: float = 1.0
    busy_s: float = 0.0
    idle_s: float = 1.0
    leaves: float = 1.0
    early_s: float = 0.0


NOISES = (
    Noise("normal, 2 %", 0.02),
    Noise("normal, 5 %", 0.05),
    Noise("heavy tail", 0.05, tail=0.15),
    Noise("drift: half as fast after a minute", 0.03, drift=2.0),
    Noise("neighbour, at random 2 s of 6 s", 0.03, busy_s=2.0, idle_s=4.0),
    Noise("neighbour, at random 5 s of 10 s", 0.03, busy_s=5.0, idle_s=5.0),
    Noise("neighbour that slows baselines too", 0.03, busy_s=2.0, idle_s=4.0, leaves=0.5),
    Noise("neighbour in bursts, 0.1 s of 1 s", 0.03, busy_s=0.1, idle_s=0.9),
    Noise("neighbour for the first 4 s", 0.03, busy_s=1e-9, idle_s=1e9, early_s=4.0),
)


@dataclass
class SimulatedMachine:
    """Four CPUs, a body of 0.2 s whose true speedup is known, and a clock that moves when something runs."""

    truth: float
    noise: Noise
    random: random.Random
    work_s: float = 0.2
    now: float = 0.0
    _busy: bool = field(init=False)
    _until: float = field(init=False)

    def __post_init__(self) -> None:
        noise = self.noise
        self._busy = noise.early_s > 0 or (noise.busy_s > 0 and self.random.random() < noise.busy_s / (noise.busy_s + noise.idle_s))
        self._until = noise.early_s or self._stay()

    def clock(self) -> float:
        """The simulated time."""
        return self.now

    def pause(self, seconds: float) -> None:
        """Let time pass."""
        self._spend(seconds, 1.0)

    def body(self, parallel: bool) -> float:
        """One run of the code."""
        work_s = self.work_s * self._hiccup() / (self.truth if parallel else 1.0)
        began = self.now
        self._spend(work_s * self.noise.drift ** (self.now / 60), 0.5 if parallel else self.noise.leaves)
        return self.now - began

    def probe(self) -> float:
        """What the machine gives now: at most its CPUs."""
        began = self.now
        self._spend(0.02, 0.5)
        return min(CPUS, CPUS * 0.02 / (self.now - began) * math.exp(self.random.gauss(0, 0.03)))

    def _hiccup(self) -> float:
        factor = math.exp(self.random.gauss(0, self.noise.spread))
        if self.random.random() < self.noise.tail:
            factor *= math.exp(abs(self.random.gauss(0, 1)))
        return factor

    def _spend(self, seconds: float, speed_when_busy: float) -> None:
        """Pass so many seconds' worth of work, more slowly while the neighbour is there."""
        if not self.noise.busy_s:
            self.now += seconds
            return
        while seconds > 0:
            speed = speed_when_busy if self._busy else 1.0
            step = min(seconds / speed, self._until - self.now)
            self.now += step
            seconds -= step * speed
            if self.now >= self._until:
                self._busy = not self._busy
                self._until = self.now + self._stay()
            elif step <= 0:
                return

    def _stay(self) -> float:
        average = self.noise.busy_s if self._busy else self.noise.idle_s
        return self.random.expovariate(1 / average) if average else math.inf


@contextlib.contextmanager
def untouched() -> Iterator[None]:
    """Leave the real garbage collector alone: there are thousands of simulated runs a second."""
    yield


def simulate(truth: float, noise: Noise, seed: int, limits: Limits | None = None, plan: Plan = PLAN) -> Measurement:
    """One measurement of a body whose speedup is `truth`."""
    machine = SimulatedMachine(truth, noise, random.Random(seed))
    surroundings = Surroundings(machine.probe, CPUS, 0.0, machine.clock, machine.pause, untouched)
    wanted = limits or Limits(lower=BOUND)
    return finish(measure(machine.body, lambda attainable: wanted, plan, surroundings))


@dataclass
class Tally:
    """Outcomes of many measurements of one truth; `upper`: against `max` and not `min`."""

    truth: float
    measurements: list[Measurement]
    upper: bool = False

    @property
    def wrong(self) -> int:
        """How many verdicts were wrong."""
        right = {Outcome.INCONCLUSIVE}
        if self.truth != BOUND:
            right.add(Outcome.PASS if (self.truth < BOUND) == self.upper else Outcome.FAIL)
        return sum(m.outcome not in right for m in self.measurements)

    @property
    def inconclusive(self) -> int:
        """How many gave no verdict."""
        return sum(m.outcome is Outcome.INCONCLUSIVE for m in self.measurements)

    def average(self, figure: Callable[[Measurement], float]) -> float | None:
        """The mean of a figure over those that gave a verdict."""
        decided = [figure(m) for m in self.measurements if m.outcome is not Outcome.INCONCLUSIVE]
        return mean(decided) if decided else None


def tally(truth_in_bounds: float, noise: Noise, runs: int, seed: int, *, upper: bool = False) -> Tally:
    """Measure the same thing so many times."""
    truth, limits = BOUND * truth_in_bounds, Limits(upper=BOUND) if upper else Limits(lower=BOUND)
    return Tally(truth, [simulate(truth, noise, hash((seed, run)), limits) for run in range(runs)], upper)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=2000, help="measurements in each cell (default: 2000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--max", action="store_true", help="an upper bound")
    options = parser.parse_args(arguments)
    bound = f"{'max' if options.max else 'min'}={BOUND:g}"
    print(f"{options.runs} measurements in each row, seed {options.seed}, {bound}, {PLAN}\n")
    print("| noise | truth, in bounds | wrong | inconclusive | rounds to a verdict | repeated |\n|---|---:|---:|---:|---:|---:|")
    for noise in NOISES:
        for truth in TRUTHS:
            row = tally(truth, noise, options.runs, options.seed, upper=options.max)
            rounds, repeated = row.average(lambda m: len(m.kept)), mean(m.disturbed for m in row.measurements)
            cells = [noise.name, f"{truth:g}", f"{row.wrong / options.runs:.2%}", f"{row.inconclusive / options.runs:.1%}"]
            print("|", " | ".join([*cells, "" if rounds is None else f"{rounds:.1f}", f"{repeated:.1f}"]), "|", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
