"""What the installed but unarmed plugin adds to the start of pytest: `python benchmarks/startup.py`.

Starts `pytest --collect-only` in an empty folder again and again, and takes the CPU time of each step that pytest makes for the
plugin's sake: reading the list of its files, importing it, registering it, and each of its hooks. Whole starts differ from one
another by more than the sum of these steps, so they say nothing about it; they are printed for comparison.

Run it in an environment where the package is installed from a wheel, as users have it: pytest reads the list of files of an
installed package, and keeps byte code of its own for it.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import EntryPoint, distribution, version
from pathlib import Path
from statistics import median
from typing import Any

ARGUMENTS = ("--collect-only", "-q", "-p", "no:cacheprovider")
NO_TESTS = 5
HOOKS = ("pytest_addhooks", "pytest_addoption", "pytest_cmdline_main", "pytest_configure")
# Byte code is kept between starts, as it is on a developer's machine.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


class Steps:
    """CPU milliseconds of each step of one start."""

    def __init__(self) -> None:
        self.ms: dict[str, float] = defaultdict(float)
        self._inside = False

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Book the time of the block to a step; steps inside a step belong to the outer one."""
        if self._inside:
            yield
            return
        self._inside = True
        before = time.thread_time_ns()
        try:
            yield
        finally:
            self.ms[name] += (time.thread_time_ns() - before) / 1e6
            self._inside = False

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The method, with its time booked when it is called for the plugin."""

        def call(owner: Any, subject: Any, *arguments: Any, **keywords: Any) -> Any:
            concerned = "gilcheck" in str(getattr(subject, "__name__", "") or getattr(subject, "name", ""))
            if not concerned:
                return function(owner, subject, *arguments, **keywords)
            with self.step(name):
                return function(owner, subject, *arguments, **keywords)

        return call


def probe() -> int:
    """One start of pytest in this process; prints the steps as JSON."""
    import pytest
    from _pytest.config import PytestPluginManager

    steps = Steps()
    _read_list_of_files("pluggy")  # what the first reading loads is needed for pytest's other plugins, too
    with steps.step("list of files"):
        _read_list_of_files("pytest-gilcheck")
    load = EntryPoint.load

    def load_and_time_hooks(entry: EntryPoint) -> Any:
        if entry.group != "pytest11" or entry.name != "gilcheck":
            return load(entry)
        with steps.step("import"):
            plugin = load(entry)
        for name in HOOKS:
            setattr(plugin, name, _timed_hook(steps, name, getattr(plugin, name)))
        return plugin

    EntryPoint.load = load_and_time_hooks  # type: ignore[method-assign]
    PytestPluginManager.register = steps.timed("register", PytestPluginManager.register)  # type: ignore[method-assign]
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        output, sys.stdout = sys.stdout, nowhere
        status = pytest.main(list(ARGUMENTS))
        sys.stdout = output
    print(json.dumps(steps.ms))
    return int(status)


def _read_list_of_files(name: str) -> list[str]:
    """As pytest does for every plugin, to find the modules whose asserts it rewrites."""
    return [str(file) for file in distribution(name).files or ()]


def _timed_hook(steps: Steps, name: str, hook: Callable[..., Any]) -> Callable[..., Any]:
    """The hook with its time booked; pluggy reads parameters and marks from the function, so they are kept."""

    @functools.wraps(hook)
    def call(*arguments: Any) -> Any:
        with steps.step(name):
            return hook(*arguments)

    return call


def start(folder: str) -> tuple[float, dict[str, float]]:
    """Wall milliseconds of one start of pytest, and CPU milliseconds of its steps for the plugin."""
    before = time.perf_counter()
    command = [sys.executable, __file__, "--probe"]
    done = subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    wall = (time.perf_counter() - before) * 1000
    if done.returncode != NO_TESTS:
        raise SystemExit(f"pytest {' '.join(ARGUMENTS)} ended with {done.returncode}, not with {NO_TESTS}\n{done.stderr}")
    steps: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return wall, steps


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=60, help="starts (default: %(default)s)")
    parser.add_argument("--probe", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.probe:
        return probe()
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(2):  # byte code is written, files are in memory
            start(folder)
        rounds = [start(folder) for _ in range(options.rounds)]
    print(
        f"Python {platform.python_version()}, pytest {version('pytest')}, pytest-gilcheck {version('pytest-gilcheck')}, "
        f"{options.rounds} starts, median {median(wall for wall, _ in rounds):.0f} ms\n"
    )
    print("| step for the plugin | CPU, ms: median | fastest |\n|---|---:|---:|")
    for name in rounds[0][1]:
        times = [steps[name] for _, steps in rounds]
        print(f"| {name} | {median(times):.2f} | {min(times):.2f} |")
    sums = [sum(steps.values()) for _, steps in rounds]
    print(f"| together | {median(sums):.2f} | {min(sums):.2f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
