"""The base of every rule that reads source, and what such a rule says."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_gilcheck.model.evidence import Level
from pytest_gilcheck.model.rule import Rule

if TYPE_CHECKING:
    from pytest_gilcheck.source.module import Module


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What a rule read at one node; the engine makes a Finding of it.

    `message` says what is wrong here, naming this code's own functions and lines; `advice` says the change for this code.
    `level` lowers the rule's own level for a case that is less sure. `seen` are further places that testify
    ("app.py:12 starts it in a thread pool"); each becomes a witness text. `until` is the last of the lines that are meant, where
    these are more than the node.
    """

    node: ast.AST
    message: str
    advice: str
    level: Level | None = None
    seen: tuple[str, ...] = ()
    until: ast.AST | None = None


class SourceRule(Rule):
    """A rule with a static check. One instance checks many files, so it keeps no state."""

    def check(self, module: Module) -> Iterator[Suspicion]:
        """Yield what is suspicious in this module; never imports or runs it."""
        raise NotImplementedError(f"{type(self).__name__} has no static check")
