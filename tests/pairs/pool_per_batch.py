"""A pool for each round of a loop, and one pool for all."""

from __future__ import annotations

from tests.pairs.kit import pair, safe

RULE = "GIL501"

pair(
    RULE,
    "pool in for",
    """
from concurrent.futures import ThreadPoolExecutor

def process(batches, work):
    results = []
    for batch in batches:
        with ThreadPoolExecutor(max_workers=8) as pool: #!
            results.extend(pool.map(work, batch))
    return results
""",
    """
from concurrent.futures import ThreadPoolExecutor

def process(batches, work):
    results = []
    with ThreadPoolExecutor(max_workers=8) as pool:
        for batch in batches:
            results.extend(pool.map(work, batch))
    return results
""",
    {"for batch in batches:": 'for batch in ("a", "b"):'},
)

pair(
    RULE,
    "while True",
    """
import time
from multiprocessing import Pool

def resize(path):
    return path

def watch(folder):
    while True:
        with Pool(4) as pool: #!
            pool.map(resize, list(folder.iterdir()))
        time.sleep(5)
""",
    """
import time
from multiprocessing import Pool

def resize(path):
    return path

def watch(folder):
    with Pool(4) as pool:
        while True:
            pool.map(resize, list(folder.iterdir()))
            time.sleep(5)
""",
)

pair(
    RULE,
    "function called in loop",
    """
import concurrent.futures

def fetch_page(urls):
    with concurrent.futures.ThreadPoolExecutor() as ex: #!
        return list(ex.map(len, urls))

def crawl(pages):
    for urls in pages:
        print(fetch_page(urls))
""",
    {
        """    for urls in pages:
        print(fetch_page(urls))""": "    print(fetch_page([u for urls in pages for u in urls]))"
    },
    """
import concurrent.futures

def fetch_page(ex, urls):
    return list(ex.map(len, urls))

def crawl(pages):
    with concurrent.futures.ThreadPoolExecutor() as ex:
        for urls in pages:
            print(fetch_page(ex, urls))
""",
)

pair(
    RULE,
    "comprehension",
    """
from multiprocessing.pool import ThreadPool

def score(group):
    return ThreadPool(4).map(len, group)

def score_all(groups):
    return [score(g) for g in groups]
""",
    """
from multiprocessing.pool import ThreadPool

def score_all(groups):
    pool = ThreadPool(4)
    return [pool.map(len, g) for g in groups]
""",
)

pair(
    RULE,
    "pool in comprehension",
    """
from concurrent.futures import ProcessPoolExecutor

def total(chunks):
    return [sum(ProcessPoolExecutor().map(abs, chunk)) for chunk in chunks] #!
""",
    """
from concurrent.futures import ProcessPoolExecutor

def total(chunks):
    with ProcessPoolExecutor() as pool:
        return [sum(pool.map(abs, chunk)) for chunk in chunks]
""",
)

pair(
    RULE,
    "per epoch",
    """
import multiprocessing as mp

def evaluate(x):
    return x ** 2

def train(data, epochs):
    for epoch in range(epochs):
        pool = mp.Pool(processes=mp.cpu_count()) #!
        losses = pool.map(evaluate, data)
        pool.close()
        pool.join()
        print(epoch, sum(losses))
""",
    """
import multiprocessing as mp

def evaluate(x):
    return x ** 2

def train(data, epochs):
    pool = mp.Pool(processes=mp.cpu_count())
    for epoch in range(epochs):
        losses = pool.map(evaluate, data)
        print(epoch, sum(losses))
    pool.close()
    pool.join()
""",
)

pair(
    RULE,
    "async loop",
    """
import asyncio
from concurrent.futures import ProcessPoolExecutor

def parse(text):
    return text.split()

async def serve(queue):
    loop = asyncio.get_running_loop()
    while True:
        text = await queue.get()
        with ProcessPoolExecutor() as pool: #!
            print(await loop.run_in_executor(pool, parse, text))
""",
    """
import asyncio
from concurrent.futures import ProcessPoolExecutor

def parse(text):
    return text.split()

async def serve(queue):
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor() as pool:
        while True:
            text = await queue.get()
            print(await loop.run_in_executor(pool, parse, text))
""",
)

pair(
    RULE,
    "method in class loop",
    """
from concurrent.futures import ThreadPoolExecutor

class Sync:
    def sync_folder(self, folder):
        with ThreadPoolExecutor(4) as pool: #!
            for _ in pool.map(self.copy, folder):
                pass

    def sync(self, folders):
        for folder in folders:
            self.sync_folder(folder)

    def copy(self, file):
        print(file)
""",
    """
from concurrent.futures import ThreadPoolExecutor

class Sync:
    def __init__(self):
        self.pool = ThreadPoolExecutor(4)

    def sync_folder(self, folder):
        for _ in self.pool.map(self.copy, folder):
            pass

    def sync(self, folders):
        for folder in folders:
            self.sync_folder(folder)
        self.pool.shutdown()

    def copy(self, file):
        print(file)
""",
)

pair(
    RULE,
    "alias get_context",
    """
import multiprocessing
ctx = multiprocessing.get_context("spawn")

def work(x):
    return x

def main(rounds):
    for r in rounds:
        with ctx.Pool(2) as p: #!
            print(p.map(work, r))
""",
    {
        """    for r in rounds:
        with ctx.Pool(2) as p: #!
            print(p.map(work, r))""": """    with ctx.Pool(2) as p:
        for r in rounds:
            print(p.map(work, r))"""
    },
)

pair(
    RULE,
    "nested loop submit",
    """
from concurrent.futures import ThreadPoolExecutor as Executor

def run(matrix, f):
    out = []
    for row in matrix:
        executor = Executor()
        try:
            futures = [executor.submit(f, x) for x in row]
            out.append([fu.result() for fu in futures])
        finally:
            executor.shutdown()
    return out
""",
    {
        """    for row in matrix:
        executor = Executor()
""": """    for row, executor in zip(matrix, make_executors()):
""",
        "@append": """
def make_executors():
    return [Executor(n) for n in (1, 2)]
""",
    },
)

pair(
    RULE,
    "test loop",
    """
from concurrent.futures import ThreadPoolExecutor

def test_stress():
    hits = []
    for _ in range(200):
        with ThreadPoolExecutor(8) as pool: #!
            list(pool.map(hits.append, range(10)))
    assert len(hits) == 2000
""",
    """
from concurrent.futures import ThreadPoolExecutor
import pytest

@pytest.mark.parametrize("workers", [1, 2, 8])
def test_stress(workers):
    hits = []
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(hits.append, range(10)))
    assert len(hits) == 10
""",
    """
from concurrent.futures import ThreadPoolExecutor

def test_sizes():
    for workers in (1, 2, 4, 8, 16):
        with ThreadPoolExecutor(max_workers=workers) as pool:
            assert len(list(pool.map(abs, range(10)))) == 10
""",
    path="tests/test_stress.py",
)

pair(
    RULE,
    "other module helper",
    """
from fast import pmap

def main(files):
    for f in files:
        print(pmap(len, open(f)))
""",
    {
        """    for f in files:
        print(pmap(len, open(f)))""": "    print(pmap(len, files))"
    },
    others={
        "fast.py": """
from concurrent.futures import ThreadPoolExecutor

def pmap(fn, items):
    with ThreadPoolExecutor() as pool:
        return list(pool.map(fn, items))
"""
    },
)

pair(
    RULE,
    "flask handler pool per request",
    """
from concurrent.futures import ThreadPoolExecutor
from flask import Flask

app = Flask(__name__)

def price(shop):
    return len(shop)

def prices(shops):
    with ThreadPoolExecutor(len(shops)) as ex: #!
        return list(ex.map(price, shops))

def refresh(products):
    while products:
        product = products.pop()
        product.prices = prices(product.shops)
""",
    """
from concurrent.futures import ThreadPoolExecutor
from flask import Flask

app = Flask(__name__)
EX = ThreadPoolExecutor(8)

def price(shop):
    return len(shop)

def prices(shops):
    return list(EX.map(price, shops))

def refresh(products):
    while products:
        product = products.pop()
        product.prices = prices(product.shops)
""",
)

pair(
    RULE,
    "manager in loop with starmap",
    """
from multiprocessing.pool import Pool

def dist(a, b):
    return abs(a - b)

def pairs(rows):
    for row in rows:
        yield Pool(3).starmap(dist, row)
""",
    """
from multiprocessing.pool import Pool

def dist(a, b):
    return abs(a - b)

def pairs(rows):
    with Pool(3) as pool:
        for row in rows:
            yield pool.starmap(dist, row)
""",
)

pair(
    RULE,
    "one pool per subclass",
    """
from concurrent.futures import ThreadPoolExecutor

class MyPool(ThreadPoolExecutor):
    pass

def go(batches):
    for b in batches:
        with MyPool() as p: #!
            list(p.map(print, b))
""",
    {
        """    for b in batches:
        with MyPool() as p: #!
            list(p.map(print, b))""": """    with MyPool() as p:
        for b in batches:
            list(p.map(print, b))"""
    },
)

pair(
    RULE,
    "for line in stdin",
    """
import sys
from multiprocessing import Pool

def work(x):
    return int(x) ** 2

def main():
    for line in sys.stdin:
        with Pool() as pool: #!
            print(sum(pool.map(work, line.split())))

if __name__ == "__main__":
    main()
""",
    {
        """    for line in sys.stdin:
        with Pool() as pool: #!
            print(""": """    with Pool() as pool:
        for line in sys.stdin:
            print("""
    },
)

pair(
    RULE,
    "range numbers",
    """
from concurrent.futures import ThreadPoolExecutor

def simulate(seed):
    return seed * 2

def main():
    results = []
    for i in range(0, 1000, 10):
        executor = ThreadPoolExecutor(max_workers=10) #!
        results += executor.map(simulate, range(i, i + 10))
        executor.shutdown()
    return results
""",
    {
        """    for i in range(0, 1000, 10):
        executor = ThreadPoolExecutor(max_workers=10) #!
""": """    executor = ThreadPoolExecutor(max_workers=10)
    for i in range(0, 1000, 10):
""",
        """        executor.shutdown()
""": "",
    },
)

pair(
    RULE,
    "short for",
    """
from concurrent.futures import ThreadPoolExecutor
def run(jobs):
    for job in jobs:
        with ThreadPoolExecutor() as ex: #!
            ex.submit(job).result()
""",
    {
        """    for job in jobs:
        with ThreadPoolExecutor() as ex: #!
            ex.submit(job).result()""": """    with ThreadPoolExecutor() as ex:
        for job in jobs:
            ex.submit(job).result()"""
    },
)

pair(
    RULE,
    "short range",
    """
from multiprocessing import Pool
def f(x): return x
if __name__ == "__main__":
    for i in range(100):
        with Pool(4) as p: #!
            p.map(f, range(10))
""",
    {
        """    for i in range(100):
        with Pool(4) as p: #!
            p.map(f, range(10))""": """    with Pool(4) as p:
        for i in range(100):
            p.map(f, range(10))"""
    },
)

pair(
    RULE,
    "short helper",
    """
from concurrent.futures import ThreadPoolExecutor
def process(batch):
    with ThreadPoolExecutor() as ex:
        return list(ex.map(str, batch))
def main(batches):
    return [process(b) for b in batches]
""",
    {
        """def process(batch):
    with ThreadPoolExecutor() as ex:
        return list(ex.map(str, batch))""": """ex = ThreadPoolExecutor()
def process(batch):
    return list(ex.map(str, batch))"""
    },
)

pair(
    RULE,
    "short test",
    """
from concurrent.futures import ThreadPoolExecutor
def test_batches():
    out = []
    for batch in [[1], [2], [3], [4]]:
        with ThreadPoolExecutor(max_workers=4) as ex: #!
            out.extend(ex.map(str, batch))
    assert out == ["1", "2", "3", "4"]
""",
    {
        """    for batch in [[1], [2], [3], [4]]:
        with ThreadPoolExecutor(max_workers=4) as ex: #!
            out.extend(ex.map(str, batch))""": """    with ThreadPoolExecutor(max_workers=4) as ex:
        for batch in [[1], [2], [3], [4]]:
            out.extend(ex.map(str, batch))"""
    },
    path="test_batches.py",
)

safe(
    "retry loop with break",
    """
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
def run(fn, items):
    for attempt in range(3):
        try:
            with ProcessPoolExecutor() as pool:
                return list(pool.map(fn, items))
        except BrokenProcessPool:
            if attempt == 2:
                raise
""",
)

safe(
    "list of pools one per device",
    """
from concurrent.futures import ThreadPoolExecutor
class Devices:
    def __init__(self, names):
        self.pools = {name: ThreadPoolExecutor(1, thread_name_prefix=name) for name in names}
    def submit(self, name, fn):
        return self.pools[name].submit(fn)
    def close(self):
        for p in self.pools.values():
            p.shutdown()
""",
)

safe(
    "fixture per test",
    """
from concurrent.futures import ThreadPoolExecutor
import pytest
@pytest.fixture(params=[1, 4])
def pool(request):
    with ThreadPoolExecutor(request.param) as p:
        yield p
""",
    path="tests/conftest.py",
)

safe(
    "benchmark over kinds",
    """
from concurrent.futures import ThreadPoolExecutor, ProcessPoolExecutor
def bench(fn, items):
    for kind in (ThreadPoolExecutor, ProcessPoolExecutor):
        with kind() as pool:
            print(kind, list(pool.map(fn, items)))
""",
)

safe(
    "lazy pool in loop",
    """
from concurrent.futures import ThreadPoolExecutor
def go(items):
    pool = None
    for i in items:
        if pool is None:
            pool = ThreadPoolExecutor()
        yield pool.submit(print, i)
    pool.shutdown()
""",
)

safe(
    "restart broken pool",
    """
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
class Service:
    def __init__(self):
        self.pool = ProcessPoolExecutor()
    def run(self, jobs):
        for job in jobs:
            try:
                yield self.pool.submit(job).result()
            except BrokenProcessPool:
                self.pool = ProcessPoolExecutor()
    def close(self):
        self.pool.shutdown()
""",
)

safe(
    "worker count by loop variable nested call",
    """
import time
from concurrent.futures import ThreadPoolExecutor
def timed(n, fn, items):
    start = time.perf_counter()
    with ThreadPoolExecutor(max_workers=n) as pool:
        list(pool.map(fn, items))
    return time.perf_counter() - start
def bench(fn, items):
    for n in range(1, 17):
        print(n, timed(n, fn, items))
""",
)

safe(
    "broadcast",
    """
from concurrent.futures import ThreadPoolExecutor

def broadcast(connections, message):
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda connection: connection.send(message), connections))
""",
)

pair(
    RULE,
    "event callback",
    """
from concurrent.futures import ThreadPoolExecutor

class Bot:
    def __init__(self, client):
        self.pool = None
        client.on_message = self._arrived

    def _arrived(self, message):
        with ThreadPoolExecutor() as pool: #!
            return list(pool.map(message.ask, ["a", "b"]))
""",
    {"client.on_message": "client.on_close"},
)

safe(
    "memo in loop",
    """
from concurrent.futures import ThreadPoolExecutor
def changes(index):
    with ThreadPoolExecutor() as pool:
        return list(pool.map(len, index))
def add(paths, index):
    found = None
    for path in paths:
        if found is None:
            found = changes(index)
        print(path, found)
""",
)

pair(
    RULE,
    "pool inside a for",
    """
from concurrent.futures import ThreadPoolExecutor

def run(batches, work):
    out = []
    for batch in batches:
        with ThreadPoolExecutor(8) as pool: #!
            out.extend(pool.map(work, batch))
    return out
""",
    """
from concurrent.futures import ThreadPoolExecutor

def run(batches, work):
    out = []
    with ThreadPoolExecutor(8) as pool:
        for batch in batches:
            out.extend(pool.map(work, batch))
    return out
""",
)

pair(
    RULE,
    "pool in a helper called from a loop",
    """
import multiprocessing

def step(values):
    with multiprocessing.Pool() as pool: #!
        return pool.map(abs, values)

def main(values):
    for _ in range(1000):
        values = step(values)
    return values
""",
    """
import multiprocessing

def step(pool, values):
    return pool.map(abs, values)

def main(values):
    with multiprocessing.Pool() as pool:
        for _ in range(1000):
            values = step(pool, values)
    return values
""",
)

pair(
    RULE,
    "while loop over a stream",
    """
import multiprocessing.pool

def drain(stream, work):
    while chunk := stream.read():
        pool = multiprocessing.pool.ThreadPool(4) #!
        pool.map(work, chunk)
        pool.close()
        pool.join()
""",
    """
import multiprocessing.pool

def drain(stream, work):
    pool = multiprocessing.pool.ThreadPool(4)
    while chunk := stream.read():
        pool.map(work, chunk)
    pool.close()
    pool.join()
""",
)

pair(
    RULE,
    "a pool for each epoch",
    """
from concurrent.futures import ProcessPoolExecutor

def epochs(data, train):
    for epoch in range(50):
        with ProcessPoolExecutor(max_workers=4) as pool: #!
            list(pool.map(train, data))
""",
    """
from concurrent.futures import ProcessPoolExecutor

def benchmark(data, train):
    for workers in (1, 2, 4, 8):
        with ProcessPoolExecutor(max_workers=workers) as pool:
            list(pool.map(train, data))
""",
)

pair(
    RULE,
    "comprehension of pools",
    """
from concurrent.futures import ThreadPoolExecutor

def one(url, fetch):
    with ThreadPoolExecutor(1) as pool: #!
        return pool.submit(fetch, url).result(timeout=5)

def main(urls, fetch):
    return [one(url, fetch) for url in urls]
""",
    """
from concurrent.futures import ThreadPoolExecutor

def one(pool, url, fetch):
    return pool.submit(fetch, url).result(timeout=5)

def main(urls, fetch):
    with ThreadPoolExecutor(1) as pool:
        return [one(pool, url, fetch) for url in urls]
""",
)

pair(
    RULE,
    "method called in loop, self",
    """
from concurrent.futures import ThreadPoolExecutor

class Sync:
    def push(self, rows):
        with ThreadPoolExecutor(2) as pool: #!
            list(pool.map(print, rows))

    def run(self, source):
        for rows in source:
            self.push(rows)
""",
    """
from concurrent.futures import ThreadPoolExecutor

class Sync:
    def __init__(self):
        self.pool = ThreadPoolExecutor(2)

    def close(self):
        self.pool.shutdown()

    def push(self, rows):
        list(self.pool.map(print, rows))

    def run(self, source):
        for rows in source:
            self.push(rows)
""",
)
