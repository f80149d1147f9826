"""Workflow commands and the step summary: no text can break out of either."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_gilcheck.model.evidence import Level
from pytest_gilcheck.model.finding import Finding, Site
from pytest_gilcheck.reports import github
from pytest_gilcheck.reports.escaping import well_formed
from tests.reports.conftest import MakeRun, shop_findings
from tests.reports.strategies import calm, findings


def _parsed(line: str) -> tuple[str, dict[str, str], str]:
    """A command as GitHub's runner reads it: name, properties, data."""
    head, data = line.removeprefix("::").split("::", 1)
    name, _, listed = head.partition(" ")
    pairs = [pair.split("=", 1) for pair in listed.split(",") if pair]
    return name, {key: _unescaped(value, ":,") for key, value in pairs}, _unescaped(data)


def _unescaped(text: str, more: str = "") -> str:
    for character in f"\r\n{more}%":
        text = text.replace(f"%{ord(character):02X}", character)
    return text


def _many(errors: int, warnings: int) -> list[Finding]:
    sample = shop_findings()[0]
    levels = [Level.WARNING] * warnings + [Level.ERROR] * errors
    return [
        replace(sample, level=level, site=Site(f"src/m{number:02}.py", number), end_line=number)
        for number, level in enumerate(levels, start=1)
    ]


@pytest.mark.slow
@calm
@given(found=st.lists(findings, max_size=4), note=st.none() | st.text())
def test_no_text_breaks_an_annotation(make_run: MakeRun, found: list[Finding], note: str | None) -> None:
    """The runner reads back exactly what the findings say, and no command that isn't ours."""
    run = make_run(found, incomplete=() if note is None else (note,))
    lines = re.split("\r\n|\r|\n", github.render(run).removesuffix("\n"))
    parsed = [_parsed(line) for line in lines[:-1]]
    assert not lines[-1].startswith("::")
    assert all(name in {"error", "warning"} for name, _, _ in parsed)
    told = [(properties, data) for _, properties, data in parsed if "file" in properties]
    expected = sorted(run.active, key=lambda finding: finding.level is Level.WARNING)
    for (properties, data), finding in zip(told, expected, strict=True):
        assert data == well_formed(f"{finding.message}\n{finding.advice}")
        assert properties["file"] == well_formed(finding.site.path)
        assert properties["title"] == well_formed(f"{finding.rule} {finding.name} ({finding.evidence.value})")
        assert ("col" in properties) == (finding.site.column > 0 and finding.end_line <= finding.site.line)


@pytest.mark.slow
@calm
@given(found=st.lists(findings, min_size=1, max_size=3))
def test_no_text_breaks_the_folded_list(make_run: MakeRun, found: list[Finding]) -> None:
    """A line that GitHub isn't meant to read as a command holds neither form of one."""
    rendered = github.render(make_run([*_many(10, 10), *found]))
    for line in re.split("\r\n|\r|\n", rendered):
        if not re.match("::(error|warning) |::group::|::endgroup::$", line):
            assert not line.lstrip().startswith("::")
            assert "##[" not in line


def test_most_severe_first_and_the_rest_folded(make_run: MakeRun) -> None:
    """Ten errors and ten warnings are annotations, errors first; nothing of the rest is lost."""
    lines = github.render(make_run(_many(errors=12, warnings=11))).splitlines()
    assert [line.split()[0] for line in lines[:20]] == ["::error"] * 10 + ["::warning"] * 10
    assert lines[20] == "::group::3 more findings"
    assert [line.split(" GIL")[0] for line in lines[21:24]] == ["error src/m22.py:22", "error src/m23.py:23", "warning src/m11.py:11"]
    assert lines[24] == "::endgroup::"
    assert lines[25].startswith("pytest-gilcheck: 23 findings in 41 files")


def test_incomplete_run_takes_the_first_warning(make_run: MakeRun) -> None:
    """What makes the run incomplete is never among the dropped."""
    lines = github.render(make_run(_many(errors=0, warnings=10), incomplete=("gw0 died",))).splitlines()
    assert lines[0] == "::warning title=incomplete run::pytest-gilcheck is incomplete: gw0 died"
    assert sum(line.startswith("::warning") for line in lines) == 10


def test_clean_run_says_so(make_run: MakeRun) -> None:
    """A clean run is one plain line."""
    assert github.render(make_run([])) == "pytest-gilcheck: no findings in 41 files\n"


def test_path_is_the_repositorys(make_run: MakeRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project in a folder of the repository is annotated where GitHub finds it."""
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    assert "file=api/src/stats.py," in github.render(make_run(root=tmp_path / "api"))


@pytest.mark.slow
@calm
@given(found=st.lists(findings, min_size=1, max_size=4))
def test_no_text_breaks_the_table(make_run: MakeRun, found: list[Finding]) -> None:
    """Each finding that counts is one row of five cells, without a tag that isn't ours."""
    run = make_run(found)
    rows = [line for line in github.step_summary(run).split("\n") if line.startswith("| ")][1:]
    assert len(rows) == len(run.active)
    for row in rows:
        assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", row)) == 6
        assert row.count("<") == row.count("<br>") == 1


def test_table_stays_below_githubs_limit(make_run: MakeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table that would be refused is cut, and says how many rows are missing."""
    monkeypatch.setattr(github, "SUMMARY_BYTES", 2_000)
    text = github.step_summary(make_run(_many(errors=30, warnings=0)))
    rows = text.count("| error |")
    assert 0 < rows < 30
    assert text.endswith(f"\n{30 - rows} more findings left out: the summary would be too large.\n")
    assert len(text.encode()) < 2_200


def test_summary_of_a_clean_run(make_run: MakeRun) -> None:
    """A clean run has no table."""
    assert github.step_summary(make_run([])) == "### pytest-gilcheck\n\nno findings in 41 files\n"
