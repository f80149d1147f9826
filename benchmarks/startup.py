"""What the installed but unarmed plugin adds to the start of pytest: `python benchmarks/startup.py`.

Starts `pytest --collect-only` in an empty folder, with the plugin and with `-p no:gilcheck` in turn, and prints medians as a
Markdown table.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from statistics import median

COMMAND = (sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider")
NO_TESTS = 5
# Byte code is kept between starts, as it is on a developer's machine.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def children_cpu_s() -> float:
    """CPU seconds of the processes that have ended so far."""
    if sys.platform == "win32":
        return 0.0
    import resource

    usage = resource.getrusage(resource.RUSAGE_CHILDREN)  # in microseconds, where os.times() counts in hundredths of a second
    return usage.ru_utime + usage.ru_stime


def start(*arguments: str, folder: str) -> tuple[float, float]:
    """Wall and CPU milliseconds of one start of pytest."""
    cpu_before = children_cpu_s()
    before = time.perf_counter()
    status = subprocess.run([*COMMAND, *arguments], cwd=folder, env=ENVIRONMENT, stdout=subprocess.DEVNULL, check=False).returncode
    wall = time.perf_counter() - before
    cpu = children_cpu_s() - cpu_before
    if status != NO_TESTS:
        raise SystemExit(f"{' '.join([*COMMAND, *arguments])} ended with {status}, not with {NO_TESTS}")
    return wall * 1000, cpu * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60, help="starts of each kind (default: %(default)s)")
    rounds = parser.parse_args().rounds
    kinds = {"plugin installed, not armed": (), "without the plugin": ("-p", "no:gilcheck")}
    times: dict[str, list[tuple[float, float]]] = {kind: [] for kind in kinds}
    with tempfile.TemporaryDirectory() as folder:
        for arguments in kinds.values():
            start(*arguments, folder=folder)  # byte code is compiled, files are in memory
        for round_number in range(rounds):
            order = list(kinds.items())
            for kind, arguments in order if round_number % 2 else reversed(order):
                times[kind].append(start(*arguments, folder=folder))
    differences = [(w[0] - o[0], w[1] - o[1]) for w, o in zip(*times.values(), strict=True)]
    print(
        f"Python {platform.python_version()}, pytest {version('pytest')}, pytest-gilcheck {version('pytest-gilcheck')}, {rounds} rounds\n"
    )
    print("| start of pytest | wall, ms: median | fastest | CPU, ms: median | fastest |\n|---|---:|---:|---:|---:|")
    fastest = {kind: tuple(min(column) for column in zip(*rows, strict=True)) for kind, rows in times.items()}
    for kind, rows in times.items():
        wall, cpu = (median(column) for column in zip(*rows, strict=True))
        print(f"| {kind} | {wall:.1f} | {fastest[kind][0]:.1f} | {cpu:.1f} | {fastest[kind][1]:.1f} |")
    wall, cpu = (median(column) for column in zip(*differences, strict=True))
    fast_wall, fast_cpu = (w - o for w, o in zip(*fastest.values(), strict=True))
    print(f"| added (median of pairs; fastest against fastest) | {wall:.1f} | {fast_wall:.1f} | {cpu:.1f} | {fast_cpu:.1f} |")


if __name__ == "__main__":
    main()
