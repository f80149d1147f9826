"""Examples of GIL502; all findings in the source are warnings.

Data of one rule, in one list: a reader looks a case up by its title, and nothing here is run but by the tests.
"""

from __future__ import annotations

from pytest_gilcheck.model.rule import Example

BAD = (
    Example(
        "a script that sleeps for as long as its thread should take",
        """\
import threading
import time

def call(uri):
    print(uri.ping())

threading.Thread(target=call, args=("x",)).start()  # GIL502
time.sleep(1)
print("next")
""",
    ),
    Example(
        "an executor that is never shut down",
        """\
from concurrent.futures import ThreadPoolExecutor

def fetch_all(urls):
    pool = ThreadPoolExecutor(max_workers=4)  # GIL502
    return [future.result() for future in [pool.submit(fetch, url) for url in urls]]
""",
    ),
    Example(
        "an executor without a name",
        """\
import concurrent.futures

def later(job):
    return concurrent.futures.ThreadPoolExecutor(1).submit(job)  # GIL502
""",
    ),
    Example(
        "a pool of processes and one of threads",
        """\
import multiprocessing
from multiprocessing.pool import ThreadPool

def total(rows):
    pool = multiprocessing.Pool(4)  # GIL502
    return sum(pool.map(len, rows))

def names(hosts):
    pool = ThreadPool(10)  # GIL502
    return pool.map_async(resolve, hosts).get()
""",
    ),
    Example(
        "an executor that only the event loop uses",
        """\
import asyncio
from concurrent.futures import ProcessPoolExecutor

async def main(data):
    executor = ProcessPoolExecutor()  # GIL502
    return await asyncio.get_running_loop().run_in_executor(executor, crunch, data)
""",
    ),
    Example(
        "a thread that a test leaves behind",
        """\
import threading

def test_server(server):
    thread = threading.Thread(target=server.serve_forever)  # GIL502
    thread.start()
    assert ask(server) == 1
""",
        path="tests/test_server.py",
    ),
    Example(
        "a thread that nobody has",
        """\
from threading import Thread

def notify(user):
    Thread(target=send_mail, args=(user,)).start()  # GIL502
""",
    ),
    Example(
        "threads in a list",
        """\
import threading

def crawl(urls):
    threads = [threading.Thread(target=fetch, args=(url,)) for url in urls]  # GIL502
    for thread in threads:
        thread.start()
""",
    ),
    Example(
        "threads under keys and in a loop's own list",
        """\
import threading

def by_name(jobs):
    threads = {}
    for name, job in jobs.items():
        threads[name] = threading.Thread(target=job)  # GIL502
        threads[name].start()

def both(a, b):
    for thread in [threading.Thread(target=a), threading.Thread(target=b, daemon=True)]:  # GIL502
        thread.start()

def named(job):
    (thread := threading.Thread(target=job)).start()  # GIL502
""",
    ),
    Example(
        "a process of a context",
        """\
import multiprocessing

def launch(job):
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=job)  # GIL502
    process.start()
    return process.pid
""",
    ),
    Example(
        "a subclass of Thread",
        """\
import threading

class Watcher(threading.Thread):
    def run(self):
        watch()

def start():
    watcher = Watcher()  # GIL502
    watcher.start()
""",
    ),
    Example(
        "an object that keeps a pool and can't end it",
        """\
from concurrent.futures import ThreadPoolExecutor

class Client:
    def __init__(self):
        self._pool = ThreadPoolExecutor(4)  # GIL502

    def ask(self, words):
        return list(self._pool.map(query, words))
""",
    ),
    Example(
        "a test case that keeps a pool and doesn't end it",
        """\
import unittest
from concurrent.futures import ThreadPoolExecutor

class TestCrawl(unittest.TestCase):
    def setUp(self):
        self.pool = ThreadPoolExecutor(2)  # GIL502

    def test_crawl(self):
        self.assertEqual(self.pool.submit(crawl).result(), 3)
""",
        path="tests/test_crawl.py",
    ),
    Example(
        "a timer of an hour",
        """\
import threading

def remind(user):
    threading.Timer(3600, send, (user,)).start()  # GIL502
""",
    ),
    Example(
        "a script's pool",
        """\
from multiprocessing import Pool

if __name__ == "__main__":
    pool = Pool(4)  # GIL502
    print(pool.map(len, ["a", "b"]))
""",
    ),
    Example(
        "a fixture that only yields",
        """\
from concurrent.futures import ThreadPoolExecutor

import pytest

@pytest.fixture
def pool():
    executor = ThreadPoolExecutor(2)  # GIL502
    yield executor

def test_pool(pool):
    assert pool.submit(abs, -1).result() == 1
""",
        path="tests/test_pool.py",
    ),
    Example(
        "an executor given to an object that doesn't own it",
        """\
from concurrent.futures import ThreadPoolExecutor

class Server:
    def __init__(self, address, executor):
        self._address = address
        self._executor = executor

    def handle(self, request):
        return self._executor.submit(request.run)

class Other:
    def __init__(self):
        self._executor = None

    def close(self):
        self._executor.shutdown()

def serve(address, request):
    return Server(address, ThreadPoolExecutor(4)).handle(request).result()  # GIL502
""",
    ),
    Example(
        "a watchdog that is joined on the early way out only",
        """\
import threading

def dispatch(endpoints, message, beat):
    done = threading.Event()
    watchdog = threading.Thread(target=beat, args=(done,))  # GIL502
    watchdog.start()
    for endpoint in endpoints:
        if endpoint.accepts(message):
            try:
                return endpoint.run(message)
            finally:
                done.set()
                watchdog.join()
    raise LookupError(message)
""",
    ),
    Example(
        "a pool that takes the place of another one",
        """\
from concurrent.futures import ThreadPoolExecutor

class Runner:
    def __init__(self, workers):
        self.workers = workers
        self.pool = ThreadPoolExecutor(workers)

    def run(self, jobs):
        if len(jobs) > self.workers:
            self.workers = len(jobs)
            self.pool = ThreadPoolExecutor(self.workers)  # GIL502
        return [self.pool.submit(job) for job in jobs]

    def close(self):
        self.pool.shutdown()
""",
    ),
    Example(
        "an executor of another package",
        """\
import futurist

def run(loop):
    executor = futurist.ThreadPoolExecutor(max_workers=1)  # GIL502
    return executor.submit(loop)
""",
    ),
)

GOOD = (
    Example(
        "threads of a script that go on as long as it does",
        """\
import threading
import time

def call(uri):
    print(uri.ping())

threading.Thread(target=call, args=("x",)).start()
threading.Thread(target=call, args=("y",), daemon=True).start()
time.sleep(1)
""",
    ),
    Example(
        "a pool renewed after the first was shut down",
        """\
from concurrent.futures import ThreadPoolExecutor

class Runner:
    def __init__(self, workers):
        self.pool = ThreadPoolExecutor(workers)

    def grow(self, workers):
        self.pool.shutdown()
        self.pool = ThreadPoolExecutor(workers)

    def restart(self, workers):
        self.close()
        self.pool = ThreadPoolExecutor(workers)

    def run(self, job):
        return self.pool.submit(job)

    def close(self):
        self.pool.shutdown()
""",
    ),
    Example(
        "an object that ends what it is given, and a join on every way",
        """\
import threading
from concurrent.futures import ThreadPoolExecutor

class Server:
    def __init__(self, executor):
        self._executor = executor

    def handle(self, request):
        return self._executor.submit(request.run)

    def close(self):
        self._executor.shutdown()

def serve(request):
    return Server(ThreadPoolExecutor(4)).handle(request).result()

def work(step, ok):
    thread = threading.Thread(target=step)
    thread.start()
    if ok:
        thread.join()
        return 1
    try:
        step()
    except ValueError:
        thread.join()
        raise
    if thread.is_alive():
        thread.join()
    return 2
""",
    ),
    Example(
        "in a with statement",
        """\
import contextlib
import multiprocessing
from concurrent.futures import ThreadPoolExecutor

def total(rows):
    with ThreadPoolExecutor() as threads, multiprocessing.Pool() as processes:
        return list(threads.map(len, rows)), processes.map(len, rows)

def closing(rows):
    with contextlib.closing(multiprocessing.Pool()) as pool:
        return pool.map(len, rows)

def later(rows):
    pool = multiprocessing.Pool()
    with pool:
        return pool.map(len, rows)
""",
    ),
    Example(
        "shut down, closed or terminated",
        """\
import multiprocessing
from concurrent.futures import ThreadPoolExecutor

def one(rows):
    pool = ThreadPoolExecutor()
    try:
        return list(pool.map(len, rows))
    finally:
        pool.shutdown(wait=False)

def two(rows):
    pool = multiprocessing.Pool()
    result = pool.map(len, rows)
    pool.close()
    pool.join()
    return result

def three(rows):
    pool = multiprocessing.Pool()
    result = pool.map(len, rows)
    pool.terminate()
    return result
""",
    ),
    Example(
        "left to an exit stack, to atexit, to the test's end",
        """\
import atexit
import contextlib
from concurrent.futures import ThreadPoolExecutor

def stacked(rows):
    with contextlib.ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor())
        return list(pool.map(len, rows))

def called_back(rows, stack):
    pool = ThreadPoolExecutor()
    stack.callback(pool.shutdown)
    return list(pool.map(len, rows))

def at_exit(job):
    pool = ThreadPoolExecutor()
    atexit.register(pool.shutdown)
    pool.submit(job).result()

def test_job(request):
    pool = ThreadPoolExecutor()
    request.addfinalizer(pool.shutdown)
    assert pool.submit(len, "a").result() == 1
""",
    ),
    Example(
        "returned, yielded by a fixture, handed to other code",
        """\
import pytest
from concurrent.futures import ThreadPoolExecutor

def make_pool(size):
    pool = ThreadPoolExecutor(size)
    pool.submit(warm_up).result()
    return pool

@pytest.fixture
def pool():
    executor = ThreadPoolExecutor(2)
    executor.submit(warm_up).result()
    yield executor
    executor.shutdown()

async def main(loop):
    executor = ThreadPoolExecutor()
    executor.submit(warm_up).result()
    loop.set_default_executor(executor)
""",
    ),
    Example(
        "a pool for the whole program",
        """\
from concurrent.futures import ThreadPoolExecutor

_pool = ThreadPoolExecutor(4)
_lazy = None

def later(job):
    return _pool.submit(job)

def lazily(job):
    global _lazy
    if _lazy is None:
        _lazy = ThreadPoolExecutor(2)
    return _lazy.submit(job)
""",
    ),
    Example(
        "an object with a method that ends it",
        """\
import threading
from concurrent.futures import ThreadPoolExecutor

class Client:
    def __init__(self):
        self.pool = ThreadPoolExecutor(4)
        self.pool.submit(warm_up)

    def close(self):
        self.pool.shutdown()

class Beat:
    def start(self):
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def stop(self):
        self._stopped.set()
""",
    ),
    Example(
        "ended by who has the object",
        """\
from concurrent.futures import ThreadPoolExecutor

class Client:
    def __init__(self):
        self._pool = ThreadPoolExecutor(4)
        self._pool.submit(warm_up)

def end(client):
    client._pool.shutdown()
""",
    ),
    Example(
        "daemons",
        """\
import threading

class Watcher(threading.Thread):
    def __init__(self):
        super().__init__(daemon=True)

    def run(self):
        watch()

class Marked(threading.Thread):
    daemon = True

def start(job, options, is_daemon):
    threading.Thread(target=job, daemon=True).start()
    threading.Thread(target=job, daemon=is_daemon).start()
    threading.Thread(target=job, **options).start()
    thread = threading.Thread(target=job)
    thread.daemon = True
    thread.start()
    old = threading.Thread(target=job)
    old.setDaemon(True)
    old.start()
    Watcher().start()
    Marked(target=job).start()
""",
    ),
    Example(
        "joined, also one by one or by looking whether they live",
        """\
import threading

def crawl(urls):
    threads = []
    for url in urls:
        thread = threading.Thread(target=fetch, args=(url,))
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()

def poll(job):
    thread = threading.Thread(target=job)
    thread.start()
    while thread.is_alive():
        work()

def given_away(job, join_all):
    thread = threading.Thread(target=job)
    thread.start()
    join_all([thread])
""",
    ),
    Example(
        "all threads are joined, whoever made them",
        """\
import threading

def crawl(urls):
    for url in urls:
        threading.Thread(target=fetch, args=(url,)).start()
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join()
""",
    ),
    Example(
        "never started",
        """\
import threading
from concurrent.futures import ThreadPoolExecutor

def test_names():
    assert threading.Thread(target=print, name="a").name == "a"
    assert ThreadPoolExecutor()._max_workers > 4
""",
    ),
    Example(
        "expected to fail",
        """\
import pytest
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pool
from threading import Thread

def test_wrong_size():
    with pytest.raises(ValueError):
        Pool(0)
    with pytest.raises(RuntimeError):
        ThreadPoolExecutor().submit(1)

def test_no_more_threads(case):
    thread = Thread(target=print)
    case.assertRaises(RuntimeError, thread.start)
""",
        path="tests/test_pools.py",
    ),
    Example(
        "threads of a script, which ends with them",
        """\
import threading

if __name__ == "__main__":
    thread = threading.Thread(target=serve)
    thread.start()
""",
    ),
    Example(
        "a thread that ends something, and one whose server is told to end",
        """\
import threading

def on_signal(server):
    threading.Thread(target=server.shutdown).start()

def test_server(server):
    threading.Thread(target=server.serve_forever).start()
    try:
        assert ask(server) == 1
    finally:
        server.shutdown()
""",
    ),
    Example(
        "a short timer, and one that is cancelled",
        """\
import threading

def test_wakes_up(box):
    threading.Timer(0.1, box.set).start()
    assert box.wait(1)

def limit(process, seconds):
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    try:
        return process.wait()
    finally:
        timer.cancel()
""",
    ),
    Example(
        "other things of that name",
        """\
import multiprocessing
import psutil

class Pool:
    def map(self, function, items):
        return [function(item) for item in items]

def memory(pid):
    process = psutil.Process(pid)
    process.start()
    return Pool().map(len, [process.memory_info()])
""",
    ),
    Example(
        "made only where none is given",
        """\
from concurrent.futures import ThreadPoolExecutor

def run(rows, pool=None):
    own = pool is None
    pool = pool or ThreadPoolExecutor()
    try:
        return list(pool.map(len, rows))
    finally:
        if own:
            pool.shutdown()
""",
    ),
    Example(
        "a fixture whose test ends the pool",
        """\
from concurrent.futures import ThreadPoolExecutor

import pytest

@pytest.fixture
def pool():
    yield ThreadPoolExecutor(2)

def test_shutdown(pool):
    pool.submit(abs, -1)
    pool.shutdown()
""",
        path="tests/test_pool.py",
    ),
    Example(
        "a fixture for the whole run",
        """\
from concurrent.futures import ThreadPoolExecutor

import pytest

@pytest.fixture(scope="session")
def pool():
    executor = ThreadPoolExecutor(2)
    yield executor

def test_pool(pool):
    assert pool.submit(abs, -1).result() == 1
""",
        path="tests/test_pool.py",
    ),
)
