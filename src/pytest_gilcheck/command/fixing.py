"""Mends what findings are about: rewrites files, or shows how."""

from __future__ import annotations

import argparse
import contextlib
import difflib
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from pytest_gilcheck.command.workload import Job
from pytest_gilcheck.model.errors import UsageError
from pytest_gilcheck.model.finding import Finding


@dataclass(frozen=True, slots=True)
class Change:
    """One file as it is and as it will be, and the findings that this mends."""

    path: Path
    name: str
    before: bytes
    after: bytes
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Fixed:
    """What was written: how many findings in how many files, and which files can't be written, in a sentence each."""

    findings: int
    files: int
    failures: tuple[str, ...] = ()

    def summary(self, left: int) -> str:
        """One line for people; `left` is the number of findings that a new check counts."""
        if not self.files:
            return f"fixed nothing; {left} left"
        return f"fixed {_counted(self.findings, 'finding')} in {_counted(self.files, 'file')}; {left} left"


def require(arguments: argparse.Namespace) -> None:
    """Raise UsageError unless files can be rewritten, and these arguments go together."""
    word = "--diff" if arguments.diff else "--fix"
    if find_spec("libcst") is None:
        raise UsageError(f"{word} needs libcst, which keeps your formatting: pip install 'pytest-gilcheck[fix]'")
    if arguments.diff and arguments.format != "text":
        raise UsageError(f"--diff prints a diff; it doesn't go with --format {arguments.format}")
    if arguments.diff and arguments.update_baseline:
        raise UsageError("--diff writes nothing; it doesn't go with --update-baseline")


def changes(findings: Iterable[Finding], job: Job) -> list[Change]:
    """The changes that mend these findings, in path order. Findings that don't count, or have no certain mend, are left."""
    from pytest_gilcheck.fixes.planning import Planner
    from pytest_gilcheck.fixes.rewriting import UnfitError, rewritten

    found = []
    for plan in Planner(job.settings, {*job.files, *job.context}).plans(findings):
        try:
            after = rewritten(plan.data, plan.edits)
        except UnfitError:
            continue  # its findings stay, and are reported
        found.append(Change(plan.path, plan.name, plan.data, after, plan.findings))
    return found


def write(changed: Sequence[Change]) -> Fixed:
    """Write the files, each whole or not at all; one that can't be written doesn't keep the others from it."""
    failures = []
    written = []
    for change in changed:
        try:
            _replace(change)
        except OSError as error:
            failures.append(f"{change.name}: can't be written: {error.strerror or error}")
        else:
            written.append(change)
    return Fixed(sum(len(change.findings) for change in written), len(written), tuple(failures))


def show(changed: Sequence[Change]) -> int:
    """Print the changes as a unified diff, for `patch -p0`, and their number on standard error; returns the exit status."""
    sys.stdout.flush()
    for change in changed:
        # As bytes: a text stream would change line ends and encodings, and the diff would fit no file.
        sys.stdout.buffer.writelines(_diff(change))
    sys.stdout.buffer.flush()
    mended = sum(len(change.findings) for change in changed)
    text = f"would fix {_counted(mended, 'finding')} in {_counted(len(changed), 'file')}" if changed else "would fix nothing"
    print(text, file=sys.stderr)
    return 1 if changed else 0


def _diff(change: Change) -> Iterator[bytes]:
    name = os.fsencode(change.name)
    before, after = (io.BytesIO(data).readlines() for data in (change.before, change.after))
    for line in difflib.diff_bytes(difflib.unified_diff, before, after, name, name):
        yield line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n"


def _replace(change: Change) -> None:
    real = Path(os.path.realpath(change.path))
    if real.read_bytes() != change.before:
        raise OSError("it was changed in the meantime")
    if not os.access(real, os.W_OK):
        raise PermissionError("it is read-only")
    handle, name = tempfile.mkstemp(prefix=f".{real.name}.", suffix=".tmp", dir=real.parent)
    partial = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(change.after)
        _take_after(real, partial)
        partial.replace(real)
    finally:
        partial.unlink(missing_ok=True)


def _take_after(old: Path, new: Path) -> None:
    """Give the new file the mode and, where the system lets us, the owner of the old one."""
    shutil.copymode(old, new)
    if sys.platform != "win32":
        was, now = old.stat(), new.stat()
        if (was.st_uid, was.st_gid) != (now.st_uid, now.st_gid):
            with contextlib.suppress(PermissionError):  # a file of somebody else's in a folder of ours: it becomes ours
                os.chown(new, was.st_uid, was.st_gid)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
