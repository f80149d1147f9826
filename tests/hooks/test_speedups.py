"""The marker `expect_parallel_speedup`, from its words to the reports."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pytest_gilcheck.hooks import measuring, speedups
from pytest_gilcheck.model.speedup import Speedup
from pytest_gilcheck.reports.json_report import schema

MEASURED = Speedup(
    test="", verdict="pass", median=1.9, low=1.8, high=1.95, rounds=9, disturbed=1, bounds={"min": 1.6}, workers=2, attainable=1.96,
    seconds=2.5, losses={"GIL": 0.0, "imbalance": 0.1}, advice="Keep the threads.", predicted={"threads": 1.95},
)  # fmt: skip

TEST = """
    import pytest

    @pytest.mark.expect_parallel_speedup({words})
    def test_sum(thread_pool):
        assert list(thread_pool.map(abs, [-1, -2])) == [1, 2]
"""


@pytest.fixture
def result_of_measuring(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What a measurement is to give: fields of Speedup."""
    fields: dict[str, Any] = {}
    monkeypatch.setattr(measuring, "measure", lambda item, expectation: replace(MEASURED, test=item.nodeid, **fields))
    return fields


@pytest.mark.usefixtures("result_of_measuring")
def test_pass_is_told_in_the_summary_and_in_the_json_report(pytester: pytest.Pytester) -> None:
    """A test that keeps its bound passes; what was measured stands in the summary, the report and the JUnit file."""
    pytester.makepyfile(TEST.format(words="min=1.6, workers=2"))
    result = pytester.runpytest_inprocess("--gilcheck", "--gilcheck-report=json:report.json", "--junitxml=junit.xml")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        [
            "*speedups*",
            "*::test_sum: pass: 1.90× as fast (1.80× to 1.95×, 9 rounds and 1 disturbed in 2.5 s), expected at least 1.6× with 2 workers",
        ]
    )
    report = json.loads(Path("report.json").read_text("utf-8"))
    jsonschema.validate(report, schema())
    (speedup,) = report["speedups"]
    assert speedup["test"].endswith("::test_sum")
    assert (speedup["verdict"], speedup["median"], speedup["low"], speedup["high"], speedup["rounds"]) == ("pass", 1.9, 1.8, 1.95, 9)
    assert speedup["losses"] == {"GIL": 0.0, "imbalance": 0.1}
    assert 'name="gilcheck_speedup"' in Path("junit.xml").read_text("utf-8")


def test_fail_says_why_and_what_to_do(pytester: pytest.Pytester, result_of_measuring: dict[str, Any]) -> None:
    """A test that misses its bound fails, with where the speedup went and what would be better."""
    result_of_measuring.update(verdict="fail", median=0.97, losses={"GIL": 0.98, "queueing": 0.01}, advice="Use processes, for about 1.9×.")
    pytester.makepyfile(TEST.format(words="min=1.6, workers=2"))
    result = pytester.runpytest_inprocess("--gilcheck")
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(["fail: 0.97× as fast*", "ideal 2.0× → lost to: the GIL 1.0×", "do: Use processes, for about 1.9×."])


@pytest.mark.parametrize(
    ("words", "outcome"), [("", "skipped"), (', on_inconclusive="fail"', "failed"), (', on_inconclusive="pass"', "passed")]
)
def test_inconclusive_is_what_the_marker_says(
    pytester: pytest.Pytester, result_of_measuring: dict[str, Any], words: str, outcome: str
) -> None:
    """Without a verdict the test is skipped with the reason, or what the marker asks for."""
    result_of_measuring.update(verdict="inconclusive", cause="disturbed", reasons=("the machine was busy",))
    pytester.makepyfile(TEST.format(words=f"1.6{words}"))
    result = pytester.runpytest_inprocess("--gilcheck", "-rs", "-k", "test_sum")
    assert result.parseoutcomes().get(outcome, 0) == 1
    if outcome == "skipped":
        result.stdout.fnmatch_lines(["SKIPPED*test_inconclusive*.py:3: inconclusive*the machine was busy"])


@pytest.mark.parametrize(("key", "outcome"), [(None, "skipped"), ("skip", "skipped"), ("fail", "failed")])
def test_too_few_cpus_are_what_the_ini_key_says(
    pytester: pytest.Pytester, result_of_measuring: dict[str, Any], key: str | None, outcome: str
) -> None:
    """A bound that this machine can't reach skips the test, or fails it where the ini key says so."""
    result_of_measuring.update(verdict="inconclusive", cause="insufficient", reasons=("needs 4 CPUs",))
    pytester.makepyfile(TEST.format(words='1.6, on_inconclusive="pass"'))
    ini = [] if key is None else ["-o", f"gilcheck_insufficient_cpus={key}"]
    assert pytester.runpytest_inprocess("--gilcheck", "-k", "test_sum", *ini).parseoutcomes().get(outcome, 0) == 1


def test_a_bound_about_the_gil_is_skipped_without_it(
    pytester: pytest.Pytester, result_of_measuring: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`max=` documents the GIL: where there is none, the test is skipped and says so."""
    monkeypatch.setattr(speedups, "gil_enabled", lambda: False)
    result_of_measuring.update(verdict="fail", median=1.9, bounds={"max": 1.15})
    pytester.makepyfile(TEST.format(words="max=1.15, workers=2"))
    result = pytester.runpytest_inprocess("--gilcheck", "-rs", "-k", "test_sum")
    result.assert_outcomes(skipped=1, deselected=1)
    result.stdout.fnmatch_lines(["*no longer true*"])


@pytest.mark.usefixtures("result_of_measuring")
def test_bounds_for_another_build_are_skipped(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """`gil="enabled"` skips the test on a build without the GIL, before it is measured."""
    monkeypatch.setattr(measuring, "gil_enabled", lambda: False)
    pytester.makepyfile(TEST.format(words='max=1.15, gil="enabled"'))
    result = pytester.runpytest_inprocess("--gilcheck", "-rs", "-k", "test_sum")
    result.assert_outcomes(skipped=1, deselected=1)
    result.stdout.fnmatch_lines(["*bounds are for a Python with the GIL enabled*"])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("", "nothing is expected: give min=, max= or min_efficiency="),
        ("mim=2", "there is no word 'mim'; valid: min, max, min_efficiency"),
        ("min=2, max=1", "min=2 is above max=1"),
        ("min=1.5, workers=0", "workers=0: workers is a whole number from 1 on"),
        ("min=3, workers=2", "can't be reached with workers=2"),
        ('min=1.5, baseline="none"', "one of 'inline', 'one-worker'"),
        ("1.5, 2", "only `min` may stand without its word"),
    ],
)
def test_wrong_words_are_usage_errors(pytester: pytest.Pytester, words: str, message: str) -> None:
    """A wrong word or contradicting bounds end the run before any test, naming test and word."""
    pytester.makepyfile(TEST.format(words=words))
    result = pytester.runpytest_inprocess("--gilcheck")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    error = result.stderr.str()
    assert "::test_sum: marker expect_parallel_speedup: " in error
    assert message in error


@pytest.mark.usefixtures("result_of_measuring")
def test_a_test_without_a_pool_fails(pytester: pytest.Pytester) -> None:
    """A marker that has nothing to measure is a mistake."""
    pytester.makepyfile("import pytest\n@pytest.mark.expect_parallel_speedup(1.5)\ndef test_sum(): pass")
    result = pytester.runpytest_inprocess("--gilcheck", "-k", "test_sum")
    result.assert_outcomes(failed=1, deselected=1)
    result.stdout.fnmatch_lines(["*gave no task to a pool*"])


def test_the_body_runs_once_without_the_option(pytester: pytest.Pytester) -> None:
    """Plain pytest runs the test as it is."""
    pytester.makepyfile(TEST.format(words="min=100") + "        print('ran')")
    result = pytester.runpytest_inprocess("-s", "--strict-markers")
    result.assert_outcomes(passed=1)
    assert result.stdout.str().count("ran") == 1


@pytest.mark.usefixtures("result_of_measuring")
def test_the_next_run_says_what_it_was(pytester: pytest.Pytester, result_of_measuring: dict[str, Any]) -> None:
    """The median of each test is kept, and shown beside the next one."""
    pytester.makepyfile(TEST.format(words="min=1.6, workers=2"))
    pytester.runpytest_inprocess("--gilcheck")
    result_of_measuring.update(median=1.7)
    pytester.runpytest_inprocess("--gilcheck").stdout.fnmatch_lines(["*1.70× as fast*(was 1.90× last time)"])


def test_a_failing_body_fails_as_itself(pytester: pytest.Pytester) -> None:
    """The first run is the test as it is: where that fails nothing is measured."""
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.expect_parallel_speedup(1.5)
        def test_sum(thread_pool):
            assert thread_pool.submit(abs, -1).result() == 2
        """
    )
    result = pytester.runpytest_inprocess("--gilcheck", "-k", "test_sum")
    result.assert_outcomes(failed=1, deselected=1)
    result.stdout.fnmatch_lines(["E * assert 1 == 2"])


def test_who_measures_nothing_loads_no_pools(pytester: pytest.Pytester) -> None:
    """An armed run without the marker does not pay for multiprocessing."""
    pytester.makepyfile("def test_sum(): pass")
    pytester.makeconftest(
        """
        import sys

        def pytest_unconfigure(config):
            loaded = {"multiprocessing", "pytest_gilcheck.pools", "pytest_gilcheck.speedup.rounds"} & set(sys.modules)
            print("LOADED", sorted(loaded))
        """
    )
    pytester.runpytest_subprocess("--gilcheck", "-s").stdout.fnmatch_lines(["LOADED []"])


@pytest.mark.usefixtures("result_of_measuring")
def test_the_table_has_a_row_for_each_test(pytester: pytest.Pytester) -> None:
    """With `-v` the summary is a table."""
    pytester.makepyfile(TEST.format(words="min=1.6, workers=2"))
    result = pytester.runpytest_inprocess("--gilcheck", "-v")
    result.stdout.fnmatch_lines(["verdict  speedup  interval*", "pass     1.90×    1.80× to 1.95×  min=1.6*::test_sum"])
