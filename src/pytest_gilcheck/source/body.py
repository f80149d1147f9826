"""The body of one function: its loops, calls and waits, weighed against each other."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import cached_property

from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.costs import Cost
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import LOOPS
from pytest_gilcheck.source.scopes import COMPREHENSIONS
from pytest_gilcheck.source.turns import turns_of
from pytest_gilcheck.source.work import BRIEF, UNKNOWN, Work, Workload

FEW_TURNS = 100  # of a loop that takes no time worth speaking of
_MANY_TURNS = 1000  # of a loop that does
_MANY_OPERATIONS = 3000  # of a loop with fewer turns that does, too
_FEW_OPERATIONS = 2  # in a turn: `total += 1` is nothing to speak of
_SMALL_EXPONENT = 10
_OPERATIONS = (ast.BinOp, ast.AugAssign, ast.Compare, ast.Call, ast.Subscript, ast.UnaryOp, ast.JoinedStr)


class Body:
    """One reading of a function's body; `of_call` answers what a call in it costs, and the work of what it runs."""

    def __init__(self, function: Function, of_call: Callable[[ast.Call, Function], tuple[Cost, Workload]]) -> None:
        self._function = function
        self._module = function.module
        self._of_call = of_call
        self._waits: list[Workload] = []
        self._computes: list[Workload] = []
        self._unknown = False
        self._touches = False
        self._middling = False  # neither brief nor surely long

    def workload(self) -> Workload:
        """What the body does, taken all together."""
        for node in self._nodes:
            self._look_at(node)
            if self._unknown:
                return UNKNOWN
        for loop in self._nodes:
            if isinstance(loop, (*LOOPS, *COMPREHENSIONS)) and not self._waits_in(loop):
                turns = self._turns(loop)
                if turns is not None and turns <= FEW_TURNS:
                    continue
                if (turns is not None and turns <= _MANY_TURNS and turns * _operations(loop) <= _MANY_OPERATIONS) or self._is_light(loop):
                    self._middling = True
                else:
                    self._computes.append(Workload(Work.COMPUTES, loop, self._function))
        if self._unknown or (self._waits and self._computes):
            return UNKNOWN
        if self._computes:
            return UNKNOWN if self._touches else self._computes[-1]
        if self._waits:
            return self._waits[0]
        return UNKNOWN if self._touches or self._middling else BRIEF

    @cached_property
    def _nodes(self) -> list[ast.AST]:
        """Every node that a call of the function runs through: not the bodies of functions made in it, except of lambdas."""
        root = self._function.node
        todo: list[ast.AST] = [root.body] if isinstance(root, ast.Lambda) else list(root.body)
        found: list[ast.AST] = []
        while todo:
            node = todo.pop()
            found.append(node)
            if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                todo.extend(ast.iter_child_nodes(node))
        return found

    def _look_at(self, node: ast.AST) -> None:
        match node:
            case ast.Await() | ast.AsyncFor() | ast.AsyncWith():
                self._unknown = True
            case ast.With():
                self._unknown = self._unknown or any(not self._is_known_context(item.context_expr) for item in node.items)
            case ast.Call():
                self._call(node)
            case ast.BinOp(op=ast.Pow() | ast.LShift()):
                self._middling = self._middling or not is_small(node.right)
            case _:
                pass

    def _is_known_context(self, node: ast.expr) -> bool:
        """Whether entering it is no wait for a lock: a file, a connection, `suppress`."""
        if not isinstance(node, ast.Call):
            return False
        if last_name(node) in ("suppress", "closing", "localcontext", "catch_warnings"):
            return True
        return self._of_call(node, self._function)[0] in (Cost.WAITS, Cost.TOUCHES_FILE)

    def _call(self, call: ast.Call) -> None:
        if last_name(call) in ("suppress", "closing", "localcontext"):
            return
        cost, work = self._of_call(call, self._function)
        match cost:
            case Cost.UNKNOWN:
                self._unknown = True
            case Cost.WAITS:
                self._waits.append(work)
            case Cost.COMPUTES if work.function is not None and work.node is work.function.node:
                if self._goes_on(call):
                    self._computes.append(Workload(Work.COMPUTES, call, self._function))
                elif work.function is self._function:
                    self._middling = True  # once more with another setting, as far as one can see
                else:
                    self._unknown = True
            case Cost.COMPUTES:
                self._computes.append(work)
            case Cost.TOUCHES_FILE:
                self._touches = True
            case _:
                pass

    def _goes_on(self, call: ast.Call) -> bool:
        """Whether a recursive call looks like one of many: it gets something computed, or stands in a loop."""
        parts = (part for arg in (*call.args, *call.keywords) for part in ast.walk(arg))
        return self._module.loop_around(call) is not None or any(isinstance(part, ast.BinOp | ast.Slice) for part in parts)

    def _is_light(self, loop: ast.AST) -> bool:
        """Whether a turn does so little that only very many of them count, and the source doesn't tell that there are many."""
        operations = _operations(loop)
        if isinstance(loop, COMPREHENSIONS) and isinstance(self._module.parent(loop), ast.Call):
            operations += 1  # `sum` of it
        return operations < (1 if _counts(loop) else _FEW_OPERATIONS)

    def _waits_in(self, loop: ast.AST) -> bool:
        """Whether a turn of the loop waits: then it is the wait that takes the time."""
        parts: list[ast.AST] = [*loop.body] if isinstance(loop, LOOPS) else list(_repeated(loop))
        costs = (self._of_call(node, self._function)[0] for part in parts for node in ast.walk(part) if isinstance(node, ast.Call))
        return any(cost in (Cost.WAITS, Cost.TOUCHES_FILE) for cost in costs)

    def _turns(self, loop: ast.AST) -> int | None:
        """How often the loop's body runs in one call, with the loops around it; `None` when that isn't written there."""
        product = 1
        at: ast.AST | None = loop
        while at is not None:
            turns = turns_of(at, self._module)
            if turns is None:
                return None
            product *= turns
            at = self._module.loop_around(at)
        return product


def _operations(loop: ast.AST) -> int:
    """How many operations a turn of the loop has."""
    parts = list(loop.body) if isinstance(loop, LOOPS) else list(_repeated(loop))
    return sum(isinstance(inner, _OPERATIONS) for part in parts for inner in ast.walk(part))


def _repeated(comprehension: ast.AST) -> Iterator[ast.AST]:
    """What a comprehension evaluates in each turn: everything but what it goes through first."""
    for part in ast.iter_child_nodes(comprehension):
        if part is comprehension.generators[0]:  # type: ignore[attr-defined]  # every comprehension has at least one
            yield from (inner for inner in ast.iter_child_nodes(part) if inner is not part.iter)
        else:
            yield part


def _counts(loop: ast.AST) -> bool:
    """Whether the loop goes on by number or by a condition, and not through what there is."""
    if isinstance(loop, ast.While):
        return True
    first = loop.iter if isinstance(loop, ast.For) else loop.generators[0].iter  # type: ignore[attr-defined]  # a comprehension
    return isinstance(first, ast.Call) and last_name(first) == "range"


def is_small(node: ast.expr) -> bool:
    """Whether it is a number in the source that makes no large power."""
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float) and node.value <= _SMALL_EXPONENT
