"""Which functions run on an event loop without being coroutines: what coroutines call, and what the loop calls back."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pytest_gilcheck.source import known
from pytest_gilcheck.source.branches import depends_on_mode, is_dead
from pytest_gilcheck.source.calls import argument, last_name
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.values import Instance, Method

if TYPE_CHECKING:
    from pytest_gilcheck.source.project import Project

_MAX_CHAIN = 4  # calls below the coroutine; longer ways are mostly ways nobody takes

# Decorators under which a call still runs the body, in the caller's thread.
_KEEPING = frozenset(
    {
        "staticmethod",
        "classmethod",
        "property",
        "cached_property",
        "cache",
        "lru_cache",
        "wraps",
        "override",
        "final",
        "contextmanager",
        "abstractmethod",
    }
)
# Methods of a loop that take a callback, and where it stands.
_CALLBACK_AT = {
    "call_soon": 0,
    "call_soon_threadsafe": 0,
    "call_later": 1,
    "call_at": 1,
    "add_reader": 1,
    "add_writer": 1,
    "add_signal_handler": 1,
}
_PROTOCOLS = (
    "asyncio.BaseProtocol",
    "asyncio.Protocol",
    "asyncio.DatagramProtocol",
    "asyncio.SubprocessProtocol",
    "asyncio.BufferedProtocol",
)
_PROTOCOL_METHODS = frozenset(
    {
        "connection_made", "connection_lost", "data_received", "eof_received", "datagram_received", "error_received", "buffer_updated",
        "pipe_data_received", "pipe_connection_lost", "process_exited", "pause_writing", "resume_writing",
    }
)  # fmt: skip
# Classes of Tornado whose methods its loop calls, coroutines or not.
_HANDLERS = ("tornado.web.RequestHandler", "tornado.websocket.WebSocketHandler")
_HANDLER_METHODS = frozenset({"get", "post", "put", "delete", "patch", "head", "options", "prepare", "on_finish", "on_message", "on_close"})
_LOOP_NAMES = frozenset({"loop", "_loop", "event_loop", "_event_loop", "io_loop", "ioloop"})


@dataclass(frozen=True, slots=True, eq=False)
class LoopWay:
    """How a plain function gets to run on the event loop: the coroutine (or callback) first, the function itself last.

    `calls` are the calls on the way, one fewer than `functions`.
    """

    functions: tuple[Function, ...]
    calls: tuple[ast.Call, ...] = ()

    @property
    def root(self) -> Function:
        """The coroutine or callback that the loop runs."""
        return self.functions[0]

    def describe(self) -> str:
        """The way in words: `crawl → fetch (app.py:12) → read (app.py:20)`."""
        parts = [self.root.qualname]
        for caller, call, callee in zip(self.functions, self.calls, self.functions[1:], strict=False):
            parts.append(f"{callee.qualname} ({caller.module.path}:{call.lineno})")
        return " → ".join(parts)


class EventLoop:
    """What of one project runs on event loops."""

    def __init__(self, project: Project) -> None:
        self._project = project
        project.workers  # parameters of workers have values only then  # noqa: B018
        self._ways: dict[Function, LoopWay] = {}
        self._calls_of: dict[Function, list[tuple[ast.Call, Function]]] = {}  # of each, what it calls that doesn't await
        self._calls_to: dict[Function, list[tuple[Function, ast.Call]]] = {}  # and for each, who calls it
        # Chains of the program itself before those of its tests: they are the better story.
        modules = sorted(project.modules, key=lambda module: module.is_test)
        self._callbacks = frozenset(function for module in modules for function in self._called_back(module))
        todo = deque(LoopWay((function,)) for module in modules for function in self._roots(module))
        while todo:
            way = todo.popleft()
            last = way.functions[-1]
            if way.calls:
                self._calls_of.setdefault(way.functions[-2], []).append((way.calls[-1], last))
                self._calls_to.setdefault(last, []).append((way.functions[-2], way.calls[-1]))
            if last in self._ways:
                continue
            self._ways[last] = way
            if len(way.calls) < _MAX_CHAIN:
                todo.extend(self._below(way))

    @cached_property
    def paths(self) -> frozenset[str]:
        """Files of which anything runs on a loop."""
        return frozenset(function.module.path for function in self._ways)

    @cached_property
    def _by_path(self) -> dict[str, list[Function]]:
        found: dict[str, list[Function]] = {}
        for function in self._ways:
            found.setdefault(function.module.path, []).append(function)
        return found

    def functions_in(self, module: Module) -> Sequence[Function]:
        """Functions of the module that run on a loop, coroutines included."""
        return self._by_path.get(module.path, ())

    @property
    def functions(self) -> Iterable[Function]:
        """Every function of the project that runs on a loop, coroutines included."""
        return self._ways.keys()

    def way_to(self, function: Function) -> LoopWay | None:
        """How the plain function gets to run on a loop; `None` when it doesn't, as far as the source tells."""
        way = self._ways.get(function)
        return None if way is None or function.is_async else way

    def called_by(self, function: Function) -> Sequence[tuple[ast.Call, Function]]:
        """The plain functions that one which runs on a loop calls, with the calls."""
        return self._calls_of.get(function, ())

    def coroutines_above(self, function: Function) -> Iterator[LoopWay]:
        """Each way to the plain function from a coroutine that calls it, or calls what calls it."""
        for caller, call in self._calls_to.get(function, ()):
            if caller.is_async:
                yield LoopWay((caller, function), (call,))
            else:
                above = self._calls_to.get(caller, ())
                yield from (LoopWay((root, caller, function), (first, call)) for root, first in above if root.is_async)

    def _roots(self, module: Module) -> Iterator[Function]:
        for function in module.functions:
            if function.is_async or function in self._callbacks:
                yield function

    def _called_back(self, module: Module) -> Iterator[Function]:
        is_a, values = self._project.inference.is_a, self._project.values
        for call in module.calls_to(*_CALLBACK_AT):
            owners = values(call.func.value, module) if isinstance(call.func, ast.Attribute) else ()
            given = argument(call, _CALLBACK_AT[last_name(call)], "callback")
            named = isinstance(call.func, ast.Attribute) and not owners and last_name(call.func.value) in _LOOP_NAMES
            named = named and last_name(call) != "add_signal_handler"  # which is called once, at the end mostly
            if given is not None and (named or any(isinstance(owner, Instance) and is_a(owner, known.LOOP) for owner in owners)):
                yield from (f for value in values(given, module) for f in self._project.functions_of(value) if not f.is_async)
        for call in module.calls_to("add_done_callback"):
            for value in values(call.func, module):
                if call.args and isinstance(value, Method) and is_a(value.owner, known.ASYNC_FUTURE):
                    yield from (f for given in values(call.args[0], module) for f in self._project.functions_of(given))
        for cls in module.classes:
            if any(is_a(cls, protocol) for protocol in _PROTOCOLS):
                yield from (method for name, method in cls.methods.items() if name in _PROTOCOL_METHODS)
            elif cls.bases and any(is_a(cls, handler) for handler in _HANDLERS):
                yield from (method for name, method in cls.methods.items() if name in _HANDLER_METHODS)
        for decorator in module.decorators_named("coroutine"):
            decorated = module.parent(decorator)
            if isinstance(decorated, ast.FunctionDef) and (made := module.function_at(decorated)).is_generator:
                yield made

    def _below(self, way: LoopWay) -> Iterator[LoopWay]:
        caller = way.functions[-1]
        for call in caller.calls:
            if isinstance(call.func, ast.Name) and _is_parameter(call.func, caller.module):
                continue  # what one caller passes says nothing about the others
            if isinstance(caller.module.parent(call), ast.Await):
                continue  # gives an awaitable: its work is not done by the call
            callees = list(self._project.functions_called(call, caller.module))
            # One that may as well be a coroutine function is written for both worlds.
            if not callees or any(callee.is_async for callee in callees):
                continue
            if is_dead(call, caller.module) or depends_on_mode(call, caller.module):
                continue
            for callee in callees:
                # A test that blocks its own loop says nothing about the code it calls.
                own = callee.module.is_test or not way.root.module.is_test
                if own and callee not in way.functions and self._runs_at(call, callee, caller.module):
                    yield LoopWay((*way.functions, callee), (*way.calls, call))

    def _runs_at(self, call: ast.Call, callee: Function, module: Module) -> bool:
        """Whether the call runs the body there and then: not so for generators that are only made, and behind most decorators."""
        if any(last_name(decorator) not in _KEEPING for decorator in callee.decorators):
            return False
        if not callee.is_generator:
            return True
        above = module.parent(call)
        if isinstance(above, ast.Call):
            return last_name(above) in ("list", "tuple", "set", "sorted", "next", "sum", "dict", "any", "all", "min", "max")
        return isinstance(above, ast.For | ast.comprehension | ast.YieldFrom | ast.withitem)


def _is_parameter(name: ast.Name, module: Module) -> bool:
    """Whether the name is a parameter of the function that uses it or of one around."""
    owner = module.scope_at(name).owner(name.id)
    return owner is not None and any(binding.kind == "parameter" for binding in module.bindings(owner, name.id))
