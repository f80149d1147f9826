"""Updates that threads can lose, and those they cannot."""

from __future__ import annotations

from tests.pairs.kit import bad_variants, pair, safe, safe_variants

RULE = "GIL401"

pair(
    RULE,
    "global counter tutorial",
    """
import threading

counter = 0

def increment():
    global counter
    for _ in range(100_000):
        counter += 1 #!

threads = [threading.Thread(target=increment) for _ in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(counter)
""",
    {
        """    for _ in range(100_000):
        counter += 1 #!""": """    for _ in range(100_000):
        with lock:
            counter += 1""",
        """counter = 0
""": """counter = 0
lock = threading.Lock()
""",
    },
    {
        """    for _ in range(100_000):
        counter += 1 #!""": """    for _ in range(100_000):
        lock.acquire()
        try:
            counter += 1
        finally:
            lock.release()""",
        """counter = 0
""": """counter = 0
lock = threading.Lock()
""",
    },
    {"range(4)": "range(1)"},
    {
        """    global counter
""": """    counter = 0
"""
    },
    {"threading.Thread": "multiprocessing.Process", "import threading": "import multiprocessing"},
    {
        """for t in threads:
    t.start()
for t in threads:
    t.join()""": """for t in threads:
    t.start()
    t.join()"""
    },
)

pair(
    RULE,
    "bank account",
    """
import threading
import time

class BankAccount:
    def __init__(self, balance):
        self.balance = balance

    def deposit(self, amount):
        current = self.balance
        time.sleep(0.001)
        self.balance = current + amount #!

def main():
    account = BankAccount(100)
    threads = [threading.Thread(target=account.deposit, args=(10,)) for _ in range(10)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    print(account.balance)
""",
    {
        """        current = self.balance
        time.sleep(0.001)
        self.balance = current + amount #!""": """        with self._lock:
            current = self.balance
            time.sleep(0.001)
            self.balance = current + amount""",
        """        self.balance = balance
""": """        self.balance = balance
        self._lock = threading.Lock()
""",
    },
    {
        """    account = BankAccount(100)
    threads = [threading.Thread(target=account.deposit, args=(10,))""": "    threads = [threading.Thread(target=BankAccount(n).deposit, args=(10,))",
        "for _ in range(10)": "for n in range(10)",
        "    print(account.balance)": "",
    },
)

pair(
    RULE,
    "pool self attribute",
    """
from concurrent.futures import ThreadPoolExecutor

class Stats:
    def __init__(self):
        self.done = 0
        self.failed = 0

    def work(self, url):
        try:
            fetch(url)
            self.done += 1 #!
        except OSError:
            self.failed += 1 #!

    def run(self, urls):
        with ThreadPoolExecutor(max_workers=8) as pool:
            list(pool.map(self.work, urls))
        return self.done, self.failed

def fetch(url):
    raise OSError(url)
""",
    {"max_workers=8": "max_workers=1"},
    {"ThreadPoolExecutor": "ProcessPoolExecutor"},
    {
        """            self.done += 1 #!
        except OSError:
            self.failed += 1 #!""": """            self.done.append(1)
        except OSError:
            self.failed.append(1)""",
        """self.done = 0
        self.failed = 0""": """self.done = []
        self.failed = []""",
    },
)

pair(
    RULE,
    "defaultdict counts",
    """
import collections
import concurrent.futures

counts = collections.defaultdict(int)

def count_words(path):
    with open(path) as f:
        for word in f.read().split():
            counts[word] += 1 #!

def main(paths):
    with concurrent.futures.ThreadPoolExecutor() as ex:
        for _ in ex.map(count_words, paths):
            pass
    print(max(counts.items()))
""",
    {
        """    with open(path) as f:
        for word in f.read().split():
            counts[word] += 1 #!""": """    own = collections.Counter()
    with open(path) as f:
        for word in f.read().split():
            own[word] += 1
    return own""",
        """        for _ in ex.map(count_words, paths):
            pass""": """        for own in ex.map(count_words, paths):
            for k, v in own.items():
                counts[k] += v""",
    },
    {
        "counts[word] += 1 #!": """with LOCK:
                counts[word] += 1""",
        "@prepend": """import threading
LOCK = threading.Lock()
""",
    },
)

pair(
    RULE,
    "nonlocal",
    """
import threading

def count_lines(paths):
    total = 0

    def scan(path):
        nonlocal total
        with open(path) as f:
            for _ in f:
                total += 1 #!

    ts = [threading.Thread(target=scan, args=(p,)) for p in paths]
    [t.start() for t in ts]
    [t.join() for t in ts]
    return total
""",
    {
        "                total += 1 #!": """                with guard:
                    total += 1""",
        """    total = 0
""": """    total = 0
    guard = threading.Lock()
""",
    },
)

pair(
    RULE,
    "class attribute Thread subclass",
    """
from threading import Thread

class Worker(Thread):
    processed = 0

    def __init__(self, items):
        super().__init__()
        self.items = items
        self.mine = 0

    def run(self):
        for item in self.items:
            self.mine += 1
            Worker.processed += 1 #!

def main(chunks):
    workers = [Worker(c) for c in chunks]
    for w in workers:
        w.start()
    for w in workers:
        w.join()
    print(Worker.processed)
""",
    {"            Worker.processed += 1 #!": "", "print(Worker.processed)": "print(sum(w.mine for w in workers))"},
    {
        "            Worker.processed += 1 #!": """            with Worker.lock:
                Worker.processed += 1""",
        """    processed = 0
""": """    processed = 0
    lock = Lock()
""",
        "import Thread": "import Thread, Lock",
    },
)

pair(
    RULE,
    "two different workers",
    """
import threading

class Inventory:
    def __init__(self):
        self.stock = 10

    def sell(self):
        for _ in range(5):
            self.stock -= 1 #!

    def restock(self):
        for _ in range(5):
            self.stock += 1 #!

def test_inventory():
    inv = Inventory()
    a = threading.Thread(target=inv.sell)
    b = threading.Thread(target=inv.restock)
    a.start(); b.start()
    a.join(); b.join()
    assert inv.stock == 10
""",
    {
        """    a.start(); b.start()
    a.join(); b.join()""": """    a.start(); a.join()
    b.start(); b.join()"""
    },
    {
        """for _ in range(5):
            self.stock -= 1 #!""": """with self.lock:
            self.stock -= 5""",
        """for _ in range(5):
            self.stock += 1 #!""": """with self.lock:
            self.stock += 5""",
        "        self.stock = 10": """        self.stock = 10
        self.lock = threading.RLock()""",
    },
    path="tests/test_inventory.py",
)

pair(
    RULE,
    "cross module state",
    """
import state
from concurrent.futures import ThreadPoolExecutor

def job(n):
    state.hits = state.hits + n #!

def main():
    with ThreadPoolExecutor(4) as ex:
        list(ex.map(job, range(10)))
    print(state.hits)
""",
    {
        "    state.hits = state.hits + n #!": """    with state.lock:
        state.hits = state.hits + n""",
        "hits = 0": """hits = 0
import threading
lock = threading.Lock()""",
    },
    others={
        "state.py": """hits = 0
"""
    },
)

pair(
    RULE,
    "called helper",
    """
import threading

class Metrics:
    def __init__(self):
        self.requests = 0

    def hit(self):
        self.requests += 1 #!

metrics = Metrics()

def handle(conn):
    conn.recv(10)
    metrics.hit()

def serve(sock):
    while True:
        conn, _ = sock.accept()
        threading.Thread(target=handle, args=(conn,), daemon=True).start()
""",
    {
        """    metrics.hit()
""": """    with lock:
        metrics.hit()
""",
        "metrics = Metrics()": """metrics = Metrics()
lock = threading.Lock()""",
    },
    {"        threading.Thread(target=handle, args=(conn,), daemon=True).start()": "        handle(conn)"},
    {
        "self.requests = 0": "self.requests = itertools.count()",
        "self.requests += 1 #!": "next(self.requests)",
        "import threading": "import threading, itertools",
    },
)

pair(
    RULE,
    "socketserver",
    """
import socketserver

class Handler(socketserver.StreamRequestHandler):
    total = 0

    def handle(self):
        for line in self.rfile:
            Handler.total += len(line) #!
            self.wfile.write(str(Handler.total).encode())

def main():
    with socketserver.ThreadingTCPServer(("", 8000), Handler) as s:
        s.serve_forever()
""",
    {"ThreadingTCPServer": "TCPServer"},
    {"Handler.total += len(line) #!": "self.total += len(line)", "str(Handler.total)": "str(self.total)"},
)

pair(
    RULE,
    "list item",
    """
from multiprocessing.pool import ThreadPool

totals = [0, 0]

def add(n):
    totals[n % 2] += n #!

def run():
    with ThreadPool(4) as pool:
        pool.map(add, range(100))
    return totals
""",
    {"totals[n % 2] += n #!": "totals.append(n)"},
    {"from multiprocessing.pool import ThreadPool": "from multiprocessing import Pool as ThreadPool"},
)

pair(
    RULE,
    "lambda submit",
    """
import concurrent.futures

class Progress:
    def __init__(self, total):
        self.total = total
        self.current = 0

    def tick(self):
        self.current += 1 #!
        print(self.current, "/", self.total)

def download(url, progress):
    url.upper()
    progress.tick()

def download_all(urls):
    progress = Progress(len(urls))
    with concurrent.futures.ThreadPoolExecutor(4) as ex:
        futures = [ex.submit(lambda u=u: download(u, progress)) for u in urls]
        for f in futures:
            f.result()
""",
    {
        """        futures = [ex.submit(lambda u=u: download(u, progress)) for u in urls]
        for f in futures:
            f.result()""": """        for _ in ex.map(str.upper, urls):
            progress.tick()"""
    },
)

pair(
    RULE,
    "test with pool asserts",
    """
from concurrent.futures import ThreadPoolExecutor

class Counter:
    def __init__(self):
        self.value = 0

    def increment(self):
        self.value += 1 #!

def test_counter():
    c = Counter()
    with ThreadPoolExecutor(10) as ex:
        futures = [ex.submit(c.increment) for _ in range(1000)]
    for f in futures:
        f.result()
    assert c.value == 1000
""",
    {
        "        self.value += 1 #!": """        with self._lock:
            self.value += 1""",
        """        self.value = 0
""": """        self.value = 0
        self._lock = threading.Lock()
""",
        "@prepend": """import threading
""",
    },
    {
        """ex.submit(c.increment) for _ in range(1000)]
    for f in futures:
        f.result()
    assert c.value == 1000""": """ex.submit(Counter().increment) for _ in range(1000)]
    for f in futures:
        f.result()"""
    },
    path="tests/test_counter.py",
)

pair(
    RULE,
    "cache hits in service",
    """
import threading
from functools import partial

class Cache:
    def __init__(self):
        self._lock = threading.Lock()
        self._data = {}
        self.hits = 0
        self.misses = 0

    def get(self, key):
        with self._lock:
            value = self._data.get(key)
        if value is None:
            self.misses += 1 #!
        else:
            self.hits += 1 #!
        return value

def reader(cache, key):
    for _ in range(100):
        cache.get(key)

def main():
    cache = Cache()
    ts = [threading.Thread(target=partial(reader, cache, k)) for k in "abc"]
    for t in ts:
        t.start()
    for t in ts:
        t.join()
    print(cache.hits, cache.misses)
""",
    {
        """        if value is None:
            self.misses += 1 #!
        else:
            self.hits += 1 #!
""": """            if value is None:
                self.misses += 1
            else:
                self.hits += 1
"""
    },
    {
        """    cache = Cache()
""": "",
        "partial(reader, cache, k)": "partial(reader, Cache(), k)",
        "    print(cache.hits, cache.misses)": "",
    },
)

pair(
    RULE,
    "string and list augmented",
    """
import threading

log = ""

def note(name):
    global log
    for i in range(3):
        log = log + f"{name}{i};" #!

def main():
    a = threading.Thread(target=note, args=("a",))
    b = threading.Thread(target=note, args=("b",))
    a.start()
    b.start()
    a.join()
    b.join()
    print(log)
""",
    {'log = ""': "log = []", '        log = log + f"{name}{i};" #!': '        log.append(f"{name}{i};")'},
    {'b = threading.Thread(target=note, args=("b",))': 'b = threading.Thread(target=print, args=("b",))'},
)

pair(
    RULE,
    "to_thread gather",
    """
import asyncio

class Job:
    def __init__(self):
        self.n = 0

    def step(self, k):
        self.n += k #!

async def main():
    job = Job()
    await asyncio.gather(*(asyncio.to_thread(job.step, k) for k in range(10)))
    print(job.n)
""",
    {
        "    await asyncio.gather(*(asyncio.to_thread(job.step, k) for k in range(10)))": """    for k in range(10):
        await asyncio.to_thread(job.step, k)"""
    },
    {
        "    await asyncio.gather(*(asyncio.to_thread(job.step, k) for k in range(10)))": """    for k in range(10):
        job.step(k)"""
    },
)

pair(
    RULE,
    "main and thread",
    """
import threading
import time

class Clicker:
    def __init__(self):
        self.clicks = 0
        self.thread = threading.Thread(target=self.auto, daemon=True)
        self.thread.start()

    def auto(self):
        while True:
            self.clicks += 1
            time.sleep(0.01)

    def click(self):
        self.clicks += 1
        return self.clicks
""",
    {
        """    def click(self):
        self.clicks += 1
        return self.clicks""": """    def count(self):
        return self.clicks"""
    },
)

pair(
    RULE,
    "dict get plus one",
    """
import threading

inventory = {}

def add(name):
    inventory[name] = inventory.get(name, 0) + 1 #!

def main():
    ts = []
    for name in ["a", "b", "a"]:
        t = threading.Thread(target=add, args=(name,))
        t.start()
        ts.append(t)
    for t in ts:
        t.join()
    print(inventory)
""",
    {"    inventory[name] = inventory.get(name, 0) + 1 #!": "    inventory[name] = 1"},
    {
        "    inventory[name] = inventory.get(name, 0) + 1 #!": """    with mutex:
        inventory[name] = inventory.get(name, 0) + 1""",
        "inventory = {}": """inventory = {}
mutex = threading.RLock()""",
    },
    {
        """        t.start()
        ts.append(t)""": """        t.start()
        t.join()""",
        """    for t in ts:
        t.join()
""": "",
    },
)

pair(
    RULE,
    "decorator lock",
    """
import threading
import functools

_lock = threading.Lock()

def synchronized(fn):
    @functools.wraps(fn)
    def inner(*args, **kw):
        return fn(*args, **kw)
    return inner

total = 0

@synchronized
def add(n):
    global total
    total += n #!

def main():
    ts = [threading.Thread(target=add, args=(i,)) for i in range(5)]
    for t in ts:
        t.start()
    for t in ts:
        t.join()
    print(total)
""",
    {
        "        return fn(*args, **kw)": """        with _lock:
            return fn(*args, **kw)"""
    },
)

pair(
    RULE,
    "wrong lock each",
    """
import threading

balance = 0

def pay(n):
    global balance
    lock = threading.Lock()
    with lock:
        balance += n

def main():
    ts = [threading.Thread(target=pay, args=(i,)) for i in range(5)]
    for t in ts:
        t.start()
    for t in ts:
        t.join()
    print(balance)
""",
    {
        """    lock = threading.Lock()
""": "",
        """balance = 0
""": """balance = 0
lock = threading.Lock()
""",
    },
)

pair(
    RULE,
    "short global",
    """
import threading
count = 0
def work():
    global count
    count += 1 #!
for _ in range(10):
    threading.Thread(target=work).start()
print(count)
""",
    {
        "    count += 1 #!": """    with lock:
        count += 1""",
        """count = 0
""": """count = 0
lock = threading.Lock()
""",
    },
)

pair(
    RULE,
    "short two threads named",
    """
import threading
class C:
    n = 0
c = C()
def inc():
    for _ in range(1000):
        c.n += 1 #!
t1 = threading.Thread(target=inc)
t2 = threading.Thread(target=inc)
t1.start(); t2.start()
t1.join(); t2.join()
print(c.n)
""",
    {
        "        c.n += 1 #!": """        with lock:
            c.n += 1""",
        "c = C()": """c = C()
lock = threading.Lock()""",
    },
)

pair(
    RULE,
    "short pool",
    """
from concurrent.futures import ThreadPoolExecutor
total = 0
def add(n):
    global total
    total += n #!
with ThreadPoolExecutor(4) as ex:
    list(ex.map(add, range(100)))
print(total)
""",
    {
        """def add(n):
    global total
    total += n #!""": """def add(n):
    return n""",
        "    list(ex.map(add, range(100)))": "    total = sum(ex.map(add, range(100)))",
    },
)

pair(
    RULE,
    "short test nonlocal",
    """
import threading
def test_count():
    n = 0
    def inc():
        nonlocal n
        for _ in range(1000):
            n += 1 #!
    ts = [threading.Thread(target=inc) for _ in range(4)]
    for t in ts: t.start()
    for t in ts: t.join()
    assert n == 4000
""",
    {
        "            n += 1 #!": """            with lock:
                n += 1""",
        """    n = 0
""": """    n = 0
    lock = threading.Lock()
""",
    },
    path="test_count.py",
)

pair(
    RULE,
    "short thread_pool fixture",
    """
class Counter:
    def __init__(self):
        self.value = 0
    def inc(self):
        self.value += 1 #!

def test_counter(thread_pool):
    c = Counter()
    for f in [thread_pool.submit(c.inc) for _ in range(100)]:
        f.result()
    assert c.value == 100
""",
    {
        "        self.value += 1 #!": """        with self.lock:
            self.value += 1""",
        """        self.value = 0
""": """        self.value = 0
        self.lock = Lock()
""",
        "@prepend": """from threading import Lock
""",
    },
    path="test_counter.py",
)

pair(
    RULE,
    "short dict",
    """
import threading
stats = {"hits": 0}
def hit():
    stats["hits"] += 1 #!
ts = [threading.Thread(target=hit) for _ in range(10)]
for t in ts: t.start()
for t in ts: t.join()
assert stats["hits"] == 10
""",
    {
        '    stats["hits"] += 1 #!': """    with LOCK:
        stats["hits"] += 1""",
        'stats = {"hits": 0}': """stats = {"hits": 0}
LOCK = threading.Lock()""",
    },
)

safe(
    "thread local",
    """
import threading
local = threading.local()
def work():
    local.n = 0
    for _ in range(10):
        local.n += 1
for _ in range(4):
    threading.Thread(target=work).start()
""",
)

safe(
    "object made in worker",
    """
from concurrent.futures import ThreadPoolExecutor
class Parser:
    def __init__(self):
        self.lines = 0
    def parse(self, text):
        for _ in text.splitlines():
            self.lines += 1
        return self.lines
def parse(text):
    return Parser().parse(text)
def main(texts):
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(parse, texts))
""",
)

safe(
    "single event loop",
    """
import asyncio
class Stats:
    n = 0
stats = Stats()
async def hit():
    stats.n += 1
    await asyncio.sleep(0)
async def main():
    await asyncio.gather(*(hit() for _ in range(10)))
    print(stats.n)
asyncio.run(main())
""",
)

safe(
    "one writer thread",
    """
import threading
class Monitor:
    def __init__(self):
        self.beats = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._loop, daemon=True)
    def _loop(self):
        while not self._stop.wait(1):
            self.beats += 1
    def start(self):
        self._thread.start()
    def status(self):
        return self.beats
""",
)

safe(
    "results by slot",
    """
import threading
def run(fns):
    results = [0] * len(fns)
    def call(i, fn):
        results[i] = fn()
    ts = [threading.Thread(target=call, args=(i, f)) for i, f in enumerate(fns)]
    for t in ts: t.start()
    for t in ts: t.join()
    return results
""",
)

safe(
    "own slot counters",
    """
import threading
def run(n):
    counters = [0] * n
    def call(i):
        for _ in range(100):
            counters[i] += 1
    ts = [threading.Thread(target=call, args=(i,)) for i in range(n)]
    for t in ts: t.start()
    for t in ts: t.join()
    return sum(counters)
""",
)

safe(
    "condition",
    """
import threading
class Latch:
    def __init__(self, n):
        self.n = n
        self.cond = threading.Condition()
    def count_down(self):
        with self.cond:
            self.n -= 1
            if self.n == 0:
                self.cond.notify_all()
def main():
    latch = Latch(3)
    for _ in range(3):
        threading.Thread(target=latch.count_down, daemon=True).start()
""",
)

safe(
    "mp value with lock",
    """
from multiprocessing import Process, Value
def add(v):
    for _ in range(100):
        with v.get_lock():
            v.value += 1
if __name__ == "__main__":
    v = Value("i", 0)
    ps = [Process(target=add, args=(v,)) for _ in range(4)]
    for p in ps: p.start()
    for p in ps: p.join()
    print(v.value)
""",
)

safe(
    "after join",
    """
import threading
total = 0
def compute(out, n):
    out.append(n * n)
def main():
    global total
    out = []
    ts = [threading.Thread(target=compute, args=(out, n)) for n in range(4)]
    for t in ts: t.start()
    for t in ts: t.join()
    for n in out:
        total += n
    print(total)
""",
)

safe(
    "caller holds lock always",
    """
import threading
class Store:
    def __init__(self):
        self._lock = threading.Lock()
        self._n = 0
    def _bump(self):
        self._n += 1
    def put(self):
        with self._lock:
            self._bump()
    def drop(self):
        with self._lock:
            self._bump()
def main():
    s = Store()
    ts = [threading.Thread(target=s.put), threading.Thread(target=s.drop)]
    for t in ts: t.start()
    for t in ts: t.join()
""",
)

safe(
    "contextvar",
    """
import contextvars, threading
depth = contextvars.ContextVar("depth", default=0)
def work():
    depth.set(depth.get() + 1)
for _ in range(3):
    threading.Thread(target=work).start()
""",
)

safe(
    "run method of no thread",
    """
import threading
class Command:
    count = 0
    def run(self):
        Command.count += 1
def main(cmds):
    for c in cmds:
        Command().run()
""",
)

safe(
    "local loop index in worker",
    """
import threading
def worker(items):
    i = 0
    total = 0
    while i < len(items):
        total += items[i]
        i += 1
    print(total)
for _ in range(4):
    threading.Thread(target=worker, args=([1],)).start()
""",
)

safe(
    "callback main thread",
    """
import tkinter, threading
class App:
    def __init__(self):
        self.clicks = 0
        self.button = tkinter.Button(command=self.click)
        threading.Thread(target=self.load, daemon=True).start()
    def click(self):
        self.clicks += 1
    def load(self):
        self.data = open("x").read()
""",
)

SHARED_OBJECT = """
import threading, itertools, collections, queue, contextvars
from concurrent.futures import ThreadPoolExecutor
local = threading.local()
class Shared:
    def __init__(self):
        self._lock = threading.Lock()
        self._cond = threading.Condition()
        self._sem = threading.Semaphore(1)
        self.mutex = threading.RLock()
        self.n = 0
        self.items = []
        self.d = {}
        self.c = collections.Counter()
        self.dd = collections.defaultdict(int)
        self.it = itertools.count()
        self.best = None
        self.q = queue.Queue(9)
    def _locked(self):
        return self._lock
    def work(self, x):
        BODY
def main(xs):
    s = Shared()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(s.work, xs))
    print(s.n, s.d, s.items, s.c, s.dd, s.best)
"""

bad_variants(
    RULE,
    "template",
    SHARED_OBJECT,
    {
        "aug": "self.n += 1",
        "add": "self.n = self.n + x",
        "add reversed": "self.n = x + self.n",
        "via local": """
n = self.n
n += 1
self.n = n
""",
        "dict item": 'self.d["k"] += 1',
        "dict get": "self.d[x] = self.d.get(x, 0) + 1",
        "counter": "self.c[x] += 1",
        "dd": "self.dd[x] += 1",
        "wrong scope lock": """
with self._lock:
    y = x * 2
self.n += y
""",
        "lock read only": """
with self._lock:
    n = self.n
self.n = n + 1
""",
        "max": "self.n = max(self.n, x)",
        "tuple": "self.n, y = self.n + 1, 2",
        "if inside": """
if x:
    self.n += 1
""",
        "loop": """
for _ in range(x):
    self.n += 1
""",
        "try finally": """
try:
    print(x)
finally:
    self.n -= 1
""",
        "sem n": """
with threading.Semaphore(5):
    self.n += 1
""",
        "nested def": """
def inner():
    self.n += 1
inner()
""",
        "lambda-less setattr": 'self.__dict__["n"] += 1',
    },
)

safe_variants(
    "shared",
    SHARED_OBJECT,
    {
        "lock": """
with self._lock:
    self.n += 1
""",
        "cond": """
with self._cond:
    self.n += 1
""",
        "rlock": """
with self.mutex:
    self.n += 1
""",
        "sem1": """
with self._sem:
    self.n += 1
""",
        "acquire": """
self._lock.acquire()
self.n += 1
self._lock.release()
""",
        "acquire try": """
self._lock.acquire()
try:
    self.n += 1
finally:
    self._lock.release()
""",
        "acquire timeout": """
if self._lock.acquire(timeout=1):
    try:
        self.n += 1
    finally:
        self._lock.release()
""",
        "two with": """
with self._lock, open("x") as f:
    self.n += len(f.read())
""",
        "method lock": """
with self._locked():
    self.n += 1
""",
        "append": "self.items.append(x)",
        "setitem": "self.d[x] = 1",
        "local": 'local.n = getattr(local, "n", 0) + 1',
        "local var": """
n = 0
n += x
return n
""",
        "count": "return next(self.it)",
        "queue": "self.q.put(x)",
        "own object": """
s = Shared()
s.n += 1
return s
""",
        "read": "return self.n + x",
        "update": "self.d.update({x: 1})",
        "alias lock": """
lock = self._lock
with lock:
    self.n += 1
""",
        "exitstack": """
import contextlib
with contextlib.ExitStack() as st:
    st.enter_context(self._lock)
    self.n += 1
""",
        "not acquire return": """
if not self._lock.acquire(blocking=False):
    return
try:
    self.n += 1
finally:
    self._lock.release()
""",
        "string build": """
s = ""
for c in x:
    s += c
return s
""",
        "local obj attr": """
class R: pass
r = R()
r.n = 0
r.n += 1
return r
""",
        "param": """
x += 1
return x
""",
        "store only": "self.best = x",
        "helper locked": """
self._lock.acquire()
try:
    self._bump()
finally:
    self._lock.release()
""",
    },
)

SHARED_COUNTER = """
import threading, asyncio, multiprocessing
from concurrent.futures import ThreadPoolExecutor, ProcessPoolExecutor
class Shared:
    def __init__(self):
        self.n = 0
    def bump(self):
        self.n += 1
def bump(s):
    s.n += 1
async def abump(s):
    s.n += 1
BODY
"""

bad_variants(
    RULE,
    "start",
    SHARED_COUNTER,
    {
        "loop": """
def main():
    s = Shared()
    ts = []
    for _ in range(4):
        t = threading.Thread(target=s.bump)
        t.start()
        ts.append(t)
    for t in ts:
        t.join()
    print(s.n)
""",
        "args": """
def main():
    s = Shared()
    ts = [threading.Thread(target=bump, args=(s,)) for _ in range(4)]
    for t in ts: t.start()
    for t in ts: t.join()
    print(s.n)
""",
        "kwargs": """
def main():
    s = Shared()
    ts = [threading.Thread(target=bump, kwargs={"s": s}) for _ in range(4)]
    for t in ts: t.start()
    for t in ts: t.join()
    print(s.n)
""",
        "submit": """
def main():
    s = Shared()
    with ThreadPoolExecutor() as p:
        for f in [p.submit(bump, s) for _ in range(4)]:
            f.result()
    print(s.n)
""",
        "map star": """
def main():
    s = Shared()
    with ThreadPoolExecutor() as p:
        list(p.map(lambda _: s.bump(), range(4)))
    print(s.n)
""",
        "map same obj": """
def main():
    s = Shared()
    with ThreadPoolExecutor() as p:
        list(p.map(bump, [s] * 4))
    print(s.n)
""",
        "two named": """
def main():
    s = Shared()
    a = threading.Thread(target=bump, args=[s])
    b = threading.Thread(target=bump, args=[s])
    a.start(); b.start(); a.join(); b.join()
    print(s.n)
""",
        "timer": """
def main():
    s = Shared()
    for i in range(4):
        threading.Timer(0.1, s.bump).start()
    print(s.n)
""",
        "to_thread": """
async def main():
    s = Shared()
    await asyncio.gather(asyncio.to_thread(s.bump), asyncio.to_thread(s.bump))
    print(s.n)
""",
        "executor": """
async def main():
    s = Shared()
    loop = asyncio.get_running_loop()
    await asyncio.gather(*(loop.run_in_executor(None, s.bump) for _ in range(3)))
    print(s.n)
""",
        "subclass": """
class T(threading.Thread):
    def __init__(self, s):
        super().__init__()
        self.s = s
    def run(self):
        self.s.n += 1
def main():
    s = Shared()
    ts = [T(s) for _ in range(4)]
    for t in ts: t.start()
    for t in ts: t.join()
    print(s.n)
""",
        "targets list": """
def main():
    s = Shared()
    ts = [threading.Thread(target=f) for f in (s.bump, s.bump)]
    for t in ts: t.start()
    for t in ts: t.join()
    print(s.n)
""",
        "helper": """
def run_threads(fn, n=4):
    ts = [threading.Thread(target=fn) for _ in range(n)]
    for t in ts: t.start()
    for t in ts: t.join()
def main():
    s = Shared()
    run_threads(s.bump)
    print(s.n)
""",
        "global instance": """
S = Shared()
def job():
    S.bump()
def main():
    ts = [threading.Thread(target=job) for _ in range(4)]
    for t in ts: t.start()
    for t in ts: t.join()
    print(S.n)
""",
        "main too": """
def main():
    s = Shared()
    t = threading.Thread(target=s.bump)
    t.start()
    s.bump()
    t.join()
    print(s.n)
""",
    },
)

safe_variants(
    "counter",
    SHARED_COUNTER,
    {
        "one thread": """
def main():
    s = Shared()
    t = threading.Thread(target=s.bump)
    t.start()
    t.join()
    print(s.n)
""",
        "own objects": """
def main():
    ss = [Shared() for _ in range(4)]
    ts = [threading.Thread(target=s.bump) for s in ss]
    for t in ts: t.start()
    for t in ts: t.join()
    print([s.n for s in ss])
""",
        "own by args": """
def main():
    ts = [threading.Thread(target=bump, args=(Shared(),)) for _ in range(4)]
    for t in ts: t.start()
    for t in ts: t.join()
""",
        "map own": """
def main():
    ss = [Shared() for _ in range(4)]
    with ThreadPoolExecutor() as p:
        list(p.map(bump, ss))
    print([s.n for s in ss])
""",
        "process": """
def main():
    s = Shared()
    ps = [multiprocessing.Process(target=s.bump) for _ in range(4)]
    for p in ps: p.start()
    for p in ps: p.join()
""",
        "ppe": """
def main(ss):
    with ProcessPoolExecutor() as p:
        return list(p.map(bump, ss))
""",
        "tasks": """
async def main():
    s = Shared()
    await asyncio.gather(*(abump(s) for _ in range(4)))
    print(s.n)
""",
        "sequential join": """
def main():
    s = Shared()
    for _ in range(4):
        t = threading.Thread(target=s.bump)
        t.start()
        t.join()
    print(s.n)
""",
        "single worker pool": """
def main():
    s = Shared()
    with ThreadPoolExecutor(max_workers=1) as p:
        for _ in range(4):
            p.submit(s.bump).result()
    print(s.n)
""",
        "result each": """
def main():
    s = Shared()
    with ThreadPoolExecutor() as p:
        for _ in range(4):
            p.submit(s.bump).result()
    print(s.n)
""",
        "await each": """
async def main():
    s = Shared()
    for _ in range(4):
        await asyncio.to_thread(s.bump)
    print(s.n)
""",
        "main before": """
def main():
    s = Shared()
    s.bump()
    t = threading.Thread(target=s.bump)
    t.start()
    t.join()
    s.bump()
    print(s.n)
""",
        "made in loop": """
def main():
    ts = []
    for _ in range(4):
        s = Shared()
        t = threading.Thread(target=s.bump)
        t.start()
        ts.append(t)
    for t in ts: t.join()
""",
        "made in function": """
def one():
    s = Shared()
    s.bump()
    return s.n
def main():
    with ThreadPoolExecutor() as p:
        return [f.result() for f in [p.submit(one) for _ in range(3)]]
""",
        "subclass own": """
class T(threading.Thread):
    def __init__(self):
        super().__init__()
        self.s = Shared()
        self.k = 0
    def run(self):
        self.k += 1
        self.s.bump()
def main():
    ts = [T() for _ in range(4)]
    for t in ts: t.start()
    for t in ts: t.join()
    print([t.k for t in ts])
""",
        "two seq": """
def main():
    s = Shared()
    a = threading.Thread(target=s.bump)
    a.start()
    a.join()
    b = threading.Thread(target=s.bump)
    b.start()
    b.join()
    print(s.n)
""",
        "local daemon": """
class D:
    def __init__(self):
        self.n = 0
        threading.Thread(target=self.loop, daemon=True).start()
    def loop(self):
        while True:
            self.n += 1
    def read(self):
        return self.n
""",
    },
)

SHAPES = """
import asyncio, functools, http.server, itertools, multiprocessing, queue, socketserver, threading, time
from concurrent.futures import ThreadPoolExecutor, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from multiprocessing.pool import ThreadPool
BODY
"""

bad_variants(
    RULE,
    "shape",
    SHAPES,
    {
        "stored pool loop": """
class S:
    def __init__(self):
        self.n = 0
        self._pool = ThreadPoolExecutor(4)
    def _work(self, x):
        time.sleep(x)
        self.n += 1
    def run(self, xs):
        fs = []
        for x in xs:
            fs.append(self._pool.submit(self._work, x))
        for f in fs:
            f.result()
        return self.n
""",
        "nested def self": """
class S:
    n = 0
    def run(self):
        def worker():
            self.n += 1
        ts = [threading.Thread(target=worker) for _ in range(3)]
        for t in ts: t.start()
        for t in ts: t.join()
        return self.n
""",
        "lambda thread": """
class S:
    def __init__(self):
        self.n = 0
    def inc(self):
        self.n += 1
def main():
    s = S()
    ts = []
    for _ in range(3):
        t = threading.Thread(target=lambda: s.inc())
        t.start()
        ts.append(t)
    for t in ts: t.join()
    print(s.n)
""",
        "dataclass": """
@dataclass
class Stats:
    ok: int = 0
    bad: int = 0
def work(stats, x):
    if x:
        stats.ok += 1
    else:
        stats.bad += 1
def main(xs):
    stats = Stats()
    with ThreadPoolExecutor() as ex:
        fs = [ex.submit(work, stats, x) for x in xs]
        for f in as_completed(fs):
            f.result()
    print(stats.ok, stats.bad)
""",
        "partial map": """
def work(stats, x):
    stats["n"] += x
def main(xs):
    stats = {"n": 0}
    with ThreadPoolExecutor() as ex:
        list(ex.map(functools.partial(work, stats), xs))
    print(stats["n"])
""",
        "starmap shared": """
def work(stats, x):
    stats["n"] += x
def main(xs):
    stats = {"n": 0}
    with ThreadPool(4) as p:
        p.starmap(work, [(stats, x) for x in xs])
    print(stats["n"])
""",
        "await between": """
class S:
    def __init__(self):
        self.n = 0
    async def inc(self):
        v = self.n
        await asyncio.sleep(0)
        self.n = v + 1
async def main():
    s = S()
    await asyncio.gather(*(s.inc() for _ in range(10)))
    print(s.n)
""",
        "http server": """
class H(http.server.BaseHTTPRequestHandler):
    hits = 0
    def do_GET(self):
        H.hits += 1
        self.send_response(200)
        self.end_headers()
        self.wfile.write(str(H.hits).encode())
def main():
    http.server.ThreadingHTTPServer(("", 8000), H).serve_forever()
""",
        "two in list": """
n = 0
def work():
    global n
    for _ in range(10):
        n += 1
ts = [threading.Thread(target=work), threading.Thread(target=work)]
for t in ts: t.start()
for t in ts: t.join()
print(n)
""",
        "static": """
class C:
    total = 0
    @staticmethod
    def work(x):
        C.total += x
    @classmethod
    def run(cls, xs):
        with ThreadPoolExecutor() as ex:
            list(ex.map(cls.work, xs))
        print(cls.total)
""",
        "classmethod": """
class C:
    total = 0
    @classmethod
    def work(cls, x):
        cls.total += x
def main(xs):
    with ThreadPoolExecutor() as ex:
        list(ex.map(C.work, xs))
    print(C.total)
""",
        "while spawn": """
class S:
    def __init__(self):
        self.n = 0
    def handle(self, c):
        self.n += 1
        c.close()
    def serve(self, sock):
        while True:
            c, a = sock.accept()
            t = threading.Thread(target=self.handle, args=(c,))
            t.daemon = True
            t.start()
    def status(self):
        return self.n
""",
        "executor attr map": """
class S:
    def __init__(self, ex: ThreadPoolExecutor):
        self.ex = ex
        self.seen = {}
    def one(self, w):
        self.seen[w] = self.seen.get(w, 0) + 1
    def many(self, ws):
        for _ in self.ex.map(self.one, ws): pass
        return max(self.seen.values())
""",
        "pytest": """
class Pool:
    def __init__(self):
        self.used = 0
    def acquire(self):
        self.used += 1
    def release(self):
        self.used -= 1
def test_pool():
    p = Pool()
    def worker():
        for _ in range(100):
            p.acquire()
            p.release()
    ts = [threading.Thread(target=worker) for _ in range(8)]
    [t.start() for t in ts]
    [t.join() for t in ts]
    assert p.used == 0
""",
        "unlock early": """
lock = threading.Lock()
n = 0
def work():
    global n
    with lock:
        old = n
    n = old + 1
ts = [threading.Thread(target=work) for _ in range(3)]
for t in ts: t.start()
for t in ts: t.join()
print(n)
""",
        "different locks": """
a = threading.Lock()
b = threading.Lock()
n = 0
def up():
    global n
    with a:
        n += 1
def down():
    global n
    with b:
        n -= 1
ts = [threading.Thread(target=up), threading.Thread(target=down)]
for t in ts: t.start()
for t in ts: t.join()
print(n)
""",
        "one side locked": """
class S:
    def __init__(self):
        self.lock = threading.Lock()
        self.n = 0
    def up(self):
        with self.lock:
            self.n += 1
    def down(self):
        self.n -= 1
def main():
    s = S()
    ts = [threading.Thread(target=s.up), threading.Thread(target=s.down)]
    for t in ts: t.start()
    for t in ts: t.join()
    print(s.n)
""",
        "mp value": """
def work(v):
    for _ in range(100):
        v.value += 1
def main():
    v = multiprocessing.Value("i", 0)
    ps = [multiprocessing.Process(target=work, args=(v,)) for _ in range(4)]
    for p in ps: p.start()
    for p in ps: p.join()
    print(v.value)
""",
        "run_in_executor": """
class S:
    n = 0
    def step(self):
        self.n += 1
    async def main(self):
        loop = asyncio.get_event_loop()
        await asyncio.gather(*[loop.run_in_executor(None, self.step) for _ in range(5)])
        print(self.n)
""",
        "decorated worker": """
def retry(f):
    @functools.wraps(f)
    def inner(*a):
        return f(*a)
    return inner
n = 0
@retry
def work(x):
    global n
    n += x
def main(xs):
    with ThreadPoolExecutor() as ex:
        list(ex.map(work, xs))
    print(n)
""",
        "callback": """
class S:
    def __init__(self):
        self.done = 0
    def _on_done(self, f):
        self.done += 1
    def run(self, fns):
        with ThreadPoolExecutor() as ex:
            for fn in fns:
                ex.submit(fn).add_done_callback(self._on_done)
        return self.done
""",
        "list sum": """
totals = {}
def work(k):
    totals[k] = totals[k] + 1 if k in totals else 1
def main(ks):
    with ThreadPoolExecutor() as ex:
        list(ex.map(work, ks))
    print(totals)
""",
    },
)

safe_variants(
    "shape",
    SHAPES,
    {
        "main adds": """
def work(x):
    return x
def main(xs):
    n = 0
    with ThreadPoolExecutor() as ex:
        for r in ex.map(work, xs):
            n += r
    return n
""",
        "as_completed adds": """
class S:
    def __init__(self):
        self.n = 0
    def run(self, fns):
        with ThreadPoolExecutor() as ex:
            for f in as_completed([ex.submit(fn) for fn in fns]):
                self.n += f.result()
        return self.n
""",
        "base lock": """
class Base:
    def __init__(self):
        self._lock = threading.Lock()
class S(Base):
    def __init__(self):
        super().__init__()
        self.n = 0
    def inc(self):
        with self._lock:
            self.n += 1
def main():
    s = S()
    ts = [threading.Thread(target=s.inc) for _ in range(3)]
    for t in ts: t.start()
    for t in ts: t.join()
    print(s.n)
""",
        "lock dict": """
locks = collections_lock = {}
class S:
    def __init__(self):
        self.locks = {}
        self.d = {}
    def inc(self, k):
        with self.locks[k]:
            self.d[k] += 1
def main(ks):
    s = S()
    with ThreadPoolExecutor() as ex:
        list(ex.map(s.inc, ks))
    print(s.d)
""",
        "sync decorator": """
lock = threading.RLock()
def synchronized(f):
    @functools.wraps(f)
    def inner(*a):
        with lock:
            return f(*a)
    return inner
n = 0
@synchronized
def work(x):
    global n
    n += x
def main(xs):
    with ThreadPoolExecutor() as ex:
        list(ex.map(work, xs))
    print(n)
""",
        "context manager lock": """
import contextlib
lock = threading.Lock()
@contextlib.contextmanager
def exclusive():
    lock.acquire()
    try:
        yield
    finally:
        lock.release()
n = 0
def work(x):
    global n
    with exclusive():
        n += x
def main(xs):
    with ThreadPoolExecutor() as ex:
        list(ex.map(work, xs))
    print(n)
""",
        "async no await": """
class S:
    n = 0
    async def inc(self):
        self.n += 1
        await asyncio.sleep(0)
        self.n -= 1
async def main():
    s = S()
    await asyncio.gather(*(s.inc() for _ in range(10)))
    print(s.n)
""",
        "async lock": """
class S:
    def __init__(self):
        self.n = 0
        self.lock = asyncio.Lock()
    async def inc(self):
        async with self.lock:
            v = self.n
            await asyncio.sleep(0)
            self.n = v + 1
async def main():
    s = S()
    await asyncio.gather(*(s.inc() for _ in range(10)))
    print(s.n)
""",
        "after with": """
class S:
    def __init__(self):
        self.n = 0
    def run(self, xs):
        with ThreadPoolExecutor() as ex:
            list(ex.map(abs, xs))
        self.n += len(xs)
        return self.n
""",
        "init counts": """
class S:
    def __init__(self):
        self.n = 0
        self.n += 1
def work(x):
    return S().n + x
def main(xs):
    with ThreadPoolExecutor() as ex:
        print(list(ex.map(work, xs)))
""",
        "per thread dict": """
counts = {}
def work():
    me = threading.get_ident()
    counts[me] = 0
    for _ in range(10):
        counts[me] += 1
ts = [threading.Thread(target=work) for _ in range(3)]
for t in ts: t.start()
for t in ts: t.join()
print(sum(counts.values()))
""",
        "enumerate slot": """
def main(xs):
    out = [0] * len(xs)
    def work(i, x):
        for c in range(x):
            out[i] += c
    ts = [threading.Thread(target=work, args=(i, x)) for i, x in enumerate(xs)]
    for t in ts: t.start()
    for t in ts: t.join()
    return sum(out)
""",
        "thread own counters": """
class W(threading.Thread):
    def __init__(self):
        super().__init__()
        self.count = 0
        self.stats = {"n": 0}
    def run(self):
        for _ in range(10):
            self.count += 1
            self.stats["n"] += 1
            self._more()
    def _more(self):
        self.count += 1
ws = [W() for _ in range(4)]
for w in ws: w.start()
for w in ws: w.join()
print(sum(w.count for w in ws))
""",
        "queue results": """
def work(q, xs):
    n = 0
    for x in xs:
        n += x
    q.put(n)
def main(parts):
    q = queue.Queue()
    ts = [threading.Thread(target=work, args=(q, p)) for p in parts]
    for t in ts: t.start()
    for t in ts: t.join()
    total = 0
    for _ in ts:
        total += q.get()
    return total
""",
        "object per submit": """
class Job:
    def __init__(self, x):
        self.x = x
        self.steps = 0
    def run(self):
        self.steps += 1
        return self.steps
def main(xs):
    jobs = [Job(x) for x in xs]
    with ThreadPoolExecutor() as ex:
        fs = [ex.submit(j.run) for j in jobs]
        for f in fs: f.result()
    print(sum(j.steps for j in jobs))
""",
        "object per submit in loop": """
class Job:
    def __init__(self, x):
        self.x = x
        self.steps = 0
    def run(self):
        self.steps += 1
def main(xs):
    with ThreadPoolExecutor() as ex:
        fs = []
        for x in xs:
            job = Job(x)
            fs.append(ex.submit(job.run))
        for f in fs: f.result()
""",
        "handler instance": """
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.n = 0
        self.n += 1
        self.send_response(200)
def main():
    http.server.ThreadingHTTPServer(("", 8000), H).serve_forever()
""",
        "plain server": """
class H(http.server.BaseHTTPRequestHandler):
    hits = 0
    def do_GET(self):
        H.hits += 1
        self.wfile.write(str(H.hits).encode())
def main():
    http.server.HTTPServer(("", 8000), H).serve_forever()
""",
        "counter lib": """
class S:
    def __init__(self):
        self._c = itertools.count()
        self.last = 0
    def work(self, x):
        self.last = next(self._c)
        return self.last
def main(xs):
    s = S()
    with ThreadPoolExecutor() as ex:
        print(list(ex.map(s.work, xs)), s.last)
""",
        "prometheus": """
from prometheus_client import Counter
C = Counter("x", "y")
def work(x):
    C.inc()
    C.labels("a").inc(2)
def main(xs):
    with ThreadPoolExecutor() as ex:
        list(ex.map(work, xs))
""",
        "one background thread restarted": """
class S:
    def __init__(self):
        self.n = 0
        self.t = None
    def loop(self):
        while self.t is not None:
            self.n += 1
    def start(self):
        if self.t is None:
            self.t = threading.Thread(target=self.loop)
            self.t.start()
    def stop(self):
        t, self.t = self.t, None
        t.join()
""",
        "sequential threads in tests": """
class S:
    n = 0
    def inc(self):
        self.n += 1
def test_a():
    s = S()
    t = threading.Thread(target=s.inc)
    t.start()
    t.join()
    assert s.n == 1
def test_b():
    s = S()
    t = threading.Thread(target=s.inc)
    t.start()
    t.join()
    s.inc()
    assert s.n == 2
""",
        "barrier phases": """
def work(barrier, out, i):
    out[i] = i
    barrier.wait()
    print(sum(out))
def main():
    b = threading.Barrier(3)
    out = [0] * 3
    ts = [threading.Thread(target=work, args=(b, out, i)) for i in range(3)]
    for t in ts: t.start()
    for t in ts: t.join()
""",
        "process worker global": """
n = 0
def work(x):
    global n
    n += x
    return n
def main(xs):
    with ProcessPoolExecutor() as ex:
        print(list(ex.map(work, xs)))
""",
    },
)

pair(
    RULE,
    "flask-like hit counter in pool",
    """
from concurrent.futures import ThreadPoolExecutor

hits = 0

def handle(request):
    global hits
    hits += 1 #!
    return request

def serve(requests):
    with ThreadPoolExecutor() as pool:
        list(pool.map(handle, requests))
    return hits
""",
    """
import threading
from concurrent.futures import ThreadPoolExecutor

hits = 0
lock = threading.Lock()

def handle(request):
    global hits
    with lock:
        hits += 1
    return request

def serve(requests):
    with ThreadPoolExecutor() as pool:
        list(pool.map(handle, requests))
    return hits
""",
)

pair(
    RULE,
    "self.count through bound method in threads",
    """
import threading

class Crawler:
    def __init__(self):
        self.visited = 0

    def visit(self, url):
        self.visited = self.visited + 1 #!

    def crawl(self, urls):
        threads = [threading.Thread(target=self.visit, args=(url,)) for url in urls]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        return self.visited
""",
    """
import threading

class Visit:
    def __init__(self):
        self.seen = 0

    def visit(self, url):
        self.seen = self.seen + 1

def crawl(urls):
    visits = [Visit() for _ in urls]
    threads = [threading.Thread(target=v.visit, args=(url,)) for v, url in zip(visits, urls)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return sum(v.seen for v in visits)
""",
)

pair(
    RULE,
    "dict of counts by word",
    """
from concurrent.futures import ThreadPoolExecutor

def count(texts):
    counts = {}

    def add(text):
        for word in text.split():
            counts[word] = counts.get(word, 0) + 1 #!

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, texts))
    return counts
""",
    """
from concurrent.futures import ThreadPoolExecutor

def count(texts):
    def add(text):
        counts = {}
        for word in text.split():
            counts[word] = counts.get(word, 0) + 1
        return counts

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(add, texts))
""",
)

pair(
    RULE,
    "nonlocal in a test",
    """
import threading

def test_callback_is_called_ten_times(bus):
    calls = 0

    def callback():
        nonlocal calls
        calls += 1 #!

    threads = [threading.Thread(target=callback) for _ in range(10)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert calls == 10
""",
    """
import threading

def test_callback_is_called_ten_times(bus):
    calls = []

    def callback():
        calls.append(1)

    threads = [threading.Thread(target=callback) for _ in range(10)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(calls) == 10
""",
    path="tests/test_app.py",
)

pair(
    RULE,
    "class attribute in Thread subclass",
    """
import threading

class Worker(threading.Thread):
    finished = 0

    def run(self):
        Worker.finished += 1 #!

def main():
    workers = [Worker() for _ in range(5)]
    for w in workers:
        w.start()
    for w in workers:
        w.join()
    print(Worker.finished)
""",
    """
import threading

class Worker(threading.Thread):
    def __init__(self):
        super().__init__()
        self.finished = 0

    def run(self):
        self.finished += 1

def main():
    workers = [Worker() for _ in range(5)]
    for w in workers:
        w.start()
    for w in workers:
        w.join()
    print(sum(w.finished for w in workers))
""",
)

pair(
    RULE,
    "balance by to_thread",
    """
import asyncio

class Account:
    def __init__(self):
        self.balance = 0

    def deposit(self, amount):
        self.balance += amount #!

async def main():
    account = Account()
    await asyncio.gather(*(asyncio.to_thread(account.deposit, 1) for _ in range(100)))
    assert account.balance == 100
""",
    """
import asyncio

class Account:
    def __init__(self):
        self.balance = 0

    async def deposit(self, amount):
        self.balance += amount

async def main():
    account = Account()
    await asyncio.gather(*(account.deposit(1) for _ in range(100)))
    assert account.balance == 100
""",
)

pair(
    RULE,
    "two locks for one counter",
    """
import threading

class Recorder:
    def __init__(self):
        self._stats_lock = threading.Lock()
        self._custom_lock = threading.Lock()
        self.events = 0
        self._stats = {}
        self._custom = {}

    def record(self, name, value):
        with self._stats_lock:
            self.events += 1 #!
            self._stats[name] = value

    def record_custom(self, name, value):
        with self._custom_lock:
            self.events += 1 #!
            self._custom[name] = value
""",
    {"with self._custom_lock:": "with self._stats_lock:"},
    {"self._custom_lock = threading.Lock()": "self._custom_lock = self._stats_lock"},
    {"            self.events += 1 #!\n            self._custom[name]": "            self._custom[name]"},
)

pair(
    RULE,
    "two module locks for one total",
    """
import threading

_read_lock = threading.Lock()
_write_lock = threading.RLock()
total = 0

def on_read(data):
    global total
    with _read_lock:
        total += len(data) #!

def on_write(data):
    global total
    _write_lock.acquire()
    try:
        total += len(data) #!
    finally:
        _write_lock.release()
""",
    {"_write_lock = threading.RLock()": "_write_lock = _read_lock"},
)

pair(
    RULE,
    "two locks nested order safe",
    """
import threading

class Cache:
    def __init__(self):
        self.lock = threading.Lock()
        self.index_lock = threading.Lock()
        self.size = 0
        self.items = {}

    def put(self, key, value):
        with self.lock:
            self.items[key] = value
            self.size += len(value) #!

    def drop(self, key):
        with self.index_lock:
            value = self.items.pop(key)
            self.size -= len(value) #!
""",
    {"        with self.index_lock:\n            value": "        with self.lock, self.index_lock:\n            value"},
)

pair(
    RULE,
    "Value without its lock",
    """
from multiprocessing import Process, Value

def worker(tasks, timer):
    for task in iter(tasks.get, None):
        timer.value = task["timeout"]
        timer.value += 3 #!
        task["run"]()

class Guard:
    def __init__(self, queue):
        self.timer = Value("i", 0)
        self.process = Process(target=worker, args=(queue, self.timer))
        self.process.start()

    def check(self):
        with self.timer.get_lock():
            if self.timer.value > 0:
                self.timer.value -= 1
""",
    {
        '        timer.value = task["timeout"]\n        timer.value += 3 #!': '        with timer.get_lock():\n            timer.value = task["timeout"] + 3'
    },
    {"        timer.value += 3 #!": "        with timer.get_lock():\n            timer.value += 3"},
)

pair(
    RULE,
    "Value parameter by annotation",
    """
import multiprocessing
from multiprocessing.sharedctypes import Synchronized

def count(path, done: Synchronized):
    with open(path) as lines:
        for line in lines:
            done.value += 1 #!

def main(paths):
    done = multiprocessing.Value("l", 0)
    workers = [multiprocessing.Process(target=count, args=(p, done)) for p in paths]
    for w in workers:
        w.start()
    for w in workers:
        w.join()
    print(done.value)

if __name__ == "__main__":
    main(["a", "b"])
""",
    {"            done.value += 1 #!": "            with done.get_lock():\n                done.value += 1"},
)

pair(
    RULE,
    "flask view counter",
    """
from flask import Flask

app = Flask(__name__)
hits = 0

@app.route("/")
def index():
    global hits
    hits += 1 #!
    return f"hit {hits}"
""",
    {
        "    hits += 1 #!": "    with lock:\n        hits += 1",
        "hits = 0\n": "hits = 0\nlock = Lock()\n",
        "from flask": "from threading import Lock\nfrom flask",
    },
    {"    global hits\n    hits += 1 #!\n": "    hits = 0\n    hits += 1\n"},
)

pair(
    RULE,
    "fastapi sync endpoint dict counter",
    """
from fastapi import FastAPI

app = FastAPI()
visits = {}

@app.get("/visit/{name}")
def visit(name: str):
    visits[name] = visits.get(name, 0) + 1 #!
    return visits[name]
""",
    {"def visit": "async def visit"},
    {"visits = {}\n": "", "def visit(name: str):\n": "def visit(name: str):\n    visits = {}\n"},
)

pair(
    RULE,
    "wsgi middleware counts",
    """
class Counting:
    def __init__(self, app):
        self.app = app
        self.requests = 0

    def __call__(self, environ, start_response):
        self.requests += 1 #!
        environ["n"] = self.requests
        return self.app(environ, start_response)
""",
    {
        "        self.requests += 1 #!": "        with self.lock:\n            self.requests += 1",
        "        self.app = app": "        self.app = app\n        self.lock = threading.Lock()",
        "class Counting": "import threading\n\nclass Counting",
    },
    {
        '        self.requests += 1 #!\n        environ["n"] = self.requests': '        requests = 0\n        requests += 1\n        environ["n"] = requests'
    },
)

pair(
    RULE,
    "django middleware counts",
    """
class StatsMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response
        self.total_time = 0.0

    def __call__(self, request):
        import time
        begin = time.monotonic()
        response = self.get_response(request)
        self.total_time += time.monotonic() - begin #!
        response["X-Total"] = str(self.total_time)
        return response
""",
    {
        "        self.total_time += time.monotonic() - begin #!\n": "        total = time.monotonic() - begin\n",
        "self.total_time)": "total)",
    },
)

pair(
    RULE,
    "grpc servicer sequence",
    """
import grpc
from concurrent import futures
import counter_pb2
import counter_pb2_grpc

class CounterServicer(counter_pb2_grpc.CounterServicer):
    def __init__(self):
        self.value = 0

    def Increment(self, request, context):
        self.value += request.amount #!
        return counter_pb2.Reply(value=self.value)

def serve():
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=10))
    counter_pb2_grpc.add_CounterServicer_to_server(CounterServicer(), server)
    server.start()
    server.wait_for_termination()
""",
    {
        "        self.value += request.amount #!": "        with self.lock:\n            self.value += request.amount",
        "        self.value = 0": "        self.value = 0\n        self.lock = threading.Lock()",
        "import grpc\n": "import threading\nimport grpc\n",
    },
)

pair(
    RULE,
    "mqtt callback beside the main loop",
    """
import time
import paho.mqtt.client as mqtt

class Bridge:
    def __init__(self):
        self.pending = 0
        self.client = mqtt.Client()
        self.client.on_message = self._on_message
        self.client.connect("localhost")
        self.client.loop_start()

    def _on_message(self, client, userdata, message):
        self.pending -= 1 #!

    def request(self, topic):
        self.pending += 1 #!
        self.client.publish(topic, b"")

    def run(self):
        while self.pending:
            time.sleep(0.1)
""",
    {
        "        self.pending -= 1 #!": "        with self.lock:\n            self.pending -= 1",
        "        self.pending += 1 #!": "        with self.lock:\n            self.pending += 1",
        "        self.pending = 0": "        self.pending = 0\n        self.lock = threading.Lock()",
        "import time\n": "import time\nimport threading\n",
    },
    {
        "        self.pending += 1 #!\n": "",
        "        self.pending -= 1 #!": "        self.pending -= 1",
    },
)

pair(
    RULE,
    "up in one thread and down in another",
    """
import threading
import queue

class Crawler:
    def __init__(self):
        self.todo = queue.Queue(100)
        self.outstanding = 0
        threading.Thread(target=self._feed, daemon=True).start()
        threading.Thread(target=self._work, daemon=True).start()

    def _feed(self):
        for url in open("urls"):
            self.outstanding += 1 #!
            self.todo.put(url)

    def _work(self):
        while True:
            fetch(self.todo.get())
            self.outstanding -= 1 #!
            if self.outstanding == 0:
                print("all done")

def fetch(url):
    print(url)
""",
    {
        "            self.outstanding += 1 #!": "            with self.lock:\n                self.outstanding += 1",
        "            self.outstanding -= 1 #!": "            with self.lock:\n                self.outstanding -= 1",
        "        self.outstanding = 0": "        self.outstanding = 0\n        self.lock = threading.Lock()",
    },
    {
        '            self.outstanding -= 1 #!\n            if self.outstanding == 0:\n                print("all done")\n': "",
        "            self.outstanding += 1 #!": "            self.outstanding += 1",
    },
)

pair(
    RULE,
    "done callback beside submitter",
    """
from concurrent.futures import ThreadPoolExecutor

class Submitter:
    def __init__(self):
        self.pool = ThreadPoolExecutor(4)
        self.in_flight = 0

    def send(self, item):
        self.in_flight += 1 #!
        future = self.pool.submit(handle, item)
        future.add_done_callback(self._done)

    def _done(self, future):
        self.in_flight -= 1 #!

    def idle(self):
        return self.in_flight == 0

def handle(item):
    print(item)
""",
    {
        "        self.in_flight += 1 #!": "        with self.lock:\n            self.in_flight += 1",
        "        self.in_flight -= 1 #!": "        with self.lock:\n            self.in_flight -= 1",
        "        self.in_flight = 0": "        self.in_flight = 0\n        self.lock = threading.Lock()",
        "from concurrent": "import threading\nfrom concurrent",
    },
)

pair(
    RULE,
    "watchdog handler beside main",
    """
import time
from watchdog.events import FileSystemEventHandler
from watchdog.observers import Observer

class Changes(FileSystemEventHandler):
    def __init__(self):
        self.pending = 0

    def on_modified(self, event):
        self.pending += 1 #!

    def take(self):
        if self.pending:
            self.pending -= 1 #!
            return True
        return False

def main(path):
    changes = Changes()
    observer = Observer()
    observer.schedule(changes, path)
    observer.start()
    while True:
        time.sleep(1)
        changes.take()
""",
    {
        "        self.pending += 1 #!": "        with self.lock:\n            self.pending += 1",
        "        if self.pending:\n            self.pending -= 1 #!\n            return True\n        return False": "        with self.lock:\n            if self.pending:\n                self.pending -= 1\n                return True\n        return False",
        "        self.pending = 0": "        self.pending = 0\n        self.lock = threading.Lock()",
        "import time\n": "import time\nimport threading\n",
    },
)

pair(
    RULE,
    "dramatiq actor global",
    """
import dramatiq

processed = 0

@dramatiq.actor
def resize(path):
    global processed
    shrink(path)
    processed += 1 #!
    print(processed)

def shrink(path):
    print(path)
""",
    {
        "    processed += 1 #!": "    with lock:\n        processed += 1",
        "processed = 0\n": "processed = 0\nlock = threading.Lock()\n",
        "import dramatiq\n": "import threading\nimport dramatiq\n",
    },
)

safe(
    "counter under the caller's lock of another class",
    """
import threading

class Batch:
    def __init__(self):
        self.size = 0
        self.lock = threading.Lock()
        self.names = []

    def add(self, name):
        self.size += 1
        self.names.append(name)

    def flush(self):
        with self.lock:
            self.names.clear()

class Sender:
    def __init__(self):
        self._batch_lock = threading.Lock()
        self._batch = Batch()

    def send(self, name):
        with self._batch_lock:
            self._batch.add(name)
""",
)

safe(
    "counter of the one background thread",
    """
import threading
import time

class Agent:
    def __init__(self):
        self._lock = threading.Lock()
        self._apps = {}
        self._harvests = 0
        self._thread = threading.Thread(target=self._loop, daemon=True)

    def start(self):
        self._thread.start()

    def add(self, name, app):
        with self._lock:
            self._apps[name] = app

    def get(self, name):
        with self._lock:
            return self._apps.get(name)

    def _loop(self):
        while True:
            self._harvest()
            time.sleep(60)

    def _harvest(self):
        self._harvests += 1
        print(self._harvests)
""",
)

safe(
    "event loop attributes beside a lock for other data",
    """
import asyncio
import threading

class Node:
    def __init__(self):
        self._lock = threading.Lock()
        self._threads = {}
        self.generation = 0

    def register(self, key):
        with self._lock:
            self._threads[threading.get_ident()] = key

    def unregister(self):
        with self._lock:
            del self._threads[threading.get_ident()]

    async def restart(self):
        await asyncio.sleep(0)
        self._bump()

    def _bump(self):
        self.generation += 1
""",
)

safe(
    "tornado handler counts on the loop",
    """
import tornado.web

class Main(tornado.web.RequestHandler):
    count = 0

    def get(self):
        Main.count += 1
        self.write(str(Main.count))
""",
)

safe(
    "flask setup at import",
    """
from flask import Flask

app = Flask(__name__)
routes = 0

def add(path, view):
    global routes
    app.add_url_rule(path, view_func=view)
    routes += 1

add("/", lambda: "hello")
""",
)

safe(
    "request objects count for themselves",
    """
from flask import Flask, g, session

app = Flask(__name__)

@app.route("/")
def index():
    session["visits"] = session.get("visits", 0) + 1
    g.count = getattr(g, "count", 0) + 1
    return str(session["visits"])
""",
)

safe(
    "handler per connection",
    """
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.sent = 0
        for part in ("a", "b"):
            self.sent += len(part)
            self.wfile.write(part.encode())

ThreadingHTTPServer(("", 8000), Handler).serve_forever()
""",
)

pair(
    RULE,
    "threaded server class attribute",
    """
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    served = 0

    def do_GET(self):
        Handler.served += 1 #!
        self.wfile.write(str(Handler.served).encode())

def main():
    ThreadingHTTPServer(("", 8000), Handler).serve_forever()
""",
    {
        "        Handler.served += 1 #!": "        with LOCK:\n            Handler.served += 1",
        "class Handler": "import threading\n\nLOCK = threading.Lock()\n\nclass Handler",
    },
)

pair(
    RULE,
    "singleton metrics of a client with a lock",
    """
import threading

class Client:
    def __init__(self):
        self._lock = threading.Lock()
        self._sockets = []
        self.sent = 0

    def _socket(self):
        with self._lock:
            return self._sockets.pop()

    def _give_back(self, socket):
        with self._lock:
            self._sockets.append(socket)

    def send(self, data):
        socket = self._socket()
        socket.sendall(data)
        self.sent += len(data) #!
        self._give_back(socket)
""",
    {"        self.sent += len(data) #!": "        with self._lock:\n            self.sent += len(data)"},
    {"        self.sent += len(data) #!\n": ""},
)

pair(
    RULE,
    "scheduler job beside a view",
    """
from apscheduler.schedulers.background import BackgroundScheduler

class Board:
    def __init__(self):
        self.open = 0
        self.scheduler = BackgroundScheduler()
        self.scheduler.add_job(self._expire, "interval", seconds=10)
        self.scheduler.start()

    def _expire(self):
        self.open -= 1 #!

    def add(self, card):
        self.open += 1 #!
""",
    {
        "        self.open -= 1 #!": "        with self.lock:\n            self.open -= 1",
        "        self.open += 1 #!": "        with self.lock:\n            self.open += 1",
        "        self.open = 0": "        self.open = 0\n        self.lock = threading.Lock()",
        "from apscheduler": "import threading\nfrom apscheduler",
    },
)

PYRO = """
from Pyro5.api import behavior, expose, oneway, serve

@expose
@behavior(instance_mode="single")
class Server:
    def __init__(self):
        self.calls = 0

    @oneway
    def later(self):
        self.calls += 1 #!

    def count(self):
        return self.calls

serve({Server: "example.server"})
"""
pair(
    RULE,
    "one object of Pyro",
    PYRO,
    {'"single"': '"session"'},
    {'@behavior(instance_mode="single")\n': ""},
    {"from Pyro5.api import": "from Pyro5.api import config,", "serve({": 'config.SERVERTYPE = "multiplex"\nserve({'},
)
pair(
    RULE,
    "object registered with a daemon of Pyro",
    """
import Pyro4

@Pyro4.expose
class Counter:
    def __init__(self):
        self.hits = 0

    def hit(self):
        self.hits += 1 #!
        return self.hits

daemon = Pyro4.Daemon()
uri = daemon.register(Counter())
daemon.requestLoop()
""",
    {"daemon.register(Counter())": "daemon.register(Counter)"},
    {"daemon.requestLoop()": "server = Pyro4.Proxy('PYRONAME:x')\nserver.subscribe(uri)\ndaemon.requestLoop()"},
)
pair(
    RULE,
    "one service of RPyC",
    """
import rpyc
from rpyc.utils.server import ThreadedServer

class Counter(rpyc.Service):
    def __init__(self):
        self.hits = 0

    def exposed_hit(self):
        self.hits += 1 #!
        return self.hits

ThreadedServer(Counter(), port=18861).start()
""",
    {"ThreadedServer(Counter(), ": "ThreadedServer(Counter, "},
    {"exposed_hit": "hit"},
)
