"""GIL003 idle-suppression."""

from __future__ import annotations

from pytest_gilcheck.model.rule import Page, Rule


class IdleSuppression(Rule):
    """A `# gilcheck: ignore[…]` comment that silences nothing, gives no reason, or can't be understood."""

    code = "GIL003"
    name = "idle-suppression"
    fails_from = None
    page = Page(
        what="""\
A `# gilcheck:` comment silences nothing, gives no reason, names a rule that doesn't exist, or names none. A code that is part of a
list and silences nothing is reported by itself.""",
        why="""\
A comment that outlives its pitfall hides the next one on that line, and a reader believes that there is something to know. One
without a reason makes each reader find it out again. One that is misspelt does nothing while its author thinks it does.""",
        instead="""\
Write `# gilcheck: ignore[GIL301] reason` at the end of any line of what is flagged, or on a line of its own directly above the
statement (above its decorators, for a function). Several codes are separated by commas; a prefix such as `GIL3` names a group. Take
the comment out once nothing is silenced by it. A comment that is only needed on some platforms may name GIL003 too.""",
        observed="Not observed while tests run: it is about comments.",
        limits="""\
A comment without a reason still silences. A comment is called unused only when all rules it names took part and the file could be
read to its end. A `# noqa` is never reported: it belongs to the linter whose code it names.""",
        references=("[unused-noqa (RUF100)](https://docs.astral.sh/ruff/rules/unused-noqa/): the same idea in ruff",),
    )
