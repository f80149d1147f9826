"""The marker `gilcheck_ignore` on tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Write = Callable[..., None]
Run = Callable[..., pytest.RunResult]

MARKED = """
import pytest

@pytest.mark.gilcheck_ignore("GIL999", reason="known")
def test_marked():
    x = 1  # FLAGME
"""


@pytest.mark.parametrize(
    "arguments", [(), ("tests/test_a.py::GILCHECK",), ("-m", "gilcheck"), pytest.param(("-n1",), marks=pytest.mark.slow)], ids=" ".join
)
def test_finding_in_a_marked_test(write: Write, run: Run, arguments: tuple[str, ...]) -> None:
    """It is suppressed however the check is selected, and counted in the summary."""
    write("tests/test_a.py", MARKED)
    result = run(*arguments)
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["*no findings in 1 file*1 suppressed*"])


def test_finding_outside_of_the_marked_test(write: Write, run: Run) -> None:
    """The marker holds for its own test only."""
    write("tests/test_a.py", MARKED + "\ndef test_other():\n    x = 1  # FLAGME\n")
    result = run("-m", "gilcheck")
    result.assert_outcomes(failed=1, deselected=2)
    result.stdout.fnmatch_lines(["tests/test_a.py:9:1: GIL999*", "*1 finding in 1 file*1 suppressed*"])


def test_module_that_fails_to_import(write: Write, run: Run) -> None:
    """The marker holds though pytest never saw it, because it is read in the source."""
    write("tests/test_a.py", MARKED + "\nimport nowhere_at_all\n")
    run("--continue-on-collection-errors").assert_outcomes(passed=1, errors=1)


@pytest.mark.parametrize(
    ("marker", "message"),
    [
        ("('GIL777', reason='x')", "there is no rule 'GIL777'; valid: GIL000, *GIL999"),
        ("('GIL999')", 'a reason is missing; write gilcheck_ignore("GIL301", reason="…")'),
        ("('GIL999', reason=' ')", "a reason is missing; *"),
        ("('GIL999', reason=1)", "a reason is missing; *"),
        ("(reason='x')", "no rule is named; *"),
        ("('GIL999', because='x')", "there is no word 'because'; *"),
        ("(301, reason='x')", "there is no rule 301; *"),
    ],
)
def test_wrong_markers(write: Write, run: Run, marker: str, message: str) -> None:
    """A wrong marker is a usage error that names the test and what is right."""
    write("tests/test_a.py", f"import pytest\n@pytest.mark.gilcheck_ignore{marker}\nclass TestA:\n    def test_a(self): pass\n")
    result = run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: tests/test_a.py::TestA::test_a: marker gilcheck_ignore: {message}"])


@pytest.mark.slow
def test_wrong_marker_under_xdist(write: Write, run: Run) -> None:
    """With pytest-xdist, where workers collect, it is an error of the collection, shown once."""
    pytest.importorskip("xdist")
    write("tests/test_a.py", "import pytest\n@pytest.mark.gilcheck_ignore('GIL777', reason='x')\ndef test_a(): pass\n")
    result = run("-n2")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*ERROR collecting tests/test_a.py*", "tests/test_a.py::test_a: *there is no rule 'GIL777'*"])
