"""What still runs when a pool's time to end is over."""

from __future__ import annotations

import itertools
import sys
import traceback
from dataclasses import dataclass

from pytest_gilcheck.interpreter.callers import is_machinery

# Folders of what runs a task in a worker process, as they stand in paths.
_MACHINERY = ("/multiprocessing/", "/concurrent/futures/", "/pytest_gilcheck/interpreter/", "/pytest_gilcheck/pools/")


@dataclass(frozen=True, slots=True)
class Running:
    """A task that a worker runs now; `since` is when it started, None where only the worker knows."""

    task: str
    place: str
    worker: str
    since: float | None = None

    def told(self, now: float) -> str:
        """In words, at the time `now` of the same clock."""
        took = "" if self.since is None else f" for {now - self.since:.1f} s"
        return f"{self.task} (submitted at {self.place}) in {self.worker}{took}"


@dataclass(frozen=True, slots=True)
class Stuck:
    """A worker that did not end before the deadline."""

    task: str
    """The task it runs; empty where the worker is done with its tasks, and something they left behind keeps it."""
    place: str
    """`file:line` of the `submit` or `map` call; empty without a task."""
    worker: str
    stack: str
    """Where it stands, most recent call last; empty if the platform can't tell."""


def thread_stack(ident: int) -> str:
    """Where a thread of this process stands, from the first line of its task on; empty where no line of Python is to be seen."""
    newest = sys._current_frames().get(ident)
    if newest is None:
        return ""
    frames = list(traceback.walk_stack(newest))[::-1]
    in_task = itertools.dropwhile(lambda entry: is_machinery(entry[0]) or entry[0].f_globals.get("__name__") == "threading", frames)
    return "".join(traceback.StackSummary.extract(in_task).format())


def dumped_stack(dump: str) -> str:
    """What faulthandler wrote about a process, in the order of a traceback and without the lines of the worker's own machinery."""
    threads: list[tuple[str, list[str]]] = []
    for line in dump.splitlines():
        if not line.startswith(" "):
            threads.append((line, []))
        elif threads and not _is_machinery(line):
            threads[-1][1].insert(0, line)
    busy = [(heading, lines) for heading, lines in threads if lines]
    shown = [line for heading, lines in busy for line in ([heading] if len(busy) > 1 else []) + lines]
    return "".join(f"{line}\n" for line in shown).replace("(most recent call first)", "(most recent call last)")


def _is_machinery(line: str) -> bool:
    path = line.replace("\\", "/")
    return '"<' in path or any(folder in path for folder in _MACHINERY)
