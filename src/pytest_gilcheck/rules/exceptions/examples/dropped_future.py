"""Examples of GIL201 dropped-future.

Data of one rule, in one list: a reader looks a case up by its title, and nothing here is run but by the tests.
"""

from __future__ import annotations

from pytest_gilcheck.model.evidence import Level
from pytest_gilcheck.model.rule import Example

BAD = (
    Example(
        "future thrown away inside the with block",
        """\
from concurrent.futures import ThreadPoolExecutor


def save(orders):
    with ThreadPoolExecutor(max_workers=4) as pool:
        for order in orders:
            pool.submit(write, order)  # GIL201


def write(order):
    order.path.write_text(order.text)
""",
    ),
    Example(
        "bound to a name that is never read",
        """\
import concurrent.futures as cf


def save(order):
    pool = cf.ProcessPoolExecutor()
    future = pool.submit(order.write)  # GIL201
    pool.shutdown()
""",
    ),
    Example(
        "collected in a list that is never read",
        """\
from concurrent.futures import ThreadPoolExecutor as Pool


def save(orders):
    futures = []
    with Pool() as pool:
        for order in orders:
            futures.append(pool.submit(order.write))  # GIL201
    print(len(futures), "orders")
""",
    ),
    Example(
        "pool of an exit stack, or one of two kinds",
        """\
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack


def save(orders, write, processes):
    kind = ProcessPoolExecutor if processes else ThreadPoolExecutor
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor())
        other = stack.enter_context(kind(4))
        for order in orders:
            pool.submit(write, order)  # GIL201
            other.submit(write, order)  # GIL201
""",
    ),
    Example(
        "list comprehension thrown away",
        """\
from concurrent.futures import ThreadPoolExecutor


def save(orders, write):
    with ThreadPoolExecutor() as pool:
        [pool.submit(write, order) for order in orders]  # GIL201
        pending = {order: pool.submit(write, order) for order in orders}  # GIL201
        pending.clear()
""",
    ),
    Example(
        "only polled until it is done",
        """\
import time
from concurrent.futures import ThreadPoolExecutor


def save(order):
    with ThreadPoolExecutor() as pool:
        future = pool.submit(order.write)  # GIL201
        while not future.done():
            time.sleep(0.1)
""",
        level=Level.WARNING,
    ),
    Example(
        "executor kept on the instance",
        """\
from concurrent.futures import Executor, ThreadPoolExecutor


class Store:
    def __init__(self, executor: Executor | None = None):
        self._executor = executor or ThreadPoolExecutor(2)
        self._futures = []

    def save(self, order):
        self._executor.submit(order.write)  # GIL201

    def save_later(self, order):
        self._futures.append(self._executor.submit(order.write))  # GIL201
""",
    ),
    Example(
        "annotated parameter, and a bound method under another name",
        """\
from concurrent.futures import Executor


def save(orders, pool: Executor):
    submit = pool.submit
    go = pool.submit
    for order in orders:
        submit(order.write)  # GIL201
        go(order.write)  # GIL201
""",
    ),
    Example(
        "pool made in another file",
        """\
from pools import POOL, make_pool


def save(order):
    POOL.submit(order.write)  # GIL201
    make_pool().submit(order.write)  # GIL201
""",
        others=(
            (
                "pools.py",
                """\
from concurrent.futures import ThreadPoolExecutor

POOL = ThreadPoolExecutor()


def make_pool():
    return ThreadPoolExecutor(2)
""",
            ),
        ),
    ),
    Example(
        "pool from a fixture, and one of the test's own",
        """\
import pytest
from concurrent.futures import ThreadPoolExecutor


@pytest.fixture
def workers():
    with ThreadPoolExecutor() as pool:
        yield pool


def test_save(workers, thread_pool, order):
    workers.submit(order.write)  # GIL201
    thread_pool.submit(check, order)  # GIL201


def check(order):
    assert order.saved
""",
        path="tests/test_orders.py",
    ),
    Example(
        "apply_async without anybody to tell",
        """\
import multiprocessing
from multiprocessing.pool import ThreadPool


def save(orders):
    with multiprocessing.Pool(4) as pool:
        for order in orders:
            pool.apply_async(write, (order,))  # GIL201
        pool.close()
        pool.join()
    threads = ThreadPool()
    result = threads.apply_async(write, (orders[0],))  # GIL201
    threads.close()


def write(order):
    order.write()
""",
    ),
    Example(
        "apply_async with a callback for success alone",
        """\
from multiprocessing import get_context


def save(orders, write):
    done = []
    pool = get_context("spawn").Pool()
    for order in orders:
        pool.apply_async(write, (order,), callback=done.append)  # GIL201
    pool.close()
    pool.join()
""",
        level=Level.WARNING,
    ),
    Example(
        "run_in_executor not awaited",
        """\
import asyncio


async def save(order):
    loop = asyncio.get_running_loop()
    loop.run_in_executor(None, order.write)  # GIL201
    asyncio.get_event_loop().run_in_executor(None, lambda: order.write())  # GIL201


class Server:
    def __init__(self, loop):
        self.loop = loop

    def on_message(self, order):
        self.loop.run_in_executor(None, order.write)  # GIL201
""",
    ),
    Example(
        "coroutine given to a loop in another thread",
        """\
import asyncio
from asyncio import run_coroutine_threadsafe as send


def on_message(order, loop):
    asyncio.run_coroutine_threadsafe(order.write(), loop)  # GIL201
    send(order.write(), loop)  # GIL201
""",
    ),
    Example(
        "from a timer's lambda",
        """\
import threading
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor()


def save_later(order):
    threading.Timer(5, lambda: pool.submit(order.write)).start()  # GIL201
""",
    ),
    Example(
        "worker that catches one kind of failure only",
        """\
from concurrent.futures import ThreadPoolExecutor


def write(order):
    try:
        order.write()
    except FileNotFoundError:
        order.missing = True


def write_wrapped(order):
    try:
        order.write()
    except Exception as error:
        raise RuntimeError("not saved") from error


def save(order):
    with ThreadPoolExecutor() as pool:
        pool.submit(write, order)  # GIL201
        pool.submit(write_wrapped, order)  # GIL201
""",
    ),
    Example(
        "small work that may fail all the same",
        """\
from concurrent.futures import ThreadPoolExecutor

shares = []


def divide(total, parts):
    return total / parts


def collect(total, parts):
    shares.append(total // parts)


def answer():
    return 42


def save(total):
    with ThreadPoolExecutor() as pool:
        pool.submit(divide, total, 0)  # GIL201
        pool.submit(collect, total, 0)  # GIL201
        pool.submit(answer)  # GIL201
        pool.submit(print, total)  # GIL201
        pool.submit(lambda: shares.pop())  # GIL201
""",
    ),
    Example(
        "process worker that puts what it has into a queue outside of its try",
        """\
import multiprocessing
import traceback


def check(order, answers):
    try:
        answer = order.check()
    except Exception:
        answer = traceback.format_exc()
    answers.put(answer)


def check_all(orders):
    answers = multiprocessing.Manager().Queue()
    with multiprocessing.Pool() as pool:
        for order in orders:
            pool.apply_async(check, (order, answers))  # GIL201
        return [answers.get() for _ in orders]
""",
    ),
    Example(
        "subclass of an executor",
        """\
from concurrent.futures import ThreadPoolExecutor


class NamedPool(ThreadPoolExecutor):
    def __init__(self):
        super().__init__(thread_name_prefix="orders")


def save(order):
    with NamedPool() as pool:
        pool.submit(order.write)  # GIL201
""",
    ),
    Example(
        "handed to a function that only counts them",
        """\
from concurrent.futures import ThreadPoolExecutor


def save(orders):
    with ThreadPoolExecutor() as pool:
        futures = [pool.submit(order.write) for order in orders]  # GIL201
        report(futures)


def report(futures):
    print(f"{len(futures)} orders")
""",
    ),
    Example(
        "the pool comes from a fixture in conftest.py",
        """\
def write(path):
    path.write_text("x")


def test_write(workers, tmp_path):
    workers.submit(write, tmp_path / "a")  # GIL201
    workers.shutdown()
    assert (tmp_path / "a").exists()
""",
        path="tests/test_write.py",
        others=(
            (
                "tests/conftest.py",
                """\
from concurrent.futures import ThreadPoolExecutor

import pytest


@pytest.fixture
def workers():
    executor = ThreadPoolExecutor(2)
    yield executor
    executor.shutdown()
""",
            ),
        ),
    ),
    Example(
        "future that a method of the project hands on",
        """\
from concurrent.futures import ThreadPoolExecutor


class Session:
    def __init__(self):
        self.executor = ThreadPoolExecutor(max_workers=2)

    def submit(self, fn, *args):
        if self.executor is not None:
            return self.executor.submit(fn, *args)


class Request:
    def __init__(self, session: Session):
        self.session = session

    def retry(self):
        self.session.submit(self.send)  # GIL201

    def send(self):
        connection.write(self.body)
""",
    ),
    Example(
        "coroutine given to a loop by a function of the project",
        """\
import asyncio
from loops import in_background


def close(client):
    in_background(client.disconnect())  # GIL201
""",
        others=(
            (
                "loops.py",
                """\
import asyncio

LOOP = asyncio.new_event_loop()


def in_background(coroutine):
    return asyncio.run_coroutine_threadsafe(coroutine, LOOP)
""",
            ),
        ),
    ),
    Example(
        "executor of a loop that is a member of a foreign object",
        """\
from somewhere import Application


async def rotate(app: Application):
    app.loop.run_in_executor(None, compress, "app.log")  # GIL201
""",
    ),
    Example(
        "worker of a test that raises whatever it finds",
        """\
from concurrent.futures import ThreadPoolExecutor


def broken():
    raise RuntimeError("Broken")


def test_counts_failures():
    with ThreadPoolExecutor() as pool:
        pool.submit(broken)  # GIL201
""",
        path="tests/test_pool.py",
        level=Level.WARNING,
    ),
    Example(
        "one of two futures, and a partial of submit",
        """
        from concurrent.futures import ThreadPoolExecutor
        from functools import partial

        def load(first, second, others):
            with ThreadPoolExecutor() as pool:
                one, two = pool.submit(first.run), pool.submit(second.run)  # GIL201
                start = partial(pool.submit, save)
                for other in others:
                    start(other)  # GIL201
                return one.result()

        def save(other):
            other.save()
        """,
    ),
)

GOOD = (
    Example(
        "asked with as_completed and result",
        """\
from concurrent.futures import ThreadPoolExecutor, as_completed


def save(orders):
    failed = []
    with ThreadPoolExecutor(max_workers=4) as pool:
        futures = {pool.submit(write, order): order for order in orders}
        for future in as_completed(futures):
            try:
                future.result()
            except OSError as error:
                failed.append((futures[future], error))
    return failed


def write(order):
    order.path.write_text(order.text)
""",
    ),
    Example(
        "futures beside other things in tuples, objects and queues",
        """\
from collections import deque, namedtuple
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack

Job = namedtuple("Job", "order future")


def save(orders, write):
    pairs, jobs, window = [], [], deque()
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor())
        for order in orders:
            pairs.append((order, pool.submit(write, order)))
            jobs.append(Job(order, pool.submit(write, order)))
            window.append(pool.submit(write, order))
            if len(window) > 8:
                window.popleft().result()
        for order, future in pairs:
            print(order, future.result())
        rest = [pool.submit(write, order) for order in orders]
    return [job.future.result() for job in jobs], list(map(Future.result, rest)), [f.exception() for f in window]
""",
    ),
    Example(
        "asked in other ways",
        """\
import concurrent.futures
from concurrent.futures import ThreadPoolExecutor, wait


def save(orders, write):
    with ThreadPoolExecutor() as pool:
        pool.submit(write, orders[0]).result()
        one = pool.submit(write, orders[1])
        error = one.exception(timeout=5)
        futures = []
        for order in orders:
            futures.append(pool.submit(write, order))
        wait(futures)
        total = sum(future.result() for future in futures)
        by_name = {}
        for order in orders:
            by_name[order.name] = pool.submit(write, order)
        for name, future in by_name.items():
            print(name, future.result())
        pair = pool.submit(write, 1), pool.submit(write, 2)
        done, pending = concurrent.futures.wait(pair)
        results = [future.result() for future in done]
        first, second = pool.submit(write, 3), pool.submit(write, 4)
        ends = first.result(), second.result()
        waiting = list(map(lambda order: pool.submit(write, order), orders))
    return total, error, results, ends, waiting
""",
    ),
    Example(
        "callback that asks, and one that reports errors",
        """\
import multiprocessing
from concurrent.futures import ThreadPoolExecutor


def save(order, write, report):
    with ThreadPoolExecutor() as pool:
        pool.submit(write, order).add_done_callback(report)
        future = pool.submit(write, order)
        future.add_done_callback(report)
    with multiprocessing.Pool() as pool:
        pool.apply_async(write, (order,), error_callback=report)
        pool.apply_async(write, (order,), {}, print, report)
        result = pool.apply_async(write, (order,))
        result.wait(5)
        assert result.successful()
        results = [pool.apply_async(write, (order,)) for _ in range(3)]
        return [result.get() for result in results]
""",
    ),
    Example(
        "worker that catches and reports everything",
        """\
import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial

log = logging.getLogger(__name__)
errors = []


def write(order):
    \"\"\"Write one order.\"\"\"
    log.debug("writing %s", order)
    try:
        order.write()
    except Exception:
        log.exception("%s was not written", order)


def collect(function, *args):
    try:
        function(*args)
    except BaseException as error:
        errors.append(error)


def reported(function):
    def wrapper(*args):
        try:
            return function(*args)
        except Exception:
            log.exception("failed")
            raise
    return wrapper


@reported
def send(order):
    order.send()


class Store:
    def __init__(self):
        self.pool = ThreadPoolExecutor()

    def save(self, order):
        self.pool.submit(write, order)
        self.pool.submit(collect, order.write)
        self.pool.submit(send, order)
        self.pool.submit(self._poll)
        self.pool.submit(lambda: write(order))
        self.pool.submit(partial(collect, order.write))
        self.pool.submit(self._write, order)

    def _write(self, order):
        write(order)

    def _poll(self):
        while True:
            try:
                self.poll()
            except Exception:
                log.exception("poll failed")
""",
    ),
    Example(
        "worker that hands its exception to somebody",
        """\
import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor


async def fetch(event, coroutine, result, timeout=None):
    timeout = timeout if timeout else None
    if timeout is not None:
        coroutine = asyncio.wait_for(coroutine, timeout=timeout)
    try:
        result[0] = await coroutine
    except Exception as error:
        result[0] = error
    finally:
        event.set()


def run(coroutine, loop):
    result, event = [None], threading.Event()
    asyncio.run_coroutine_threadsafe(fetch(event, coroutine, result), loop)
    event.wait()
    return result[0]


def broadcast(connections, message):
    errors = []

    def send(connection):
        with connection.lock:
            if connection.closed:
                errors.append(RuntimeError("closed"))
                return
            try:
                connection.send(message)
            except Exception as error:
                errors.append(error)

    with ThreadPoolExecutor() as pool:
        for connection in connections:
            pool.submit(send, connection)
    if errors:
        raise ExceptionGroup("not sent", errors)
""",
    ),
    Example(
        "work that can't fail",
        """\
import threading
import time
from concurrent.futures import ThreadPoolExecutor

started = threading.Event()


def test_two_at_once():
    with ThreadPoolExecutor(2) as pool:
        pool.submit(time.sleep, 0.1)
        pool.submit(started.set)
        pool.submit(lambda: None)
        pool.submit(lambda: started.wait(5))
""",
        path="tests/test_pool.py",
    ),
    Example(
        "name that says it is meant",
        """\
from concurrent.futures import ThreadPoolExecutor


def warm_up(pool: ThreadPoolExecutor, connect):
    _ = pool.submit(connect)
    unused_future = pool.submit(connect)
    _ignored = pool.submit(connect)
""",
    ),
    Example(
        "given up on purpose",
        """\
from concurrent.futures import ThreadPoolExecutor


def race(pool: ThreadPoolExecutor, fetch):
    pool.submit(fetch).cancel()
    spare = pool.submit(fetch)
    if not spare.cancel():
        print("too late")
""",
    ),
    Example(
        "returned, yielded, stored or passed on",
        """\
import asyncio
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor()
last = None


def start(order):
    return pool.submit(order.write)


def start_all(orders):
    for order in orders:
        yield pool.submit(order.write)


def start_into(orders, futures):
    for order in orders:
        futures.append(pool.submit(order.write))


class Batch:
    def __init__(self, queue):
        self.queue = queue
        self._running = []

    def add(self, order):
        self.future = pool.submit(order.write)
        self.queue.put(pool.submit(order.write))
        self._running.append(pool.submit(order.write))
        order.futures[order.id] = pool.submit(order.write)
        self.watch(pool.submit(order.write))

    def watch(self, future):
        self.latest = future

    def finish(self):
        while self._running:
            self._running.pop().result()


async def save(order):
    await asyncio.wrap_future(pool.submit(order.write))
    start = lambda: pool.submit(order.write)
    return start()
""",
    ),
    Example(
        "read in another module",
        """\
from concurrent.futures import ThreadPoolExecutor

FUTURES = []


def save(order, pool: ThreadPoolExecutor):
    FUTURES.append(pool.submit(order.write))
""",
        others=(
            (
                "report.py",
                """\
import threading
from app import FUTURES


def failures():
    return [future.exception() for future in FUTURES]
""",
            ),
        ),
    ),
    Example(
        "run_in_executor awaited, gathered or stored",
        """\
import asyncio


async def save(orders):
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, orders[0].write)
    jobs = [loop.run_in_executor(None, order.write) for order in orders]
    await asyncio.gather(*jobs)
    first = loop.run_in_executor(None, orders[0].write)
    return await asyncio.wait_for(first, 5)


def save_from_thread(order, loop):
    asyncio.run_coroutine_threadsafe(order.write(), loop).result(5)
""",
    ),
    Example(
        "a test that expects the submit to fail",
        """\
import unittest
import pytest
from concurrent.futures import ThreadPoolExecutor


def test_shut_down():
    pool = ThreadPoolExecutor()
    pool.shutdown()
    with pytest.raises(RuntimeError):
        pool.submit(print)
    pytest.raises(RuntimeError, lambda: pool.submit(print))


class Test(unittest.TestCase):
    def test_shut_down(self):
        pool = ThreadPoolExecutor()
        pool.shutdown()
        with self.assertRaises(RuntimeError):
            pool.submit(print)
""",
        path="tests/test_pool.py",
    ),
    Example(
        "submit and schedule of other libraries",
        """\
from concurrent.futures import ThreadPoolExecutor
from celery import group
from jobs import Queue
from rx import scheduler


class Form:
    def submit(self, value):
        print(value)


class Collecting(ThreadPoolExecutor):
    def submit(self, fn, /, *args, **kwargs):
        future = super().submit(fn, *args, **kwargs)
        future.add_done_callback(self.collect)
        return future

    def collect(self, future):
        print(future.exception())


def run(form, task, mock_pool):
    Form().submit(1)
    form.submit(2)
    Queue("orders").submit(print, 3)
    task.apply_async((4,))
    group(task).apply_async()
    scheduler.schedule(print)
    mock_pool.submit(print, 5)
    Collecting().submit(print, 6)
""",
    ),
    Example(
        "waited for by wait or as_completed, which is GIL204's business",
        """\
from concurrent.futures import ThreadPoolExecutor, wait


def save(orders):
    with ThreadPoolExecutor() as pool:
        wait([pool.submit(order.write) for order in orders])
""",
    ),
    Example(
        "multiprocessing calls that block and raise by themselves",
        """\
import multiprocessing


def save(orders, write):
    with multiprocessing.Pool() as pool:
        pool.map(write, orders)
        pool.apply(write, (orders[0],))
        pool.starmap(write, [(order,) for order in orders])
""",
    ),
    Example(
        "worker of a test that a flag tells to fail",
        """\
from concurrent.futures import ThreadPoolExecutor


def test_lock_survives(lock):
    seen = []

    def reader(blow_up):
        with lock.read():
            if blow_up:
                raise RuntimeError("Broken")
            seen.append(1)

    with ThreadPoolExecutor() as pool:
        for number in range(20):
            pool.submit(reader, blow_up=number % 2 == 0)
    assert len(seen) == 10
""",
        path="tests/test_lock.py",
    ),
    Example(
        "method of the project that hands the future on, and it is asked",
        """\
from concurrent.futures import ThreadPoolExecutor


class Session:
    def __init__(self):
        self.executor = ThreadPoolExecutor(max_workers=2)

    def submit(self, fn, *args):
        return self.executor.submit(fn, *args)

    def fetch(self, url):
        return self.submit(download, url).result()
""",
    ),
    Example(
        "method of the project that watches the future that it hands on",
        """\
from concurrent.futures import ThreadPoolExecutor


class Session:
    def __init__(self):
        self.executor = ThreadPoolExecutor(max_workers=2)

    def submit(self, fn, *args):
        future = self.executor.submit(fn, *args)
        future.add_done_callback(report)
        return future

    def fetch(self, url):
        self.submit(download, url)
""",
    ),
    Example(
        "worker that logs everything and says at the end that it is over",
        """\
import logging
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor()


def refresh(schema, answer):
    try:
        schema.load()
    except Exception:
        logging.exception("cannot load the schema")
    finally:
        answer._set_final_result(None)


def on_change(schema, answer):
    pool.submit(refresh, schema, answer)
""",
    ),
    Example(
        "both of two futures",
        """
        from concurrent.futures import ThreadPoolExecutor

        def load(first, second):
            with ThreadPoolExecutor() as pool:
                one, two = pool.submit(first.run), pool.submit(second.run)
                return one.result(), two.result()
        """,
    ),
    Example(
        "any callable is taken, and those that come catch all themselves",
        """
        import functools
        import logging
        from collections.abc import Callable
        from concurrent.futures import ThreadPoolExecutor

        class Scheduler:
            def __init__(self):
                self._pool = ThreadPoolExecutor(max_workers=4)

            def schedule(self, callback: Callable, *args):
                self._pool.submit(callback, *args)

            def close(self):
                self._pool.shutdown()

        def guarded(callback, message):
            try:
                callback(message)
            except Exception:
                logging.exception("callback failed")
                message.nack()

        class Manager:
            def __init__(self, callback):
                self._scheduler = Scheduler()
                self._callback: functools.partial = functools.partial(guarded, callback)

            def deliver(self, message):
                self._scheduler.schedule(self._callback, message)
        """,
    ),
)
