"""One format, one file: each renders a finished run to text, and is imported when it is first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from pytest_gilcheck.model.errors import UsageError

if TYPE_CHECKING:
    from pytest_gilcheck.model.run import Run

# `json` would shadow the standard library's module inside its own file, so its module has a longer name.
_HOMES = {"json": "json_report", "sarif": "sarif", "github": "github", "gitlab": "gitlab"}


class Report(Protocol):
    """What a format's module offers."""

    def render(self, run: Run) -> str:
        """The report of this run, ending in a newline."""
        ...


def render(format: str, run: Run) -> str:  # noqa: A002  # the word users type: FORMAT:PATH
    """The report of `run` in `format`, one of `json`, `sarif`, `github`, `gitlab`; equal runs give equal text.

    The text ends in a newline and has no lone surrogates, so it can always be written as UTF-8. Raises UsageError for another format.
    """
    home = _HOMES.get(format)
    if home is None:
        raise UsageError(f"{format!r} is no report format; valid: {', '.join(_HOMES)}")
    return cast("Report", import_module(f"{__name__}.{home}")).render(run)
