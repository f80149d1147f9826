"""Calls that keep their thread until something outside happens, and what to await instead."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass

from pytest_gilcheck.model.evidence import Level
from pytest_gilcheck.source import known
from pytest_gilcheck.source.calls import argument


@dataclass(frozen=True, slots=True)
class Blocking:
    """One way to block: what it waits for, what to write instead, and when it doesn't block after all.

    `at_once` says of a call that its arguments make it return at once (or may: a flag that is a variable). `asked` are methods
    of the same object that a program calls to know that it won't have to wait. `level` lowers the rule's own level. A wait that is
    `mostly_brief` counts only in the coroutine itself; one that is `quiet_in_tests` is how tests end their own threads and servers.
    """

    waits_for: str
    instead: str
    at_once: Callable[[ast.Call], bool] | None = None
    asked: tuple[str, ...] = ()
    level: Level | None = None
    mostly_brief: bool = False
    quiet_in_tests: bool = False


def _zero(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and not isinstance(node.value, bool) and node.value in (0, 0.0)


def _no_time(position: int, keyword: str = "timeout") -> Callable[[ast.Call], bool]:
    """Its timeout is 0."""
    return lambda call: _zero(argument(call, position, keyword))


def _no_wait(flag: int, keyword: str, timeout: int) -> Callable[[ast.Call], bool]:
    """Its flag is not a plain `True`, or its timeout is 0."""

    def at_once(call: ast.Call) -> bool:
        given = argument(call, flag, keyword)
        if given is not None and not (isinstance(given, ast.Constant) and given.value in (True, 1)):
            return True
        return _zero(argument(call, timeout, "timeout")) or any(k.arg is None for k in call.keywords)

    return at_once


def _no_hang(call: ast.Call) -> bool:
    """`os.waitpid(pid, os.WNOHANG)`, and any other options that are not a plain 0."""
    options = call.args[-1] if len(call.args) > 1 else None
    return options is not None and not _zero(options)


def _unless_waited_for(call: ast.Call) -> bool:
    """`os.spawn…(os.P_NOWAIT, …)`."""
    return not (call.args and isinstance(call.args[0], ast.Attribute | ast.Name) and ast.unparse(call.args[0]).endswith("P_WAIT"))


def _numeric(call: ast.Call) -> bool:
    """Nobody is asked about an address in numbers."""
    return any("NUMERIC" in ast.unparse(arg) for arg in (*call.args, *(keyword.value for keyword in call.keywords)))


IN_THREAD = "give the call to a thread with `await asyncio.to_thread(…)`"
THREAD = f"or {IN_THREAD}"
_HTTP = Blocking("an HTTP answer", f"use an asynchronous client (httpx.AsyncClient, aiohttp), {THREAD}")
_RUN = Blocking("another program", f"use `await asyncio.create_subprocess_exec(…)`, {THREAD}")
_CHILD = Blocking("a child process", f"use `await asyncio.create_subprocess_exec(…)` and await its `wait()`, {THREAD}")
_NAMES = Blocking("the name server", "use `await loop.getaddrinfo(…)`", _numeric, level=Level.WARNING, quiet_in_tests=True)
_DATABASE = Blocking("the database", f"use the driver's asynchronous twin, {THREAD}", level=Level.WARNING)
_MAIL = Blocking("a server", f"use an asynchronous client, {THREAD}")
_SOCKET = Blocking(
    "the network", "use asyncio streams, or a non-blocking socket with `await loop.sock_recv(…)` and its like", quiet_in_tests=True
)
_READY = Blocking("a file to be ready", "let the loop watch it: `loop.add_reader(…)`")
_TREE = Blocking("many files to be written", IN_THREAD, None, (), Level.WARNING, True, quiet_in_tests=True)
TYPING = "somebody to type"
_TYPED = Blocking(TYPING, "read it in a thread: `await asyncio.to_thread(input)`")

# Constructors that connect only when they are told where.
CONNECTING = frozenset({"smtplib.SMTP", "smtplib.SMTP_SSL", "ftplib.FTP", "ftplib.FTP_TLS", "telnetlib.Telnet"})

FUNCTIONS: dict[str, Blocking] = {
    "time.sleep": Blocking("time to pass", "use `await asyncio.sleep(…)`", _no_time(0, "seconds")),
    "urllib.request.urlopen": _HTTP,
    "urllib.request.urlretrieve": _HTTP,
    **{f"requests.{name}": _HTTP for name in ("get", "post", "put", "patch", "delete", "head", "options", "request")},
    **{f"httpx.{name}": _HTTP for name in ("get", "post", "put", "patch", "delete", "head", "options", "request", "stream")},
    "urllib3.request": _HTTP,
    **{f"subprocess.{name}": _RUN for name in ("run", "call", "check_call", "check_output", "getoutput", "getstatusoutput")},
    "os.system": _RUN,
    "os.popen": _RUN,
    **{f"os.{name}": Blocking(_CHILD.waits_for, _CHILD.instead, _no_hang) for name in ("wait", "waitpid", "wait3", "wait4", "waitid")},
    **{
        f"os.spawn{form}": Blocking(_RUN.waits_for, _RUN.instead, _unless_waited_for)
        for form in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")
    },
    "socket.create_connection": Blocking("the other side to answer", f"use `await asyncio.open_connection(…)`, {THREAD}"),
    **{f"socket.{name}": _NAMES for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr")},
    "select.select": Blocking(_READY.waits_for, _READY.instead, _no_time(3)),
    "builtins.input": _TYPED,
    "sys.stdin.read": _TYPED,
    "sys.stdin.readline": _TYPED,
    "getpass.getpass": _TYPED,
    "concurrent.futures.wait": Blocking(
        "the tasks of a pool", "await them: `await asyncio.gather(*map(asyncio.wrap_future, futures))`", _no_time(1)
    ),
    "concurrent.futures.as_completed": Blocking(
        "the tasks of a pool", "wrap the futures with `asyncio.wrap_future` and use `asyncio.as_completed`", _no_time(1)
    ),
    **{
        f"{driver}.connect": _DATABASE
        for driver in ("psycopg2", "psycopg", "pymysql", "MySQLdb", "mysql.connector", "pyodbc", "cx_Oracle", "oracledb")
    },
    **dict.fromkeys(("imaplib.IMAP4", "imaplib.IMAP4_SSL", "poplib.POP3", "poplib.POP3_SSL"), _MAIL),
    **dict.fromkeys(CONNECTING, _MAIL),
}

_POOLED = Blocking("the tasks of a pool", "await each task: `await loop.run_in_executor(pool, function, item)`")
_LOCKED = Blocking(
    "whoever holds the lock",
    "use an asyncio.Lock if only coroutines take it; one that threads take too must be acquired in a thread",
    _no_wait(0, "blocking", 1),
    ("locked",),
    mostly_brief=True,
)
_TOLD = Blocking(
    "another thread to set it", "use an asyncio.Event, set with `loop.call_soon_threadsafe(event.set)`", _no_time(0), ("is_set",)
)
_TAKEN = Blocking(
    "somebody to put something",
    "use an asyncio.Queue, or take in a thread: `await asyncio.to_thread(queue.get)`",
    _no_wait(0, "block", 1),
    ("empty", "qsize", "put", "put_nowait"),
)
_PUT = Blocking(
    "room in the queue",
    "use an asyncio.Queue, or put in a thread: `await asyncio.to_thread(queue.put, item)`",
    _no_wait(1, "block", 2),
    ("full", "qsize"),
)
_ALL_DONE = Blocking("everything in the queue to be done", "use an asyncio.Queue and `await queue.join()`", None, ("unfinished_tasks",))
_SETTLED = ("done", "add_done_callback", "set_result", "set_exception")
_SENT = Blocking(
    "another process to send something", f"let the loop watch it: `loop.add_reader(…)`, {THREAD}", None, ("poll",), quiet_in_tests=True
)
_ENDED = Blocking("its end", "wait in a thread: `await asyncio.to_thread(thread.join)`", _no_time(0), ("is_alive",), quiet_in_tests=True)

# By canonical class and method; subclasses are meant too.
METHODS: dict[tuple[str, str], Blocking] = {
    **{
        (cls, name): _HTTP
        for cls in ("requests.Session", "httpx.Client")
        for name in ("get", "post", "put", "patch", "delete", "head", "options", "request", "send", "stream")
    },
    ("urllib3.PoolManager", "request"): _HTTP,
    ("urllib3.PoolManager", "urlopen"): _HTTP,
    **{
        (f"http.client.{cls}", name): _HTTP
        for cls in ("HTTPConnection", "HTTPSConnection")
        for name in ("request", "getresponse", "connect")
    },
    ("urllib.request.OpenerDirector", "open"): _HTTP,
    ("subprocess.Popen", "wait"): Blocking(_CHILD.waits_for, _CHILD.instead, _no_time(0), ("poll", "communicate")),
    ("subprocess.Popen", "communicate"): Blocking(_CHILD.waits_for, _CHILD.instead, _no_time(1), ("poll",)),
    **{
        ("socket.socket", name): _SOCKET
        for name in ("accept", "connect", "recv", "recv_into", "recvfrom", "recvfrom_into", "recvmsg", "sendall")
    },
    **{(lock, "acquire"): _LOCKED for lock in sorted(known.THREAD_LOCKS)},
    ("threading.Condition", "wait"): Blocking(_TOLD.waits_for, "use an asyncio.Condition", _no_time(0)),
    ("threading.Condition", "wait_for"): Blocking(_TOLD.waits_for, "use an asyncio.Condition", _no_time(1)),
    ("threading.Event", "wait"): _TOLD,
    ("multiprocessing.Event", "wait"): _TOLD,
    ("threading.Barrier", "wait"): Blocking("the other parties", "use an asyncio.Barrier"),
    **{(queue, "get"): _TAKEN for queue in ("queue.Queue", "queue.SimpleQueue", "multiprocessing.Queue", "multiprocessing.managers.Queue")},
    **{(queue, "put"): _PUT for queue in ("queue.Queue", "multiprocessing.Queue", "multiprocessing.managers.Queue")},
    ("multiprocessing.SimpleQueue", "get"): Blocking(_TAKEN.waits_for, _TAKEN.instead, None, _TAKEN.asked),
    ("queue.Queue", "join"): _ALL_DONE,
    ("multiprocessing.JoinableQueue", "join"): _ALL_DONE,
    (known.FUTURE, "result"): Blocking(
        "a task in another thread or process", "await it: `await asyncio.wrap_future(future)`", _no_time(0), _SETTLED
    ),
    (known.FUTURE, "exception"): Blocking(
        "a task in another thread or process", "await it with `asyncio.wrap_future(future)`", _no_time(0), _SETTLED
    ),
    (known.EXECUTOR, "map"): _POOLED,
    **{(known.MP_POOL, name): _POOLED for name in ("map", "starmap", "apply")},
    (known.ASYNC_RESULT, "get"): Blocking(_POOLED.waits_for, _POOLED.instead, _no_time(0), ("ready",)),
    (known.ASYNC_RESULT, "wait"): Blocking(_POOLED.waits_for, _POOLED.instead, _no_time(0), ("ready",)),
    (known.THREAD, "join"): _ENDED,
    (known.PROCESS, "join"): Blocking(
        _ENDED.waits_for,
        "wait in a thread: `await asyncio.to_thread(process.join)`",
        _no_time(0),
        ("is_alive", "exitcode"),
        quiet_in_tests=True,
    ),
    **{("DB-API connection", name): _DATABASE for name in ("commit", "rollback")},
    **{("DB-API cursor", name): _DATABASE for name in ("execute", "executemany", "callproc", "copy_from", "copy_expert")},
    (known.EXECUTOR, "shutdown"): Blocking(
        _POOLED.waits_for,
        "await the tasks first, then `shutdown(wait=False)`; or shut down in a thread: `await asyncio.to_thread(pool.shutdown)`",
        _no_wait(0, "wait", 9),
        level=Level.WARNING,
        quiet_in_tests=True,
    ),
    (known.MP_POOL, "join"): Blocking(
        _POOLED.waits_for, "wait in a thread: `await asyncio.to_thread(pool.join)`", level=Level.WARNING, quiet_in_tests=True
    ),
    ("multiprocessing.connection.Connection", "recv"): _SENT,
    ("multiprocessing.connection.Connection", "recv_bytes"): _SENT,
    ("multiprocessing.connection.Listener", "accept"): _SENT,
    **{(name, "poll"): Blocking(_READY.waits_for, _READY.instead, _no_time(0)) for name in ("select.poll", "select.epoll")},
    **{
        (f"selectors.{name}Selector", "select"): Blocking(_READY.waits_for, _READY.instead, _no_time(0))
        for name in ("Default", "Select", "Poll", "Epoll", "Kqueue")
    },
    **{(name, "extractall"): _TREE for name in ("zipfile.ZipFile", "tarfile.TarFile")},
}

# What a call waits for that is known by its looks.
PRINTED = Blocking(_CHILD.waits_for, f"use `await asyncio.create_subprocess_exec(…)` and its streams, {THREAD}", asked=("poll",))
QUEUED = Blocking("a task in another process", f"ask for it in a thread, {THREAD}", quiet_in_tests=True)
REFRESHED = Blocking("a new token from a server", IN_THREAD)
TRANSPORTS = ("google.auth.transport.requests.Request", "google.auth.transport.urllib3.Request")
