"""Updates that each hold a lock, but not the same one, and those of shared memory that hold none while others hold its own."""

from __future__ import annotations

import ast
from collections import defaultdict
from weakref import WeakKeyDictionary

from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.guards import LOCK_MAKERS
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.updates import Update

_FEW = 3  # this many times as many under the other lock make it the right one

_GROUPS: WeakKeyDictionary[Module, dict[Update, tuple[Update, str, str]]] = WeakKeyDictionary()


def other_lock(update: Update) -> tuple[Update, str, str] | None:
    """An update of the same variable under another lock, the name of this one's lock, and that one's; `None` if there is none."""
    module = update.module
    found = _GROUPS.get(module)
    if found is None:
        locks = sum(1 for _ in module.calls_to(*LOCK_MAKERS, *module.other_names(LOCK_MAKERS)))
        found = _GROUPS[module] = _find(module) if locks > 1 else {}
    return found.get(update)


def _find(module: Module) -> dict[Update, tuple[Update, str, str]]:
    variables: dict[object, list[tuple[Update, Function]]] = defaultdict(list)
    for update in module.project.sharing.updates_of(module):
        function = module.function_around(update.node)
        variable = _variable(update, function, module)
        if function is not None and variable is not None and function.name != "__init__" and not function.is_async:
            variables[variable].append((update, function))
    found = {}
    for updates in variables.values():
        if len({function for _, function in updates}) < 2:
            continue
        places = [(update, held) for update, function in updates if (held := _held(update, function))]
        for update, held in places:
            rivals = [(one, theirs) for one, theirs in places if module.project.locks.are_apart(held, theirs)]
            alike = [one for one, theirs in places if theirs & held]
            if rivals and len(alike) < _FEW * len(rivals):
                found[update] = (rivals[0][0], _name(held), _name(rivals[0][1]))
    return found


def _held(update: Update, function: Function) -> frozenset[str]:
    project = update.module.project
    return project.locks.held(update.node, update.module) | project.lock_order.acquisitions.on_entry(function)


def _variable(update: Update, function: Function | None, module: Module) -> object:
    """What tells the variable from others: the attribute of a class's objects, or the variable of the module."""
    target = update.target
    while isinstance(target, ast.Subscript):
        target = target.value
    match target:
        case ast.Attribute(value=ast.Name(id=name)) if function is not None and name == function.self_name:
            return function.cls, target.attr
        case ast.Name():
            owner = module.scope_at(target).owner(target.id)
            return (None, target.id) if owner is not None and owner.parent is None else None
        case _:
            return None


def _name(keys: frozenset[str]) -> str:
    return min(keys).rpartition(" ")[2]


def unlocked_memory(update: Update) -> str | None:
    """What says that the lock of a `multiprocessing.Value` is held elsewhere in the project for updates of this one."""
    target = update.target
    if not isinstance(target, ast.Attribute) or target.attr != "value" or not isinstance(update.node, ast.AugAssign):
        return None
    module, name = update.module, last_name(target.value)
    if not name or module.project.locks.held(update.node, module) or not ("multiprocess" in module.text or "Value" in module.text):
        return None
    function = module.function_around(update.node)
    if function is None or module.project.lock_order.acquisitions.on_entry(function):
        return None
    for other in module.project.modules:
        if "get_lock" not in other.text or name not in other.text:
            continue
        for call in other.calls_to("get_lock"):
            if isinstance(call.func, ast.Attribute) and last_name(call.func.value) == name:
                return f"`{ast.unparse(call)}` is held around it at {other.path}:{call.lineno}"
    return None
