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
