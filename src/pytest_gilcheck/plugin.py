"""The pytest11 entry: options, markers, fixtures and hook specifications; everything else is loaded when it is used."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pytest_gilcheck.fixtures import interpreter_pool, pool_factory, process_pool, thread_pool, workload
from pytest_gilcheck.hooks.options import pytest_addoption, pytest_cmdline_main, pytest_configure

if TYPE_CHECKING:
    import pytest

    from pytest_gilcheck.model.rule import Rule

__all__ = [
    "interpreter_pool",
    "pool_factory",
    "process_pool",
    "pytest_addhooks",
    "pytest_addoption",
    "pytest_cmdline_main",
    "pytest_configure",
    "pytest_gilcheck_rules",
    "thread_pool",
    "workload",
]


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Specify our hooks, and pass over this module's other name: `-p pytest_gilcheck.plugin` beside the entry point."""
    from pytest_gilcheck import hookspecs

    pluginmanager.add_hookspecs(hookspecs)
    for name in {"gilcheck", __name__} - {pluginmanager.get_name(sys.modules[__name__])}:
        pluginmanager.set_blocked(name)


def pytest_gilcheck_rules() -> Sequence[type[Rule]]:
    """Our own rules enter as anybody's."""
    from pytest_gilcheck.rules import all_rules

    return all_rules()
