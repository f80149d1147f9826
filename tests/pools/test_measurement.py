"""Coverage of what only workers run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from coverage import Coverage, CoverageData

pytestmark = pytest.mark.slow

WORK = """\
def crunch(number):
    if number > 1:
        return number + 1
    return 0
"""

MAIN = """\
import sys
import warnings
warnings.simplefilter("error")
from pytest_gilcheck.pools import open_pool
import work

if __name__ == "__main__":
    pool = open_pool("process", max_workers=2, start_method=sys.argv[1])
    {end}
"""

ENDS = {
    "with": "with pool: list(pool.map(work.crunch, [1, 2]))",
    "close": "list(pool.map(work.crunch, [1, 2])), pool.close()",
}


def _lines(folder: Path, *, config: str, method: str, end: str, combine: bool) -> set[int]:
    """The lines of the work that `coverage run` says were run."""
    (folder / "work.py").write_text(WORK, encoding="utf-8")
    (folder / "main.py").write_text(MAIN.format(end=ENDS[end]), encoding="utf-8")
    (folder / "rc").write_text(f"[run]\n{config}\n", encoding="utf-8")
    coverage = [sys.executable, "-m", "coverage"]
    commands = [[*coverage, "run", "--rcfile=rc", "main.py", method]]
    if combine:
        commands.append([*coverage, "combine", "-q", "--rcfile=rc"])
    environment = {"PATH": "", "PYTHONPATH": str(Path(__file__).parents[2] / "src"), "SYSTEMROOT": "C:\\Windows"}
    for command in commands:
        run = subprocess.run(command, check=False, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
        assert (run.returncode, run.stderr) == (0, "")
    data = CoverageData(str(folder / ".coverage"))
    data.read()
    lines = set(data.lines(str(folder / "work.py")) or ())
    data.close()
    return lines


METHODS = ["spawn", *(["fork", "forkserver"] if sys.platform == "linux" else [])]


@pytest.mark.parametrize("method", METHODS)
def test_lines_of_workers_are_the_measurements_own(tmp_path: Path, method: str) -> None:
    """Whatever the start method: after a plain `coverage run` there is nothing to combine."""
    assert _lines(tmp_path, config="branch = true", method=method, end="with", combine=False) == {1, 2, 3, 4}
    assert [path.name for path in tmp_path.glob(".coverage*")] == [".coverage"]


@pytest.mark.parametrize("config", ["parallel = true", "parallel = true\nconcurrency = multiprocessing", "patch = subprocess"])
def test_data_files_combine_as_ever(tmp_path: Path, config: str) -> None:
    """Also where coverage.py measures the workers by itself: then it is left to do so."""
    assert _lines(tmp_path, config=config, method="spawn", end="close", combine=True) == {1, 2, 3, 4}


def test_pytest_cov_counts_them(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """In its session, without any setting."""
    pytest.importorskip("pytest_cov")
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
    monkeypatch.delenv("COVERAGE_PROCESS_START", raising=False)
    pytester.makepyfile(
        work=WORK,
        test_work="""
            import work
            from pytest_gilcheck.pools import open_pool

            def test_crunch():
                with open_pool("process", max_workers=1) as pool:
                    assert list(pool.map(work.crunch, [1, 2])) == [0, 3]
        """,
    )
    result = pytester.runpytest_subprocess("--cov=work", "--cov-report=term", "-p", "no:cacheprovider")
    result.stdout.fnmatch_lines(["work.py*100%"])
    assert result.ret == 0


def test_without_a_measurement_nothing_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """And coverage.py is not imported for the question."""
    from pytest_gilcheck.pools.measurement import running_coverage

    monkeypatch.setattr(Coverage, "_instances", [])
    assert running_coverage() is None
    monkeypatch.delitem(sys.modules, "coverage")
    assert running_coverage() is None
    assert "coverage" not in sys.modules
