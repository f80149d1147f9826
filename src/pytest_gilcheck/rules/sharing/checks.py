"""Where code looks whether something is so, and then acts as if it still were."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pytest_gilcheck.rules.sharing.acts import Act, Wanted, acts_in
from pytest_gilcheck.rules.sharing.indirect import acts_by_method
from pytest_gilcheck.rules.sharing.questions import atoms, wanted_acts
from pytest_gilcheck.rules.sharing.served import may_serve
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.conditions import leaves
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.scopes import FUNCTIONS
from pytest_gilcheck.source.updates import read_in, same

# What is done for one of many things, at any time.
PER_ITEM = re.compile(
    r"(?:^|_)(?:remove|discard|drop|release|forget|unsubscribe|delete|del|pop|cancel|done|finish|complete|expire|evict|invalidate|close"
    r"|on|disconnect|untrack|leave)(?:_|$)",
    re.IGNORECASE,
)


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

    With `also_outside`, those in all other functions too that change a variable which outlives the call.
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

    def changes_what_stays(self, wanted: Wanted) -> bool:
        """Whether it changes a variable that outlives the call."""
        if wanted.doing not in ("insert", "set") and not self._may_fail(wanted):
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

    def _may_fail(self, wanted: Wanted) -> bool:
        """Whether it may be taken away twice, by the threads of a server, or by what its users do for one of many things."""
        if wanted.doing not in ("remove", "take"):
            return False
        function = self._module.function_around(wanted.container)
        return may_serve(self._module) or (wanted.doing == "remove" and function is not None and PER_ITEM.search(function.name) is not None)


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
        for atom, holds in atoms(node.test, outcome):
            for wanted in wanted_acts(atom, holds, module):
                if (isinstance(node, ast.While) and not wanted.takes) or (worth is None and not concerned.changes_what_stays(wanted)):
                    continue
                acts = acts_in(block, wanted) if _may_set(block, wanted, module) else ()
                for act in itertools.chain(acts, acts_by_method(block, wanted, module)):
                    yield Check(node, act, wanted, module)
                    break


def _may_set(block: Sequence[ast.stmt], wanted: Wanted, module: Module) -> bool:
    """Whether the variable that is to be set is set anywhere in these lines: a look into the index saves most walks."""
    target = wanted.target
    if wanted.doing != "set" or not block or "setattr" in module.called_names:
        return True
    first, last = block[0].lineno, block[-1].end_lineno or block[-1].lineno
    if isinstance(target, ast.Attribute):
        return any(first <= node.lineno <= last and not isinstance(node.ctx, ast.Load) for node in module.attribute_nodes(target.attr))
    if not isinstance(target, ast.Name) or (owner := module.scope_at(target).owner(target.id)) is None:
        return True
    return any(first <= getattr(node, "lineno", first) <= last for node in owner.all_stores(target.id))


def _is_cheaply_nothing(test: ast.expr) -> bool:
    return isinstance(test, ast.Constant) or (
        isinstance(test, ast.Call) and isinstance(test.func, ast.Name) and test.func.id == "isinstance"
    )


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
