"""What GIL401 flags, and what it leaves alone.

Data of one rule, in one list: a reader looks a case up by its title, and nothing here is run but by the tests.
"""

from __future__ import annotations

from pytest_gilcheck.model.evidence import Level
from pytest_gilcheck.model.rule import Example

BAD = (
    Example(
        "one object that Pyro serves to all clients",
        """
        from Pyro5.api import behavior, expose, serve

        @expose
        @behavior(instance_mode="single")
        class Server:
            def __init__(self):
                self.calls = 0

            def work(self):
                self.calls += 1  # GIL401

            def count(self):
                return self.calls

        serve({Server: "example.server"})
        """,
        level=Level.WARNING,
    ),
    Example(
        "one RPyC service for all clients",
        """
        import rpyc
        from rpyc.utils.server import ThreadedServer

        class Counter(rpyc.Service):
            def __init__(self):
                self.hits = 0

            def exposed_hit(self):
                self.hits += 1  # GIL401
                return self.hits

        ThreadedServer(Counter(), port=18861).start()
        """,
        level=Level.WARNING,
    ),
    Example(
        "one counter, several threads",
        """
        import threading

        class Turnstile:
            def __init__(self):
                self.visitors = 0

            def enter(self):
                self.visitors += 1  # GIL401

        def test_everybody_is_counted():
            turnstile = Turnstile()
            threads = [threading.Thread(target=turnstile.enter) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert turnstile.visitors == 8
        """,
    ),
    Example(
        "a global counter in a pool",
        """
        from concurrent.futures import ThreadPoolExecutor

        served = 0

        def serve(order):
            global served
            order.cook()
            served = served + 1  # GIL401

        def run(orders):
            with ThreadPoolExecutor(max_workers=4) as pool:
                list(pool.map(serve, orders))
            print(served)
        """,
    ),
    Example(
        "a closure's variable in threads of a loop",
        """
        from threading import Thread

        def total_of(files):
            total = 0

            def add(file):
                nonlocal total
                total += file.size()  # GIL401

            threads = []
            for file in files:
                thread = Thread(target=add, args=(file,))
                thread.start()
                threads.append(thread)
            for thread in threads:
                thread.join()
            return total
        """,
    ),
    Example(
        "items of a shared dict, with get and with a default",
        """
        from collections import Counter, defaultdict
        from concurrent.futures import ThreadPoolExecutor

        words = {}
        letters = defaultdict(int)
        lines = Counter()

        def count(text):
            for word in text.split():
                words[word] = words.get(word, 0) + 1  # GIL401
                letters[word[0]] += 1  # GIL401
            lines["all"] += 1  # GIL401

        def count_all(texts):
            with ThreadPoolExecutor() as pool:
                for text in texts:
                    pool.submit(count, text)
            return words, letters, lines
        """,
    ),
    Example(
        "a class attribute, by the class's name and by type(self)",
        """
        from concurrent.futures import ThreadPoolExecutor

        class Job:
            done = 0
            failed = 0

            def run(self):
                Job.done += 1  # GIL401
                type(self).failed += 1  # GIL401

        def work(_):
            Job().run()

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(work, range(100)))
        print(Job.done, Job.failed)
        """,
    ),
    Example(
        "read into a local name first",
        """
        from concurrent.futures import ThreadPoolExecutor
        import time

        class Account:
            def __init__(self):
                self.balance = 0

            def deposit(self, amount):
                balance = self.balance
                time.sleep(0.01)
                self.balance = balance + amount  # GIL401

            def transfer(self, amount):
                copy = self.balance
                copy += amount
                self.balance = copy  # GIL401

        account = Account()
        with ThreadPoolExecutor(max_workers=2) as pool:
            for amount in range(10):
                pool.submit(account.deposit, amount)
                pool.submit(account.transfer, amount)
        print(account.balance)
        """,
    ),
    Example(
        "methods of one object started twice",
        """
        import threading

        class Gauge:
            def __init__(self):
                self.level = 0

            def fill(self):
                self.level += 1  # GIL401

            def drain(self):
                self.level -= 1  # GIL401

            def run(self):
                a = threading.Thread(target=self.fill)
                b = threading.Thread(target=self.drain)
                a.start()
                b.start()
                a.join()
                b.join()
                return self.level
        """,
    ),
    Example(
        "passed to every thread as an argument",
        """
        import threading

        def worker(stats, number):
            stats["runs"] += 1  # GIL401

        def main():
            stats = {"runs": 0}
            threads = [threading.Thread(target=worker, args=(stats, n)) for n in range(4)]
            for t in threads:
                t.start()
            for t in threads:
                t.join()
            print(stats["runs"])
        """,
    ),
    Example(
        "given to each Thread of a subclass",
        """
        import threading

        class Tally:
            def __init__(self):
                self.n = 0

        class Counter(threading.Thread):
            def __init__(self, tally):
                super().__init__()
                self.tally = tally

            def run(self):
                for _ in range(1000):
                    self.tally.n += 1  # GIL401

        def test_tally():
            tally = Tally()
            counters = [Counter(tally) for _ in range(4)]
            for c in counters:
                c.start()
            for c in counters:
                c.join()
            assert tally.n == 4000
        """,
    ),
    Example(
        "a counter in a module of its own",
        """
        from concurrent.futures import ThreadPoolExecutor
        from stats import Stats
        import stats

        def fetch(url, stats_):
            stats_.record(url)

        def main(urls):
            collected = Stats()
            with ThreadPoolExecutor() as pool:
                for url in urls:
                    pool.submit(fetch, url, collected)
            print(collected.hits)
        """,
        others=(
            (
                "stats.py",
                """
                class Stats:
                    def __init__(self):
                        self.hits = 0

                    def record(self, url):
                        self.hits += 1  # GIL401
                """,
            ),
        ),
    ),
    Example(
        "a lambda, a partial and a bound method under another name",
        """
        from functools import partial
        from threading import Thread as T

        class Meter:
            def __init__(self):
                self.ticks = 0
                self.tocks = 0
                self.tacks = 0

            def tick(self):
                self.ticks += 1  # GIL401

            def tock(self, by):
                self.tocks += by  # GIL401

            def tack(self):
                self.tacks += 1  # GIL401

        def run():
            meter = Meter()
            tack = meter.tack
            threads = [T(target=lambda: meter.tick()) for _ in range(4)]
            threads += [T(target=partial(meter.tock, 2)) for _ in range(4)]
            threads += [T(target=tack) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            return meter.ticks + meter.tocks + meter.tacks
        """,
    ),
    Example(
        "a helper that starts the threads",
        """
        import threading

        def in_threads(function, count=4):
            threads = [threading.Thread(target=function) for _ in range(count)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        def test_hits():
            hits = [0]

            def hit():
                hits[0] += 1  # GIL401

            in_threads(hit)
            assert hits[0] == 4

        class Clicks:
            def __init__(self):
                self.n = 0

            def click(self):
                self.n += 1  # GIL401

        def test_clicks():
            clicks = Clicks()
            in_threads(clicks.click)
            assert clicks.n == 4
        """,
        path="tests/test_hits.py",
    ),
    Example(
        "one thread, and the thread that started it",
        """
        import threading

        count = 0

        def increment():
            global count
            for _ in range(1000):
                count += 1  # GIL401

        thread = threading.Thread(target=increment)
        thread.start()
        for _ in range(1000):
            count += 1  # GIL401
        thread.join()
        print(count)
        """,
    ),
    Example(
        "the main thread calls the worker's function too",
        """
        import threading

        class Purse:
            def __init__(self):
                self.coins = 0

            def put(self):
                self.coins += 1  # GIL401

        def main():
            purse = Purse()
            helper = threading.Thread(target=purse.put)
            helper.start()
            purse.put()
            helper.join()
            assert purse.coins == 2
        """,
    ),
    Example(
        "a multiprocessing.Value without its lock",
        """
        from multiprocessing import Process, Value

        def visit(counter):
            for _ in range(1000):
                counter.value += 1  # GIL401

        if __name__ == "__main__":
            counter = Value("i", 0)
            visitors = [Process(target=visit, args=(counter,)) for _ in range(4)]
            for visitor in visitors:
                visitor.start()
            for visitor in visitors:
                visitor.join()
            print(counter.value)
        """,
    ),
    Example(
        "an item of a manager's dict in processes",
        """
        import multiprocessing as mp

        def visit(totals):
            totals["visits"] += 1  # GIL401

        if __name__ == "__main__":
            with mp.Manager() as manager:
                totals = manager.dict(visits=0)
                visitors = [mp.Process(target=visit, args=(totals,)) for _ in range(4)]
                for visitor in visitors:
                    visitor.start()
                for visitor in visitors:
                    visitor.join()
                print(totals["visits"])
        """,
    ),
    Example(
        "an await between reading and writing",
        """
        import asyncio

        class Budget:
            def __init__(self):
                self.spent = 0
                self.calls = 0

            async def buy(self, shop):
                self.spent = self.spent + await shop.price()  # GIL401
                calls = self.calls
                await asyncio.sleep(0)
                self.calls = calls + 1  # GIL401

        async def main(shops):
            budget = Budget()
            await asyncio.gather(*(budget.buy(shop) for shop in shops))
            print(budget.spent, budget.calls)
        """,
    ),
    Example(
        "coroutines that hand the update to threads",
        """
        import asyncio

        done = 0

        def finish(item):
            global done
            done += 1  # GIL401

        async def main(items):
            await asyncio.gather(*(asyncio.to_thread(finish, item) for item in items))
            print(done)
        """,
    ),
    Example(
        "the server object of a threaded server's handlers",
        """
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

        requests = 0

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                global requests
                requests += 1  # GIL401
                self.server.hits += 1  # GIL401

        server = ThreadingHTTPServer(("localhost", 0), Handler)
        server.hits = 0
        server.serve_forever()
        print(requests, server.hits)
        """,
    ),
    Example(
        "the largest value seen",
        """
        from concurrent.futures import ThreadPoolExecutor

        class Load:
            def __init__(self):
                self.active = 0
                self.peak = 0

            def run(self, job):
                self.active += 1  # GIL401
                self.peak = max(self.peak, self.active)  # GIL401
                job()
                self.active -= 1  # GIL401

        def test_load(jobs):
            load = Load()
            with ThreadPoolExecutor(4) as pool:
                pool.map(load.run, jobs)
            assert load.active == 0
            assert load.peak <= 4
        """,
    ),
    Example(
        "held in one place, bare in the other",
        """
        import threading

        class Stock:
            def __init__(self):
                self._lock = threading.Lock()
                self.items = 0

            def deliver(self):
                with self._lock:
                    self.items += 1

            def sell(self):
                self.items -= 1  # GIL401

            def open(self):
                threads = [threading.Thread(target=self.deliver), threading.Thread(target=self.sell)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
                return self.items
        """,
    ),
    Example(
        "read under the lock, written after it was let go",
        """
        import threading

        class Till:
            def __init__(self):
                self.lock = threading.Lock()
                self.sum = 0

            def take(self, amount):
                with self.lock:
                    before = self.sum
                self.sum = before + amount  # GIL401

        def main(amounts):
            till = Till()
            threads = [threading.Thread(target=till.take, args=(amount,)) for amount in amounts]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            print(till.sum)
        """,
    ),
    Example(
        "callbacks of futures",
        """
        from concurrent.futures import ThreadPoolExecutor

        finished = 0

        def note(future):
            global finished
            finished += 1  # GIL401

        def main(jobs):
            with ThreadPoolExecutor(8) as pool:
                for job in jobs:
                    pool.submit(job).add_done_callback(note)
            return finished
        """,
    ),
    Example(
        "one object in every task of a map",
        """
        from concurrent.futures import ThreadPoolExecutor
        from itertools import repeat

        class Book:
            def __init__(self):
                self.pages = 0

        def write(book, page):
            book.pages += 1  # GIL401

        def bind(book):
            book.pages += 1  # GIL401

        def main(pages):
            book = Book()
            with ThreadPoolExecutor() as pool:
                list(pool.map(write, repeat(book), pages))
                list(pool.map(bind, [book] * 10))
            return book.pages
        """,
    ),
    Example(
        "a multiprocessing.Value that an initializer hands out",
        """
        import multiprocessing as mp
        def init(c):
            global counter
            counter = c
        def work(_):
            counter.value += 1  # GIL401
        if __name__ == "__main__":
            c = mp.Value("i", 0)
            with mp.Pool(4, initializer=init, initargs=(c,)) as pool:
                pool.map(work, range(10))
            print(c.value)
        """,
    ),
    Example(
        "a semaphore that admits five",
        """
        import threading
        pool_sema = threading.Semaphore(5)
        n = 0
        def w():
            global n
            with pool_sema:
                n += 1  # GIL401
        for _ in range(9): threading.Thread(target=w).start()
        print(n)
        """,
    ),
    Example(
        "an attribute of the worker function itself",
        """
        import threading
        def work():
            work.calls += 1  # GIL401
        work.calls = 0
        ts = [threading.Thread(target=work) for _ in range(4)]
        for t in ts: t.start()
        for t in ts: t.join()
        assert work.calls == 4
        """,
    ),
    Example(
        "a dataclass in threads",
        """
        from dataclasses import dataclass, field
        import threading
        @dataclass
        class Stats:
            ok: int = 0
            by: dict = field(default_factory=dict)
            def hit(self, k):
                self.ok += 1  # GIL401
                self.by[k] = self.by.get(k, 0) + 1  # GIL401
        def main(ks):
            s = Stats()
            ts = [threading.Thread(target=s.hit, args=(k,)) for k in ks]
            [t.start() for t in ts]
            [t.join() for t in ts]
            print(s.ok, s.by)
        """,
    ),
    Example(
        "an attribute of a TestCase",
        """
        import threading, unittest
        class T(unittest.TestCase):
            def setUp(self): self.count = 0
            def work(self):
                for _ in range(10):
                    self.count += 1  # GIL401
            def test(self):
                ts = [threading.Thread(target=self.work) for _ in range(3)]
                for t in ts: t.start()
                for t in ts: t.join()
                self.assertEqual(self.count, 30)
        """,
    ),
    Example(
        "nobody reads the number",
        """
        import threading

        class Server:
            def __init__(self):
                self.requests = 0

            def handle(self, connection):
                self.requests += 1  # GIL401
                connection.answer()

            def serve(self, listener):
                while True:
                    threading.Thread(target=self.handle, args=(listener.accept(),)).start()
        """,
        level=Level.WARNING,
    ),
    Example(
        "a background thread and the callers of a method",
        """
        import threading

        class Outbox:
            def __init__(self):
                self.pending = 0
                self._thread = None

            def start(self):
                self._thread = threading.Thread(target=self._send, daemon=True)
                self._thread.start()

            def _send(self):
                while True:
                    self.pending -= 1  # GIL401

            def post(self, letter):
                self.pending += 1  # GIL401
        """,
        level=Level.WARNING,
    ),
    Example(
        "one of a few slots, chosen by the remainder",
        """\
from multiprocessing.pool import ThreadPool

totals = [0, 0]


def add(number):
    totals[number % 2] += number  # GIL401


def run():
    with ThreadPool(4) as pool:
        pool.map(add, range(100))
    return totals
""",
    ),
    Example(
        "a lock that each call makes anew",
        """\
import threading

balance = 0


def pay(amount):
    global balance
    lock = threading.Lock()
    with lock:
        balance += amount  # GIL401


def main():
    threads = [threading.Thread(target=pay, args=(amount,)) for amount in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(balance)
""",
    ),
    Example(
        "two updates, each under a lock of its own",
        """\
import threading

up_lock = threading.Lock()
down_lock = threading.Lock()
level = 0


def up():
    global level
    with up_lock:
        level += 1  # GIL401


def down():
    global level
    with down_lock:
        level -= 1  # GIL401


def main():
    threads = [threading.Thread(target=up), threading.Thread(target=down)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(level)
""",
    ),
    Example(
        "the shared dict is held by a partial",
        """\
import functools
from concurrent.futures import ThreadPoolExecutor


def work(stats, number):
    stats["sum"] += number  # GIL401


def main(numbers):
    stats = {"sum": 0}
    with ThreadPoolExecutor() as pool:
        list(pool.map(functools.partial(work, stats), numbers))
    print(stats["sum"])
""",
    ),
    Example(
        "counted up if it is there, else set",
        """\
from concurrent.futures import ThreadPoolExecutor

totals = {}


def work(word):
    totals[word] = totals[word] + 1 if word in totals else 1  # GIL401


def main(words):
    with ThreadPoolExecutor() as pool:
        list(pool.map(work, words))
    print(totals)
""",
    ),
    Example(
        "a counter of a class that takes its lock for other things",
        """
        import threading

        class Client:
            def __init__(self, send):
                self._send = send
                self._lock = threading.Lock()
                self._pending = []
                self.sent = 0

            def queue(self, text):
                with self._lock:
                    self._pending.append(text)

            def waiting(self):
                with self._lock:
                    return len(self._pending)

            def send(self, text):
                self.sent += 1  # GIL401
                self._send(text)
        """,
        level=Level.WARNING,
    ),
    Example(
        "a counter of a class whose docstring promises threads",
        """
        import threading

        class Pool:
            \"\"\"A thread-safe pool of connections.\"\"\"

            def __init__(self, connect):
                self.connect = connect
                self.opened = 0

            def get(self):
                self.opened += 1  # GIL401
                return self.connect()
        """,
        level=Level.WARNING,
    ),
    Example(
        "a global count in a module that keeps things by thread",
        """
        import threading

        stats = {"requests": 0, "running": {}}

        def begin(request):
            stats["running"][threading.get_ident()] = request
            stats["requests"] += 1  # GIL401

        def report():
            return stats["requests"]
        """,
        level=Level.WARNING,
    ),
    Example(
        "each connection is handed to the object's pool",
        """
        from concurrent.futures import ThreadPoolExecutor

        class Server:
            def __init__(self, threads):
                self.pool = ThreadPoolExecutor(threads)
                self.handled = 0

            def accept(self, connection):
                future = self.pool.submit(self.handle, connection)
                future.add_done_callback(self.finish)

            def finish(self, future):
                print(future.result(), self.handled)

            def handle(self, connection):
                self.handled += 1  # GIL401
                return connection.read()
        """,
        level=Level.WARNING,
    ),
    Example(
        "a size that is computed first and stored later",
        """
        import threading

        class Cache:
            def __init__(self):
                self.size = 0
                self.sweeper = threading.Thread(target=self._sweep, daemon=True)
                self.sweeper.start()

            def _sweep(self):
                while True:
                    self.size -= 1  # GIL401

            def put(self, amount):
                total = self.size + amount
                if total < 1000:
                    self.size = total  # GIL401
        """,
        level=Level.WARNING,
    ),
    Example(
        "a tracer that is installed in all threads",
        """
        import threading

        class Tracer:
            def __init__(self):
                self.counts = {}

            def install(self):
                threading.settrace(self.trace)

            def trace(self, frame, event, arg):
                key = frame.f_lineno
                self.counts[key] = self.counts.get(key, 0) + 1  # GIL401
                return self.trace

            def results(self):
                return self.counts
        """,
        level=Level.WARNING,
    ),
    Example(
        "two groups of methods, each with a lock of its own",
        """
        import threading

        class Recorder:
            def __init__(self):
                self._lock = threading.Lock()
                self._custom_lock = threading.RLock()
                self.events = 0

            def record(self):
                with self._lock:
                    self.events += 1  # GIL401

            def record_custom(self):
                with self._custom_lock:
                    self.events += 1  # GIL401
        """,
        level=Level.WARNING,
    ),
    Example(
        "a shared value that is changed without its lock, which another process holds for that",
        """
        import multiprocessing

        def worker(timer, tasks):
            for task in iter(tasks.get, None):
                timer.value = task.seconds
                timer.value += 3  # GIL401
                task.run()

        class Guard:
            def __init__(self, tasks):
                self.timer = multiprocessing.Value("i", 0)
                self.process = multiprocessing.Process(target=worker, args=(self.timer, tasks))

            def tick(self):
                with self.timer.get_lock():
                    self.timer.value -= 1
        """,
        level=Level.WARNING,
    ),
    Example(
        "handlers of requests, which servers run in threads",
        """
        from flask import Flask

        app = Flask(__name__)
        hits = 0
        by_user = {}

        @app.route("/")
        def index():
            global hits
            hits += 1  # GIL401
            return f"{hits} hits"

        @app.get("/users/<user>")
        def page(user):
            count(user)
            return str(by_user[user])

        def count(user):
            by_user[user] = by_user.get(user, 0) + 1  # GIL401
        """,
        level=Level.WARNING,
    ),
    Example(
        "applications, middleware and services, of which there is one object for all threads",
        """
        import rooms_pb2_grpc

        class Counting:
            def __init__(self, app):
                self.app = app
                self.requests = 0

            def __call__(self, environ, start_response):
                self.requests += 1  # GIL401
                return self.app(environ, start_response)

        class Timing:
            def __init__(self, get_response):
                self.get_response = get_response
                self.seen = 0

            def __call__(self, request):
                self.seen += 1  # GIL401
                return self.get_response(request)

        class Rooms(rooms_pb2_grpc.RoomsServicer):
            def __init__(self):
                self.next = 0

            def Open(self, request, context):
                self.next += 1  # GIL401
                return self.next
        """,
        level=Level.WARNING,
    ),
    Example(
        "a method that a library calls from its thread, and one that the users of the object call",
        """
        import paho.mqtt.client as mqtt

        class Bridge:
            def __init__(self):
                self.pending = 0
                self.client = mqtt.Client()
                self.client.on_message = self._on_message
                self.client.loop_start()

            def _on_message(self, client, userdata, message):
                self.pending -= 1  # GIL401

            def ask(self, topic):
                self.pending += 1  # GIL401
                self.client.publish(topic)

            def is_idle(self):
                return self.pending == 0
        """,
        level=Level.WARNING,
    ),
    Example(
        "a function that one thread calls, and the rest of the program too",
        """
        import threading

        _last = 0

        def next_id():
            global _last
            _last += 1  # GIL401
            return _last

        class Poller:
            def start(self):
                threading.Thread(target=self._poll, daemon=True).start()

            def _poll(self):
                while True:
                    print(next_id())

        def order(name):
            return name, next_id()
        """,
        level=Level.WARNING,
    ),
)

GOOD = (
    Example(
        "an object for each client of Pyro or RPyC",
        """
        import rpyc
        from Pyro5.api import expose, serve
        from rpyc.utils.server import ThreadedServer

        @expose
        class Session:
            def __init__(self):
                self.calls = 0

            def work(self):
                self.calls += 1
                return self.calls

        class Counter(rpyc.Service):
            def on_connect(self, conn):
                self.hits = 0

            def exposed_hit(self):
                self.hits += 1
                return self.hits

        def main(rpyc_too):
            if rpyc_too:
                ThreadedServer(Counter, port=18861).start()
            serve({Session: "example.session"})
        """,
    ),
    Example(
        "workers of two classes that only have a base in common",
        """
        import threading

        class Cursor:
            def __init__(self):
                self.y = 0

        class Base:
            def start(self):
                self.cursor = Cursor()
                threading.Thread(target=self.work).start()

            def _down(self):
                self.cursor.y += 1

            def where(self):
                return self.cursor.y

        class Wrapper(Base):
            def start(self):
                self.cursor = Cursor()
                threading.Thread(target=self.work).start()

            def work(self):
                self._down()

        class Redirect(Base):
            def start(self):
                self.cursor = Cursor()
                threading.Thread(target=self.read).start()

            def read(self):
                self._down()
        """,
    ),
    Example(
        "a lock's own release, which turns away all but its owner",
        """
        import threading

        class OwnedLock:
            def __init__(self):
                self._lock = threading.RLock()
                self._owner = None
                self._depth = 0

            def release(self):
                if self._owner != threading.get_ident():
                    raise RuntimeError("not yours")
                self._depth -= 1
                if not self._depth:
                    self._owner = None
                self._lock.release()

        def work(lock):
            lock.release()

        def main():
            lock = OwnedLock()
            for _ in range(3):
                threading.Thread(target=work, args=(lock,)).start()
        """,
    ),
    Example(
        "called by the context manager behind the lock in the same `with`",
        """
        import contextlib
        import threading

        LOCK = threading.Lock()
        lines = 0

        @contextlib.contextmanager
        def above():
            global lines
            lines += 1
            yield

        def log(text):
            with LOCK, above():
                print(text, lines)

        def main():
            for _ in range(3):
                threading.Thread(target=log, args=("x",)).start()
        """,
    ),
    Example(
        "a lock around the update",
        """
        import threading

        class Turnstile:
            def __init__(self):
                self.visitors = 0
                self._lock = threading.Lock()

            def enter(self):
                with self._lock:
                    self.visitors += 1

        def test_everybody_is_counted():
            turnstile = Turnstile()
            threads = [threading.Thread(target=turnstile.enter) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert turnstile.visitors == 8
        """,
    ),
    Example(
        "acquired and released by hand",
        """
        import threading

        lock = threading.Lock()
        n = 0

        def work():
            global n
            lock.acquire()
            try:
                n += 1
            finally:
                lock.release()

        for _ in range(4):
            threading.Thread(target=work).start()
        print(n)
        """,
    ),
    Example(
        "the caller holds the lock",
        """
        import threading

        class Bank:
            def __init__(self):
                self.lock = threading.RLock()
                self.sum = 0

            def deposit(self, amount):
                with self.lock:
                    self._add(amount)

            def _add(self, amount):
                self.sum += amount

        bank = Bank()
        for amount in range(10):
            threading.Thread(target=bank.deposit, args=(amount,)).start()
        print(bank.sum)
        """,
    ),
    Example(
        "a decorator holds the lock",
        """
        import functools
        import threading

        lock = threading.Lock()

        def locked(function):
            @functools.wraps(function)
            def wrapper(*args):
                with lock:
                    return function(*args)
            return wrapper

        n = 0

        @locked
        def work():
            global n
            n += 1

        for _ in range(4):
            threading.Thread(target=work).start()
        print(n)
        """,
    ),
    Example(
        "parts returned and added up",
        """
        from concurrent.futures import ThreadPoolExecutor, as_completed

        def count(text):
            found = {}
            for word in text.split():
                found[word] = found.get(word, 0) + 1
            return found

        def count_all(texts):
            totals = {}
            done = 0
            with ThreadPoolExecutor() as pool:
                futures = [pool.submit(count, text) for text in texts]
                for future in as_completed(futures):
                    done += 1
                    for word, n in future.result().items():
                        totals[word] = totals.get(word, 0) + n
            return totals, done
        """,
    ),
    Example(
        "an object made in the worker",
        """
        from concurrent.futures import ThreadPoolExecutor

        class Parser:
            def __init__(self):
                self.lines = 0

            def parse(self, text):
                for line in text:
                    self.lines += 1
                return self.lines

        def work(text):
            parser = Parser()
            return parser.parse(text)

        with ThreadPoolExecutor() as pool:
            print(sum(pool.map(work, [[], []])))
        """,
    ),
    Example(
        "an object for each thread",
        """
        import threading

        class Walker:
            def __init__(self):
                self.steps = 0

            def walk(self):
                self.steps += 1

        walkers = [Walker() for _ in range(4)]
        threads = [threading.Thread(target=walker.walk) for walker in walkers]
        for thread in threads:
            thread.start()

        def more():
            for _ in range(4):
                walker = Walker()
                threading.Thread(target=walker.walk).start()
            more = [threading.Thread(target=Walker().walk) for _ in range(4)]
            print(walker.steps, [w.steps for w in walkers], more)
        """,
    ),
    Example(
        "the attributes of a Thread subclass",
        """
        import threading

        class Crawler(threading.Thread):
            pages = 0

            def __init__(self, url):
                super().__init__()
                self.url = url
                self.errors = 0

            def run(self):
                self.pages += 1
                self.errors += 1
                self.note()

            def note(self):
                self.errors += 1

        def test_crawl():
            crawlers = [Crawler(url) for url in "abc"]
            for crawler in crawlers:
                crawler.start()
            for crawler in crawlers:
                crawler.join()
            assert sum(crawler.pages + crawler.errors for crawler in crawlers)
        """,
    ),
    Example(
        "the handler objects of a threaded server",
        """
        import socketserver

        class Handler(socketserver.StreamRequestHandler):
            count = 0

            def handle(self):
                self.count += 1
                self.wfile.write(str(self.count).encode())

        server = socketserver.ThreadingTCPServer(("localhost", 0), Handler)
        server.serve_forever()
        """,
    ),
    Example(
        "an own slot for each thread",
        """
        import threading
        from concurrent.futures import ThreadPoolExecutor

        counts = [0] * 4
        by_thread = {}

        def work(index):
            for _ in range(100):
                counts[index] += 1
                by_thread[threading.get_ident()] = by_thread.get(threading.get_ident(), 0) + 1

        threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with ThreadPoolExecutor() as pool:
            list(pool.map(work, range(4)))
        print(sum(counts), by_thread)
        """,
    ),
    Example(
        "threading.local and context variables",
        """
        import threading
        from contextvars import ContextVar

        local = threading.local()
        depth = ContextVar("depth", default=0)

        class State(threading.local):
            n = 0

        state = State()

        def work():
            local.n = getattr(local, "n", 0)
            local.n += 1
            state.n += 1
            depth.set(depth.get() + 1)

        for _ in range(4):
            threading.Thread(target=work).start()
        print(local.n, state.n)
        """,
    ),
    Example(
        "single calls that are atomic",
        """
        import itertools
        import threading
        from collections import deque

        numbers = itertools.count()
        seen = []
        last = {}
        recent = deque(maxlen=10)
        names = []

        def work(name):
            seen.append(next(numbers))
            last[name] = 1
            recent.appendleft(name)
            global names
            names += [name]

        for name in "abc":
            threading.Thread(target=work, args=(name,)).start()
        print(seen, last, recent, names)
        """,
    ),
    Example(
        "a pool of one",
        """
        from concurrent.futures import ThreadPoolExecutor

        n = 0

        def work(_):
            global n
            n += 1

        with ThreadPoolExecutor(max_workers=1) as pool:
            list(pool.map(work, range(10)))
            for i in range(4):
                pool.submit(work, i)
        print(n)
        """,
    ),
    Example(
        "one thread that is joined before the next access",
        """
        import threading

        n = 0

        def work():
            global n
            n += 1

        def main():
            global n
            n += 1
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
            n += 1
            print(n)
        """,
    ),
    Example(
        "threads one after another",
        """
        import threading
        from concurrent.futures import ThreadPoolExecutor

        n = 0

        def work():
            global n
            n += 1

        def first():
            for _ in range(4):
                thread = threading.Thread(target=work)
                thread.start()
                thread.join()
            print(n)

        def second(pool: ThreadPoolExecutor):
            for _ in range(4):
                pool.submit(work).result()

        def third():
            one = threading.Thread(target=work)
            two = threading.Thread(target=work)
            one.start()
            one.join()
            two.start()
            two.join()
        """,
    ),
    Example(
        "a single writer",
        """
        import threading

        class Clock:
            def __init__(self):
                self.ticks = 0
                self._thread = threading.Thread(target=self._run)

            def start(self):
                self._thread.start()

            def _run(self):
                while True:
                    self.ticks += 1

            def read(self):
                return self.ticks
        """,
    ),
    Example(
        "tests that each start one thread over the same function",
        """
        import threading

        calls = 0

        def work():
            global calls
            calls += 1

        def test_one():
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
            assert calls

        def test_two():
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
            assert calls
        """,
        path="tests/test_calls.py",
    ),
    Example(
        "tasks on one event loop",
        """
        import asyncio

        class Stats:
            def __init__(self):
                self.done = 0
                self.sum = 0

            async def work(self, shop):
                await asyncio.sleep(0)
                self.done += 1
                price = await shop.price()
                self.sum += price

        async def main(shops):
            stats = Stats()
            await asyncio.gather(*(stats.work(shop) for shop in shops))
            print(stats.done, stats.sum)
        """,
    ),
    Example(
        "an asyncio lock around the await",
        """
        import asyncio

        class Stats:
            def __init__(self):
                self.lock = asyncio.Lock()
                self.sum = 0

            async def work(self, shop):
                async with self.lock:
                    self.sum = self.sum + await shop.price()

        async def main(shops):
            stats = Stats()
            await asyncio.gather(*(stats.work(shop) for shop in shops))
            print(stats.sum)
        """,
    ),
    Example(
        "each process has its own",
        """
        from concurrent.futures import ProcessPoolExecutor

        n = 0

        def work(_):
            global n
            n += 1

        if __name__ == "__main__":
            with ProcessPoolExecutor() as pool:
                list(pool.map(work, range(4)))
            print(n)
        """,
    ),
    Example(
        "a Value with its lock",
        """
        from multiprocessing import Lock, Process, Value

        def visit(counter):
            with counter.get_lock():
                counter.value += 1

        def leave(counter, lock):
            with lock:
                counter.value -= 1

        if __name__ == "__main__":
            counter, lock = Value("i", 0), Lock()
            for _ in range(4):
                Process(target=visit, args=(counter,)).start()
                Process(target=leave, args=(counter, lock)).start()
            print(counter.value)
        """,
    ),
    Example(
        "run of a class that is no thread",
        """
        import threading

        class Job:
            def __init__(self):
                self.steps = 0

            def run(self):
                self.steps += 1
                return self.steps

        def work():
            pass

        for job in [Job(), Job()]:
            job.run()
            threading.Thread(target=work).start()
        """,
    ),
    Example(
        "a pool block in each turn",
        """
        from concurrent.futures import ThreadPoolExecutor

        class Round:
            def __init__(self):
                self.n = 0

            def play(self):
                self.n += 1

        def main():
            game = Round()
            for _ in range(3):
                with ThreadPoolExecutor() as pool:
                    pool.submit(game.play)
            print(game.n)
        """,
    ),
    Example(
        "local variables of the worker",
        """
        import threading

        def work(lines):
            n = 0
            found = {"n": 0}

            def add():
                nonlocal n
                n += 1
                found["n"] += 1

            for line in lines:
                add()
            print(n, found["n"])

        for _ in range(4):
            threading.Thread(target=work, args=([],)).start()
        """,
    ),
    Example(
        "a worker that gets its own object from a queue",
        """
        import queue
        import threading

        class Job:
            def __init__(self):
                self.tries = 0

        jobs = queue.Queue(10)

        def work():
            while True:
                job = jobs.get()
                job.tries += 1
                if job.tries < 3:
                    jobs.put(job)

        for _ in range(4):
            threading.Thread(target=work).start()

        def report(job: Job):
            print(job.tries)
        """,
    ),
    Example(
        "a context manager of the project that holds the lock",
        """
        import threading, contextlib
        class A:
            def __init__(self): self._l = threading.Lock(); self.n = 0
            @contextlib.contextmanager
            def guarded(self):
                with self._l:
                    yield
            def w(self):
                with self.guarded():
                    self.n += 1
        a = A()
        for _ in range(3): threading.Thread(target=a.w).start()
        print(a.n)
        """,
    ),
    Example(
        "an object that locks itself when it is entered",
        """
        import threading
        class Safe:
            def __init__(self): self._l = threading.Lock(); self.n = 0
            def __enter__(self): self._l.acquire(); return self
            def __exit__(self, *a): self._l.release()
        s = Safe()
        def w():
            with s:
                s.n += 1
        for _ in range(3): threading.Thread(target=w).start()
        print(s.n)
        """,
    ),
    Example(
        "several objects that each start one thread",
        """
        import threading
        class Server:
            def __init__(self): self.count = 0
            def start(self):
                self.t = threading.Thread(target=self.run); self.t.start()
            def run(self):
                self.count += 1
        def main():
            servers = [Server() for _ in range(3)]
            for s in servers: s.start()
            a = Server(); b = Server()
            a.start(); b.start()
            print(a.count, b.count)
        """,
    ),
    Example(
        "a thread that is only started again when it has ended",
        """
        import threading
        class H:
            def __init__(self): self.beats = 0; self._t = None
            def ensure(self):
                if self._t is None or not self._t.is_alive():
                    self._t = threading.Thread(target=self._loop); self._t.start()
            def _loop(self):
                self.beats += 1
        def main():
            h = H()
            for _ in range(3): h.ensure()
            print(h.beats)
        """,
    ),
    Example(
        "acquired with a timeout, and tested",
        """
        import threading
        lock = threading.Lock(); n = 0
        def w():
            global n
            if lock.acquire(timeout=1):
                try: n += 1
                finally: lock.release()
        for _ in range(3): threading.Thread(target=w).start()
        print(n)
        """,
    ),
    Example(
        "one object a turn, read after the join",
        """
        import threading
        class W:
            def __init__(self): self.n = 0
            def run(self): self.n += 1
        def main():
            ws = [W() for _ in range(3)]
            ts = []
            for w in ws:
                t = threading.Thread(target=w.run)
                t.start(); ts.append(t)
            for t in ts: t.join()
            return sum(w.n for w in ws)
        """,
    ),
    Example(
        "tried again after the join",
        """
        import threading
        n = 0
        def w():
            global n
            n += 1
        def main():
            for attempt in range(3):
                t = threading.Thread(target=w)
                t.start()
                t.join(timeout=5)
                if not t.is_alive(): break
            print(n)
        """,
    ),
    Example(
        "an own item for each worker, by a constant key",
        """
        from concurrent.futures import ThreadPoolExecutor

        counts = [0, 0, 0]

        def read():
            counts[0] += 1

        def write():
            counts[1] += 1

        def other(slot):
            counts[slot] += 1

        with ThreadPoolExecutor() as pool:
            pool.submit(read)
            pool.submit(write)
            pool.submit(other, 2)
        print(counts)
        """,
    ),
    Example(
        "a loop that makes one thread",
        """\
import threading

count = 0


def work():
    global count
    for _ in range(1000):
        count += 1


threads = [threading.Thread(target=work) for _ in range(1)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(count)
""",
    ),
    Example(
        "threads that are joined before the next one starts, in one line each",
        """\
import threading


class Stock:
    def __init__(self):
        self.items = 10

    def sell(self):
        self.items -= 1

    def refill(self):
        self.items += 1


def test_stock():
    stock = Stock()
    seller = threading.Thread(target=stock.sell)
    buyer = threading.Thread(target=stock.refill)
    seller.start(); seller.join()
    buyer.start(); buyer.join()
    assert stock.items == 10
""",
        path="tests/test_stock.py",
    ),
    Example(
        "a lock that a function makes for its threads and takes itself",
        """\
import threading


def count_all():
    lock = threading.Lock()
    total = 0

    def work():
        nonlocal total
        with lock:
            total += 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    with lock:
        total += 1
    for thread in threads:
        thread.join()
    return total
""",
    ),
    Example(
        "a closure that another test hands to the same service",
        """\
import threading


class Service:
    def __init__(self, hook):
        self.hook = hook

    def serve(self):
        self.hook()

    def serve_in_threads(self):
        threads = [threading.Thread(target=self.serve) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def test_threads():
    Service(print).serve_in_threads()


def test_hook():
    calls = 0

    def hook():
        nonlocal calls
        calls += 1

    Service(hook).serve()
    assert calls == 1
""",
        path="tests/test_service.py",
    ),
    Example(
        "two names of one lock, and a condition made of it",
        """\
import threading


class Level:
    def __init__(self):
        self.lock = threading.Lock()
        self.changed = threading.Condition(self.lock)
        self.same = self.lock
        self.value = 0

    def up(self):
        with self.lock:
            self.value += 1

    def down(self):
        with self.changed:
            self.value -= 1

    def reset(self):
        with self.same:
            self.value -= self.value


def main():
    level = Level()
    threads = [threading.Thread(target=target) for target in (level.up, level.down, level.reset)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(level.value)
""",
    ),
    Example(
        "every caller holds the lock, one of them by acquire",
        """
        import threading

        class Meter:
            def __init__(self):
                self.lock = threading.Lock()
                self.samples = 0

            def sample(self):
                self.samples += 1

            def flush(self):
                with self.lock:
                    return self.samples

        class Meters:
            def __init__(self):
                self.lock = threading.Lock()
                self.meter = Meter()

            def record(self):
                with self.lock:
                    meter = self.meter
                    meter.lock.acquire()
                meter.sample()
                meter.lock.release()

        def main(meters):
            for _ in range(4):
                threading.Thread(target=meters.record).start()
        """,
    ),
    Example(
        "only the thread that owns it counts",
        """
        import threading

        class Reentrant:
            def __init__(self):
                self._guard = threading.Condition()
                self._owner = None
                self.depth = 0

            def enter(self):
                me = threading.current_thread()
                if self._owner is me:
                    self.depth += 1
                else:
                    with self._guard:
                        self._owner = me
                        self.depth = 1

        def main():
            lock = Reentrant()
            for _ in range(4):
                threading.Thread(target=lock.enter).start()
            print(lock.depth)
        """,
    ),
    Example(
        "a field that each object makes for itself",
        """
        import threading
        from dataclasses import dataclass, field

        class Tracker:
            def __init__(self):
                self.depth = 0

            def mark(self):
                self.depth += 1

        @dataclass
        class Line:
            tracker: Tracker = field(default_factory=Tracker)

            def append(self):
                self.tracker.mark()

        def work(path):
            line = Line()
            line.append()
            return line.tracker.depth

        def main(paths):
            for path in paths:
                threading.Thread(target=work, args=(path,)).start()
        """,
    ),
    Example(
        "the metaclass makes one object only",
        """
        import threading

        class Single(type):
            _lock = threading.Lock()
            _made = {}

            def __call__(cls, *args):
                with cls._lock:
                    if cls not in cls._made:
                        cls._made[cls] = super().__call__(*args)
                    return cls._made[cls]

        class Settings(metaclass=Single):
            loads = 0

            def __init__(self):
                Settings.loads += 1

        def main():
            for _ in range(4):
                threading.Thread(target=Settings).start()
            print(Settings.loads)
        """,
    ),
    Example(
        "a branch for the compiled module",
        """
        import threading

        import cython

        class Cell:
            def __init__(self):
                self._lock = threading.Lock()
                self.value = 0

            def add(self, value):
                if cython.compiled:
                    self.value += value
                else:
                    with self._lock:
                        self.value += value

        def main():
            cell = Cell()
            for _ in range(4):
                threading.Thread(target=cell.add, args=(1,)).start()
            print(cell.value)
        """,
    ),
    Example(
        "a slot for each worker of an object with a lock",
        """
        import threading

        class Board:
            def __init__(self, workers):
                self._lock = threading.Lock()
                self.done = [0] * workers
                self._names = []

            def join(self, name):
                with self._lock:
                    self._names.append(name)

            def add(self, worker_id):
                self.done[worker_id] += 1
        """,
    ),
    Example(
        "a class that says it is not for threads",
        """
        import threading

        class Buffer:
            \"\"\"Collects bytes. Not thread-safe.\"\"\"

            def __init__(self):
                self._lock = threading.Lock()
                self._parts = []
                self.size = 0

            def add(self, part):
                with self._lock:
                    self._parts.append(part)

            def grow(self, amount):
                self.size += amount
        """,
    ),
    Example(
        "a handler of the logging package",
        """
        import logging
        import threading

        class Counting(logging.Handler):
            def __init__(self):
                super().__init__()
                self._guard = threading.Lock()
                self._lines = []
                self.count = 0

            def emit(self, record):
                self.count += 1

            def lines(self):
                with self._guard:
                    return list(self._lines), self.count
        """,
    ),
    Example(
        "a depth in thread-local storage beside a lock",
        """
        import threading

        _state = threading.local()
        _lock = threading.Lock()

        def enter():
            _state.depth += 1
            with _lock:
                print(_state.depth)
        """,
    ),
    Example(
        "a method whose name says that the lock is held",
        """
        import threading

        class Jobs:
            def __init__(self):
                self._lock = threading.Lock()
                self.waiting = 0

            def size(self):
                with self._lock:
                    return self.waiting

            def add_locked(self):
                self.waiting += 1
        """,
    ),
    Example(
        "a count in a class whose lock guards one thing in one method",
        """
        import threading

        class Build:
            def __init__(self):
                self._log_lock = threading.Lock()
                self.order = 0

            def log(self, text):
                with self._log_lock:
                    print(text)

            def submit(self):
                self.order += 1
        """,
    ),
    Example(
        "a thread that is started only while there is none, as an early return says",
        """
        import threading

        class Client:
            def __init__(self):
                self.thread = None
                self.seen = 0

            def start(self):
                if self.thread is not None:
                    return
                self.thread = threading.Thread(target=self.work)
                self.thread.start()

            def work(self):
                self.seen += 1

        def use(client: Client):
            client.start()
            client.start()
            client.thread.join()
            assert client.seen == 1
        """,
    ),
    Example(
        "two locks of which every update takes the same one",
        """
        import threading

        class Recorder:
            def __init__(self):
                self._lock = threading.Lock()
                self._custom_lock = threading.RLock()
                self.events = 0

            def record(self):
                with self._lock:
                    self.events += 1

            def record_custom(self):
                with self._custom_lock:
                    self._count()

            def _count(self):
                with self._lock:
                    self.events += 1
        """,
    ),
    Example(
        "handlers that count what belongs to one request, or on one event loop",
        """
        from fastapi import FastAPI
        from flask import Flask, session

        app = Flask(__name__)
        api = FastAPI()
        hits = 0

        @app.route("/")
        def index():
            session["visits"] = session.get("visits", 0) + 1
            return str(session["visits"])

        @api.get("/")
        async def root():
            global hits
            hits += 1
            return hits

        class View:
            def on_get(self, req, resp):
                self_made = {"n": 0}
                self_made["n"] += 1
        """,
    ),
    Example(
        "a private number that nobody looks at",
        """
        import threading

        class Stream:
            _made = 0

            def __init__(self):
                Stream._made += 1

        def work():
            Stream()

        for _ in range(4):
            threading.Thread(target=work).start()
        """,
    ),
    Example(
        "a helper that starts what it is given, and each thing once",
        """
        import threading

        def in_background(target):
            thread = threading.Thread(target=target, daemon=True)
            thread.start()
            return thread

        class Finder:
            def __init__(self):
                self.sent = 0

            def run(self):
                self.sent += 1

        class Other:
            def work(self):
                print("other")

        def main(finder: Finder, others: list[Other]):
            in_background(finder.run)
            for other in others:
                in_background(other.work)
            print(finder.sent)
        """,
    ),
    Example(
        "an object that each thread is given when it is made, in a loop",
        """
        import threading

        class Pool:
            class Runner(threading.Thread):
                def __init__(self, worker):
                    super().__init__()
                    self.worker = worker

                def run(self):
                    self.worker.done += 1

            class Worker:
                def __init__(self):
                    self.done = 0
                    self.thread = Pool.Runner(self)

            def __init__(self, size):
                self.workers = [Pool.Worker() for _ in range(size)]

            def total(self):
                return sum(worker.done for worker in self.workers)
        """,
    ),
    Example(
        "a job that only the object's own thread runs, and hands on to the next turn",
        """
        import sched
        import threading

        class Agent:
            def __init__(self):
                self._lock = threading.Lock()
                self._apps = {}
                self.harvests = 0
                self._scheduler = sched.scheduler()
                self._thread = threading.Thread(target=self._loop)

            def add(self, name, app):
                with self._lock:
                    self._apps[name] = app

            def get(self, name):
                with self._lock:
                    return self._apps[name]

            def _harvest(self):
                self._scheduler.enter(60, 1, self._harvest)
                self.harvests += 1

            def _loop(self):
                self._scheduler.enter(60, 1, self._harvest)
                self._scheduler.run()
        """,
    ),
    Example(
        "a chain of one-shot timers",
        """
        import threading

        class Poller:
            def __init__(self):
                self.ticks = 0
                self.timer = threading.Timer(1, self.tick)

            def again(self):
                self.ticks += 1
                self.timer = threading.Timer(1, self.tick)
                self.timer.start()

            def tick(self):
                self.again()
        """,
    ),
    Example(
        "a listener beside a method that goes on for as long as it runs",
        """
        import _thread

        class Terminal:
            def __init__(self):
                self.text = ""

            def read(self):
                text = self.text
                self.text = self.text[len(text):]
                return text

            def feed(self, text):
                self.text = self.text + text

            def listen(self):
                while True:
                    self.feed(input())

            def interact(self):
                _thread.start_new_thread(self.listen, ())
                while True:
                    print(input())
        """,
    ),
)
