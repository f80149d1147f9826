"""Variables of modules and classes that a worker changes, and that the rest of the program changes by the same function."""

from __future__ import annotations

import re

from pytest_gilcheck.rules.sharing.thread_identity import asks_who_runs
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.sharing import Access
from pytest_gilcheck.source.starts import WorkerKind

_ONCE = re.compile(
    r"^_*(?:main|init|set_?up|configure|load|register|install|start|stop|close|shutdown|run|cli|parse_args|test)", re.IGNORECASE
)
_MAX_CALLERS = 3


def why_beside_the_rest(access: Access) -> str | None:
    """Which worker comes to the variable, and who else calls what changes it; `None` where only workers do."""
    function, project = access.function, access.module.project
    if function is None or access.module.is_test or function.is_async or asks_who_runs(access.node, access.module):
        return None
    for reach, thing in project.sharing.ways(access, WorkerKind.THREAD):
        if thing.kind != "global" or project.sharing.locks(access, reach) or reach.start.module.is_test:
            continue
        user = _user(function, 0)
        if user is not None:
            start = f"`{reach.chain[0].qualname}` ({reach.start.how} at {reach.start.place})"
            return f"{start} comes here in a thread of its own, and `{user.qualname}` does outside of it"
    return None


def _user(function: Function, depth: int) -> Function | None:
    """A function outside of every worker that leads to it, at any time of the program."""
    project = function.module.project
    for call, module in project.callers(function):
        around = module.function_around(call)
        if around is None or around is function or module.is_test or around.is_async or "example" in module.path:
            continue
        if project.locks.held(call, module) or project.workers.starts_of(around):
            continue
        if not project.workers.reaching(around):
            if not _ONCE.search(around.name):
                return around
        elif depth < _MAX_CALLERS and (found := _user(around, depth + 1)) is not None:
            return found
    return None
