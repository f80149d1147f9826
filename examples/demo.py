"""Runs `pytest --gilcheck` on the examples and checks that it finds what the `# GIL…` comments mark, nothing more and nothing less."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
MARK = re.compile(r"# (GIL\d{3})$")

Place = tuple[str, int, str]  # path, line, code


def marked(folder: Path = HERE) -> set[Place]:
    """Where the comments say that a rule flags the line; paths are relative to the folder."""
    return {
        (path.relative_to(folder).as_posix(), number, mark[1])
        for path in folder.rglob("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if (mark := MARK.search(line))
    }


def reported(report: Path) -> set[Place]:
    """Where a JSON report has findings."""
    findings = json.loads(report.read_text(encoding="utf-8"))["findings"]
    return {(finding["path"], finding["line"], finding["rule"]) for finding in findings}


def main(arguments: list[str]) -> int:
    """Run pytest with these further arguments; 0 when it found what is marked."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "findings.json")
        command = [sys.executable, "-m", "pytest", "--gilcheck", f"--gilcheck-report=json:{report}", *arguments]
        print("$ cd examples && pytest --gilcheck", *arguments, flush=True)
        status = subprocess.run(command, cwd=HERE, check=False).returncode
        found = reported(report) if report.exists() else set()
    expected = marked()
    for path, line, code in sorted(expected ^ found):
        what = "was not found" if (path, line, code) in expected else "was found, and nobody marked it"
        print(f"{path}:{line}: {code} {what}", file=sys.stderr)
    if status != 1 or expected != found:
        print(f"The demo FAILED: {len(expected ^ found)} places differ; pytest ended with {status}, and 1 is right.", file=sys.stderr)
        return 1
    print(f"\nRed is right here: the examples have {len(expected)} pitfalls on purpose, and these {len(found)} findings are exactly those.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
