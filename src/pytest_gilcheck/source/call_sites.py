"""Where functions of a project are called from, also through tables of handlers and by names that only one class has."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from pytest_gilcheck.source.calls import bind
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.events import references
from pytest_gilcheck.source.module import Module

if TYPE_CHECKING:
    from pytest_gilcheck.source.project import Project

CallSite = tuple[ast.expr, Module]

# Methods that objects from anywhere have: their name alone doesn't tell whose they are.
_COMMON = frozenset(
    {
        "get", "put", "send", "recv", "read", "write", "close", "open", "start", "stop", "run", "join", "wait", "add", "append",
        "extend", "remove", "pop", "clear", "update", "set", "emit", "call", "execute", "submit", "log", "info", "debug", "warning",
        "error", "format", "split", "strip", "encode", "decode", "copy", "next", "flush", "connect", "accept", "bind", "listen",
        "commit", "insert", "find", "sort", "index", "count", "items", "keys", "values", "push", "publish", "notify", "register",
        "handle", "process", "receive", "request", "save", "load", "create", "delete", "apply", "map", "filter", "reset", "release",
        "acquire", "done", "result", "cancel", "exception", "subscribe", "trigger", "fire", "print", "main", "setup", "init", "poll",
        "step", "tick", "render", "parse", "dump",
    }
)  # fmt: skip
_PREFIX = 3  # letters of `handle_` in `getattr(self, "handle_" + name)` that make a name of it


class CallSites:
    """Answers for the functions of one project, each once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._known: dict[Function, tuple[CallSite, ...]] = {}

    def of(self, function: Function) -> tuple[CallSite, ...]:
        """Calls of the function, or where it is looked up to be called; by its name alone where nothing else is known."""
        known = self._known.get(function)
        if known is None:
            known = (*self._project.callers(function), *_looked_up(function), *self._called_back(function))
            known = self._known[function] = known or tuple(self._by_name(function))
        return known

    def _by_name(self, function: Function) -> Iterator[CallSite]:
        """Calls of a method on objects that nobody can follow, if only one class has a method of that name."""
        name = function.name
        if function.cls is None or name.startswith("__") or name.strip("_") in _COMMON or self._methods[name] != 1:
            return
        for module in self._project.modules:
            for call in module.calls_to(name):
                if isinstance(call.func, ast.Attribute) and not self._project.values(call.func.value, module):
                    yield call, module

    def _called_back(self, function: Function) -> Iterator[CallSite]:
        """Where a function of the project calls what it was handed: its parameter, or the attribute that it keeps it in."""
        module = function.module
        for reference in references(function):
            above = module.parent(reference)
            call = module.parent(above) if isinstance(above, ast.keyword) else above
            if not isinstance(call, ast.Call) or call.func is reference:
                continue
            for taker in self._project.functions_called(call, module):
                for parameter, given in bind(taker, call.args, call.keywords).items():
                    if given is reference:
                        yield from _calls_of(parameter, taker)

    @cached_property
    def _methods(self) -> Counter[str]:
        return Counter(name for module in self._project.modules if not module.is_test for cls in module.classes for name in cls.methods)


def _calls_of(parameter: str, function: Function) -> Iterator[CallSite]:
    """Calls of what a parameter holds: in the function, or as `self.name(…)` in its class."""
    module = function.module
    for scope in function.scope.family():
        for use in scope.loads.get(parameter, ()):
            if scope.owner(parameter) is not function.scope:
                continue
            above = module.parent(use)
            if isinstance(above, ast.Call) and above.func is use:
                yield above, module
            elif isinstance(above, ast.Assign) and function.cls is not None:
                for target in above.targets:
                    if isinstance(target, ast.Attribute):
                        calls = (call for call in module.calls_to(target.attr) if isinstance(call.func, ast.Attribute))
                        yield from ((call, module) for call in calls if module.class_around(call) is function.cls)


def _looked_up(function: Function) -> Iterator[CallSite]:
    """Where the function is taken out of a table of handlers, or found by a name that is put together."""
    module = function.module
    for reference in references(function):
        above = module.parent(reference)
        if (
            isinstance(above, ast.Call)
            and isinstance(above.func, ast.Attribute)
            and above.func.attr == "get"
            and reference in above.args[1:]
        ):
            yield above, module  # for what the table doesn't name
        if (table := _table(reference, module)) is not None:
            for use in module.attribute_nodes(table.attr) if isinstance(table, ast.Attribute) else _uses(table, module):
                above = module.parent(use)
                if isinstance(above, ast.Subscript) and above.value is use and isinstance(above.ctx, ast.Load):
                    yield above, module
                elif isinstance(above, ast.Attribute) and above.attr == "get" and isinstance(call := module.parent(above), ast.Call):
                    yield call, module
    if function.cls is not None:
        for call in module.calls_to("getattr"):
            if len(call.args) > 1 and module.class_around(call) is function.cls:
                prefix = _prefix(call.args[1])
                if len(prefix) >= _PREFIX and function.name.startswith(prefix):
                    yield call, module


def _uses(name: ast.Name, module: Module) -> Iterator[ast.expr]:
    owner = module.scope_at(name).owner(name.id)
    yield from owner.uses(name.id) if owner is not None else ()


def _table(reference: ast.expr, module: Module) -> ast.Name | ast.Attribute | None:
    """The variable with the dictionary that the function is put into."""
    at: ast.AST | None = module.parent(reference)
    while isinstance(at, ast.Tuple | ast.List):
        at = module.parent(at)
    target: ast.expr | None = None
    if isinstance(at, ast.Dict):
        above = module.parent(at)
        if isinstance(above, ast.Assign):
            target = above.targets[0]
        elif isinstance(above, ast.AnnAssign):
            target = above.target
    elif isinstance(at, ast.Assign) and isinstance(at.targets[0], ast.Subscript):
        target = at.targets[0].value
    return target if isinstance(target, ast.Name | ast.Attribute) else None


def _prefix(name: ast.expr) -> str:
    """How a name that is put together begins: `handle_` of `f"handle_{kind}"`, `"handle_" + kind`, `"handle_%s" % kind`."""
    match name:
        case ast.JoinedStr(values=[ast.Constant(value=str() as text), *_]) | ast.BinOp(left=ast.Constant(value=str() as text)):
            return re.split(r"[%{]", text)[0]
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str() as text), attr="format")):
            return text.split("{")[0]
        case _:
            return ""
