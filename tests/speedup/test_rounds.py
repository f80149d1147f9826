"""Rounds against a clock, a probe and a body that are made up."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from pytest_gilcheck.speedup.measurement import Cause, Measurement, Progress
from pytest_gilcheck.speedup.rounds import NoBaseline, Plan, finish, measure
from pytest_gilcheck.speedup.verdict import Limits, Outcome
from pytest_gilcheck.speedup.watch import Surroundings, collected

PLAN = Plan(confidence=0.99, max_rounds=40, max_seconds=30.0)


@contextlib.contextmanager
def nothing() -> Iterator[None]:
    """Nothing around a run."""
    yield


@dataclass
class World:
    """A clock that moves when something runs, a body with a list of durations, and a probe with a list of answers.

    The last entry of each list stands for all that would follow.
    """

    baseline_s: Sequence[float] = (0.2,)
    parallel_s: Sequence[float] = (0.1,)
    probes: Sequence[float] = (2.0,)
    cpus: float = 2.0
    known: float = 0.0
    now: float = 100.0
    calls: list[bool] = field(default_factory=list)
    probed: int = 0
    paused: list[float] = field(default_factory=list)
    raising: Callable[[bool, int], BaseException | None] = lambda parallel, call: None

    def body(self, parallel: bool) -> float:
        if error := self.raising(parallel, len(self.calls)):
            raise error
        durations = self.parallel_s if parallel else self.baseline_s
        duration_s = durations[min(self.calls.count(parallel), len(durations) - 1)]
        self.calls.append(parallel)
        self.now += abs(duration_s)
        return duration_s

    def probe(self) -> float:
        self.probed += 1
        self.now += 0.02
        return self.probes[min(self.probed, len(self.probes)) - 1]

    def clock(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.paused.append(seconds)
        self.now += seconds

    def measure(self, limits: Limits, plan: Plan = PLAN, show: Callable[[Progress], object] = bool) -> Measurement:
        surroundings = Surroundings(self.probe, self.cpus, self.known, self.clock, self.pause, nothing)
        return finish(measure(self.body, lambda attainable: limits, plan, surroundings), show)


def test_a_clear_pass() -> None:
    """Twice as fast against a bound of 1.6: nine rounds after the warm-up pair, and all of it is told."""
    world = World()
    measurement = world.measure(Limits(lower=1.6))
    assert measurement.outcome is Outcome.PASS
    assert measurement.cause is Cause.DECIDED
    assert measurement.reasons == ()
    assert (len(measurement.kept), measurement.disturbed) == (9, 0)
    assert measurement.median == pytest.approx(2.0)
    assert measurement.interval.low == pytest.approx(2.0)
    assert measurement.attainable == 2.0
    assert measurement.seconds == pytest.approx(10 * 0.3 + 12 * 0.02)
    assert len(world.calls) == 20


def test_the_order_alternates() -> None:
    """Each round begins with the kind of run that the one before it ended with, so that slow drift cancels; calls are counted."""
    world = World()
    measurement = world.measure(Limits(lower=1.6))
    assert world.calls[:8] == [False, True, False, True, True, False, False, True]
    assert [(r.baseline_call, r.parallel_call) for r in measurement.rounds[:3]] == [(2, 3), (5, 4), (6, 7)]
    for r in measurement.rounds:
        assert (world.calls[r.baseline_call], world.calls[r.parallel_call]) == (False, True)


def test_the_warm_up_does_not_count() -> None:
    """Imports and caches that make the first runs slow change no figure."""
    measurement = World(baseline_s=(0.9, 0.2), parallel_s=(5.0, 0.1)).measure(Limits(lower=1.6))
    assert measurement.outcome is Outcome.PASS
    assert {round(r.speedup, 6) for r in measurement.rounds} == {2.0}
    assert measurement.warm_up is not None
    assert measurement.warm_up.parallel_s == 5.0


def test_progress_is_shown() -> None:
    """After each round one step, in words for a terminal; the last one has the outcome."""
    steps: list[Progress] = []
    World().measure(Limits(lower=1.6), show=steps.append)
    assert str(steps[4]) == "round 5, median 2.00×"
    assert [step.outcome for step in steps[-2:]] == [Outcome.INCONCLUSIVE, Outcome.PASS]


def test_a_disturbed_round_is_repeated() -> None:
    """A round beside a probe that lost more than 15 % counts for nothing; a loss of 15 % is none."""
    disturbed = World(probes=(2.0, 2.0, 2.0, 2.0, 1.6, 2.0), parallel_s=(0.1, 0.1, 0.4, 0.1))
    steps: list[Progress] = []
    measurement = disturbed.measure(Limits(lower=1.6), show=steps.append)
    assert measurement.outcome is Outcome.PASS
    assert (len(measurement.kept), measurement.disturbed) == (9, 1)
    assert [r.disturbed for r in measurement.rounds[:3]] == [False, True, False]
    assert disturbed.paused == [0.05]
    assert str(steps[1]) == "round 1, median 2.00×, 1 disturbed"
    assert World(probes=(2.0, 2.0, 2.0, 2.0, 1.71, 2.0)).measure(Limits(lower=1.6)).disturbed == 0


def test_a_busy_machine_ends_without_a_verdict() -> None:
    """When nearly every round is disturbed the time ends it, with that reason; pauses get longer, up to a second."""
    world = World(probes=(2.0, 2.0, 2.0, 1.0), parallel_s=(0.4,))
    measurement = world.measure(Limits(lower=1.6))
    assert measurement.outcome is Outcome.INCONCLUSIVE
    assert measurement.cause is Cause.DISTURBED
    assert measurement.reasons[0].startswith("the machine was busy with something else: ")
    assert measurement.kept == ()
    assert measurement.seconds <= PLAN.max_seconds + 1
    assert world.paused[:7] == [0.05, 0.1, 0.2, 0.4, 0.8, 1.0, 1.0]
    assert measurement.median is None
    assert measurement.typical is measurement.warm_up


def test_waiting_ends_with_the_time() -> None:
    """No pause goes beyond `max_seconds`."""
    world = World(probes=(2.0, 2.0, 2.0, 1.0), baseline_s=(9.0,), parallel_s=(9.0,))
    measurement = world.measure(Limits(lower=1.6), Plan(0.99, 40, 25.0))
    assert measurement.cause is Cause.DISTURBED
    assert world.paused == []


def test_disturbed_rounds_are_counted_out() -> None:
    """However much time there is, as many disturbed rounds as `max_rounds` are the end."""
    world = World(probes=(2.0, 2.0, 2.0, 1.0))
    measurement = world.measure(Limits(lower=1.6), Plan(0.99, 40, 1e6))
    assert (measurement.cause, measurement.disturbed) == (Cause.DISTURBED, 40)


def test_a_machine_that_was_busy_from_the_start() -> None:
    """When the machine gives much more than it seemed to, the rounds so far were disturbed, and the measurement begins anew."""
    world = World(probes=(1.0,) * 6 + (2.0,), parallel_s=(0.19,) * 4 + (0.1,))
    measurement = world.measure(Limits(lower=0.9))
    assert measurement.outcome is Outcome.PASS
    assert measurement.attainable == 2.0
    assert measurement.median == pytest.approx(2.0)
    assert measurement.disturbed == 5
    assert measurement.confidence == pytest.approx(1 - 0.01 * 0.02)
    assert len(measurement.kept) == 16  # more than nine: a second start has less error to spend


def test_all_starts_share_the_error() -> None:
    """The first start has 96 % of the permitted error, all later ones together at most the rest."""
    assert World().measure(Limits(lower=1.6)).confidence == pytest.approx(1 - 0.0096)
    assert 0.96 + sum(0.04 * 0.5**start for start in range(1, 60)) <= 1.0


def test_one_lucky_probe_is_not_believed() -> None:
    """The best that the machine gives is what two probes agree on; a single high one makes no round disturbed."""
    measurement = World(probes=(1.0, 1.0, 1.0, 1.0, 2.0, 1.0), cpus=1.0).measure(Limits(lower=1.0))
    assert measurement.attainable == 1.0
    assert measurement.disturbed == 0


def test_what_was_known_before_counts() -> None:
    """A machine that gave more in an earlier measurement is busy now, even if it is so from start to end."""
    measurement = World(probes=(1.0,), known=2.0).measure(Limits(lower=0.9))
    assert measurement.cause is Cause.DISTURBED


def test_bounds_that_the_machine_cannot_reach() -> None:
    """A bound above what a free machine gives is no verdict, at once; one that gives less than it has gets time to become free."""
    free = World(cpus=2.0)
    measurement = free.measure(Limits(lower=3.0))
    assert (measurement.outcome, measurement.cause) == (Outcome.INCONCLUSIVE, Cause.INSUFFICIENT)
    assert measurement.reasons == ("a speedup of 3 needs 3 CPUs, and this machine gives 2",)
    assert free.paused == []
    assert measurement.limits == Limits(lower=3.0)
    busy = World(probes=(1.0,), cpus=2.0)
    measurement = busy.measure(Limits(lower=1.6))
    assert measurement.reasons == ("a speedup of 1.6 needs 1.6 CPUs, and this machine gives 1 of 2 now",)
    assert 5 <= sum(busy.paused) <= 20
    later = World(probes=(1.0,) * 6 + (2.0,), cpus=2.0)
    assert later.measure(Limits(lower=1.6)).outcome is Outcome.PASS


def test_tasks_that_wait_need_no_cpus() -> None:
    """Eight times as fast on two CPUs is fine for tasks that hardly need one."""
    world = World(parallel_s=(0.2 / 7,))
    assert world.measure(Limits(lower=6.0, cpu_share=0.01)).outcome is Outcome.PASS
    beside = World(parallel_s=(0.2 / 7,), probes=(2.0, 2.0, 2.0, 1.0), cpus=2.0)
    measurement = beside.measure(Limits(lower=6.0, cpu_share=0.01))
    assert (measurement.outcome, measurement.disturbed) == (Outcome.PASS, 0)


@pytest.mark.parametrize("limits", [Limits(lower=0.95), Limits(upper=1.15)])
def test_slowness_on_a_busy_machine_is_no_verdict(limits: Limits) -> None:
    """A machine that never gave what it has makes any code slow: neither "too slow" nor "as slow as expected" is concluded."""
    measurement = World(baseline_s=(0.2,), parallel_s=(0.22,), probes=(1.0,), cpus=2.0).measure(limits)
    assert (measurement.outcome, measurement.cause) == (Outcome.INCONCLUSIVE, Cause.DISTURBED)
    assert "too little to tell slow code from a busy machine" in measurement.reasons[0]
    partly = World(baseline_s=(0.2,), parallel_s=(0.22,), probes=(1.3,), cpus=2.0).measure(limits)
    free = World(baseline_s=(0.2,), parallel_s=(0.22,)).measure(limits)
    assert partly.outcome is free.outcome
    assert free.outcome is (Outcome.FAIL if limits.lower else Outcome.PASS)


def test_doubt_ends_when_the_machine_is_free() -> None:
    """Slowness that was measured on a busy machine is measured again when that becomes free, and may turn out otherwise."""
    world = World(parallel_s=(0.25,) * 10 + (0.1,), probes=(1.0,) * 13 + (2.0,), cpus=2.0)
    measurement = world.measure(Limits(lower=1.0))
    assert measurement.outcome is Outcome.PASS
    assert measurement.disturbed == 9


def test_one_cpu() -> None:
    """On one CPU a bound on speeding up can't be reached, and one on not speeding up is kept."""
    one = World(parallel_s=(0.2,), probes=(1.0,), cpus=1.0)
    assert one.measure(Limits(lower=1.6)).cause is Cause.INSUFFICIENT
    assert World(parallel_s=(0.2,), probes=(1.0,), cpus=1.0).measure(Limits(upper=1.15)).outcome is Outcome.PASS


def test_a_coin_ends_by_rounds() -> None:
    """When the rounds that are left can't decide any more, they are not made."""
    measurement = World(parallel_s=(0.1, 0.1, 0.2)).measure(Limits(lower=1.5), Plan(0.99, 10, 30.0))
    assert (measurement.outcome, measurement.cause) == (Outcome.INCONCLUSIVE, Cause.ROUNDS)
    assert measurement.reasons == ("no verdict in max_rounds=10: 3 rounds leave it open, and at least 11 more would be needed",)
    assert World().measure(Limits(lower=1.6), Plan(0.99, 5, 30.0)).cause is Cause.ROUNDS


def test_a_slow_body_ends_by_time() -> None:
    """A body of which nine rounds don't fit into the time is measured three times, for a figure, and told so."""
    measurement = World(baseline_s=(3.0,), parallel_s=(1.5,)).measure(Limits(lower=1.6))
    assert (measurement.outcome, measurement.cause) == (Outcome.INCONCLUSIVE, Cause.SECONDS)
    assert measurement.median == pytest.approx(2.0)
    expected = "no verdict in max_seconds=30: 3 rounds leave it open, and at least 6 more would be needed of 4.5 s each"
    assert measurement.reasons == (expected,)
    assert measurement.seconds < PLAN.max_seconds
    slowest = World(baseline_s=(60.0,), parallel_s=(30.0,)).measure(Limits(lower=1.6))
    assert (slowest.cause, slowest.rounds) == (Cause.SECONDS, ())
    assert slowest.reasons[0].endswith("of unknown length")


@pytest.mark.parametrize("duration_s", [0.0, -0.1, float("nan"), float("inf")])
@pytest.mark.parametrize("when", [0, 3])
def test_a_run_without_a_duration(duration_s: float, when: int) -> None:
    """A run that took no time, or less than none, ends the measurement: the clock is of no use."""
    world = World(parallel_s=(*[0.1] * when, duration_s))
    world.now = 1e9
    measurement = world.measure(Limits(lower=1.6))
    assert (measurement.outcome, measurement.cause) == (Outcome.INCONCLUSIVE, Cause.CLOCK)
    assert "by the clock" in measurement.reasons[0]


def test_a_clock_that_goes_back() -> None:
    """A clock that is earlier than before is named as the reason."""

    class Jumping(World):
        def probe(self) -> float:
            answer = super().probe()
            self.now -= 50 if self.probed == 6 else 0
            return answer

    measurement = Jumping().measure(Limits(lower=1.6))
    assert (measurement.outcome, measurement.cause) == (Outcome.INCONCLUSIVE, Cause.CLOCK)
    assert measurement.reasons == ("the clock went back by 49.7 s while measuring",)


def test_a_clock_that_leaps_ahead() -> None:
    """A machine that slept for an hour has used up its time; nothing hangs, and no verdict comes of it."""

    class Sleeping(World):
        def probe(self) -> float:
            self.now += 3600 if self.probed == 6 else 0
            return super().probe()

    measurement = Sleeping().measure(Limits(lower=1.6))
    assert (measurement.outcome, measurement.cause) == (Outcome.INCONCLUSIVE, Cause.SECONDS)


def test_a_clock_that_stands_still() -> None:
    """Waiting for a busy machine ends by count, too."""

    class Still(World):
        def clock(self) -> float:
            return 7.0

    assert Still(probes=(1.0,), cpus=2.0).measure(Limits(lower=1.6)).cause is Cause.INSUFFICIENT


def test_tasks_that_wait_for_one_another() -> None:
    """A body that has no sequential baseline says so, and that is the outcome."""
    world = World(raising=lambda parallel, call: None if parallel else NoBaseline("task 1 waited 5 s for a barrier"))
    measurement = world.measure(Limits(lower=1.6))
    assert (measurement.outcome, measurement.cause) == (Outcome.INCONCLUSIVE, Cause.NO_BASELINE)
    assert measurement.reasons == ("task 1 waited 5 s for a barrier",)
    assert measurement.typical is None


@pytest.mark.parametrize(
    ("parallel", "call", "note"),
    [
        (False, 0, None),
        (True, 1, "The same body ran one task after the other without raising: this comes of real workers."),
        (True, 4, "The same body ran 4 times before without raising: does it leave something behind?"),
        (False, 2, "The same body ran 2 times before without raising: does it leave something behind?"),
    ],
)
def test_a_body_that_raises(parallel: bool, call: int, note: str | None) -> None:
    """Its exception ends the measurement at once, as itself, with a note that says which run it was in if others were fine."""
    error = LookupError("no such key")
    world = World(raising=lambda is_parallel, n: error if (is_parallel, n) == (parallel, call) else None)
    with pytest.raises(LookupError) as caught:
        world.measure(Limits(lower=1.6))
    assert caught.value is error
    assert getattr(error, "__notes__", []) == ([note] if note else [])
    assert len(world.calls) == call


def test_an_interrupt_passes_through() -> None:
    """Ctrl-C is nobody's mistake."""
    world = World(raising=lambda parallel, call: KeyboardInterrupt() if call == 5 else None)
    with pytest.raises(KeyboardInterrupt) as caught:
        world.measure(Limits(lower=1.6))
    assert not hasattr(caught.value, "__notes__")


def test_the_bounds_follow_the_machine() -> None:
    """The bounds are asked for with what the machine gives, before a round counts, and again when that was too low."""
    asked: list[float] = []

    def limits(attainable: float) -> Limits:
        asked.append(attainable)
        return Limits.of(None, None, 0.8, workers=2, attainable=attainable)

    world = World(probes=(1.0,) * 6 + (2.0,))
    surroundings = Surroundings(world.probe, 2.0, 0.0, world.clock, world.pause, nothing)
    measurement = finish(measure(world.body, limits, PLAN, surroundings))
    assert asked == [1.0, 1.0, 2.0]
    assert measurement.limits == Limits(lower=1.6)


def test_garbage_is_collected_before_and_not_inside() -> None:
    """The collector is off while a run is timed, and on again after it; what was garbage before is gone."""
    assert gc.isenabled()
    cycle: list[object] = []
    cycle.append(cycle)
    del cycle
    with collected():
        assert not gc.isenabled()
        assert gc.collect(0) == 0
    assert gc.isenabled()
