"""Expressions that start a process: `Process.start`, pools and managers of multiprocessing, executors that get a task."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_gilcheck.source import known, start_methods
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Class
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.values import External, Instance, Method, Value

if TYPE_CHECKING:
    from pytest_gilcheck.source.project import Project

_BASE_MANAGER = "multiprocessing.managers.BaseManager"
# Packages with the classes of multiprocessing under the same names, and with its start methods.
_TWINS = ("torch.multiprocessing.", "multiprocess.", "billiard.")
# Functions and classes: they may go by another name.
_CALLED = ("Pool", "Manager", "process_map", "spawn", "start_processes", "ProcessPool", "ProcessingPool")
_WAYS = (*_CALLED, "start", "submit", "map", "run_in_executor", "__enter__", "enter_context")
_FUNCTIONS = {
    "tqdm.contrib.concurrent.process_map": "a process pool",
    "torch.multiprocessing.spawn": "processes",
    "torch.multiprocessing.start_processes": "processes",
    # Theirs start when they are made; `ParallelPool` is over programs of its own and needs no guard.
    "pathos.pools.ProcessPool": "a process pool",
    "pathos.multiprocessing.ProcessPool": "a process pool",
    "pathos.multiprocessing.ProcessingPool": "a process pool",
}


@dataclass(frozen=True, slots=True, eq=False)
class ProcessStart:
    """One expression that starts a process.

    `what` names it ("a process pool"), `how` the call as written (`Pool`, `start`, `submit`); `made` is the call that made
    the pool or process, where it was seen. `methods` are the start methods that it may ask for
    (see `start_methods.asked_for`); `sure` is False when the expression may as well be something that starts no process.
    """

    node: ast.Call
    module: Module
    what: str
    how: str
    made: ast.Call | None = None
    made_in: Module | None = None
    methods: frozenset[str] = frozenset({start_methods.UNKNOWN})
    sure: bool = True

    @property
    def forks(self) -> bool:
        """Whether it asks for the start method `fork` in so many words."""
        return self.methods == {"fork"}

    @property
    def place(self) -> str:
        """`path:line`, for messages."""
        return f"{self.module.path}:{self.node.lineno}"


def starts_in(module: Module, project: Project) -> Iterator[ProcessStart]:
    """Every expression of the module that starts a process."""
    names = {*_WAYS, *module.other_names(_CALLED), *_pool_classes(module)}
    for call in module.calls_to(*sorted(names & module.called_names)):
        yield from _at_call(call, module, project)
    for statement in module.nodes(ast.With):
        for item in statement.items:
            name = last_name(item.context_expr)
            if isinstance(item.context_expr, ast.Call) and name.endswith("Manager") and name not in names:
                for value in project.values(item.context_expr, module):
                    if project.inference.is_a(value, _BASE_MANAGER) and isinstance(value, Instance):
                        yield _start(item.context_expr, module, "a manager process", value, True)


def _at_call(call: ast.Call, module: Module, project: Project) -> Iterator[ProcessStart]:
    callees = project.values(call.func, module)
    found = False
    for callee in callees:
        what = _started_by(callee, call, module, project)
        if what is None or found:
            continue
        found = True
        sure = all(_started_by(other, call, module, project) is not None for other in callees)
        owner = callee.owner if isinstance(callee, Method) and not _is_context(callee.owner) else None
        if last_name(call) in ("run_in_executor", "enter_context"):
            owner = next((v for v in project.values(call.args[0], module) if isinstance(v, Instance)), None)
        yield _start(call, module, what, owner, sure)


def _start(call: ast.Call, module: Module, what: str, owner: Instance | None, sure: bool) -> ProcessStart:
    made, made_in = (owner.call, owner.module) if owner is not None else (call, module)
    if not isinstance(made, ast.Call) or made_in is None:
        made, made_in = None, None
    return ProcessStart(call, module, what, last_name(call), made, made_in, start_methods.asked_for(made, made_in), sure)


def _started_by(callee: Value, call: ast.Call, module: Module, project: Project) -> str | None:
    """What calling the value starts, `None` if no process."""
    is_a = project.inference.is_a
    match callee:
        case External(name=name):
            plain = plain_name(name)
            if plain == known.MP_POOL:
                return "a process pool"
            if plain == known.MANAGER:
                return "a manager process"
            return _FUNCTIONS.get(name)
        case Class() if is_a(callee, known.MP_POOL) and not is_a(callee, known.THREAD_POOL):
            return "a process pool"
        case Method(owner=owner, name=name, function=None):
            return _started_by_method(owner, name, call, module, project)
        case _:
            return None


def _started_by_method(owner: Instance, name: str, call: ast.Call, module: Module, project: Project) -> str | None:
    is_a = project.inference.is_a
    if _is_context(owner) and name in ("Pool", "Manager"):
        return "a process pool" if name == "Pool" else "a manager process"
    if name == "start":
        if is_a(owner, known.PROCESS) or plain_name(owner.type if isinstance(owner.type, str) else "") == known.PROCESS:
            return "a process"
        return "a manager process" if is_a(owner, _BASE_MANAGER) else None
    if name == "__enter__":
        return "a manager process" if is_a(owner, _BASE_MANAGER) else None
    if name in ("submit", "map"):
        return "a process pool" if is_a(owner, known.PROCESS_EXECUTOR) else None
    if name == "run_in_executor" and call.args:
        pools = project.values(call.args[0], module)
        return "a process pool" if any(isinstance(p, Instance) and is_a(p, known.PROCESS_EXECUTOR) for p in pools) else None
    return None


def plain_name(name: str) -> str:
    """The name in multiprocessing of a class that a package with the same classes has."""
    for twin in _TWINS:
        if name.startswith(twin):
            return known.canonical("multiprocessing." + name[len(twin) :])
    return name


def _is_context(owner: Instance) -> bool:
    return owner.type == known.MP_CONTEXT


def _pool_classes(module: Module) -> set[str]:
    return {cls.name for cls in module.classes if any("Pool" in last_name(base) for base in cls.bases)}
