"""While items run: what was found travels on the item's report, from a worker of pytest-xdist as from this process."""

from __future__ import annotations

import json
from collections.abc import Generator
from typing import Any

import pytest

from pytest_gilcheck.hooks import checking
from pytest_gilcheck.hooks.state import FOUND, SPEEDUP
from pytest_gilcheck.source.check import relative

ON_REPORT = "gilcheck"  # an attribute, because pytest-xdist carries nothing else


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Put what was found on the report."""
    report = yield
    found = item.stash.get(FOUND, None)
    if found is not None and call.when == "call":
        path = relative(item.path, item.config.rootpath)
        # Text, because file names that are no UTF-8 would stop pytest-xdist; JSON escapes them.
        setattr(report, ON_REPORT, json.dumps({"checked": path, "findings": [finding.as_dict() for finding in found]}))
    speedup = item.stash.get(SPEEDUP, None)
    if speedup is not None and call.when == "call":
        setattr(report, ON_REPORT, json.dumps({"speedup": speedup.as_json()}))
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Keep what was read for the next run, in every process that read."""
    checking.save(session.config)
