"""Variables that a lock guards, as the accesses show it."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.touches import Touch

_LOCK_WORDS = re.compile(r"^_*(?:mutex|lock|cond(?:ition)?|sem)_|_(?:mutex|r?lock|cond(?:ition)?|cv|sem)_*$", re.IGNORECASE)

_MOST = 3  # updates under one lock to one under another: it is the right lock, and the other one a slip


@dataclass(frozen=True, slots=True, eq=False)
class Guarded:
    """A variable that a lock guards in most places: those places, and the ones where it is not held."""

    lock: str
    places: Sequence[Touch]
    bare: Sequence[Touch]

    @property
    def writes(self) -> list[Touch]:
        """Where it is changed with the lock held."""
        return [touch for touch in self.places if touch.writes]


def guarded(name: str, touches: Sequence[Touch], locks: frozenset[str]) -> Guarded | None:
    """The variable as one that is guarded, with the bare touches that break that; `None` if it isn't clear that it is."""
    counted = Counter(key for touch in touches for key in touch.held & locks)
    if not counted:
        return None
    lock, count = max(counted.items(), key=lambda item: (item[1], item[0]))
    places = [touch for touch in touches if lock in touch.held]
    writes = [touch for touch in places if touch.writes]
    unguarded = [touch for touch in touches if touch.writes and lock not in touch.held]
    outnumbered = len(_statements(writes)) < len(_statements(unguarded)) and len(_functions(writes)) < len(_functions(unguarded))
    if not writes or outnumbered:
        return None
    return Guarded(lock, places, list(_bare(name, touches, Guarded(lock, places, ()), count, bool(unguarded))))


def _bare(name: str, touches: Sequence[Touch], known: Guarded, count: int, is_written_bare: bool) -> Iterator[Touch]:
    alters = any(touch.how in ("change", "update") for touch in known.writes)
    in_place = any(_alters_in_place(touch) for touch in known.writes)
    often = len(_functions(known.places)) > 1
    changes = [t for t in touches if t.writes and not t.held and (alters or t.how != "write" or _is_split(t, touches))]
    loops = [touch for touch in touches if touch.how == "loop" and not touch.held]
    if often and (count >= 2 * len(_statements(changes)) or _is_one_among_many(known, changes)):
        yield from changes
    elif len(_statements(changes)) == 1 and _is_for_it_alone(known):
        yield from (change for change in changes if change.how != "write")
    if often:
        yield from _under_another_lock(touches, known, count)
    if not in_place:
        return
    if (often and count >= 2 * len(_statements(loops))) or _is_named_after(known.lock, name) or not is_written_bare:
        yield from loops


def _is_one_among_many(known: Guarded, changes: Sequence[Touch]) -> bool:
    """Whether a single function has all the bare changes, and many others take the lock."""
    return len(_functions(changes)) == 1 and len(_functions(known.places)) >= _MOST


def _under_another_lock(touches: Sequence[Touch], known: Guarded, count: int) -> Iterator[Touch]:
    """Changes with another lock held. Where updates are split between two locks, neither is the right one: GIL401 tells that."""
    for how in ("change", "update"):
        others = [t for t in touches if t.how == how and t.held and known.lock not in t.held]
        alike = _statements([t for t in known.places if t.how == how]) if how == "update" else ()
        if count >= 2 * len(_statements(others)) and (how == "change" or len(alike) >= _MOST * len(_statements(others))):
            yield from others


def _alters_in_place(touch: Touch) -> bool:
    """Whether somebody who goes through it meanwhile notices; a tuple is replaced as a whole."""
    if touch.how != "update":
        return touch.how == "change"
    statement = touch.statement
    return not (isinstance(statement, ast.AugAssign) and statement.target is touch.node and isinstance(statement.value, ast.Tuple))


def _is_split(touch: Touch, touches: Sequence[Touch]) -> bool:
    """Whether the function looks at the variable, too, before it sets it: a single store by itself harms no invariant."""
    return any(
        other.function is touch.function and not other.writes and not other.held and other.node.lineno <= touch.node.lineno
        for other in touches
    )


def _statements(touches: Sequence[Touch]) -> set[ast.stmt]:
    return {touch.statement for touch in touches}


def _functions(touches: Sequence[Touch]) -> set[Function]:
    return {touch.function for touch in touches}


def _is_named_after(lock: str, name: str) -> bool:
    """`_timers_lock` of `_timers`."""
    return _LOCK_WORDS.sub("", lock.rpartition(" ")[2]).strip("_") in {name.strip("_"), name.strip("_").removesuffix("s")}


def _is_for_it_alone(known: Guarded) -> bool:
    """Whether a place where the lock is held does nothing else than to change the variable: it was taken for that."""
    for touch in known.writes:
        above = touch.module.parent(touch.statement)
        if touch.how != "write" and isinstance(above, ast.With) and len(above.body) == 1:
            return True
    return False
