"""How fast the rules read a source tree, beside `ast.parse` and other linters: `python benchmarks/cold.py`.

Without a path the tree is the standard library of this interpreter. Each measurement is a process of its own; kinds take
turns, and the table has medians. `--peers VENV` adds the linters that are installed there, over every `--peer-step`-th file:
some of them would take an hour for all.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import gc
import json
import os
import platform
import subprocess
import sys
import sysconfig
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent

# Each is asked for what comes nearest to our rules, in one process.
PEERS: dict[str, tuple[str, ...]] = {
    "ruff (ASYNC, B)": ("ruff", "check", "--isolated", "--no-cache", "--quiet", "--exit-zero", "--select", "ASYNC,B"),
    "flake8 + bugbear + async": ("flake8", "--isolated", "--jobs=1", "--select=B,ASYNC", "--exit-zero"),
    "pylint": ("pylint", "--jobs=1", "--exit-zero", "--disable=all", "--enable=E,W"),
    "semgrep": ("semgrep", "scan", "--metrics", "off", "--jobs", "1", "--quiet", "--config", str(HERE / "semgrep.yml")),
}
# semgrep asks its server for a newer version, and waits.
ENVIRONMENT = {**os.environ, "SEMGREP_ENABLE_VERSION_CHECK": "0"}


@dataclass(frozen=True)
class Row:
    """One measurement: seconds on the wall and of the processor."""

    wall_s: float
    cpu_s: float


def stdlib() -> list[Path]:
    """The standard library's files, its test package included, site-packages not."""
    root = Path(sysconfig.get_path("stdlib"))
    return sorted(path for path in root.rglob("*.py") if "site-packages" not in path.parts)


def parse(files: Sequence[Path], _: Path) -> None:
    """What any tool that reads Python must do at least."""
    for path in files:
        # Nine files of the standard library are bad on purpose.
        with contextlib.suppress(SyntaxError, ValueError, RecursionError):
            ast.parse(path.read_bytes(), path)


def parse_collector_off(files: Sequence[Path], cache: Path) -> None:
    """The same without the garbage collector, which finds no garbage in syntax trees. The rules switch it off while they read."""
    gc.disable()
    parse(files, cache)


def rules(files: Sequence[Path], cache: Path) -> None:
    """All rules over all files, as the command runs them; with what an earlier run left in the cache, if it did."""
    from pytest_gilcheck.command.workload import Job, look_through
    from pytest_gilcheck.model.settings import Settings
    from pytest_gilcheck.rules import all_rules

    settings = Settings(root=Path(os.path.commonpath(files)))
    look_through(Job(settings, tuple(all_rules()), tuple(files), tuple(files), cache))


WORK: dict[str, Callable[[Sequence[Path], Path], None]] = {"parse": parse, "parse-collector-off": parse_collector_off, "rules": rules}


def work(name: str, files: Sequence[Path], cache: Path) -> None:
    """The measured process: time the work without the interpreter's start."""
    import pytest_gilcheck.rules  # imported, but no file read yet

    pytest_gilcheck.rules.all_rules()
    warnings.simplefilter("ignore")  # of invalid escapes in the standard library
    wall, cpu = time.perf_counter(), time.process_time()
    WORK[name](files, cache)
    print(json.dumps([time.perf_counter() - wall, time.process_time() - cpu]))


def measured(name: str, files: Sequence[Path], cache: Path) -> Row:
    """Run `work` in a process of its own."""
    listed = "\n".join(map(str, files))
    command = [sys.executable, __file__, "--work", name, "--cache", str(cache)]
    process = subprocess.run(command, input=listed, stdout=subprocess.PIPE, text=True, check=True)
    return Row(*json.loads(process.stdout))


def peer(command: Sequence[str], files: Iterable[Path]) -> Row:
    """Run a linter over the files; the interpreter's start is part of it, and small beside its work."""
    before, wall = os.times(), time.perf_counter()
    with tempfile.TemporaryFile() as output:
        status = subprocess.run(
            [*command, *map(str, files)], stdout=output, stderr=subprocess.STDOUT, env=ENVIRONMENT, check=False
        ).returncode
        output.seek(0)
        if status > 1:
            raise SystemExit(f"{command[0]} ended with {status}:\n{output.read().decode(errors='replace')[-2000:]}")
    after = os.times()
    return Row(time.perf_counter() - wall, after.children_user + after.children_system - before.children_user - before.children_system)


def lines_of(files: Iterable[Path]) -> int:
    """Lines of all files."""
    return sum(path.read_bytes().count(b"\n") for path in files)


def report(title: str, rows: Sequence[Row], files: Sequence[Path], parse_s_per_line: float) -> None:
    """One row of the table."""
    wall, cpu = median(row.wall_s for row in rows), median(row.cpu_s for row in rows)
    lines = lines_of(files)
    ratio = cpu / lines / parse_s_per_line
    print(f"| {title} | {len(files)} | {lines} | {wall:.2f} | {cpu:.2f} | {lines / cpu:,.0f} | {ratio:.2f} |", flush=True)


def own_rows(files: Sequence[Path], rounds: int) -> dict[str, list[Row]]:
    """`ast.parse`, the rules without a cache and the rules with one, in turn."""
    rows: dict[str, list[Row]] = {
        "`ast.parse` alone": [],
        "`ast.parse` alone, collector off": [],
        "gilcheck, cold": [],
        "gilcheck, warm": [],
    }
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as cache:
            rows["gilcheck, cold"].append(measured("rules", files, Path(cache)))
            rows["gilcheck, warm"].append(measured("rules", files, Path(cache)))
            rows["`ast.parse` alone"].append(measured("parse", files, Path(cache)))
            rows["`ast.parse` alone, collector off"].append(measured("parse-collector-off", files, Path(cache)))
    return rows


def peer_rows(venv: Path, files: Sequence[Path], rounds: int, wanted: Sequence[str], parse_s_per_line: float) -> None:
    """A row for each linter that is installed in the virtual environment."""
    for name, (program, *arguments) in PEERS.items():
        executable = venv / ("Scripts" if os.name == "nt" else "bin") / program
        if (wanted and program not in wanted) or not executable.exists():
            continue
        said = subprocess.run([executable, "--version"], capture_output=True, text=True, env=ENVIRONMENT, check=True).stdout
        title = f"{name}: {' '.join(said.split())[:90]}"
        report(title, [peer([str(executable), *arguments], files) for _ in range(rounds)], files, parse_s_per_line)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tree", nargs="?", type=Path, help="a folder (default: this interpreter's standard library)")
    parser.add_argument("--rounds", type=int, default=5, help="measurements of each kind (default: %(default)s)")
    parser.add_argument("--peers", type=Path, metavar="VENV", help="virtual environment with other linters")
    parser.add_argument("--peer", action="append", default=[], metavar="PROGRAM", help="only this linter (repeatable)")
    parser.add_argument("--peer-step", type=int, default=20, help="linters see every n-th file (default: %(default)s)")
    parser.add_argument("--peer-rounds", type=int, default=1, help="measurements of each linter (default: %(default)s)")
    parser.add_argument("--work", choices=sorted(WORK), help=argparse.SUPPRESS)
    parser.add_argument("--cache", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work(options.work, [Path(line) for line in sys.stdin.read().splitlines()], options.cache)
        return
    files = sorted(options.tree.resolve().rglob("*.py")) if options.tree else stdlib()
    print(f"Python {platform.python_version()}, pytest-gilcheck {version('pytest-gilcheck')}, {options.rounds} rounds, one process each\n")
    print(
        "| tool | files | lines | wall, s | CPU, s | lines per CPU second | CPU against `ast.parse` |\n|---|---:|---:|---:|---:|---:|---:|"
    )
    rows = own_rows(files, options.rounds)
    parse_s_per_line = median(row.cpu_s for row in rows["`ast.parse` alone"]) / lines_of(files)
    for title, measurements in rows.items():
        report(title, measurements, files, parse_s_per_line)
    if options.peers:
        peer_rows(options.peers, files[:: options.peer_step], options.peer_rounds, options.peer, parse_s_per_line)


if __name__ == "__main__":
    main()
