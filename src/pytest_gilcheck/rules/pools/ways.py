"""Whether a thread that is started in a function is ended on the ordinary way through it, and not only on an early way out."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence

from pytest_gilcheck.source.definitions import Function

_LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)


def is_ended_on_ordinary_way(function: Function, name: str, start: ast.AST, endings: Collection[ast.AST]) -> bool:
    """Whether the statements behind the start end what the local variable holds, whatever the branches do.

    True as well where the start stands so deep that nothing is known of what follows it.
    """
    module = function.module
    first = next((at for at, statement in enumerate(function.body) if module.is_within(start, statement)), None)
    if first is None:
        return True
    guard = function.body[first]
    if not (isinstance(guard, ast.If) or module.statement_of(start) is guard):
        return True
    statements = {module.statement_of(node) for node in endings}
    behind = guard.end_lineno or guard.lineno
    if any(not module.is_within(statement, function.node) or statement.lineno <= behind for statement in statements):
        return True
    return _Ways(name, ast.dump(guard.test) if isinstance(guard, ast.If) else "", statements).ends_in(function.body[first + 1 :])


class _Ways:
    """What the statements of one function do to the variable; `test` is what the start depends on."""

    def __init__(self, name: str, test: str, endings: Collection[ast.stmt]) -> None:
        self._name = name
        self._test = test
        self._endings = endings

    def ends_in(self, block: Sequence[ast.stmt]) -> bool:
        """Whether one of the statements ends it for sure, if nothing is raised."""
        return any(map(self._ends, block))

    def _ends(self, statement: ast.stmt) -> bool:
        if statement in self._endings:
            return True
        match statement:
            case ast.If():
                if ast.dump(statement.test) == self._test or self._is_about_it(statement.test):
                    return self._has_ending(statement)
                branches = (statement.body, statement.orelse)
                return all(self.ends_in(b) or self._leaves(b) for b in branches) and any(map(self.ends_in, branches))
            case ast.While():
                return self._has_ending(statement) if self._is_about_it(statement.test) else self.ends_in(statement.body)
            case ast.For() | ast.AsyncFor() | ast.With() | ast.AsyncWith():
                return self.ends_in(statement.body)
            case ast.Match():
                return self._has_ending(statement)
            case ast.Try() | ast.TryStar():
                # What waits in a handler is what ends the work: an interrupt, the end of the input.
                handlers = (handler.body for handler in statement.handlers)
                ends = any(map(self.ends_in, (statement.body, statement.orelse, statement.finalbody, *handlers)))
                return ends or any(map(self._has_ending, statement.finalbody))
            case _:
                return False

    def _has_ending(self, statement: ast.stmt) -> bool:
        return any(node in self._endings for node in ast.walk(statement) if isinstance(node, ast.stmt))

    def _is_about_it(self, test: ast.expr) -> bool:
        return any(isinstance(node, ast.Name) and node.id == self._name for node in ast.walk(test))

    def _leaves(self, block: Sequence[ast.stmt]) -> bool:
        return bool(block) and isinstance(block[-1], _LEAVES)
