"""A run in one line."""

from __future__ import annotations

from pytest_gilcheck.reports.counts import count_line
from tests.reports.conftest import MakeRun, shop_findings


def test_mixed_run(make_run: MakeRun) -> None:
    """Levels, evidence, suppressed and baselined findings are counted."""
    assert count_line(make_run()) == (
        "4 findings in 41 files: 3 errors, 1 warning (1 proved, 1 observed, 2 suspected) · 1 suppressed · 1 in the baseline"
    )


def test_one_of_each(make_run: MakeRun) -> None:
    """One is singular."""
    assert count_line(make_run(shop_findings()[:1], files=1)) == "1 finding in 1 file: 1 error (proved)"


def test_equal_evidence_is_said_once(make_run: MakeRun) -> None:
    """Findings with the same evidence aren't counted twice in one line."""
    alike = [shop_findings()[1], shop_findings()[5]]
    assert count_line(make_run(alike)) == "2 findings in 41 files: 1 error, 1 warning (all suspected)"


def test_findings_that_fail_nothing(make_run: MakeRun) -> None:
    """A run that passes in spite of findings says so."""
    assert count_line(make_run(shop_findings()[1:2])).endswith("1 warning (suspected) · none fails the run")
    assert count_line(make_run(fail_on="never")).endswith("· none fails the run")


def test_clean(make_run: MakeRun) -> None:
    """Nothing found is said with how much was checked."""
    assert count_line(make_run([])) == "no findings in 41 files"


def test_build_without_gil(make_run: MakeRun) -> None:
    """A free-threaded build is named: what was observed on it differs."""
    assert count_line(make_run([], gil="disabled")) == "no findings in 41 files · GIL disabled"
