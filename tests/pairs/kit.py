"""The words in which snippets are told: a bad one with its safe twins, one that is only bad, one that is clean."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

MARK = "#!"
"""Ends each line that the rule should flag; a bad snippet without a mark is to be flagged anywhere."""

BODY = "BODY"
"""The line of a template where the variants differ."""

Kind = Literal["bad", "twin", "clean"]


@dataclass(frozen=True)
class Case:
    """One snippet: its unique name, the rule it is about ("" for a clean one), what it is, and its files by path."""

    id: str
    rule: str
    kind: Kind
    files: Mapping[str, str]

    @property
    def marked(self) -> list[tuple[str, int]]:
        """Path and line of each mark, in order."""
        return [
            (path, number)
            for path in sorted(self.files)
            for number, line in enumerate(textwrap.dedent(self.files[path]).splitlines(), 1)
            if MARK in line
        ]


CASES: list[Case] = []
"""Every case told so far: importing a module of snippets adds its own."""


def bad(rule: str, name: str, code: str, *, path: str = "app.py", others: Mapping[str, str] | None = None) -> None:
    """Tell a snippet that the rule flags, with the other files of its project."""
    CASES.append(Case(f"{rule} {name}", rule, "bad", {path: code, **(others or {})}))


def safe(name: str, code: str, *, path: str = "app.py", others: Mapping[str, str] | None = None) -> None:
    """Tell a snippet in which no rule finds anything, however much it looks like a pitfall."""
    CASES.append(Case(f"clean {name}", "", "clean", {path: code, **(others or {})}))


def pair(
    rule: str, name: str, code: str, *twins: str | Mapping[str, str], path: str = "app.py", others: Mapping[str, str] | None = None
) -> None:
    """Tell a snippet that the rule flags, and its twins that it does not.

    A twin is a whole text, or what to replace in the snippet or its other files: old text to new text. The keys `@append` and `@prepend`
    add text to the snippet, `@path` moves it. Raises ValueError if the old text is nowhere.
    """
    bad(rule, name, code, path=path, others=others)
    for number, twin in enumerate(twins):
        files = {path: twin, **(others or {})} if isinstance(twin, str) else _changed(code, path, others or {}, twin)
        CASES.append(Case(f"{rule} {name} safe{number}", rule, "twin", files))


def _changed(code: str, path: str, others: Mapping[str, str], changes: Mapping[str, str]) -> dict[str, str]:
    files = dict(others)
    for old, new in changes.items():
        holders = [name for name, text in files.items() if old in text]
        match old:
            case "@path":
                path = new
            case "@append":
                code += new
            case "@prepend":
                code = new + code
            case _ if old in code:
                code = code.replace(old, new)
            case _ if holders:
                files.update({name: files[name].replace(old, new) for name in holders})
            case _:
                raise ValueError(f"no file of the snippet contains {old!r}")
    return {path: code, **files}


def bad_variants(rule: str, name: str, template: str, bodies: Mapping[str, str]) -> None:
    """Tell one bad snippet for each body: the template with the body in place of its `BODY` line."""
    for key, body in bodies.items():
        bad(rule, f"{name} {key}", _filled(template, body))


def safe_variants(name: str, template: str, bodies: Mapping[str, str]) -> None:
    """Tell one clean snippet for each body: the template with the body in place of its `BODY` line."""
    for key, body in bodies.items():
        safe(f"{name} {key}", _filled(template, body))


def _filled(template: str, body: str) -> str:
    before, _, after = template.partition(BODY)
    indent = before.rpartition("\n")[2]
    return before.removesuffix(indent) + textwrap.indent(body.strip("\n"), indent) + after
