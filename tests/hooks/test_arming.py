"""What an armed run loads, and whose rules it takes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Write = Callable[..., None]
Run = Callable[..., pytest.RunResult]

HEAVY = """
def pytest_unconfigure():
    import sys

    heavy = ("rules", "source", "reports", "interpreter", "command")
    print("LOADED", sorted(n for n in sys.modules if n.startswith("pytest_gilcheck.") and n.split(".")[1] in heavy))
    print("HOOKS", sorted(n for n in sys.modules if n.startswith("pytest_gilcheck.hooks.")))
"""


@pytest.mark.slow
def test_a_run_that_is_not_armed_loads_nothing(pytester: pytest.Pytester) -> None:
    """Without `--gilcheck` a whole run imports no rule, engine or report, and of the hooks only the options."""
    pytester.makeconftest(HEAVY)
    pytester.makepyfile("def test_a(): pass")
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["LOADED []", "HOOKS ['pytest_gilcheck.hooks.options']"])
    assert "gilcheck:" not in str(result.stdout)


def test_rules_of_a_conftest_take_part(write: Write, run: Run) -> None:
    """A rule that a conftest gives can be selected, and its findings count."""
    write("tests/test_a.py", "x = 1  # FLAGME")
    run("--gilcheck-select=GIL999").assert_outcomes(failed=1)


def test_one_code_for_two_rules(project: pytest.Pytester, run: Run) -> None:
    """Two rules with one code are a usage error that names both."""
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
    result = run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: GIL000 is the code of two rules, *conftest.Mine*"])


def test_finding_hook_sees_each_finding(project: pytest.Pytester, write: Write, run: Run) -> None:
    """`pytest_gilcheck_finding` is called for each finding, with its fingerprint and the configuration."""
    write(
        "tests/plugin.py",
        "def pytest_gilcheck_finding(finding, config): print('SEEN', finding.site.path, len(finding.fingerprint), config.rootpath)",
    )
    write("tests/test_a.py", "x = 1  # FLAGME")
    project.syspathinsert(project.path / "tests")
    run("-p", "plugin", "-s").stdout.fnmatch_lines([f"*SEEN tests/test_a.py 20 {project.path}"])


def test_no_cache_provider(write: Write, run: Run) -> None:
    """Without pytest's cache the checks run, and keep nothing."""
    write("tests/test_a.py", "x = 1  # FLAGME")
    run("-p", "no:cacheprovider").assert_outcomes(failed=1)


def test_cache_directory_that_can_not_be_made(write: Write, project: pytest.Pytester, run: Run) -> None:
    """A cache directory that can't be used does not stop a check."""
    (project.path / "taken").write_text("a file", encoding="utf-8")
    write("tests/test_a.py", "x = 1  # FLAGME")
    run("-o", "cache_dir=taken", "-W", "ignore::pytest.PytestCacheWarning").assert_outcomes(failed=1)


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["-p", "pytest_gilcheck.plugin"], ["-p", "gilcheck"]])
def test_loading_it_early_is_harmless(write: Write, project: pytest.Pytester, arguments: list[str]) -> None:
    """Naming the plugin on the command line doesn't clash with its entry point."""
    write("tests/test_a.py", "x = 1  # FLAGME")
    project.runpytest_subprocess(*arguments, "--gilcheck").assert_outcomes(failed=1)


@pytest.mark.slow
def test_naming_it_in_a_conftest_is_harmless(write: Write, project: pytest.Pytester) -> None:
    """Nor does `pytest_plugins` in a conftest clash with the entry point."""
    project.makeconftest("pytest_plugins = ['pytest_gilcheck.plugin']")
    write("tests/test_a.py")
    project.runpytest_subprocess("--gilcheck").assert_outcomes(passed=1)


@pytest.mark.slow
def test_switched_off_by_name(write: Write, project: pytest.Pytester) -> None:
    """`-p no:gilcheck` takes the plugin out altogether."""
    write("tests/test_a.py", "def test_a(): pass  # FLAGME")
    (project.path / "conftest.py").unlink()
    project.runpytest_subprocess("-p", "no:gilcheck").assert_outcomes(passed=1)
    assert project.runpytest_subprocess("-p", "no:gilcheck", "--gilcheck").ret == pytest.ExitCode.USAGE_ERROR


def test_no_terminal(write: Write, run: Run) -> None:
    """`-p no:terminal` prints nothing and keeps the exit status."""
    write("tests/test_a.py", "x = 1  # FLAGME")
    result = run("-p", "no:terminal")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert not result.outlines
