"""What is read off a measurement."""

from __future__ import annotations

import pytest

from pytest_gilcheck.speedup.measurement import Cause, Measurement, Progress, Round, remarks
from pytest_gilcheck.speedup.verdict import Interval, Limits, Outcome


def rounds(baseline_s: list[float], parallel_s: list[float] | None = None) -> list[Round]:
    """Rounds of these durations."""
    parallel_s = parallel_s or [0.1] * len(baseline_s)
    return [Round(b, p, 2 * n, 2 * n + 1) for n, (b, p) in enumerate(zip(baseline_s, parallel_s, strict=True))]


def test_disturbed_rounds_are_kept_apart() -> None:
    """They are listed, and in no figure."""
    every = (*rounds([0.1, 0.2, 0.3]), Round(9.0, 0.1, 6, 7, 1.0, disturbed=True))
    measurement = Measurement(Outcome.PASS, Cause.DECIDED, (), every, None, Limits(lower=1.0), 0.99, 2.0, 1.0)
    assert measurement.kept == every[:3]
    assert measurement.disturbed == 1
    assert measurement.median == pytest.approx(2.0)
    assert measurement.typical is every[1]
    assert measurement.interval == Interval(None, None)


def test_steady_growth_is_remarked() -> None:
    """A body whose runs get steadily slower by more than double leaves something behind; noise and less growth pass."""
    growing = [0.1 * 1.15**n for n in range(9)]
    (remark,) = remarks(None, rounds(growing))
    assert remark == (
        "the runs one after the other got steadily slower, from 0.1 s to 0.306 s: "
        "the body leaves something behind that changes its next run"
    )
    assert "in parallel got steadily faster" in remarks(None, rounds([0.1] * 9, growing[::-1]))[0]
    assert remarks(None, rounds([0.1 * 1.05**n for n in range(9)])) == ()
    assert remarks(None, rounds([0.1, 0.3] * 5)) == ()
    assert remarks(None, rounds(growing[:5])) == ()


def test_a_cache_is_remarked() -> None:
    """A first run that took many times as long as the others did work that they no longer do."""
    warm_up = Round(1.2, 0.1, 0, 1)
    (remark,) = remarks(warm_up, rounds([0.001] * 9))
    assert remark.startswith("the first run one after the other took 1.2 s and the others about 0.001 s: the body may keep its results")
    assert remarks(Round(0.3, 0.1, 0, 1), rounds([0.1] * 9)) == ()
    assert remarks(warm_up, rounds([0.001] * 2)) == ()


def test_progress_before_any_round_counts() -> None:
    """A first round that was disturbed has no median to show."""
    assert str(Progress(0, 1, None, Outcome.INCONCLUSIVE)) == "round 0, 1 disturbed"
