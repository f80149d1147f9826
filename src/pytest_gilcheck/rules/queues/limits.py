"""Tests that compare how much is at work with how much there may be."""

from __future__ import annotations

import ast
import re

from pytest_gilcheck.source.calls import last_name

_COUNTED = re.compile(
    r"pending|in_?flight|outstanding|running|active|busy|backlog|unfinished|slots?|capacity|free|available|idle|tasks?$|futures?$"
    r"|jobs?$|workers?$|count|^n_|num|limit|max|concurren|throttl|parallel|full|load",
    re.IGNORECASE,
)
_TELLS = frozenset({"debug", "info", "warning", "warn", "error", "exception", "critical", "log", "print", "gauge", "observe", "incr"})
_SIZES = frozenset({"len", "qsize", "full", "free_space", "capacity"})
_STATES_OF_POOLS = frozenset({"full", "locked", "has_capacity", "can_accept"})


def counts(test: ast.expr, kept: frozenset[str]) -> bool:
    """Whether the test compares how much is at work with how much there may be; `kept` are the variables that hold the tasks."""
    for part in ast.walk(test):
        if isinstance(part, ast.Compare) and any(isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE | ast.Eq) for op in part.ops):
            sides = [part.left, *part.comparators]
            lengths = [side for side in sides if isinstance(side, ast.Call) and last_name(side) == "len"]
            # Whether there is anything at all is no limit; a length tells what is limited, whatever the limit is called.
            if lengths:
                sides = [*lengths, *(side for side in sides if isinstance(side, ast.Constant))]
            if not any(isinstance(side, ast.Constant) and side.value in (0, None) for side in sides) and any(
                _is_count(s, kept) for s in sides
            ):
                return True
        if isinstance(part, ast.Call) and last_name(part) in _STATES_OF_POOLS:
            return True
    return False


def only_tells(node: ast.If | ast.While | ast.IfExp) -> bool:
    """Whether the test only leads to a word in a log."""
    return isinstance(node, ast.If) and all(
        isinstance(statement, ast.Pass)
        or (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call) and last_name(statement.value) in _TELLS)
        for statement in (*node.body, *node.orelse)
    )


def _is_count(side: ast.expr, kept: frozenset[str]) -> bool:
    match side:
        case ast.Call():
            if last_name(side) == "len" and side.args:
                return last_name(side.args[0]) in kept or _COUNTED.search(last_name(side.args[0])) is not None
            return last_name(side) in _SIZES
        case ast.Name() | ast.Attribute():
            return _COUNTED.search(last_name(side)) is not None
        case ast.BinOp():
            return _is_count(side.left, kept) or _is_count(side.right, kept)
        case _:
            return False
