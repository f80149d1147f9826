"""Words on the command line and in the configuration file, and what each wrong one says."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pytest_gilcheck.model.options import OPTIONS

Write = Callable[..., None]
Run = Callable[..., pytest.RunResult]


def test_every_option_is_in_help(project: pytest.Pytester) -> None:
    """`--help` lists all options in one group, and all ini keys."""
    text = str(project.runpytest_inprocess("--help").stdout)
    assert "gilcheck: concurrency pitfalls" in text
    words = [option.flag for option in OPTIONS if option.cli] + [option.key for option in OPTIONS if option.ini]
    assert not [word for word in ["--gilcheck ", "--gilcheck-explain", *words] if word not in text]


def test_every_default_is_nothing(project: pytest.Pytester) -> None:
    """Defaults are written once, in the settings: no option and no ini key brings its own."""
    config = project.parseconfig()
    assert not [option.key for option in OPTIONS if option.cli and config.getoption(option.key)]
    assert not [option.key for option in OPTIONS if option.ini and config.getini(option.key)]


def test_ini_key_arms(write: Write, project: pytest.Pytester) -> None:
    """`gilcheck = true` arms every run."""
    project.makeini("[pytest]\ngilcheck = true\n")
    write("tests/test_a.py", "x = 1  # FLAGME")
    project.runpytest_inprocess("tests").assert_outcomes(failed=1)


@pytest.mark.parametrize("value", ["false", "no", "0"])
def test_ini_key_leaves_off(write: Write, project: pytest.Pytester, value: str) -> None:
    """Every word that pytest takes for false is false."""
    project.makeini(f"[pytest]\ngilcheck = {value}\n")
    write("tests/test_a.py", "def test_a(): pass  # FLAGME")
    project.runpytest_inprocess("tests").assert_outcomes(passed=1)


def test_ini_key_that_is_no_truth_value(project: pytest.Pytester) -> None:
    """`gilcheck = maybe` is a usage error that names the key."""
    project.makeini("[pytest]\ngilcheck = maybe\n")
    (project.path / "conftest.py").unlink()  # it reads the key before we do
    result = project.runpytest_inprocess()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: gilcheck: this ini key is true or false: *maybe*"])


@pytest.mark.parametrize(
    "argument",
    [
        "--gilcheck-src=tests",
        "--gilcheck-fail-on=never",
        "--gilcheck-update-baseline",
        "--gilcheck-report=json:-",
        "--gilcheck-select=GIL0",
    ],
)
def test_option_without_arming(project: pytest.Pytester, argument: str) -> None:
    """An option that would do nothing is refused, and says what is missing."""
    result = project.runpytest_inprocess(argument)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {argument.partition('=')[0]} * add --gilcheck*"])


def test_ini_keys_without_arming(write: Write, project: pytest.Pytester) -> None:
    """Settings in the configuration file wait until somebody arms."""
    project.makeini("[pytest]\ngilcheck_src = src\ngilcheck_nonsense = 1\n")
    write("tests/test_a.py", "def test_a(): pass")
    project.runpytest_inprocess("tests").assert_outcomes(passed=1, warnings=1)


@pytest.mark.parametrize("where", ["ini", "override"])
def test_unknown_ini_key(project: pytest.Pytester, run: Run, where: str) -> None:
    """A key of ours that doesn't exist is an error with the valid ones, also after `-o`."""
    project.makeini("[pytest]\n" + ("gilcheck_source = src\n" if where == "ini" else ""))
    result = run(*(["-o", "gilcheck_source=src"] if where == "override" else []))
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: gilcheck_source: no such ini key*valid: gilcheck, gilcheck_src, *"])


def test_strict_config_accepts_our_keys(write: Write, project: pytest.Pytester, run: Run) -> None:
    """`--strict-config` has nothing to say about valid keys."""
    project.makeini("[pytest]\ngilcheck_select = GIL9\ngilcheck_per_path_ignores =\n    tests/*: GIL000\n")
    write("tests/test_a.py", "x = 1  # FLAGME")
    run("tests", "--strict-config", "-W", "error").assert_outcomes(failed=1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--gilcheck-src=nowhere"], "--gilcheck-src: 'nowhere' does not exist*"),
        (["--gilcheck-select=GIL777"], "--gilcheck-select: no rule matches 'GIL777'; valid: *GIL999*"),
        (["--gilcheck-fail-on=maybe"], "--gilcheck-fail-on: 'maybe' is none of suspected, observed, proved, never"),
        (["--gilcheck-report=xml:out"], "--gilcheck-report: 'xml:out' is not FORMAT:PATH with FORMAT one of json, *"),
        (["--gilcheck-baseline=none.json"], "--gilcheck-baseline: * does not exist; *"),
        (["-o", "gilcheck_fail_on=maybe"], "gilcheck_fail_on: 'maybe' is none of *"),
    ],
)
def test_wrong_values(run: Run, arguments: list[str], message: str) -> None:
    """A wrong value is one line that names the key and the valid words."""
    result = run(*arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {message}"])


@pytest.mark.skipif(pytest.version_tuple < (9,), reason="configuration with types came with pytest 9")
def test_typed_configuration(write: Write, project: pytest.Pytester, run: Run) -> None:
    """In `pytest.toml` lists are lists; a string in place of one is a usage error."""
    (project.path / "tox.ini").unlink()
    write("tests/test_a.py")
    write("src/code.py")
    write("pytest.toml", '[pytest]\ngilcheck = true\ngilcheck_src = ["src"]\ngilcheck_fail_on = "never"\n')
    project.runpytest_inprocess("tests").assert_outcomes(passed=2)
    write("pytest.toml", '[pytest]\ngilcheck_src = "src"\n')
    result = run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: *gilcheck_src*"])


def test_paths_are_relative_to_who_names_them(write: Write, project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path on the command line is relative to the working directory, one in the configuration file to that file."""
    project.makeini("[pytest]\ngilcheck_src = lib\n")
    write("lib/one.py")
    write("sub/lib/two.py")
    monkeypatch.chdir(project.path / "sub")
    write("sub/test_a.py")
    lines = project.runpytest_inprocess("--gilcheck", "test_a.py", "--collect-only", "-q").outlines
    assert "lib/one.py::GILCHECK" in lines
    lines = project.runpytest_inprocess("--gilcheck", "--gilcheck-src=lib", "test_a.py", "--collect-only", "-q").outlines
    assert "sub/lib/two.py::GILCHECK" in lines
    assert "lib/one.py::GILCHECK" not in lines


def test_markers_are_always_registered(write: Write, project: pytest.Pytester) -> None:
    """Strict markers accept ours in a run that is not armed."""
    write("tests/test_a.py", "import pytest\n@pytest.mark.gilcheck_ignore('GIL301', reason='so')\ndef test_a(): pass")
    project.runpytest_inprocess("--strict-markers").assert_outcomes(passed=1)
