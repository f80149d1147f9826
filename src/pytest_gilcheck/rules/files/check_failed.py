"""GIL001 check-failed."""

from __future__ import annotations

from pytest_gilcheck.model.rule import Page, Rule


class CheckFailed(Rule):
    """A rule that raised an exception on some file and was switched off."""

    code = "GIL001"
    name = "check-failed"
    fails_from = None
    page = Page(
        what="""\
A check raised an exception and is switched off for the rest of the run. The finding names the check, the exception and the
file. All other checks, and the tests themselves, go on.""",
        why="""\
The rest of the report is right but not complete: what the failed check would have found is missing. It is a mistake in
pytest-gilcheck or in the plugin that brings the rule, never in the code that was read.""",
        instead="""\
Report it, with the message and, if possible, the lines that set it off. Until it is mended, leave the named rule out with
`gilcheck_ignore`, or for this file with `gilcheck_per_path_ignores`, to say that you know.""",
        observed="Not observed while tests run: it is about the reading of source.",
        limits="""\
It is a warning, so that a mistake of ours doesn't turn a build red; a job that wants to be sure of completeness can look for the
code in the JSON report.""",
        references=(),
    )
