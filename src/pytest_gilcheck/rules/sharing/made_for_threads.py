"""Things that are made for several threads: whoever makes one lazily has to expect several threads at the place that makes it."""

from __future__ import annotations

import ast
import re
from weakref import WeakKeyDictionary

from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.guards import LOCK_MAKERS
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.values import External, Instance

# Code of one event loop.
ASYNC = re.compile(r"\b(?:import|from)[ \t]+(?:asyncio|anyio|trio|tornado|twisted)\b|\basync def\b")

_LOCKS = frozenset({"threading.Lock", "threading.RLock", "threading.Condition", "threading.Semaphore", "threading.BoundedSemaphore"})
_STARTERS = frozenset({"threading.Thread", "threading.Timer"})
_POOLS = frozenset({"concurrent.futures.ThreadPoolExecutor", "concurrent.futures.ProcessPoolExecutor", "multiprocessing.pool.ThreadPool"})
_QUEUES = frozenset({"queue.Queue", "queue.SimpleQueue", "queue.LifoQueue", "queue.PriorityQueue"})

_OF_CLASS: WeakKeyDictionary[Class, str | None] = WeakKeyDictionary()


def what_is_made(value: ast.expr | None, module: Module) -> str | None:
    """In words, the thing for threads that the expression makes; `None` if it makes none."""
    if not isinstance(value, ast.Call):
        return None
    for callee in module.project.values(value.func, module):
        if isinstance(callee, Class):
            return _of_class(callee)
        name = callee.name if isinstance(callee, External) else ""
        if name in _LOCKS:
            return "a lock is made for several threads"
        if name in _POOLS:
            return "a second pool would start threads of its own"
        if name in _STARTERS:
            return "a second thread would be started"
        if name in _QUEUES:
            return "a queue is made for several threads"
    return None


def _of_class(cls: Class) -> str | None:
    if cls not in _OF_CLASS:
        _OF_CLASS[cls] = _find(cls)
    return _OF_CLASS[cls]


def _find(cls: Class) -> str | None:
    project = cls.module.project
    bases = [base for base in project.inference.mro(cls) if isinstance(base, Class)]
    if any(base in _STARTERS for base in project.inference.mro(cls)):
        return f"`{cls.name}` is a thread"
    for base in bases:
        if any(method.is_async for method in base.methods.values()):
            return None
    for base in bases:
        for start in project.workers.starts_in(base.module):
            around = start.module.function_around(start.node)
            if (
                around is not None
                and around.cls is base
                and around.name in ("__init__", "start", "_start")
                and start.how in ("Thread", "Timer")
            ):
                return f"each `{cls.name}` starts a thread (line {start.line} of {start.module.path})"
    for base in bases:
        for name, bindings in base.attributes.items():
            for binding in bindings:
                if isinstance(binding.node, ast.Attribute) and _is_lock(binding.value, base.module):
                    return f"`{cls.name}` has a lock for its threads (`self.{name}`)"
    return None


def _is_lock(value: ast.expr | None, module: Module) -> bool:
    return (
        isinstance(value, ast.Call)
        and (last_name(value) in LOCK_MAKERS or last_name(value) in module.other_names(LOCK_MAKERS))
        and any(isinstance(v, Instance) and v.type in _LOCKS for v in module.project.values(value, module))
    )


def is_called_by_coroutines(function: Function) -> bool:
    """Whether only the event loop comes there, as far as the callers tell."""
    callers = [(module.function_around(call), module) for call, module in function.module.project.callers(function)]
    around = [one for one, module in callers if one is not None and not module.is_test]
    return bool(around) and all(one.is_async for one in around)
