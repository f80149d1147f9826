"""What packaging files say of the source beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_gilcheck.source.packaging import declares_free_threading, packaging_files

CLASSIFIER = "Programming Language :: Python :: Free Threading"


def declared(root: Path, path: str) -> bool:
    """Whether the file counts as made for free threading."""
    return declares_free_threading(path, root / path)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", f'[project]\nclassifiers = ["{CLASSIFIER}"]\n'),
        ("setup.cfg", f"[metadata]\nclassifiers =\n    {CLASSIFIER} :: 2 - Beta\n"),
        ("setup.py", f"setup(classifiers=['{CLASSIFIER} :: 4 - Resilient'])\n"),
    ],
)
def test_classifier_in_any_packaging_file_counts(tmp_path: Path, name: str, text: str) -> None:
    """The classifier is found where each kind of packaging file has it, also from folders below."""
    (tmp_path / name).write_text(text)
    assert declared(tmp_path, "src/package/module.py")
    assert declared(tmp_path, "module.py")


def test_unstable_is_no_promise(tmp_path: Path) -> None:
    """Who declares the support unstable does not ask anybody to rely on it."""
    (tmp_path / "setup.cfg").write_text(f"{CLASSIFIER} :: 1 - Unstable\n")
    assert not declared(tmp_path, "module.py")


def test_nearest_packaging_files_decide(tmp_path: Path) -> None:
    """A package in a larger repository speaks for itself."""
    (tmp_path / "pyproject.toml").write_text(CLASSIFIER)
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "setup.py").write_text("setup()")
    assert not declared(tmp_path, "inner/module.py")
    assert declared(tmp_path, "other/module.py")


def test_nothing_outside_of_the_rootdir_is_read(tmp_path: Path) -> None:
    """Folders above the rootdir are somebody else's."""
    (tmp_path / "pyproject.toml").write_text(CLASSIFIER)
    root = tmp_path / "root"
    root.mkdir()
    assert not declared(root, "package/module.py")


def test_a_folder_of_that_name_is_no_packaging_file(tmp_path: Path) -> None:
    """What can't be read as a file says nothing, and stops nobody."""
    (tmp_path / "setup.py").mkdir()
    assert not declared(tmp_path, "module.py")
    assert packaging_files({"module.py": tmp_path / "module.py"}) == ()


def test_packaging_files_of_all_folders_are_listed_once(tmp_path: Path) -> None:
    """Every packaging file that may decide is named, in path order."""
    (tmp_path / "inner").mkdir()
    for name in ("setup.py", "pyproject.toml", "inner/setup.cfg"):
        (tmp_path / name).write_text("")
    files = {name: tmp_path / name for name in ("inner/a.py", "inner/b.py", "c.py")}
    assert packaging_files(files) == (tmp_path / "inner/setup.cfg", tmp_path / "pyproject.toml", tmp_path / "setup.py")
