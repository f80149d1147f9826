"""`@pytest.mark.gilcheck_ignore("GIL301", reason="…")`, read in the source: it holds though nothing was imported or selected."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pytest_gilcheck.model.finding import Finding
from pytest_gilcheck.source.reader import Unreadable, parse

MARKER = "gilcheck_ignore"


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Lines in which findings of these rules are accepted, and why."""

    first_line: int
    last_line: int
    codes: tuple[str, ...]
    reason: str

    def covers(self, finding: Finding) -> bool:
        """Whether the finding lies in these lines and is of one of these rules."""
        return finding.rule in self.codes and self.first_line <= finding.site.line <= self.last_line


def apply(data: bytes, findings: Sequence[Finding]) -> list[Finding]:
    """The findings of a file with this content, those marked as suppressed that a marker accepts.

    A marker on a function or class holds for its lines, one in `pytestmark` for the class or file. Only codes and a reason
    that are written as strings count, and markers that got a name earlier in the same file.
    """
    if MARKER.encode() not in data or not any(finding.active for finding in findings):
        return list(findings)
    accepted = list(_acceptances(data))
    return [_suppressed(finding, accepted) if finding.active else finding for finding in findings]


def _suppressed(finding: Finding, accepted: Sequence[Acceptance]) -> Finding:
    return next((replace(finding, suppressed=one.reason) for one in accepted if one.covers(finding)), finding)


def _acceptances(source: bytes) -> Iterator[Acceptance]:
    tree = parse(source)
    if isinstance(tree, Unreadable):
        return  # the finding that says so is not one that a marker accepts
    named = {name: value for name, value in _assignments(tree.body) if _marks(value, {})}
    for mark in _pytestmark(tree.body, named):
        yield Acceptance(1, 1 + source.count(b"\n") + source.count(b"\r"), *mark)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            first = min((decorator.lineno for decorator in node.decorator_list), default=node.lineno)
            marks = [mark for decorator in node.decorator_list for mark in _marks(decorator, named)]
            if isinstance(node, ast.ClassDef):
                marks += _pytestmark(node.body, named)
            for mark in marks:
                yield Acceptance(first, node.end_lineno or node.lineno, *mark)


def _pytestmark(body: Sequence[ast.stmt], named: dict[str, ast.expr]) -> list[tuple[tuple[str, ...], str]]:
    return [mark for name, value in _assignments(body) if name == "pytestmark" for mark in _marks(value, named)]


def _assignments(body: Sequence[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    for statement in body:
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                if isinstance(target, ast.Name):
                    yield target.id, statement.value
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value is not None:
            yield statement.target.id, statement.value


def _marks(node: ast.expr, named: dict[str, ast.expr]) -> list[tuple[tuple[str, ...], str]]:
    """Codes and reason of each of our markers in an expression that gives one marker or a list of them."""
    if isinstance(node, ast.List | ast.Tuple):
        return [mark for element in node.elts for mark in _marks(element, named)]
    if isinstance(node, ast.Name) and node.id in named:
        return _marks(named[node.id], {})
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == MARKER):
        return []
    codes = tuple(arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str))
    for keyword in node.keywords:
        value = keyword.value
        if keyword.arg == "reason" and isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value.strip():
            return [(codes, value.value)]
    return []
