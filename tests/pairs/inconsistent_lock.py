"""Attributes guarded in most places and bare in one, and those whose bare access is harmless."""

from __future__ import annotations

from tests.pairs.kit import bad, bad_variants, pair, safe_variants

RULE = "GIL405"

CLASS = """
import threading

class Account:
    def __init__(self):
        self._lock = threading.Lock()
        self.balance = 0

    def deposit(self, amount):
        with self._lock:
            self.balance += amount

    def withdraw(self, amount):
        with self._lock:
            self.balance -= amount

    def fee(self):
        self.balance -= 1  #!

def main():
    account = Account()
    threads = [threading.Thread(target=account.deposit, args=(1,)) for _ in range(4)]
    threads.append(threading.Thread(target=account.fee))
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return account.balance
"""
pair(
    RULE,
    "bare update",
    CLASS,
    {"        self.balance -= 1  #!": "        with self._lock:\n            self.balance -= 1"},
    {"    def fee(self):\n        self.balance -= 1  #!\n": "    def fee(self):\n        return 1\n"},
    {
        "        self.balance -= 1  #!": "        self._lock.acquire()\n        try:\n            self.balance -= 1\n        finally:\n            self._lock.release()"
    },
    {"        self.balance -= 1  #!": "        return self.balance"},
    {"        self.balance -= 1  #!": "        self.other = 1"},
    {
        "    def fee(self):\n        self.balance -= 1  #!": "    def fee(self):\n        with self._lock:\n            self._fee()\n\n    def _fee(self):\n        self.balance -= 1"
    },
)
pair(
    RULE,
    "bare write of a reset",
    """
import threading

class Meter:
    def __init__(self):
        self._lock = threading.Lock()
        self.count = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while True:
            with self._lock:
                self.count += 1

    def read(self):
        with self._lock:
            return self.count

    def reset(self):
        self.count = 0  #!
""",
    {"        self.count = 0  #!": "        with self._lock:\n            self.count = 0"},
    {"    def reset(self):\n        self.count = 0  #!": "    def close(self):\n        self._thread.join()\n        self.count = 0"},
    {"    def reset(self):\n": "    def reset_locked(self):\n"},
    {"    def reset(self):\n": '    def reset(self):\n        """Set it to zero; the caller holds the lock."""\n'},
)
pair(
    RULE,
    "list changed without the lock",
    """
import threading

class Buffer:
    def __init__(self):
        self.lock = threading.RLock()
        self.items = []

    def put(self, item):
        with self.lock:
            self.items.append(item)

    def take(self):
        with self.lock:
            return self.items.pop()

    def clear(self):
        self.items.clear()  #!

def main(buffer: Buffer):
    threads = [threading.Thread(target=f) for f in (buffer.put, buffer.take, buffer.clear)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()

main(Buffer())
""",
    {"        self.items.clear()  #!": "        with self.lock:\n            self.items.clear()"},
    {"        self.items.clear()  #!": "        return len(self.items)"},
)
pair(
    RULE,
    "dictionary item",
    """
import threading
from concurrent.futures import ThreadPoolExecutor

class Cache:
    def __init__(self):
        self._lock = threading.Lock()
        self._data = {}

    def get(self, key):
        with self._lock:
            return self._data.get(key)

    def drop(self, key):
        with self._lock:
            self._data.pop(key, None)

    def load(self, key):
        self._data[key] = key * 2  #!

def main(keys):
    cache = Cache()
    with ThreadPoolExecutor() as pool:
        list(pool.map(cache.load, keys))
        list(pool.map(cache.drop, keys))
""",
    {"        self._data[key] = key * 2  #!": "        with self._lock:\n            self._data[key] = key * 2"},
)
pair(
    RULE,
    "loop over what others change",
    """
import threading

class Registry:
    def __init__(self):
        self._lock = threading.Lock()
        self._names = {}
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self):
        with self._lock:
            self._names.pop("x", None)

    def add(self, name):
        with self._lock:
            self._names[name] = 1

    def report(self):
        for name, value in self._names.items():  #!
            print(name, value)
""",
    {
        "        for name, value in self._names.items():  #!": "        with self._lock:\n            names = dict(self._names)\n        for name, value in names.items():"
    },
    {"self._names.items():  #!": "list(self._names.items()):"},
)
pair(
    RULE,
    "module variable",
    """
import threading

_lock = threading.Lock()
_total = 0

def add(n):
    global _total
    with _lock:
        _total += n

def take(n):
    global _total
    with _lock:
        _total -= n

def reset():
    global _total
    _total = 0  #!

def main():
    threads = [threading.Thread(target=add, args=(1,)) for _ in range(3)]
    for t in threads:
        t.start()
    reset()
    for t in threads:
        t.join()
""",
    {"    _total = 0  #!": "    with _lock:\n        _total = 0"},
    {
        "        t.start()\n    reset()\n    for t in threads:\n        t.join()\n": "        t.start()\n    for t in threads:\n        t.join()\n    reset()\n"
    },
    {"    for t in threads:\n        t.start()\n    reset()\n": "    reset()\n    for t in threads:\n        t.start()\n"},
)
pair(
    RULE,
    "worker outside of the class",
    """
import threading

class Stats:
    def __init__(self):
        self.lock = threading.Lock()
        self.hits = 0

    def hit(self):
        with self.lock:
            self.hits += 1

    def read(self):
        with self.lock:
            return self.hits

def work(stats: Stats):
    stats.hit()
    stats.hits = 5  #!

def main():
    stats = Stats()
    threads = [threading.Thread(target=work, args=(stats,)) for _ in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
""",
    {"    stats.hits = 5  #!": "    with stats.lock:\n        stats.hits = 5"},
    {
        "    stats.hits = 5  #!\n": "",
        "    for t in threads:\n        t.join()\n": "    for t in threads:\n        t.join()\n    stats.hits = 5\n",
    },
)
pair(
    RULE,
    "thread subclass",
    """
import threading

class Poller(threading.Thread):
    def __init__(self):
        super().__init__(daemon=True)
        self._lock = threading.Lock()
        self._jobs = []

    def add(self, job):
        with self._lock:
            self._jobs.append(job)

    def remove(self, job):
        with self._lock:
            self._jobs.remove(job)

    def run(self):
        while True:
            self._jobs = [job for job in list(self._jobs) if job.alive()]  #!

def main():
    poller = Poller()
    poller.start()
    poller.add(1)
""",
    {
        "            self._jobs = [job for job in list(self._jobs) if job.alive()]  #!": "            with self._lock:\n                self._jobs = [job for job in self._jobs if job.alive()]"
    },
)
pair(
    RULE,
    "condition guards",
    """
import threading

class Box:
    def __init__(self):
        self._cond = threading.Condition()
        self._left = 3

    def done(self):
        with self._cond:
            self._left -= 1
            self._cond.notify_all()

    def wait(self):
        with self._cond:
            while self._left:
                self._cond.wait()

    def grow(self):
        self._left += 1  #!

def main(box: Box):
    for _ in range(3):
        threading.Thread(target=box.done, daemon=True).start()
    box.grow()
    box.wait()

main(Box())
""",
    {"        self._left += 1  #!": "        with self._cond:\n            self._left += 1"},
    {
        "threading.Condition()": "threading.Condition(self._lock)",
        "        self._left = 3": "        self._left = 3",
        "        self._cond = threading": "        self._lock = threading.Lock()\n        self._cond = threading",
        "        self._left += 1  #!": "        with self._lock:\n            self._left += 1",
    },
)
pair(
    RULE,
    "item update",
    """
import threading

class Votes:
    def __init__(self):
        self.lock = threading.Lock()
        self.by_name = {}

    def up(self, name):
        with self.lock:
            self.by_name[name] = self.by_name.get(name, 0) + 1

    def down(self, name):
        with self.lock:
            self.by_name[name] -= 1

    def double(self, name):
        self.by_name[name] *= 2  #!

def main(names):
    votes = Votes()
    for name in names:
        threading.Thread(target=votes.up, args=(name,), daemon=True).start()
        threading.Thread(target=votes.double, args=(name,), daemon=True).start()
""",
    {"        self.by_name[name] *= 2  #!": "        with self.lock:\n            self.by_name[name] *= 2"},
    {"self.by_name[name] *= 2  #!": "print(self.by_name.get(name))"},
)
pair(
    RULE,
    "server handler",
    """
import threading
from http.server import ThreadingHTTPServer, BaseHTTPRequestHandler

lock = threading.Lock()
sessions = {}

def open_session(key):
    with lock:
        sessions[key] = 1

def close_session(key):
    with lock:
        del sessions[key]

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        open_session(self.path)

    def do_DELETE(self):
        sessions.clear()  #!

def main():
    ThreadingHTTPServer(("", 0), Handler).serve_forever()
""",
    {"        sessions.clear()  #!": "        with lock:\n            sessions.clear()"},
)
pair(
    RULE,
    "swap",
    """
import threading

class Queue2:
    def __init__(self):
        self._lock = threading.Lock()
        self._batch = []
        self._timer = threading.Timer(1, self._flush)
        self._timer.daemon = True
        self._timer.start()

    def add(self, x):
        with self._lock:
            self._batch.append(x)

    def size(self):
        with self._lock:
            return len(self._batch)

    def _flush(self):
        batch, self._batch = self._batch, []  #!
        print(batch)
""",
    {"        batch, self._batch = self._batch, []  #!": "        with self._lock:\n            batch, self._batch = self._batch, []"},
)
pair(
    RULE,
    "delete",
    """
import threading

class Names:
    def __init__(self):
        self._mutex = threading.Lock()
        self._all = {}

    def add(self, k):
        with self._mutex:
            self._all[k] = 1

    def has(self, k):
        with self._mutex:
            return k in self._all

    def remove(self, k):
        del self._all[k]  #!

def work(names: Names, k):
    names.add(k)
    names.remove(k)

def main():
    names = Names()
    threads = [threading.Thread(target=work, args=(names, k)) for k in "abc"]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
""",
    {"        del self._all[k]  #!": "        with self._mutex:\n            del self._all[k]"},
    {"        del self._all[k]  #!": "        # the caller holds the lock\n        del self._all[k]"},
)
pair(
    RULE,
    "inherited",
    """
import threading

class Base:
    def __init__(self):
        self.lock = threading.Lock()
        self.seen = set()

    def add(self, x):
        with self.lock:
            self.seen.add(x)

    def forget(self, x):
        with self.lock:
            self.seen.discard(x)

class Child(Base):
    def run_all(self, xs):
        self.seen.update(xs)  #!

def main(xs):
    child = Child()
    threads = [threading.Thread(target=child.run_all, args=(xs,)), threading.Thread(target=child.add, args=(1,))]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
""",
    {"        self.seen.update(xs)  #!": "        with self.lock:\n            self.seen.update(xs)"},
)
pair(
    RULE,
    "before and after the lock",
    """
import threading

class Log:
    def __init__(self):
        self.lock = threading.Lock()
        self.lines = []
        self.size = 0

    def write(self, line):
        with self.lock:
            self.lines.append(line)
            self.size += len(line)

    def drop(self):
        with self.lock:
            self.size = 0
            self.lines = []

    def count(self, line):
        with self.lock:
            self.lines.append(line)
        self.size += len(line)  #!

def main():
    log = Log()
    for f in (log.write, log.count):
        threading.Thread(target=f, args=("x",), daemon=True).start()
""",
    {"        self.size += len(line)  #!": "            self.size += len(line)"},
)
bad_variants(
    RULE,
    "bare",
    CLASS.replace("        self.balance -= 1  #!", "        BODY"),
    {
        "assignment": "self.balance = 7",
        "longhand": "self.balance = self.balance - 1",
        "two steps": "old = self.balance\nself.balance = old - 1",
        "loop": "for i in range(3):\n    self.balance -= i",
        "after another lock was left": "with self._lock:\n    pass\nself.balance -= 1",
        "deleted": "del self.balance",
    },
)
safe_variants(
    "guarded or harmless",
    CLASS.replace("        self.balance -= 1  #!", "        BODY"),
    {
        "with": "with self._lock:\n    self.balance -= 1",
        "own": "balance = 3\nreturn balance",
        "snapshot": "return self.balance",
        "printed": "print(self.balance)",
        "compared": "if self.balance > 3:\n    return 1",
    },
)
safe_variants(
    "attributes",
    """
import queue, threading

class Worker:
    def __init__(self):
        self._lock = threading.Lock()
        self._jobs = queue.Queue(10)
        self._stop = threading.Event()
        self._open = True
        self.name = None

    BODY
""",
    {
        "queue": "def a(self):\n    with self._lock:\n        self._jobs.put(1)\n\ndef b(self):\n    with self._lock:\n        self._jobs.put(2)\n\ndef c(self):\n    self._jobs.put(3)",
        "event": "def a(self):\n    with self._lock:\n        self._stop.set()\n\ndef b(self):\n    with self._lock:\n        self._stop.clear()\n\ndef c(self):\n    self._stop.set()",
        "half and half": "def a(self):\n    with self._lock:\n        self.name = 1\n\ndef b(self):\n    self.name = 2\n\ndef c(self):\n    self.name = 3",
        "flag": "def a(self):\n    with self._lock:\n        self._open = True\n\ndef b(self):\n    with self._lock:\n        return self._open\n\ndef stop(self):\n    self._open = False",
    },
)
bad(
    RULE,
    "with pool",
    CLASS.replace("threads.append(threading.Thread(target=account.fee))", "threads.append(threading.Timer(1, account.fee))"),
)

pair(
    RULE,
    "one method forgets the lock",
    """
import threading

class Counter:
    def __init__(self):
        self._lock = threading.Lock()
        self._count = 0

    def increment(self):
        with self._lock:
            self._count += 1

    def decrement(self):
        with self._lock:
            self._count -= 1

    def reset(self):
        self._count = 0 #!

def main(counter: Counter):
    threads = [threading.Thread(target=counter.increment), threading.Thread(target=counter.decrement), threading.Thread(target=counter.reset)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
""",
    """
import threading

class Counter:
    def __init__(self):
        self._lock = threading.Lock()
        self._count = 0

    def increment(self):
        with self._lock:
            self._count += 1

    def decrement(self):
        with self._lock:
            self._count -= 1

    def reset(self):
        with self._lock:
            self._count = 0

def main(counter: Counter):
    threads = [threading.Thread(target=counter.increment), threading.Thread(target=counter.decrement), threading.Thread(target=counter.reset)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
""",
)

pair(
    RULE,
    "a sweep without the lock",
    """
import threading

lock = threading.Lock()
sessions = {}

def login(user):
    with lock:
        sessions[user] = 1

def logout(user):
    with lock:
        sessions.pop(user, None)

def sweep():
    for user in list(sessions):
        del sessions[user] #!

def main():
    for target, args in ((login, ("a",)), (logout, ("a",)), (sweep, ())):
        threading.Thread(target=target, args=args).start()
""",
    """
import threading

lock = threading.Lock()
sessions = {}

def login(user):
    with lock:
        sessions[user] = 1

def logout(user):
    with lock:
        sessions.pop(user, None)

def sweep():
    with lock:
        for user in list(sessions):
            sessions.pop(user, None)

def main():
    for target, args in ((login, ("a",)), (logout, ("a",)), (sweep, ())):
        threading.Thread(target=target, args=args).start()
""",
)

pair(
    RULE,
    "worker thread writes bare what others guard",
    """
import threading

class Poller:
    def __init__(self):
        self._lock = threading.Lock()
        self._latest = None
        self._thread = threading.Thread(target=self._poll, daemon=True)
        self._thread.start()

    def _poll(self):
        while True:
            self._latest = object() #!

    def latest(self):
        with self._lock:
            return self._latest

    def replace(self, value):
        with self._lock:
            old, self._latest = self._latest, value
            return old
""",
    """
import threading

class Poller:
    def __init__(self):
        self._lock = threading.Lock()
        self._latest = None
        self._thread = threading.Thread(target=self._poll, daemon=True)
        self._thread.start()

    def _poll(self):
        while True:
            with self._lock:
                self._latest = object()

    def latest(self):
        with self._lock:
            return self._latest

    def replace(self, value):
        with self._lock:
            old, self._latest = self._latest, value
            return old
""",
)

pair(
    RULE,
    "pool workers update totals",
    """
import threading
from concurrent.futures import ThreadPoolExecutor

class Totals:
    def __init__(self):
        self.lock = threading.Lock()
        self.ok = 0
        self.failed = 0

    def good(self, item):
        with self.lock:
            self.ok += 1

    def bad(self, item):
        with self.lock:
            self.failed += 1

    def merge(self, other):
        with self.lock:
            self.ok += other.ok

    def retry(self, item):
        self.ok += 1 #!

def run(items):
    totals = Totals()
    with ThreadPoolExecutor() as pool:
        for f in [pool.submit(totals.good, i) for i in items] + [pool.submit(totals.retry, i) for i in items]:
            f.result()
    return totals.ok
""",
    """
import threading
from concurrent.futures import ThreadPoolExecutor

class Totals:
    def __init__(self):
        self.lock = threading.Lock()
        self.ok = 0
        self.failed = 0

    def good(self, item):
        with self.lock:
            self.ok += 1

    def merge(self, other):
        with self.lock:
            self.ok += other.ok

    def retry(self, item):
        with self.lock:
            self._retry(item)

    def _retry(self, item):
        self.ok += 1

def run(items):
    totals = Totals()
    with ThreadPoolExecutor() as pool:
        for f in [pool.submit(totals.good, i) for i in items] + [pool.submit(totals.retry, i) for i in items]:
            f.result()
    return totals.ok
""",
)

pair(
    RULE,
    "list append guarded, clear bare",
    """
import threading

class Buffer:
    def __init__(self):
        self.lock = threading.Lock()
        self.rows = []

    def add(self, row):
        with self.lock:
            self.rows.append(row)

    def extend(self, rows):
        with self.lock:
            self.rows.extend(rows)

    def drain(self):
        rows = self.rows
        self.rows = [] #!
        return rows

def start(buffer: Buffer):
    writer = threading.Thread(target=buffer.add, args=(1,))
    reader = threading.Thread(target=buffer.drain)
    writer.start()
    reader.start()
    writer.join()
    reader.join()
""",
    """
import threading

class Buffer:
    def __init__(self):
        self.lock = threading.Lock()
        self.rows = []
        self.rows = list(self.rows)

    def add(self, row):
        with self.lock:
            self.rows.append(row)

    def extend(self, rows):
        with self.lock:
            self.rows.extend(rows)

    def drain(self):
        with self.lock:
            rows = self.rows
            self.rows = []
        return rows

def start(buffer: Buffer):
    writer = threading.Thread(target=buffer.add, args=(1,))
    reader = threading.Thread(target=buffer.drain)
    writer.start()
    reader.start()
    writer.join()
    reader.join()
""",
)

pair(
    RULE,
    "acquire/release guarded, one bare",
    """
import threading

mutex = threading.Lock()
stock = 10

def sell():
    global stock
    mutex.acquire()
    try:
        stock -= 1
    finally:
        mutex.release()

def restock():
    global stock
    mutex.acquire()
    try:
        stock += 10
    finally:
        mutex.release()

def audit():
    global stock
    stock = max(stock, 0) #!

for job in (sell, restock, audit):
    threading.Thread(target=job).start()
""",
    """
import threading

mutex = threading.Lock()
stock = 10

def sell():
    global stock
    mutex.acquire()
    try:
        stock -= 1
    finally:
        mutex.release()

def restock():
    global stock
    mutex.acquire()
    try:
        stock += 10
    finally:
        mutex.release()

def audit():
    global stock
    mutex.acquire()
    try:
        stock = max(stock, 0)
    finally:
        mutex.release()

for job in (sell, restock, audit):
    threading.Thread(target=job).start()
""",
)

pair(
    RULE,
    "wrong lock in one place",
    """
import threading

class Pool:
    def __init__(self):
        self._lock = threading.Lock()
        self._other = threading.Lock()
        self._free = []

    def give(self, item):
        with self._lock:
            self._free.append(item)

    def take(self):
        with self._lock:
            return self._free.pop() if self._free else None

    def shrink(self):
        with self._other:
            del self._free[5:] #!

def main(pool: Pool):
    threading.Thread(target=pool.give, args=(1,)).start()
    threading.Thread(target=pool.take).start()
    threading.Thread(target=pool.shrink).start()
""",
    """
import threading

class Pool:
    def __init__(self):
        self._lock = threading.Lock()
        self._other = threading.Lock()
        self._free = []

    def give(self, item):
        with self._lock:
            self._free.append(item)

    def take(self):
        with self._lock:
            return self._free.pop() if self._free else None

    def shrink(self):
        with self._other:
            with self._lock:
                del self._free[5:]

def main(pool: Pool):
    threading.Thread(target=pool.give, args=(1,)).start()
    threading.Thread(target=pool.take).start()
    threading.Thread(target=pool.shrink).start()
""",
)

pair(
    RULE,
    "Thread subclass and shared state",
    """
import threading

class State:
    lock = threading.Lock()
    done = 0

class Fast(threading.Thread):
    def run(self):
        with State.lock:
            State.done += 1

class Slow(threading.Thread):
    def run(self):
        with State.lock:
            State.done += 2

class Sloppy(threading.Thread):
    def run(self):
        State.done += 3 #!

def main():
    threads = [Fast(), Slow(), Sloppy()]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    print(State.done)
""",
    """
import threading

class State:
    lock = threading.Lock()
    done = 0

class Fast(threading.Thread):
    def run(self):
        with State.lock:
            State.done += 1

class Slow(threading.Thread):
    def run(self):
        with State.lock:
            State.done += 2

def main():
    State.done = 0
    threads = [Fast(), Slow()]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    State.done += 3
    print(State.done)
""",
)

pair(
    RULE,
    "closures in a test",
    """
import threading

def test_totals():
    lock = threading.Lock()
    totals = {"a": 0}

    def good():
        with lock:
            totals["a"] += 1

    def better():
        with lock:
            totals["a"] += 2

    def careless():
        totals["a"] += 3 #!

    threads = [threading.Thread(target=f) for f in (good, better, careless)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert totals["a"] == 6
""",
    """
import threading

def test_totals():
    lock = threading.Lock()
    totals = {"a": 0}

    def good():
        with lock:
            totals["a"] += 1

    def better():
        with lock:
            totals["a"] += 2

    threads = [threading.Thread(target=f) for f in (good, better)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    totals["a"] += 3
    assert totals["a"] == 6
""",
    path="tests/test_app.py",
)

pair(
    RULE,
    "condition guards, one bare notify state",
    """
import threading

class Gate:
    def __init__(self):
        self._cond = threading.Condition()
        self._open = False

    def wait(self):
        with self._cond:
            while not self._open:
                self._cond.wait()
            self._open = False

    def open(self):
        with self._cond:
            self._open = True
            self._cond.notify_all()

    def force(self):
        self._open = True #!

def main(gate: Gate):
    for target in (gate.wait, gate.open, gate.force):
        threading.Thread(target=target).start()
""",
    """
import threading

class Gate:
    def __init__(self):
        self._cond = threading.Condition()
        self._open = False

    def wait(self):
        with self._cond:
            while not self._open:
                self._cond.wait()
            self._open = False

    def open(self):
        with self._cond:
            self._set()

    def force(self):
        with self._cond:
            self._set()

    def _set(self):
        self._open = True
        self._cond.notify_all()

def main(gate: Gate):
    for target in (gate.wait, gate.open, gate.force):
        threading.Thread(target=target).start()
""",
)

pair(
    RULE,
    "http handler with shared dict",
    """
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

lock = threading.Lock()
hits = {}

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        with lock:
            hits[self.path] = hits.get(self.path, 0) + 1

    def do_POST(self):
        with lock:
            hits[self.path] = hits.get(self.path, 0) + 1

    def do_DELETE(self):
        hits[self.path] = hits.get(self.path, 0) - 1 #!

ThreadingHTTPServer(("", 8000), Handler).serve_forever()
""",
    """
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

lock = threading.Lock()
hits = {}

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        with lock:
            hits[self.path] = hits.get(self.path, 0) + 1

    def do_POST(self):
        with lock:
            hits[self.path] = hits.get(self.path, 0) + 1

    def do_DELETE(self):
        with lock:
            hits[self.path] = hits.get(self.path, 0) - 1

ThreadingHTTPServer(("", 8000), Handler).serve_forever()
""",
)

pair(
    RULE,
    "bare read of a dict while others change it",
    """
import threading

class Registry:
    def __init__(self):
        self._lock = threading.Lock()
        self._items = {}

    def add(self, key, item):
        with self._lock:
            self._items[key] = item

    def remove(self, key):
        with self._lock:
            del self._items[key]

    def total(self):
        return sum(item for item in self._items.values()) #!

def main(registry: Registry):
    threading.Thread(target=registry.add, args=(1, 2)).start()
    threading.Thread(target=registry.remove, args=(1,)).start()
    threading.Thread(target=registry.total).start()
""",
    """
import threading

class Registry:
    def __init__(self):
        self._lock = threading.Lock()
        self._items = {}

    def add(self, key, item):
        with self._lock:
            self._items[key] = item

    def remove(self, key):
        with self._lock:
            del self._items[key]

    def total(self):
        with self._lock:
            items = list(self._items.values())
        return sum(items)

def main(registry: Registry):
    threading.Thread(target=registry.add, args=(1, 2)).start()
    threading.Thread(target=registry.remove, args=(1,)).start()
    threading.Thread(target=registry.total).start()
""",
)

pair(
    RULE,
    "decorator that takes the lock",
    """
import functools
import threading

_lock = threading.RLock()
_jobs = []

def synchronized(function):
    @functools.wraps(function)
    def wrapper(*args):
        with _lock:
            return function(*args)
    return wrapper

@synchronized
def push(job):
    _jobs.append(job)

@synchronized
def pop():
    return _jobs.pop()

def clear():
    _jobs.clear() #!

threading.Thread(target=push, args=(1,)).start()
threading.Thread(target=pop).start()
threading.Thread(target=clear).start()
""",
    """
import functools
import threading

_lock = threading.RLock()
_jobs = []

def synchronized(function):
    @functools.wraps(function)
    def wrapper(*args):
        with _lock:
            return function(*args)
    return wrapper

@synchronized
def push(job):
    _jobs.append(job)

@synchronized
def pop():
    return _jobs.pop()

@synchronized
def clear():
    _jobs.clear()

threading.Thread(target=push, args=(1,)).start()
threading.Thread(target=pop).start()
threading.Thread(target=clear).start()
""",
)

pair(
    RULE,
    "a worker that pops bare",
    """
import threading

class Server:
    def __init__(self):
        self._lock = threading.Lock()
        self._clients = []

    def start(self):
        threading.Thread(target=self._accept).start()
        threading.Thread(target=self._drop).start()

    def _accept(self):
        with self._lock:
            self._clients.append(object())

    def _drop(self):
        self._clients.pop() #!

    def broadcast(self):
        with self._lock:
            for client in self._clients:
                print(client)
""",
    """
import threading

class Server:
    def __init__(self):
        self._lock = threading.Lock()
        self._clients = []

    def start(self):
        self._clients = []
        threading.Thread(target=self._accept).start()
        threading.Thread(target=self._drop).start()

    def _accept(self):
        with self._lock:
            self._clients.append(object())

    def _drop(self):
        with self._lock:
            self._clients.pop()

    def broadcast(self):
        with self._lock:
            for client in self._clients:
                print(client)
""",
)

pair(
    RULE,
    "balance: withdraw without the lock",
    """
import threading

class Account:
    def __init__(self):
        self.lock = threading.Lock()
        self.balance = 100

    def deposit(self, amount):
        with self.lock:
            self.balance += amount

    def get(self):
        with self.lock:
            return self.balance

    def withdraw(self, amount):
        self.balance -= amount #!
""",
    """
import threading

class Account:
    def __init__(self):
        self.lock = threading.Lock()
        self.balance = 100

    def deposit(self, amount):
        with self.lock:
            self.balance += amount

    def get(self):
        with self.lock:
            return self.balance

    def peek(self):
        return self.balance

    def _withdraw_locked(self, amount):
        self.balance -= amount

    def withdraw(self, amount):
        with self.lock:
            self._withdraw_locked(amount)
""",
)

pair(
    RULE,
    "cache class",
    """
import threading

class Cache:
    def __init__(self):
        self._data = {}
        self._lock = threading.RLock()

    def get(self, key):
        with self._lock:
            return self._data.get(key)

    def set(self, key, value):
        with self._lock:
            self._data[key] = value

    def evict(self, keep):
        for key in list(self._data):
            if key not in keep:
                del self._data[key] #!
""",
    """
import threading

class Cache:
    def __init__(self):
        self._data = {}
        self._lock = threading.RLock()
        self._data["root"] = None

    def get(self, key):
        with self._lock:
            return self._data.get(key)

    def set(self, key, value):
        with self._lock:
            self._data[key] = value

    def evict(self, keep):
        with self._lock:
            for key in list(self._data):
                if key not in keep:
                    del self._data[key]
""",
)

pair(
    RULE,
    "global counter",
    """
import threading

counter = 0
counter_lock = threading.Lock()

def fast():
    global counter
    for _ in range(1000):
        with counter_lock:
            counter += 1

def slow():
    global counter
    with counter_lock:
        counter += 5

def bad():
    global counter
    counter += 1 #!

def main():
    threads = [threading.Thread(target=f) for f in (fast, slow, bad)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    with counter_lock:
        print(counter)
""",
    """
import threading

counter = 0
counter_lock = threading.Lock()

def fast():
    global counter
    for _ in range(1000):
        with counter_lock:
            counter += 1

def slow():
    global counter
    with counter_lock:
        counter += 5

def main():
    threads = [threading.Thread(target=f) for f in (fast, slow)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    print(counter)
""",
)

pair(
    RULE,
    "iteration over a guarded dict",
    """
import threading

class Hub:
    def __init__(self):
        self._lock = threading.Lock()
        self._clients = {}

    def join(self, name, client):
        with self._lock:
            self._clients[name] = client

    def leave(self, name):
        with self._lock:
            self._clients.pop(name)

    def send_all(self, text):
        for client in self._clients.values(): #!
            client.send(text)
""",
    """
import threading

class Hub:
    def __init__(self):
        self._lock = threading.Lock()
        self._clients = {}

    def join(self, name, client):
        with self._lock:
            self._clients[name] = client

    def leave(self, name):
        with self._lock:
            self._clients.pop(name)

    def send_all(self, text):
        with self._lock:
            clients = list(self._clients.values())
        for client in clients:
            client.send(text)
""",
)

pair(
    RULE,
    "progress counted bare",
    """
import threading
from concurrent.futures import ThreadPoolExecutor

class Progress:
    def __init__(self):
        self.lock = threading.Lock()
        self.done = 0
        self.bytes = 0

    def file_done(self, size):
        with self.lock:
            self.done += 1
            self.bytes += size

    def chunk(self, size):
        self.bytes += size #!

    def show(self):
        with self.lock:
            print(self.done, self.bytes)

def main(files):
    progress = Progress()
    with ThreadPoolExecutor() as pool:
        list(pool.map(progress.chunk, files))
        list(pool.map(progress.file_done, files))
    progress.show()
""",
    """
import threading
from concurrent.futures import ThreadPoolExecutor

class Progress:
    def __init__(self):
        self.lock = threading.Lock()
        self.done = 0
        self.bytes = 0

    def file_done(self, size):
        with self.lock:
            self.done += 1
            self._chunk(size)

    def chunk(self, size):
        with self.lock:
            self._chunk(size)

    def _chunk(self, size):
        self.bytes += size

    def show(self):
        with self.lock:
            print(self.done, self.bytes)

def main(files):
    progress = Progress()
    with ThreadPoolExecutor() as pool:
        list(pool.map(progress.chunk, files))
        list(pool.map(progress.file_done, files))
    progress.show()
""",
)
