"""Which threads may be running when a line is run: started before it, in its function, its class, its module or a caller."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from pytest_gilcheck.source import known
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.main_guard import is_guarded
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.starts import WorkerKind
from pytest_gilcheck.source.values import External, Instance
from pytest_gilcheck.source.waits import calls_of, exclusive

_MAX_CALLS = 3  # between the line and the function that starts the thread, either way
_ENDS = frozenset({"join", "cancel", "stop", "shutdown", "terminate", "join_thread"})
_POOL_METHODS = frozenset({"submit", "map", "apply", "apply_async", "map_async", "imap", "imap_unordered", "starmap", "starmap_async"})
_THREAD_FUNCTIONS = frozenset({"_thread.start_new_thread"})


@dataclass(frozen=True, slots=True, eq=False)
class LiveThread:
    """A thread that may be running: the call that starts it (or the first task of its pool), and what it is, in words."""

    node: ast.Call
    module: Module
    what: str

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
        return self._of_its_thread(function) or self._of_its_class(function) or self._of_module(module) or self._of_callers(function, depth)

    def _before(self, node: ast.AST, module: Module) -> LiveThread | None:
        """Started earlier in the same function, and not ended since."""
        function = module.function_around(node)
        for thread in self._begun_in(function, module):
            before = _position(thread.node) < _position(node) and not exclusive(thread.node, node, module)
            if before and not self._has_ended(thread, node, function, module):
                return thread
        return None

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
                yield LiveThread(call, module, f"the thread started by `{ast.unparse(call.func)}`")
            elif name.startswith("start_new") and self._project.callee_name(call, module) in _THREAD_FUNCTIONS:
                yield LiveThread(call, module, f"the thread started by `{name}`")
            elif call in pools:
                yield LiveThread(call, module, f"the thread pool that `{ast.unparse(call.func)}` gives work to")
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
                yield LiveThread(call, module, thread.what + inner)
                return

    def _is_thread(self, receiver: ast.expr, module: Module) -> bool:
        values = self._project.values(receiver, module)
        is_a = self._project.inference.is_a
        return bool(values) and all(isinstance(v, Instance) and is_a(v, known.THREAD) and not is_a(v, known.PROCESS) for v in values)

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
        """A thread that the object starts when it is made."""
        if function.cls is None or function.name == "__init__" or function.is_static or function.takes_class:
            return None
        maker = self._project.method(function.cls, "__init__")
        return self._left_running(maker, maker.module) if maker is not None else None

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
        for call, module in self._project.callers(function):
            if module.is_test and not function.module.is_test:
                continue
            if module.function_around(call) is not function and (found := self.at(call, module, depth + 1)) is not None:
                return found
        return None


def _closes(block: ast.With | ast.AsyncWith, call: ast.Call) -> bool:
    """Whether the block's end waits for the pool that the call is made on."""
    pool = call.func.value if isinstance(call.func, ast.Attribute) else None
    return pool is not None and any(
        item.optional_vars is not None and last_name(item.optional_vars) == last_name(pool) != "" for item in block.items
    )


def _position(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
