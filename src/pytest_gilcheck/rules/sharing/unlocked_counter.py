"""GIL401 unlocked-counter."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.rule import Page
from pytest_gilcheck.rules.sharing.advice import lock_advice, meeting_words
from pytest_gilcheck.rules.sharing.examples import unlocked_counter as examples
from pytest_gilcheck.rules.sharing.readers import reader_of
from pytest_gilcheck.rules.sharing.switch_points import can_switch
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
the same. It is an error where something outside the worker reads the result, else a warning.""",
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
Threads are followed from where they are started, through calls, methods and arguments, across the files of the run; a counter
whose threads are started by code outside of these files is not found. A lock is told by its type or by its name. Objects whose
origin can't be followed are taken for the worker's own, so some shared ones stay silent. In asyncio only an update with an
`await` between read and write is flagged: nothing else can come in between.""",
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
        if not sharing.concerns(module):
            return
        for update in sharing.updates_of(module):
            access = Access(update.node, update.target, module)
            if update.is_split and not self._is_open(update, module):
                continue
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
            if meeting is not None:
                yield self._suspicion(update, access, meeting)

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
        locks = "each holds another lock" if meeting.locked else "no lock is held"
        message = f"`{statement}` reads and writes `{variable}`; {meeting_words(meeting, access)}, and {locks}: {_loss(update, meeting)}."
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
    lost = "when two read the same value, one update is lost"
    if meeting.reach.start.kind is WorkerKind.TASK:
        return f"{lost} (the `await` lets the other task run)"
    if meeting.reach.start.kind is WorkerKind.PROCESS:
        return f"{lost} (the GIL doesn't help: each process has its own)"
    if can_switch(update):
        return f"{lost} (with and without the GIL)"
    return f"{lost} (on free-threaded builds; CPython 3.10 and later with the GIL doesn't switch between this read and write today)"
