"""Report files."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable

import pytest

Write = Callable[..., None]
Run = Callable[..., pytest.RunResult]


def test_reports_are_written(write: Write, project: pytest.Pytester, run: Run) -> None:
    """Each report is written once the run is over, folders included, in place of what was there."""
    write("tests/test_a.py", "x = 1  # FLAGME")
    write("out.json", "long text of an earlier run " * 1000)
    result = run("--gilcheck-report=json:out.json", "--gilcheck-report=sarif:new/dir/out.sarif")
    result.stdout.fnmatch_lines(["wrote json report *out.json", "wrote sarif report *out.sarif"])
    assert json.loads((project.path / "out.json").read_text(encoding="utf-8"))["findings"]
    assert json.loads((project.path / "new/dir/out.sarif").read_text(encoding="utf-8"))["runs"]


def test_standard_output(write: Write, run: Run) -> None:
    """`-` writes to standard output after all that pytest prints, at the start of a line."""
    write("tests/test_a.py", "x = 1  # FLAGME")
    result = run("--gilcheck-report=github:-")
    assert [line for line in result.outlines if line.startswith("::error ")]
    assert result.outlines.index(next(line for line in result.outlines if line.startswith("::error "))) > result.outlines.index(
        next(line for line in result.outlines if "1 failed" in line)
    )


@pytest.mark.parametrize("path", ["tests", "file/out.json"])
def test_path_that_can_not_be_written(write: Write, run: Run, path: str) -> None:
    """A folder, or a path below a file, is refused at the start."""
    write("file", "text")
    write("tests/test_a.py", "def test_a(): print('RAN')")
    result = run(f"--gilcheck-report=json:{path}", "-s")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: --gilcheck-report: json:*{path} can't be written: *"])
    assert "RAN" not in str(result.stdout)


def test_baseline_that_can_not_be_written(write: Write, run: Run) -> None:
    """Neither does an update of the baseline wait for the end to say so."""
    write("file", "text")
    result = run("--gilcheck-baseline=file/known.json", "--gilcheck-update-baseline")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --gilcheck-baseline: *known.json can't be written: *"])


def test_trying_leaves_files_alone(write: Write, project: pytest.Pytester, run: Run) -> None:
    """A run that ends in a usage error leaves an old report as it is, and no empty new one."""
    write("old.json", "before")
    result = run("--gilcheck-report=json:old.json", "--gilcheck-report=json:new.json", "nowhere.py")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert (project.path / "old.json").read_text(encoding="utf-8") == "before"
    assert not (project.path / "new.json").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_link_that_leads_nowhere_yet(write: Write, project: pytest.Pytester, run: Run) -> None:
    """Trying neither removes the link nor leaves an empty file behind it."""
    (project.path / "out.json").symlink_to("target.json")
    assert run("--gilcheck-report=json:out.json", "nowhere.py").ret == pytest.ExitCode.USAGE_ERROR
    assert (project.path / "out.json").is_symlink()
    assert not (project.path / "target.json").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="has no such devices")
def test_devices(write: Write, run: Run) -> None:
    """A device can be named; it is not opened before the end."""
    write("tests/test_a.py")
    run(f"--gilcheck-report=json:{os.devnull}").assert_outcomes(passed=1)


def test_report_that_fails_at_the_end(write: Write, run: Run) -> None:
    """A report that could be written at the start and can't be at the end makes the run fail, and the summary says why."""
    write("tests/test_a.py", "def test_a():\n    import pathlib\n    pathlib.Path('out.json').mkdir()\n")
    result = run("--gilcheck-report=json:out.json")
    result.assert_outcomes(passed=2)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*report json:*out.json could not be written: *"])
