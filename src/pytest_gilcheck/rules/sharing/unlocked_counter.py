"""GIL401 unlocked-counter."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.rule import Page
from pytest_gilcheck.rules.sharing.advice import lock_advice, meeting_words
from pytest_gilcheck.rules.sharing.callbacks import why_called_back
from pytest_gilcheck.rules.sharing.examples import unlocked_counter as examples
from pytest_gilcheck.rules.sharing.other_locks import other_lock, unlocked_memory
from pytest_gilcheck.rules.sharing.outside_callers import beside_itself, is_worth_a_look, why_updated_at_once
from pytest_gilcheck.rules.sharing.readers import is_never_read, reader_of
from pytest_gilcheck.rules.sharing.rest_of_program import why_beside_the_rest
from pytest_gilcheck.rules.sharing.served import why_served
from pytest_gilcheck.rules.sharing.switch_points import can_switch
from pytest_gilcheck.rules.sharing.thread_identity import asks_who_runs
from pytest_gilcheck.source.branches import is_for_elsewhere
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.rule import SourceRule, Suspicion
from pytest_gilcheck.source.sharing import Access, Meeting
from pytest_gilcheck.source.starts import WorkerKind
from pytest_gilcheck.source.updates import Update
from pytest_gilcheck.source.values import Instance

# Shared between processes; their items and `.value` are read and written in two steps.
_SHARED_MEMORY = (
    "multiprocessing.Value", "multiprocessing.RawValue", "multiprocessing.sharedctypes.Value", "multiprocessing.sharedctypes.RawValue",
    "multiprocessing.managers.ValueProxy", "multiprocessing.managers.NamespaceProxy",
)  # fmt: skip
_SHARED_ITEMS = (
    "multiprocessing.Array", "multiprocessing.RawArray", "multiprocessing.sharedctypes.Array",
    "multiprocessing.managers.DictProxy", "multiprocessing.managers.ListProxy",
)  # fmt: skip


class UnlockedCounter(SourceRule):
    """Read-modify-writes that two workers make to the same variable without a lock."""

    code = "GIL401"
    name = "unlocked-counter"
    fails_from = Evidence.SUSPECTED
    page = Page(
        what="""\
A variable that several workers share is read, changed and written back (`n += 1`, `d[k] = d.get(k, 0) + 1`) with no lock held.
The variable is a global, a closure's, an attribute of an object or class that the threads have in common, an item of a
container, or a `multiprocessing.Value`; the code runs in two threads at once, or in one while the thread that started it does
the same. It is an error where something outside the worker reads the result, else a warning. Updates that hold a lock are told,
as a warning, where others of the same variable hold another one: two locks keep nobody apart.""",
        why="""\
Reading and writing are two steps. If two threads read 7 and both write 8, one of two updates is lost: no exception, only a total
that is too small, now and then. Whether today's interpreter can switch threads between the two steps depends on the build and
on what stands between them: with the GIL, CPython 3.10 and later loses nothing of a plain `self.n += 1`, but loses half of
`self.n += price()`; without the GIL half of both is lost. The message says which of the two this one is.""",
        instead="""\
Hold one lock around each update of the variable, or let each task return its count and add them up where they are collected, or
give each thread a slot of its own. `itertools.count`, `queue.Queue`, and `multiprocessing.Value` with `get_lock()` do it for you.""",
        observed="Not observed while tests run in this version: the finding rests on the source.",
        limits="""\
Threads are followed from where they are started, through calls, methods and arguments, across the files of the run. Where code
outside of these files starts them, only signs tell (a class takes a lock of its own in two methods, a docstring promises
threads, things are kept by thread, a web server or gRPC runs the function for each request, a known library calls it back from
its thread), and the finding is a warning; classes without any sign stay silent, and so do private numbers that nobody reads. A
lock is told by its type or by its name. Objects whose origin can't be followed are taken for the worker's own, so some shared
ones stay silent. In asyncio only an update with an `await` between read and write is flagged: nothing else can come in
between.""",
        references=(
            (
                "[Which changes of global values are thread-safe?]"
                "(https://docs.python.org/3/faq/library.html#what-kinds-of-global-value-mutation-are-thread-safe)"
            ),
            "[multiprocessing.Value](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Value)",
            "[PEP 703: Making the Global Interpreter Lock Optional](https://peps.python.org/pep-0703/)",
        ),
    )
    bad = examples.BAD
    good = examples.GOOD

    def check(self, module: Module) -> Iterator[Suspicion]:
        """Updates of shared variables in this module."""
        sharing = module.project.sharing
        followed, promised = sharing.concerns(module), is_worth_a_look(module)
        if not followed and not promised:
            return
        for update in sharing.updates_of(module):
            if not followed and not update.plain:
                continue
            access = Access(update.node, update.target, module)
            if (update.is_split and not self._is_open(update, module)) or is_for_elsewhere(update.node, module):
                continue
            if asks_who_runs(update.node, module) or _is_made_by_metaclass(access) or is_never_read(update):
                continue
            found = self._followed(update, access) if followed else None
            if found is None and promised:
                found = self._elsewhere(update, access)
            if found is not None and not (found.level is Level.WARNING and _is_told_of_its_lock(update)):
                yield found

    def _followed(self, update: Update, access: Access) -> Suspicion | None:
        """Where the workers that meet are started in sight."""
        sharing = access.module.project.sharing
        kinds = self._kinds(update)
        rivals = [
            Access(other.node, other.target, other.module)
            for other in sharing.updates.get(update.name, ())
            if other.node is not update.node
        ]
        meeting = sharing.meeting(access, rivals, *kinds)
        if meeting is None and WorkerKind.THREAD in kinds:
            meeting = sharing.beside_worker(access, rivals)
        meeting = meeting or sharing.meeting_under_locks(access, rivals, *kinds)
        return self._suspicion(update, access, meeting) if meeting is not None else None

    def _elsewhere(self, update: Update, access: Access) -> Suspicion | None:
        """Where nothing in sight starts the workers, but the code says that there are some."""
        if not update.plain:
            return None
        if (memory := unlocked_memory(update)) is not None:
            return self._outside(update, memory, "processes")
        if (found := other_lock(update)) is not None:
            return _under_two_locks(update, *found)
        if self._kinds(update) != (WorkerKind.THREAD,):
            return None
        why = beside_itself(access, WorkerKind.THREAD) or why_updated_at_once(update, access)
        why = why or why_served(update.node, update.target, update.module) or why_called_back(update) or why_beside_the_rest(access)
        return self._outside(update, why) if why is not None else None

    def _outside(self, update: Update, why: str, workers: str = "threads") -> Suspicion:
        function = update.module.function_around(update.node)
        name = function.qualname if function is not None else "<module>"
        statement = ast.unparse(update.node).partition("\n")[0]
        message = (
            f"`{statement}` reads and writes `{ast.unparse(update.target)}`, and no lock is held; {why}. "
            + (f"If two {workers} are in `{name}` at once" if "changes it too" not in why else "If both do it at once")
            + ", one update can be lost."
        )
        advice = "Hold one lock around every update of it; if only one thread ever comes here, say so in the docstring."
        if workers == "processes":
            advice = f"Hold its lock here too: `with {ast.unparse(update.target).removesuffix('.value')}.get_lock():`."
        return Suspicion(update.node, message, advice, Level.WARNING)

    def _is_open(self, update: Update, module: Module) -> bool:
        """Whether no lock covers both the read and the write; a read under a lock that was let go of doesn't help."""
        locks = module.project.locks
        return not locks.held(update.read, module) & locks.held(update.node, module)

    def _kinds(self, update: Update) -> tuple[WorkerKind, ...]:
        """In which workers this update can lose something."""
        project, module, target = update.module.project, update.module, update.target
        if isinstance(target, ast.Attribute | ast.Subscript):
            kinds = _SHARED_MEMORY if isinstance(target, ast.Attribute) else _SHARED_ITEMS
            if any(isinstance(v, Instance) and v.type in kinds for v in project.values(target.value, module)):
                return (WorkerKind.PROCESS, WorkerKind.THREAD)
        if _awaits_between(update):
            return (WorkerKind.THREAD, WorkerKind.TASK)
        return (WorkerKind.THREAD,)

    def _suspicion(self, update: Update, access: Access, meeting: Meeting) -> Suspicion:
        variable = ast.unparse(update.target)
        statement = ast.unparse(update.node).partition("\n")[0]
        reader = reader_of(update)
        words = meeting_words(meeting, access)
        words = f"{words[0].upper()}{words[1:]}{', each under another lock' if meeting.locked else ''}"
        locks = "" if meeting.locked else " with no lock held"
        message = f"`{statement}` reads and writes `{variable}`{locks}. {words}. {_loss(update, meeting)}."
        seen = []
        if reader is not None:
            node, module = reader
            where = f"{module.path}:{node.lineno}"
            message += f" The result is read at {where}."
            seen.append(f"{where} reads it outside of the worker")
        # What was made several calls away from the start reaches it by calls whose arguments may decide against threads.
        certain = reader is not None and meeting.sure and update.plain and meeting.thing.frame < 2
        advice = "Hold the same lock around every update of it." if meeting.locked else lock_advice(update.target, access, meeting)
        return Suspicion(
            update.node, message, advice, None if certain else Level.WARNING,
            (f"{meeting.reach.start.place} starts {meeting.reach.describe()}", *seen),
        )  # fmt: skip


def _is_told_of_its_lock(update: Update) -> bool:
    """Whether a lock guards the variable elsewhere: GIL405 names it here, which says more than that there should be one."""
    module = update.module
    if module.is_test and not module.project.sharing.concerns(module):
        return False
    return any(bare.touch.statement is update.node for bare in module.project.lock_order.guarded.bare(module))


def _under_two_locks(update: Update, other: Update, lock: str, second: str) -> Suspicion:
    statement = ast.unparse(update.node).partition("\n")[0]
    place = f"line {other.node.lineno}" if other.module is update.module else f"{other.module.path}:{other.node.lineno}"
    message = (
        f"`{statement}` reads and writes `{ast.unparse(update.target)}` under `{lock}`, and {place} does under `{second}`. "
        "Two threads that hold one of these locks each are not kept apart: one update can be lost."
    )
    return Suspicion(update.node, message, f"Choose one of `{lock}` and `{second}`, and hold it around every update of it.", Level.WARNING)


def _is_made_by_metaclass(access: Access) -> bool:
    """Whether it is in the constructor of a class whose metaclass decides when that runs, as for singletons."""
    function = access.function
    if function is None or function.cls is None or function.name not in ("__init__", "__new__"):
        return False
    return any(one.name == "__call__" for one in function.module.project.functions_of(function.cls))


def _awaits_between(update: Update) -> bool:
    """Whether the event loop may run something else between the read and the write."""
    if update.is_split:
        function = update.module.function_around(update.node)
        first, last = update.read.lineno, update.node.lineno
        return function is not None and any(
            first <= node.lineno <= last and update.module.function_around(node) is function for node in update.module.nodes(ast.Await)
        )
    if isinstance(update.node, ast.AugAssign):
        return any(isinstance(part, ast.Await) for part in ast.walk(update.value))
    return any(
        isinstance(part, ast.Await) and (part.lineno, part.col_offset) > (update.read.lineno, update.read.col_offset)
        for part in ast.walk(update.value)
    )


def _loss(update: Update, meeting: Meeting) -> str:
    lost = "When two of them read the same value, one update is lost"
    if meeting.reach.start.kind is WorkerKind.TASK:
        return f"{lost} (the `await` lets the other task run)"
    if meeting.reach.start.kind is WorkerKind.PROCESS:
        return f"{lost} (the GIL doesn't help: each process has its own)"
    if can_switch(update):
        return f"{lost} (with and without the GIL)"
    return f"{lost} (on a Python without the GIL, such as 3.14t; the usual one, from 3.10 on, switches no threads at this point)"
