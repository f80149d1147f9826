"""The error rate of verdicts: thousands of measurements on a simulated machine, with a clock of its own and fixed seeds."""

from __future__ import annotations

import random

import pytest

from benchmarks.verdicts import BOUND, NOISES, PLAN, TRUTHS, SimulatedMachine, Tally, main, simulate, tally
from pytest_gilcheck.speedup.verdict import Outcome

RUNS = 50
BY_NAME = {noise.name: noise for noise in NOISES}
# A neighbour that comes in bursts shorter than a round can't be seen between rounds; the documentation has its figures.
SEEN = [noise for noise in NOISES if "bursts" not in noise.name]


@pytest.mark.slow
@pytest.mark.parametrize("noise", SEEN, ids=lambda noise: noise.name)
def test_wrong_verdicts_are_rare(noise: object) -> None:
    """Under each kind of noise at most 1 % of verdicts are wrong: at the bound, and 2, 5, 10 and 20 % beside it."""
    rows = [tally(truth, noise, RUNS, seed=7) for truth in TRUTHS]  # type: ignore[arg-type]
    assert sum(row.wrong for row in rows) <= 0.01 * RUNS * len(rows)


@pytest.mark.slow
def test_wrong_verdicts_are_rare_at_the_bound() -> None:
    """Where every verdict is wrong, at most 1 % of 1 200 measurements give one."""
    assert tally(1.0, BY_NAME["normal, 5 %"], 1200, seed=11).wrong <= 12


@pytest.mark.parametrize("name", ["normal, 2 %", "normal, 5 %", "drift: half as fast after a minute"])
@pytest.mark.parametrize("truth", [0.8, 1.2])
def test_clear_cases_decide_in_ten_rounds(name: str, truth: float) -> None:
    """A speedup 20 % off its bound is decided in ten rounds, by far the most of them in nine."""
    row = tally(truth, BY_NAME[name], RUNS, seed=3)
    assert row.inconclusive == 0
    average = row.average(lambda m: len(m.kept))
    assert average is not None
    assert average <= 10


@pytest.mark.parametrize("name", ["neighbour, at random 2 s of 6 s", "neighbour for the first 4 s"])
def test_a_neighbour_costs_rounds_and_no_verdicts(name: str) -> None:
    """With a neighbour at times, clear cases still get their verdict; the disturbed rounds are repeated."""
    row = tally(1.2, BY_NAME[name], RUNS, seed=3)
    assert row.wrong == 0
    assert row.inconclusive <= 0.02 * RUNS
    assert sum(m.disturbed for m in row.measurements) > 0


def test_a_neighbour_does_not_prove_that_threads_are_useless() -> None:
    """An upper bound, which a busy machine makes easy to keep, is not passed by code that does scale."""
    noise = BY_NAME["neighbour, at random 5 s of 10 s"]
    row = tally(1.2, noise, 100, seed=3, upper=True)
    assert row.wrong == 0
    assert row.inconclusive <= 20


def test_seeds_make_runs_repeatable() -> None:
    """The same seed gives the same measurement, another one another."""
    noise = BY_NAME["heavy tail"]
    assert simulate(1.9, noise, 5) == simulate(1.9, noise, 5)
    assert simulate(1.9, noise, 5) != simulate(1.9, noise, 6)


def test_the_simulated_machine_is_what_it_says() -> None:
    """Without noise the parallel run is as much faster as the truth says, and time only moves when something runs."""
    quiet = BY_NAME["normal, 2 %"]
    machine = SimulatedMachine(2.5, type(quiet)("quiet", 0.0), random.Random(1))
    assert machine.body(False) / machine.body(True) == pytest.approx(2.5)
    assert machine.clock() == pytest.approx(0.2 + 0.2 / 2.5)
    assert machine.probe() == pytest.approx(4.0, rel=0.2)


def test_tally_knows_wrong_from_right() -> None:
    """Above the bound "fail" is wrong, below it "pass", at it both."""
    passed = simulate(BOUND * 1.5, BY_NAME["normal, 2 %"], 1, plan=PLAN)
    failed = simulate(BOUND * 0.5, BY_NAME["normal, 2 %"], 1, plan=PLAN)
    assert (passed.outcome, failed.outcome) == (Outcome.PASS, Outcome.FAIL)
    assert [Tally(BOUND * truth, [passed]).wrong for truth in (0.9, 1.0, 1.1)] == [1, 1, 0]
    assert [Tally(BOUND * truth, [failed]).wrong for truth in (0.9, 1.0, 1.1)] == [0, 1, 1]
    assert [Tally(BOUND * truth, [passed], upper=True).wrong for truth in (0.9, 1.0, 1.1)] == [0, 1, 1]


@pytest.mark.parametrize("arguments", [[], ["--max"]])
def test_the_table(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """The benchmark prints a row for each noise and truth."""
    assert main(["--runs", "1", *arguments]) == 0
    rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| ")]
    assert rows[0] == "| noise | truth, in bounds | wrong | inconclusive | rounds to a verdict | repeated |"
    assert len(rows) == 1 + len(NOISES) * len(TRUTHS)
