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

pair(
    RULE,
    "with threading.Lock() inline",
    """
import threading

counter = 0

def work():
    global counter
    with threading.Lock(): #!
        counter += 1

threads = [threading.Thread(target=work) for _ in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
""",
    """
import threading

counter = 0
lock = threading.Lock()

def work():
    global counter
    with lock:
        counter += 1

threads = [threading.Thread(target=work) for _ in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
""",
)

pair(
    RULE,
    "local variable lock",
    """
from threading import Lock

def save(path, text):
    lock = Lock() #!
    with lock:
        with open(path, "a") as out:
            out.write(text)
""",
    """
from threading import Lock

_lock = Lock()

def save(path, text):
    with _lock:
        with open(path, "a") as out:
            out.write(text)
""",
)

pair(
    RULE,
    "lock made per method call",
    """
import threading

class Account:
    def __init__(self):
        self.balance = 0

    def deposit(self, amount):
        lock = threading.Lock() #!
        lock.acquire()
        try:
            self.balance += amount
        finally:
            lock.release()
""",
    """
import threading

class Account:
    def __init__(self):
        self.balance = 0
        self.lock = threading.Lock()

    def deposit(self, amount):
        self.lock.acquire()
        try:
            self.balance += amount
        finally:
            self.lock.release()
""",
)

pair(
    RULE,
    "an RLock made by the task",
    """
import threading
from concurrent.futures import ThreadPoolExecutor

def add(total, n):
    guard = threading.RLock() #!
    with guard:
        total["n"] += n

def run(numbers):
    total = {"n": 0}
    with ThreadPoolExecutor() as pool:
        for f in [pool.submit(add, total, n) for n in numbers]:
            f.result()
    return total["n"]
""",
    """
import threading
from concurrent.futures import ThreadPoolExecutor

def add(guard, total, n):
    with guard:
        total["n"] += n

def run(numbers):
    total = {"n": 0}
    guard = threading.RLock()
    with ThreadPoolExecutor() as pool:
        for f in [pool.submit(add, guard, total, n) for n in numbers]:
            f.result()
    return total["n"]
""",
)

pair(
    RULE,
    "a lock made by the worker of a test",
    """
import threading

results = []

def worker(n):
    lock = threading.Lock() #!
    with lock:
        results.append(n)

def test_worker():
    threads = [threading.Thread(target=worker, args=(n,)) for n in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(results) == [0, 1, 2]
""",
    """
import threading

def test_worker():
    results = []
    lock = threading.Lock()

    def worker(n):
        with lock:
            results.append(n)

    threads = [threading.Thread(target=worker, args=(n,)) for n in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(results) == [0, 1, 2]
""",
    path="tests/test_app.py",
)

pair(
    RULE,
    "asyncio lock inline",
    """
import asyncio

seats = 10

async def book():
    global seats
    async with asyncio.Lock(): #!
        left = seats
        await asyncio.sleep(0)
        seats = left - 1

async def main():
    await asyncio.gather(*(book() for _ in range(5)))
""",
    """
import asyncio

seats = 10

async def book(lock):
    global seats
    async with lock:
        left = seats
        await asyncio.sleep(0)
        seats = left - 1

async def main():
    lock = asyncio.Lock()
    await asyncio.gather(*(book(lock) for _ in range(5)))
""",
)

pair(
    RULE,
    "semaphore made in the task",
    """
import asyncio

async def fetch(session, url):
    limit = asyncio.Semaphore(10) #!
    async with limit:
        return await session.get(url)

async def fetch_all(session, urls):
    return await asyncio.gather(*(fetch(session, url) for url in urls))
""",
    """
import asyncio

async def fetch(session, url, limit):
    async with limit:
        return await session.get(url)

async def fetch_all(session, urls):
    limit = asyncio.Semaphore(10)
    return await asyncio.gather(*(fetch(session, url, limit) for url in urls))
""",
)

pair(
    RULE,
    "Thread subclass makes its own lock in run",
    """
import threading

total = 0

class Adder(threading.Thread):
    def run(self):
        global total
        lock = threading.Lock() #!
        for _ in range(1000):
            with lock:
                total += 1

def main():
    threads = [Adder() for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    print(total)
""",
    """
import threading

total = 0

class Adder(threading.Thread):
    lock = threading.Lock()

    def run(self):
        global total
        for _ in range(1000):
            with self.lock:
                total += 1

def main():
    threads = [Adder() for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    print(total)
""",
)

pair(
    RULE,
    "multiprocessing lock in the worker, otherwise told",
    """
import multiprocessing

def write(line):
    with multiprocessing.Lock(): #!
        with open("log.txt", "a") as log:
            log.write(line)

def main(lines):
    with multiprocessing.Pool() as pool:
        pool.map(write, lines)
""",
    """
import multiprocessing

lock = None

def setup(shared):
    global lock
    lock = shared

def write(line):
    with lock:
        with open("log.txt", "a") as log:
            log.write(line)

def main(lines):
    with multiprocessing.Pool(initializer=setup, initargs=(multiprocessing.Lock(),)) as pool:
        pool.map(write, lines)
""",
)

pair(
    RULE,
    "decorator builds one lock per call",
    """
import functools
import threading

def synchronized(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        lock = threading.Lock() #!
        with lock:
            return function(*args, **kwargs)
    return wrapper
""",
    """
import functools
import threading

def synchronized(function):
    lock = threading.Lock()

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        with lock:
            return function(*args, **kwargs)
    return wrapper
""",
)

pair(
    RULE,
    "lock made inside the loop body",
    """
import threading

def worker(queue, out):
    while (item := queue.get()) is not None:
        lock = threading.Lock() #!
        with lock:
            out.append(item)
""",
    """
import threading

class Item:
    def __init__(self):
        self.lock = threading.Lock()

def worker(queue, out):
    while (key := queue.get()) is not None:
        item = Item()
        out[key] = item
        with item.lock:
            print(key)
""",
)

pair(
    RULE,
    "condition for one call",
    """
import threading

ready = False

def wait_ready():
    cond = threading.Condition() #!
    with cond:
        while not ready:
            cond.wait(1)
""",
    """
import threading

ready = False
cond = threading.Condition()

def wait_ready():
    with cond:
        while not ready:
            cond.wait(1)
""",
)

pair(
    RULE,
    "RLock() in the with statement",
    """
import threading

locks = {}

def edit(key, text):
    with threading.RLock(): #!
        locks[key] = text
""",
    """
import threading

locks = {}

def lock_for(key):
    return locks.setdefault(key, threading.Lock())

def make():
    lock = threading.Lock()
    with lock:
        print("first use")
    return lock

def edit(key, text):
    with lock_for(key):
        print(text)
""",
)

pair(
    RULE,
    "self lock re-made in the method",
    """
import threading

class Cache:
    def __init__(self):
        self.data = {}

    def put(self, key, value):
        self.lock = threading.Lock() #!
        with self.lock:
            self.data[key] = value
""",
    """
import threading

class Cache:
    def __init__(self):
        self.data = {}
        self.lock = threading.Lock()

    def put(self, key, value):
        with self.lock:
            self.data[key] = value
""",
)

pair(
    RULE,
    "inside nested worker function",
    """
import threading

def run_all(jobs):
    done = []

    def worker(job):
        lock = threading.Lock() #!
        with lock:
            done.append(job())

    threads = [threading.Thread(target=worker, args=(job,)) for job in jobs]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return done
""",
    """
import threading

def run_all(jobs):
    done = []
    lock = threading.Lock()

    def worker(job):
        with lock:
            done.append(job())

    threads = [threading.Thread(target=worker, args=(job,)) for job in jobs]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return done
""",
)

pair(
    RULE,
    "a lock for one log line",
    """
from threading import Lock

def log(line, path="log.txt"):
    guard = Lock() #!
    with guard, open(path, "a") as out:
        out.write(line)
""",
    """
from threading import Lock

def log(line, path="log.txt", guard=Lock()):
    with guard, open(path, "a") as out:
        out.write(line)
""",
)

pair(
    RULE,
    "an RLock per call",
    """
import threading

totals = {}

def add(key, amount):
    lock = threading.RLock() #!
    lock.acquire()
    totals[key] = totals.get(key, 0) + amount
    lock.release()
""",
    """
import threading

totals = {}
locks = {}
guard = threading.Lock()

def lock_for(key):
    with guard:
        lock = locks.get(key)
        if lock is None:
            lock = threading.RLock()
            locks[key] = lock
        return lock

def add(key, amount):
    with lock_for(key):
        totals[key] = totals.get(key, 0) + amount
""",
)

pair(
    RULE,
    "Lock() as held",
    """
import threading
from concurrent.futures import ThreadPoolExecutor

state = {"n": 0}

def bump(_):
    with threading.Lock() as held: #!
        state["n"] += 1

def main():
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(bump, range(100)))
    return state["n"]
""",
    """
import threading
from concurrent.futures import ThreadPoolExecutor

def main():
    state = {"n": 0}
    lock = threading.Lock()

    def bump():
        with lock:
            state["n"] += 1

    with ThreadPoolExecutor(8) as pool:
        for future in [pool.submit(lambda: bump()) for _ in range(100)]:
            future.result()
    return state["n"]
""",
)

pair(
    RULE,
    "an asyncio lock per refresh",
    """
import asyncio

class Client:
    async def refresh(self):
        lock = asyncio.Lock() #!
        async with lock:
            self.token = await self.fetch()

    async def fetch(self):
        return "t"
""",
    """
import asyncio

class Client:
    def __init__(self):
        self._lock = None

    async def refresh(self):
        if self._lock is None:
            self._lock = asyncio.Lock()
        async with self._lock:
            self.token = await self.fetch()

    async def fetch(self):
        return "t"
""",
)

pair(
    RULE,
    "a semaphore per call",
    """
import threading

class Service:
    def call(self, request):
        with threading.Semaphore(3): #!
            return request.send()
""",
    """
import threading

def test_lock_is_exclusive():
    lock = threading.Lock()
    with lock:
        assert not lock.acquire(blocking=False)
    assert lock.acquire(blocking=False)
    lock.release()
""",
)
