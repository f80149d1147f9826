"""When to colour what is printed."""

from __future__ import annotations

import io
import sys

import pytest

from pytest_gilcheck.command.output import colored


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("choice", "environment", "terminal", "expected"),
    [
        ("yes", {"NO_COLOR": "1"}, False, True),
        ("no", {"FORCE_COLOR": "1"}, True, False),
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
        ("auto", {"PY_COLORS": "1", "NO_COLOR": "1"}, False, True),
        ("auto", {"PY_COLORS": "0", "FORCE_COLOR": "1"}, True, False),
    ],
)
def test_colours_are_decided_as_pytest_decides(
    choice: str, environment: dict[str, str], terminal: bool, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The option, then the variables, then whether it is a terminal."""
    monkeypatch.setattr(sys, "platform", "linux")
    assert colored(choice, Terminal() if terminal else io.StringIO(), environment) is expected


def test_an_old_windows_console_gets_no_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would print them; Windows Terminal says who it is."""
    monkeypatch.setattr(sys, "platform", "win32")
    assert colored("auto", Terminal(), {}) is False
    assert colored("auto", Terminal(), {"WT_SESSION": "x"}) is True
