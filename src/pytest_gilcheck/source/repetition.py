"""Whether what is started in one place, or in two, may run at the same time."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_gilcheck.source.calls import bind, last_name
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.outside import Outside
from pytest_gilcheck.source.provenance import Provenance
from pytest_gilcheck.source.scopes import names_in
from pytest_gilcheck.source.starts import WorkerKind, WorkerStart, has_one_worker
from pytest_gilcheck.source.values import Instance
from pytest_gilcheck.source.waits import is_restart, overlapping_loop, run_beside, variables_of, waits, waits_at_once

if TYPE_CHECKING:
    from pytest_gilcheck.source.project import Project

_BY_ITSELF = frozenset({"initializer", "threaded server", "joblib"})


@dataclass(frozen=True, slots=True)
class Repetition:
    """Why one start gives several workers at once.

    `frame` 0: in one run of the function that starts, by `loop` (`None`: by itself, like `map`). `frame` 1: that function is
    called again, by the call `node` in a loop or by the calls `node` and `other`. `frame` 2: by something farther out.
    """

    frame: int
    module: Module
    node: ast.AST
    loop: ast.AST | None = None
    other: ast.AST | None = None


class Repetitions:
    """Answers for the starts of one project, each once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._known: dict[WorkerStart, tuple[Repetition, ...]] = {}
        self._made: dict[Class, tuple[tuple[ast.Call, Module], ...]] = {}

    def of(self, start: WorkerStart) -> tuple[Repetition, ...]:
        """Every reason why two workers of this start may run at once; none for a single worker."""
        found = self._known.get(start)
        if found is None:
            found = self._known[start] = tuple(self._find(start))
        return found

    def places(self, start: WorkerStart) -> tuple[tuple[ast.AST, Module], ...]:
        """Where it is started; a Thread subclass is wherever it or a class under it is instantiated."""
        if start.own and start.target is None and (cls := start.functions[0].cls) is not None:
            return self._instantiations(cls)
        return ((start.node, start.module),)

    def _instantiations(self, cls: Class) -> tuple[tuple[ast.Call, Module], ...]:
        found = self._made.get(cls)
        if found is None:
            below = [cls]
            for module in self._project.modules:
                below += [c for c in module.classes if c is not cls and any(base is cls for base in self._project.inference.mro(c))]
            names = {c.name for c in below}
            found = self._made[cls] = tuple(
                (call, module)
                for module in self._project.modules
                for call in module.calls_to(*sorted(names))
                if any(value in below for value in self._project.values(call.func, module))
            )
        return found

    def _find(self, start: WorkerStart) -> list[Repetition]:
        if isinstance(start.pool, Instance) and start.pool.call is not None and has_one_worker(start.pool.call):
            return []
        found: list[Repetition] = []
        for node, module in self.places(start):
            if (start.how in _BY_ITSELF and start.many) or (start.each and start.many and not _has_one_element(start)):
                found.append(Repetition(0, module, node))
            elif start.how not in _BY_ITSELF and start.how != "apply" and (loop := overlapping_loop(node, module)) is not None:
                found.append(Repetition(0, module, node, loop))
            else:
                found += self._by_callers(node, module)
        found += self._pairs(start)
        return found

    def _pairs(self, start: WorkerStart) -> list[Repetition]:
        """A Thread subclass that is instantiated in two places of one function."""
        places = self.places(start)
        for index, (node, module) in enumerate(places):
            for other, other_module in places[index + 1 :]:
                same = module is other_module and module.function_around(node) is module.function_around(other)
                if same and run_beside(node, other, module):
                    return [Repetition(0, module, node, other=other)]
        return []

    def _by_callers(self, node: ast.AST, module: Module) -> list[Repetition]:
        starter = module.function_around(node)
        if starter is None or starter.name.startswith("test") or is_restart(node, module):
            return []
        found: list[Repetition] = []
        if not waits(starter) and not waits_at_once(node, module):
            callers = self._project.callers(starter)
            for index, (call, caller_module) in enumerate(callers):
                if (loop := overlapping_loop(call, caller_module)) is not None:
                    found.append(Repetition(1, caller_module, call, loop))
                for other, other_module in callers[index + 1 :]:
                    same = caller_module is other_module and caller_module.function_around(call) is caller_module.function_around(other)
                    if same and run_beside(call, other, caller_module):
                        found.append(Repetition(1, caller_module, call, other=other))
        if self._project.workers.reaching(starter, WorkerKind.THREAD, WorkerKind.TASK) and self._runs_often(starter):
            found.append(Repetition(2, module, node))
        return found

    def _runs_often(self, starter: Function) -> bool:
        """Whether the function that starts is itself run by several workers at once."""
        for reach in self._project.workers.reaching(starter, WorkerKind.THREAD, WorkerKind.TASK):
            node, module = reach.start.node, reach.start.module
            if reach.start.many and overlapping_loop(node, module) is not None:
                return True
        return False

    def gives(self, repetition: Repetition, start: WorkerStart, function: Function) -> bool:
        """Whether what is repeated runs the function: one that starts its parameter runs for each caller what that gives."""
        starter = start.module.function_around(start.node)
        if repetition.frame == 0 or starter is None or not isinstance(start.target, ast.Name) or start.target.id not in starter.parameters:
            return True
        if start.pool is not None:
            return True  # tasks of many callers wait in one pool
        if repetition.frame == 2:
            return False
        calls = [call for call in (repetition.node, repetition.other) if isinstance(call, ast.Call)]
        return all(self._is_given(function, starter, start.target.id, call, repetition.module) for call in calls)

    def _is_given(self, function: Function, starter: Function, parameter: str, call: ast.Call, module: Module) -> bool:
        given = bind(starter, call.args, call.keywords).get(parameter)
        if given is None:
            return False
        values = self._project.values(given, module)
        if not values:
            return last_name(given) == function.name
        return any(one is function for value in values for one in self._project.functions_of(value))

    def is_shared(self, thing: Provenance, repetition: Repetition) -> bool:
        """Whether the workers that the repetition gives all have the same thing."""
        if thing.kind == "own":
            return False
        if thing.kind == "global":
            return True
        if repetition.frame == 0:
            if repetition.other is not None and not _names_given(repetition.node) & _names_given(repetition.other):
                return False  # each gets something else
            return thing.frame > 0 or thing.kind == "given" or not _within(thing.node, repetition.loop, repetition.module)
        if repetition.frame == 1:
            if thing.kind == "given" and thing.frame == 0:
                given = self._given(thing, repetition, repetition.node)
                if repetition.other is not None and self._given(thing, repetition, repetition.other).key != given.key:
                    return False
                return given.kind in ("global", "given") or (
                    given.kind == "made" and not _within(given.node, repetition.loop, repetition.module)
                )
            return thing.frame > 1 or (thing.frame == 1 and not _within(thing.node, repetition.loop, repetition.module))
        return thing.frame > 1

    def _given(self, thing: Provenance, repetition: Repetition, call: ast.AST) -> Provenance:
        """What the caller gives for the starter's parameter that the thing comes from."""
        outside = Outside(self._project, repetition.module, 1)
        assert isinstance(call, ast.Call), "a repetition by callers names a call"
        for function in self._project.functions_called(call, repetition.module):
            if thing.parameter == function.self_name:
                of_method = isinstance(call.func, ast.Attribute) and (function.name != "__init__" or call.func.attr == "__init__")
                return outside.thing(call.func.value) if of_method and isinstance(call.func, ast.Attribute) else Provenance("own")
            given = bind(function, call.args, call.keywords).get(thing.parameter)
            if given is not None:
                return outside.thing(given)
        return Provenance("own")

    def overlap(self, one: WorkerStart, other: WorkerStart) -> bool:
        """Whether workers of two starts may run at once."""
        if one is other:
            return bool(self.of(one))
        mine, theirs = (start.pool.call if isinstance(start.pool, Instance) else None for start in (one, other))
        if mine is not None and mine is theirs and has_one_worker(mine):
            return False
        return any(
            self._places_overlap(node, module, second, second_module)
            for node, module in self.places(one)
            for second, second_module in self.places(other)
        )

    def _places_overlap(self, one: ast.AST, module: Module, other: ast.AST, other_module: Module) -> bool:
        mine, theirs = module.function_around(one), other_module.function_around(other)
        if module is other_module and mine is theirs:
            return run_beside(one, other, module)
        if (
            mine is None
            or theirs is None
            or waits(mine)
            or waits(theirs)
            or waits_at_once(one, module)
            or waits_at_once(other, other_module)
        ):
            return False
        if mine.name.startswith("test") or theirs.name.startswith("test"):
            return False
        if mine.cls is not None and mine.cls is theirs.cls:
            if variables_of(one, module) & variables_of(other, other_module):
                return False  # the same attribute holds both: one thread, started anew
            return not mine.cls.name.startswith("Test") and not mine.cls.name.endswith(("Test", "Tests", "TestCase"))
        return self._called_together(mine, theirs)

    def _called_together(self, mine: Function, theirs: Function) -> bool:
        """Whether one function calls both, one after the other, and waits for neither in between."""
        for call, module in self._project.callers(mine):
            if module.function_around(call) is theirs:
                return True
            for other, other_module in self._project.callers(theirs):
                same = module is other_module and module.function_around(call) is other_module.function_around(other)
                if same and run_beside(call, other, module):
                    return True
        return any(module.function_around(call) is mine for call, module in self._project.callers(theirs))


def _names_given(call: ast.AST) -> frozenset[str]:
    return names_in(*call.args, *call.keywords) if isinstance(call, ast.Call) else frozenset()


def _within(node: ast.AST | None, loop: ast.AST | None, module: Module) -> bool:
    return node is not None and loop is not None and module.is_within(node, loop)


def _has_one_element(start: WorkerStart) -> bool:
    first = start.arguments[0] if start.arguments else None
    return isinstance(first, ast.List | ast.Tuple | ast.Set) and len(first.elts) == 1 and not isinstance(first.elts[0], ast.Starred)
