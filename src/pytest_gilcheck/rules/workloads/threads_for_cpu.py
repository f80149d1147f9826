"""GIL601: threads for work that computes in pure Python."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pytest_gilcheck.model.rule import Page
from pytest_gilcheck.rules.workloads.examples.threads_for_cpu import BAD, GOOD
from pytest_gilcheck.rules.workloads.hand_over import are_several, name_of, place_in, tasks_in
from pytest_gilcheck.rules.workloads.results import computes_from_arguments, disturbs, gives_result
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import LOOPS, Module
from pytest_gilcheck.source.rule import SourceRule, Suspicion
from pytest_gilcheck.source.scopes import COMPREHENSIONS
from pytest_gilcheck.source.starts import WorkerKind, WorkerStart
from pytest_gilcheck.source.turns import size_of
from pytest_gilcheck.source.work import Work, Workload

_ASKS_FOR_GIL = ("_is_gil_enabled", "Py_GIL_DISABLED")
_BATCH = 50  # items; with fewer of them it is a demonstration
_OTHER_KINDS = (WorkerKind.PROCESS, WorkerKind.INTERPRETER)


class ThreadsForCpu(SourceRule):
    """Several threads that all want the one lock of the interpreter."""

    code = "GIL601"
    name = "threads-for-cpu"
    fails_from = None
    page = Page(
        what="""Flags tasks for several threads whose functions compute in pure Python: loops, comprehensions and recursion with
arithmetic, building of strings, sorting or parsing, with no wait and no call that may let the GIL go; and pools that map a
plain arithmetic function over fifty values or more.""",
        why="""The interpreter's global lock lets one thread run Python code at a time. Threads that only compute take turns:
four of them take as long as one that does all the work, plus the switching. What looks like parallel work is sequential.""",
        instead="""Give such work to processes (`ProcessPoolExecutor`), on Python 3.14 or later also to interpreters
(`InterpreterPoolExecutor`), or do the loop in a library that lets the GIL go, such as numpy. On a free-threaded build of Python
the threads do run at once: a package that is made for it says so by the classifier `Programming Language :: Python :: Free
Threading`, and this rule is silent there.""",
        observed="""Not yet observed at run time: the finding rests on the source alone, and is always a warning.""",
        limits="""Silent as soon as anything is called that is not known to keep the GIL: every function from outside of the
project but those of a short list, everything in files that import numpy and its like, anything that waits, takes a lock or
reads a file. Silent too for a single thread beside the program, for loops of few turns, for workers that bring nothing home or
change what others share (in tests those are stress tests), for work that the project gives to processes too, and where
`sys._is_gil_enabled` is asked.""",
        references=(
            "https://docs.python.org/3/glossary.html#term-global-interpreter-lock",
            "https://docs.python.org/3/library/concurrent.futures.html#processpoolexecutor",
            "https://docs.python.org/3/howto/free-threading-python.html",
        ),
    )
    bad = BAD
    good = GOOD

    def check(self, module: Module) -> Iterator[Suspicion]:
        if any(word in module.text for word in _ASKS_FOR_GIL):
            return
        for start, workload in tasks_in(module, WorkerKind.THREAD):
            if workload.work is Work.COMPUTES:
                found = _is_pitfall(start)
            else:
                found = workload.work is Work.BRIEF and _is_batch_of_sums(start)
            if found and not module.project.declares_free_threading(module):
                yield _suspicion(start, workload)


def _is_pitfall(start: WorkerStart) -> bool:
    return all(_is_worth_it(function) for function in start.functions) and are_several(start)


def _is_batch_of_sums(start: WorkerStart) -> bool:
    """Whether a pool maps a function that only does some arithmetic with its arguments, and not for a handful of them."""
    return (
        start.each
        and start.pool is not None
        and bool(start.functions)
        and not start.module.is_test
        and computes_from_arguments(start)
        and all(_is_arithmetic(function) for function in start.functions)
        and ((size := size_of(start.arguments[0], start.module)) is not None and size >= _BATCH)
        and not any(disturbs(function) for function in start.functions)
    )


def _is_arithmetic(function: Function) -> bool:
    """Whether the body is straight on, with some arithmetic in it."""
    nodes = [node for statement in function.body for node in ast.walk(statement)]
    return any(isinstance(node, ast.BinOp) and not isinstance(node.op, ast.Mod) for node in nodes) and not any(
        isinstance(node, (*LOOPS, *COMPREHENSIONS)) for node in nodes
    )


def _is_worth_it(function: Function) -> bool:
    """Whether the function brings something home, and is not given to processes elsewhere, to compare or by a setting."""
    workers = function.module.project.workers
    return (
        gives_result(function) and not disturbs(function) and not any(other.kind in _OTHER_KINDS for other in workers.starts_of(function))
    )


def _suspicion(start: WorkerStart, workload: Workload) -> Suspicion:
    name = name_of(start)
    given = (
        "runs in several threads at once"
        if start.how in ("Thread", "start_new_thread") or start.own
        else f"goes to threads by `{start.how}`"
    )
    if workload.work is Work.BRIEF:
        how = "only does a few operations in pure Python"
    else:
        how = _computing(start, workload)
    return Suspicion(
        node=start.node,
        message=f"{name} {how} and {given}: the GIL lets only one of them compute at a time, so they take as long as one after the other.",
        advice="Call the function in a plain loop." if workload.work is Work.BRIEF else _advice(start),
    )


def _computing(start: WorkerStart, workload: Workload) -> str:
    return f"computes in pure Python ({_shown(start, workload)})" if workload.node is not None else "computes and keeps the GIL"


def _shown(start: WorkerStart, workload: Workload) -> str:
    match workload.node:
        case ast.Call() if not workload.name:
            what = "the recursion"
        case ast.Call():
            what = f"`{workload.name.removeprefix('builtins.')}`"
        case ast.For() | ast.While():
            what = "the loop"
        case _:
            what = "the comprehension"
    return f"{what} in {place_in(workload, start)}"


def _advice(start: WorkerStart) -> str:
    if start.how in ("to_thread", "run_in_executor", "run_sync"):
        return "Use `loop.run_in_executor` with a ProcessPoolExecutor, made once."
    if start.how in ("Thread", "start_new_thread", "joblib") or start.own:
        return "Use processes, such as `ProcessPoolExecutor().map`, and return the results; or do the work in a plain loop."
    return "Use a process pool here (or an InterpreterPoolExecutor on Python 3.14 or later); or do the work in a plain loop."
