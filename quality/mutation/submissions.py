"""Calls of a file that surely give work to a process, a process pool or a thread pool."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from mutation.source import Source

_MULTIPROCESSING = ("multiprocessing.", "multiprocessing.pool.", "multiprocessing.context.", "multiprocessing.process.")
_FUTURES = ("concurrent.futures.", "concurrent.futures.process.", "concurrent.futures.thread.")
PROCESS = frozenset(prefix + "Process" for prefix in _MULTIPROCESSING)
MANAGER = frozenset(prefix + "Manager" for prefix in _MULTIPROCESSING)
PROCESS_POOL = frozenset(prefix + "Pool" for prefix in _MULTIPROCESSING)
PROCESS_EXECUTOR = frozenset(prefix + "ProcessPoolExecutor" for prefix in _FUTURES)
THREAD_POOL = frozenset({"multiprocessing.pool.ThreadPool", "multiprocessing.dummy.Pool"})
THREAD_EXECUTOR = frozenset(prefix + "ThreadPoolExecutor" for prefix in _FUTURES)
_GET_CONTEXT = ("multiprocessing.get_context", "multiprocessing.context.get_context")
_OF_EXECUTORS = ("submit", "map")
MAPS = ("map", "imap", "imap_unordered", "starmap", "map_async", "starmap_async")
_OF_POOLS = (*MAPS, "apply", "apply_async")


@dataclass(frozen=True, slots=True)
class Submission:
    """`call` gives `task` to a pool that `made` made (for a `Process`, that is the call itself)."""

    call: ast.Call
    task: ast.expr
    made: ast.Call
    how: str
    is_process: bool
    is_executor: bool

    @property
    def pool(self) -> ast.expr:
        """The pool as written before the dot."""
        assert isinstance(self.call.func, ast.Attribute), "not of a Process"
        return self.call.func.value


def constructor(call: ast.AST, source: Source) -> str:
    """Full name of what the call makes, contexts of multiprocessing included; an empty text if that isn't known."""
    if not isinstance(call, ast.Call):
        return ""
    name = source.dotted(call.func)
    if not name and isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) in _contexts(source):
        return f"multiprocessing.{call.func.attr}"
    return name


@lru_cache(maxsize=4)
def _contexts(source: Source) -> set[str]:
    """Names of contexts, as in `context = get_context("spawn")`."""
    found: set[str] = set()
    for node in source.nodes:
        match node:
            case ast.Assign(targets=[target], value=ast.Call(func=made)) if source.dotted(made) in _GET_CONTEXT:
                found.add(ast.unparse(target))
            case _:
                pass
    return found


@lru_cache(maxsize=4)
def submissions(source: Source) -> tuple[Submission, ...]:
    """All that are certain: the pool is made once under its name, in the same function, class or module."""
    return tuple(_submissions(source))


def _submissions(source: Source) -> Iterator[Submission]:
    pools = _pools(source)
    for call in source.calls:
        if constructor(call, source) in PROCESS:
            task = next((keyword.value for keyword in call.keywords if keyword.arg == "target"), None)
            if task is not None:
                yield Submission(call, task, call, "Process", is_process=True, is_executor=False)
        if not isinstance(call.func, ast.Attribute) or not call.args:
            continue
        made = pools.get(_key(call.func.value, source)) or pools.get((None, ast.unparse(call.func.value)))
        name = constructor(made, source) if made is not None else ""
        is_executor = name in PROCESS_EXECUTOR | THREAD_EXECUTOR
        if (
            made is not None
            and call.func.attr in (_OF_EXECUTORS if is_executor else _OF_POOLS)
            and not isinstance(call.args[0], ast.Starred)
        ):
            yield Submission(call, call.args[0], made, call.func.attr, name in PROCESS_POOL | PROCESS_EXECUTOR, is_executor)


def _key(pool: ast.expr, source: Source) -> tuple[ast.AST | None, str]:
    """The scope that a name belongs to, and the name."""
    return (source.class_around(pool) if isinstance(pool, ast.Attribute) else source.function_around(pool)), ast.unparse(pool)


def _pools(source: Source) -> dict[tuple[ast.AST | None, str], ast.Call]:
    known = PROCESS_POOL | PROCESS_EXECUTOR | THREAD_POOL | THREAD_EXECUTOR
    found: dict[tuple[ast.AST | None, str], ast.Call] = {}
    several = set()
    for node in source.nodes:
        match node:
            case ast.Assign(targets=[(ast.Name() | ast.Attribute()) as target], value=value):
                pass
            case ast.withitem(context_expr=value, optional_vars=ast.Name() as target):
                pass
            case _:
                continue
        key = _key(target, source)
        if key in found:
            several.add(key)
        if isinstance(value, ast.Call) and constructor(value, source) in known:
            found[key] = value
        elif not (isinstance(value, ast.Constant) and value.value is None):
            several.add(key)
    return {key: call for key, call in found.items() if key not in several}


def speaks_of_fork(source: Source) -> bool:
    """Whether a start method `fork` is named: then much is allowed that isn't elsewhere."""
    return any(isinstance(node, ast.Constant) and node.value == "fork" for node in source.nodes) or "os.fork" in source.data.decode()


def expects_failure(node: ast.AST, source: Source) -> bool:
    """Whether the code around waits for an exception."""
    return any(
        isinstance(up, ast.With) and any("raises" in ast.unparse(item.context_expr).lower() for item in up.items)
        for up in source.above(node)
    )


def is_started(found: Submission, source: Source) -> bool:
    """Whether the function around a new process starts processes at all."""
    around = source.function_around(found.call) or source.tree
    return any(isinstance(node, ast.Attribute) and node.attr == "start" for node in ast.walk(around))
