"""The files of a project: read and parsed when needed, found by the names they are imported by."""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from pytest_gilcheck.source import reader
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.reader import Unreadable
from pytest_gilcheck.source.scopes import FUNCTIONS

if TYPE_CHECKING:
    from pytest_gilcheck.source.project import Project

_POOLS = frozenset(
    {"Process", "Pool", "ThreadPool", "ThreadPoolExecutor", "ProcessPoolExecutor", "InterpreterPoolExecutor", "Manager", "fork"}
)


class Files:
    """`paths` maps each path as reports show it (relative, `/`) to the file itself."""

    def __init__(self, paths: Mapping[str, Path], project: Project) -> None:
        self.paths = paths
        self._project = project
        self._data: dict[str, bytes | Unreadable] = {}
        self._modules: dict[str, Module | Unreadable] = {}

    def data(self, path: str) -> bytes | Unreadable:
        """The bytes of a file, read once."""
        if path not in self._data:
            self._data[path] = reader.read(self.paths[path])
        return self._data[path]

    def module(self, path: str) -> Module | Unreadable:
        """The parsed file."""
        found = self._modules.get(path)
        if found is None:
            found = self._modules[path] = self._parse(path)
        return found

    def _parse(self, path: str) -> Module | Unreadable:
        data = self.data(path)
        if isinstance(data, Unreadable):
            return data
        tree = reader.parse(data)
        if isinstance(tree, Unreadable):
            return tree
        return Module(tree, reader.decode(data), path, self.name_of(path), self._project)

    @cached_property
    def relevant(self) -> Mapping[str, Module | Unreadable]:
        """Files that have a word without which nothing concurrent can be in them, and those that call makers of pools there.

        The second kind has no word of its own, and yet a process that starts at its import, or a pool that is made in its loop,
        is its doing.
        """
        contents = {path: data for path in self.paths if isinstance(data := self.data(path), bytes)}
        found = {path: self.module(path) for path, data in contents.items() if reader.may_be_concurrent(data)}
        parsed = [module for module in found.values() if isinstance(module, Module)]
        makers: dict[bytes, set[bytes]] = defaultdict(set)
        for module_name, function_name in (maker for module in parsed for maker in _pool_makers(module)):
            makers[module_name].add(function_name)
        callers = [path for path, data in contents.items() if path not in found and reader.may_call(makers, data)]
        found.update((path, self.module(path)) for path in callers)
        return found

    def naming(self, name: str) -> Iterator[Module]:
        """Every file that has the name in it, in path order: those without a sign of concurrency are parsed for it.

        `.name` is one that is taken of an object.
        """
        plain = name.encode("utf-8", "surrogateescape")
        whole = re.compile((rb"" if plain.startswith(b".") else rb"(?<!\w)") + re.escape(plain) + rb"(?!\w)")
        for path in sorted(self.paths):
            data = self.data(path)
            if isinstance(data, bytes) and plain in data and whole.search(data) and isinstance(found := self.module(path), Module):
                yield found

    def named(self, dotted: str, importer: Module | None) -> Module | None:
        """The module of the project with that dotted name; the nearest to the importing file if there are several."""
        path = self._path_of(dotted, importer)
        found = self.module(path) if path is not None else None
        return found if isinstance(found, Module) else None

    def text_of(self, dotted: str, importer: Module | None) -> bytes:
        """The bytes of the module with that dotted name, which is not parsed for it; none when the project has no such module."""
        path = self._path_of(dotted, importer)
        data = self.data(path) if path is not None else b""
        return data if isinstance(data, bytes) else b""

    def _path_of(self, dotted: str, importer: Module | None) -> str | None:
        if dotted.partition(".")[0] in sys.stdlib_module_names:
            return None
        paths = self._by_name.get(dotted)
        if not paths:
            return None
        return paths[0] if len(paths) == 1 or importer is None else max(paths, key=lambda p: _shared_folders(p, importer.path))

    @cached_property
    def _packages(self) -> frozenset[str]:
        return frozenset(path.removesuffix("/__init__.py") for path in self.paths if path.endswith("/__init__.py"))

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        names: dict[str, list[str]] = defaultdict(list)
        for path in sorted(self.paths):
            for name in self._importable_names(path):
                names[name].append(path)
        return names

    def _importable_names(self, path: str) -> Iterator[str]:
        """Every name the file has when some folder above it, which is no package itself, is on `sys.path`; shortest first."""
        parts = PurePosixPath(path).with_suffix("").parts
        if parts[-1] == "__init__":
            parts = parts[:-1]
        for start in range(len(parts) - 1, -1, -1):
            if "/".join(parts[:start]) not in self._packages:
                yield ".".join(parts[start:])

    def name_of(self, path: str) -> str:
        """The dotted name that the file is imported by, as far as its place tells."""
        return next(self._importable_names(path), PurePosixPath(path).stem)


def _pool_makers(module: Module) -> Iterator[tuple[bytes, bytes]]:
    """(last name of the module, name) of its functions, and of classes, that make a pool or a process themselves."""
    if module.name.partition(".")[0] in sys.stdlib_module_names:
        return
    module_name = module.name.rpartition(".")[2].encode("utf-8", "surrogateescape")
    for call in module.calls_to(*_POOLS & module.called_names):
        for above in module.ancestors(call):
            if isinstance(above, ast.ClassDef) or (isinstance(above, FUNCTIONS) and not isinstance(above, ast.Lambda)):
                yield module_name, above.name.encode()


def _shared_folders(path: str, other: str) -> int:
    count = 0
    for mine, theirs in zip(path.split("/")[:-1], other.split("/")[:-1], strict=False):
        if mine != theirs:
            break
        count += 1
    return count
