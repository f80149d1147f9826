"""The marker `gilcheck_ignore`: a wrong one is an error, not a marker that does nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest

from pytest_gilcheck.model.rule import Rule
from pytest_gilcheck.source.markers import MARKER

USAGE = f'{MARKER}("GIL301", reason="…")'


def validate(config: pytest.Config, items: Iterable[pytest.Item], rules: Sequence[type[Rule]]) -> None:
    """Refuse a marker with a wrong code or without a reason, naming the test.

    Raises pytest.UsageError. A worker of pytest-xdist can't end a session so: there it is an error of the collection.
    """
    codes = {rule.code for rule in rules}
    for item in items:
        for mark in item.iter_markers(MARKER):
            if mistake := _mistake(mark, codes):
                message = f"{item.nodeid}: marker {MARKER}: {mistake}"
                if not hasattr(config, "workerinput"):
                    raise pytest.UsageError(message)
                config.hook.pytest_collectreport(report=pytest.CollectReport(item.nodeid, "failed", longrepr=message, result=[]))


def _mistake(mark: pytest.Mark, codes: set[str]) -> str | None:
    if not mark.args:
        return f"no rule is named; write {USAGE}"
    if unknown := [code for code in mark.args if code not in codes]:
        return f"there is no rule {unknown[0]!r}; valid: {', '.join(sorted(codes))}"
    if words := set(mark.kwargs) - {"reason"}:
        return f"there is no word {min(words)!r}; write {USAGE}"
    reason = mark.kwargs.get("reason")
    return None if isinstance(reason, str) and reason.strip() else f"a reason is missing; write {USAGE}"
