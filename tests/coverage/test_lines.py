"""What a measurement says of the lines of findings."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, nullcontext
from pathlib import Path

import pytest
from coverage import CoverageData

from pytest_gilcheck.coverage.lines import RecordedLines
from pytest_gilcheck.model.errors import UsageError
from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.finding import Execution, Finding, Site
from pytest_gilcheck.model.ledger import Ledger
from pytest_gilcheck.model.settings import Settings

Measure = Callable[..., CoverageData]


@pytest.fixture
def measured() -> Iterator[Measure]:
    """Makes a data file in which some lines ran; it is closed when the test is over."""
    with ExitStack() as opened:
        yield lambda *arguments, **options: opened.enter_context(closing(_measured(*arguments, **options)))


def _measured(root: Path, lines: dict[str, list[int]], context: str | None = None) -> CoverageData:
    """A data file at `root` in which these lines ran; names are as given."""
    data = CoverageData(basename=str(root / ".coverage"))
    if context is not None:
        data.set_context(context)
    data.add_lines(lines)
    data.write()
    return data


def finding(path: str, line: int, end_line: int | None = None, level: Level = Level.ERROR) -> Finding:
    """A finding at these lines."""
    return Finding("GIL301", "unbounded-queue", level, Evidence.SUSPECTED, Site(path, line, 1), end_line or line, "", "")


def test_whether_a_line_ran(tmp_path: Path, measured: Measure) -> None:
    """A line ran or didn't; of a file that was not measured nothing is known."""
    lines = RecordedLines(measured(tmp_path, {str(tmp_path / "a.py"): [1, 3]}), tmp_path)
    assert lines.execution(tmp_path / "a.py", 3, 3) == Execution(ran=True)
    assert lines.execution(tmp_path / "a.py", 2, 2) == Execution(ran=False)
    assert lines.execution(tmp_path / "b.py", 1, 1) is None


def test_any_line_of_a_statement_counts(tmp_path: Path, measured: Measure) -> None:
    """A call over several lines ran if one of them is recorded."""
    lines = RecordedLines(measured(tmp_path, {str(tmp_path / "a.py"): [7]}), tmp_path)
    assert lines.execution(tmp_path / "a.py", 5, 9) == Execution(ran=True)
    assert lines.execution(tmp_path / "a.py", 5, 6) == Execution(ran=False)


def test_relative_names(tmp_path: Path, measured: Measure) -> None:
    """With `relative_files` coverage.py writes paths relative to its directory, with which the rootdir is taken to agree."""
    lines = RecordedLines(measured(tmp_path, {"src/a.py": [1]}), tmp_path)
    assert lines.execution(tmp_path / "src" / "a.py", 1, 1) == Execution(ran=True)


def test_tests_come_from_contexts(tmp_path: Path, measured: Measure) -> None:
    """Contexts name the tests, pytest-cov's without their phase; the empty context is what imports ran."""
    path = str(tmp_path / "a.py")
    data = measured(tmp_path, {path: [1, 2]}, context="")
    for context in ("tests/test_b.py::test_x|run", "tests/test_b.py::test_x|teardown", "tests/test_a.py::test_y[a|b]"):
        data.set_context(context)
        data.add_lines({path: [2]})
    lines = RecordedLines(data, tmp_path)
    assert lines.execution(tmp_path / "a.py", 2, 2) == Execution(True, ("tests/test_a.py::test_y[a|b]", "tests/test_b.py::test_x"))
    assert lines.execution(tmp_path / "a.py", 1, 1) == Execution(True, ())
    assert lines.execution(tmp_path / "a.py", 9, 9) == Execution(False, ())


@pytest.mark.parametrize(
    ("execution", "text"),
    [
        (Execution(ran=False), "no measured test ran this"),
        (Execution(ran=True), "ran while tests did"),
        (Execution(True, ()), "ran while modules were imported, in no test"),
        (Execution(True, ("a", "b")), "run by a, b"),
        (Execution(True, ("a", "b", "c", "d", "e")), "run by a, b, c and 2 more"),
    ],
)
def test_words(execution: Execution, text: str) -> None:
    """What a person reads."""
    assert str(execution) == text


def test_what_never_ran_comes_last(tmp_path: Path, measured: Measure) -> None:
    """Findings whose lines no test ran are sorted behind all others, whatever their level."""
    lines = RecordedLines(measured(tmp_path, {str(tmp_path / "a.py"): [2, 3]}), tmp_path)
    found = [finding("a.py", 1), finding("a.py", 2, level=Level.WARNING), finding("a.py", 3), finding("b.py", 1)]
    ordered = [(entry.site.path, entry.site.line) for entry in Ledger(lines.annotated(found))]
    assert ordered == [("a.py", 3), ("b.py", 1), ("a.py", 2), ("a.py", 1)]


def test_no_data_file_no_lines(tmp_path: Path) -> None:
    """Without the option there is nothing to read."""
    assert RecordedLines.of_settings(Settings(root=tmp_path), "--cov-data") is None


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0broken"])
def test_a_damaged_data_file_is_a_usage_error(tmp_path: Path, content: bytes) -> None:
    """What is no data file of coverage.py is named, with the option."""
    path = tmp_path / "damaged"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"--cov-data: .*damaged"):
        RecordedLines.of_settings(Settings(root=tmp_path, cov_data=path), "--cov-data")


def test_a_measurement_of_another_place_is_a_usage_error(tmp_path: Path, measured: Measure) -> None:
    """Data from another checkout would say of every line that it is unknown, so it is refused, with what to do."""
    measured(tmp_path, {"/elsewhere/a.py": [1]})
    settings = Settings(root=tmp_path, cov_data=tmp_path / ".coverage")
    with pytest.raises(UsageError, match=r"no file under .*elsewhere.*\[paths\]"):
        RecordedLines.of_settings(settings, "--cov-data")


@pytest.mark.parametrize("good", [True, False])
def test_files_are_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, measured: Measure, good: bool) -> None:
    """A data file is open only while it is read, also when it can't be used."""
    measured(tmp_path, {str(tmp_path / "a.py") if good else "/elsewhere/a.py": [1]}).close()
    opened: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def watched(*arguments: object, **options: object) -> sqlite3.Connection:
        opened.append(connect(*arguments, **options))  # type: ignore[call-overload]
        return opened[-1]

    monkeypatch.setattr(sqlite3, "connect", watched)
    settings = Settings(root=tmp_path, cov_data=tmp_path / ".coverage")
    with nullcontext() if good else pytest.raises(UsageError):
        lines = RecordedLines.of_settings(settings, "--cov-data")
        assert lines is not None
        lines.annotated([finding("a.py", 1)])
    assert opened
    for connection in opened:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            connection.execute("select 1")
