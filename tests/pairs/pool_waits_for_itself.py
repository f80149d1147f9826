"""Tasks that wait for tasks of their own pool, and those that don't."""

from __future__ import annotations

from tests.pairs.kit import bad_variants, pair, safe_variants

RULE = "GIL503"

pair(
    RULE,
    "nested submit",
    """
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(max_workers=2)

def page(url):
    return download(url)

def site(name):
    future = pool.submit(page, name) #!
    return future.result()

def main(names):
    return list(pool.map(site, names))
""",
    {"    future = pool.submit(page, name) #!\n    return future.result()": "    return page(name)"},
    {"pool.submit(page, name) #!": "pages.submit(page, name)", "def page": "pages = ThreadPoolExecutor(4)\n\ndef page"},
    {"return future.result()": "return future"},
    {"ThreadPoolExecutor": "ProcessPoolExecutor"},
    {"    return list(pool.map(site, names))": "    return [site(name) for name in names]"},
)

pair(
    RULE,
    "directory walk",
    """
import os
from concurrent.futures import ThreadPoolExecutor

class Walker:
    def __init__(self):
        self.pool = ThreadPoolExecutor(8)

    def walk(self, folder):
        total = 0
        futures = []
        for entry in os.scandir(folder):
            if entry.is_dir():
                futures.append(self.pool.submit(self.walk, entry.path)) #!
            else:
                total += 1
        return total + sum(f.result() for f in futures)
""",
    {"futures.append(self.pool.submit(self.walk, entry.path)) #!": "total += self.walk(entry.path)"},
    {"sum(f.result() for f in futures)": "len(futures)"},
    {"self.pool.submit(self.walk, entry.path)": "self.pool.submit(os.path.getsize, entry.path)"},
)

pair(
    RULE,
    "quicksort",
    """
from concurrent.futures import ThreadPoolExecutor

executor = ThreadPoolExecutor(4)

def sort(items):
    if len(items) < 2:
        return items
    pivot, *rest = items
    left = executor.submit(sort, [x for x in rest if x < pivot]) #!
    right = sort([x for x in rest if x >= pivot])
    return left.result() + [pivot] + right
""",
    {"executor.submit(sort, [x for x in rest if x < pivot]) #!": "sort([x for x in rest if x < pivot])", "left.result()": "left"},
    """
from concurrent.futures import ThreadPoolExecutor

def sort(items):
    if len(items) < 2:
        return items
    pivot, *rest = items
    with ThreadPoolExecutor(1) as executor:
        left = executor.submit(sort, [x for x in rest if x < pivot])
        right = sort([x for x in rest if x >= pivot])
        return left.result() + [pivot] + right
""",
)

pair(
    RULE,
    "pool as an argument",
    """
from concurrent.futures import ThreadPoolExecutor

def leaf(n):
    return n

def branch(pool, n):
    return [f.result() for f in [pool.submit(leaf, i) for i in range(n)]] #!

def main():
    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(branch, pool, n) for n in range(10)]
        return [f.result() for f in futures]
""",
    {"pool.submit(branch, pool, n)": "pool.submit(branch, other, n)", "def leaf": "other = ThreadPoolExecutor()\n\ndef leaf"},
    {"pool.submit(branch, pool, n) for n": "branch(pool, n) for n", "[f.result() for f in futures]": "futures"},
    {"return [f.result() for f in [pool.submit(leaf, i) for i in range(n)]] #!": "return [pool.submit(leaf, i) for i in range(n)]"},
)

pair(
    RULE,
    "closure",
    """
from concurrent.futures import ThreadPoolExecutor, wait

def main(names):
    with ThreadPoolExecutor() as pool:
        def outer(name):
            inner = {pool.submit(len, part) for part in name.split()} #!
            wait(inner)
            return [f.result() for f in inner]
        return list(pool.map(outer, names))
""",
    {"            wait(inner)\n            return [f.result() for f in inner]": "            return inner"},
    {"pool.map(outer, names)": "map(outer, names)"},
)

pair(
    RULE,
    "nested map",
    """
from concurrent.futures import ThreadPoolExecutor

class Crawler:
    def __init__(self):
        self.executor = ThreadPoolExecutor(max_workers=4)

    def crawl(self, sites):
        return list(self.executor.map(self.site, sites))

    def site(self, site):
        pages = self.executor.map(self.page, site.links) #!
        return list(pages)

    def page(self, link):
        return link.read()
""",
    {"self.executor.map(self.page, site.links) #!": "map(self.page, site.links)"},
    {
        "self.executor.map(self.page, site.links) #!": "self.pages.map(self.page, site.links)",
        "    def crawl": "        self.pages = ThreadPoolExecutor(max_workers=4)\n\n    def crawl",
    },
    {"list(self.executor.map(self.site, sites))": "[self.site(site) for site in sites]"},
)

pair(
    RULE,
    "as_completed",
    """
from concurrent.futures import ThreadPoolExecutor, as_completed

POOL = ThreadPoolExecutor(3)

def part(x):
    return x

def whole(xs):
    found = []
    for future in as_completed([POOL.submit(part, x) for x in xs]): #!
        found.append(future.result())
    return found

def run(groups):
    jobs = [POOL.submit(whole, group) for group in groups]
    return [job.result() for job in jobs]
""",
    {"jobs = [POOL.submit(whole, group) for group in groups]": "return [whole(group) for group in groups]"},
)

pair(
    RULE,
    "through a helper",
    """
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(4)

def lookup(key):
    return pool.submit(find, key).result() #!

def task(keys):
    return [lookup(key) for key in keys]

def main(groups):
    for group in groups:
        pool.submit(task, group)
""",
    {"    return pool.submit(find, key).result() #!": "    return find(key)"},
    {"        pool.submit(task, group)": "        task(group)"},
)

pair(
    RULE,
    "helper that submits",
    """
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(4)

def later(function, *args):
    return pool.submit(function, *args) #!

def task(key):
    return later(find, key).result()

def main(keys):
    return list(pool.map(task, keys))
""",
    {"return later(find, key).result()": "return later(find, key)"},
)

pair(
    RULE,
    "ThreadPool map",
    """
from multiprocessing.pool import ThreadPool

tp = ThreadPool(4)

def inner(x):
    return x

def outer(xs):
    return tp.map(inner, xs) #!

def main(groups):
    return tp.map(outer, groups)
""",
    {"tp.map(inner, xs) #!": "[inner(x) for x in xs]"},
    {"tp.map(inner, xs) #!": "tp.map_async(inner, xs)"},
    {"from multiprocessing.pool import ThreadPool": "from multiprocessing import Pool as ThreadPool"},
)

pair(
    RULE,
    "apply_async get",
    """
from multiprocessing.pool import ThreadPool

class Engine:
    def __init__(self):
        self._pool = ThreadPool(2)

    def run(self, jobs):
        results = [self._pool.apply_async(self._job, (job,)) for job in jobs]
        return [r.get() for r in results]

    def _job(self, job):
        handle = self._pool.apply_async(self._step, (job,)) #!
        return handle.get()

    def _step(self, job):
        return job
""",
    {"handle = self._pool.apply_async(self._step, (job,)) #!\n        return handle.get()": "return self._step(job)"},
    {"        return handle.get()": "        self.handles.append(handle)"},
)

pair(
    RULE,
    "lambda",
    """
from concurrent.futures import ThreadPoolExecutor

def main():
    with ThreadPoolExecutor(max_workers=1) as pool:
        outer = pool.submit(lambda: pool.submit(pow, 2, 10).result()) #!
        return outer.result()
""",
    {"lambda: pool.submit(pow, 2, 10).result()": "lambda: pow(2, 10)", " #!": ""},
    {"lambda: pool.submit(pow, 2, 10).result()": "lambda: pool.submit(pow, 2, 10)", " #!": ""},
)

pair(
    RULE,
    "one worker",
    """
from concurrent.futures import ThreadPoolExecutor

executor = ThreadPoolExecutor(max_workers=1)

def wait_on_future():
    f = executor.submit(pow, 5, 2) #!
    print(f.result())

executor.submit(wait_on_future)
""",
    {"    print(f.result())": "    f.add_done_callback(print)"},
    {"max_workers=1": "max_workers=1000000"},
)

pair(
    RULE,
    "partial",
    """
from concurrent.futures import ThreadPoolExecutor
from functools import partial

ex = ThreadPoolExecutor(5)

def load(name, deep):
    if deep:
        return ex.submit(load, name, False).result() #!
    return name

def main(names):
    return [f.result() for f in [ex.submit(partial(load, deep=True), n) for n in names]]
""",
    {"ex.submit(load, name, False).result() #!": "load(name, False)"},
)

pair(
    RULE,
    "recursive with pool argument",
    """
from concurrent.futures import ThreadPoolExecutor

def visit(pool: ThreadPoolExecutor, node):
    futures = [pool.submit(visit, pool, child) for child in node.children] #!
    for future in futures:
        future.result()

def main(tree):
    with ThreadPoolExecutor(4) as pool:
        visit(pool, tree)
""",
    {"    for future in futures:\n        future.result()": "    return futures"},
    {"pool.submit(visit, pool, child)": "pool.submit(print, child)", " #!": ""},
)

pair(
    RULE,
    "from the event loop",
    """
import asyncio
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(4)

def blocking(x):
    return pool.submit(len, x).result() #!

async def main(xs):
    loop = asyncio.get_running_loop()
    return await asyncio.gather(*[loop.run_in_executor(pool, blocking, x) for x in xs])
""",
    """
import asyncio
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(4)

async def blocking(x):
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(pool, len, x)

async def main(xs):
    return await asyncio.gather(*[blocking(x) for x in xs])
""",
    {"loop.run_in_executor(pool, blocking, x)": "loop.run_in_executor(None, blocking, x)"},
)

pair(
    RULE,
    "other file",
    """
from shared import pool

def detail(x):
    return pool.submit(str, x).result() #!

def start(xs):
    return [pool.submit(detail, x) for x in xs]
""",
    {"[pool.submit(detail, x) for x in xs]": "[detail(x) for x in xs]"},
    others={"shared.py": "from concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor(3)\n"},
)

bad_variants(
    RULE,
    "waits",
    """
import concurrent.futures
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(4)

def main(xs):
    return list(pool.map(task, xs))

BODY
""",
    {
        "exception": """
def task(x):
    f = pool.submit(len, x) #!
    if f.exception():
        raise ValueError
""",
        "for over map": """
def task(x):
    for part in pool.map(len, x): #!
        print(part)
""",
        "sum of map": """
def task(x):
    return sum(pool.map(len, x)) #!
""",
        "wait": """
def task(x):
    fs = []
    for part in x:
        fs.append(pool.submit(len, part)) #!
    concurrent.futures.wait(fs)
""",
        "dict": """
def task(x):
    fs = {pool.submit(len, part): part for part in x} #!
    return {fs[f]: f.result() for f in concurrent.futures.as_completed(fs)}
""",
        "with timeout": """
def task(x):
    return pool.submit(len, x).result(timeout=60) #!
""",
    },
)

safe_variants(
    "waits elsewhere",
    """
import threading
from concurrent.futures import ThreadPoolExecutor, wait

BODY
""",
    {
        "main thread waits": """
def main(xs):
    with ThreadPoolExecutor(2) as pool:
        first = [pool.submit(len, x) for x in xs]
        second = [pool.submit(str, f.result()) for f in first]
        return [f.result() for f in second]
""",
        "follow-up without waiting": """
pool = ThreadPoolExecutor(2)
def step(n):
    if n:
        return pool.submit(step, n - 1)
def main():
    future = pool.submit(step, 3)
    while future is not None:
        future = future.result()
""",
        "own pool in task": """
def task(xs):
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(len, xs))
def main(first, second):
    with ThreadPoolExecutor(2) as pool:
        return pool.submit(task, first).result() + pool.submit(task, second).result()
""",
        "thread waits for pool": """
pool = ThreadPoolExecutor(2)
def task(out):
    out.append(pool.submit(len, "a").result())
def main():
    out = []
    t = threading.Thread(target=task, args=(out,))
    t.start()
    t.join()
    pool.shutdown()
    return out
""",
        "two attributes": """
class Pipeline:
    def __init__(self):
        self.outer = ThreadPoolExecutor(2)
        self.inner = ThreadPoolExecutor(2)
    def run(self, xs):
        return list(self.outer.map(self.task, xs))
    def task(self, x):
        return self.inner.submit(len, x).result()
    def close(self):
        self.outer.shutdown()
        self.inner.shutdown()
""",
    },
)

pair(
    RULE,
    "from the docs: task waits on a task of the same pool",
    """
from concurrent.futures import ThreadPoolExecutor

executor = ThreadPoolExecutor(max_workers=1)

def wait_on_future():
    f = executor.submit(pow, 5, 2) #!
    print(f.result())

executor.submit(wait_on_future).result()
""",
    """
from concurrent.futures import ThreadPoolExecutor

executor = ThreadPoolExecutor(max_workers=1)
inner = ThreadPoolExecutor(max_workers=1)

def wait_on_future():
    f = inner.submit(pow, 5, 2)
    print(f.result())

executor.submit(wait_on_future).result()
""",
)

pair(
    RULE,
    "pool handed to the task",
    """
from concurrent.futures import ThreadPoolExecutor

def child(n):
    return n + 1

def parent(pool, n):
    return pool.submit(child, n).result() #!

def main():
    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(parent, pool, n) for n in range(10)]
        return [f.result() for f in futures]
""",
    """
from concurrent.futures import ThreadPoolExecutor

def child(n):
    return n + 1

def parent(pool, n):
    return pool.submit(child, n).result()

def main():
    with ThreadPoolExecutor(2) as pool, ThreadPoolExecutor(2) as children:
        futures = [pool.submit(parent, children, n) for n in range(10)]
        return [f.result() for f in futures]
""",
)

pair(
    RULE,
    "self.pool recursion over a directory",
    """
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

class Walker:
    def __init__(self):
        self.pool = ThreadPoolExecutor(4)

    def size(self, folder: Path) -> int:
        futures = [self.pool.submit(self.size, sub) for sub in folder.iterdir() if sub.is_dir()] #!
        return sum(f.result() for f in futures) + 1

    def run(self, root):
        try:
            return self.pool.submit(self.size, root).result()
        finally:
            self.pool.shutdown()
""",
    """
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

class Walker:
    def __init__(self):
        self.pool = ThreadPoolExecutor(4)

    def size(self, folder: Path) -> int:
        return sum(1 for sub in folder.iterdir())

    def run(self, root):
        try:
            return sum(self.pool.map(self.size, [root, *root.rglob("*/")]))
        finally:
            self.pool.shutdown()
""",
)

pair(
    RULE,
    "map inside map",
    """
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(max_workers=4)

def cell(n):
    return n * n

def row(numbers):
    return list(pool.map(cell, numbers)) #!

def table(rows):
    return list(pool.map(row, rows))
""",
    """
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(max_workers=4)

def cell(n):
    return n * n

def row(numbers):
    return [cell(n) for n in numbers]

def table(rows):
    return list(pool.map(row, rows))
""",
)

pair(
    RULE,
    "wait for leaves of the same pool",
    """
from concurrent.futures import ThreadPoolExecutor, wait

pool = ThreadPoolExecutor(8)

def leaf(n):
    return n

def branch(n):
    leaves = [pool.submit(leaf, i) for i in range(n)] #!
    wait(leaves)
    return [f.result() for f in leaves]

def tree(n):
    return pool.submit(branch, n).result()
""",
    """
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(8)
out = []

def leaf(n):
    out.append(n)

def branch(n):
    for i in range(n):
        pool.submit(leaf, i).add_done_callback(print)

def tree(n):
    return pool.submit(branch, n).result()
""",
)

pair(
    RULE,
    "multiprocessing ThreadPool apply",
    """
from multiprocessing.pool import ThreadPool

pool = ThreadPool(2)

def inner(n):
    return n + 1

def outer(n):
    return pool.apply(inner, (n,)) #!

def main():
    return pool.map(outer, range(4))
""",
    """
from multiprocessing.pool import ThreadPool

pool = ThreadPool(2)

def inner(n):
    return n + 1

def outer(n):
    return inner(n)

def main():
    return pool.map(outer, range(4))
""",
)

pair(
    RULE,
    "parallel quicksort",
    """
from concurrent.futures import ThreadPoolExecutor

def quicksort(values, pool):
    if len(values) <= 1:
        return values
    pivot, *rest = values
    left = pool.submit(quicksort, [v for v in rest if v < pivot], pool) #!
    right = quicksort([v for v in rest if v >= pivot], pool)
    return left.result() + [pivot] + right

def test_sort():
    with ThreadPoolExecutor(max_workers=4) as pool:
        assert pool.submit(quicksort, [3, 1, 2], pool).result() == [1, 2, 3]
""",
    """
from concurrent.futures import ThreadPoolExecutor

def quicksort(values):
    if len(values) <= 1:
        return values
    pivot, *rest = values
    return quicksort([v for v in rest if v < pivot]) + [pivot] + quicksort([v for v in rest if v >= pivot])

def test_sort():
    with ThreadPoolExecutor(max_workers=4) as pool:
        assert pool.submit(quicksort, [3, 1, 2]).result() == [1, 2, 3]
""",
    path="tests/test_app.py",
)

pair(
    RULE,
    "two tasks wait for each other's futures",
    """
from concurrent.futures import ThreadPoolExecutor

def fetch(pool, url):
    links = pool.submit(parse, url).result() #!
    return links

def parse(url):
    return [url]

def crawl(urls):
    with ThreadPoolExecutor(max_workers=2) as pool:
        pending = [pool.submit(fetch, pool, url) for url in urls]
        for future in pending:
            future.result()
""",
    """
from concurrent.futures import ThreadPoolExecutor

def fetch(url):
    return parse(url)

def parse(url):
    return [url]

def crawl(urls):
    with ThreadPoolExecutor(max_workers=2) as pool:
        pending = [pool.submit(fetch, url) for url in urls]
        links = [pool.submit(parse, future.result()) for future in pending]
        for future in links:
            future.result()
""",
)

pair(
    RULE,
    "as_completed inside the task",
    """
import concurrent.futures as cf

POOL = cf.ThreadPoolExecutor(10)

def part(n):
    return n

def report(name):
    parts = [POOL.submit(part, i) for i in range(3)] #!
    return [f.result() for f in cf.as_completed(parts)]

def reports(names):
    futures = {POOL.submit(report, name): name for name in names}
    return {futures[f]: f.result() for f in cf.as_completed(futures)}
""",
    """
import concurrent.futures as cf

POOL = cf.ThreadPoolExecutor(10)

def part(n):
    return n

def report(name):
    with cf.ThreadPoolExecutor(3) as parts_pool:
        parts = [parts_pool.submit(part, i) for i in range(3)]
        return [f.result() for f in cf.as_completed(parts)]

def reports(names):
    futures = {POOL.submit(report, name): name for name in names}
    return {futures[f]: f.result() for f in cf.as_completed(futures)}
""",
)

pair(
    RULE,
    "closure tasks in a test",
    """
from concurrent.futures import ThreadPoolExecutor

def test_nested():
    with ThreadPoolExecutor(max_workers=1) as pool:
        def inner():
            return 1

        def outer():
            return pool.submit(inner).result() + 1 #!

        assert pool.submit(outer).result(timeout=5) == 2
""",
    """
from concurrent.futures import ThreadPoolExecutor

def test_nested():
    with ThreadPoolExecutor(max_workers=1) as pool:
        def inner():
            return 1

        def outer(value):
            return value + 1

        assert pool.submit(outer, pool.submit(inner).result()).result(timeout=5) == 2
""",
    path="tests/test_app.py",
)

pair(
    RULE,
    "lambda task that waits",
    """
from concurrent.futures import ThreadPoolExecutor

def run(load):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: pool.submit(load).result()).result() #!
""",
    """
from concurrent.futures import ThreadPoolExecutor

def run(load):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: load()).result()
""",
)

pair(
    RULE,
    "a helper of the task waits",
    """
from concurrent.futures import ThreadPoolExecutor

class Service:
    def __init__(self):
        self._executor = ThreadPoolExecutor(max_workers=4)

    def close(self):
        self._executor.shutdown()

    def _lookup(self, key):
        return key

    def lookup(self, key):
        return self._executor.submit(self._lookup, key).result() #!

    def _handle(self, request):
        return self.lookup(request.key)

    def handle(self, request):
        return self._executor.submit(self._handle, request).result()
""",
    """
from concurrent.futures import ThreadPoolExecutor

class Service:
    def __init__(self):
        self._executor = ThreadPoolExecutor(max_workers=4)

    def close(self):
        self._executor.shutdown()

    def _lookup(self, key):
        return key

    def lookup(self, key):
        return self._executor.submit(self._lookup, key).result()

    def _handle(self, request):
        return self._lookup(request.key)

    def handle(self, request):
        return self._executor.submit(self._handle, request).result()
""",
)

pair(
    RULE,
    "partial tasks that map on their own pool",
    """
from concurrent.futures import ThreadPoolExecutor
from functools import partial

pool = ThreadPoolExecutor(max_workers=3)

def resize(image, width):
    return image, width

def thumbnails(image):
    return list(pool.map(partial(resize, image), (100, 200, 300))) #!

def main(images):
    jobs = [pool.submit(partial(thumbnails, image)) for image in images]
    return [job.result() for job in jobs]
""",
    """
from concurrent.futures import ThreadPoolExecutor
from functools import partial

pool = ThreadPoolExecutor(max_workers=3)

def resize(image, width):
    return image, width

def thumbnails(image):
    return [resize(image, width) for width in (100, 200, 300)]

def main(images):
    jobs = [pool.submit(partial(thumbnails, image)) for image in images]
    return [job.result() for job in jobs]
""",
)

pair(
    RULE,
    "docs example with two futures",
    """
import time
from concurrent.futures import ThreadPoolExecutor

def wait_on_b():
    time.sleep(5)
    print(executor.submit(abs, -1).result()) #!
    return 5

def wait_on_a():
    time.sleep(5)
    return 6

executor = ThreadPoolExecutor(max_workers=2)
a = executor.submit(wait_on_b)
b = executor.submit(wait_on_a)
print(a.result(), b.result())
executor.shutdown()
""",
    """
import time
from concurrent.futures import ThreadPoolExecutor

def wait_on_b():
    time.sleep(5)
    return 5

def wait_on_a():
    time.sleep(5)
    return 6

executor = ThreadPoolExecutor(max_workers=2)
a = executor.submit(wait_on_b)
b = executor.submit(wait_on_a)
print(a.result(), b.result())
executor.shutdown()
""",
)

pair(
    RULE,
    "nested futures in a service",
    """
from concurrent.futures import ThreadPoolExecutor, wait

class Scheduler:
    def __init__(self):
        self._pool = ThreadPoolExecutor(max_workers=2)

    def close(self):
        self._pool.shutdown()

    def run_group(self, jobs):
        futures = []
        for job in jobs:
            futures.append(self._pool.submit(job)) #!
        wait(futures)
        return [f.result() for f in futures]

    def run(self, groups):
        pending = [self._pool.submit(self.run_group, group) for group in groups]
        return [p.result() for p in pending]
""",
    """
from concurrent.futures import ThreadPoolExecutor, wait

class Scheduler:
    def __init__(self):
        self._pool = ThreadPoolExecutor(max_workers=2)
        self._groups = ThreadPoolExecutor(max_workers=2)

    def close(self):
        self._pool.shutdown()
        self._groups.shutdown()

    def run_group(self, jobs):
        futures = []
        for job in jobs:
            futures.append(self._pool.submit(job))
        wait(futures)
        return [f.result() for f in futures]

    def run(self, groups):
        pending = [self._groups.submit(self.run_group, group) for group in groups]
        return [p.result() for p in pending]
""",
)

pair(
    RULE,
    "factorial by recursion",
    """
from concurrent.futures import ThreadPoolExecutor

executor = ThreadPoolExecutor(4)

def factorial(n):
    if n < 2:
        return 1
    rest = executor.submit(factorial, n - 1) #!
    return n * rest.result()

print(executor.submit(factorial, 10).result())
""",
    """
from concurrent.futures import ThreadPoolExecutor

executor = ThreadPoolExecutor(4)

def factorial(n):
    return 1 if n < 2 else n * factorial(n - 1)

print(executor.submit(factorial, 10).result())
""",
)

pair(
    RULE,
    "a recursive walk by map",
    """
from concurrent.futures import ThreadPoolExecutor

def walk(pool, node):
    children = pool.map(lambda child: walk(pool, child), node.children) #!
    return [node.name, *children]

def main(root):
    with ThreadPoolExecutor(8) as pool:
        return pool.submit(walk, pool, root).result()
""",
    """
from concurrent.futures import ThreadPoolExecutor

def walk(node):
    return [node.name, *(walk(child) for child in node.children)]

def main(root):
    with ThreadPoolExecutor(8) as pool:
        return [f.result() for f in [pool.submit(walk, child) for child in root.children]]
""",
)

pair(
    RULE,
    "a wait in a try",
    """
import concurrent.futures

pool = concurrent.futures.ThreadPoolExecutor(max_workers=1)

def child(n):
    return n

def parent(n):
    future = pool.submit(child, n) #!
    try:
        return future.result(timeout=None)
    finally:
        print("done")

def main():
    return pool.submit(parent, 1).result()
""",
    """
import concurrent.futures

pool = concurrent.futures.ThreadPoolExecutor(max_workers=1)

def child(n):
    return n

def parent(n):
    return pool.submit(child, n)

def main():
    return pool.submit(parent, 1).result().result()
""",
)
