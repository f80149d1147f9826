"""Lines that called."""

from __future__ import annotations

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import _process_chunk
from functools import partial
from pathlib import Path

import pytest

from pytest_gilcheck.interpreter.callers import CallSite, call_site, is_machinery, task_name


def test_a_place_is_told_from_where_one_stands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Relative below the working directory, absolute elsewhere, with slashes."""
    inside = CallSite(str(tmp_path / "tests" / "test_a.py"), 3)
    monkeypatch.chdir(tmp_path)
    assert str(inside) == "tests/test_a.py:3"
    monkeypatch.chdir(Path(tmp_path.anchor))
    (tmp_path / "deep").mkdir()
    monkeypatch.chdir(tmp_path / "deep")
    assert str(inside) == f"{(tmp_path / 'tests' / 'test_a.py').as_posix()}:3"


def test_the_caller_is_the_nearest_line_that_is_no_machinery() -> None:
    """Executors, event loops and this package stand between."""
    assert call_site().path == __file__
    namespace = {"__name__": "concurrent.futures.thread", "call_site": call_site}
    exec(compile("def submit(): return call_site()", "thread.py", "exec"), namespace)
    assert namespace["submit"]().path == __file__  # type: ignore[operator]  # a function


@pytest.mark.parametrize(("module", "expected"), [("asyncio.threads", True), ("asyncio_tools", False), ("concurrent.futures", True)])
def test_machinery_goes_by_whole_names(module: str, expected: bool) -> None:
    """A package whose name only begins alike is the user's."""
    namespace = {"__name__": module, "sys": sys}
    exec("def frame(): return sys._getframe()", namespace)
    assert is_machinery(namespace["frame"]()) is expected  # type: ignore[operator]  # a function


def test_tasks_go_by_the_name_of_their_function() -> None:
    """Through partials and the one that a process pool's `map` makes; an object by its class."""

    class Job:
        def __call__(self) -> None: ...

    assert task_name(asyncio.run) == "run"
    assert task_name(ThreadPoolExecutor.submit) == "ThreadPoolExecutor.submit"
    assert task_name(partial(partial(print, 1), 2)) == "print"
    assert task_name(partial(_process_chunk, asyncio.run)) == "run"
    assert task_name(Job()).endswith("Job")
