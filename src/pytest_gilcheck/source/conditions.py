"""What must hold for a node to be run: the tests around it and the early exits before it, up to its function."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence

from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.scopes import FUNCTIONS

_EXITS = frozenset({"exit", "_exit", "quit", "abort"})
_SKIPS = frozenset({"skip", "importorskip"})  # of pytest and unittest: they raise


def conditions_of(node: ast.AST, module: Module) -> Iterator[tuple[ast.expr, bool]]:
    """Tests that decide whether the node is run once its function (or the module) is, each with the outcome it needs.

    Innermost first. A `match` on a value counts as `subject == value`.
    """
    child = node
    for above in module.ancestors(node):
        yield from _around(above, child, module)
        if isinstance(child, ast.stmt):
            yield from _before(child, module)
        if isinstance(above, FUNCTIONS) and _in_body(above, child):
            return
        child = above


def combined(test: ast.expr, outcome_of: Callable[[ast.expr], bool | None]) -> bool | None:
    """How a test with `not`, `and` and `or` comes out, by the outcomes of its parts; `None` where one that isn't known decides."""
    match test:
        case ast.UnaryOp(op=ast.Not()):
            inner = combined(test.operand, outcome_of)
            return None if inner is None else not inner
        case ast.BoolOp():
            outcomes = [combined(part, outcome_of) for part in test.values]
            deciding = isinstance(test.op, ast.Or)
            if deciding in outcomes:
                return deciding
            return None if None in outcomes else not deciding
        case _:
            return outcome_of(test)


def leaves(block: Sequence[ast.stmt]) -> bool:
    """Whether a block always leaves the code that follows it: by return, raise, break, continue or an exit call."""
    if not block:
        return False
    match block[-1]:
        case ast.Return() | ast.Raise() | ast.Break() | ast.Continue():
            return True
        case ast.Expr(value=ast.Call() as call):
            return last_name(call) in _EXITS or last_name(call) in _SKIPS
        case ast.If() as last:
            return leaves(last.body) and leaves(last.orelse)
        case ast.With() | ast.AsyncWith() as last:
            return leaves(last.body)
        case _:
            return False


def _around(above: ast.AST, child: ast.AST, module: Module) -> Iterator[tuple[ast.expr, bool]]:
    match above:
        case ast.If() | ast.While():
            if child in above.body:
                yield above.test, True
            elif child in above.orelse and isinstance(above, ast.If):
                yield above.test, False
        case ast.IfExp():
            if child is not above.test:
                yield above.test, child is above.body
        case ast.BoolOp():
            for value in above.values:
                if value is child:
                    break
                yield value, isinstance(above.op, ast.And)
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            if not isinstance(child, ast.comprehension):
                yield from ((test, True) for generator in above.generators for test in generator.ifs)
        case ast.match_case(pattern=ast.MatchValue(value=value)) if child in above.body:
            subject = module.parent(above)
            assert isinstance(subject, ast.Match), "cases stand in match statements only"
            yield ast.Compare(left=subject.subject, ops=[ast.Eq()], comparators=[value]), True
        case _:
            return


def _before(statement: ast.stmt, module: Module) -> Iterator[tuple[ast.expr, bool]]:
    """Outcomes that earlier statements of the block need to let the program come this far."""
    for earlier in module.block_of(statement):
        if earlier is statement:
            return
        match earlier:
            case ast.Assert():
                yield earlier.test, True
            case ast.If():
                yield from _passed(earlier)
            case _:
                continue


def _passed(earlier: ast.If) -> Iterator[tuple[ast.expr, bool]]:
    """What an `if` (and its `elif`s) says of whoever gets past it."""
    if leaves(earlier.body):
        yield earlier.test, False
        if len(earlier.orelse) == 1 and isinstance(earlier.orelse[0], ast.If):
            yield from _passed(earlier.orelse[0])
    elif leaves(earlier.orelse):
        yield earlier.test, True


def _in_body(function: ast.AST, child: ast.AST) -> bool:
    if isinstance(function, ast.Lambda):
        return child is function.body
    return isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and child in function.body
