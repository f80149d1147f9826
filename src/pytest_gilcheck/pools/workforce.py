"""The processes of a pool: what they run, how they ended, and their end."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping, Sequence
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from time import perf_counter, sleep

from pytest_gilcheck.pools.futures import Task
from pytest_gilcheck.pools.stuck import Running, Stuck, dumped_stack
from pytest_gilcheck.pools.worker import DUMP_SIGNAL, failure_of, stack_file, ticket_of

_DUMP_S = 1.0  # for a worker to write its stack, which takes milliseconds on an idle machine
_POLL_S = 0.005
_GRACE_S = 1.0  # between asking a process to end and killing it


class Workforce:
    """The worker processes of one pool, whose files are in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.processes: Sequence[BaseProcess] = ()
        self._folder = folder
        self._deaths = ""

    def running(self, tasks: Mapping[int, Task]) -> list[Running]:
        """Which of the tasks, by ticket, run now."""
        found = ((process, tasks.get(self._ticket(process))) for process in self.processes)
        return [Running(task.name, str(task.place), self._name(process)) for process, task in found if task is not None]

    def deaths(self, tasks: Mapping[int, Task]) -> str:
        """How workers died before anybody asked them to end, and what they ran, in words; empty if none did. Told once, then kept."""
        if not self._deaths:
            ended = set(wait([process.sentinel for process in self.processes], 0)) if self.processes else set()
            codes = [(process, _exit_code(process)) for process in self.processes if process.sentinel in ended]
            # The standard pool terminates the others when it has found one dead.
            first = [entry for entry in codes if entry[1] != -signal.SIGTERM] or codes
            self._deaths = "; ".join(self._death(process, code, tasks.get(self._ticket(process))) for process, code in first)
        return self._deaths

    def stuck(self, tasks: Mapping[int, Task]) -> tuple[Stuck, ...]:
        """The workers that still live, what they run, and where they stand."""
        alive = [process for process in self.processes if process.is_alive()]
        dumps = self._dumps(alive)
        return tuple(self._stuck(process, tasks.get(self._ticket(process)), dumps.get(process.pid or 0, "")) for process in alive)

    def kill(self) -> None:
        """End all that live, whatever they do."""
        for end in (BaseProcess.terminate, BaseProcess.kill):
            for process in self.processes:
                end(process)
            deadline = perf_counter() + _GRACE_S
            for process in self.processes:
                wait([process.sentinel], max(0.0, deadline - perf_counter()))

    def _ticket(self, process: BaseProcess) -> int:
        return ticket_of(self._folder, process.pid or 0)

    def _death(self, process: BaseProcess, code: int | None, task: Task | None) -> str:
        failure = failure_of(self._folder, process.pid or 0)
        if failure:
            return f"the initializer failed in {self._name(process)}: {failure}"
        how = "ended" if code is None else f"was killed by {_signal_name(-code)}" if code < 0 else f"exited with code {code}"
        where = "" if task is None else f" while it ran {task.name} (submitted at {task.place})"
        return f"{self._name(process)} {how}{where}"

    def _dumps(self, processes: Sequence[BaseProcess]) -> dict[int, str]:
        """What each process writes about its threads when it is asked; nothing where signals are no such thing."""
        if DUMP_SIGNAL is None:
            return {}
        for process in processes:
            if process.pid is not None and stack_file(self._folder, process.pid).exists():  # else the signal would end it
                os.kill(process.pid, DUMP_SIGNAL)
        deadline = perf_counter() + _DUMP_S
        dumps: dict[int, str] = {}
        for process in processes:
            pid = process.pid or 0
            before, dumps[pid] = "", self._dump(pid)
            while (not dumps[pid] or dumps[pid] != before) and perf_counter() < deadline:  # until it grows no more
                sleep(_POLL_S)
                before, dumps[pid] = dumps[pid], self._dump(pid)
        return dumps

    def _dump(self, pid: int) -> str:
        try:
            return stack_file(self._folder, pid).read_text(encoding="utf-8", errors="backslashreplace")
        except OSError:
            return ""

    def _stuck(self, process: BaseProcess, task: Task | None, dump: str) -> Stuck:
        return Stuck(task.name if task else "", str(task.place) if task else "", self._name(process), dumped_stack(dump))

    def _name(self, process: BaseProcess) -> str:
        return f"process {process.pid}"


def _exit_code(process: BaseProcess) -> int | None:
    """How a process ended, which is known a moment after its end, and to one thread before the others that ask."""
    deadline = perf_counter() + _GRACE_S
    while (code := process.exitcode) is None and perf_counter() < deadline:
        sleep(_POLL_S)
    return code


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal
        return f"signal {number}"
