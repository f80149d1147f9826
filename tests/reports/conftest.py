"""A small shop's run, and gold files to compare its reports with."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest

from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.finding import Finding, Site, Witness
from pytest_gilcheck.model.ledger import Ledger
from pytest_gilcheck.model.rule import Example, Page, Rule
from pytest_gilcheck.model.run import Environment, Run
from pytest_gilcheck.model.settings import Settings
from pytest_gilcheck.reports import tool

GOLD = Path(__file__).parent / "gold"


class UnlockedCounter(Rule):
    """A rule that fails a run from its source alone."""

    code = "GIL401"
    name = "unlocked-counter"
    fails_from = Evidence.SUSPECTED
    page = Page(
        what="Flags `n += 1` on shared state in a worker. A lock held in common keeps it silent.",
        why="Two threads read the same value; one update is lost.",
        instead="Hold one lock around the read and the write.",
        observed="Two threads wrote it in a test, with no lock in common.",
        limits="State that is shared by C code is not seen.",
        references=("[threading.Lock](https://docs.python.org/3/library/threading.html#lock-objects)",),
    )
    bad = (Example("counted in a pool", "def hit(self):\n    self.hits += 1  # GIL401\n"),)
    good = (Example("counted under a lock", "def hit(self):\n    with self.lock:\n        self.hits += 1\n"),)


class UnboundedQueue(Rule):
    """A rule that fails a run only when seen."""

    code = "GIL301"
    name = "unbounded-queue"
    fails_from = Evidence.OBSERVED
    page = Page(
        what="Flags a queue without a bound.", why="It eats all memory.", instead="Give it a maxsize.", observed="It grew.", limits=""
    )


def shop_findings() -> list[Finding]:
    """One finding of every sort."""
    counter = Finding(
        rule="GIL401",
        name="unlocked-counter",
        level=Level.ERROR,
        evidence=Evidence.PROVED,
        site=Site("src/stats.py", 12, 5, "Stats.hit"),
        end_line=12,
        message="Stats.hit runs in the threads of `pool` (src/app.py:30) and adds to self.hits without a lock: one of two updates is lost.",
        advice="hold one threading.Lock around it, or count in each worker and add the counts up at the end.",
        source="    self.hits += 1  # once a request",
        witnesses=(
            Witness(Evidence.SUSPECTED, "src/app.py:30 gives it to a thread pool"),
            Witness(Evidence.PROVED, "2 updates made, 1 kept", "tests/test_stats.py::test_hits"),
        ),
        replay="g1:0110",
    )
    queue = Finding(
        rule="GIL301",
        name="unbounded-queue",
        level=Level.WARNING,
        evidence=Evidence.SUSPECTED,
        site=Site("src/feed.py", 120, 11, "Feed.__init__"),
        end_line=122,
        message="the queue has no bound and `poll` puts into it in a loop.",
        advice="pass maxsize=, so that a slow consumer slows the producer down.",
        source="\tself.q = queue.Queue(",
        witnesses=(Witness(Evidence.SUSPECTED, "src/feed.py:140 puts in a loop"),),
    )
    grew = tuple(Witness(Evidence.OBSERVED, "depth grew to 1200", f"tests/test_feed.py::test_{number}") for number in range(5))
    return [
        counter,
        queue,
        replace(
            queue,
            level=Level.ERROR,
            evidence=Evidence.OBSERVED,
            site=Site("src/naïve feed.py", 7, 0, "<module>"),
            end_line=7,
            source="inbox = queue.SimpleQueue()",
            witnesses=grew,
        ),
        replace(
            queue,
            site=replace(queue.site, line=300),
            end_line=300,
            suppressed="filled once, from a file of ten lines",
            source="q = Queue()",
        ),
        replace(counter, site=Site("src/old.py", 3, 1, "legacy"), evidence=Evidence.SUSPECTED, baselined=True, witnesses=(), replay=None),
        Finding(
            rule="GIL000",
            name="unreadable-file",
            level=Level.ERROR,
            evidence=Evidence.SUSPECTED,
            site=Site("tests/caf\udce9.py", 1),
            end_line=1,
            message="not read: the bytes are no text in the encoding utf-8.",
            advice="declare the right encoding in the first line, or leave the file out.",
        ),
    ]


class MakeRun(Protocol):
    """Makes a run out of findings; without any it is the shop's."""

    def __call__(
        self,
        findings: list[Finding] | None = None,
        *,
        files: int = 41,
        fail_on: str | None = None,
        baseline: bool = False,
        incomplete: tuple[str, ...] = (),
        gil: str = "enabled",
        root: Path | None = None,
    ) -> Run: ...


@pytest.fixture(scope="session")
def make_run() -> MakeRun:
    """A factory of runs whose findings went through a ledger."""

    def make(
        findings: list[Finding] | None = None,
        *,
        files: int = 41,
        fail_on: str | None = None,
        baseline: bool = False,
        incomplete: tuple[str, ...] = (),
        gil: str = "enabled",
        root: Path | None = None,
    ) -> Run:
        root = root or Path("/home/dev/shop").absolute()
        return Run(
            findings=tuple(Ledger(shop_findings() if findings is None else findings)),
            files=files,
            settings=Settings(root, fail_on=fail_on, baseline=root / "gilcheck-baseline.json" if baseline else None),
            rules=(UnlockedCounter, UnboundedQueue),
            environment=Environment(python="3.14.1", implementation="CPython", gil=gil, cpus=8, platform="linux"),
            incomplete=incomplete,
        )

    return make


@pytest.fixture(scope="session", autouse=True)
def _no_checkout() -> Iterator[None]:
    """Reports look where a CI platform put the repository; these tests say so themselves."""
    with pytest.MonkeyPatch.context() as patch:
        for variable in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
            patch.delenv(variable, raising=False)
        yield


@pytest.fixture
def gold() -> Callable[[str, str, Run], None]:
    """Compares a text with a gold file; with GILCHECK_UPDATE_GOLD=1 in the environment it writes the file instead."""

    def compare(name: str, text: str, run: Run) -> None:
        text = text.replace(tool.version(), "<version>").replace(run.root.as_uri(), "file://<root>")
        path = GOLD / name
        if os.environ.get("GILCHECK_UPDATE_GOLD") == "1":
            path.write_text(text, "utf-8", newline="\n")
        assert text == path.read_text("utf-8"), f"{name} changed; look at the difference, then run with GILCHECK_UPDATE_GOLD=1"

    return compare
