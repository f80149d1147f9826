"""The files of one run: parsed when needed, found by the names they are imported by, connected by calls and fixtures."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path, PurePosixPath

from pytest_gilcheck.source import known
from pytest_gilcheck.source.calls import bind, last_name
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.event_loop import EventLoop
from pytest_gilcheck.source.files import Files
from pytest_gilcheck.source.infer import Inference
from pytest_gilcheck.source.lock_order import LockOrder
from pytest_gilcheck.source.locks import Locks
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.packaging import declares_free_threading
from pytest_gilcheck.source.processes import Processes
from pytest_gilcheck.source.queues import Queues
from pytest_gilcheck.source.reader import Unreadable
from pytest_gilcheck.source.relays import Relays
from pytest_gilcheck.source.sharing import Sharing
from pytest_gilcheck.source.values import External, Instance, Method, Value
from pytest_gilcheck.source.workers import Workers
from pytest_gilcheck.source.workload import Workloads

Argument = tuple[ast.expr, Module]


class Project:
    """`files` maps each path as reports show it (relative, `/`) to the file itself."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = Files(files, self)
        self.inference = Inference(self)
        self.locks = Locks(self)

    # Files and modules

    def data(self, path: str) -> bytes | Unreadable:
        """The bytes of a file, read once."""
        return self._files.data(path)

    def module(self, path: str) -> Module | Unreadable:
        """The parsed file."""
        return self._files.module(path)

    def is_relevant(self, path: str) -> bool:
        """Whether the file has something to do with concurrency by itself."""
        return path in self._files.relevant

    @cached_property
    def modules(self) -> tuple[Module, ...]:
        """All parsed files that have something to do with concurrency by themselves, in path order."""
        return tuple(module for _, module in sorted(self._files.relevant.items()) if isinstance(module, Module))

    def naming(self, name: str) -> Iterator[Module]:
        """Every file with the name (or `.name`) in it, also where nothing is concurrent: for claims that nobody does something."""
        return self._files.naming(name)

    def named(self, dotted: str, importer: Module | None) -> Module | None:
        """The module of the project with that dotted name; the nearest to the importing file if there are several."""
        return self._files.named(dotted, importer)

    @cached_property
    def workers(self) -> Workers:
        """What runs in threads, processes, tasks."""
        workers = Workers(self)
        # Parameters of workers were unknown until now.
        self.inference = Inference(self)
        return workers

    @cached_property
    def event_loop(self) -> EventLoop:
        """What runs on event loops."""
        return EventLoop(self)

    @cached_property
    def sharing(self) -> Sharing:
        """Which variables two threads have at once."""
        return Sharing(self)

    @cached_property
    def lock_order(self) -> LockOrder:
        """In which order locks are taken."""
        return LockOrder(self)

    @cached_property
    def queues(self) -> Queues:
        """Who puts into each queue, and who takes from it."""
        return Queues(self)

    @cached_property
    def reached_paths(self) -> frozenset[str]:
        """Files of which a worker or an event loop runs functions, wherever it was started."""
        return self.event_loop.paths | {function.module.path for function in self.workers.reached_functions()}

    @cached_property
    def starter_classes(self) -> frozenset[str]:
        """Names of the project's own thread, process, pool and threaded server classes."""
        bases = (known.THREAD, known.PROCESS, known.EXECUTOR, known.MP_POOL, "socketserver.ThreadingMixIn")
        return frozenset(cls.name for module in self.modules for cls in module.classes if cls.bases and self.inference.is_a(cls, *bases))

    @cached_property
    def workloads(self) -> Workloads:
        """What kind of work functions do."""
        self.workers  # parameters of workers have values only then  # noqa: B018
        return Workloads(self)

    def declares_free_threading(self, module: Module) -> bool:
        """Whether the package that the file belongs to says that it is meant for a Python without the GIL."""
        return declares_free_threading(module.path, self._files.paths[module.path])

    @cached_property
    def processes(self) -> Processes:
        """Where processes are started, and what leads there."""
        return Processes(self)

    @cached_property
    def relays(self) -> Relays:
        """What of the project starts the work that it is given, and returns its future or task."""
        return Relays(self)

    # Values

    def values(self, node: ast.expr, module: Module) -> tuple[Value, ...]:
        """Everything the expression can be; see `Inference.values`."""
        return self.inference.values(node, module)

    def functions_called(self, call: ast.Call, module: Module) -> Iterator[Function]:
        """Functions of the project that the call can run: plain ones, methods, and `__init__` of classes."""
        for value in self.values(call.func, module):
            yield from self.functions_of(value)

    def callee_name(self, call: ast.Call, module: Module) -> str:
        """The canonical name of what is called, if it comes from outside of the project; else its last name."""
        for value in self.values(call.func, module):
            if isinstance(value, External):
                return value.name
        return last_name(call)

    def functions_of(self, value: Value) -> Iterator[Function]:
        """The functions that calling the value runs."""
        match value:
            case Function():
                yield value
            case Method(function=Function() as function):
                yield function
            case Class():
                yield from self._method(value, "__new__")
                yield from self._method(value, "__init__")
                yield from self._metaclass_call(value)
            case Instance(type=Class() as cls):
                yield from self._method(cls, "__call__")
            case _:
                callee = getattr(value, "callee", None)  # a Partial
                if callee is not None:
                    yield from self.functions_of(callee)

    def _method(self, cls: Class, name: str) -> Iterator[Function]:
        for base in self.inference.mro(cls):
            if isinstance(base, Class) and name in base.methods:
                yield base.methods[name]
                return

    def _metaclass_call(self, cls: Class) -> Iterator[Function]:
        for base in self.inference.mro(cls):
            for keyword in base.node.keywords if isinstance(base, Class) else ():
                if keyword.arg == "metaclass" and isinstance(base, Class):
                    for value in self.values(keyword.value, base.module):
                        if isinstance(value, Class):
                            yield from self._method(value, "__call__")

    def method(self, cls: Class, name: str) -> Function | None:
        """The method that `instance.name()` runs, if the project defines it."""
        return next(self._method(cls, name), None)

    def is_named_elsewhere(self, name: str, module: Module) -> bool:
        """Whether another module imports a name like this global's, or has an attribute like it."""
        return any(
            other is not module
            and (other.attribute_nodes(name) or any(alias.name == name for s in other.nodes(ast.ImportFrom) for alias in s.names))
            for other in self.modules
        )

    # Calls

    @cached_property
    def _aliases(self) -> dict[str, set[str]]:
        """Other names that functions are imported by."""
        found: dict[str, set[str]] = defaultdict(set)
        for module in self.modules:
            for statement in module.nodes(ast.ImportFrom):
                for alias in statement.names:
                    if alias.asname and alias.asname != alias.name:
                        found[alias.name].add(alias.asname)
        return found

    def callers(self, function: Function) -> list[tuple[ast.Call, Module]]:
        """Calls of the function anywhere in the project."""
        known_callers = self._callers.get(function)
        if known_callers is None:
            known_callers = self._callers[function] = list(self._find_callers(function))
        return known_callers

    @cached_property
    def _callers(self) -> dict[Function, list[tuple[ast.Call, Module]]]:
        return {}

    def _find_callers(self, function: Function) -> Iterator[tuple[ast.Call, Module]]:
        name = function.cls.name if function.name in ("__init__", "__new__") and function.cls is not None else function.name
        names = {name, *self._aliases.get(name, ())}
        if function.name == "__init__":
            names.add("__init__")
        for call, module in (found for name in sorted(names) for found in self._calls_by_name.get(name, ())):
            values = self.values(call.func, module)
            if values and any(found is function for value in values for found in self.functions_of(value)):
                yield call, module

    @cached_property
    def _calls_by_name(self) -> dict[str, list[tuple[ast.Call, Module]]]:
        """Calls of all modules by the last name of what they call; functions are asked for their callers one by one."""
        found: dict[str, list[tuple[ast.Call, Module]]] = defaultdict(list)
        for module in self.modules:
            for name in module.called_names:
                found[name].extend((call, module) for call in module.calls_to(name))
        return found

    def arguments_for(self, function: Function, parameter: str) -> Iterator[Argument]:
        """What the project passes for a parameter, in calls and in starts of workers."""
        for call, module in self.callers(function):
            expression = bind(function, call.args, call.keywords).get(parameter)
            if expression is not None:
                yield expression, module
        if "workers" in self.__dict__:  # not while they are being gathered
            for start in self.workers.starts_of(function):
                expression = start.arguments_of(function).get(parameter)
                if expression is not None:
                    yield expression, start.module

    # Fixtures

    def fixture_values(self, function: Function, name: str) -> Iterator[Value]:
        """What pytest gives a test's or fixture's parameter, from fixtures of the project and of this plugin."""
        if not (function.module.is_test and (function.name.startswith("test") or is_fixture(function))):
            return
        fixture = self.fixture(name, function)
        if fixture is None:
            if name in known.FIXTURES:
                yield Instance(known.FIXTURES[name])
        elif fixture.is_generator:
            yield from self.inference.yielded(fixture)
        else:
            yield from self.inference.returned(fixture)

    def fixture(self, name: str, user: Function) -> Function | None:
        """The project's fixture of that name, as a test or another fixture gets it by its parameter."""
        folder = PurePosixPath(user.module.path).parent
        for path in (user.module.path, *(str(parent / "conftest.py") for parent in (folder, *folder.parents))):
            fixture = self._fixtures_in(path).get(name)
            if fixture is not None and fixture is not user:
                return fixture
        return None

    def _fixtures_in(self, path: str) -> dict[str, Function]:
        known_fixtures = self._fixtures.get(path)
        if known_fixtures is None:
            module = self.module(path) if path in self._files.paths else None
            found = module.functions if isinstance(module, Module) else ()
            known_fixtures = self._fixtures[path] = {_fixture_name(f): f for f in found if is_fixture(f)}
        return known_fixtures

    @cached_property
    def _fixtures(self) -> dict[str, dict[str, Function]]:
        return {}


def is_fixture(function: Function) -> bool:
    """Whether a decorator makes it a pytest fixture."""
    return any(last_name(decorator) == "fixture" for decorator in function.decorators)


def _fixture_name(function: Function) -> str:
    for decorator in function.decorators:
        if isinstance(decorator, ast.Call) and last_name(decorator) == "fixture":
            for keyword in decorator.keywords:
                if keyword.arg == "name" and isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str):
                    return keyword.value.value
    return function.name
