"""Which calls make a pool, a thread or a process."""

from __future__ import annotations

import ast
import re
from typing import Literal

from pytest_gilcheck.source import known
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Class
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.values import External, Instance, Method, Value

Kind = Literal["thread pool", "process pool", "interpreter pool", "timer", "thread", "process"]

_CONSTRUCTORS = frozenset({"ThreadPoolExecutor", "ProcessPoolExecutor", "InterpreterPoolExecutor", "Pool", "ThreadPool"})
_WORKERS = frozenset({"Thread", "Process", "Timer", "DummyProcess", "SpawnProcess", "ForkProcess", "ForkServerProcess"})
_POOL_NAME = re.compile(r"pool|executor", re.IGNORECASE)
_KINDS: tuple[tuple[str, Kind], ...] = (
    (known.INTERPRETER_EXECUTOR, "interpreter pool"),
    (known.THREAD_EXECUTOR, "thread pool"),
    (known.THREAD_POOL, "thread pool"),
    (known.PROCESS_EXECUTOR, "process pool"),
    (known.MP_POOL, "process pool"),
    (known.TIMER, "timer"),
    (known.THREAD, "thread"),
    (known.PROCESS, "process"),
)


def constructions(module: Module) -> list[tuple[ast.Call, Kind, Value]]:
    """Each call of the module that makes one, with its kind and the class that is called."""
    names = pool_makers(module) | (_WORKERS | module.other_names(_WORKERS)) & module.called_names
    found = []
    for call in module.calls_to(*sorted(names)):
        for value in module.project.values(call.func, module):
            if (kind := kind_of(value, module)) is not None:
                found.append((call, kind, value))
                break
    return found


def pool_makers(module: Module) -> set[str]:
    """Names under which the file may call something that makes a pool, functions that say so by their name included."""
    named = {name for name in module.called_names if _POOL_NAME.search(name)}
    return named | (module.other_names(_CONSTRUCTORS) | module.project.starter_classes) & module.called_names


def kind_of(value: Value, module: Module) -> Kind | None:
    """What calling the value makes."""
    match value:
        case Method(owner=Instance(type=known.MP_CONTEXT), name="Pool", function=None):
            return "process pool"
        case Method(owner=Instance(type=known.MP_CONTEXT), name="Process", function=None):
            return "process"
        case External() | Class():
            return next((kind for name, kind in _KINDS if module.project.inference.is_a(value, name)), None)
        case _:
            return None


def pool_kind_of(value: Value, module: Module) -> Kind | None:
    """What kind of pool calling the value makes; `None` for single workers, too."""
    kind = kind_of(value, module)
    return kind if kind is not None and is_pool(kind) else None


def is_pool(kind: Kind) -> bool:
    """Whether it is a pool rather than a single worker."""
    return kind.endswith("pool")


def own_class(value: Value) -> Class | None:
    """The class of the project that is called, if it is one."""
    return value if isinstance(value, Class) else None


def is_executor(value: Value, module: Module) -> bool:
    """Whether it is one of `concurrent.futures`, which start their workers with the first task."""
    return isinstance(value, External | Class) and module.project.inference.is_a(value, known.EXECUTOR)


def called_as(call: ast.Call) -> str:
    """The constructor as it is written, for messages."""
    return ast.unparse(call.func) if isinstance(call.func, ast.Name | ast.Attribute) else last_name(call)
