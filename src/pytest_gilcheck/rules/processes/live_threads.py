"""Which threads may be running when a line is run: started before it, in its function, its class, its module or a caller."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pytest_gilcheck.source import known
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.main_guard import is_guarded
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.starts import WorkerKind
from pytest_gilcheck.source.values import External, Instance
from pytest_gilcheck.source.waits import calls_of, exclusive

_MAX_CALLS = 3  # between the line and the function that starts the thread, either way
_ENDS = frozenset({"join", "cancel", "stop", "shutdown", "terminate", "join_thread"})
_POOL_METHODS = frozenset({"submit", "map", "apply", "apply_async", "map_async", "imap", "imap_unordered", "starmap", "starmap_async"})
_THREAD_FUNCTIONS = frozenset(
    {
        "_thread.start_new_thread", "asyncio.to_thread", "anyio.to_thread.run_sync", "trio.to_thread.run_sync",
        "prometheus_client.start_http_server", "prometheus_client.start_wsgi_server",
    }
)  # fmt: skip
_THREAD_FUNCTION_NAMES = frozenset(name.rpartition(".")[2] for name in _THREAD_FUNCTIONS)
# Classes of libraries with a `start` that starts a thread.
_THREAD_STARTERS = frozenset(
    {
        "logging.handlers.QueueListener", "watchdog.observers.Observer", "watchdog.observers.polling.PollingObserver",
        "apscheduler.schedulers.background.BackgroundScheduler", "pynput.keyboard.Listener", "pynput.mouse.Listener",
    }
)  # fmt: skip
# Methods of other packages that start a thread of their own, with a part of the name of what has them.
_THREAD_METHODS = {"run_in_thread": "pubsub", "loop_start": "client"}
_OPENERS = ("__init__", "__enter__", "__aenter__", "setUp", "setUpClass", "setup_method", "asyncSetUp")  # run before other methods


@dataclass(frozen=True, slots=True, eq=False)
class LiveThread:
    """A thread that may be running: the call that starts it (or the first task of its pool), and what it is, in words.

    `handle` is the last name of the variable or attribute that has the thread or pool; empty for none.
    """

    node: ast.Call
    module: Module
    what: str
    handle: str = ""

    def place(self, module: Module) -> str:
        """Where it is started, as seen from a file."""
        return f"line {self.node.lineno}" if module is self.module else f"{self.module.path}:{self.node.lineno}"


class LiveThreads:
    """Answers for one rule's look at one module."""

    def __init__(self, module: Module) -> None:
        self._project = module.project
        self._begun: dict[tuple[Module, Function | None], list[LiveThread]] = {}

    def at(self, node: ast.AST, module: Module, depth: int = 0) -> LiveThread | None:
        """A thread that may be running when the node is run; `None` if none is known."""
        function = module.function_around(node)
        here = self._before(node, module)
        if here is not None or function is None or depth >= _MAX_CALLS:
            return here
        return (
            self._of_its_thread(function)
            or self._of_its_class(function)
            or self._of_its_fixtures(function)
            or self._of_module(module)
            or self._of_callers(function, depth)
        )

    def _before(self, node: ast.AST, module: Module) -> LiveThread | None:
        """Started earlier in the same function, and not ended since."""
        function = module.function_around(node)
        for thread in self._begun_in(function, module):
            before = _position(thread.node) < _position(node) and not exclusive(thread.node, node, module)
            if before and not self._has_ended(thread, node, function, module):
                return thread
            if self._is_of_an_earlier_turn(thread, node, function, module):
                return replace(thread, what=f"{thread.what} in an earlier turn of the loop")
        return None

    def _is_of_an_earlier_turn(self, thread: LiveThread, node: ast.AST, function: Function | None, module: Module) -> bool:
        """Whether a loop starts the thread after the node, and nothing in the loop waits for its end before the next turn."""
        loop = module.loop_around(node)
        if loop is None or _position(thread.node) < _position(node) or module.loop_around(thread.node) is not loop:
            return False
        if exclusive(node, thread.node, module) or not isinstance(loop, ast.For | ast.While):
            return False
        ends = any(
            last_name(call) in _ENDS and isinstance(call.func, ast.Attribute) and module.is_within(call, loop)
            for call in calls_of(function, module)
        )
        end = ast.Pass(lineno=(loop.end_lineno or loop.lineno) + 1, col_offset=0)
        return (
            not ends
            and not any(isinstance(part, ast.Break | ast.Return) for part in loop.body)
            and not self._has_ended(thread, end, function, module)
        )

    def _begun_in(self, function: Function | None, module: Module, depth: int = 0) -> list[LiveThread]:
        key = (module, function)
        if key not in self._begun:
            self._begun[key] = []  # a recursive call starts nothing more
            self._begun[key] = list(self._find(function, module, depth))
        return self._begun[key]

    def _find(self, function: Function | None, module: Module, depth: int) -> Iterator[LiveThread]:
        pools = {
            start.node: start
            for start in self._project.workers.starts_in(module)
            if start.kind is WorkerKind.THREAD and start.pool is not None and start.how in _POOL_METHODS
        }
        for call in calls_of(function, module):
            name = last_name(call)
            if name == "start" and isinstance(call.func, ast.Attribute) and self._is_thread(call.func.value, module):
                yield LiveThread(call, module, f"the thread that `{ast.unparse(call.func)}` starts", last_name(call.func.value))
            elif name in _THREAD_FUNCTION_NAMES and self._project.callee_name(call, module) in _THREAD_FUNCTIONS:
                yield LiveThread(call, module, f"the thread started by `{name}`")
            elif name in _THREAD_METHODS and self._is_of_a_package(call, module):
                yield LiveThread(call, module, f"the thread started by `{ast.unparse(call.func)}`", _kept_as(call, module))
            elif call in pools:
                handle = last_name(call.func.value) if isinstance(call.func, ast.Attribute) else ""
                yield LiveThread(call, module, f"the thread pool that `{ast.unparse(call.func)}` gives work to", handle)
            elif depth < _MAX_CALLS:
                yield from self._left_by(call, module, depth)

    def _left_by(self, call: ast.Call, module: Module, depth: int) -> Iterator[LiveThread]:
        """Threads that a called function starts and leaves running."""
        functions = list(self._project.functions_called(call, module))
        if len(functions) != 1 or functions[0].is_async or functions[0].is_generator:
            return
        function = functions[0]
        end = ast.Pass(lineno=getattr(function.node, "end_lineno", 0) + 1, col_offset=0)
        for thread in self._begun_in(function, function.module, depth + 1):
            if thread.node in calls_of(function, function.module) and not self._has_ended(thread, end, function, function.module):
                named = " in `" in thread.what
                inner = "" if named else f" in `{function.qualname}` ({thread.module.path}:{thread.node.lineno})"
                yield LiveThread(call, module, thread.what + inner, thread.handle)
                return

    def _is_thread(self, receiver: ast.expr, module: Module) -> bool:
        values = self._project.values(receiver, module)
        is_a = self._project.inference.is_a
        return bool(values) and all(
            isinstance(v, Instance) and (v.type in _THREAD_STARTERS or (is_a(v, known.THREAD) and not is_a(v, known.PROCESS)))
            for v in values
        )

    def _is_of_a_package(self, call: ast.Call, module: Module) -> bool:
        """Whether the call is, by all that is known, of another package's method that starts a thread."""
        receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
        if receiver is None or any(True for _ in self._project.functions_called(call, module)):
            return False
        return _THREAD_METHODS[last_name(call)] in last_name(receiver).lower()

    def _has_ended(self, thread: LiveThread, node: ast.AST, function: Function | None, module: Module) -> bool:
        """Whether something between the two waits for the thread, or ends the block of its pool."""
        for above in module.ancestors(thread.node):
            if isinstance(above, ast.With | ast.AsyncWith) and _closes(above, thread.node) and not module.is_within(node, above):
                return True
        return any(
            last_name(call) in _ENDS
            and isinstance(call.func, ast.Attribute)
            and _position(thread.node) < _position(call) < _position(node)
            and not isinstance(call.func.value, ast.Constant)
            and not self._is_process(call.func.value, module)
            for call in calls_of(function, module)
        ) or any(
            _position(thread.node) < _position(call) < _position(node) and self._ends(thread.handle, call, module)
            for call in calls_of(function, module)
            if thread.handle
        )

    def _ends(self, handle: str, call: ast.Call, module: Module, depth: int = 0) -> bool:
        """Whether the call runs a function of the project that ends the thread, which it knows by the same name."""
        functions = list(self._project.functions_called(call, module))
        if len(functions) != 1 or depth >= _MAX_CALLS:
            return False
        function = functions[0]
        return any(
            (last_name(inner) in _ENDS and isinstance(inner.func, ast.Attribute) and last_name(inner.func.value) == handle)
            or self._ends(handle, inner, function.module, depth + 1)
            for inner in function.calls
        )

    def _is_process(self, receiver: ast.expr, module: Module) -> bool:
        """`process.join()`, `os.path.join()` end no thread."""
        is_a = self._project.inference.is_a
        values = self._project.values(receiver, module)
        return any(isinstance(v, External) or (isinstance(v, Instance) and is_a(v, known.PROCESS, known.PROCESS_EXECUTOR)) for v in values)

    # Beyond the function

    def _of_its_thread(self, function: Function) -> LiveThread | None:
        """The function runs in a thread itself, beside the one that started it."""
        for reach in self._project.workers.reaching(function, WorkerKind.THREAD):
            start = reach.start
            if start.module.is_test and not function.module.is_test:
                continue  # only a test runs it so
            if (
                isinstance(start.node, ast.Call)
                and start.how not in ("add_done_callback", "initializer")
                and len(reach.chain) <= _MAX_CALLS
            ):
                return LiveThread(
                    start.node, start.module, f"the thread that started it (`{reach.chain[0].qualname}` runs in a thread, {start.how})"
                )
        return None

    def _of_its_class(self, function: Function) -> LiveThread | None:
        """A thread that the object starts when it is made, or when its `with` block is entered."""
        if function.cls is None or function.name in _OPENERS or function.is_static or function.takes_class:
            return None
        makers = (self._project.method(function.cls, name) for name in _OPENERS)
        found = (self._left_running(maker, maker.module) for maker in makers if maker is not None)
        return next((thread for thread in found if thread is not None), None)

    def _of_its_fixtures(self, function: Function) -> LiveThread | None:
        """A thread that a fixture of the test has started before it yields."""
        if not (function.module.is_test and function.name.startswith("test")):
            return None
        for fixture in filter(None, (self._project.fixtures.named(name, function) for name in function.parameters)):
            given = next((result for result in fixture.scope.results if isinstance(result, ast.Yield)), None)
            if given is not None and (thread := self._before(given, fixture.module)) is not None:
                return replace(thread, what=f"{thread.what} in the fixture `{fixture.name}`")
        return None

    def _of_module(self, module: Module) -> LiveThread | None:
        """A thread that the import of the file starts."""
        found = self._left_running(None, module)
        return found if found is not None and not is_guarded(found.node, module) else None

    def _left_running(self, function: Function | None, module: Module) -> LiveThread | None:
        last = function.node if function is not None else module.tree.body[-1]
        end = ast.Pass(lineno=getattr(last, "end_lineno", 0) + 1, col_offset=0)
        threads = (t for t in self._begun_in(function, module) if not self._has_ended(t, end, function, module))
        return next(threads, None)

    def _of_callers(self, function: Function, depth: int) -> LiveThread | None:
        for call, module in self._callers_of(function):
            if module.is_test and not function.module.is_test:
                continue
            if module.function_around(call) is not function and (found := self.at(call, module, depth + 1)) is not None:
                return found
        return None

    def _callers_of(self, function: Function) -> Iterator[tuple[ast.Call, Module]]:
        """Calls of the function, and those on `self` of the method that it takes the place of in a subclass."""
        yield from self._project.callers(function)
        for base in (
            self._project.inference.mro(function.cls)[1:] if function.cls is not None and not function.name.startswith("__") else ()
        ):
            replaced = base.methods.get(function.name) if isinstance(base, Class) else None
            for call, module in self._project.callers(replaced) if replaced is not None else ():
                around = module.function_around(call)
                receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
                if around is not None and isinstance(receiver, ast.Name) and receiver.id == around.self_name:
                    yield call, module


def _closes(block: ast.With | ast.AsyncWith, call: ast.Call) -> bool:
    """Whether the block's end waits for the pool that the call is made on."""
    pool = call.func.value if isinstance(call.func, ast.Attribute) else None
    return pool is not None and any(
        item.optional_vars is not None and last_name(item.optional_vars) == last_name(pool) != "" for item in block.items
    )


def _kept_as(call: ast.Call, module: Module) -> str:
    """The last name of what the call's result is assigned to."""
    above = module.parent(call)
    return last_name(above.targets[0]) if isinstance(above, ast.Assign) else ""


def _position(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
