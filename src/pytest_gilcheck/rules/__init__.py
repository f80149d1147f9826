"""One pitfall, one file. `all_rules` finds them; nothing is registered by hand."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from pytest_gilcheck.model.rule import Rule


@cache
def all_rules() -> tuple[type[Rule], ...]:
    """Every rule this package ships, by code."""
    found: set[type[Rule]] = set()
    for info in pkgutil.walk_packages(__path__, __name__ + "."):
        module = importlib.import_module(info.name)
        found.update(
            value
            for value in vars(module).values()
            if isinstance(value, type) and issubclass(value, Rule) and value.__module__ == info.name and hasattr(value, "code")
        )
    return tuple(sorted(found, key=lambda rule: rule.code))
