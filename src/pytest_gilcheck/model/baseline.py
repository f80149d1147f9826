"""Findings that a team has accepted: they don't fail the run, new ones do, and the list only shrinks."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pytest_gilcheck.model.errors import UsageError
from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.finding import Finding, Site, Witness
from pytest_gilcheck.model.ledger import fingerprint_key

# History of the file's format:
# 1  {"format": 1, "findings": [{"path", "rule", "symbol", "source", "evidence", "fingerprint"}, ...]}, one entry a line
FORMAT = 1

GONE = "GIL004"
GONE_NAME = "baseline-entry-gone"


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One accepted finding. All but the fingerprint is there for the person who reads the file; `row` is its line in it."""

    path: str
    rule: str
    symbol: str
    source: str
    fingerprint: str
    evidence: str = Evidence.SUSPECTED.value
    row: int = 1

    @classmethod
    def of(cls, finding: Finding) -> Entry:
        """The entry that accepts this finding."""
        rule, path, symbol, source = fingerprint_key(finding)
        return cls(path, rule, symbol, source, finding.fingerprint, finding.evidence.value)

    def as_line(self) -> str:
        """The entry as JSON on one line."""
        data = {
            "path": self.path,
            "rule": self.rule,
            "symbol": self.symbol,
            "source": self.source,
            "evidence": self.evidence,
            "fingerprint": self.fingerprint,
        }
        line = json.dumps(data, ensure_ascii=False)
        try:
            line.encode()
        except UnicodeEncodeError:  # a file name that is no UTF-8
            return json.dumps(data)
        return line


def _always(_code: str) -> bool:
    return True


class Baseline:
    """The accepted findings of a project, by fingerprint.

    `path` is the file it came from and `root` the rootdir that the paths in it are relative to. Without a root, entries of
    files that were deleted can't be told from entries of files that weren't checked, and are kept.
    """

    def __init__(self, entries: Iterable[Entry] = (), *, path: Path | None = None, root: Path | None = None) -> None:
        self._entries = {entry.fingerprint: entry for entry in entries}
        self.path = path
        self.root = root

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries, sorted as in the file."""
        return tuple(sorted(self._entries.values()))

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, fingerprint: object) -> bool:
        return fingerprint in self._entries

    @classmethod
    def load(cls, path: Path, *, root: Path | None = None) -> Baseline:
        """The baseline in this file.

        Raises UsageError, which says what to do, when it can't be read, is damaged, or comes from a newer version.
        """
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{path}: this baseline can't be read: {error}") from error
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise UsageError(_damage(path, text, error)) from error
        return cls(_entries(path, data, _rows(text)), path=path, root=root)

    def apply(self, findings: Iterable[Finding], checked: Collection[str], *, enabled: Callable[[str], bool] = _always) -> list[Finding]:
        """The findings with the accepted ones marked, and a GIL004 for each entry whose finding is gone.

        `checked` are the paths that this run looked at (as in `Site.path`) and `enabled` tells whether a rule took part: an
        entry of any other path or rule is not judged, unless its file no longer exists. Nor is an entry that rests on a test
        run, since its test may not have run this time. Findings need their fingerprints.
        """
        marked = [replace(finding, baselined=True) if finding.fingerprint in self._entries else finding for finding in findings]
        seen = {finding.fingerprint for finding in marked}
        return [*marked, *(self._gone(entry) for entry in self.entries if self._is_gone(entry, seen, checked, enabled))]

    @staticmethod
    def updated(
        old: Baseline | None,
        findings: Iterable[Finding],
        checked: Collection[str],
        *,
        path: Path | None = None,
        root: Path | None = None,
        enabled: Callable[[str], bool] = _always,
    ) -> Baseline:
        """A baseline that accepts these findings, apart from those that a comment suppresses.

        Entries of `old` that this run can't judge are kept (see `apply`). `path` and `root` default to those of `old`.
        """
        if old is None:
            old = Baseline()
        path, root = path or old.path, root or old.root
        entries = {f.fingerprint: Entry.of(f) for f in findings if f.suppressed is None and f.rule != GONE}
        known = Baseline(old.entries, path=path, root=root)
        seen = set(entries)
        for entry in known.entries:
            new = entries.get(entry.fingerprint)
            if new is not None:
                # A run of the rules alone must not make the file forget that a test showed it.
                entries[entry.fingerprint] = replace(new, evidence=max(Evidence(new.evidence), Evidence(entry.evidence)).value)
            elif not known._is_gone(entry, seen, checked, enabled):
                entries[entry.fingerprint] = entry
        return Baseline(entries.values(), path=path, root=root)

    def write(self, path: Path | None = None) -> None:
        """Write it to `path` (default: where it came from), whole or not at all.

        Raises UsageError when that is not possible.
        """
        target = path or self.path
        if target is None:
            raise ValueError("a baseline that came from no file needs a path")
        lines = ",\n".join(f"    {entry.as_line()}" for entry in self.entries)
        listed = f"[\n{lines}\n  ]" if lines else "[]"
        text = f'{{\n  "format": {FORMAT},\n  "findings": {listed}\n}}\n'
        real = Path(os.path.realpath(target))
        partial = real.with_name(f"{real.name}.{os.getpid()}.tmp")
        try:
            real.parent.mkdir(parents=True, exist_ok=True)
            try:
                partial.write_text(text, encoding="utf-8", newline="\n")
                partial.replace(real)
            finally:
                partial.unlink(missing_ok=True)
        except OSError as error:
            raise UsageError(f"{target}: this baseline can't be written: {error}") from error

    def _is_gone(self, entry: Entry, seen: Collection[str], checked: Collection[str], enabled: Callable[[str], bool]) -> bool:
        if entry.fingerprint in seen:
            return False
        if entry.path in checked:
            return enabled(entry.rule) and entry.evidence == Evidence.SUSPECTED.value
        return self.root is not None and not os.path.lexists(self.root / entry.path)

    def _gone(self, entry: Entry) -> Finding:
        where = f"{entry.path}, {entry.symbol}" if entry.symbol != "<module>" else entry.path
        message = f"{entry.rule} in {where} is accepted here but no longer found: {entry.source}"
        return Finding(
            rule=GONE,
            name=GONE_NAME,
            level=Level.WARNING,
            evidence=Evidence.SUSPECTED,
            site=Site(self._shown_path(), entry.row),
            end_line=entry.row,
            message=message,
            advice="Take the entry out: run once with --gilcheck-update-baseline (gilcheck: --update-baseline), or delete its line.",
            source=entry.as_line(),
            witnesses=(Witness(Evidence.SUSPECTED, "the file was checked without this finding, or is no more"),),
            # The ledger gives all others; an entry is as unique as what it accepts.
            fingerprint=f"gone-{entry.fingerprint}",
        )

    def _shown_path(self) -> str:
        if self.path is None:
            return "<baseline>"
        if self.root is not None and self.path.is_relative_to(self.root):
            return self.path.relative_to(self.root).as_posix()
        return self.path.as_posix()


def _entries(path: Path, data: object, rows: Mapping[str, int]) -> list[Entry]:
    if not isinstance(data, dict) or not isinstance(data.get("findings"), list):
        raise UsageError(f"{path}: this is no baseline: it needs 'format' and a list 'findings'; was another file named by mistake?")
    if data.get("format") != FORMAT:
        hint = "; upgrade pytest-gilcheck" if isinstance(data.get("format"), int) and data["format"] > FORMAT else ""
        raise UsageError(f"{path}: this version reads baselines of format {FORMAT}, not {data.get('format')!r}{hint}")
    return [_entry(path, index, item, rows) for index, item in enumerate(data["findings"])]


def _entry(path: Path, index: int, item: Any, rows: Mapping[str, int]) -> Entry:
    words = ("path", "rule", "symbol", "source", "fingerprint", "evidence")
    if not isinstance(item, dict) or not all(isinstance(item.get(word), str) for word in words):
        raise UsageError(f"{path}: entry {index + 1} of this baseline is damaged: it needs the strings {', '.join(words)}")
    if item["evidence"] not in {evidence.value for evidence in Evidence}:
        raise UsageError(f"{path}: entry {index + 1} of this baseline is damaged: no such evidence: {item['evidence']!r}")
    return Entry(**{word: item[word] for word in words}, row=rows.get(item["fingerprint"], 1))


def _rows(text: str) -> dict[str, int]:
    found = ((re.search(r'"fingerprint"\s*:\s*"([^"]*)"', line), row) for row, line in enumerate(text.split("\n"), 1))
    return {match[1]: row for match, row in found if match}


def _damage(path: Path, text: str, error: Exception) -> str:
    for row, line in enumerate(text.split("\n"), 1):
        if line.startswith(("<<<<<<<", "=======", ">>>>>>>")):
            return (
                f"{path}:{row}: this baseline has merge conflict markers; keep the entries of both sides, separated by commas,"
                " then run with --gilcheck-update-baseline"
            )
    place = f"{path}:{error.lineno}" if isinstance(error, json.JSONDecodeError) else str(path)
    return f"{place}: this baseline is damaged ({error}); mend it, or delete it and run with --gilcheck-update-baseline"
