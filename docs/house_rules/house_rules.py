"""A plugin with a rule of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pytest_gilcheck import Evidence, Example, Page, Rule, SourceRule, Suspicion
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.values import External

THREAD = External("threading.Thread")


class UnnamedThread(SourceRule):
    """A thread without a name."""

    code = "GIL901"
    name = "unnamed-thread"
    fails_from = Evidence.SUSPECTED
    page = Page(
        what="Flags a thread that is made without a name.",
        why="Log lines, stack dumps and debuggers show `Thread-7`, and nobody knows which part of the program that is.",
        instead="Give it the name of the job it does.",
        observed="Nothing is observed: the source shows it all.",
        limits="Subclasses of `Thread` are not followed.",
    )
    bad = (
        Example(
            "no name",
            """
            from threading import Thread

            def start(feed):
                Thread(target=feed.poll).start()  # GIL901
            """,
        ),
    )
    good = (
        Example(
            "named",
            """
            from threading import Thread

            def start(feed):
                Thread(target=feed.poll, name="feed poller").start()
            """,
        ),
        Example(
            "a class of the project's own",
            """
            class Thread:
                \"\"\"What was said about one subject.\"\"\"

            def show():
                return Thread()
            """,
        ),
    )

    def check(self, module: Module) -> Iterator[Suspicion]:
        for call in module.calls_to("Thread"):
            named = len(call.args) >= 3 or any(keyword.arg in ("name", None) for keyword in call.keywords)
            if not named and THREAD in module.project.values(call.func, module):
                yield Suspicion(call, "This thread has no name.", 'Say what it does: `Thread(…, name="feed poller")`.')


def pytest_gilcheck_rules() -> Sequence[type[Rule]]:
    return [UnnamedThread]
