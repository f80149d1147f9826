"""What kind of work a function does: computes in Python, waits, next to nothing, or nobody knows."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pytest_gilcheck.source.body import FEW_TURNS, Body, is_small
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.costs import NATIVE_NUMBERS, Cost, is_client, of_function, of_method, of_method_named
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.scopes import COMPREHENSIONS
from pytest_gilcheck.source.turns import size_of
from pytest_gilcheck.source.values import External, Instance, Method, Partial, Value
from pytest_gilcheck.source.work import BRIEF, UNKNOWN, Work, Workload, of_cost

if TYPE_CHECKING:
    from pytest_gilcheck.source.project import Project

_MAX_DEPTH = 6  # calls below the worker; longer ways end in something unknown anyway
_KEEPING = frozenset({"staticmethod", "classmethod", "override", "final", "property"})
_MAKERS = frozenset(f"builtins.{name}" for name in ("list", "tuple", "set", "dict", "frozenset"))


_COST_OF = {Work.BRIEF: Cost.BRIEF, Work.COMPUTES: Cost.COMPUTES, Work.WAITS: Cost.WAITS, Work.UNKNOWN: Cost.UNKNOWN}


class Workloads:
    """Answers for the functions of one project, each once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._known: dict[Function, Workload] = {}
        self._tentative: dict[Function, Workload] = {}  # found while others were open: right for this question only
        self._open: list[Function] = []
        self._lowest = 0  # the outermost open function that an answer rests on

    def of(self, function: Function) -> Workload:
        """What the function does when it is called, with everything of the project that it calls."""
        found = self._known.get(function) or self._tentative.get(function)
        if found is not None:
            return found
        if function in self._open:
            self._lowest = min(self._lowest, self._open.index(function))
            return Workload(Work.COMPUTES, function.node, function)  # it calls itself
        if len(self._open) >= _MAX_DEPTH:
            self._lowest = 0
            return UNKNOWN
        depth, outer = len(self._open), self._lowest
        self._open.append(function)
        self._lowest = depth
        try:
            found = self._find(function)
        finally:
            self._open.pop()
        (self._known if self._lowest == depth else self._tentative)[function] = found
        self._lowest = min(outer, self._lowest)
        if depth == 0:
            self._tentative.clear()
        return found

    def of_callable(self, target: ast.expr, module: Module) -> Workload:
        """What calling the expression does, whatever it can be."""
        return _strongest(self._of_value(value) for value in self._project.values(target, module))

    def _of_value(self, value: Value) -> Workload:
        match value:
            case Partial():
                return self._of_value(value.callee)
            case Function():
                return self.of(value)
            case Method(function=Function() as function):
                return self.of(function)
            case External(name=name):
                return of_cost(of_function(name), None, None, name)
            case Method(owner=Instance(type=str() as cls), name=name):
                return of_cost(of_method(cls, name), None, None, f"{cls}.{name}")
            case _:
                return UNKNOWN

    def _find(self, function: Function) -> Workload:
        if function.is_async or any(last_name(d) not in _KEEPING for d in function.decorators):
            return UNKNOWN
        found = Body(function, self.of_call).workload()
        if found.work in (Work.COMPUTES, Work.BRIEF) and has_native_numbers(function.module):
            return UNKNOWN  # `a * b` may be a product of matrices, which lets the GIL go
        return found

    def of_call(self, call: ast.Call, function: Function) -> tuple[Cost, Workload]:
        """What a call in a function costs, and the work of what it runs."""
        module = function.module
        values = self._project.values(call.func, module)
        if not values:
            if isinstance(call.func, ast.Attribute):
                cost = of_method_named(call)
                return cost, of_cost(cost, call, function, call.func.attr)
            return Cost.UNKNOWN, UNKNOWN
        costs = [self._cost(value, call, function) for value in values]
        order = (Cost.UNKNOWN, Cost.WAITS, Cost.COMPUTES, Cost.TOUCHES_FILE, Cost.BRIEF)
        return min(costs, key=lambda pair: order.index(pair[0]))

    def _cost(self, value: Value, call: ast.Call, function: Function) -> tuple[Cost, Workload]:
        owner = value.function if isinstance(value, Method) else value
        if isinstance(owner, Function | Class) and is_client(owner.module.name) and not is_client(function.module.name):
            # The package that has it is read itself: what it is known for counts.
            return Cost.WAITS, of_cost(Cost.WAITS, call, function, f"{owner.module.name}.{owner.name}")
        match value:
            case Function() | Method(function=Function()):
                work = self._of_value(value)
                return _COST_OF[work.work], work
            case Class():
                return self._making(value)
            case External(name=name):
                cost = _with_arguments(of_function(name), name, call, function.module)
            case Method(owner=Instance(type=str() as cls), name=name):
                cost = of_method(cls, name)
                name = f"{cls}.{name}"
            case Partial():
                return self._cost(value.callee, call, function)
            case _:
                return Cost.UNKNOWN, UNKNOWN
        return cost, of_cost(cost, call, function, name)

    def _making(self, cls: Class) -> tuple[Cost, Workload]:
        """Making an object of the project's class."""
        bases = self._project.inference.mro(cls)
        if any(isinstance(base, str) and not base.startswith(("builtins.", "typing.", "enum.", "abc.")) for base in bases):
            return Cost.UNKNOWN, UNKNOWN
        init = self._project.method(cls, "__init__")
        work = BRIEF if init is None else self.of(init)
        return _COST_OF[work.work], work


def _with_arguments(cost: Cost, name: str, call: ast.Call, module: Module) -> Cost:
    """`max(a, b)` is brief, `max(numbers)` is not; `list(range(10 ** 9))` is not either."""
    first = call.args[0] if call.args else None
    if name == "builtins.pow":
        return Cost.BRIEF if len(call.args) == 2 and is_small(call.args[1]) else Cost.COMPUTES
    if name in ("builtins.min", "builtins.max") and len(call.args) > 1:
        return Cost.BRIEF
    if name in _MAKERS and isinstance(first, ast.Call) and last_name(first) == "range":
        cost = Cost.COMPUTES
    if cost is not Cost.COMPUTES or first is None or isinstance(first, COMPREHENSIONS):
        return cost  # a comprehension is judged as the loop that it is
    turns = size_of(first, module)
    return Cost.BRIEF if turns is not None and turns <= FEW_TURNS and name.startswith("builtins.") else cost


def _strongest(found: Iterable[Workload]) -> Workload:
    """The one work that all of them do."""
    works = list(found)
    return works[0] if works and len({work.work for work in works}) == 1 else UNKNOWN


def has_native_numbers(module: Module) -> bool:
    """Whether the file imports a package whose numbers and arrays are native code."""
    return any(name.partition(".")[0] in NATIVE_NUMBERS for name in _imported(module))


def _imported(module: Module) -> Iterator[str]:
    for statement in module.nodes(ast.Import):
        yield from (alias.name for alias in statement.names)
    for origin in module.nodes(ast.ImportFrom):
        if origin.module and not origin.level:
            yield origin.module
