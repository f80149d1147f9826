"""Examples of GIL503.

Data of one rule, in one list: a reader looks a case up by its title, and nothing here is run but by the tests.
"""

from __future__ import annotations

from pytest_gilcheck.model.evidence import Level
from pytest_gilcheck.model.rule import Example

BAD = (
    Example(
        "a task submits and asks for the result",
        """\
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(max_workers=2)

def site(name):
    future = pool.submit(page, name)  # GIL503
    return future.result()

def main(names):
    return list(pool.map(site, names))
""",
    ),
    Example(
        "a recursive walk in the pool of its object",
        """\
from concurrent.futures import ThreadPoolExecutor

class Walker:
    def __init__(self):
        self.pool = ThreadPoolExecutor(8)

    def walk(self, folder):
        futures = []
        for child in folder.folders():
            futures.append(self.pool.submit(self.walk, child))  # GIL503
        return folder.size + sum(future.result() for future in futures)
""",
    ),
    Example(
        "a parallel sort",
        """\
from concurrent.futures import ThreadPoolExecutor

executor = ThreadPoolExecutor(4)

def sort(items):
    if len(items) < 2:
        return items
    pivot, *rest = items
    left = executor.submit(sort, [x for x in rest if x < pivot])  # GIL503
    right = sort([x for x in rest if x >= pivot])
    return left.result() + [pivot] + right
""",
    ),
    Example(
        "the pool is an argument of the task",
        """\
from concurrent.futures import ThreadPoolExecutor, wait

def branch(pool, n):
    leaves = [pool.submit(leaf, i) for i in range(n)]  # GIL503
    wait(leaves)
    return len(leaves)

def main():
    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(branch, pool, n) for n in range(10)]
        return [future.result() for future in futures]
""",
    ),
    Example(
        "a closure consumes a map",
        """\
from concurrent.futures import ThreadPoolExecutor

def main(names):
    with ThreadPoolExecutor() as pool:
        def outer(name):
            return sum(pool.map(len, name.split()))  # GIL503
        return list(pool.map(outer, names))
""",
    ),
    Example(
        "a lambda in a pool of one",
        """\
from concurrent.futures import ThreadPoolExecutor

def main():
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(lambda: pool.submit(pow, 2, 10).result()).result()  # GIL503
""",
    ),
    Example(
        "through helpers",
        """\
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(4)

def later(function, *args):
    return pool.submit(function, *args)  # GIL503

def lookup(key):
    return later(find, key).result()

def task(keys):
    return [lookup(key) for key in keys]

def main(groups):
    return list(pool.map(task, groups))
""",
    ),
    Example(
        "pools of multiprocessing wait in map, and for get",
        """\
from multiprocessing.pool import ThreadPool

class Engine:
    def __init__(self):
        self._pool = ThreadPool(2)

    def run(self, jobs):
        return self._pool.map(self._job, jobs)

    def _job(self, job):
        handle = self._pool.apply_async(self._check, (job,))  # GIL503
        handle.get()
        return self._pool.map(self._step, job.steps)  # GIL503

    def _check(self, job):
        return job.check()

    def _step(self, step):
        return step.run()
""",
    ),
    Example(
        "started by the event loop",
        """\
import asyncio
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(4)

def blocking(x):
    return pool.submit(len, x).result()  # GIL503

async def main(xs):
    loop = asyncio.get_running_loop()
    return await asyncio.gather(*[loop.run_in_executor(pool, blocking, x) for x in xs])
""",
    ),
    Example(
        "the pool stands in another file",
        """\
from concurrent.futures import as_completed
from shared import pool

def detail(xs):
    for future in as_completed([pool.submit(str, x) for x in xs]):  # GIL503
        print(future.result())

def start(groups):
    return [pool.submit(detail, group) for group in groups]
""",
        others=(("shared.py", "from concurrent.futures import ThreadPoolExecutor\n\npool = ThreadPoolExecutor(3)\n"),),
    ),
    Example(
        "every task of a map gets the pool; one pool for all objects of a class",
        """\
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat

class Shared:
    pool = ThreadPoolExecutor(4)

    def run(self, xs):
        return list(Shared.pool.map(self.task, xs))

    def task(self, x):
        futures = [self.pool.submit(len, part) for part in x]  # GIL503
        return [future.result() for future in futures]

def task(pool, xs):
    return list(pool.map(len, xs))  # GIL503

def main(groups):
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(task, repeat(pool), groups))
""",
    ),
    Example(
        "a single task in a pool of several",
        """\
from concurrent.futures import ThreadPoolExecutor

def main():
    with ThreadPoolExecutor(max_workers=2) as pool:
        def outer():
            return pool.submit(pow, 2, 10).result()  # GIL503
        return pool.submit(outer).result()
""",
        level=Level.WARNING,
    ),
    Example(
        "a wait that gives up",
        """\
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(4)

def task(x):
    return pool.submit(len, x).result(timeout=60)  # GIL503

def main(xs):
    return list(pool.map(task, xs))
""",
        level=Level.WARNING,
    ),
    Example(
        "two lists of futures of which one is waited for",
        """\
from concurrent.futures import ThreadPoolExecutor


class Runner:
    def __init__(self):
        self.pool = ThreadPoolExecutor(max_workers=4)

    def start(self, jobs):
        for job in jobs:
            self.pool.submit(self.run_group, job).add_done_callback(print)

    def run_single(self, job):
        future = self.pool.submit(print, job)  # GIL503
        return future

    def run_group(self, job):
        services = [self.run_single(part) for part in job.services]
        rest = [self.run_single(part) for part in job]
        for future in list(rest):
            print(future.exception())
        return len(services)
""",
    ),
)

GOOD = (
    Example(
        "another pool for the inner tasks",
        """\
from concurrent.futures import ThreadPoolExecutor

class Crawler:
    def __init__(self):
        self.sites = ThreadPoolExecutor(2)
        self.pages = ThreadPoolExecutor(4)

    def crawl(self, sites):
        return list(self.sites.map(self.site, sites))

    def site(self, site):
        return list(self.pages.map(self.page, site.links))

    def page(self, link):
        return link.read()
""",
    ),
    Example(
        "a pool of its own in each task",
        """\
from concurrent.futures import ThreadPoolExecutor

def task(xs):
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(len, xs))

def sort(items):
    with ThreadPoolExecutor(1) as pool:
        left = pool.submit(sort, items[1:])
        return left.result()

def main(groups):
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(task, groups))
""",
    ),
    Example(
        "a pool of its own in each object",
        """\
from concurrent.futures import ThreadPoolExecutor

class Node:
    def __init__(self, children):
        self.pool = ThreadPoolExecutor(2)
        self.children = children

    def total(self):
        futures = [self.pool.submit(child.total) for child in self.children]
        return sum(future.result() for future in futures)

def main():
    child: Node = Node([])
    node = Node([child])
    return node.pool.submit(child.total).result()
""",
    ),
    Example(
        "the pool of the next object",
        """\
from concurrent.futures import ThreadPoolExecutor

class Stage:
    def __init__(self, after: "Stage | None"):
        self.pool = ThreadPoolExecutor(2)
        self.after: Stage = after

    def start(self, items):
        return [self.pool.submit(self.work, item) for item in items]

    def work(self, item):
        self.after.check(item)
        return self.after.pool.submit(len, item).result()

    def check(self, item):
        return self.pool.submit(str, item).result()
""",
    ),
    Example(
        "submitted and not waited for",
        """\
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(2)

def step(n):
    future = pool.submit(step, n - 1)
    future.add_done_callback(print)
    return future

def main():
    future = pool.submit(step, 3)
    while future is not None:
        future = future.result()
""",
    ),
    Example(
        "the thread that started the tasks waits",
        """\
from concurrent.futures import ThreadPoolExecutor

def main(xs):
    with ThreadPoolExecutor(2) as pool:
        first = [pool.submit(len, x) for x in xs]
        second = [pool.submit(str, future.result()) for future in first]
        return [future.result() for future in second]
""",
    ),
    Example(
        "a thread of its own waits",
        """\
import threading
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(2)

def collect(out):
    out.append(pool.submit(len, "a").result())

def main():
    out = []
    thread = threading.Thread(target=collect, args=(out,))
    thread.start()
    thread.join()
    return out
""",
    ),
    Example(
        "a pool of processes",
        """\
from concurrent.futures import ProcessPoolExecutor

pool = ProcessPoolExecutor()

def task(x):
    return pool.submit(len, x).result()

def main(xs):
    return list(pool.map(task, xs))
""",
    ),
    Example(
        "await keeps no worker",
        """\
import asyncio
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(2)

async def task(x):
    return await asyncio.get_running_loop().run_in_executor(pool, len, x)

async def main(xs):
    return await asyncio.gather(*[task(x) for x in xs])
""",
    ),
    Example(
        "a worker for every task",
        """\
import sys
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(max_workers=sys.maxsize)

def task(x):
    return pool.submit(len, x).result()

def main(xs):
    return list(pool.map(task, xs))
""",
    ),
    Example(
        "the task calls what it needs",
        """\
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(2)

def page(name):
    return name

def site(name):
    return page(name)

def main(names):
    return list(pool.map(site, names))
""",
    ),
)
