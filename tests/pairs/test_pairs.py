"""Each rule against snippets that were written from the pitfall's description, not from the rule's code."""

from __future__ import annotations

import ast
import importlib
import textwrap
from collections import Counter
from pathlib import Path

import pytest

from pytest_gilcheck.model.finding import Finding
from pytest_gilcheck.rules import all_rules
from pytest_gilcheck.source.rule import SourceRule
from pytest_gilcheck.testing import check_files
from tests.pairs.kit import CASES, Case, Kind
from tests.pairs.known import KNOWN

MACHINERY = {"kit", "known", "test_pairs"}
FEWEST_PAIRS = 15
RULES = all_rules()

for name in sorted(path.stem for path in Path(__file__).parent.glob("*.py")):
    if name not in MACHINERY:
        importlib.import_module(f"tests.pairs.{name}")


def cases(kind: Kind) -> list[object]:
    """The cases of a kind as parameters, those known to be judged otherwise marked so."""
    return [pytest.param(case, id=case.id, marks=judged_otherwise(case)) for case in CASES if case.kind == kind]


def judged_otherwise(case: Case) -> list[pytest.MarkDecorator]:
    """What makes a known case a failure that is expected, and a mend of it one that is not."""
    return [pytest.mark.xfail(reason=KNOWN[case.id], raises=AssertionError, strict=True)] if case.id in KNOWN else []


def told(findings: list[Finding]) -> str:
    """The findings as an assertion shows them."""
    return "\n".join(f"{f.site.path}:{f.site.line} {f.rule} {f.level.value}: {f.message}" for f in findings)


@pytest.mark.parametrize("case", cases("bad"))
def test_bad_snippet_is_flagged(case: Case) -> None:
    """A rule flags each pitfall it is about: at the marked lines and no others, or somewhere if no line is marked."""
    findings = [f for f in check_files(case.files, RULES) if f.rule == case.rule]
    assert findings, "not flagged"
    assert not case.marked or {(f.site.path, f.site.line) for f in findings} == set(case.marked), told(findings)


@pytest.mark.parametrize("case", cases("twin"))
def test_safe_twin_is_not_flagged(case: Case) -> None:
    """A rule leaves alone what differs from a pitfall by the mend, or by what makes it harmless."""
    findings = [f for f in check_files(case.files, RULES) if f.rule == case.rule]
    assert not findings, told(findings)


@pytest.mark.parametrize("case", cases("clean"))
def test_clean_snippet_has_no_finding(case: Case) -> None:
    """No rule finds anything in code that does it right, though it has the pitfall's words in it."""
    findings = check_files(case.files, RULES)
    assert not findings, told(findings)


def test_ids_are_unique() -> None:
    """Each case can be named: no two share an id."""
    assert not [name for name, count in Counter(case.id for case in CASES).items() if count > 1]


def test_every_snippet_parses() -> None:
    """Each file of a case is valid Python: no verdict comes from a slip of the pen."""
    for case in CASES:
        for path, text in case.files.items():
            ast.parse(textwrap.dedent(text), f"{case.id}: {path}")


def test_every_twin_differs() -> None:
    """A safe twin is another text than its bad snippet: each replacement changed something."""
    bad = [case.files for case in CASES if case.kind == "bad"]
    assert not [case.id for case in CASES if case.kind == "twin" and case.files in bad]


def test_known_cases_exist() -> None:
    """The table of cases that are judged otherwise names existing cases only."""
    assert not KNOWN.keys() - {case.id for case in CASES}


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.code) for rule in RULES if issubclass(rule, SourceRule)])
def test_every_source_rule_has_pairs(rule: type[SourceRule]) -> None:
    """Each rule that reads source is held against at least fifteen bad snippets with a safe twin each."""
    pairs = [case.id for case in CASES if case.kind == "twin" and case.rule == rule.code and case.id.endswith(" safe0")]
    assert len(pairs) >= FEWEST_PAIRS


def test_every_case_is_about_a_rule() -> None:
    """Each snippet that is not clean names a rule there is."""
    assert not {case.rule for case in CASES if case.kind != "clean"} - {rule.code for rule in RULES}
