"""What a pool's tasks cost, as it was measured: the raw material of every sentence about speedups."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """One task of a pool, as it was measured. Times are seconds of `time.perf_counter`, one clock for all processes of a machine."""

    submitted: float
    """When the call was given to the pool, before it was pickled or had to wait for room."""
    started: float
    finished: float
    cpu_s: float
    """CPU time of the thread that ran it (`time.thread_time`)."""
    worker: str
    """Which thread, process or interpreter: equal for tasks that one worker ran."""
    payload_bytes: int = 0
    """Pickled function and arguments; 0 where nothing is pickled."""
    result_bytes: int = 0
    pickle_s: float = 0.0
    """Pickling and unpickling of both, in all processes."""
    raised: bool = False


@dataclass(frozen=True, slots=True)
class PoolRecord:
    """One pool during one run."""

    kind: str
    """`"thread"`, `"process"`, `"interpreter"` or `"inline"`."""
    workers: int
    """How many were asked for."""
    start_s: float
    """What its making took and then its workers to be ready; where nobody waited for that, the first task to begin once one was given."""
    tasks: tuple[TaskRecord, ...]
    place: str = ""
    """`file:line` of the call that made it, if known."""
    own: bool = True
    """False for a pool made inside the code under test."""
