"""The item of a checked file, and how its failure looks."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pytest_gilcheck.hooks.checking import check
from pytest_gilcheck.hooks.state import ARMED, FOUND
from pytest_gilcheck.model.finding import Finding
from pytest_gilcheck.reports import terminal

NAME = "GILCHECK"


class FindingsError(Exception):
    """Findings in a file make its item fail."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(f"{len(findings)} findings")
        self.findings = findings


class GilcheckFile(pytest.File):
    """A Python file as something to check, beside whatever else collects it. Never imports it."""

    @classmethod
    def at(cls, path: Path, session: pytest.Session) -> GilcheckFile:
        """The collector for this file."""
        # A file name that is no UTF-8 has lone surrogates, which can't travel from a worker of pytest-xdist.
        name = printable(path)
        if name == str(path):
            return cls.from_parent(session, path=path)
        name = name.removeprefix(f"{session.config.rootpath}{os.sep}").replace(os.sep, "/")
        return cls.from_parent(session, path=path, name=name, nodeid=name)

    def collect(self) -> Iterator[FileCheck]:
        """The one item."""
        yield FileCheck.from_parent(self, name=NAME)


class FileCheck(pytest.Item):
    """Fails if the rules find something in its file that fails the run. Needs no fixture."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.add_marker("gilcheck")

    def runtest(self) -> None:
        """Check the file. Raises FindingsError."""
        findings = check(self.config, self.path)
        self.stash[FOUND] = findings
        settings = self.config.stash[ARMED].settings
        if failing := [finding for finding in findings if settings.fails(finding)]:
            raise FindingsError(failing)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any, **kwargs: Any) -> Any:
        """The findings in full; a traceback only for an error of the check itself."""
        if isinstance(excinfo.value, FindingsError):
            return FindingsText(excinfo.value.findings, self.config)
        return super().repr_failure(excinfo, *args, **kwargs)

    def reportinfo(self) -> tuple[str, int, str]:
        """The first line of the file; the last part is the heading of a failure, where one has to be told from another."""
        return printable(self.path), 0, f"{NAME} {self.nodeid.rpartition('::')[0]}"


class FindingsText:
    """What pytest shows of a failed check: whole blocks, coloured where the terminal is, plain in files."""

    def __init__(self, findings: Sequence[Finding], config: pytest.Config) -> None:
        self.findings = findings
        self._settings = config.stash[ARMED].settings
        self._brief = config.getoption("tbstyle", "auto") == "line"  # no such option with `-p no:terminal`
        first, others = findings[0], len(findings) - 1
        more = f" (and {others} more)" if others else ""
        self.reprcrash = OneLine(first.site.path, first.site.line, f"{first.rule} {first.name}, line {first.site.line}{more}")

    def toterminal(self, writer: Any) -> None:
        """Write it; called by pytest with its terminal writer, which writes the one line of `--tb=line` by itself."""
        if not self._brief:
            writer.line(self._text(color=writer.hasmarkup, width=writer.fullwidth))

    def __str__(self) -> str:
        return self._text(color=False, width=terminal.WIDTH)

    def _text(self, *, color: bool, width: int) -> str:
        return "\n\n".join(terminal.block(finding, self._settings, color=color, width=width) for finding in self.findings)


@dataclass(frozen=True, slots=True)
class OneLine:
    """What pytest shows of it in the short summary (`message`) and with `--tb=line` (as text)."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


def printable(path: Path) -> str:
    """The path as text that can be encoded, with bytes that are no UTF-8 escaped."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
