"""Where reports go."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from pytest_gilcheck import reports
from pytest_gilcheck.model.errors import UsageError
from pytest_gilcheck.model.settings import ReportTarget, Settings
from pytest_gilcheck.reports.delivery import print_report, require_writable
from tests.reports.conftest import MakeRun


def settings(*targets: ReportTarget) -> Settings:
    """Settings that ask for these reports."""
    return Settings(Path("/"), reports=targets)


def test_a_writable_report_leaves_no_trace(tmp_path: Path) -> None:
    """The probe removes what it made and keeps what was there."""
    (tmp_path / "old.json").write_text("old", encoding="utf-8")
    targets = [ReportTarget("json", str(tmp_path / name)) for name in ("old.json", "deep/new.json")]
    require_writable(settings(*targets, ReportTarget("json", "-")))
    assert (tmp_path / "old.json").read_text(encoding="utf-8") == "old"
    assert list((tmp_path / "deep").iterdir()) == []


@pytest.mark.parametrize("name", ["", "file/new.json"])
def test_a_report_that_cannot_be_written_is_refused(tmp_path: Path, name: str) -> None:
    """A directory, or a file where a directory should be, is named before the run."""
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match=r"--gilcheck-report: json:.* can't be written"):
        require_writable(settings(ReportTarget("json", str(tmp_path / name))))


def test_a_report_is_utf8_whatever_the_terminal(monkeypatch: pytest.MonkeyPatch, make_run: MakeRun) -> None:
    """Other tools read it; a stream of text alone gets the text."""
    run = make_run([])
    monkeypatch.setattr(reports, "render", lambda form, run: f"naïve {form}\n")
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii", newline="\r\n"))
    print_report("json", run)
    assert raw.getvalue() == "naïve json\n".encode()
    text = io.StringIO()
    monkeypatch.setattr(sys, "stdout", text)
    print_report("json", run)
    assert text.getvalue() == "naïve json\n"


@pytest.mark.skipif(sys.platform == "win32", reason="has no /dev/null")
def test_a_device_is_not_probed() -> None:
    """Opening a pipe for a test would end its reader."""
    require_writable(settings(ReportTarget("json", "/dev/null")))
    assert Path("/dev/null").exists()
