"""Which accesses two threads may make at the same time to one and the same thing, with no lock in common."""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.outside import Outside
from pytest_gilcheck.source.provenance import OWN, Provenance
from pytest_gilcheck.source.repetition import Repetition, Repetitions
from pytest_gilcheck.source.starts import WorkerKind
from pytest_gilcheck.source.trace import Trace
from pytest_gilcheck.source.updates import Update, updates_in
from pytest_gilcheck.source.waits import calls_of, loops_beside, waits, window

if TYPE_CHECKING:
    from pytest_gilcheck.source.project import Project
    from pytest_gilcheck.source.workers import Reach

_MAX_WAYS = 40  # into one function; more starts than this are a test suite's, and tell nothing new


@dataclass(frozen=True, slots=True, eq=False)
class Access:
    """A place where code touches a variable: `target` names it, `node` is the statement or expression that is reported.

    With `inside`, what is touched is the thing that the expression gives (a list, a path), not the variable that holds it.
    """

    node: ast.AST
    target: ast.expr
    module: Module
    inside: bool = False

    @property
    def function(self) -> Function | None:
        """The function that it stands in."""
        return self.module.function_around(self.node)


@dataclass(frozen=True, slots=True, eq=False)
class Meeting:
    """How two threads come to the same variable at once.

    `reach` is the way of one of them; with `repetition` the other one came the same way, else it is at `other`, in a worker by
    `other_reach` or, without that, in the thread that started the worker. `sure` is false where it takes more than what
    stands in the source, such as a caller that uses two methods of an object at once. `locked` says that both hold a lock, each
    another one.
    """

    reach: Reach
    thing: Provenance
    repetition: Repetition | None = None
    other: Access | None = None
    other_reach: Reach | None = None
    sure: bool = True
    locked: bool = False


class Sharing:
    """Answers for one project."""

    def __init__(self, project: Project) -> None:
        project.workers  # noqa: B018  # until they are known, nothing is known of what they are given
        self._project = project
        self.repetitions = Repetitions(project)
        self._updates: dict[Module, list[Update]] = {}
        self._ways: dict[tuple[ast.AST, tuple[WorkerKind, ...]], list[tuple[Reach, Provenance]]] = {}

    @cached_property
    def _concerned(self) -> frozenset[tuple[Module, Function | None]]:
        """Functions that run in workers or start some; `None` for the code of a module outside of any."""
        workers = self._project.workers
        kinds = (WorkerKind.THREAD, WorkerKind.PROCESS, WorkerKind.TASK)
        running = {(function.module, function) for function in workers.reached_functions(*kinds)}
        return frozenset(running | {(start.module, start.module.function_around(start.node)) for start in workers.starts})

    @cached_property
    def _concerned_modules(self) -> frozenset[Module]:
        return frozenset(module for module, _ in self._concerned)

    def concerns(self, module: Module) -> bool:
        """Whether anything in the module runs in a worker or starts one; all other modules need no reading."""
        return module in self._concerned_modules

    def concerns_node(self, node: ast.AST, module: Module) -> bool:
        """Whether the function around the node runs in a worker or starts one."""
        return (module, module.function_around(node)) in self._concerned

    @cached_property
    def updates(self) -> dict[str, list[Update]]:
        """All read-modify-writes of the project, by the last name of their variable."""
        found: dict[str, list[Update]] = defaultdict(list)
        for module in sorted(self._concerned_modules, key=lambda module: module.path):
            for update in self.updates_of(module):
                found[update.name].append(update)
        return found

    def updates_of(self, module: Module) -> list[Update]:
        """Read-modify-writes of one module, which may be one that only workers elsewhere call into."""
        if module not in self._updates:
            self._updates[module] = list(updates_in(module))
        return self._updates[module]

    def ways(self, access: Access, *kinds: WorkerKind) -> list[tuple[Reach, Provenance]]:
        """How workers get to the access, and where the variable comes from on each way."""
        key = (access.target, kinds)
        found = self._ways.get(key)
        if found is None:
            found = self._ways[key] = list(self._find_ways(access, kinds))
        return found

    def _find_ways(self, access: Access, kinds: tuple[WorkerKind, ...]) -> list[tuple[Reach, Provenance]]:
        function = access.function
        if function is None:
            return []
        reaches = self._project.workers.reaching(function, *kinds)[:_MAX_WAYS]
        return [(reach, thing) for reach in reaches if (thing := self._thing(access, reach)).kind != "own"]

    def _thing(self, access: Access, reach: Reach) -> Provenance:
        trace, level = Trace(self._project, reach), len(reach.chain) - 1
        return trace.text(access.target, level) if access.inside else trace.variable(access.target, level)

    def locks(self, access: Access, reach: Reach | None) -> frozenset[str]:
        """Keys of the locks held at an access that is come to that way."""
        held = self._project.locks.held(access.node, access.module)
        return held | reach.locks if reach is not None else held

    def meeting(self, access: Access, rivals: list[Access], *kinds: WorkerKind) -> Meeting | None:
        """How two threads may be at the access, or at it and one of its rivals, at once; `None` if they can't be.

        A rival is any other access of what may be the same variable. An access under a lock meets nobody.
        """
        unlocked = [(reach, thing) for reach, thing in self.ways(access, *kinds) if not self.locks(access, reach)]
        for reach, thing in unlocked:
            for repetition in self.repetitions.of(reach.start):
                if self.repetitions.gives(repetition, reach.start, reach.chain[0]) and self.repetitions.is_shared(thing, repetition):
                    return Meeting(reach, thing, repetition)
        for rival in [access, *rivals]:
            if (found := self._with_worker(unlocked, rival, kinds)) is not None:
                return found
        for reach, thing in unlocked:
            for rival in [access, *rivals]:
                if (found := self._with_starter(reach, thing, rival)) is not None:
                    return found
        return None if unlocked else self._from_starter(access, rivals, kinds)

    def meeting_under_locks(self, access: Access, rivals: list[Access], *kinds: WorkerKind) -> Meeting | None:
        """How two threads may be at the access and at one of its rivals at once, each under a lock that the other doesn't take."""
        for reach, thing in self.ways(access, *kinds):
            for rival in rivals:
                if rival.function is access.function and _hands_over(access.function):
                    continue
                for other, other_thing in self.ways(rival, *kinds):
                    if not _is_same(thing, other_thing):
                        continue
                    if not self._project.locks.are_apart(self.locks(access, reach), self.locks(rival, other)):
                        continue
                    if self.repetitions.overlap(reach.start, other.start):
                        return Meeting(reach, thing, other=rival, other_reach=other, locked=True)
        return None

    def _with_worker(self, unlocked: list[tuple[Reach, Provenance]], rival: Access, kinds: tuple[WorkerKind, ...]) -> Meeting | None:
        theirs = self.ways(rival, *kinds)
        for reach, thing in unlocked:
            for other, other_thing in theirs:
                if other.start is reach.start or not _is_same(thing, other_thing) or self._are_of_siblings(reach, thing, other):
                    continue
                if self.repetitions.overlap(reach.start, other.start):
                    return Meeting(reach, thing, other=rival, other_reach=other)
        return None

    def _are_of_siblings(self, reach: Reach, thing: Provenance, other: Reach) -> bool:
        """Whether it hangs on `self`, and two classes start the workers that only have a base in common: no object is of both."""
        if thing.kind != "given" or not thing.key.startswith("self "):
            return False
        one, two = (way.start.module.function_around(way.start.node) for way in (reach, other))
        if one is None or two is None or one.cls is None or two.cls is None or one.cls is two.cls:
            return False
        mro = self._project.inference.mro
        return one.cls not in mro(two.cls) and two.cls not in mro(one.cls)

    def _with_starter(self, reach: Reach, thing: Provenance, rival: Access) -> Meeting | None:
        """The thread that starts the worker makes the same kind of access while that runs."""
        start = reach.start
        starter = start.module.function_around(start.node)
        if start.own and start.target is None and not isinstance(start.node, ast.Call):
            return None
        first, last = window(start.node, start.module)
        if rival.module is start.module and rival.function is starter:
            line = getattr(rival.node, "lineno", 0)
            theirs = Outside(self._project, start.module, 0).thing(rival.target)
            if first <= line <= last and _is_same(thing, theirs):
                return Meeting(reach, thing, other=rival)
        function = rival.function
        for call in calls_of(starter, start.module) if function is not None else ():
            called = first <= call.lineno <= last and any(one is function for one in self._project.functions_called(call, start.module))
            if called and function is not None and self._same_by_call(thing, rival, function, call, start.module):
                return Meeting(reach, thing, other=rival)
        return None

    def _same_by_call(self, thing: Provenance, rival: Access, function: Function, call: ast.Call, module: Module) -> bool:
        """Whether a function that the starter calls itself touches the worker's variable."""
        root = rival.target
        while isinstance(root, ast.Attribute | ast.Subscript):
            root = root.value
        if isinstance(root, ast.Name) and root.id == function.self_name and isinstance(call.func, ast.Attribute):
            theirs = Outside(self._project, module, 0).thing(call.func.value)
            return theirs.kind != "own" and thing.key.startswith(theirs.key)
        return thing.kind == "global" and isinstance(root, ast.Name) and root.id not in function.parameters

    def _from_starter(self, access: Access, rivals: list[Access], kinds: tuple[WorkerKind, ...]) -> Meeting | None:
        """The access itself is in the thread that starts a worker which makes a rival one."""
        if self.locks(access, None):
            return None
        function = access.function
        for rival in rivals:
            for reach, thing in self.ways(rival, *kinds):
                start = reach.start
                if start.module is not access.module or start.module.function_around(start.node) is not function:
                    continue
                if (found := self._with_starter(reach, thing, access)) is not None and found.other is access:
                    return Meeting(reach, thing, other=rival)
        return None

    def beside_worker(self, access: Access, rivals: list[Access]) -> Meeting | None:
        """A background thread of an object, and a method that its users call: both change the same attribute."""
        for rival in rivals:
            for reach, thing in self.ways(access, WorkerKind.THREAD):
                if not self.locks(access, reach) and self._is_called_beside(rival, reach, thing):
                    return Meeting(reach, thing, other=rival, sure=False)
            for reach, thing in self.ways(rival, WorkerKind.THREAD):
                if not self.locks(access, None) and self._is_called_beside(access, reach, thing):
                    return Meeting(reach, thing, other=rival, sure=False)
        return None

    def _is_called_beside(self, access: Access, reach: Reach, thing: Provenance) -> bool:
        """Whether the access is in a public method of the object whose background thread the way leads into."""
        function = access.function
        if (
            thing.kind != "given"
            or not thing.key.startswith("self ")
            or function is None
            or function.cls is None
            or function.name.startswith("_")
        ):
            return False
        starter = reach.start.module.function_around(reach.start.node)
        if starter is None or starter is function or starter.cls is not function.cls or waits(starter) or waits(function):
            return False
        if loops_beside(reach.start.node, reach.start.module):
            return False  # the thread of the caller has something else to do meanwhile
        if self._project.workers.reaching(function):
            return False
        return isinstance(access.target, ast.Attribute | ast.Subscript) and _self_key_of(access, self._project) == thing.key


def _hands_over(function: Function | None) -> bool:
    """Whether it leaves with a lock held that another thread lets go of, as barriers made of locks do."""
    return function is not None and sum(last_name(call) == "acquire" for call in function.calls) > 1


def _is_same(one: Provenance, other: Provenance) -> bool:
    return one.kind != "own" and other.kind != "own" and one.key == other.key


def _self_key_of(access: Access, project: Project) -> str:
    return Outside(project, access.module, 0).thing(access.target).key if access.function is not None else OWN.key
