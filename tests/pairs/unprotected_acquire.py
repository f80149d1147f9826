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
    {"lock.acquire()  #!": "if not lock.acquire(timeout=1):\n        return"},
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
    {"lock.acquire(blocking=True)  #!": "if not lock.acquire(blocking=False):\n        return"},
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
