"""Where processes are started, and which functions lead there when they are called."""

from __future__ import annotations

import ast
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_gilcheck.source.calls import bind, last_name
from pytest_gilcheck.source.conditions import conditions_of
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.main_guard import is_guarded
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.parameter_conditions import decided, parameters_in
from pytest_gilcheck.source.process_starts import ProcessStart, starts_in
from pytest_gilcheck.source.scopes import FUNCTIONS
from pytest_gilcheck.source.starts import WorkerKind
from pytest_gilcheck.source.values import External, Instance

if TYPE_CHECKING:
    from pytest_gilcheck.source.project import Project

_DECLARED = frozenset({"fixture", "delayed", "task", "remote", "flow", "shared_task"})  # decorators that make a call run nothing here
_CALLING = frozenset({"builtins.map", "anyio.run", "trio.run", "timeit.timeit"})  # what calls its first argument right there
_RUNNERS = frozenset(
    {
        "run",
        "run_until_complete",
        "run_sync",
        "ensure_future",
        "create_task",
        "gather",
        "wait_for",
        "start_soon",
        "run_coroutine_threadsafe",
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class Lead:
    """A way to a process start: the functions called, the first one first, and whether it is taken for sure.

    `tests` are those in the first function that decide by its parameters, with the outcome that leads to the start.
    """

    start: ProcessStart
    chain: tuple[Function, ...]
    sure: bool = True
    tests: tuple[tuple[ast.expr, bool], ...] = ()
    receiver: str = ""  # the parameter of the first function on which it calls the second one as a method


@dataclass(frozen=True, slots=True, eq=False)
class ImportedStart:
    """A process start that the import of a module sets off: the expression at module level, and the way from there."""

    node: ast.expr
    start: ProcessStart
    chain: tuple[Function, ...] = ()
    sure: bool = True


class Processes:
    """The process starts of one project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._leads: dict[Function, Lead] = {}
        self._imported: dict[str, list[ImportedStart]] = defaultdict(list)
        self._todo: deque[Function] = deque()
        self._starts = {module: tuple(starts_in(module, project)) for module in project.modules}
        for module, starts in self._starts.items():
            for start in starts:
                self._step(start.node, module, Lead(start, (), start.sure))
        while self._todo:
            function = self._todo.popleft()
            lead = self._leads[function]
            for node, module in self._runs_of(function):
                self._step(node, module, lead)

    def starts_in(self, module: Module) -> tuple[ProcessStart, ...]:
        """Every expression of the module that starts a process."""
        return self._starts.get(module, ())

    def at_import(self, module: Module) -> list[ImportedStart]:
        """Starts that importing the module sets off outside any main guard, in no particular order."""
        return self._imported.get(module.path, [])

    def _step(self, node: ast.expr, module: Module, lead: Lead) -> None:
        """Note that `node` sets the lead off: at import, or one function further from its start."""
        if is_guarded(node, module):
            return
        if lead.receiver and self._is_of_another(node, module, lead):
            return
        sure = lead.sure
        if lead.tests:
            outcome = decided(lead.chain[0], node, lead.tests)
            if outcome is False:
                return
            sure = sure and outcome is True
        # One of several functions that the call can mean may well be one that is never meant.
        sure = sure and not (lead.chain and isinstance(node, ast.Call) and len(set(self._project.functions_called(node, module))) > 1)
        function = executed_in(node, module)
        if function is None:
            self._imported[module.path].append(ImportedStart(node, lead.start, lead.chain, sure))
        elif function not in self._leads and not any(last_name(d) in _DECLARED for d in function.decorators):
            tests = tuple((test, outcome) for test, outcome in conditions_of(node, module) if parameters_in(test, function))
            self._leads[function] = Lead(lead.start, (function, *lead.chain), sure, tests, _receiver(node, function) if lead.chain else "")
            self._todo.append(function)

    def _is_of_another(self, node: ast.expr, module: Module, lead: Lead) -> bool:
        """Whether the call gives an object whose method of that name is another one than the lead's."""
        if not isinstance(node, ast.Call) or len(lead.chain) < 2:
            return False
        given = bind(lead.chain[0], node.args, node.keywords).get(lead.receiver)
        values = self._project.values(given, module) if given is not None else ()
        return bool(values) and all(
            isinstance(value, Instance)
            and isinstance(value.type, Class)
            and (method := self._project.method(value.type, lead.chain[1].name)) is not None
            and method is not lead.chain[1]
            for value in values
        )

    def _runs_of(self, function: Function) -> Iterator[tuple[ast.expr, Module]]:
        """Expressions anywhere in the project that run the function's body where they stand."""
        for call, module in self._project.callers(function):
            if _runs_body(call, function, module):
                yield call, module
        yield from self._by_argument(function)
        yield from self._by_decorator(function)
        yield from self._by_with(function)
        for start in self._project.workers.starts_of(function):
            if start.kind is WorkerKind.THREAD and isinstance(start.node, ast.Call):
                yield start.node, start.module

    def _by_argument(self, function: Function) -> Iterator[tuple[ast.expr, Module]]:
        for module in self._project.modules:
            for call in module.calls_to("map", "run", "timeit"):
                if not (call.args and last_name(call.args[0]) == function.name and function in self._project.values(call.args[0], module)):
                    continue
                if any(isinstance(value, External) and value.name in _CALLING for value in self._project.values(call.func, module)):
                    yield call, module

    def _by_decorator(self, function: Function) -> Iterator[tuple[ast.expr, Module]]:
        outer = function.scope.parent
        names = {function.name, outer.name if outer is not None else ""}
        for module in self._project.modules:
            for decorator in module.decorators_named(*names):
                if self._runs_when_applied(decorator, function, module):
                    yield decorator, module

    def _runs_when_applied(self, decorator: ast.expr, function: Function, module: Module) -> bool:
        values = self._project.values(decorator, module)
        return any(found is function for value in values for found in self._project.functions_of(value))

    def _by_with(self, function: Function) -> Iterator[tuple[ast.expr, Module]]:
        if function.name not in ("__enter__", "__aenter__"):
            return
        for module in self._project.modules:
            for item in module.nodes(ast.withitem):
                for value in self._project.values(item.context_expr, module):
                    cls = value.type if isinstance(value, Instance) else None
                    if isinstance(cls, Class) and self._project.method(cls, function.name) is function:
                        yield item.context_expr, module


def executed_in(node: ast.AST, module: Module) -> Function | None:
    """The function whose call runs the node, through class bodies and comprehensions; `None` at module level."""
    scope = module.scope_at(node)
    while scope.parent is not None:
        if isinstance(scope.node, FUNCTIONS):
            return module.function_at(scope.node)
        scope = scope.parent
    return None


def _receiver(node: ast.expr, function: Function) -> str:
    """The parameter that the call is made on, as a method."""
    on = node.func.value if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None
    return on.id if isinstance(on, ast.Name) and on.id in function.parameters else ""


def _runs_body(call: ast.Call, function: Function, module: Module) -> bool:
    """Whether the call runs the body there: not so for coroutines and generators that are only made."""
    above = module.parent(call)
    if function.is_async and not function.is_generator:
        if isinstance(above, ast.Await):
            return True
        at: ast.AST | None = above
        while isinstance(at, ast.expr | ast.keyword | ast.comprehension):
            if isinstance(at, ast.Call) and last_name(at) in _RUNNERS:
                return True
            at = module.parent(at)
        return False
    if function.is_generator:
        return not isinstance(above, ast.Assign | ast.AnnAssign | ast.Expr | ast.Return)
    return True
