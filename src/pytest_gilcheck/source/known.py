"""What is known of the standard library (and a few others): canonical names, class relations, and what calls give.

Tables only. Names are dotted, as a user would import them; `CANONICAL` maps the other places a thing can be imported from.
"""

from __future__ import annotations

from functools import cache

from pytest_gilcheck.source import foreign_pools

THREAD = "threading.Thread"
TIMER = "threading.Timer"
PROCESS = "multiprocessing.Process"
THREAD_EXECUTOR = "concurrent.futures.ThreadPoolExecutor"
PROCESS_EXECUTOR = "concurrent.futures.ProcessPoolExecutor"
INTERPRETER_EXECUTOR = "concurrent.futures.InterpreterPoolExecutor"
EXECUTOR = "concurrent.futures.Executor"
FUTURE = "concurrent.futures.Future"
MP_POOL = "multiprocessing.Pool"
THREAD_POOL = "multiprocessing.pool.ThreadPool"
# Pools of other packages, which pickle by their own means and are kept by them.
OTHER_PROCESS_POOL = "another package's pool of processes"
OTHER_THREAD_POOL = "another package's pool of threads"
ASYNC_RESULT = "multiprocessing.pool.AsyncResult"
MANAGER = "multiprocessing.Manager"
SYNC_MANAGER = "multiprocessing.managers.SyncManager"
MP_CONTEXT = "multiprocessing.context"
LOOP = "asyncio.AbstractEventLoop"
TASK = "asyncio.Task"
ASYNC_FUTURE = "asyncio.Future"
TASK_GROUP = "asyncio.TaskGroup"

# Whole modules that only re-export: prefix -> canonical prefix, longest first.
PREFIXES = (
    ("concurrent.futures.thread.", "concurrent.futures."),
    ("concurrent.futures.process.", "concurrent.futures."),
    ("concurrent.futures.interpreter.", "concurrent.futures."),
    ("concurrent.futures._base.", "concurrent.futures."),
    ("asyncio.queues.", "asyncio."),
    ("asyncio.locks.", "asyncio."),
    ("asyncio.tasks.", "asyncio."),
    ("asyncio.futures.", "asyncio."),
    ("asyncio.events.", "asyncio."),
    ("asyncio.runners.", "asyncio."),
    ("asyncio.threads.", "asyncio."),
    ("asyncio.taskgroups.", "asyncio."),
    ("multiprocessing.context.", "multiprocessing."),
    ("multiprocessing.process.", "multiprocessing."),
    ("multiprocessing.queues.", "multiprocessing."),
    ("multiprocessing.synchronize.", "multiprocessing."),
    ("multiprocessing.dummy.connection.", "queue."),
    ("six.moves.queue.", "queue."),
    ("six.moves._thread.", "_thread."),
    ("gevent.queue.", "gevent.queue."),
    ("requests.api.", "requests."),
    ("requests.sessions.", "requests."),
    ("six.moves.urllib.", "urllib."),
    ("redis.client.StrictRedis", "redis.Redis"),
    ("redis.StrictRedis", "redis.Redis"),
    ("redis.client.", "redis."),
)

CANONICAL = {
    "multiprocessing.pool.Pool": MP_POOL,
    "multiprocessing.pool.ApplyResult": ASYNC_RESULT,
    "multiprocessing.SpawnProcess": PROCESS,
    "multiprocessing.ForkProcess": PROCESS,
    "multiprocessing.ForkServerProcess": PROCESS,
    "multiprocessing.BaseProcess": PROCESS,
    "multiprocessing.dummy.Pool": THREAD_POOL,
    "multiprocessing.dummy.Process": THREAD,
    "multiprocessing.dummy.DummyProcess": THREAD,
    "multiprocessing.dummy.Queue": "queue.Queue",
    "multiprocessing.dummy.JoinableQueue": "queue.Queue",
    "multiprocessing.dummy.Lock": "threading.Lock",
    "multiprocessing.dummy.RLock": "threading.RLock",
    "_queue.SimpleQueue": "queue.SimpleQueue",
    "_thread.allocate_lock": "threading.Lock",
    "_thread.allocate": "threading.Lock",
    "_thread.LockType": "threading.Lock",
    "_thread.RLock": "threading.RLock",
    "_thread.lock": "threading.Lock",
    "_thread.start_new": "_thread.start_new_thread",
    "threading._allocate_lock": "threading.Lock",
    "threading._start_new_thread": "_thread.start_new_thread",
    "thread.start_new_thread": "_thread.start_new_thread",
    "Queue.Queue": "queue.Queue",
    "asyncio.async": "asyncio.ensure_future",
}

# Direct base classes, by canonical name.
BASES = {
    THREAD_EXECUTOR: EXECUTOR,
    PROCESS_EXECUTOR: EXECUTOR,
    INTERPRETER_EXECUTOR: THREAD_EXECUTOR,
    TIMER: THREAD,
    THREAD_POOL: MP_POOL,
    "queue.LifoQueue": "queue.Queue",
    "queue.PriorityQueue": "queue.Queue",
    "asyncio.LifoQueue": "asyncio.Queue",
    "asyncio.PriorityQueue": "asyncio.Queue",
    "multiprocessing.JoinableQueue": "multiprocessing.Queue",
    "multiprocessing.pool.MapResult": ASYNC_RESULT,
    MANAGER: SYNC_MANAGER,
    SYNC_MANAGER: "multiprocessing.managers.BaseManager",
    "multiprocessing.managers.SharedMemoryManager": "multiprocessing.managers.BaseManager",
    TASK: ASYNC_FUTURE,
    "threading.BoundedSemaphore": "threading.Semaphore",
    "socketserver.ThreadingTCPServer": "socketserver.ThreadingMixIn",
    "socketserver.ThreadingUDPServer": "socketserver.ThreadingMixIn",
    "socketserver.ThreadingUnixStreamServer": "socketserver.ThreadingMixIn",
    "http.server.ThreadingHTTPServer": "socketserver.ThreadingMixIn",
    "socketserver.StreamRequestHandler": "socketserver.BaseRequestHandler",
    "socketserver.DatagramRequestHandler": "socketserver.BaseRequestHandler",
    "http.server.BaseHTTPRequestHandler": "socketserver.BaseRequestHandler",
    "http.server.SimpleHTTPRequestHandler": "http.server.BaseHTTPRequestHandler",
    **dict.fromkeys(foreign_pools.PROCESS_POOLS, OTHER_PROCESS_POOL),
    **dict.fromkeys(foreign_pools.THREAD_POOLS, OTHER_THREAD_POOL),
    **dict.fromkeys(foreign_pools.THREAD_EXECUTORS, THREAD_EXECUTOR),
    **dict.fromkeys(foreign_pools.PROCESS_EXECUTORS, PROCESS_EXECUTOR),
    "ray.util.multiprocessing.Pool": MP_POOL,
    "collections.defaultdict": "builtins.dict",
    "collections.OrderedDict": "builtins.dict",
    "collections.Counter": "builtins.dict",
}

# What calling a known function gives (calling a class gives its instance without being listed).
RETURNS = {
    "multiprocessing.get_context": MP_CONTEXT,
    "concurrent.futures.as_completed": "iterator of " + FUTURE,
    "asyncio.run_coroutine_threadsafe": FUTURE,
    "asyncio.wrap_future": ASYNC_FUTURE,
    "asyncio.create_task": TASK,
    "asyncio.ensure_future": TASK,
    "asyncio.gather": ASYNC_FUTURE,
    "asyncio.current_task": TASK,
    "asyncio.get_event_loop": LOOP,
    "asyncio.get_running_loop": LOOP,
    "asyncio.new_event_loop": LOOP,
    "collections.deque": "collections.deque",
    "collections.defaultdict": "collections.defaultdict",
    "multiprocessing.Pool": MP_POOL,
    "multiprocessing.Manager": MANAGER,
    "loky.get_reusable_executor": "loky.reusable_executor",
    "threading.current_thread": THREAD,
    "threading.local": "threading.local",
    "builtins.open": "builtins.file",
    "builtins.list": "builtins.list",
    "builtins.dict": "builtins.dict",
    "builtins.set": "builtins.set",
    "builtins.bytearray": "builtins.bytearray",
    "subprocess.Popen": "subprocess.Popen",
    "itertools.count": "itertools.count",
    "socket.create_connection": "socket.socket",
    "requests.session": "requests.Session",
    "urllib.request.build_opener": "urllib.request.OpenerDirector",
    **{
        f"{driver}.connect": "DB-API connection"
        for driver in (
            "psycopg2",
            "psycopg",
            "pymysql",
            "MySQLdb",
            "mysql.connector",
            "pyodbc",
            "oracledb",
            "cx_Oracle",
            "pymssql",
            "snowflake.connector",
            "redshift_connector",
        )
    },
    "socket.socket": "socket.socket",
    "re.compile": "re.Pattern",
    "tarfile.open": "tarfile.TarFile",
    "select.poll": "select.poll",
    "select.epoll": "select.epoll",
}

# What a method of a known class gives.
METHOD_RETURNS = {
    (EXECUTOR, "submit"): FUTURE,
    (EXECUTOR, "map"): "concurrent.futures.map result",
    (MP_POOL, "apply_async"): ASYNC_RESULT,
    (MP_POOL, "map_async"): ASYNC_RESULT,
    (MP_POOL, "starmap_async"): ASYNC_RESULT,
    (MP_POOL, "imap"): "multiprocessing.pool.IMapIterator",
    (MP_POOL, "imap_unordered"): "multiprocessing.pool.IMapIterator",
    (LOOP, "run_in_executor"): ASYNC_FUTURE,
    (LOOP, "create_task"): TASK,
    (LOOP, "create_future"): ASYNC_FUTURE,
    (TASK_GROUP, "create_task"): TASK,
    ("DB-API connection", "cursor"): "DB-API cursor",
    (MP_CONTEXT, "get_context"): MP_CONTEXT,
    (MP_CONTEXT, "Process"): PROCESS,
    (MP_CONTEXT, "Pipe"): "multiprocessing.Pipe",
    (MP_CONTEXT, "Pool"): MP_POOL,
    (MP_CONTEXT, "Manager"): MANAGER,
    (MP_CONTEXT, "Queue"): "multiprocessing.Queue",
    (MP_CONTEXT, "JoinableQueue"): "multiprocessing.JoinableQueue",
    (MP_CONTEXT, "SimpleQueue"): "multiprocessing.SimpleQueue",
    (MP_CONTEXT, "Lock"): "multiprocessing.Lock",
    (MP_CONTEXT, "RLock"): "multiprocessing.RLock",
    (MP_CONTEXT, "Semaphore"): "multiprocessing.Semaphore",
    (MP_CONTEXT, "BoundedSemaphore"): "multiprocessing.BoundedSemaphore",
    (MP_CONTEXT, "Condition"): "multiprocessing.Condition",
    (MP_CONTEXT, "Event"): "multiprocessing.Event",
    (MP_CONTEXT, "Value"): "multiprocessing.Value",
    (MP_CONTEXT, "Array"): "multiprocessing.Array",
    (SYNC_MANAGER, "Queue"): "multiprocessing.managers.Queue",
    (SYNC_MANAGER, "JoinableQueue"): "multiprocessing.managers.Queue",
    (SYNC_MANAGER, "Lock"): "multiprocessing.Lock",
    (SYNC_MANAGER, "RLock"): "multiprocessing.RLock",
    (SYNC_MANAGER, "dict"): "multiprocessing.managers.DictProxy",
    (SYNC_MANAGER, "list"): "multiprocessing.managers.ListProxy",
    (SYNC_MANAGER, "Value"): "multiprocessing.managers.ValueProxy",
    (SYNC_MANAGER, "Namespace"): "multiprocessing.managers.NamespaceProxy",
    ("multiprocessing.Value", "get_lock"): "multiprocessing.RLock",
    ("multiprocessing.Array", "get_lock"): "multiprocessing.RLock",
}

# What `async with`/`with` gives, where it is not the object itself.
LOCKS = frozenset(
    {
        "threading.Lock",
        "threading.RLock",
        "threading.Condition",
        "multiprocessing.Lock",
        "multiprocessing.RLock",
        "multiprocessing.Condition",
        "asyncio.Lock",
        "asyncio.Condition",
    }
)
PLAIN_LOCKS = frozenset({"threading.Lock", "threading.RLock", "multiprocessing.Lock", "multiprocessing.RLock"})
CONDITIONS = frozenset({"threading.Condition", "multiprocessing.Condition", "asyncio.Condition"})
SEMAPHORES = frozenset(
    {
        "threading.Semaphore",
        "threading.BoundedSemaphore",
        "multiprocessing.Semaphore",
        "multiprocessing.BoundedSemaphore",
        "asyncio.Semaphore",
        "asyncio.BoundedSemaphore",
    }
)
THREAD_LOCKS = frozenset({"threading.Lock", "threading.RLock", "threading.Condition", "threading.Semaphore", "threading.BoundedSemaphore"})

# Fixtures that this plugin gives, by name.
FIXTURES = {"thread_pool": THREAD_EXECUTOR, "process_pool": PROCESS_EXECUTOR, "interpreter_pool": INTERPRETER_EXECUTOR, "event_loop": LOOP}


# Packages with the classes of multiprocessing under the same names.
_TWINS = ("multiprocess.", "billiard.", "torch.multiprocessing.", "pathos.helpers.mp.")


# What is started, or starts workers, when an object of it is made or used.
STARTERS = (THREAD, PROCESS, EXECUTOR, MP_POOL, "socketserver.ThreadingMixIn")


@cache
def canonical(name: str) -> str:
    """The one name of a thing that can be imported from several places."""
    for twin in _TWINS:
        if name.startswith(twin):
            name = "multiprocessing." + name[len(twin) :]
    for prefix, instead in PREFIXES:
        if name.startswith(prefix):
            name = instead + name[len(prefix) :]
            break
    return CANONICAL.get(name, name)


def is_known_subclass(name: str, base: str) -> bool:
    """Whether the known class is `base` or derives from it."""
    at: str | None = name
    while at is not None:
        if at == base:
            return True
        at = BASES.get(at)
    return False
