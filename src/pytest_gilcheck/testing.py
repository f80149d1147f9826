"""The test kit for rules: what this project's own tests use, and third-party rules may.

from pytest_gilcheck.testing import assert_rule_examples

def test_examples():
    assert_rule_examples(MyRule)
"""

from __future__ import annotations

import re
import tempfile
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path

from pytest_gilcheck.model.evidence import Evidence
from pytest_gilcheck.model.finding import Finding
from pytest_gilcheck.model.rule import Example, Rule
from pytest_gilcheck.model.settings import Settings
from pytest_gilcheck.source.check import Checker

_MARK = re.compile(r"#\s*(GIL\d{3})\b")


def check_files(files: Mapping[str, str | bytes], rules: Sequence[type[Rule]], **settings: object) -> list[Finding]:
    """Findings of the rules in a small project, in path and line order.

    `files` maps relative paths (with `/`) to their content; text is dedented. `settings` are keyword arguments of `Settings`.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        paths = []
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else textwrap.dedent(content).encode())
            paths.append(path)
        checker = Checker(Settings(root=root, **settings), rules, paths)  # type: ignore[arg-type]  # passed through as given
        return [finding for path in sorted(paths) for finding in checker.findings(path)]


def check_source(code: str, *rules: type[Rule], path: str = "app.py") -> list[Finding]:
    """Findings of the rules in one piece of code, which is dedented first."""
    return check_files({path: code}, rules)


def flagged_lines(files: Mapping[str, str]) -> list[tuple[str, int, str]]:
    """(path, line, code) of each `# GIL…` mark in the code, in order: what a rule is expected to flag."""
    return [
        (path, number, code)
        for path in sorted(files)
        for number, line in enumerate(textwrap.dedent(files[path]).splitlines(), 1)
        for code in _MARK.findall(line)
    ]


def assert_example(rule: type[Rule], example: Example) -> None:
    """Assert that the rule flags exactly the lines that the example marks, at the level it names.

    Raises AssertionError, which shows the example's title, what was expected and what was found.
    """
    files = {example.path: example.code, **dict(example.others)}
    findings = check_files(files, [rule])
    expected = flagged_lines(files)
    found = [(f.site.path, f.site.line, f.rule) for f in findings]
    shown = "\n".join(f"  {f.site.path}:{f.site.line}: {f.rule} {f.message}" for f in findings)
    assert found == expected, f"{rule.code} {example.title!r}: expected {expected}, found {found}\n{shown}"
    level = example.level or rule.level_at(Evidence.SUSPECTED)
    for finding in findings:
        assert finding.level is level, f"{rule.code} {example.title!r}: expected level {level.value}, found {finding.level.value}"


def assert_rule_examples(rule: type[Rule]) -> None:
    """Assert that every bad example is flagged where it says, that no good one is, and that titles are unique.

    Raises AssertionError for the first that isn't so.
    """
    assert rule.bad, f"{rule.code} has no bad example"
    assert rule.good, f"{rule.code} has no good example"
    titles = [example.title for example in (*rule.bad, *rule.good)]
    assert len(set(titles)) == len(titles), f"{rule.code}: two examples share a title"
    for example in rule.bad:
        assert flagged_lines({example.path: example.code, **dict(example.others)}), f"{rule.code} {example.title!r}: no line is marked"
        assert_example(rule, example)
    for example in rule.good:
        assert_example(rule, example)
