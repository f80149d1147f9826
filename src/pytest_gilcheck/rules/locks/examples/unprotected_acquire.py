"""Examples of GIL404 unprotected-acquire.

Data of one rule, in one list: a reader looks a case up by its title, and nothing here is run but by the tests.
"""

from __future__ import annotations

from pytest_gilcheck.model.rule import Example

BAD = (
    Example(
        "asked for in a test, and released at the end of its branch",
        """
        import threading

        class Connection:
            def __init__(self, db):
                self.db = db
                self.lock = threading.RLock()

            def store(self, key, value):
                if self.lock.acquire(blocking=False):  # GIL404
                    self.db[key] = value
                    self.lock.release()
                else:
                    raise RuntimeError("in use")
        """,
    ),
    Example(
        "a lock class of the project, taken and released under the same option",
        """
        import threading

        class WriteLock:
            def __init__(self):
                self.inner = threading.RLock()

            def acquire(self):
                self.inner.acquire()

            def release(self):
                self.inner.release()

            def __enter__(self):
                self.acquire()

            def __exit__(self, *exc):
                self.release()

        class Bar:
            _lock = WriteLock()

            def clear(self, nolock=False):
                if not nolock:
                    self._lock.acquire()  # GIL404
                self.out.write("")
                if not nolock:
                    self._lock.release()

            def close(self):
                with self._lock:
                    self.out.close()
        """,
    ),
    Example(
        "a handler of logging, whose own methods take its lock",
        """
        import logging
        import threading

        def reopen(log):
            for handler in log.handlers:
                if isinstance(handler, logging.FileHandler):
                    handler.acquire()  # GIL404
                    handler.stream = open(handler.baseFilename, "a")
                    handler.release()
        """,
    ),
    Example(
        "a branch that others of the class release in, too",
        """
        import threading

        class Jobs:
            def __init__(self):
                self._lock = threading.Lock()
                self._jobs = []

            def done(self, job):
                if self._jobs:
                    self._lock.acquire()  # GIL404
                    self._jobs.remove(job)
                    self._lock.release()

            def clear(self):
                with self._lock:
                    self._jobs = []

            def unlock(self):
                self._lock.release()
        """,
    ),
    Example(
        "a release that an error leaves out",
        """
        import threading

        lock = threading.Lock()
        prices = {}

        def update(name, quote):
            lock.acquire()  # GIL404
            prices[name] = quote.price()
            lock.release()
        """,
    ),
    Example(
        "a return between acquire and release",
        """
        import threading

        class Table:
            def __init__(self):
                self._lock = threading.RLock()
                self._rows = {}

            def take(self, key):
                self._lock.acquire()  # GIL404
                if key not in self._rows:
                    self._lock.release()
                    return None
                row = self._rows.pop(key).load()
                self._lock.release()
                return row
        """,
    ),
    Example(
        "work between acquire and try",
        """
        import threading

        lock = threading.Lock()

        def save(path, make):
            lock.acquire()  # GIL404
            text = make()
            try:
                path.write_text(text)
            finally:
                lock.release()
        """,
    ),
    Example(
        "coroutines",
        """
        import asyncio

        class Client:
            def __init__(self):
                self._lock = asyncio.Lock()
                self._slots = asyncio.Semaphore(4)

            async def send(self, message):
                await self._lock.acquire()  # GIL404
                await self.write(message)
                self._lock.release()

            async def fetch(self, url):
                await asyncio.wait_for(self._slots.acquire(), 3)  # GIL404
                page = await self.get(url)
                self._slots.release()
                return page
        """,
    ),
    Example(
        "a generator that yields while it holds the lock",
        """
        import contextlib, threading

        lock = threading.Lock()

        @contextlib.contextmanager
        def exclusive():
            lock.acquire()  # GIL404
            yield
            lock.release()
        """,
    ),
    Example(
        "a lock that nothing releases",
        """
        import threading

        class Job:
            def __init__(self):
                self._lock = threading.Lock()

            def run(self, work):
                self._lock.acquire()  # GIL404
                return work()
        """,
    ),
    Example(
        "a worker in a test",
        """
        import threading

        def test_count():
            lock, seen = threading.Lock(), []
            def work():
                lock.acquire()  # GIL404
                seen.append(len(seen))
                lock.release()
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
        """,
        path="tests/test_count.py",
    ),
)

GOOD = (
    Example(
        "asked for in a test, and returned with on purpose",
        """
        import threading

        class Channel:
            def __init__(self):
                self.reader = threading.Lock()
                self.writer = threading.Lock()

            def acquire(self, timeout):
                if self.reader.acquire(timeout=timeout):
                    if self.writer.acquire(timeout=timeout):
                        return True
                    self.reader.release()
                return False
        """,
    ),
    Example(
        "ways out in front of the try that release first",
        """
        import threading

        class Link:
            def __init__(self):
                self.lock = threading.Lock()
                self.closed = False

            def receive(self):
                self.lock.acquire()
                if self.closed:
                    self.lock.release()
                    raise ValueError("closed")
                found = None
                try:
                    found = self.read()
                finally:
                    self.lock.release()
                return found

            def read(self):
                return 1
        """,
    ),
    Example(
        "a loop that keeps the lock when it is left, for the try behind it",
        """
        import threading

        class Sender:
            def __init__(self):
                self.lock = threading.Lock()
                self.clear = threading.Event()

            def send(self, data):
                while True:
                    self.clear.wait(0.1)
                    self.lock.acquire()
                    if self.clear.is_set():
                        break
                    self.lock.release()
                try:
                    self.write(data)
                finally:
                    self.lock.release()

            def write(self, data):
                print(data)
        """,
    ),
    Example(
        "a lock that goes from hand to hand",
        """
        import threading

        class Barrier:
            def __init__(self, threads):
                self.threads = threads
                self.waiting = 0
                self.entry = threading.Lock()
                self.leave = threading.Lock()
                self.leave.acquire()

            def enter(self):
                self.entry.acquire()
                self.waiting = self.waiting + 1
                if self.waiting == self.threads:
                    self.leave.release()
                    return
                self.entry.release()
                self.leave.acquire()
                self.waiting = self.waiting - 1
                if self.waiting == 0:
                    self.entry.release()
                    return
                self.leave.release()
        """,
    ),
    Example(
        "with",
        """
        import threading

        lock = threading.Lock()
        prices = {}

        def update(name, quote):
            with lock:
                prices[name] = quote.price()
        """,
    ),
    Example(
        "released in a finally",
        """
        import logging, threading, time

        lock = threading.Lock()

        def right_behind(path, text):
            lock.acquire()
            try:
                path.write_text(text)
            finally:
                lock.release()

        def with_harmless_words_between(path, text):
            lock.acquire()
            begin = time.monotonic()
            logging.debug("in")
            done = False
            try:
                path.write_text(text)
            finally:
                lock.release()
            return begin, done

        def acquired_in_the_try(path, text):
            try:
                lock.acquire()
                path.write_text(text)
            finally:
                lock.release()

        def only_if_wanted(path, text, safe):
            if safe:
                lock.acquire()
            try:
                path.write_text(text)
            finally:
                if safe:
                    lock.release()

        def unless_that_fails(path, text):
            try:
                lock.acquire()
            except KeyboardInterrupt:
                return
            else:
                try:
                    path.write_text(text)
                finally:
                    lock.release()

        def many(path, text, locks):
            for one in locks:
                one.lock.acquire()
            try:
                path.write_text(text)
            finally:
                for one in locks:
                    one.lock.release()
        """,
    ),
    Example(
        "released whatever is raised",
        """
        import threading

        lock = threading.Lock()

        def save(path, text):
            lock.acquire()
            try:
                path.write_text(text)
            except BaseException:
                lock.release()
                raise
            lock.release()

        def save_if_possible(path, text):
            lock.acquire()
            try:
                path.write_text(text)
            except Exception as error:
                print(error)
            lock.release()
        """,
    ),
    Example(
        "tested with a timeout",
        """
        import threading

        lock = threading.Lock()

        def save(path, text):
            if not lock.acquire(timeout=3):
                raise TimeoutError
            try:
                path.write_text(text)
            finally:
                lock.release()

        def try_to(path, text):
            taken = lock.acquire(blocking=False)
            if taken:
                path.write_text(text)
                lock.release()
        """,
    ),
    Example(
        "released in another method by design",
        """
        import threading

        class Section:
            def __init__(self):
                self._lock = threading.Lock()

            def __enter__(self):
                self._lock.acquire()
                self.name = self.find_name()
                return self

            def __exit__(self, *exc):
                self._lock.release()

            def start(self):
                self._lock.acquire()
                self.name = self.find_name()

            def stop(self):
                self._lock.release()
        """,
    ),
    Example(
        "a class that is a lock itself",
        """
        import threading

        class CountingLock:
            def __init__(self):
                self._lock = threading.Lock()
                self.count = 0

            def acquire(self, blocking=True, timeout=-1):
                self._lock.acquire()
                self.count += 1

            def release(self):
                self._lock.release()

        def use(lock: CountingLock, work):
            lock.acquire()
            work()
            lock.release()
        """,
    ),
    Example(
        "a semaphore that a callback releases",
        """
        import threading

        slots = threading.Semaphore(4)

        def submit_all(pool, jobs):
            for job in jobs:
                slots.acquire()
                pool.submit(job).add_done_callback(lambda _: slots.release())

        def later(pool, job):
            slots.acquire()
            pool.submit(job).add_done_callback(slots.release)
        """,
    ),
    Example(
        "handed to an exit stack",
        """
        import contextlib, threading

        lock = threading.Lock()

        def save(path, text):
            with contextlib.ExitStack() as stack:
                lock.acquire()
                stack.callback(lock.release)
                path.write_text(text)
        """,
    ),
    Example(
        "released on a way out, else by the thread that takes over",
        """
        import threading

        class Server:
            def __init__(self):
                self.busy = threading.Lock()

            def begin(self, request):
                self.busy.acquire()
                if not request.valid():
                    self.busy.release()
                    return
                threading.Thread(target=self.serve, args=(request,)).start()

            def serve(self, request):
                try:
                    request.answer()
                finally:
                    self.busy.release()
        """,
    ),
    Example(
        "let go of for a while",
        """
        import threading

        lock = threading.Lock()

        def wait_outside(event):
            lock.release()
            try:
                event.wait()
            finally:
                lock.acquire()

        def work_outside(work):
            lock.release()
            work()
            lock.acquire()

        def wait_for_the_holder():
            lock.acquire()
            lock.release()
        """,
    ),
    Example(
        "locks of files and of other libraries, and what is no lock",
        """
        import asyncio, filelock, redis

        def save(path, text, pool):
            file_lock = filelock.FileLock(path)
            file_lock.acquire()
            path.write_text(text)
            file_lock.release()
            shared = redis.Redis().lock("x")
            shared.acquire()
            path.write_text(text)
            shared.release()
            pool.acquire()
            path.write_text(text)
            pool.release()
        """,
    ),
    Example(
        "a test of the lock itself",
        """
        import threading

        def test_lock():
            lock = threading.Lock()
            lock.acquire()
            assert lock.locked()
            lock.release()
        """,
        path="tests/test_lock.py",
    ),
)
