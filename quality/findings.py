"""What the rules say of published packages, tests included: `python quality/findings.py`.

Runs the command over each package of `packages.txt`, and prints a Markdown table of findings by rule and level, then every
finding that fails a run. Reading them is for people: verdicts stand in `labels.csv`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from packages import trees


def findings(folder: Path) -> list[dict[str, Any]]:
    """What the command finds in the folder, read as a project of its own; nothing that its authors suppressed."""
    command = [sys.executable, "-m", "pytest_gilcheck", "--no-cache", "--format", "json", "--rootdir", str(folder), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{folder.name}: exit status {done.returncode}\n{done.stderr}")
    found: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return [finding for finding in found if not finding["suppressed"]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table and the list."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pins", nargs="*", help="name==version, of packages.txt (default: all of them, and the standard library)")
    parser.add_argument("--into", type=Path, help="folder that keeps the sources between runs")
    parser.add_argument("--warnings", action="store_true", help="list warnings, too")
    options = parser.parse_args(arguments)
    counts: Counter[tuple[str, str]] = Counter()
    lines = []
    with tempfile.TemporaryDirectory() as temporary:
        into = options.into or Path(temporary)
        for name, folder in trees(into.resolve(), options.pins):
            for finding in findings(folder):
                counts[finding["rule"], finding["level"]] += 1
                if options.warnings or finding["level"] == "error":
                    lines.append(f"{name} {finding['path']}:{finding['line']} {finding['rule']} {finding['level']}: {finding['message']}")
    print("| rule | errors | warnings |\n|---|---|---|")
    for rule in sorted({rule for rule, _ in counts}):
        print(f"| {rule} | {counts[rule, 'error']} | {counts[rule, 'warning']} |")
    print("", *lines, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
