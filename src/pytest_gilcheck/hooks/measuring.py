"""Puts the parts of a measurement together: the test's body, the machine, the rounds, the explanation."""

from __future__ import annotations

import pytest

from pytest_gilcheck.hooks.repetition import Repetition
from pytest_gilcheck.hooks.sharing import alone, progress
from pytest_gilcheck.hooks.state import ATTAINABLE
from pytest_gilcheck.model.speedup import Speedup
from pytest_gilcheck.speedup.expectation import Expectation
from pytest_gilcheck.speedup.explanation import explain
from pytest_gilcheck.speedup.figures import Figures
from pytest_gilcheck.speedup.machine import Machine, Probe, gil_enabled, usable
from pytest_gilcheck.speedup.measurement import Measurement
from pytest_gilcheck.speedup.prediction import Costs
from pytest_gilcheck.speedup.recommendation import WAITS
from pytest_gilcheck.speedup.rounds import Plan, finish
from pytest_gilcheck.speedup.rounds import measure as measured
from pytest_gilcheck.speedup.trial import process_start_s
from pytest_gilcheck.speedup.verdict import Limits, Outcome
from pytest_gilcheck.speedup.watch import Surroundings


def reason_to_skip(expectation: Expectation) -> str | None:
    """Why the bounds say nothing about this interpreter, if so."""
    build = "enabled" if gil_enabled() else "disabled"
    if expectation.gil not in (None, build):
        return f"the bounds are for a Python with the GIL {expectation.gil}; in this one it is {build}"
    return None


def measure(item: pytest.Function, expectation: Expectation) -> Speedup:
    """Measure the test's body; one test at a time on this machine, as far as this run of pytest goes."""
    config, machine = item.config, usable()
    workers = expectation.workers or machine.cpus
    repetition = Repetition(item, workers, one_worker=expectation.baseline == "one-worker")

    def limits(attainable: float) -> Limits:
        share = _figures(repetition, 0, 1, workers, attainable).cpu_share  # of the first pair, which only warms up
        words = expectation.min, expectation.max, expectation.min_efficiency
        return Limits.of(*words, workers=workers, attainable=attainable, cpu_share=share)

    plan = Plan(expectation.confidence, expectation.max_rounds, expectation.max_seconds)
    with alone(item), progress(config) as show:
        measurement = finish(measured(repetition, limits, plan, _surroundings(config, machine, workers)), show)
    config.stash[ATTAINABLE] = max(measurement.attainable, config.stash.get(ATTAINABLE, 0.0))
    return _speedup(item.nodeid, expectation, measurement, repetition)


def _surroundings(config: pytest.Config, machine: Machine, workers: int) -> Surroundings:
    threads = min(workers, machine.cpus)
    most = float(threads if machine.quota is None else min(threads, machine.quota))
    return Surroundings(Probe(threads, quota=machine.quota), most, known=min(most, config.stash.get(ATTAINABLE, 0.0)))


def _figures(repetition: Repetition, baseline: int, parallel: int, workers: int, attainable: float) -> Figures:
    return Figures(repetition.runs[baseline], repetition.runs[parallel], workers, attainable, gil_enabled())


def _costs(figures: Figures, measurement: Measurement) -> Costs:
    """What processes would cost here; measured only where threads compute in turns, which is when somebody asks."""
    computes = figures.kind == "thread" and figures.cpu_share >= WAITS and measurement.outcome is not Outcome.PASS
    return Costs(process_start_s=process_start_s()) if computes else Costs()


def _speedup(nodeid: str, expectation: Expectation, measurement: Measurement, repetition: Repetition) -> Speedup:
    """All that is known, for reports."""
    typical, middle = measurement.typical, measurement.median
    explained = None
    if typical is not None and middle is not None:
        calls = typical.baseline_call, typical.parallel_call
        figures = _figures(repetition, *calls, repetition.workers, measurement.attainable)
        explained = explain(figures, middle, _costs(figures, measurement))
    bounds = {"min": expectation.min, "max": expectation.max, "min_efficiency": expectation.min_efficiency}
    return Speedup(
        test=nodeid,
        verdict=measurement.outcome.value,
        median=middle,
        low=measurement.interval.low,
        high=measurement.interval.high,
        rounds=len(measurement.kept),
        disturbed=measurement.disturbed,
        bounds={word: bound for word, bound in bounds.items() if bound is not None},
        workers=repetition.workers,
        attainable=measurement.attainable,
        seconds=measurement.seconds,
        losses={} if explained is None else explained.losses,
        advice="" if explained is None else explained.advice.sentence,
        predicted={} if explained is None else explained.advice.predicted,
        cause=measurement.cause.value,
        reasons=measurement.reasons,
    )
