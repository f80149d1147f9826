"""Pools and threads that go through other hands, end on some ways only, or come from other packages."""

from __future__ import annotations

from tests.pairs.kit import bad, pair, safe

RULE = "GIL502"

pair(
    RULE,
    "executor given to an object that doesn't own it",
    """
from concurrent.futures import ThreadPoolExecutor

class Server:
    def __init__(self, address, executor):
        self._address = address
        self._executor = executor

    def handle(self, request):
        return self._executor.submit(request.run)

def make(address, request):
    server = Server(address, ThreadPoolExecutor(4))  #!
    return server.handle(request).result()
""",
    {
        "    def handle(self, request):": "    def close(self):\n        self._executor.shutdown()\n\n    def handle(self, request):",
    },
    {
        "    server = Server(address, ThreadPoolExecutor(4))  #!\n    return server.handle(request).result()": "    with ThreadPoolExecutor(4) as executor:\n        return Server(address, executor).handle(request).result()",
    },
    {
        "        self._executor = executor\n": "        self._executor = executor\n        self._register(executor)\n",
        "    def handle(": "    def _register(self, executor):\n        import atexit\n\n        atexit.register(executor.shutdown)\n\n    def handle(",
    },
)
pair(
    RULE,
    "executor in a variable, given to an object that doesn't own it",
    """
import concurrent.futures

class Client:
    def __init__(self, *, pool=None):
        self.pool = pool

    def fetch(self, url):
        return self.pool.submit(print, url).result()

def test_fetch():
    pool = concurrent.futures.ThreadPoolExecutor(1)  #!
    client = Client(pool=pool)
    assert client.fetch("a") is None
""",
    {"    assert client": "    try:\n        assert client", " is None\n": " is None\n    finally:\n        pool.shutdown()\n"},
)
pair(
    RULE,
    "joined on the early way out only",
    """
import threading

def dispatch(endpoints, message, beat):
    done = threading.Event()
    watchdog = threading.Thread(target=beat, args=(done,))  #!
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
    {"    raise LookupError(message)": "    done.set()\n    watchdog.join()\n    raise LookupError(message)"},
    {"args=(done,))  #!": "args=(done,), daemon=True)"},
    {
        "    for endpoint in endpoints:\n        if endpoint.accepts(message):\n            try:\n                return endpoint.run(message)\n            finally:\n                done.set()\n                watchdog.join()\n    raise LookupError(message)": "    try:\n        for endpoint in endpoints:\n            if endpoint.accepts(message):\n                return endpoint.run(message)\n        raise LookupError(message)\n    finally:\n        done.set()\n        watchdog.join()",
    },
)
pair(
    RULE,
    "joined in one branch only",
    """
import threading

def sync(items, upload):
    worker = threading.Thread(target=upload, args=(items,))  #!
    worker.start()
    if not items:
        worker.join()
        return 0
    return len(items)
""",
    {"        worker.join()\n        return 0\n    return": "        worker.join()\n        return 0\n    worker.join()\n    return"},
    {"    if not items:\n        worker.join()\n        return 0\n": "    if worker.is_alive():\n        worker.join()\n"},
)
pair(
    RULE,
    "executor of futurist",
    """
import futurist

def run(loop):
    executor = futurist.ThreadPoolExecutor(max_workers=1)  #!
    future = executor.submit(loop)
    future.add_done_callback(print)
    return future
""",
    {"    return future": "    executor.shutdown(wait=False)\n    return future"},
    {
        "    executor = futurist.ThreadPoolExecutor(max_workers=1)  #!\n    future": "    future",
        "def run(loop):": "def run(loop, executor):",
    },
)
bad(
    RULE,
    "executor for one call",
    """
from concurrent.futures import ThreadPoolExecutor

def later(function):
    return ThreadPoolExecutor(max_workers=1).submit(function)  #!
""",
)
bad(
    RULE,
    "executor for one call on the loop",
    """
import asyncio
from concurrent.futures import ThreadPoolExecutor

async def read(path):
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(ThreadPoolExecutor(), path.read_text)  #!
""",
)
bad(
    RULE,
    "process pool for one map",
    """
import multiprocessing

def squares(numbers):
    pool = multiprocessing.Pool(4)  #!
    return pool.map(abs, numbers)
""",
)
bad(
    RULE,
    "thread that serves until the end in a helper of a test",
    """
import threading
from http.server import HTTPServer, SimpleHTTPRequestHandler

def test_download(tmp_path):
    server = HTTPServer(("localhost", 0), SimpleHTTPRequestHandler)
    thread = threading.Thread(target=server.serve_forever)  #!
    thread.start()
    assert server.server_port
""",
)
bad(
    RULE,
    "timer that renews itself",
    """
import threading

class Lease:
    def renew(self):
        self.client.renew()
        threading.Timer(30, self.renew).start()  #!
""",
)
bad(
    RULE,
    "process that is only started",
    """
import multiprocessing

def run_in_background(function):
    process = multiprocessing.Process(target=function)  #!
    process.start()
    print("started", process.pid)
""",
)
bad(
    RULE,
    "pool kept by an object without an end",
    """
from concurrent.futures import ThreadPoolExecutor

class Loader:
    def __init__(self):
        self._pool = ThreadPoolExecutor(8)  #!

    def load(self, paths):
        return list(self._pool.map(open, paths))
""",
)
safe(
    "executor of a grpc server",
    """
from concurrent import futures

import grpc

def serve(register):
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=10))
    register(server)
    server.start()
    server.wait_for_termination()
""",
)
safe(
    "the loop gets a default executor",
    """
import asyncio
from concurrent.futures import ThreadPoolExecutor

async def main():
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(4))
    await asyncio.sleep(1)

asyncio.run(main())
""",
)
safe(
    "owner with a context manager",
    """
from concurrent.futures import ThreadPoolExecutor

class Owner:
    def __init__(self, pool):
        self._pool = pool

    def run(self, f):
        return self._pool.submit(f)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self._pool.shutdown()

def main(f):
    with Owner(ThreadPoolExecutor()) as owner:
        return owner.run(f).result()
""",
)
safe(
    "exit stack",
    """
from contextlib import ExitStack
from concurrent.futures import ThreadPoolExecutor

def main(jobs):
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor())
        other = ThreadPoolExecutor()
        stack.callback(other.shutdown)
        return [future.result() for future in [pool.submit(job) for job in jobs] + [other.submit(job) for job in jobs]]
""",
)
safe(
    "threads in a list, joined elsewhere in the class",
    """
import threading

class Crew:
    def __init__(self):
        self._threads = []

    def hire(self, work):
        thread = threading.Thread(target=work)
        thread.start()
        self._threads.append(thread)

    def dismiss(self):
        for thread in self._threads:
            thread.join()
""",
)
safe(
    "finalizer",
    """
import weakref
from concurrent.futures import ThreadPoolExecutor

class Kept:
    def __init__(self):
        self._pool = ThreadPoolExecutor()
        weakref.finalize(self, self._pool.shutdown)

    def run(self, f):
        return self._pool.submit(f).result()
""",
)
safe(
    "fixture that ends it",
    """
import threading

import pytest

@pytest.fixture
def server(make_server):
    server = make_server()
    thread = threading.Thread(target=server.run)
    thread.start()
    yield server
    server.stop()
    thread.join(5)
""",
)
safe(
    "stopped by a guard of its own",
    """
import threading

def work(steps, wait):
    thread = None
    if wait:
        thread = threading.Thread(target=print)
        thread.start()
    for step in steps:
        step()
    if thread is not None:
        thread.join()
""",
)
safe(
    "joined in both branches",
    """
import threading

def work(step, ok):
    thread = threading.Thread(target=step)
    thread.start()
    if ok:
        thread.join()
        return 1
    else:
        thread.join(1)
        return 2
""",
)
safe(
    "joined in the handler and at the end",
    """
import threading

def work(step):
    thread = threading.Thread(target=step)
    thread.start()
    try:
        step()
    except ValueError:
        thread.join()
        raise
    thread.join()
""",
)
