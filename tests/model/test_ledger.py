"""Where all witnesses meet."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest

from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.finding import Execution, Finding, Site, Witness
from pytest_gilcheck.model.ledger import Ledger, strongest


def finding(line: int = 3, column: int = 5, *, rule: str = "GIL401", path: str = "a.py", source: str = "n += 1", **more: object) -> Finding:
    """A suspicion read in the source."""
    plain = Finding(
        rule, "unlocked-counter", Level.WARNING, Evidence.SUSPECTED, Site(path, line, column, "f"), line, "why", "what", source,
        (Witness(Evidence.SUSPECTED, "read"),),
    )  # fmt: skip
    return replace(plain, **more)  # type: ignore[arg-type]  # passed through as given


def test_a_problem_is_entered_once_with_the_strongest_evidence() -> None:
    """What a monitor saw joins what was read on that line, keeps its column, and raises evidence and level."""
    seen = finding(
        column=0,
        evidence=Evidence.OBSERVED,
        level=Level.ERROR,
        message="seen",
        source="",
        witnesses=(Witness(Evidence.OBSERVED, "raced", "t.py::test"),),
    )
    for order in ((finding(), seen), (seen, finding())):
        (merged,) = Ledger(order)
        assert (merged.evidence, merged.level, merged.message) == (Evidence.OBSERVED, Level.ERROR, "seen")
        assert merged.site.column == 5
        assert merged.source == "n += 1"
        assert merged.tests == ("t.py::test",)
        assert len(merged.witnesses) == 2


def test_two_columns_rules_or_lines_are_two_problems() -> None:
    """Only the same rule at the same place is the same problem."""
    ledger = Ledger([finding(), finding(column=9), finding(rule="GIL402"), finding(line=4), finding(path="b.py")])
    assert len(ledger) == 5
    assert len(list(ledger)) == 5


def test_one_witness_counts_once() -> None:
    """The same test seeing the same thing twice adds nothing."""
    (merged,) = Ledger([finding(), finding()])
    assert len(merged.witnesses) == 1


def test_fingerprints_survive_moves_and_tell_equal_lines_apart() -> None:
    """Line numbers and indentation don't count, order among equal lines does."""
    one, two = Ledger([finding(line=3), finding(line=9, source="    n  += 1")])
    moved, _ = Ledger([finding(line=30), finding(line=90)])
    assert one.fingerprint != two.fingerprint
    assert one.fingerprint == moved.fingerprint
    (other,) = Ledger([finding(source="m += 1")])
    assert other.fingerprint not in (one.fingerprint, two.fingerprint)


def test_strongest_first_then_errors_then_by_place() -> None:
    """The order in which every report lists findings."""
    ledger = Ledger(
        [
            finding(line=1),
            finding(line=2, level=Level.ERROR),
            finding(line=9, evidence=Evidence.PROVED),
            finding(line=5, evidence=Evidence.OBSERVED),
            finding(line=1, path="0.py"),
        ]
    )
    assert [(f.site.path, f.site.line) for f in ledger] == [("a.py", 9), ("a.py", 5), ("a.py", 2), ("0.py", 1), ("a.py", 1)]
    assert strongest(ledger) is Evidence.PROVED
    assert strongest([]) is None


def test_findings_travel_as_builtins_and_as_pickles() -> None:
    """Nothing is lost on the way from a worker process or out of a cache."""
    ran = Execution(True, ("tests/test_a.py::test_b",))
    whole = finding(suppressed="a reason", baselined=True, replay="g1:x", fingerprint="abc", execution=ran)
    assert Finding.from_dict(whole.as_dict()) == whole
    assert pickle.loads(pickle.dumps(whole)) == whole
    assert not whole.active
    with pytest.raises(KeyError):
        Finding.from_dict({})


def test_replacing_all_forgets_the_rest() -> None:
    """Steps that mark findings put the marked ones in their place."""
    ledger = Ledger([finding(), finding(line=8)])
    ledger.replace_all([finding(line=8, baselined=True)])
    assert [(f.site.line, f.baselined) for f in ledger] == [(8, True)]


def test_evidence_is_a_ladder() -> None:
    """Suspected, observed, proved: each is stronger than the one before."""
    assert Evidence.SUSPECTED < Evidence.OBSERVED < Evidence.PROVED
    assert max(Evidence) is Evidence.PROVED
    with pytest.raises(TypeError):
        _ = Evidence.PROVED < 3
