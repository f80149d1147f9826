"""The CPUs that this process may be scheduled on."""

from __future__ import annotations

import os


def schedulable() -> int:
    """How many; a container's quota of CPU time is not looked at, `speedup.machine` does."""
    if hasattr(os, "sched_getaffinity"):  # not on macOS and Windows
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
