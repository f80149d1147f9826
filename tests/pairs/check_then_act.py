"""Checks that are stale when they are acted on, and those that hold."""

from __future__ import annotations

from tests.pairs.kit import bad_variants, pair, safe, safe_variants
from tests.pairs.unlocked_counter import SHARED_OBJECT

RULE = "GIL402"

pair(
    RULE,
    "lazy cache dict",
    """
from concurrent.futures import ThreadPoolExecutor

cache = {}

def get(key):
    if key not in cache:
        cache[key] = compute(key)
    return cache[key]

def compute(key):
    return key * 2

def main(keys):
    with ThreadPoolExecutor(8) as ex:
        return list(ex.map(get, keys))
""",
    {
        """    if key not in cache:
        cache[key] = compute(key)
    return cache[key]""": """    with lock:
        if key not in cache:
            cache[key] = compute(key)
        return cache[key]""",
        "cache = {}": """import threading
lock = threading.Lock()
cache = {}""",
    },
    {
        """    if key not in cache:
        cache[key] = compute(key)
    return cache[key]""": "    return cache.setdefault(key, compute(key))"
    },
    {"ThreadPoolExecutor": "ProcessPoolExecutor"},
    {
        """def get(key):
    if key not in cache:
        cache[key] = compute(key)
    return cache[key]""": """def get(key):
    cache = {}
    if key not in cache:
        cache[key] = compute(key)
    return cache[key]"""
    },
    {
        """def get(key):
    if key not in cache:
        cache[key] = compute(key)
    return cache[key]""": """@functools.lru_cache
def get(key):
    return compute(key)""",
        "@prepend": """import functools
""",
    },
)

pair(
    RULE,
    "singleton",
    """
import threading

class Database:
    _instance = None

    @classmethod
    def instance(cls):
        if cls._instance is None:
            cls._instance = cls()
        return cls._instance

def worker():
    db = Database.instance()
    print(id(db))

def main():
    ts = [threading.Thread(target=worker) for _ in range(5)]
    for t in ts:
        t.start()
    for t in ts:
        t.join()
""",
    {
        """        if cls._instance is None:
            cls._instance = cls()""": """        if cls._instance is None:
            with cls._lock:
                if cls._instance is None:
                    cls._instance = cls()""",
        "    _instance = None": """    _instance = None
    _lock = threading.Lock()""",
    },
    {
        """        if cls._instance is None:
            cls._instance = cls()""": """        with cls._lock:
            if cls._instance is None:
                cls._instance = cls()""",
        "    _instance = None": """    _instance = None
    _lock = threading.Lock()""",
    },
    {"for _ in range(5)": "for _ in range(1)"},
)

pair(
    RULE,
    "singleton new",
    """
from threading import Thread

class Config:
    _inst = None

    def __new__(cls):
        if not cls._inst:
            cls._inst = super().__new__(cls)
        return cls._inst

def use():
    return Config()

threads = [Thread(target=use) for _ in range(10)]
for t in threads: t.start()
for t in threads: t.join()
""",
    {
        """        if not cls._inst:
            cls._inst = super().__new__(cls)""": """        with LOCK:
            if not cls._inst:
                cls._inst = super().__new__(cls)""",
        """from threading import Thread
""": """from threading import Thread, Lock
LOCK = Lock()
""",
    },
)

pair(
    RULE,
    "pop if not empty",
    """
import threading

tasks = list(range(100))

def worker():
    while tasks:
        task = tasks.pop()
        print(task)

ts = [threading.Thread(target=worker) for _ in range(4)]
for t in ts:
    t.start()
for t in ts:
    t.join()
""",
    {
        """    while tasks:
        task = tasks.pop()
        print(task)""": """    while True:
        try:
            task = tasks.pop()
        except IndexError:
            return
        print(task)"""
    },
    {"range(4)": "range(1)"},
    {
        """    while tasks:
        task = tasks.pop()
        print(task)""": """    while True:
        with lock:
            if not tasks:
                return
            task = tasks.pop()
        print(task)""",
        "tasks = list": """lock = threading.Lock()
tasks = list""",
    },
)

pair(
    RULE,
    "queue empty then get",
    """
import queue
import threading

q = queue.Queue()
for i in range(10):
    q.put(i)

def worker():
    while not q.empty():
        item = q.get()
        print(item)
        q.task_done()

for _ in range(3):
    threading.Thread(target=worker).start()
""",
    {
        """    while not q.empty():
        item = q.get()
""": """    while True:
        try:
            item = q.get_nowait()
        except queue.Empty:
            return
"""
    },
    {"range(3)": "range(1)"},
)

pair(
    RULE,
    "bank withdraw",
    """
import threading

class Account:
    def __init__(self):
        self.balance = 100

    def withdraw(self, amount):
        if self.balance >= amount:
            self.balance -= amount
            return True
        return False

def test_withdraw():
    account = Account()
    ts = [threading.Thread(target=account.withdraw, args=(80,)) for _ in range(2)]
    for t in ts:
        t.start()
    for t in ts:
        t.join()
    assert account.balance >= 0
""",
    {
        """        if self.balance >= amount:
            self.balance -= amount
            return True
        return False""": """        with self.lock:
            if self.balance >= amount:
                self.balance -= amount
                return True
            return False""",
        "        self.balance = 100": """        self.balance = 100
        self.lock = threading.Lock()""",
    },
    path="tests/test_account.py",
)

pair(
    RULE,
    "exists then open",
    """
import os
from concurrent.futures import ThreadPoolExecutor

def save(item):
    path = f"out/{item['id']}.json"
    if not os.path.exists("out"):
        os.mkdir("out")
    with open(path, "w") as f:
        f.write(str(item))

def main(items):
    with ThreadPoolExecutor() as ex:
        list(ex.map(save, items))
""",
    {
        """    if not os.path.exists("out"):
        os.mkdir("out")""": '    os.makedirs("out", exist_ok=True)'
    },
)

pair(
    RULE,
    "seen set crawler",
    """
from concurrent.futures import ThreadPoolExecutor

class Crawler:
    def __init__(self):
        self.seen = set()
        self.pages = []

    def visit(self, url):
        if url in self.seen:
            return
        self.seen.add(url)
        self.pages.append(url.upper())

    def crawl(self, urls):
        with ThreadPoolExecutor(4) as ex:
            list(ex.map(self.visit, urls))
""",
    {
        """        if url in self.seen:
            return
        self.seen.add(url)""": """        with self.lock:
            if url in self.seen:
                return
            self.seen.add(url)""",
        "self.pages = []": """self.pages = []
        self.lock = threading.Lock()""",
        "@prepend": """import threading
""",
    },
    {
        "            list(ex.map(self.visit, urls))": """            for url in urls:
                self.visit(url)"""
    },
)

pair(
    RULE,
    "lazy attribute",
    """
import threading

class Client:
    def __init__(self, connect):
        self._connect = connect
        self._conn = None

    @property
    def conn(self):
        if self._conn is None:
            self._conn = self._connect()
        return self._conn

def worker(client):
    client.conn.ping()

def main(connect):
    client = Client(connect)
    for _ in range(4):
        threading.Thread(target=worker, args=(client,)).start()
""",
    {
        """    client = Client(connect)
    for _ in range(4):
        threading.Thread(target=worker, args=(client,)).start()""": """    for _ in range(4):
        threading.Thread(target=worker, args=(Client(connect),)).start()"""
    },
    {
        """        if self._conn is None:
            self._conn = self._connect()
        return self._conn""": "        return self._connect()"
    },
)

pair(
    RULE,
    "del if in",
    """
import threading
sessions = {}

def logout(sid):
    if sid in sessions:
        del sessions[sid]

def main(sids):
    for sid in sids:
        threading.Thread(target=logout, args=(sid,)).start()
""",
    {
        """    if sid in sessions:
        del sessions[sid]""": "    sessions.pop(sid, None)"
    },
    {"threading.Thread(target=logout, args=(sid,)).start()": "logout(sid)"},
)

pair(
    RULE,
    "get is None",
    """
import threading
registry = {}

def lookup(name):
    value = registry.get(name)
    if value is None:
        value = registry[name] = object()
    return value

def main(names):
    ts = [threading.Thread(target=lookup, args=(n,)) for n in names]
    for t in ts: t.start()
    for t in ts: t.join()
""",
    {
        """    value = registry.get(name)
    if value is None:
        value = registry[name] = object()
    return value""": "    return registry.setdefault(name, object())"
    },
)

pair(
    RULE,
    "global started flag",
    """
import threading
initialised = False

def setup():
    print("setting up")

def worker(n):
    global initialised
    if not initialised:
        setup()
        initialised = True
    print(n)

def main():
    ts = [threading.Thread(target=worker, args=(n,)) for n in range(3)]
    for t in ts: t.start()
    for t in ts: t.join()
""",
    {
        """    if not initialised:
        setup()
        initialised = True""": """    with lock:
        if not initialised:
            setup()
            initialised = True""",
        "initialised = False": """initialised = False
lock = threading.Lock()""",
    },
)

pair(
    RULE,
    "ticket limit",
    """
import threading
from concurrent.futures import ThreadPoolExecutor

class Booking:
    def __init__(self, seats):
        self.seats = seats
        self.booked = []

    def book(self, name):
        if len(self.booked) < self.seats:
            self.booked.append(name)
            return True
        return False

def main(names):
    b = Booking(3)
    with ThreadPoolExecutor(5) as ex:
        print(list(ex.map(b.book, names)))
""",
    {
        """        if len(self.booked) < self.seats:
            self.booked.append(name)
            return True
        return False""": """        with self.lock:
            if len(self.booked) < self.seats:
                self.booked.append(name)
                return True
            return False""",
        "self.booked = []": """self.booked = []
        self.lock = threading.Lock()""",
    },
)

pair(
    RULE,
    "walrus get",
    """
from concurrent.futures import ThreadPoolExecutor
_clients = {}

def client(host):
    if (c := _clients.get(host)) is None:
        c = _clients[host] = connect(host)
    return c

def connect(host):
    return object()

def main(hosts):
    with ThreadPoolExecutor() as ex:
        return list(ex.map(client, hosts))
""",
    {
        """    if (c := _clients.get(host)) is None:
        c = _clients[host] = connect(host)
    return c""": """    with _lock:
        if (c := _clients.get(host)) is None:
            c = _clients[host] = connect(host)
        return c""",
        "_clients = {}": """import threading
_lock = threading.Lock()
_clients = {}""",
    },
)

pair(
    RULE,
    "memo of a recursive function",
    """
from multiprocessing.pool import ThreadPool
memo = {}

def fib(n):
    if n in memo:
        return memo[n]
    memo[n] = n if n < 2 else fib(n - 1) + fib(n - 2)
    return memo[n]

def main():
    return ThreadPool(4).map(fib, range(30))
""",
    {
        """    if n in memo:
        return memo[n]
    memo[n] = n if n < 2 else fib(n - 1) + fib(n - 2)
    return memo[n]""": "    return n if n < 2 else fib(n - 1) + fib(n - 2)"
    },
)

pair(
    RULE,
    "metaclass singleton",
    """
import threading

class SingletonMeta(type):
    _instances = {}

    def __call__(cls, *args, **kwargs):
        if cls not in cls._instances:
            cls._instances[cls] = super().__call__(*args, **kwargs)
        return cls._instances[cls]

class Database(metaclass=SingletonMeta):
    def __init__(self):
        self.rows = []

def use():
    print(Database().rows)

def main():
    ts = [threading.Thread(target=use) for _ in range(4)]
    for t in ts: t.start()
    for t in ts: t.join()
""",
    {
        """        if cls not in cls._instances:
            cls._instances[cls] = super().__call__(*args, **kwargs)
        return cls._instances[cls]""": """        with cls._lock:
            if cls not in cls._instances:
                cls._instances[cls] = super().__call__(*args, **kwargs)
        return cls._instances[cls]""",
        "    _instances = {}": """    _instances = {}
    _lock = threading.Lock()""",
    },
)

pair(
    RULE,
    "short dict",
    """
import threading
cache = {}
def get(k):
    if k not in cache:
        cache[k] = k * 2
    return cache[k]
for i in range(5):
    threading.Thread(target=get, args=(1,)).start()
""",
    {
        """    if k not in cache:
        cache[k] = k * 2
    return cache[k]""": "    return cache.setdefault(k, k * 2)"
    },
    {
        """    if k not in cache:
        cache[k] = k * 2
    return cache[k]""": """    with lock:
        if k not in cache:
            cache[k] = k * 2
        return cache[k]""",
        "cache = {}": """lock = threading.Lock()
cache = {}""",
    },
)

pair(
    RULE,
    "short none",
    """
import threading
_conn = None
def conn():
    global _conn
    if _conn is None:
        _conn = object()
    return _conn
for i in range(5):
    threading.Thread(target=conn).start()
""",
    {
        """    if _conn is None:
        _conn = object()
    return _conn""": """    with lock:
        if _conn is None:
            _conn = object()
        return _conn""",
        "_conn = None": """lock = threading.Lock()
_conn = None""",
    },
)

pair(
    RULE,
    "short list pop",
    """
from concurrent.futures import ThreadPoolExecutor
items = [1, 2, 3]
def take():
    if items:
        return items.pop()
with ThreadPoolExecutor() as ex:
    fs = [ex.submit(take) for _ in range(5)]
print([f.result() for f in fs])
""",
    {
        """    if items:
        return items.pop()""": """    try:
        return items.pop()
    except IndexError:
        return None"""
    },
)

safe(
    "local dict check",
    """
from concurrent.futures import ThreadPoolExecutor
def count(words):
    seen = {}
    for w in words:
        if w not in seen:
            seen[w] = 0
        seen[w] += 1
    return seen
def main(texts):
    with ThreadPoolExecutor() as ex:
        return list(ex.map(count, texts))
""",
)

safe(
    "lazy attr not concurrent",
    """
class Lazy:
    _value = None
    @property
    def value(self):
        if self._value is None:
            self._value = 1
        return self._value
""",
)

safe(
    "lazy in thread own subclass",
    """
import threading
class W(threading.Thread):
    conn = None
    def run(self):
        if self.conn is None:
            self.conn = object()
        print(self.conn)
for _ in range(3):
    W().start()
""",
)

safe(
    "thread local cache",
    """
import threading, sqlite3
local = threading.local()
def conn():
    if not hasattr(local, "conn"):
        local.conn = sqlite3.connect("x.db")
    if getattr(local, "n", None) is None:
        local.n = 0
    return local.conn
for _ in range(3):
    threading.Thread(target=conn).start()
""",
)

safe(
    "parameter default",
    """
import threading
def work(items=None, log=None):
    if items is None:
        items = []
    if log is None:
        log = print
    items.append(1)
    log(items)
for _ in range(3):
    threading.Thread(target=work).start()
""",
)

safe(
    "arg check only",
    """
import threading
CONFIG = {"a": 1}
def work(k):
    if k not in CONFIG:
        raise KeyError(k)
    if CONFIG:
        print(CONFIG[k])
for k in "ab":
    threading.Thread(target=work, args=(k,)).start()
""",
)

safe(
    "event check",
    """
import threading
stop = threading.Event()
def work():
    if not stop.is_set():
        stop.set()
for _ in range(3):
    threading.Thread(target=work).start()
""",
)

safe(
    "process cache",
    """
from multiprocessing import Pool
_model = None
def predict(x):
    global _model
    if _model is None:
        _model = object()
    return x, id(_model)
def main(xs):
    with Pool() as p:
        return p.map(predict, xs)
""",
)

safe(
    "local lock shown to threads",
    """
import threading
def main():
    lock = threading.Lock()
    n = 0
    def work():
        nonlocal n
        with lock:
            n += 1
    ts = [threading.Thread(target=work) for _ in range(4)]
    for t in ts: t.start()
    with lock:
        n += 1
    for t in ts: t.join()
    print(n)
def other():
    lock = threading.Lock()
    state = {"n": 0}
    ts = [threading.Thread(target=job, args=(lock, state)) for _ in range(4)]
    for t in ts: t.start()
    for t in ts: t.join()
    with lock:
        print(state)
def job(lock, state):
    with lock:
        state["n"] += 1
""",
)

bad_variants(
    RULE,
    "template",
    SHARED_OBJECT,
    {
        "not in": """
if x not in self.d:
    self.d[x] = object()
""",
        "get none": """
if self.d.get(x) is None:
    self.d[x] = object()
""",
        "none": """
if self.best is None:
    self.best = object()
""",
        "not": """
if not self.best:
    self.best = object()
""",
        "len": """
if len(self.items) < 10:
    self.items.append(x)
""",
        "in remove": """
if x in self.items:
    self.items.remove(x)
""",
        "pop": """
if self.items:
    return self.items.pop()
""",
        "del": """
if x in self.d:
    del self.d[x]
""",
        "ret early": """
if x in self.d:
    return self.d[x]
self.d[x] = object()
return self.d[x]
""",
        "try key": """
try:
    return self.d[x]
except KeyError:
    self.d[x] = object()
    return self.d[x]
""",
        "counter max": """
if x > self.n:
    self.n = x
""",
        "unlocked check": """
if x not in self.d:
    with self._lock:
        self.d[x] = object()
""",
        "ternary": "self.best = self.best or object()",
        "hasattr": """
if not hasattr(self, "conn"):
    self.conn = object()
""",
    },
)

safe_variants(
    "check",
    SHARED_OBJECT,
    {
        "locked": """
with self._lock:
    if x not in self.d:
        self.d[x] = object()
""",
        "double": """
if self.best is None:
    with self._lock:
        if self.best is None:
            self.best = object()
""",
        "setdefault": "self.d.setdefault(x, object())",
        "pop default": "self.d.pop(x, None)",
        "local dict": """
d = {}
if x not in d:
    d[x] = 1
""",
        "check raise": """
if x not in self.d:
    raise KeyError(x)
""",
        "check read": """
if x in self.d:
    return self.d[x]
""",
        "discard": "self.s = None",
        "queue get": """
try:
    return self.q.get_nowait()
except queue.Empty:
    return None
""",
        "locked early return": """
with self._lock:
    if x in self.d:
        return self.d[x]
    self.d[x] = 1
""",
        "thread local": """
if not hasattr(local, "conn"):
    local.conn = object()
""",
        "param default": """
if x is None:
    x = 3
return x
""",
        "event": """
e = threading.Event()
if not e.is_set():
    e.set()
""",
        "isinstance": """
if isinstance(self.best, str):
    return self.best.upper()
""",
        "idempotent flag": """
if self.best:
    print("x")
""",
        "pop try": """
try:
    return self.items.pop()
except IndexError:
    return None
""",
    },
)

pair(
    RULE,
    "cache fill",
    """
from concurrent.futures import ThreadPoolExecutor

cache = {}

def load(key):
    if key not in cache: #!
        cache[key] = object()
    return cache[key]

def main(keys):
    with ThreadPoolExecutor() as pool:
        return list(pool.map(load, keys))
""",
    """
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

@lru_cache(maxsize=None)
def load(key):
    return object()

def main(keys):
    with ThreadPoolExecutor() as pool:
        return list(pool.map(load, keys))
""",
)

pair(
    RULE,
    "lazy singleton",
    """
import threading

_instance = None

def get():
    global _instance
    if _instance is None: #!
        _instance = object()
    return _instance

def main():
    threads = [threading.Thread(target=get) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
""",
    """
import threading

_instance = None
_lock = threading.Lock()

def get():
    global _instance
    if _instance is None:
        with _lock:
            if _instance is None:
                _instance = object()
    return _instance

def main():
    threads = [threading.Thread(target=get) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
""",
)

pair(
    RULE,
    "withdraw if enough",
    """
import threading

class Account:
    def __init__(self, balance):
        self.balance = balance

    def withdraw(self, amount):
        if self.balance >= amount: #!
            self.balance -= amount

def main():
    account = Account(100)
    threads = [threading.Thread(target=account.withdraw, args=(80,)) for _ in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
""",
    """
import threading

class Account:
    def __init__(self, balance):
        self.balance = balance
        self.lock = threading.Lock()

    def withdraw(self, amount):
        with self.lock:
            if self.balance >= amount:
                self.balance -= amount

def main():
    account = Account(100)
    threads = [threading.Thread(target=account.withdraw, args=(80,)) for _ in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
""",
)

pair(
    RULE,
    "mkdir if missing",
    """
import os
from concurrent.futures import ThreadPoolExecutor

def save(name):
    if not os.path.exists("out"): #!
        os.makedirs("out")
    with open(os.path.join("out", name), "w") as target:
        target.write(name)

def main(names):
    with ThreadPoolExecutor() as pool:
        list(pool.map(save, names))
""",
    """
import os
from concurrent.futures import ThreadPoolExecutor

def save(name):
    os.makedirs("out", exist_ok=True)
    with open(os.path.join("out", name), "w") as target:
        target.write(name)

def main(names):
    with ThreadPoolExecutor() as pool:
        list(pool.map(save, names))
""",
)

pair(
    RULE,
    "pop from a shared list",
    """
import threading

jobs = list(range(100))

def work():
    while jobs: #!
        job = jobs.pop()
        print(job)

for _ in range(4):
    threading.Thread(target=work).start()
""",
    """
import threading

jobs = list(range(100))

def work():
    while True:
        try:
            job = jobs.pop()
        except IndexError:
            return
        print(job)

for _ in range(4):
    threading.Thread(target=work).start()
""",
)

pair(
    RULE,
    "first seen in a set",
    """
from concurrent.futures import ThreadPoolExecutor

class Dedup:
    def __init__(self):
        self.seen = set()
        self.out = []

    def add(self, item):
        if item not in self.seen: #!
            self.seen.add(item)
            self.out.append(item)

def run(items):
    dedup = Dedup()
    with ThreadPoolExecutor() as pool:
        list(pool.map(dedup.add, items))
    return dedup.out
""",
    """
from concurrent.futures import ThreadPoolExecutor

class Dedup:
    def __init__(self):
        self.seen = {}

    def add(self, item):
        self.seen.setdefault(item, True)

def run(items):
    dedup = Dedup()
    with ThreadPoolExecutor() as pool:
        list(pool.map(dedup.add, items))
    return list(dedup.seen)
""",
)

pair(
    RULE,
    "checked before the lock only, early return",
    """
import logging
import threading

_lock = threading.Lock()
_initialized = False

def initialize_logging(path):
    global _initialized
    if _initialized: #!
        return
    _lock.acquire()
    try:
        logging.getLogger("agent").addHandler(logging.FileHandler(path))
        _initialized = True
    finally:
        _lock.release()
""",
    {"    try:\n        logging": "    try:\n        if _initialized:\n            return\n        logging"},
    {
        "    if _initialized: #!\n        return\n    _lock.acquire()\n    try:\n": "    _lock.acquire()\n    try:\n        if _initialized:\n            return\n"
    },
)

pair(
    RULE,
    "pid checked before the lock",
    """
import os
import threading

class Client:
    def __init__(self):
        self._pid = None
        self._starter_lock = threading.Lock()
        self._managers = []

    def start_threads(self):
        pid = os.getpid()
        if self._pid != pid: #!
            with self._starter_lock:
                for manager in self._managers:
                    manager.start_thread(pid)
                self._pid = pid
""",
    {
        "            with self._starter_lock:\n                for manager in self._managers:\n                    manager.start_thread(pid)\n                self._pid = pid": "            with self._starter_lock:\n                if self._pid == pid:\n                    return\n                for manager in self._managers:\n                    manager.start_thread(pid)\n                self._pid = pid"
    },
)

pair(
    RULE,
    "instance checked before the lock",
    """
import threading

class Registry:
    _instance = None
    _lock = threading.Lock()

    def __init__(self):
        self.names = {}

    @classmethod
    def get(cls):
        if cls._instance is None: #!
            with cls._lock:
                cls._instance = cls()
        return cls._instance

    def add(self, name, value):
        self.names[name] = value
""",
    {"                cls._instance = cls()": "                if cls._instance is None:\n                    cls._instance = cls()"},
    {"                cls._instance = cls()": "                if not cls._instance:\n                    cls._instance = cls()"},
)

pair(
    RULE,
    "key checked before the lock",
    """
import threading

_locks = {}
_lock = threading.Lock()

def lock_of(name):
    if name not in _locks: #!
        with _lock:
            _locks[name] = threading.Lock()
    return _locks[name]
""",
    {"            _locks[name] = threading.Lock()": "            _locks.setdefault(name, threading.Lock())"},
    {"            _locks[name] = threading.Lock()": "            if name not in _locks:\n                _locks[name] = threading.Lock()"},
    {"    if name not in _locks: #!\n        with _lock:\n": "    with _lock:\n        if name not in _locks:\n"},
)

pair(
    RULE,
    "lazy global of a thread-owning client",
    """
import queue
import threading

class Collector:
    def __init__(self):
        self.queue = queue.Queue(1000)
        self.thread = threading.Thread(target=self._loop, daemon=True)
        self.thread.start()

    def _loop(self):
        while True:
            print(self.queue.get())

_collector = None

def get_collector():
    global _collector
    if _collector is None: #!
        _collector = Collector()
    return _collector
""",
    {
        "    if _collector is None: #!\n        _collector = Collector()": "    with _lock:\n        if _collector is None:\n            _collector = Collector()",
        "_collector = None\n": "_collector = None\n_lock = threading.Lock()\n",
    },
    {
        "_collector = None\n\ndef get_collector():\n    global _collector\n    if _collector is None: #!\n        _collector = Collector()\n": "_collector = Collector()\n\ndef get_collector():\n"
    },
)

pair(
    RULE,
    "lazy global executor",
    """
from concurrent.futures import ThreadPoolExecutor

_executor = None

def _get_executor():
    global _executor
    if not _executor: #!
        _executor = ThreadPoolExecutor(8)
    return _executor

def send_later(f, *args):
    return _get_executor().submit(f, *args)
""",
    {
        "    if not _executor: #!\n        _executor = ThreadPoolExecutor(8)": "    with _lock:\n        if not _executor:\n            _executor = ThreadPoolExecutor(8)",
        "_executor = None\n": "_executor = None\n_lock = Lock()\n",
        "from concurrent": "from threading import Lock\nfrom concurrent",
    },
)

pair(
    RULE,
    "worker thread made by the first put",
    """
import queue
import threading

class AsyncSender:
    def __init__(self):
        self._queue = queue.Queue(100)
        self._thread = None

    def put(self, event):
        if self._thread is None or not self._thread.is_alive(): #!
            self._thread = threading.Thread(target=self._loop, daemon=True)
            self._thread.start()
        self._queue.put_nowait(event)

    def _loop(self):
        while True:
            print(self._queue.get())
""",
    {
        "        if self._thread is None or not self._thread.is_alive(): #!\n            self._thread = threading.Thread(target=self._loop, daemon=True)\n            self._thread.start()\n": "        with self._lock:\n            if self._thread is None or not self._thread.is_alive():\n                self._thread = threading.Thread(target=self._loop, daemon=True)\n                self._thread.start()\n",
        "        self._thread = None": "        self._thread = None\n        self._lock = threading.Lock()",
    },
    {
        "    def put(self, event):\n        if self._thread is None or not self._thread.is_alive(): #!\n            self._thread": "    def start(self):\n        if self._thread is None or not self._thread.is_alive():\n            self._thread",
        "        self._queue.put_nowait(event)": "\n    def put(self, event):\n        self._queue.put_nowait(event)",
    },
)

pair(
    RULE,
    "restart of a dead sender thread",
    """
import queue
import threading

class Metrics:
    def __init__(self):
        self.tx = queue.Queue(100)
        self.send_thread = threading.Thread(target=self.send_loop)
        self.send_thread.start()

    def emit(self, metric):
        self.tx.put_nowait(metric)
        if not self.send_thread.is_alive(): #!
            self.send_thread = threading.Thread(target=self.send_loop)
            self.send_thread.start()

    def send_loop(self):
        while True:
            try:
                print(self.tx.get(timeout=10))
            except queue.Empty:
                return
""",
    {
        "        if not self.send_thread.is_alive(): #!\n            self.send_thread = threading.Thread(target=self.send_loop)\n            self.send_thread.start()\n": ""
    },
)

pair(
    RULE,
    "remove if in, in a class with a lock",
    """
import threading

class Groups:
    def __init__(self):
        self._lock = threading.Lock()
        self._subscriptions = set()
        self.groups = {}

    def add(self, name, group):
        with self._lock:
            self.groups[name] = group

    def snapshot(self):
        with self._lock:
            return dict(self.groups)

    def remove_subscription(self, subscription):
        if subscription in self._subscriptions: #!
            self._subscriptions.remove(subscription)
""",
    {
        "        if subscription in self._subscriptions: #!\n            self._subscriptions.remove(subscription)": "        self._subscriptions.discard(subscription)"
    },
    {
        "        if subscription in self._subscriptions: #!\n            self._subscriptions.remove(subscription)": "        with self._lock:\n            if subscription in self._subscriptions:\n                self._subscriptions.remove(subscription)"
    },
)

pair(
    RULE,
    "inner dict put in anew",
    """
import threading

class Board:
    def __init__(self):
        self._lock = threading.Lock()
        self._by_user = {}
        self.total = 0

    def count(self):
        with self._lock:
            self.total += 1

    def reset(self):
        with self._lock:
            self.total = 0

    def subscribe(self, user, topic, callback):
        if user not in self._by_user: #!
            self._by_user[user] = {}
        self._by_user[user][topic] = callback
""",
    {
        "        if user not in self._by_user: #!\n            self._by_user[user] = {}\n        self._by_user[user][topic] = callback": "        self._by_user.setdefault(user, {})[topic] = callback"
    },
    {
        "        if user not in self._by_user: #!\n            self._by_user[user] = {}\n        self._by_user[user][topic] = callback": "        with self._lock:\n            if user not in self._by_user:\n                self._by_user[user] = {}\n            self._by_user[user][topic] = callback"
    },
)

pair(
    RULE,
    "singleton by new in a package with threads",
    """
import threading

class Config:
    _instance = None

    def __new__(cls):
        if cls._instance is None: #!
            cls._instance = super().__new__(cls)
            cls._instance.values = {}
        return cls._instance

def watch(path):
    while True:
        Config().values["text"] = open(path).read()

def start(path):
    for name in ("a", "b"):
        threading.Thread(target=watch, args=(path + name,), daemon=True).start()
""",
    {
        "        if cls._instance is None: #!\n            cls._instance = super().__new__(cls)\n            cls._instance.values = {}\n        return cls._instance": "        with cls._lock:\n            if cls._instance is None:\n                cls._instance = super().__new__(cls)\n                cls._instance.values = {}\n        return cls._instance",
        "    _instance = None": "    _instance = None\n    _lock = threading.Lock()",
    },
)

pair(
    RULE,
    "metaclass singleton with scanner threads elsewhere",
    """
class ArgsSingleton(type):
    _instances = {}

    def __call__(cls, *args, **kwargs):
        if args not in cls._instances: #!
            cls._instances[args] = super().__call__(*args, **kwargs)
        return cls._instances[args]

class Speaker(metaclass=ArgsSingleton):
    def __init__(self, address):
        self.address = address
        self.volume = 0

    def set_volume(self, volume):
        self.volume = volume
""",
    {
        "        if args not in cls._instances: #!\n            cls._instances[args] = super().__call__(*args, **kwargs)": "        with LOCK:\n            if args not in cls._instances:\n                cls._instances[args] = super().__call__(*args, **kwargs)",
        "class ArgsSingleton": "import threading\n\nLOCK = threading.Lock()\n\nclass ArgsSingleton",
    },
    others={
        "scan.py": """
from concurrent.futures import ThreadPoolExecutor
from app import Speaker

def contact(address):
    return Speaker(address)

def scan(addresses):
    with ThreadPoolExecutor(20) as pool:
        return list(pool.map(contact, addresses))
"""
    },
)

pair(
    RULE,
    "flask lazy connection",
    """
import sqlite3
from flask import Flask

app = Flask(__name__)
_connection = None

@app.route("/users")
def users():
    global _connection
    if _connection is None: #!
        _connection = sqlite3.connect("users.db", check_same_thread=False)
    return str(_connection.execute("select 1").fetchall())
""",
    {
        "_connection = None\n": '_connection = sqlite3.connect("users.db", check_same_thread=False)\n',
        '    global _connection\n    if _connection is None: #!\n        _connection = sqlite3.connect("users.db", check_same_thread=False)\n': "",
    },
)

pair(
    RULE,
    "flask stock check",
    """
from flask import Flask, abort

app = Flask(__name__)
stock = {"ticket": 10}

@app.post("/buy")
def buy():
    if stock["ticket"] > 0: #!
        charge()
        stock["ticket"] -= 1
        return "ok"
    abort(409)

def charge():
    print("charged")
""",
    {
        '    if stock["ticket"] > 0: #!\n        charge()\n        stock["ticket"] -= 1\n        return "ok"': '    with lock:\n        if stock["ticket"] > 0:\n            charge()\n            stock["ticket"] -= 1\n            return "ok"',
        "stock = {": "lock = threading.Lock()\nstock = {",
        "from flask": "import threading\nfrom flask",
    },
)

pair(
    RULE,
    "grpc room made on demand",
    """
import room_pb2_grpc

class ChatServicer(room_pb2_grpc.ChatServicer):
    def __init__(self):
        self.rooms = {}

    def Join(self, request, context):
        if request.room not in self.rooms: #!
            self.rooms[request.room] = []
        self.rooms[request.room].append(request.user)
        return request
""",
    {
        "        if request.room not in self.rooms: #!\n            self.rooms[request.room] = []\n        self.rooms[request.room].append(request.user)": "        self.rooms.setdefault(request.room, []).append(request.user)"
    },
)

pair(
    RULE,
    "state property checked outside the lock",
    """
import threading

class Partitioner:
    def __init__(self):
        self._change = threading.Lock()
        self.state = "allocating"

    @property
    def allocating(self):
        return self.state == "allocating"

    def fail(self):
        with self._change:
            self.state = "failure"

    def abort(self):
        if self.state == "allocating": #!
            with self._change:
                self.state = "release"
""",
    {
        '        if self.state == "allocating": #!\n            with self._change:\n                self.state = "release"': '        with self._change:\n            if self.state == "allocating":\n                self.state = "release"'
    },
)

pair(
    RULE,
    "closed twice",
    """
import threading

class Connection:
    def __init__(self, sock):
        self._lock = threading.Lock()
        self._sock = sock
        self._closed = False

    def send(self, data):
        with self._lock:
            self._sock.sendall(data)

    def recv(self):
        with self._lock:
            return self._sock.recv(100)

    def shut(self):
        if not self._closed: #!
            with self._lock:
                self._sock.close()
                self._closed = True
""",
    {
        "        if not self._closed: #!\n            with self._lock:\n                self._sock.close()\n                self._closed = True": "        with self._lock:\n            if not self._closed:\n                self._sock.close()\n                self._closed = True"
    },
)

pair(
    RULE,
    "lazy lock",
    """
import threading

class Lazy:
    _lock = None

    def guard(self):
        if self._lock is None: #!
            self._lock = threading.Lock()
        return self._lock

    def work(self):
        with self.guard():
            print("alone")
""",
    {
        "    _lock = None\n\n    def guard(self):\n        if self._lock is None: #!\n            self._lock = threading.Lock()\n": "    def __init__(self):\n        self._lock = threading.Lock()\n\n    def guard(self):\n"
    },
)

safe(
    "lazy global regex",
    """
import re

_pattern = None

def pattern():
    global _pattern
    if _pattern is None:
        _pattern = re.compile("a+")
    return _pattern
""",
)

safe(
    "lazy global in a command line tool",
    """
import argparse

_parser = None

def parser():
    global _parser
    if _parser is None:
        _parser = argparse.ArgumentParser()
    return _parser

if __name__ == "__main__":
    print(parser().parse_args())
""",
)

safe(
    "start guarded by a flag for one caller",
    """
import threading

class Service:
    def __init__(self):
        self._thread = None
        self._lock = threading.Lock()
        self.data = []

    def start(self):
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()

    def _run(self):
        with self._lock:
            self.data.append(1)

    def take(self):
        with self._lock:
            return self.data.pop()
""",
)

safe(
    "lazy things of the event loop",
    """
import asyncio
import threading

class Queue:
    def __init__(self):
        self._lock = threading.Lock()
        self._results = []
        self._condition = None

    @property
    def condition(self):
        if self._condition is None:
            self._condition = asyncio.Condition()
        return self._condition

    def update(self, result):
        with self._lock:
            self._results.append(result)

    def clear(self):
        with self._lock:
            self._results.clear()
""",
)

safe(
    "checked again inside by another name",
    """
import threading

class Pool:
    def __init__(self):
        self._lock = threading.Lock()
        self._pool = None

    def get(self):
        pool = self._pool
        if pool is None:
            with self._lock:
                pool = self._pool
                if pool is None:
                    pool = self._pool = open("/dev/null")
        return pool
""",
)

safe(
    "flag set under the lock without a check that matters",
    """
import threading

class Worker:
    def __init__(self):
        self._cond = threading.Condition()
        self._stopped = False
        self._items = []

    def stop(self):
        if self._stopped:
            return
        with self._cond:
            self._stopped = True
            self._cond.notify_all()

    def take(self):
        with self._cond:
            while not self._items and not self._stopped:
                self._cond.wait()
            return self._items.pop() if self._items else None
""",
)

safe(
    "one thread checks, all others only ask",
    """
import threading

class Loader:
    def __init__(self):
        self._lock = threading.Lock()
        self._version = 0
        self._data = {}
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self):
        while True:
            version = read_version()
            if version != self._version:
                with self._lock:
                    self._data = load()
                    self._version = version

    def get(self, key):
        with self._lock:
            return self._data.get(key)

def read_version():
    return 1

def load():
    return {}
""",
)

safe(
    "exit handlers are checked by one thread",
    """
import threading

_lock = threading.Lock()
_hooks = {}

def register(name, hook):
    with _lock:
        if name in _hooks:
            raise ValueError(name)
        _hooks[name] = hook

def unregister(name):
    with _lock:
        if name in _hooks:
            del _hooks[name]
""",
)

safe(
    "one shared set of two steps that do no harm",
    """
import threading

class Names:
    def __init__(self):
        self._lock = threading.Lock()
        self._seen = set()
        self._list = []

    def append(self, name):
        with self._lock:
            self._list.append(name)

    def all(self):
        with self._lock:
            return list(self._list)

    def see(self, name):
        if name not in self._seen:
            self._seen.add(name)
""",
)

pair(
    RULE,
    "property asked and method acts under the lock",
    """
import threading

class Partitioner:
    def __init__(self):
        self._change = threading.Lock()
        self.state = "allocating"

    @property
    def allocating(self):
        return self.state == "allocating"

    @property
    def acquired(self):
        return self.state == "acquired"

    def _set_state(self, state):
        self.state = state

    def fail(self):
        with self._change:
            self._set_state("failure")

    def abort(self):
        if self.allocating or self.acquired: #!
            with self._change:
                self._set_state("release")
""",
    {
        '        if self.allocating or self.acquired: #!\n            with self._change:\n                self._set_state("release")': '        with self._change:\n            if self.allocating or self.acquired:\n                self._set_state("release")'
    },
)

pair(
    RULE,
    "thread made by another method on the first call",
    """
import queue
import threading

class Sink:
    def __init__(self):
        self.queue = queue.Queue(10)
        self.worker = None

    def write(self, line):
        if self.worker is None: #!
            self._spawn()
        self.queue.put(line)

    def _spawn(self):
        self.worker = threading.Thread(target=self._drain, daemon=True)
        self.worker.start()

    def _drain(self):
        while True:
            print(self.queue.get())
""",
    {
        "        if self.worker is None: #!\n            self._spawn()": "        with self.lock:\n            if self.worker is None:\n                self._spawn()",
        "        self.worker = None": "        self.worker = None\n        self.lock = threading.Lock()",
    },
)

pair(
    RULE,
    "flag as a lock against the flush thread",
    """
import threading
import time

class Stats:
    def __init__(self):
        self._flushing = False
        self._points = []

    def start(self):
        threading.Thread(target=self._loop, daemon=True).start()

    def _loop(self):
        while True:
            time.sleep(10)
            self.flush()

    def flush(self):
        if self._flushing: #!
            return
        self._flushing = True
        try:
            points, self._points = self._points, []
            print(points)
        finally:
            self._flushing = False
""",
    {
        "        if self._flushing: #!\n            return\n        self._flushing = True\n        try:": "        if not self._lock.acquire(blocking=False):\n            return\n        try:",
        "            self._flushing = False": "            self._lock.release()",
        "        self._flushing = False\n        self._points": "        self._lock = threading.Lock()\n        self._points",
    },
)

pair(
    RULE,
    "session of tasks made after an await",
    """
import asyncio

class Client:
    def __init__(self):
        self.session = None

    async def get(self, url):
        if self.session is None: #!
            token = await self.login()
            self.session = {"token": token}
        return url, self.session

    async def login(self):
        await asyncio.sleep(1)
        return "token"

async def main(urls):
    client = Client()
    tasks = [asyncio.create_task(client.get(url)) for url in urls]
    return await asyncio.gather(*tasks)
""",
    {"            token = await self.login()\n            self.session": "            token = 1\n            self.session"},
)
