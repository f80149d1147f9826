"""What a process may use, read from made-up files, and what a probe makes of made-up times."""

from __future__ import annotations

import math
import os
import sys
import threading
from collections.abc import Callable, Mapping

import pytest

from pytest_gilcheck.speedup.machine import (
    SETTLING_S,
    WINDOW_S,
    Machine,
    Pace,
    Probe,
    cgroup_quota,
    gil_enabled,
    hash_in_threads,
    queued_s,
    usable,
)

V2 = {"/proc/self/cgroup": "0::/user.slice/job\n"}
V1 = {"/proc/self/cgroup": "4:memory:/docker/1\n3:cpu,cpuacct:/docker/1\n1:name=systemd:/docker/1\n"}


def files(contents: Mapping[str, str]) -> Callable[[str], str | None]:
    """A machine with these files and no others."""
    return contents.get


@pytest.mark.parametrize(
    ("contents", "quota"),
    [
        ({}, None),
        (V2, None),
        (V2 | {"/sys/fs/cgroup/user.slice/job/cpu.max": "150000 100000\n"}, 1.5),
        (V2 | {"/sys/fs/cgroup/user.slice/job/cpu.max": "max 100000\n"}, None),
        (V2 | {"/sys/fs/cgroup/user.slice/job/cpu.max": "max 100000", "/sys/fs/cgroup/user.slice/cpu.max": "200000 100000"}, 2.0),
        (V2 | {"/sys/fs/cgroup/user.slice/job/cpu.max": "400000 100000", "/sys/fs/cgroup/cpu.max": "300000 100000"}, 3.0),
        (V2 | {"/sys/fs/cgroup/unified/user.slice/job/cpu.max": "50000 100000"}, 0.5),
        (V2 | {"/sys/fs/cgroup/user.slice/job/cpu.max": "what is this"}, None),
        (V2 | {"/sys/fs/cgroup/user.slice/job/cpu.max": ""}, None),
        (V1, None),
        (
            V1
            | {
                "/sys/fs/cgroup/cpu,cpuacct/docker/1/cpu.cfs_quota_us": "250000\n",
                "/sys/fs/cgroup/cpu,cpuacct/docker/1/cpu.cfs_period_us": "100000\n",
            },
            2.5,
        ),
        (V1 | {"/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "100000", "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000"}, 1.0),
        (V1 | {"/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1", "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000"}, None),
        (V1 | {"/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "100000"}, None),
        ({"/proc/self/cgroup": "nonsense\n\n::\n"}, None),
    ],
)
def test_quota(contents: dict[str, str], quota: float | None) -> None:
    """The tightest limit of the process's group and those around it, in both versions; anything unreadable is none."""
    assert cgroup_quota(files(contents)) == quota


@pytest.mark.parametrize(
    ("scheduled", "quota_us", "machine"),
    [
        (8, None, Machine(8, None)),
        (8, 150_000, Machine(2, 1.5)),
        (2, 800_000, Machine(2, 8.0)),
        (4, 50_000, Machine(1, 0.5)),
        (0, None, Machine(1, None)),
    ],
)
def test_usable(scheduled: int, quota_us: int | None, machine: Machine) -> None:
    """Affinity and quota together, in whole CPUs and at least one."""
    contents = V2 | ({"/sys/fs/cgroup/cpu.max": f"{quota_us} 100000"} if quota_us else {})
    assert usable(files(contents), lambda: scheduled) == machine


def test_this_machine() -> None:
    """Without anything passed in, the real files are read, whatever they say."""
    assert usable().cpus >= 1
    assert queued_s() >= 0
    assert gil_enabled() is getattr(sys, "_is_gil_enabled", lambda: True)()


def test_systems_without_affinity(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system can't tell what the process may use, all CPUs count."""
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    assert usable(files({})) == Machine(6)
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert usable(files({})) == Machine(1)


def test_queued() -> None:
    """The kernel's second field, in nanoseconds; a kernel that doesn't count gives 0."""
    assert queued_s(files({"/proc/thread-self/schedstat": "500 1500000000 7\n"})) == 1.5
    assert queued_s(files({})) == 0.0
    assert queued_s(files({"/proc/thread-self/schedstat": "a b c"})) == 0.0


class Threads:
    """Threads on a machine with so many CPUs, beside so many busy neighbours, at 1 ms a block.

    `siblings`: CPUs that are halves of one, as hyper-threads are. `counted`: whether CPU time is of use.
    """

    def __init__(self, cpus: float, *, siblings: bool = False, neighbours: int = 0, counted: bool = True) -> None:
        self.cpus, self.siblings, self.neighbours, self.counted = cpus, siblings, neighbours, counted

    def run(self, count: int) -> Pace:
        # Every thread gets the same share of what there is.
        share = min(1.0, self.cpus / (count + self.neighbours))
        speed = 1 / 1.6 if self.siblings and count > self.cpus / 2 else 1.0
        blocks_per_s = 1000 * count * share * speed
        return Pace(blocks_per_s, count * share) if self.counted else Pace(blocks_per_s)


@pytest.mark.parametrize(("threads", "cpus", "quota", "attainable"), [
    (2, 2.0, None, 2.0), (4, 4.0, None, 4.0), (4, 3.0, None, 3.0), (2, 1.0, None, 1.0), (2, 2.0, 1.5, 1.5), (1, 8.0, None, 1.0),
    (1, 0.5, None, 0.5), (2, 2.0, 0.5, 0.5), (1, 1.0, 0.5, 0.5), (2, 8.0, None, 2.0), (0, 1.0, None, 1.0),
])  # fmt: skip
def test_probe(threads: int, cpus: float, quota: float | None, attainable: float) -> None:
    """The probe gives how many threads' worth of work is done at a time, up to all of them or what a quota leaves."""
    assert Probe(threads, quota=quota, run=Threads(cpus).run)() == pytest.approx(attainable)


def test_probe_of_hyper_threads() -> None:
    """Two halves of a CPU do less than two CPUs, though they count as two."""
    assert Probe(2, run=Threads(2.0, siblings=True).run)() == pytest.approx(1.25)


@pytest.mark.parametrize(("neighbours", "attainable"), [(0, 2.0), (1, 4 / 3), (2, 1.0), (6, 0.5)])
def test_probe_beside_neighbours(neighbours: int, attainable: float) -> None:
    """On a crowded machine two threads get twice the share of one, which is no parallelism: what they got in CPU time is."""
    assert Probe(2, run=Threads(2.0, neighbours=neighbours).run)() == pytest.approx(attainable)


def test_probe_with_coarse_clocks() -> None:
    """A clock that sees no time pass makes no neighbour, and where CPU time is of no use the work that was done is what counts."""
    assert Probe(2, run=lambda count: Pace(0.0))() == 2.0
    assert Probe(2, run=Threads(2.0, counted=False).run)() == pytest.approx(2.0)


class Window:
    """Clocks that are read at the two ends of a window, and pauses that end when threads have hashed something."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.now, self.cpu = 10.0, 3.0
        self.paused: list[float] = []

    def pause(self, seconds: float) -> None:
        self.paused.append(seconds)
        if len(self.paused) == 2:
            self.now += self.seconds
            self.cpu += 2 * self.seconds


@pytest.mark.parametrize("count", [1, 3])
def test_threads_are_measured_in_a_window(count: int) -> None:
    """Threads settle first; then what they do and get in the window is what counts, and none of them stays."""
    window = Window(0.5)
    before = threading.active_count()
    pace = hash_in_threads(count, clock=lambda: window.now, cpu=lambda: window.cpu, pause=window.pause)
    assert pace.cpus == pytest.approx(2.0)
    assert pace.blocks_per_s >= 0
    assert window.paused == [SETTLING_S if count > 1 else SETTLING_S / 4, WINDOW_S]
    assert threading.active_count() == before


def test_threads_without_clocks() -> None:
    """A clock that stands still gives no pace, one of CPU time that isn't there no limit."""
    still = Window(0.0)
    assert hash_in_threads(1, clock=lambda: still.now, pause=still.pause) == Pace(0.0)
    window = Window(0.5)
    assert hash_in_threads(1, clock=lambda: window.now, cpu=None, pause=window.pause).cpus == math.inf


def test_real_threads() -> None:
    """With the real clocks something is hashed, on no more CPUs than there are threads, give or take a tick."""
    pace = hash_in_threads(2)
    assert pace.blocks_per_s > 0
    assert 0 < pace.cpus < 3
