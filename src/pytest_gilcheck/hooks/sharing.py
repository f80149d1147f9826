"""What a measurement shares with the rest of the run: the machine with other workers, the terminal with pytest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec

import pytest

from pytest_gilcheck.speedup.measurement import Progress


@contextmanager
def alone(item: pytest.Function) -> Iterator[None]:
    """Under pytest-xdist one worker measures at a time."""
    if not hasattr(item.config, "workerinput"):
        yield
        return
    if find_spec("filelock") is None:
        pytest.fail("measuring under pytest-xdist needs the package filelock: pip install 'pytest-gilcheck[xdist]'", pytrace=False)
    from filelock import FileLock

    folders: pytest.TempPathFactory = item._request.getfixturevalue("tmp_path_factory")
    with FileLock(folders.getbasetemp().parent / "gilcheck.lock"):  # above the folders of the workers; pytest clears it away
        yield


@contextmanager
def progress(config: pytest.Config) -> Iterator[Callable[[Progress], None]]:
    """A line that shows how far it is, on a terminal; nothing elsewhere."""
    reporter: pytest.TerminalReporter | None = config.pluginmanager.getplugin("terminalreporter")
    capture = config.pluginmanager.getplugin("capturemanager")
    if reporter is None or not reporter.isatty or not reporter.showfspath or capture is None:
        yield lambda _: None
        return

    def show(step: Progress) -> None:
        with capture.global_and_fixture_disabled():
            reporter.rewrite(f" {step} ", erase=True)

    yield show
    with capture.global_and_fixture_disabled():
        reporter.rewrite("", erase=True)
