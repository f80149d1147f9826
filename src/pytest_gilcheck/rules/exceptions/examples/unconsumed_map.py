"""Examples of GIL202 unconsumed-map.

Data of one rule, in one list: a reader looks a case up by its title, and nothing here is run but by the tests.
"""

from __future__ import annotations

from pytest_gilcheck.model.evidence import Level
from pytest_gilcheck.model.rule import Example

BAD = (
    Example(
        "results thrown away inside the with block",
        """\
from concurrent.futures import ThreadPoolExecutor


def save(orders):
    with ThreadPoolExecutor(max_workers=4) as pool:
        pool.map(write, orders)  # GIL202


def write(order):
    order.path.write_text(order.text)
""",
    ),
    Example(
        "bound to a name that is never read",
        """\
import concurrent.futures


def save(orders, write):
    executor = concurrent.futures.ProcessPoolExecutor()
    results = executor.map(write, orders, chunksize=10)  # GIL202
    executor.shutdown(wait=True)
    print("saved")
""",
    ),
    Example(
        "lambda and partial",
        """\
from concurrent.futures import ThreadPoolExecutor
from functools import partial


def save(orders, write):
    with ThreadPoolExecutor() as pool:
        pool.map(lambda order: order.write(), orders)  # GIL202
        pool.map(partial(write, mode="w"), orders)  # GIL202
    ThreadPoolExecutor().map(write, orders)  # GIL202
""",
    ),
    Example(
        "imap of a process pool",
        """\
from multiprocessing import Pool


def save(orders, write):
    with Pool() as pool:
        pool.imap(write, orders)  # GIL202
        pool.imap_unordered(write, orders)  # GIL202
        pool.close()
        pool.join()
""",
    ),
    Example(
        "map_async that nobody gets",
        """\
import multiprocessing as mp
from multiprocessing.pool import ThreadPool


def save(orders, write):
    pool = mp.get_context("spawn").Pool(2)
    pool.map_async(write, orders)  # GIL202
    result = pool.starmap_async(write, zip(orders))  # GIL202
    threads = ThreadPool(2)
    threads.map_async(write, orders)  # GIL202
    pool.close()
    pool.join()
""",
    ),
    Example(
        "map_async that is only waited for",
        """\
from multiprocessing import Pool


def save(orders, write):
    with Pool() as pool:
        result = pool.map_async(write, orders)  # GIL202
        result.wait()
        pool.map_async(write, orders, callback=print)  # GIL202
""",
        level=Level.WARNING,
    ),
    Example(
        "pool on the instance, result in a private attribute",
        """\
from concurrent.futures import ThreadPoolExecutor


class Store:
    def __init__(self):
        self.pool = ThreadPoolExecutor()

    def save(self, orders):
        self.pool.map(self.write, orders)  # GIL202

    def save_more(self, orders):
        self._results = self.pool.map(self.write, orders)  # GIL202

    def write(self, order):
        order.write()
""",
    ),
    Example(
        "parameter, known by the calls of the function",
        """\
from concurrent.futures import ThreadPoolExecutor


def save(pool, orders):
    pool.map(write, orders)  # GIL202


def write(order):
    assert order.valid
    order.write()


def main(orders):
    with ThreadPoolExecutor() as pool:
        save(pool, orders)
""",
    ),
    Example(
        "asserts in workers of a test",
        """\
def test_counter(thread_pool, counter):
    def check(n):
        assert counter.next() > n

    thread_pool.map(check, range(100))  # GIL202
""",
        path="tests/test_counter.py",
    ),
    Example(
        "a thread pool under the name of the process pool before",
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
                pool.map(work, range(5))  # GIL202
        """,
    ),
)

GOOD = (
    Example(
        "iterated over",
        """\
from concurrent.futures import ThreadPoolExecutor


def save(orders):
    with ThreadPoolExecutor(max_workers=4) as pool:
        for size in pool.map(write, orders):
            print(size)


def write(order):
    return order.path.write_text(order.text)
""",
    ),
    Example(
        "progress bar, fromiter and the like",
        """\
import numpy
from concurrent.futures import ThreadPoolExecutor
from tqdm import tqdm


def save(orders, write):
    with ThreadPoolExecutor() as pool:
        list(tqdm(pool.map(write, orders), total=len(orders)))
        sizes = numpy.fromiter(pool.map(write, orders), int)
        for order, size in zip(orders, pool.map(write, orders)):
            print(order, size)
        return sizes, max(pool.map(write, orders))
""",
    ),
    Example(
        "used up in other ways",
        """\
from collections import deque
from concurrent.futures import ThreadPoolExecutor


def save(orders, write):
    with ThreadPoolExecutor() as pool:
        list(pool.map(write, orders))
        everything = [*pool.map(write, orders)]
        deque(pool.map(write, orders), maxlen=0)
        first, *rest = pool.map(write, orders)
        sizes = tuple(pool.map(write, orders))
        kinds = set(pool.map(write, orders))
        named = dict(zip(orders, pool.map(write, orders)))
        total = sum(pool.map(write, orders))
        fine = all(pool.map(write, orders)) or any(pool.map(write, orders))
        text = ", ".join(pool.map(write, orders))
        print(*pool.map(write, orders))
        lengths = [len(text) for text in pool.map(write, orders)]
        for number, size in enumerate(pool.map(write, orders)):
            print(number, size)
        results = pool.map(write, orders)
        lengths.extend(pool.map(write, orders))
    for result in results:
        print(result)
    return everything, first, rest, sizes, kinds, named, total, fine, text
""",
    ),
    Example(
        "returned, yielded or stored",
        """\
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor()


def start(orders, write):
    return pool.map(write, orders)


def each(orders, write):
    yield from pool.map(write, orders)


class Batch:
    def start(self, orders, write):
        self.results = pool.map(write, orders)
        self._sizes = pool.map(write, orders)

    def finish(self):
        return next(self._sizes)
""",
    ),
    Example(
        "multiprocessing's map and starmap, which block and raise",
        """\
import multiprocessing
from multiprocessing.pool import ThreadPool


def save(orders, write):
    with multiprocessing.Pool() as pool:
        pool.map(write, orders)
        pool.starmap(write, zip(orders))
    ThreadPool().map(write, orders)
""",
    ),
    Example(
        "map_async that is asked, or reports errors",
        """\
from multiprocessing import Pool


def save(orders, write, report):
    with Pool() as pool:
        pool.map_async(write, orders).get()
        result = pool.starmap_async(write, zip(orders))
        result.get(timeout=60)
        pool.map_async(write, orders, error_callback=report)
        other = pool.map_async(write, orders)
        other.wait()
        assert other.successful()
        for size in pool.imap_unordered(write, orders):
            print(size)
        sizes = pool.imap(write, orders)
        return next(sizes)
""",
    ),
    Example(
        "function that catches and reports everything",
        """\
import logging
from concurrent.futures import ThreadPoolExecutor


def write(order):
    try:
        order.write()
    except Exception as error:
        logging.error("%s was not written: %s", order, error)


def save(orders):
    with ThreadPoolExecutor() as pool:
        pool.map(write, orders)
""",
    ),
    Example(
        "map of other things",
        """\
from concurrent.futures import ThreadPoolExecutor
import pandas


class Tree:
    def map(self, function):
        function(self)


def run(frame: pandas.Series, tree, observable):
    Tree().map(print)
    tree.map(print)
    frame.map(print)
    observable.map(print)
    map(print, [1])
""",
    ),
    Example(
        "name that says it is meant",
        """\
from concurrent.futures import ThreadPoolExecutor


def warm_up(pool: ThreadPoolExecutor, connect, hosts):
    _ = pool.map(connect, hosts)
""",
    ),
    Example(
        "a test that expects it to fail at once",
        """\
import pytest
from concurrent.futures import ThreadPoolExecutor


def test_shut_down():
    pool = ThreadPoolExecutor()
    pool.shutdown()
    with pytest.raises(RuntimeError):
        pool.map(print, [1])
""",
        path="tests/test_pool.py",
    ),
    Example(
        "searched with in",
        """\
from concurrent.futures import ThreadPoolExecutor


def is_any_bad(pages, check):
    with ThreadPoolExecutor() as pool:
        return "bad" in pool.map(check, pages)
""",
    ),
)
