"""Examples of GIL405 inconsistent-lock.

Data of one rule, in one list: a reader looks a case up by its title, and nothing here is run but by the tests.
"""

from __future__ import annotations

from pytest_gilcheck.model.rule import Example

BAD = (
    Example(
        "a number that is read again behind the lock",
        """
        import threading

        class Numbers:
            def __init__(self):
                self._lock = threading.Lock()
                self._last = 0
                self._counts = {}

            def next(self):
                with self._lock:
                    self._last += 1
                return self._last  # GIL405

            def count(self, key):
                with self._lock:
                    self._counts[key] = self._counts.get(key, 0) + 1
                return self._counts[key]  # GIL405
        """,
    ),
    Example(
        "one public method of a class with its own lock",
        """
        import threading

        class Sensor:
            def __init__(self):
                self._lock = threading.Lock()
                self._stats = []

            def record(self, value):
                with self._lock:
                    for stat in self._stats:
                        stat.record(value)

            def add(self, stat):
                with self._lock:
                    self._stats.append(stat)

            def add_all(self, compound):
                self._stats.append(compound)  # GIL405
        """,
    ),
    Example(
        "one method forgets the lock",
        """
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

            def take_fee(self):
                self.balance -= 1  # GIL405

        def main():
            account = Account()
            threads = [threading.Thread(target=account.deposit, args=(1,)) for _ in range(4)]
            threads.append(threading.Thread(target=account.take_fee))
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        """,
    ),
    Example(
        "a method that is called beside the background thread",
        """
        import threading

        class Meter:
            def __init__(self):
                self._changed = threading.Condition()
                self.counts = {}
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()

            def _run(self):
                while True:
                    with self._changed:
                        self.counts["x"] = self.counts.get("x", 0) + 1

            def read(self, key):
                with self._changed:
                    return self.counts.get(key)

            def reset(self):
                self.counts.clear()  # GIL405

            def __repr__(self):
                return ", ".join(name for name in self.counts)  # GIL405
        """,
    ),
    Example(
        "a variable of the module",
        """
        import threading

        _lock = threading.Lock()
        _names = []

        def add(name):
            with _lock:
                _names.append(name)

        def take():
            with _lock:
                return _names.pop()

        def forget():
            global _names
            _names = []  # GIL405

        def main():
            threads = [threading.Thread(target=add, args=(name,)) for name in "abc"]
            for thread in threads:
                thread.start()
            forget()
            for thread in threads:
                thread.join()
        """,
    ),
    Example(
        "a worker outside of the class",
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
            stats.hits -= 1  # GIL405

        def main():
            stats = Stats()
            threads = [threading.Thread(target=work, args=(stats,)) for _ in range(3)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        """,
    ),
    Example(
        "a look that is spoilt by the time it is used",
        """
        import threading

        class Sender:
            def __init__(self, connect):
                self._connect = connect
                self._lock = threading.Lock()
                self._client = None
                self._sent = 0

            def ensure(self):
                with self._lock:
                    if self._client is None:
                        self._client = self._connect()

            def failed(self):
                with self._lock:
                    self._client = None

            def send(self, data):
                self._client.send(data)  # GIL405
                with self._lock:
                    self._sent += 1

            def roll(self):
                sent = self._sent  # GIL405
                with self._lock:
                    self._sent = 0
                return sent
        """,
    ),
    Example(
        "a cache that can't stand a look-up beside a change",
        """
        import threading
        from cachetools import TTLCache

        class Gone:
            def __init__(self):
                self._lock = threading.Lock()
                self._cache = TTLCache(200, 60)

            def is_gone(self, key):
                return key in self._cache  # GIL405

            def add(self, key):
                with self._lock:
                    self._cache[key] = True
        """,
    ),
    Example(
        "decisions on what changes together",
        """
        import threading
        import time

        class Pump:
            def __init__(self):
                self._lock = threading.Lock()
                self._jobs = []
                self._running = False
                self._last = 0.0

            def submit(self, job):
                with self._lock:
                    self._jobs.append(job)
                    self._last = time.monotonic()
                    if not self._running:
                        self._running = True
                        threading.Thread(target=self._drain, daemon=True).start()

            def _drain(self):
                while True:
                    with self._lock:
                        job = self._jobs.pop() if self._jobs else None
                    if job is not None:
                        job()
                    if not self._jobs:
                        if time.monotonic() - self._last > 5:  # GIL405
                            self._running = False  # GIL405
                            return
        """,
    ),
    Example(
        "a count that is tested behind the lock",
        """
        import threading

        class Meeting:
            def __init__(self, parties, begin):
                self._lock = threading.Lock()
                self._there = 0
                self._parties = parties
                self._begin = begin

            def arrive(self):
                with self._lock:
                    self._there += 1
                if self._there == self._parties:  # GIL405
                    self._begin()
        """,
    ),
    Example(
        "gone through whole, by a callback, and of a class",
        """
        import threading
        from collections import defaultdict

        class Topics:
            _lock = threading.Lock()
            _all = {}

            def __init__(self, timer):
                self._topics_lock = threading.RLock()
                self._topics = defaultdict(list)
                timer.every(5, self._report)

            def subscribe(self, topic, callback):
                with self._topics_lock:
                    self._topics[topic].append(callback)

            @classmethod
            def keep(cls, topic, topics):
                with cls._lock:
                    cls._all[topic] = topics

            def _report(self):
                print(sum(self._topics.values()))  # GIL405

            @classmethod
            def find(cls, name):
                return [topics for topic, topics in cls._all.items() if topic == name]  # GIL405
        """,
    ),
    Example(
        "the other one of two locks",
        """
        import threading

        class Ledger:
            def __init__(self):
                self._names_lock = threading.Lock()
                self._lock = threading.Lock()
                self._names = []
                self._entries = []

            def deposit(self, amount):
                with self._lock:
                    self._entries.append(amount)

            def withdraw(self, amount):
                with self._lock:
                    self._entries.append(-amount)

            def rename(self, name):
                with self._names_lock:
                    self._names.append(name)
                    self._entries.append(-1)  # GIL405
        """,
    ),
    Example(
        "a lock that is given",
        """
        import threading

        class Shelf:
            def __init__(self, lock: threading.RLock):
                self._lock = lock
                self._books = []

            def put(self, book):
                with self._lock:
                    self._books.append(book)

            def report(self):
                for book in self._books:  # GIL405
                    print(book)
        """,
    ),
    Example(
        "one guarded change and a bare one",
        """
        import threading

        class Connections:
            def __init__(self):
                self._lock = threading.Lock()
                self.open = 0

            def opened(self):
                with self._lock:
                    self.open += 1

            def closed(self):
                self.open -= 1  # GIL405
        """,
    ),
)

_METER = """
        import threading

        class Meter:
            def __init__(self):
                self._lock = threading.Lock()
                self.count = 0
                self.open = True

            def _run(self):
                with self._lock:
                    self.count += 1
                    self.open = True

            def read(self):
                with self._lock:
                    return self.count, self.open
"""

GOOD = (
    Example(
        "made anew in a forked child, set up, ended, and released below",
        """
        import threading

        class Table:
            def __init__(self):
                self._lock = threading.Lock()
                self._rows = {}

            def put(self, key, row):
                with self._lock:
                    self._rows[key] = row

            def drop(self, key):
                with self._lock:
                    del self._rows[key]

            def in_child(self):
                self._lock = threading.Lock()
                self._rows = {}

            def initRows(self):
                self._rows = {}

            def close(self):
                self._rows.clear()

            def end_update(self):
                self._rows = {}
                self._lock.release()

        def work(table):
            table.put("a", 1)
            table.drop("a")

        def main(table):
            threading.Thread(target=work, args=(table,)).start()
        """,
    ),
    Example(
        "the new value kept while the lock is held",
        """
        import threading

        class Numbers:
            def __init__(self):
                self._lock = threading.Lock()
                self._last = 0

            def next(self):
                with self._lock:
                    self._last += 1
                    number = self._last
                return number
        """,
    ),
    Example(
        "the lock everywhere",
        _METER
        + """
            def start(self):
                threading.Thread(target=self._run, daemon=True).start()

            def reset(self):
                with self._lock:
                    self.count = 0
        """,
    ),
    Example(
        "before the thread starts and after it was joined",
        _METER
        + """
            def start(self):
                self.count = 0
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()

            def begin(self):
                self.count = 1
                self.start()

            def finish(self):
                self._thread.join()
                self.count = 0
        """,
    ),
    Example(
        "private methods that are called with the lock held",
        _METER
        + """
            def start(self):
                threading.Thread(target=self._run, daemon=True).start()

            def reset(self):
                with self._lock:
                    self._reset()

            def _reset(self):
                self.count = 0
        """,
    ),
    Example(
        "what is set up for __init__",
        """
        import threading

        class Meter:
            def __init__(self):
                self._lock = threading.Lock()
                self._prepare()
                threading.Thread(target=self._run, daemon=True).start()

            def _prepare(self):
                self.count = 0

            def _run(self):
                with self._lock:
                    self.count += 1

            def read(self):
                with self._lock:
                    return self.count
        """,
    ),
    Example(
        "names, docstrings and comments that speak of the lock",
        _METER
        + """
            def start(self):
                threading.Thread(target=self._run, daemon=True).start()

            def reset_locked(self):
                self.count = 0

            def reset_unlocked(self):
                self.count = 0

            def restart(self):
                '''Start over. The caller must hold the lock.'''
                self.count = 0

            def again(self):
                self.count = 0  # the lock is held by the dispatcher
        """,
    ),
    Example(
        "snapshots and flags",
        _METER
        + """
            def start(self):
                threading.Thread(target=self._run, daemon=True).start()

            def peek(self):
                return self.count

            def stop(self):
                self.open = False
        """,
    ),
    Example(
        "another lock",
        """
        import threading

        class Meter:
            def __init__(self):
                self._lock = threading.Lock()
                self._changed = threading.Condition(self._lock)
                self.count = 0
                threading.Thread(target=self._run, daemon=True).start()

            def _run(self):
                with self._lock:
                    self.count += 1

            def read(self):
                with self._lock:
                    return self.count

            def reset(self):
                with self._changed:
                    self.count = 0
        """,
    ),
    Example(
        "a variable that is bare as often as not",
        """
        import threading

        class Meter:
            def __init__(self):
                self._lock = threading.Lock()
                self.last = None
                threading.Thread(target=self._run, daemon=True).start()

            def _run(self):
                with self._lock:
                    self.last = 1

            def one(self):
                with self._lock:
                    self.last = 2

            def two(self):
                self.last = 3

            def three(self):
                self.last = 4
        """,
    ),
    Example(
        "things that have a lock of their own",
        """
        import queue, threading

        class Meter:
            def __init__(self):
                self._lock = threading.Lock()
                self._jobs = queue.Queue(9)
                self._done = threading.Event()
                threading.Thread(target=self._run, daemon=True).start()

            def _run(self):
                with self._lock:
                    self._jobs.put(1)
                    self._done.clear()

            def add(self):
                with self._lock:
                    self._jobs.put(2)
                    self._done.clear()

            def end(self):
                self._jobs.put(None)
                self._done.clear()
        """,
    ),
    Example(
        "no thread at all",
        """
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

            def take_fee(self):
                self.balance -= 1

        def main():
            account = Account()
            account.deposit(1)
            account.take_fee()
            account.withdraw(1)
        """,
    ),
    Example(
        "a hook that the base class calls with the lock held",
        """
        import threading

        class Handler:
            def __init__(self):
                self._lock = threading.Lock()
                self.pending = set()
                threading.Thread(target=self._run, daemon=True).start()

            def _run(self):
                with self._lock:
                    self.pending.add(1)
                    self.handle(2)

            def drop(self, item):
                with self._lock:
                    self.pending.discard(item)

            def handle(self, item):
                raise NotImplementedError

        class Quick(Handler):
            def handle(self, item):
                self.pending.add(item)
        """,
    ),
    Example(
        "set up from a configuration",
        _METER
        + """
            def start(self):
                threading.Thread(target=self._run, daemon=True).start()

            def configure(self, config):
                self.count = config["count"]
        """,
    ),
    Example(
        "set anew before the threads are started",
        """\
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
    ),
    Example(
        "replaced as a whole, copied, made once, and looked at again",
        """
        import threading

        class Hooks:
            def __init__(self, connect):
                self._connect = connect
                self._lock = threading.Lock()
                self._hooks = ()
                self._names = {}
                self._client = None
                self._value = None

            def add(self, hook):
                with self._lock:
                    self._hooks += (hook,)
                    self._names[hook.name] = hook

            def run(self):
                for hook in self._hooks:
                    hook()
                for name in list(self._names):
                    print(name)

            def client(self):
                if self._client is None:
                    with self._lock:
                        if self._client is None:
                            self._client = self._connect()
                return self._client.session()

            def close(self):
                with self._lock:
                    self._client = None

            def put(self, value):
                with self._lock:
                    self._value = value

            def take(self):
                value = self._value
                with self._lock:
                    if self._value is not value:
                        return None
                    self._value = None
                return value
        """,
    ),
    Example(
        "what the thread is at, a use that is ready for None, and a dead method",
        """
        import threading

        class Runner:
            def __init__(self):
                self._lock = threading.Lock()
                self._current = None
                self._last = None
                self._jobs = {}

            def run(self, task):
                with self._lock:
                    self._current = task
                    task()
                    self._current = None

            def begin(self, task):
                with self._lock:
                    self._last = task
                    self._jobs[task.name] = task

            def forget(self):
                with self._lock:
                    self._last = None

            def cancel(self):
                self._current.cancel()
                try:
                    self._last.cancel()
                except AttributeError:
                    pass

            def _unused(self):
                for job in self._jobs.values():
                    job.cancel()
        """,
    ),
    Example(
        "a predicate that the condition calls, and a child after a fork",
        """
        import os
        import threading

        class Gate:
            def __init__(self):
                self._changed = threading.Condition()
                self._items = {}
                os.register_at_fork(after_in_child=self._afterfork)

            def put(self, key, item):
                with self._changed:
                    self._items[key] = item
                    self._changed.notify_all()

            def drop(self, key):
                with self._changed:
                    self._items.pop(key)

            def wait(self):
                with self._changed:
                    self._changed.wait_for(self._is_ready)

            def _is_ready(self):
                return any(item.ready for item in self._items.values())

            def _afterfork(self):
                for item in self._items.values():
                    item.close()
        """,
    ),
)
