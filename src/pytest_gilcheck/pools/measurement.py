"""Coverage of what runs in worker processes, when coverage.py measures the process that made them.

A worker measures with the same settings into a file of its pool, which is merged into the running measurement when the workers have ended.
So its lines are there whoever runs coverage.py (`coverage run`, pytest-cov, also under pytest-xdist), with and without `parallel`. Workers
that coverage.py measures by itself (`patch = subprocess`, `concurrency = multiprocessing`) are left to it.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coverage import Coverage

_SUFFIX = ".coverage"


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a worker must know to measure as its parent does."""

    config: str
    copied: int | None
    """Where a forked worker finds its copy of the parent's Coverage object; None for workers that start afresh."""


def running_coverage() -> Coverage | None:
    """The measurement of this process, if there is one. Does not import coverage.py: who measures has."""
    if "coverage" not in sys.modules:
        return None
    from coverage import Coverage

    return Coverage.current()


def measurement_of(coverage: Coverage, start_method: str) -> Measurement:
    """The settings of a running measurement."""
    return Measurement(coverage.config.serialize(), id(coverage) if start_method == "fork" else None)


def measure(measurement: Measurement, folder: Path) -> None:
    """Measure this worker process until it ends, into a file in `folder`."""
    from multiprocessing.util import Finalize

    current = running_coverage()
    if current is not None:
        if id(current) != measurement.copied:
            return  # coverage.py measures this process by itself, and saves what it saw
        current.stop()
    from coverage import Coverage

    coverage = Coverage(config_file=f":data:{measurement.config}", messages=False)
    # Neither the parent's data file nor its plans for subprocesses are this measurement's.
    unfinished = folder / f"{os.getpid()}.unfinished"
    coverage.set_option("run:data_file", str(unfinished))
    coverage.set_option("run:parallel", False)
    coverage.set_option("run:patch", [])
    coverage.set_option("run:concurrency", [word for word in coverage.config.concurrency if word != "multiprocessing"])
    # A worker that happens to run nothing of the project is nothing to warn of.
    coverage._warn_no_data = coverage._warn_unimported_source = coverage._warn_preimported_source = False
    coverage.start()

    def save() -> None:
        coverage.stop()
        data = coverage.get_data()
        data.write()
        data.close(force=True)
        unfinished.replace(unfinished.with_suffix(_SUFFIX))  # so that a worker that is killed here leaves nothing half written

    Finalize(None, save, exitpriority=-100)  # a forked process ends without running what atexit knows


def merge(coverage: Coverage, folder: Path) -> None:
    """Put what the workers of a pool measured into the parent's measurement. Call it when they have ended."""
    from coverage import CoverageData

    # `get_data` would look for files that were never run, on disk, each time; and the object is the same.
    data = coverage.get_data() if coverage._data is None else coverage._data
    for path in sorted(folder.glob(f"*{_SUFFIX}")):
        worker = CoverageData(basename=str(path))
        worker.read()
        data.update(worker)
        worker.close()
        path.unlink()
