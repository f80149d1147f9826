"""The value that reports and history take."""

from __future__ import annotations

import json
import pickle

import pytest

from pytest_gilcheck.model.speedup import Advice, Point, Speedup

SPEEDUP = Speedup(
    "tests/test_a.py::test_crunch", "pass", 1.83, 1.79, 1.91, 9, 1, {"min": 1.6}, 2, 1.9, 3.25,
    {"GIL": 0.1, "other": 0.07}, "keep the processes", {"processes": 1.8}, (Point(1, 1.0), Point(2, 1.83)), reasons=("a remark",),
)  # fmt: skip


def test_json_and_back() -> None:
    """The value survives JSON and pickle unchanged, and all that is promised is in it."""
    text = json.dumps(SPEEDUP.as_json())
    assert Speedup.from_json(json.loads(text)) == SPEEDUP
    assert pickle.loads(pickle.dumps(SPEEDUP)) == SPEEDUP
    assert json.loads(text)["sweep"] == [{"workers": 1, "speedup": 1.0}, {"workers": 2, "speedup": 1.83}]
    assert set(json.loads(text)) == {
        "test", "verdict", "median", "low", "high", "rounds", "disturbed", "bounds", "workers", "attainable", "seconds", "losses", "advice",
        "predicted", "sweep", "cause", "reasons",
    }  # fmt: skip


def test_efficiency() -> None:
    """The part of what workers and machine allow, of whichever there is less."""
    assert SPEEDUP.efficiency == pytest.approx(1.83 / 1.9)
    assert Speedup("t", "inconclusive", None, None, None, 0, 0, {}, 2, 2.0, 1.0).efficiency is None


def test_advice_is_its_sentence() -> None:
    """Printed, advice is the sentence."""
    assert str(Advice("threads", "use threads")) == "use threads"
