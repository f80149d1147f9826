"""Whether a thread can be switched between the read and the write of one update while a GIL is held."""

from __future__ import annotations

import ast

from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Class
from pytest_gilcheck.source.updates import Update
from pytest_gilcheck.source.values import External, Instance

# CPython 3.10 to 3.15 switches at function entry, behind calls, at backward jumps and where it blocks; not between a plain
# read and a plain write.
_SWITCHING = (ast.Call, ast.Await, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Yield, ast.YieldFrom)


def can_switch(update: Update) -> bool:
    """Whether today's CPython with a GIL may run another thread in the middle of the update."""
    if update.is_split:
        return True
    if isinstance(update.node, ast.AugAssign):
        return _has_switch(update.value) or _runs_python(update)
    return any(isinstance(part, _SWITCHING) for part in ast.walk(update.value)) or _runs_python(update)


def _has_switch(value: ast.expr) -> bool:
    return any(isinstance(part, _SWITCHING) for part in ast.walk(value))


def _runs_python(update: Update) -> bool:
    """Whether reading or writing the variable runs Python code: a factory of defaults, a property, `__getitem__`."""
    target, module = update.target, update.module
    project = module.project
    if isinstance(target, ast.Subscript):
        for value in project.values(target.value, module):
            if not isinstance(value, Instance):
                continue
            if isinstance(value.type, Class) and any(
                project.method(value.type, name) for name in ("__getitem__", "__setitem__", "__missing__")
            ):
                return True
            if value.type == "collections.Counter":
                return True
            if (
                value.type == "collections.defaultdict"
                and isinstance(value.call, ast.Call)
                and value.call.args
                and value.module is not None
            ):
                factory = value.call.args[0]
                made = project.values(factory, value.module)
                return not any(isinstance(v, External) for v in made)
    if isinstance(target, ast.Attribute):
        for value in project.values(target.value, module):
            if isinstance(value, Instance) and isinstance(value.type, Class):
                method = project.method(value.type, target.attr)
                if method is not None and any(last_name(d) in ("property", "setter") for d in method.decorators):
                    return True
    return False
