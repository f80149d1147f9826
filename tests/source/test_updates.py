"""Which statements are read-modify-writes."""

from __future__ import annotations

import pytest

from pytest_gilcheck.source.updates import updates_in
from tests.source.conftest import MakeProject, module_of


def found(make_project: MakeProject, *statements: str) -> list[str]:
    """Names of the variables that a method with these statements updates."""
    body = "\n".join(f"        {statement}" for statement in statements)
    head = "n = 0\nclass Box:\n    def __init__(self):\n        self.items = []\n        self.seen = set()\n"
    code = f"{head}    def work(self, d, k):\n        global n\n{body}\n"
    return [update.name for update in updates_in(module_of(make_project(code)))]


@pytest.mark.parametrize(
    "statement",
    [
        "n += 1", "n = n + 1", "n = 1 + n", "n = max(n, 3)", "self.x -= 2", "self.x = self.x * 2", "d[k] += 1", "d[k] = d[k] + 1",
        "d[k] = d.get(k, 0) + 1", "self.x, self.y = 1, self.x", "self.items = self.items + [1]", "self.text += 'x'", "self.x ^= 1",
    ],
)  # fmt: skip
def test_a_value_made_from_the_old_one_is_an_update(make_project: MakeProject, statement: str) -> None:
    """Every way to write a new value that depends on the old one is found, once."""
    assert len(found(make_project, statement)) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "n = 1", "self.x = n", "local = 0; local += 1", "self.items += [1]", "self.seen |= {1}", "self.items += d", "d[k] = 1",
        "self.x = self.x or n", "self.x = self.x", "d.update(k=1)",
    ],
)  # fmt: skip
def test_plain_stores_and_changes_in_place_are_none(make_project: MakeProject, statement: str) -> None:
    """A single store, a local variable and a change in place lose nothing."""
    assert found(make_project, statement) == []


def test_reading_into_a_local_name_first_is_an_update(make_project: MakeProject) -> None:
    """The old value may go through a local name, counted up or not."""
    assert found(make_project, "old = self.x", "self.x = old + 1") == ["x"]
    assert found(make_project, "old = self.x", "old += 1", "self.x = old") == ["x"]
    assert found(make_project, "old = self.x", "old = n", "self.x = old") == []
    assert found(make_project, "old = self.x", "self.x = old") == []
