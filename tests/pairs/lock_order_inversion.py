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
        with b:
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
        "    with a:\n        with b:\n            work()": "    with gate:\n        with a:\n            with b:\n                work()",
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
        with self.accounts, self.log:
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
    b.acquire()
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
        with self._stat_lock:
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
    with a, b:
        return 1

def two():
    with b, c:
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
        with b:
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
        async with b:
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
            with b:
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
            with self.b:
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
            with self.ready:
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
            with b:
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
    TEXTBOOK.replace("    with b:\n        with a:  #!\n            work()", "    BODY"),
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
