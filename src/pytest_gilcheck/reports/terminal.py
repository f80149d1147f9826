"""Findings for a person at a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterator

from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.finding import Finding
from pytest_gilcheck.model.run import Run
from pytest_gilcheck.model.settings import Settings
from pytest_gilcheck.reports.counts import count_line
from pytest_gilcheck.reports.escaping import one_line, printable
from pytest_gilcheck.reports.snippet import snippet

WIDTH = 80  # cells, when the caller doesn't know better
_NARROWEST, _WIDEST = 40, 120  # a line of text longer than that is hard to read
_WITNESSES_SHOWN, _TESTS_SHOWN = 4, 3

_BOLD, _DIM = "1", "2"
_RED, _GREEN, _YELLOW, _BLUE, _MAGENTA, _CYAN = "31", "32", "33", "34", "35", "36"
_LEVEL = {Level.ERROR: _RED, Level.WARNING: _YELLOW}
_EVIDENCE = {Evidence.SUSPECTED: _CYAN, Evidence.OBSERVED: _MAGENTA, Evidence.PROVED: f"{_BOLD};{_RED}"}
_TESTIFIES = {Evidence.SUSPECTED: "read", Evidence.OBSERVED: "seen", Evidence.PROVED: "proof"}


def block(finding: Finding, settings: Settings, *, color: bool, width: int = WIDTH) -> str:
    """One finding in full: place and rule, the source line with a caret, why, what to do, what testifies to it.

    `width` is the terminal's, in cells. Nothing in the finding can break the layout or the terminal. No final newline.
    """
    paint = _Paint(color)
    width = min(max(width, _NARROWEST), _WIDEST)
    lines = [f"{paint(_place(finding), _BOLD)}  {_title(finding, settings, paint)}"]
    lines += _source(finding, _LEVEL[settings.effective_level(finding)], paint, width)
    lines += _paragraph("", finding.message, paint, width)
    lines += _paragraph("do", finding.advice, paint, width)
    for label, text in _testimony(finding):
        lines += _paragraph(label, text, paint, width)
    if finding.execution is not None:
        lines += _paragraph("coverage", str(finding.execution), paint, width)
    if finding.replay is not None:
        lines += _paragraph("replay", finding.replay, paint, width)
    return "\n".join(lines)


def line(finding: Finding, settings: Settings, *, color: bool) -> str:
    """One finding on one line, `path:line:column: …` as editors and grep like it; never cut. No final newline."""
    return f"{_head(finding, settings, _Paint(color))}: {one_line(finding.message)}"


def summary(run: Run, *, color: bool, quiet: bool, shown: Collection[str] = (), width: int = WIDTH) -> str:
    """All findings that count, in the ledger's order (strongest evidence first), then the counts. No final newline.

    `quiet` gives each finding one line. Findings whose fingerprint is in `shown` were printed in full before: they get a
    line that says no more than where they are. A run that isn't complete says so, and why. `width` is the terminal's, in cells.
    """
    paint = _Paint(color)
    parts: list[str] = []
    after_block = False
    for finding in run.active:
        known = finding.fingerprint in shown
        brief = quiet or known
        if after_block or (parts and not brief):
            parts.append("")
        if known:
            measured = f" · coverage: {one_line(str(finding.execution))}" if finding.execution else ""
            parts.append(f"{_head(finding, run.settings, paint)}: in full above{measured}")
        elif quiet:
            parts.append(line(finding, run.settings, color=color))
        else:
            parts.append(block(finding, run.settings, color=color, width=width))
        after_block = not brief
    if parts and not quiet:
        parts.append("")
    parts += [f"{paint('incomplete:', _YELLOW, _BOLD)} {one_line(note)}" for note in run.incomplete]
    parts.append(paint(count_line(run), _outcome(run), _BOLD))
    return "\n".join(parts)


class _Paint:
    """Colours text, or leaves it alone."""

    def __init__(self, color: bool) -> None:
        self._color = color

    def __call__(self, text: str, *codes: str) -> str:
        return f"\x1b[{';'.join(codes)}m{text}\x1b[0m" if self._color and text else text


def _outcome(run: Run) -> str:
    if run.failing:
        return _RED
    return _YELLOW if run.active or run.incomplete else _GREEN


def _place(finding: Finding) -> str:
    site = finding.site
    column = f":{site.column}" if site.column else ""
    return f"{printable(site.path)}:{site.line}{column}"


def _head(finding: Finding, settings: Settings, paint: _Paint) -> str:
    return f"{paint(_place(finding) + ':', _BOLD)} {_title(finding, settings, paint)}"


def _title(finding: Finding, settings: Settings, paint: _Paint) -> str:
    level = settings.effective_level(finding)
    words = [
        f"{paint(one_line(finding.rule), _LEVEL[level], _BOLD)} {one_line(finding.name)}",
        paint(finding.evidence.value, _EVIDENCE[finding.evidence]),
        paint(level.value, _LEVEL[level]),
    ]
    if finding.suppressed is not None:
        words.append("suppressed")
    elif finding.baselined:
        words.append("in the baseline")
    return " · ".join(words)


def _source(finding: Finding, level_color: str, paint: _Paint, width: int) -> Iterator[str]:
    if not finding.source.strip():
        return
    number = f"{finding.site.line:>5}"
    gutter = paint(" " * len(number) + " |", _BLUE)
    shown = snippet(finding.source, finding.site.column, width - len(number) - len(" | "))
    yield f"{paint(number + ' |', _BLUE)} {shown.text}"
    if shown.carets:
        more = f" to line {finding.end_line}" if finding.end_line > finding.site.line else ""
        yield f"{gutter} {shown.blanks}{paint(shown.carets, level_color, _BOLD)}{paint(more, _DIM)}"


def _paragraph(label: str, text: str, paint: _Paint, width: int) -> Iterator[str]:
    if not text.strip():
        return
    head = f"{label}: " if label else ""
    lines = textwrap.wrap(
        f"{head}{one_line(text)}",
        width - 2,
        subsequent_indent="  " if label else "",
        break_long_words=False,  # a path or a node id stays whole
        break_on_hyphens=False,
    )
    for index, wrapped in enumerate(lines):
        if label and not index:
            wrapped = paint(f"{label}:", _BOLD) + wrapped[len(label) + 1 :]
        yield f"  {wrapped}"


def _testimony(finding: Finding) -> Iterator[tuple[str, str]]:
    """What testifies, strongest first; the same words from several tests are said once."""
    tests: dict[tuple[Evidence, str], list[str]] = {}
    for witness in sorted(finding.witnesses, key=lambda witness: -witness.evidence.strength):
        said_by = tests.setdefault((witness.evidence, witness.text), [])
        if witness.test is not None and witness.test not in said_by:
            said_by.append(witness.test)
    told = [(_TESTIFIES[evidence], _said(text, by)) for (evidence, text), by in tests.items() if by or text != finding.message]
    yield from told[:_WITNESSES_SHOWN]
    if len(told) > _WITNESSES_SHOWN:
        yield "also", f"{len(told) - _WITNESSES_SHOWN} more, listed in the json report"


def _said(text: str, tests: list[str]) -> str:
    if not tests:
        return text
    named = ", ".join(tests[:_TESTS_SHOWN])
    more = f" and {len(tests) - _TESTS_SHOWN} more" if len(tests) > _TESTS_SHOWN else ""
    return f"{text} (in {named}{more})" if text else f"in {named}{more}"
