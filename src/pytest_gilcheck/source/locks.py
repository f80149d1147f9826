"""Which locks are held where."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pytest_gilcheck.source import known
from pytest_gilcheck.source.calls import argument
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.places import place_of
from pytest_gilcheck.source.scopes import FUNCTIONS
from pytest_gilcheck.source.values import External, Instance

if TYPE_CHECKING:
    from pytest_gilcheck.source.project import Project

# A name that ends so is taken for a lock even if nobody knows where it comes from: silence is the safe side.
_LOCK_NAME = re.compile(
    r"(?:(?<![bcf])lock|mutex|_cv|(?:^|_)cond(?:ition)?|semaphore|(?:^|_)sem|synchronized)(?:_?for|s|ed)?_?$", re.IGNORECASE
)

# Locks of another kind, which processes or machines take: their rules are their own.
_NOT_OF_THREADS = re.compile(r"file|redis|zk|etcd|distributed|advisory|cluster|pid_?lock|flock|db_", re.IGNORECASE)
_MAKES_FOREIGN = re.compile(_NOT_OF_THREADS.pattern + r"|(?-i:\.lock$)", re.IGNORECASE)

_TAKING = frozenset({"acquire", "__enter__", "enter_context"})

_MAX_NAMES = 4  # that a lock goes by, one after the other


class Locks:
    """Locks of one project. A lock is told from others by a key; locks whose variable is unknown go by their text."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._made: dict[str, ast.expr | None] = {}

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

    def type_of(self, node: ast.expr, module: Module) -> str | None:
        """The known class of a lock or semaphore, however many it admits; `None` for anything else, a class of the project's own included.

        Empty where nothing but its name says that it is one.
        """
        values = self._project.values(node, module)
        for value in values:
            if isinstance(value, Instance):
                for name in (*sorted(known.LOCKS), *sorted(known.SEMAPHORES)):
                    if self._project.inference.is_a(value, name):
                        return name
        if values or isinstance(node, ast.Call) or not _LOCK_NAME.search(_name(node)):
            return None
        makers = [value.func for value in self._origins(node, module) if isinstance(value, ast.Call)]
        foreign = _NOT_OF_THREADS.search(ast.unparse(node)) or any(_MAKES_FOREIGN.search(ast.unparse(maker)) for maker in makers)
        return None if foreign else ""

    def _origins(self, node: ast.expr, module: Module) -> Iterator[ast.expr]:
        """What the name, or the attribute of `self`, is assigned."""
        if isinstance(node, ast.Name):
            owner = module.scope_at(node).owner(node.id)
            bindings = module.bindings(owner, node.id) if owner is not None else []
        else:
            cls = module.class_around(node)
            bindings = cls.attributes.get(node.attr, []) if cls is not None and isinstance(node, ast.Attribute) else []
        yield from (binding.value for binding in bindings if binding.value is not None)

    def key(self, node: ast.expr, module: Module) -> str:
        """What tells this lock from others; a condition over a lock is that lock, and so is another name for it."""
        node, module = self._itself(node, module)
        place = place_of(node, module, self._project)
        key = place.key if place is not None else f"text {module.path} {ast.unparse(node)}"
        if key not in self._made:
            self._made[key] = self._maker(node, module) if place is not None else None
        return key

    def _itself(self, node: ast.expr, module: Module) -> tuple[ast.expr, Module]:
        """The lock that a local name or a condition stands for."""
        for _ in range(_MAX_NAMES):
            values = self._project.values(node, module)
            made = values[0] if len(values) == 1 else None
            if isinstance(made, Instance) and made.type in known.CONDITIONS and isinstance(made.call, ast.Call) and made.module:
                inner = argument(made.call, 0, "lock")
                if isinstance(inner, ast.Name | ast.Attribute):
                    node, module = inner, made.module
                    continue
            owner = module.scope_at(node).owner(node.id) if isinstance(node, ast.Name) else None
            if not isinstance(node, ast.Name) or owner is None or not owner.is_function:
                break
            bindings = module.bindings(owner, node.id)
            value = bindings[0].value if len(bindings) == 1 and bindings[0].kind == "assign" else None
            if not isinstance(value, ast.Name | ast.Attribute):
                break
            node = value
        return node, module

    def _maker(self, node: ast.expr, module: Module) -> ast.expr | None:
        """The one call that makes the lock, of a kind that has nothing to do with any other lock."""
        values = self._project.values(node, module)
        if len(values) != 1 or not isinstance(values[0], Instance) or values[0].type not in known.PLAIN_LOCKS:
            return None
        call = values[0].call
        return call if isinstance(call, ast.Call) and not call.args and not call.keywords else None

    def are_apart(self, one: frozenset[str], other: frozenset[str]) -> bool:
        """Whether holding the ones keeps nobody from holding the others; only if it is known where each of them is made."""
        mine, theirs = ([self._made.get(key) for key in keys] for keys in (one, other))
        return bool(mine) and bool(theirs) and None not in (*mine, *theirs) and not set(mine) & set(theirs)

    def held(self, node: ast.AST, module: Module) -> frozenset[str]:
        """Keys of the locks that the function around the node holds there: `with`, `acquire` before it, a decorator."""
        found: set[str] = set()
        child: ast.AST = node
        for above in module.ancestors(node):
            if isinstance(above, ast.With | ast.AsyncWith):
                taken = above.items.index(child) if isinstance(child, ast.withitem) else len(above.items)
                found.update(self._entered(above.items[:taken], module))
            if isinstance(above, ast.If | ast.While) and child in above.body:
                found.update(self._acquired_in_test(above.test, module))
            if isinstance(child, ast.stmt):
                found.update(self._acquired_before(child, module))
            if isinstance(above, FUNCTIONS):
                if not isinstance(above, ast.Lambda) and child in above.body:
                    found.update(self._by_decorator(module.function_at(above)))
                break
            child = above
        return frozenset(found)

    def _entered(self, items: Sequence[ast.withitem], module: Module) -> Iterator[str]:
        for item in items:
            if self._is_own(item.context_expr, module):
                continue
            if self.is_lock(item.context_expr, module):
                yield self.key(item.context_expr, module)
            else:
                yield from self._taken_by(item.context_expr, module)

    def _taken_by(self, manager: ast.expr, module: Module) -> Iterator[str]:
        """Locks that a context manager of the project takes: one written as a generator, or by its `__enter__`."""
        if isinstance(manager, ast.Call):
            for function in self._project.functions_called(manager, module):
                for result in function.scope.results:
                    if isinstance(result, ast.Yield):
                        yield from self.held(result, function.module)
        for value in self._project.values(manager, module):
            if isinstance(value, Instance) and isinstance(value.type, Class):
                enter = self._project.method(value.type, "__enter__")
                for call in enter.calls if enter is not None else ():
                    yield from self._acquired_by(call, value.type.module if enter is None else enter.module)

    def _is_own(self, node: ast.expr, module: Module) -> bool:
        """Whether the lock is made anew in each call of the function that takes it, and shown to nobody: it excludes nobody."""
        if isinstance(node, ast.Call):
            return any(isinstance(value, External) and value.name in known.LOCKS for value in self._project.values(node.func, module))
        scope = module.scope_at(node)
        owner = scope.owner(node.id) if isinstance(node, ast.Name) else None
        if not isinstance(node, ast.Name) or owner is None or owner is not scope or not isinstance(scope.node, FUNCTIONS):
            return False
        made = [binding.value for binding in module.bindings(owner, node.id)]
        if not made or not all(isinstance(value, ast.Call) and self._is_own(value, module) for value in made):
            return False
        return all(
            module.scope_at(use) is scope and isinstance(module.parent(use), ast.withitem | ast.Attribute) for use in owner.uses(node.id)
        )

    def _acquired_in_test(self, test: ast.expr, module: Module) -> Iterator[str]:
        """`if lock.acquire(timeout=1): …` holds it where the test came out true."""
        parts = test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]
        for part in parts:
            call = part.value if isinstance(part, ast.NamedExpr) else part
            if isinstance(call, ast.Call):
                yield from self._acquired_by(call, module)

    def _acquired_by(self, call: ast.Call, module: Module) -> Iterator[str]:
        function = call.func
        if isinstance(function, ast.Attribute) and function.attr in ("acquire", "__enter__") and self.is_lock(function.value, module):
            yield self.key(function.value, module)

    def _acquired_before(self, statement: ast.stmt, module: Module) -> Iterator[str]:
        """Locks acquired by earlier statements of the same block and not released since."""
        if _TAKING.isdisjoint(module.called_names):
            return
        held: dict[str, None] = {}
        for earlier in module.block_of(statement):
            if earlier is statement:
                break
            for call in _own_calls(earlier):
                function = call.func
                if isinstance(function, ast.Attribute) and (function.attr == "release" or function.attr in _TAKING):
                    lock = call.args[0] if function.attr == "enter_context" and call.args else function.value
                    key = self.key(lock, module)
                    if function.attr == "release":
                        held.pop(key, None)
                    elif self.is_lock(lock, module) and not self._is_own(lock, module):
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
        case ast.With():
            return [call for part in statement.body for call in _own_calls(part)]
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
