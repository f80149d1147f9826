"""Which branches are meant for another world, as far as their tests tell: another platform or version, synchronous or not.

As type checkers do, a test on `sys.platform` or `sys.version_info` is answered for the interpreter that reads the code.
"""

from __future__ import annotations

import ast
import operator
import os
import platform
import re
import sys
from collections.abc import Callable
from typing import Any

from pytest_gilcheck.source.conditions import combined, conditions_of
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.scopes import FUNCTIONS
from pytest_gilcheck.source.values import External

_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}
_FACTS: dict[str, Any] = {
    "sys.platform": sys.platform,
    "os.name": os.name,
    "sys.version_info": tuple(sys.version_info),
    "sys.version_info.major": sys.version_info.major,
    "sys.version_info.minor": sys.version_info.minor,
    "six.PY2": False,
    "six.PY3": True,
    "cython.compiled": False,
}
_FACT_WORDS = ("sys.platform", "os.name", "version_info", "six.PY", "cython.compiled", "platform.system")
_UNKNOWN = object()
# Words of a test that asks whether the code runs on an event loop.
_MODE = re.compile(
    r"(?:^|_)(?:is)?sync(?:$|_|hronous)|async(?!io)|(?:^|_)mode$|coroutine|awaitable|running_loop|blocking|gevent|eventlet"
    r"|main_thread|current_thread|in_thread|threaded|use_threads",
    re.IGNORECASE,
)


def is_dead(node: ast.AST, module: Module) -> bool:
    """Whether the node stands in a branch, or behind an early exit, that this platform and version of Python never get to."""
    return _is_behind_exit(node, module) or any(truth(test, module) is (not needed) for test, needed in conditions_of(node, module))


def is_for_elsewhere(node: ast.AST, module: Module) -> bool:
    """Whether a test of the platform or version around the node keeps this Python from running it."""
    if not any(word in module.text for word in _FACT_WORDS):
        return False
    return any(truth(test, module) is (not needed) for test, needed in conditions_of(node, module))


def _is_behind_exit(node: ast.AST, module: Module) -> bool:
    """Whether a statement before it in its block, or in a block around, leaves the block in any case."""
    child = node
    for above in module.ancestors(node):
        if isinstance(child, ast.stmt):
            for earlier in module.block_of(child):
                if earlier is child:
                    break
                if isinstance(earlier, ast.Return | ast.Raise | ast.Break | ast.Continue):
                    return True
        if isinstance(above, FUNCTIONS):
            return False
        child = above
    return False


def depends_on_mode(node: ast.AST, module: Module) -> bool:
    """Whether a test of the mode (`if self.asynchronous:`) decides that the node is run: the program knows when it may block."""
    return any(_asks_mode(test) and not module.is_within(node, test) for test, _ in conditions_of(node, module))


def _asks_mode(test: ast.expr) -> bool:
    names = (part.id if isinstance(part, ast.Name) else part.attr for part in ast.walk(test) if isinstance(part, ast.Name | ast.Attribute))
    return any(_MODE.search(name) for name in names)


def truth(test: ast.expr, module: Module) -> bool | None:
    """How a test on the platform or version comes out here; `None` for any other test."""

    def answer(part: ast.expr) -> bool | None:
        value = _value(part, module)
        return value if isinstance(value, bool) else None

    return combined(test, answer)


def _value(node: ast.expr, module: Module) -> Any:
    match node:
        case ast.Constant() if isinstance(node.value, str | int):
            return _UNKNOWN if isinstance(node.value, bool) else node.value
        case ast.Tuple() | ast.List() | ast.Set():
            values = tuple(_value(part, module) for part in node.elts)
            return _UNKNOWN if _UNKNOWN in values else values
        case ast.Name() | ast.Attribute():
            return _named(node, module)
        case ast.Subscript():
            return _item(_value(node.value, module), node.slice)
        case ast.Call():
            return _called(node, module)
        case ast.Compare(ops=[op], comparators=[right]):
            return _compared(_value(node.left, module), op, _value(right, module))
        case _:
            return _UNKNOWN


def _named(node: ast.Name | ast.Attribute, module: Module) -> Any:
    for value in module.project.values(node, module):
        if isinstance(value, External) and value.name in _FACTS:
            return _FACTS[value.name]
    if isinstance(node, ast.Name) and (owner := module.scope_at(node).owner(node.id)) is not None:
        bindings = module.bindings(owner, node.id)
        if len(bindings) == 1 and bindings[0].kind == "assign" and bindings[0].value is not None:
            answer = truth(bindings[0].value, module)  # WINDOWS = sys.platform == "win32"
            return _UNKNOWN if answer is None else answer
    return _UNKNOWN


def _item(value: Any, index: ast.expr) -> Any:
    if not isinstance(value, tuple):
        return _UNKNOWN
    match index:
        case ast.Constant(value=int() as position) if position < len(value):
            return value[position]
        case ast.Slice(lower=None, step=None, upper=ast.Constant(value=int() as stop)):
            return value[:stop]
        case _:
            return _UNKNOWN


def _called(node: ast.Call, module: Module) -> Any:
    if isinstance(node.func, ast.Attribute) and node.func.attr in ("startswith", "endswith") and len(node.args) == 1:
        text, part = _value(node.func.value, module), _value(node.args[0], module)
        if isinstance(text, str) and isinstance(part, str | tuple):
            return text.startswith(part) if node.func.attr == "startswith" else text.endswith(part)
        return _UNKNOWN
    called = module.project.values(node.func, module)
    is_system = any(isinstance(value, External) and value.name == "platform.system" for value in called)
    return platform.system() if is_system else _UNKNOWN


def _compared(left: Any, op: ast.cmpop, right: Any) -> Any:
    compare = _COMPARE.get(type(op))
    if compare is None or left is _UNKNOWN or right is _UNKNOWN:
        return _UNKNOWN
    if isinstance(left, tuple) and isinstance(right, tuple) and isinstance(op, ast.Eq | ast.NotEq):
        left = left[: len(right)] if len(right) < len(left) else left
    try:
        return bool(compare(left, right))
    except TypeError:  # a comparison that Python itself would refuse decides nothing
        return _UNKNOWN
