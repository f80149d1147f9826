"""Locks that exclude nobody because each call makes its own, and those that are shared."""

from __future__ import annotations

from tests.pairs.kit import bad_variants, pair, safe, safe_variants

RULE = "GIL406"

LOCAL = """
import threading

total = 0

def deposit(amount):
    global total
    lock = threading.Lock()  #!
    with lock:
        total += amount
"""
pair(
    RULE,
    "lock in the function",
    LOCAL,
    {"    lock = threading.Lock()  #!\n": "", "total = 0": "total = 0\nlock = threading.Lock()"},
    {"def deposit(amount):": "def deposit(amount, lock=threading.Lock()):", "    lock = threading.Lock()  #!\n": ""},
    {"    lock = threading.Lock()  #!": "    lock = LOCKS.setdefault(amount, threading.Lock())", "total = 0": "total = 0\nLOCKS = {}"},
    {"    lock = threading.Lock()  #!": "    lock = shared_lock()", "total = 0": "from locking import shared_lock\ntotal = 0"},
)
pair(
    RULE,
    "with a new lock",
    """
from threading import Lock

class Stats:
    def __init__(self):
        self.hits = 0

    def hit(self):
        with Lock():  #!
            self.hits += 1
""",
    {"with Lock():": "with self.lock:", "self.hits = 0": "self.hits = 0\n        self.lock = Lock()"},
    {"from threading import Lock": "from locks import Lock"},
    {"from threading import Lock": "from filelock import FileLock as Lock", "Lock():": 'Lock("stats.lock"):'},
)
pair(
    RULE,
    "acquire and release of an own lock",
    """
import threading

def save(path, text):
    mutex = threading.RLock()  #!
    mutex.acquire()
    try:
        path.write_text(text)
    finally:
        mutex.release()
""",
    {"    mutex = threading.RLock()  #!\n": "", "import threading": "import threading\nmutex = threading.RLock()"},
    {"mutex = threading.RLock()  #!": "mutex = path.lock"},
)
pair(
    RULE,
    "worker makes its own",
    """
import threading
from concurrent.futures import ThreadPoolExecutor

results = {}

def work(key):
    guard = threading.Lock()  #!
    with guard:
        results[key] = results.get(key, 0) + 1

def main():
    with ThreadPoolExecutor() as pool:
        list(pool.map(work, "abc"))
""",
    """
import threading
from concurrent.futures import ThreadPoolExecutor

results = {}

def main():
    guard = threading.Lock()

    def work(key):
        with guard:
            results[key] = results.get(key, 0) + 1

    with ThreadPoolExecutor() as pool:
        list(pool.map(work, "abc"))
""",
)
pair(
    RULE,
    "handed to the workers",
    """
import threading

def work(box):
    lock = threading.Lock()  #!
    with lock:
        box.append(1)

def main(box):
    for _ in range(3):
        threading.Thread(target=work, args=(box,)).start()
""",
    """
import threading

def work(lock, box):
    with lock:
        box.append(1)

def main(box):
    lock = threading.Lock()
    for _ in range(3):
        threading.Thread(target=work, args=(lock, box)).start()
    with lock:
        box.append(2)
""",
)
pair(
    RULE,
    "asyncio lock per call",
    """
import asyncio

async def refresh(state):
    lock = asyncio.Lock()  #!
    async with lock:
        state.token = await state.fetch()
""",
    {"lock = asyncio.Lock()  #!": "lock = state.lock"},
    """
import asyncio

async def refresh(states):
    lock = asyncio.Lock()

    async def one(state):
        async with lock:
            state.token = await state.fetch()

    await asyncio.gather(*(one(state) for state in states))
""",
)
pair(
    RULE,
    "asyncio semaphore per call",
    """
import asyncio

async def fetch(session, url):
    async with asyncio.Semaphore(10):  #!
        return await session.get(url)
""",
    """
import asyncio

async def fetch_all(session, urls):
    limit = asyncio.Semaphore(10)

    async def fetch(url):
        async with limit:
            return await session.get(url)

    return await asyncio.gather(*map(fetch, urls))
""",
    """
import asyncio

async def fetch(limit, session, url):
    async with limit:
        return await session.get(url)

async def fetch_all(session, urls):
    limit = asyncio.Semaphore(10)
    return await asyncio.gather(*(fetch(limit, session, url) for url in urls))
""",
)
pair(
    RULE,
    "decorator that makes it in the wrapper",
    """
import functools, threading

def synchronized(function):
    @functools.wraps(function)
    def wrapper(*args):
        lock = threading.Lock()  #!
        with lock:
            return function(*args)
    return wrapper
""",
    """
import functools, threading

def synchronized(function):
    lock = threading.Lock()
    @functools.wraps(function)
    def wrapper(*args):
        with lock:
            return function(*args)
    return wrapper
""",
)
pair(
    RULE,
    "context manager with its own lock",
    """
import contextlib, threading

@contextlib.contextmanager
def exclusive():
    lock = threading.Lock()  #!
    with lock:
        yield
""",
    {"    lock = threading.Lock()  #!\n": "", "@contextlib": "lock = threading.Lock()\n\n@contextlib"},
)
pair(
    RULE,
    "function that gives a new one",
    """
import threading

def get_lock():
    return threading.Lock()  #!

def update(data, key):
    with get_lock():
        data[key] = data.get(key, 0) + 1
""",
    {"def get_lock": "import functools\n@functools.lru_cache\ndef get_lock", "  #!": ""},
    {"    return threading.Lock()  #!": "    return LOCK", "def get_lock": "LOCK = threading.Lock()\ndef get_lock"},
    {"    with get_lock():": "    with LOCK:", "def update": "LOCK = get_lock()\ndef update", "  #!": ""},
)
pair(
    RULE,
    "property that gives a new one",
    """
import threading

class Cache:
    def __init__(self):
        self.data = {}

    @property
    def lock(self):
        return threading.Lock()  #!

    def put(self, key, value):
        with self.lock:
            self.data[key] = value
""",
    {"@property": "@functools.cached_property", "import threading": "import functools, threading", "  #!": ""},
    {"return threading.Lock()  #!": "return self._lock", "self.data = {}": "self.data = {}\n        self._lock = threading.Lock()"},
)
pair(
    RULE,
    "replaced in each call",
    """
import threading

class Counter:
    def __init__(self):
        self.n = 0

    def add(self):
        self._lock = threading.Lock()  #!
        with self._lock:
            self.n += 1
""",
    {"        self._lock = threading.Lock()  #!\n": "", "self.n = 0": "self.n = 0\n        self._lock = threading.Lock()"},
    {"        self._lock = threading.Lock()  #!": "        if self._lock is None:\n            self._lock = threading.Lock()"},
    {"@append": "\n    def take(self):\n        with self._lock:\n            self.n -= 1\n"},
)
pair(
    RULE,
    "multiprocessing lock in the worker",
    """
import multiprocessing

def work(path):
    lock = multiprocessing.Lock()  #!
    with lock:
        open(path, "a").write("x")

if __name__ == "__main__":
    with multiprocessing.Pool() as pool:
        pool.map(work, ["a", "a"])
""",
    """
import multiprocessing

def set_up(shared):
    global lock
    lock = shared

def work(path):
    with lock:
        open(path, "a").write("x")

if __name__ == "__main__":
    with multiprocessing.Pool(initializer=set_up, initargs=(multiprocessing.Lock(),)) as pool:
        pool.map(work, ["a", "a"])
""",
)
pair(
    RULE,
    "a lock for each thread",
    """
import threading

log = []

def work(lock, line):
    with lock:
        log.append(line)

def main(lines):
    for line in lines:
        threading.Thread(target=work, args=(threading.Lock(), line)).start()  #!
""",
    {"threading.Lock(), line": "lock, line", "    for line": "    lock = threading.Lock()\n    for line", "  #!": ""},
)
pair(
    RULE,
    "condition in the function",
    """
import threading

def publish(items, item):
    changed = threading.Condition()  #!
    with changed:
        items.append(item)
""",
    {"threading.Condition()  #!": "threading.Condition(items.lock)"},
    {"with changed:": "items.changed = changed\n    with changed:", "  #!": ""},
)
pair(
    RULE,
    "default of get",
    """
import threading

locks = {}

def update(key, data):
    with locks.get(key, threading.Lock()):  #!
        data[key] += 1
""",
    {"locks.get(key, threading.Lock()):  #!": "locks.setdefault(key, threading.Lock()):"},
    {
        "locks = {}": "import collections\nlocks = collections.defaultdict(threading.Lock)",
        "locks.get(key, threading.Lock()):  #!": "locks[key]:",
    },
)
pair(
    RULE,
    "in the loop of one function",
    """
import threading

def write(rows, out):
    for row in rows:
        lock = threading.Lock()  #!
        with lock:
            out.write(row)
""",
    {"  #!": "\n        out.register(lock)"},
)

bad_variants(
    RULE,
    "made as",
    """
import _thread, asyncio, multiprocessing as mp, threading as t
from threading import BoundedSemaphore as Limit, RLock
ctx = mp.get_context("spawn")

def work(data):
    BODY
    with lock:
        data.append(1)
""",
    {
        "alias": "lock = t.Lock()",
        "from": "lock = RLock()",
        "semaphore": "lock = Limit(1)",
        "low": "lock = _thread.allocate_lock()",
        "context": "lock = ctx.Lock()",
        "annotated": "lock: t.Lock = t.Lock()",
    },
)
bad_variants(
    RULE,
    "used as",
    """
import threading

def work(data):
    lock = threading.Lock()
    BODY
""",
    {
        "tuple": "with lock, open('x') as f:\n    f.write(data)",
        "blocking": "lock.acquire(True)\ndata.append(1)\nlock.release()",
        "tested": "if lock.acquire(timeout=1):\n    data.append(1)\n    lock.release()",
        "comprehension": "with lock:\n    data.extend([x for x in data])",
    },
)
safe_variants(
    "lock that leaves its function",
    """
import threading, contextlib
from concurrent.futures import ThreadPoolExecutor

def work(data, share, pool, self):
    lock = threading.Lock()
    BODY
    with lock:
        data.append(1)
""",
    {
        "passed": "share(lock)",
        "keyword": "share(lock=lock)",
        "listed": "data.append(lock)",
        "attribute": "self.lock = lock",
        "key": "data['lock'] = lock",
        "lambda": "share(lambda: lock.release())",
        "closure": "def inner():\n    with lock:\n        data.append(2)\npool.submit(inner)",
        "method": "share(lock.acquire)",
        "yielded": "yield lock",
        "partial": "import functools\npool.submit(functools.partial(share, lock))",
        "formatted": "print(share, lock)",
        "class": "class Inner:\n    guard = lock\nshare(Inner)",
        "dictionary": "share({'lock': lock})",
        "alias": "other = lock\nshare(other)",
    },
)
safe(
    "lock returned",
    "import threading\n\ndef make():\n    lock = threading.Lock()\n    with lock:\n        pass\n    return lock\n",
)
safe(
    "lock global by statement",
    "import threading\n\ndef init():\n    global lock\n    lock = threading.Lock()\n\ndef f():\n    with lock:\n        pass\n",
)
safe(
    "lock test of the lock itself",
    """
import threading

def test_lock():
    lock = threading.Lock()
    with lock:
        assert lock.locked()
    assert not lock.locked()
""",
    path="tests/test_lock.py",
)
safe(
    "lock class of the project",
    "import threading\n\nclass Lock:\n    def __enter__(self): pass\n    def __exit__(self, *a): pass\n\ndef f():\n    with Lock():\n        pass\n",
)
safe(
    "lock optional parameter",
    "import threading\n\ndef f(data, lock=None):\n    if lock is None:\n        lock = threading.Lock()\n    with lock:\n        data.append(1)\n",
)
