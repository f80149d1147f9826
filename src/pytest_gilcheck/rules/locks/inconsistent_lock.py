"""GIL405 inconsistent-lock."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pytest_gilcheck.model.rule import Page
from pytest_gilcheck.rules.locks.examples import inconsistent_lock as examples
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.guards import LOCK_MAKERS, Guards, Touch
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.rule import SourceRule, Suspicion
from pytest_gilcheck.source.spots import Spot, Spots

_ALONE = frozenset(
    {"__init__", "__new__", "__post_init__", "__setstate__", "__del__", "__init_subclass__", "setUp", "tearDown", "__copy__"}
)
# Names and words that say that the caller sees to the lock, or that none is wanted.
_SAYS_SO = re.compile(r"(?:un|no_?t?_?)?lock(?:ed|less|_held|_free)?(?:_|$)|unsafe|unguarded|unsync|nosync", re.IGNORECASE)
_TELLS = re.compile(r"\block|thread|\batomic|\bGIL\b|\brac[ey]", re.IGNORECASE)
_SETS_UP = re.compile(r"^_*(?:re)?(?:configure|set_?up|init(?:iali[sz]e)?)(?:_|$)", re.IGNORECASE)
_COMMENT_LINES = 3  # above a statement, that may speak of it
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
that runs beside them. Also found: a loop over a container that others change under the lock.""",
        why="""\
A lock protects only if everybody takes it. The one bare change can come between the steps of a guarded one: an update is lost, an
invariant that the lock keeps breaks, or a loop fails with "changed size during iteration".""",
        instead="""\
Take the same lock in the bare place too. Where the caller holds it already, say so in the name (`_reset_locked`) or in the
docstring. For a loop, copy the container under the lock and loop over the copy.""",
        observed="Not observed while tests run in this version: the finding rests on the source.",
        limits="""\
At least two accesses under one lock, in two functions, and twice as many as bare changes make a variable a guarded one. Bare reads
are left alone: most of them want a snapshot. So are `__init__`, what runs before the first thread starts or after the last one is
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
            for name, touches in guards.of_class(cls).items() if locks else ():
                outside = list(guards.from_outside(module, name, cls)) if any(name in b.attributes for b in bases) else []
                yield from _bare(name, [*touches, *outside], locks, module, spots)
        if module.called_names & LOCK_MAKERS and (locks := guards.locks_in(module)):
            for name, touches in guards.of_module(module).items():
                yield from _bare(name, touches, locks, module, spots)


def _bare(name: str, touches: Sequence[Touch], locks: frozenset[str], module: Module, spots: Spots) -> Iterator[Suspicion]:
    guarded = _guarded([touch for touch in touches if not _is_alone(touch.function)], locks)
    if guarded is None:
        return
    for touch in guarded.bare:
        if touch.module is not module or _is_meant(touch):
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
    changes = [touch for touch in touches if touch.writes and not touch.held]
    loops = [touch for touch in touches if touch.how == "loop" and not touch.held]
    unguarded = [touch for touch in touches if touch.writes and lock not in touch.held]
    if len({touch.function for touch in places}) < 2 or not writes or len(_statements(writes)) < len(_statements(unguarded)):
        return None
    bare = [
        *(changes if count >= 2 * len(_statements(changes)) else ()),
        *(loops if alters and count >= 2 * len(_statements(loops)) else ()),
    ]
    return _Guarded(lock, places, bare)


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


def _is_meant(touch: Touch) -> bool:
    """Whether the name, the docstring or a comment says that this is right, or it only sets a flag."""
    function: Function | None = touch.function
    while function is not None:
        if _SAYS_SO.search(function.name):
            return True
        text = None if isinstance(function.node, ast.Lambda) else ast.get_docstring(function.node, clean=False)
        if text and _TELLS.search(text):
            return True
        function = function.module.function_around(function.node)
    statement = touch.module.statement_of(touch.node)
    for number in range(statement.lineno - _COMMENT_LINES, statement.lineno + 1):
        line = touch.module.line(number)
        if "#" in line and _TELLS.search(line.partition("#")[2]):
            return True
    if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
        value = statement.value.value
        return isinstance(value, bool) or (value is None and bool(_ENDS.search(touch.function.name)))
    return False


def _meets(touch: Touch, place: Touch, spots: Spots) -> bool:
    one, other = (Spot(t.node, t.module, t.function) for t in (touch, place))
    if touch.function is place.function and touch.function.cls is None and not spots.run_in_workers(one):
        return False
    if not (spots.run_in_workers(one) or spots.run_in_workers(other)):
        return False
    return not spots.is_before_or_after(one) and spots.may_run_at_once(one, other)


def _suspicion(touch: Touch, guarded: _Guarded, others: Sequence[Touch]) -> Suspicion:
    variable = ast.unparse(touch.node)
    lock = guarded.lock.rpartition(" ")[2]
    statement = ast.unparse(touch.module.statement_of(touch.node)).partition("\n")[0]
    sites = {(p.module.path, p.node.lineno): p for p in sorted(guarded.places, key=lambda p: (p.module.path, p.node.lineno))}
    told = ", ".join(f"`{p.function.name}` line {line}" for (_, line), p in list(sites.items())[:3])
    more = f" and {len(sites) - 3} more" if len(sites) > 3 else ""
    does = "loops over" if touch.how == "loop" else "changes"
    other = others[0]
    message = (
        f"`{statement}` {does} `{variable}` with no lock held; elsewhere it is guarded by `{lock}` ({told}{more}). "
        f"`{other.function.qualname}` can run at the same time, and its lock doesn't keep this out."
    )
    own = isinstance(touch.node, ast.Attribute)
    base = f"{ast.unparse(touch.node.value)}." if isinstance(touch.node, ast.Attribute) and guarded.lock.startswith("attribute") else ""
    if touch.how == "loop":
        advice = f"Copy it under the lock (`with {base}{lock}:`) and loop over the copy."
    else:
        advice = f"Hold the lock here too: `with {base}{lock}:`."
    if own and touch.function.name.startswith("_"):
        advice += " If every caller holds it, say so in the function's name or docstring."
    return Suspicion(touch.module.statement_of(touch.node), message, advice)
