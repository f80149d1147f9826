"""Runs the rules over files and turns what they say into findings."""

from __future__ import annotations

import ast
import os
import re
import sys
import traceback
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

from pytest_gilcheck.interpreter.collector import collector_paused
from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.finding import Finding, Site, Witness
from pytest_gilcheck.model.rule import Rule
from pytest_gilcheck.model.settings import Settings
from pytest_gilcheck.source import markers, reader, suppressions
from pytest_gilcheck.source.cache import ResultCache
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.project import Project
from pytest_gilcheck.source.reader import Unreadable
from pytest_gilcheck.source.rule import SourceRule, Suspicion
from pytest_gilcheck.source.suites import is_test_data

_LATER_VERSION = re.compile(r"py3_?(\d{1,2})(?!\d)")


class Checker:
    """Findings of the static rules, file by file, over the files of one run.

    `files` are all files that may be asked for (absolute paths): workers are followed across them, so one checker is made
    with everything and then asked for each. `cache_dir` is where results are kept between runs; `None` keeps nothing.
    Making one reads nothing: the first `findings` call does.
    """

    def __init__(self, settings: Settings, rules: Sequence[type[Rule]], files: Iterable[Path], *, cache_dir: Path | None = None) -> None:
        self._settings = settings
        self._rules = tuple(rules)
        self._files = tuple(files)
        self._cache_dir = cache_dir
        self._names = {path: relative(path, settings.root) for path in self._files}
        self._project = Project({name: path for path, name in self._names.items()})
        self._broken: set[type[SourceRule]] = set()
        self._known: dict[str, tuple[Finding, ...]] = {}

    @property
    def files(self) -> tuple[Path, ...]:
        """The files it was made with."""
        return self._files

    def findings(self, path: Path) -> tuple[Finding, ...]:
        """Findings in one of the files, in line order, those that a comment suppresses included and marked.

        Never raises for what is in the file: a file that can't be read is a GIL000 finding, a rule that fails a GIL001.
        """
        name = self._names[path]
        found = self._known.get(name)
        if found is None and self._cache is not None:
            found = self._cache.get(name)
        if found is None:
            with collector_paused():
                found = tuple(self._check(name, path))
            # A failing rule is an accident of this run; a cache would hide that the file was not fully checked.
            if self._cache is not None and not any(f.rule == "GIL001" for f in found):
                self._cache.put(name, found)
        self._known[name] = found
        return found

    def save(self) -> None:
        """Write the cache, if there is one; a directory that can't be written is passed over."""
        if self._cache is not None:
            self._cache.save()

    @cached_property
    def _cache(self) -> ResultCache | None:
        if self._cache_dir is None:
            return None
        return ResultCache(self._cache_dir, self._settings, self._rules, {name: path for path, name in self._names.items()})

    @cached_property
    def _source_rules(self) -> tuple[SourceRule, ...]:
        return tuple(rule() for rule in self._rules if issubclass(rule, SourceRule) and self._settings.enabled(rule.code))

    def _check(self, name: str, path: Path) -> Iterator[Finding]:
        data = self._project.data(name)
        if isinstance(data, Unreadable):
            yield from self._kept([_unreadable(name, data)])
            return
        module: Module | None = None
        if self._project.is_relevant(name) or name in self._project.reached_paths:
            parsed = self._project.module(name)
            error = parsed if isinstance(parsed, Unreadable) else None
            module = parsed if isinstance(parsed, Module) else None
        else:
            error = reader.syntax_error(data, path)
        if error is not None:
            yield from self._kept([_unreadable(name, error)])
            return
        found = sorted(self._suspicions(module), key=lambda f: (f.site.line, f.site.column, f.rule)) if module is not None else []
        if module is None and b"gilcheck:" not in data:
            return
        text = module.text if module is not None else reader.decode(data)
        marked = suppressions.apply(
            text,
            name,
            list(self._kept(found)),
            noqa={rule.code: rule.equals for rule in self._rules if rule.equals},
            # A comment for a rule that doesn't take part here is not idle.
            enabled=lambda code: self._settings.enabled(code) and not self._settings.ignored_at(code, name),
            codes=[rule.code for rule in self._rules],
        )
        yield from self._kept(markers.apply(data, marked))

    def _kept(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Those that the settings let through."""
        for finding in findings:
            if self._settings.enabled(finding.rule) and not self._settings.ignored_at(finding.rule, finding.site.path):
                yield finding

    def _suspicions(self, module: Module) -> Iterator[Finding]:
        for rule in self._source_rules:
            if type(rule) in self._broken:
                continue
            try:
                suspicions = list(rule.check(module))
            except Exception as error:  # noqa: BLE001  # a broken check never breaks the user's run: it is named instead
                self._broken.add(type(rule))
                yield _check_failed(rule, module, error)
                continue
            seen: set[tuple[int, int]] = set()
            for suspicion in suspicions:
                finding = _finding(rule, suspicion, module)
                if (place := (finding.site.line, finding.site.column)) not in seen:
                    seen.add(place)
                    yield finding


def relative(path: Path, root: Path) -> str:
    """The path as reports show it: relative to the rootdir and with `/`; absolute for files outside of it."""
    try:
        inside = os.path.relpath(path, root)
    except ValueError:  # another drive
        return path.as_posix()
    if inside.startswith(os.pardir):
        return path.as_posix()
    return inside.replace(os.sep, "/")


def _finding(rule: SourceRule, suspicion: Suspicion, module: Module) -> Finding:
    node = suspicion.node
    line = getattr(node, "lineno", 1)
    text = module.line(line)
    level = rule.level_at(Evidence.SUSPECTED)
    return Finding(
        rule=rule.code,
        name=rule.name,
        level=Level.WARNING if Level.WARNING in (level, suspicion.level) else level,
        evidence=Evidence.SUSPECTED,
        site=Site(module.path, line, _column(node, text), module.symbol_at(node)),
        end_line=_end_line(node if suspicion.until is None else suspicion.until, line),
        message=suspicion.message,
        advice=suspicion.advice,
        source=text,
        witnesses=tuple(Witness(Evidence.SUSPECTED, text) for text in suspicion.seen),
    )


def _column(node: ast.AST, text: str) -> int:
    offset = getattr(node, "col_offset", 0)
    if text.isascii():
        return int(offset) + 1
    return len(text.encode("utf-8", "surrogatepass")[:offset].decode("utf-8", "ignore")) + 1  # the parser counts bytes


def _end_line(node: ast.AST, line: int) -> int:
    # Of a compound statement only the header is meant.
    return line if hasattr(node, "body") and not isinstance(node, ast.Lambda) else (getattr(node, "end_lineno", None) or line)


def _unreadable(path: str, why: Unreadable) -> Finding:
    version = _LATER_VERSION.search(path)
    # Suites keep broken files as data, and files for a later Python go by its number.
    meant = is_test_data(path) or (version is not None and int(version[1]) > sys.version_info.minor)
    return Finding(
        rule="GIL000",
        name="unreadable-file",
        level=Level.WARNING if meant else Level.ERROR,
        evidence=Evidence.SUSPECTED,
        site=Site(path, why.line, why.column),
        end_line=why.line,
        message=f"This file could not be checked: {why.reason}.",
        advice="Mend the file, or leave it out with gilcheck_per_path_ignores or norecursedirs if it is meant to be so.",
    )


def _check_failed(rule: SourceRule, module: Module, error: Exception) -> Finding:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return Finding(
        rule="GIL001",
        name="check-failed",
        level=Level.WARNING,
        evidence=Evidence.SUSPECTED,
        site=Site(module.path, 1),
        end_line=1,
        message=(
            f"The check of {rule.code} ({rule.name}) failed in this file and is switched off for the rest of the run: "
            f"{type(error).__name__}: {error} ({Path(frame.filename).name}:{frame.lineno})."
        ),
        advice=f"Report it with this file's code; until it is mended, --gilcheck-ignore={rule.code} says so openly.",
        source=module.line(1),
    )
