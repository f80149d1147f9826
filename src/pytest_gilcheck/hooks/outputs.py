"""What an armed run says of the files it wrote."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pytest_gilcheck.model.run import Run
from pytest_gilcheck.reports.delivery import STDOUT


def written(run: Run) -> Iterator[str]:
    """A sentence for each file that the run has written."""
    for target in run.settings.reports:
        if target.path != STDOUT and Path(target.path).is_file():
            yield f"wrote {target.format} report {target.path}"
    if run.settings.update_baseline and run.settings.baseline is not None and run.settings.baseline.is_file():
        yield f"wrote baseline {run.settings.baseline}"
