"""Code through the rules and their fixes, as the command does it."""

from __future__ import annotations

import tempfile
import textwrap
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pytest_gilcheck.fixes.planning import Planner
from pytest_gilcheck.fixes.rewriting import rewritten
from pytest_gilcheck.model.finding import Finding
from pytest_gilcheck.model.settings import Settings
from pytest_gilcheck.rules import all_rules
from pytest_gilcheck.source.check import Checker


class Folder:
    """A small project in a folder."""

    def __init__(self, root: Path, files: Mapping[str, str | bytes]) -> None:
        self.root = root
        self.settings = Settings(root=root)
        self.paths = [root / name for name in files]
        for path, content in zip(self.paths, files.values(), strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else textwrap.dedent(content).encode())

    def findings(self) -> list[Finding]:
        """What all rules find in it."""
        checker = Checker(self.settings, all_rules(), self.paths)
        return [finding for path in self.paths for finding in checker.findings(path)]

    def fix(self) -> list[Finding]:
        """Rewrite what can be mended; returns the findings that were."""
        plans = Planner(self.settings, self.paths).plans(self.findings())
        for plan in plans:
            plan.path.write_bytes(rewritten(plan.data, plan.edits))
        return [finding for plan in plans for finding in plan.findings]

    def contents(self) -> list[bytes]:
        """What its files hold."""
        return [path.read_bytes() for path in self.paths]


def fixed_bytes(content: bytes, path: str = "app.py") -> bytes:
    """A file's bytes after its findings were mended; mending twice must be the same as once."""
    with tempfile.TemporaryDirectory() as folder:
        project = Folder(Path(folder).resolve(), {path: content})
        project.fix()
        [once] = project.contents()
        project.fix()
        assert project.contents() == [once]
        return once


def fixed(code: str, path: str = "app.py") -> str:
    """The same for text, which is dedented."""
    return fixed_bytes(textwrap.dedent(code).encode(), path).decode()


def assert_left(code: str, rule: str, path: str = "app.py", others: Mapping[str, str] | None = None) -> None:
    """Assert that the rule has a finding in the code, which is then dedented, and that nothing of it is mended."""
    with tempfile.TemporaryDirectory() as folder:
        project = Folder(Path(folder).resolve(), {path: code, **(others or {})})
        before = project.contents()
        assert Counter(finding.rule for finding in project.findings())[rule]
        project.fix()
        assert project.contents() == before


def run(code: str) -> dict[str, Any]:
    """The names that the code leaves behind when it is run."""
    names: dict[str, Any] = {"__name__": "app"}
    exec(compile(code, "app.py", "exec"), names)
    return names
