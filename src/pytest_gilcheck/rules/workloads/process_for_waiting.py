"""GIL604: processes for work that only waits."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pytest_gilcheck.model.rule import Page
from pytest_gilcheck.rules.workloads.examples.process_for_waiting import BAD, GOOD
from pytest_gilcheck.rules.workloads.hand_over import are_several, is_stand_in, name_of, place_in, tasks_in
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import TRIES, Module
from pytest_gilcheck.source.rule import SourceRule, Suspicion
from pytest_gilcheck.source.starts import WorkerKind, WorkerStart
from pytest_gilcheck.source.values import Instance
from pytest_gilcheck.source.work import Work, Workload

_ENDINGS = ("terminate", "kill", "exitcode", "terminate_workers", "kill_workers")
_SETTINGS = frozenset({"initializer", "maxtasksperchild", "max_tasks_per_child"})
_COLLECTING = frozenset({"Counter", "set", "frozenset"})
_TAKING_APART = frozenset(
    {
        "split", "rsplit", "splitlines", "count", "replace", "translate", "lower", "upper", "casefold", "title", "findall", "finditer",
        "sub", "subn", "search", "match", "fullmatch",
    }
)  # fmt: skip
_WAITED_FOR = {
    "time.sleep": "time to pass",
    "builtins.open": "a file",
    "builtins.file": "a file",
    "io.open": "a file",
    "subprocess": "another program",
    "os.system": "another program",
    "os.popen": "another program",
    "pathlib": "a file",
    "builtins.input": "somebody to type",
    "shutil": "files",
    **dict.fromkeys(("read_text", "read_bytes", "write_text", "write_bytes"), "a file"),
}


class ProcessForWaiting(SourceRule):
    """Whole processes that stand still."""

    code = "GIL604"
    name = "process-for-waiting"
    fails_from = None
    page = Page(
        what="""Flags several processes whose functions only wait: for an answer from the network, for another program, for a
file or for time to pass, and compute nothing to speak of.""",
        why="""A thread that waits lets the GIL go, so threads wait side by side just as well. A process for it costs tens of
milliseconds to start and tens of megabytes to keep, everything it is given and gives back is pickled, and it shares neither
connections nor caches. A hundred threads that wait are cheap; a hundred processes are not.""",
        instead="""Use a `ThreadPoolExecutor` with the same calls, and more workers than there are CPUs; or asyncio with an
asynchronous client.""",
        observed="""Not yet observed at run time: the finding rests on the source alone, and is always a warning.""",
        limits="""Silent when the function calls anything whose cost isn't known, or goes through what it got in a loop of its
own, counts it or takes a file's text apart; when only one process is started; and where processes are ended by force, renewed
or set up by an `initializer`, as threads can't be. In tests a function that sleeps stands for real work, and is left alone.""",
        references=(
            "https://docs.python.org/3/library/concurrent.futures.html#threadpoolexecutor-example",
            "https://docs.python.org/3/library/asyncio.html",
        ),
    )
    bad = BAD
    good = GOOD

    def check(self, module: Module) -> Iterator[Suspicion]:
        for start, workload in tasks_in(module, WorkerKind.PROCESS):
            if workload.work is not Work.WAITS or is_stand_in(start) or _needs_processes(start) or not are_several(start):
                continue
            if not any(_goes_through_it(function, _waits_for(workload) == "a file") for function in start.functions):
                yield _suspicion(start, workload)


def _needs_processes(start: WorkerStart) -> bool:
    """Whether the code does with its processes what can't be done with threads: ends them, renews them, sets each of them up."""
    made = start.pool.call if isinstance(start.pool, Instance) else None
    if isinstance(made, ast.Call) and any(keyword.arg in _SETTINGS for keyword in made.keywords):
        return True
    return any(not _ends_pool(node, start) for name in _ENDINGS for node in start.module.attribute_nodes(name))


def _ends_pool(node: ast.Attribute, start: WorkerStart) -> bool:
    """Whether it is the pool's own `terminate()` in a `finally`, as good as the end of its `with` block."""
    statement = start.module.statement_of(node)
    above = start.module.parent(statement)
    return start.pool is not None and isinstance(above, TRIES) and start.module.block_of(statement) is getattr(above, "finalbody", None)


def _goes_through_it(function: Function, from_file: bool) -> bool:
    """Whether the function makes something of all that it got: counts it, or takes it apart where getting it takes no longer."""
    return any(
        (last_name(call) in _COLLECTING and any(isinstance(part, ast.Call) for arg in call.args for part in ast.walk(arg)))
        or (from_file and isinstance(call.func, ast.Attribute) and call.func.attr in _TAKING_APART)
        for call in function.calls
    )


def _waits_for(workload: Workload) -> str:
    return next((what for name, what in _WAITED_FOR.items() if workload.name.startswith(name)), "an answer from elsewhere")


def _suspicion(start: WorkerStart, workload: Workload) -> Suspicion:
    where = f" ({place_in(workload, start)})" if workload.node is not None else ""
    return Suspicion(
        node=start.node,
        message=f"{name_of(start)} only waits for {_waits_for(workload)}{where}, and each of these waits keeps a whole process: "
        "threads wait side by side just as well, and cost next to nothing.",
        advice=f"Use {_instead(start)} instead, with the same calls.",
    )


def _instead(start: WorkerStart) -> str:
    if start.pool is None:
        return "threading.Thread"
    return "ThreadPoolExecutor" if start.how in ("submit", "map", "run_in_executor") else "multiprocessing.pool.ThreadPool"
