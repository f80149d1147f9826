"""Examples of GIL501; all findings in the source are warnings.

Data of one rule, in one list: a reader looks a case up by its title, and nothing here is run but by the tests.
"""

from __future__ import annotations

from pytest_gilcheck.model.rule import Example

BAD = (
    Example(
        "a pool for each batch",
        """\
from concurrent.futures import ThreadPoolExecutor

def download_all(batches):
    for batch in batches:
        with ThreadPoolExecutor(max_workers=8) as pool:  # GIL501
            list(pool.map(download, batch))
""",
    ),
    Example(
        "in a function called in a loop",
        """\
from concurrent.futures import ProcessPoolExecutor

def resize_folder(folder):
    with ProcessPoolExecutor() as pool:  # GIL501
        list(pool.map(resize, folder.iterdir()))

def main(folders):
    for folder in folders:
        resize_folder(folder)
""",
    ),
    Example(
        "in a function that a comprehension of another module calls",
        """\
import multiprocessing

def total(rows):
    with multiprocessing.Pool(4) as pool:  # GIL501
        return sum(pool.map(int, rows))
""",
        path="sums.py",
        others=(
            (
                "app.py",
                """\
import threading
import sums

def report(tables):
    return [sums.total(table) for table in tables]
""",
            ),
        ),
    ),
    Example(
        "in a method called in a loop",
        """\
from concurrent.futures import ThreadPoolExecutor

class Crawler:
    def crawl(self, seeds):
        while seeds:
            seeds = self.visit(seeds)

    def visit(self, pages):
        with ThreadPoolExecutor() as pool:  # GIL501
            return [link for links in pool.map(self.links, pages) for link in links]
""",
    ),
    Example(
        "in a function that map calls",
        """\
from concurrent.futures import ThreadPoolExecutor

def resize_folder(folder):
    with ThreadPoolExecutor() as pool:  # GIL501
        return list(pool.map(resize, folder.iterdir()))

def main(folders):
    return list(map(resize_folder, folders))
""",
    ),
    Example(
        "in every task of another pool",
        """\
from concurrent.futures import ThreadPoolExecutor

def resize_folder(folder):
    with ThreadPoolExecutor() as pool:  # GIL501
        return list(pool.map(resize, folder.iterdir()))

def main(folders):
    with ThreadPoolExecutor() as pool:
        return list(pool.map(resize_folder, folders))
""",
    ),
    Example(
        "for each number of a test",
        """\
from concurrent.futures import ProcessPoolExecutor

def test_squares():
    for number in range(10):
        with ProcessPoolExecutor() as pool:  # GIL501
            assert pool.submit(pow, number, 2).result() == number * number
""",
        path="tests/test_squares.py",
    ),
    Example(
        "in a local variable that is shut down",
        """\
import concurrent.futures as cf

def run(batches):
    for batch in batches:
        pool = cf.ThreadPoolExecutor(4)  # GIL501
        futures = [pool.submit(handle, item) for item in batch]
        cf.wait(futures)
        pool.shutdown()
""",
    ),
    Example(
        "pool of multiprocessing, closed and joined",
        """\
from multiprocessing import Pool as Workers

def run(batches):
    for batch in batches:
        workers = Workers()  # GIL501
        workers.map(handle, batch)
        workers.close()
        workers.join()
""",
    ),
    Example(
        "in a comprehension",
        """\
from multiprocessing.pool import ThreadPool

def run(batches):
    return [ThreadPool(4).map(handle, batch) for batch in batches]  # GIL501
""",
    ),
    Example(
        "while there is something to fetch",
        """\
import multiprocessing

context = multiprocessing.get_context("spawn")

def drain(source):
    while True:
        batch = source.next_batch()
        if not batch:
            break
        with context.Pool() as pool:  # GIL501
            pool.map(handle, batch)
""",
    ),
    Example(
        "as many workers as the batch has items",
        """\
from concurrent.futures import ThreadPoolExecutor

def run(batches):
    for batch in batches:
        with ThreadPoolExecutor(max_workers=min(32, len(batch))) as pool:  # GIL501
            list(pool.map(handle, batch))
""",
    ),
    Example(
        "in an asynchronous loop",
        """\
import asyncio
from concurrent.futures import ProcessPoolExecutor

async def serve(requests):
    loop = asyncio.get_running_loop()
    async for request in requests:
        with ProcessPoolExecutor() as pool:  # GIL501
            await loop.run_in_executor(pool, answer, request)
""",
    ),
    Example(
        "by slices of a list",
        """\
from concurrent.futures import ThreadPoolExecutor

def send(mails):
    for start in range(0, len(mails), 100):
        with ThreadPoolExecutor(10) as pool:  # GIL501
            list(pool.map(deliver, mails[start:start + 100]))
""",
    ),
    Example(
        "subclass of a pool",
        """\
from concurrent.futures import ThreadPoolExecutor

class NamedPool(ThreadPoolExecutor):
    pass

def run(batches):
    for batch in batches:
        with NamedPool(4) as pool:  # GIL501
            list(pool.map(handle, batch))
""",
    ),
    Example(
        "in a loop at module level",
        """\
from concurrent.futures import ThreadPoolExecutor

for batch in load_batches():
    with ThreadPoolExecutor() as pool:  # GIL501
        list(pool.map(print, batch))
""",
    ),
    Example(
        "in a test that works through its data",
        """\
from concurrent.futures import ThreadPoolExecutor

def test_every_file(files):
    for file in files:
        with ThreadPoolExecutor() as pool:  # GIL501
            assert all(pool.map(check, file))
""",
        path="tests/test_files.py",
    ),
    Example(
        "pool of interpreters",
        """\
from concurrent.futures import InterpreterPoolExecutor

def run(batches):
    for number, batch in enumerate(batches):
        (pool := InterpreterPoolExecutor()).submit(handle, batch)  # GIL501
        pool.shutdown()
""",
    ),
    Example(
        "closed by contextlib",
        """\
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from multiprocessing import Pool

def run(batches):
    for batch in batches:
        with closing(Pool(2)) as pool:  # GIL501
            pool.map(handle, batch)
""",
    ),
    Example(
        "a pause too short to matter",
        """\
import time
from concurrent.futures import ThreadPoolExecutor


def watch(queue, work):
    while True:
        batch = queue.take_all()
        with ThreadPoolExecutor(4) as pool:  # GIL501
            list(pool.map(work, batch))
        time.sleep(0.05)
""",
    ),
    Example(
        "for every request that a route handles, in the route and in what it calls",
        """\
from concurrent.futures import ThreadPoolExecutor
from flask import Flask

app = Flask(__name__)

@app.route("/prices")
def prices():
    with ThreadPoolExecutor() as pool:  # GIL501
        return list(pool.map(ask, SHOPS))

def look_up(names):
    with ThreadPoolExecutor() as pool:  # GIL501
        return list(pool.map(ask, names))

@app.post("/names")
def names():
    return look_up(NAMES)
""",
    ),
    Example(
        "for every query or flushed buffer, as the names of the methods say",
        """\
import multiprocessing
from concurrent.futures import ThreadPoolExecutor, as_completed

class Store:
    def mget(self, keys):
        with ThreadPoolExecutor() as pool:  # GIL501
            return list(pool.map(self.get, keys))

    def _flush(self):
        pool = ThreadPoolExecutor(max_workers=4)  # GIL501
        futures = [pool.submit(self.write, entry) for entry in self.buffer]
        self.buffer = []
        for future in as_completed(futures):
            yield future.result()

    def __getitem__(self, query):
        with multiprocessing.Pool() as pool:  # GIL501
            return pool.starmap(search, [(shard, query) for shard in self.shards])
""",
    ),
    Example(
        "for every message that a client hands to its callback",
        """\
from concurrent.futures import ThreadPoolExecutor

class Bot:
    def __init__(self, client):
        client.on_message = self._arrived

    def _arrived(self, message):
        with ThreadPoolExecutor() as pool:  # GIL501
            return list(pool.map(message.ask, self.sources))
""",
    ),
    Example(
        "made by a function, in a loop that stops when it has tried enough",
        """\
from multiprocessing.pool import ThreadPool

def new_pool(size):
    return ThreadPool(size)

def check(items, limit):
    trials = 0
    for number in range(len(items)):
        pool = new_pool(2)  # GIL501
        try:
            trials += sum(pool.map(split, items[number]))
        finally:
            pool.close()
        if trials > limit:
            break
""",
    ),
    Example(
        "a function for one request",
        """\
import concurrent.futures

def _execute_request(caller, request, timeout):
    with concurrent.futures.ThreadPoolExecutor() as executor:  # GIL501
        return executor.submit(caller, request).result(timeout=timeout)
""",
    ),
)

GOOD = (
    Example(
        "a pool of its own only where the caller gives none",
        """\
from multiprocessing.pool import ThreadPool

def new_pool():
    return ThreadPool(2)

def split(item, given_pool=None):
    pool = given_pool if given_pool else new_pool()
    try:
        return pool.map(len, item)
    finally:
        if not given_pool:
            pool.close()

def main(items):
    with ThreadPool(2) as pool:
        for item in items:
            split(item, pool)
""",
    ),
    Example(
        "made in the first round that needs it",
        """\
from concurrent.futures import ThreadPoolExecutor

def changes(index):
    with ThreadPoolExecutor() as pool:
        return list(pool.map(compare, index))

def add(paths, index):
    found = None
    for path in paths:
        if path.is_dir():
            if found is None:
                found = changes(index)
            yield from found
""",
    ),
    Example(
        "three things that the source names",
        """\
from concurrent.futures import ProcessPoolExecutor

KINDS = ("soft", "hard", "strict")

def verify(kind):
    with ProcessPoolExecutor() as pool:
        return list(pool.map(hammer, [kind] * 4))

def main():
    for kind in KINDS:
        print(kind, verify(kind))
""",
    ),
    Example(
        "functions that are called once, whatever their names have in common with others",
        """\
from concurrent.futures import ThreadPoolExecutor

def search_all_sources(sources):
    with ThreadPoolExecutor() as pool:
        return list(pool.map(search, sources))

class Service:
    def on_start(self, app):
        with ThreadPoolExecutor() as pool:
            list(pool.map(app.load, app.parts))

    def __call__(self, jobs, executor=None):
        if executor is None:
            with ThreadPoolExecutor() as pool:
                return list(pool.map(self.run, jobs))
        return list(executor.map(self.run, jobs))
""",
    ),
    Example(
        "one pool for all batches",
        """\
from concurrent.futures import ThreadPoolExecutor

def download_all(batches):
    with ThreadPoolExecutor(max_workers=8) as pool:
        for batch in batches:
            list(pool.map(download, batch))
""",
    ),
    Example(
        "handed to the function that is called in a loop",
        """\
from concurrent.futures import ProcessPoolExecutor

def resize_folder(folder, pool):
    list(pool.map(resize, folder.iterdir()))

def main(folders):
    with ProcessPoolExecutor() as pool:
        for folder in folders:
            resize_folder(folder, pool)
""",
    ),
    Example(
        "sizes compared",
        """\
from concurrent.futures import ThreadPoolExecutor

def compare(items):
    for workers in (1, 2, 4, 8):
        with ThreadPoolExecutor(max_workers=workers) as pool:
            measure(pool, items)
""",
    ),
    Example(
        "sizes compared through a function",
        """\
from concurrent.futures import ThreadPoolExecutor

def timed(workers):
    with ThreadPoolExecutor(workers) as pool:
        return measure(pool)

def compare():
    return {2 ** n: timed(2 ** n) for n in range(5)}
""",
    ),
    Example(
        "kinds of pools compared",
        """\
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

def compare(items):
    for kind in (ThreadPoolExecutor, ProcessPoolExecutor, ThreadPoolExecutor):
        with kind(4) as pool:
            measure(pool, items)
""",
    ),
    Example(
        "start methods compared",
        """\
import multiprocessing

def compare(items):
    for method in multiprocessing.get_all_start_methods():
        context = multiprocessing.get_context(method)
        with context.Pool(4) as pool:
            measure(pool, items)
""",
    ),
    Example(
        "other settings in each round",
        """\
from concurrent.futures import ThreadPoolExecutor

def run(hosts):
    for host in hosts:
        with ThreadPoolExecutor(2, thread_name_prefix=f"host-{host}", initializer=connect, initargs=(host,)) as pool:
            pool.submit(ping).result()
""",
    ),
    Example(
        "another try when the pool broke",
        """\
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

def run(items):
    while True:
        try:
            with ProcessPoolExecutor() as pool:
                return list(pool.map(handle, items))
        except BrokenProcessPool:
            continue
""",
    ),
    Example(
        "a number of tries",
        """\
from concurrent.futures import ProcessPoolExecutor

def run(items, retries):
    for attempt in range(retries):
        with ProcessPoolExecutor() as pool:
            results = list(pool.map(handle, items))
        if all(results):
            break
    return results
""",
    ),
    Example(
        "two rounds",
        """\
from concurrent.futures import ThreadPoolExecutor

def run(first, second):
    for items in (first, second):
        with ThreadPoolExecutor() as pool:
            list(pool.map(handle, items))
    for _ in range(2):
        with ThreadPoolExecutor() as pool:
            list(pool.map(handle, first))
""",
    ),
    Example(
        "one long-lived pool for each purpose",
        """\
from concurrent.futures import ThreadPoolExecutor

class Server:
    def __init__(self, names):
        self.pools = {}
        for name in names:
            self.pools[name] = ThreadPoolExecutor(1)
        self.spare = [ThreadPoolExecutor(1) for _ in names]
        self.by_name = {name: ThreadPoolExecutor(1) for name in names}
        more = []
        for name in names:
            more.append(ThreadPoolExecutor(1))
            pool = ThreadPoolExecutor(1)
            more.append(pool)
""",
    ),
    Example(
        "kept open together",
        """\
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

def run(hosts):
    with ExitStack() as stack:
        pools = [stack.enter_context(ThreadPoolExecutor(1)) for host in hosts]
        for host in hosts:
            pool = stack.enter_context(ThreadPoolExecutor(1))
            pool.submit(ping, host)
""",
    ),
    Example(
        "kept in a list by its name",
        """\
from concurrent.futures import ThreadPoolExecutor

def start(names):
    pools = []
    for name in names:
        if (pool := ThreadPoolExecutor(1)):
            pools.append(pool)
    return pools
""",
    ),
    Example(
        "two rounds, counted",
        """\
from concurrent.futures import ThreadPoolExecutor

def run(items):
    for number, name in enumerate(["warm", "cold"]):
        with ThreadPoolExecutor() as pool:
            list(pool.map(handle, items))
    for mode in sorted(("a", "b")):
        with ThreadPoolExecutor() as pool:
            list(pool.map(handle, items))
""",
    ),
    Example(
        "made when it is missing",
        """\
from concurrent.futures import ThreadPoolExecutor

def run(batches):
    pool = None
    for batch in batches:
        if pool is None:
            pool = ThreadPoolExecutor()
        list(pool.map(handle, batch))
""",
    ),
    Example(
        "function that makes a pool for its caller",
        """\
from concurrent.futures import ThreadPoolExecutor

def new_pool(name):
    pool = ThreadPoolExecutor(1)
    pool.submit(print, name)
    return pool

def pools(names):
    return {name: new_pool(name) for name in names}
""",
    ),
    Example(
        "one pool a test, parametrised",
        """\
import pytest
from concurrent.futures import ThreadPoolExecutor

@pytest.mark.parametrize("size", [1, 2, 4])
def test_sizes(size):
    with ThreadPoolExecutor(size) as pool:
        assert pool.submit(abs, -1).result() == 1

@pytest.fixture
def pool():
    with ThreadPoolExecutor() as pool:
        yield pool
""",
        path="tests/test_sizes.py",
    ),
    Example(
        "test that repeats the same thing by number",
        """\
from concurrent.futures import ThreadPoolExecutor

def test_shutdown_often():
    for _ in range(100):
        with ThreadPoolExecutor(4) as pool:
            pool.submit(abs, -1)
""",
        path="tests/test_stress.py",
    ),
    Example(
        "timed again and again",
        """\
import time
from concurrent.futures import ThreadPoolExecutor

def best(items):
    times = []
    for _ in range(5):
        start = time.perf_counter()
        with ThreadPoolExecutor() as pool:
            list(pool.map(handle, items))
        times.append(time.perf_counter() - start)
    return min(times)
""",
    ),
    Example(
        "made again when it broke or is worn out",
        """\
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor

def run(jobs):
    pool = ProcessPoolExecutor()
    for number, job in enumerate(jobs):
        try:
            pool.submit(handle, job).result()
        except BrokenExecutor:
            pool = ProcessPoolExecutor()
        if number % 1000 == 999:
            pool.shutdown()
            pool = ProcessPoolExecutor()
""",
    ),
    Example(
        "called often by tests only",
        """\
from concurrent.futures import ThreadPoolExecutor

def run(items):
    with ThreadPoolExecutor() as pool:
        return list(pool.map(str, items))
""",
        others=(
            (
                "tests/test_app.py",
                "import threading\nfrom app import run\n\ndef test_run(cases):\n    for case in cases:\n        assert run(case)\n",
            ),
        ),
    ),
    Example(
        "a pause between the rounds",
        """\
import time
from concurrent.futures import ThreadPoolExecutor

def watch(hosts):
    while True:
        with ThreadPoolExecutor() as pool:
            list(pool.map(ping, hosts))
        time.sleep(60)
""",
    ),
    Example(
        "function called once",
        """\
from concurrent.futures import ThreadPoolExecutor

def run(items):
    with ThreadPoolExecutor() as pool:
        for item in items:
            pool.submit(handle, item)

run(load())
""",
    ),
    Example(
        "loop over what the pool gives",
        """\
from concurrent.futures import ThreadPoolExecutor

def run(items):
    for result in ThreadPoolExecutor().map(handle, items):
        print(result)
""",
    ),
    Example(
        "pool of connections",
        """\
import threading
from psycopg_pool import Pool

class ThreadPool:
    pass

def run(hosts):
    for host in hosts:
        with Pool(host) as pool:
            pool.execute("select 1")
        ThreadPool()
""",
    ),
    Example(
        "made only if an argument says so, and none does",
        """\
from concurrent.futures import ProcessPoolExecutor

def compile_folder(folder, workers=1):
    if workers == 1:
        return [compile_file(file) for file in folder]
    with ProcessPoolExecutor(workers) as pool:
        return list(pool.map(compile_file, folder))

def compile_all(folders):
    for folder in folders:
        compile_folder(folder)
""",
    ),
    Example(
        "another try after a pause and a return behind the pool",
        """\
from concurrent.futures import ThreadPoolExecutor

def run(items):
    while True:
        with ThreadPoolExecutor() as pool:
            results = list(pool.map(handle, items))
        return results
""",
    ),
    Example(
        "executor class given by the caller",
        """\
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

def measure(kind):
    with kind(2) as pool:
        return pool.submit(abs, -1).result()

def compare():
    return [measure(kind) for kind in (ThreadPoolExecutor, ProcessPoolExecutor, ThreadPoolExecutor)]
""",
    ),
)
