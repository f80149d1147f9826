"""Rules that installed packages add to the static command."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from types import ModuleType

import pytest

from pytest_gilcheck.command import catalogue
from pytest_gilcheck.model.errors import UsageError
from pytest_gilcheck.model.evidence import Evidence
from pytest_gilcheck.model.rule import Page, Rule
from pytest_gilcheck.rules.files.idle_suppression import IdleSuppression

PAGE = Page("Something. More.", "Because.", "Else.", "No.", "None.")


class Base(Rule):
    """A base class of several rules, which has no code and is none itself."""


class Sometimes(Base):
    """A rule that is an error only when a test shows it."""

    code = "GIL950"
    name = "sometimes-bad"
    fails_from = Evidence.OBSERVED
    page = PAGE


class Clash(Rule):
    """Claims a code that is taken."""

    code = "GIL003"
    name = "clash"
    fails_from = None
    page = PAGE


@pytest.fixture
def plugin(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """An installed module, empty so far, that entry points may name."""
    module = ModuleType("gilcheck_plugin")
    monkeypatch.setitem(sys.modules, "gilcheck_plugin", module)
    return module


def offer(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    point = EntryPoint("extra", value, catalogue.GROUP)
    monkeypatch.setattr(catalogue, "entry_points", lambda group: [point] if group == catalogue.GROUP else [])


def test_a_module_gives_its_rule_classes(plugin: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those defined in it: neither what it imports nor base classes without a code."""
    for rule in (Base, Sometimes):
        monkeypatch.setattr(rule, "__module__", "gilcheck_plugin")
        setattr(plugin, rule.__name__, rule)
    plugin.IdleSuppression = IdleSuppression  # type: ignore[attr-defined]
    offer(monkeypatch, "gilcheck_plugin")
    assert catalogue.available()[-1] is Sometimes
    last = catalogue.table(catalogue.available()).splitlines()[-1]
    assert last.split() == ["GIL950", "sometimes-bad", "error", "if", "observed", "Something."]


def test_a_sequence_gives_its_rules(plugin: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list in a module, for who wants to choose."""
    plugin.RULES = [Sometimes]  # type: ignore[attr-defined]
    offer(monkeypatch, "gilcheck_plugin:RULES")
    assert Sometimes in catalogue.available()


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("gilcheck_plugin:NONE", r"extra = gilcheck_plugin:NONE can't be loaded: AttributeError"),
        ("no_such_module", r"can't be loaded: ModuleNotFoundError"),
        ("gilcheck_plugin:WRONG", r"is neither a module nor a sequence of rules"),
        ("gilcheck_plugin:CLASH", r"GIL003 is the code of two rules: .*IdleSuppression and .*Clash"),
    ],
)
def test_a_broken_entry_point_is_a_usage_error(plugin: ModuleType, value: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named, and so is what is wrong with it."""
    plugin.WRONG = [1]  # type: ignore[attr-defined]
    plugin.CLASH = [Clash]  # type: ignore[attr-defined]
    offer(monkeypatch, value)
    with pytest.raises(UsageError, match=says):
        catalogue.available()


def test_a_table_is_cut_to_a_terminal() -> None:
    """A line that wraps would break the columns."""
    assert catalogue.table([Sometimes], width=40) == "GIL950  sometimes-bad  error if obser..."
    assert catalogue.table([Sometimes], width=53) == catalogue.table([Sometimes])


def test_a_table_of_nothing_is_empty() -> None:
    """No rules, no lines."""
    assert catalogue.table([]) == ""
