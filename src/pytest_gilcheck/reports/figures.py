"""How right each rule was on labelled places of published packages, as its page states it.

`figures.json` is written by `quality/measure.py --write`; what its counts mean stands there.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources

_FEW = 5  # judged findings; below that a percentage says nothing


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of one rule: judged findings that were right and wrong, by level; known pitfalls, and how many were found."""

    errors_right: int = 0
    errors_wrong: int = 0
    warnings_right: int = 0
    warnings_wrong: int = 0
    pitfalls: int = 0
    found: int = 0

    def __str__(self) -> str:
        """As sentences of Markdown."""
        sentences = [
            _judged("errors", self.errors_right, self.errors_wrong),
            _judged("warnings", self.warnings_right, self.warnings_wrong),
            f"Of {_counted(self.pitfalls, 'known pitfall')} in them it finds {self.found}{_share(self.found, self.pitfalls)}."
            if self.pitfalls
            else "No pitfall of this kind is known in them.",
        ]
        return " ".join(filter(None, ["On labelled places in published packages:", *sentences]))


@cache
def figures() -> dict[str, Figures]:
    """By code; nothing for rules that were not measured, such as those of other packages."""
    text = resources.files(__package__).joinpath("figures.json").read_text("utf-8")
    return {code: Figures(**counts) for code, counts in json.loads(text).items()}


def _judged(noun: str, right: int, wrong: int) -> str:
    judged = right + wrong
    if not judged:
        return ""
    read = f"{judged} {noun} that were" if judged > 1 else f"the one {noun.removesuffix('s')} that was"
    return f"Of {read} read, {right} right{_share(right, judged)}."


def _share(part: int, whole: int) -> str:
    return f" ({part / whole:.0%})" if whole >= _FEW else ""


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
