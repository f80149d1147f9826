"""Which classes may derive from others, by the names of their bases alone: the cheap look before the exact one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from pytest_gilcheck.source import known
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Class
from pytest_gilcheck.source.module import Module


def derived_from(names: Iterable[str], modules: Sequence[Module]) -> Iterator[Class]:
    """Classes with a base of the last name of one of these known classes, of one derived from them, or of a class found so far.

    A base that goes by another name in its file counts, too; one that is no name (a call, a subscript) always does.
    """
    below: dict[str, list[Class]] = defaultdict(list)
    for module in modules:
        originals: dict[str, set[str]] = defaultdict(set)
        for original, others in module.aliases.items():
            for other in others:
                originals[other].add(original)
        for cls in module.classes:
            for base in cls.bases:
                name = last_name(base)
                for possible in {name, *originals.get(name, ())}:
                    below[possible].append(cls)
    todo = ["", *_last_names(tuple(names))]
    seen: set[str] = set()
    found: dict[Class, None] = {}
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            for cls in below.get(name, ()):
                found[cls] = None
                todo.append(cls.name)
    yield from found


@cache
def _last_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """How the known classes may be called in a base."""
    spelt = {**known.CANONICAL, **{name: name for name in (*names, *known.BASES)}}
    starters = (name for name, canonical in spelt.items() if any(known.is_known_subclass(canonical, base) for base in names))
    return tuple(name.rpartition(".")[2] for name in starters)
