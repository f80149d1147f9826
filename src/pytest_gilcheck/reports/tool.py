"""Who made a report."""

from __future__ import annotations

from importlib import metadata

NAME = "pytest-gilcheck"
URI = "https://pypi.org/project/pytest-gilcheck/"


def version() -> str:
    """The installed version; `0+unknown` when the package runs from a source tree that isn't installed."""
    try:
        return metadata.version(NAME)
    except metadata.PackageNotFoundError:
        return "0+unknown"
