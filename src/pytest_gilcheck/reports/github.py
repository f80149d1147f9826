"""Annotations on a pull request, by workflow commands on standard output, and a job's step summary."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pytest_gilcheck.model.evidence import Level
from pytest_gilcheck.model.finding import Finding
from pytest_gilcheck.model.run import Run
from pytest_gilcheck.reports.checkout import Checkout
from pytest_gilcheck.reports.counts import count_line, counted
from pytest_gilcheck.reports.escaping import one_line, well_formed

# GitHub shows this many errors and as many warnings of a step, and drops the rest without a word.
SHOWN_PER_LEVEL = 10
# A step summary may have 1 MiB; a larger one is refused as a whole.
SUMMARY_BYTES = 900_000

_MARKDOWN = re.compile(r"([\\`*_\[\]#|~$@])")


def render(run: Run) -> str:
    """Workflow commands for the findings that count, most severe first; those GitHub would drop follow as a folded list."""
    checkout = Checkout.around(run.root)
    lines = [_command("warning", f"pytest-gilcheck is incomplete: {note}", title="incomplete run") for note in run.incomplete]
    room = {Level.ERROR: SHOWN_PER_LEVEL, Level.WARNING: max(SHOWN_PER_LEVEL - len(lines), 0)}
    rest = []
    for finding, level in _by_severity(run):
        if room[level]:
            room[level] -= 1
            lines.append(_annotation(finding, level, checkout))
        else:
            # The level stands first: a line that starts with `::` would be taken for a command.
            rest.append(_inert(f"{level.value} {_place(finding, checkout)} {finding.rule} {finding.name}: {finding.message}"))
    if rest:
        lines += [_command("group", f"{counted(len(rest), 'more finding')}"), *rest, "::endgroup::"]
    lines.append(_inert(f"pytest-gilcheck: {count_line(run)}"))
    return "\n".join(lines) + "\n"


def step_summary(run: Run) -> str:
    """Markdown for the file that `GITHUB_STEP_SUMMARY` names: the counts, and a table of all findings that count.

    It stays below the size that GitHub accepts; a table that is cut says how many rows are missing.
    """
    parts = [f"### pytest-gilcheck\n\n{_cell(count_line(run))}\n"]
    parts += [f"\n> incomplete: {_cell(note)}\n" for note in run.incomplete]
    if run.active:
        parts.append("\n| level | rule | where | evidence | what is wrong, what to do |\n|---|---|---|---|---|\n")
    checkout = Checkout.around(run.root)
    size = sum(len(part.encode()) for part in parts)
    for written, (finding, level) in enumerate(_by_severity(run)):
        row = _row(finding, level, checkout)
        size += len(row.encode())
        if size > SUMMARY_BYTES:
            parts.append(f"\n{counted(len(run.active) - written, 'more finding')} left out: the summary would be too large.\n")
            break
        parts.append(row)
    return "".join(parts)


def _by_severity(run: Run) -> Iterator[tuple[Finding, Level]]:
    leveled = [(finding, run.settings.effective_level(finding)) for finding in run.active]
    yield from sorted(leveled, key=lambda pair: pair[1] is Level.WARNING)  # stable: the ledger's order within a level


def _annotation(finding: Finding, level: Level, checkout: Checkout) -> str:
    line = max(finding.site.line, 1)
    end_line = max(finding.end_line, line)
    properties = {"file": checkout.path(finding.site.path), "line": str(line), "endLine": str(end_line)}
    if finding.site.column and end_line == line:  # GitHub takes columns of a single line only
        properties["col"] = str(finding.site.column)
    properties["title"] = f"{finding.rule} {finding.name} ({finding.evidence.value})"
    return _command(level.value, f"{finding.message}\n{finding.advice}", **properties)


def _command(name: str, data: str, **properties: str) -> str:
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name}{' ' if listed else ''}{listed}::{_data(data)}"


def _data(text: str) -> str:
    return well_formed(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _inert(text: str) -> str:
    # `##[` starts a command of the older form anywhere in a line.
    return one_line(text).replace("##[", "## [")


def _place(finding: Finding, checkout: Checkout) -> str:
    return f"{checkout.path(finding.site.path)}:{finding.site.line}"


def _row(finding: Finding, level: Level, checkout: Checkout) -> str:
    cells = (
        level.value,
        _cell(f"{finding.rule} {finding.name}"),
        _cell(_place(finding, checkout)),
        finding.evidence.value,
        f"{_cell(finding.message)}<br>{_cell(finding.advice)}",
    )
    return f"| {' | '.join(cells)} |\n"


def _cell(text: str) -> str:
    html_safe = one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKDOWN.sub(r"\\\1", html_safe)
