"""GIL102: ways to make a task of a process one that can't be pickled."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from mutation.source import Edit, Source
from mutation.submissions import Submission, expects_failure, is_started, speaks_of_fork, submissions

NEEDED = rb"multiprocessing|ProcessPoolExecutor"
_PICKLES_MORE = re.compile(rb"^\s*(?:import|from)\s+(?:cloudpickle|loky|pathos|dill|multiprocess)\b", re.MULTILINE)
_FAILS = re.compile(r"pickl|serializ", re.IGNORECASE)


def lambda_task(source: Source) -> Iterator[list[Edit]]:
    """The function is called by a lambda."""
    for found in _sites(source):
        yield [source.marked(found.call), _in_place(found, source, b"lambda *args: " + source.text(found.task) + b"(*args)")]


def partial_lambda(source: Source) -> Iterator[list[Edit]]:
    """A partial of a lambda."""
    for found in _sites(source):
        new = b"functools.partial(lambda *args: " + source.text(found.task) + b"(*args))"
        yield [source.importing("import functools"), source.marked(found.call), _in_place(found, source, new)]


def nested_function(source: Source) -> Iterator[list[Edit]]:
    """The function is called by one that is defined in the caller."""
    for found in _sites(source):
        statement = source.statement(found.call)
        indent = source.indent(statement)
        if source.function_around(found.call) is None or indent is None:
            continue
        lines = b"def task(*args):\n" + indent + b"    return " + source.text(found.task) + b"(*args)\n\n" + indent
        at = source.start(statement)
        yield [Edit(at, at, lines), source.marked(found.call), _in_place(found, source, b"task")]


def method_of_lock_holder(source: Source) -> Iterator[list[Edit]]:
    """The function is called by a method of an object that has a lock."""
    for found in _sites(source):
        if not isinstance(found.task, ast.Name) or found.task.id not in source.functions:
            continue
        code = f"""class Counted:
    def __init__(self):
        self.lock = threading.Lock()
        self.calls = 0

    def run(self, *args):
        with self.lock:
            self.calls += 1
        return {found.task.id}(*args)


"""
        at = _before_user(found, source)
        if at is not None:
            yield [
                source.importing("import threading"),
                Edit(at, at, code.encode()),
                source.marked(found.call),
                _in_place(found, source, b"Counted().run"),
            ]


def lock_argument(source: Source) -> Iterator[list[Edit]]:
    """A lock of threads as an argument."""
    for edits in _with_argument(source, b"threading.Lock()"):
        yield [source.importing("import threading"), *edits]


def file_argument(source: Source) -> Iterator[list[Edit]]:
    """An open file as an argument."""
    yield from _with_argument(source, b"open(__file__)")


def generator_argument(source: Source) -> Iterator[list[Edit]]:
    """A generator as an argument."""
    yield from _with_argument(source, b"(number for number in range(10))")


def _sites(source: Source) -> Iterator[Submission]:
    """Functions with a name that are given to a process, where pickling is needed and expected to work."""
    if _PICKLES_MORE.search(source.data) or speaks_of_fork(source):
        return
    for found in submissions(source):
        around = source.function_around(found.call)
        name = getattr(around, "name", "")
        if not found.is_process or _FAILS.search(name) or expects_failure(found.call, source) or not _is_named(found.task, source):
            continue
        if found.how != "Process" or is_started(found, source):
            yield found


def _is_named(task: ast.expr, source: Source) -> bool:
    """Whether the task is a function at module level, here or in an imported module."""
    return (isinstance(task, ast.Name) and task.id in source.functions) or bool(source.dotted(task))


def _in_place(found: Submission, source: Source, new: bytes) -> Edit:
    return Edit(source.start(found.task), source.end(found.task), new)


def _with_argument(source: Source, argument: bytes) -> Iterator[list[Edit]]:
    """The sites with one argument more; the function gets a parameter for it."""
    for found in _sites(source):
        if not isinstance(found.task, ast.Name) or found.task.id not in source.functions or source.loads(found.task.id) > 1:
            continue
        function = source.functions[found.task.id]
        first = next(iter([*function.args.posonlyargs, *function.args.args]), None)
        if first is None or function.args.posonlyargs:
            continue
        edits = [Edit(source.start(first), source.start(first), b"extra, "), source.marked(found.call)]
        given = next((keyword.value for keyword in found.call.keywords if keyword.arg == "args"), None)
        if found.how == "submit":
            at = source.end(found.task)
            yield [*edits, Edit(at, at, b", " + argument)]
        elif found.how == "Process" and isinstance(given, ast.Tuple) and given.elts:
            at = source.start(given.elts[0])
            yield [*edits, Edit(at, at, argument + b", ")]
        elif found.how in ("apply", "apply_async") and len(found.call.args) > 1 and isinstance(found.call.args[1], ast.Tuple):
            elements = found.call.args[1].elts
            if elements:
                yield [*edits, Edit(source.start(elements[0]), source.start(elements[0]), argument + b", ")]


def _before_user(found: Submission, source: Source) -> int | None:
    """Where a class may be put in: before the statement at module level that makes the call."""
    top = next((up for up in source.above(found.call) if up in source.tree.body), None)
    if not isinstance(top, ast.stmt):
        return None
    first = min([top.lineno, *(decorator.lineno for decorator in getattr(top, "decorator_list", ()))])
    return source.line_start(first)
