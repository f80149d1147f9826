"""Variables that locks guard, file by file, and where they are changed or gone through without their lock."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_gilcheck.source.guarded import Guarded, guarded
from pytest_gilcheck.source.guards import LOCK_MAKERS, Guards, may_be_lock
from pytest_gilcheck.source.intent import is_alone, is_meant
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.spots import Spots
from pytest_gilcheck.source.touch_meetings import meets
from pytest_gilcheck.source.touches import Touch

if TYPE_CHECKING:
    from pytest_gilcheck.source.project import Project


@dataclass(frozen=True, slots=True, eq=False)
class Variables:
    """Those of one class, or of a module, that are touched with one of its locks held: by name, with every touch of each.

    `outside` are touches by code that is no part of the class.
    """

    touches: Mapping[str, Sequence[Touch]]
    outside: Mapping[str, Sequence[Touch]]
    locks: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class BareTouch:
    """One touch without the lock, the variable as it is guarded elsewhere, and the guarded touches that may be made meanwhile."""

    touch: Touch
    known: Guarded
    others: Sequence[Touch]


class GuardedVariables:
    """Answers for one project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._variables: dict[Module, tuple[Variables, ...]] = {}
        self._bare: dict[Module, tuple[BareTouch, ...]] = {}

    def of(self, module: Module) -> tuple[Variables, ...]:
        """Those of each class of the file that has a lock for threads, and those of the file itself."""
        found = self._variables.get(module)
        if found is None:
            found = self._variables[module] = tuple(_find_variables(module, self._project))
        return found

    def bare(self, module: Module) -> tuple[BareTouch, ...]:
        """Changes of guarded variables, and loops over them, in code of the file that doesn't hold the lock."""
        found = self._bare.get(module)
        if found is None:
            found = self._bare[module] = tuple(_find_bare(self.of(module), module, self._project.lock_order.spots))
        return found


def _find_variables(module: Module, project: Project) -> Iterator[Variables]:
    project.workers  # noqa: B018  # until they are known, nothing is known of what they are given
    guards, takes_some = Guards(project), _takes_locks(module)
    for cls in module.classes:
        bases = [base for base in project.inference.mro(cls) if not isinstance(base, str)]
        if not (takes_some or any(base.module.called_names & LOCK_MAKERS for base in bases)):
            continue
        locks = guards.locks_of(cls)
        if not locks:
            continue
        touches = guards.of_class(cls, locks)
        outside = {name: list(guards.from_outside(module, name, cls)) for name in touches if any(name in base.attributes for base in bases)}
        yield Variables(touches, outside, locks)
    if module.called_names & LOCK_MAKERS and (locks := guards.locks_in(module)):
        yield Variables(guards.of_module(module, locks), {}, locks)


def _takes_locks(module: Module) -> bool:
    """Whether something that is called a lock is taken in the file, wherever it is made."""
    return any(
        isinstance(item.context_expr, ast.Attribute) and may_be_lock(item.context_expr.attr)
        for statement in module.nodes(ast.With)
        for item in statement.items
    )


def _find_bare(found: Sequence[Variables], module: Module, spots: Spots) -> Iterator[BareTouch]:
    for variables in found:
        for name, inside in variables.touches.items():
            touches = [touch for touch in (*inside, *variables.outside.get(name, ())) if not is_alone(touch.function)]
            known = guarded(name, touches, variables.locks)
            for touch in known.bare if known is not None else ():
                if known is None or touch.module is not module or is_meant(touch, known.lock):
                    continue
                if touch.held and not _is_wrong(touch, known.lock):
                    continue
                others = [place for place in known.places if meets(touch, place, spots)]
                if others:
                    yield BareTouch(touch, known, others)


def _is_wrong(touch: Touch, lock: str) -> bool:
    """Whether the lock that the function takes there keeps nobody from taking the right one, and no caller holds that."""
    project = touch.module.project
    held = project.locks.held(touch.node, touch.module)
    return project.locks.are_apart(frozenset({lock}), held) and lock not in project.lock_order.acquisitions.on_entry(touch.function)
