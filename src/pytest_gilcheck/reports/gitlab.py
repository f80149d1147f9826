"""GitLab's code quality report: a list of what counts, for the merge request."""

from __future__ import annotations

import json
from typing import Any

from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.finding import Finding
from pytest_gilcheck.model.run import Run
from pytest_gilcheck.reports.checkout import Checkout
from pytest_gilcheck.reports.escaping import well_formed_values


def render(run: Run) -> str:
    """The findings that count as GitLab code quality JSON.

    Suppressed and baselined ones are left out: GitLab would list them as open. The format has no place for a run's
    being incomplete; the exit status and the other formats say it.
    """
    checkout = Checkout.around(run.root)
    entries = [_entry(finding, run, checkout) for finding in run.active]
    return json.dumps(well_formed_values(entries), indent=2) + "\n"


def _entry(finding: Finding, run: Run, checkout: Checkout) -> dict[str, Any]:
    begin = max(finding.site.line, 1)
    return {
        "description": f"{finding.name}: {finding.message}",
        "check_name": finding.rule,
        "fingerprint": finding.fingerprint,
        "severity": _severity(finding, run),
        "location": {
            "path": checkout.path(finding.site.path),
            "lines": {"begin": begin, "end": max(finding.end_line, begin)},
        },
    }


def _severity(finding: Finding, run: Run) -> str:
    if run.settings.effective_level(finding) is Level.WARNING:
        return "minor"
    return "critical" if finding.evidence is Evidence.PROVED else "major"
