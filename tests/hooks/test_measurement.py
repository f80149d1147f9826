"""Findings know whether the tests of this run ran their lines, when coverage.py measures it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest

Write = Callable[..., None]

CODE = """\
def used():
    return 1  # FLAGME


def unused():
    return 2  # FLAGME
"""
TEST = """\
import code_under_test


def test_used():
    assert code_under_test.used() == 1
"""


@pytest.fixture
def sources(write: Write, project: pytest.Pytester) -> None:
    """Two functions, of which the test calls one."""
    write("src/code_under_test.py", CODE)
    write("tests/test_used.py", TEST)
    project.makeini("[pytest]\ntestpaths = tests\npythonpath = src\n")


def executions(project: pytest.Pytester) -> dict[int, Any]:
    """By line of the code, what the report says."""
    report = json.loads((project.path / "report.json").read_text("utf-8"))
    return {found["line"]: found["execution"] for found in report["findings"]}


ARGUMENTS = ("--gilcheck", "--gilcheck-src=src", "--gilcheck-report=json:report.json")


@pytest.mark.usefixtures("sources")
def test_nothing_is_said_without_a_measurement(project: pytest.Pytester) -> None:
    """Nobody measured, so nothing is known."""
    result = project.runpytest_subprocess(*ARGUMENTS, "-p", "no:cov")
    assert executions(project) == {2: None, 6: None}
    assert "coverage:" not in str(result.stdout)


@pytest.mark.usefixtures("sources")
def test_coverage_run(project: pytest.Pytester) -> None:
    """Under `coverage run -m pytest` each finding says whether its line ran."""
    result = project.run(sys.executable, "-m", "coverage", "run", "--source=src", "-m", "pytest", "-p", "no:cov", *ARGUMENTS)
    assert executions(project) == {2: {"ran": True, "tests": None}, 6: {"ran": False, "tests": None}}
    result.stdout.fnmatch_lines(
        ["*code_under_test.py:2*coverage: ran while tests did", "*code_under_test.py:6*coverage: no measured test ran this"]
    )


@pytest.mark.usefixtures("sources")
def test_pytest_cov_with_contexts(project: pytest.Pytester) -> None:
    """With contexts the tests are named."""
    project.runpytest_subprocess(*ARGUMENTS, "--cov=src", "--cov-context=test", "--cov-report=")
    assert executions(project) == {2: {"ran": True, "tests": ["tests/test_used.py::test_used"]}, 6: {"ran": False, "tests": []}}


@pytest.mark.usefixtures("sources")
def test_pytest_cov_and_xdist(project: pytest.Pytester) -> None:
    """The data of all workers is there when the findings are told."""
    project.runpytest_subprocess(*ARGUMENTS, "--cov=src", "--cov-context=test", "--cov-report=", "-n2")
    assert executions(project) == {2: {"ran": True, "tests": ["tests/test_used.py::test_used"]}, 6: {"ran": False, "tests": []}}


@pytest.mark.usefixtures("sources")
def test_coverage_run_knows_nothing_of_xdist_workers(project: pytest.Pytester) -> None:
    """Where the measured process runs no test, silence is right."""
    project.run(sys.executable, "-m", "coverage", "run", "--source=src", "-m", "pytest", "-p", "no:cov", "-n1", *ARGUMENTS)
    assert executions(project) == {2: None, 6: None}


@pytest.mark.usefixtures("sources")
def test_data_file(project: pytest.Pytester) -> None:
    """A data file of an earlier run serves as well."""
    project.run(sys.executable, "-m", "coverage", "run", "--source=src", "-m", "pytest", "-p", "no:cov")
    project.runpytest_subprocess(*ARGUMENTS, "-p", "no:cov", "--gilcheck-cov-data=.coverage")
    assert executions(project) == {2: {"ran": True, "tests": None}, 6: {"ran": False, "tests": None}}


@pytest.mark.usefixtures("sources")
def test_data_file_that_is_none(project: pytest.Pytester) -> None:
    """A wrong file is a usage error at the start."""
    result = project.runpytest_subprocess(*ARGUMENTS, "--gilcheck-cov-data=src/code_under_test.py")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --gilcheck-cov-data: *code_under_test.py is no data file of coverage.py*"])
