"""Examples of GIL403 lock-order-inversion.

Data of one rule, in one list: a reader looks a case up by its title, and nothing here is run but by the tests.
"""

from __future__ import annotations

from pytest_gilcheck.model.rule import Example

BAD = (
    Example(
        "the lock of an object whose class only its name tells",
        """
        import threading

        class Sensor:
            def __init__(self, registry):
                self.lock = threading.Lock()
                self.registry = registry

            def add(self, metric):
                with self.lock:
                    self.registry.register(metric)

        class Registry:
            def __init__(self):
                self.lock = threading.Lock()
                self.sensors = {}

            def make(self, name):
                self.sensors[name] = Sensor(self)

            def register(self, metric):
                with self.lock:  # GIL403
                    print(metric)

            def remove(self, name):
                with self.lock:
                    sensor = self.sensors.get(name)
                    with sensor.lock:  # GIL403
                        print(name)
        """,
    ),
    Example(
        "two threads that take two locks in two orders",
        """
        import threading

        accounts = threading.Lock()
        journal = threading.Lock()

        def deposit():
            with accounts:
                with journal:  # GIL403
                    print("deposit")

        def audit():
            with journal:
                with accounts:  # GIL403
                    print("audit")

        def main():
            threads = [threading.Thread(target=deposit), threading.Thread(target=audit)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        """,
    ),
    Example(
        "methods of one class, one of them through a call",
        """
        import threading

        class Cache:
            def __init__(self):
                self._data = threading.Lock()
                self._stat = threading.Lock()

            def put(self):
                with self._data:
                    self._count()

            def _count(self):
                with self._stat:  # GIL403
                    self.n = 1

            def reset(self):
                self._stat.acquire()
                try:
                    with self._data:  # GIL403
                        self.n = 0
                finally:
                    self._stat.release()
        """,
    ),
    Example(
        "transfer between two objects of a class",
        """
        import threading

        class Account:
            def __init__(self):
                self.lock = threading.Lock()
                self.balance = 0

        def transfer(source: Account, target: Account, amount):
            with source.lock:
                with target.lock:  # GIL403
                    source.balance -= amount
                    target.balance += amount
        """,
    ),
    Example(
        "a method of another object of the class, called with the lock held",
        """
        import threading

        class Account:
            def __init__(self):
                self._lock = threading.Lock()
                self.balance = 0

            def deposit(self, amount):
                with self._lock:
                    self.balance += amount

            def transfer(self, other: "Account", amount):
                with self._lock:
                    self.balance -= amount
                    other.deposit(amount)  # GIL403
        """,
    ),
    Example(
        "locks that are given to the workers in two orders",
        """
        import threading

        def work(first, second):
            with first, second:  # GIL403
                return 1

        def main():
            a, b = threading.Lock(), threading.Lock()
            threads = [threading.Thread(target=work, args=(a, b)), threading.Thread(target=work, args=(b, a))]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        """,
    ),
    Example(
        "the dining philosophers",
        """
        import threading

        forks = [threading.Lock() for _ in range(5)]

        def dine(seat):
            with forks[seat]:
                with forks[(seat + 1) % len(forks)]:  # GIL403
                    return seat

        def main():
            threads = [threading.Thread(target=dine, args=(seat,)) for seat in range(5)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        """,
    ),
    Example(
        "a ring of three in coroutines",
        """
        import asyncio

        a, b, c = asyncio.Lock(), asyncio.Lock(), asyncio.Lock()

        async def one():
            async with a, b:  # GIL403
                await asyncio.sleep(0)

        async def two():
            async with b, c:  # GIL403
                await asyncio.sleep(0)

        async def three():
            async with c, a:  # GIL403
                await asyncio.sleep(0)

        async def main():
            await asyncio.gather(one(), two(), three())
        """,
    ),
)

GOOD = (
    Example(
        "a call that may run methods of several classes",
        """
        import threading

        class Reader:
            def __init__(self, raw):
                self.read_lock = threading.Lock()
                self.raw = raw

            def seek(self):
                with self.read_lock:
                    self.raw.seek()

        class Writer:
            def __init__(self, raw):
                self.write_lock = threading.Lock()
                self.raw = raw

            def seek(self):
                with self.write_lock:
                    self.raw.seek()

        class File:
            def seek(self):
                return 0

        def open_all():
            inner = Reader(File()), Writer(File())
            return Reader(inner[1]), Reader(File()), Writer(inner[0]), Writer(File())
        """,
    ),
    Example(
        "the same order everywhere",
        """
        import threading

        a, b = threading.Lock(), threading.Lock()

        def one():
            with a:
                with b:
                    return 1

        def two():
            with a, b:
                return 2
        """,
    ),
    Example(
        "one after the other",
        """
        import threading

        a, b = threading.Lock(), threading.Lock()

        def one():
            with a:
                with b:
                    return 1

        def two():
            with b:
                found = 2
            with a:
                return found
        """,
    ),
    Example(
        "a common outer lock",
        """
        import threading

        class Bank:
            def __init__(self):
                self.gate, self.a, self.b = threading.Lock(), threading.Lock(), threading.Lock()

            def one(self):
                with self.gate:
                    with self.a, self.b:
                        return 1

            def two(self):
                with self.gate:
                    self._two()

            def _two(self):
                with self.b:
                    with self.a:
                        return 2
        """,
    ),
    Example(
        "one thread alone",
        """
        import threading

        a, b = threading.Lock(), threading.Lock()

        def one():
            with a, b:
                return 1

        def two():
            with b, a:
                return 2

        def work():
            one()
            two()

        def main():
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
            one()
        """,
    ),
    Example(
        "one thread after the other",
        """
        import threading

        a, b = threading.Lock(), threading.Lock()

        def one():
            with a, b:
                return 1

        def main():
            thread = threading.Thread(target=one)
            thread.start()
            thread.join()
            with b:
                with a:
                    return 2
        """,
    ),
    Example(
        "re-entry of a lock that is held already",
        """
        import threading

        class Both:
            def __init__(self):
                self.a, self.b = threading.RLock(), threading.RLock()

            def one(self):
                with self.a:
                    with self.b:
                        self.two()

            def two(self):
                with self.a:
                    return 2
        """,
    ),
    Example(
        "an inner lock that isn't waited for",
        """
        import threading

        a, b = threading.Lock(), threading.Lock()

        def one():
            with a, b:
                return 1

        def two():
            with b:
                if a.acquire(timeout=1):
                    a.release()
                if a.acquire(blocking=False):
                    a.release()
        """,
    ),
    Example(
        "objects put in order first",
        """
        import threading

        class Account:
            def __init__(self, number):
                self.lock = threading.Lock()
                self.number = number

        def by_sort(source: Account, target: Account):
            first, second = sorted((source, target), key=id)
            with first.lock, second.lock:
                return 1

        def by_test(source: Account, target: Account):
            if source.number > target.number:
                source, target = target, source
            with source.lock:
                with target.lock:
                    return 1

        def in_branches(source: Account, target: Account):
            if source.number < target.number:
                with source.lock, target.lock:
                    return 1
            else:
                with target.lock, source.lock:
                    return 1
        """,
    ),
    Example(
        "the other object's method called when the lock was left",
        """
        import threading

        class Account:
            def __init__(self):
                self._lock = threading.Lock()
                self.balance = 0

            def deposit(self, amount):
                with self._lock:
                    self.balance += amount

            def transfer(self, other: "Account", amount):
                with self._lock:
                    self.balance -= amount
                other.deposit(amount)
        """,
    ),
    Example(
        "locked from the top down",
        """
        import threading

        class Node:
            def __init__(self, parent):
                self.lock = threading.Lock()
                self.parent = parent

            def move(self, child):
                with self.lock:
                    with child.lock:
                        return 1
        """,
    ),
    Example(
        "a condition over the same lock",
        """
        import threading

        class Line:
            def __init__(self):
                self.lock = threading.RLock()
                self.ready = threading.Condition(self.lock)

            def put(self):
                with self.lock:
                    with self.ready:
                        self.ready.notify()

            def take(self):
                with self.ready:
                    with self.lock:
                        return 1
        """,
    ),
)
