"""Which lines ran while tests did, as coverage.py recorded it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_gilcheck.model.errors import UsageError
from pytest_gilcheck.model.finding import Execution, Finding
from pytest_gilcheck.model.settings import Settings

if TYPE_CHECKING:
    from coverage import CoverageData

_PHASE = re.compile(r"\|(?:setup|run|teardown)\Z")  # what pytest-cov puts behind a node id


class RecordedLines:
    """The lines of one measurement; `root` is what relative paths in it are relative to."""

    def __init__(self, data: CoverageData, root: Path, *, closes: bool = False) -> None:
        self._data = data
        self._root = root
        self._closes = closes  # a file that was opened here; a running measurement closes its own
        self._contexts: dict[str, dict[int, list[str]]] = {}

    @classmethod
    def of_settings(cls, settings: Settings, key: str) -> RecordedLines | None:
        """Those of the data file that the settings name. Raises UsageError, which names the option `key`, if it can't be used."""
        if settings.cov_data is None:
            return None
        path, root = settings.cov_data, settings.root
        import sqlite3

        from coverage import CoverageData
        from coverage.exceptions import CoverageException

        data = CoverageData(basename=str(path))
        lines = cls(data, root, closes=True)
        try:
            data.read()
            measured = data.measured_files()
        except (CoverageException, sqlite3.Error) as error:
            raise UsageError(f"{key}: {path} is no data file of coverage.py: {error}") from error
        finally:
            data.close()  # it opens again when it is asked
        if not any(file.is_relative_to(root) for file in lines._files):
            example = f" (its first: {min(measured)})" if measured else ""
            raise UsageError(
                f"{key}: {path} has no file under {root}{example}; if it was measured elsewhere, "
                "run 'coverage combine' with a [paths] section of your coverage configuration first"
            )
        return lines

    def annotated(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings, each with what is known of its lines."""
        try:
            return [
                replace(finding, execution=self.execution(self._root / finding.site.path, finding.site.line, finding.end_line))
                for finding in findings
            ]
        finally:
            if self._closes:
                self._data.close()

    def execution(self, path: Path, first: int, last: int) -> Execution | None:
        """Whether any line from `first` to `last` ran, and in which tests; `None` for a file that was not measured."""
        name = self._files.get(_real(path))
        if name is None:
            return None
        recorded = set(self._data.lines(name) or ())
        wanted = range(first, last + 1)
        ran = not recorded.isdisjoint(wanted)
        return Execution(ran, tuple(self._tests(name, wanted)) if self._knows_tests else None)

    def _tests(self, name: str, wanted: range) -> list[str]:
        if name not in self._contexts:
            self._contexts[name] = self._data.contexts_by_lineno(name)
        contexts = self._contexts[name]
        return sorted({_PHASE.sub("", context) for line in wanted for context in contexts.get(line, ()) if context})

    @cached_property
    def _knows_tests(self) -> bool:
        return any(self._data.measured_contexts())

    @cached_property
    def _files(self) -> dict[Path, str]:
        """By real path, the names that files have in the data."""
        return {_real(self._root / name): name for name in sorted(self._data.measured_files())}


def _real(path: Path) -> Path:
    return Path(os.path.normcase(path.resolve()))
