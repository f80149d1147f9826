"""In which way code touches a variable: it looks, it goes through what the variable holds, it changes that, it gives it another value."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.scopes import COMPREHENSIONS

_CHANGES = frozenset(
    {
        "append", "appendleft", "add", "clear", "discard", "extend", "extendleft", "insert", "pop", "popleft", "popitem", "remove",
        "reverse", "rotate", "setdefault", "sort", "update", "difference_update", "intersection_update", "symmetric_difference_update",
        "move_to_end", "subtract",
    }
)  # fmt: skip
# Functions that change what they are given first.
_CHANGE_FIRST = frozenset(
    {"heappush", "heappop", "heapify", "heapreplace", "heappushpop", "insort", "insort_left", "insort_right", "shuffle"}
)
_VIEWS = frozenset({"items", "keys", "values"})
# What goes through its argument in steps between which others may run: those that a loop is around, and those that loop by themselves.
_STEPWISE = frozenset({"enumerate", "zip", "reversed", "iter", "map", "filter", "chain", "islice"})
_WHOLE = frozenset({"deepcopy", "dumps", "dump", "pformat"})
_AGGREGATES = frozenset({"sorted", "sum", "max", "min", "join"})


@dataclass(frozen=True, slots=True, eq=False)
class Touch:
    """One access. `how`: `read`; `loop` (iterates over it); `change` (of what it holds); `write` (of the variable); `update` (both).

    `held` are keys of the locks held there; where the function itself holds none, of those that every caller holds.
    """

    node: ast.expr
    name: str
    how: str
    function: Function
    module: Module
    held: frozenset[str]

    @property
    def writes(self) -> bool:
        """Whether it is more than a look."""
        return self.how in ("change", "write", "update")

    @property
    def statement(self) -> ast.stmt:
        """The statement it stands in."""
        return self.module.statement_of(self.node)

    @property
    def is_used(self) -> bool:
        """Whether something is asked of the object that it gives: a method, an item, a call."""
        above = self.module.parent(self.node)
        return isinstance(above, ast.Attribute | ast.Subscript) and above.value is self.node


def way_of(node: ast.Attribute | ast.Name, module: Module) -> str:
    """How the name or attribute is touched there: the words of `Touch.how`."""
    above = module.parent(node)
    if not isinstance(node.ctx, ast.Load):
        return "update" if isinstance(above, ast.AugAssign) else "write"
    match above:
        case ast.Subscript() if above.value is node:
            return _way_of_item(above, module)
        case ast.Attribute(attr=attr):
            called = module.parent(above)
            if not (isinstance(called, ast.Call) and called.func is above):
                return "read"
            if attr in _CHANGES:
                return "change"
            return (
                "loop"
                if attr in _VIEWS and (_is_iterated(called, module) or (attr != "keys" and _is_gone_through(called, module, _AGGREGATES)))
                else "read"
            )
        case ast.Call() if above.args and above.args[0] is node and last_name(above) in _CHANGE_FIRST:
            return "change"
        case ast.Starred() | ast.YieldFrom():
            return "loop" if isinstance(above, ast.YieldFrom) else "read"
        case _:
            return "loop" if _is_iterated(node, module) else "read"


def _way_of_item(item: ast.Subscript, module: Module) -> str:
    """`x[k] = 1`, `x[k].append(1)`, `x[k][j] += 1`."""
    while True:
        above = module.parent(item)
        if not isinstance(item.ctx, ast.Load):
            return "update" if isinstance(above, ast.AugAssign) else "change"
        match above:
            case ast.Subscript() if above.value is item:
                item = above
            case ast.Attribute(attr=attr, ctx=ast.Load()) if attr in _CHANGES:
                called = module.parent(above)
                return "change" if isinstance(called, ast.Call) and called.func is above else "read"
            case _:
                return "read"


def _is_iterated(node: ast.expr, module: Module) -> bool:
    above = module.parent(node)
    if isinstance(above, ast.comprehension):
        return above.iter is node and isinstance(module.parent(above), COMPREHENSIONS)
    if isinstance(above, ast.For):
        return above.iter is node
    return _is_gone_through(node, module, _WHOLE)


def _is_gone_through(node: ast.expr, module: Module, functions: frozenset[str]) -> bool:
    """Whether a call goes through it item by item: `for i, x in enumerate(xs)`, `deepcopy(xs)`, `sum(xs.values())`."""
    above = module.parent(node)
    if not isinstance(above, ast.Call) or node not in above.args:
        return False
    name = last_name(above)
    if name in _STEPWISE:
        return _is_iterated(above, module)
    return name in functions and above.args[0] is node
