"""The progress bar."""

from __future__ import annotations

import io

import pytest

from pytest_gilcheck.command.progress import Progress, wanted


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def drawn(total: int, *steps: tuple[float, int], width: int = 80) -> list[str]:
    """The lines that were drawn when `done` files were checked at each time."""
    stream, clock = Terminal(), Clock()
    progress = Progress(stream, total, width=width, clock=clock)
    for seconds, done in steps:
        clock.now = 100.0 + seconds
        progress.update(done)
    return stream.getvalue().split("\r")[1:]


def test_a_long_run_is_shown() -> None:
    """How far it is, once it lasts, redrawn in place."""
    assert drawn(100, (0.6, 10), (2.0, 50), (3.9, 99)) == [
        "checking [##......................]  10/100 files",
        "checking [############............]  50/100 files",
        "checking [#######################.]  99/100 files",
    ]


def test_a_short_run_is_not_shown() -> None:
    """Neither one that has just begun, nor one that will soon end."""
    assert drawn(100, (0.1, 1), (0.4, 40), (0.7, 90), (0.8, 99)) == []


def test_it_is_not_drawn_too_often() -> None:
    """A terminal takes longer than a small file."""
    assert len(drawn(1000, (0.6, 10), (0.61, 11), (0.69, 12), (0.71, 13))) == 2


def test_a_first_file_that_takes_long_is_shown() -> None:
    """Nothing done yet is a state, too, and a run without files divides by nothing."""
    assert drawn(10, (5.0, 0)) == ["checking [........................]  0/10 files"]
    assert drawn(0, (5.0, 0)) == ["checking [########################] 0/0 files"]


def test_it_fits_a_narrow_terminal() -> None:
    """A line that wraps could not be redrawn."""
    assert drawn(100, (5.0, 10), width=20) == ["checking [##......."]


def test_it_is_removed_at_the_end() -> None:
    """The line is blank and the cursor at its start; nothing is written when it was never shown."""
    stream, clock = Terminal(), Clock()
    progress = Progress(stream, 10, width=80, clock=clock)
    progress.close()
    assert stream.getvalue() == ""
    clock.now += 2
    progress.update(1)
    line = stream.getvalue()[1:]
    progress.close()
    progress.close()
    assert stream.getvalue() == f"\r{line}\r{' ' * len(line)}\r"


@pytest.mark.parametrize(
    ("stream", "environment", "quiet", "expected"),
    [
        (Terminal(), {"TERM": "xterm"}, False, True),
        (Terminal(), {}, True, False),
        (Terminal(), {"CI": "true"}, False, False),
        (Terminal(), {"TERM": "dumb"}, False, False),
        (io.StringIO(), {}, False, False),
    ],
)
def test_it_is_only_for_somebody_who_watches(stream: io.StringIO, environment: dict[str, str], quiet: bool, expected: bool) -> None:
    """A terminal, not a log; not when asked to be quiet."""
    assert wanted(stream, environment, quiet=quiet) is expected
