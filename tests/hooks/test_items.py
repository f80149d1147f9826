"""How a failed check looks, in the terminal and in files."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest

Write = Callable[..., None]
Run = Callable[..., pytest.RunResult]


def test_failure_shows_whole_findings(write: Write, run: Run) -> None:
    """FAILURES has each failing finding in full, the short summary its first line; no traceback of ours."""
    write("tests/test_a.py", "x = 1  # FLAGME\ny = 2  # FLAGME\nz = 3  # FLAGME WARN")
    result = run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*= FAILURES =*",
            "*_ GILCHECK tests/test_a.py _*",
            "tests/test_a.py:1:1  GIL999 flagged-line*error*",
            "*x = 1  # FLAGME",
            "*it is flagged",
            "tests/test_a.py:2:1  GIL999 flagged-line*error*",
            "*= gilcheck =*",
            "FAILED tests/test_a.py::GILCHECK - GIL999 flagged-line, line 1 (and 1 more)",
        ]
    )
    assert "FindingsError" not in str(result.stdout)


def test_warnings_do_not_fail(write: Write, run: Run) -> None:
    """A finding that is a warning leaves its item passed."""
    write("tests/test_a.py", "x = 1  # FLAGME WARN")
    result = run()
    result.assert_outcomes(passed=1)
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["tests/test_a.py:1:1  GIL999 flagged-line*warning*"])


@pytest.mark.parametrize(("level", "outcome"), [("never", "passed"), ("observed", "passed"), ("suspected", "failed")])
def test_fail_on(write: Write, run: Run, level: str, outcome: str) -> None:
    """`--gilcheck-fail-on` decides instead of the rule's own level."""
    write("tests/test_a.py", "x = 1  # FLAGME WARN\ny = 1  # FLAGME")
    result = run(f"--gilcheck-fail-on={level}")
    result.assert_outcomes(**{outcome: 1})
    assert result.ret == (pytest.ExitCode.TESTS_FAILED if outcome == "failed" else pytest.ExitCode.OK)


def test_colour_follows_the_terminal(write: Write, run: Run) -> None:
    """`--color` decides, in FAILURES and in the summary."""
    write("tests/test_a.py", "x = 1  # FLAGME")
    assert "\x1b[" not in str(run("--color=no").stdout)
    colored = run("--color=yes").outlines
    assert [line for line in colored if "tests/test_a.py:1:1" in line and "\x1b[" in line]


def test_junit_is_plain(write: Write, project: pytest.Pytester, run: Run) -> None:
    """The JUnit file has one case for each file, with the finding as plain text."""
    write("tests/test_a.py", "x = 1  # FLAGME")
    write("tests/test_b.py")
    run("--color=yes", "--junitxml=junit.xml")
    cases = {case.get("classname"): case for case in ET.parse(project.path / "junit.xml").iter("testcase")}
    assert {case.get("name") for case in cases.values()} == {"GILCHECK"}
    failure = cases["tests.test_a"].find("failure")
    assert failure is not None
    assert "tests/test_a.py:1:1  GIL999" in (failure.text or "")
    assert "\x1b" not in ET.tostring(failure, encoding="unicode")
    assert "#x1B" not in ET.tostring(failure, encoding="unicode")
    assert cases["tests.test_b"].find("failure") is None


def test_traceback_line(write: Write, run: Run) -> None:
    """`--tb=line` gives a failed check one line with its place."""
    write("tests/test_a.py", "\nx = 1  # FLAGME")
    result = run("--tb=line")
    result.stdout.fnmatch_lines(["*= FAILURES =*", "tests/test_a.py:2: GIL999 flagged-line, line 2", "*= gilcheck =*"], consecutive=True)


def test_heading_names_the_file(write: Write, run: Run) -> None:
    """The heading of a failure tells which file it is of."""
    write("tests/test_a.py", "x = 1  # FLAGME")
    run().stdout.fnmatch_lines(["*= FAILURES =*", "*_ GILCHECK tests/test_a.py _*"], consecutive=True)


def test_error_of_the_check_itself(project: pytest.Pytester, write: Write, run: Run) -> None:
    """An exception from the engine fails the item with its traceback, and the run is not called complete."""
    write(
        "tests/broken.py",
        """
import pytest

@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session):
    from pytest_gilcheck.source.check import Checker

    def findings(self, path):
        raise ZeroDivisionError("engine")

    patch = pytest.MonkeyPatch()
    patch.setattr(Checker, "findings", findings)
    session.config.add_cleanup(patch.undo)
""",
    )
    write("unit/test_a.py", "def test_a(): pass")
    project.syspathinsert(project.path / "tests")
    result = run("-p", "broken", "unit")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*ZeroDivisionError: engine", "*incomplete:*1 of 1 files was not checked*"])


def test_verbose_names_the_item(write: Write, run: Run) -> None:
    """`-v` shows the node id and its outcome."""
    write("tests/test_a.py")
    run("-v").stdout.fnmatch_lines(["tests/test_a.py::GILCHECK PASSED*"])


def test_without_the_terminal_plugin(write: Write, run: Run) -> None:
    """`-p no:terminal`, as programs that embed pytest use it, takes nothing from the outcome."""
    write("tests/test_a.py", "x = 1  # FLAGME")
    assert run("-p", "no:terminal").ret == pytest.ExitCode.TESTS_FAILED
    assert run("-p", "no:terminal", "--gilcheck-explain=GIL999").ret == pytest.ExitCode.OK
