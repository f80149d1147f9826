"""Tasks that can't be sent to another process, and those that can."""

from __future__ import annotations

from tests.pairs.kit import bad, pair

RULE = "GIL102"

pair(
    RULE,
    "lambda to executor",
    """
from concurrent.futures import ProcessPoolExecutor

def main():
    with ProcessPoolExecutor() as pool:
        future = pool.submit(lambda: sum(range(10))) #!
        return future.result()
""",
    {"lambda: sum(range(10))": "sum, range(10)"},
    {"ProcessPoolExecutor": "ThreadPoolExecutor"},
)

pair(
    RULE,
    "lambda to Pool.map",
    """
import multiprocessing as mp

def squares(values):
    with mp.Pool(4) as pool:
        return pool.map(lambda v: v * v, values) #!
""",
    {"pool.map(lambda v: v * v, values) #!": "pool.map(square, values)", "@prepend": "def square(v):\n    return v * v\n"},
    {"import multiprocessing as mp": "import multiprocessing.dummy as mp"},
    {"import multiprocessing as mp": "import multiprocess as mp"},
    {"mp.Pool(4)": "mp.pool.ThreadPool(4)", "import multiprocessing as mp": "import multiprocessing.pool\nimport multiprocessing as mp"},
)

pair(
    RULE,
    "nested function in apply_async",
    """
from multiprocessing import Pool

def run(items):
    def work(item):
        return item + 1
    with Pool() as pool:
        results = [pool.apply_async(work, (item,)) for item in items] #!
        return [result.get() for result in results]
""",
    """
from multiprocessing import Pool

def work(item):
    return item + 1

def run(items):
    with Pool() as pool:
        results = [pool.apply_async(work, (item,)) for item in items]
        return [result.get() for result in results]
""",
    {"from multiprocessing import Pool": "from multiprocessing.pool import ThreadPool as Pool"},
    {"from multiprocessing import Pool": "from pathos.multiprocessing import Pool"},
)

pair(
    RULE,
    "named lambda",
    """
from concurrent.futures import ProcessPoolExecutor as Executor

double = lambda x: 2 * x

def run(values):
    with Executor(2) as ex:
        return list(ex.map(double, values)) #!
""",
    {"double = lambda x: 2 * x": "def double(x):\n    return 2 * x"},
    {"from concurrent.futures import ProcessPoolExecutor": "from loky import ProcessPoolExecutor"},
)

pair(
    RULE,
    "partial of nested function",
    """
import functools
from concurrent.futures import ProcessPoolExecutor

def run(values, factor):
    def scale(factor, x):
        return factor * x
    with ProcessPoolExecutor() as pool:
        return list(pool.map(functools.partial(scale, factor), values)) #!
""",
    """
import functools
from concurrent.futures import ProcessPoolExecutor

def scale(factor, x):
    return factor * x

def run(values, factor):
    with ProcessPoolExecutor() as pool:
        return list(pool.map(functools.partial(scale, factor), values))
""",
)

pair(
    RULE,
    "lambda inside partial",
    """
from functools import partial
from multiprocessing import Pool

def apply_to(fn, x):
    return fn(x)

def run(values):
    with Pool() as pool:
        return pool.map(partial(apply_to, lambda x: x + 1), values) #!
""",
    {"lambda x: x + 1": "abs"},
    {"return pool.map(partial(apply_to, lambda x: x + 1), values) #!": "return pool.map(abs, map(lambda x: x + 1, values))"},
)

pair(
    RULE,
    "lock through pool arguments",
    """
import multiprocessing

def work(lock, n):
    with lock:
        print(n)

def main():
    lock = multiprocessing.Lock()
    pool = multiprocessing.Pool()
    for n in range(4):
        pool.apply_async(work, (lock, n)).get() #!
    pool.close()
    pool.join()
""",
    {"lock = multiprocessing.Lock()": "lock = multiprocessing.Manager().Lock()"},
    """
import multiprocessing

def keep(given):
    global lock
    lock = given

def work(n):
    with lock:
        print(n)

def main():
    with multiprocessing.Pool(initializer=keep, initargs=(multiprocessing.Lock(),)) as pool:
        pool.map(work, range(4))
""",
    """
import multiprocessing

def work(lock, n):
    with lock:
        print(n)

def main():
    lock = multiprocessing.Lock()
    processes = [multiprocessing.Process(target=work, args=(lock, n)) for n in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
""",
)

pair(
    RULE,
    "queue through pool arguments",
    """
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import Queue

def work(queue, n):
    queue.put(n)

def main():
    queue = Queue(10)
    with ProcessPoolExecutor() as pool:
        futures = [pool.submit(work, queue, n) for n in range(4)] #!
        return [f.result() for f in futures]
""",
    {"from multiprocessing import Queue": "from multiprocessing import Manager", "queue = Queue(10)": "queue = Manager().Queue(10)"},
)

pair(
    RULE,
    "thread lock to process",
    """
import multiprocessing as mp
import threading

def work(lock):
    with lock:
        print("in")

def main():
    ctx = mp.get_context("spawn")
    lock = threading.Lock()
    p = ctx.Process(target=work, args=(lock,)) #!
    p.start()
    p.join()
""",
    {"threading.Lock()": "ctx.Lock()"},
    {'"spawn"': '"fork"'},
    {"ctx.Process": "threading.Thread"},
)

pair(
    RULE,
    "process with lambda",
    """
from multiprocessing import Process

def main():
    p = Process(target=lambda: print("hi")) #!
    p.start()
    p.join()
""",
    {"from multiprocessing import Process": "from threading import Thread as Process"},
    {"from multiprocessing import Process": "from multiprocessing import get_context\nProcess = get_context('fork').Process"},
    {'target=lambda: print("hi")': "target=print, args=('hi',)"},
    {"    p.start()\n    p.join()": "    print(p)"},
)

pair(
    RULE,
    "spawn by set_start_method",
    """
import multiprocessing

def main():
    multiprocessing.set_start_method("spawn")
    def child():
        print("child")
    p = multiprocessing.Process(target=child) #!
    p.start()
    p.join()
""",
    {'"spawn"': '"fork"'},
)

pair(
    RULE,
    "method of object with pool",
    """
import multiprocessing

class Runner:
    def __init__(self, size):
        self.pool = multiprocessing.Pool(size)

    def work(self, item):
        return item * 2

    def run(self, items):
        return self.pool.map(self.work, items) #!
""",
    {"    def work(self, item)": "    @staticmethod\n    def work(item)"},
    {"    def work(self, item)": "    @classmethod\n    def work(cls, item)"},
    {
        "    def work(self, item)": (
            "    def __getstate__(self):\n"
            "        state = self.__dict__.copy()\n"
            "        del state['pool']\n"
            "        return state\n\n"
            "    def work(self, item)"
        )
    },
    {"multiprocessing.Pool(size)": "multiprocessing.pool.ThreadPool(size)", "import multiprocessing": "import multiprocessing.pool"},
)

pair(
    RULE,
    "method of object with thread lock",
    """
import threading
from concurrent.futures import ProcessPoolExecutor

class Scanner:
    def __init__(self):
        self._lock = threading.Lock()
        self.found = []

    def scan(self, path):
        return len(path)

    def run(self, paths):
        with ProcessPoolExecutor() as pool:
            return [f.result() for f in [pool.submit(self.scan, p) for p in paths]] #!
""",
    {"        self._lock = threading.Lock()\n": ""},
    {"        self._lock = threading.Lock()\n": "", "    def __init__(self):": "    _lock = threading.Lock()\n\n    def __init__(self):"},
)

pair(
    RULE,
    "open file in arguments",
    """
from concurrent.futures import ProcessPoolExecutor

def count(handle):
    return sum(1 for _ in handle)

def main(path):
    with ProcessPoolExecutor() as pool, open(path) as handle:
        return pool.submit(count, handle).result() #!
""",
    {"count, handle": "count, path"},
    {"count, handle": "count, handle.readlines()"},
    {"count, handle": "count, list(handle)"},
)

pair(
    RULE,
    "generator argument",
    """
from multiprocessing import Pool

def total(values):
    return sum(values)

def run(values):
    with Pool(2) as pool:
        return pool.apply(total, ((v * 2 for v in values),)) #!
""",
    {"pool.apply(total, ((v * 2 for v in values),)) #!": "pool.map(abs, (v * 2 for v in values))"},
    {"((v * 2 for v in values),)": "([v * 2 for v in values],)"},
    {"pool.apply(total, ((v * 2 for v in values),)) #!": "pool.apply(total, (tuple(v * 2 for v in values),))"},
)

pair(
    RULE,
    "generator function's generator",
    """
from concurrent.futures import ProcessPoolExecutor

def numbers():
    yield 1
    yield 2

def total(values):
    return sum(values)

def run():
    with ProcessPoolExecutor() as pool:
        return pool.submit(total, numbers()).result() #!
""",
    {"submit(total, numbers()).result() #!": "map(abs, numbers())"},
    {"total, numbers()": "total, list(numbers())"},
)

pair(
    RULE,
    "local class",
    """
from concurrent.futures import ProcessPoolExecutor

def show(point):
    return point.x

def run():
    class Point:
        def __init__(self, x):
            self.x = x
    with ProcessPoolExecutor() as pool:
        return pool.submit(show, Point(1)).result() #!
""",
    {"pool.submit(show, Point(1)).result() #!": "pool.submit(abs, Point(1).x).result()"},
)

pair(
    RULE,
    "run_in_executor with lambda",
    """
import asyncio
from concurrent.futures import ProcessPoolExecutor

async def main(n):
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor() as pool:
        return await loop.run_in_executor(pool, lambda: n * n) #!
""",
    {"lambda: n * n": "pow, n, 2"},
    {"run_in_executor(pool, ": "run_in_executor(None, ", "    with ProcessPoolExecutor() as pool:\n": "    if n:\n"},
    {"ProcessPoolExecutor": "ThreadPoolExecutor"},
)

pair(
    RULE,
    "factory of functions",
    """
from multiprocessing import Pool

def adder(n):
    def add(x):
        return x + n
    return add

def run(values):
    with Pool() as pool:
        return pool.map(adder(3), values) #!
""",
    """
from functools import partial
from multiprocessing import Pool

def add(n, x):
    return x + n

def adder(n):
    return partial(add, n)

def run(values):
    with Pool() as pool:
        return pool.map(adder(3), values)
""",
    """
from multiprocessing import Pool

class Adder:
    def __init__(self, n):
        self.n = n

    def __call__(self, x):
        return x + self.n

def run(values):
    with Pool() as pool:
        return pool.map(Adder(3), values)
""",
)

pair(
    RULE,
    "module as argument",
    """
import json
from concurrent.futures import ProcessPoolExecutor

def dump(library, value):
    return library.dumps(value)

def run(value):
    with ProcessPoolExecutor() as pool:
        return pool.submit(dump, json, value).result() #!
""",
    {"dump, json, value": "json.dumps, value"},
)

pair(
    RULE,
    "tuples with a lock",
    """
import threading
from multiprocessing import Pool

def work(pair):
    lock, n = pair
    with lock:
        return n

def run():
    lock = threading.Lock()
    with Pool() as pool:
        return pool.map(work, [(lock, n) for n in range(5)]) #!
""",
    {"(lock, n) for n": "(None, n) for n"},
    {"import threading\nfrom multiprocessing import Pool": "import threading\nfrom multiprocessing.pool import ThreadPool as Pool"},
)

pair(
    RULE,
    "pool in a parameter",
    """
import concurrent.futures

def run(pool: concurrent.futures.ProcessPoolExecutor, values):
    return list(pool.map(lambda v: v + 1, values)) #!
""",
    {"ProcessPoolExecutor": "ThreadPoolExecutor"},
    {"concurrent.futures.ProcessPoolExecutor": "concurrent.futures.Executor"},
)

pair(
    RULE,
    "pickling error on purpose",
    """
from concurrent.futures import ProcessPoolExecutor

def test_task():
    with ProcessPoolExecutor(1) as pool:
        assert pool.submit(lambda: 1).result() == 1 #!
""",
    """
import pickle
import pytest
from concurrent.futures import ProcessPoolExecutor

def test_task():
    with ProcessPoolExecutor(1) as pool:
        with pytest.raises((pickle.PicklingError, AttributeError)):
            pool.submit(lambda: 1).result()
""",
    """
from unittest import TestCase
from concurrent.futures import ProcessPoolExecutor

class T(TestCase):
    def test_task(self):
        with ProcessPoolExecutor(1) as pool:
            future = pool.submit(lambda: 1)
            with self.assertRaises(Exception):
                future.result()
""",
    path="tests/test_app.py",
)

pair(
    RULE,
    "module function under the guard only",
    """
from multiprocessing import Pool

if __name__ == "__main__":
    with Pool() as pool:
        for part in pool.imap_unordered(lambda n: n * n, range(10)): #!
            print(part)
""",
    {"lambda n: n * n": "abs"},
    {"from multiprocessing import Pool": "import cloudpickle\nfrom mypools import Pool"},
)

pair(
    RULE,
    "lambda in map",
    """
from concurrent.futures import ProcessPoolExecutor

def main():
    with ProcessPoolExecutor() as executor:
        print(list(executor.map(lambda x: x * x, range(10)))) #!

if __name__ == "__main__":
    main()
""",
    """
from concurrent.futures import ProcessPoolExecutor

def square(x):
    return x * x

def main():
    with ProcessPoolExecutor() as executor:
        print(list(executor.map(square, range(10))))

if __name__ == "__main__":
    main()
""",
)

pair(
    RULE,
    "nested function given to Pool.map",
    """
from multiprocessing import Pool

def scale_all(values, factor):
    def scale(value):
        return value * factor

    with Pool(4) as pool:
        return pool.map(scale, values) #!
""",
    """
from functools import partial
from multiprocessing import Pool

def scale(value, factor):
    return value * factor

def scale_all(values, factor):
    with Pool(4) as pool:
        return pool.map(partial(scale, factor=factor), values)
""",
)

pair(
    RULE,
    "lock passed as argument to submit",
    """
import threading
from concurrent.futures import ProcessPoolExecutor

def append_line(lock, path, line):
    with lock, open(path, "a") as log:
        log.write(line)

def write_all(path, lines):
    lock = threading.Lock()
    with ProcessPoolExecutor() as pool:
        futures = [pool.submit(append_line, lock, path, line) for line in lines] #!
    return [future.result() for future in futures]
""",
    """
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

def append_line(lock, path, line):
    with lock, open(path, "a") as log:
        log.write(line)

def write_all(path, lines):
    with multiprocessing.Manager() as manager:
        lock = manager.Lock()
        with ProcessPoolExecutor() as pool:
            futures = [pool.submit(append_line, lock, path, line) for line in lines]
        return [future.result() for future in futures]
""",
)

pair(
    RULE,
    "open file as argument",
    """
from concurrent.futures import ProcessPoolExecutor

def count(handle):
    return sum(1 for _ in handle)

def total(path):
    with open(path) as handle, ProcessPoolExecutor() as pool:
        return pool.submit(count, handle).result() #!
""",
    """
from concurrent.futures import ProcessPoolExecutor

def count(path):
    with open(path) as handle:
        return sum(1 for _ in handle)

def total(path):
    with ProcessPoolExecutor() as pool:
        return pool.submit(count, path).result()
""",
)

pair(
    RULE,
    "bound method of an object that holds a lock",
    """
import threading
from concurrent.futures import ProcessPoolExecutor

class Renderer:
    def __init__(self, scale):
        self.scale = scale
        self._lock = threading.Lock()

    def render(self, page):
        return page * self.scale

    def render_all(self, pages):
        with ProcessPoolExecutor() as pool:
            return list(pool.map(self.render, pages)) #!
""",
    """
from concurrent.futures import ProcessPoolExecutor

class Renderer:
    def __init__(self, scale):
        self.scale = scale

    def render(self, page):
        return page * self.scale

    def render_all(self, pages):
        with ProcessPoolExecutor() as pool:
            return list(pool.map(self.render, pages))
""",
)

pair(
    RULE,
    "self.pool executor and lambda",
    """
from concurrent.futures import ProcessPoolExecutor

class Hasher:
    def __init__(self, workers):
        self.pool = ProcessPoolExecutor(max_workers=workers)

    def close(self):
        self.pool.shutdown()

    def digest(self, text):
        return self.pool.submit(lambda: hash(text)).result() #!
""",
    """
from concurrent.futures import ProcessPoolExecutor

class Hasher:
    def __init__(self, workers):
        self.pool = ProcessPoolExecutor(max_workers=workers)

    def close(self):
        self.pool.shutdown()

    def digest(self, text):
        return self.pool.submit(hash, text).result()
""",
)

pair(
    RULE,
    "Process with lambda target under spawn",
    """
import multiprocessing as mp

def main(name):
    ctx = mp.get_context("spawn")
    process = ctx.Process(target=lambda: print("hello", name)) #!
    process.start()
    process.join()

if __name__ == "__main__":
    main("bob")
""",
    """
import multiprocessing as mp

def greet(name):
    print("hello", name)

def main(name):
    ctx = mp.get_context("spawn")
    process = ctx.Process(target=greet, args=(name,))
    process.start()
    process.join()

if __name__ == "__main__":
    main("bob")
""",
)

pair(
    RULE,
    "set_start_method spawn and a nested target",
    """
import multiprocessing

def run_server(port):
    def serve():
        print("serving on", port)

    process = multiprocessing.Process(target=serve) #!
    process.start()
    return process

if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    run_server(8000).join()
""",
    """
import multiprocessing

def serve(port):
    print("serving on", port)

def run_server(port):
    process = multiprocessing.Process(target=serve, args=(port,))
    process.start()
    return process

if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    run_server(8000).join()
""",
)

pair(
    RULE,
    "apply_async with lambda and partial over lambda",
    """
import multiprocessing
from functools import partial

def powers(base, exponents):
    power = partial(lambda b, e: b ** e, base)
    with multiprocessing.Pool() as pool:
        results = [pool.apply_async(power, (e,)) for e in exponents] #!
        return [result.get() for result in results]
""",
    """
import multiprocessing
from functools import partial

def power(b, e):
    return b ** e

def powers(base, exponents):
    task = partial(power, base)
    with multiprocessing.Pool() as pool:
        results = [pool.apply_async(task, (e,)) for e in exponents]
        return [result.get() for result in results]
""",
)

pair(
    RULE,
    "lambda bound to a module name",
    """
from concurrent.futures import ProcessPoolExecutor as Executor

double = lambda n: 2 * n

def doubled(numbers):
    with Executor(max_workers=2) as executor:
        return list(executor.map(double, numbers)) #!
""",
    """
from concurrent.futures import ThreadPoolExecutor as Executor

double = lambda n: 2 * n

def doubled(numbers):
    with Executor(max_workers=2) as executor:
        return list(executor.map(double, numbers))
""",
)

pair(
    RULE,
    "generator sent to a pool",
    """
from concurrent.futures import ProcessPoolExecutor

def total(numbers):
    return sum(numbers)

def compute(limit):
    squares = (n * n for n in range(limit))
    with ProcessPoolExecutor() as pool:
        return pool.submit(total, squares).result() #!
""",
    """
from concurrent.futures import ProcessPoolExecutor

def total(numbers):
    return sum(numbers)

def compute(limit):
    squares = [n * n for n in range(limit)]
    with ProcessPoolExecutor() as pool:
        return pool.submit(total, squares).result()
""",
)

pair(
    RULE,
    "run_in_executor with a closure and a process pool",
    """
import asyncio
from concurrent.futures import ProcessPoolExecutor

async def parse(document):
    def work():
        return document.split()

    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor() as pool:
        return await loop.run_in_executor(pool, work) #!
""",
    """
import asyncio
from concurrent.futures import ProcessPoolExecutor

def work(document):
    return document.split()

async def parse(document):
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor() as pool:
        return await loop.run_in_executor(pool, work, document)
""",
)

pair(
    RULE,
    "test with fixture pool",
    """
from concurrent.futures import ProcessPoolExecutor

import pytest

@pytest.fixture
def pool():
    with ProcessPoolExecutor(2) as executor:
        yield executor

def test_squares(pool):
    assert list(pool.map(lambda n: n * n, [1, 2, 3])) == [1, 4, 9] #!
""",
    """
from concurrent.futures import ProcessPoolExecutor

import pytest

@pytest.fixture
def pool():
    with ProcessPoolExecutor(2) as executor:
        yield executor

def test_squares(pool):
    assert list(pool.map(pow, [1, 2, 3], [2, 2, 2])) == [1, 4, 9]
""",
    path="tests/test_app.py",
)

pair(
    RULE,
    "queue.Queue handed to a process",
    """
import multiprocessing
import queue

def worker(jobs):
    while (job := jobs.get()) is not None:
        print(job)

def main():
    jobs = queue.Queue(10)
    ctx = multiprocessing.get_context("forkserver")
    process = ctx.Process(target=worker, args=(jobs,)) #!
    process.start()
    jobs.put(1)
    jobs.put(None)
    process.join()

if __name__ == "__main__":
    main()
""",
    """
import multiprocessing

def worker(jobs):
    while (job := jobs.get()) is not None:
        print(job)

def main():
    ctx = multiprocessing.get_context("forkserver")
    jobs = ctx.Queue(10)
    process = ctx.Process(target=worker, args=(jobs,))
    process.start()
    jobs.put(1)
    jobs.put(None)
    process.join()

if __name__ == "__main__":
    main()
""",
)

pair(
    RULE,
    "local class instance method",
    """
from concurrent.futures import ProcessPoolExecutor

def simulate(seeds):
    class Run:
        def __init__(self, seed):
            self.seed = seed

        def go(self):
            return self.seed * 3

    with ProcessPoolExecutor() as pool:
        futures = [pool.submit(Run(seed).go) for seed in seeds] #!
        return [f.result() for f in futures]
""",
    """
from concurrent.futures import ProcessPoolExecutor

class Run:
    def __init__(self, seed):
        self.seed = seed

    def go(self):
        return self.seed * 3

def simulate(seeds):
    with ProcessPoolExecutor() as pool:
        futures = [pool.submit(Run(seed).go) for seed in seeds]
        return [f.result() for f in futures]
""",
)

pair(
    RULE,
    "a multiprocessing lock through starmap",
    """
import multiprocessing
from itertools import repeat

def log(lock, line):
    with lock:
        print(line)

def main(lines):
    lock = multiprocessing.Lock()
    with multiprocessing.Pool() as pool:
        pool.starmap(log, zip(repeat(lock), lines)) #!

if __name__ == "__main__":
    main(["a", "b"])
""",
    """
import multiprocessing

_lock = None

def setup(lock):
    global _lock
    _lock = lock

def log(line):
    with _lock:
        print(line)

def main(lines):
    lock = multiprocessing.Lock()
    with multiprocessing.Pool(initializer=setup, initargs=(lock,)) as pool:
        pool.map(log, lines)

if __name__ == "__main__":
    main(["a", "b"])
""",
)

pair(
    RULE,
    "lambda by apply in a comprehension",
    """
from multiprocessing import get_context

def run(steps):
    with get_context("spawn").Pool(2) as pool:
        return [pool.apply(lambda s=step: s + 1) for step in steps] #!
""",
    """
from multiprocessing.pool import ThreadPool

def run(steps):
    with ThreadPool(2) as pool:
        return [pool.apply(lambda s=step: s + 1) for step in steps]
""",
)

pair(
    RULE,
    "a job with an event",
    """
import threading
from multiprocessing import get_context

class Job:
    def __init__(self, name):
        self.name = name
        self.done = threading.Event()

    def run(self):
        print(self.name)

def main(names):
    with get_context("spawn").Pool(2) as pool:
        jobs = [Job(name) for name in names]
        pool.map(Job.run, jobs)
        results = [pool.apply_async(job.run) for job in jobs] #!
        return [r.get() for r in results]
""",
    """
from multiprocessing import get_context

class Job:
    def __init__(self, name):
        self.name = name

    def run(self):
        print(self.name)

def main(names):
    with get_context("spawn").Pool(2) as pool:
        jobs = [Job(name) for name in names]
        results = [pool.apply_async(job.run) for job in jobs]
        return [r.get() for r in results]
""",
)

pair(
    RULE,
    "a model with a lock",
    """
import threading
from concurrent.futures import ProcessPoolExecutor

class Model:
    def __init__(self):
        self.lock = threading.RLock()
        self.weights = [1]

    def score(self, row):
        return sum(self.weights) * row

def scores(rows):
    model = Model()
    with ProcessPoolExecutor() as pool:
        return list(pool.map(model.score, rows)) #!
""",
    """
import threading
from concurrent.futures import ProcessPoolExecutor

class Model:
    def __init__(self):
        self.lock = threading.RLock()
        self.weights = [1]

    def __getstate__(self):
        return {"weights": self.weights}

    def __setstate__(self, state):
        self.weights = state["weights"]
        self.lock = threading.RLock()

    def score(self, row):
        return sum(self.weights) * row

def scores(rows):
    model = Model()
    with ProcessPoolExecutor() as pool:
        return list(pool.map(model.score, rows))
""",
)

pair(
    RULE,
    "a lambda, pool shut down in finally",
    """
from concurrent.futures import ProcessPoolExecutor

def run(values):
    executor = ProcessPoolExecutor(4)
    try:
        return list(executor.map(lambda v: v + 1, values)) #!
    finally:
        executor.shutdown()
""",
    """
from loky import get_reusable_executor

def run(values):
    executor = get_reusable_executor(4)
    return list(executor.map(lambda v: v + 1, values))
""",
)

pair(
    RULE,
    "initializer lambda",
    """
from concurrent.futures import ProcessPoolExecutor

def work(n):
    return n

def run(values, level):
    def setup():
        print(level)

    with ProcessPoolExecutor(initializer=setup) as pool: #!
        return list(pool.map(work, values))
""",
    """
from concurrent.futures import ProcessPoolExecutor

def setup(level):
    print(level)

def work(n):
    return n

def run(values, level):
    with ProcessPoolExecutor(initializer=setup, initargs=(level,)) as pool:
        return list(pool.map(work, values))
""",
)

pair(
    RULE,
    "module as argument, otherwise told",
    """
import json
from concurrent.futures import ProcessPoolExecutor

def dump(codec, value):
    return codec.dumps(value)

def run(values):
    with ProcessPoolExecutor() as pool:
        return [f.result() for f in [pool.submit(dump, json, v) for v in values]] #!
""",
    """
import json
from concurrent.futures import ProcessPoolExecutor

def dump(value):
    return json.dumps(value)

def run(values):
    with ProcessPoolExecutor() as pool:
        return [f.result() for f in [pool.submit(dump, v) for v in values]]
""",
)

pair(
    RULE,
    "a closure as target, under spawn",
    """
import multiprocessing

class Runner:
    def start(self, port):
        ctx = multiprocessing.get_context("spawn")

        def serve():
            print(port)

        self.process = ctx.Process(target=serve, daemon=True) #!
        self.process.start()
""",
    """
import multiprocessing

class Runner:
    @classmethod
    def serve(cls, port):
        print(port)

    def start(self, port):
        ctx = multiprocessing.get_context("spawn")
        self.process = ctx.Process(target=self.serve, args=(port,), daemon=True)
        self.process.start()
""",
)

pair(
    RULE,
    "decorator sends what it hides",
    """
import multiprocessing

def in_background(function):
    def run(*args):
        process = multiprocessing.get_context("spawn").Process(target=function, args=args)  #!
        process.start()
        process.join()
    return run

@in_background
def report(path):
    print(path)

def main():
    report("a")
""",
    {"    return run\n": "    return function\n", "        process.join()": "        process.join()\n    run(1)"},
    {"@in_background\n": "", '    report("a")': '    in_background(report)("a")'},
    {'multiprocessing.get_context("spawn").Process': 'multiprocessing.get_context("fork").Process'},
)
pair(
    RULE,
    "decorator with wraps sends what it hides to a pool",
    """
import functools
from concurrent.futures import ProcessPoolExecutor

pool = ProcessPoolExecutor()

def offload(function):
    @functools.wraps(function)
    def wrapper(*args):
        return pool.submit(function, *args)  #!
    return wrapper

@offload
def crunch(n):
    return n ** n
""",
    {"ProcessPoolExecutor": "ThreadPoolExecutor"},
)
bad(
    RULE,
    "the wrapped function by its attribute",
    """
import functools
from concurrent.futures import ProcessPoolExecutor

@functools.lru_cache
def crunch(n):
    return n ** n

def main(numbers):
    with ProcessPoolExecutor() as pool:
        return [pool.submit(crunch.__wrapped__, n).result() for n in numbers]  #!
""",
)
