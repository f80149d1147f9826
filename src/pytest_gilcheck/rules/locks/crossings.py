"""Two locks of the same kind, of two objects, taken in an order that depends on who calls."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pytest_gilcheck.source.acquisitions import Acquisition
from pytest_gilcheck.source.calls import bind, last_name
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.places import root_name
from pytest_gilcheck.source.spots import Spot
from pytest_gilcheck.source.values import Instance

_ORDERS = frozenset({"sorted", "sort", "min", "max", "id", "hash", "nsmallest"})
# Objects that stand above or below others are locked from the top down.
_RANKED = re.compile(r"parent|child|owner|root|manager|master|pool|registry|server|session|base|top|outer|inner", re.IGNORECASE)


@dataclass(frozen=True, slots=True, eq=False)
class Crossing:
    """`outer` and `inner` are the locks' expressions; `ring` says that they are neighbours in a container that closes."""

    node: ast.expr
    outer: str
    inner: str
    function: Function
    ring: bool = False


def crossings_in(module: Module) -> Iterator[Crossing]:
    """Every such pair in the functions of the module."""
    order = module.project.lock_order
    by_function: dict[Function, list[Acquisition]] = {}
    for acquisition in order.acquisitions.of_module(module):
        if (function := acquisition.function) is not None:
            by_function.setdefault(function, []).append(acquisition)
    for function, taken in by_function.items():
        yield from _called_on_another(function, taken, module)
        for outer, inner in _nested(taken, module):
            ring = _closes_ring(outer.lock, inner.lock, module)
            if not ring and not _are_alike(outer.lock, inner.lock, function, module):
                continue
            if _orders(function, inner.lock):
                continue
            held = order.acquisitions.held_at(inner) | order.acquisitions.on_entry(function)
            if held - {outer.key, inner.key}:
                continue  # one lock around both
            spot = Spot(inner.node, module, function)
            if order.spots.may_run_at_once(spot, spot) and not (not ring and _always_the_same(function, outer.lock, inner.lock)):
                yield Crossing(inner.node, ast.unparse(outer.lock), ast.unparse(inner.lock), function, ring)


def _called_on_another(function: Function, taken: list[Acquisition], module: Module) -> Iterator[Crossing]:
    """`with self.lock: other.deposit(n)`, which takes the lock of the other object of the class."""
    order = module.project.lock_order
    if function.cls is None or _orders(function, taken[0].lock):
        return
    for call in function.calls:
        receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
        if not isinstance(receiver, ast.Name) or receiver.id not in function.parameters or _RANKED.search(receiver.id):
            continue
        held = module.project.locks.held(call, module)
        mine = [one for one in taken if one.key in held and (root := root_name(one.lock)) is not None and root.id == function.self_name]
        if not mine or (held | order.acquisitions.on_entry(function)) - {one.key for one in mine}:
            continue  # one lock around both
        for outer in mine:
            again = [below for below in order.acquisitions.below(call, module) if below.acquisition.key == outer.key]
            spot = Spot(call, module, function)
            if again and order.spots.may_run_at_once(spot, spot):
                inner = f"{receiver.id}.{ast.unparse(again[0].acquisition.lock).partition('.')[2]}"
                yield Crossing(call, ast.unparse(outer.lock), inner, function)
                break


def _nested(taken: list[Acquisition], module: Module) -> Iterator[tuple[Acquisition, Acquisition]]:
    order = module.project.lock_order
    for inner in taken:
        if not inner.blocks:
            continue
        held = order.acquisitions.held_at(inner)
        for outer in taken:
            earlier = (outer.line, outer.node.col_offset) < (inner.line, inner.node.col_offset)
            if outer is not inner and earlier and outer.key in held and ast.dump(outer.lock) != ast.dump(inner.lock):
                yield outer, inner


def _are_alike(outer: ast.expr, inner: ast.expr, function: Function, module: Module) -> bool:
    """`a.lock` and `b.lock` of two things that the caller gives, of one class as far as it is known."""
    if not (isinstance(outer, ast.Attribute) and isinstance(inner, ast.Attribute) and outer.attr == inner.attr):
        return False
    roots = [root_name(outer), root_name(inner)]
    names = [root.id for root in roots if root is not None]
    given = {*function.parameters, function.self_name}
    if len(set(names)) != 2 or not given.issuperset(names) or _RANKED.search(" ".join(names)):
        return False
    if any(len(module.bindings(function.scope, name)) > 1 for name in names):
        return False  # put into order before
    if not all(isinstance(lock.value, ast.Name) for lock in (outer, inner)):
        return False
    types = [{value.type for value in module.project.values(lock.value, module) if isinstance(value, Instance)} for lock in (outer, inner)]
    return not types[0] or not types[1] or bool(types[0] & types[1])


def _closes_ring(outer: ast.expr, inner: ast.expr, module: Module) -> bool:
    """`forks[i]` and `forks[(i + 1) % n]`."""
    locks = [_origin(lock, module) for lock in (outer, inner)]
    if not all(isinstance(lock, ast.Subscript) for lock in locks):
        return False
    first, second = locks
    assert isinstance(first, ast.Subscript)
    assert isinstance(second, ast.Subscript)
    wraps = any(isinstance(part, ast.Mod) for lock in (first, second) for part in ast.walk(lock.slice))
    return wraps and ast.dump(first.value) == ast.dump(second.value) and ast.dump(first.slice) != ast.dump(second.slice)


def _origin(node: ast.expr, module: Module) -> ast.expr:
    if isinstance(node, ast.Name) and (owner := module.scope_at(node).owner(node.id)) is not None:
        bindings = module.bindings(owner, node.id)
        if len(bindings) == 1 and bindings[0].kind == "assign" and bindings[0].value is not None:
            return bindings[0].value
    return node


def _orders(function: Function, inner: ast.expr) -> bool:
    """Whether the function puts things into an order, or compares them, before it takes the locks."""
    if any(last_name(call) in _ORDERS for call in function.calls):
        return True
    compares = (ast.Lt, ast.Gt, ast.LtE, ast.GtE)
    for statement in function.module.nodes(ast.If):
        if statement.lineno <= inner.lineno and function.module.function_around(statement) is function:
            decides = any(isinstance(part, ast.Compare) and isinstance(part.ops[0], compares) for part in ast.walk(statement.test))
            parity = any(isinstance(part, ast.Mod) for part in ast.walk(statement.test))
            if function.module.is_within(inner, statement) and (decides or parity):
                return True
            if (decides or parity) and any(isinstance(part, ast.Assign) for part in statement.body):
                return True
    return False


def _always_the_same(function: Function, outer: ast.expr, inner: ast.expr) -> bool:
    """Whether all calls in the project give the same two objects in the same order."""
    roots = [root_name(outer), root_name(inner)]
    if any(root is None or root.id == function.self_name for root in roots):
        return False
    project = function.module.project
    calls = [(bind(function, call.args, call.keywords), module) for call, module in project.callers(function)]
    calls += [(start.arguments_of(function), start.module) for start in project.workers.starts_of(function)]
    pairs = set()
    for given, module in calls:
        pair = [given.get(root.id) for root in roots if root is not None]
        if any(not isinstance(part, ast.Name) or _varies(part, module) for part in pair):
            return False
        pairs.add(tuple(part.id for part in pair if isinstance(part, ast.Name)))
    return len(pairs) == 1


def _varies(node: ast.Name, module: Module) -> bool:
    owner = module.scope_at(node).owner(node.id)
    bindings = module.bindings(owner, node.id) if owner is not None else []
    return len(bindings) != 1 or bindings[0].kind not in ("assign", "import") or module.loop_around(bindings[0].node) is not None
