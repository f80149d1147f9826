"""Runs the commands that a page shows, so that every output in it is what the tool really prints.

A page is read from top to bottom: a code block whose first line is a comment with a file name is written to the working folder,
a `console` block is run line by line. `python docs/run_commands.py` writes the outputs into the pages; a test compares them.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
PAGES = (FOLDER / "guide.md", FOLDER / "baseline.md", FOLDER.parent / "README.md")

_BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"# (?P<name>[\w./-]+\.\w+)\n")
_TOOLS = {"pytest": ["-m", "pytest"], "gilcheck": ["-m", "pytest_gilcheck"]}
_VARYING = (
    (re.compile(r"\bin \d+\.\d+s\b"), "in 0.05s"),
    (re.compile(r"^platform .*$", re.MULTILINE), "platform linux -- Python 3.13.0, pytest-9.2.0, pluggy-1.7.0"),
    (re.compile(r"^plugins: .*$", re.MULTILINE), "plugins: gilcheck-0.1.0"),
    (re.compile(r"[ \t]+$", re.MULTILINE), ""),
)


@dataclass(frozen=True)
class Command:
    """One command of a page, what the page says that it prints, and where that stands."""

    words: str
    shown: str
    start: int
    end: int


def commands(page: str) -> Iterator[Command | tuple[str, str]]:
    """The page's files, as (name, text), and commands, in order."""
    for block in _BLOCK.finditer(page):
        body, at = block["body"], block.start("body")
        if block["kind"] != "console":
            title = _FILE.match(body)
            if title:
                yield title["name"], body
            continue
        starts = [match.start() for match in re.finditer(r"^\$ ", body, re.MULTILINE)]
        for start, end in zip(starts, [*starts[1:], len(body)], strict=True):
            line, _, _ = body[start:end].partition("\n")
            output = start + len(line) + 1
            yield Command(line.removeprefix("$ "), body[output:end], at + output, at + end)


def scrub(text: str, folder: Path) -> str:
    """The text without what differs from run to run and from machine to machine."""
    text = text.replace(str(folder), "/home/ada/shop")
    for pattern, replacement in _VARYING:
        text = pattern.sub(replacement, text)
    # The ruler's length depends on what was replaced above.
    return re.sub(r"^=+ (.*?) =+$", lambda match: f" {match[1]} ".center(80, "="), text, flags=re.MULTILINE).strip("\n")


def replay(page: str, folder: Path) -> Iterator[tuple[Command, str]]:
    """Write the page's files into the folder, run its commands there, and yield each with what it printed."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COVERAGE_", "TOX_", "CI", "GITHUB_"))
    }
    environment |= {"COLUMNS": "80", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    status = 0
    for step in commands(page):
        if not isinstance(step, Command):
            name, text = step
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
            continue
        program, *arguments = shlex.split(step.words)
        if program in _TOOLS:
            process = subprocess.run(
                [sys.executable, *_TOOLS[program], *arguments],
                cwd=folder,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                check=False,
            )
            status = process.returncode
            yield step, scrub(process.stdout, folder)
        elif step.words == "echo $?":
            yield step, str(status)


def updated(page: str) -> str:
    """The page with the outputs as they are."""
    with tempfile.TemporaryDirectory() as folder:
        shown = list(replay(page, Path(folder).resolve()))
    for command, output in reversed(shown):
        page = page[: command.start] + (output + "\n" if output else "") + page[command.end :]
    return page


if __name__ == "__main__":
    for path in PAGES:
        path.write_text(updated(path.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
