"""Pools by way of factories, properties and other objects, whose futures are dropped."""

from __future__ import annotations

from tests.pairs.kit import pair

RULE = "GIL201"

pair(
    RULE,
    "cache close in pool",
    """
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(4)

def close(cache):
    pool.submit(cache.close) #!
""",
    {"    pool.submit(cache.close) #!": "    pool.submit(cache.close).result()"},
)
pair(
    RULE,
    "lazy pool property",
    """
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

class Uploader:
    @cached_property
    def pool(self):
        return ThreadPoolExecutor(2)

    def upload(self, path):
        self.pool.submit(self._upload, path) #!

    def _upload(self, path):
        open(path).read()
""",
    {"        self.pool.submit(self._upload, path) #!": "        return self.pool.submit(self._upload, path)"},
)
pair(
    RULE,
    "pool from factory",
    """
from concurrent.futures import ThreadPoolExecutor

_pool = None

def get_pool():
    global _pool
    if _pool is None:
        _pool = ThreadPoolExecutor()
    return _pool

def later(job):
    get_pool().submit(job.run) #!
""",
    {"    get_pool().submit(job.run) #!": "    get_pool().submit(job.run).add_done_callback(report)"},
)
pair(
    RULE,
    "list never read",
    """
from concurrent.futures import ThreadPoolExecutor

def run(jobs):
    with ThreadPoolExecutor() as pool:
        futures = [pool.submit(job.run) for job in jobs] #!
    print("done")
""",
    {'    print("done")': "    return [f.result() for f in futures]"},
)
pair(
    RULE,
    "dict values done",
    """
from concurrent.futures import ThreadPoolExecutor
import time

def run(jobs):
    pool = ThreadPoolExecutor()
    futures = {job: pool.submit(job.run) for job in jobs} #!
    while not all(f.done() for f in futures.values()):
        time.sleep(1)
""",
    {"        time.sleep(1)": "        time.sleep(1)\n    for f in futures.values():\n        f.result()"},
)
pair(
    RULE,
    "run_in_executor bare",
    """
import asyncio

async def save(path, data):
    loop = asyncio.get_running_loop()
    loop.run_in_executor(None, write, path, data) #!

def write(path, data):
    open(path, "w").write(data)
""",
    {"    loop.run_in_executor": "    await loop.run_in_executor"},
)
pair(
    RULE,
    "threadsafe bare",
    """
import asyncio

def notify(loop, message):
    asyncio.run_coroutine_threadsafe(send(message), loop) #!

async def send(message):
    await message.send()
""",
    {"    asyncio.run": "    return asyncio.run"},
)
pair(
    RULE,
    "apply_async",
    """
from multiprocessing import Pool

def main(items):
    pool = Pool()
    for item in items:
        pool.apply_async(work, (item,)) #!
    pool.close()
    pool.join()
""",
    {"(item,)) #!": "(item,), error_callback=print)"},
    {
        "        pool.apply_async(work, (item,)) #!\n    pool.close()\n    pool.join()": "        results.append(pool.apply_async(work, (item,)))\n    for r in results:\n        r.get()",
        "    pool = Pool()": "    pool = Pool()\n    results = []",
    },
)
pair(
    RULE,
    "apply_async callback only",
    """
from multiprocessing.pool import ThreadPool

def main(items, done):
    pool = ThreadPool(4)
    for item in items:
        pool.apply_async(work, (item,), callback=done.append) #!
    pool.close()
    pool.join()
""",
    {"callback=done.append) #!": "callback=done.append, error_callback=print)"},
)
pair(
    RULE,
    "attribute pool in other class",
    """
from concurrent.futures import ThreadPoolExecutor

class Context:
    def __init__(self):
        self.executor = ThreadPoolExecutor(4)

class Plugin:
    def __init__(self, context: Context):
        self.context = context

    def run(self, job):
        self.context.executor.submit(job.run) #!
""",
    {"        self.context.executor": "        return self.context.executor"},
)
pair(
    RULE,
    "annotated executor parameter",
    """
from concurrent.futures import Executor

def schedule(executor: Executor, job):
    executor.submit(job.run) #!
""",
    {"    executor.submit": "    return executor.submit"},
)
pair(
    RULE,
    "optional executor",
    """
from concurrent.futures import ThreadPoolExecutor
from typing import Optional

class Service:
    executor: Optional[ThreadPoolExecutor] = None

    def start(self):
        self.executor = ThreadPoolExecutor()

    def push(self, item):
        if self.executor:
            self.executor.submit(self._push, item) #!

    def _push(self, item):
        item.push()
""",
    {"            self.executor.submit": "            return self.executor.submit"},
)
pair(
    RULE,
    "subclassed executor",
    """
from concurrent.futures import ThreadPoolExecutor

class Pool(ThreadPoolExecutor):
    pass

def go(job):
    pool = Pool(max_workers=1)
    pool.submit(job) #!
    pool.shutdown()
""",
    {"    pool.submit(job) #!": "    pool.submit(job).result()"},
)
pair(
    RULE,
    "partial submit",
    """
from concurrent.futures import ThreadPoolExecutor
from functools import partial

def go(jobs):
    with ThreadPoolExecutor() as pool:
        start = partial(pool.submit, work)
        for job in jobs:
            start(job) #!
""",
    {"            start(job) #!": "            start(job).result()"},
)
pair(
    RULE,
    "lambda work",
    """
from concurrent.futures import ThreadPoolExecutor

def go(jobs):
    with ThreadPoolExecutor() as pool:
        for job in jobs:
            pool.submit(lambda job=job: job.run()) #!
""",
    {"            pool.submit(": "            yield pool.submit("},
)
pair(
    RULE,
    "wrapper method",
    """
from concurrent.futures import ThreadPoolExecutor

class Runner:
    def __init__(self):
        self._pool = ThreadPoolExecutor()

    def run_later(self, function, *args):
        return self._pool.submit(function, *args)

    def refresh(self):
        self.run_later(self._refresh) #!

    def _refresh(self):
        load()
""",
    {"        self.run_later(self._refresh) #!": "        return self.run_later(self._refresh)"},
)
pair(
    RULE,
    "comprehension statement",
    """
from concurrent.futures import ThreadPoolExecutor

def go(jobs):
    with ThreadPoolExecutor() as pool:
        [pool.submit(job.run) for job in jobs] #!
""",
    {"        [pool.submit(job.run) for job in jobs] #!": "        list(pool.map(run, jobs))"},
)
pair(
    RULE,
    "two pools one dropped",
    """
import concurrent.futures as cf

def go(a, b):
    with cf.ThreadPoolExecutor() as pool, cf.ProcessPoolExecutor() as processes:
        first = pool.submit(a.run)
        processes.submit(b.run) #!
        return first.result()
""",
    {"        processes.submit(b.run) #!": "        processes.submit(b.run).result()"},
)
pair(
    RULE,
    "cancelled maybe",
    """
from concurrent.futures import ThreadPoolExecutor

class Job:
    def __init__(self):
        self._pool = ThreadPoolExecutor(1)
        self._future = None

    def start(self):
        self._future = self._pool.submit(self.run) #!

    def running(self):
        return self._future is not None and self._future.running()

    def run(self):
        work()
""",
    {"        return self._future is not None and self._future.running()": "        return self._future.result(0)"},
)
pair(
    RULE,
    "exitstack pool",
    """
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

def go(jobs):
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor())
        for job in jobs:
            pool.submit(job.run) #!
""",
    {"            pool.submit(job.run) #!": "            print(pool.submit(job.run).result())"},
)
pair(
    RULE,
    "conditional dispatch",
    """
from concurrent.futures import ThreadPoolExecutor

executor = ThreadPoolExecutor()

def emit(handlers, event, sync):
    for handler in handlers:
        handler(event) if sync else executor.submit(handler, event) #!
""",
    {"else executor.submit(handler, event) #!": "else executor.submit(handler, event).result()"},
)
pair(
    RULE,
    "boolean dispatch",
    """
from concurrent.futures import ThreadPoolExecutor

executor = ThreadPoolExecutor()

def emit(handler, event):
    handler and executor.submit(handler, event) #!
""",
    {"    handler and": "    return handler and"},
)
pair(
    RULE,
    "pool in dict",
    """
from concurrent.futures import ThreadPoolExecutor

pools = {"io": ThreadPoolExecutor(4), "cpu": ThreadPoolExecutor(1)}

def go(job):
    pools["io"].submit(job.run) #!
""",
    {'    pools["io"]': '    return pools["io"]'},
)
pair(
    RULE,
    "signal handler",
    """
import signal
from concurrent.futures import ThreadPoolExecutor

executor = ThreadPoolExecutor()
signal.signal(signal.SIGHUP, lambda *args: executor.submit(reload)) #!
""",
    {"lambda *args: executor.submit(reload)": "lambda *args: executor.submit(reload).result()"},
)
pair(
    RULE,
    "thread lambda",
    """
import threading
from concurrent.futures import ThreadPoolExecutor

executor = ThreadPoolExecutor()

def later(job):
    threading.Timer(5, lambda: executor.submit(job.run)).start() #!
""",
    {"lambda: executor.submit(job.run)": "job.run"},
)
