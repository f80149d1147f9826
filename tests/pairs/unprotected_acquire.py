"""Locks that stay locked when something between acquire and release raises, and those that are let go of in any case."""

from __future__ import annotations

from tests.pairs.kit import bad, bad_variants, pair, safe_variants

RULE = "GIL404"

PLAIN = """
import threading

lock = threading.Lock()
total = 0

def deposit(amount):
    global total
    lock.acquire()  #!
    total += check(amount)
    lock.release()
"""
pair(
    RULE,
    "release after the work",
    PLAIN,
    {"    lock.acquire()  #!\n    total += check(amount)\n    lock.release()": "    with lock:\n        total += check(amount)"},
    {"    total += check(amount)\n    lock.release()": "    try:\n        total += check(amount)\n    finally:\n        lock.release()"},
    {
        "    lock.acquire()  #!\n    total += check(amount)\n": "    try:\n        lock.acquire()\n        total += check(amount)\n",
        "    lock.release()": "    finally:\n        lock.release()",
    },
    {
        "lock.acquire()  #!": "if not lock.acquire(timeout=1):\n        return",
        "    total += check(amount)\n    lock.release()": "    try:\n        total += check(amount)\n    finally:\n        lock.release()",
    },
    {"    total += check(amount)\n": ""},
    {"lock = threading.Lock()": "from filelock import FileLock\nlock = FileLock('x')"},
)
pair(
    RULE,
    "method",
    """
import threading

class Account:
    def __init__(self):
        self._lock = threading.RLock()
        self.balance = 0

    def deposit(self, amount):
        self._lock.acquire()  #!
        self.balance = self.balance + amount.value()
        self._lock.release()
""",
    {
        "        self.balance = self.balance + amount.value()\n        self._lock.release()": "        try:\n            self.balance += amount.value()\n        finally:\n            self._lock.release()"
    },
    {
        "        self.balance = self.balance + amount.value()\n        self._lock.release()": "        self.balance = amount\n\n    def done(self):\n        self._lock.release()"
    },
    {
        "threading.RLock()": "Guard()",
        "class Account": "class Guard:\n    def acquire(self): pass\n    def release(self): pass\n\nclass Account",
    },
)
pair(
    RULE,
    "return in between",
    """
import threading
lock = threading.Lock()

def look_up(table, key):
    lock.acquire()  #!
    if key not in table:
        lock.release()
        return None
    value = table[key].load()
    lock.release()
    return value
""",
    """
import threading
lock = threading.Lock()

def look_up(table, key):
    lock.acquire()
    try:
        if key not in table:
            return None
        return table[key].load()
    finally:
        lock.release()
""",
)
pair(
    RULE,
    "work before the try",
    """
import threading
lock = threading.Lock()

def save(path, make):
    lock.acquire()  #!
    text = make()
    try:
        path.write_text(text)
    finally:
        lock.release()
""",
    {"    lock.acquire()  #!\n    text = make()": "    text = make()\n    lock.acquire()"},
    {"text = make()": "text = None", "write_text(text)": "write_text(make())"},
    {"    text = make()\n": "    # from here on nobody else writes\n"},
)
pair(
    RULE,
    "release in except only",
    """
import threading
lock = threading.Lock()

def save(path, text):
    lock.acquire()  #!
    try:
        path.write_text(text)
    except OSError:
        lock.release()
        raise
    lock.release()
""",
    {"except OSError:": "except BaseException:"},
    {"except OSError:\n        lock.release()\n        raise\n    lock.release()": "finally:\n        lock.release()"},
    {"except OSError:": "except:"},
)
pair(
    RULE,
    "asyncio",
    """
import asyncio
lock = asyncio.Lock()

async def refresh(state):
    await lock.acquire()  #!
    state.token = await state.fetch()
    lock.release()
""",
    {
        "    await lock.acquire()  #!\n    state.token = await state.fetch()\n    lock.release()": "    async with lock:\n        state.token = await state.fetch()"
    },
    {
        "    state.token = await state.fetch()\n    lock.release()": "    try:\n        state.token = await state.fetch()\n    finally:\n        lock.release()"
    },
)
pair(
    RULE,
    "multiprocessing",
    """
import multiprocessing

def work(lock: multiprocessing.Lock, path):
    lock.acquire()  #!
    open(path, "a").write("x")
    lock.release()
""",
    {'    lock.acquire()  #!\n    open(path, "a").write("x")\n    lock.release()': '    with lock:\n        open(path, "a").write("x")'},
)
pair(
    RULE,
    "worker that gets its lock",
    """
import threading

def work(lock, items):
    for item in items:
        lock.acquire()  #!
        print(item.name())
        lock.release()

def main(items):
    lock = threading.Lock()
    for _ in range(3):
        threading.Thread(target=work, args=(lock, items)).start()
""",
    {
        "        print(item.name())\n        lock.release()": "        try:\n            print(item.name())\n        finally:\n            lock.release()"
    },
)
pair(
    RULE,
    "semaphore in one function",
    """
import threading
slots = threading.Semaphore(3)

def fetch(url, get):
    slots.acquire()  #!
    page = get(url)
    slots.release()
    return page
""",
    {
        "    page = get(url)\n    slots.release()\n    return page": "    try:\n        return get(url)\n    finally:\n        slots.release()"
    },
    {
        "    page = get(url)\n    slots.release()\n    return page": "    future = get(url)\n    future.add_done_callback(lambda _: slots.release())\n    return future"
    },
    {"    page = get(url)\n    slots.release()\n    return page": "    return get(url, done)\n\ndef done():\n    slots.release()"},
)
pair(
    RULE,
    "condition",
    """
import threading

class Box:
    def __init__(self):
        self.cond = threading.Condition()
        self.items = []

    def put(self, item):
        self.cond.acquire()  #!
        self.items.append(item.copy())
        self.cond.notify()
        self.cond.release()
""",
    {
        "        self.cond.acquire()  #!\n        self.items.append(item.copy())\n        self.cond.notify()\n        self.cond.release()": "        with self.cond:\n            self.items.append(item.copy())\n            self.cond.notify()"
    },
)
pair(
    RULE,
    "generator that yields while locked",
    """
import contextlib, threading
lock = threading.Lock()

@contextlib.contextmanager
def exclusive():
    lock.acquire()  #!
    yield
    lock.release()
""",
    {"    yield\n    lock.release()": "    try:\n        yield\n    finally:\n        lock.release()"},
)
pair(
    RULE,
    "two locks",
    """
import threading
a = threading.Lock()
b = threading.Lock()

def both(work):
    a.acquire()  #!
    b.acquire()
    try:
        work()
    finally:
        b.release()
    a.release()
""",
    {"        b.release()\n    a.release()": "        b.release()\n        a.release()"},
    {"        b.release()\n    a.release()": "        a.release()\n        b.release()"},
)
pair(
    RULE,
    "wrapper of a decorator",
    """
import threading

def synchronized(lock):
    def decorate(function):
        def wrapper(*args):
            lock.acquire()  #!
            result = function(*args)
            lock.release()
            return result
        return wrapper
    return decorate
""",
    {
        "            result = function(*args)\n            lock.release()\n            return result": "            try:\n                return function(*args)\n            finally:\n                lock.release()"
    },
)
pair(
    RULE,
    "blocking given in words",
    """
import threading
lock = threading.Lock()

def work(data):
    lock.acquire(blocking=True)  #!
    data.update(total=sum(data.values()))
    lock.release()
""",
    {
        "lock.acquire(blocking=True)  #!": "if not lock.acquire(blocking=False):\n        return",
        "    data.update(total=sum(data.values()))\n": "",
    },
    {"lock.acquire(blocking=True)  #!": "got = lock.acquire(timeout=3)\n    if not got:\n        return"},
)
pair(
    RULE,
    "wait_for of acquire",
    """
import asyncio

class Client:
    def __init__(self):
        self._lock = asyncio.Lock()

    async def send(self, message):
        await asyncio.wait_for(self._lock.acquire(), 3)  #!
        await self.write(message)
        self._lock.release()
""",
    {
        "        await self.write(message)\n        self._lock.release()": "        try:\n            await self.write(message)\n        finally:\n            self._lock.release()"
    },
)
pair(
    RULE,
    "optional lock",
    """
import threading

class Log:
    def __init__(self, safe):
        self.lock = threading.Lock() if safe else None

    def write(self, line):
        if self.lock:
            self.lock.acquire()  #!
        self.out.write(line)
        if self.lock:
            self.lock.release()
""",
    {
        "        self.out.write(line)\n        if self.lock:\n            self.lock.release()": "        try:\n            self.out.write(line)\n        finally:\n            if self.lock:\n                self.lock.release()"
    },
)
pair(
    RULE,
    "never released",
    """
import threading

class Once:
    def __init__(self):
        self._lock = threading.Lock()

    def run(self, work):
        self._lock.acquire()  #!
        return work()
""",
    {"@append": "\n    def close(self):\n        self._lock.release()\n"},
    {"return work()": "self.done = self._lock.release"},
    {"return work()": "atexit.register(self._lock.release)\n        return work()", "import threading": "import atexit, threading"},
)
bad_variants(
    RULE,
    "between",
    """
import threading
lock = threading.Lock()

class Box:
    def change(self, other):
        lock.acquire()  #!
        BODY
        lock.release()
""",
    {
        "attribute": "self.n += 1",
        "item": "self.items[other] = 1",
        "call": "other.work()",
        "loop": "for x in other:\n    self.n = x",
        "raise": "if other is None:\n    raise ValueError\nself.n = other",
        "inner try": "try:\n    other.work()\nexcept KeyError:\n    pass",
        "inner with": "with open(other) as f:\n    f.write('x')",
        "finally of another": "try:\n    other.work()\nfinally:\n    other.close()",
    },
)
safe_variants(
    "acquire that is released in any case",
    """
import contextlib, threading, time, logging
log = logging.getLogger(__name__)
lock = threading.Lock()

def change(other, spare_lock):
    BODY
""",
    {
        "log before try": "lock.acquire()\nlog.debug('in')\ntry:\n    other.work()\nfinally:\n    lock.release()",
        "time before try": "lock.acquire()\nbegin = time.monotonic()\ntry:\n    other.work()\nfinally:\n    lock.release()",
        "stack": "with contextlib.ExitStack() as stack:\n    lock.acquire()\n    stack.callback(lock.release)\n    other.work()",
        "nested finally": "lock.acquire()\ntry:\n    try:\n        other.work()\n    finally:\n        other.close()\nfinally:\n    lock.release()",
        "let go of and taken back": "lock.release()\ntry:\n    other.work()\nfinally:\n    lock.acquire()",
        "let go of and taken back plainly": "lock.release()\nother.work()\nlock.acquire()",
        "if before try": "if other:\n    lock.acquire()\ntry:\n    other.work()\nfinally:\n    if other:\n        lock.release()",
        "waits for the holder": "lock.acquire()\nlock.release()\nother.work()",
        "thread releases": "def work():\n    lock.release()\nlock.acquire()\nother.run_in_thread(work)",
        "timer releases": "lock.acquire()\nother.call_later(1, lock.release)",
        "tested": "if lock.acquire(False):\n    try:\n        other.work()\n    finally:\n        lock.release()",
        "loop": "for one in other.locks:\n    one.acquire()\ntry:\n    other.work()\nfinally:\n    for one in other.locks:\n        one.release()",
        "not a lock": "other.acquire()\nother.work()\nother.release()",
        "connection": "conn = other.pool.acquire()\nconn.work()\nother.pool.release(conn)",
        "exit": "lock.acquire()\ntry:\n    return other.work()\nexcept Exception as error:\n    log.exception(error)\nfinally:\n    lock.release()",
    },
)
safe_variants(
    "lock methods of a class",
    """
import threading

class Guard:
    def __init__(self):
        self._lock = threading.Lock()
        self.owner = None

    BODY
""",
    {
        "enter": "def __enter__(self):\n    self._lock.acquire()\n    self.owner = threading.get_ident()\n    return self\n\ndef __exit__(self, *exc):\n    self.owner = None\n    self._lock.release()",
        "acquire": "def acquire(self, blocking=True):\n    self._lock.acquire(blocking)\n    self.owner = 1\n\ndef release(self):\n    self._lock.release()",
        "start": "def start(self):\n    self._lock.acquire()\n    self.owner = self.find()\n\ndef stop(self):\n    self._lock.release()",
        "enter alone": "def __enter__(self):\n    self._lock.acquire()",
    },
)
bad(
    RULE,
    "name alone",
    "import threading\n\ndef work(state):\n    state.mutex.acquire()  #!\n    state.step()\n    state.mutex.release()\n",
)
safe_variants(
    "file and redis locks",
    "import asyncio\n\ndef work(self):\n    BODY\n    self.step()\n    lock.release()\n",
    {
        "redis": "import redis\nlock = redis.Redis().lock('x')\nlock.acquire()",
        "file": "import filelock\nlock = filelock.FileLock('x')\nlock.acquire()",
    },
)

pair(
    RULE,
    "acquire release without finally",
    """
import threading

lock = threading.Lock()
balance = 0

def deposit(amount):
    global balance
    lock.acquire() #!
    balance = balance + int(amount)
    lock.release()
""",
    """
import threading

lock = threading.Lock()
balance = 0

def deposit(amount):
    global balance
    with lock:
        balance = balance + int(amount)
""",
)

pair(
    RULE,
    "a raise between the two",
    """
import threading

class Account:
    def __init__(self):
        self.lock = threading.Lock()
        self.balance = 0

    def withdraw(self, amount):
        self.lock.acquire() #!
        if amount > self.balance:
            raise ValueError("not enough")
        self.balance -= amount
        self.lock.release()
""",
    """
import threading

class Account:
    def __init__(self):
        self.lock = threading.Lock()
        self.balance = 0

    def withdraw(self, amount):
        self.lock.acquire()
        try:
            if amount > self.balance:
                raise ValueError("not enough")
            self.balance -= amount
        finally:
            self.lock.release()
""",
)

pair(
    RULE,
    "early return leaves it held",
    """
from threading import RLock

_lock = RLock()
_cache = {}

def get(key, load):
    _lock.acquire() #!
    if key in _cache:
        return _cache[key]
    value = load(key)
    _cache[key] = value
    _lock.release()
    return value
""",
    """
from threading import RLock

_lock = RLock()
_cache = {}

def get(key, load):
    _lock.acquire()
    try:
        if key in _cache:
            return _cache[key]
        value = load(key)
        _cache[key] = value
        return value
    finally:
        _lock.release()
""",
)

pair(
    RULE,
    "a file written between the two",
    """
import threading

lock = threading.Lock()

def update(path, text):
    lock.acquire() #!
    with open(path, "w") as target:
        target.write(text)
    lock.release()
""",
    """
import threading

lock = threading.Lock()

def update(path, text):
    try:
        lock.acquire()
        with open(path, "w") as target:
            target.write(text)
    finally:
        lock.release()
""",
)

pair(
    RULE,
    "release only in except and at the end",
    """
import threading

mutex = threading.Lock()

def send(sock, data):
    mutex.acquire() #!
    try:
        sock.sendall(data)
    except OSError:
        mutex.release()
        raise
    mutex.release()
""",
    """
import threading

mutex = threading.Lock()

def send(sock, data):
    mutex.acquire()
    try:
        sock.sendall(data)
    except OSError:
        raise
    finally:
        mutex.release()
""",
)

pair(
    RULE,
    "non-blocking acquire tested",
    """
import threading

busy = threading.Lock()

def refresh(load):
    if not busy.acquire(blocking=False): #!
        return None
    data = load()
    busy.release()
    return data
""",
    """
import threading

busy = threading.Lock()

def refresh(load):
    if not busy.acquire(blocking=False):
        return None
    try:
        return load()
    finally:
        busy.release()
""",
)

pair(
    RULE,
    "semaphore released by another thread",
    """
import threading
import urllib.request

slots = threading.Semaphore(4)

def fetch(url):
    slots.acquire() #!
    data = urllib.request.urlopen(url).read()
    slots.release()
    return data
""",
    """
import threading

slots = threading.Semaphore(4)

def job(task):
    try:
        task()
    finally:
        slots.release()

def start(task):
    slots.acquire()
    threading.Thread(target=job, args=(task,)).start()
""",
)

pair(
    RULE,
    "condition acquired by hand",
    """
import threading

cond = threading.Condition()
items = []

def take():
    cond.acquire() #!
    while not items:
        cond.wait()
    item = items.pop()
    cond.release()
    return item
""",
    """
import threading

cond = threading.Condition()
items = []

def take():
    with cond:
        while not items:
            cond.wait()
        return items.pop()
""",
)

pair(
    RULE,
    "loop body with acquire",
    """
import threading

class Logger(threading.Thread):
    def __init__(self, lock, queue):
        super().__init__()
        self.lock = lock
        self.queue = queue

    def run(self):
        while True:
            item = self.queue.get()
            if item is None:
                break
            self.lock.acquire() #!
            print(item.text())
            self.lock.release()
""",
    """
import threading

class Logger(threading.Thread):
    def __init__(self, lock, queue):
        super().__init__()
        self.lock = lock
        self.queue = queue

    def run(self):
        while True:
            item = self.queue.get()
            if item is None:
                break
            with self.lock:
                print(item.text())
""",
)

pair(
    RULE,
    "lock object's own acquire and release methods",
    """
import threading

lock: threading.Lock = threading.Lock()

def worker(jobs: list[str]) -> None:
    for job in jobs:
        lock.acquire() #!
        print(job.encode("ascii"))
        lock.release()

def main():
    threads = [threading.Thread(target=worker, args=(["a"],)) for _ in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
""",
    """
import threading

class Guard:
    def __init__(self):
        self._lock = threading.Lock()

    def acquire(self):
        return self._lock.acquire()

    def release(self):
        self._lock.release()

    def __enter__(self):
        self._lock.acquire()
        return self

    def __exit__(self, *details):
        self._lock.release()
""",
)

pair(
    RULE,
    "async lock",
    """
import asyncio

lock = asyncio.Lock()

async def update(db, row):
    await lock.acquire() #!
    await db.write(row)
    lock.release()
""",
    """
import asyncio

lock = asyncio.Lock()

async def update(db, row):
    await lock.acquire()
    try:
        await db.write(row)
    finally:
        lock.release()
""",
)

pair(
    RULE,
    "annotated lock parameter",
    """
from threading import Lock

def append(lock: Lock, path: str, line: str) -> None:
    lock.acquire() #!
    handle = open(path, "a")
    handle.write(line)
    handle.close()
    lock.release()
""",
    """
from contextlib import contextmanager
from threading import Lock

@contextmanager
def held(lock: Lock):
    lock.acquire()
    try:
        yield
    finally:
        lock.release()

def append(lock: Lock, path: str, line: str) -> None:
    with held(lock), open(path, "a") as handle:
        handle.write(line)
""",
)

pair(
    RULE,
    "multiprocessing lock in the Python docs style",
    """
from multiprocessing import Lock, Process

def report(lock, i):
    lock.acquire() #!
    print("hello world", 1 / i)
    lock.release()

if __name__ == "__main__":
    lock = Lock()
    for num in range(10):
        Process(target=report, args=(lock, num)).start()
""",
    """
from multiprocessing import Lock, Process

def report(lock, i):
    lock.acquire()
    try:
        print("hello world", i)
    finally:
        lock.release()

if __name__ == "__main__":
    lock = Lock()
    for num in range(10):
        Process(target=report, args=(lock, num)).start()
""",
)

pair(
    RULE,
    "never released at all",
    """
import threading

class Registry:
    def __init__(self):
        self._lock = threading.Lock()
        self._names = set()

    def register(self, name):
        self._lock.acquire() #!
        self._names.add(name)

    def names(self):
        with self._lock:
            return sorted(self._names)
""",
    """
import threading

class Registry:
    def __init__(self):
        self._lock = threading.Lock()
        self._names = set()

    def register(self, name):
        with self._lock:
            self._names.add(name)

    def names(self):
        with self._lock:
            return sorted(self._names)
""",
)

pair(
    RULE,
    "test locking with timeout",
    """
import threading

def test_counter():
    lock = threading.Lock()
    total = []

    def work():
        lock.acquire() #!
        total.append(sum(range(10)))
        assert total
        lock.release()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
""",
    """
import threading

import pytest

@pytest.fixture
def locked():
    lock = threading.Lock()
    lock.acquire()
    yield lock
    lock.release()

def test_acquire_times_out(locked):
    assert not locked.acquire(timeout=0.01)
""",
    path="tests/test_app.py",
)

pair(
    RULE,
    "two locks acquired by hand",
    """
import threading

class Transfer:
    def __init__(self, a, b):
        self.a = a
        self.b = b
        self.a_lock = threading.Lock()

    def run(self, amount):
        self.a_lock.acquire() #!
        self.a.take(amount)
        self.b.give(amount)
        self.a_lock.release()
        return amount
""",
    """
import threading
from contextlib import ExitStack

class Transfer:
    def __init__(self, a, b):
        self.a = a
        self.b = b
        self.a_lock = threading.Lock()

    def run(self, amount):
        with ExitStack() as stack:
            stack.enter_context(self.a_lock)
            self.a.take(amount)
            self.b.give(amount)
        return amount
""",
)

pair(
    RULE,
    "rows written between the two",
    """
import threading

lock = threading.Lock()

def save(path, rows):
    lock.acquire() #!
    with open(path, "w") as out:
        for row in rows:
            out.write(row.text)
    lock.release()
""",
    """
import threading

lock = threading.Lock()

def save(path, rows):
    if not lock.acquire(timeout=5):
        raise TimeoutError(path)
    try:
        with open(path, "w") as out:
            for row in rows:
                out.write(row.text)
    finally:
        lock.release()
""",
)

pair(
    RULE,
    "a semaphore around a request",
    """
import threading

gate = threading.BoundedSemaphore(5)

def call(api, request):
    gate.acquire() #!
    answer = api.send(request)
    if answer.status != 200:
        raise RuntimeError(answer.status)
    gate.release()
    return answer
""",
    """
import threading
from concurrent.futures import ThreadPoolExecutor

gate = threading.BoundedSemaphore(5)
pool = ThreadPoolExecutor(5)

def call(api, request):
    gate.acquire()
    future = pool.submit(api.send, request)
    future.add_done_callback(lambda _: gate.release())
    return future
""",
)

pair(
    RULE,
    "release in else only",
    """
import threading

_mutex = threading.RLock()

def load(path):
    _mutex.acquire() #!
    try:
        data = open(path).read()
    except FileNotFoundError:
        return None
    else:
        _mutex.release()
    return data
""",
    """
import threading

_mutex = threading.RLock()

def load(path):
    _mutex.acquire()
    try:
        return open(path).read()
    except FileNotFoundError:
        return None
    finally:
        _mutex.release()
""",
)

pair(
    RULE,
    "a validation between the two",
    """
import threading

class Table:
    def __init__(self):
        self.lock = threading.Lock()
        self.rows = []

    def insert(self, row):
        self.lock.acquire() #!
        row.validate()
        self.rows.append(row)
        self.lock.release()
""",
    """
import threading

class Table:
    def __init__(self):
        self.lock = threading.Lock()
        self.rows = []

    def __enter__(self):
        self.lock.acquire()
        return self

    def __exit__(self, *details):
        self.lock.release()

    def insert(self, row):
        with self:
            row.validate()
            self.rows.append(row)
""",
)

pair(
    RULE,
    "a read between the two",
    """
import threading

class Meter:
    lock = threading.Lock()

    def __init__(self, source):
        self.source = source
        self.total = 0

    def tick(self):
        Meter.lock.acquire() #!
        self.total += self.source.read()
        Meter.lock.release()
""",
    """
import threading

class Meter:
    lock = threading.Lock()

    def __init__(self, source):
        self.source = source
        self.total = 0

    def tick(self):
        value = self.source.read()
        with Meter.lock:
            self.total += value
""",
)

ASKED = """
import threading

class Connection:
    def __init__(self, db):
        self.db = db
        self.lock = threading.RLock()

    def store(self, key, value):
        if self.lock.acquire(blocking=False):  #!
            self.db[key] = value
            self.lock.release()
        else:
            raise RuntimeError("in use")
"""
pair(
    RULE,
    "asked for in a test",
    ASKED,
    {
        "            self.db[key] = value\n            self.lock.release()": "            try:\n                self.db[key] = value\n            finally:\n                self.lock.release()"
    },
    {
        "            self.db[key] = value\n            self.lock.release()": "            self.lock.release()\n            self.db[key] = value"
    },
    {
        "            self.db[key] = value\n            self.lock.release()": "            if self.db.ready():\n                return True\n            self.lock.release()"
    },
    {"            self.db[key] = value\n            self.lock.release()": "            self.db.begin(key, value, self.lock.release)"},
)
pair(
    RULE,
    "left if it is not to be had",
    """
import threading
lock = threading.Lock()

def flush(queue, out):
    while queue:
        if not lock.acquire(timeout=2):  #!
            continue
        out.write(queue.pop())
        lock.release()
""",
    {
        "        out.write(queue.pop())\n        lock.release()": "        try:\n            out.write(queue.pop())\n        finally:\n            lock.release()"
    },
    {"            continue\n": "            print('busy')\n"},
)
OPTION = """
from threading import RLock as TRLock

class WriteLock:
    def __init__(self):
        self.inner = TRLock()

    def acquire(self):
        self.inner.acquire()

    def release(self):
        self.inner.release()

    def __enter__(self):
        self.acquire()

    def __exit__(self, *exc):
        self.release()


class Bar:
    _lock = WriteLock()

    def clear(self, nolock=False):
        if not nolock:
            self._lock.acquire()  #!
        self.out.write("")
        if not nolock:
            self._lock.release()

    def release_for_good(self):
        self._lock.release()
"""
pair(
    RULE,
    "a lock class of its own, under an option",
    OPTION,
    {
        '        self.out.write("")\n        if not nolock:\n            self._lock.release()': '        try:\n            self.out.write("")\n        finally:\n            if not nolock:\n                self._lock.release()'
    },
    {"self.inner = TRLock()": "self.inner = open_lock_file()"},
    {"WriteLock": "Turnstile"},
)
HOLDS = """
import threading
from app.names import Names

def test_remove():
    names = Names()
    names.lock.acquire()  #!
    t = threading.Thread(target=names.remove, args=("a",))
    t.start()
    del names.known["a"]
    names.lock.release()
    t.join()
"""
pair(
    RULE,
    "a test that holds the tested lock",
    HOLDS,
    {
        "    names.lock.acquire()  #!\n": "    with names.lock:\n",
        "    t = threading": "        t = threading",
        "    t.start()": "        t.start()",
        '    del names.known["a"]\n    names.lock.release()': '        del names.known["a"]',
    },
    path="tests/test_names.py",
    others={
        "app/names.py": """
import threading

class Names:
    def __init__(self):
        self.known = {}
        self.lock = threading.Lock()

    def remove(self, name):
        with self.lock:
            self.known.pop(name, None)
"""
    },
)
