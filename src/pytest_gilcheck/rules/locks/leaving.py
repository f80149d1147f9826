"""Which statements may raise or leave their block, as far as anybody would expect it of them."""

from __future__ import annotations

import ast

from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.handling import catches_everything
from pytest_gilcheck.source.scopes import FUNCTIONS

# Asking the time and writing a log line fail in theory only.
_QUIET = frozenset(
    {
        "debug", "info", "warning", "warn", "error", "critical", "exception", "log", "print", "time", "monotonic", "perf_counter",
        "get_ident", "current_thread", "getpid", "acquire", "set", "clear", "is_set", "locked",
        "get_event_loop", "get_running_loop", "isinstance", "id",
    }
)  # fmt: skip


def can_raise(statement: ast.stmt) -> bool:
    """Whether the statement does more than naming, setting plain variables, and logging."""
    match statement:
        case ast.Pass() | ast.Global() | ast.Nonlocal() | ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Break() | ast.Continue():
            return False
        case ast.Expr(value=value):
            return not _is_quiet(value)
        case ast.Assign(targets=targets, value=value):
            return not all(_is_plain(target) for target in targets) or not _is_quiet(value)
        case ast.AnnAssign(target=target, value=value):
            return not _is_plain(target) or not (value is None or _is_quiet(value))
        case ast.AugAssign(target=target, value=value):
            return not _is_plain(target) or not isinstance(value, ast.Constant)
        case ast.If(test=test, body=body, orelse=orelse):
            return not _is_quiet(test) or any(can_raise(inner) for inner in (*body, *orelse))
        case _:
            return True


def goes_on(statement: ast.Try | ast.TryStar) -> bool:
    """Whether whatever is raised in its body is caught, and nothing in it leaves the block that it stands in."""
    if not any(catches_everything(handler) for handler in statement.handlers):
        return False
    todo: list[ast.AST] = [statement]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Return | ast.Break | ast.Continue | ast.Yield | ast.YieldFrom):
            return False
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            todo.extend(ast.iter_child_nodes(node))
    return not any(isinstance(part, ast.Raise) for handler in statement.handlers for part in ast.walk(handler))


def _is_plain(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) or (isinstance(node, ast.Attribute) and _is_plain(node.value))


def _is_quiet(node: ast.expr) -> bool:
    match node:
        case ast.Constant() | ast.Name() | ast.Lambda() | ast.JoinedStr():
            return True
        case ast.Attribute(value=value) | ast.Await(value=value) | ast.UnaryOp(operand=value):
            return _is_quiet(value)
        case ast.Compare(left=left, comparators=comparators):
            return all(_is_quiet(part) for part in (left, *comparators))
        case ast.BoolOp(values=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts):
            return all(_is_quiet(part) for part in parts)
        case ast.Dict(keys=[]):
            return True
        case ast.Call():
            return last_name(node) in _QUIET and all(_is_quiet(part) for part in node.args)
        case _:
            return False
