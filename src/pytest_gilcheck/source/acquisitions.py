"""Where locks are taken, directly and by what is called."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pytest_gilcheck.source.calls import argument
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.module import Module

if TYPE_CHECKING:
    from pytest_gilcheck.source.project import Project

_MAX_CALLS = 4  # from the code that holds a lock to the one that takes another
_MAX_CALLERS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Acquisition:
    """One place where a lock is taken. `node` is reported, `lock` is the lock's expression, `before` are locks of the same `with`.

    `blocks` is false where it gives up when somebody else has the lock.
    """

    node: ast.expr
    lock: ast.expr
    key: str
    module: Module
    before: tuple[Acquisition, ...] = ()
    blocks: bool = True

    @property
    def function(self) -> Function | None:
        """The function that it stands in."""
        return self.module.function_around(self.node)

    @property
    def line(self) -> int:
        """Its line."""
        return self.node.lineno


@dataclass(frozen=True, slots=True, eq=False)
class Below:
    """An acquisition that a call leads to: through which functions, and with which locks held on the way."""

    acquisition: Acquisition
    chain: tuple[Function, ...]
    held: frozenset[str]


class Acquisitions:
    """All of one project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._below: dict[Function, tuple[Below, ...]] = {}
        self._entry: dict[Function, frozenset[str]] = {}

    def all(self) -> Iterator[Acquisition]:
        """Every acquisition, in the order of files."""
        for module in self._project.modules:
            yield from self.of_module(module)

    @cached_property
    def _modules(self) -> dict[Module, tuple[Acquisition, ...]]:
        return {}

    def of_module(self, module: Module) -> tuple[Acquisition, ...]:
        """Those of one module."""
        found = self._modules.get(module)
        if found is None:
            found = self._modules[module] = tuple(self._find(module))
        return found

    @cached_property
    def functions(self) -> dict[Function, list[Acquisition]]:
        """Functions that take locks themselves."""
        found: dict[Function, list[Acquisition]] = defaultdict(list)
        for acquisition in self.all():
            if (function := acquisition.function) is not None:
                found[function].append(acquisition)
        return found

    def _find(self, module: Module) -> Iterator[Acquisition]:
        statements: tuple[ast.With | ast.AsyncWith, ...] = (*module.nodes(ast.With), *module.nodes(ast.AsyncWith))
        for statement in statements:
            before: tuple[Acquisition, ...] = ()
            for item in statement.items:
                if self._is_lock(item.context_expr, module):
                    key = self._project.locks.key(item.context_expr, module)
                    found = Acquisition(item.context_expr, item.context_expr, key, module, before)
                    before = (*before, found)
                    yield found
        for call in module.calls_to("acquire"):
            if isinstance(call.func, ast.Attribute) and self._is_lock(call.func.value, module):
                lock = call.func.value
                yield Acquisition(call, lock, self._project.locks.key(lock, module), module, (), _blocks(call))

    def _is_lock(self, node: ast.expr, module: Module) -> bool:
        if not isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
            return False
        locks = self._project.locks
        return locks.is_lock(node, module) and locks.type_of(node, module) is not None

    def held_at(self, acquisition: Acquisition) -> frozenset[str]:
        """Keys of the locks that its function holds when it is made."""
        held = self._project.locks.held(acquisition.node, acquisition.module)
        return held | {other.key for other in acquisition.before}

    def below(self, call: ast.Call, module: Module) -> Iterator[Below]:
        """What is acquired in the functions that the call runs."""
        for function in self._callees(call, module):
            yield from self._in(function)

    def _callees(self, call: ast.Call, module: Module) -> list[Function]:
        """What the call runs; nothing if that depends on the class of an object."""
        functions = list(dict.fromkeys(self._project.functions_called(call, module)))
        if len(functions) > 1 and len({function.cls for function in functions}) > 1:
            return []
        return [function for function in functions if not function.is_async or isinstance(module.parent(call), ast.Await)]

    def _in(self, function: Function) -> tuple[Below, ...]:
        found = self._below.get(function)
        if found is None:
            found = self._below[function] = tuple(self._follow(function))
        return found

    def _follow(self, first: Function) -> Iterator[Below]:
        seen = {first}
        todo: list[tuple[tuple[Function, ...], frozenset[str]]] = [((first,), frozenset())]
        while todo:
            chain, outside = todo.pop(0)
            function = chain[-1]
            for acquisition in self.functions.get(function, ()):
                if acquisition.blocks:
                    yield Below(acquisition, chain, outside | self.held_at(acquisition))
            if len(chain) == _MAX_CALLS:
                continue
            for call in function.calls:
                for callee in self._callees(call, function.module):
                    if callee in seen:
                        continue
                    seen.add(callee)
                    todo.append(((*chain, callee), outside | self._project.locks.held(call, function.module)))

    def on_entry(self, function: Function | None, depth: int = 0) -> frozenset[str]:
        """Keys of the locks that every caller in the project holds when it calls the function; none for a function without callers."""
        if function is None or depth == _MAX_CALLERS:
            return frozenset()
        known = self._entry.get(function)
        if known is not None:
            return known
        self._entry[function] = frozenset()  # a recursive call holds what the first one did
        if not self._project.workers.starts_of(function):
            self._entry[function] = self._held_by_callers(function, depth)
        return self._entry[function]

    def _held_by_callers(self, function: Function, depth: int) -> frozenset[str]:
        found: frozenset[str] | None = None
        for call, module in self._calls_of(function):
            around = module.function_around(call)
            if around is function or (module.is_test and not function.module.is_test):
                continue
            held = self._project.locks.held(call, module)
            if found is None or not found <= held:
                held |= self.on_entry(around, depth + 1)
            found = held if found is None else found & held
            if not found:
                break
        return found or frozenset()

    def _calls_of(self, function: Function) -> Iterator[tuple[ast.Call, Module]]:
        """Calls of the function, or of what it overrides: a base class calls its hooks."""
        yield from self._project.callers(function)
        if function.cls is not None:
            for base in self._project.inference.mro(function.cls):
                if isinstance(base, Class) and (hook := base.methods.get(function.name)) is not None and hook is not function:
                    yield from self._project.callers(hook)


def _blocks(call: ast.Call) -> bool:
    """Whether it waits for the lock without end."""
    blocking = argument(call, 0, "blocking")
    if argument(call, 1, "timeout") is not None:
        return False
    return blocking is None or (isinstance(blocking, ast.Constant) and bool(blocking.value))
