"""GIL002 nothing-to-explore."""

from __future__ import annotations

from pytest_gilcheck.model.rule import Page, Rule


class NothingToExplore(Rule):
    """An exploration that had only one schedule to run."""

    code = "GIL002"
    name = "nothing-to-explore"
    fails_from = None
    page = Page(
        what="""\
An exploration of schedules saw no second thread, or no access to shared state. The test passed in the only order there is, and
that proves nothing about concurrency.""",
        why="""\
A test that is meant to race and doesn't is green for the wrong reason: a pool with one worker, a thread that is joined before the
next one starts, a fake in the place of the real thing. Other tools report such a run as a success.""",
        instead="""\
Start the threads that the test is about, and let them share what they share in production; or take the marker off.""",
        observed="By the exploration itself, at the end of the test that it ran.",
        limits="""\
The code is reserved: this version reads source and does not explore schedules yet, so nothing reports it.""",
        references=(),
    )
