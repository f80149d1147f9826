"""Rounds of one baseline and one parallel run, until the verdict is clear or a limit is reached.

What each precaution is against: pairs in alternating order cancel slow drift, a warm-up pair keeps imports and caches out, the
collector is off inside a run, and a probe of the machine between the rounds tells neighbours from slow code. Nothing here knows
time or the machine: clock, probe and pause are passed in.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from statistics import median

from pytest_gilcheck.speedup.measurement import Cause, Measurement, Progress, Round, remarks
from pytest_gilcheck.speedup.verdict import Betting, Limits, Outcome, middle
from pytest_gilcheck.speedup.watch import TOLERANCE, End, Surroundings, Watch

DOUBT = 0.1
"""Slowness is believed on a machine that gives less than it has if it gave so much more than the bound needs."""

HARDLY = 0.25  # CPUs that a neighbour always leaves
PROBES_AT_START = 3
ROUNDS_TO_SHOW = 3  # even when no verdict can come of it, so that there is a figure to report
FIRST_SHARE = 0.96  # of the permitted error, for the first start; each later start gets half of what is left


class NoBaseline(Exception):  # noqa: N818  # no error but an answer
    """Raised by a body that can't be run one task after the other, because its tasks wait for one another; `str()` is the reason."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How sure to get and how long to try: `max_rounds` rounds that count, as many disturbed ones, `max_seconds` of the clock."""

    confidence: float
    max_rounds: int
    max_seconds: float


def measure(
    body: Callable[[bool], float], limits: Callable[[float], Limits], plan: Plan, surroundings: Surroundings
) -> Generator[Progress, None, Measurement]:
    """Run the body in rounds; yields after each where things stand, and returns (as the generator's value) what came of it.

    `body(parallel)` runs the code once, with real workers or one task after the other, and returns the seconds that took, without
    its set-up. It may raise NoBaseline; any other exception passes through at once, with a note if it already ran without one.
    `limits(attainable)` gives the bounds for a machine with that much parallelism. It is asked after the warm-up pair and before any
    round counts, and again if the machine turns out to give more than it seemed.
    """
    return (yield from _Measuring(body, limits, plan, surroundings).run())


def finish(rounds: Generator[Progress, None, Measurement], show: Callable[[Progress], object] = bool) -> Measurement:
    """Run a measurement to its end; `show` sees each step."""
    while True:
        try:
            step = next(rounds)
        except StopIteration as end:
            measurement: Measurement = end.value
            return measurement
        show(step)


class _Measuring:
    """One measurement while it goes on."""

    def __init__(self, body: Callable[[bool], float], limits: Callable[[float], Limits], plan: Plan, surroundings: Surroundings) -> None:
        self.body, self.limits_for, self.plan, self.around_run = body, limits, plan, surroundings.around_run
        self.warm_up: Round | None = None
        self.kept: list[Round] = []
        self.disturbed: list[Round] = []
        self.calls: list[bool] = []
        self.starts = 0
        self.limits = Limits()
        self.confidence = plan.confidence
        self.shortest_s = math.inf
        self.watch = Watch(surroundings, plan.max_seconds)

    def run(self) -> Generator[Progress, None, Measurement]:
        """The whole of it."""
        outcome, cause = Outcome.INCONCLUSIVE, Cause.DECIDED
        reasons: tuple[str, ...] = ()
        try:
            self.warm_up = self.pair()
            before = self.first_probes()
            betting = self.start()
            while outcome is Outcome.INCONCLUSIVE:
                self.check(betting)
                began = self.watch.time()
                pair = self.pair()
                after = self.watch.probe()
                self.shortest_s = min(self.shortest_s, self.watch.time() - began)
                pair = replace(pair, probe=min(before, after))
                if self.seemed_smaller():
                    self.disturbed.append(replace(pair, disturbed=True))
                    betting = self.start_over()
                elif self.is_disturbed(pair):
                    self.disturbed.append(replace(pair, disturbed=True))
                    after = self.watch.wait(after)
                else:
                    self.watch.pauses = 0
                    self.kept.append(pair)
                    betting.update(pair.speedup)
                    if betting.below is not None and not self.watch.is_whole():
                        betting, after = self.doubt(betting, betting.below)
                    outcome = betting.outcome
                before = after
                yield Progress(len(self.kept), len(self.disturbed), middle([r.speedup for r in self.kept]), outcome)
        except End as end:
            cause, reasons = end.cause, (str(end),)
        except NoBaseline as answer:
            cause, reasons = Cause.NO_BASELINE, (str(answer),)
        rounds = sorted([*self.kept, *self.disturbed], key=lambda r: r.baseline_call)
        return Measurement(
            outcome, cause, (*reasons, *remarks(self.warm_up, self.kept)), tuple(rounds), self.warm_up, self.limits, self.confidence,
            self.watch.best(), self.watch.now - self.watch.began,
        )  # fmt: skip

    def first_probes(self) -> float:
        """Find out what the machine can give, and wait a while if that is too little for the bounds; gives the newest probe."""
        newest = max(self.watch.probe() for _ in range(PROBES_AT_START))
        while True:
            self.limits = self.limits_for(self.watch.best())
            needed = (self.limits.lower or 0.0) * self.limits.cpu_share
            if needed <= self.watch.best():
                return newest
            probed = self.watch.wait_for_more(newest)
            if probed is None and needed > self.watch.best():
                speedup = f"a speedup of {self.limits.lower:.3g} needs {needed:.3g} CPUs"
                raise End(Cause.INSUFFICIENT, f"{speedup}, and this machine gives {self.watch.best():.3g}{self.watch.of_cpus()}")
            newest = newest if probed is None else probed

    def doubt(self, betting: Betting, bound: float) -> tuple[Betting, float]:
        """Look twice before a verdict of slowness: a machine that is busy all the time makes any code look slow.

        Gives the bets, begun anew if the machine gives more than it did, and the newest probe; ends without a verdict if this is all
        that the machine gives and the bound needs as much.
        """
        newest = max(self.watch.probe() for _ in range(PROBES_AT_START))
        if self.seemed_smaller():
            return self.start_over(), newest
        if self.watch.best() * (1 - DOUBT) >= bound * self.limits.cpu_share:
            return betting, newest
        if (probed := self.watch.wait_for_more(newest)) is None:
            raise End(
                Cause.DISTURBED,
                f"the speedup is below {bound:.3g}, but the machine only gave {self.watch.best():.3g}{self.watch.of_cpus()}: "
                "too little to tell slow code from a busy machine",
            )
        return self.start_over(), probed

    def start_over(self) -> Betting:
        """Forget the rounds so far: they were made on a busy machine."""
        self.disturbed += [replace(r, disturbed=True) for r in self.kept]
        self.kept.clear()
        return self.start()

    def start(self) -> Betting:
        """Begin to bet, with a share of the permitted error such that all starts together keep within it."""
        share = FIRST_SHARE if self.starts == 0 else (1 - FIRST_SHARE) * 0.5**self.starts
        self.starts += 1
        self.limits = self.limits_for(self.watch.best())
        self.confidence = 1 - (1 - self.plan.confidence) * share
        return Betting(self.limits, self.confidence)

    def pair(self) -> Round:
        """One run of each kind; which comes first alternates between the rounds that count."""
        parallel_first = len(self.kept) % 2 == 1
        first_call = len(self.calls)
        first_s = self.duration(parallel_first)
        second_s = self.duration(not parallel_first)
        if parallel_first:
            return Round(second_s, first_s, first_call + 1, first_call)
        return Round(first_s, second_s, first_call, first_call + 1)

    def duration(self, parallel: bool) -> float:
        """Seconds of one run of the body."""
        try:
            with self.around_run():
                seconds = self.body(parallel)
        except NoBaseline:
            raise
        except Exception as error:
            if parallel in self.calls:
                error.add_note(f"The same body ran {len(self.calls)} times before without raising: does it leave something behind?")
            elif self.calls:
                error.add_note("The same body ran one task after the other without raising: this comes of real workers.")
            raise
        self.calls.append(parallel)
        if not (0 < seconds < math.inf):
            raise End(Cause.CLOCK, f"a run took {seconds:.3g} s by the clock: it went backwards, or is too coarse for so short a body")
        return seconds

    def needs_cpus(self) -> bool:
        """Whether a neighbour matters: code that waits is as fast beside one as alone."""
        bounds = [bound for bound in (self.limits.lower, self.limits.upper) if bound is not None]
        return max(bounds) * self.limits.cpu_share > HARDLY

    def is_disturbed(self, pair: Round) -> bool:
        """Whether somebody else used the machine during this round."""
        return self.needs_cpus() and pair.probe < self.watch.best() * (1 - TOLERANCE)

    def seemed_smaller(self) -> bool:
        """Whether the rounds that count were made on a busy machine, which only shows now that it is free."""
        typical = median(r.probe for r in self.kept) if self.kept else math.inf
        return self.needs_cpus() and typical < self.watch.best() * (1 - TOLERANCE)

    def check(self, betting: Betting) -> None:
        """End the rounds when a limit is reached, or will be before a verdict."""
        plan, done, needed = self.plan, len(self.kept), betting.rounds_needed()
        elapsed = self.watch.elapsed()
        told = done >= min(ROUNDS_TO_SHOW, plan.max_rounds)
        out_of_time = elapsed >= plan.max_seconds or (done and elapsed + (needed if told else 1) * self.shortest_s > plan.max_seconds)
        out_of_rounds = told and done + needed > plan.max_rounds
        if len(self.disturbed) >= plan.max_rounds or (out_of_time and len(self.disturbed) > done):
            busy = f"{len(self.disturbed)} of {done + len(self.disturbed)} rounds were disturbed"
            raise End(Cause.DISTURBED, f"the machine was busy with something else: {busy}, {done} count")
        if out_of_rounds:
            raise End(Cause.ROUNDS, f"no verdict in max_rounds={plan.max_rounds}: {_further(done, needed)}")
        if out_of_time:
            raise End(Cause.SECONDS, f"no verdict in max_seconds={plan.max_seconds:g}: {_further(done, needed)} of {self._pace()}")

    def _pace(self) -> str:
        return f"{self.shortest_s:.2g} s each" if self.shortest_s < math.inf else "unknown length"


def _further(done: int, needed: int) -> str:
    """What there is and what would have to come."""
    return f"{done} rounds leave it open, and at least {needed} more would be needed"
