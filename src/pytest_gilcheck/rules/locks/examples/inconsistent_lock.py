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
)
