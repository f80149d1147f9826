"""Which calls of `acquire` are looked at: those that keep a lock for threads, in code that does more than to try it out."""

from __future__ import annotations

import ast
import re

from pytest_gilcheck.source.calls import argument, last_name
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.scopes import FUNCTIONS
from pytest_gilcheck.source.updates import same
from pytest_gilcheck.source.values import External, Instance, Value

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


def is_work(function: Function | None, lock: ast.expr, module: Module) -> bool:
    """Whether code of a test suite uses the lock, other than to try it out: in a worker, or in a class with a lock of its own."""
    if function is None or _TESTS_LOCKS.search(module.path):
        return False
    if module.project.workers.reaching(function):
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
