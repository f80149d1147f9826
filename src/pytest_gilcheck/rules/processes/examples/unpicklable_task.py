"""Examples of GIL102 unpicklable-task.

Data of one rule, in one list: a reader looks a case up by its title, and nothing here is run but by the tests.
"""

from __future__ import annotations

from pytest_gilcheck.model.evidence import Level
from pytest_gilcheck.model.rule import Example

BAD = (
    Example(
        "a lambda sent to a process pool",
        """\
from concurrent.futures import ProcessPoolExecutor


def squares(numbers):
    with ProcessPoolExecutor() as pool:
        return list(pool.map(lambda n: n * n, numbers))  # GIL102
""",
    ),
    Example(
        "a lambda with a name",
        """\
from multiprocessing import Pool

square = lambda n: n * n


def squares(numbers):
    with Pool() as pool:
        return pool.map(square, numbers)  # GIL102
""",
    ),
    Example(
        "a function defined inside the one that starts the pool",
        """\
import multiprocessing as mp


def scale(numbers, factor):
    def times(n):
        return n * factor

    with mp.get_context("fork").Pool(4) as pool:
        return pool.map(times, numbers)  # GIL102
""",
    ),
    Example(
        "a nested function behind partial and an alias",
        """\
import functools
from concurrent.futures import ProcessPoolExecutor as Executor


def scale(numbers, factor):
    def times(k, n):
        return k * n

    task = functools.partial(times, factor)
    with Executor() as executor:
        futures = [executor.submit(task, n) for n in numbers]  # GIL102
        return [future.result() for future in futures]
""",
    ),
    Example(
        "a lambda as an argument",
        """\
from multiprocessing import Pool


def apply(function, n):
    return function(n)


def main():
    with Pool() as pool:
        return pool.starmap(apply, [(lambda n: n + 1, 1), (abs, -1)])  # GIL102
""",
    ),
    Example(
        "a lambda among keyword arguments",
        """\
from concurrent.futures import ProcessPoolExecutor


def biggest(values, key):
    return max(values, key=key)


def main(values):
    with ProcessPoolExecutor() as pool:
        return pool.submit(biggest, values, key=lambda v: -v).result()  # GIL102
""",
    ),
    Example(
        "a lambda in kwds of apply_async",
        """\
from multiprocessing import Pool


def biggest(values, key):
    return max(values, key=key)


def main(values):
    pool = Pool()
    result = pool.apply_async(biggest, (values,), {"key": lambda v: -v})  # GIL102
    return result.get()
""",
    ),
    Example(
        "a lock of multiprocessing in a task",
        """\
from multiprocessing import Lock, Pool


def work(lock, n):
    with lock:
        print(n)


def main():
    lock = Lock()
    with Pool() as pool:
        pool.starmap(work, [(lock, n) for n in range(4)])  # GIL102
""",
    ),
    Example(
        "the method of an object that holds its pool",
        """\
import multiprocessing


class Renderer:
    def __init__(self):
        self._pool = multiprocessing.Pool()

    def render(self, page):
        return page.upper()

    def run(self, pages):
        return self._pool.map(self.render, pages)  # GIL102
""",
    ),
    Example(
        "the method of an object that holds a lock, from a base class",
        """\
import threading
from concurrent.futures import ProcessPoolExecutor


class Base:
    def __init__(self):
        self._lock = threading.Lock()


class Parser(Base):
    def parse(self, text):
        return text.split()

    def run(self, texts):
        with ProcessPoolExecutor() as pool:
            return list(pool.map(self.parse, texts))  # GIL102
""",
    ),
    Example(
        "a data class with a lock as argument",
        """\
import threading
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field


@dataclass
class Job:
    name: str
    lock: threading.Lock = field(default_factory=threading.Lock)


def work(job):
    return job.name


def main(name):
    job = Job(name)
    with ProcessPoolExecutor() as pool:
        return pool.submit(work, job).result()  # GIL102
""",
    ),
    Example(
        "an attribute that is only sometimes a lock",
        """\
import threading
from concurrent.futures import ProcessPoolExecutor


class Parser:
    def __init__(self):
        self._lock = None

    def open(self):
        self._lock = threading.Lock()

    def parse(self, text):
        return text.split()

    def run(self, texts):
        with ProcessPoolExecutor() as pool:
            return list(pool.map(self.parse, texts))  # GIL102
""",
        level=Level.WARNING,
    ),
    Example(
        "an open file",
        """\
from concurrent.futures import ProcessPoolExecutor


def count(file):
    return len(file.read())


def main(path):
    with open(path) as file, ProcessPoolExecutor() as pool:
        return pool.submit(count, file).result()  # GIL102
""",
    ),
    Example(
        "a database connection",
        """\
import sqlite3
from multiprocessing import Pool


def load(connection, key):
    return connection.execute("select 1", key)


def main(keys):
    connection = sqlite3.connect("data.db")
    with Pool() as pool:
        return [pool.apply(load, (connection, key)) for key in keys]  # GIL102
""",
    ),
    Example(
        "a generator",
        """\
from concurrent.futures import ProcessPoolExecutor


def main(rows):
    with ProcessPoolExecutor() as pool:
        return pool.submit(sum, (row.size for row in rows)).result()  # GIL102
""",
    ),
    Example(
        "a module",
        """\
import math
from concurrent.futures import ProcessPoolExecutor


def use(library, n):
    return library.sqrt(n)


def main():
    with ProcessPoolExecutor() as pool:
        return pool.submit(use, math, 4).result()  # GIL102
""",
    ),
    Example(
        "an object of a class defined in a function",
        """\
from concurrent.futures import ProcessPoolExecutor


def main(x):
    class Point:
        def norm(self):
            return x

    with ProcessPoolExecutor() as pool:
        return pool.submit(Point().norm).result()  # GIL102
""",
    ),
    Example(
        "what a factory in another file gives back",
        """\
from multiprocessing import Pool

from tasks import adder


def main(numbers):
    with Pool() as pool:
        return list(pool.imap_unordered(adder(2), numbers))  # GIL102
""",
        others=(
            (
                "tasks.py",
                """\
def adder(n):
    def add(x):
        return x + n

    return add
""",
            ),
        ),
    ),
    Example(
        "lambdas in a dictionary",
        """\
from concurrent.futures import ProcessPoolExecutor

OPERATIONS = {"add": lambda n: n + 1, "negate": lambda n: -n}


def main(name):
    with ProcessPoolExecutor() as pool:
        return pool.submit(OPERATIONS[name], 1).result()  # GIL102
""",
    ),
    Example(
        "a loop over lambdas",
        """\
from concurrent.futures import ProcessPoolExecutor


def main():
    tasks = [lambda: 1, lambda: 2]
    with ProcessPoolExecutor() as pool:
        futures = [pool.submit(task) for task in tasks]  # GIL102
        return [future.result() for future in futures]
""",
        level=Level.WARNING,
    ),
    Example(
        "a function that a decorator replaces",
        """\
from multiprocessing import Pool


def logged(function):
    def inner(*args):
        print(args)
        return function(*args)

    return inner


@logged
def work(n):
    return n


def main():
    with Pool() as pool:
        return pool.map(work, range(4))  # GIL102
""",
    ),
    Example(
        "a lambda on the loop's way to a process pool",
        """\
import asyncio
from concurrent.futures import ProcessPoolExecutor


async def main(n):
    loop = asyncio.get_running_loop()
    pool = ProcessPoolExecutor()
    return await loop.run_in_executor(pool, lambda: n * n)  # GIL102
""",
    ),
    Example(
        "a pool in an annotated parameter",
        """\
from concurrent.futures import ProcessPoolExecutor


def start(pool: ProcessPoolExecutor, n: int):
    return pool.submit(lambda: n)  # GIL102
""",
    ),
    Example(
        "a progress bar's pool",
        """\
from tqdm.contrib.concurrent import process_map


def main(numbers):
    return process_map(lambda n: n * n, numbers)  # GIL102
""",
    ),
    Example(
        "a process that is spawned",
        """\
import multiprocessing


def main():
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=lambda: print("hello"))  # GIL102
    process.start()
    process.join()
""",
    ),
    Example(
        "a start method set for all",
        """\
import multiprocessing
import threading


def work(lock):
    with lock:
        print("hello")


if __name__ == "__main__":
    multiprocessing.set_start_method("forkserver")
    process = multiprocessing.Process(target=work, args=(threading.Lock(),))  # GIL102
    process.start()
    process.join()
""",
    ),
    Example(
        "a process with the platform's start method",
        """\
from multiprocessing import Process


def main():
    def child():
        print("hello")

    process = Process(target=child)  # GIL102
    process.start()
    process.join()
""",
        level=Level.WARNING,
    ),
    Example(
        "a test's own method as a process",
        """\
import unittest
from multiprocessing import Process


class ChildTest(unittest.TestCase):
    def child(self):
        print("hello")

    def test_child(self):
        process = Process(target=self.child)  # GIL102
        process.start()
        process.join()
""",
        level=Level.WARNING,
        path="tests/test_child.py",
    ),
    Example(
        "a process object that holds a lock of threads",
        """\
import multiprocessing
import threading


class Child(multiprocessing.Process):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def run(self):
        with self.lock:
            print("hello")


def main():
    child = Child()  # GIL102
    child.start()
    child.join()
""",
        level=Level.WARNING,
    ),
    Example(
        "the method of an object that keeps its process and a lock",
        """\
import multiprocessing
import threading


class Service:
    def __init__(self):
        self.lock = threading.Lock()

    def serve(self):
        print("serving")

    def start(self):
        self.process = multiprocessing.Process(target=self.serve)  # GIL102
        self.process.start()
""",
        level=Level.WARNING,
    ),
    Example(
        "an initializer with a lambda",
        """\
from concurrent.futures import ProcessPoolExecutor


def main(numbers):
    with ProcessPoolExecutor(initializer=lambda: print("ready")) as pool:  # GIL102
        return list(pool.map(abs, numbers))
""",
        level=Level.WARNING,
    ),
    Example(
        "a function that came in by a parameter",
        """\
from concurrent.futures import ProcessPoolExecutor


def run(function, numbers):
    with ProcessPoolExecutor() as pool:
        return list(pool.map(function, numbers))  # GIL102


def main():
    return run(lambda n: n + 1, [1, 2])
""",
        level=Level.WARNING,
    ),
    Example(
        "a pool that may be one of two kinds",
        """\
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor


def main(numbers, threads):
    if not threads:
        pool = ProcessPoolExecutor()
    else:
        pool = ThreadPoolExecutor()
    return list(pool.map(lambda n: n + 1, numbers))  # GIL102
""",
        level=Level.WARNING,
    ),
    Example(
        "what a decorator hides behind its own function",
        """\
import functools
from concurrent.futures import ProcessPoolExecutor

pool = ProcessPoolExecutor()


def offload(function):
    @functools.wraps(function)
    def wrapper(*args):
        return pool.submit(function, *args)  # GIL102

    return wrapper


@offload
def crunch(n):
    return n**n


def many(numbers):
    return [pool.submit(crunch.__wrapped__, n) for n in numbers]  # GIL102
""",
    ),
)

GOOD = (
    Example(
        "a decorator that gives the function back",
        """\
from concurrent.futures import ProcessPoolExecutor

pool = ProcessPoolExecutor()


def warmed_up(function):
    pool.submit(function, 1).result()
    return function


@warmed_up
def crunch(n):
    return n**n
""",
    ),
    Example(
        "a function at module level",
        """\
from concurrent.futures import ProcessPoolExecutor


def square(n):
    return n * n


def squares(numbers):
    with ProcessPoolExecutor() as pool:
        return list(pool.map(square, numbers))
""",
    ),
    Example(
        "a decorator that keeps the function's name",
        """\
import functools
from multiprocessing import Pool


def logged(function):
    @functools.wraps(function)
    def inner(*args):
        print(args)
        return function(*args)

    return inner


@logged
def work(n):
    return n


def main():
    with Pool() as pool:
        return pool.map(work, range(4))
""",
    ),
    Example(
        "partial of a function at module level",
        """\
from functools import partial
from multiprocessing import Pool


def times(factor, n):
    return factor * n


def scale(numbers):
    with Pool() as pool:
        return pool.map(partial(times, 3), numbers)
""",
    ),
    Example(
        "threads take anything",
        """\
from concurrent.futures import ThreadPoolExecutor


def squares(numbers):
    with ThreadPoolExecutor() as pool:
        return list(pool.map(lambda n: n * n, numbers))
""",
    ),
    Example(
        "ThreadPool and multiprocessing.dummy are threads",
        """\
from multiprocessing.dummy import Pool as DummyPool
from multiprocessing.pool import ThreadPool


def squares(numbers):
    with ThreadPool(4) as threads, DummyPool(4) as dummies:
        return threads.map(lambda n: n * n, numbers) + dummies.map(lambda n: n, numbers)
""",
    ),
    Example(
        "a process that is forked, in so many words",
        """\
import multiprocessing

context = multiprocessing.get_context("fork")


def main():
    process = context.Process(target=lambda: print("hello"))
    process.start()
    process.join()
""",
    ),
    Example(
        "the file makes fork its start method",
        """\
import multiprocessing

multiprocessing.set_start_method("fork")


def main():
    process = multiprocessing.Process(target=lambda: print("hello"))
    process.start()
    process.join()
""",
    ),
    Example(
        "a process that is never started",
        """\
from multiprocessing import Process


def describe():
    process = Process(target=lambda: None)
    return repr(process)
""",
    ),
    Example(
        "cloudpickle is imported",
        """\
import cloudpickle
from concurrent.futures import ProcessPoolExecutor


def load(data):
    return cloudpickle.loads(data)()


def main():
    with ProcessPoolExecutor() as pool:
        return pool.submit(lambda: 1)
""",
    ),
    Example(
        "loky's pool pickles lambdas",
        """\
from loky import ProcessPoolExecutor, get_reusable_executor


def main(numbers):
    with ProcessPoolExecutor() as pool:
        return list(pool.map(lambda n: n, numbers)) + list(get_reusable_executor().map(lambda n: n, numbers))
""",
    ),
    Example(
        "pathos and multiprocess use dill",
        """\
from multiprocess import Pool
from pathos.multiprocessing import ProcessingPool


def main(numbers):
    with Pool() as pool:
        return pool.map(lambda n: n, numbers) + ProcessingPool().map(lambda n: n, numbers)
""",
    ),
    Example(
        "dill is imported",
        """\
import dill
from multiprocessing import Pool

dill.settings["recurse"] = True


def main(numbers):
    with Pool() as pool:
        return pool.map(lambda n: n, numbers)
""",
    ),
    Example(
        "joblib's default is loky",
        """\
from joblib import Parallel, delayed


def main(numbers):
    return Parallel(n_jobs=2)(delayed(lambda n: n)(n) for n in numbers)
""",
    ),
    Example(
        "locks through initializer and initargs",
        """\
import multiprocessing


def keep(given):
    global lock
    lock = given


def work(n):
    with lock:
        return n


def main():
    lock = multiprocessing.Lock()
    with multiprocessing.Pool(initializer=keep, initargs=(lock,)) as pool:
        return pool.map(work, range(4))
""",
    ),
    Example(
        "locks and queues of multiprocessing as arguments of a process",
        """\
import multiprocessing


def work(lock, queue):
    with lock:
        queue.put(1)


def main():
    lock, queue = multiprocessing.Lock(), multiprocessing.Queue(10)
    process = multiprocessing.get_context("spawn").Process(target=work, args=(lock, queue))
    process.start()
    process.join()
""",
    ),
    Example(
        "a manager's lock and queue are proxies",
        """\
import multiprocessing


def work(lock, queue, n):
    with lock:
        queue.put(n)


def main():
    with multiprocessing.Manager() as manager, multiprocessing.Pool() as pool:
        lock, queue = manager.Lock(), manager.Queue()
        pool.starmap(work, [(lock, queue, n) for n in range(4)])
""",
    ),
    Example(
        "connections and sockets are sent along by multiprocessing",
        """\
import socket
from multiprocessing import Pipe, Pool


def work(connection, client):
    connection.send(client.recv(10))


def main():
    ours, theirs = Pipe()
    client = socket.socket()
    with Pool() as pool:
        pool.apply(work, (theirs, client))
    return ours.recv()
""",
    ),
    Example(
        "a generator that map goes through in the parent",
        """\
from concurrent.futures import ProcessPoolExecutor


def main(rows):
    with ProcessPoolExecutor() as pool:
        return list(pool.map(abs, (row.size for row in rows)))
""",
    ),
    Example(
        "a list made of a generator",
        """\
from concurrent.futures import ProcessPoolExecutor


def main(rows):
    with ProcessPoolExecutor() as pool:
        return pool.submit(sum, list(row.size for row in rows)).result()
""",
    ),
    Example(
        "a callback runs in the parent",
        """\
from multiprocessing import Pool


def main(numbers):
    results = []
    with Pool() as pool:
        for n in numbers:
            pool.apply_async(abs, (n,), callback=lambda r: results.append(r), error_callback=lambda e: print(e))
        pool.close()
        pool.join()
    return results
""",
    ),
    Example(
        "a staticmethod and a classmethod reached through self",
        """\
import threading
from concurrent.futures import ProcessPoolExecutor


class Parser:
    def __init__(self):
        self._lock = threading.Lock()

    @staticmethod
    def parse(text):
        return text.split()

    @classmethod
    def join(cls, parts):
        return " ".join(parts)

    def run(self, texts):
        with ProcessPoolExecutor() as pool:
            return list(pool.map(self.join, pool.map(self.parse, texts)))
""",
    ),
    Example(
        "a class that says how it is pickled",
        """\
import threading
from concurrent.futures import ProcessPoolExecutor


class Parser:
    def __init__(self):
        self._lock = threading.Lock()

    def __getstate__(self):
        return {}

    def __setstate__(self, state):
        self._lock = threading.Lock()

    def parse(self, text):
        return text.split()

    def run(self, texts):
        with ProcessPoolExecutor() as pool:
            return list(pool.map(self.parse, texts))
""",
    ),
    Example(
        "the name of an open file",
        """\
import tempfile
from multiprocessing import Pool


def main(paths):
    with tempfile.NamedTemporaryFile() as file, Pool() as pool:
        return pool.starmap(max, [(file.name, path) for path in paths])
""",
    ),
    Example(
        "a lock of the class, not of its objects",
        """\
import threading
from concurrent.futures import ProcessPoolExecutor


class Parser:
    lock = threading.Lock()

    def parse(self, text):
        return text.split()

    def run(self, texts):
        with ProcessPoolExecutor() as pool:
            return list(pool.map(self.parse, texts))
""",
    ),
    Example(
        "a nested function that is made global",
        """\
from multiprocessing import Pool


def scale(numbers, factor):
    global times

    def times(n):
        return n * factor

    with Pool() as pool:
        return pool.map(times, numbers)
""",
    ),
    Example(
        "the pickling error is what the test is about",
        """\
import pytest
from concurrent.futures import ProcessPoolExecutor


def test_lambda_is_refused():
    with ProcessPoolExecutor() as pool:
        future = pool.submit(lambda: 1)
        with pytest.raises(Exception):
            future.result()


def test_unpicklable_task():
    with ProcessPoolExecutor() as pool:
        assert pool.submit(lambda: 1).exception() is not None
""",
        path="tests/test_pool.py",
    ),
    Example(
        "the pickling error is caught",
        """\
import pickle
from concurrent.futures import ProcessPoolExecutor


def run(numbers):
    with ProcessPoolExecutor() as pool:
        try:
            return list(pool.map(lambda n: n, numbers))
        except (pickle.PicklingError, AttributeError):
            return [n for n in numbers]
""",
    ),
    Example(
        "a pool of the project's own",
        """\
class Pool:
    def map(self, function, items):
        return [function(item) for item in items]


class Process:
    def __init__(self, target):
        self.target = target


def main(numbers):
    Process(target=lambda: None)
    return Pool().map(lambda n: n, numbers)
""",
    ),
    Example(
        "psutil's Process",
        """\
import threading
import psutil


def main():
    process = psutil.Process()
    return process.as_dict(lambda: None), threading.active_count()
""",
    ),
    Example(
        "code in a string",
        """\
import textwrap
from concurrent.futures import ProcessPoolExecutor

PROGRAM = textwrap.dedent("    pool.submit(lambda: 1)")


def main():
    with ProcessPoolExecutor() as pool:
        return pool.submit(exec, PROGRAM).result()
""",
    ),
    Example(
        "an executor of unknown kind",
        """\
from concurrent.futures import Executor


def main(pool: Executor, numbers):
    return list(pool.map(lambda n: n, numbers))
""",
    ),
    Example(
        "one of several functions comes in by a parameter",
        """\
from concurrent.futures import ProcessPoolExecutor


def run(function, numbers, processes):
    if not processes:
        return [function(n) for n in numbers]
    with ProcessPoolExecutor() as pool:
        return list(pool.map(function, numbers))


def main():
    return run(lambda n: n + 1, [1, 2], False) + run(abs, [1, 2], True)
""",
    ),
    Example(
        "an attribute that was given from outside",
        """\
from concurrent.futures import ProcessPoolExecutor


class Runner:
    def __init__(self, key):
        self.key = key

    def work(self, item):
        return self.key(item)

    def run(self, items):
        with ProcessPoolExecutor() as pool:
            return list(pool.map(self.work, items))


def main(items):
    return Runner(lambda item: item.size)
""",
    ),
    Example(
        "a generator that is unpacked into the arguments",
        """\
import multiprocessing


def work(first, second):
    return first + second


def main(names):
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=work, args=(*(str(name) for name in names), 1))
    process.start()
    process.join()
""",
    ),
    Example(
        "another package's pool, which pickles lambdas",
        """\
from loky import get_reusable_executor
from joblib import Parallel, delayed


def main(names):
    executor = get_reusable_executor(max_workers=2)
    futures = [executor.submit(lambda name: name.upper(), name) for name in names]
    Parallel(n_jobs=2)(delayed(lambda name: name.lower())(name) for name in names)
    return [future.result() for future in futures]
""",
    ),
)
