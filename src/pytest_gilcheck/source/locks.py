"""Which locks are held where."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pytest_gilcheck.source import known
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.places import place_of
from pytest_gilcheck.source.scopes import FUNCTIONS
from pytest_gilcheck.source.values import Instance

if TYPE_CHECKING:
    from pytest_gilcheck.source.project import Project

# A name that ends so is taken for a lock even if nobody knows where it comes from: silence is the safe side.
_LOCK_NAME = re.compile(
    r"(?:(?<![bcf])lock|mutex|_cv|(?:^|_)cond(?:ition)?|semaphore|(?:^|_)sem|synchronized)(?:_?for|s|ed)?_?$", re.IGNORECASE
)


class Locks:
    """Locks of one project. A lock is told from others by a key; locks whose variable is unknown go by their text."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def is_lock(self, node: ast.expr, module: Module) -> bool:
        """Whether the expression is a lock that admits one thread: by its type, or else by its name."""
        values = self._project.values(node, module)
        for value in values:
            if isinstance(value, Instance) and isinstance(value.type, str):
                if value.type in known.LOCKS:
                    return True
                if value.type in known.SEMAPHORES:
                    return _admits_one(value.call)
        if values and all(isinstance(value, Instance) for value in values):
            name = values[0].type if isinstance(values[0], Instance) else ""
            return _LOCK_NAME.search(name if isinstance(name, str) else name.name) is not None or bool(_LOCK_NAME.search(_name(node)))
        return _LOCK_NAME.search(_name(node)) is not None

    def key(self, node: ast.expr, module: Module) -> str:
        """What tells this lock from others."""
        place = place_of(node, module, self._project)
        return place.key if place is not None else f"text {module.path} {ast.unparse(node)}"

    def held(self, node: ast.AST, module: Module) -> frozenset[str]:
        """Keys of the locks that the function around the node holds there: `with`, `acquire` before it, a decorator."""
        found: set[str] = set()
        child: ast.AST = node
        for above in module.ancestors(node):
            if isinstance(above, ast.With | ast.AsyncWith) and child in above.body:
                found.update(self._entered(above, module))
            if isinstance(child, ast.stmt):
                found.update(self._acquired_before(child, module))
            if isinstance(above, FUNCTIONS):
                if not isinstance(above, ast.Lambda) and child in above.body:
                    found.update(self._by_decorator(module.function_at(above)))
                break
            child = above
        return frozenset(found)

    def held_expressions(self, node: ast.AST, module: Module) -> Iterator[ast.expr]:
        """Lock expressions of the `with` statements around the node, innermost first, in its own function."""
        child: ast.AST = node
        for above in module.ancestors(node):
            if isinstance(above, ast.With | ast.AsyncWith) and child in above.body:
                for item in above.items:
                    if self.is_lock(item.context_expr, module):
                        yield item.context_expr
            if isinstance(above, FUNCTIONS):
                return
            child = above

    def _entered(self, statement: ast.With | ast.AsyncWith, module: Module) -> Iterator[str]:
        for item in statement.items:
            if self.is_lock(item.context_expr, module):
                yield self.key(item.context_expr, module)

    def _acquired_before(self, statement: ast.stmt, module: Module) -> Iterator[str]:
        """Locks acquired by earlier statements of the same block and not released since."""
        held: dict[str, None] = {}
        for earlier in module.block_of(statement):
            if earlier is statement:
                break
            for call in _own_calls(earlier):
                function = call.func
                if isinstance(function, ast.Attribute) and function.attr in ("acquire", "release", "__enter__", "enter_context"):
                    lock = call.args[0] if function.attr == "enter_context" and call.args else function.value
                    key = self.key(lock, module)
                    if function.attr == "release":
                        held.pop(key, None)
                    elif self.is_lock(lock, module):
                        held[key] = None
        yield from held

    def _by_decorator(self, function: Function) -> Iterator[str]:
        for decorator in function.decorators:
            parts = [decorator, *decorator.args] if isinstance(decorator, ast.Call) else [decorator]
            for part in parts:
                if self.is_lock(part.func if isinstance(part, ast.Call) else part, function.module):
                    yield self.key(part, function.module)
            yield from self._wrapper_locks(decorator, function)

    def _wrapper_locks(self, decorator: ast.expr, function: Function) -> Iterator[str]:
        """Locks that a decorator of the project holds while it calls what it wraps."""
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        for value in self._project.values(called, function.module):
            for wrapper in self._project.functions_of(value):
                for scope in wrapper.scope.family():
                    if scope is not wrapper.scope and scope.is_function:
                        for call in scope.calls:
                            if isinstance(call.func, ast.Name) and call.func.id in wrapper.parameters:
                                yield from self.held(call, wrapper.module)


def _own_calls(statement: ast.stmt) -> Sequence[ast.Call]:
    """Calls that a simple statement makes for sure, and those in the test of an `if`."""
    match statement:
        case ast.Expr(value=ast.Call() as call) | ast.Assign(value=ast.Call() as call):
            return (call,)
        case ast.Expr(value=ast.Await(value=ast.Call() as call)):
            return (call,)
        case ast.If():
            return [node for node in ast.walk(statement.test) if isinstance(node, ast.Call)]
        case ast.Try():
            # `try: … finally: lock.release()` releases for what follows.
            return [call for part in statement.finalbody for call in _own_calls(part)]
        case _:
            return ()


def _admits_one(call: ast.expr | None) -> bool:
    if not isinstance(call, ast.Call):
        return True  # unknown how many: silence is the safe side
    value = call.args[0] if call.args else next((k.value for k in call.keywords if k.arg == "value"), None)
    return value is None or not isinstance(value, ast.Constant) or value.value == 1


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            # `self.lock.writer()`, `lock.gen_wlock()`: the lock may stand in the middle.
            return node.attr if _LOCK_NAME.search(node.attr) else _name(node.value)
        case ast.Call():
            return _name(node.func)
        case ast.Subscript():
            return _name(node.value)
        case _:
            return ""
