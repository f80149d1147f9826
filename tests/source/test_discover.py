"""Which files are checked."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from pytest_gilcheck.source.discover import python_files

DEFAULT = ("*.egg", ".*", "_darcs", "build", "CVS", "dist", "node_modules", "venv", "{arch}")

needs_links = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")


def make(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def found(root: Path, *paths: str, norecursedirs: Sequence[str] = DEFAULT) -> list[str]:
    files = python_files([root / path for path in paths or (".",)], norecursedirs=norecursedirs)
    assert all(file.is_absolute() for file in files)
    return [file.relative_to(root).as_posix() for file in files]


def test_all_python_files_below_a_directory_are_found_in_order(tmp_path: Path) -> None:
    """Files come sorted by the parts of their paths, and only those that are Python."""
    make(tmp_path, "b.py", "a/z.py", "a-b/c.py", "a/data.txt", "a/tool.pyw", "a/stub.pyi")
    assert found(tmp_path) == ["a/tool.pyw", "a/z.py", "a-b/c.py", "b.py"]


def test_each_file_is_found_once(tmp_path: Path) -> None:
    """Paths that overlap give no file twice."""
    make(tmp_path, "a/b/c.py", "a/d.py")
    assert found(tmp_path, "a/b", "a", "a/d.py", "a/b/../d.py") == ["a/b/c.py", "a/d.py"]


@pytest.mark.parametrize(
    "folder",
    [
        ".hidden",
        "x.egg",
        "venv",
        "node_modules",
        "site-packages",
        "_vendor",
        "vendored",
        "third_party",
        "__pycache__",
        ".tox",
        "build",
        "dist",
    ],
)
def test_folders_that_hold_no_code_of_the_project_are_left_out(tmp_path: Path, folder: str) -> None:
    """What pytest doesn't recurse into, and the usual names of vendored and built code, are not checked."""
    make(tmp_path, f"{folder}/a.py", f"deep/{folder}/sub/b.py", "kept.py")
    assert found(tmp_path) == ["kept.py"]


def test_the_usual_names_are_left_out_under_any_configuration(tmp_path: Path) -> None:
    """An own `norecursedirs` doesn't bring vendored code back."""
    make(tmp_path, "site-packages/a.py", ".hidden/b.py")
    assert found(tmp_path, norecursedirs=("other",)) == [".hidden/b.py"]


@pytest.mark.parametrize("name", ["build", "dist"])
def test_a_package_called_build_is_code(tmp_path: Path, name: str) -> None:
    """`build` and `dist` with an `__init__.py` are packages of the project."""
    make(tmp_path, f"src/{name}/__init__.py", f"src/{name}/env.py")
    assert found(tmp_path) == [f"src/{name}/__init__.py", f"src/{name}/env.py"]


def test_a_virtual_environment_is_known_by_its_file(tmp_path: Path) -> None:
    """A folder with a `pyvenv.cfg` is left out whatever its name."""
    make(tmp_path, "myenv/pyvenv.cfg", "myenv/lib/a.py", "a.py")
    assert found(tmp_path) == ["a.py"]


def test_patterns_with_a_slash_match_the_path(tmp_path: Path) -> None:
    """`tests/data` leaves out that folder and no other called `data`."""
    make(tmp_path, "tests/data/a.py", "src/data/b.py", "tests/c.py")
    assert found(tmp_path, norecursedirs=("tests/data",)) == ["src/data/b.py", "tests/c.py"]
    assert found(tmp_path, norecursedirs=(str(tmp_path / "src"),)) == ["tests/c.py", "tests/data/a.py"]


def test_what_is_named_is_always_included(tmp_path: Path) -> None:
    """A named file needs no suffix, a named directory may be one that is left out otherwise, and a vanished file is kept."""
    make(tmp_path, "script", "build/a.py", "venv/pyvenv.cfg", "venv/b.py")
    assert found(tmp_path, "script", "build", "venv", "gone.py") == ["build/a.py", "gone.py", "script", "venv/b.py"]


@needs_links
def test_links_that_lead_back_up_are_not_followed(tmp_path: Path) -> None:
    """A loop of links ends, and a link out of a named folder to one above it brings nothing in."""
    make(tmp_path, "outside.py", "pkg/a.py", "pkg/sub/b.py")
    (tmp_path / "pkg/sub/loop").symlink_to(tmp_path / "pkg", target_is_directory=True)
    (tmp_path / "pkg/up").symlink_to(tmp_path, target_is_directory=True)
    assert found(tmp_path, "pkg") == ["pkg/a.py", "pkg/sub/b.py"]


@needs_links
def test_linked_code_is_known_by_its_real_name_if_it_has_one_here(tmp_path: Path) -> None:
    """Of a file and a link to it, or a folder and a link to it, the real one is checked."""
    make(tmp_path, "real/a.py", "z.py")
    (tmp_path / "alias").symlink_to(tmp_path / "real", target_is_directory=True)
    (tmp_path / "b.py").symlink_to(tmp_path / "z.py")
    assert found(tmp_path) == ["real/a.py", "z.py"]


@needs_links
def test_linked_code_from_elsewhere_is_checked_under_the_links_name(tmp_path: Path) -> None:
    """A link to a folder outside is followed, as pytest does; two links to each other's folders end."""
    make(tmp_path, "out/a.py", "other/b.py", "pkg/c.py")
    (tmp_path / "pkg/linked").symlink_to(tmp_path / "out", target_is_directory=True)
    (tmp_path / "out/other").symlink_to(tmp_path / "other", target_is_directory=True)
    (tmp_path / "other/back").symlink_to(tmp_path / "out", target_is_directory=True)
    assert found(tmp_path, "pkg") == ["pkg/c.py", "pkg/linked/a.py", "pkg/linked/other/b.py"]


@needs_links
def test_a_link_to_itself_is_reported_and_a_dangling_one_is_not(tmp_path: Path) -> None:
    """`loop.py -> loop.py` can't be read and stays in the result; an editor's dangling lock link is no file at all."""
    (tmp_path / "loop.py").symlink_to("loop.py")
    (tmp_path / ".#lock.py").symlink_to("nobody@nowhere")
    (tmp_path / "loop").symlink_to("loop")
    assert found(tmp_path) == ["loop.py"]


def test_a_directory_that_cannot_be_listed_is_part_of_the_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is lost silently: reading the directory fails later, with a finding."""
    make(tmp_path, "locked/a.py", "b.py")
    scandir: Callable[..., object] = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("locked"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert found(tmp_path) == ["b.py", "locked"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_names_that_are_no_utf8_are_found(tmp_path: Path) -> None:
    """A file name of any bytes comes back as the same bytes."""
    name = os.fsdecode(b"caf\xe9.py")
    make(tmp_path, name)
    assert [os.fsencode(file.name) for file in python_files([tmp_path], norecursedirs=DEFAULT)] == [b"caf\xe9.py"]
