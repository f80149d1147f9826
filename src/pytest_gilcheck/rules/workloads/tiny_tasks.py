"""GIL602: a process pool for a handful of trivial calls."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_gilcheck.model.rule import Page
from pytest_gilcheck.rules.workloads.examples.tiny_tasks import BAD, GOOD
from pytest_gilcheck.rules.workloads.hand_over import is_stand_in, name_of, tasks_in
from pytest_gilcheck.rules.workloads.results import computes_from_arguments
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.rule import SourceRule, Suspicion
from pytest_gilcheck.source.starts import WorkerKind, WorkerStart
from pytest_gilcheck.source.turns import size_of, turns_of
from pytest_gilcheck.source.work import Work

_HANDFUL = 1000  # trivial calls that take less time together than a process takes to start


class TinyTasks(SourceRule):
    """Tasks that take less time than their way to another process."""

    code = "GIL602"
    name = "tiny-tasks"
    fails_from = None
    page = Page(
        what="""Flags process pools that are given a known small number of calls of a function that only does a few operations:
no loop, no recursion, no wait, nothing from outside that may take long. Pools of pathos, pebble, loky and joblib count, too.""",
        why="""Each task travels: its arguments are pickled, sent through a pipe, unpickled, and the result comes back the same
way. That takes some hundred microseconds, a multiplication takes less than one tenth of a microsecond; and starting the
processes takes tens of milliseconds before anything is computed. Such a pool makes the program slower.""",
        instead="""Call the function in a plain loop or comprehension. If there are many items, give the pool larger pieces: a
function that handles a whole slice, or `map(…, chunksize=…)`.""",
        observed="""Not yet observed at run time: the finding rests on the source alone, and is always a warning.""",
        limits="""Silent for a single call, when the number of calls isn't written in the source, when the function calls
anything whose cost isn't known, and when it doesn't compute anything from its arguments. In tests only functions of the program
itself count: those that a test defines stand for real work, and the pool is what is tested.""",
        references=(
            "https://docs.python.org/3/library/multiprocessing.html#programming-guidelines",
            "https://docs.python.org/3/library/concurrent.futures.html#concurrent.futures.Executor.map",
        ),
    )
    bad = BAD
    good = GOOD

    def check(self, module: Module) -> Iterator[Suspicion]:
        for start, workload in tasks_in(module, WorkerKind.PROCESS):
            if workload.work is not Work.BRIEF or not _is_of_pool(start) or not computes_from_arguments(start) or is_stand_in(start):
                continue
            calls = _number_of_calls(start)
            if calls is not None and 1 < calls <= _HANDFUL:
                yield _suspicion(start, calls)


def _is_of_pool(start: WorkerStart) -> bool:
    return start.pool is not None or start.how == "joblib"


def _number_of_calls(start: WorkerStart) -> int | None:
    module = start.module
    calls: int | None = 1
    if start.each:
        calls = size_of(start.arguments[0], module)
    around = module.loop_around(start.node)
    while around is not None and calls is not None:
        turns = turns_of(around, module)
        calls = None if turns is None else calls * turns
        around = module.loop_around(around)
    return calls


def _suspicion(start: WorkerStart, calls: int) -> Suspicion:
    return Suspicion(
        node=start.node,
        message=f"A process pool gets {calls} calls of {name_of(start)}, which does only a few operations: sending a task to another "
        "process takes far longer than that, and starting the processes longer still.",
        advice="Call the function in a plain loop; give processes larger pieces of work.",
    )
