"""Whether a function lets no exception out: its whole body stands in a `try` that catches everything and deals with it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.conditions import conditions_of
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.module import TRIES, Module
from pytest_gilcheck.source.values import External, Instance, Method, Value

if TYPE_CHECKING:
    from pytest_gilcheck.source.project import Project

_EVERYTHING = frozenset({"Exception", "BaseException"})
_REPORTS = frozenset(
    {
        "debug", "info", "warning", "warn", "error", "exception", "critical", "fatal", "log", "print", "print_exc", "print_exception",
        "format_exc", "capture_exception",
    }
)  # fmt: skip
# Calls that stand around the `try` of a function that handles its exceptions, and don't need to stand in it.
_BESIDE_TRY = _REPORTS | {
    "sleep", "set", "clear", "monotonic", "perf_counter", "time", "get_ident", "current_thread", "getLogger", "len", "getpid",
    "append", "put_nowait", "task_done", "release", "acquire", "notify", "notify_all", "get", "items", "values", "keys",
    "format", "repr", "str", "isinstance", "getattr", "hasattr", "set_result", "set_exception", "set_name", "wait_for", "wait", "is_set",
    "empty", "is_alive", "submit", "list", "tuple", "dict", "sorted", "extend", "copy",
}  # fmt: skip
_ENDS = re.compile(r"_*(?:set|notify|release|close|done|finish|discard|remove|signal|complete|decrement|task_done)(?:_|$)")
# Work that raises nothing that anybody would want to hear of.
_HARMLESS_FUNCTIONS = frozenset({"time.sleep", "builtins.bool", "threading.get_ident", "os._exit", "gc.collect", "asyncio.sleep"})
_HARMLESS_METHODS = frozenset(
    {
        ("threading.Event", "set"),
        ("threading.Event", "clear"),
        ("threading.Event", "wait"),
        ("asyncio.Event", "set"),
        ("asyncio.Event", "wait"),
        ("asyncio.Queue", "put"),
        ("queue.Queue", "put"),
        ("queue.SimpleQueue", "put"),
    }
)


def lets_nothing_out(function: Function, *, inside: frozenset[Function] = frozenset()) -> bool:
    """Whether whatever is raised in the function's body is caught and dealt with there, or there is nothing in it to fail.

    A call of another function that lets nothing out is nothing to fail. `inside` are functions that are being looked at.
    """
    if function in inside or any(last_name(decorator) == "abstractmethod" for decorator in function.decorators):
        return False
    node = function.node
    body = _Body(function.module, inside | {function})
    if isinstance(node, ast.Lambda):
        return isinstance(node.body, ast.Constant) or body.is_harmless(node.body)
    if all(body.does_nothing(statement) for statement in node.body):
        return True
    if _has_catch_all(node.body) and body.is_safe(node.body):
        return True
    return any(_decorator_handles(decorator, function.module) for decorator in node.decorator_list)


def cannot_fail(value: Value, project: Project, *, inside: frozenset[Function] = frozenset()) -> bool:
    """Whether running this callable raises nothing that somebody should hear of: `time.sleep`, `event.set`, a function that
    handles all by itself.
    """
    match value:
        case External(name=name):
            return name in _HARMLESS_FUNCTIONS
        case Method(owner=Instance(type=str()) as owner, name=name, function=None):
            return any(name == method and project.inference.is_a(owner, cls) for cls, method in _HARMLESS_METHODS)
        case Class():
            return False  # making an object runs more than its `__init__`
        case _:
            functions = list(project.functions_of(value))
            return bool(functions) and all(lets_nothing_out(function, inside=inside) for function in functions)


def raises_by_itself(function: Function, *, told_to: bool = False) -> bool:
    """Whether the function raises an exception of its own whatever it finds, or because a plain flag says so.

    With `told_to`, only the flag counts. An `AssertionError` is a verdict, not a failure that is staged.
    """
    module = function.module
    if not told_to and isinstance(function.node, ast.FunctionDef | ast.AsyncFunctionDef) and any(map(_divides_by_zero, function.node.body)):
        return True
    for node in module.nodes(ast.Raise):
        if node.exc is None or last_name(node.exc) == "AssertionError" or module.function_around(node) is not function:
            continue
        handled = any(isinstance(above, ast.ExceptHandler) for above in module.ancestors(node))
        flags = [test.operand if isinstance(test, ast.UnaryOp) else test for test, _ in conditions_of(node, module)]
        if not handled and all(isinstance(flag, ast.Name) for flag in flags) and (flags or not told_to):
            return True
    return False


def _divides_by_zero(statement: ast.stmt) -> bool:
    """`1 / 0` as a statement: the shortest way to fail."""
    value = statement.value if isinstance(statement, ast.Expr | ast.Return | ast.Assign) else None
    right = value.right if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Div | ast.FloorDiv) else None
    return isinstance(right, ast.Constant) and right.value == 0


def catches_everything(handler: ast.ExceptHandler) -> bool:
    """Whether it is a bare `except`, or names `Exception` or `BaseException`."""
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or last_name(kind) in _EVERYTHING for kind in kinds)


class _Body:
    """Looks at the statements of one function."""

    def __init__(self, module: Module, inside: frozenset[Function]) -> None:
        self.module = module
        self.inside = inside

    def does_nothing(self, statement: ast.stmt) -> bool:
        match statement:
            case ast.Pass() | ast.Return(value=None):
                return True
            case ast.Expr(value=ast.Constant()):
                return True
            case ast.Expr(value=value) | ast.Return(value=ast.expr() as value):
                return self.is_harmless(value)
            case _:
                return False

    def is_harmless(self, node: ast.expr) -> bool:
        """A call such as `time.sleep(1)` or `event.wait()`, of which it is known what it calls."""
        call = node.value if isinstance(node, ast.Await) else node
        if not isinstance(call, ast.Call):
            return False
        values = self.module.project.values(call.func, self.module)
        return bool(values) and all(cannot_fail(value, self.module.project, inside=self.inside) for value in values)

    def is_safe(self, statements: Sequence[ast.stmt]) -> bool:
        return all(self.is_safe_statement(statement) for statement in statements)

    def is_safe_statement(self, statement: ast.stmt) -> bool:
        match statement:
            case ast.Try() | ast.TryStar():
                inside = self.is_safe(statement.body) or any(catches_everything(h) and not _raises_on(h) for h in statement.handlers)
                return inside and self.is_safe(statement.orelse) and all(map(self.is_safe_ending, statement.finalbody))
            case ast.With() | ast.AsyncWith():
                return _suppresses(statement) or self.is_safe(statement.body)
            case ast.While() | ast.If() | ast.For() | ast.AsyncFor():
                return self.is_safe([*statement.body, *statement.orelse])
            case ast.Expr(value=value) | ast.Return(value=value):
                return value is None or self.is_simple(value)
            case ast.Assign(value=value) | ast.AnnAssign(value=value) | ast.AugAssign(value=value):
                return value is None or self.is_simple(value)
            case ast.Pass() | ast.Break() | ast.Continue() | ast.Global() | ast.Nonlocal():
                return True
            case ast.Import() | ast.ImportFrom() | ast.FunctionDef() | ast.AsyncFunctionDef():
                return True
            case _:
                return False

    def is_safe_ending(self, statement: ast.stmt) -> bool:
        """A statement of a `finally`: what only says that this is over may stand outside of the `try`."""
        call = statement.value if isinstance(statement, ast.Expr) else None
        return (isinstance(call, ast.Call) and _ENDS.match(last_name(call)) is not None) or self.is_safe_statement(statement)

    def is_simple(self, value: ast.expr) -> bool:
        """Names, constants, displays of them, and calls that don't fail: what stands beside a `try` without needing one."""
        match value:
            case ast.Constant() | ast.Name() | ast.JoinedStr() | ast.Lambda() | ast.Compare() | ast.UnaryOp():
                return True
            case ast.Attribute():
                return self.is_simple(value.value)
            case ast.List() | ast.Tuple() | ast.Set():
                return all(self.is_simple(part) for part in value.elts)
            case ast.IfExp():
                return self.is_simple(value.body) and self.is_simple(value.orelse)
            case ast.BoolOp():
                return all(self.is_simple(part) for part in value.values)
            case ast.BinOp():
                return self.is_simple(value.left) and self.is_simple(value.right)
            case ast.Dict():
                return all(self.is_simple(part) for part in (*value.keys, *value.values) if part is not None)
            case ast.Await():
                return self.stands_beside_try(value.value)
            case _:
                return self.stands_beside_try(value)

    def stands_beside_try(self, node: ast.expr) -> bool:
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name | ast.Attribute):
            return False
        name = last_name(node)
        return name in _BESIDE_TRY or name.endswith(("Error", "Exception", "Warning")) or self.is_harmless(node)


def _has_catch_all(body: Sequence[ast.stmt]) -> bool:
    """Whether a `try` that catches everything, or a `suppress`, is in the body, in loops, branches and `with` blocks too."""
    for statement in body:
        if isinstance(statement, TRIES) and any(catches_everything(handler) for handler in getattr(statement, "handlers", ())):
            return True
        if isinstance(statement, ast.With | ast.AsyncWith) and _suppresses(statement):
            return True
        inner = [getattr(statement, name, []) for name in ("body", "orelse", "finalbody")]
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and any(map(_has_catch_all, inner)):
            return True
    return False


def _raises_on(handler: ast.ExceptHandler) -> bool:
    """Whether the handler gives the exception on (in whatever form) without having told anybody."""
    inside = list(_own_nodes(handler.body))
    if any(isinstance(node, ast.Call) and last_name(node) in _REPORTS for node in inside):
        return False
    return any(isinstance(node, ast.Raise) for node in inside)


def _own_nodes(body: Iterable[ast.stmt]) -> Iterable[ast.AST]:
    for statement in body:
        yield from ast.walk(statement)


def _suppresses(statement: ast.With | ast.AsyncWith) -> bool:
    return any(
        isinstance(item.context_expr, ast.Call)
        and last_name(item.context_expr) == "suppress"
        and any(last_name(arg) in _EVERYTHING for arg in item.context_expr.args)
        for item in statement.items
    )


def _decorator_handles(decorator: ast.expr, module: Module) -> bool:
    """Whether a decorator of the project wraps the function in a `try` that catches everything."""
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    for value in module.project.values(target, module):
        if isinstance(value, Function):
            for inner in ast.walk(value.node):
                if isinstance(inner, TRIES) and any(catches_everything(h) and not _raises_on(h) for h in getattr(inner, "handlers", ())):
                    return True
    return False
