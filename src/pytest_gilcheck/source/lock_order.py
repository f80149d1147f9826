"""In which order locks are taken, and where two orders can meet."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, islice, product
from typing import TYPE_CHECKING

from pytest_gilcheck.source.acquisitions import Acquisition, Acquisitions
from pytest_gilcheck.source.bare_touches import GuardedVariables
from pytest_gilcheck.source.calls import bind
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.spots import Spot, Spots
from pytest_gilcheck.source.starts import WorkerStart

if TYPE_CHECKING:
    from pytest_gilcheck.source.project import Project

_MOST_NESTINGS = 6  # of one pair of locks; more of the same tell nothing new
_MOST_TOLD = 3  # places where the one is taken under the other
_LONGEST_CYCLE = 4
_MOST_LOCKS = 60  # around which cycles are looked for


@dataclass(frozen=True, slots=True, eq=False)
class Nesting:
    """One lock taken while another is held.

    `function` is the one that holds the outer lock (`None` for code of a module), `chain` leads from there to the one that takes the
    inner. `start` is set where it is known by which start of a worker these two locks come together.
    """

    outer: str
    inner: Acquisition
    inner_key: str
    held: frozenset[str]
    function: Function | None
    place: ast.AST
    module: Module
    chain: tuple[Function, ...] = ()
    start: WorkerStart | None = None

    @property
    def spot(self) -> Spot:
        """Where a thread is that holds the outer lock and wants the inner one."""
        return Spot(self.place, self.module, self.function, self.start)


@dataclass(frozen=True, slots=True, eq=False)
class Inversion:
    """Nestings that together close a ring: each holds the lock that the next one wants."""

    nestings: tuple[Nesting, ...]


class LockOrder:
    """Answers for one project."""

    def __init__(self, project: Project) -> None:
        project.workers  # noqa: B018  # until they are known, nothing is known of what they are given
        self._project = project
        self.acquisitions = Acquisitions(project)
        self.spots = Spots(project)
        self.guarded = GuardedVariables(project)

    @cached_property
    def inversions(self) -> dict[Module, list[tuple[Inversion, Nesting]]]:
        """All rings of locks that threads may close, with each of their nestings, by the module in which its inner lock is taken."""
        found: dict[Module, list[tuple[Inversion, Nesting]]] = defaultdict(list)
        for cycle in self._cycles():
            told: dict[ast.expr, tuple[Inversion, Nesting]] = {}
            for i in range(len(cycle)):
                inversions = self._closed((*cycle[i:], *cycle[:i]))
                for inversion in islice(inversions, _MOST_TOLD):
                    told.setdefault(inversion.nestings[0].inner.node, (inversion, inversion.nestings[0]))
            for inversion, nesting in told.values():
                found[nesting.inner.module].append((inversion, nesting))
        return found

    @cached_property
    def _nestings(self) -> dict[str, dict[str, list[Nesting]]]:
        """By outer lock and inner lock."""
        found: dict[str, dict[str, list[Nesting]]] = defaultdict(lambda: defaultdict(list))
        for nesting in map(self._by_class, self._all_nestings()):
            if nesting.outer == nesting.inner_key:
                continue
            known = found[nesting.outer][nesting.inner_key]
            if len(known) < _MOST_NESTINGS:
                known.append(nesting)
        return found

    def _all_nestings(self) -> Iterator[Nesting]:
        for acquisition in self.acquisitions.all():
            held = self.acquisitions.held_at(acquisition)
            if acquisition.key in held or not acquisition.blocks:
                continue
            for outer in sorted(held):
                nesting = Nesting(
                    outer, acquisition, acquisition.key, held, acquisition.function, acquisition.node, acquisition.module,
                )  # fmt: skip
                yield nesting
                yield from self._with_arguments(nesting)
        for function in self.acquisitions.functions:
            for call in function.calls:
                held = self._project.locks.held(call, function.module)
                for inner in self.acquisitions.below(call, function.module) if held else ():
                    if inner.acquisition.key not in held and not inner.held & {inner.acquisition.key}:
                        for outer in sorted(held):
                            yield Nesting(
                                outer, inner.acquisition, inner.acquisition.key, held | inner.held, function, call, function.module,
                                (function, *inner.chain),
                            )  # fmt: skip

    def _by_class(self, nesting: Nesting) -> Nesting:
        """The same with locks of unknown objects told by the class that the object's name speaks of: `sensor.lock`, `Sensor.lock`."""
        if not any(key.startswith("member ") for key in nesting.held | {nesting.inner_key}):
            return nesting
        outer, inner = self._attribute_of_class(nesting.outer), self._attribute_of_class(nesting.inner_key)
        return replace(nesting, outer=outer, inner_key=inner, held=frozenset(map(self._attribute_of_class, nesting.held)))

    def _attribute_of_class(self, key: str) -> str:
        if not key.startswith("member "):
            return key
        owner, _, attribute = key.rpartition(" ")
        name = owner.rpartition(" ")[2].replace("_", "").lower()
        return self._locks_by_class_name.get((name, attribute)) or key

    @cached_property
    def _locks_by_class_name(self) -> dict[tuple[str, str], str]:
        """Keys of the locks that objects have, by class and attribute; empty where two classes of one name have such a lock."""
        found: dict[tuple[str, str], str] = {}
        for module in self._project.modules:
            for cls in module.classes:
                for name, bindings in cls.attributes.items():
                    nodes = [b.node for b in bindings if isinstance(b.node, ast.Attribute) and isinstance(b.value, ast.Call)]
                    if nodes and self._project.locks.is_lock(nodes[0], module):
                        known = (cls.name.replace("_", "").lower(), name)
                        found[known] = "" if known in found else self._project.locks.key(nodes[0], module)
        return found

    def _with_arguments(self, nesting: Nesting) -> Iterator[Nesting]:
        """`def work(first, second): with first, second: …`: the same for the locks that callers and starts give."""
        function = nesting.function
        if function is None:
            return
        prefix = f"local {function.module.path}:{function.qualname} "
        if not any(key.removeprefix(prefix) in function.parameters for key in (nesting.outer, nesting.inner_key)):
            return
        for start in self._project.workers.starts_of(function):
            if not start.each:
                given = start.arguments_of(function)
                yield from self._renamed(nesting, prefix, given, start.module, replace(nesting, start=start))
        for call, module in self._project.callers(function):
            here = replace(nesting, function=module.function_around(call), place=call, module=module)
            yield from self._renamed(nesting, prefix, bind(function, call.args, call.keywords), module, here)

    def _renamed(self, nesting: Nesting, prefix: str, given: dict[str, ast.expr], module: Module, found: Nesting) -> Iterator[Nesting]:
        keys = []
        for key in (nesting.outer, nesting.inner_key):
            expression = given.get(key.removeprefix(prefix)) if key.startswith(prefix) else None
            keys.append(self._project.locks.key(expression, module) if expression is not None else key)
        if keys != [nesting.outer, nesting.inner_key] and keys[0] != keys[1]:
            yield replace(found, outer=keys[0], inner_key=keys[1], held=nesting.held - {nesting.outer, nesting.inner_key} | {keys[0]})

    def _cycles(self) -> Iterator[tuple[str, ...]]:
        """Rings of locks, each once, from its least key."""
        inner_of = self._nestings
        locks = [key for key in sorted(inner_of) if not key.startswith("text ")][:_MOST_LOCKS]
        for first in locks:
            todo: list[tuple[str, ...]] = [(first,)]
            while todo:
                path = todo.pop()
                for key in sorted(inner_of[path[-1]]) if path[-1] in inner_of else ():
                    if key == first and len(path) > 1:
                        yield path
                    elif key > first and key not in path and len(path) < _LONGEST_CYCLE:
                        todo.append((*path, key))

    def _closed(self, cycle: tuple[str, ...]) -> Iterator[Inversion]:
        """One inversion for each acquisition of the second lock under the first."""
        first, *others = [self._nestings[key][cycle[(i + 1) % len(cycle)]] for i, key in enumerate(cycle)]
        told: set[ast.expr] = set()
        for nesting in first:
            if nesting.inner.node in told:
                continue
            for rest in product(*others):
                nestings = (nesting, *rest)
                if all(self._can_meet(one, other, cycle) for one, other in combinations(nestings, 2)):
                    told.add(nesting.inner.node)
                    yield Inversion(nestings)
                    break

    def _can_meet(self, one: Nesting, other: Nesting, cycle: tuple[str, ...]) -> bool:
        gates = [(n.held | self.acquisitions.on_entry(n.function)) - set(cycle) for n in (one, other)]
        return not gates[0] & gates[1] and self.spots.may_run_at_once(one.spot, other.spot)
