"""pytest-gilcheck: concurrency pitfalls in tests and the code they test, each with its evidence."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_gilcheck.model.evidence import Evidence as Evidence
    from pytest_gilcheck.model.evidence import Level as Level
    from pytest_gilcheck.model.finding import Finding as Finding
    from pytest_gilcheck.model.finding import Site as Site
    from pytest_gilcheck.model.finding import Witness as Witness
    from pytest_gilcheck.model.ledger import Ledger as Ledger
    from pytest_gilcheck.model.rule import Example as Example
    from pytest_gilcheck.model.rule import Page as Page
    from pytest_gilcheck.model.rule import Rule as Rule
    from pytest_gilcheck.source.module import Module as Module
    from pytest_gilcheck.source.rule import SourceRule as SourceRule
    from pytest_gilcheck.source.rule import Suspicion as Suspicion
    from pytest_gilcheck.speedup.advice import advise as advise

_HOMES = {
    "Evidence": "model.evidence",
    "Level": "model.evidence",
    "Finding": "model.finding",
    "Site": "model.finding",
    "Witness": "model.finding",
    "Ledger": "model.ledger",
    "Example": "model.rule",
    "Module": "source.module",
    "Page": "model.rule",
    "Rule": "model.rule",
    "SourceRule": "source.rule",
    "Suspicion": "source.rule",
    "advise": "speedup.advice",
}

__all__ = [
    "Evidence",
    "Example",
    "Finding",
    "Ledger",
    "Level",
    "Module",
    "Page",
    "Rule",
    "Site",
    "SourceRule",
    "Suspicion",
    "Witness",
    "advise",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for (PEP 562): pytest imports this package in every run."""
    if name == "__version__":
        from importlib.metadata import version

        return version("pytest-gilcheck")
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return __all__
