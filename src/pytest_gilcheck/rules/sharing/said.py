"""What names, docstrings and comments say of the lock: that the caller holds it, or that none is wanted."""

from __future__ import annotations

import ast
import re

from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import Module

# Names and words that say that the caller sees to the lock, or that none is wanted.
_SAYS_SO = re.compile(
    r"^(?!_*(?:get|make|create|new|find|lookup)_)\w*(?:un|no_?t?_?)?(?<![bcf])lock(?:ed|less|_held|_free)?(?:_|$)"
    r"|unsafe|unguarded|unsync|nosync|single_thread",
    re.IGNORECASE,
)
_ASKS_FOR_IT = re.compile(
    r"\block (?:must be|is|should be|needs to be)? ?(?:held|taken|acquired)|hold(?:s|ing)? (?:the|a|its|\w*_?lock)|\bGIL\b|main thread",
    re.IGNORECASE,
)
_TELLS = re.compile(r"\block|thread|\batomic|\bGIL\b|\brac[ey]", re.IGNORECASE)
_COMMENT_LINES = 3


def says_so(name: str) -> bool:
    """Whether the name of a function says it."""
    return _SAYS_SO.search(name) is not None


def is_meant(node: ast.AST, function: Function, module: Module) -> bool:
    """Whether the function, one around it, or a comment at the node says it."""
    around: Function | None = function
    while around is not None:
        if says_so(around.name):
            return True
        text = None if isinstance(around.node, ast.Lambda) else ast.get_docstring(around.node, clean=False)
        if text and _ASKS_FOR_IT.search(text):
            return True
        around = around.module.function_around(around.node)
    statement = module.statement_of(node)
    for number in range(statement.lineno - _COMMENT_LINES, statement.lineno + 1):
        line = module.line(number)
        if "#" in line and _TELLS.search(line.partition("#")[2]):
            return True
    return False
