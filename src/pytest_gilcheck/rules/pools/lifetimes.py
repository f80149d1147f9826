"""Workers that end without anybody's doing: daemons, short timers, what stops something else."""

from __future__ import annotations

import ast
import re

from pytest_gilcheck.rules.pools.made import Kind
from pytest_gilcheck.source.calls import argument, last_name
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.values import Method

# Work that ends something else, and the methods that end it.
_ENDS_OTHERS = re.compile(r"(?:^|_)(?:shutdown|stop|close|quit|exit|kill|terminate|cancel|abort)(?:_|$)|(?:shutdown|stop|close)$")
_SOON = 10.0  # seconds in which a timer that runs once is over by itself


def is_daemon(call: ast.Call, cls: Class | None, module: Module) -> bool:
    """Whether the program ends without it; what comes from elsewhere is believed."""
    for keyword in call.keywords:
        if keyword.arg is None:
            return True
        if keyword.arg == "daemon":
            return not (isinstance(keyword.value, ast.Constant) and not keyword.value.value)
    if cls is None:
        return False
    for base in module.project.inference.mro(cls):
        if not isinstance(base, Class):
            continue
        bindings = base.attributes.get("daemon", [])
        if any(not (isinstance(b.value, ast.Constant) and not b.value.value) for b in bindings):
            return True
        init = base.methods.get("__init__")
        for inner in init.calls if init is not None else ():
            if last_name(inner) == "setDaemon" or (
                last_name(inner) == "__init__"
                and any(k.arg == "daemon" and not (isinstance(k.value, ast.Constant) and not k.value.value) for k in inner.keywords)
            ):
                return True
    return False


def ends_soon(call: ast.Call, kind: Kind, module: Module) -> bool:
    """Whether a thread ends by itself: a short timer, one that stops something else, one whose server is told to stop here."""
    if kind == "timer":
        delay = argument(call, 0, "interval")
        return isinstance(delay, ast.Constant) and isinstance(delay.value, int | float) and delay.value < _SOON
    if kind in ("thread", "process") and _joins_all(call, module):
        return True
    target = argument(call, 1, "target")
    if kind != "thread" or not isinstance(target, ast.Name | ast.Attribute):
        return False
    function = module.function_around(call)
    if function is not None and isinstance(function.node, ast.Lambda) and isinstance(target, ast.Name) and target.id in function.parameters:
        return True  # it starts what others give it, and they see to its end
    own = any(
        isinstance(value, Function) or (isinstance(value, Method) and value.function) for value in module.project.values(target, module)
    )
    if not own and _ENDS_OTHERS.search(last_name(target)):
        return True
    if not isinstance(target, ast.Attribute) or function is None or last_name(target.value) == function.self_name:
        return False
    owner = ast.dump(target.value)
    return any(
        isinstance(node, ast.Attribute) and _ENDS_OTHERS.search(node.attr) and ast.dump(node.value) == owner
        for node in ast.walk(function.node)
    )


def _joins_all(call: ast.Call, module: Module) -> bool:
    """Whether the function goes through all threads or children that there are, to join them."""
    function = module.function_around(call)
    return function is not None and any(
        last_name(inner) == "active_children" or (last_name(inner) == "enumerate" and not inner.args) for inner in function.calls
    )
