"""Measured speedups for a person at a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping

from pytest_gilcheck.model.speedup import SHOWN, Speedup, where_it_went
from pytest_gilcheck.reports.escaping import one_line


def line(speedup: Speedup) -> str:
    """One line: the verdict, what was expected, what was measured."""
    return f"{speedup.verdict}: {_measured(speedup)}, expected {_expected(speedup.bounds)} with {_count(speedup.workers, 'worker')}"


def block(speedup: Speedup, *, width: int = 80) -> str:
    """The same with the reasons: where the speedup went, and what would be better."""
    parts = [line(speedup), *speedup.reasons]
    if any(lost >= SHOWN for lost in speedup.losses.values()):
        parts.append(where_it_went(speedup.workers, speedup.losses))
    if speedup.advice and speedup.verdict != "pass":
        parts.append(f"do: {speedup.advice}")
    return "\n".join(wrapped for part in parts for wrapped in textwrap.wrap(part, width, break_long_words=False, break_on_hyphens=False))


def _measured(speedup: Speedup) -> str:
    if speedup.median is None:
        return "no speedup was measured"
    rounds = _count(speedup.rounds, "round")
    if speedup.disturbed:
        rounds += f" and {speedup.disturbed} disturbed"
    return f"{speedup.median:.2f}× as fast ({_interval(speedup)}{rounds} in {speedup.seconds:.1f} s)"


def _interval(speedup: Speedup) -> str:
    if speedup.low is None or speedup.high is None:
        return ""
    return f"{speedup.low:.2f}× to {speedup.high:.2f}×, "


def _expected(bounds: Mapping[str, float]) -> str:
    words = {"min": "at least {:g}×", "max": "at most {:g}×", "min_efficiency": "at least {:g} of what this machine can give"}
    return " and ".join(words[word].format(bound) for word, bound in bounds.items())


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def section(speedups: tuple[Speedup, ...], *, verbose: bool, before: Mapping[str, float]) -> Iterator[str]:
    """The part of the summary: a line for each test, with `verbose` a table."""
    if verbose:
        yield from _table(speedups)
        return
    for speedup in speedups:
        was = f" (was {before[speedup.test]:.2f}× last time)" if speedup.test in before else ""
        yield f"{one_line(speedup.test)}: {line(speedup)}{was}"


def _table(speedups: tuple[Speedup, ...]) -> Iterator[str]:
    rows = [("verdict", "speedup", "interval", "expected", "workers", "machine", "rounds", "disturbed", "seconds", "test")]
    for speedup in speedups:
        median = "-" if speedup.median is None else f"{speedup.median:.2f}×"
        interval = _interval(speedup).rstrip(", ") or "-"
        rows.append(
            (
                speedup.verdict,
                median,
                interval,
                ", ".join(f"{word}={bound:g}" for word, bound in speedup.bounds.items()),
                str(speedup.workers),
                f"{speedup.attainable:.2f}",
                str(speedup.rounds),
                str(speedup.disturbed),
                f"{speedup.seconds:.1f}",
                one_line(speedup.test),
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
