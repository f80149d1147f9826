"""The end of a run: baseline, reports and exit status."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

Write = Callable[..., None]
Run = Callable[..., pytest.RunResult]
BASELINE = "--gilcheck-baseline=known.json"


def loaded(project: pytest.Pytester, name: str) -> Any:
    """A JSON file of the project."""
    return json.loads((project.path / name).read_text(encoding="utf-8"))


def test_baseline_accepts_and_shrinks(write: Write, project: pytest.Pytester, run: Run) -> None:
    """Updating passes; then known findings pass, new ones fail, and mended ones are reported as gone until it is updated."""
    write("tests/test_a.py", "x = 1  # FLAGME")
    run(BASELINE, "--gilcheck-update-baseline").assert_outcomes(passed=1)
    assert len(loaded(project, "known.json")["findings"]) == 1

    write("tests/test_a.py", "# moved down\n\nx = 1  # FLAGME")
    result = run(BASELINE)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*no findings in 1 file*1 in the baseline*"])

    write("tests/test_a.py", "x = 1  # FLAGME\nx = 1  # FLAGME")
    result = run(BASELINE)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["tests/test_a.py:2:1*GIL999*"])
    assert "tests/test_a.py:1:1" not in str(result.stdout)

    write("tests/test_a.py", "x = 1")
    result = run(BASELINE)
    result.assert_outcomes(passed=1)
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["known.json:4*GIL004*warning*", "*no longer found*"])

    run(BASELINE, "--gilcheck-update-baseline").assert_outcomes(passed=1)
    assert loaded(project, "known.json")["findings"] == []


def test_baseline_keeps_what_was_not_checked(write: Write, project: pytest.Pytester, run: Run) -> None:
    """A run over one file neither reports nor drops entries of the others."""
    write("tests/test_a.py", "x = 1  # FLAGME")
    write("tests/test_b.py", "x = 1  # FLAGME")
    run(BASELINE, "--gilcheck-update-baseline").assert_outcomes(passed=2)
    write("tests/test_a.py", "x = 1")
    write("tests/test_b.py", "x = 1")
    assert "GIL004" not in str(run(BASELINE, "tests/test_a.py", "--gilcheck-ignore=GIL004").stdout)
    run(BASELINE, "tests/test_a.py", "--gilcheck-update-baseline")
    assert [entry["path"] for entry in loaded(project, "known.json")["findings"]] == ["tests/test_b.py"]


@pytest.mark.slow
def test_baseline_under_xdist(write: Write, project: pytest.Pytester, run: Run) -> None:
    """Workers accept what the baseline has; the controller writes it."""
    pytest.importorskip("xdist")
    for name in "abc":
        write(f"tests/test_{name}.py", "x = 1  # FLAGME\nx = 1  # FLAGME")
    run("-n2", BASELINE, "--gilcheck-update-baseline").assert_outcomes(passed=3)
    assert len(loaded(project, "known.json")["findings"]) == 6
    run("-n2", BASELINE).assert_outcomes(passed=3)


def test_failing_finding_without_an_item(write: Write, run: Run) -> None:
    """A run with a failing finding that no item stands for does not end in success."""
    write("tests/test_a.py", "x = 1  # FLAGME")
    run(BASELINE, "--gilcheck-update-baseline").assert_outcomes(passed=1)
    write("tests/test_a.py", "x = 1")
    result = run(BASELINE, "--gilcheck-fail-on=suspected")
    result.assert_outcomes(passed=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_damaged_baseline(write: Write, run: Run) -> None:
    """A baseline that can't be read is a usage error."""
    write("known.json", "{")
    result = run(BASELINE)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: *known.json*damaged*"])


def test_exit_status_is_pytests_own(write: Write, run: Run) -> None:
    """Success, failure and nothing to do are as without the plugin."""
    assert run("-k", "nothing").ret == pytest.ExitCode.NO_TESTS_COLLECTED
    write("tests/helper.py")
    assert run().ret == pytest.ExitCode.OK
    write("tests/test_a.py", "def test_a(): assert False")
    assert run().ret == pytest.ExitCode.TESTS_FAILED


def test_baseline_that_fails_at_the_end(write: Write, run: Run) -> None:
    """A baseline that could be written at the start and can't be at the end makes the run fail, and the summary says why."""
    write("tests/test_a.py", "def test_a():\n    import pathlib\n    pathlib.Path('known.json').mkdir()\n")
    result = run(BASELINE, "--gilcheck-update-baseline")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["incomplete: *known.json: this baseline can't be written: *"])
