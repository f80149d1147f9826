"""Decisions that are taken without the lock on values that change together under it."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.intent import is_alone, is_meant
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.rule import Suspicion
from pytest_gilcheck.source.spots import Spots
from pytest_gilcheck.source.touch_meetings import meets
from pytest_gilcheck.source.touches import Touch

_Together = dict[tuple[str, str], list[tuple[str, Touch, Touch]]]


def bare_decisions(variables: Mapping[str, Sequence[Touch]], locks: frozenset[str], module: Module, spots: Spots) -> Iterator[Suspicion]:
    """`if self.jobs == 0: self.running = False` where another function changes both in one go under the lock."""
    together = _changed_together(variables, locks)
    if not together:
        return
    by_function: dict[Function, list[Touch]] = defaultdict(list)
    for touches in variables.values():
        for touch in touches:
            if touch.module is module and not touch.held and not is_alone(touch.function):
                by_function[touch.function].append(touch)
    for touches in by_function.values():
        yield from _in_function(touches, together, spots)


def _changed_together(variables: Mapping[str, Sequence[Touch]], locks: frozenset[str]) -> _Together:
    """Names of two variables that one function writes under one lock, and for each such function the lock and the two writes."""
    blocks: dict[tuple[Function, str], dict[str, Touch]] = defaultdict(dict)
    for name, touches in variables.items():
        for touch in touches:
            if touch.writes and not is_alone(touch.function):
                for lock in touch.held & locks:
                    blocks[touch.function, lock].setdefault(name, touch)
    found: _Together = defaultdict(list)
    for (_, lock), written in blocks.items():
        for one, touch in written.items():
            for other in written:
                if other != one:
                    found[one, other].append((lock, touch, written[other]))
    return found


def _in_function(touches: Sequence[Touch], together: _Together, spots: Spots) -> Iterator[Suspicion]:
    told: set[ast.stmt] = set()
    for test in touches:
        branch = _branch_of(test) if not test.writes else ()
        for touch in touches if branch else ():
            if touch.name == test.name or not any(touch.module.is_within(touch.node, part) for part in branch):
                continue
            place = touch.statement
            if place in told or not (touch.writes or _is_reckoned_with(touch, test)):
                continue
            for lock, first, second in together.get((test.name, touch.name), ()):
                if _may_come_between(test, first, lock, spots) or (touch.writes and _may_come_between(touch, second, lock, spots)):
                    told.add(place)
                    yield _suspicion(test, touch, place, lock, first)
                    break


def _may_come_between(bare: Touch, rival: Touch, lock: str, spots: Spots) -> bool:
    return rival.function is not bare.function and not is_meant(bare, lock, flags=True) and meets(bare, rival, spots)


def _is_reckoned_with(touch: Touch, test: Touch) -> bool:
    """Whether a later statement computes with the value or compares it: whether there is one at all is a cheap look."""
    above = touch.module.parent(touch.node)
    return touch.statement is not test.statement and isinstance(above, ast.BinOp | ast.Compare)


def _branch_of(touch: Touch) -> Sequence[ast.AST]:
    """What is run or evaluated only if a test on the variable comes out so."""
    child: ast.AST = touch.node
    for above in touch.module.ancestors(touch.node):
        if isinstance(above, ast.If | ast.While) and child is above.test:
            return [above.test, *above.body]
        if isinstance(above, ast.stmt):
            break
        child = above
    return ()


def _suspicion(test: Touch, touch: Touch, place: ast.stmt, lock: str, rival: Touch) -> Suspicion:
    one, other = ast.unparse(test.node), ast.unparse(touch.node)
    name = lock.rpartition(" ")[2]
    if touch.writes:
        does = f"`{other}` is set here because of what `{one}` was in line {test.node.lineno}, both without `{name}`"
    else:
        does = f"`{other}` is reckoned with here because of what `{one}` was in line {test.node.lineno}, both read without `{name}`"
    message = (
        f"{does}: `{rival.function.qualname}` changes the two together under that lock (line {rival.node.lineno}), "
        f"and when it comes in between, they don't belong together."
    )
    return Suspicion(place, message, f"Hold `{name}` for the test and for what follows from it.")
