"""What a rule's page says of its precision and recall, and that levels follow from it."""

from __future__ import annotations

import pytest

from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.rule import Rule
from pytest_gilcheck.reports.figures import Figures, figures
from pytest_gilcheck.rules import all_rules

LOWEST_PRECISION = 0.9  # of what fails a run on the source alone
CODES = {rule.code for rule in all_rules()}


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_errors_are_right(rule: type[Rule]) -> None:
    """Findings that fail a run from the source alone were right nine times of ten, on real code."""
    measured = figures().get(rule.code, Figures())
    judged = measured.errors_right + measured.errors_wrong
    assert measured.errors_right >= LOWEST_PRECISION * judged


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_warnings_are_no_errors_in_the_figures(rule: type[Rule]) -> None:
    """The figures are those of the rule as it is: one that is always a warning has no judged errors."""
    if rule.level_at(Evidence.SUSPECTED) is Level.WARNING:
        measured = figures().get(rule.code, Figures())
        assert not measured.errors_right
        assert not measured.errors_wrong


def test_every_measured_rule_exists() -> None:
    """No figure of a rule that is gone."""
    assert set(figures()) <= CODES


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        (Figures(), "On labelled places in published packages: No pitfall of this kind is known in them."),
        (
            Figures(errors_right=19, errors_wrong=1, pitfalls=10, found=9),
            (
                "On labelled places in published packages: Of 20 errors that were read, 19 right (95%). "
                "Of 10 known pitfalls in them it finds 9 (90%)."
            ),
        ),
        (
            Figures(warnings_right=1, pitfalls=1),
            "On labelled places in published packages: Of the one warning that was read, 1 right. Of 1 known pitfall in them it finds 0.",
        ),
    ],
)
def test_sentences(counts: Figures, text: str) -> None:
    """What a page says; no percentage of a handful."""
    assert str(counts) == text
