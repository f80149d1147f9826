"""Where all witnesses meet: one entry for each rule and place, however many saw it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.finding import Finding


class Ledger:
    """Findings of a run, each problem once, with the strongest evidence and every witness."""

    def __init__(self, findings: Iterable[Finding] = ()) -> None:
        self._by_place: dict[tuple[str, str, int], list[Finding]] = {}
        self.extend(findings)

    def add(self, finding: Finding) -> None:
        """Enter a finding; one already known for the same rule and place gains its witnesses.

        Two columns on one line are two places; a finding without a column (a monitor knows lines only) joins the first
        of its line.
        """
        site = finding.site
        entries = self._by_place.setdefault((finding.rule, site.path, site.line), [])
        for index, known in enumerate(entries):
            if known.site.column == site.column or not known.site.column or not site.column:
                entries[index] = _merge(known, finding)
                return
        entries.append(finding)

    def extend(self, findings: Iterable[Finding]) -> None:
        """Enter each of them."""
        for finding in findings:
            self.add(finding)

    def replace_all(self, findings: Iterable[Finding]) -> None:
        """Forget everything and enter these instead (for steps that mark findings, such as the baseline)."""
        self._by_place.clear()
        self.extend(findings)

    def __iter__(self) -> Iterator[Finding]:
        """Findings with fingerprints: strongest evidence first, errors before warnings, then by place.

        Those that were measured never to run come last.
        """
        return iter(sorted(self._with_fingerprints(), key=_rank))

    def __len__(self) -> int:
        return sum(map(len, self._by_place.values()))

    def _with_fingerprints(self) -> Iterator[Finding]:
        in_file_order = sorted((f for entries in self._by_place.values() for f in entries), key=_place)
        seen: Counter[tuple[str, str, str, str]] = Counter()
        for finding in in_file_order:
            key = fingerprint_key(finding)
            seen[key] += 1
            yield replace(finding, fingerprint=_digest(key, seen[key]))


def fingerprint_key(finding: Finding) -> tuple[str, str, str, str]:
    """What a fingerprint stands on besides the count of equal ones: rule, path, symbol, normalised source line.

    No line number: a finding keeps its fingerprint when code above it moves.
    """
    return finding.rule, finding.site.path, finding.site.symbol, " ".join(finding.source.split())


def _digest(key: tuple[str, ...], count: int) -> str:
    return hashlib.sha256("\0".join((*key, str(count))).encode("utf-8", "surrogatepass")).hexdigest()[:20]


def _merge(known: Finding, new: Finding) -> Finding:
    strong, weak = (known, new) if known.evidence >= new.evidence else (new, known)
    return replace(
        strong,
        # The reading of the source knows the exact column and symbol; a monitor only the line.
        site=known.site if known.site.column else new.site,
        end_line=max(known.end_line, new.end_line),
        level=Level.ERROR if Level.ERROR in (known.level, new.level) else Level.WARNING,
        source=strong.source or weak.source,
        witnesses=tuple(dict.fromkeys((*known.witnesses, *new.witnesses))),
        suppressed=known.suppressed if known.suppressed is not None else new.suppressed,
        baselined=known.baselined or new.baselined,
        replay=strong.replay or weak.replay,
        execution=strong.execution or weak.execution,
    )


def _place(finding: Finding) -> tuple[str, int, int, str]:
    return finding.site.path, finding.site.line, finding.site.column, finding.rule


def _rank(finding: Finding) -> tuple[bool, int, bool, tuple[str, int, int, str]]:
    never_ran = finding.execution is not None and not finding.execution.ran
    return never_ran, -finding.evidence.strength, finding.level is Level.WARNING, _place(finding)


def strongest(findings: Iterable[Finding]) -> Evidence | None:
    """The strongest evidence among them; `None` when there are none."""
    return max((f.evidence for f in findings), default=None)
