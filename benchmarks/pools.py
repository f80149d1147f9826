"""What a task costs more in our pools than in the plain executors: `python benchmarks/pools.py`.

Plain and watched pools take turns; the table has medians of the differences of neighbouring measurements, so that slow drift cancels.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from statistics import median

from pytest_gilcheck.interpreter.executors import recorded_executors
from pytest_gilcheck.pools import open_pool

GOALS_US = {"thread": 20, "process": 100}


def per_task_s(pool: Executor, tasks: int) -> float:
    """Seconds for each of so many tasks that do nothing."""
    began = time.perf_counter()
    for future in [pool.submit(abs, -1) for _ in range(tasks)]:
        future.result()
    return (time.perf_counter() - began) / tasks


def plain(kind: str, workers: int) -> Executor:
    """The standard executor."""
    if kind == "thread":
        return ThreadPoolExecutor(workers)
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15, help="measurements of each kind (default: 15)")
    parser.add_argument("--tasks", type=int, default=2000, help="tasks in a measurement (default: 2000)")
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} CPUs, {options.rounds} rounds of {options.tasks} tasks\n")
    print("| pool | plain, µs a task | ours, more | recorded, more | goal |\n|---|---:|---:|---:|---:|")
    for kind, goal_us in GOALS_US.items():
        ours = open_pool(kind, max_workers=2, queue_size=None)
        with plain(kind, 2) as standard:
            per_task_s(standard, 50)  # starts the workers
            alone, watched, recorded = [], [], []
            for _ in range(options.rounds):
                alone.append(per_task_s(standard, options.tasks))
                watched.append(per_task_s(ours, options.tasks) - alone[-1])
                with recorded_executors():
                    recorded.append(per_task_s(standard, options.tasks) - alone[-1])
        ours.close()
        cells = [f"{median(values) * 1e6:.1f}" for values in (alone, watched, recorded)]
        print(f"| {kind} | {' | '.join(cells)} | {goal_us} |")


if __name__ == "__main__":
    main()
