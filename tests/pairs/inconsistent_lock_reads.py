"""Guarded variables that one place looks at, goes through or decides on without the lock, and the harmless ways to do so."""

from __future__ import annotations

from tests.pairs.kit import bad, pair, safe

RULE = "GIL405"

pair(
    RULE,
    "one guarded increment, one bare decrement",
    """
import threading

class Connections:
    def __init__(self):
        self._lock = threading.Lock()
        self.open = 0

    def opened(self):
        with self._lock:
            self.open += 1

    def closed(self):
        self.open -= 1  #!
""",
    {"        self.open -= 1  #!": "        with self._lock:\n            self.open -= 1"},
)
pair(
    RULE,
    "sum over a dictionary that others fill",
    """
import threading

class Traffic:
    def __init__(self):
        self._mutex = threading.Lock()
        self._bytes = {}

    def count(self, host, size):
        with self._mutex:
            self._bytes[host] = self._bytes.get(host, 0) + size

    def total(self):
        return sum(self._bytes.values())  #!
""",
    {"        return sum(self._bytes.values())  #!": "        with self._mutex:\n            return sum(self._bytes.values())"},
    {"        return sum(self._bytes.values())  #!": "        return len(self._bytes)"},
    {"        return sum(self._bytes.values())  #!": "        return self._bytes.get('localhost', 0)"},
)
pair(
    RULE,
    "elements of a defaultdict are changed under the lock",
    """
import threading
from collections import defaultdict

class Topics:
    def __init__(self):
        self._lock = threading.RLock()
        self._subscribers = defaultdict(list)

    def subscribe(self, topic, callback):
        with self._lock:
            self._subscribers[topic].append(callback)

    def unsubscribe(self, topic, callback):
        with self._lock:
            self._subscribers[topic].remove(callback)

    def describe(self):
        return {topic: len(found) for topic, found in self._subscribers.items()}  #!
""",
    {"self._subscribers.items()}  #!": "list(self._subscribers.items())}"},
)
pair(
    RULE,
    "enumerated bare",
    """
import threading

class Playlist:
    def __init__(self):
        self._songs = []
        self._songs_lock = threading.Lock()

    def add(self, song):
        with self._songs_lock:
            self._songs.append(song)

    def show(self):
        for number, song in enumerate(self._songs, 1):  #!
            print(number, song)
""",
    {"enumerate(self._songs, 1):  #!": "enumerate(tuple(self._songs), 1):"},
)
pair(
    RULE,
    "heap popped bare",
    """
import heapq
import threading

class Schedule:
    def __init__(self):
        self._heap = []
        self._changed = threading.Condition()
        threading.Thread(target=self._run, daemon=True).start()

    def add(self, when, job):
        with self._changed:
            heapq.heappush(self._heap, (when, job))
            self._changed.notify()

    def cancel_all(self):
        with self._changed:
            del self._heap[:]

    def _run(self):
        while True:
            with self._changed:
                while not self._heap:
                    self._changed.wait()
            when, job = heapq.heappop(self._heap)  #!
            job(when)
""",
    {
        "            when, job = heapq.heappop(self._heap)  #!\n": "                when, job = heapq.heappop(self._heap)\n",
    },
)
pair(
    RULE,
    "count read before the reset",
    """
import threading

class Window:
    def __init__(self):
        self._lock = threading.Lock()
        self._hits = 0

    def hit(self):
        with self._lock:
            self._hits += 1

    def roll(self):
        hits = self._hits  #!
        with self._lock:
            self._hits = 0
        return hits
""",
    {"        hits = self._hits  #!\n        with self._lock:\n": "        with self._lock:\n            hits = self._hits\n"},
    {"            self._hits = 0\n        return hits": "            self._hits -= hits\n        return hits"},
)
pair(
    RULE,
    "batch taken before the clear",
    """
import threading

class Sender:
    def __init__(self, post):
        self._post = post
        self._lock = threading.Lock()
        self._events = []

    def log(self, event):
        with self._lock:
            self._events.append(event)

    def flush(self):
        batch = list(self._events)  #!
        self._post(batch)
        with self._lock:
            self._events.clear()
""",
    {
        "        batch = list(self._events)  #!\n        self._post(batch)\n        with self._lock:\n            self._events.clear()": "        with self._lock:\n            batch = list(self._events)\n            self._events.clear()\n        self._post(batch)"
    },
    {"            self._events.clear()": "            del self._events[:len(batch)]"},
)
pair(
    RULE,
    "client that another thread may drop",
    """
import threading

class Link:
    def __init__(self, connect):
        self._connect = connect
        self._lock = threading.Lock()
        self._client = None

    def ensure(self):
        with self._lock:
            if self._client is None:
                self._client = self._connect()

    def failed(self):
        with self._lock:
            self._client = None

    def send(self, data):
        self.ensure()
        self._client.send(data)  #!
""",
    {"        self._client.send(data)  #!": "        client = self._client\n        if client is not None:\n            client.send(data)"},
    {"        self._client.send(data)  #!": "        with self._lock:\n            self._client.send(data)"},
    {
        "        self._client.send(data)  #!": "        try:\n            self._client.send(data)\n        except AttributeError:\n            pass"
    },
    {"    def failed(self):": "    def close(self):"},
)
bad(
    RULE,
    "checked for None and then used",
    """
import threading

class Feed:
    def __init__(self, open_socket):
        self._open_socket = open_socket
        self._lock = threading.Lock()
        self._socket = None

    def connect(self):
        with self._lock:
            self._socket = self._open_socket()

    def on_error(self, error):
        with self._lock:
            self._socket = None

    def write(self, line):
        if self._socket is not None:
            self._socket.sendall(line)  #!
""",
)
pair(
    RULE,
    "LRU cache looked up bare",
    """
import threading

import cachetools

class Users:
    def __init__(self, load):
        self._load = load
        self._lock = threading.Lock()
        self._cache = cachetools.LRUCache(maxsize=100)

    def get(self, name):
        if name in self._cache:  #!
            return self._cache[name]  #!
        user = self._load(name)
        with self._lock:
            self._cache[name] = user
        return user

    def forget(self, name):
        with self._lock:
            self._cache.pop(name, None)
""",
    {
        "        if name in self._cache:  #!\n            return self._cache[name]  #!\n": "        with self._lock:\n            if name in self._cache:\n                return self._cache[name]\n"
    },
    {"cachetools.LRUCache(maxsize=100)": "{}"},
)
pair(
    RULE,
    "flag cleared because of what was seen bare",
    """
import threading

class Pump:
    def __init__(self):
        self._lock = threading.Lock()
        self._jobs = []
        self._running = False

    def submit(self, job):
        with self._lock:
            self._jobs.append(job)
            if not self._running:
                self._running = True
                threading.Thread(target=self._drain, daemon=True).start()

    def _drain(self):
        while True:
            with self._lock:
                job = self._jobs.pop(0) if self._jobs else None
            if job is not None:
                job()
            if not self._jobs:
                self._running = False  #!
                return
""",
    {
        "            if not self._jobs:\n                self._running = False  #!\n                return\n": "            with self._lock:\n                if not self._jobs:\n                    self._running = False\n                    return\n"
    },
)
pair(
    RULE,
    "decision on two values that change together",
    """
import os
import threading
import time

class Idle:
    def __init__(self):
        self._lock = threading.Lock()
        self._clients = 0
        self._last = 0.0

    def change(self, by):
        with self._lock:
            self._clients += by
            self._last = time.monotonic()

    def watch(self):
        while True:
            if self._clients == 0:
                idle = time.monotonic() - self._last  #!
                if idle > 60:
                    os._exit(0)
            time.sleep(1)

def serve(idle: Idle):
    threading.Thread(target=idle.watch, daemon=True).start()
    while True:
        idle.change(1)
""",
    {
        "            if self._clients == 0:\n                idle = time.monotonic() - self._last  #!\n                if idle > 60:\n                    os._exit(0)\n": "            with self._lock:\n                idle = time.monotonic() - self._last if self._clients == 0 else 0\n            if idle > 60:\n                os._exit(0)\n"
    },
    {"            self._last = time.monotonic()\n": "        self._last = time.monotonic()\n"},
)
pair(
    RULE,
    "the last one finishes, by a count read behind the lock",
    """
import threading

class Barrier2:
    def __init__(self, parties, finish):
        self._lock = threading.Lock()
        self._done = 0
        self._parties = parties
        self._finish = finish

    def arrive(self):
        with self._lock:
            self._done += 1
        if self._done == self._parties:  #!
            self._finish()
""",
    {
        "            self._done += 1\n        if self._done == self._parties:  #!": "            self._done += 1\n            done = self._done\n        if done == self._parties:"
    },
)
bad(
    RULE,
    "dictionary of the class gone through bare",
    """
import threading

class Plugin:
    _lock = threading.Lock()
    _known = {}

    @classmethod
    def register(cls, name, plugin):
        with cls._lock:
            cls._known[name] = plugin

    @classmethod
    def remove(cls, name):
        with cls._lock:
            cls._known.pop(name, None)

    @classmethod
    def run_all(cls):
        for plugin in cls._known.values():  #!
            plugin()
""",
)
bad(
    RULE,
    "registry of a module gone through bare",
    """
import threading

_lock = threading.Lock()
_sessions = {}

def add(key, session):
    with _lock:
        _sessions[key] = session

def drop(key):
    with _lock:
        _sessions.pop(key, None)

def close_idle(now):
    for session in _sessions.values():  #!
        session.close_if_idle(now)
""",
)
bad(
    RULE,
    "lock that comes from the caller",
    """
import threading

class Shelf:
    def __init__(self, lock: threading.Lock):
        self._lock = lock
        self._books = []

    def put(self, book):
        with self._lock:
            self._books.append(book)

    def take(self):
        with self._lock:
            return self._books.pop()

    def report(self):
        for book in self._books:  #!
            print(book)
""",
)
bad(
    RULE,
    "lock of a dataclass",
    """
import threading
from dataclasses import dataclass, field

@dataclass
class Stats:
    lock: threading.Lock = field(default_factory=threading.Lock)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, name):
        with self.lock:
            self.counts[name] = self.counts.get(name, 0) + 1

    def lines(self):
        return [f"{name}: {count}" for name, count in self.counts.items()]  #!
""",
)
bad(
    RULE,
    "acquire and release",
    """
import threading

class Roster:
    def __init__(self):
        self._lock = threading.Lock()
        self._names = set()

    def add(self, name):
        self._lock.acquire()
        try:
            self._names.add(name)
        finally:
            self._lock.release()

    def remove(self, name):
        self._lock.acquire()
        try:
            self._names.discard(name)
        finally:
            self._lock.release()

    def greet(self):
        for name in self._names:  #!
            print("hello", name)
""",
)
bad(
    RULE,
    "callback that goes through what others change",
    """
import threading

class Board:
    def __init__(self, timer):
        self._lock = threading.Lock()
        self._scores = {}
        timer.every(5, self._publish)

    def score(self, name, points):
        with self._lock:
            self._scores[name] = self._scores.get(name, 0) + points

    def _publish(self):
        for name, points in self._scores.items():  #!
            print(name, points)
""",
)
bad(
    RULE,
    "json of what others change",
    """
import json
import threading

class State:
    def __init__(self, path):
        self._path = path
        self._lock = threading.Lock()
        self._values = {}

    def set(self, key, value):
        with self._lock:
            self._values[key] = value

    def delete(self, key):
        with self._lock:
            del self._values[key]

    def save(self):
        self._path.write_text(json.dumps(self._values, indent=2))  #!
""",
)
bad(
    RULE,
    "the wrong one of two locks",
    """
import threading

class Ledger:
    def __init__(self):
        self._read_lock = threading.Lock()
        self._write_lock = threading.Lock()
        self.entries = []

    def deposit(self, n):
        with self._write_lock:
            self.entries.append(n)

    def withdraw(self, n):
        with self._write_lock:
            self.entries.append(-n)

    def fee(self):
        with self._read_lock:
            self.entries.append(-1)  #!
""",
)
safe(
    "guarded by copies on write",
    """
import threading

class Hooks:
    def __init__(self):
        self._lock = threading.Lock()
        self._hooks = ()
        self._names = []

    def add(self, hook):
        with self._lock:
            self._hooks += (hook,)
            self._names = [*self._names, hook.name]

    def remove(self, hook):
        with self._lock:
            self._hooks = tuple(h for h in self._hooks if h is not hook)
            self._names = [name for name in self._names if name != hook.name]

    def call(self):
        for hook in self._hooks:
            hook()
        for name in self._names:
            print(name)
""",
)
safe(
    "made once, checked twice",
    """
import threading

class Lazy:
    def __init__(self, connect):
        self._connect = connect
        self._lock = threading.Lock()
        self._client = None

    def send(self, data):
        if self._client is None:
            with self._lock:
                if self._client is None:
                    self._client = self._connect()
        return self._client.send(data)

    def close(self):
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None
""",
)
safe(
    "copied before the loop",
    """
import threading

class Bus:
    def __init__(self):
        self._lock = threading.Lock()
        self._handlers = {}

    def on(self, name, handler):
        with self._lock:
            self._handlers.setdefault(name, []).append(handler)

    def off(self, name):
        with self._lock:
            self._handlers.pop(name, None)

    def fire(self, name):
        for handler in list(self._handlers.get(name, ())):
            handler()

    def all_names(self):
        return sorted(list(self._handlers))
""",
)
safe(
    "read and compared again under the lock",
    """
import threading

class Slot:
    def __init__(self):
        self._lock = threading.Lock()
        self._value = None

    def put(self, value):
        with self._lock:
            self._value = value

    def take(self):
        value = self._value
        if value is None:
            return None
        with self._lock:
            if self._value is not value:
                return None
            self._value = None
        return value
""",
)
safe(
    "what the thread is at",
    """
import threading

class Runner:
    def __init__(self):
        self._lock = threading.Lock()
        self._current = None

    def run(self, task):
        with self._lock:
            self._current = task
            task()
            self._current = None

    def name(self):
        current = self._current
        return current.name if current else None
""",
)
safe(
    "wait_for looks with the lock held",
    """
import threading

class Gate2:
    def __init__(self):
        self._cond = threading.Condition()
        self._items = {}

    def put(self, key, item):
        with self._cond:
            self._items[key] = item
            self._cond.notify_all()

    def drop(self, key):
        with self._cond:
            self._items.pop(key)

    def _ready(self):
        return any(item.ready for item in self._items.values())

    def wait(self):
        with self._cond:
            self._cond.wait_for(self._ready)
""",
)
safe(
    "after a fork",
    """
import os
import threading

class Sharer:
    def __init__(self):
        self._lock = threading.Lock()
        self._cache = {}
        os.register_at_fork(after_in_child=self._afterfork)

    def add(self, key, value):
        with self._lock:
            self._cache[key] = value

    def get(self, key):
        with self._lock:
            return self._cache.pop(key)

    def _afterfork(self):
        for value in self._cache.values():
            value.close()
        self._cache.clear()
""",
)
safe(
    "all callers hold it, one passes it on under the lock",
    """
import threading

class Out:
    def __init__(self, write):
        self._write = write
        self._lock = threading.RLock()
        self._chunks = []

    def put(self, chunk):
        with self._lock:
            self._chunks.append(chunk)
            self._guarded(self._flush)

    def flush(self):
        with self._lock:
            self._flush()

    def _guarded(self, function):
        try:
            function()
        except OSError:
            pass

    def _flush(self):
        for chunk in self._chunks:
            self._write(chunk)
        self._chunks.clear()
""",
)
safe(
    "filled before anybody else has it",
    """
import threading

class Table2:
    def __init__(self, rows):
        self._lock = threading.Lock()
        self._rows = dict(rows)
        self._hits = 0

    def get(self, key):
        with self._lock:
            self._hits += 1
            return self._rows[key]

    def dump(self):
        for key, row in self._rows.items():
            print(key, row)
""",
)
safe(
    "counts for a report",
    """
import threading

class Report:
    def __init__(self):
        self._lock = threading.Lock()
        self.ok = 0
        self.failed = 0

    def add(self, ok):
        with self._lock:
            if ok:
                self.ok += 1
            else:
                self.failed += 1

    def __repr__(self):
        return f"{self.ok} ok, {self.failed} failed"

    @property
    def total(self):
        return self.ok + self.failed
""",
)
