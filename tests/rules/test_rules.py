"""Promises that every rule keeps."""

from __future__ import annotations

import pytest

from pytest_gilcheck.model.rule import Example, Rule
from pytest_gilcheck.rules import all_rules
from pytest_gilcheck.source.rule import SourceRule
from pytest_gilcheck.testing import assert_example, assert_rule_examples, check_files

SOURCE_RULES = [rule for rule in all_rules() if issubclass(rule, SourceRule)]
EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.code}-{kind}-{example.title}".replace(" ", "-"))
    for rule in SOURCE_RULES
    for kind, examples in (("bad", rule.bad), ("good", rule.good))
    for example in examples
]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_examples(rule: type[Rule], example: Example) -> None:
    """A bad example is flagged on its marked lines and nowhere else; a good one nowhere."""
    assert_example(rule, example)


@pytest.mark.parametrize("rule", SOURCE_RULES, ids=lambda rule: str(rule.code))
def test_each_rule_has_examples_with_titles_of_their_own(rule: type[Rule]) -> None:
    """Bad and good examples exist, and each title names one of them."""
    assert rule.bad
    assert rule.good
    titles = [example.title for example in (*rule.bad, *rule.good)]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("rule", SOURCE_RULES, ids=lambda rule: str(rule.code))
def test_bad_examples_of_one_rule_give_no_failure_of_another(rule: type[Rule]) -> None:
    """All rules together run over each example without one of them failing (GIL001) or the file being unreadable (GIL000)."""
    for example in (*rule.bad, *rule.good):
        findings = check_files({example.path: example.code, **dict(example.others)}, all_rules())
        assert [f.message for f in findings if f.rule in ("GIL000", "GIL001")] == []


def test_assert_rule_examples_is_what_it_says() -> None:
    """The kit that third parties use accepts each rule of ours."""
    for rule in SOURCE_RULES:
        assert_rule_examples(rule)
