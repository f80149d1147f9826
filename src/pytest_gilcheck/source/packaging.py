"""What the packaging files beside the source say of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

NAMES = ("pyproject.toml", "setup.cfg", "setup.py")
_FREE_THREADING = b"Programming Language :: Python :: Free Threading"
_NOT_YET = b":: 1 - Unstable"  # of no use to anybody who runs it with threads


def declares_free_threading(path: str, file: Path) -> bool:
    """Whether the packaging files nearest above the file classify the package as made for free threading.

    `path` is the file as reports show it, relative to the rootdir: nothing outside of that is looked at.
    """
    for folder in _folders(path, file):
        found = [data for name in NAMES if (data := _content(folder / name)) is not None]
        if found:
            return any(_FREE_THREADING in line and _NOT_YET not in line for data in found for line in data.splitlines())
    return False


def packaging_files(files: Mapping[str, Path]) -> tuple[Path, ...]:
    """Every packaging file that says something of one of the files, in path order."""
    folders = {folder for path, file in files.items() for folder in _folders(path, file)}
    return tuple(sorted(_existing(folders)))


def _existing(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        for name in NAMES:
            if (folder / name).is_file():
                yield folder / name


def _folders(path: str, file: Path) -> Iterator[Path]:
    """Folders that hold the file, innermost first, up to the rootdir."""
    levels = len(PurePosixPath(path).parts)
    folder = file
    for _ in range(levels):
        if folder.parent == folder:
            return
        folder = folder.parent
        yield folder


def _content(file: Path) -> bytes | None:
    """The bytes of the file; `None` when there is none that can be read."""
    try:
        return file.read_bytes()
    except OSError:
        return None
