"""The words of the marker `expect_parallel_speedup`."""

from __future__ import annotations

import math
from typing import Any

import pytest

from pytest_gilcheck.model.errors import UsageError
from pytest_gilcheck.speedup.expectation import Expectation


def test_defaults() -> None:
    """A bare bound leaves everything else at what the documentation says."""
    assert Expectation.of((1.6,), {}) == Expectation(
        min=1.6, confidence=0.99, max_rounds=40, max_seconds=30.0, baseline="inline", on_inconclusive="skip"
    )


@pytest.mark.parametrize(
    ("args", "words", "message"),
    [
        ((), {}, "nothing is expected"),
        ((1.6, 2), {}, "only `min` may stand without its word, not 2"),
        ((1.6,), {"min": 2}, "given twice"),
        ((), {"speedup": 2}, "no word 'speedup'; valid: min, max, min_efficiency, workers"),
        ((0,), {}, "min=0: min is a number above 0"),
        ((math.nan,), {}, "min=nan"),
        ((math.inf,), {}, "min=inf"),
        ((True,), {}, "min=True"),
        ((), {"min_efficiency": 80}, "min_efficiency=80: min_efficiency is a part"),
        ((), {"min_efficiency": 0.8, "workers": 1}, "one worker is never faster"),
        ((1.1,), {"workers": 0}, "workers=0"),
        ((1.1,), {"workers": 2.5}, "workers=2.5"),
        ((1.1,), {"confidence": 1}, "confidence=1:"),
        ((1.1,), {"confidence": 0.5}, "confidence=0.5:"),
        ((1.1,), {"max_rounds": 0}, "max_rounds=0"),
        ((1.1,), {"max_seconds": 0}, "max_seconds=0"),
        ((1.1,), {"baseline": "serial"}, "baseline='serial': baseline is one of 'inline', 'one-worker'"),
        ((1.1,), {"on_inconclusive": "xfail"}, "one of 'skip', 'fail', 'pass'"),
        ((1.1,), {"gil": True}, "one of 'enabled', 'disabled'"),
        ((2,), {"max": 1}, "min=2 is above max=1"),
        ((3,), {"workers": 2}, "can't be reached with workers=2"),
    ],
)
def test_what_is_wrong_names_the_word(args: tuple[Any, ...], words: dict[str, Any], message: str) -> None:
    """Each mistake is one sentence that names the word and says what would be right."""
    with pytest.raises(UsageError) as error:
        Expectation.of(args, words)
    assert message in str(error.value)
    assert "\n" not in str(error.value)
