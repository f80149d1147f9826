"""Accepted findings."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_gilcheck.model.baseline import GONE, GONE_NAME, Baseline
from pytest_gilcheck.model.errors import UsageError
from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.finding import Finding, Site
from pytest_gilcheck.model.ledger import Ledger
from pytest_gilcheck.rules.files.baseline_entry_gone import BaselineEntryGone


def finding(line: int, source: str, *, path: str = "app.py", rule: str = "GIL301", symbol: str = "f") -> Finding:
    return Finding(rule, "some-rule", Level.ERROR, Evidence.SUSPECTED, Site(path, line, 1, symbol), line, "wrong", "mend", source)


def entered(*findings: Finding) -> list[Finding]:
    return list(Ledger(findings))


def baseline(tmp_path: Path, *findings: Finding) -> Baseline:
    """Written to a file and read back."""
    path = tmp_path / "baseline.json"
    Baseline.updated(None, entered(*findings), {f.site.path for f in findings}).write(path)
    return Baseline.load(path, root=tmp_path)


def gone(findings: list[Finding]) -> list[str]:
    return [f.message for f in findings if f.rule == GONE]


def test_an_accepted_finding_is_marked_and_a_new_one_is_not(tmp_path: Path) -> None:
    """Only what is not in the file counts."""
    known = baseline(tmp_path, finding(3, "q = Queue()"))
    after = known.apply(entered(finding(3, "q = Queue()"), finding(4, "r = Queue()")), {"app.py"})
    assert [(f.source, f.baselined) for f in after] == [("q = Queue()", True), ("r = Queue()", False)]


def test_an_accepted_finding_may_move(tmp_path: Path) -> None:
    """Another line number or indentation is the same finding; another function is not."""
    known = baseline(tmp_path, finding(3, "q = Queue()"))
    moved = known.apply(entered(finding(33, "    q  =  Queue()")), {"app.py"})
    assert [f.baselined for f in moved] == [True]
    elsewhere = known.apply(entered(finding(3, "q = Queue()", symbol="g")), {"app.py"})
    assert [(f.rule, f.baselined) for f in elsewhere] == [("GIL301", False), (GONE, False)]


def test_two_equal_lines_need_two_entries(tmp_path: Path) -> None:
    """A copy of an accepted line is new; when one of two accepted copies goes, one entry is gone."""
    one = baseline(tmp_path, finding(3, "q = Queue()"))
    assert [f.baselined for f in one.apply(entered(finding(3, "q = Queue()"), finding(9, "q = Queue()")), {"app.py"})] == [True, False]
    two = baseline(tmp_path, finding(3, "q = Queue()"), finding(9, "q = Queue()"))
    after = two.apply(entered(finding(9, "q = Queue()")), {"app.py"})
    assert [f.baselined for f in after if f.rule != GONE] == [True]
    assert len(gone(after)) == 1


def test_an_entry_that_is_gone_is_reported_at_its_line_in_the_file(tmp_path: Path) -> None:
    """The warning names what was accepted, and stands at the line of the file that may be deleted."""
    known = baseline(tmp_path, finding(3, "q = Queue()"), finding(5, "r = Queue()"))
    [warning] = [f for f in known.apply(entered(finding(3, "q = Queue()")), {"app.py"}) if f.rule == GONE]
    assert warning.level is Level.WARNING
    assert warning.site.path == "baseline.json"
    assert "r = Queue()" in (tmp_path / "baseline.json").read_text().split("\n")[warning.site.line - 1]
    assert warning.message == "GIL301 in app.py, f is accepted here but no longer found: r = Queue()"


def test_a_partial_run_judges_only_what_it_looked_at(tmp_path: Path) -> None:
    """Entries of other files, and of rules that didn't take part, are not gone."""
    (tmp_path / "app.py").touch()
    (tmp_path / "lib.py").touch()
    known = baseline(tmp_path, finding(3, "q = Queue()"), finding(4, "n += 1", rule="GIL401"), finding(1, "p = Queue()", path="lib.py"))
    assert known.apply([], {"other.py"}) == []
    assert len(gone(known.apply([], {"app.py"}))) == 2
    assert len(gone(known.apply([], {"app.py"}, enabled=lambda code: code == "GIL401"))) == 1


def test_entries_of_a_deleted_file_are_gone(tmp_path: Path) -> None:
    """A file that no longer exists can't be checked, yet its entries go; without a root nobody can know."""
    known = baseline(tmp_path, finding(3, "q = Queue()"))
    assert len(gone(known.apply([], {"other.py"}))) == 1
    assert Baseline(known.entries).apply([], {"other.py"}) == []


def test_what_a_test_showed_is_not_gone_when_only_source_was_read(tmp_path: Path) -> None:
    """An entry that rests on a test run stays, since that test may not have run this time, and keeps its evidence."""
    observed = replace(finding(3, "q = Queue()"), evidence=Evidence.OBSERVED)
    known = baseline(tmp_path, observed)
    (tmp_path / "app.py").touch()
    assert known.apply([], {"app.py"}) == []
    again = Baseline.updated(known, entered(finding(3, "q = Queue()")), {"app.py"})
    assert [entry.evidence for entry in again.entries] == ["observed"]


def test_an_update_keeps_what_it_cannot_judge(tmp_path: Path) -> None:
    """Entries of files and rules that took no part stay, those that are gone go, new ones come."""
    (tmp_path / "lib.py").touch()
    known = baseline(tmp_path, finding(3, "q = Queue()"), finding(4, "n += 1", rule="GIL401"), finding(1, "p = Queue()", path="lib.py"))
    new = Baseline.updated(known, entered(finding(8, "z = Queue()")), {"app.py"}, enabled=lambda code: code != "GIL401")
    assert [(e.path, e.source) for e in new.entries] == [("app.py", "z = Queue()"), ("app.py", "n += 1"), ("lib.py", "p = Queue()")]
    assert new.path == known.path


def test_an_update_leaves_out_what_a_comment_suppresses_and_gone_entries(tmp_path: Path) -> None:
    """A suppressed finding needs no entry, and a GIL004 is never accepted."""
    known = baseline(tmp_path, finding(3, "q = Queue()"))
    findings = known.apply([replace(finding(4, "r = Queue()"), suppressed="by design", fingerprint="x")], {"app.py"})
    assert gone(findings)
    assert len(Baseline.updated(known, findings, {"app.py"})) == 0


def test_an_update_of_an_empty_baseline_keeps_its_place(tmp_path: Path) -> None:
    """A baseline without entries still knows its file and root."""
    empty = Baseline(path=tmp_path / "b.json", root=tmp_path)
    new = Baseline.updated(empty, entered(finding(3, "q = Queue()")), {"app.py"})
    assert (new.path, new.root, len(new)) == (empty.path, empty.root, 1)


def test_the_words_are_those_of_the_rule() -> None:
    """The model can't import the rule that explains the finding, so both say its name."""
    assert (BaselineEntryGone.code, BaselineEntryGone.name) == (GONE, GONE_NAME)


def test_the_file_is_the_same_whatever_the_order(tmp_path: Path) -> None:
    """Entries are sorted, one a line, so that two branches rarely meet in one line."""
    first = baseline(tmp_path, finding(3, "b()"), finding(1, "a()", path="z.py"), finding(4, "c()"))
    text = (tmp_path / "baseline.json").read_text(encoding="utf-8")
    baseline(tmp_path, *reversed([finding(3, "b()"), finding(1, "a()", path="z.py"), finding(4, "c()")]))
    assert (tmp_path / "baseline.json").read_text(encoding="utf-8") == text
    assert sum('"fingerprint"' in line for line in text.splitlines()) == len(first) == 3
    assert json.loads(text)["format"] == 1
    assert b"\r" not in (tmp_path / "baseline.json").read_bytes()


def test_an_empty_baseline_can_be_written(tmp_path: Path) -> None:
    """No findings give an empty list, which reads back; missing folders are made."""
    path = tmp_path / "deep" / "er" / "baseline.json"
    Baseline(path=path).write()
    assert len(Baseline.load(path)) == 0
    assert [p.name for p in path.parent.iterdir()] == ["baseline.json"]


@pytest.mark.parametrize("source", ["naïve = Queue()", "x = '\u2028'", "y = '\udce9'"])
def test_any_text_survives(tmp_path: Path, source: str) -> None:
    """Text beyond ASCII is written as it is, odd line separators and broken bytes don't harm."""
    known = baseline(tmp_path, finding(3, source), finding(9, "z()"))
    assert known.apply(entered(finding(3, source), finding(9, "z()")), {"app.py"})[0].baselined
    assert [entry.row for entry in known.entries] == [4, 5]


CONFLICT = """{
  "format": 1,
  "findings": [
<<<<<<< HEAD
    {"a": 1}
=======
    {"b": 1}
>>>>>>> other
  ]
}
"""
ENTRY = '{"path": "a", "rule": "b", "symbol": "c", "source": "d", "evidence": %s, "fingerprint": %s}'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (CONFLICT, r"baseline.json:4: this baseline has merge conflict markers"),
        ('{"format": 1,\n "findings": [}', r"baseline.json:2: this baseline is damaged"),
        ("", r"baseline.json:1: this baseline is damaged"),
        ("[" * 100_000, r"this baseline is damaged"),
        ("[]", r"this is no baseline"),
        ('{"findings": {}}', r"this is no baseline"),
        ('{"findings": []}', r"reads baselines of format 1, not None"),
        ('{"format": 2, "findings": []}', r"not 2; upgrade pytest-gilcheck"),
        ('{"format": 1, "findings": [1]}', r"entry 1 of this baseline is damaged"),
        ('{"format": 1, "findings": [%s]}' % (ENTRY % ('"suspected"', "3")), r"entry 1 of this baseline is damaged"),
        ('{"format": 1, "findings": [%s]}' % (ENTRY % ('"guessed"', '"e"')), r"no such evidence: 'guessed'"),
    ],
)
def test_a_damaged_file_is_a_usage_error(tmp_path: Path, text: str, says: str) -> None:
    """The error names the file, the line where there is one, and what to do."""
    path = tmp_path / "baseline.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=says):
        Baseline.load(path)


def test_a_file_that_cannot_be_read_is_a_usage_error(tmp_path: Path) -> None:
    """Missing files and other encodings are named."""
    with pytest.raises(UsageError, match="can't be read"):
        Baseline.load(tmp_path / "none.json")
    (tmp_path / "latin.json").write_bytes(b'{"format": 1, "findings": ["\xe9"]}')
    with pytest.raises(UsageError, match="can't be read"):
        Baseline.load(tmp_path / "latin.json")


def test_a_file_that_cannot_be_written_is_a_usage_error(tmp_path: Path) -> None:
    """A folder in the way is named, and nothing half-written stays behind; a baseline without a path is a mistake in a program."""
    target = tmp_path / "taken"
    target.mkdir()
    with pytest.raises(UsageError, match="can't be written"):
        Baseline().write(target)
    assert [p.name for p in tmp_path.iterdir()] == ["taken"]
    with pytest.raises(ValueError, match="needs a path"):
        Baseline().write()


def test_paths_are_shown_without_a_root_too(tmp_path: Path) -> None:
    """The warning's path is absolute when no root is known, and a placeholder when there is no file."""
    known = baseline(tmp_path, finding(3, "q = Queue()"))
    assert Baseline(known.entries, path=known.path).apply([], {"app.py"})[0].site.path == (tmp_path / "baseline.json").as_posix()
    assert Baseline(known.entries).apply([], {"app.py"})[0].site.path == "<baseline>"
    assert next(iter(known.entries)).fingerprint in known
