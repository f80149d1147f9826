"""Which line of the code under test called into us."""

from __future__ import annotations

import sys
from functools import lru_cache, partial
from pathlib import Path
from types import FrameType
from typing import NamedTuple

# What stands between the line that a person wrote and the pool that runs its call.
_BETWEEN = ("concurrent.futures", "asyncio", *(f"pytest_gilcheck.{part}" for part in ("fixtures", "hooks", "interpreter", "pools")))


class CallSite(NamedTuple):
    """A line of source; cheap to take at every task, put into words only when it is shown."""

    path: str
    line: int

    def __str__(self) -> str:
        """As `file:line`, relative to the working directory where the file is below it, always with `/`."""
        path, folder = Path(self.path), Path.cwd()
        return f"{(path.relative_to(folder) if path.is_relative_to(folder) else path).as_posix()}:{self.line}"


def call_site() -> CallSite:
    """The nearest line outside of executors, event loops and this package that the running call came from."""
    frame = sys._getframe(1)
    while frame.f_back is not None and is_machinery(frame):
        frame = frame.f_back
    return CallSite(frame.f_code.co_filename, frame.f_lineno)


def is_machinery(frame: FrameType) -> bool:
    """Whether a frame is of an executor, of an event loop or of this package's own."""
    return _is_between(frame.f_globals.get("__name__", ""))


@lru_cache(maxsize=1024)  # asked at every task, of a handful of modules
def _is_between(module: str) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in _BETWEEN)


def task_name(fn: object) -> str:
    """How a person would name a task: the qualified name of its function, of what a partial calls, or of its type."""
    while isinstance(fn, partial):
        mapped = fn.func.__name__ == "_process_chunk" and fn.args  # a process pool's `map` puts the function into a partial of its own
        fn = fn.args[0] if mapped else fn.func
    return str(getattr(fn, "__qualname__", type(fn).__qualname__))
