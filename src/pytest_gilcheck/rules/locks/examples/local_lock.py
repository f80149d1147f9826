"""Examples of GIL406 local-lock.

Data of one rule, in one list: a reader looks a case up by its title, and nothing here is run but by the tests.
"""

from __future__ import annotations

from pytest_gilcheck.model.evidence import Level
from pytest_gilcheck.model.rule import Example

BAD = (
    Example(
        "a lock made in the function that takes it",
        """
        import threading

        total = 0

        def deposit(amount):
            global total
            lock = threading.Lock()  # GIL406
            with lock:
                total += amount
        """,
    ),
    Example(
        "a new lock in the with statement",
        """
        from threading import Lock as Mutex

        class Stats:
            hits = 0

            def hit(self):
                with Mutex():  # GIL406
                    self.hits += 1
        """,
    ),
    Example(
        "a semaphore that limits nobody",
        """
        import asyncio

        async def fetch(session, url):
            limit = asyncio.Semaphore(10)  # GIL406
            async with limit:
                return await session.get(url)
        """,
    ),
    Example(
        "a wrapper that makes its lock in each call",
        """
        import functools, threading

        def synchronized(function):
            @functools.wraps(function)
            def wrapper(*args):
                lock = threading.RLock()  # GIL406
                lock.acquire()
                try:
                    return function(*args)
                finally:
                    lock.release()
            return wrapper
        """,
    ),
    Example(
        "a function and a property that give a new lock each time",
        """
        import threading

        def get_lock():
            return threading.Lock()  # GIL406

        class Cache:
            @property
            def lock(self):
                return threading.Lock()  # GIL406

            def put(self, data):
                with get_lock():
                    data.append(1)
                with self.lock:
                    data.append(2)
        """,
    ),
    Example(
        "an attribute replaced right before it is taken",
        """
        import threading

        class Counter:
            def __init__(self):
                self.n = 0

            def add(self):
                self._lock = threading.Lock()  # GIL406
                with self._lock:
                    self.n += 1
        """,
    ),
    Example(
        "a lock for each thread",
        """
        import threading

        log = []

        def work(lock, line):
            with lock:
                log.append(line)

        def main(lines):
            for line in lines:
                threading.Thread(target=work, args=(threading.Lock(), line)).start()  # GIL406
        """,
    ),
    Example(
        "the default of get",
        """
        import threading

        locks = {}

        def update(key, data):
            with locks.get(key, threading.Lock()):  # GIL406
                data.append(key)
        """,
        level=Level.WARNING,
    ),
    Example(
        "a worker in a test",
        """
        import threading

        def test_count():
            seen = []
            def work():
                with threading.Lock():  # GIL406
                    seen.append(1)
            threads = [threading.Thread(target=work) for _ in range(4)]
            for thread in threads: thread.start()
            for thread in threads: thread.join()
            assert len(seen) == 4
        """,
        path="tests/test_count.py",
    ),
)

GOOD = (
    Example(
        "a lock beside the data",
        """
        import threading

        total = 0
        lock = threading.Lock()

        def deposit(amount):
            global total
            with lock:
                total += amount
        """,
    ),
    Example(
        "handed to the workers that are started there",
        """
        import threading
        from concurrent.futures import ThreadPoolExecutor

        def work(lock, log, line):
            with lock:
                log.append(line)

        def main(lines):
            lock, log = threading.Lock(), []
            own = threading.Lock()
            with ThreadPoolExecutor() as pool:
                for line in lines:
                    pool.submit(work, lock, log, line)
                    pool.submit(lambda: work(own, log, line))
            with own:
                return log
        """,
    ),
    Example(
        "one for all calls as a default argument",
        """
        import threading

        def deposit(account, amount, lock=threading.Lock()):
            with lock:
                account.total += amount
        """,
    ),
    Example(
        "made where none was given",
        """
        import threading

        def deposit(account, amount, lock=None):
            if lock is None:
                lock = threading.Lock()
            with lock:
                account.total += amount
        """,
    ),
    Example(
        "the closure of a decorator and of nested coroutines",
        """
        import asyncio, functools, threading

        def synchronized(function):
            lock = threading.Lock()
            @functools.wraps(function)
            def wrapper(*args):
                with lock:
                    return function(*args)
            return wrapper

        async def fetch_all(session, urls):
            limit = asyncio.Semaphore(10)
            async def fetch(url):
                async with limit:
                    return await session.get(url)
            return await asyncio.gather(*map(fetch, urls))
        """,
    ),
    Example(
        "stored, returned, yielded, or put into a table",
        """
        import threading

        LOCKS = {}

        class Box:
            def __init__(self):
                lock = threading.Lock()
                self.lock = lock
                with lock:
                    self.items = []

        def make():
            lock = threading.Lock()
            with lock:
                return lock

        def of(key):
            lock = LOCKS[key] = threading.Lock()
            with lock:
                LOCKS.pop("old", None)
            with LOCKS.setdefault(key, threading.Lock()):
                return key
        """,
    ),
    Example(
        "a function that gives the same lock each time",
        """
        import functools, threading

        @functools.lru_cache
        def lock_of(name):
            return threading.Lock()

        def update(name, data):
            with lock_of(name):
                data[name] = 1
        """,
    ),
    Example(
        "a lock of the project's own or of a file",
        """
        import threading
        from filelock import FileLock
        from locking import Lock

        def save(path, text):
            with FileLock(path):
                path.write_text(text)
            with Lock(path):
                path.write_text(text)
        """,
    ),
    Example(
        "a condition over a shared lock",
        """
        import threading

        def wait(box):
            changed = threading.Condition(box.lock)
            with changed:
                return box.items.pop()
        """,
    ),
    Example(
        "a lock made when there is none yet",
        """
        import threading

        class Lazy:
            _lock = None

            def use(self, data):
                if self._lock is None:
                    self._lock = threading.Lock()
                with self._lock:
                    data.append(1)
        """,
    ),
    Example(
        "a test of the lock itself",
        """
        import threading

        def test_lock():
            lock = threading.Lock()
            with lock:
                assert lock.locked()
        """,
        path="tests/test_lock.py",
    ),
    Example(
        "released by a callback",
        """
        import threading

        def submit_all(pool, jobs):
            slots = threading.Semaphore(4)
            for job in jobs:
                slots.acquire()
                pool.submit(job).add_done_callback(lambda _: slots.release())
        """,
    ),
    Example(
        "tried out while it is held",
        """\
import threading

def show_that_it_excludes():
    lock = threading.Lock()
    with lock:
        print(lock.acquire(blocking=False))
""",
    ),
)
