"""Finds where code is given to another thread, process, interpreter or task."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_gilcheck.source import known
from pytest_gilcheck.source.calls import argument, last_name, literal_elements
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.start_calls import (
    CALLS,
    CONSTRUCTORS,
    EXECUTOR_METHODS,
    INITIALIZER_AT,
    LOOP_METHODS,
    OTHER_METHODS,
    POOL_METHODS,
    TASK_CALLS,
)
from pytest_gilcheck.source.starts import WorkerKind, WorkerStart, has_one_worker, kind_of_pool
from pytest_gilcheck.source.values import External, Instance, Method, Partial, Value
from pytest_gilcheck.source.waits import repeating_loop

if TYPE_CHECKING:
    from pytest_gilcheck.source.project import Project


def starts_in(module: Module, project: Project) -> Iterator[WorkerStart]:
    """Every start of a worker in the module."""
    finder = _Finder(module, project)
    names = {*CALLS, *CONSTRUCTORS, *project.starter_classes}
    for call in (*module.calls_to(*sorted(names & module.called_names)), *module.calls_renamed(*sorted(names))):
        yield from finder.at(call)
    yield from finder.subclasses()


class _Finder:
    def __init__(self, module: Module, project: Project) -> None:
        self.module = module
        self.project = project

    def at(self, call: ast.Call) -> Iterator[WorkerStart]:
        """Starts made by one call."""
        seen: set[str] = set()
        for callee in self.project.values(call.func, self.module):
            match callee:
                case External(name=name) | Instance(type=str() as name) if name not in seen:
                    seen.add(name)
                    yield from self.external(name, call)
                case Class() if "class" not in seen:
                    seen.add("class")
                    yield from self.constructed(callee, call)
                case Method(owner=owner, name=name, function=function) if f".{name}" not in seen and (
                    function is None or self.is_of_other_pool(owner)
                ):
                    seen.add(f".{name}")
                    yield from self.method(owner, name, call)
                case _:
                    continue

    def external(self, name: str, call: ast.Call) -> Iterator[WorkerStart]:
        if name in (known.THREAD, known.PROCESS):
            yield from self.thread_like(name, call)
        elif name == known.TIMER:
            yield self.start(WorkerKind.THREAD, "Timer", call, argument(call, 1, "function"), literal_elements(argument(call, 2, "args")))
        elif name == "_thread.start_new_thread":
            yield self.start(
                WorkerKind.THREAD, "start_new_thread", call, argument(call, 0, "function"), literal_elements(argument(call, 1, "args"))
            )
        elif name in ("asyncio.to_thread", "anyio.to_thread.run_sync", "trio.to_thread.run_sync"):
            yield self.start(WorkerKind.THREAD, name.rpartition(".")[2], call, argument(call, 0, "func"), call.args[1:], call.keywords)
        elif name in TASK_CALLS:
            yield from self.coroutines(name.rpartition(".")[2], call)
        elif name in (f"{known.THREAD}.__init__", f"{known.PROCESS}.__init__"):
            yield from self.base_initialised(name.removesuffix(".__init__"), call)
        elif name == "joblib.delayed" and call.args:
            yield from self.joblib(call)
        elif any(known.is_known_subclass(name, base) for base in (known.EXECUTOR, known.MP_POOL)):
            initializer = argument(call, INITIALIZER_AT.get(name, 99), "initializer")
            if initializer is not None:
                given = literal_elements(argument(call, INITIALIZER_AT.get(name, 99) + 1, "initargs"))
                kind = kind_of_pool(name) or WorkerKind.THREAD
                yield self.start(kind, "initializer", call, initializer, given, many=not has_one_worker(call))
        elif known.is_known_subclass(name, "socketserver.ThreadingMixIn"):
            yield from self.handlers(call)

    def thread_like(self, name: str, call: ast.Call) -> Iterator[WorkerStart]:
        target = argument(call, 1, "target")
        if target is None:
            return
        kind = WorkerKind.THREAD if name == known.THREAD else WorkerKind.PROCESS
        given = list(_literal_keywords(argument(call, 4, "kwargs")))
        yield self.start(kind, name.rpartition(".")[2], call, target, literal_elements(argument(call, 3, "args")), given)

    def constructed(self, cls: Class, call: ast.Call) -> Iterator[WorkerStart]:
        """`Worker(target=f)` of a subclass that doesn't define `run`, pools and threaded servers that are subclassed."""
        for base in (known.THREAD, known.PROCESS):
            if self.project.inference.is_a(cls, base) and self.project.method(cls, "run") is None:
                yield from self.thread_like(base, call)
        if self.project.inference.is_a(cls, "socketserver.ThreadingMixIn"):
            yield from self.handlers(call)

    def base_initialised(self, base: str, call: ast.Call) -> Iterator[WorkerStart]:
        """`super().__init__(target=self._run)` in a subclass: each of its objects runs the target in a worker of its own."""
        cls, target = self.module.class_around(call), argument(call, 99, "target")
        if cls is None or target is None:
            return
        made = list(self.instantiations(cls))
        kind = WorkerKind.THREAD if base == known.THREAD else WorkerKind.PROCESS
        many = len(made) > 1 or any(_repeated(node, module) for node, module in made)
        start = self.start(kind, cls.name, call, target, literal_elements(argument(call, 99, "args")), many=many)
        yield replace(start, own=isinstance(start.receiver, ast.Name) and start.receiver.id == "self")

    def method(self, owner: Instance, name: str, call: ast.Call) -> Iterator[WorkerStart]:
        is_a = self.project.inference.is_a
        receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
        if is_a(owner, known.EXECUTOR, known.MP_POOL):
            methods = EXECUTOR_METHODS if is_a(owner, known.EXECUTOR) else POOL_METHODS
            if name in methods:
                yield self.to_pool(owner, receiver, name, call, methods[name])
        elif name in OTHER_METHODS and self.is_of_other_pool(owner):
            yield self.to_pool(owner, receiver, name, call, OTHER_METHODS[name])
        elif name == "run_in_executor" and is_a(owner, known.LOOP):
            yield from self.run_in_executor(call)
        elif name in LOOP_METHODS and (is_a(owner, known.LOOP) or is_a(owner, known.TASK_GROUP)):
            yield from self.coroutines(name, call)
        elif name in ("Process", "Pool") and is_a(owner, known.MP_CONTEXT):
            yield from self.external(known.PROCESS if name == "Process" else known.MP_POOL, call)
        elif name == "__init__" and is_a(owner, known.THREAD, known.PROCESS):
            yield from self.base_initialised(known.THREAD if is_a(owner, known.THREAD) else known.PROCESS, call)
        elif name == "add_done_callback" and is_a(owner, known.FUTURE):
            yield self.start(WorkerKind.THREAD, name, call, argument(call, 0, "fn"))

    def is_of_other_pool(self, owner: Instance) -> bool:
        """Whether the pool is one of another package's."""
        return self.project.inference.is_a(owner, known.OTHER_PROCESS_POOL, known.OTHER_THREAD_POOL)

    def to_pool(self, owner: Instance, receiver: ast.expr | None, name: str, call: ast.Call, shape: tuple[int, str, bool]) -> WorkerStart:
        position, keyword, each = shape
        target = argument(call, position, keyword)
        if name.startswith(("apply", "schedule")):
            arguments: Sequence[ast.expr] = literal_elements(argument(call, 1, "args"))
            keywords: Sequence[ast.keyword] = ()
        else:
            arguments = call.args[position + 1 :]
            keywords = () if each else call.keywords
        single = owner.call is not None and has_one_worker(owner.call)
        kind = self.pool_kind(owner) or WorkerKind.THREAD
        many = False if single or name == "apply" else each or self.repeated(call)
        return self.start(kind, name, call, target, arguments, keywords, each=each, many=many, pool=owner, pool_node=receiver)

    def run_in_executor(self, call: ast.Call) -> Iterator[WorkerStart]:
        pool_node = argument(call, 0, "executor")
        kind, pool = WorkerKind.THREAD, None
        if pool_node is not None:
            for value in self.project.values(pool_node, self.module):
                if isinstance(value, Instance):
                    pool = value
                    kind = self.pool_kind(value) or kind
        single = pool is not None and pool.call is not None and has_one_worker(pool.call)
        many = self.repeated(call) and not single
        yield self.start(kind, "run_in_executor", call, argument(call, 1, "func"), call.args[2:], many=many, pool=pool, pool_node=pool_node)

    def pool_kind(self, pool: Instance) -> WorkerKind | None:
        """Where the tasks of a pool run."""
        if isinstance(pool.type, str):
            return kind_of_pool(pool.type)
        bases = (base for base in self.project.inference.mro(pool.type) if isinstance(base, str))
        return next((kind for base in bases if (kind := kind_of_pool(base))), None)

    def coroutines(self, how: str, call: ast.Call) -> Iterator[WorkerStart]:
        """Calls of coroutine functions among the arguments become tasks."""
        for part in call.args:
            inner = part.value if isinstance(part, ast.Starred) else part
            if isinstance(inner, ast.ListComp | ast.GeneratorExp):
                inner = inner.elt
            if isinstance(inner, ast.Call):
                yield self.start(WorkerKind.TASK, how, inner, inner.func, inner.args, inner.keywords)
            elif how == "start_soon":
                yield self.start(WorkerKind.TASK, how, call, inner, call.args[1:])
                return

    def joblib(self, call: ast.Call) -> Iterator[WorkerStart]:
        """`Parallel(n_jobs=4)(delayed(f)(x) for x in xs)`: threads if it says so, else processes where it asks for several."""
        words = {"threads", "threading"}
        for above in self.module.ancestors(call):
            if isinstance(above, ast.Call) and isinstance(above.func, ast.Call) and above.func is not call:
                values = [
                    k.value.value
                    for k in above.func.keywords
                    if k.arg in ("prefer", "backend", "require") and isinstance(k.value, ast.Constant)
                ]
                outer = self.module.parent(call)
                arguments = outer.args if isinstance(outer, ast.Call) and outer.func is call else ()
                if words & set(map(str, values)) or "sharedmem" in values:
                    yield self.start(WorkerKind.THREAD, "joblib", call, call.args[0], arguments, many=True)
                elif not values and self.asks_for_several(above.func):
                    yield self.start(WorkerKind.PROCESS, "joblib", call, call.args[0], arguments, many=True)
                return

    def asks_for_several(self, made: ast.Call) -> bool:
        """Whether a `Parallel` asks for several jobs, and nothing in the file says what they are."""
        jobs = argument(made, 0, "n_jobs")
        several = last_name(made) == "Parallel" and jobs is not None and not (isinstance(jobs, ast.Constant) and jobs.value in (1, None))
        return several and not {"parallel_backend", "parallel_config"} & self.module.called_names

    def handlers(self, call: ast.Call) -> Iterator[WorkerStart]:
        """Each request of a threaded server runs the methods of a handler object of its own."""
        handler = argument(call, 1, "RequestHandlerClass")
        if handler is None:
            return
        for value in self.project.values(handler, self.module):
            if isinstance(value, Class):
                methods = [m for name, m in value.methods.items() if name in ("handle", "setup", "finish") or name.startswith("do_")]
                if methods:
                    yield WorkerStart(call, self.module, WorkerKind.THREAD, "threaded server", handler, tuple(methods), many=True, own=True)

    def subclasses(self) -> Iterator[WorkerStart]:
        """`run` of each Thread and Process subclass, started wherever the class is instantiated."""
        for cls in self.module.classes:
            run = cls.methods.get("run")
            if run is None:
                continue
            for base, kind in ((known.THREAD, WorkerKind.THREAD), (known.PROCESS, WorkerKind.PROCESS)):
                if self.project.inference.is_a(cls, base):
                    made = list(self.instantiations(cls))
                    many = len(made) > 1 or any(_repeated(call, module) for call, module in made)
                    call, module = made[0] if made else (cls.node, cls.module)
                    yield WorkerStart(call, module, kind, cls.name, None, (run,), many=many, own=True)

    def instantiations(self, cls: Class) -> Iterator[tuple[ast.Call, Module]]:
        for module in self.project.modules:
            for call in module.calls_to(cls.name):
                if any(value is cls for value in self.project.values(call.func, module)):
                    yield call, module

    def start(
        self,
        kind: WorkerKind,
        how: str,
        node: ast.Call,
        target: ast.expr | None,
        arguments: Sequence[ast.expr] = (),
        keywords: Sequence[ast.keyword] = (),
        *,
        each: bool = False,
        many: bool | None = None,
        pool: Value | None = None,
        pool_node: ast.expr | None = None,
    ) -> WorkerStart:
        functions: list[Function] = []
        receiver = None
        if target is not None:
            for value in self.project.values(target, self.module):
                functions += self.project.functions_of(value)
                inner = value
                while isinstance(inner, Partial):
                    inner = inner.callee
                if isinstance(inner, Method) and isinstance(target, ast.Attribute):
                    receiver = target.value
            functions += self.defined_below(target) if not functions else ()
        return WorkerStart(
            node, self.module, kind, how, target, tuple(dict.fromkeys(functions)), arguments, keywords,
            each=each, many=self.repeated(node) if many is None else many, pool=pool, pool_node=pool_node, receiver=receiver,
        )  # fmt: skip

    def defined_below(self, target: ast.expr) -> Iterator[Function]:
        """The methods of subclasses for a `self.name` that only they define."""
        cls = self.module.class_around(target)
        if cls is None or not isinstance(target, ast.Attribute) or not isinstance(target.value, ast.Name) or target.value.id != "self":
            return
        for module in self.project.modules:
            for below in module.classes:
                if target.attr in below.methods and cls in self.project.inference.mro(below):
                    yield below.methods[target.attr]

    def repeated(self, node: ast.AST) -> bool:
        return _repeated(node, self.module)


def _repeated(node: ast.AST, module: Module) -> bool:
    """Whether the node runs several times in one call of its function, by a loop that doesn't wait for each."""
    return repeating_loop(node, module) is not None


def _literal_keywords(node: ast.expr | None) -> Iterator[ast.keyword]:
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield ast.keyword(key.value, value)
