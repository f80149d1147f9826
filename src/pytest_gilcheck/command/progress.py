"""A progress bar for runs that take long enough for one to be missed."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TextIO

APPEARS_S = 0.5  # before that, nobody wonders
REDRAWN_S = 0.1
_WORTH_S = 1.0  # of a whole run, as far as it can be foreseen
_BAR = 24


class Progress:
    """One line on a terminal, redrawn while work is done and removed when it ends.

    `clock` gives seconds; `width` is that of the terminal in cells.
    """

    def __init__(self, stream: TextIO, total: int, *, width: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._total = total
        self._width = width
        self._clock = clock
        self._start = self._drawn = clock()
        self._visible = False

    def update(self, done: int) -> None:
        """Say how many of all are done."""
        now = self._clock()
        spent = now - self._start
        foreseen = spent / done * self._total if done else spent
        if now - self._drawn < REDRAWN_S or spent < APPEARS_S or foreseen < _WORTH_S:
            return
        self._drawn = now
        self._visible = True
        self._stream.write("\r" + self._line(done))
        self._stream.flush()

    def close(self) -> None:
        """Remove the line."""
        if self._visible:
            self._stream.write("\r" + " " * len(self._line(self._total)) + "\r")
            self._stream.flush()
            self._visible = False

    def _line(self, done: int) -> str:
        filled = _BAR * done // self._total if self._total else _BAR
        count = f"{done:{len(str(self._total))}}/{self._total}"
        # A terminal that wraps the line would keep all but the last of it.
        return f"checking [{'#' * filled}{'.' * (_BAR - filled)}] {count} files"[: self._width - 1]


def wanted(stream: TextIO, environment: Mapping[str, str], *, quiet: bool) -> bool:
    """Whether somebody watches: a terminal, not quiet, and not a CI job's pretended one."""
    return stream.isatty() and not quiet and not environment.get("CI") and environment.get("TERM") != "dumb"
