"""Where code looks whether something is so, and then acts as if it still were."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pytest_gilcheck.rules.sharing.acts import Act, Wanted, acts_in
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.conditions import leaves
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.scopes import FUNCTIONS
from pytest_gilcheck.source.updates import read_in, same

_COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
_ABSENT_FILE = frozenset({"exists", "isfile", "isdir", "is_file", "is_dir", "lexists"})


@dataclass(frozen=True, slots=True, eq=False)
class Check:
    """A check and the act that relies on it. `node` is what is reported; `inside` as in `Access`."""

    node: ast.AST
    act: Act
    wanted: Wanted
    module: Module

    @property
    def target(self) -> ast.expr:
        """What is checked and acted on."""
        return self.wanted.target


def checks_in(module: Module, concerns: Callable[[ast.AST, Module], bool], *, also_outside: bool) -> Iterator[Check]:
    """Every check-then-act in the functions of the module that are worth a look, as `concerns` says of a node.

    With `also_outside`, those in all other functions too that make something which is missing in a variable that outlives the call.
    """
    concerned = _Concerned(module, concerns, also_outside=also_outside)
    for branch in module.nodes(ast.If):
        yield from _of_branch(branch, module, concerned)
    for loop in module.nodes(ast.While):
        yield from _of_branch(loop, module, concerned)
    for attempt in module.nodes(ast.Try):
        if concerned.at(attempt) is not False:
            yield from _of_attempt(attempt, module)
    for assign in module.nodes(ast.Assign):
        if isinstance(assign.value, ast.BoolOp | ast.IfExp) and concerned.at(assign) is not False:
            yield from _of_assignment(assign, module)


class _Concerned:
    """Which checks of a module are worth a look; looking for acts is what takes time."""

    def __init__(self, module: Module, concerns: Callable[[ast.AST, Module], bool], *, also_outside: bool) -> None:
        self._module = module
        self._concerns = concerns
        self._also_outside = also_outside

    def at(self, node: ast.AST) -> bool | None:
        """Whether the node is; `None` if that depends on what it looks at."""
        if self._concerns(node, self._module):
            return True
        return None if self._also_outside and self._module.function_around(node) is not None else False

    def makes_what_is_missing(self, wanted: Wanted) -> bool:
        """Whether it fills a variable that outlives the call."""
        if wanted.doing not in ("insert", "set"):
            return False
        target = wanted.target
        while isinstance(target, ast.Subscript):
            target = target.value
        if isinstance(target, ast.Attribute):
            return True
        if not isinstance(target, ast.Name):
            return False
        scope, function = self._module.scope_at(target), self._module.function_around(target)
        return scope.owner(target.id) is not scope or (function is not None and target.id == function.self_name)


def _of_branch(node: ast.If | ast.While, module: Module, concerned: _Concerned) -> Iterator[Check]:
    if _is_cheaply_nothing(node.test) or (worth := concerned.at(node)) is False:
        return
    branches: list[tuple[bool, Sequence[ast.stmt]]] = [(True, node.body)]
    if isinstance(node, ast.If):
        if node.orelse:
            branches.append((False, node.orelse))
        if leaves(node.body):
            around = list(module.block_of(node))
            branches.append((False, around[around.index(node) + 1 :]))
    for outcome, block in branches:
        for atom, holds in _atoms(node.test, outcome):
            for wanted in _looked_up(atom, _wanted(atom, holds), module):
                if (isinstance(node, ast.While) and not wanted.takes) or (worth is None and not concerned.makes_what_is_missing(wanted)):
                    continue
                for act in acts_in(block, wanted):
                    yield Check(node, act, wanted, module)
                    break


def _is_cheaply_nothing(test: ast.expr) -> bool:
    return isinstance(test, ast.Constant) or (
        isinstance(test, ast.Call) and isinstance(test.func, ast.Name) and test.func.id == "isinstance"
    )


def _atoms(test: ast.expr, outcome: bool) -> Iterator[tuple[ast.expr, bool]]:
    """What is known of the parts of a test when it comes out that way."""
    match test:
        case ast.UnaryOp(op=ast.Not()):
            yield from _atoms(test.operand, not outcome)
        case ast.BoolOp(op=ast.And()) if outcome:
            for part in test.values:
                yield from _atoms(part, outcome)
        case ast.BoolOp(op=ast.Or()) if not outcome:
            for part in test.values:
                yield from _atoms(part, outcome)
        case _:
            yield test, outcome


def _wanted(atom: ast.expr, holds: bool) -> Iterator[Wanted]:
    """Which acts rely on what the test says."""
    match atom:
        case ast.Compare(left=key, ops=[ast.In() | ast.NotIn() as op], comparators=[container]):
            absent = isinstance(op, ast.NotIn) == holds
            yield Wanted("insert" if absent else "remove", ast.Subscript(value=container, slice=key, ctx=ast.Load()), container, key)
        case ast.Compare(
            left=variable, ops=[ast.Is() | ast.IsNot() | ast.Eq() | ast.NotEq() as op], comparators=[ast.Constant(value=None)]
        ):
            if isinstance(op, ast.Is | ast.Eq) == holds:
                yield from _missing(variable)
        case ast.Compare(left=left, ops=[op], comparators=[right]) if isinstance(op, _COMPARISONS):
            yield from _compared(left, right)
        case ast.Name() | ast.Attribute() | ast.Subscript():
            yield from (_missing(atom) if not holds else (Wanted("take", atom, atom, inside=True),))
        case ast.Call():
            yield from _called(atom, holds)
        case ast.NamedExpr():
            yield from _wanted(atom.value, holds)
        case _:
            return


def _looked_up(atom: ast.expr, wanted: Iterator[Wanted], module: Module) -> Iterator[Wanted]:
    """`found = d.get(key)` and then `if found is None: d[key] = …` looks for the key as well."""
    for one in wanted:
        yield one
        if one.doing == "set" and isinstance(one.target, ast.Name) and (function := module.function_around(atom)) is not None:
            if function.scope.owner(one.target.id) is not function.scope:
                continue
            for binding in module.bindings(function.scope, one.target.id):
                value = binding.value
                if binding.kind == "assign" and isinstance(value, ast.Call) and last_name(value) == "get" and 0 < len(value.args) < 3:
                    yield from _missing(value)
                    break


def _missing(variable: ast.expr) -> Iterator[Wanted]:
    if isinstance(variable, ast.NamedExpr):
        variable = variable.value
    if isinstance(variable, ast.Name | ast.Attribute | ast.Subscript):
        yield Wanted("set", variable, variable)
    elif isinstance(variable, ast.Call) and last_name(variable) == "get" and variable.args and isinstance(variable.func, ast.Attribute):
        container, key = variable.func.value, variable.args[0]
        yield Wanted("insert", ast.Subscript(value=container, slice=key, ctx=ast.Load()), container, key)
    elif isinstance(variable, ast.Call) and last_name(variable) == "getattr" and len(variable.args) > 1:
        yield from _named_attribute(variable)


def _named_attribute(call: ast.Call) -> Iterator[Wanted]:
    name = call.args[1]
    if isinstance(name, ast.Constant) and isinstance(name.value, str):
        target = ast.Attribute(value=call.args[0], attr=name.value, ctx=ast.Store())
        yield Wanted("set", target, target)


def _compared(left: ast.expr, right: ast.expr) -> Iterator[Wanted]:
    for side in (left, right):
        if isinstance(side, ast.Name | ast.Attribute | ast.Subscript):
            yield Wanted("set", side, side)
        elif isinstance(side, ast.Call) and last_name(side) == "len" and side.args:
            yield Wanted("take", side.args[0], side.args[0], inside=True)
            yield Wanted("put", side.args[0], side.args[0], inside=True)
        elif isinstance(side, ast.Call) and last_name(side) == "qsize" and isinstance(side.func, ast.Attribute):
            yield Wanted("take", side.func.value, side.func.value, inside=True)


def _called(call: ast.Call, holds: bool) -> Iterator[Wanted]:
    name = last_name(call)
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    if name == "hasattr" and not holds and len(call.args) == 2:
        yield from _named_attribute(call)
    elif name == "len" and holds and call.args:
        yield Wanted("take", call.args[0], call.args[0], inside=True)
    elif ((name == "empty" and not holds) or (name == "qsize" and holds)) and owner is not None:
        yield Wanted("take", owner, owner, inside=True)
    elif name == "full" and not holds and owner is not None:
        yield Wanted("put", owner, owner, inside=True)
    elif name in _ABSENT_FILE and (call.args or owner is not None):
        path = call.args[0] if call.args else owner
        assert path is not None, "one of the two was just seen"
        yield Wanted("delete" if holds else "create", path, path, inside=True)
    elif name == "get" and not holds and len(call.args) == 1:
        yield from _missing(call)


def _of_attempt(attempt: ast.Try, module: Module) -> Iterator[Check]:
    """`try: return d[k]` … `except KeyError: d[k] = …`."""
    for handler in attempt.handlers:
        caught = {
            last_name(part) for part in (handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]) if part is not None
        }
        if not caught & {"KeyError", "AttributeError", "NameError", "LookupError"}:
            continue
        following: list[ast.stmt] = []
        if leaves(attempt.body) or leaves(attempt.orelse):
            block = list(module.block_of(attempt))
            following = block[block.index(attempt) + 1 :]
        for statement in attempt.body:
            if isinstance(statement, ast.AugAssign):
                continue
            for part in ast.walk(statement):
                if isinstance(part, ast.Subscript | ast.Attribute) and isinstance(part.ctx, ast.Load):
                    if isinstance(part, ast.Subscript) != bool(caught & {"KeyError", "LookupError"}):
                        continue
                    wanted = (
                        Wanted("insert", part, part.value, part.slice) if isinstance(part, ast.Subscript) else Wanted("set", part, part)
                    )
                    for act in acts_in([*handler.body, *(following if not leaves(handler.body) else [])], wanted):
                        yield Check(part, act, wanted, module)
                        break


def _of_assignment(assign: ast.Assign, module: Module) -> Iterator[Check]:
    """`self._x = self._x or make()`."""
    for target in assign.targets:
        if not isinstance(target, ast.Name | ast.Attribute | ast.Subscript) or not isinstance(assign.value, ast.BoolOp | ast.IfExp):
            continue
        value = assign.value
        first = (
            value.values[0]
            if isinstance(value, ast.BoolOp) and isinstance(value.op, ast.Or)
            else value.test
            if isinstance(value, ast.IfExp)
            else None
        )
        if first is None or (isinstance(value, ast.BoolOp) and not same(first, target)) or read_in(first, target) is None:
            continue
        if any(isinstance(part, ast.Call) for part in ast.walk(value)):
            yield Check(assign, Act(assign), Wanted("set", target, target), module)


def recheck_under_lock(check: Check) -> bool:
    """Whether the act is under a lock under which the check is made again (double-checked locking)."""
    module = check.module
    child: ast.AST = check.act.node
    for above in module.ancestors(child):
        if above is check.node or isinstance(above, FUNCTIONS):
            return False
        if isinstance(above, ast.With) and any(module.project.locks.is_lock(item.context_expr, module) for item in above.items):
            return any(
                isinstance(part, ast.If | ast.IfExp) and _mentions(part.test, check.wanted)
                for statement in above.body
                for part in ast.walk(statement)
            )
    return False


def _mentions(test: ast.expr, wanted: Wanted) -> bool:
    return any(same(part, wanted.container) or same(part, wanted.target) for part in ast.walk(test) if isinstance(part, ast.expr))
