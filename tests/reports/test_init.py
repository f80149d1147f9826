"""The one door to the formats."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_gilcheck.model.errors import UsageError
from pytest_gilcheck.model.finding import Finding
from pytest_gilcheck.model.options import REPORT_FORMATS
from pytest_gilcheck.reports import render
from tests.reports.conftest import MakeRun
from tests.reports.strategies import calm, findings


@pytest.mark.parametrize("format", REPORT_FORMATS)
@pytest.mark.slow
@calm
@given(found=st.lists(findings, max_size=4))
def test_every_format_takes_any_text(format: str, make_run: MakeRun, found: list[Finding]) -> None:  # noqa: A002
    """Whatever the findings hold, the report can be written as UTF-8, ends its line, and is the same when made again."""
    run = make_run(found, baseline=True, incomplete=("gw0\udcff died",))
    text = render(format, run)
    assert text.encode("utf-8").endswith(b"\n")
    assert text == render(format, run)


def test_unknown_format_names_the_valid_ones(make_run: MakeRun) -> None:
    """A wrong format is told with the right ones."""
    with pytest.raises(UsageError, match="'xml' is no report format; valid: json, sarif, github, gitlab"):
        render("xml", make_run())


def test_formats_are_imported_when_asked_for() -> None:
    """Importing the package loads no format."""
    code = "import sys, pytest_gilcheck.reports; print([m for m in sys.modules if m.startswith('pytest_gilcheck.reports.')])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
