"""Which findings are mended, and what that does to all others."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_gilcheck.fixes import MODULES
from pytest_gilcheck.fixes.planning import Planner
from pytest_gilcheck.model.rule import Example
from pytest_gilcheck.rules import all_rules
from pytest_gilcheck.source.rule import SourceRule
from tests.fixes.kit import Folder

EXAMPLES = [
    pytest.param(example, id=f"{rule.code}-{example.title}".replace(" ", "-"))
    for rule in all_rules()
    if issubclass(rule, SourceRule)
    for example in (*rule.bad, *(rule.good if rule.code in MODULES else ()))
]
DROPPED = "import asyncio\n\nasync def f(a):\n    asyncio.create_task(a.b()){}\n"


@pytest.mark.parametrize("example", EXAMPLES)
def test_fixes_of_all_examples(example: Example, tmp_path: Path) -> None:
    """After it, files parse, what was mended is gone, nothing else came or went, and there's nothing left to mend."""
    project = Folder(tmp_path, {example.path: example.code, **dict(example.others)})
    before = project.findings()
    mended = project.fix()
    after = project.findings()
    for content in project.contents():
        ast.parse(content)
    assert Counter(f.rule for f in after) == Counter(f.rule for f in before) - Counter(f.rule for f in mended)
    assert project.fix() == []


@pytest.mark.parametrize("code", MODULES)
def test_each_fix_mends_examples_of_its_rule(code: str, tmp_path: Path) -> None:
    """A fix is for a rule that exists, and mends at least two of the examples on its list."""
    rule = next(rule for rule in all_rules() if rule.code == code)
    mended = 0
    for number, example in enumerate(rule.bad):
        project = Folder(tmp_path / str(number), {example.path: example.code, **dict(example.others)})
        mended += any(finding.rule == code for finding in project.fix())
    assert mended >= 2


def test_accepted_findings_are_left(tmp_path: Path) -> None:
    """What a comment or the baseline accepts is not touched."""
    suppressed = Folder(tmp_path / "a", {"app.py": DROPPED.format("  # gilcheck: ignore[GIL205] it is quick")})
    assert suppressed.fix() == []
    baselined = Folder(tmp_path / "b", {"app.py": DROPPED.format("")})
    accepted = [replace(finding, baselined=True) for finding in baselined.findings()]
    assert accepted
    assert Planner(baselined.settings, baselined.paths).plans(accepted) == []


def test_findings_elsewhere_are_passed_over(tmp_path: Path) -> None:
    """A finding of a file that is no part of the run, of a line that has moved, or of a broken file has no edit."""
    project = Folder(tmp_path, {"app.py": DROPPED.format(""), "broken.py": "x = (\n"})
    [finding] = [finding for finding in project.findings() if finding.rule == "GIL205"]
    planner = Planner(project.settings, project.paths)
    elsewhere = [replace(finding.site, path="other.py"), replace(finding.site, line=1), replace(finding.site, path="broken.py")]
    assert planner.plans(replace(finding, site=site) for site in elsewhere) == []
    assert len(planner.plans([finding])) == 1


@pytest.mark.parametrize("code", MODULES)
def test_a_finding_that_points_nowhere_has_no_edit(code: str, tmp_path: Path) -> None:
    """A file that was changed since the check is not rewritten by guess."""
    rule = next(rule for rule in all_rules() if rule.code == code)
    project = Folder(tmp_path, {"app.py": rule.bad[0].code})
    found = [finding for finding in project.findings() if finding.rule == code]
    assert found
    moved = [replace(finding, site=replace(finding.site, line=99)) for finding in found]
    assert Planner(project.settings, project.paths).plans(moved) == []


def test_all_in_one_file(tmp_path: Path) -> None:
    """Fixes of several rules, one within another, are made at once."""
    code = """
        import asyncio
        import threading
        from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

        lock = threading.Lock()

        def area(side):
            return side * side

        def save(orders, write):
            lock.acquire()
            with ThreadPoolExecutor() as pool:
                pool.map(write, orders)
            lock.release()

        async def serve(order):
            asyncio.create_task(order.serve())

        with ProcessPoolExecutor() as executor:
            executor.map(area, range(10))
        """
    project = Folder(tmp_path, {"app.py": code})
    assert sorted(finding.rule for finding in project.fix()) == ["GIL101", "GIL202", "GIL202", "GIL205", "GIL404"]
    assert project.contents() == [
        b"""
import asyncio
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

_background_tasks: set[object] = set()

lock = threading.Lock()

def area(side):
    return side * side

def save(orders, write):
    with lock:
        with ThreadPoolExecutor() as pool:
            for _ in pool.map(write, orders):
                pass

async def serve(order):
    task = asyncio.create_task(order.serve())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)

if __name__ == "__main__":
    with ProcessPoolExecutor() as executor:
        for _ in executor.map(area, range(10)):
            pass
"""
    ]
