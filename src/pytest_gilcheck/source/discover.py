"""Which files are checked: the Python files under some paths, without what others wrote or a build made."""

# ruff: noqa: PTH100, PTH112, PTH113, PTH117, PTH118, PTH206
# Plain strings: a tree of thousands of files is walked in every run, and a Path costs as much as listing it.

from __future__ import annotations

import fnmatch
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

SUFFIXES = (".py", ".pyw")

# Folders of code that the project didn't write, or that a tool made from code that is checked anyway.
# fmt: off
_FOREIGN = frozenset(
    {
        "site-packages", "dist-packages", "__pypackages__", "_vendor", "_vendored", "vendored", "third_party", "thirdparty",
        "node_modules", "bower_components", "__pycache__",
        ".git", ".hg", ".svn", ".bzr", ".tox", ".nox", ".venv",
        ".eggs", ".mypy_cache", ".pytest_cache", ".ruff_cache",
        ".ipynb_checkpoints", "build", "dist", "buck-out",
    }
)
# fmt: on
# Both are the names of packages too (pypa/build, pip/_internal/operations/build): those are the project's own code.
_PACKAGE_OR_OUTPUT = frozenset({"build", "dist"})


def python_files(paths: Iterable[Path], *, norecursedirs: Sequence[str]) -> list[Path]:
    """The Python files at and under these paths: absolute, sorted, each real file once.

    A path that is no directory is always included, whatever its name, as is everything directly in a directory that is
    named here. Below it, folders that match a pattern of `norecursedirs` (pytest's meaning: against the name, or against
    the whole path when the pattern has a `/`), virtual environments, and folders with the usual names for vendored and built
    code are left out. A package called `build` or `dist` is none of those.

    Links to directories are followed unless they lead back up. A directory that can't be listed is itself part of the
    result: reading it fails, and so it is reported like an unreadable file instead of being passed over.
    """
    walk = _Walk(_patterns(norecursedirs))
    for path in paths:
        walk.start(os.path.abspath(path))
    walk.finish()
    return [Path(name) for name in sorted(walk.found.values(), key=lambda name: name.split(os.sep))]


class _Walk:
    """One walk over all given paths; `found` maps the real path of each file to the name it is known by."""

    def __init__(self, left_out: Callable[[str, str], bool]) -> None:
        self.found: dict[str, str] = {}
        self._left_out = left_out
        self._walked: set[str] = set()
        self._links: list[tuple[str, str]] = []

    def start(self, path: str) -> None:
        real = os.path.realpath(path)
        if os.path.isdir(path):
            self._directory(path, real)
        else:
            self.found.setdefault(real, path)

    def finish(self) -> None:
        """Follow the links last: what lies in the tree anyway is known by its real name then."""
        while self._links:
            path, real = self._links.pop()
            self._directory(path, real)

    def _directory(self, path: str, real: str) -> None:
        pending = [(path, real)]
        while pending:
            path, real = pending.pop()
            if real in self._walked:
                continue
            self._walked.add(real)
            try:
                with os.scandir(path) as entries:
                    listed = sorted(entries, key=lambda entry: entry.name, reverse=True)
            except OSError:
                self.found[real] = path
                continue
            for entry in listed:
                self._entry(entry, real, pending)

    def _entry(self, entry: os.DirEntry[str], parent: str, pending: list[tuple[str, str]]) -> None:
        try:
            is_dir = entry.is_dir()
            is_file = not is_dir and entry.is_file()
        except OSError:  # a link to itself, or into a directory that may not be searched
            is_dir, is_file = False, True
        if is_file and entry.name.endswith(SUFFIXES):
            real = os.path.realpath(entry.path) if entry.is_symlink() else os.path.join(parent, entry.name)
            if real not in self.found or real == entry.path:
                self.found[real] = entry.path
        elif is_dir and not self._left_out(entry.name, entry.path):
            here = os.path.join(parent, entry.name)
            # Windows has junctions too, which only `realpath` sees through on every supported version.
            real = os.path.realpath(entry.path) if entry.is_symlink() or os.name == "nt" else here
            if real == here:
                pending.append((entry.path, real))
            elif not (parent + os.sep).startswith(real.rstrip(os.sep) + os.sep):
                self._links.append((entry.path, real))


def _patterns(norecursedirs: Sequence[str]) -> Callable[[str, str], bool]:
    # `**/data` and `tests/data` mean a path that ends so, as in pytest.
    by_path = [p if os.path.isabs(p) else f"*{os.sep}{p}" for p in (p.replace("/", os.sep) for p in norecursedirs) if os.sep in p]
    by_name = [p for p in norecursedirs if "/" not in p and os.sep not in p and p not in _PACKAGE_OR_OUTPUT]
    known: dict[str, bool] = {}

    def left_out(name: str, path: str) -> bool:
        unwanted = known.get(name)
        if unwanted is None:
            unwanted = known[name] = name in _FOREIGN or any(fnmatch.fnmatch(name, pattern) for pattern in by_name)
        if name in _PACKAGE_OR_OUTPUT:
            unwanted = not os.path.isfile(os.path.join(path, "__init__.py"))
        return unwanted or any(fnmatch.fnmatch(path, pattern) for pattern in by_path) or os.path.isfile(os.path.join(path, "pyvenv.cfg"))

    return left_out
