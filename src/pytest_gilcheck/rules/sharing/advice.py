"""What to say of two threads that meet, and of the lock that would keep them apart."""

from __future__ import annotations

import ast

from pytest_gilcheck.source import known
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.places import root_name
from pytest_gilcheck.source.sharing import Access, Meeting
from pytest_gilcheck.source.starts import WorkerKind
from pytest_gilcheck.source.values import Instance

_WORKERS = {WorkerKind.THREAD: "threads", WorkerKind.PROCESS: "processes", WorkerKind.INTERPRETER: "interpreters", WorkerKind.TASK: "tasks"}


def meeting_words(meeting: Meeting, access: Access) -> str:
    """Who comes there at once: "several threads run `work` (submit at app.py:9)"."""
    start, chain = meeting.reach.start, meeting.reach.chain
    way = f"`{chain[0].qualname}` ({start.how} at {start.place})"
    through = f" through `{chain[-1].qualname}`" if len(chain) > 1 else ""
    if meeting.repetition is not None:
        return f"several {_WORKERS[start.kind]} can run {way} at once{f' and come here{through}' if through else ''}"
    other = meeting.other
    if other is None:
        return f"another thread runs {way}"
    place = f"{other.module.path}:{getattr(other.node, 'lineno', 0)}"
    if meeting.other_reach is not None:
        second = meeting.other_reach
        where = "here" if other.node is access.node else f"here or to {place}"
        return f"{way} and `{second.chain[0].qualname}` ({second.start.how} at {second.start.place}) run at once and both come {where}"
    if meeting.sure:
        return f"{way} runs beside the thread that started it, which does the same at {place}"
    method = other if other.function is not None and other.function not in chain else access
    name = method.function.qualname if method.function is not None else "<module>"
    return f"the thread {way} and callers of `{name}` can change it at the same time (the other place is {place})"


_UPDATES = "every update of it"
_WITH_LOCK = frozenset({f"multiprocessing.{place}{kind}" for place in ("", "sharedctypes.") for kind in ("Value", "Array")})


def lock_advice(target: ast.expr, access: Access, meeting: Meeting, *, what: str = _UPDATES) -> str:
    """The change: the lock of the class if it has one, else a new one, or no sharing at all."""
    start = meeting.reach.start
    if start.kind is WorkerKind.PROCESS:
        hold = f"Hold one `multiprocessing.Lock` that all of the processes are given around {what}"
        if what != _UPDATES:
            return f"{hold}."
        if isinstance(target, ast.Attribute | ast.Subscript) and _has_get_lock(target.value, access.module):
            hold = f"Hold its lock around {what} (`with {ast.unparse(target.value)}.get_lock():`)"
        return f"{hold}, or return the results and add them up."
    if start.kind is WorkerKind.TASK:
        return f"Await first and update afterwards in one step, or hold an `asyncio.Lock` around {what}."
    lock = _lock_of(target, access)
    if lock is not None:
        return f"Hold `{lock}` around {what}: the class has this lock already."
    root = root_name(target)
    home = "beside the variable"
    if root is not None and access.function is not None and root.id == access.function.self_name:
        home = "in the class body" if _is_of_class(access.function) else "in `__init__`"
    advice = f"Make one `threading.Lock()` {home} and hold it around {what}"
    if start.pool is not None and what == _UPDATES and not isinstance(meeting.reach.chain[0].node, ast.Lambda):
        advice += f"; or let `{meeting.reach.chain[0].name}` return its part, and add the parts up where the results are collected"
    return f"{advice}."


def _has_get_lock(node: ast.expr, module: Module) -> bool:
    """Whether it is a `Value` or an `Array` in shared memory; what a manager makes, and the raw kinds, have no lock of their own."""
    values = module.project.values(node, module)
    return bool(values) and all(isinstance(v, Instance) and v.type in _WITH_LOCK for v in values)


def _is_of_class(function: Function) -> bool:
    """Whether its first parameter is a class (in metaclasses by its name): a lock of one object guards nothing there."""
    return function.takes_class or function.self_name == "cls"


def _lock_of(target: ast.expr, access: Access) -> str | None:
    """The lock that the object, or the module, already has."""
    root = root_name(target)
    function = access.function
    module = access.module
    if root is None or function is None:
        return None
    if function.cls is not None and root.id == function.self_name:
        names = {
            name
            for cls in module.project.inference.mro(function.cls)
            if isinstance(cls, Class)
            for name, bindings in cls.attributes.items()
            if any(
                _is_lock(binding.value, cls) and not (_is_of_class(function) and cls.module.function_around(binding.node))
                for binding in bindings
            )
        }
        if len(names) == 1:
            return f"{root.id}.{names.pop()}"
    return None


def _is_lock(value: ast.expr | None, cls: Class) -> bool:
    project = cls.module.project
    return (
        isinstance(value, ast.Call)
        and any(isinstance(v, Instance) and v.type in known.THREAD_LOCKS for v in project.values(value, cls.module))
        and project.locks.is_lock(value, cls.module)  # a semaphore of 128 keeps nobody apart
    )
