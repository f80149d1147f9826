"""When bets are won, and what that says of a speedup."""

from __future__ import annotations

import random

import pytest

from pytest_gilcheck.speedup.verdict import Bet, Betting, Interval, Limits, Outcome, interval, middle, reachable, rounds_needed, target


def decided(limits: Limits, samples: list[float], confidence: float = 0.99) -> tuple[Outcome, int]:
    """The outcome, and the number of samples it took."""
    betting = Betting(limits, confidence)
    for count, sample in enumerate(samples, start=1):
        if betting.update(sample) is not Outcome.INCONCLUSIVE:
            return betting.outcome, count
    return betting.outcome, len(samples)


def exact_error(decides: float, rounds: int) -> float:
    """The probability that one of two games on fair coins ever reaches a wealth, by adding up all paths."""

    def wealth(wins: int, losses: int) -> float:
        return sum((2 * share) ** wins * (2 - 2 * share) ** losses for share in (0.75, 0.9, 0.97)) / 3

    alive, reached = {0: 1.0}, 0.0
    for count in range(1, rounds + 1):
        after: dict[int, float] = {}
        for wins, probability in alive.items():
            after[wins] = after.get(wins, 0.0) + probability / 2
            after[wins + 1] = after.get(wins + 1, 0.0) + probability / 2
        alive = {}
        for wins, probability in after.items():
            if max(wealth(wins, count - wins), wealth(count - wins, wins)) >= decides:
                reached += probability
            else:
                alive[wins] = probability
    return reached


def test_a_game_is_fair() -> None:
    """On a fair coin a bet neither gains nor loses, whatever happened before: that is what Ville's inequality rests on."""
    for history in ([], [True], [False, True], [True] * 5, [False] * 5):
        won, lost = Bet(), Bet()
        for result in history:
            won.update(result)
            lost.update(result)
        before = won.wealth
        assert (won.update(True) + lost.update(False)) / 2 == pytest.approx(before)


def test_both_errors_together_keep_within_the_confidence() -> None:
    """Exactly at a bound, where pass and fail are both wrong, all paths to either have less than the permitted probability."""
    assert exact_error(target(0.99), 40) == pytest.approx(0.0070, abs=1e-4)
    assert exact_error(target(0.99), 400) < 0.01
    assert exact_error(target(0.9), 200) < 0.1


def test_half_the_wealth_would_not_do() -> None:
    """If each game had the whole error to itself, a verdict at the bound would be wrong more often than promised."""
    assert exact_error(target(0.99) / 2, 40) > 0.0139


@pytest.mark.parametrize(("confidence", "rounds"), [(0.9, 6), (0.95, 7), (0.99, 9), (0.999, 13)])
def test_clear_cases_take_few_rounds(confidence: float, rounds: int) -> None:
    """A speedup that is above the bound in each round passes after the fewest rounds there are, one below it fails after as many."""
    assert rounds_needed(confidence) == rounds
    assert decided(Limits(lower=1.6), [1.9] * 50, confidence) == (Outcome.PASS, rounds)
    assert decided(Limits(lower=1.6), [1.3] * 50, confidence) == (Outcome.FAIL, rounds)


def test_an_upper_bound_is_kept_below() -> None:
    """`max` passes below and fails above."""
    assert decided(Limits(upper=1.15), [1.0] * 50) == (Outcome.PASS, 9)
    assert decided(Limits(upper=1.15), [1.9] * 50) == (Outcome.FAIL, 9)


@pytest.mark.parametrize(("sample", "outcome"), [(1.5, Outcome.PASS), (0.9, Outcome.FAIL), (2.5, Outcome.FAIL)])
def test_all_bounds_must_be_kept(sample: float, outcome: Outcome) -> None:
    """Between two bounds is a pass, and outside of either one a fail."""
    assert decided(Limits(1.0, 2.0), [sample] * 50) == (outcome, 9)


def test_one_bound_that_is_clear_waits_for_the_other() -> None:
    """A pass needs both bounds: one of them known to be kept is not enough, and stays known."""
    outcome, count = decided(Limits(1.0, 2.0), [1.9, 2.1] * 6 + [1.9] * 28)
    assert outcome is Outcome.PASS
    assert count > 20
    assert decided(Limits(1.0, 2.0), [1.9, 2.1] * 20) == (Outcome.INCONCLUSIVE, 40)


def test_nothing_is_decided_on_a_coin() -> None:
    """As many above as below is no verdict."""
    assert decided(Limits(lower=1.5), [1.4, 1.6] * 20) == (Outcome.INCONCLUSIVE, 40)


def test_a_tie_moves_nothing() -> None:
    """A sample that equals the bound counts for neither side: it changes neither the verdict nor what is still needed."""
    betting = Betting(Limits(lower=1.5), 0.99)
    for _ in range(100):
        assert betting.update(1.5) is Outcome.INCONCLUSIVE
    assert betting.rounds_needed() == 9
    assert decided(Limits(lower=1.5), [1.5, 1.6] * 20) == (Outcome.PASS, 18)
    assert decided(Limits(lower=1.5), [1.5, 1.4] * 20) == (Outcome.FAIL, 18)


def test_a_verdict_stays() -> None:
    """What comes after a verdict can't change it."""
    betting = Betting(Limits(lower=1.5), 0.99)
    for sample in [1.6] * 9 + [1.0] * 30:
        betting.update(sample)
    assert betting.outcome is Outcome.PASS


def test_verdicts_of_slowness_name_their_bound() -> None:
    """A verdict that a busy machine could have caused says which bound the speedup is below; others say none."""
    for limits, sample, below in (
        (Limits(lower=1.6), 1.0, 1.6),
        (Limits(upper=1.15), 1.0, 1.15),
        (Limits(lower=1.6), 2.0, None),
        (Limits(upper=1.15), 2.0, None),
        (Limits(1.0, 2.0), 0.5, 1.0),
    ):
        betting = Betting(limits, 0.99)
        for _ in range(9):
            betting.update(sample)
        assert betting.below == below


def test_rounds_needed_shrink_with_evidence() -> None:
    """The least number of further rounds is that until a verdict, if they agree."""
    betting = Betting(Limits(1.0, 2.0), 0.99)
    for needed in range(9, 0, -1):
        assert betting.rounds_needed() == needed
        betting.update(1.5)
    assert betting.outcome is Outcome.PASS
    assert betting.rounds_needed() == 0
    assert Bet().wins_needed(1.0) == 0


def test_a_verdict_needs_a_bound() -> None:
    """Without a bound there is nothing to decide."""
    with pytest.raises(ValueError, match="needs a bound"):
        Betting(Limits(), 0.99)


def test_efficiency_becomes_a_bound() -> None:
    """`min_efficiency` is a part of what workers and machine allow, and the higher of two lower bounds is the test."""
    assert Limits.of(None, None, 0.8, workers=4, attainable=2.0) == Limits(lower=1.6)
    assert Limits.of(None, None, 0.8, workers=2, attainable=3.9) == Limits(lower=1.6)
    assert Limits.of(1.9, 3.0, 0.8, workers=4, attainable=2.0) == Limits(1.9, 3.0)
    assert Limits.of(1.1, 3.0, 0.8, workers=4, attainable=2.0) == Limits(1.6, 3.0)
    assert Limits.of(None, 1.15, None, workers=4, attainable=2.0) == Limits(upper=1.15)


def test_waiting_needs_no_cpus() -> None:
    """Tasks that wait can be as fast as there are workers, whatever the number of CPUs."""
    assert reachable(8, 2.0, 1.0) == 2.0
    assert reachable(8, 2.0, 0.5) == 4.0
    assert reachable(8, 2.0, 0.0) == 8.0


def test_the_interval_is_what_the_verdict_leaves_open() -> None:
    """A bound below the interval passes, one above it fails, one inside is undecided; its ends are samples."""
    generator = random.Random(5)
    samples = [1.8 + generator.gauss(0, 0.1) for _ in range(30)]
    found = interval(samples, 0.99)
    assert found.low in samples
    assert found.high in samples
    assert found.low is not None
    assert found.high is not None
    for bound in (1.2 + 0.013 * step for step in range(100)):
        outcome, _ = decided(Limits(lower=bound), samples)
        expected = Outcome.PASS if bound < found.low else Outcome.FAIL if bound > found.high else Outcome.INCONCLUSIVE
        assert outcome is expected, bound


def test_too_few_rounds_leave_the_interval_open() -> None:
    """With fewer samples than a verdict takes there is no interval; with just as many it is their range."""
    assert interval([], 0.99) == Interval(None, None)
    assert interval([1.0, 2.0, 3.0], 0.99) == Interval(None, None)
    nine = [1.1, 1.9, 1.2, 1.8, 1.3, 1.7, 1.4, 1.6, 1.5]
    assert interval(nine, 0.99) == Interval(1.1, 1.9)
    assert interval([1.5] * 9, 0.99) == Interval(1.5, 1.5)


def test_the_interval_holds_wherever_one_stops() -> None:
    """Whoever looks at the interval after each of forty rounds, and stops at the worst moment, is misled in less than 1 % of runs."""
    misled = 0
    for seed in range(300):
        generator = random.Random(seed)
        samples = [generator.lognormvariate(0, 0.1) for _ in range(40)]
        # Stopping when an interval leaves out the true median is stopping when the verdict about a bound there is wrong.
        misled += decided(Limits(lower=1.0), samples)[0] is not Outcome.INCONCLUSIVE
    assert misled <= 3


def test_middle() -> None:
    """The median, and nothing of nothing."""
    assert middle([3.0, 1.0, 2.0]) == 2.0
    assert middle([]) is None


def test_thousands_of_lost_rounds_end_nothing() -> None:
    """A bet that has lost all it can count is hopeless, not an error: it would take a million wins."""
    bet = Bet()
    for _ in range(5000):
        bet.update(False)
    assert bet.wins_needed(200.0) == 10**6
    assert decided(Limits(lower=1.0), [0.9, 1.1] * 3000) == (Outcome.INCONCLUSIVE, 6000)
