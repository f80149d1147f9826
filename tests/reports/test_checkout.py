"""Paths relative to the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_gilcheck.reports.checkout import Checkout


def test_without_a_platform_it_is_rootdir(tmp_path: Path) -> None:
    """On a developer's machine paths stay relative to rootdir."""
    checkout = Checkout.around(tmp_path, {})
    assert checkout.folder == tmp_path
    assert checkout.path("src/a.py") == "src/a.py"


@pytest.mark.parametrize("variable", ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"])
def test_rootdir_in_a_folder_of_the_repository(variable: str, tmp_path: Path) -> None:
    """Paths get the folder in front; a file of the repository outside rootdir becomes relative too."""
    checkout = Checkout.around(tmp_path / "api", {variable: str(tmp_path)})
    assert checkout.path("src/a.py") == "api/src/a.py"
    assert checkout.path(f"{tmp_path.resolve().as_posix()}/tools/b.py") == "tools/b.py"


def test_rootdir_is_the_repository(tmp_path: Path) -> None:
    """Nothing is put in front, not even `./`."""
    assert Checkout.around(tmp_path, {"GITHUB_WORKSPACE": str(tmp_path)}).path("a.py") == "a.py"


def test_rootdir_elsewhere(tmp_path: Path) -> None:
    """A checkout that doesn't hold rootdir has no say."""
    (tmp_path / "other").mkdir()
    assert Checkout.around(tmp_path / "mine", {"CI_PROJECT_DIR": str(tmp_path / "other")}) == Checkout(tmp_path / "mine")


def test_file_outside_stays_absolute(tmp_path: Path) -> None:
    """A file of another tree keeps its absolute path."""
    assert Checkout.around(tmp_path, {}).path("/usr/lib/x.py") == "/usr/lib/x.py"
