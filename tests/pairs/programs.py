"""Whole small programs without a pitfall."""

from __future__ import annotations

from tests.pairs.kit import safe

safe(
    "long crawler",
    """
import logging
import queue
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed

log = logging.getLogger(__name__)

class Crawler:
    def __init__(self, fetch, workers=4):
        self._fetch = fetch
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="crawl")
        self._lock = threading.Lock()
        self._seen = set()
        self._errors = []
        self.fetched = 0

    def _visit(self, url):
        try:
            page = self._fetch(url)
        except OSError as exc:
            with self._lock:
                self._errors.append((url, exc))
            return []
        with self._lock:
            self.fetched += 1
            new = [u for u in page.links if u not in self._seen]
            self._seen.update(new)
        return new

    def crawl(self, start):
        todo = {self._pool.submit(self._visit, start)}
        while todo:
            for done in as_completed(list(todo)):
                todo.remove(done)
                todo.update(self._pool.submit(self._visit, u) for u in done.result())
                break
        return self._errors

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self._pool.shutdown(wait=True, cancel_futures=True)
""",
)

safe(
    "long async service",
    """
import asyncio
import contextlib
import logging
import time

log = logging.getLogger(__name__)

class Service:
    def __init__(self, source, sink, size=100):
        self._source = source
        self._sink = sink
        self._queue = asyncio.Queue(maxsize=size)
        self._tasks = []
        self._started = 0.0
        self.count = 0

    async def start(self):
        self._started = time.monotonic()
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._write())]

    async def stop(self):
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _read(self):
        async for item in self._source:
            self.count += 1
            await self._queue.put(item)

    async def _write(self):
        while True:
            item = await self._queue.get()
            try:
                await asyncio.wait_for(self._sink(item), 5)
            except Exception:
                log.exception("sink failed for %r", item)
            finally:
                self._queue.task_done()
""",
)

safe(
    "long background thread with queue logger",
    """
import atexit
import queue
import threading

class Shipper(threading.Thread):
    def __init__(self, send, size=1000):
        super().__init__(daemon=True, name="shipper")
        self._send = send
        self._queue = queue.Queue(maxsize=size)
        self.dropped = 0
        self.sent = 0
        atexit.register(self.close)

    def put(self, record):
        try:
            self._queue.put_nowait(record)
            return True
        except queue.Full:
            return False

    def run(self):
        while True:
            record = self._queue.get()
            if record is None:
                return
            self._send(record)
            self.sent += 1

    def close(self):
        self._queue.put(None)
        self.join(timeout=5)
""",
)

safe(
    "long test suite",
    """
import threading
from concurrent.futures import ThreadPoolExecutor
import pytest

class Counter:
    def __init__(self):
        self._lock = threading.Lock()
        self.value = 0
    def inc(self):
        with self._lock:
            self.value += 1

@pytest.fixture
def counter():
    return Counter()

@pytest.mark.parametrize("workers", [1, 2, 8])
def test_threads(counter, workers):
    with ThreadPoolExecutor(workers) as pool:
        futures = [pool.submit(counter.inc) for _ in range(100)]
    for future in futures:
        future.result()
    assert counter.value == 100

def test_barrier(counter):
    barrier = threading.Barrier(4)
    errors = []
    def run():
        try:
            barrier.wait(timeout=5)
            counter.inc()
        except Exception as exc:
            errors.append(exc)
    threads = [threading.Thread(target=run) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join(timeout=10)
    assert not errors
    assert counter.value == 4
""",
    path="tests/test_counter.py",
)

safe(
    "long multiprocessing script",
    """
import argparse
import multiprocessing as mp
import sys

def init(level):
    global LEVEL
    LEVEL = level

def work(path):
    with open(path, "rb") as f:
        return path, len(f.read()), LEVEL

def main(argv=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("paths", nargs="+")
    parser.add_argument("-j", "--jobs", type=int, default=mp.cpu_count())
    args = parser.parse_args(argv)
    failed = 0
    with mp.get_context("spawn").Pool(args.jobs, initializer=init, initargs=(3,)) as pool:
        for path, size, _ in pool.imap_unordered(work, args.paths):
            print(path, size)
            failed += size == 0
    return 1 if failed else 0

if __name__ == "__main__":
    sys.exit(main())
""",
)

safe(
    "django style cache",
    """
import threading
_local = threading.local()
_lock = threading.RLock()
_registry = {}

def current():
    if not hasattr(_local, "stack"):
        _local.stack = []
    return _local.stack

def register(name, factory):
    with _lock:
        if name in _registry:
            raise KeyError(name)
        _registry[name] = factory

def get(name):
    try:
        return _registry[name]
    except KeyError:
        with _lock:
            return _registry.setdefault(name, object())
""",
)
