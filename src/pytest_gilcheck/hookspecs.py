"""Hooks that other plugins and `conftest.py` files may implement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_gilcheck.model.finding import Finding
    from pytest_gilcheck.model.rule import Rule


@pytest.hookspec
def pytest_gilcheck_rules() -> Sequence[type[Rule]]:  # type: ignore[empty-body]
    """Rules to check besides those of other plugins; asked once, when `--gilcheck` arms the run.

    Only plugins and the `conftest.py` files that pytest loads at start are asked, not those of folders further down. A code
    that two rules claim is a usage error.
    """


@pytest.hookspec
def pytest_gilcheck_finding(finding: Finding, config: pytest.Config) -> None:
    """A look at each finding as it enters the ledger, suppressed and baselined ones included.

    Called in the process that reports (under pytest-xdist the controller, never a worker), once for every witness: a problem
    that two tests saw is shown twice. What is returned is not used.
    """
