"""Nothing that was found is lost: collection errors, interruptions, workers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

Write = Callable[..., None]
Run = Callable[..., pytest.RunResult]


def report(project: pytest.Pytester) -> Any:
    """The JSON report of the last run."""
    return json.loads((project.path / "out.json").read_text(encoding="utf-8"))


def places(project: pytest.Pytester) -> list[str]:
    """Where the JSON report of the last run has findings."""
    return [f"{finding['path']}:{finding['line']}" for finding in report(project)["findings"]]


def test_module_that_fails_to_import(write: Write, project: pytest.Pytester, run: Run) -> None:
    """Pytest stops at a collection error, but findings of all files are in the summary and report, and the run fails."""
    write("tests/test_a.py", "def test_a(): print('RA' 'N')  # FLAGME")
    write("tests/test_bad.py", "import nowhere_at_all  # FLAGME")
    write("src/code.py", "x = 1  # FLAGME")
    result = run("-s", "--gilcheck-src=src", "--gilcheck-report=json:out.json")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert "RAN" not in str(result.stdout)
    assert places(project) == ["src/code.py:1", "tests/test_a.py:1", "tests/test_bad.py:1"]
    # Nothing of them was under FAILURES, so the summary has them in full.
    result.stdout.fnmatch_lines(["*= gilcheck =*", "tests/test_bad.py:1:1  GIL999*", "*it is flagged", "*3 findings in 3 files*"])
    assert "incomplete" not in str(result.stdout)


def test_continue_on_collection_errors(write: Write, run: Run) -> None:
    """With `--continue-on-collection-errors` the check of the module that fails to import runs as an item."""
    write("tests/test_bad.py", "import nowhere_at_all  # FLAGME")
    result = run("--continue-on-collection-errors", "-v")
    result.assert_outcomes(failed=1, errors=1)
    result.stdout.fnmatch_lines(["tests/test_bad.py::GILCHECK FAILED*"])


def test_deselected_files_stay_out_after_a_collection_error(write: Write, project: pytest.Pytester, run: Run) -> None:
    """Only what was selected is checked in place of the items."""
    write("tests/test_a.py", "x = 1  # FLAGME")
    write("tests/test_bad.py", "import nowhere_at_all  # FLAGME")
    run("-k", "test_bad", "--gilcheck-report=json:out.json")
    assert places(project) == ["tests/test_bad.py:1"]


def test_collect_only_checks_nothing(write: Write, project: pytest.Pytester, run: Run) -> None:
    """`--collect-only` runs no check, with a collection error neither, and leaves the reports of an earlier run."""
    write("out.json", "before")
    write("tests/test_a.py", "x = 1  # FLAGME")
    assert "it is flagged" not in str(run("--collect-only", "--gilcheck-report=json:out.json").stdout)
    write("tests/test_bad.py", "import nowhere_at_all")
    result = run("--collect-only", "--gilcheck-report=json:out.json")
    assert "it is flagged" not in str(result.stdout)
    assert (project.path / "out.json").read_text(encoding="utf-8") == "before"


@pytest.mark.parametrize("stop", ["-x", "--maxfail=1"])
def test_stopped_run_is_incomplete(write: Write, project: pytest.Pytester, run: Run, stop: str) -> None:
    """After `-x` the summary has what was found until then, and says that files are missing."""
    write("tests/test_a.py", "x = 1  # FLAGME")
    write("tests/test_b.py", "x = 1  # FLAGME")
    result = run(stop, "--gilcheck-report=json:out.json")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*= gilcheck =*", "*incomplete:*stopping after 1 failures*", "*incomplete:*1 of 2 files was not checked*"])
    assert places(project) == ["tests/test_a.py:1"]


def test_interrupted_run_is_incomplete(write: Write, project: pytest.Pytester) -> None:
    """After Ctrl-C the summary has what was found until then, and says so."""
    write("tests/test_a.py", "x = 1  # FLAGME")
    write("tests/test_b.py", "def test_b(): raise KeyboardInterrupt")
    result = project.runpytest_inprocess("--gilcheck", no_reraise_ctrlc=True)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*= gilcheck =*", "*incomplete:*the run was interrupted*", "*incomplete:*2 of 2 files were not checked*"])


def test_item_that_another_plugin_stops(write: Write, run: Run) -> None:
    """A check that never came to run because a hook of the project failed is counted as missing."""
    write("tests/conftest.py", "def pytest_runtest_setup(item): item.function")
    write("tests/test_a.py", "def test_a(): pass")
    result = run()
    result.assert_outcomes(passed=1, errors=2)
    result.stdout.fnmatch_lines(["*incomplete:*2 of 2 files were not checked*"])


def test_skipped_checks_are_not_a_clean_run(write: Write, run: Run) -> None:
    """If a hook of the project skips every check, the exit status says that nothing was checked."""
    write("tests/conftest.py", "import pytest\ndef pytest_runtest_setup(item): pytest.skip('no')")
    write("tests/test_a.py")
    result = run()
    result.assert_outcomes(skipped=2)
    assert result.ret == pytest.ExitCode.TESTS_FAILED


@pytest.mark.slow
@pytest.mark.parametrize("dist", ["load", "loadfile", "loadscope", "loadgroup", "worksteal"])
def test_xdist_checks_each_file_once(write: Write, project: pytest.Pytester, run: Run, dist: str) -> None:
    """With pytest-xdist each file is checked once, and the controller has one merged summary and report."""
    pytest.importorskip("xdist")
    for name in "abcd":
        write(f"tests/test_{name}.py", f"def test_{name}(): pass  # FLAGME")
    write("src/code.py", "x = 1  # FLAGME")
    result = run("-n2", f"--dist={dist}", "--color=yes", "--gilcheck-src=src", "--gilcheck-report=json:out.json")
    result.assert_outcomes(passed=4, failed=5)
    assert report(project)["summary"]["files"] == 5
    assert places(project) == ["src/code.py:1", *(f"tests/test_{name}.py:1" for name in "abcd")]
    assert str(result.stdout).count("5 findings in 5 files") == 1
    assert [line for line in result.outlines if line.startswith("\x1b[1msrc/code.py:1:1\x1b[0m")], "colours are the controller's"


@pytest.mark.slow
def test_xdist_usage_errors_come_once(project: pytest.Pytester, run: Run) -> None:
    """A wrong option stops the controller before any worker starts."""
    pytest.importorskip("xdist")
    result = run("-n2", "--gilcheck-fail-on=maybe")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert str(result.stderr).count("maybe") == 1
    assert "bringing up nodes" not in str(result.stdout)


@pytest.mark.slow
def test_xdist_worker_that_dies(write: Write, project: pytest.Pytester, run: Run) -> None:
    """A run in which a worker died is incomplete in summary and report, and fails."""
    pytest.importorskip("xdist")
    write("tests/test_a.py", "import os\ndef test_a(): os._exit(3)")
    result = run("-n1", "--max-worker-restart=0", "--gilcheck-report=json:out.json")
    assert result.ret not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    result.stdout.fnmatch_lines(["*= gilcheck =*", "*incomplete:*test process gw0 died:*"])
    assert "died" in json.dumps(report(project))


@pytest.mark.slow
def test_xdist_stopped_run(write: Write, run: Run) -> None:
    """`-x` with workers is incomplete too."""
    pytest.importorskip("xdist")
    write("tests/test_0.py", "def test_0(): assert False")
    for number in range(1, 12):
        write(f"tests/test_{number}.py", "def test(): pass")
    run("-n1", "-x").stdout.fnmatch_lines(["*incomplete:*files were not checked*"])


@pytest.mark.slow
def test_xdist_file_names_that_are_no_utf_8(write: Write, project: pytest.Pytester, run: Run) -> None:
    """Such a name travels from a worker."""
    pytest.importorskip("xdist")
    try:
        (project.path / "tests" / "caf\udce9.py").write_text("x = 1  # FLAGME", encoding="utf-8")
    except (OSError, UnicodeError):
        pytest.skip("file names are Unicode here")
    result = run("-n1", "--gilcheck-report=json:out.json")
    result.assert_outcomes(failed=1)
    assert len(places(project)) == 1


def test_internal_error_is_incomplete(write: Write, project: pytest.Pytester, run: Run) -> None:
    """When pytest itself breaks off, the report says so."""
    write("tests/conftest.py", "def pytest_runtest_logstart(nodeid): raise ZeroDivisionError")
    write("tests/test_a.py", "def test_a(): pass")
    assert run("--gilcheck-report=json:out.json").ret == pytest.ExitCode.INTERNAL_ERROR
    assert "internal error" in json.dumps(report(project))
