"""What a test expects: the words of the marker `expect_parallel_speedup`, each checked."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_gilcheck.model.errors import UsageError

MARKER = "expect_parallel_speedup"

BASELINES = ("inline", "one-worker")
ON_INCONCLUSIVE = ("skip", "fail", "pass")
GIL = ("enabled", "disabled")


@dataclass(frozen=True, slots=True)
class Expectation:
    """How much faster parallel is to be, and how it is found out.

    `min` and `max` bound the speedup (sequential time / parallel time), `min_efficiency` the part of what this machine can give
    with that many workers. `workers` of `None` is what the process may use. `confidence` is that of the verdict, `max_seconds`
    is the time that all rounds together may take, and `gil` names the build that the bounds are meant for (`None`: any).
    """

    min: float | None = None
    max: float | None = None
    min_efficiency: float | None = None
    workers: int | None = None
    confidence: float = 0.99
    max_rounds: int = 40
    max_seconds: float = 30.0
    baseline: str = "inline"
    on_inconclusive: str = "skip"
    gil: str | None = None

    @classmethod
    def of(cls, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Expectation:
        """From a marker's arguments; the first positional one is `min`.

        Raises UsageError with a sentence that names the word at fault and says what would be right.
        """
        if len(args) > 1:
            raise UsageError(f"only `min` may stand without its word, not {args[1]!r}: write the word before it, such as max={args[1]!r}")
        if args and "min" in kwargs:
            raise UsageError(f"`min` is given twice, as {args[0]!r} and as min={kwargs['min']!r}")
        words = dict(kwargs) | ({"min": args[0]} if args else {})
        for word, value in words.items():
            check = _CHECKS.get(word)
            if check is None:
                raise UsageError(f"there is no word {word!r}; valid: {', '.join(_CHECKS)}")
            if (wanted := check(value)) is not None:
                raise UsageError(f"{word}={value!r}: {word} is {wanted}")
        expectation = cls(**words)
        expectation._agree()
        return expectation

    def _agree(self) -> None:
        """Raise UsageError for words that are right by themselves and not together."""
        if self.min is self.max is self.min_efficiency is None:
            raise UsageError("nothing is expected: give min=, max= or min_efficiency=, such as min=1.6")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise UsageError(f"min={self.min!r} is above max={self.max!r}: no speedup is both")
        if self.workers is not None and self.min is not None and self.min > self.workers:
            raise UsageError(
                f"min={self.min!r} can't be reached with workers={self.workers}: at best they are {self.workers} times as fast"
            )
        if self.workers == 1 and self.min_efficiency is not None:
            raise UsageError("min_efficiency= with workers=1: one worker is never faster than none; give at least 2")


def _above(lowest: float, wanted: str) -> Callable[[Any], str | None]:
    return lambda value: None if _is_number(value) and value > lowest and math.isfinite(value) else wanted


def _share(wanted: str, *, least: float, most: float) -> Callable[[Any], str | None]:
    return lambda value: None if _is_number(value) and least < value <= most else wanted


def _count(least: int) -> Callable[[Any], str | None]:
    return lambda value: (
        None if isinstance(value, int) and not isinstance(value, bool) and value >= least else f"a whole number from {least} on"
    )


def _one_of(words: Sequence[str]) -> Callable[[Any], str | None]:
    return lambda value: None if value in words else f"one of {', '.join(map(repr, words))}"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


# Each gives what would be right, or `None` when the value is.
_CHECKS: dict[str, Callable[[Any], str | None]] = {
    "min": _above(0, "a number above 0, such as 1.6 for 1.6 times as fast"),
    "max": _above(0, "a number above 0, such as 1.15"),
    "min_efficiency": _share("a part of what the machine can give, above 0 and up to 1, such as 0.8", least=0, most=1),
    "workers": _count(1),
    "confidence": _share("a part above 0.5 and up to 0.9999, such as 0.99", least=0.5, most=0.9999),
    "max_rounds": _count(1),
    "max_seconds": _above(0, "a number of seconds above 0"),
    "baseline": _one_of(BASELINES),
    "on_inconclusive": _one_of(ON_INCONCLUSIVE),
    "gil": _one_of(GIL),
}
