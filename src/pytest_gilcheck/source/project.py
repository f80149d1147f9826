"""The files of one run: parsed when needed, found by the names they are imported by, connected by calls and fixtures."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from pytest_gilcheck.source import known
from pytest_gilcheck.source.call_sites import CallSites
from pytest_gilcheck.source.callers import Callers
from pytest_gilcheck.source.calls import bind, last_name
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.event_loop import EventLoop
from pytest_gilcheck.source.files import Files
from pytest_gilcheck.source.fixtures import Fixtures
from pytest_gilcheck.source.forwarded import forwarded
from pytest_gilcheck.source.infer import Inference
from pytest_gilcheck.source.lineage import derived_from
from pytest_gilcheck.source.lock_order import LockOrder
from pytest_gilcheck.source.locks import Locks
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.packaging import declares_free_threading
from pytest_gilcheck.source.processes import Processes
from pytest_gilcheck.source.queues import Queues
from pytest_gilcheck.source.reader import Unreadable
from pytest_gilcheck.source.relays import Relays
from pytest_gilcheck.source.sharing import Sharing
from pytest_gilcheck.source.start_calls import CONSTRUCTORS
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

    def has(self, path: str) -> bool:
        """Whether the file is one of the project's."""
        return path in self._files.paths

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

    def text_of(self, dotted: str, importer: Module | None) -> bytes:
        """The bytes of that module, which is not parsed for it; none when the project has no such module."""
        return self._files.text_of(dotted, importer)

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
    def call_sites(self) -> CallSites:
        """Where functions are called from, also where they are looked up by a key or a name."""
        return CallSites(self)

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
        """Names of the project's own thread, process, pool and threaded server classes, and its names for known ones."""
        own = {cls.name for cls in derived_from(known.STARTERS, self.modules) if self.inference.is_a(cls, *known.STARTERS)}
        return frozenset(own.union(*(module.other_names(CONSTRUCTORS) for module in self.modules)))

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

    def callers(self, function: Function) -> Sequence[tuple[ast.Call, Module]]:
        """Calls of the function anywhere in the project."""
        return self._callers.of(function)

    @cached_property
    def _callers(self) -> Callers:
        return Callers(self)

    def arguments_for(self, function: Function, parameter: str) -> Iterator[Argument]:
        """What the project passes for a parameter, in calls and in starts of workers."""
        # What tests pass comes last: few values are kept, and those of the program count.
        calls = sorted(self.callers(function), key=lambda caller: caller[1].is_test)
        given = ((bind(function, call.args, call.keywords).get(parameter), module) for call, module in calls)
        if "workers" in self.__dict__:  # not while they are being gathered
            for start in self.workers.starts_of(function):
                expression = start.arguments_of(function).get(parameter)
                if expression is not None:
                    yield expression, start.module
                else:
                    yield from forwarded(start, function, parameter, self)
        yield from ((expression, module) for expression, module in given if expression is not None)

    # Fixtures

    @cached_property
    def fixtures(self) -> Fixtures:
        """The project's pytest fixtures."""
        return Fixtures(self)
