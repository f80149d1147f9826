"""A rule: one pitfall, with its page and its examples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pytest_gilcheck.model.evidence import Evidence, Level


@dataclass(frozen=True, slots=True)
class Example:
    """A few lines of code that a rule flags, or must not flag.

    Lines the rule flags end in a comment that starts with `# GIL…`; a good example has none. `title` is a short phrase that
    is unique in its rule and reads well in a list ("filled once before the consumers start"). `path` is the file it
    pretends to be: `app.py`, unless the rule treats tests or other names differently. `others` are further files of the
    same small project, as (path, code) pairs.
    """

    title: str
    code: str
    path: str = "app.py"
    others: tuple[tuple[str, str], ...] = ()
    level: Level | None = None  # of the flagged lines; None: the rule's own for `suspected`


@dataclass(frozen=True, slots=True)
class Page:
    """The text of a rule's page, in Markdown; each field is a section, in this order.

    `what` opens with one sentence that stands alone (it is the rule's summary in lists and in SARIF).
    """

    what: str
    why: str
    instead: str
    observed: str
    limits: str
    references: tuple[str, ...] = ()


class Rule:
    """One pitfall. Subclasses fill the class variables; those that read source derive from `source.SourceRule`.

    `code` is `GIL` and three digits, `name` reads well after "allow"; `fails_from` is the weakest evidence at which a
    finding is an error (`None`: always a warning). `bad[0]` and `good[0]` are shown on the page; all are tested.
    `equals` are codes of the same rule in other linters, whose `# noqa: CODE` counts as a suppression.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    fails_from: ClassVar[Evidence | None]
    page: ClassVar[Page]
    bad: ClassVar[tuple[Example, ...]] = ()
    good: ClassVar[tuple[Example, ...]] = ()
    equals: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def level_at(cls, evidence: Evidence) -> Level:
        """The rule's own level for a finding with this evidence."""
        fails = cls.fails_from is not None and evidence >= cls.fails_from
        return Level.ERROR if fails else Level.WARNING

    @classmethod
    def summary(cls) -> str:
        """The first sentence of the page."""
        head, dot, _ = " ".join(cls.page.what.split()).partition(". ")
        return head + ("." if dot else "")
