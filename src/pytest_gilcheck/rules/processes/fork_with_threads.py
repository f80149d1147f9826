"""GIL104: a fork while other threads may be running."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pytest_gilcheck.model.evidence import Evidence
from pytest_gilcheck.model.rule import Page
from pytest_gilcheck.rules.processes.examples.fork_with_threads import BAD, GOOD
from pytest_gilcheck.rules.processes.live_threads import LiveThread, LiveThreads
from pytest_gilcheck.source import start_methods
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.process_starts import ProcessStart
from pytest_gilcheck.source.rule import SourceRule, Suspicion
from pytest_gilcheck.source.waits import calls_of

_FORKS = frozenset({"os.fork", "os.forkpty", "pty.fork"})
_LINUX = re.compile(r"==\s*['\"]linux|startswith\(['\"]linux|\bis_linux\b|\bon_linux\b")
_NEAR = 5  # lines between the making of a process and its start, that a reader takes for one thing
_REPLACES = ("exec", "posix_spawn", "spawn")


class ForkWithThreads(SourceRule):
    """A process is forked while other threads of its parent are running."""

    code = "GIL104"
    name = "fork-with-threads"
    fails_from = Evidence.OBSERVED
    page = Page(
        what="""\
Flags forks while other threads may be running: `os.fork`, and processes and process pools that are started with `fork`, or
with the default that is `fork` on Linux before Python 3.14. Threads count when they were started before in the same
function, in one that it calls or that calls it, when the object was made or its `with` block entered (`__init__`,
`__enter__`, `setUp`), in a fixture of the test, in an earlier turn of the loop, or while the module is imported; and a fork in
a function that itself runs in a thread counts. A read of the source can't tell whether the thread still runs then, so this
is a warning. Where callers choose the start method, the default counts if one of them leaves it at that.""",
        why="""\
Fork copies the memory of the process, but only the thread that forks. What the other threads were in the middle of stays
that way in the child: a lock that one of them held (of the logging module, of the allocator, of a queue) is locked in the
child, and nobody there will ever open it. The child hangs, once in a thousand starts. Python 3.12 and later warn at run
time.""",
        instead="""\
Ask for another start method: `multiprocessing.get_context("spawn")` or `"forkserver"`, and `mp_context=` of a
`ProcessPoolExecutor`. Or start the processes before the first thread, or after all threads were joined.""",
        observed="Not observed while tests run in this version: the finding rests on the source.",
        limits="""\
Silent where `spawn` or `forkserver` is asked for, also by `set_start_method` anywhere in the files of the run; where `join`,
`cancel`, `stop` or `shutdown` stands between the two; where the child replaces itself by another program (`exec`), and for
`os.fork` in tests that have fork in their name. Of threads that libraries start only a few are known (`QueueListener`, observers of
`watchdog`, `asyncio.to_thread`), and those of `multiprocessing` itself are not counted.""",
        references=(
            "https://docs.python.org/3/library/os.html#os.fork",
            "https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods",
        ),
    )
    bad = BAD
    good = GOOD

    def check(self, module: Module) -> Iterator[Suspicion]:
        """Forks of this module beside threads."""
        forks = list(_forks_in(module))
        if not forks:
            return
        threads = LiveThreads(module)
        pools: set[ast.AST] = set()
        for fork in forks:
            if fork.pool is not None and fork.pool in pools:
                continue  # its processes are there since the first task
            found = threads.at(fork.node, module)
            if fork.pool is not None:
                pools.add(fork.pool)
            if found is not None:
                yield _suspicion(fork, found, module)


@dataclass(frozen=True, slots=True, eq=False)
class _Fork:
    node: ast.Call
    what: str
    explicit: bool
    pool: ast.AST | None = None
    made: ast.Call | None = None

    @property
    def first(self) -> ast.Call:
        """Where a reader looks for it: where the process is made, if that is a few lines above its start."""
        return self.node if self.made is None else self.made


def _forks_in(module: Module) -> Iterator[_Fork]:
    for call in module.calls_to("fork", "forkpty"):
        if module.project.callee_name(call, module) in _FORKS and not _replaces_itself(call, module) and not _is_intended(call, module):
            yield _Fork(call, "the process", True)
    starts = sorted(module.project.processes.starts_in(module), key=lambda start: (start.node.lineno, start.node.col_offset))
    for start in starts:
        methods = start_methods.of(start.made, start.made_in or module)
        if start.sure and _may_fork(methods, module) and not _is_skipped_on_linux(start.node, module):
            pool = start.made if start.how in ("submit", "map", "run_in_executor") else None
            yield _Fork(start.node, start.what, methods == {"fork"}, pool, _made_just_above(start, module))


def _may_fork(methods: frozenset[str], module: Module) -> bool:
    """Whether one of the start methods that may be asked for forks; nothing is said where one of them is unknown."""
    if start_methods.UNKNOWN in methods:
        return False
    return "fork" in methods or (start_methods.DEFAULT in methods and not _never_forks(module))


def _made_just_above(start: ProcessStart, module: Module) -> ast.Call | None:
    made = start.made
    if made is None or made is start.node or start.made_in not in (None, module):
        return None
    near = 0 <= start.node.lineno - (made.end_lineno or made.lineno) <= _NEAR
    return made if near and module.function_around(made) is module.function_around(start.node) else None


def _never_forks(module: Module) -> bool:
    """Whether the project sets another start method than `fork`."""
    return any(start_methods.set_in(other) in start_methods.IMPORTING for other in module.project.modules)


def _is_skipped_on_linux(call: ast.Call, module: Module) -> bool:
    """Whether a test is skipped where the default start method is fork."""
    function = module.function_around(call)
    conditions = [ast.unparse(decorator).lower() for decorator in (function.decorators if function is not None else ()) if module.is_test]
    return any("skip" in text and _LINUX.search(text) is not None for text in conditions)


def _replaces_itself(call: ast.Call, module: Module) -> bool:
    """Whether the function goes on to run another program: then nothing of this one's locks is needed."""
    return any(last_name(other).startswith(_REPLACES) for other in calls_of(module.function_around(call), module))


def _is_intended(call: ast.Call, module: Module) -> bool:
    """Whether a test forks to see what comes of it."""
    return module.is_test and "fork" in module.symbol_at(call).lower()


def _suspicion(fork: _Fork, thread: LiveThread, module: Module) -> Suspicion:
    called = ast.unparse(fork.node.func).partition("\n")[0]
    if fork.explicit:
        how = f"`{called}` forks" if fork.what == "the process" else f"`{called}` starts {fork.what} by fork"
    else:
        how = f"`{called}` starts {fork.what} (by fork, on Linux before Python 3.14)"
    message = (
        f"{how} while {thread.what} may be running (from {thread.place(module)} on). A lock that this thread holds at that moment "
        "(of a `queue.Queue`, say) stays locked in the child for ever: if the child takes it, it hangs."
    )
    if fork.what == "the process":
        advice = "Fork before the first thread is started, or start a new program with `subprocess` instead."
    else:
        spawn = '`multiprocessing.get_context("spawn")`'
        make = f"Give the executor `mp_context=`, with {spawn}" if fork.pool is not None else f"Make it with {spawn}"
        advice = f"{make} (then what it runs must be a function at module level); or start it before {thread.place(module)}."
    starts = f"{thread.module.path}:{thread.node.lineno} starts it: {thread.what}"
    return Suspicion(fork.first, message, advice, None, (starts,), fork.node)
