"""Where reports go: files, standard output, and the summary of a GitHub job."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from pytest_gilcheck import reports
from pytest_gilcheck.model.errors import UsageError
from pytest_gilcheck.model.run import Run
from pytest_gilcheck.model.settings import Settings

STDOUT = "-"


def require_writable(settings: Settings) -> None:
    """Raise UsageError if a report, or the baseline when it is to be updated, can't be written where it should.

    Makes missing folders, and leaves files as they are.
    """
    for target in settings.reports:
        if target.path != STDOUT:
            _try_to_write(Path(target.path), f"--gilcheck-report: {target.format}:{target.path}")
    if settings.update_baseline and settings.baseline is not None:
        _try_to_write(settings.baseline, f"--gilcheck-baseline: {settings.baseline}")


def _try_to_write(path: Path, what: str) -> None:
    try:
        path = path.resolve()  # of a link that leads nowhere yet, the file it leads to is made and removed
        existed = path.exists()
        if existed and not path.is_file() and not path.is_dir():  # a pipe or a device: opening it may wait for a reader
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab"):
            pass
        if not existed:
            path.unlink()
    except OSError as error:
        raise UsageError(f"{what} can't be written: {error.strerror or error}") from error


def write_files(run: Run) -> list[str]:
    """Write every report that goes to a file; returns a sentence for each that could not be written."""
    failures = []
    for target in run.settings.reports:
        if target.path != STDOUT:
            try:
                Path(target.path).write_text(reports.render(target.format, run), encoding="utf-8", newline="\n")
            except OSError as error:
                failures.append(f"report {target.format}:{target.path} could not be written: {error.strerror or error}")
    return failures


def print_reports(run: Run) -> None:
    """Write every report that goes to standard output. Raises UsageError as `print_report` does."""
    for target in run.settings.reports:
        if target.path == STDOUT:
            print_report(target.format, run)


def print_report(form: str, run: Run) -> None:
    """Write a report to standard output, in UTF-8 with plain line ends whatever the terminal's encoding is.

    With the GitHub annotations goes the page of the job, if this is part of one: annotations show ten errors and ten warnings.
    Raises UsageError when that page can't be written.
    """
    text = reports.render(form, run)
    sys.stdout.flush()
    buffer = getattr(sys.stdout, "buffer", None)  # not when a program that calls `main` replaced it by a StringIO
    if buffer is None:
        sys.stdout.write(text)
    else:
        buffer.write(text.encode("utf-8"))
        buffer.flush()
    if form == "github":
        _append_step_summary(run)


def _append_step_summary(run: Run) -> None:
    target = os.environ.get("GITHUB_STEP_SUMMARY")
    if not target:
        return
    from pytest_gilcheck.reports.github import step_summary

    try:
        with Path(target).open("a", encoding="utf-8", newline="\n") as file:
            file.write(step_summary(run))
    except OSError as error:
        raise UsageError(f"GITHUB_STEP_SUMMARY: {target} can't be written: {error.strerror or error}") from error
