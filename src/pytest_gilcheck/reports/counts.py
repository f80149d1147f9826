"""A run in one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.finding import Finding
from pytest_gilcheck.model.run import Run


def count_line(run: Run) -> str:
    """How many findings of which kind in how many files; what is silenced; whether the run fails or is incomplete."""
    parts = [_found(run)]
    suppressed = sum(finding.suppressed is not None for finding in run.findings)
    baselined = sum(finding.baselined and finding.suppressed is None for finding in run.findings)
    if suppressed:
        parts.append(f"{suppressed} suppressed")
    if baselined:
        parts.append(f"{baselined} in the baseline")
    if run.active and not run.failing:
        parts.append("none fails the run")
    if run.environment.gil == "disabled":
        parts.append("GIL disabled")
    if run.incomplete:
        parts.append("incomplete")
    return " · ".join(parts)


def by_evidence(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings each evidence has, strongest first, zeros included."""
    counted = Counter(finding.evidence for finding in findings)
    return {evidence.value: counted[evidence] for evidence in sorted(Evidence, reverse=True)}


def counted(number: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _found(run: Run) -> str:
    active = run.active
    place = counted(run.files, "file")
    if not active:
        return f"no findings in {place}"
    levels = Counter(run.settings.effective_level(finding) for finding in active)
    sorts = ", ".join(counted(levels[level], level.value) for level in (Level.ERROR, Level.WARNING) if levels[level])
    return f"{counted(len(active), 'finding')} in {place}: {sorts} ({_evidence(active)})"


def _evidence(active: tuple[Finding, ...]) -> str:
    present = {word: number for word, number in by_evidence(active).items() if number}
    if len(present) > 1:
        return ", ".join(f"{number} {word}" for word, number in present.items())
    (word,) = present
    return word if len(active) == 1 else f"all {word}"
