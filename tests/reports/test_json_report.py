"""The project's own format and its schema."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pytest_gilcheck.model.evidence import Evidence
from pytest_gilcheck.model.finding import Finding
from pytest_gilcheck.reports import json_report
from pytest_gilcheck.reports.escaping import well_formed
from tests.reports.conftest import MakeRun
from tests.reports.strategies import calm, findings

VALIDATOR = Draft202012Validator(json_report.schema())


def test_schema_is_valid_and_tells_its_history() -> None:
    """The packaged schema is right by its own standard and states the version history."""
    schema = json_report.schema()
    Draft202012Validator.check_schema(schema)
    assert list(schema).index("$comment") < list(schema).index("properties")
    assert "1: first format" in schema["$comment"]
    assert schema["properties"]["format"]["const"] == json_report.FORMAT


def test_fields_are_those_the_schema_documents(make_run: MakeRun) -> None:
    """Each object has every documented field and no other; only `summary.incomplete` comes and goes."""
    schema = json_report.schema()
    report = json.loads(json_report.render(make_run(incomplete=("gw0 died",))))
    pairs: list[tuple[dict[str, Any], dict[str, Any]]] = [(report, schema)]
    pairs += [(report[name], schema["properties"][name]) for name in ("tool", "environment", "summary")]
    pairs += [(report["findings"][0], schema["$defs"]["finding"])]
    pairs += [(report["findings"][0]["witnesses"][0], schema["$defs"]["finding"]["properties"]["witnesses"]["items"])]
    for value, described in pairs:
        assert set(value) == set(described["properties"])
        assert set(described["properties"]) - set(described["required"]) <= {"incomplete"}


def test_counts_are_of_active_findings(make_run: MakeRun) -> None:
    """The summary counts what is neither suppressed nor baselined; the list has everything, marked."""
    report = json.loads(json_report.render(make_run()))
    assert report["summary"] == {
        "files": 41,
        "findings": 4,
        "by_rule": {"GIL000": 1, "GIL301": 2, "GIL401": 1},
        "by_evidence": {"proved": 1, "observed": 1, "suspected": 2},
    }
    assert len(report["findings"]) == 6
    assert [f["path"] for f in report["findings"] if f["suppressed"]] == ["src/feed.py"]
    assert [f["path"] for f in report["findings"] if f["baselined"]] == ["src/old.py"]


def test_clean_run(make_run: MakeRun) -> None:
    """A clean run has every field, with nothing in it."""
    report = json.loads(json_report.render(make_run([], files=0)))
    VALIDATOR.validate(report)
    assert report["summary"] == {"files": 0, "findings": 0, "by_rule": {}, "by_evidence": {"proved": 0, "observed": 0, "suspected": 0}}
    assert report["findings"] == report["speedups"] == report["explorations"] == []


def test_level_follows_fail_on(make_run: MakeRun) -> None:
    """The level is the one under the run's settings, not the rule's own."""
    report = json.loads(json_report.render(make_run(fail_on="observed")))
    assert {(f["evidence"], f["level"]) for f in report["findings"]} == {
        ("proved", "error"),
        ("observed", "error"),
        ("suspected", "warning"),
    }


def test_file_name_that_is_not_utf8(make_run: MakeRun) -> None:
    r"""A byte that is no UTF-8 is written \xNN."""
    report = json.loads(json_report.render(make_run()))
    assert "tests/caf\\xe9.py" in {f["path"] for f in report["findings"]}


@pytest.mark.slow
@calm
@given(found=st.lists(findings, max_size=4))
def test_any_text_comes_back(make_run: MakeRun, found: list[Finding]) -> None:
    """Whatever the texts hold, the report is valid and gives them back (lone surrogates spelt out)."""
    run = make_run(found, incomplete=("\udc80",))
    report = json.loads(json_report.render(run))
    VALIDATOR.validate(report)
    for written, finding in zip(report["findings"], run.findings, strict=True):
        assert written["message"] == well_formed(finding.message)
        assert written["path"] == well_formed(finding.site.path)
        assert [w["text"] for w in written["witnesses"]] == [well_formed(w.text) for w in finding.witnesses]
        assert Evidence(written["evidence"]) is finding.evidence
