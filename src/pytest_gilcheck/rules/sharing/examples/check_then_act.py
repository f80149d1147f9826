"""What GIL402 flags, and what it leaves alone.

Data of one rule, in one list: a reader looks a case up by its title, and nothing here is run but by the tests.
"""

from __future__ import annotations

from pytest_gilcheck.model.rule import Example

BAD = (
    Example(
        "a name that the one object of all clients gives away once",
        """
        from Pyro5.api import behavior, expose, serve

        @expose
        @behavior(instance_mode="single")
        class ChatBox:
            def __init__(self):
                self.nicks = []

            def join(self, nick):
                if nick in self.nicks:  # GIL402
                    raise ValueError("this nick is already in use")
                self.nicks.append(nick)

        serve({ChatBox: "example.chatbox"})
        """,
    ),
    Example(
        "a cache that is filled when the key is missing",
        """
        from concurrent.futures import ThreadPoolExecutor

        cache = {}

        def exchange_rate(currency):
            if currency not in cache:  # GIL402
                cache[currency] = ask_the_bank(currency)
            return cache[currency]

        def ask_the_bank(currency):
            return len(currency)

        def rates(currencies):
            with ThreadPoolExecutor(8) as pool:
                return list(pool.map(exchange_rate, currencies))
        """,
    ),
    Example(
        "the other ways to look for a key",
        """
        import threading

        class Registry:
            def __init__(self):
                self.names = {}
                self.seen = set()
                self.open = {}

            def look_up(self, key):
                if key in self.names:  # GIL402
                    return self.names[key]
                self.names[key] = key.upper()
                return self.names[key]

            def attempt(self, key):
                try:
                    return self.names[key]  # GIL402
                except KeyError:
                    self.names[key] = key.upper()
                    return self.names[key]

            def visit(self, key):
                if key not in self.seen:  # GIL402
                    self.seen.add(key)
                if self.names.get(key) is None:  # GIL402
                    self.names[key] = key
                if key in self.open:  # GIL402
                    del self.open[key]

            def run(self, keys):
                for key in keys:
                    threading.Thread(target=self.look_up, args=(key,)).start()
                    threading.Thread(target=self.attempt, args=(key,)).start()
                    threading.Thread(target=self.visit, args=(key,)).start()
        """,
    ),
    Example(
        "one instance for all, made at first use",
        """
        import threading

        class Settings:
            _instance = None

            @classmethod
            def get(cls):
                if cls._instance is None:  # GIL402
                    cls._instance = cls()
                return cls._instance

        connection = None

        def connect():
            global connection
            if connection is None:  # GIL402
                connection = object()
            return connection

        def work():
            return Settings.get(), connect()

        for _ in range(4):
            threading.Thread(target=work).start()
        """,
    ),
    Example(
        "an attribute made at first use",
        """
        from concurrent.futures import ThreadPoolExecutor

        class Client:
            def __init__(self):
                self._session = None
                self.closed = False

            def session(self):
                if not self._session:  # GIL402
                    self._session = object()
                return self._session

            def token(self):
                if not hasattr(self, "_token"):  # GIL402
                    self._token = object()
                self._other = self._other or object()  # GIL402

            def get(self, url):
                return self.session(), self.token(), url

        def main(urls):
            client = Client()
            with ThreadPoolExecutor() as pool:
                return list(pool.map(client.get, urls))
        """,
    ),
    Example(
        "taking from a list that had something",
        """
        import queue
        import threading
        from collections import deque

        jobs = [1, 2, 3]
        waiting = deque([1, 2, 3])
        orders = queue.Queue(10)

        def work():
            while jobs:  # GIL402
                job = jobs.pop()
                print(job)
            if len(waiting) > 0:  # GIL402
                waiting.popleft()
            while not orders.empty():  # GIL402
                print(orders.get_nowait())
            while True:
                if orders.empty():  # GIL402
                    break
                print(orders.get())

        for _ in range(4):
            threading.Thread(target=work).start()
        """,
    ),
    Example(
        "a file that was not there",
        """
        import os
        from concurrent.futures import ThreadPoolExecutor
        from pathlib import Path

        OUT = Path("out")

        def save(page):
            if not os.path.exists("pages"):  # GIL402
                os.makedirs("pages")
            if not OUT.exists():  # GIL402
                OUT.mkdir()
            index = os.path.join("pages", "index.txt")
            if not os.path.isfile(index):  # GIL402
                with open(index, "w") as file:
                    file.write(page)

        with ThreadPoolExecutor() as pool:
            list(pool.map(save, ["a", "b"]))
        """,
    ),
    Example(
        "enough money when it looked",
        """
        import threading

        class Account:
            def __init__(self, balance):
                self.balance = balance
                self.highest = 0

            def withdraw(self, amount):
                if self.balance >= amount:  # GIL402
                    self.balance -= amount
                    return True
                return False

            def note(self, amount):
                if amount > self.highest:  # GIL402
                    self.highest = amount

        account = Account(100)
        for amount in (60, 70):
            threading.Thread(target=account.withdraw, args=(amount,)).start()
            threading.Thread(target=account.note, args=(amount,)).start()
        """,
    ),
    Example(
        "checked before the lock, not again under it",
        """
        import threading

        lock = threading.Lock()
        model = None

        def load():
            global model
            if model is None:  # GIL402
                with lock:
                    model = object()
            return model

        for _ in range(4):
            threading.Thread(target=load).start()
        """,
    ),
    Example(
        "a singleton made by its metaclass",
        """\
import threading


class Single(type):
    _made = {}

    def __call__(cls, *args):
        if cls not in cls._made:  # GIL402
            cls._made[cls] = super().__call__(*args)
        return cls._made[cls]


class Database(metaclass=Single):
    def __init__(self):
        self.rows = []


def work():
    print(Database().rows)


for _ in range(4):
    threading.Thread(target=work).start()
""",
    ),
    Example(
        "a property that connects when it is first read",
        """\
import threading


class Client:
    def __init__(self, connect):
        self._connect = connect
        self._connection = None

    @property
    def connection(self):
        if self._connection is None:  # GIL402
            self._connection = self._connect()
        return self._connection


def work(client):
    client.connection.ping()


def main(connect):
    client = Client(connect)
    for _ in range(4):
        threading.Thread(target=work, args=(client,)).start()
""",
    ),
    Example(
        "a limit that is checked before one more is appended",
        """\
from concurrent.futures import ThreadPoolExecutor


class Booking:
    def __init__(self, seats):
        self.seats = seats
        self.names = []

    def book(self, name):
        if len(self.names) < self.seats:  # GIL402
            self.names.append(name)
            return True
        return False


def main(names):
    booking = Booking(3)
    with ThreadPoolExecutor(5) as pool:
        print(list(pool.map(booking.book, names)))
""",
    ),
    Example(
        "a global singleton that is made on first use",
        """
        import threading

        _registry = None

        class Registry:
            def __init__(self):
                self._lock = threading.Lock()
                self._callbacks = []

            def register(self, callback):
                with self._lock:
                    self._callbacks.append(callback)

        def get_registry():
            global _registry
            if _registry is None:  # GIL402
                _registry = Registry()
            return _registry
        """,
    ),
    Example(
        "a lock that is made on first use",
        """
        import threading

        _lock = None

        def get_lock():
            global _lock
            if not _lock:  # GIL402
                _lock = threading.Lock()
            return _lock
        """,
    ),
    Example(
        "one lock for each file, made on first use",
        """
        import threading

        LOCKS = {}

        def get_lock_for(file):
            lock = LOCKS.get(file)
            if lock is None:  # GIL402
                lock = threading.Lock()
                LOCKS[file] = lock
            return lock
        """,
    ),
    Example(
        "an identity of the process that is drawn on first use",
        """
        import threading
        import uuid

        _node = None

        def node():
            global _node
            if _node is None:  # GIL402
                _node = uuid.uuid4().int
            return _node

        def name():
            key = (node(), threading.get_ident())
            return key
        """,
    ),
    Example(
        "a socket for each channel of a class with a lock",
        """
        import threading

        class Bus:
            def __init__(self):
                self._guard = threading.Lock()
                self._number = 0
                self._sockets = {}

            def next(self):
                with self._guard:
                    self._number += 1
                    return self._number

            def socket(self, channel):
                if channel not in self._sockets:  # GIL402
                    self._sockets[channel] = create_socket(channel)
                return self._sockets[channel]

        def create_socket(channel):
            return open(channel)
        """,
    ),
    Example(
        "a marker that other threads wait for",
        """
        import threading

        class Cache(dict):
            def wait(self, key):
                \"\"\"The value; if another thread makes it, wait for that.\"\"\"
                value = self.get(key)
                if value is None:  # GIL402
                    dict.__setitem__(self, key, threading.Event())
                return value
        """,
    ),
    Example(
        "a check before the lock that is not made again under it",
        """
        import os
        import threading

        _lock = threading.Lock()
        _done = False

        def initialize(path):
            global _done
            if _done:  # GIL402
                return
            _lock.acquire()
            try:
                os.rename(path, path + ".old")
                _done = True
            finally:
                _lock.release()

        class Client:
            def __init__(self):
                self._lock = threading.Lock()
                self._pid = None
                self._state = "new"

            def start_threads(self):
                pid = os.getpid()
                if self._pid != pid:  # GIL402
                    with self._lock:
                        self.spawn_workers()
                        self._pid = pid

            def spawn_workers(self):
                print("started")

            def leave(self):
                if self._state == "joined":  # GIL402
                    with self._lock:
                        self._state = "left"
        """,
    ),
    Example(
        "what is made for threads and made on demand",
        """
        import queue
        import threading
        from concurrent.futures import ThreadPoolExecutor

        _pool = None
        _collector = None

        class Collector:
            def __init__(self):
                self.queue = queue.Queue(100)
                self.thread = threading.Thread(target=self._loop, daemon=True)
                self.thread.start()

            def _loop(self):
                print(self.queue.get())

        def pool():
            global _pool
            if _pool is None:  # GIL402
                _pool = ThreadPoolExecutor(4)
            return _pool

        def collector():
            global _collector
            if not _collector:  # GIL402
                _collector = Collector()
            return _collector

        class Sender:
            def __init__(self):
                self.queue = queue.Queue(100)
                self.thread = None

            def send(self, item):
                if self.thread is None or not self.thread.is_alive():  # GIL402
                    self.thread = threading.Thread(target=self.run, daemon=True)
                    self.thread.start()
                self.queue.put(item)

            def write(self, item):
                if self.thread is None:  # GIL402
                    self._spawn()
                self.queue.put(item)

            def _spawn(self):
                self.thread = threading.Thread(target=self.run, daemon=True)
                self.thread.start()

            def run(self):
                print(self.queue.get())
        """,
    ),
    Example(
        "a singleton of a project that starts threads",
        """
        import threading

        class Single(type):
            _objects = {}

            def __call__(cls, *args):
                if args not in cls._objects:  # GIL402
                    cls._objects[args] = super().__call__(*args)
                return cls._objects[args]

        class Config:
            _instance = None

            def __new__(cls):
                if cls._instance is None:  # GIL402
                    cls._instance = super().__new__(cls)
                    cls._instance.values = {}
                return cls._instance

        def watch():
            print("watching")

        def start():
            threading.Thread(target=watch, daemon=True).start()
        """,
    ),
    Example(
        "handlers of requests",
        """
        import sqlite3
        from flask import Flask

        app = Flask(__name__)
        stock = {"ticket": 3}
        rooms = {}
        _connection = None

        @app.post("/buy")
        def buy():
            if stock["ticket"] > 0:  # GIL402
                print("pay")
                stock["ticket"] -= 1
            return ""

        @app.post("/join/<room>/<user>")
        def join(room, user):
            if room not in rooms:  # GIL402
                rooms[room] = []
            rooms[room].append(user)
            return ""

        @app.route("/")
        def index():
            global _connection
            if _connection is None:  # GIL402
                _connection = sqlite3.connect("shop.db")
            return ""
        """,
    ),
    Example(
        "a flag that is used as a lock",
        """
        import threading

        class Stats:
            def __init__(self):
                self._flushing = False

            def start(self):
                threading.Thread(target=self._loop, daemon=True).start()

            def _loop(self):
                while True:
                    self.flush()

            def flush(self):
                if self._flushing:  # GIL402
                    return
                self._flushing = True
                try:
                    print("flushed")
                finally:
                    self._flushing = False
        """,
    ),
    Example(
        "a remove that fails the second time, in a class that takes a lock for others",
        """
        import threading

        class Groups:
            def __init__(self):
                self._lock = threading.Lock()
                self._names = []
                self._watchers = set()

            def add(self, name):
                with self._lock:
                    self._names.append(name)

            def names(self):
                with self._lock:
                    return list(self._names)

            def remove_watcher(self, watcher):
                if watcher in self._watchers:  # GIL402
                    self._watchers.remove(watcher)
        """,
    ),
    Example(
        "tasks, of which each awaits between its check and its act",
        """
        import asyncio

        class Client:
            def __init__(self):
                self.session = None
                self.pages = {}

            async def get(self, url):
                if self.session is None:  # GIL402
                    self.session = await self.login()
                if url not in self.pages:  # GIL402
                    await self.login()
                    self.pages[url] = []
                self.pages[url].append(self.session)
                return self.session

            async def login(self):
                await asyncio.sleep(1)
                return "token"

        async def main(urls):
            client = Client()
            return await asyncio.gather(*(client.get(url) for url in urls))
        """,
    ),
)

GOOD = (
    Example(
        "a name that the one object of all clients gives away once, under a lock",
        """
        import threading

        from Pyro5.api import behavior, expose, serve

        @expose
        @behavior(instance_mode="single")
        class ChatBox:
            def __init__(self):
                self.nicks = []
                self.lock = threading.Lock()

            def join(self, nick):
                with self.lock:
                    if nick in self.nicks:
                        raise ValueError("this nick is already in use")
                    self.nicks.append(nick)

        serve({ChatBox: "example.chatbox"})
        """,
    ),
    Example(
        "one step",
        """
        import functools
        import os
        from concurrent.futures import ThreadPoolExecutor

        cache = {}
        jobs = [1, 2]

        @functools.lru_cache
        def ask(currency):
            return len(currency)

        def rate(currency):
            cache.setdefault(currency, ask(currency))
            cache.pop("old", None)
            os.makedirs("pages", exist_ok=True)
            return cache[currency]

        with ThreadPoolExecutor() as pool:
            print(list(pool.map(rate, ["a", "b"])))
        """,
    ),
    Example(
        "the lock over both",
        """
        import threading

        class Registry:
            def __init__(self):
                self.lock = threading.Lock()
                self.names = {}

            def look_up(self, key):
                with self.lock:
                    if key not in self.names:
                        self.names[key] = key.upper()
                    return self.names[key]

        registry = Registry()
        for key in "abc":
            threading.Thread(target=registry.look_up, args=(key,)).start()
        """,
    ),
    Example(
        "checked again under the lock",
        """
        import threading

        lock = threading.Lock()
        model = None
        names = {}

        def load(key):
            global model
            if model is None:
                with lock:
                    if model is None:
                        model = object()
            if key not in names:
                with lock:
                    if key in names:
                        return names[key]
                    names[key] = model
            return model

        for key in "abc":
            threading.Thread(target=load, args=(key,)).start()
        """,
    ),
    Example(
        "coming second is handled",
        """
        import contextlib
        import os
        import queue
        import threading

        orders = queue.Queue(10)
        jobs = [1]

        def work():
            if not orders.empty():
                try:
                    print(orders.get_nowait())
                except queue.Empty:
                    pass
            try:
                while jobs:
                    jobs.pop()
            except IndexError:
                pass
            if not os.path.exists("pages"):
                try:
                    os.mkdir("pages")
                except FileExistsError:
                    pass
            with contextlib.suppress(OSError):
                if os.path.exists("old"):
                    os.remove("old")

        for _ in range(4):
            threading.Thread(target=work).start()
        """,
    ),
    Example(
        "things of the worker's own",
        """
        import os
        import threading

        class Parser:
            def __init__(self):
                self.tree = None

            def parse(self):
                if self.tree is None:
                    self.tree = object()
                return self.tree

        def work(number):
            found = {}
            for key in "abc":
                if key not in found:
                    found[key] = 1
            stack = [1]
            while stack:
                stack.pop()
            Parser().parse()
            path = f"page-{number}.txt"
            if not os.path.exists(path):
                open(path, "w").close()

        for number in range(4):
            threading.Thread(target=work, args=(number,)).start()
        """,
    ),
    Example(
        "an attribute of each Thread",
        """
        import threading

        class Crawler(threading.Thread):
            def __init__(self):
                super().__init__()
                self.session = None

            def run(self):
                if self.session is None:
                    self.session = object()

        for _ in range(4):
            Crawler().start()
        """,
    ),
    Example(
        "storage for each thread",
        """
        import threading

        local = threading.local()

        def session():
            if not hasattr(local, "session"):
                local.session = object()
            return local.session

        for _ in range(4):
            threading.Thread(target=session).start()
        """,
    ),
    Example(
        "a single consumer",
        """
        import queue
        import threading

        orders = queue.Queue(10)
        jobs = [1, 2, 3]

        def work():
            while not orders.empty():
                print(orders.get())
            while jobs:
                jobs.pop()

        threading.Thread(target=work).start()
        """,
    ),
    Example(
        "on one event loop",
        """
        import asyncio

        cache = {}

        async def look_up(key):
            if key not in cache:
                cache[key] = key.upper()
            return cache[key]

        async def main():
            await asyncio.gather(*(look_up(key) for key in "abc"))
        """,
    ),
    Example(
        "forgetting what was closed",
        """
        import threading

        class Client:
            def __init__(self):
                self.socket = object()

            def close(self):
                if self.socket is not None:
                    self.socket = None

        client = Client()
        for _ in range(4):
            threading.Thread(target=client.close).start()
        """,
    ),
    Example(
        "a dict that has a slot for each worker",
        """
        import threading

        results = {}

        def work(number):
            if number not in results:
                results[number] = []
            ident = threading.get_ident()
            if ident not in results:
                results[ident] = []

        for number in range(4):
            threading.Thread(target=work, args=(number,)).start()
        """,
    ),
    Example(
        "a property of an object that each thread has for itself",
        """\
import threading


class Client:
    def __init__(self, connect):
        self._connect = connect
        self._connection = None

    @property
    def connection(self):
        if self._connection is None:
            self._connection = self._connect()
        return self._connection


def work(client):
    client.connection.ping()


def main(connect):
    for _ in range(4):
        threading.Thread(target=work, args=(Client(connect),)).start()
""",
    ),
    Example(
        "an attribute called thread_local of an object that nobody knows",
        """\
import threading


def work(study):
    if study._thread_local.inside:
        raise RuntimeError("already inside")
    study._thread_local.inside = True


def main(study):
    for _ in range(4):
        threading.Thread(target=work, args=(study,)).start()
""",
    ),
    Example(
        "a singleton that is checked again under the lock",
        """
        import threading

        _client = None
        _lock = threading.Lock()

        class Client:
            def __init__(self):
                self.sent = 0

            def send(self):
                self.sent = 1

        def get_client():
            global _client
            if _client is None:
                with _lock:
                    if _client is None:
                        _client = Client()
            return _client
        """,
    ),
    Example(
        "a lazy value that comes out equal",
        """
        import re
        import threading

        _lock = threading.Lock()
        _pattern = None
        _table = None

        def show():
            with _lock:
                print(pattern(), table())

        def pattern():
            global _pattern
            if _pattern is None:
                _pattern = re.compile("a+")
            return _pattern

        def table():
            global _table
            if _table is None:
                _table = [n * n for n in range(256)]
            return _table
        """,
    ),
    Example(
        "every caller of the lazy part holds the lock",
        """
        import threading

        class Store:
            def __init__(self, connect):
                self._lock = threading.Lock()
                self._connection = None
                self.connect = connect

            def read(self):
                with self._lock:
                    return self._open().read()

            def write(self, data):
                with self._lock:
                    self._open().write(data)

            def _open(self):
                if self._connection is None:
                    self._connection = self.connect()
                return self._connection
        """,
    ),
    Example(
        "a singleton in a module without threads",
        """
        import asyncio

        _session = None

        class Session:
            def open(self):
                self.opened = True

        def get_session():
            global _session
            if _session is None:
                _session = Session()
            return _session

        async def main():
            get_session().open()
            await asyncio.sleep(0)
        """,
    ),
    Example(
        "a connection for each thread in a dictionary",
        """
        import threading

        class Pool:
            def __init__(self):
                self._lock = threading.Lock()
                self._names = []
                self.connections = {}

            def add(self, name):
                with self._lock:
                    self._names.append(name)

            def connection(self):
                tid = threading.get_ident()
                if tid not in self.connections:
                    self.connections[tid] = create_connection()
                return self.connections[tid]

        def create_connection():
            return open("data")
        """,
    ),
    Example(
        "what the start of the object makes",
        """
        import threading

        class Service:
            def __init__(self):
                self._lock = threading.Lock()
                self._jobs = []
                self._thread = None

            def add(self, job):
                with self._lock:
                    self._jobs.append(job)

            def start(self):
                if self._thread is None:
                    self._thread = threading.Thread(target=print)
                    self._thread.start()
        """,
    ),
    Example(
        "a store of the value that the check compared with",
        """
        from concurrent.futures import ThreadPoolExecutor

        class Client:
            def __init__(self):
                self.host = None

            def connect(self, host):
                if self.host != host:
                    self.host = host

            def run(self, hosts):
                with ThreadPoolExecutor() as pool:
                    list(pool.map(self.connect, hosts))
        """,
    ),
    Example(
        "a key that an object of another kind gives by `get_id`",
        """
        import threading

        class Names:
            def __init__(self):
                self._lock = threading.local()
                self.names = {}

            def of(self, thing):
                if thing.get_id() not in self.names:
                    self.names[thing.get_id()] = open("names")
                return self.names[thing.get_id()]
        """,
    ),
    Example(
        "a check that is made again under the lock, by another name too",
        """
        import threading

        class Pool:
            def __init__(self):
                self._lock = threading.Lock()
                self._file = None
                self._locks = {}

            def file(self):
                file = self._file
                if file is None:
                    with self._lock:
                        file = self._file
                        if file is None:
                            file = self._file = open("data")
                return file

            def of(self, key):
                if key not in self._locks:
                    with self._lock:
                        self._locks.setdefault(key, threading.Lock())
                return self._locks[key]

            def shut(self):
                if self._file is None:
                    return
                with self._lock:
                    self._file = None
        """,
    ),
    Example(
        "what only the object's own thread checks before it takes the lock",
        """
        import threading

        class Loader:
            def __init__(self):
                self._lock = threading.Lock()
                self._version = 0
                self._data = {}
                threading.Thread(target=self._watch, daemon=True).start()

            def _watch(self):
                version = len(self._data)
                if version != self._version:
                    with self._lock:
                        self._data = dict.fromkeys(open("data"))
                        self._version = version

            def get(self, key):
                with self._lock:
                    return self._data[key]
        """,
    ),
    Example(
        "singletons without a state, or that are made at the import",
        """
        import threading

        class Missing:
            _instance = None

            def __new__(cls):
                if cls._instance is None:
                    cls._instance = super().__new__(cls)
                return cls._instance

        class Registry:
            _instance = None

            def __new__(cls):
                if cls._instance is None:
                    cls._instance = super().__new__(cls)
                    cls._instance.names = {}
                return cls._instance

        REGISTRY = Registry()

        def start():
            threading.Thread(target=print).start()
        """,
    ),
    Example(
        "what is said once, and what fails either way",
        """
        from concurrent.futures import ThreadPoolExecutor

        class Client:
            def __init__(self):
                self._warned = False
                self.names = {}

            def get(self, name):
                if not self._warned:
                    self._warned = True
                    print("deprecated")
                return name

            def load(self, names):
                with ThreadPoolExecutor() as pool:
                    return list(pool.map(self.get, names))
        """,
    ),
    Example(
        "an executor that coroutines make on demand",
        """
        import asyncio
        from concurrent.futures import ThreadPoolExecutor

        _pool = None

        def pool():
            global _pool
            if _pool is None:
                _pool = ThreadPoolExecutor(4)
            return _pool

        async def read(path):
            return await asyncio.get_running_loop().run_in_executor(pool(), open, path)
        """,
    ),
    Example(
        "a number that a dataclass starts from",
        """
        from concurrent.futures import ThreadPoolExecutor
        from dataclasses import dataclass, field

        @dataclass
        class Tracker:
            depth: int = 0
            found: list = field(default_factory=list)

            def leave(self):
                if self.depth > 0:
                    self.depth -= 1
                    self.found.append(self.depth)

        def scan(line):
            tracker = Tracker()
            tracker.leave()
            return tracker.found

        def run(lines):
            with ThreadPoolExecutor() as pool:
                return list(pool.map(scan, lines))
        """,
    ),
    Example(
        "tasks that await before the check, after the act, or on another way",
        """
        import asyncio

        class Client:
            def __init__(self):
                self.tasks = {}
                self.seen = None

            async def get(self, url):
                if "first" in self.tasks:
                    return await self.tasks["first"]
                self.tasks["first"] = asyncio.ensure_future(self.login())
                token = await self.login()
                if self.seen is None:
                    self.seen = token
                return url

            async def login(self):
                await asyncio.sleep(1)
                return "token"

        async def main(urls):
            client = Client()
            return await asyncio.gather(*(client.get(url) for url in urls))
        """,
    ),
    Example(
        "tasks that look a value up twice",
        """
        import asyncio

        names = {}

        async def name_of(key):
            if key not in names:
                names[key] = await ask(key)
            return names[key]

        async def ask(key):
            await asyncio.sleep(1)
            return key

        async def main(keys):
            return await asyncio.gather(*(name_of("config") for _ in keys))
        """,
    ),
)
