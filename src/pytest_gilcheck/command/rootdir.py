"""The rootdir and configuration file of a run, as pytest determines them, without pytest.

Source: "Initialization: determining rootdir and configfile" in pytest's reference. Importing pytest for it would cost more
time than most runs of the rules, and the function that does it there is private.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from pytest_gilcheck.command import inifile
from pytest_gilcheck.command.inifile import IniFile
from pytest_gilcheck.model.errors import UsageError


def determine(
    args: Sequence[str], *, invocation_dir: Path, rootdir: str | None = None, config_file: str | None = None
) -> tuple[Path, IniFile]:
    """The rootdir, absolute, and the configuration file with its values.

    `args` are the paths of the command line; `rootdir` and `config_file` what its options of that name say. Raises UsageError
    when one of these doesn't exist or a configuration file can't be read.
    """
    dirs = [path if path.is_dir() else path.parent for arg in args if (path := _absolute(arg, invocation_dir)).exists()]
    if config_file:
        root, ini = _given(_absolute(config_file, invocation_dir), invocation_dir, dirs)
    else:
        root, ini = _found(invocation_dir, dirs, searched_for_root=rootdir is None)
    if rootdir:
        root = _absolute(os.path.expandvars(rootdir), invocation_dir)
        if not root.is_dir():
            raise UsageError(f"--rootdir: directory {str(root)!r} not found")
    return root, ini


def _given(path: Path, invocation_dir: Path, dirs: Sequence[Path]) -> tuple[Path, IniFile]:
    if not path.exists() or path.is_dir():
        raise UsageError(f"--config-file: {str(path)!r} {'is a directory' if path.is_dir() else 'not found'}")
    if path.is_file():
        if not inifile.supported(path):
            raise UsageError(f"--config-file: {str(path)!r} has an unsupported format; valid: .cfg, .ini, .toml")
        return path.parent, inifile.load(path) or IniFile(path)
    # /dev/null is the way to ask for no configuration, and says nothing about where the project is.
    root = _common_ancestor(invocation_dir, dirs)
    return (invocation_dir if root.parent == root else root), IniFile(path)


def _found(invocation_dir: Path, dirs: Sequence[Path], *, searched_for_root: bool) -> tuple[Path, IniFile]:
    ancestor = _common_ancestor(invocation_dir, dirs)
    located = _locate([ancestor])
    if located is not None:
        return located
    if not searched_for_root:
        return ancestor, IniFile()
    for directory in (ancestor, *ancestor.parents):
        if (directory / "setup.py").is_file():
            return directory, IniFile()
    located = _locate(dirs or [invocation_dir]) if list(dirs) != [ancestor] else None
    if located is not None:
        return located
    root = _common_ancestor(invocation_dir, [invocation_dir, ancestor])
    return (ancestor if root.parent == root else root), IniFile()


def _locate(directories: Iterable[Path]) -> tuple[Path, IniFile] | None:
    """The nearest configuration file at or above each directory in turn; else a `pyproject.toml` that has none."""
    bare: Path | None = None
    for directory in directories:
        for base in (directory, *directory.parents):
            for name in inifile.names():
                path = base / name
                if not path.is_file():
                    continue
                if name == "pyproject.toml" and bare is None:
                    bare = path
                ini = inifile.load(path)
                if ini is not None:
                    return base, ini
    return (bare.parent, IniFile(bare)) if bare is not None else None


def _common_ancestor(invocation_dir: Path, directories: Iterable[Path]) -> Path:
    existing = [directory for directory in directories if directory.exists()]
    try:
        return Path(os.path.commonpath(existing)) if existing else invocation_dir
    except ValueError:  # two drives
        return existing[0]


def _absolute(path: str, base: Path) -> Path:
    return Path(os.path.abspath(base / path))  # noqa: PTH100  # `resolve` would follow links, which pytest doesn't
