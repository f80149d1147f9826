"""The header and the section `gilcheck` of the terminal summary."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Write = Callable[..., None]
Run = Callable[..., pytest.RunResult]


def test_header(write: Write, run: Run) -> None:
    """The header tells how many rules take part and which source trees."""
    write("src/code.py")
    write("lib/code.py")
    result = run("--gilcheck-select=GIL999", "--gilcheck-src=src", "--gilcheck-src=lib")
    result.stdout.fnmatch_lines(["gilcheck: 1 rules, src: src, lib"])


def test_each_finding_stands_once_in_full(write: Write, run: Run) -> None:
    """What FAILURES has shown gets one line in the summary; a warning, which it has not, comes in full."""
    write("tests/test_a.py", "x = 1  # FLAGME\ny = 2  # FLAGME WARN")
    text = str(run().stdout)
    before, summary = text.split("= gilcheck =")
    assert before.count("it is flagged") == 1
    assert "tests/test_a.py:1:1: GIL999" in summary
    assert "tests/test_a.py:2:1  GIL999" in summary
    assert summary.count("do: take it out") == 1


@pytest.mark.parametrize("style", ["no", "line"])
def test_in_full_when_failures_are_brief(write: Write, run: Run, style: str) -> None:
    """With `--tb=no` and `--tb=line` the summary is the place where a finding stands in full."""
    write("tests/test_a.py", "x = 1  # FLAGME")
    assert "tests/test_a.py:1:1  GIL999" in str(run(f"--tb={style}").stdout).split("= gilcheck =")[1]


def test_quiet(write: Write, run: Run) -> None:
    """`-q` gives each finding one line, and nothing at all when there is none."""
    write("tests/test_a.py", "x = 1  # FLAGME WARN")
    result = run("-q")
    result.stdout.fnmatch_lines(["*= gilcheck =*", "tests/test_a.py:1:1: GIL999*", "1 finding in 1 file*"])
    assert "do: take it out" not in str(result.stdout)
    write("tests/test_a.py", "x = 1")
    assert "gilcheck" not in str(run("-q").stdout)


def test_no_summary(write: Write, run: Run) -> None:
    """`--no-summary` leaves the section out, as it does with pytest's own."""
    write("tests/test_a.py", "x = 1  # FLAGME")
    result = run("--no-summary")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert "= gilcheck =" not in str(result.stdout)


def test_interrupted_in_a_line_of_dots(write: Write, project: pytest.Pytester) -> None:
    """After Ctrl-C the section starts on a line of its own, without a hole in it."""
    write("tests/test_a.py", "def test_a(): pass\ndef test_b(): raise KeyboardInterrupt")
    result = project.runpytest_inprocess("--gilcheck", no_reraise_ctrlc=True)
    result.stdout.fnmatch_lines(["*= gilcheck =*", "incomplete: the run was interrupted"], consecutive=True)
