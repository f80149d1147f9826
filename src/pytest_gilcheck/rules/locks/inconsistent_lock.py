"""GIL405 inconsistent-lock."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pytest_gilcheck.model.rule import Page
from pytest_gilcheck.rules.locks.examples import inconsistent_lock as examples
from pytest_gilcheck.rules.locks.reread import read_again
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.guards import LOCK_MAKERS, Guards, Touch
from pytest_gilcheck.source.module import TRIES, Module
from pytest_gilcheck.source.rule import SourceRule, Suspicion
from pytest_gilcheck.source.spots import Spot, Spots

_ALONE = frozenset(
    {"__init__", "__new__", "__post_init__", "__setstate__", "__del__", "__init_subclass__", "setUp", "tearDown", "__copy__"}
)
# Names and words that say that the caller sees to the lock, or that none is wanted.
_SAYS_SO = re.compile(r"(?:un|no_?t?_?)?lock(?:ed|less|_held|_free)?(?:_|$)|unsafe|unguarded|unsync|nosync", re.IGNORECASE)
_TELLS = re.compile(r"\block|thread|\batomic|\bGIL\b|\brac[ey]", re.IGNORECASE)
_SETS_UP = re.compile(r"^_*(?:re)?(?:configure|set_?up|init(?:iali[sz]e)?)(?:_|$|(?-i:[A-Z]))|_fork(?:_|$)", re.IGNORECASE)
_COMMENT_LINES = 5  # above or below a statement, that may speak of it
_SHORT = 30  # lines of a function whose comments all speak of each of its statements
_POP_WITH_DEFAULT = 2  # arguments
_ENDS = re.compile(r"^_*(?:close|stop|shutdown|terminate|kill|exit|__exit__|__aexit__|dispose|cleanup|teardown|finali[sz]e)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, eq=False)
class _Guarded:
    """A variable that a lock guards in most places: those places, and the ones where nothing is held."""

    lock: str
    places: Sequence[Touch]
    bare: Sequence[Touch]


class InconsistentLock(SourceRule):
    """Attributes and variables that are guarded by a lock in most places, and changed without it in one."""

    code = "GIL405"
    name = "inconsistent-lock"
    fails_from = None
    page = Page(
        what="""\
An attribute of a class, or a variable of a module, is read and changed under a lock in most places, and changed without it in one
that runs beside them. Also found: a loop over a container that others change under the lock, and a value that is changed under the
lock and read again behind it, for the result.""",
        why="""\
A lock protects only if everybody takes it. The one bare change can come between the steps of a guarded one: an update is lost, an
invariant that the lock keeps breaks, or a loop fails with "changed size during iteration".""",
        instead="""\
Take the same lock in the bare place too. Where the caller holds it already, say so in the name (`_reset_locked`) or in the
docstring. For a loop, copy the container under the lock and loop over the copy.""",
        observed="Not observed while tests run in this version: the finding rests on the source.",
        limits="""\
At least two accesses under one lock, in two functions, and twice as many as bare changes make a variable a guarded one. Where nothing
starts a thread, public methods of a class that has a lock of its own count as run by several. Other bare reads are left alone: most
of them want a snapshot. So are single stores where nobody computes the value from its old one, what half of the callers or more guard,
`__init__`, what runs before the first thread starts or after the last one is
joined, flags that are set to True or False, private functions whose callers all hold the lock, and places whose
name, docstring or comment speaks of the lock. Two objects of a class count as one.""",
        references=(
            "[CWE-820: Missing Synchronization](https://cwe.mitre.org/data/definitions/820.html)",
            "[RacerD: inconsistent locking](https://fbinfer.com/docs/checker-racerd)",
        ),
    )
    bad = examples.BAD
    good = examples.GOOD

    def check(self, module: Module) -> Iterator[Suspicion]:
        """Bare changes of guarded variables in this module."""
        if module.is_test and not module.project.sharing.concerns(module):
            return
        project = module.project
        project.workers  # noqa: B018  # until they are known, nothing is known of what they are given
        guards, spots = Guards(project), project.lock_order.spots
        for cls in module.classes:
            bases = [base for base in project.inference.mro(cls) if not isinstance(base, str)]
            if not any(base.module.called_names & LOCK_MAKERS for base in bases):
                continue
            locks = guards.locks_of(cls)
            for name, touches in guards.of_class(cls, locks).items() if locks else ():
                yield from read_again(touches, locks, module)
                outside = list(guards.from_outside(module, name, cls)) if any(name in b.attributes for b in bases) else []
                yield from _bare(name, [*touches, *outside], locks, module, spots)
        if module.called_names & LOCK_MAKERS and (locks := guards.locks_in(module)):
            for name, touches in guards.of_module(module, locks).items():
                yield from read_again(touches, locks, module)
                yield from _bare(name, touches, locks, module, spots)


def _bare(name: str, touches: Sequence[Touch], locks: frozenset[str], module: Module, spots: Spots) -> Iterator[Suspicion]:
    guarded = _guarded([touch for touch in touches if not _is_alone(touch.function)], locks)
    if guarded is None:
        return
    for touch in guarded.bare:
        if touch.module is not module or _is_meant(touch, guarded.lock):
            continue
        others = [place for place in guarded.places if _meets(touch, place, spots)]
        if others:
            yield _suspicion(touch, guarded, others)


def _guarded(touches: Sequence[Touch], locks: frozenset[str]) -> _Guarded | None:
    counted = Counter(key for touch in touches for key in touch.held & locks)
    if not counted:
        return None
    lock, count = max(counted.items(), key=lambda item: (item[1], item[0]))
    places = [touch for touch in touches if lock in touch.held]
    writes = [touch for touch in places if touch.writes]
    alters = any(touch.how in ("change", "update") for touch in writes)
    changes = [t for t in touches if t.writes and not t.held and (alters or t.how != "write" or _is_split(t, touches))]
    loops = [touch for touch in touches if touch.how == "loop" and not touch.held]
    unguarded = [touch for touch in touches if touch.writes and lock not in touch.held]
    if len({touch.function for touch in places}) < 2 or not writes or len(_statements(writes)) < len(_statements(unguarded)):
        return None
    bare = [
        *(changes if count >= 2 * len(_statements(changes)) else ()),
        *(loops if alters and count >= 2 * len(_statements(loops)) else ()),
    ]
    return _Guarded(lock, places, bare)


def _is_split(touch: Touch, touches: Sequence[Touch]) -> bool:
    """Whether the function looks at the variable, too, before it sets it: a single store by itself harms no invariant."""
    return any(
        other.function is touch.function and not other.writes and not other.held and other.node.lineno <= touch.node.lineno
        for other in touches
    )


def _statements(touches: Sequence[Touch]) -> set[ast.stmt]:
    return {touch.module.statement_of(touch.node) for touch in touches}


def _is_alone(function: Function, depth: int = 0) -> bool:
    """Whether nobody else can have the object yet: in `__init__`, and in what only that calls."""
    if function.name in _ALONE or _SETS_UP.search(function.name):
        return True
    if not function.name.startswith("_") or depth == 2:
        return False
    callers = function.module.project.callers(function)
    around = [module.function_around(call) for call, module in callers]
    return bool(around) and all(one is not None and one is not function and _is_alone(one, depth + 1) for one in around)


def _is_meant(touch: Touch, lock: str) -> bool:
    """Whether the name, the docstring or a comment says that this is right, or it only sets a flag."""
    function: Function | None = touch.function
    while function is not None:
        if _SAYS_SO.search(function.name):
            return True
        text = None if isinstance(function.node, ast.Lambda) else ast.get_docstring(function.node, clean=False)
        if text and _TELLS.search(text):
            return True
        function = function.module.function_around(function.node)
    if _comments_tell(touch) or _is_held_otherwise(touch, lock):
        return True
    statement = touch.module.statement_of(touch.node)
    ends = bool(_ENDS.search(touch.function.name)) or _is_last_act(statement, touch.module)
    match statement:
        case ast.Assign(value=ast.Constant(value=bool() | 1)):
            return True
        case ast.Assign(value=ast.Constant(value=None) | ast.List(elts=[]) | ast.Dict(keys=[]) | ast.Call(args=[], keywords=[])):
            return ends
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="clear"))) | ast.Delete():
            return ends
        case ast.Expr(value=ast.Call() as call) | ast.Assign(value=ast.Call() as call):
            return last_name(call) == "pop" and len(call.args) == _POP_WITH_DEFAULT  # one step, whoever comes between
        case _:
            return False


def _comments_tell(touch: Touch) -> bool:
    """Whether a comment at the statement, or in its function if that is short, speaks of the lock."""
    line, node = touch.node.lineno, touch.function.node
    last = node.end_lineno or line
    lines = range(node.lineno, last + 1) if last - node.lineno <= _SHORT else range(line - _COMMENT_LINES, line + _COMMENT_LINES + 1)
    return any("#" in (text := touch.module.line(number)) and _TELLS.search(text.partition("#")[2]) for number in lines)


def _is_held_otherwise(touch: Touch, lock: str) -> bool:
    """Whether the function lets go of a lock that it didn't take, makes its lock anew, or is called by most with the lock held."""
    function, module = touch.function, touch.module
    locks = module.project.locks
    taken = {locks.key(c.func.value, module) for c in function.calls if isinstance(c.func, ast.Attribute) and c.func.attr == "acquire"}
    for call in function.calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr == "release" and call.lineno > touch.node.lineno:
            key = locks.key(call.func.value, module)
            if key == lock and key not in taken:
                return True
    if function.cls is not None and any(
        module.function_around(binding.node) is function and isinstance(binding.value, ast.Call) and last_name(binding.value) in LOCK_MAKERS
        for bindings in function.cls.attributes.values()
        for binding in bindings
    ):
        return True
    if not function.name.startswith("_"):
        return False
    callers = [
        (call, where)
        for call, where in module.project.callers(function)
        if last_name(call) == function.name and where.is_test <= module.is_test  # a test that tries it out has the object for itself
    ]
    holders = [call for call, where in callers if lock in locks.held(call, where)]
    return bool(holders) and 2 * len(holders) >= len(callers)


def _is_last_act(statement: ast.stmt, module: Module) -> bool:
    """Whether it stands in a `finally`."""
    above = module.parent(statement)
    return isinstance(above, TRIES) and module.block_of(statement) is getattr(above, "finalbody", None)


def _meets(touch: Touch, place: Touch, spots: Spots) -> bool:
    one, other = (Spot(t.node, t.module, t.function) for t in (touch, place))
    if touch.function is place.function and touch.function.cls is None and not spots.run_in_workers(one):
        return False
    if not (spots.run_in_workers(one) or (spots.run_in_workers(other) and not touch.module.is_test) or _is_shared_by_design(touch, place)):
        return False
    if touch.how == "write" and not spots.run_in_workers(one) and _starts_workers_behind(touch):
        return False
    return not spots.is_before_or_after(one) and spots.may_run_at_once(one, other)


def _starts_workers_behind(touch: Touch) -> bool:
    """Whether the function sets the variable anew, and then starts those that share it."""
    return any(
        touch.module.function_around(start.node) is touch.function and start.line > touch.node.lineno
        for start in touch.module.project.workers.starts_in(touch.module)
    )


def _is_shared_by_design(touch: Touch, place: Touch) -> bool:
    """Whether the two are public methods of a class with a lock of its own: it has it because threads of its users share the object."""
    return not touch.module.is_test and all(
        t.function.cls is not None
        and not t.function.decorators
        and not t.function.name.startswith("_")
        and not _ENDS.search(t.function.name)
        for t in (touch, place)
    )


def _suspicion(touch: Touch, guarded: _Guarded, others: Sequence[Touch]) -> Suspicion:
    variable = ast.unparse(touch.node)
    lock = guarded.lock.rpartition(" ")[2]
    statement = ast.unparse(touch.module.statement_of(touch.node)).partition("\n")[0]
    sites: dict[Function, Touch] = {}
    for place in sorted(guarded.places, key=lambda p: (p.module.path, p.node.lineno)):
        sites.setdefault(place.function, place)
    told = ", ".join(f"`{function.name}` line {p.node.lineno}" for function, p in list(sites.items())[:3])
    more = f" and {len(sites) - 3} more" if len(sites) > 3 else ""
    own = isinstance(touch.node, ast.Attribute)
    base = f"{ast.unparse(touch.node.value)}." if isinstance(touch.node, ast.Attribute) and guarded.lock.startswith("attribute") else ""
    if touch.how == "loop":
        does, risk = "loops over", "can change it during the loop, which then skips items or raises RuntimeError"
    else:
        does, risk = "changes", "can run at the same time under that lock, and sees it change in the middle of its work"
    message = (
        f"`{statement}` {does} `{variable}` without `{base}{lock}`, which guards it elsewhere ({told}{more}). "
        f"`{others[0].function.qualname}` {risk}."
    )
    if touch.how == "loop":
        advice = f"Copy it under the lock (`with {base}{lock}:`) and loop over the copy."
    else:
        advice = f"Hold the lock here too: `with {base}{lock}:`."
    if own and touch.function.name.startswith("_"):
        advice += " If every caller holds it, say so in the function's name or docstring."
    return Suspicion(touch.module.statement_of(touch.node), message, advice)
