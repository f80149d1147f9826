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
