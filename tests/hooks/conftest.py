"""A project whose lines with FLAGME are findings, so that these tests say nothing about the rules themselves."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import pytest

import pytest_gilcheck.rules

# pytester forgets modules that a run in this process imported, but packages keep them as attributes: without these imports a
# second run would mix old and new classes.
for module in ("hooks.arming", "hooks.explaining"):
    import_module(f"pytest_gilcheck.{module}")
pytest_gilcheck.rules.all_rules()

Run = Callable[..., pytest.RunResult]

CONFTEST = """
import pytest
from pytest_gilcheck import Evidence, Finding, Level, Page, Rule, Site, Witness


class FlaggedLine(Rule):
    code = "GIL999"
    name = "flagged-line"
    fails_from = Evidence.SUSPECTED
    page = Page("Finds the word. More of it.", "It is bad.", "Use none.", "Never.", "None.")


def pytest_gilcheck_rules():
    return [FlaggedLine]


def pytest_configure(config):
    if not (config.getoption("gilcheck") or config.getini("gilcheck")):
        return
    from pytest_gilcheck.source import markers
    from pytest_gilcheck.source.check import Checker

    def findings(self, path):
        found = []
        for row, text in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if "FLAGME" in text:
                level = Level.WARNING if "WARN" in text else Level.ERROR
                where = Site(path.relative_to(config.rootpath).as_posix(), row, 1)
                witness = Witness(Evidence.SUSPECTED, "read here")
                found.append(Finding("GIL999", "flagged-line", level, Evidence.SUSPECTED, where, row, "it is flagged", "take it out",
                                     source=text, witnesses=(witness,)))
        return tuple(markers.apply(path.read_bytes(), found))

    patch = pytest.MonkeyPatch()
    patch.setattr(Checker, "findings", findings)
    config.add_cleanup(patch.undo)
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A rootdir with the conftest above, which is itself not under the test root `tests`."""
    pytester.makeconftest(CONFTEST)
    pytester.makeini("[pytest]\ntestpaths = tests\n")
    pytester.mkdir("tests")
    return pytester


@pytest.fixture
def write(project: pytest.Pytester) -> Callable[[str, str], None]:
    """Write a file of the project."""

    def write(path: str, text: str = "") -> None:
        target = project.path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    return write


@pytest.fixture
def run(project: pytest.Pytester) -> Run:
    """Run pytest armed, in this process."""

    def run(*args: str) -> pytest.RunResult:
        return project.runpytest_inprocess("--gilcheck", *args)

    return run
