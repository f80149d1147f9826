"""Who made a report."""

from __future__ import annotations

from importlib import metadata

import pytest

from pytest_gilcheck.reports import tool


def test_version_is_the_installed_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The version is asked of the installation."""
    monkeypatch.setattr(metadata, "version", {"pytest-gilcheck": "1.2.3"}.__getitem__)
    assert tool.version() == "1.2.3"


def test_version_of_a_source_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tree that isn't installed still reports, under a version that says so."""

    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    assert tool.version() == "0+unknown"
