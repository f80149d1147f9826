"""Lazy results of `map` that nobody walks, and the many ways to walk them."""

from __future__ import annotations

from tests.pairs.kit import bad_variants, pair, safe, safe_variants

RULE = "GIL202"

pair(
    RULE,
    "map not consumed",
    """
from concurrent.futures import ThreadPoolExecutor

def save(item):
    raise OSError(item)

def save_all(items):
    with ThreadPoolExecutor(max_workers=5) as executor:
        executor.map(save, items) #!
""",
    {"        executor.map(save, items) #!": "        list(executor.map(save, items))"},
    {
        "        executor.map(save, items) #!": """        for _ in executor.map(save, items):
            pass"""
    },
    {
        "        executor.map(save, items) #!": "        collections.deque(executor.map(save, items), maxlen=0)",
        "@prepend": """import collections
""",
    },
    {"        executor.map(save, items) #!": "        yield from executor.map(save, items)"},
    {"        executor.map(save, items) #!": "        return all(executor.map(save, items))"},
    {"        executor.map(save, items) #!": "        a, b = executor.map(save, items)"},
    {"        executor.map(save, items) #!": "        print(*executor.map(save, items))"},
    {"        executor.map(save, items) #!": "        map(save, items)"},
    {
        "        executor.map(save, items) #!": "        executor.map(save, items)",
        "from concurrent.futures import ThreadPoolExecutor": "from multiprocessing.pool import ThreadPool as ThreadPoolExecutor",
        "max_workers=5": "5",
    },
)

pair(
    RULE,
    "bound never read",
    """
import concurrent.futures as cf

def thumb(path):
    return path.with_suffix(".png")

def main(paths):
    with cf.ProcessPoolExecutor() as pool:
        results = pool.map(thumb, paths, chunksize=10) #!
    print("finished")

if __name__ == "__main__":
    main([])
""",
    {'print("finished")': 'print("finished", len(list(results)))'},
    {
        'print("finished")': """for r in results:
        print(r)"""
    },
    {'print("finished")': "return results"},
    {
        'print("finished")': """self_results = dict(zip(paths, results))
    print(self_results)"""
    },
)

pair(
    RULE,
    "imap never iterated",
    """
from multiprocessing import Pool

def parse(line):
    return int(line)

def load(lines):
    with Pool(4) as pool:
        pool.imap(parse, lines) #!
        pool.close()
        pool.join()
""",
    {"pool.imap(parse, lines) #!": "numbers = list(pool.imap(parse, lines))"},
    {"pool.imap(parse, lines) #!": "return sum(pool.imap_unordered(parse, lines, chunksize=50))"},
    {
        "pool.imap(parse, lines) #!": """it = pool.imap(parse, lines)
        while True:
            try:
                print(next(it))
            except StopIteration:
                break"""
    },
)

pair(
    RULE,
    "map_async dropped",
    """
import multiprocessing as mp

def work(n):
    return 1 / n

def run():
    pool = mp.Pool()
    pool.map_async(work, range(10)) #!
    pool.close()
    pool.join()
""",
    {
        "    pool.map_async(work, range(10)) #!": """    result = pool.map_async(work, range(10))
    result.get()"""
    },
    {"pool.map_async(work, range(10)) #!": "pool.map_async(work, range(10), error_callback=print)"},
    {"pool.map_async(work, range(10)) #!": "pool.map(work, range(10))"},
    {
        "    pool.map_async(work, range(10)) #!": """    r = pool.map_async(work, range(10))
    r.wait()
    if not r.successful():
        raise RuntimeError("failed")"""
    },
)

pair(
    RULE,
    "starmap_async waited only",
    """
from multiprocessing.pool import ThreadPool

def copy(src, dst):
    open(dst, "w").write(open(src).read())

def copy_all(pairs):
    with ThreadPool(8) as pool:
        result = pool.starmap_async(copy, pairs) #!
        result.wait()
""",
    {"result.wait()": "result.get()"},
    {
        """pool.starmap_async(copy, pairs) #!
        result.wait()""": "pool.starmap(copy, pairs)"
    },
)

pair(
    RULE,
    "self pool",
    """
from concurrent.futures import ThreadPoolExecutor

class Notifier:
    def __init__(self, listeners):
        self.listeners = listeners
        self._pool = ThreadPoolExecutor(max_workers=4)

    def notify(self, event):
        self._pool.map(lambda listener: listener(event), self.listeners) #!
""",
    {
        "        self._pool.map(lambda listener: listener(event), self.listeners) #!": "        return list(self._pool.map(lambda listener: listener(event), self.listeners))"
    },
    {
        "        self._pool.map(lambda listener: listener(event), self.listeners) #!": """        self.pending = self._pool.map(lambda listener: listener(event), self.listeners)

    def join(self):
        for _ in self.pending:
            pass"""
    },
    {
        "        self._pool.map(lambda listener: listener(event), self.listeners) #!": """        results = self._pool.map(lambda listener: listener(event), self.listeners)
        for listener, result in zip(self.listeners, results, strict=True):
            print(listener, result)"""
    },
)

pair(
    RULE,
    "executor parameter",
    """
from concurrent.futures import ThreadPoolExecutor

def warm(executor, hosts):
    executor.map(ping, hosts) #!

def ping(host):
    raise TimeoutError(host)

def main():
    with ThreadPoolExecutor(4) as ex:
        warm(ex, ["a", "b"])
""",
    {
        "    executor.map(ping, hosts) #!": "    return executor.map(ping, hosts)",
        '        warm(ex, ["a", "b"])': '        print(list(warm(ex, ["a", "b"])))',
    },
    {"    executor.map(ping, hosts) #!": "    assert not any(executor.map(ping, hosts))"},
)

pair(
    RULE,
    "test asserts side effect",
    """
from concurrent.futures import ThreadPoolExecutor

def test_counter():
    hits = []
    with ThreadPoolExecutor(8) as pool:
        pool.map(hits.append, range(100)) #!
    assert len(hits) == 100
""",
    {"pool.map(hits.append, range(100)) #!": "list(pool.map(hits.append, range(100)))"},
    {"pool.map(hits.append, range(100)) #!": "assert set(pool.map(hits.append, range(100))) == {None}"},
    path="tests/test_counter.py",
)

pair(
    RULE,
    "assigned to underscore name then used as bool",
    """
from concurrent.futures import ThreadPoolExecutor

def check(host):
    raise OSError

def healthy(hosts):
    with ThreadPoolExecutor() as ex:
        answers = ex.map(check, hosts, timeout=5) #!
        return True
""",
    {"return True": "return next(answers)"},
    {"return True": "return max(answers, default=None)"},
    {"return True": "return sorted(answers)"},
    {"return True": "return [a for a in answers if a]"},
    {"return True": 'return ", ".join(answers)'},
    {
        "return True": """first, *rest = answers
        return first"""
    },
)

pair(
    RULE,
    "in with exit stack",
    """
from contextlib import ExitStack
from concurrent.futures import ThreadPoolExecutor

def work(x):
    return 1 / x

def go(items):
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(3))
        pool.map(work, items) #!
""",
    {"        pool.map(work, items) #!": "        return tuple(pool.map(work, items))"},
)

pair(
    RULE,
    "chained constructor",
    """
from concurrent.futures import ThreadPoolExecutor

def work(x):
    return 1 / x

def go(items):
    ThreadPoolExecutor(3).map(work, items) #!
""",
    {"    ThreadPoolExecutor": "    return ThreadPoolExecutor"},
)

pair(
    RULE,
    "spawn context pool imap_unordered",
    """
from multiprocessing import get_context

def work(x):
    return 1 / x

def go(items):
    with get_context("spawn").Pool(3) as pool:
        unused = pool.imap_unordered(work, items) #!
        pool.close()
        pool.join()
""",
    {"unused = pool.imap_unordered(work, items) #!": "results = {r for r in pool.imap_unordered(work, items)}"},
)

pair(
    RULE,
    "optional pool attribute",
    """
import concurrent.futures
from dataclasses import dataclass, field

@dataclass
class Exporter:
    pool: concurrent.futures.ThreadPoolExecutor = field(default_factory=concurrent.futures.ThreadPoolExecutor)

    def export(self, rows):
        self.pool.map(self._write, rows) #!

    def _write(self, row):
        raise OSError(row)
""",
    {"        self.pool.map(self._write, rows) #!": "        return sum(1 for _ in self.pool.map(self._write, rows))"},
)

pair(
    RULE,
    "tqdm",
    """
from concurrent.futures import ThreadPoolExecutor
from tqdm import tqdm

def work(x):
    return 1 / x

def go(items):
    with ThreadPoolExecutor() as pool:
        bar = tqdm(total=len(items))
        pool.map(work, items) #!
        bar.close()
""",
    {"pool.map(work, items) #!": "list(tqdm(pool.map(work, items), total=len(items)))"},
)

pair(
    RULE,
    "async def with executor map",
    """
import asyncio
from concurrent.futures import ProcessPoolExecutor

def work(x):
    return 1 / x

async def go(items):
    with ProcessPoolExecutor() as pool:
        pool.map(work, items) #!
    await asyncio.sleep(0)
""",
    {
        "pool.map(work, items) #!": """loop = asyncio.get_running_loop()
        return await asyncio.gather(*[loop.run_in_executor(pool, work, i) for i in items])"""
    },
)

pair(
    RULE,
    "worker prints",
    """
import time
from concurrent.futures import ThreadPoolExecutor

def task(n):
    print("task", n)
    time.sleep(n)
    return n * 10

def main():
    with ThreadPoolExecutor(max_workers=3) as executor:
        executor.map(task, [1, 2, 3]) #!
""",
    {
        "        executor.map(task, [1, 2, 3]) #!": """        for r in executor.map(task, [1, 2, 3]):
            print(r)"""
    },
)

pair(
    RULE,
    "method of instance",
    """
from concurrent.futures import ThreadPoolExecutor

class Downloader:
    def __init__(self, urls, workers=5):
        self.urls = urls
        self.workers = workers

    def _download(self, url):
        import urllib.request
        urllib.request.urlretrieve(url, url.split("/")[-1])

    def start(self):
        with ThreadPoolExecutor(max_workers=self.workers) as executor:
            executor.map(self._download, self.urls) #!
""",
    {"            executor.map(self._download, self.urls) #!": "            for _ in executor.map(self._download, self.urls): pass"},
)

pair(
    RULE,
    "tuple of executors",
    """
from concurrent.futures import ThreadPoolExecutor, ProcessPoolExecutor

def f(x):
    if x > 3:
        raise ValueError(x)

def compare(xs):
    for cls in (ThreadPoolExecutor, ProcessPoolExecutor):
        with cls(max_workers=2) as ex:
            ex.map(f, xs) #!
""",
    {"            ex.map(f, xs) #!": "            list(ex.map(f, xs))"},
)

pair(
    RULE,
    "short map",
    """
from concurrent.futures import ThreadPoolExecutor
def f(x):
    return 1 / x
with ThreadPoolExecutor() as ex:
    ex.map(f, [1, 0]) #!
""",
    {"    ex.map(f, [1, 0]) #!": "    print(list(ex.map(f, [1, 0])))"},
)

pair(
    RULE,
    "short map kept",
    """
from concurrent.futures import ThreadPoolExecutor
def f(x):
    return 1 / x
def main():
    with ThreadPoolExecutor() as ex:
        results = ex.map(f, [1, 0]) #!
    return "ok"
""",
    {'return "ok"': "return list(results)"},
)

pair(
    RULE,
    "short thread_pool fixture map",
    """
def test_all(thread_pool):
    thread_pool.map(int, ["1", "x"]) #!
""",
    {'    thread_pool.map(int, ["1", "x"]) #!': '    assert list(thread_pool.map(int, ["1", "2"])) == [1, 2]'},
    path="test_all.py",
)

safe(
    "pandas map and own pool",
    """
import pandas as pd
class Pool:
    def map(self, f, xs):
        for x in xs:
            f(x)
def go(df: pd.Series, pool: Pool):
    df.map(str)
    Pool().map(str, [1])
    pool.map(str, [2])
""",
)

safe(
    "worker of map reports itself",
    """
import logging
from concurrent.futures import ThreadPoolExecutor

def notify(client):
    try:
        client.send("x")
    except Exception:
        logging.exception("client %s", client)

def broadcast(clients):
    with ThreadPoolExecutor(4) as pool:
        pool.map(notify, clients)
""",
)

safe(
    "map result given to helper",
    """
from concurrent.futures import ThreadPoolExecutor
def consume(results):
    for r in results:
        print(r)
def go(xs):
    with ThreadPoolExecutor(4) as pool:
        consume(pool.map(abs, xs))
""",
)

safe(
    "multiprocessing map dropped",
    """
from multiprocessing import Pool
def work(x):
    return 1 / x
def go(xs):
    with Pool(4) as pool:
        pool.map(work, xs)
        pool.starmap(work, [(1,)])
""",
)

safe(
    "gevent pool map",
    """
from gevent.pool import Pool
def go(xs):
    pool = Pool(4)
    pool.map(print, xs)
    pool.apply_async(print, xs)
""",
)

USES_OF_MAP = """
import collections, itertools, functools
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.pool import ThreadPool
def work(x):
    return 1 / x
def go(xs, self=None):
    with ThreadPoolExecutor() as ex:
        BODY
"""

safe_variants(
    "map",
    USES_OF_MAP,
    {
        "unpack": """
a, *b = ex.map(work, xs)
print(a)
""",
        "next": "return next(ex.map(work, xs))",
        "in": "return 3 in ex.map(work, xs)",
        "reduce": "return functools.reduce(max, ex.map(work, xs))",
        "chain": """
for x in itertools.chain(ex.map(work, xs), [1]):
    print(x)
""",
        "zip": """
for a, b in zip(xs, ex.map(work, xs)):
    print(a, b)
""",
        "dict": "return dict(zip(xs, ex.map(work, xs)))",
        "star": "return [*ex.map(work, xs)]",
        "extend": """
out = []
out.extend(ex.map(work, xs))
return out
""",
        "iadd": """
out = []
out += ex.map(work, xs)
return out
""",
        "update": """
s = set()
s.update(ex.map(work, xs))
return s
""",
        "slice": """
out = [0] * 3
out[:] = ex.map(work, xs)
return out
""",
        "enumerate": """
for i, r in enumerate(ex.map(work, xs)):
    print(i, r)
""",
        "counter": "return collections.Counter(ex.map(work, xs))",
        "join": 'return "".join(ex.map(str, xs))',
        "genexp": "return sum(1 for r in ex.map(work, xs) if r)",
        "assign later": """
rs = ex.map(work, xs)
n = 0
for r in rs:
    n += 1
return n
""",
        "assign list": """
rs = ex.map(work, xs)
rs = list(rs)
return rs
""",
        "filter": "return list(filter(None, ex.map(work, xs)))",
        "map map": "return list(map(str, ex.map(work, xs)))",
        "try": """
try:
    for _ in ex.map(work, xs, timeout=3):
        pass
except TimeoutError:
    print("late")
""",
        "yield": "yield from ex.map(work, xs)",
        "ret": "return ex.map(work, xs)",
        "self": "self.it = ex.map(work, xs)",
        "np": """
import numpy as np
return np.fromiter(ex.map(work, xs), float)
""",
        "df": """
import pandas as pd
return pd.concat(ex.map(work, xs))
""",
        "pass fn": "return consume(ex.map(work, xs))",
        "all": "assert all(ex.map(work, xs))",
        "set comp": "return {r for r in ex.map(work, xs)}",
        "writelines": 'open("x", "w").writelines(ex.map(str, xs))',
        "executemany": 'self.db.executemany("x", ex.map(work, xs))',
        "while next": """
it = ex.map(work, xs)
while (r := next(it, None)) is not None:
    print(r)
""",
        "islice": "return list(itertools.islice(ex.map(work, xs), 3))",
        "unpack call": 'print(*ex.map(work, xs), sep=",")',
        "walrus": """
if any(rs := list(ex.map(work, xs))):
    return rs
""",
    },
)

bad_variants(
    RULE,
    "template",
    USES_OF_MAP,
    {
        "plain": "ex.map(work, xs)",
    },
)

pair(
    RULE,
    "bare executor.map",
    """
from concurrent.futures import ThreadPoolExecutor

def touch_all(paths):
    with ThreadPoolExecutor() as pool:
        pool.map(lambda path: path.touch(), paths) #!
""",
    """
from concurrent.futures import ThreadPoolExecutor

def touch_all(paths):
    with ThreadPoolExecutor() as pool:
        for _ in pool.map(lambda path: path.touch(), paths):
            pass
""",
)

pair(
    RULE,
    "results bound and never read",
    """
from concurrent.futures import ProcessPoolExecutor

def convert(path):
    return path

def main(paths):
    with ProcessPoolExecutor() as pool:
        results = pool.map(convert, paths) #!
    print("converted", len(paths))
""",
    """
from concurrent.futures import ProcessPoolExecutor

def convert(path):
    return path

def main(paths):
    with ProcessPoolExecutor() as pool:
        results = pool.map(convert, paths)
    print("converted", sum(1 for _ in results))
""",
)

pair(
    RULE,
    "imap_unordered never iterated",
    """
import multiprocessing

def index(path):
    return path

def build(paths):
    pool = multiprocessing.Pool()
    pool.imap_unordered(index, paths) #!
    pool.close()
    pool.join()
""",
    """
import multiprocessing

def index(path):
    return path

def build(paths):
    pool = multiprocessing.Pool()
    pool.map(index, paths)
    pool.close()
    pool.join()
""",
)

pair(
    RULE,
    "self.pool.map dropped",
    """
from concurrent.futures import ThreadPoolExecutor

class Broadcaster:
    def __init__(self):
        self.pool = ThreadPoolExecutor(4)

    def close(self):
        self.pool.shutdown()

    def send(self, clients, message):
        self.pool.map(lambda client: client.send(message), clients) #!
""",
    """
from concurrent.futures import ThreadPoolExecutor

class Broadcaster:
    def __init__(self):
        self.pool = ThreadPoolExecutor(4)

    def close(self):
        self.pool.shutdown()

    def send(self, clients, message):
        return self.pool.map(lambda client: client.send(message), clients)
""",
)

pair(
    RULE,
    "map_async without get",
    """
from multiprocessing import Pool

def job(n):
    return 1 / n

def main():
    with Pool() as pool:
        pending = pool.map_async(job, range(10)) #!
        pending.wait()
""",
    """
from multiprocessing import Pool

def job(n):
    return 1 / n

def main():
    with Pool() as pool:
        pending = pool.map_async(job, range(1, 10))
        pending.wait(5)
        return pending.get()
""",
)

pair(
    RULE,
    "test of an executor map",
    """
from concurrent.futures import ThreadPoolExecutor

def test_store(store):
    with ThreadPoolExecutor(4) as pool:
        pool.map(store.add, range(100)) #!
    assert len(store) == 100
""",
    """
from concurrent.futures import ThreadPoolExecutor

def test_store(store):
    with ThreadPoolExecutor(4) as pool:
        assert all(added is None for added in pool.map(store.add, range(100)))
    assert len(store) == 100
""",
    path="tests/test_app.py",
)

pair(
    RULE,
    "a pool's name bound anew",
    """
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pool

def work(n):
    return 1 / n

if __name__ == "__main__":
    pool = Pool()
    pool.map(work, range(5))
    pool.close()
    with ThreadPoolExecutor() as pool:
        pool.map(work, range(5)) #!
""",
    {"        pool.map(work, range(5)) #!": "        print(list(pool.map(work, range(5))))"},
)
