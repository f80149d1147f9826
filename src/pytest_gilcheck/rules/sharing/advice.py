"""What to say of two threads that meet, and of the lock that would keep them apart."""

from __future__ import annotations

import ast

from pytest_gilcheck.source import known
from pytest_gilcheck.source.definitions import Class
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
        return f"several {_WORKERS[start.kind]} run {way} at once{f', and come here{through}' if through else ''}"
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
    return f"the thread {way} and callers of `{name}` change it at once (the other place is {place})"


def lock_advice(target: ast.expr, access: Access, meeting: Meeting, *, what: str = "every update of it") -> str:
    """The change: the lock of the class if it has one, else a new one, or no sharing at all."""
    start = meeting.reach.start
    if start.kind is WorkerKind.PROCESS:
        base = ast.unparse(target.value) if isinstance(target, ast.Attribute | ast.Subscript) else ast.unparse(target)
        return (
            f"Hold its lock around {what} (`with {base}.get_lock():`, or a `multiprocessing.Lock` handed to the processes), "
            "or return the results and add them up."
        )
    if start.kind is WorkerKind.TASK:
        return f"Await first and update afterwards in one step, or hold an `asyncio.Lock` around {what}."
    lock = _lock_of(target, access)
    if lock is not None:
        return f"Hold `{lock}` around {what}, as this class does elsewhere."
    root = root_name(target)
    home = (
        "in `__init__`"
        if root is not None and access.function is not None and root.id == access.function.self_name
        else "beside the variable"
    )
    return (
        f"Make one `threading.Lock()` {home} and hold it around {what}, "
        "or let each task return its part and put the parts together after the join."
    )


def _lock_of(target: ast.expr, access: Access) -> str | None:
    """The lock that the object, or the module, already has."""
    root = root_name(target)
    function = access.function
    module = access.module
    if root is None or function is None:
        return None
    if function.cls is not None and root.id == function.self_name:
        for cls in module.project.inference.mro(function.cls):
            if isinstance(cls, Class):
                for name, bindings in cls.attributes.items():
                    if any(_is_lock(binding.value, cls) for binding in bindings):
                        return f"{root.id}.{name}"
    return None


def _is_lock(value: ast.expr | None, cls: Class) -> bool:
    project = cls.module.project
    return (
        isinstance(value, ast.Call)
        and any(isinstance(v, Instance) and v.type in known.THREAD_LOCKS for v in project.values(value, cls.module))
        and project.locks.is_lock(value, cls.module)  # a semaphore of 128 keeps nobody apart
    )
