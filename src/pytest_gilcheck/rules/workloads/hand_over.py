"""How work is given to workers: how many at once, to which kinds of pool, and whether somebody measures what it brings."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.starts import WorkerKind, WorkerStart
from pytest_gilcheck.source.values import External, Instance, Method, Partial, Value
from pytest_gilcheck.source.waits import is_restart, run_beside, waits_at_once
from pytest_gilcheck.source.work import Work, Workload

_NO_WORK = frozenset({"initializer", "add_done_callback", "threaded server", "Timer"})  # ways that hand over no tasks of a batch
_MARKER = "expect_parallel_speedup"


def tasks_in(module: Module, kind: WorkerKind) -> Iterator[tuple[WorkerStart, Workload]]:
    """Starts in the module that surely hand tasks to workers of this kind, and what the tasks do."""
    project = module.project
    for start in project.workers.starts_in(module):
        if start.kind is kind and start.how not in _NO_WORK and _is_sure(start) and not is_measured(start):
            yield start, workload_of(start)


def workload_of(start: WorkerStart) -> Workload:
    """What a task of the start does; a worker that is a generator does nothing when it is called."""
    workloads = start.module.project.workloads
    if any(function.is_generator for function in start.functions):
        return Workload(Work.UNKNOWN)
    if start.target is None:
        found = [workloads.of(function) for function in start.functions]
        return found[0] if len(found) == 1 else Workload(Work.UNKNOWN)
    return workloads.of_callable(start.target, start.module)


def _is_sure(start: WorkerStart) -> bool:
    """Whether the tasks go to this kind of worker whatever the pool turns out to be."""
    if start.pool_node is None or (isinstance(start.pool_node, ast.Constant) and start.pool_node.value is None):
        return True  # the loop's own threads
    project = start.module.project
    kinds = {_kind(value, start) for value in project.values(start.pool_node, start.module)}
    return len(kinds) == 1


def _kind(value: Value, start: WorkerStart) -> str:
    if not isinstance(value, Instance):
        return "unknown"
    if isinstance(value.type, str):
        return value.type
    return next((base for base in start.module.project.inference.mro(value.type) if isinstance(base, str)), "unknown")


def are_several(start: WorkerStart) -> bool:
    """Whether several tasks like this one run at once."""
    project = start.module.project
    repetitions = [repetition for repetition in project.sharing.repetitions.of(start) if repetition.frame < 2]
    if repetitions:
        return True
    if waits_at_once(start.node, start.module) or is_restart(start.node, start.module):
        return False
    function = start.module.function_around(start.node)
    return any(
        other is not start
        and other.node is not start.node
        and other.kind is start.kind
        and other.how == start.how
        and start.module.function_around(other.node) is function
        and set(other.functions) & set(start.functions)
        and run_beside(start.node, other.node, start.module)
        for function_run in start.functions
        for other in project.workers.starts_of(function_run)
        if other.module is start.module
    )


def is_stand_in(start: WorkerStart) -> bool:
    """Whether a function of a test (or a builtin) stands for real work there; a script that is only named like a test is none."""
    if not start.module.is_test or not any(f.name.startswith("test") or f.name == "setUp" for f in start.module.functions):
        return start.module.is_test and not _is_script(start.module)
    return not start.functions or any(function.module.is_test for function in start.functions)


def _is_script(module: Module) -> bool:
    """Whether the file does its work when it is run: it has statements of its own at module level, and no test."""
    plain = (ast.Expr, ast.If, ast.For, ast.While, ast.With)
    return any(isinstance(statement, plain) and not _is_docstring(statement) for statement in module.tree.body)


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def is_measured(start: WorkerStart) -> bool:
    """Whether the test around says which speedup it expects: then it is measured, and need not be guessed."""
    function: Function | None = start.module.function_around(start.node)
    return function is not None and any(last_name(decorator) == _MARKER for decorator in function.decorators)


def name_of(start: WorkerStart) -> str:
    """What the tasks run, as a message names it."""
    module = start.module
    if start.target is None or isinstance(start.target, ast.Lambda):
        return f"`{start.functions[0].qualname}`" if start.target is None else "the lambda"
    for value in module.project.values(start.target, module):
        while isinstance(value, Partial):
            value = value.callee
        if isinstance(value, Function):
            return "the lambda" if isinstance(value.node, ast.Lambda) else f"`{value.qualname}`"
        if isinstance(value, Method) and value.function is not None:
            return f"`{value.function.qualname}`"
        if isinstance(value, External):
            return f"`{value.name.removeprefix('builtins.')}`"
    return f"`{ast.unparse(start.target)}`"


def place_in(workload: Workload, start: WorkerStart) -> str:
    """Where the node that shows the work stands: `line 7`, or `work.py:7` in another file."""
    line = getattr(workload.node, "lineno", 0)
    if workload.function is None or workload.function.module is start.module:
        return f"line {line}"
    return f"{workload.function.module.path}:{line}"
