"""The directory that results are kept in."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_gilcheck.command.cachedir import prepare


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_a_new_cache_is_like_that_of_pytest(pytester: pytest.Pytester, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The same directory with the same files, whoever makes it first."""
    cache = pytester.parseconfigure().cache
    assert cache is not None
    theirs = cache.mkdir("gilcheck")
    folder = tmp_path_factory.mktemp("project") / ".pytest_cache"
    ours = prepare(folder)
    assert ours is not None
    assert ours.relative_to(folder) == theirs.relative_to(pytester.path / ".pytest_cache")
    assert contents(folder) == contents(pytester.path / ".pytest_cache")


def test_a_cache_that_exists_is_left_as_it_is(tmp_path: Path) -> None:
    """Only our own directory is added."""
    assert prepare(tmp_path) == tmp_path / "d" / "gilcheck"
    assert [path.name for path in tmp_path.iterdir()] == ["d"]


def test_without_a_place_nothing_is_kept(tmp_path: Path) -> None:
    """A cache that can't be made is none."""
    (tmp_path / "file").touch()
    assert prepare(tmp_path / "file") is None
