"""The two laws, on numbers that follow them exactly."""

from __future__ import annotations

import math

import pytest

from pytest_gilcheck.speedup.sweep import Amdahl, Scalability, fit_amdahl, fit_scalability


@pytest.mark.parametrize("serial", [0.0, 0.05, 0.3, 1.0])
def test_amdahl(serial: float) -> None:
    """The serial part comes back out of speedups that were computed with it."""
    law = Amdahl(serial)
    fitted = fit_amdahl({workers: law.speedup(workers) for workers in (1, 2, 4, 8)})
    assert fitted is not None
    assert fitted.serial == pytest.approx(serial)


def test_amdahl_limit() -> None:
    """A tenth that is serial limits the speedup to ten; nothing serial, to nothing."""
    assert Amdahl(0.1).limit == pytest.approx(10)
    assert Amdahl(0.1).speedup(1e9) == pytest.approx(10)
    assert Amdahl(0.0).limit == math.inf


@pytest.mark.parametrize(("contention", "coherence"), [(0.0, 0.0), (0.1, 0.0), (0.0, 0.01), (0.05, 0.002), (0.4, 0.03)])
def test_scalability(contention: float, coherence: float) -> None:
    """Both coefficients come back out of speedups that were computed with them."""
    law = Scalability(contention, coherence)
    fitted = fit_scalability({workers: law.speedup(workers) for workers in (1, 2, 3, 4, 8)})
    assert fitted is not None
    assert fitted.contention == pytest.approx(contention, abs=1e-9)
    assert fitted.coherence == pytest.approx(coherence, abs=1e-9)


def test_scalability_peak() -> None:
    """At the peak one worker more or fewer is slower; without coherence costs there is none."""
    law = Scalability(0.05, 0.002)
    assert law.peak == pytest.approx(21.8, abs=0.1)
    assert law.speedup(law.peak) > max(law.speedup(law.peak - 1), law.speedup(law.peak + 1))
    assert Scalability(0.1, 0.0).peak == math.inf
    assert Scalability(1.0, 0.1).peak == 0.0


def test_better_than_linear_is_not_extrapolated() -> None:
    """Speedups above the number of workers give no negative coefficients."""
    more = {1: 1.0, 2: 2.2, 4: 4.6}
    assert fit_amdahl(more) == Amdahl(0.0)
    assert fit_scalability(more) == Scalability(0.0, 0.0)
    assert fit_scalability({1: 1.0, 2: 2.1, 4: 3.2}) == Scalability(0.0, pytest.approx(0.0201, abs=1e-3))  # type: ignore[arg-type]
    bent = fit_scalability({1: 1.0, 2: 1.2, 4: 2.2})
    assert bent is not None
    assert bent.coherence == 0.0


def test_too_few_numbers_of_workers() -> None:
    """One point fits Amdahl's law, two the other; fewer fit nothing."""
    assert fit_amdahl({1: 1.0}) is None
    assert fit_amdahl({2: 2.0}) == Amdahl(0.0)
    assert fit_scalability({1: 1.0, 2: 1.9}) is None
