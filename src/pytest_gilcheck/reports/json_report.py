"""The project's own format, for programs. Its schema is `schema/gilcheck-1.json`."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from importlib import resources
from typing import Any

from pytest_gilcheck.model.finding import Finding
from pytest_gilcheck.model.run import Run
from pytest_gilcheck.reports import tool
from pytest_gilcheck.reports.counts import by_evidence
from pytest_gilcheck.reports.escaping import well_formed_values

# History of the format (the schema repeats it):
#   1  first format. Fields may be added within a format, so readers pass over those they don't know; a field that
#      is taken away or changes its meaning makes a new format.
FORMAT = 1


def render(run: Run) -> str:
    """The run as JSON, format 1: ASCII only, so that it can be written in any encoding."""
    summary: dict[str, Any] = {
        "files": run.files,
        "findings": len(run.active),
        "by_rule": dict(sorted(Counter(finding.rule for finding in run.active).items())),
        "by_evidence": by_evidence(run.active),
    }
    if run.incomplete:  # a report that finds nothing must not read as clean when part of the run is missing
        summary["incomplete"] = list(run.incomplete)
    document = {
        "format": FORMAT,
        "tool": {"name": tool.NAME, "version": tool.version()},
        "environment": asdict(run.environment),
        "summary": summary,
        "findings": [_finding(finding, run) for finding in run.findings],
        "speedups": [speedup.as_json() for speedup in run.speedups],
        "explorations": [],
    }
    return json.dumps(well_formed_values(document), indent=2) + "\n"


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of this format."""
    text = resources.files(__package__).joinpath("schema", f"gilcheck-{FORMAT}.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def _finding(finding: Finding, run: Run) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "name": finding.name,
        "level": run.settings.effective_level(finding).value,
        "evidence": finding.evidence.value,
        "path": finding.site.path,
        "line": finding.site.line,
        "end_line": finding.end_line,
        "column": finding.site.column,
        "symbol": finding.site.symbol,
        "message": finding.message,
        "advice": finding.advice,
        "tests": list(finding.tests),
        "witnesses": [{"evidence": w.evidence.value, "test": w.test, "text": w.text} for w in finding.witnesses],
        "fingerprint": finding.fingerprint,
        "suppressed": finding.suppressed is not None,
        "baselined": finding.baselined,
        "replay": finding.replay,
        "execution": None if finding.execution is None else asdict(finding.execution),
    }
