"""Loops, and what they are there for: batch after batch, another try, one round for each setting."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.module import LOOPS, TRIES, Module
from pytest_gilcheck.source.scopes import COMPREHENSIONS, FUNCTIONS, names_in
from pytest_gilcheck.source.values import External

_PAUSES = frozenset({"sleep", "input", "prompt"})
_CLOCKS = frozenset({"time", "monotonic", "perf_counter", "perf_counter_ns", "monotonic_ns", "process_time", "timeit", "Timer", "timer"})
_PAUSE = 0.5  # seconds from which on starting a pool in each round counts for nothing
_FEW = 2  # rounds that a constant may have before it counts as a loop
_FEW_NAMES = 3  # the same for names that stand in the source


@dataclass(frozen=True, slots=True)
class Round:
    """A loop or comprehension that repeats something."""

    node: ast.AST
    module: Module

    @property
    def line(self) -> int:
        """Where it starts."""
        return int(getattr(self.node, "lineno", 1))

    @property
    def iterables(self) -> tuple[ast.expr, ...]:
        """What it goes over; nothing for `while`."""
        if isinstance(self.node, ast.For | ast.AsyncFor):
            return (self.node.iter,)
        return tuple(generator.iter for generator in getattr(self.node, "generators", ()))

    @property
    def variables(self) -> frozenset[str]:
        """Names that it binds anew in each round."""
        targets: list[ast.expr] = []
        if isinstance(self.node, ast.For | ast.AsyncFor):
            targets = [self.node.target]
        targets += [generator.target for generator in getattr(self.node, "generators", ())]
        return names_in(*targets)


def rounds_of(node: ast.AST, module: Module) -> tuple[Round, ...]:
    """The loops of its own function that repeat the node, innermost first."""
    found: list[Round] = []
    at: ast.AST | None = node
    while at is not None and (at := module.loop_around(at)) is not None:
        found.append(Round(at, module))
    return tuple(found)


def is_short(one: Round, module: Module) -> bool:
    """Whether it goes over at most two things that stand in the source."""
    return bool(one.iterables) and all(_is_few(iterable, module) for iterable in one.iterables)


def _is_few(iterable: ast.expr, module: Module) -> bool:
    match iterable:
        case ast.List() | ast.Tuple() | ast.Set():
            named = all(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in iterable.elts)
            return len(iterable.elts) <= (_FEW_NAMES if named else _FEW) and not any(
                isinstance(part, ast.Starred) for part in iterable.elts
            )
        case ast.Call(func=ast.Name(id="range"), args=[ast.Constant(value=int() as count)]):
            return count <= _FEW
        case ast.Call(func=ast.Name(id="enumerate" | "sorted" | "reversed" | "list" | "tuple"), args=[inner, *_]):
            return _is_few(inner, module)
        case ast.Name():
            owner = module.scope_at(iterable).owner(iterable.id)
            bindings = module.bindings(owner, iterable.id) if owner is not None else []
            return (
                len(bindings) == 1 and isinstance(bindings[0].value, ast.List | ast.Tuple | ast.Set) and _is_few(bindings[0].value, module)
            )
        case _:
            return False


def is_repetition(one: Round) -> bool:
    """Whether it does the same thing again and again: `for _ in range(100)`, or until a time is over."""
    if isinstance(one.node, ast.While):
        return any(isinstance(call, ast.Call) and last_name(call) in _CLOCKS for call in ast.walk(one.node.test))
    if not (isinstance(one.node, ast.For) and isinstance(one.node.iter, ast.Call) and last_name(one.node.iter) in ("range", "repeat")):
        return False
    return not one.variables & names_in(*one.node.body)


def is_timed(one: Round) -> bool:
    """Whether each round is timed."""
    body = one.node.body if isinstance(one.node, LOOPS) else []
    return any(isinstance(node, ast.Call) and last_name(node) in _CLOCKS for part in body for node in ast.walk(part))


def is_patient(one: Round, module: Module) -> bool:
    """Whether it pauses in each round, so that starting a pool is no cost that counts."""
    return isinstance(one.node, LOOPS) and any(
        _is_pause(node, module) and module.loop_around(node) is one.node
        for part in one.node.body
        for node in ast.walk(part)
        if isinstance(node, ast.Call)
    )


def _is_pause(call: ast.Call, module: Module) -> bool:
    if last_name(call) in _PAUSES:
        return not (
            call.args and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, float) and call.args[0].value < _PAUSE
        )
    # `stop.wait(60)`; `concurrent.futures.wait(…)` waits for the pool itself.
    timed = bool(call.args) or any(keyword.arg == "timeout" for keyword in call.keywords)
    return (
        last_name(call) == "wait"
        and isinstance(call.func, ast.Attribute)
        and timed
        and not any(isinstance(value, External) for value in module.project.values(call.func, module))
    )


def is_retry(one: Round, node: ast.AST, module: Module) -> bool:
    """Whether the loop ends as soon as the node has worked: a `break` or `return` behind it, in a counted loop or a `try`."""
    if not isinstance(one.node, LOOPS):
        return False
    ends = [
        part
        for statement in one.node.body
        for part in ast.walk(statement)
        if isinstance(part, ast.Break | ast.Return)
        and part.lineno > getattr(node, "lineno", 0)
        and not _is_limit(part, one.node, module)
        and (isinstance(part, ast.Return) or module.loop_around(part) is one.node)
    ]
    if not ends:
        return False
    counted = any(isinstance(i, ast.Call) and last_name(i) in ("range", "count") for i in one.iterables)
    return counted or _is_tried(node, one, module) or any(_is_unconditional(end, one, module) for end in ends)


def _is_limit(end: ast.Break | ast.Return, loop: ast.stmt, module: Module) -> bool:
    """Whether the loop is left because it has counted enough, not because something has worked: `if trials > LIMIT: break`."""
    above = module.parent(end)
    if not (isinstance(end, ast.Break) and isinstance(above, ast.If) and isinstance(above.test, ast.Compare)):
        return False
    counted = {
        node.target.id
        for node in ast.walk(loop)
        if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add) and isinstance(node.target, ast.Name)
    }
    return isinstance(above.test.ops[0], ast.Gt | ast.GtE) and bool(names_in(above.test.left) & counted)


def is_made_once(one: Round, node: ast.AST, module: Module) -> bool:
    """Whether the loop only gets there while the outcome is missing: `if paths is None: paths = …`."""
    for above in module.ancestors(node):
        if above is one.node:
            return False
        match above:
            case (
                ast.If(test=ast.Compare(left=ast.Name(id=name), ops=[ast.Is()], comparators=[ast.Constant(value=None)]))
                | ast.If(test=ast.UnaryOp(op=ast.Not(), operand=ast.Name(id=name)))
            ) if any(
                isinstance(part, ast.Assign) and name in names_in(*part.targets) for statement in above.body for part in ast.walk(statement)
            ):
                return name not in one.variables
            case _:
                continue
    return False


def _is_tried(node: ast.AST, one: Round, module: Module) -> bool:
    for above in module.ancestors(node):
        if above is one.node:
            return False
        if isinstance(above, TRIES):
            return True
    return False


def _is_unconditional(end: ast.stmt, one: Round, module: Module) -> bool:
    for above in module.ancestors(end):
        if above is one.node:
            return True
        if isinstance(above, (ast.If, ast.ExceptHandler, ast.match_case, *LOOPS)):
            return False
    return False


def varies_with(expression: ast.expr, one: Round, module: Module) -> bool:
    """Whether the expression is another setting in each round: it is made of the loop's variables.

    `len(batch)` is not: that fits one pool to one batch.
    """
    names = one.variables | _assigned_from(one)
    return any(
        isinstance(node, ast.Name) and node.id in names and not _is_measured(node, expression, module) for node in ast.walk(expression)
    )


def _assigned_from(one: Round) -> frozenset[str]:
    """Names that the loop's body assigns from its variables."""
    if not isinstance(one.node, LOOPS):
        return frozenset()
    return frozenset(
        target.id
        for part in one.node.body
        for node in ast.walk(part)
        if isinstance(node, ast.Assign) and one.variables & names_in(node.value) and not _measures(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    )


def _measures(value: ast.expr) -> bool:
    return any(isinstance(node, ast.Call) and last_name(node) == "len" for node in ast.walk(value))


def _is_measured(name: ast.Name, within: ast.expr, module: Module) -> bool:
    above = module.parent(name)
    while above is not None and above is not within and not isinstance(above, (*FUNCTIONS, *COMPREHENSIONS)):
        if isinstance(above, ast.Call) and last_name(above) == "len":
            return True
        above = module.parent(above)
    return isinstance(within, ast.Call) and last_name(within) == "len"
