"""The markers: a wrong one is an error, not a marker that does nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pytest

from pytest_gilcheck.model.errors import UsageError
from pytest_gilcheck.model.rule import Rule
from pytest_gilcheck.source.markers import MARKER
from pytest_gilcheck.speedup.expectation import MARKER as SPEEDUP
from pytest_gilcheck.speedup.expectation import Expectation

USAGE = f'{MARKER}("GIL301", reason="…")'


def validate(config: pytest.Config, items: Iterable[pytest.Item], rules: Sequence[type[Rule]]) -> None:
    """Refuse a marker with a wrong code, word or bound, or without a reason, naming the test.

    Raises pytest.UsageError. A worker of pytest-xdist can't end a session so: there it is an error of the collection.
    """
    codes = {rule.code for rule in rules}
    for item in items:
        for message in _mistakes(item, codes):
            if not hasattr(config, "workerinput"):
                raise pytest.UsageError(message)
            config.hook.pytest_collectreport(report=pytest.CollectReport(item.nodeid, "failed", longrepr=message, result=[]))


def _mistakes(item: pytest.Item, codes: set[str]) -> Iterator[str]:
    for mark in item.iter_markers(MARKER):
        if mistake := _mistake(mark, codes):
            yield f"{item.nodeid}: marker {MARKER}: {mistake}"
    for mark in item.iter_markers(SPEEDUP):
        try:
            Expectation.of(mark.args, mark.kwargs)
        except UsageError as error:
            yield f"{item.nodeid}: marker {SPEEDUP}: {error}"


def _mistake(mark: pytest.Mark, codes: set[str]) -> str | None:
    if not mark.args:
        return f"no rule is named; write {USAGE}"
    if unknown := [code for code in mark.args if code not in codes]:
        return f"there is no rule {unknown[0]!r}; valid: {', '.join(sorted(codes))}"
    if words := set(mark.kwargs) - {"reason"}:
        return f"there is no word {min(words)!r}; write {USAGE}"
    reason = mark.kwargs.get("reason")
    return None if isinstance(reason, str) and reason.strip() else f"a reason is missing; write {USAGE}"
