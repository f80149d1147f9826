"""GIL004 baseline-entry-gone."""

from __future__ import annotations

from pytest_gilcheck.model.rule import Page, Rule


class BaselineEntryGone(Rule):
    """An accepted finding that no longer exists."""

    code = "GIL004"
    name = "baseline-entry-gone"
    fails_from = None
    page = Page(
        what="""\
The baseline accepts a finding that no longer exists: its code was mended, changed or deleted. The finding stands at the entry's line in
the baseline file.""",
        why="""\
As long as the entry is there, the same pitfall could come back to the same place unnoticed. A baseline is a list of debts; it should
only shrink.""",
        instead="""\
Run once with `--gilcheck-update-baseline` (the static command: `--update-baseline`) and commit the file, or delete the entry's
line by hand.""",
        observed="Not observed while tests run: it is about the baseline file.",
        limits="""\
Only entries of files that this run checked, or that no longer exist, and of rules that took part are judged. An entry that rests on a
test run is not judged, since its test may not have run this time. Renaming a file or function makes its entries go and
its findings new, because both are part of what identifies a finding.""",
        references=(),
    )
