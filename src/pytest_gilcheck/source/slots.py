"""Keys and indexes that tell one worker from another: `results[index]` is a slot of its own for each."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pytest_gilcheck.source.calls import bind, last_name
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.scopes import COMPREHENSIONS
from pytest_gilcheck.source.values import Elements, Instance

if TYPE_CHECKING:
    from pytest_gilcheck.source.module import Module
    from pytest_gilcheck.source.project import Project
    from pytest_gilcheck.source.workers import Reach

_IDENTITIES = frozenset(
    {"get_ident", "get_native_id", "getpid", "current_thread", "currentThread", "current_process", "current_task", "uuid4", "uuid1"}
)
_MAPPINGS = ("builtins.dict",)


def is_identity(node: ast.expr) -> bool:
    """Whether the expression tells which thread, process or task runs it."""
    return any(isinstance(part, ast.Call) and last_name(part) in _IDENTITIES for part in ast.walk(node))


def differs(project: Project, reach: Reach, access: ast.Subscript | ast.Call, level: int) -> bool:
    """Whether the key of an item (or the first argument of `d.get(…)`) is another one in each task of the start."""
    key = access.slice if isinstance(access, ast.Subscript) else access.args[0]
    container = access.value if isinstance(access, ast.Subscript) else access.func
    values = project.values(container, reach.chain[level].module) if isinstance(access, ast.Subscript) else ()
    mapping = any(isinstance(v, Instance) and project.inference.is_a(v, *_MAPPINGS) for v in values)
    sequence = any(isinstance(v, Elements) for v in values) and not mapping
    return _Key(project, reach, sequence=sequence).is_own(key, level, 0)


def label(reach: Reach, key: ast.expr, level: int) -> str:
    """How an item is told from others: by a constant key, also one that the start gives the worker; `[]` for any other."""
    if isinstance(key, ast.Constant):
        return f"[{key.value!r}]"
    function = reach.chain[level]
    if level == 0 and isinstance(key, ast.Name) and key.id in function.parameters and not reach.start.each:
        given = reach.start.arguments_of(function).get(key.id)
        if isinstance(given, ast.Constant):
            return f"[{given.value!r}]"
    return "[]"


class _Key:
    def __init__(self, project: Project, reach: Reach, *, sequence: bool) -> None:
        self.project = project
        self.reach = reach
        self.sequence = sequence

    def is_own(self, key: ast.expr, level: int, depth: int) -> bool:
        if is_identity(key):
            return True
        if any(isinstance(part, ast.BinOp) and isinstance(part.op, ast.Mod | ast.FloorDiv | ast.BitAnd) for part in ast.walk(key)):
            return False  # `totals[n % 2]`: several come to one slot
        return depth < 6 and any(self._named(name, level, depth) for name in _names(key))

    def _named(self, name: ast.Name, level: int, depth: int) -> bool:
        function = self.reach.chain[level]
        module = function.module
        owner = module.scope_at(name).owner(name.id)
        home = next((i for i in range(level, -1, -1) if owner is not None and self.reach.chain[i].scope is owner), None)
        if owner is not None and isinstance(owner.node, COMPREHENSIONS):
            home = level
        if owner is None or home is None:
            return False
        for binding in module.bindings(owner, name.id):
            if binding.kind == "parameter":
                return self._parameter(self.reach.chain[home], name, home, depth)
            if binding.kind == "assign" and binding.value is not None and self.is_own(binding.value, home, depth + 1):
                return True
            if binding.kind == "loop" and isinstance(binding.value, ast.Call) and last_name(binding.value) == "range":
                # A part of its own: `for i in range(start, stop): out[i] += …`.
                return any(self.is_own(arg, home, depth + 1) for arg in binding.value.args)
        return False

    def _parameter(self, function: Function, name: ast.Name, level: int, depth: int) -> bool:
        if name.id == function.self_name:
            return self._own_attribute(function, name, level)
        if level > 0:
            call = self.reach.calls[level - 1]
            given = bind(function, call.args, call.keywords).get(name.id)
            return given is not None and self.is_own(given, level - 1, depth + 1)
        start = self.reach.start
        if start.each:
            return self._in_map(function, name.id)
        given = start.arguments_of(function).get(name.id)
        return given is not None and self._is_counted(given, start.module)

    def _own_attribute(self, function: Function, name: ast.Name, level: int) -> bool:
        """`results[self.index]` of a Thread subclass."""
        above = function.module.parent(name)
        if not (
            isinstance(above, ast.Attribute) and self.reach.start.own and all(f.cls is not None for f in self.reach.chain[: level + 1])
        ):
            return False
        cls = function.cls
        assert isinstance(cls, Class), "only methods have a self"
        return any(word in above.attr.lower() for word in ("id", "index", "name", "number", "num", "rank", "slot", "key"))

    def _in_map(self, function: Function, name: str) -> bool:
        start = self.reach.start
        if name not in function.parameters:
            return False
        position = function.parameters.index(name)
        if position < len(start.arguments) and not start.how.startswith("starmap"):
            return self._counts(start.arguments[position])
        if start.arguments and isinstance(start.arguments[0], ast.Call) and last_name(start.arguments[0]) == "enumerate":
            return position == 0
        if (
            start.arguments
            and isinstance(start.arguments[0], ast.ListComp | ast.GeneratorExp)
            and isinstance(start.arguments[0].elt, ast.Tuple)
        ):
            elements = start.arguments[0].elt.elts
            return position < len(elements) and self._is_counted(elements[position], start.module)
        return self.sequence

    def _counts(self, iterable: ast.expr) -> bool:
        """Whether no two elements are equal; anything, when they index a list."""
        if isinstance(iterable, ast.Call) and last_name(iterable) in ("range", "enumerate", "count"):
            return True
        if isinstance(iterable, ast.Call) and last_name(iterable) in ("list", "sorted", "reversed", "set", "iter") and iterable.args:
            return last_name(iterable) == "set" or self._counts(iterable.args[0])
        if isinstance(iterable, ast.List | ast.Tuple | ast.Set):
            texts = [ast.dump(part) for part in iterable.elts]
            return len(set(texts)) == len(texts)
        return self.sequence and not isinstance(iterable, ast.BinOp)

    def _is_counted(self, given: ast.expr, module: Module) -> bool:
        """Whether an argument is another one for each worker: the number of a loop, or a literal."""
        for name in _names(given):
            owner = module.scope_at(name).owner(name.id)
            if owner is None:
                continue
            for binding in module.bindings(owner, name.id):
                if binding.kind == "loop" and binding.value is not None:
                    if isinstance(binding.value, ast.Call) and last_name(binding.value) == "enumerate" and binding.index == 0:
                        return True
                    if binding.index is None and self._counts(binding.value):
                        return True
                elif binding.kind == "augmented":
                    return True
        return False


def _names(node: ast.expr) -> Iterator[ast.Name]:
    return (part for part in ast.walk(node) if isinstance(part, ast.Name))
