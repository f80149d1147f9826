"""Classes whose objects can't be pickled, with the words for them. Tables only; each entry was tried on CPython 3.11."""

from __future__ import annotations

NEVER = {
    "threading.Lock": "a `threading` lock",
    "threading.RLock": "a `threading` lock",
    "threading.Condition": "a `threading.Condition`",
    "threading.Semaphore": "a `threading` semaphore",
    "threading.BoundedSemaphore": "a `threading` semaphore",
    "threading.Event": "a `threading.Event`",
    "threading.Barrier": "a `threading.Barrier`",
    "threading.local": "a `threading.local`",
    "threading.Thread": "a thread",
    "threading.Timer": "a thread",
    "queue.Queue": "a `queue.Queue`, which holds a lock",
    "queue.LifoQueue": "a `queue.LifoQueue`, which holds a lock",
    "queue.PriorityQueue": "a `queue.PriorityQueue`, which holds a lock",
    "queue.SimpleQueue": "a `queue.SimpleQueue`",
    "concurrent.futures.ThreadPoolExecutor": "a thread pool",
    "concurrent.futures.ProcessPoolExecutor": "a process pool",
    "multiprocessing.pool.ThreadPool": "a thread pool",
    "multiprocessing.Pool": "a process pool",
    "multiprocessing.Manager": "a manager",
    "multiprocessing.managers.SyncManager": "a manager",
    "concurrent.futures.Future": "a future",
    "subprocess.Popen": "a running program (`Popen`)",
    "builtins.file": "an open file",
    "tempfile.NamedTemporaryFile": "an open file",
    "tempfile.TemporaryFile": "an open file",
    "DB-API connection": "a database connection",
    "DB-API cursor": "a database cursor",
    "sqlite3.Connection": "a database connection",
    "asyncio.AbstractEventLoop": "an event loop",
    "asyncio.Task": "an asyncio task",
}

# A process may be given these when it is made; in a task they raise.
INHERITED = {
    **{
        f"multiprocessing.{name}": f"a `multiprocessing.{name}`"
        for name in (
            "Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition", "Event", "Barrier",
            "Queue", "JoinableQueue", "SimpleQueue", "Value", "Array", "RawValue", "RawArray",
        )
    },
    "multiprocessing.Process": "a process",
}  # fmt: skip

# What calling a function gives, where no class says it.
OPENED = {
    "builtins.open": "an open file",
    "io.open": "an open file",
    "codecs.open": "an open file",
    "gzip.open": "an open file",
    "sqlite3.connect": "a database connection",
    "tempfile.NamedTemporaryFile": "an open file",
    "tempfile.TemporaryFile": "an open file",
}

TEST_CASES = frozenset({"unittest.TestCase", "unittest.case.TestCase", "unittest.IsolatedAsyncioTestCase"})

# Bases that change nothing about pickling.
PLAIN_BASES = frozenset({"builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol", "collections.abc.Callable"})

# Methods of these classes that make a task; other names of theirs may be attributes with plain values.
METHODS = frozenset(
    {
        "put", "put_nowait", "get", "get_nowait", "acquire", "release", "set", "wait", "notify", "start", "join",
        "submit", "map", "apply", "write", "writelines", "read", "readline", "execute", "executemany", "fetchall", "communicate",
    }
)  # fmt: skip
