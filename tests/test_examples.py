"""The shipped examples: what is flagged is what they mark, and their own tests pass."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from examples.demo import marked
from pytest_gilcheck.model.settings import Settings
from pytest_gilcheck.rules import all_rules
from pytest_gilcheck.source.check import Checker

EXAMPLES = Path(__file__).parent.parent / "examples"
FILES = sorted(EXAMPLES.rglob("*.py"))
# The rules that have an example; adding an example adds its code here.
SHOWN = {
    *("GIL101", "GIL103", "GIL201", "GIL202", "GIL203", "GIL204", "GIL301", "GIL302"),
    *("GIL401", "GIL501", "GIL601", "GIL602", "GIL701"),
}


@pytest.fixture(scope="module")
def checker() -> Checker:
    """One checker over all examples, as one run has it."""
    return Checker(Settings(root=EXAMPLES), all_rules(), FILES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(EXAMPLES).as_posix())
def test_example_is_flagged_where_it_says_so(checker: Checker, path: Path) -> None:
    """A file gives exactly the findings that its comments mark: rule and line, nothing more."""
    name = path.relative_to(EXAMPLES).as_posix()
    found = {(finding.site.path, finding.site.line, finding.rule) for finding in checker.findings(path)}
    assert found == {place for place in marked(EXAMPLES) if place[0] == name}


def test_every_promised_rule_is_shown() -> None:
    """No example lost its mark."""
    assert {code for _, _, code in marked(EXAMPLES)} == SHOWN


def test_every_pitfall_has_a_mended_twin() -> None:
    """Beside each file with marks stands a program without any."""
    pitfalls = {EXAMPLES / path for path, _, _ in marked(EXAMPLES)}
    for path in pitfalls:
        twins = {other for other in path.parent.glob("*.py") if not other.name.startswith("test_")} - pitfalls
        assert twins, path


@pytest.mark.slow
def test_examples_pass_their_own_tests() -> None:
    """Every example works as it says, the ones with a pitfall too: that is why nobody notices."""
    command = [sys.executable, "-W", "error", "-m", "pytest", "-q", "-p", "no:cacheprovider", str(EXAMPLES)]
    process = subprocess.run(command, cwd=EXAMPLES, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stdout + process.stderr
    assert " passed" in process.stdout
