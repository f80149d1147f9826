"""Names of the calls that give code to workers, and where they take the function. Tables only."""

from __future__ import annotations

from pytest_gilcheck.source import known

# name of the call -> (position of the function, keyword of the function, every argument is an iterable)
EXECUTOR_METHODS = {"submit": (0, "fn", False), "map": (0, "fn", True)}
POOL_METHODS = {
    "apply": (0, "func", False),
    "apply_async": (0, "func", False),
    "map": (0, "func", True),
    "map_async": (0, "func", True),
    "imap": (0, "func", True),
    "imap_unordered": (0, "func", True),
    "starmap": (0, "func", True),
    "starmap_async": (0, "func", True),
}
# Of the pools of other packages; `schedule` takes the arguments of the function as one.
OTHER_METHODS = {
    **EXECUTOR_METHODS,
    **POOL_METHODS,
    **dict.fromkeys(("uimap", "amap", "imap", "map"), (0, "f", True)),
    **dict.fromkeys(("pipe", "apipe"), (0, "f", False)),
    "schedule": (0, "function", False),
}
TASK_CALLS = frozenset(
    {"asyncio.create_task", "asyncio.ensure_future", "asyncio.gather", "asyncio.run", "asyncio.wait_for", "asyncio.shield"}
)
LOOP_METHODS = frozenset({"create_task", "run_until_complete", "start_soon", "start"})
CALLS = (
    "submit", "map", "apply", "apply_async", "map_async", "imap", "imap_unordered", "starmap", "starmap_async",
    "run_in_executor", "to_thread", "run_sync", "start_new_thread", "start_new", "start_joinable_thread",
    "create_task", "ensure_future", "gather", "run", "run_until_complete", "run_coroutine_threadsafe", "start_soon",
    "add_done_callback", "__init__", "delayed", "Parallel", "uimap", "amap", "pipe", "apipe", "schedule",
)  # fmt: skip
CONSTRUCTORS = (
    "Thread",
    "Timer",
    "Process",
    "ThreadPoolExecutor",
    "ProcessPoolExecutor",
    "InterpreterPoolExecutor",
    "Pool",
    "ThreadPool",
    "DummyProcess",
    "ThreadingTCPServer",
    "ThreadingUDPServer",
    "ThreadingUnixStreamServer",
    "ThreadingHTTPServer",
)
INITIALIZER_AT = {known.THREAD_EXECUTOR: 2, known.PROCESS_EXECUTOR: 2, known.MP_POOL: 1, known.THREAD_POOL: 1}
