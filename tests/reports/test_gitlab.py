"""GitLab's code quality report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_gilcheck.model.finding import Finding
from pytest_gilcheck.reports import gitlab
from tests.reports.conftest import MakeRun
from tests.reports.strategies import calm, findings


@pytest.mark.slow
@calm
@given(found=st.lists(findings, max_size=6))
def test_entries_are_what_gitlab_asks_for(make_run: MakeRun, found: list[Finding]) -> None:
    """Each finding that counts is an entry with every required field and a fingerprint of its own."""
    run = make_run(found)
    entries = json.loads(gitlab.render(run))
    assert len(entries) == len(run.active)
    assert len({entry["fingerprint"] for entry in entries}) == len(entries)
    for entry in entries:
        assert set(entry) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert entry["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert 1 <= entry["location"]["lines"]["begin"] <= entry["location"]["lines"]["end"]


def test_severity_follows_level_and_evidence(make_run: MakeRun) -> None:
    """Warnings are minor, errors major, proved errors critical."""
    entries = json.loads(gitlab.render(make_run()))
    assert [entry["severity"] for entry in entries] == ["critical", "major", "major", "minor"]


def test_clean_run_is_an_empty_list(make_run: MakeRun) -> None:
    """GitLab needs a list even when there is nothing in it."""
    assert gitlab.render(make_run([])) == "[]\n"


def test_path_is_the_repositorys(make_run: MakeRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project in a folder of the repository has that folder in its paths."""
    monkeypatch.setenv("CI_PROJECT_DIR", str(tmp_path))
    entries = json.loads(gitlab.render(make_run(root=tmp_path / "services" / "api")))
    assert entries[0]["location"]["path"] == "services/api/src/stats.py"
