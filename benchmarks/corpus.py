"""What the rules say of published packages, tests included: `python benchmarks/corpus.py`.

Brings the source distributions named in `corpus.txt` into a folder (`--into`, default: a temporary one), runs the command
over each, and prints a Markdown table of findings by rule and level, then every finding that fails a run. Reading them is
for people: the verdicts stand in `docs/measured.md`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

LIST = Path(__file__).with_name("corpus.txt")


def bring(requirement: str, into: Path) -> Path:
    """The unpacked source distribution of `name==version`."""
    name, _, version = requirement.partition("==")
    folder = into / f"{name}-{version}"
    if not folder.exists():
        downloads = into / "downloads"
        command = ("download", "--quiet", "--no-deps", "--no-binary", name, "--dest", str(downloads / folder.name), requirement)
        subprocess.run([sys.executable, "-m", "pip", *command], check=True)
        (archive,) = (downloads / folder.name).iterdir()
        if archive.suffix == ".zip":
            with zipfile.ZipFile(archive) as opened:
                opened.extractall(folder)
        else:
            with tarfile.open(archive) as packed:
                packed.extractall(folder, filter="data")
    return folder


def findings(folder: Path) -> list[dict[str, Any]]:
    """What the command finds in the folder, read as a project of its own."""
    command = [sys.executable, "-m", "pytest_gilcheck", "--no-cache", "--format", "json", "--rootdir", str(folder), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{folder.name}: exit status {done.returncode}\n{done.stderr}")
    found: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return [finding for finding in found if not finding["suppressed"]]


def trees(requirements: Sequence[str], into: Path) -> Iterator[tuple[str, Path]]:
    """Name and folder of each package, and the standard library of this interpreter with its tests."""
    for requirement in requirements:
        yield requirement, bring(requirement, into)
    yield f"CPython {sys.version.split()[0]} Lib", Path(sysconfig.get_path("stdlib"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table and the list."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("requirements", nargs="*", help="name==version (default: those of corpus.txt)")
    parser.add_argument("--into", type=Path, help="folder that keeps the sources between runs")
    parser.add_argument("--warnings", action="store_true", help="list warnings, too")
    options = parser.parse_args(arguments)
    requirements = options.requirements or LIST.read_text(encoding="utf-8").split()
    counts: Counter[tuple[str, str]] = Counter()
    lines = []
    with tempfile.TemporaryDirectory() as temporary:
        into = options.into or Path(temporary)
        for name, folder in trees(requirements, into.resolve()):
            for finding in findings(folder):
                counts[finding["rule"], finding["level"]] += 1
                if options.warnings or finding["level"] == "error":
                    lines.append(f"{name} {finding['path']}:{finding['line']} {finding['rule']} {finding['level']}: {finding['message']}")
    print(f"{len(requirements)} packages and the standard library\n\n| rule | errors | warnings |\n|---|---|---|")
    for rule in sorted({rule for rule, _ in counts}):
        print(f"| {rule} | {counts[rule, 'error']} | {counts[rule, 'warning']} |")
    print("", *lines, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
