"""The static command as a user meets it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from pytest_gilcheck.command import main as command
from pytest_gilcheck.command import progress, workload
from pytest_gilcheck.command.main import main
from pytest_gilcheck.model.finding import Finding
from pytest_gilcheck.source.check import Checker

IDLE = "x = 1  # gilcheck: ignore\n"  # a warning
BROKEN = "x = (\n"  # an error


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, which is the current directory, without what the surroundings may say."""
    for name in ("CI", "GITHUB_STEP_SUMMARY", "PYTEST_ADDOPTS", "PY_COLORS", "NO_COLOR", "FORCE_COLOR", "TOX_ENV_DIR"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def configure(project: Path, *lines: str) -> None:
    (project / "pytest.ini").write_text("\n".join(["[pytest]", *lines, ""]), encoding="utf-8")


def paths(output: str) -> list[str]:
    """The paths of all findings in the output of `-q`."""
    return [line.partition(":")[0] for line in output.splitlines() if "GIL" in line]


def test_a_clean_project_exits_with_0(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing found is success, and says how much was looked at."""
    (project / "a.py").write_text("x = 1\n", encoding="utf-8")
    assert main([]) == 0
    assert "1 file" in capsys.readouterr().out


def test_warnings_alone_exit_with_0(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is only listed doesn't fail a build."""
    (project / "a.py").write_text(IDLE, encoding="utf-8")
    assert main(["a.py"]) == 0
    assert "GIL003" in capsys.readouterr().out


def test_an_error_exits_with_1(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Findings that fail the run are shown with their place."""
    (project / "sub").mkdir()
    (project / "sub" / "a.py").write_text(BROKEN, encoding="utf-8")
    assert main(["sub"]) == 1
    assert "sub/a.py:1:5" in capsys.readouterr().out
    assert main(["sub", "--fail-on", "never"]) == 0


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["none.py"], "none.py: no such file or directory"),
        (["--src", "none"], "--src: 'none' does not exist"),
        (["--wrong"], "unrecognized arguments: --wrong"),
        (["--expl", "GIL000"], "unrecognized arguments: --expl"),
        (["--format", "xml"], "argument --format: invalid choice: 'xml'"),
        (["--fail-on", "guess"], "--fail-on: 'guess' is none of suspected, observed, proved, never"),
        (["--select", "GIL9"], "--select: no rule matches 'GIL9'"),
        (["--report", "json"], "--report: 'json' is not FORMAT:PATH"),
        (["--report", "json:folder"], "can't be written"),
        (["--format", "json", "--report", "sarif:-"], "only one report can go to standard output, not sarif and json"),
        (["--baseline", "none.json"], "does not exist; make it with --update-baseline"),
        (["--update-baseline"], "--update-baseline: no baseline is named; add --baseline PATH"),
        (["--jobs", "0"], "argument --jobs: '0' is not a number from 1 on"),
        (["--jobs", "many"], "argument --jobs: 'many' is not a number from 1 on"),
        (["--explain", "unbound"], "--explain: no rule is called 'unbound'"),
        (["--explain", "idle-supression"], "did you mean GIL003 idle-suppression?"),
        (["--explain", "GIL00"], "'GIL00' is not one rule; its rules are GIL000, GIL001"),
        (["--rootdir", "none"], "--rootdir: directory"),
        (["-c", "none.ini"], "--config-file: "),
    ],
)
def test_wrong_usage_is_one_line_and_2(project: Path, argv: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The line on standard error names the option and what would be right."""
    (project / "folder").mkdir()
    assert main(argv) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert says in err
    assert err.startswith("gilcheck: error: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("gilcheck_selct = GIL3", "gilcheck_selct: no such ini key (did you mean gilcheck_select?)"),
        ("gilcheck_fail_on = x", "gilcheck_fail_on: 'x' is none of"),
        ("addopts = 'x", "pytest.ini: addopts: No closing quotation"),
        ("addopts = -o x", "-o/--override-ini: 'x' is not KEY=VALUE"),
        ("addopts = --gilcheck-fail-on=x", "'x' is none of"),
        ("addopts = --gilcheck-baseline", "addopts: argument --gilcheck-baseline: expected one argument"),
        ("x = 1\nx = 2", "pytest.ini:3: duplicate name"),
    ],
)
def test_wrong_configuration_is_one_line_and_2(project: Path, line: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Mistakes in the configuration file are named as well as those on the command line."""
    configure(project, line)
    assert main([]) == 2
    assert says.replace("--gilcheck-", "--") in capsys.readouterr().err


def test_wrong_variables_are_usage_errors(project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """`PYTEST_ADDOPTS` is named when it can't be split."""
    monkeypatch.setenv("PYTEST_ADDOPTS", "'x")
    assert main([]) == 2
    assert "PYTEST_ADDOPTS: No closing quotation" in capsys.readouterr().err


def test_without_paths_the_configured_ones_are_checked(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`testpaths`, patterns included, and `gilcheck_src`; else everything here."""
    for name in ("tests_a/a.py", "tests_b/b.py", "src/c.py", "other/d.py", "build/e.py"):
        (project / name).parent.mkdir()
        (project / name).write_text(BROKEN, encoding="utf-8")
    main(["-q"])
    assert sorted(paths(capsys.readouterr().out)) == ["other/d.py", "src/c.py", "tests_a/a.py", "tests_b/b.py"]
    configure(project, "testpaths = tests_*", "gilcheck_src = src")
    main(["-q"])
    assert sorted(paths(capsys.readouterr().out)) == ["src/c.py", "tests_a/a.py", "tests_b/b.py"]
    main(["-q", "other", "--src", "src"])
    assert sorted(paths(capsys.readouterr().out)) == ["other/d.py", "src/c.py"]


def test_with_paths_only_these_are_reported(project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The configured trees are still given to the checker: what runs in a worker must not depend on the arguments."""
    made: list[tuple[str, ...]] = []

    class Recording(Checker):
        def __init__(self, settings, rules, files, *, cache_dir=None):  # type: ignore[no-untyped-def]
            made.append(tuple(path.name for path in files))
            super().__init__(settings, rules, files, cache_dir=cache_dir)

    monkeypatch.setattr(workload, "Checker", Recording)
    configure(project, "gilcheck_src = src")
    (project / "src").mkdir()
    for name in ("a.py", "src/b.py"):
        (project / name).write_text(BROKEN, encoding="utf-8")
    assert main(["-q", "a.py"]) == 1
    assert paths(capsys.readouterr().out) == ["a.py"]
    assert made == [("a.py", "b.py")]


def test_options_for_pytest_in_the_configuration_count(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`addopts`, `PYTEST_ADDOPTS` and `-o` in them give the same settings as in a run of pytest."""
    (project / "src").mkdir()
    (project / "src" / "a.py").write_text(BROKEN, encoding="utf-8")
    (project / "b.py").write_text(IDLE, encoding="utf-8")
    configure(project, "addopts = -ra -p no:x --cov=src --gilcheck --gilcheck-src=src -k 'not slow'")
    main(["-q"])
    assert paths(capsys.readouterr().out) == ["src/a.py"]
    configure(project, "addopts = -o gilcheck_ignore=GIL000")
    assert main(["-q"]) == 0
    assert paths(capsys.readouterr().out) == ["b.py"]
    configure(project)
    monkeypatch.setenv("PYTEST_ADDOPTS", "--gilcheck-ignore GIL003 --gilcheck-ignore GIL000")
    main(["-q"])
    assert paths(capsys.readouterr().out) == []
    assert main(["-q", "--ignore", "GIL003", "--fail-on", "never"]) == 0


def test_what_is_found_is_relative_to_the_rootdir(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Paths are those of a run of pytest, wherever the command is started; `--rootdir` changes that."""
    (project / "sub").mkdir()
    (project / "sub" / "a.py").write_text(BROKEN, encoding="utf-8")
    monkeypatch.chdir(project / "sub")
    main(["-q"])
    assert paths(capsys.readouterr().out) == ["sub/a.py"]
    main(["-q", "--rootdir", "."])
    assert paths(capsys.readouterr().out) == ["a.py"]


def test_a_named_file_needs_no_suffix(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Scripts are checked when they are named."""
    (project / "script").write_text(BROKEN, encoding="utf-8")
    assert main(["-q", "script"]) == 1
    assert paths(capsys.readouterr().out) == ["script"]


@pytest.mark.parametrize("name", ["json", "sarif", "gitlab", "github"])
def test_formats_go_to_standard_output_alone(project: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What is printed can be piped into the next tool."""
    (project / "a.py").write_text(BROKEN, encoding="utf-8")
    assert main(["--format", name]) == 1
    out = capsys.readouterr().out
    if name == "github":
        assert out.startswith("::error file=a.py,line=1")
    else:
        assert json.loads(out)


def test_reports_are_written_beside_the_text(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each report gets its file, in folders that are made; `-` moves the text to standard error."""
    (project / "a.py").write_text(BROKEN, encoding="utf-8")
    assert main(["--report", "json:out/r.json", "--report", "sarif:-"]) == 1
    assert json.loads((project / "out" / "r.json").read_text(encoding="utf-8"))["summary"]["findings"] == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["version"] == "2.1.0"
    assert "GIL000" in err


def test_a_report_that_fails_at_the_end_is_named(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A disk that fills up during the run is a usage error after the text."""

    def full(self: Path, *args: object, **keywords: object) -> int:
        raise OSError(28, "No space left on device")

    (project / "a.py").write_text(BROKEN, encoding="utf-8")
    monkeypatch.setattr(Path, "write_text", full)
    assert main(["--report", "json:r.json", "--no-cache"]) == 2
    out, err = capsys.readouterr()
    assert "GIL000" in out
    assert "No space left on device" in err


def test_github_jobs_get_a_summary(project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """With `--format github`, and added to what other steps wrote; a file that can't be written is named."""
    (project / "a.py").write_text(BROKEN, encoding="utf-8")
    (project / "summary.md").write_text("before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(project / "summary.md"))
    main([])
    assert (project / "summary.md").read_text(encoding="utf-8") == "before\n"
    main(["--format", "github"])
    text = (project / "summary.md").read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert "GIL000" in text
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(project / "none" / "summary.md"))
    assert main(["--format", "github"]) == 2
    assert "GITHUB_STEP_SUMMARY" in capsys.readouterr().err


def test_a_baseline_accepts_fails_on_new_and_shrinks(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The way of a baseline through a project's life."""
    (project / "a.py").write_text(BROKEN, encoding="utf-8")
    assert main(["--baseline", "base.json", "--update-baseline"]) == 0
    configure(project, "gilcheck_baseline = base.json")
    assert main([]) == 0
    (project / "b.py").write_text(BROKEN, encoding="utf-8")
    assert main(["-q"]) == 1
    assert paths(capsys.readouterr().out.rpartition("a.py")[2]) == ["b.py"]
    (project / "b.py").unlink()
    (project / "a.py").write_text("", encoding="utf-8")
    assert main(["-q"]) == 0
    assert "base.json:4: GIL004" in capsys.readouterr().out
    assert main(["--update-baseline"]) == 0
    capsys.readouterr()
    main(["-q"])
    assert paths(capsys.readouterr().out) == []


def test_a_gone_entry_can_be_ignored(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """GIL004 obeys the same options as all rules."""
    (project / "a.py").write_text(BROKEN, encoding="utf-8")
    main(["--baseline", "base.json", "--update-baseline"])
    (project / "a.py").write_text("", encoding="utf-8")
    capsys.readouterr()
    main(["-q", "--baseline", "base.json", "--ignore", "GIL004"])
    assert paths(capsys.readouterr().out) == []


def test_a_damaged_baseline_is_a_usage_error(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is checked."""
    (project / "base.json").write_text("<<<<<<< HEAD\n", encoding="utf-8")
    assert main(["--baseline", "base.json"]) == 2
    assert "merge conflict markers" in capsys.readouterr().err


def test_verbose_shows_what_is_accepted_and_where_settings_came_from(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is hidden from who asks."""
    (project / "a.py").write_text("x = 1  # gilcheck: ignore[GIL003] kept\ny = 1  # gilcheck: ignore[GIL003]\n", encoding="utf-8")
    main(["-v", "--no-cache"])
    out = capsys.readouterr().out
    assert f"rootdir: {project}" in out
    assert f"configfile: {project / 'pytest.ini'}" in out
    assert "cache: none" in out
    assert "suppressed" in out


def test_rules_are_listed_in_columns(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Code, name, level and the summary of each."""
    assert main(["--list-rules"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:3] == ["GIL000", "unreadable-file", "error"]
    assert len({line.index(line.split(None, 3)[2]) for line in lines}) == 1
    assert [line[:6] for line in lines] == sorted(line[:6] for line in lines)


@pytest.mark.parametrize("word", ["GIL003", "gil003", "idle-suppression"])
def test_a_rule_is_explained_by_code_or_name(project: Path, word: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The page, without Markdown."""
    assert main(["--explain", word]) == 0
    out = capsys.readouterr().out
    assert out.startswith("GIL003 idle-suppression\n")
    assert "Known limits" in out
    assert "`" not in out


def test_colours_are_as_chosen(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Not in a pipe, unless asked for."""
    (project / "a.py").write_text(BROKEN, encoding="utf-8")
    main([])
    assert "\x1b[" not in capsys.readouterr().out
    main(["--color", "yes"])
    assert "\x1b[" in capsys.readouterr().out


def test_ctrl_c_prints_what_there_is_and_exits_with_130(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An interrupted run says that it is not complete."""
    for name in ("a.py", "b.py", "c.py"):
        (project / name).write_text(BROKEN, encoding="utf-8")
    findings = Checker.findings

    def interrupted(self: Checker, path: Path) -> tuple[Finding, ...]:
        if path.name == "b.py":
            raise KeyboardInterrupt
        return findings(self, path)

    monkeypatch.setattr(Checker, "findings", interrupted)
    assert main(["-q"]) == 130
    out = capsys.readouterr().out
    assert paths(out) == ["a.py"]
    assert "interrupted after 1 of 3 files" in out


def test_who_watches_a_long_run_sees_how_far_it_is(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On standard error, which must be a terminal."""
    monkeypatch.setattr(progress, "APPEARS_S", 0.0)
    monkeypatch.setattr(progress, "REDRAWN_S", 0.0)
    monkeypatch.setattr(progress, "_WORTH_S", 0.0)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    for name in ("a.py", "b.py"):
        (project / name).write_text("", encoding="utf-8")
    main([])
    assert "] 1/2 files\rchecking [" in capsys.readouterr().err
    main(["-q"])
    assert capsys.readouterr().err == ""


def test_a_mistake_of_ours_exits_with_3(project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """As pytest does: a build must not take it for findings, and the traceback is there to be reported."""

    def fail(_arguments: object) -> int:
        raise LookupError("ours")

    monkeypatch.setattr(command, "_run", fail)
    assert main([]) == 3
    assert "LookupError: ours\ngilcheck: internal error" in capsys.readouterr().err


def test_ctrl_c_elsewhere_exits_with_130(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also while there is nothing to print yet."""

    def interrupted(_arguments: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "_run", interrupted)
    assert main([]) == 130


def test_results_are_kept_in_the_cache_of_pytest(project: Path) -> None:
    """In the directory that pytest's own cache would give, with the files that keep it out of version control."""
    (project / "a.py").write_text(BROKEN, encoding="utf-8")
    configure(project, "cache_dir = my_cache")
    main(["--no-cache"])
    assert not (project / "my_cache").exists()
    main([])
    assert (project / "my_cache" / "d" / "gilcheck").is_dir()
    assert {path.name for path in (project / "my_cache").iterdir()} == {".gitignore", "CACHEDIR.TAG", "README.md", "d"}
    assert main(["-q"]) == 1


def run_module(project: Path, *argv: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    environment.pop("PYTHONSAFEPATH", None)
    return subprocess.run(
        [sys.executable, "-m", "pytest_gilcheck", *argv], cwd=project, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_nothing_of_the_project_is_run(project: Path, jobs: str) -> None:
    """Not even a module that has the name of one of Python's, in none of the processes."""
    trap = "open('ran', 'w').close()\n"
    for name in ("random.py", "queue.py", "socket.py", "tempfile.py", "conftest.py", "setup.py", "token.py", "multiprocessing.py"):
        (project / name).write_text(trap, encoding="utf-8")
    (project / "naïve.py").write_text(BROKEN, encoding="utf-8")
    done = run_module(project, "-q", "--jobs", jobs)
    assert (done.returncode, done.stderr) == (1, "")
    assert "na\\xefve.py:1:5" in done.stdout
    assert not (project / "ran").exists()


@pytest.mark.slow
def test_starting_up_loads_no_rule(project: Path) -> None:
    """`--version` and wrong usage answer at once."""
    code = """if True:
        import sys
        from pytest_gilcheck.command.main import main
        main(["--version"])
        heavy = ("pytest_gilcheck.source", "pytest_gilcheck.rules", "pytest", "_pytest", "iniconfig")
        print([name for name in sys.modules if name in heavy])
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    version, loaded = done.stdout.splitlines()
    assert version.startswith("pytest-gilcheck ")
    assert loaded == "[]"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX pipe")
def test_a_reader_that_goes_away_is_no_error(project: Path) -> None:
    """`gilcheck | head` ends without a traceback."""
    for number in range(200):
        (project / f"a{number}.py").write_text(BROKEN, encoding="utf-8")
    command = f"{sys.executable} -m pytest_gilcheck | head -n 1"
    done = subprocess.run(["sh", "-c", command], cwd=project, capture_output=True, text=True, check=True)
    assert (done.stderr, done.stdout.count("\n")) == ("", 1)


@pytest.mark.slow
def test_findings_do_not_depend_on_the_hash_seed(tmp_path: Path) -> None:
    """Sets have another order in each process; what is found, and said of it, has not."""
    trees = [str(Path(sysconfig.get_path("stdlib")) / name) for name in ("asyncio", "concurrent", "multiprocessing")]
    command = [sys.executable, "-m", "pytest_gilcheck", "--no-cache", "--format", "json", "--fail-on", "never", *trees]
    reports = {
        subprocess.run(command, cwd=tmp_path, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True).stdout
        for seed in ("1", "2")
    }
    assert len(reports) == 1
