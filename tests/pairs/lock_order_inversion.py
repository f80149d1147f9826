"""Locks that are taken in two orders, and those that can't wait for each other."""

from __future__ import annotations

from tests.pairs.kit import bad, bad_variants, pair, safe_variants

RULE = "GIL403"

TEXTBOOK = """
import threading

a = threading.Lock()
b = threading.Lock()

def one():
    with a:
        with b:  #!
            work()

def two():
    with b:
        with a:  #!
            work()

def work():
    return 1

def main():
    threads = [threading.Thread(target=one), threading.Thread(target=two)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
"""
pair(
    RULE,
    "textbook",
    TEXTBOOK,
    {"    with b:\n        with a:  #!": "    with a:\n        with b:"},
    {"    with b:\n        with a:  #!\n            work()": "    with b:\n        work()\n    with a:\n        work()"},
    {
        "[threading.Thread(target=one), threading.Thread(target=two)]": "[threading.Thread(target=one)]",
        "        t.join()\n": "        t.join()\n    two()\n",
    },
    {
        "[threading.Thread(target=one), threading.Thread(target=two)]": "[threading.Thread(target=both)]",
        "def work": "def both():\n    one()\n    two()\n\ndef work",
    },
    {
        "    with a:\n        with b:  #!\n            work()": "    with gate:\n        with a:\n            with b:\n                work()",
        "    with b:\n        with a:  #!\n            work()": "    with gate:\n        with b:\n            with a:\n                work()",
        "b = threading": "gate = threading.Lock()\nb = threading",
    },
    {"        with a:  #!\n            work()": "        if a.acquire(timeout=1):\n            a.release()"},
    {"        with a:  #!\n            work()": "        if a.acquire(blocking=False):\n            a.release()"},
)
pair(
    RULE,
    "one with statement",
    """
import threading

class Bank:
    def __init__(self):
        self.accounts = threading.Lock()
        self.log = threading.Lock()

    def deposit(self):
        with self.accounts, self.log:  #!
            return 1

    def report(self):
        with self.log, self.accounts:  #!
            return 2
""",
    {"with self.log, self.accounts:": "with self.accounts, self.log:"},
    {"with self.log, self.accounts:": "with self.log:"},
)
pair(
    RULE,
    "acquire and release",
    """
import threading
a, b = threading.Lock(), threading.Lock()

def one():
    a.acquire()
    b.acquire()  #!
    try:
        return 1
    finally:
        b.release()
        a.release()

def two():
    b.acquire()
    a.acquire()  #!
    try:
        return 1
    finally:
        a.release()
        b.release()

def main():
    first = threading.Thread(target=one)
    second = threading.Thread(target=two)
    first.start()
    second.start()
    first.join()
    second.join()
""",
    {"    b.acquire()\n    a.acquire()  #!": "    a.acquire()\n    b.acquire()"},
    {"    second.start()\n    first.join()\n": "    first.join()\n    second.start()\n"},
)
pair(
    RULE,
    "through a call",
    """
import threading

class Cache:
    def __init__(self):
        self._data_lock = threading.Lock()
        self._stat_lock = threading.Lock()

    def put(self, key):
        with self._data_lock:
            self._count()

    def _count(self):
        with self._stat_lock:  #!
            self.n = 1

    def reset(self):
        with self._stat_lock:
            with self._data_lock:  #!
                self.n = 0
""",
    {
        "        with self._stat_lock:\n            with self._data_lock:  #!": "        with self._data_lock:\n            with self._stat_lock:"
    },
    {"        with self._data_lock:\n            self._count()": "        with self._data_lock:\n            pass\n        self._count()"},
)
pair(
    RULE,
    "two classes",
    """
import threading

class Store:
    def __init__(self, index: "Index"):
        self.lock = threading.Lock()
        self.index = index

    def write(self):
        with self.lock:
            self.index.add()

    def size(self):
        with self.lock:
            return 1

class Index:
    def __init__(self):
        self.lock = threading.Lock()
        self.store = Store(self)

    def add(self):
        with self.lock:
            return 1

    def rebuild(self):
        with self.lock:
            return self.store.size()
""",
    {
        "        with self.lock:\n            return self.store.size()": "        with self.lock:\n            pass\n        return self.store.size()"
    },
)
pair(
    RULE,
    "transfer",
    """
import threading

class Account:
    def __init__(self):
        self.lock = threading.Lock()
        self.balance = 0

def transfer(source, target, amount):
    with source.lock:
        with target.lock:  #!
            source.balance -= amount
            target.balance += amount
""",
    {
        "    with source.lock:": "    first, second = sorted((source, target), key=id)\n    with first.lock:",
        "        with target.lock:  #!": "        with second.lock:",
    },
    {"    with source.lock:": "    if id(source) > id(target):\n        source, target = target, source\n    with source.lock:"},
    {
        "    with source.lock:\n        with target.lock:  #!\n            source": "    with BANK:\n      with source.lock:\n        with target.lock:\n            source",
        "def transfer": "BANK = threading.Lock()\n\ndef transfer",
    },
    {
        "        with target.lock:  #!\n            source.balance -= amount\n            target.balance += amount": "        source.balance -= amount\n    with target.lock:\n        target.balance += amount"
    },
)
pair(
    RULE,
    "method with another object",
    """
import threading

class Box:
    def __init__(self):
        self._lock = threading.Lock()
        self.items = []

    def merge(self, other: "Box"):
        with self._lock, other._lock:  #!
            self.items.extend(other.items)
""",
    {
        "        with self._lock, other._lock:  #!\n            self.items.extend(other.items)": "        with other._lock:\n            items = list(other.items)\n        with self._lock:\n            self.items.extend(items)"
    },
)
pair(
    RULE,
    "locks given to the workers",
    """
import threading

def work(first, second):
    with first:
        with second:  #!
            return 1

def main():
    a = threading.Lock()
    b = threading.Lock()
    threads = [
        threading.Thread(target=work, args=(a, b)),
        threading.Thread(target=work, args=(b, a)),
    ]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
""",
    {"args=(b, a)": "args=(a, b)"},
)
pair(
    RULE,
    "dining philosophers",
    """
import threading

forks = [threading.Lock() for _ in range(5)]

def dine(i):
    left = forks[i]
    right = forks[(i + 1) % 5]
    with left:
        with right:  #!
            return i

def main():
    threads = [threading.Thread(target=dine, args=(i,)) for i in range(5)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
""",
    {"    left = forks[i]\n    right = forks[(i + 1) % 5]": "    left, right = (forks[k] for k in sorted((i, (i + 1) % 5)))"},
    {
        "    with left:\n        with right:  #!\n            return i": "    with waiter:\n        with left:\n            with right:\n                return i",
        "forks = [": "waiter = threading.Lock()\nforks = [",
    },
    {"    with left:\n": "    if i == 4 or i % 2:\n        left, right = right, left\n    with left:\n"},
)
pair(
    RULE,
    "three locks in a ring",
    """
import threading

a = threading.Lock()
b = threading.Lock()
c = threading.Lock()

def one():
    with a, b:  #!
        return 1

def two():
    with b, c:  #!
        return 2

def three():
    with c, a:  #!
        return 3
""",
    {"with c, a:": "with a, c:"},
)
pair(
    RULE,
    "main and a worker",
    """
import threading

a = threading.RLock()
b = threading.RLock()

def background():
    with a:
        with b:  #!
            return 1

def main():
    thread = threading.Thread(target=background)
    thread.start()
    with b:
        with a:  #!
            print(1)
    thread.join()
""",
    {"            print(1)\n    thread.join()": "            print(1)", "    with b:\n": "    thread.join()\n    with b:\n"},
    {
        "    thread = threading.Thread(target=background)\n    thread.start()\n": "",
        "            print(1)\n": "            print(1)\n    thread = threading.Thread(target=background)\n    thread.start()\n",
    },
)
pair(
    RULE,
    "asyncio",
    """
import asyncio

a = asyncio.Lock()
b = asyncio.Lock()

async def one():
    async with a:
        async with b:  #!
            await asyncio.sleep(0)

async def two():
    async with b:
        async with a:  #!
            await asyncio.sleep(0)

async def main():
    await asyncio.gather(one(), two())
""",
    {"    async with b:\n        async with a:  #!": "    async with a:\n        async with b:"},
)
pair(
    RULE,
    "pool",
    """
import threading
from concurrent.futures import ThreadPoolExecutor

a = threading.Lock()
b = threading.Lock()

def work(n):
    if n % 3:
        with a:
            with b:  #!
                return 1
    else:
        with b:
            with a:  #!
                return 2

def main():
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(work, range(9)))
""",
    {"ThreadPoolExecutor(4)": "ThreadPoolExecutor(1)"},
    {"        with b:\n            with a:  #!": "        with a:\n            with b:"},
)
pair(
    RULE,
    "re-entry looks like it",
    """
import threading

class Both:
    def __init__(self):
        self.a = threading.RLock()
        self.b = threading.RLock()

    def one(self):
        with self.a:
            with self.b:  #!
                return 1

    def two(self):
        with self.b:
            with self.a:  #!
                return 2
""",
    {"        with self.b:\n            with self.a:  #!": "        with self.a:\n            with self.b, self.a:"},
)
pair(
    RULE,
    "condition over the same lock",
    """
import threading

class Line:
    def __init__(self):
        self.lock = threading.Lock()
        self.ready = threading.Condition()

    def put(self):
        with self.lock:
            with self.ready:  #!
                self.ready.notify()

    def take(self):
        with self.ready:
            with self.lock:  #!
                return 1
""",
    {"threading.Condition()": "threading.Condition(self.lock)", "threading.Lock()": "threading.RLock()"},
)
pair(
    RULE,
    "aliases of the locks",
    """
import threading

class Pair:
    def __init__(self):
        self.a = threading.Lock()
        self.b = threading.Lock()

    def one(self):
        first, b = self.a, self.b
        with first:
            with b:  #!
                return 1

    def two(self):
        lock = self.b
        with lock:
            with self.a:  #!
                return 2
""",
    {"lock = self.b": "lock = self.a", "with self.a:  #!": "with self.b:"},
)
bad_variants(
    RULE,
    "second order",
    TEXTBOOK.replace("    with b:\n        with a:  #!\n            work()", "    BODY").replace("  #!", ""),
    {
        "acquire inside": "with b:\n    a.acquire()\n    try:\n        work()\n    finally:\n        a.release()",
        "acquire outside": "b.acquire()\ntry:\n    with a:\n        work()\nfinally:\n    b.release()",
        "one with": "with b, a:\n    work()",
        "loop": "for _ in range(3):\n    with b:\n        with a:\n            work()",
        "tested outer": "if b.acquire(timeout=3):\n    with a:\n        work()\n    b.release()",
        "if": "with b:\n    if work():\n        with a:\n            work()",
    },
)
safe_variants(
    "two locks in one order",
    TEXTBOOK.replace("    with b:\n        with a:  #!\n            work()", "    BODY"),
    {
        "same": "with a, b:\n    work()",
        "one": "with b:\n    work()",
        "one after the other": "with b:\n    work()\nwith a:\n    work()",
        "other lock": "c = threading.Lock\nwith b:\n    with open('x'):\n        work()",
        "defined inside": "with b:\n    def later():\n        with a:\n            work()\n    return later",
    },
)
bad(
    RULE,
    "another file",
    "import threading\nfrom locks import a, b\n\ndef two():\n    with b:\n        with a:\n            return 2\n",
    others={
        "locks.py": "import threading\na = threading.Lock()\nb = threading.Lock()\n\ndef one():\n    with a:\n        with b:\n            return 1\n"
    },
)

pair(
    RULE,
    "two locks two threads",
    """
import threading

lock_a = threading.Lock()
lock_b = threading.Lock()

def first():
    with lock_a:
        with lock_b: #!
            print("first")

def second():
    with lock_b:
        with lock_a: #!
            print("second")

t1 = threading.Thread(target=first)
t2 = threading.Thread(target=second)
t1.start()
t2.start()
t1.join()
t2.join()
""",
    """
import threading

lock_a = threading.Lock()
lock_b = threading.Lock()

def first():
    with lock_a:
        with lock_b:
            print("first")

def second():
    with lock_a:
        with lock_b:
            print("second")

t1 = threading.Thread(target=first)
t2 = threading.Thread(target=second)
t1.start()
t2.start()
t1.join()
t2.join()
""",
)

pair(
    RULE,
    "self locks in two methods run by two threads",
    """
import threading

class Store:
    def __init__(self):
        self._index_lock = threading.Lock()
        self._data_lock = threading.Lock()
        self.index = {}
        self.data = []

    def add(self, key, value):
        with self._index_lock, self._data_lock: #!
            self.data.append(value)
            self.index[key] = len(self.data) - 1

    def compact(self):
        with self._data_lock:
            with self._index_lock: #!
                self.data = list(self.data)
                self.index = dict(self.index)

def run(store):
    writer = threading.Thread(target=store.add, args=("k", 1))
    cleaner = threading.Thread(target=store.compact)
    writer.start()
    cleaner.start()
    writer.join()
    cleaner.join()

run(Store())
""",
    """
import threading

class Store:
    def __init__(self):
        self._index_lock = threading.Lock()
        self._data_lock = threading.Lock()
        self.index = {}
        self.data = []

    def add(self, key, value):
        with self._index_lock, self._data_lock:
            self.data.append(value)
            self.index[key] = len(self.data) - 1

    def compact(self):
        with self._index_lock:
            with self._data_lock:
                self.data = list(self.data)
                self.index = dict(self.index)

def run(store):
    writer = threading.Thread(target=store.add, args=("k", 1))
    cleaner = threading.Thread(target=store.compact)
    writer.start()
    cleaner.start()
    writer.join()
    cleaner.join()

run(Store())
""",
)

pair(
    RULE,
    "acquire calls in opposite order",
    """
from threading import Lock, Thread

printer = Lock()
scanner = Lock()

def copy():
    scanner.acquire()
    try:
        printer.acquire() #!
        try:
            print("copy")
        finally:
            printer.release()
    finally:
        scanner.release()

def fax():
    printer.acquire()
    try:
        scanner.acquire() #!
        try:
            print("fax")
        finally:
            scanner.release()
    finally:
        printer.release()

def main():
    threads = [Thread(target=copy), Thread(target=fax)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
""",
    """
from threading import Lock, Thread

printer = Lock()
scanner = Lock()

def copy():
    scanner.acquire()
    try:
        printer.acquire()
        try:
            print("copy")
        finally:
            printer.release()
    finally:
        scanner.release()

def fax():
    scanner.acquire()
    try:
        printer.acquire()
        try:
            print("fax")
        finally:
            printer.release()
    finally:
        scanner.release()

def main():
    threads = [Thread(target=copy), Thread(target=fax)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
""",
)

pair(
    RULE,
    "bank transfer: order by account id",
    """
import threading
from concurrent.futures import ThreadPoolExecutor

class Account:
    def __init__(self, number, balance):
        self.number = number
        self.balance = balance
        self.lock = threading.Lock()

def transfer(source, target, amount):
    with source.lock:
        with target.lock: #!
            source.balance -= amount
            target.balance += amount

def test_transfers():
    a, b = Account(1, 100), Account(2, 100)
    with ThreadPoolExecutor() as pool:
        futures = [pool.submit(transfer, a, b, 1), pool.submit(transfer, b, a, 1)]
        for future in futures:
            future.result()
    assert a.balance + b.balance == 200
""",
    """
import threading
from concurrent.futures import ThreadPoolExecutor

class Account:
    def __init__(self, number, balance):
        self.number = number
        self.balance = balance
        self.lock = threading.Lock()

def transfer(source, target, amount):
    first, second = sorted((source, target), key=lambda account: account.number)
    with first.lock:
        with second.lock:
            source.balance -= amount
            target.balance += amount

def test_transfers():
    a, b = Account(1, 100), Account(2, 100)
    with ThreadPoolExecutor() as pool:
        futures = [pool.submit(transfer, a, b, 1), pool.submit(transfer, b, a, 1)]
        for future in futures:
            future.result()
    assert a.balance + b.balance == 200
""",
    path="tests/test_app.py",
)

pair(
    RULE,
    "inner lock taken in a called function",
    """
import threading

config_lock = threading.RLock()
log_lock = threading.RLock()
config = {}
lines = []

def log(text):
    with log_lock: #!
        lines.append(text)

def set_option(name, value):
    with config_lock:
        config[name] = value
        log(f"set {name}")

def flush():
    with log_lock:
        with config_lock: #!
            print(config.get("sink"), lines)

def main():
    threads = [threading.Thread(target=set_option, args=("a", 1)), threading.Thread(target=flush)]
    [t.start() for t in threads]
    [t.join() for t in threads]

if __name__ == "__main__":
    main()
""",
    """
import threading

config_lock = threading.RLock()
log_lock = threading.RLock()
config = {}
lines = []

def log(text):
    with log_lock:
        lines.append(text)

def set_option(name, value):
    with config_lock:
        config[name] = value
    log(f"set {name}")

def flush():
    with log_lock:
        with config_lock:
            print(config.get("sink"), lines)

def main():
    threads = [threading.Thread(target=set_option, args=("a", 1)), threading.Thread(target=flush)]
    [t.start() for t in threads]
    [t.join() for t in threads]

if __name__ == "__main__":
    main()
""",
)

pair(
    RULE,
    "two locks in one with statement",
    """
import threading
from concurrent.futures import ThreadPoolExecutor

left = threading.Lock()
right = threading.Lock()

def l2r():
    with left, right: #!
        return 1

def r2l():
    with right, left: #!
        return 2

def both():
    with ThreadPoolExecutor(2) as pool:
        return [f.result() for f in (pool.submit(l2r), pool.submit(r2l))]
""",
    """
import threading
from concurrent.futures import ThreadPoolExecutor

gate = threading.Lock()
left = threading.Lock()
right = threading.Lock()

def l2r():
    with gate:
        with left, right:
            return 1

def r2l():
    with gate:
        with right, left:
            return 2

def both():
    with ThreadPoolExecutor(2) as pool:
        return [f.result() for f in (pool.submit(l2r), pool.submit(r2l))]
""",
)

pair(
    RULE,
    "Thread subclasses",
    """
import threading

db = threading.Lock()
cache = threading.Lock()

class Reader(threading.Thread):
    def run(self):
        with cache:
            with db: #!
                print("read")

class Writer(threading.Thread):
    def run(self):
        with db:
            with cache: #!
                print("write")

if __name__ == "__main__":
    workers = [Reader(), Writer()]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
""",
    """
import threading

db = threading.Lock()
cache = threading.Lock()

class Reader(threading.Thread):
    def run(self):
        with cache:
            print("cache")
        with db:
            print("read")

class Writer(threading.Thread):
    def run(self):
        with db:
            with cache:
                print("write")

if __name__ == "__main__":
    workers = [Reader(), Writer()]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
""",
)

pair(
    RULE,
    "locks made in the test, closures",
    """
import threading

def test_no_deadlock():
    a = threading.Lock()
    b = threading.Lock()

    def one():
        with a:
            with b: #!
                pass

    def two():
        with b:
            with a: #!
                pass

    threads = [threading.Thread(target=one), threading.Thread(target=two)]
    for t in threads:
        t.start()
    for t in threads:
        t.join(timeout=5)
    assert not any(t.is_alive() for t in threads)
""",
    """
import threading

def test_no_deadlock():
    a = threading.Lock()
    b = threading.Lock()

    def one():
        with a:
            with b:
                pass

    def two():
        with a:
            with b:
                pass

    threads = [threading.Thread(target=one), threading.Thread(target=two)]
    for t in threads:
        t.start()
    for t in threads:
        t.join(timeout=5)
    assert not any(t.is_alive() for t in threads)
""",
    path="tests/test_app.py",
)

pair(
    RULE,
    "locks passed as arguments",
    """
from threading import Lock, Thread

def eat(first, second):
    with first:
        with second: #!
            print("eating")

def dinner():
    fork1, fork2 = Lock(), Lock()
    t1 = Thread(target=eat, args=(fork1, fork2))
    t2 = Thread(target=eat, args=(fork2, fork1))
    t1.start()
    t2.start()
    t1.join()
    t2.join()
""",
    """
from threading import Lock, Thread

def eat(first, second):
    with first:
        with second:
            print("eating")

def dinner():
    fork1, fork2 = Lock(), Lock()
    t1 = Thread(target=eat, args=(fork1, fork2))
    t2 = Thread(target=eat, args=(fork1, fork2))
    t1.start()
    t2.start()
    t1.join()
    t2.join()
""",
)

pair(
    RULE,
    "a plain acquire inside a with block",
    """
import threading

A = threading.Lock()
B = threading.Lock()

def forwards():
    with A:
        B.acquire() #!
        try:
            print("f")
        finally:
            B.release()

def backwards():
    with B:
        with A: #!
            print("b")

threading.Thread(target=forwards).start()
threading.Thread(target=backwards).start()
""",
    """
import threading

A = threading.Lock()
B = threading.Lock()

def forwards():
    with A:
        if B.acquire(timeout=1):
            try:
                print("f")
            finally:
                B.release()

def backwards():
    with B:
        if A.acquire(blocking=False):
            try:
                print("b")
            finally:
                A.release()

threading.Thread(target=forwards).start()
threading.Thread(target=backwards).start()
""",
)

pair(
    RULE,
    "two objects calling each other under their locks",
    """
import threading

class Cache:
    def __init__(self):
        self.lock = threading.Lock()
        self.store = None

    def put(self, key):
        with self.lock:
            with self.store.lock: #!
                self.store.rows.append(key)

class Store:
    def __init__(self, cache):
        self.lock = threading.Lock()
        self.rows = []
        self.cache = cache

    def evict(self):
        with self.lock:
            with self.cache.lock: #!
                self.rows.clear()

def main():
    cache = Cache()
    store = Store(cache)
    cache.store = store
    threading.Thread(target=cache.put, args=(1,)).start()
    threading.Thread(target=store.evict).start()
""",
    """
import threading

class Cache:
    def __init__(self):
        self.lock = threading.Lock()
        self.store = None

    def put(self, key):
        with self.lock:
            with self.store.lock:
                self.store.rows.append(key)

class Store:
    def __init__(self, cache):
        self.lock = threading.Lock()
        self.rows = []
        self.cache = cache

    def evict(self):
        with self.cache.lock:
            with self.lock:
                self.rows.clear()

def main():
    cache = Cache()
    store = Store(cache)
    cache.store = store
    threading.Thread(target=cache.put, args=(1,)).start()
    threading.Thread(target=store.evict).start()
""",
)

pair(
    RULE,
    "three locks in a ring, otherwise told",
    """
import threading

a, b, c = threading.Lock(), threading.Lock(), threading.Lock()

def one():
    with a, b: #!
        pass

def two():
    with b, c: #!
        pass

def three():
    with c, a: #!
        pass

for job in (one, two, three):
    threading.Thread(target=job).start()
""",
    """
import threading

a, b, c = threading.Lock(), threading.Lock(), threading.Lock()

def one():
    with a, b:
        pass

def two():
    with b, c:
        pass

def three():
    with a, c:
        pass

for job in (one, two, three):
    threading.Thread(target=job).start()
""",
)

pair(
    RULE,
    "asyncio locks in two tasks",
    """
import asyncio

users = asyncio.Lock()
rooms = asyncio.Lock()

async def join():
    async with users:
        async with rooms: #!
            await asyncio.sleep(0)

async def leave():
    async with rooms:
        async with users: #!
            await asyncio.sleep(0)

async def main():
    await asyncio.gather(join(), leave())

asyncio.run(main())
""",
    """
import asyncio

users = asyncio.Lock()
rooms = asyncio.Lock()

async def join():
    async with users:
        async with rooms:
            await asyncio.sleep(0)

async def leave():
    async with users:
        async with rooms:
            await asyncio.sleep(0)

async def main():
    await asyncio.gather(join(), leave())

asyncio.run(main())
""",
)

pair(
    RULE,
    "threads kept by a class",
    """
import threading

src = threading.Lock()
dst = threading.Lock()

def push():
    with src:
        with dst: #!
            pass

def pull():
    with dst:
        with src: #!
            pass

class Sync:
    def __init__(self):
        self.up = threading.Thread(target=push)
        self.down = threading.Thread(target=pull)

    def start(self):
        self.up.start()
        self.down.start()

    def join(self):
        self.up.join()
        self.down.join()
""",
    """
import threading

src = threading.Lock()
dst = threading.Lock()

def push():
    with src:
        with dst:
            pass

def pull():
    with src:
        pass
    with dst:
        pass

class Sync:
    def __init__(self):
        self.up = threading.Thread(target=push)
        self.down = threading.Thread(target=pull)

    def start(self):
        self.up.start()
        self.down.start()

    def join(self):
        self.up.join()
        self.down.join()
""",
)

pair(
    RULE,
    "library class without threads in sight",
    """
import threading

class Registry:
    def __init__(self):
        self._names_lock = threading.Lock()
        self._items_lock = threading.Lock()
        self._names = {}
        self._items = []

    def register(self, name, item):
        with self._names_lock:
            self._names[name] = item
            with self._items_lock: #!
                self._items.append(item)

    def remove(self, name):
        with self._items_lock:
            with self._names_lock: #!
                item = self._names.pop(name)
            self._items.remove(item)
""",
    """
import threading

class Registry:
    def __init__(self):
        self._names_lock = threading.Lock()
        self._items_lock = threading.Lock()
        self._names = {}
        self._items = []

    def register(self, name, item):
        with self._names_lock:
            self._names[name] = item
            with self._items_lock:
                self._items.append(item)

    def remove(self, name):
        with self._names_lock:
            item = self._names.pop(name)
            with self._items_lock:
                self._items.remove(item)
""",
)

pair(
    RULE,
    "helper methods take the second lock",
    """
import threading

class Bank:
    def __init__(self):
        self.accounts_lock = threading.Lock()
        self.audit_lock = threading.Lock()
        self.accounts = {}
        self.audit = []

    def _log(self, text):
        with self.audit_lock: #!
            self.audit.append(text)

    def open(self, name):
        with self.accounts_lock:
            self.accounts[name] = 0
            self._log(name)

    def report(self):
        with self.audit_lock:
            with self.accounts_lock: #!
                return dict(self.accounts), list(self.audit)

def main():
    bank = Bank()
    a = threading.Thread(target=bank.open, args=("a",))
    b = threading.Thread(target=bank.report)
    a.start()
    b.start()
    a.join()
    b.join()
""",
    """
import threading

class Bank:
    def __init__(self):
        self.accounts_lock = threading.Lock()
        self.audit_lock = threading.Lock()
        self.accounts = {}
        self.audit = []

    def _log(self, text):
        with self.audit_lock:
            self.audit.append(text)

    def open(self, name):
        with self.accounts_lock:
            self.accounts[name] = 0
        self._log(name)

    def report(self):
        with self.audit_lock:
            with self.accounts_lock:
                return dict(self.accounts), list(self.audit)

def main():
    bank = Bank()
    a = threading.Thread(target=bank.open, args=("a",))
    b = threading.Thread(target=bank.report)
    a.start()
    b.start()
    a.join()
    b.join()
""",
)

pair(
    RULE,
    "dining philosophers, otherwise told",
    """
import threading

forks = [threading.Lock() for _ in range(5)]

def philosopher(index):
    left = forks[index]
    right = forks[(index + 1) % 5]
    with left:
        with right: #!
            print(index, "eats")

threads = [threading.Thread(target=philosopher, args=(i,)) for i in range(5)]
for t in threads:
    t.start()
for t in threads:
    t.join()
""",
    """
import threading

forks = [threading.Lock() for _ in range(5)]

def philosopher(index):
    first, second = sorted((index, (index + 1) % 5))
    with forks[first]:
        with forks[second]:
            print(index, "eats")

threads = [threading.Thread(target=philosopher, args=(i,)) for i in range(5)]
for t in threads:
    t.start()
for t in threads:
    t.join()
""",
)

pair(
    RULE,
    "transfer method",
    """
import threading

class Account:
    def __init__(self, balance):
        self.balance = balance
        self.lock = threading.Lock()

    def transfer(self, other, amount):
        with self.lock:
            with other.lock: #!
                self.balance -= amount
                other.balance += amount

a, b = Account(10), Account(10)
t1 = threading.Thread(target=a.transfer, args=(b, 1))
t2 = threading.Thread(target=b.transfer, args=(a, 1))
t1.start()
t2.start()
t1.join()
t2.join()
""",
    """
import threading

class Account:
    def __init__(self, balance):
        self.balance = balance
        self.lock = threading.Lock()

    def transfer(self, other, amount):
        first, second = (self, other) if id(self) < id(other) else (other, self)
        with first.lock:
            with second.lock:
                self.balance -= amount
                other.balance += amount

a, b = Account(10), Account(10)
t1 = threading.Thread(target=a.transfer, args=(b, 1))
t2 = threading.Thread(target=b.transfer, args=(a, 1))
t1.start()
t2.start()
t1.join()
t2.join()
""",
)

pair(
    RULE,
    "two maps in opposite order",
    """
import threading
from concurrent.futures import ThreadPoolExecutor

read = threading.Lock()
write = threading.Lock()

def one(n):
    with read:
        with write: #!
            return n

def two(n):
    with write:
        with read: #!
            return n

def main(items):
    with ThreadPoolExecutor(2) as pool:
        a = pool.map(one, items)
        b = pool.map(two, items)
        return list(a), list(b)
""",
    """
import threading
from concurrent.futures import ThreadPoolExecutor

lock = threading.RLock()
other = threading.Lock()

def one(n):
    with lock:
        with other:
            with lock:
                return n

def two(n):
    with lock:
        with other:
            return n

def main(items):
    with ThreadPoolExecutor(2) as pool:
        a = pool.map(one, items)
        b = pool.map(two, items)
        return list(a), list(b)
""",
)

pair(
    RULE,
    "acquire release pairs without try",
    """
import threading

m1 = threading.Lock()
m2 = threading.Lock()

def t1():
    m1.acquire()
    m2.acquire() #!
    print("t1")
    m2.release()
    m1.release()

def t2():
    m2.acquire()
    m1.acquire() #!
    print("t2")
    m1.release()
    m2.release()

threading.Thread(target=t1).start()
threading.Thread(target=t2).start()
""",
    """
import threading

m1 = threading.Lock()
m2 = threading.Lock()

def t1():
    m1.acquire()
    print("t1")
    m1.release()
    m2.acquire()
    print("t1")
    m2.release()

def t2():
    m2.acquire()
    m1.acquire()
    print("t2")
    m1.release()
    m2.release()

threading.Thread(target=t1).start()
threading.Thread(target=t2).start()
""",
)
