"""What this process may use of the machine, and what the machine gives when it is asked.

The number of CPUs in the box says little: affinity and container quotas take some away, and neighbours, hyper-threads and virtual
machines take more without a trace in any file. So the files are read for an upper limit, and the rest is measured.
"""

from __future__ import annotations

import hashlib
import math
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pytest_gilcheck.model.cpus import schedulable

BLOCK = bytes(1 << 18)

SETTLING_S = 0.02
"""How long threads run before they are measured: Linux often starts two on one CPU, and takes 5 to 20 ms to part them."""

WINDOW_S = 0.015


@dataclass(frozen=True, slots=True)
class Machine:
    """What this process may use: `cpus` whole CPUs by affinity and quota, `quota` CPUs of time if a container limits it."""

    cpus: int
    quota: float | None = None


def usable(read: Callable[[str], str | None] | None = None, affinity: Callable[[], int] | None = None) -> Machine:
    """The CPUs that this process may use. `read(path)` gives a file's text or `None`; `affinity()` the CPUs it may be scheduled on.

    A quota of 1.5 CPUs counts as two, because two workers can use it.
    """
    scheduled = (affinity or schedulable)()
    quota = cgroup_quota(read or _read)
    return Machine(max(1, scheduled if quota is None else min(scheduled, math.ceil(quota))), quota)


def gil_enabled() -> bool:
    """Whether this interpreter runs Python code of one thread at a time."""
    enabled: bool = getattr(sys, "_is_gil_enabled", lambda: True)()  # 3.13+
    return enabled


def queued_s(read: Callable[[str], str | None] | None = None) -> float:
    """Seconds that the calling thread has waited for a CPU since it began; 0 where the kernel does not count them (only Linux does).

    On a busy machine a task that computes waits as well, and looks like one that waits for something else.
    """
    fields = ((read or _read)("/proc/thread-self/schedstat") or "").split()
    return int(fields[1]) / 1e9 if len(fields) > 1 and fields[1].isdigit() else 0.0


def cgroup_quota(read: Callable[[str], str | None]) -> float | None:
    """CPUs of time that the process's control groups give it, versions 1 and 2; `None` without a limit or without the files."""
    quotas = []
    for line in (read("/proc/self/cgroup") or "").splitlines():
        _, _, rest = line.partition(":")
        controllers, _, group = rest.partition(":")
        if not controllers:
            texts = [read(f"{folder}/cpu.max") for folder in _folders("/sys/fs/cgroup", group)]
            texts += [read(f"{folder}/cpu.max") for folder in _folders("/sys/fs/cgroup/unified", group)]
            quotas += [_quota(*text.split()[:2]) for text in texts if text and len(text.split()) >= 2]
        elif "cpu" in controllers.split(","):
            for folder in _folders(f"/sys/fs/cgroup/{controllers}", group) + _folders("/sys/fs/cgroup/cpu", group):
                quotas.append(_quota(read(f"{folder}/cpu.cfs_quota_us"), read(f"{folder}/cpu.cfs_period_us")))
    return min((quota for quota in quotas if quota is not None), default=None)


def _folders(root: str, group: str) -> list[str]:
    """A group's folder and those of all groups around it, each of which may have a limit.

    Inside a container the group's name may be the host's, and its own limit stands at the root.
    """
    path = PurePosixPath(root + "/" + group.strip("/"))
    return [str(folder) for folder in (path, *path.parents) if folder.is_relative_to(root)]


def _quota(quota_us: str | None, period_us: str | None) -> float | None:
    """CPUs from a quota and its period; "max", a negative quota and anything unreadable are no limit."""
    try:
        quota, period = float(quota_us or "max"), float(period_us or "")
    except ValueError:
        return None
    return quota / period if quota > 0 and period > 0 else None


def _read(path: str) -> str | None:
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None


@dataclass(frozen=True, slots=True)
class Pace:
    """What threads did: blocks a second, all together, and the CPUs that they were given (infinite where nobody counts that)."""

    blocks_per_s: float
    cpus: float = math.inf


def hash_in_threads(
    count: int,
    *,
    clock: Callable[[], float] = time.perf_counter,
    cpu: Callable[[], float] | None = None if sys.platform == "win32" else time.process_time,  # it ticks every 16 ms there
    pause: Callable[[float], None] = time.sleep,
) -> Pace:
    """The pace of so many threads that hash large blocks; `hashlib` lets go of the GIL meanwhile, so they use whatever CPUs there are."""
    done = [0] * count
    stop = threading.Event()

    def run(number: int) -> None:
        while not stop.is_set():
            hashlib.sha256(BLOCK).digest()
            done[number] += 1

    threads = [threading.Thread(target=run, args=(number,), name="gilcheck-probe", daemon=True) for number in range(count)]
    try:
        for thread in threads:
            thread.start()
        pause(SETTLING_S if count > 1 else SETTLING_S / 4)
        began_s, began_cpu_s, before = clock(), cpu() if cpu else 0.0, sum(done)
        pause(WINDOW_S)
        took_s, cpu_s, blocks = clock() - began_s, cpu() - began_cpu_s if cpu else math.inf, sum(done) - before
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    return Pace(blocks / took_s, cpu_s / took_s) if took_s > 0 else Pace(0.0)


class Probe:
    """Measures how many CPUs the machine gives at this moment to `threads` threads: called, it gives a number up to `threads`.

    One thread hashes, then all of them, and it counts how much more is done: hyper-threads that share a CPU don't do twice as much.
    What one does alone is measured anew each time, so that a CPU that changes its clock rate does not look like a neighbour. On a machine
    with many neighbours more threads get a larger share though each of them is slow, so the CPU time that they got is an upper limit.
    Costs about 60 ms a call.
    """

    def __init__(self, threads: int, *, quota: float | None = None, run: Callable[[int], Pace] = hash_in_threads) -> None:
        self.threads = max(1, threads)
        self._most = min(self.threads, quota) if quota is not None else float(self.threads)
        self._run = run

    def __call__(self) -> float:
        """Probe once."""
        alone = self._run(1)
        together = self._run(self.threads) if self.threads > 1 else alone
        if alone.blocks_per_s <= 0:
            return self._most  # a clock too coarse to tell: see no neighbour rather than invent one
        return min(together.blocks_per_s / alone.blocks_per_s, together.cpus, self._most)
