"""`--gilcheck-explain`."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("code", ["GIL999", "gil999", "flagged-line"])
def test_page_of_a_rule(project: pytest.Pytester, code: str) -> None:
    """The page is printed, of a conftest's rule too, without arming and without a test run."""
    result = project.runpytest_inprocess(f"--gilcheck-explain={code}")
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["GIL999 flagged-line", "Why it is bad"])
    assert "test session starts" not in str(result.stdout)


def test_unknown_code(project: pytest.Pytester) -> None:
    """An unknown code is a usage error that lists the valid ones."""
    result = project.runpytest_inprocess("--gilcheck-explain=GIL777")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --gilcheck-explain: there is no rule 'GIL777'; valid: GIL000, *GIL999"])


def test_one_code_for_two_rules(project: pytest.Pytester) -> None:
    """Two rules with one code are the same usage error as in a run."""
    project.makeconftest(
        """
        from pytest_gilcheck import Rule

        class Mine(Rule):
            code = "GIL000"
            name = "mine"

        def pytest_gilcheck_rules():
            return [Mine]
        """
    )
    result = project.runpytest_inprocess("--gilcheck-explain=GIL000")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: GIL000 is the code of two rules, *"])
