"""What a person sees."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_gilcheck.model.evidence import Evidence
from pytest_gilcheck.model.finding import Finding, Witness
from pytest_gilcheck.reports import terminal
from tests.reports.conftest import MakeRun, shop_findings
from tests.reports.strategies import calm, findings

COLOUR = re.compile("\x1b\\[[0-9;]+m")


@pytest.mark.slow
@calm
@given(found=findings, color=st.booleans(), width=st.integers(1, 200))
def test_no_text_reaches_the_terminal_raw(make_run: MakeRun, found: Finding, color: bool, width: int) -> None:
    """Whatever a finding holds, nothing but our own colours and line ends is unprintable, and colour changes no character."""
    run = make_run([found])
    plain = terminal.block(found, run.settings, color=False, width=width)
    painted = terminal.block(found, run.settings, color=color, width=width)
    assert COLOUR.sub("", painted) == plain
    assert all(line.isprintable() for line in plain.split("\n"))
    assert COLOUR.sub("", terminal.line(found, run.settings, color=color)).isprintable()
    plain.encode("utf-8")


@pytest.mark.slow
@calm
@given(found=st.lists(findings, max_size=5), quiet=st.booleans())
def test_summary_names_every_active_finding(make_run: MakeRun, found: list[Finding], quiet: bool) -> None:
    """Each finding that counts is there once, and the count line stands last."""
    run = make_run(found)
    text = terminal.summary(run, color=False, quiet=quiet)
    heads = [line for line in text.split("\n") if re.search(r" · (suspected|observed|proved) · (error|warning)(: |$)", line)]
    assert len(heads) == len(run.active)
    assert " in 41 files" in text.split("\n")[-1]


@pytest.mark.parametrize("width", [80, 100, 120])
def test_long_text_is_wrapped(width: int, make_run: MakeRun) -> None:
    """Paragraphs fit the width they are given; more than 120 is not used."""
    finding = replace(shop_findings()[0], message="word " * 100)
    for given_width in (width, 1000 if width == 120 else width):
        lines = terminal.block(finding, make_run().settings, color=False, width=given_width).split("\n")
        assert width - 8 < max(map(len, lines)) <= width


def test_shown_findings_get_one_line(make_run: MakeRun) -> None:
    """What was printed in full before is named, not repeated; blocks keep a blank line on either side."""
    run = make_run()
    text = terminal.summary(run, color=False, quiet=False, shown={run.active[1].fingerprint})
    assert "\n\nsrc/naïve feed.py:7: GIL301 unbounded-queue · observed · error: in full above\n" in text
    assert text.count("  do: pass maxsize=") == 1


def test_incomplete_run_is_never_clean(make_run: MakeRun) -> None:
    """Nothing found in part of the run isn't shown as green."""
    text = terminal.summary(make_run([], incomplete=("gw0 died",)), color=True, quiet=True)
    assert COLOUR.sub("", text) == "incomplete: gw0 died\nno findings in 41 files · incomplete"
    assert "\x1b[33;1mno findings" in text


@pytest.mark.parametrize(
    ("found", "fail_on", "colour"), [([], None, "32"), (shop_findings(), None, "31"), (shop_findings(), "never", "33")]
)
def test_count_line_shows_the_outcome(found: list[Finding], fail_on: str | None, colour: str, make_run: MakeRun) -> None:
    """Green is clean, red fails the run, yellow is found but doesn't fail."""
    last = terminal.summary(make_run(found, fail_on=fail_on), color=True, quiet=True).split("\n")[-1]
    assert last.startswith(f"\x1b[{colour};1m")


def test_testimony_is_grouped_and_limited(make_run: MakeRun) -> None:
    """The strongest witnesses come first, equal words once with their tests, and no wall of text."""
    finding = replace(
        shop_findings()[0],
        witnesses=(
            *(Witness(Evidence.SUSPECTED, f"reading {number}") for number in range(5)),
            Witness(Evidence.OBSERVED, "", "t.py::a"),
            *(Witness(Evidence.OBSERVED, "raced", f"t.py::{name}") for name in "abbcde"),
        ),
    )
    text = terminal.block(finding, make_run().settings, color=False)
    assert "  seen: in t.py::a\n  seen: raced (in t.py::a, t.py::b, t.py::c and 2 more)\n  read: reading 0\n" in text
    assert "  also: 3 more, listed in the json report\n" in text


def test_reading_that_repeats_the_message_is_left_out(make_run: MakeRun) -> None:
    """The message isn't said twice."""
    finding = shop_findings()[0]
    finding = replace(finding, witnesses=(Witness(Evidence.SUSPECTED, finding.message),))
    assert "read:" not in terminal.block(finding, make_run().settings, color=False)


def test_silenced_findings_say_so(make_run: MakeRun) -> None:
    """A finding that doesn't count is told as such when it is shown at all."""
    suppressed, baselined = shop_findings()[3:5]
    settings = make_run().settings
    assert "unbounded-queue · suspected · warning · suppressed: " in terminal.line(suppressed, settings, color=False)
    assert "unlocked-counter · suspected · error · in the baseline: " in terminal.line(baselined, settings, color=False)
