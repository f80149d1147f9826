"""From findings to the edits that mend them: only where that is certain."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pytest_gilcheck.fixes import MODULES
from pytest_gilcheck.fixes.edits import Edit, are_compatible, makes_needless
from pytest_gilcheck.model.finding import Finding
from pytest_gilcheck.model.settings import Settings
from pytest_gilcheck.source import reader
from pytest_gilcheck.source.check import relative
from pytest_gilcheck.source.discover import python_files
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.project import Project

_IMPORTS = re.compile(
    rb"^[ \t]*(?:from|import)\b[^\n(]*(?:\([^)]*\))?[^\n]*|\bimport_module\([^)]*\)|\b__import__\([^)]*\)",
    re.MULTILINE,
)
_WORD = re.compile(rb"\w+")


@dataclass(frozen=True, slots=True)
class FilePlan:
    """What to do to one file: `data` is what it holds now, `findings` are those that the edits mend."""

    path: Path
    name: str
    data: bytes
    edits: tuple[Edit, ...]
    findings: tuple[Finding, ...]


class Planner:
    """Finds the edits for findings in a project. `files` are those of the run, which names and calls are followed through."""

    def __init__(self, settings: Settings, files: Iterable[Path]) -> None:
        self._settings = settings
        self._paths = {relative(path, settings.root): path for path in files}
        self._project = Project(self._paths)

    def plans(self, findings: Iterable[Finding]) -> list[FilePlan]:
        """What mends them, file by file in path order; findings without a certain mend, and those that don't count, are left out."""
        by_path: dict[str, list[Finding]] = {}
        for finding in findings:
            if finding.active and finding.rule in MODULES and finding.site.path in self._paths:
                by_path.setdefault(finding.site.path, []).append(finding)
        return [plan for name in sorted(by_path) if (plan := self._plan(name, by_path[name])) is not None]

    def importers(self, module: Module) -> tuple[Path, ...]:
        """Python files under the rootdir and of this run that may import the module, by its last name."""
        stem = Path(module.path).stem.encode()
        own = self._paths[module.path].resolve()
        return tuple(path for path, words in self._imported.items() if stem in words and path.resolve() != own)

    def is_in_package(self, module: Module) -> bool:
        """Whether the file lies in a folder with an `__init__.py`."""
        return (self._paths[module.path].parent / "__init__.py").exists()

    @cached_property
    def _imported(self) -> Mapping[Path, frozenset[bytes]]:
        """The words of all import statements, file by file."""
        under_root = python_files([self._settings.root], norecursedirs=self._settings.norecursedirs)
        found = {}
        for path in {*under_root, *self._paths.values()}:
            data = reader.read(path)
            if isinstance(data, bytes):
                found[path] = frozenset(word for statement in _IMPORTS.findall(data) for word in _WORD.findall(statement))
        return found

    def _plan(self, name: str, findings: Sequence[Finding]) -> FilePlan | None:
        data = self._project.data(name)
        module = self._project.module(name)
        if not isinstance(data, bytes) or not isinstance(module, Module):
            return None
        wanted = [(finding, edits) for finding in findings if (edits := tuple(self._edits(finding, module)))]
        # Two that get into each other's way are both left: to take one of them would be chance.
        fitting = [
            (finding, edits)
            for finding, edits in wanted
            if all(are_compatible(one, other) for one in edits for _, others in wanted if others is not edits for other in others)
        ]
        if not fitting:
            return None
        every = dict.fromkeys(edit for _, several in fitting for edit in several)
        needed = tuple(edit for edit in every if not any(makes_needless(other, edit) for other in every))
        return FilePlan(self._paths[name], name, data, needed, tuple(finding for finding, _ in fitting))

    def _edits(self, finding: Finding, module: Module) -> Iterator[Edit]:
        find: Callable[[Finding, Module, Planner], Iterable[Edit]]
        find = importlib.import_module(f"{__package__}.{MODULES[finding.rule]}").edits
        yield from find(finding, module, self)


def call_at(finding: Finding, module: Module) -> ast.Call | None:
    """The call that the finding points to."""
    line, column = finding.site.line, finding.site.column
    for call in module.nodes(ast.Call):
        if call.lineno == line and _characters(module.line(line), call.col_offset) + 1 == column:
            return call
    return None


def is_alone(statement: ast.stmt, module: Module) -> bool:
    """Whether nothing but a comment shares its lines with the statement."""
    end_line, end_column = statement.end_lineno or statement.lineno, statement.end_col_offset or 0
    before = module.line(statement.lineno).encode()[: statement.col_offset].lstrip(b"\xef\xbb\xbf")
    behind = module.line(end_line).encode()[end_column:].strip()
    return not before.strip() and (not behind or behind.startswith(b"#"))


def _characters(text: str, offset: int) -> int:
    """How many characters the first `offset` bytes are, which the parser counts."""
    return offset if text.isascii() else len(text.encode("utf-8", "surrogatepass")[:offset].decode("utf-8", "ignore"))
