"""Each format of the shop's run, character by character."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pytest_gilcheck.model.run import Run
from pytest_gilcheck.reports import github, render, terminal
from tests.reports.conftest import MakeRun

Gold = Callable[[str, str, Run], None]
NOTES = ("test process gw1 died while it ran tests/test_feed.py::test_3",)


@pytest.mark.parametrize(
    ("format", "name"),
    [("json", "report.json"), ("sarif", "report.sarif"), ("github", "github.txt"), ("gitlab", "gitlab.json")],
)
def test_format(format: str, name: str, make_run: MakeRun, gold: Gold) -> None:  # noqa: A002
    """The whole report stays as it was."""
    run = make_run(baseline=True, incomplete=NOTES)
    gold(name, render(format, run), run)


def test_step_summary(make_run: MakeRun, gold: Gold) -> None:
    """The Markdown table stays as it was."""
    run = make_run(incomplete=NOTES)
    gold("step_summary.md", github.step_summary(run), run)


@pytest.mark.parametrize(("width", "name"), [(80, "terminal-80.txt"), (120, "terminal-120.txt")])
def test_terminal(width: int, name: str, make_run: MakeRun, gold: Gold) -> None:
    """The terminal summary stays as it was, at either width."""
    run = make_run(incomplete=NOTES)
    gold(name, terminal.summary(run, color=False, quiet=False, width=width) + "\n", run)


def test_terminal_in_colour(make_run: MakeRun, gold: Gold) -> None:
    """Colours stay as they were; escapes are spelt so that the file can be read."""
    run = make_run()
    gold("terminal-colour.txt", terminal.summary(run, color=True, quiet=False).replace("\x1b", "␛") + "\n", run)


def test_terminal_quiet(make_run: MakeRun, gold: Gold) -> None:
    """One line a finding stays as it was."""
    run = make_run()
    gold("terminal-quiet.txt", terminal.summary(run, color=False, quiet=True) + "\n", run)
