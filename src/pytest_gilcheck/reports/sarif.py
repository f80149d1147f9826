"""SARIF 2.1.0 (OASIS), as GitHub code scanning and other viewers take it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.finding import Finding
from pytest_gilcheck.model.rule import Rule
from pytest_gilcheck.model.run import Run
from pytest_gilcheck.reports import tool
from pytest_gilcheck.reports.checkout import Checkout
from pytest_gilcheck.reports.escaping import is_absolute, uri, well_formed_values
from pytest_gilcheck.reports.page import markdown

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_SNIPPET_CHARACTERS = 1000  # generated files have lines of megabytes
# A file or a rule that could not be read or run: findings may be missing.
_NOT_CHECKED = frozenset({"GIL000", "GIL001"})


def render(run: Run) -> str:
    """The run as one SARIF log with one run: ASCII only, so that it can be written in any encoding.

    Suppressed and baselined findings are included with `suppressions`; with a baseline each result has a `baselineState`.
    """
    checkout = Checkout.around(run.root)
    rules = _descriptors(run)
    index = {descriptor["id"]: position for position, descriptor in enumerate(rules)}
    document = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": tool.NAME, "version": tool.version(), "informationUri": tool.URI, "rules": rules}},
                "invocations": [_invocation(run, checkout)],
                "originalUriBaseIds": {_ROOT: {"uri": uri(checkout.folder.as_posix().rstrip("/") + "/")}},
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding, run, index, checkout) for finding in run.findings],
            }
        ],
    }
    return json.dumps(well_formed_values(document), indent=2) + "\n"


def _descriptors(run: Run) -> list[dict[str, Any]]:
    """Every rule of the run by code, and what little is known of a rule that only a finding names."""
    by_code = {rule.code: _descriptor(rule) for rule in run.rules}
    for finding in run.findings:
        by_code.setdefault(finding.rule, {"id": finding.rule, "name": finding.name, **_described(finding.name)})
    return [by_code[code] for code in sorted(by_code)]


def _described(text: str) -> dict[str, dict[str, str]]:
    # GitHub refuses rules that lack one of these.
    return {"shortDescription": {"text": text}, "fullDescription": {"text": text}, "help": {"text": text}}


def _descriptor(rule: type[Rule]) -> dict[str, Any]:
    page = rule.page
    level = rule.level_at(Evidence.SUSPECTED)
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary()},
        "fullDescription": {"text": page.what.strip()},
        "help": {
            "text": "\n\n".join(filter(None, (page.what.strip(), page.why.strip(), page.instead.strip()))),
            "markdown": markdown(rule, title=False),
        },
        "defaultConfiguration": {"level": level.value},
        "properties": {
            "tags": ["concurrency", "correctness"],
            # A rule that fails a run from its source alone has few false alarms; the others need a test to be sure.
            "precision": "high" if level is Level.ERROR else "medium",
            "problem.severity": level.value,
        },
    }


def _invocation(run: Run, checkout: Checkout) -> dict[str, Any]:
    notes: list[dict[str, Any]] = [{"level": "error", "message": {"text": note}} for note in run.incomplete]
    notes += [
        {
            "level": "error",
            "message": {"text": finding.message},
            "associatedRule": {"id": finding.rule},
            "locations": [{"physicalLocation": _place(finding, checkout)}],
        }
        for finding in run.active
        if finding.rule in _NOT_CHECKED
    ]
    return {"executionSuccessful": not notes, "toolExecutionNotifications": notes}


def _result(finding: Finding, run: Run, index: Mapping[str, int], checkout: Checkout) -> dict[str, Any]:
    result = {
        "ruleId": finding.rule,
        "ruleIndex": index[finding.rule],
        "level": run.settings.effective_level(finding).value,
        "message": {"text": f"{finding.message}\n{finding.advice}".strip()},
        "locations": [
            {
                "physicalLocation": _place(finding, checkout),
                "logicalLocations": [{"fullyQualifiedName": finding.site.symbol}],
            }
        ],
        # GitHub's form is hash:count. Ours is unique by itself: equal lines have been counted in it.
        "partialFingerprints": {"primaryLocationLineHash": f"{finding.fingerprint}:1", "gilcheck/v1": finding.fingerprint},
        # An empty list says that the result is not suppressed; without one, a reader can't know.
        "suppressions": _suppressions(finding),
        "properties": {
            "evidence": finding.evidence.value,
            "tests": list(finding.tests),
            "witnesses": _witnesses(finding),
            **({"replay": finding.replay} if finding.replay is not None else {}),
            **({"execution": asdict(finding.execution)} if finding.execution is not None else {}),
        },
    }
    if run.settings.baseline is not None:
        result["baselineState"] = "unchanged" if finding.baselined else "new"
    return result


def _suppressions(finding: Finding) -> Sequence[dict[str, str]]:
    found = []
    if finding.suppressed is not None:
        reason = {"justification": finding.suppressed} if finding.suppressed else {}
        found.append({"kind": "inSource", "status": "accepted", **reason})
    if finding.baselined:
        found.append({"kind": "external", "status": "accepted", "justification": "accepted in the baseline"})
    return found


def _witnesses(finding: Finding) -> list[dict[str, Any]]:
    return [{"evidence": w.evidence.value, "test": w.test, "text": w.text} for w in finding.witnesses]


def _place(finding: Finding, checkout: Checkout) -> dict[str, Any]:
    path = checkout.path(finding.site.path)
    location = {"uri": uri(path)} if is_absolute(path) else {"uri": uri(path), "uriBaseId": _ROOT}
    start = max(finding.site.line, 1)
    region: dict[str, Any] = {"startLine": start, "endLine": max(finding.end_line, start)}
    if finding.site.column:
        region["startColumn"] = finding.site.column
    if finding.source and len(finding.source) <= _SNIPPET_CHARACTERS:
        region["snippet"] = {"text": finding.source}
    return {"artifactLocation": location, "region": region}
