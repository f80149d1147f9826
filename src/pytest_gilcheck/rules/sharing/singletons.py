"""Singletons and lazily made things of a project that starts threads: any of these may be the first to ask."""

from __future__ import annotations

import ast
from weakref import WeakKeyDictionary

from pytest_gilcheck.rules.sharing.checks import Check
from pytest_gilcheck.rules.sharing.harm import has_state, replaces_what_was_filled
from pytest_gilcheck.rules.sharing.made_for_threads import ASYNC, is_called_by_coroutines
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.places import root_name
from pytest_gilcheck.source.project import Project
from pytest_gilcheck.source.starts import WorkerKind, WorkerStart

_FIRST: WeakKeyDictionary[Project, WorkerStart | None] = WeakKeyDictionary()


def why_asked_by_threads(check: Check) -> str | None:
    """What says that threads may ask for the one object of a class at once; `None` if it is no singleton, or nothing starts threads."""
    module, function = check.module, check.module.function_around(check.node)
    if function is None or function.cls is None or function.is_async or module.is_test or check.wanted.doing not in ("insert", "set"):
        return None
    if not _is_of_class(check.target, function, module) or not (_makes_object(check, function) or replaces_what_was_filled(check)):
        return None
    if (
        not _is_worth_two(check, function)
        or (function.takes_class and _is_made_at_import(function.cls, module))
        or ASYNC.search(module.text)
    ):
        return None
    start = _first_start(module.project)
    if start is None or is_called_by_coroutines(function):
        return None
    return f"threads that this project starts ({start.place}) may be the first to ask for it"


def _is_of_class(target: ast.expr, function: Function, module: Module) -> bool:
    """Whether it hangs on the class, in a class method or a metaclass, or on its name."""
    root = root_name(target)
    if root is None or root is target:
        return False
    if root.id == function.self_name:
        return function.takes_class or (function.cls is not None and module.project.inference.is_a(function.cls, "builtins.type"))
    return any(value is function.cls for value in module.project.values(root, module))


def _makes_object(check: Check, function: Function) -> bool:
    """`super().__new__(cls)`, `super().__call__(…)`, `cls()`, `Name()`."""
    value = getattr(check.act.node, "value", None)
    if not isinstance(value, ast.Call):
        return False
    if isinstance(value.func, ast.Attribute) and last_name(value) in ("__new__", "__call__"):
        return True
    if isinstance(value.func, ast.Name) and value.func.id == function.self_name:
        return function.takes_class
    return any(isinstance(made, Class) and made is function.cls for made in check.module.project.values(value.func, check.module))


def _is_worth_two(check: Check, function: Function) -> bool:
    """Whether a second object would differ from the first: it has a state, or is given one after it was stored."""
    cls = function.cls
    if cls is None or not function.takes_class or has_state(cls):
        return True
    branch = check.node
    return isinstance(branch, ast.If) and any(check.module.is_within(check.act.node, one) for one in branch.body[:-1])


def _is_made_at_import(cls: Class, module: Module) -> bool:
    """Whether the module makes the object when it is imported: nobody is first but that."""
    return any(
        module.scope_at(call) is module.scope and any(value is cls for value in module.project.values(call.func, module))
        for call in module.calls_to(cls.name)
    )


def _first_start(project: Project) -> WorkerStart | None:
    """The first thread that the project starts outside of its tests and examples."""
    if project not in _FIRST:
        starts = (start for start in project.workers.starts if start.kind is WorkerKind.THREAD and not start.module.is_test)
        _FIRST[project] = next((start for start in starts if "example" not in start.module.path and start.target is not None), None)
    return _FIRST[project]
