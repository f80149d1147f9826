"""Pools, threads and processes that nobody ends, and the ways to end them."""

from __future__ import annotations

from tests.pairs.kit import bad_variants, pair, safe_variants

RULE = "GIL502"

pair(
    RULE,
    "executor in function",
    """
from concurrent.futures import ThreadPoolExecutor

def fetch_all(urls):
    pool = ThreadPoolExecutor(max_workers=4) #!
    futures = [pool.submit(fetch, url) for url in urls]
    return [future.result() for future in futures]
""",
    """
from concurrent.futures import ThreadPoolExecutor

def fetch_all(urls):
    with ThreadPoolExecutor(max_workers=4) as pool:
        futures = [pool.submit(fetch, url) for url in urls]
    return [future.result() for future in futures]
""",
    {
        "    return [future.result() for future in futures]": """    try:
        return [future.result() for future in futures]
    finally:
        pool.shutdown(wait=False)"""
    },
    {
        "    futures =": "    atexit.register(pool.shutdown)\n    futures =",
        "import Thread": "import ThreadPoolExecutor\nimport atexit\nfrom concurrent.futures import Thread",
    },
)

pair(
    RULE,
    "executor not named",
    """
import concurrent.futures

def later(job):
    return concurrent.futures.ThreadPoolExecutor(1).submit(job) #!
""",
    """
import concurrent.futures

def later(pool, job):
    return pool.submit(job)
""",
)

pair(
    RULE,
    "multiprocessing pool",
    """
import multiprocessing

def total(rows):
    pool = multiprocessing.Pool(4) #!
    return sum(pool.map(len, rows))
""",
    {
        "    return sum(pool.map(len, rows))": "    try:\n        return sum(pool.map(len, rows))\n    finally:\n        pool.close()\n        pool.join()"
    },
    {"    return sum(pool.map(len, rows))": "    with pool:\n        return sum(pool.map(len, rows))"},
    {"    return sum(pool.map(len, rows))": "    result = sum(pool.map(len, rows))\n    pool.terminate()\n    return result"},
    {
        "    pool = multi": "    with contextlib.closing(multi",
        ".Pool(4) #!": ".Pool(4)) as pool:",
        "    return": "        return",
        "import multiprocessing\n": "import multiprocessing\nimport contextlib\n",
    },
)

pair(
    RULE,
    "thread pool",
    """
from multiprocessing.pool import ThreadPool

def names(hosts):
    tp = ThreadPool(10) #!
    results = tp.map_async(resolve, hosts)
    return results.get()
""",
    {"    return results.get()": "    found = results.get()\n    tp.close()\n    return found"},
)

pair(
    RULE,
    "thread in test",
    """
import threading

def test_server(server):
    thread = threading.Thread(target=server.serve_forever) #!
    thread.start()
    assert ask(server) == 1
""",
    {"    assert": "    try:\n        assert", "== 1\n": "== 1\n    finally:\n        server.shutdown()\n        thread.join()\n"},
    {"target=server.serve_forever) #!": "target=server.serve_forever, daemon=True)"},
    {"    thread.start()": "    thread.daemon = True\n    thread.start()"},
    {"    thread.start()": "    thread.setDaemon(True)\n    thread.start()"},
    {"    thread.start()": "    request.addfinalizer(thread.join)\n    thread.start()"},
    {"    thread.start()\n": ""},
    path="test_server.py",
)

pair(
    RULE,
    "dropped thread",
    """
from threading import Thread

def notify(user):
    Thread(target=send_mail, args=(user,)).start() #!
""",
    {"args=(user,)).start() #!": "args=(user,), daemon=True).start()"},
    """
from threading import Thread

def notify(user):
    thread = Thread(target=send_mail, args=(user,))
    thread.start()
    return thread
""",
)

pair(
    RULE,
    "threads in list",
    """
import threading

def crawl(urls):
    threads = []
    for url in urls:
        t = threading.Thread(target=fetch, args=(url,)) #!
        t.start()
        threads.append(t)
    return "started"
""",
    {'    return "started"': "    for t in threads:\n        t.join()"},
    {'    return "started"': "    [t.join() for t in threads]"},
    {'    return "started"': "    return threads"},
    {'    return "started"': "    join_all(threads)"},
)

pair(
    RULE,
    "threads in comprehension",
    """
import threading

def test_many():
    workers = [threading.Thread(target=work, args=(i,)) for i in range(4)] #!
    for worker in workers:
        worker.start()
    assert count() == 4
""",
    {"    assert": "    for worker in workers:\n        worker.join()\n    assert"},
    {"    assert": "    while any(w.is_alive() for w in workers):\n        pass\n    assert"},
    path="test_many.py",
)

pair(
    RULE,
    "process",
    """
import multiprocessing as mp

def launch(job):
    p = mp.Process(target=job) #!
    p.start()
    print(p.pid)
""",
    {"    print(p.pid)": "    print(p.pid)\n    p.join()"},
    {"    print(p.pid)": "    print(p.pid)\n    p.terminate()"},
    {"target=job) #!": "target=job, daemon=True)"},
)

pair(
    RULE,
    "thread subclass",
    """
import threading

class Watcher(threading.Thread):
    def __init__(self, path):
        super().__init__()
        self.path = path

    def run(self):
        watch(self.path)

def start(path):
    watcher = Watcher(path) #!
    watcher.start()
""",
    {"super().__init__()": "super().__init__(daemon=True)"},
    {"        self.path = path": "        self.daemon = True\n        self.path = path"},
    {"        self.path = path": "        self.setDaemon(True)\n        self.path = path"},
    {"    def __init__": "    daemon = True\n    def __init__"},
    {"    watcher.start()": "    watcher.start()\n    watcher.join()"},
    {"    watcher.start()": "    watcher.start()\n    return watcher"},
)

pair(
    RULE,
    "executor for the loop",
    """
import asyncio
from concurrent.futures import ProcessPoolExecutor

async def main(data):
    loop = asyncio.get_running_loop()
    executor = ProcessPoolExecutor() #!
    return await loop.run_in_executor(executor, crunch, data)
""",
    {"    return await": "    loop.set_default_executor(executor)\n    return await"},
    {"    executor = ProcessPoolExecutor() #!\n    return": "    with ProcessPoolExecutor() as executor:\n      return"},
)

pair(
    RULE,
    "attribute",
    """
from concurrent.futures import ThreadPoolExecutor

class Client:
    def __init__(self):
        self._pool = ThreadPoolExecutor(4) #!

    def ask(self, words):
        return list(self._pool.map(query, words))
""",
    {"@append": "\n    def close(self):\n        self._pool.shutdown()\n"},
    {"@append": "\n    def __exit__(self, *exc):\n        self._pool.__exit__(*exc)\n"},
    {"@append": "\n    def __del__(self):\n        self._pool.shutdown(wait=False)\n"},
    {"ThreadPoolExecutor(4) #!": "stack.enter_context(ThreadPoolExecutor(4))"},
    {"    def __init__(self):": "    def __init__(self, pool):", "ThreadPoolExecutor(4) #!": "pool"},
    {"@append": "\ndef end(client):\n    client._pool.shutdown()\n"},
)

pair(
    RULE,
    "in setUp",
    """
import unittest
from concurrent.futures import ThreadPoolExecutor

class TestCrawl(unittest.TestCase):
    def setUp(self):
        self.pool = ThreadPoolExecutor(2) #!

    def test_crawl(self):
        self.assertEqual(self.pool.submit(crawl).result(), 3)
""",
    {"@append": "\n    def tearDown(self):\n        self.pool.shutdown()\n"},
    {"#!\n": "\n        self.addCleanup(self.pool.shutdown)\n"},
    path="test_crawl.py",
)

pair(
    RULE,
    "spawn context",
    """
from multiprocessing import get_context

def run(items):
    ctx = get_context("spawn")
    workers = ctx.Pool(processes=2) #!
    for item in items:
        workers.apply_async(work, (item,)).get()
""",
    {"    workers = ctx.Pool(processes=2) #!\n    for item": "    with ctx.Pool(processes=2) as workers:\n     for item"},
    {"    for item": "    globals()['workers'] = keep(workers)\n    for item"},
)

pair(
    RULE,
    "context process",
    """
import multiprocessing

def test_child():
    ctx = multiprocessing.get_context("spawn")
    child = ctx.Process(target=work, args=(1,)) #!
    child.start()
    assert queue.get() == 1
""",
    {"    assert queue.get() == 1": "    assert queue.get() == 1\n    child.join(timeout=5)"},
    {"    assert queue.get() == 1": "    assert queue.get() == 1\n    child.kill()"},
    path="tests/test_child.py",
)

pair(
    RULE,
    "helper starts",
    """
import threading

def begin(thread):
    thread.start()

def main(job):
    thread = threading.Thread(target=job) #!
    begin(thread)
    print("running")
""",
    {"    thread.start()": "    thread.start()\n    thread.join()"},
    {'    print("running")': "    wait_for(thread)"},
)

pair(
    RULE,
    "chained submit",
    """
from concurrent.futures import ThreadPoolExecutor

async def test_answer():
    executor = ThreadPoolExecutor() #!
    future = executor.submit(answer)
    assert future.result() == 42
""",
    {"    assert": "    executor.shutdown()\n    assert"},
    """
from concurrent.futures import ThreadPoolExecutor

async def test_answer():
    executor = ThreadPoolExecutor()
    assert executor._max_workers > 4
""",
    path="test_answer.py",
)

bad_variants(
    RULE,
    "forms",
    """
import threading
import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from functools import partial

BODY
""",
    {
        "target lambda": """
def go(x):
    worker = threading.Thread(target=lambda: print(x)) #!
    worker.start()
""",
        "target partial": """
def go(x):
    worker = threading.Thread(target=partial(print, x)) #!
    worker.start()
""",
        "daemon False": """
def go(x):
    worker = threading.Thread(target=print, daemon=False) #!
    worker.start()
""",
        "method": """
class App:
    def go(self):
        t = threading.Thread(target=self.run, name="app") #!
        t.start()
    def run(self):
        pass
""",
        "dummy": """
import multiprocessing.dummy
def go(xs):
    pool = multiprocessing.dummy.Pool(3) #!
    return pool.map(len, xs)
""",
    },
)

safe_variants(
    "ended",
    """
import contextlib
import threading
import multiprocessing
from concurrent.futures import ThreadPoolExecutor, Executor
import pytest

BODY
""",
    {
        "fixture": """
@pytest.fixture
def pool():
    executor = ThreadPoolExecutor(2)
    yield executor
    executor.shutdown()
""",
        "factory": """
def make_pool(size):
    pool = ThreadPoolExecutor(size)
    return pool
""",
        "module level": """
_pool = ThreadPoolExecutor(4)
def later(f):
    return _pool.submit(f)
""",
        "exit stack": """
def run(xs):
    with contextlib.ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor())
        return list(pool.map(len, xs))
""",
        "two in one with": """
def run(xs):
    with ThreadPoolExecutor() as a, multiprocessing.Pool() as b:
        return list(a.map(len, xs)), b.map(len, xs)
""",
        "conditional pool": """
def run(xs, pool=None):
    own = pool is None
    pool = pool or ThreadPoolExecutor()
    try:
        return list(pool.map(len, xs))
    finally:
        if own:
            pool.shutdown()
""",
        "other Process": """
import psutil
def memory(pid):
    process = psutil.Process(pid)
    return process.memory_info()
""",
        "own Pool": """
class Pool:
    def map(self, f, xs):
        return [f(x) for x in xs]
def run(xs):
    pool = Pool()
    return pool.map(len, xs)
""",
        "stop method": """
class Beat(threading.Thread):
    def __init__(self):
        super().__init__()
        self.stopped = threading.Event()
    def stop(self):
        self.stopped.set()
        self.join()
    def run(self):
        self.stopped.wait()
def run():
    beat = Beat()
    beat.start()
    try:
        return 1
    finally:
        beat.stop()
""",
    },
)

pair(
    RULE,
    "executor never shut down",
    """
from concurrent.futures import ThreadPoolExecutor

def fetch_all(urls, fetch):
    executor = ThreadPoolExecutor(max_workers=8) #!
    return list(executor.map(fetch, urls))
""",
    """
from concurrent.futures import ThreadPoolExecutor

def fetch_all(urls, fetch):
    with ThreadPoolExecutor(max_workers=8) as executor:
        return list(executor.map(fetch, urls))
""",
)

pair(
    RULE,
    "multiprocessing.Pool never closed",
    """
import multiprocessing

def squares(numbers):
    pool = multiprocessing.Pool(4) #!
    result = pool.map(abs, numbers)
    return result
""",
    """
import multiprocessing

def squares(numbers):
    pool = multiprocessing.Pool(4)
    try:
        return pool.map(abs, numbers)
    finally:
        pool.close()
        pool.join()
""",
)

pair(
    RULE,
    "thread started and forgotten",
    """
import threading

def notify(send, message):
    thread = threading.Thread(target=send, args=(message,)) #!
    thread.start()
""",
    """
import threading

def notify(send, message):
    thread = threading.Thread(target=send, args=(message,), daemon=True)
    thread.start()
""",
)

pair(
    RULE,
    "process not joined in a test",
    """
import multiprocessing

def child(queue):
    queue.put(42)

def test_child():
    queue = multiprocessing.Queue(1)
    process = multiprocessing.Process(target=child, args=(queue,)) #!
    process.start()
    assert queue.get(timeout=5) == 42
""",
    """
import multiprocessing

def child(queue):
    queue.put(42)

def test_child():
    queue = multiprocessing.Queue(1)
    process = multiprocessing.Process(target=child, args=(queue,))
    process.start()
    assert queue.get(timeout=5) == 42
    process.join()
""",
    path="tests/test_app.py",
)

pair(
    RULE,
    "fixture yields without shutdown",
    """
from concurrent.futures import ThreadPoolExecutor

import pytest

@pytest.fixture
def pool():
    executor = ThreadPoolExecutor(2) #!
    yield executor

def test_pool(pool):
    assert pool.submit(abs, -1).result() == 1
""",
    """
from concurrent.futures import ThreadPoolExecutor

import pytest

@pytest.fixture
def pool():
    executor = ThreadPoolExecutor(2)
    yield executor
    executor.shutdown()

def test_pool(pool):
    assert pool.submit(abs, -1).result() == 1
""",
    path="tests/test_app.py",
)

pair(
    RULE,
    "self.executor without any close",
    """
from concurrent.futures import ThreadPoolExecutor

class Client:
    def __init__(self, workers):
        self.executor = ThreadPoolExecutor(workers) #!

    def call(self, function, *args):
        return self.executor.submit(function, *args).result()
""",
    """
from concurrent.futures import ThreadPoolExecutor

class Client:
    def __init__(self, workers):
        self.executor = ThreadPoolExecutor(workers)

    def call(self, function, *args):
        return self.executor.submit(function, *args).result()

    def __enter__(self):
        return self

    def __exit__(self, *details):
        self.executor.shutdown()
""",
)

pair(
    RULE,
    "inline chain",
    """
from concurrent.futures import ProcessPoolExecutor

def compute(numbers):
    return list(ProcessPoolExecutor().map(abs, numbers)) #!
""",
    """
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack

def compute(numbers):
    with ExitStack() as stack:
        pool = stack.enter_context(ProcessPoolExecutor())
        return list(pool.map(abs, numbers))
""",
)

pair(
    RULE,
    "threads in a list, never joined",
    """
from threading import Thread

def test_workers_fill_the_list():
    out = []
    for n in range(4):
        t = Thread(target=out.append, args=(n,)) #!
        t.start()
    assert len(out) == 4
""",
    """
from threading import Thread

def test_workers_fill_the_list():
    out = []
    threads = []
    for n in range(4):
        t = Thread(target=out.append, args=(n,))
        t.start()
        threads.append(t)
    for t in threads:
        t.join()
    assert len(out) == 4
""",
    path="tests/test_app.py",
)

pair(
    RULE,
    "shutdown skipped when the work raises",
    """
from concurrent.futures import ThreadPoolExecutor

async def handler(loop, request, work):
    pool = ThreadPoolExecutor(1) #!
    return await loop.run_in_executor(pool, work, request)
""",
    """
from concurrent.futures import ThreadPoolExecutor

async def handler(loop, request, work):
    with ThreadPoolExecutor(1) as pool:
        return await loop.run_in_executor(pool, work, request)
""",
)

pair(
    RULE,
    "timer neither joined nor cancelled",
    """
import threading

def remind(after, text):
    timer = threading.Timer(after, print, args=(text,)) #!
    timer.start()
""",
    """
import threading

def remind(after, text):
    timer = threading.Timer(after, print, args=(text,))
    timer.start()
    return timer
""",
)

pair(
    RULE,
    "futures.wait, then nothing",
    """
from concurrent import futures

def run(jobs):
    pool = futures.ThreadPoolExecutor() #!
    pending = [pool.submit(job) for job in jobs]
    done, _ = futures.wait(pending)
    return [f.result() for f in done]
""",
    """
import atexit
from concurrent import futures

pool = futures.ThreadPoolExecutor()
atexit.register(pool.shutdown)

def run(jobs):
    pending = [pool.submit(job) for job in jobs]
    done, _ = futures.wait(pending)
    return [f.result() for f in done]
""",
)

pair(
    RULE,
    "ThreadPool from multiprocessing.pool",
    """
from multiprocessing.pool import ThreadPool

def ping(hosts, probe):
    pool = ThreadPool(processes=10) #!
    for host, up in pool.imap_unordered(probe, hosts):
        print(host, up)
""",
    """
from multiprocessing.pool import ThreadPool

def ping(hosts, probe):
    with ThreadPool(processes=10) as pool:
        for host, up in pool.imap_unordered(probe, hosts):
            print(host, up)
""",
)

pair(
    RULE,
    "setup_method without teardown",
    """
import unittest
from concurrent.futures import ThreadPoolExecutor

class TestJobs(unittest.TestCase):
    def setUp(self):
        self.pool = ThreadPoolExecutor(2) #!

    def test_abs(self):
        self.assertEqual(self.pool.submit(abs, -2).result(), 2)
""",
    """
import unittest
from concurrent.futures import ThreadPoolExecutor

class TestJobs(unittest.TestCase):
    def setUp(self):
        self.pool = ThreadPoolExecutor(2)
        self.addCleanup(self.pool.shutdown)

    def test_abs(self):
        self.assertEqual(self.pool.submit(abs, -2).result(), 2)
""",
    path="tests/test_app.py",
)

pair(
    RULE,
    "Process fire and forget in a class",
    """
from multiprocessing import Process

class Mailer:
    def deliver(self, message):
        Process(target=print, args=(message,)).start() #!
""",
    """
from multiprocessing import Process

class Mailer:
    def __init__(self):
        self._children = []

    def deliver(self, message):
        process = Process(target=print, args=(message,))
        process.start()
        self._children.append(process)

    def close(self):
        for process in self._children:
            process.join()
""",
)

pair(
    RULE,
    "a pool of a test left open",
    """
import concurrent.futures

def test_sum():
    executor = concurrent.futures.ThreadPoolExecutor(max_workers=3) #!
    futures = {executor.submit(pow, n, 2): n for n in range(5)}
    assert sum(f.result() for f in concurrent.futures.as_completed(futures)) == 30
""",
    """
import concurrent.futures

def test_sum():
    executor = concurrent.futures.ThreadPoolExecutor(max_workers=3)
    with executor:
        futures = {executor.submit(pow, n, 2): n for n in range(5)}
        assert sum(f.result() for f in concurrent.futures.as_completed(futures)) == 30
""",
    path="tests/test_app.py",
)

pair(
    RULE,
    "as_completed without shutdown",
    """
from concurrent.futures import ThreadPoolExecutor, as_completed

def download(urls, get):
    executor = ThreadPoolExecutor() #!
    futures = {executor.submit(get, url): url for url in urls}
    for future in as_completed(futures):
        print(futures[future], future.result())
""",
    """
from concurrent.futures import ThreadPoolExecutor, as_completed

def download(urls, get):
    executor = ThreadPoolExecutor()
    futures = {executor.submit(get, url): url for url in urls}
    for future in as_completed(futures):
        print(futures[future], future.result())
    executor.shutdown(wait=False, cancel_futures=True)
""",
)

pair(
    RULE,
    "Thread(...).start() chain",
    """
import threading

def on_click(handler):
    threading.Thread(target=handler).start() #!
""",
    """
import threading

def on_click(handler):
    threading.Thread(target=handler, daemon=True).start()
""",
)

pair(
    RULE,
    "a Pool for one map_async",
    """
import multiprocessing

def sizes(paths, stat):
    pool = multiprocessing.Pool(2) #!
    pending = pool.map_async(stat, paths)
    return pending.get(timeout=60)
""",
    """
import multiprocessing

pools = []

def sizes(paths, stat):
    pool = multiprocessing.Pool(2)
    pools.append(pool)
    pending = pool.map_async(stat, paths)
    return pending.get(timeout=60)

def end():
    for pool in pools:
        pool.terminate()
        pool.join()
""",
)

pair(
    RULE,
    "an executor for one gather",
    """
import asyncio
from concurrent.futures import ThreadPoolExecutor

async def main(work):
    loop = asyncio.get_running_loop()
    executor = ThreadPoolExecutor(3) #!
    return await asyncio.gather(*(loop.run_in_executor(executor, work, n) for n in range(3)))
""",
    """
import asyncio
from concurrent.futures import ThreadPoolExecutor

async def main(work):
    loop = asyncio.get_running_loop()
    executor = ThreadPoolExecutor(3)
    loop.set_default_executor(executor)
    return await asyncio.gather(*(loop.run_in_executor(None, work, n) for n in range(3)))
""",
)

pair(
    RULE,
    "a thread kept and never joined",
    """
import threading

class Watcher:
    def __init__(self, callback):
        self.callback = callback

    def watch(self):
        self.thread = threading.Thread(target=self.callback) #!
        self.thread.start()
""",
    """
import threading

class Watcher:
    def __init__(self, callback):
        self.callback = callback

    def watch(self):
        self.thread = threading.Thread(target=self.callback)
        self.thread.start()

    def stop(self):
        self.thread.join()
""",
)

pair(
    RULE,
    "a server thread of a fixture",
    """
import threading

import pytest

@pytest.fixture
def server(app):
    thread = threading.Thread(target=app.serve_forever) #!
    thread.start()
    yield app
""",
    """
import threading

import pytest

@pytest.fixture
def server(app):
    thread = threading.Thread(target=app.serve_forever)
    thread.start()
    yield app
    app.shutdown()
    thread.join()
""",
    path="tests/test_app.py",
)
