"""Reads without the lock that spoil what the lock is for: what is read is used as if nobody could change it meanwhile."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence

from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.intent import is_alone, is_ending, is_meant
from pytest_gilcheck.source.module import TRIES, Module
from pytest_gilcheck.source.rule import Suspicion
from pytest_gilcheck.source.spots import Spots
from pytest_gilcheck.source.touch_meetings import meets
from pytest_gilcheck.source.touches import Touch
from pytest_gilcheck.source.values import Instance

# Containers whose look-ups change or rearrange them.
_TOUCHY = re.compile(
    r"^(?:cachetools\.\w*Cache|sortedcontainers\.Sorted\w+|sortedcollections\.\w+|blist\.\w+|lru\.\w+|pylru\.\w+|bintrees\.\w+)$"
)
_LOOK_UPS = frozenset({"get", "pop", "setdefault", "peekitem", "bisect", "index", "irange"})
_COPIES = frozenset({"list", "tuple", "dict", "set", "len", "copy", "sorted", "deepcopy", "int", "sum"})
_MAX_CALLS = 2  # between the function that uses an object and the one that sets it up and drops it
_EXPECTED = frozenset({"AttributeError", "Exception", "BaseException", "TypeError"})


def spoiling_reads(touches: Sequence[Touch], locks: frozenset[str], module: Module, spots: Spots) -> Iterator[Suspicion]:
    """Of one variable: read before it is reset, used although it may be None by then, looked up in a cache that can't stand that."""
    touches = [touch for touch in touches if not is_alone(touch.function)]
    guarded = [touch for touch in touches if touch.held & locks and touch.writes]
    bare = [touch for touch in touches if not touch.held and not touch.writes and touch.module is module]
    if not guarded or not bare:
        return
    for find in (_read_before_reset, _used_after_none, _looked_up):
        told: set[ast.stmt] = set()
        for touch, rival, text, advice in find(bare, guarded, touches):
            lock = _lock_of(rival, locks)
            if touch.statement not in told and not is_meant(touch, lock) and meets(touch, rival, spots):
                told.add(touch.statement)
                name = lock.rpartition(" ")[2]
                yield Suspicion(touch.statement, text.replace("LOCK", name), advice.replace("LOCK", name))


_Found = Iterator[tuple[Touch, Touch, str, str]]
_Finder = Callable[[Sequence[Touch], Sequence[Touch], Sequence[Touch]], _Found]


def _lock_of(touch: Touch, locks: frozenset[str]) -> str:
    return min(touch.held & locks)


def _read_before_reset(bare: Sequence[Touch], guarded: Sequence[Touch], touches: Sequence[Touch]) -> _Found:
    """`count = self.count` and then `with lock: self.count = 0`: what others added in between is in neither."""
    for touch in bare:
        statement = touch.statement
        if not isinstance(statement, ast.Assign) or not _is_taken(touch, statement.value):
            continue
        reset = next((g for g in guarded if g.function is touch.function and g.node.lineno > statement.lineno and _is_reset(g)), None)
        rivals = [g for g in guarded if g.function is not touch.function and (g.how in ("update", "change") or _reads_itself(g, touches))]
        if reset is None or not rivals or _is_looked_at_again(touch, reset, touches) or _held_apart(touch, reset):
            continue
        text = ast.unparse(touch.node)
        yield (
            touch,
            rivals[0],
            (
                f"`{text}` is read here and reset in line {reset.node.lineno}, but `LOCK` is held for the reset only: what "
                f"`{rivals[0].function.qualname}` changes between the two under that lock is neither in what was read nor in what is left."
            ),
            "Read it in the same `with LOCK:` that resets it.",
        )


def _is_taken(touch: Touch, value: ast.expr) -> bool:
    """Whether the value is what the variable holds, or a copy or the number of it."""
    if value is touch.node:
        return True
    inside = {part for part in ast.walk(value) if isinstance(part, ast.Call)}
    return touch.node in ast.walk(value) and bool(inside) and all(last_name(call) in _COPIES for call in inside)


def _is_reset(touch: Touch) -> bool:
    match touch.statement:
        case ast.Assign(value=ast.Constant() | ast.List(elts=[]) | ast.Dict(keys=[]) | ast.Call(args=[], keywords=[])):
            return touch.how == "write"
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="clear", value=cleared))):
            return cleared is touch.node
        case _:
            return False


def _reads_itself(touch: Touch, touches: Sequence[Touch]) -> bool:
    return any(other.statement is touch.statement and not other.writes for other in touches)


def _is_looked_at_again(touch: Touch, reset: Touch, touches: Sequence[Touch]) -> bool:
    """Whether the function reads it once more with the lock held, before the reset."""
    return any(
        other.function is touch.function and other.held and not other.writes and touch.node.lineno < other.node.lineno <= reset.node.lineno
        for other in touches
    )


def _held_apart(touch: Touch, reset: Touch) -> bool:
    """Whether the two stand in branches of which only one is run."""
    module = touch.module
    for above in module.ancestors(touch.statement):
        if isinstance(above, ast.If) and above.orelse and module.is_within(reset.node, above):
            return not any(module.is_within(reset.node, s) and module.is_within(touch.node, s) for s in (*above.body, *above.orelse))
    return False


def _used_after_none(bare: Sequence[Touch], guarded: Sequence[Touch], touches: Sequence[Touch]) -> _Found:
    """`self.conn.send(…)` where another thread sets `self.conn` to None under the lock."""
    drops = [touch for touch in guarded if _drops(touch) and not is_ending(touch.function) and not _is_made_before(touch, guarded)]
    made = any(touch.how == "write" and not _drops(touch) for touch in guarded)
    if not drops or not made:
        return
    for touch in bare:
        rival = next((drop for drop in drops if drop.function is not touch.function), None)
        if rival is None or not touch.is_used or is_ending(touch.function) or _is_expected(touch) or _reads_none(touch):
            continue
        if _is_run_by(touch.function, rival.function):
            continue
        text = ast.unparse(touch.node)
        yield (
            touch,
            rival,
            (
                f"`{text}` is used here without `LOCK`, and `{rival.function.qualname}` sets it to None under that lock in line "
                f"{rival.node.lineno}: a thread that comes here at that moment fails with an AttributeError or TypeError."
            ),
            "Take it into a local variable while `LOCK` is held, check that, and use the local variable.",
        )


def _is_made_before(drop: Touch, guarded: Sequence[Touch]) -> bool:
    """Whether the function itself set it to something first: it says what the function is at."""
    return any(g.function is drop.function and g.how == "write" and not _drops(g) and g.node.lineno < drop.node.lineno for g in guarded)


def _is_run_by(function: Function, other: Function, depth: int = 0) -> bool:
    """Whether the other function calls it, and so drops the object only when it is done with it."""
    callers = {home.function_around(call) for call, home in function.module.project.callers(function)}
    return other in callers or (depth < _MAX_CALLS and any(one is not None and _is_run_by(one, other, depth + 1) for one in callers))


def _drops(touch: Touch) -> bool:
    match touch.statement:
        case ast.Assign(value=ast.Constant(value=None)):
            return touch.how == "write"
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)) if touch.node in targets:
            value = values[targets.index(touch.node)] if len(values) == len(targets) else None
            return isinstance(value, ast.Constant) and value.value is None
        case _:
            return False


def _is_expected(touch: Touch) -> bool:
    """Whether a handler around it is ready for what None would raise."""
    child: ast.AST = touch.node
    for above in touch.module.ancestors(touch.node):
        if isinstance(above, TRIES) and child in getattr(above, "body", ()):
            for handler in getattr(above, "handlers", ()):
                types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
                if any(kind is None or last_name(kind) in _EXPECTED for kind in types):
                    return True
        if above is touch.function.node:
            return False
        child = above
    return False


def _reads_none(touch: Touch) -> bool:
    """Whether what is used is made sure to be there in the same expression: `(self.a or b).c`."""
    return isinstance(touch.module.parent(touch.node), ast.BoolOp)


def _looked_up(bare: Sequence[Touch], guarded: Sequence[Touch], touches: Sequence[Touch]) -> _Found:
    """A look-up in a cache that drops and rearranges entries while it is read."""
    touch = bare[0]
    values = touch.module.project.values(touch.node, touch.module)
    kind = next((v.type for v in values if isinstance(v, Instance) and isinstance(v.type, str) and _TOUCHY.match(v.type)), None)
    if kind is None:
        return
    for touch in bare:
        if not _is_look_up(touch):
            continue
        rival = next((g for g in guarded if g.function is not touch.function), guarded[0])
        text = ast.unparse(touch.node)
        yield (
            touch,
            rival,
            (
                f"`{text}` is looked up without `LOCK`, under which `{rival.function.qualname}` changes it in line {rival.node.lineno}: "
                f"a `{kind}` isn't thread-safe, and a look-up beside a change may fail or spoil it."
            ),
            "Hold `LOCK` for look-ups, too.",
        )


def _is_look_up(touch: Touch) -> bool:
    above = touch.module.parent(touch.node)
    match above:
        case ast.Subscript() | ast.For() | ast.comprehension():
            return True
        case ast.Compare(ops=[ast.In() | ast.NotIn()]):
            return touch.node in above.comparators
        case ast.Attribute(attr=attr):
            return attr in _LOOK_UPS
        case _:
            return False
