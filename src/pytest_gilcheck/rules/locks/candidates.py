"""Which calls of `acquire` are looked at: those that keep a lock for threads, in code that does more than to try it out."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from pytest_gilcheck.source import known
from pytest_gilcheck.source.calls import argument, last_name
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.scopes import FUNCTIONS
from pytest_gilcheck.source.updates import same
from pytest_gilcheck.source.values import External, Instance, Value

_OF_LOCK = frozenset({"acquire", "release", "__enter__", "__exit__"})

_TESTS_LOCKS = re.compile(r"[^/]*(?:lock|synchroni|semaphore)[^/]*$", re.IGNORECASE)


def is_kept(call: ast.Call, module: Module) -> bool:
    """Whether the lock is held behind the statement for sure: it waits without end, and nobody looks at the answer."""
    blocking = argument(call, 0, "blocking")
    if argument(call, 1, "timeout") is not None or (
        blocking is not None and not (isinstance(blocking, ast.Constant) and blocking.value is True)
    ):
        return False
    above = module.parent(call)
    if isinstance(above, ast.Call) and last_name(above) == "wait_for" and above.args and above.args[0] is call:
        above = module.parent(above)
    if isinstance(above, ast.Await):
        above = module.parent(above)
    return isinstance(above, ast.Expr)


def held_from(call: ast.Call, module: Module) -> tuple[Sequence[ast.stmt], int]:
    """The block in which the lock is held, and the place of the last statement there before it is (-1: from its start)."""
    statement = module.statement_of(call)
    if isinstance(statement, ast.If) and statement.test is call:
        return statement.body, -1
    block = module.block_of(statement)
    return block, next(place for place, part in enumerate(block) if part is statement)


def is_asked_for(call: ast.Call, module: Module) -> bool:
    """Whether what follows is only done with the lock: `if lock.acquire(False):`, `if not lock.acquire(timeout=1): return`."""
    test: ast.AST | None = call
    above = module.parent(call)
    refused = isinstance(above, ast.UnaryOp) and isinstance(above.op, ast.Not)
    if refused:
        test, above = above, module.parent(above) if above is not None else None
    if not isinstance(above, ast.If) or above.test is not test:
        return False
    return not refused or (not above.orelse and isinstance(above.body[-1], ast.Return | ast.Raise | ast.Continue))


def is_own_lock(node: ast.expr, module: Module) -> bool:
    """Whether it is of a class of the project's own that is a lock by its name and by all that it can do, and is made of threads' locks."""
    values = module.project.values(node, module)
    classes = [value.type for value in values if isinstance(value, Instance) and isinstance(value.type, Class)]
    return bool(classes) and all(cls.name.endswith("Lock") and cls.methods.keys() >= _OF_LOCK and _keeps_lock(cls) for cls in classes)


def _keeps_lock(cls: Class) -> bool:
    made = (binding.value for bindings in cls.attributes.values() for binding in bindings if isinstance(binding.value, ast.Call))
    types = (value.type for call in made for value in cls.module.project.values(call, cls.module) if isinstance(value, Instance))
    return any(name in known.LOCKS for name in types)


def is_work(function: Function | None, lock: ast.expr, module: Module) -> bool:
    """Whether code of a test suite uses the lock, other than to try it out.

    So does a worker, a class with a lock of its own, and a test that holds the tested code's lock while it starts threads.
    """
    if function is None or _TESTS_LOCKS.search(module.path):
        return False
    if module.project.workers.reaching(function):
        return True
    if isinstance(lock, ast.Attribute) and any(last_name(called) == "start" for called in function.calls):
        owners = [value.type for value in module.project.values(lock.value, module) if isinstance(value, Instance)]
        if any(isinstance(owner, Class) and not owner.module.is_test for owner in owners):
            return True
    cls = function.cls
    return (
        cls is not None
        and isinstance(lock, ast.Attribute)
        and isinstance(lock.value, ast.Name)
        and lock.value.id == function.self_name
        and lock.attr in cls.attributes
        and not any(name.startswith(("test", "setUp", "setup")) for name in cls.methods)
    )


def is_handler(node: ast.expr, module: Module) -> bool:
    """Whether it is a handler of `logging`, as a test around it says or as it was made: its own methods take its lock."""
    for above in module.ancestors(node):
        if isinstance(above, FUNCTIONS):
            break
        for test in ast.walk(above.test) if isinstance(above, ast.If) else ():
            if isinstance(test, ast.Call) and last_name(test) == "isinstance" and same(test.args[0], node):
                return any(_names_handler(value) for value in module.project.values(test.args[-1], module))
    return any(_names_handler(value) for value in module.project.values(node, module))


def _names_handler(value: Value) -> bool:
    name = value.name if isinstance(value, External) else value.type if isinstance(value, Instance) else None
    return isinstance(name, str) and name.startswith("logging.") and name.endswith("Handler")
