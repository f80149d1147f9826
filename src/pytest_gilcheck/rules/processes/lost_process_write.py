"""GIL103: a process writes a variable that only its own copy of the program has."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pytest_gilcheck.model.rule import Page
from pytest_gilcheck.rules.processes.examples.lost_process_write import BAD, GOOD
from pytest_gilcheck.rules.processes.parent_reads import is_sent, reader_of
from pytest_gilcheck.rules.processes.writes import Variable, Write, variable_of, writes_in
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.conditions import conditions_of
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.rule import SourceRule, Suspicion
from pytest_gilcheck.source.starts import WorkerKind
from pytest_gilcheck.source.workers import Reach

_MAX_WAYS = 6  # ways into workers that are tried for one statement


class LostProcessWrite(SourceRule):
    """What a worker process writes into a variable stays in that process."""

    code = "GIL103"
    name = "lost-process-write"
    fails_from = None
    page = Page(
        what="""\
Flags writes of a worker process to a variable that the process which started it reads afterwards. The variable is a global,
a class attribute, one of a function around the worker, an attribute of the object whose method runs (or of a `Process`
subclass), or a list, dictionary or set that the worker was given; a write is an assignment, `+=`, a new item, or `append`
and its like. It is found along calls, in whichever module of the project.""",
        why="""\
A process has memory of its own. With `fork` it begins with a copy of its parent's variables, with `spawn` it makes them
anew; either way what it writes changes its copy and nobody else's. The parent then reads what was there before: an empty
list, a counter at zero. No error tells, and the same code with threads works.""",
        instead="""\
Return the value from the task and collect what `map` or the futures give. A `Process` returns nothing: give it a
`multiprocessing.Queue` or a pipe to send results through. For a single number use `multiprocessing.Value`, for lists and
dictionaries those of a `multiprocessing.Manager`.""",
        observed="Not observed while tests run in this version: the finding rests on the source.",
        limits="""\
Silent about caches of a process (filled under a test of the same variable, by an `initializer`, or read by workers only),
about values that the worker returns or sends as well, and about everything that `multiprocessing` shares (`Value`, `Array`,
managers, shared memory). Objects are followed from `self` and arguments of the worker's own function only.""",
        references=(
            "https://docs.python.org/3/library/multiprocessing.html#sharing-state-between-processes",
            "https://docs.python.org/3/library/multiprocessing.html#exchanging-objects-between-processes",
        ),
    )
    bad = BAD
    good = GOOD

    def check(self, module: Module) -> Iterator[Suspicion]:
        """Writes in functions of this module that run in processes."""
        workers = module.project.workers
        if not any(start.kind is WorkerKind.PROCESS for start in workers.starts):
            return
        functions = {function for function in module.functions if workers.reaching(function, WorkerKind.PROCESS)}
        if not functions:
            return
        for write in writes_in(module, functions):
            suspicion = _judged(write)
            if suspicion is not None:
                yield suspicion


def _judged(write: Write) -> Suspicion | None:
    function = write.function
    assert function is not None, "writes of functions only"
    if _is_cache(write) or _is_set_up(write, function):
        return None
    for reach in write.module.project.workers.reaching(function, WorkerKind.PROCESS)[:_MAX_WAYS]:
        # A test that runs the program in a process, or a program whose tests are called back, has its own ways to see what became of it.
        if reach.start.how == "initializer" or reach.start.module.is_test is not write.module.is_test:
            continue
        variable = variable_of(write, reach)
        if variable is None or is_sent(variable, reach):
            continue
        reader = reader_of(write, variable, reach)
        if reader is not None:
            return _suspicion(write, variable, reach, reader)
    return None


def _is_cache(write: Write) -> bool:
    """Whether a test of the same variable decides about the write: filled once in each process, for that process."""
    target = write.target
    while isinstance(target, ast.Subscript):
        target = target.value
    name = last_name(target)
    return any(
        isinstance(part, ast.Name | ast.Attribute) and last_name(part) == name
        for test, _ in conditions_of(write.node, write.module)
        for part in ast.walk(test)
    )


def _is_set_up(write: Write, function: Function) -> bool:
    """Whether it keeps what the worker was given: the parent has that already."""
    value = write.node.value if isinstance(write.node, ast.Assign) else None
    return not write.adds and isinstance(value, ast.Name) and value.id in function.parameters


def _suspicion(write: Write, variable: Variable, reach: Reach, reader: tuple[ast.expr, Module]) -> Suspicion:
    node, module = reader
    where = f"line {node.lineno}" if module is write.module else f"{module.path}:{node.lineno}"
    statement = ast.unparse(write.node).partition("\n")[0]
    started = reach.start
    at = f"line {started.line}" if started.module is write.module else started.place
    name = ast.unparse(variable.node)
    message = (
        f"`{statement}` runs in a process of its own (`{reach.chain[0].qualname}`, {started.how} at {at}) and changes that process's copy; "
        f"`{ast.unparse(node)}`, read at {where} by the process that started it, never gets to see it."
    )
    return Suspicion(write.node, message, _advice(name, reach, write), None, (f"{module.path}:{node.lineno} reads it", reach.describe()))


def _advice(name: str, reach: Reach, write: Write) -> str:
    worker = reach.chain[0].name
    if reach.start.pool is not None:
        return f"Return the value from `{worker}`, and update `{name}` where the results of `{reach.start.how}` arrive."
    if isinstance(write.node, ast.AugAssign):
        return f"Make `{name}` a `multiprocessing.Value` and change it under its `get_lock()`, or send the number through a queue."
    return f"Send the value through a `multiprocessing.Queue` that `{worker}` is given, or use what `multiprocessing.Manager()` makes."
