"""Where code is given to another thread, process, interpreter or task."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from pytest_gilcheck.source import known
from pytest_gilcheck.source.calls import argument, bind
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.values import Value

if TYPE_CHECKING:
    pass


class WorkerKind(Enum):
    """Where a worker runs."""

    THREAD = "thread"
    PROCESS = "process"
    INTERPRETER = "interpreter"
    TASK = "task"  # on the event loop: only one runs at a time, switching at await


@dataclass(frozen=True, slots=True, eq=False)
class WorkerStart:
    """One expression that makes a function run elsewhere.

    `how` names the way as code does ("Thread", "submit", "map", "run_in_executor"); `target` is the expression of the
    function, `functions` what it can be in the project (empty for code from outside). `arguments` and `keywords` are given to
    it; with `each` set, every argument is an iterable of which a task gets one element. `many` says whether two of these may
    run at once because of this start alone; `pool` is the pool it goes to and `pool_node` its expression. `receiver` is the
    object whose bound method is run (`None` for plain functions); `own` marks a method that runs on an object of its own (`run`
    of a Thread subclass, a request handler).
    """

    node: ast.AST
    module: Module
    kind: WorkerKind
    how: str
    target: ast.expr | None
    functions: tuple[Function, ...]
    arguments: Sequence[ast.expr] = ()
    keywords: Sequence[ast.keyword] = ()
    each: bool = False
    many: bool = False
    pool: Value | None = None
    pool_node: ast.expr | None = None
    receiver: ast.expr | None = None
    own: bool = False

    @property
    def line(self) -> int:
        """Line of the start."""
        return int(getattr(self.node, "lineno", 1))

    @property
    def place(self) -> str:
        """`path:line`, for messages."""
        return f"{self.module.path}:{self.line}"

    def arguments_of(self, function: Function) -> dict[str, ast.expr]:
        """Which expression each of the function's parameters gets; elements of `each` have no expression.

        Arguments that a `partial` holds come first.
        """
        held: list[ast.expr] = []
        target = self.target
        while isinstance(target, ast.Call):  # partial(f, a)
            held[:0] = target.args[1:]
            target = target.args[0] if target.args else None
        if self.each:
            return bind(function, held, ())
        return bind(function, [*held, *self.arguments], self.keywords)


def kind_of_pool(name: str) -> WorkerKind | None:
    """Where the tasks of a known pool class run; `None` for other classes and for `Executor` itself."""
    if known.is_known_subclass(name, known.INTERPRETER_EXECUTOR):
        return WorkerKind.INTERPRETER
    if known.is_known_subclass(name, known.OTHER_THREAD_POOL):
        return WorkerKind.THREAD
    if known.is_known_subclass(name, known.OTHER_PROCESS_POOL):
        return WorkerKind.PROCESS
    if known.is_known_subclass(name, known.THREAD_EXECUTOR) or known.is_known_subclass(name, known.THREAD_POOL):
        return WorkerKind.THREAD
    if known.is_known_subclass(name, known.PROCESS_EXECUTOR) or known.is_known_subclass(name, known.MP_POOL):
        return WorkerKind.PROCESS
    return None


def has_one_worker(call: ast.expr) -> bool:
    """Whether a pool is made with one worker."""
    if not isinstance(call, ast.Call):
        return False
    size = argument(call, 0, "max_workers") or argument(call, 0, "processes") or argument(call, 0, "nodes")
    return isinstance(size, ast.Constant) and size.value == 1
