"""Files through the checker, in one process and in several."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_gilcheck.command import workload
from pytest_gilcheck.command.workload import Job, look_through
from pytest_gilcheck.model.settings import Settings
from pytest_gilcheck.rules import all_rules


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """A hundred files, each with an error."""
    files = []
    for number in range(100):
        path = tmp_path / f"a{number:03}.py"
        path.write_text("x = (\n" if number % 2 else "y = 1  # gilcheck: ignore\n", encoding="utf-8")
        files.append(path)
    return Job(Settings(root=tmp_path), all_rules(), tuple(files), tuple(files))


@pytest.mark.slow
def test_several_processes_find_what_one_finds(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of processes changes nothing but time, and the environment is left as it was."""
    monkeypatch.setenv("PYTHONSAFEPATH", "")
    alone, shared = look_through(job), look_through(job, processes=2)
    assert sorted(shared.checked) == list(job.files) == alone.checked
    assert sorted(map(str, shared.findings)) == sorted(map(str, alone.findings))
    assert len(alone.findings) == 100
    assert os.environ["PYTHONSAFEPATH"] == ""


def test_a_worker_process_leaves_ctrl_c_to_its_parent(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """And answers for the files it is asked for with the checker it made when it started."""
    monkeypatch.setattr(workload, "_checkers", [])
    handler = signal.getsignal(signal.SIGINT)
    try:
        workload._start(job)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, handler)
    assert [finding.rule for finding in workload._check_share(job.files[:3])] == ["GIL003", "GIL000", "GIL003"]


def test_an_interrupt_keeps_what_was_found(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also of several processes."""

    def interrupted(_job: Job, _processes: int) -> Iterator[tuple[list[Path], list[object]]]:
        yield [job.files[0]], []
        raise KeyboardInterrupt

    monkeypatch.setattr(workload, "_in_processes", interrupted)
    outcome = look_through(job, processes=2)
    assert (outcome.checked, outcome.interrupted) == ([job.files[0]], True)
