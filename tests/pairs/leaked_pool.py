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
