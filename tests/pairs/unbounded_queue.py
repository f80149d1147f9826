"""Queues that grow without bound, and those that cannot."""

from __future__ import annotations

from tests.pairs.kit import bad, bad_variants, pair, safe, safe_variants

RULE = "GIL301"

pair(
    RULE,
    "sensor loop",
    """
import queue
import threading

def read_sensor():
    return 1.0

class Logger:
    def __init__(self):
        self.samples = queue.Queue()
        self.running = True

    def produce(self):
        while self.running:
            self.samples.put(read_sensor())

    def consume(self):
        while True:
            print(self.samples.get())

    def start(self):
        threading.Thread(target=self.produce).start()
        threading.Thread(target=self.consume).start()
""",
    {"queue.Queue()": "queue.Queue(maxsize=1000)"},
    {
        "queue.Queue()": "queue.Queue(SIZE)",
        "import threading": """import threading
from settings import SIZE""",
    },
    {
        "queue.Queue()": "BoundedQueue()",
        "@append": """
class BoundedQueue(queue.Queue):
    def __init__(self):
        super().__init__(maxsize=10)
""",
    },
)

pair(
    RULE,
    "socket reader SimpleQueue",
    """
import socket
from queue import SimpleQueue
from threading import Thread

inbox = SimpleQueue()

def receive(sock: socket.socket):
    while True:
        data = sock.recv(4096)
        if not data:
            break
        inbox.put(data)

def handle():
    while True:
        print(len(inbox.get()))

def main():
    sock = socket.create_connection(("localhost", 9))
    Thread(target=handle, daemon=True).start()
    Thread(target=receive, args=(sock,)).start()

if __name__ == "__main__":
    main()
""",
    {"from queue import SimpleQueue": "from queue import Queue", "SimpleQueue()": "Queue(100)"},
)

pair(
    RULE,
    "asyncio queue",
    """
import asyncio

async def reader(stream, q):
    async for line in stream:
        await q.put(line)

async def writer(q):
    while True:
        line = await q.get()
        await asyncio.sleep(0.1)
        print(line)

async def main(stream):
    q = asyncio.Queue()
    await asyncio.gather(reader(stream, q), writer(q))
""",
    {"asyncio.Queue()": "asyncio.Queue(maxsize=100)"},
    {"async for line in stream:": 'for line in ("a", "b", "c"):'},
)

pair(
    RULE,
    "multiprocessing queue",
    """
import multiprocessing as mp

def frames(q):
    n = 0
    while True:
        n += 1
        q.put(bytes(1_000_000))

def encode(q):
    while True:
        frame = q.get()
        sum(frame)

if __name__ == "__main__":
    q = mp.Queue()
    p1 = mp.Process(target=frames, args=(q,))
    p2 = mp.Process(target=encode, args=(q,))
    p1.start()
    p2.start()
    p1.join()
""",
    {"mp.Queue()": "mp.Queue(10)"},
    {
        """    while True:
        n += 1
""": """    for n in range(10):
""",
        """while True:
        frame = q.get()
""": """for _ in range(10):
        frame = q.get()
""",
    },
)

pair(
    RULE,
    "deque between threads",
    """
import collections
import threading
import time

class Tail:
    def __init__(self, path):
        self.path = path
        self.lines = collections.deque()

    def follow(self):
        with open(self.path) as f:
            while True:
                line = f.readline()
                if line:
                    self.lines.append(line)

    def ship(self):
        while True:
            while self.lines:
                print(self.lines.popleft())
            time.sleep(1)

    def start(self):
        threading.Thread(target=self.follow, daemon=True).start()
        threading.Thread(target=self.ship, daemon=True).start()
""",
    {"collections.deque()": "collections.deque(maxlen=10_000)"},
    {
        """        threading.Thread(target=self.follow, daemon=True).start()
        threading.Thread(target=self.ship, daemon=True).start()""": "        self.follow()"
    },
)

pair(
    RULE,
    "maxsize zero and negative",
    """
from queue import PriorityQueue
import threading
import itertools

jobs = PriorityQueue(maxsize=0)

def feed():
    for n in itertools.count():
        jobs.put((n % 10, n))

def work():
    while True:
        jobs.get()
        jobs.task_done()

threading.Thread(target=feed, daemon=True).start()
threading.Thread(target=work, daemon=True).start()
""",
    {"maxsize=0": "maxsize=64"},
    {"for n in itertools.count():": "for n in range(100):"},
)

pair(
    RULE,
    "queue passed as argument",
    """
import queue
import threading
import time

def producer(q, url):
    while True:
        q.put((url, time.time()))

def consumer(q):
    while True:
        url, when = q.get()
        print(url, when)
        time.sleep(1)

def main():
    q = queue.Queue(maxsize=-1)
    threads = [threading.Thread(target=producer, args=(q, "a")), threading.Thread(target=consumer, args=(q,))]
    for t in threads:
        t.start()
""",
    {"maxsize=-1": "20"},
    {
        """    while True:
        q.put((url, time.time()))
""": """    for _ in range(10):
        q.put((url, time.time()))
""",
        """    while True:
        url""": """    for _ in range(10):
        url""",
    },
)

pair(
    RULE,
    "lines of a file",
    """
import sys
from queue import Queue
from threading import Thread

def load(q):
    for line in sys.stdin:
        q.put(line)
    q.put(None)

def insert(q):
    while (line := q.get()) is not None:
        print(line)

def main():
    q = Queue()
    t = Thread(target=load, args=(q,))
    t.start()
    insert(q)
    t.join()
""",
    {"    q = Queue()": "    q = Queue(1000)"},
)

pair(
    RULE,
    "web handler puts",
    """
import queue
import threading
from flask import Flask, request

app = Flask(__name__)
events = queue.Queue()

def store():
    while True:
        print(events.get())

threading.Thread(target=store, daemon=True).start()

@app.post("/event")
def event():
    events.put(request.json)
    return "", 204
""",
    {"queue.Queue()": "queue.Queue(10_000)", "events.put(request.json)": "events.put_nowait(request.json)"},
)

pair(
    RULE,
    "async chat fan-in",
    """
import asyncio

class Room:
    def __init__(self):
        self.messages = asyncio.Queue()

    async def listen(self, ws):
        while True:
            self.messages.put_nowait(await ws.recv())

    async def store(self, db):
        while True:
            await db.insert(await self.messages.get())

    async def run(self, ws, db):
        async with asyncio.TaskGroup() as tg:
            tg.create_task(self.listen(ws))
            tg.create_task(self.store(db))
""",
    {"asyncio.Queue()": "asyncio.Queue(256)", "self.messages.put_nowait(await ws.recv())": "await self.messages.put(await ws.recv())"},
    {
        "asyncio.Queue()": "asyncio.Queue(maxsize=self.size)",
        "def __init__(self):": """def __init__(self, size):
        self.size = size""",
    },
)

pair(
    RULE,
    "dataclass field",
    """
import queue
import threading
from dataclasses import dataclass, field

@dataclass
class Pipeline:
    source: object
    q: queue.Queue = field(default_factory=queue.Queue)

    def pull(self):
        while True:
            self.q.put(self.source.next())

    def push(self):
        while True:
            print(self.q.get())

    def start(self):
        threading.Thread(target=self.pull).start()
        threading.Thread(target=self.push).start()
""",
    {"default_factory=queue.Queue)": "default_factory=lambda: queue.Queue(50))"},
)

pair(
    RULE,
    "executor workers",
    """
import concurrent.futures
import queue
import random

def make(q, event):
    while not event.is_set():
        q.put(random.randint(1, 101))

def take(q, event):
    while not event.is_set() or not q.empty():
        print(q.get())

def main(event):
    pipeline = queue.Queue()
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as ex:
        a = ex.submit(make, pipeline, event)
        b = ex.submit(take, pipeline, event)
        print(a.result(), b.result())
""",
    {"queue.Queue()": "queue.Queue(maxsize=10)"},
    {"queue.Queue()": "queue.LifoQueue(10)"},
)

pair(
    RULE,
    "Thread subclass with own inbox",
    """
import queue
import threading

class Recorder(threading.Thread):
    def __init__(self, mic):
        super().__init__()
        self.mic = mic
        self.inbox = queue.Queue()

    def run(self):
        while True:
            self.inbox.put(self.mic.read(1024))

def transcribe(recorder):
    recorder = Recorder(recorder)
    recorder.start()
    while True:
        print(recorder.inbox.get())
""",
    {"queue.Queue()": "queue.Queue(32)"},
)

pair(
    RULE,
    "context queue",
    """
from multiprocessing import get_context

def crawl(q, start):
    stack = [start]
    while stack:
        url = stack.pop()
        for link in links(url):
            stack.append(link)
            q.put(link)

def links(url):
    return [url + "/x"]

def index(q):
    while True:
        print(q.get())

def main():
    ctx = get_context("spawn")
    q = ctx.JoinableQueue()
    ctx.Process(target=crawl, args=(q, "http://a")).start()
    ctx.Process(target=index, args=(q,)).start()
""",
    {"ctx.JoinableQueue()": "ctx.JoinableQueue(100)"},
)

pair(
    RULE,
    "timer producer in a class of other module",
    """
from buffers import BUFFER
import threading

def poll(device):
    while True:
        BUFFER.put(device.read())

def drain():
    while True:
        print(BUFFER.get())

def start(device):
    threading.Thread(target=poll, args=(device,)).start()
    threading.Thread(target=drain).start()
""",
    {"queue.Queue()": "queue.Queue(5)"},
    others={
        "buffers.py": """
import queue
BUFFER = queue.Queue()
"""
    },
)

pair(
    RULE,
    "asyncio producer thread call_soon",
    """
import asyncio
import threading

async def consume(q):
    while True:
        print(await q.get())

def start(loop: asyncio.AbstractEventLoop, camera):
    q = asyncio.Queue()

    def grab():
        while True:
            frame = camera.read()
            loop.call_soon_threadsafe(q.put_nowait, frame)

    threading.Thread(target=grab, daemon=True).start()
    return consume(q)
""",
    {"asyncio.Queue()": "asyncio.Queue(4)"},
)

pair(
    RULE,
    "watchdog style handler",
    """
import queue
import threading
import time

class Watcher:
    def __init__(self, path):
        self.path = path
        self._queue = queue.Queue()
        self._stop = threading.Event()

    def _watch(self):
        while not self._stop.is_set():
            for change in self.path.changes():
                self._queue.put(change)
            time.sleep(0.1)

    def _handle(self):
        while not self._stop.is_set():
            change = self._queue.get()
            print(change)

    def start(self):
        for target in (self._watch, self._handle):
            threading.Thread(target=target, daemon=True).start()
""",
    {"queue.Queue()": "queue.Queue(maxsize=500)"},
)

pair(
    RULE,
    "asyncio scraper feed",
    """
import asyncio

async def produce(queue, api):
    page = 0
    while True:
        rows = await api.page(page)
        if not rows:
            break
        for row in rows:
            await queue.put(row)
        page += 1

async def consume(queue, db):
    while True:
        row = await queue.get()
        await db.insert(row)
        queue.task_done()

async def main(api, db):
    queue = asyncio.Queue()
    workers = [asyncio.create_task(consume(queue, db)) for _ in range(5)]
    await produce(queue, api)
    await queue.join()
    for w in workers:
        w.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
""",
    {"asyncio.Queue()": "asyncio.Queue(100)"},
)

pair(
    RULE,
    "module global in class body",
    """
from queue import Queue
from threading import Thread

class Bus:
    queue = Queue()

    @classmethod
    def publish_forever(cls, source):
        for message in source.listen():
            cls.queue.put(message)

    @classmethod
    def deliver_forever(cls):
        while True:
            print(cls.queue.get())

def main(source):
    Thread(target=Bus.publish_forever, args=(source,)).start()
    Thread(target=Bus.deliver_forever).start()
""",
    {"Queue()": "Queue(maxsize=10)"},
)

pair(
    RULE,
    "mini",
    """
import queue, threading
q = queue.Queue()
def producer():
    while True:
        q.put(object())
def consumer():
    while True:
        q.get()
threading.Thread(target=producer).start()
threading.Thread(target=consumer).start()
""",
    {"queue.Queue()": "queue.Queue(maxsize=100)"},
)

pair(
    RULE,
    "short asyncio",
    """
import asyncio
async def producer(q):
    while True:
        await q.put(1)
async def consumer(q):
    while True:
        await q.get()
        await asyncio.sleep(1)
async def main():
    q = asyncio.Queue()
    await asyncio.gather(producer(q), consumer(q))
asyncio.run(main())
""",
    {"asyncio.Queue()": "asyncio.Queue(10)"},
)

pair(
    RULE,
    "short for rows in cursor",
    """
import queue, threading
def load(q, cursor):
    for row in cursor:
        q.put(row)
def store(q):
    while True:
        print(q.get())
def main(cursor):
    q = queue.Queue()
    threading.Thread(target=load, args=(q, cursor)).start()
    threading.Thread(target=store, args=(q,)).start()
""",
    {"queue.Queue()": "queue.Queue(maxsize=50)"},
)

pair(
    RULE,
    "short test",
    """
import queue, threading, itertools
def test_pipeline():
    q = queue.Queue()
    stop = threading.Event()
    def produce():
        for i in itertools.count():
            if stop.is_set():
                return
            q.put(i)
    t = threading.Thread(target=produce)
    t.start()
    for _ in range(10):
        q.get()
    stop.set()
    t.join()
""",
    {"queue.Queue()": "queue.Queue(maxsize=5)"},
    path="test_pipeline.py",
)

safe(
    "filled once then workers",
    """
import queue, threading
def worker(q):
    while True:
        try:
            item = q.get_nowait()
        except queue.Empty:
            return
        print(item)
def main(urls):
    q = queue.Queue()
    for u in urls:
        q.put(u)
    ts = [threading.Thread(target=worker, args=(q,)) for _ in range(4)]
    for t in ts: t.start()
    for t in ts: t.join()
""",
)

safe(
    "documentation worker",
    """
import threading
import queue

q = queue.Queue()

def worker():
    while True:
        item = q.get()
        print(f'Working on {item}')
        print(f'Finished {item}')
        q.task_done()

threading.Thread(target=worker, daemon=True).start()
for item in range(30):
    q.put(item)
q.join()
print('All work completed')
""",
)

safe(
    "result queue one per thread",
    """
import queue, threading
def go(fns):
    out = queue.Queue()
    ts = [threading.Thread(target=lambda f=f: out.put(f())) for f in fns]
    for t in ts: t.start()
    for t in ts: t.join()
    return [out.get() for _ in ts]
""",
)

safe(
    "results per item of a bounded input",
    """
import queue, threading
def worker(inq, outq):
    while (item := inq.get()) is not None:
        outq.put(item * 2)
def main(items):
    inq, outq = queue.Queue(maxsize=10), queue.Queue()
    t = threading.Thread(target=worker, args=(inq, outq))
    t.start()
    for i in [1, 2, 3]:
        inq.put(i)
    inq.put(None)
    t.join()
    return [outq.get() for _ in range(3)]
""",
)

safe(
    "bfs deque single thread",
    """
from collections import deque
import threading
lock = threading.Lock()
def bfs(graph, start):
    todo = deque([start]); seen = set()
    while todo:
        node = todo.popleft()
        for n in graph[node]:
            if n not in seen:
                seen.add(n); todo.append(n)
    return seen
""",
)

safe(
    "kombu queue",
    """
from kombu import Queue
import threading
q = Queue("tasks")
def loop(producer):
    while True:
        q.put(producer())
threading.Thread(target=loop, args=(print,)).start()
""",
)

safe(
    "logging queue handler",
    """
import logging, logging.handlers, queue
def setup():
    q = queue.Queue(-1)
    handler = logging.handlers.QueueHandler(q)
    listener = logging.handlers.QueueListener(q, logging.StreamHandler())
    logging.getLogger().addHandler(handler)
    listener.start()
    return listener
""",
)

safe(
    "stop signal queue",
    """
import queue, threading
class Worker(threading.Thread):
    def __init__(self):
        super().__init__()
        self.commands = queue.Queue()
    def run(self):
        while True:
            c = self.commands.get()
            if c == "stop":
                return
            print(c)
    def stop(self):
        self.commands.put("stop")
""",
)

safe(
    "checked size",
    """
import queue, threading, time
q = queue.Queue()
def produce(source):
    while True:
        while q.qsize() > 100:
            time.sleep(0.1)
        q.put(source.read())
def consume():
    while True:
        q.get()
def go(source):
    threading.Thread(target=produce, args=(source,), daemon=True).start()
    threading.Thread(target=consume, daemon=True).start()
""",
)

safe(
    "connection pool queue",
    """
import queue, threading
class ConnectionPool:
    def __init__(self, make, n):
        self.idle = queue.LifoQueue()
        for _ in range(n):
            self.idle.put(make())
    def use(self, fn):
        while True:
            conn = self.idle.get()
            try:
                return fn(conn)
            finally:
                self.idle.put(conn)
""",
)

safe(
    "finite in test",
    """
import queue, threading
def test_many():
    q = queue.Queue()
    def put():
        for i in range(1000):
            q.put(i)
    ts = [threading.Thread(target=put) for _ in range(8)]
    for t in ts: t.start()
    for t in ts: t.join()
    assert q.qsize() == 8000
""",
    path="tests/test_q.py",
)

safe(
    "semaphore puts",
    """
import queue, threading
class Pipe:
    def __init__(self):
        self.q = queue.Queue()
        self.slots = threading.Semaphore(8)
    def produce(self, src):
        while True:
            self.slots.acquire()
            self.q.put(src.read())
    def consume(self):
        while True:
            print(self.q.get())
            self.slots.release()
    def start(self, src):
        threading.Thread(target=self.produce, args=(src,), daemon=True).start()
        threading.Thread(target=self.consume, daemon=True).start()
""",
)

QUEUES = """
import asyncio, collections, itertools, multiprocessing, queue, socket, sys, threading, time
from concurrent.futures import ThreadPoolExecutor
def make(): return time.time()
def use(x): print(x)
BODY
"""

bad_variants(
    RULE,
    "ways",
    QUEUES,
    {
        "flag loop": """
q = queue.Queue()
running = True
def produce():
    while running:
        q.put(make())
def consume():
    while running:
        use(q.get())
for f in (produce, consume):
    threading.Thread(target=f).start()
""",
        "lifo": """
q = queue.LifoQueue()
def produce():
    while True:
        q.put(make())
def consume():
    while True:
        use(q.get())
threading.Thread(target=produce).start()
consume()
""",
        "explicit 0": """
q = queue.Queue(0)
def produce():
    while True:
        q.put(make())
def consume():
    while True:
        use(q.get())
threading.Thread(target=produce).start()
threading.Thread(target=consume).start()
""",
        "put_nowait": """
q = queue.Queue()
def produce():
    while True:
        q.put_nowait(make())
        time.sleep(0.01)
def consume():
    while True:
        use(q.get())
threading.Thread(target=produce).start()
threading.Thread(target=consume).start()
""",
        "file lines": """
q = queue.Queue()
def produce(path):
    with open(path) as f:
        for line in f:
            q.put(line)
    q.put(None)
def consume():
    while (x := q.get()) is not None:
        use(x)
threading.Thread(target=produce, args=("x",)).start()
threading.Thread(target=consume).start()
""",
        "count": """
q = queue.Queue()
def produce():
    for i in itertools.count():
        q.put(i)
def consume():
    while True:
        use(q.get())
threading.Thread(target=produce).start()
threading.Thread(target=consume).start()
""",
        "socket": """
q = queue.Queue()
def produce(s):
    while chunk := s.recv(4096):
        q.put(chunk)
def consume():
    while True:
        use(q.get())
def main():
    s = socket.create_connection(("h", 1))
    threading.Thread(target=produce, args=(s,)).start()
    consume()
""",
        "class attr": """
class P:
    def __init__(self):
        self.q = queue.Queue()
        self.stop = threading.Event()
    def produce(self):
        while not self.stop.is_set():
            self.q.put(make())
    def consume(self):
        while not self.stop.is_set():
            use(self.q.get())
    def run(self):
        with ThreadPoolExecutor(2) as ex:
            fs = [ex.submit(self.produce), ex.submit(self.consume)]
            for f in fs:
                f.result()
""",
        "asyncio": """
async def produce(q):
    while True:
        await q.put(make())
        await asyncio.sleep(0)
async def consume(q):
    while True:
        use(await q.get())
async def main():
    q = asyncio.Queue()
    async with asyncio.TaskGroup() as tg:
        tg.create_task(produce(q))
        tg.create_task(consume(q))
""",
        "mp": """
def produce(q):
    while True:
        q.put(make())
def consume(q):
    while True:
        use(q.get())
def main():
    q = multiprocessing.Queue()
    ps = [multiprocessing.Process(target=f, args=(q,)) for f in (produce, consume)]
    for p in ps: p.start()
    for p in ps: p.join()
""",
        "deque": """
d = collections.deque()
def produce():
    while True:
        d.append(make())
def consume():
    while True:
        if d:
            use(d.popleft())
threading.Thread(target=produce).start()
threading.Thread(target=consume).start()
""",
        "generator source": """
def ticks():
    while True:
        yield make()
q = queue.Queue()
def produce():
    for t in ticks():
        q.put(t)
def consume():
    while True:
        use(q.get())
threading.Thread(target=produce).start()
threading.Thread(target=consume).start()
""",
        "main produces": """
q = queue.Queue()
def consume():
    while True:
        use(q.get())
        q.task_done()
threading.Thread(target=consume, daemon=True).start()
while True:
    q.put(make())
""",
    },
)

safe_variants(
    "bounded",
    QUEUES,
    {
        "flag loop": """
q = queue.Queue(maxsize=10)
running = True
def produce():
    while running:
        q.put(make())
def consume():
    while running:
        use(q.get())
for f in (produce, consume):
    threading.Thread(target=f).start()
""",
        "lifo": """
q = queue.LifoQueue(maxsize=10)
def produce():
    while True:
        q.put(make())
def consume():
    while True:
        use(q.get())
threading.Thread(target=produce).start()
consume()
""",
        "explicit 0": """
q = queue.Queue(10)
def produce():
    while True:
        q.put(make())
def consume():
    while True:
        use(q.get())
threading.Thread(target=produce).start()
threading.Thread(target=consume).start()
""",
        "put_nowait": """
q = queue.Queue(maxsize=10)
def produce():
    while True:
        q.put_nowait(make())
        time.sleep(0.01)
def consume():
    while True:
        use(q.get())
threading.Thread(target=produce).start()
threading.Thread(target=consume).start()
""",
        "file lines": """
q = queue.Queue(maxsize=10)
def produce(path):
    with open(path) as f:
        for line in f:
            q.put(line)
    q.put(None)
def consume():
    while (x := q.get()) is not None:
        use(x)
threading.Thread(target=produce, args=("x",)).start()
threading.Thread(target=consume).start()
""",
        "count": """
q = queue.Queue(maxsize=10)
def produce():
    for i in itertools.count():
        q.put(i)
def consume():
    while True:
        use(q.get())
threading.Thread(target=produce).start()
threading.Thread(target=consume).start()
""",
        "socket": """
q = queue.Queue(maxsize=10)
def produce(s):
    while chunk := s.recv(4096):
        q.put(chunk)
def consume():
    while True:
        use(q.get())
def main():
    s = socket.create_connection(("h", 1))
    threading.Thread(target=produce, args=(s,), daemon=True).start()
    consume()
""",
        "class attr": """
class P:
    def __init__(self):
        self.q = queue.Queue(maxsize=10)
        self.stop = threading.Event()
    def produce(self):
        while not self.stop.is_set():
            self.q.put(make())
    def consume(self):
        while not self.stop.is_set():
            use(self.q.get())
    def run(self):
        with ThreadPoolExecutor(2) as ex:
            fs = [ex.submit(self.produce), ex.submit(self.consume)]
            for f in fs:
                f.result()
""",
        "asyncio": """
async def produce(q):
    while True:
        await q.put(make())
        await asyncio.sleep(0)
async def consume(q):
    while True:
        use(await q.get())
async def main():
    q = asyncio.Queue(maxsize=10)
    async with asyncio.TaskGroup() as tg:
        tg.create_task(produce(q))
        tg.create_task(consume(q))
""",
        "mp": """
def produce(q):
    while True:
        q.put(make())
def consume(q):
    while True:
        use(q.get())
def main():
    q = multiprocessing.Queue(maxsize=10)
    ps = [multiprocessing.Process(target=f, args=(q,)) for f in (produce, consume)]
    for p in ps: p.start()
    for p in ps: p.join()
""",
        "generator source": """
def ticks():
    while True:
        yield make()
q = queue.Queue(maxsize=10)
def produce():
    for t in ticks():
        q.put(t)
def consume():
    while True:
        use(q.get())
threading.Thread(target=produce).start()
threading.Thread(target=consume).start()
""",
        "main produces": """
q = queue.Queue(maxsize=10)
def consume():
    while True:
        use(q.get())
        q.task_done()
threading.Thread(target=consume, daemon=True).start()
while True:
    q.put(make())
""",
    },
)

safe_variants(
    "queue",
    QUEUES,
    {
        "range": """
q = queue.Queue()
def produce():
    for i in range(10):
        q.put(i)
def consume():
    for i in range(10):
        use(q.get())
threading.Thread(target=produce).start()
threading.Thread(target=consume).start()
""",
        "list": """
q = queue.Queue()
def main(items):
    ts = [threading.Thread(target=consume) for _ in range(4)]
    for t in ts: t.start()
    for i in items:
        q.put(i)
    for t in ts: q.put(None)
    for t in ts: t.join()
def consume():
    while (x := q.get()) is not None:
        use(x)
""",
        "result": """
def main(jobs):
    out = queue.Queue()
    def w(j):
        out.put(j())
    ts = [threading.Thread(target=w, args=(j,)) for j in jobs]
    for t in ts: t.start()
    for t in ts: t.join()
    return [out.get() for _ in ts]
""",
        "maxlen deque": """
d = collections.deque(maxlen=100)
def produce():
    while True:
        d.append(make())
def consume():
    while True:
        if d: use(d.popleft())
threading.Thread(target=produce).start()
threading.Thread(target=consume).start()
""",
        "config": """
class P:
    def __init__(self, size):
        self.q = queue.Queue(size)
    def produce(self):
        while True:
            self.q.put(make())
    def consume(self):
        while True:
            use(self.q.get())
    def go(self):
        threading.Thread(target=self.produce, daemon=True).start()
        threading.Thread(target=self.consume, daemon=True).start()
""",
        "full check": """
q = queue.Queue()
def produce():
    while True:
        if q.qsize() < 100:
            q.put(make())
def consume():
    while True:
        use(q.get())
threading.Thread(target=produce).start()
threading.Thread(target=consume).start()
""",
        "request reply": """
req, rep = queue.Queue(), queue.Queue()
def server():
    while True:
        x = req.get()
        rep.put(x * 2)
threading.Thread(target=server, daemon=True).start()
while True:
    req.put(int(input()))
    print(rep.get())
""",
        "join each": """
q = queue.Queue()
def consume():
    while True:
        use(q.get())
        q.task_done()
threading.Thread(target=consume, daemon=True).start()
while True:
    q.put(make())
    q.join()
""",
        "same thread": """
q = queue.Queue()
def main():
    while True:
        q.put(make())
        use(q.get())
""",
        "worklist": """
q = queue.Queue()
def main(start):
    q.put(start)
    while not q.empty():
        n = q.get()
        for c in n.children:
            q.put(c)
""",
        "signal": """
q = queue.SimpleQueue()
def w():
    use(1)
    q.put("done")
threading.Thread(target=w).start()
q.get()
""",
        "mp results": """
def w(q, x):
    q.put(x * 2)
def main():
    q = multiprocessing.Queue()
    ps = [multiprocessing.Process(target=w, args=(q, x)) for x in range(4)]
    for p in ps: p.start()
    print([q.get() for _ in ps])
    for p in ps: p.join()
""",
        "async finite": """
async def produce(q, items):
    for i in items:
        await q.put(i)
    await q.put(None)
async def consume(q):
    while (x := await q.get()) is not None:
        use(x)
async def main(items):
    q = asyncio.Queue()
    await asyncio.gather(produce(q, items), consume(q))
""",
        "deque history": """
class H:
    def __init__(self):
        self.undo = collections.deque()
    def do(self, x):
        self.undo.append(x)
    def back(self):
        return self.undo.pop()
""",
    },
)

pair(
    RULE,
    "callback of a broker",
    """
import queue

class Feed:
    def __init__(self, client):
        self.inbox = queue.Queue()
        client.on_message = self._arrived

    def _arrived(self, client, userdata, message):
        self.inbox.put(message.payload)

    def read(self):
        return self.inbox.get()
""",
    {"queue.Queue()": "queue.Queue(maxsize=500)"},
    {"client.on_message": "client.on_close"},
    {"self.inbox.put(message.payload)": "if self.inbox.qsize() < 500: self.inbox.put(message.payload)"},
)

pair(
    RULE,
    "background writer",
    """
import queue
import threading

class Writer:
    def __init__(self, file):
        self._lines = queue.SimpleQueue()
        self._file = file
        self._thread = threading.Thread(target=self._write, daemon=True)
        self._thread.start()

    def __call__(self, line):
        self._lines.put(line)

    def _write(self):
        while True:
            line = self._lines.get()
            if line is None:
                return
            self._file.write(line)
""",
    {"queue.SimpleQueue()": "queue.Queue(10_000)"},
    {"self._lines.put(line)": "self._lines.put(line); self._thread.join()", "queue.SimpleQueue()": "queue.Queue(LIMIT)"},
)

pair(
    RULE,
    "subscribers in a list",
    """
import asyncio

class Hub:
    def __init__(self):
        self.subscribers = []

    async def listen(self, socket):
        queue = asyncio.Queue()
        self.subscribers.append(queue)
        while True:
            await socket.send(await queue.get())

    async def on_message(self, message):
        for queue in self.subscribers:
            await queue.put(message)
""",
    {"asyncio.Queue()": "asyncio.Queue(maxsize=10)"},
    {"on_message": "on_start"},
)

safe(
    "answers of a modem",
    """
import queue

class Modem:
    def __init__(self, port):
        self.port = port
        self.answers = queue.Queue()

    def handle_line(self, line):
        self.answers.put(line)

    def ask(self, command):
        self.port.write(command)
        return self.answers.get(timeout=5)
""",
)

pair(
    RULE,
    "producer thread reads a socket",
    """
import queue
import threading

messages = queue.Queue() #!

def receive(sock):
    while True:
        messages.put(sock.recv(4096))

def process():
    while True:
        print(messages.get())

def start(sock):
    threading.Thread(target=receive, args=(sock,), daemon=True).start()
    threading.Thread(target=process, daemon=True).start()
""",
    """
import queue
import threading

messages = queue.Queue(maxsize=1000)

def receive(sock):
    while True:
        messages.put(sock.recv(4096))

def process():
    while True:
        print(messages.get())

def start(sock):
    threading.Thread(target=receive, args=(sock,), daemon=True).start()
    threading.Thread(target=process, daemon=True).start()
""",
)

pair(
    RULE,
    "self.queue in a logger",
    """
from queue import SimpleQueue
from threading import Thread

class Writer:
    def __init__(self, path):
        self.path = path
        self.lines = SimpleQueue() #!
        self.thread = Thread(target=self._run, daemon=True)
        self.thread.start()

    def tail(self, source):
        for line in source:
            self.lines.put(line)

    def _run(self):
        with open(self.path, "a") as out:
            while True:
                out.write(self.lines.get())
""",
    """
from queue import Queue
from threading import Thread

class Writer:
    def __init__(self, path, limit):
        self.path = path
        self.lines = Queue(limit)
        self.thread = Thread(target=self._run, daemon=True)
        self.thread.start()

    def tail(self, source):
        for line in source:
            self.lines.put(line)

    def _run(self):
        with open(self.path, "a") as out:
            while True:
                out.write(self.lines.get())
""",
)

pair(
    RULE,
    "asyncio producer",
    """
import asyncio

async def produce(queue, reader):
    while True:
        await queue.put(await reader.readline())

async def consume(queue):
    while True:
        print(await queue.get())

async def main(reader):
    queue = asyncio.Queue() #!
    await asyncio.gather(produce(queue, reader), consume(queue))
""",
    """
import asyncio

async def produce(queue):
    for n in range(10):
        await queue.put(n)
    await queue.put(None)

async def consume(queue):
    while (n := await queue.get()) is not None:
        print(n)

async def main():
    queue = asyncio.Queue()
    await asyncio.gather(produce(queue), consume(queue))
""",
)

pair(
    RULE,
    "multiprocessing queue, otherwise told",
    """
import multiprocessing as mp

def grab(queue, camera):
    while True:
        queue.put(camera.read())

def main(camera):
    frames = mp.Queue() #!
    grabber = mp.Process(target=grab, args=(frames, camera))
    grabber.start()
    while True:
        print(frames.get())
""",
    """
import multiprocessing as mp

def grab(queue, camera):
    while True:
        queue.put(camera.read())

def main(camera):
    frames = mp.Queue(maxsize=4)
    grabber = mp.Process(target=grab, args=(frames, camera))
    grabber.start()
    while True:
        print(frames.get())
""",
)

pair(
    RULE,
    "deque between two threads",
    """
import threading
from collections import deque

events = deque() #!

def watch(source):
    while True:
        events.append(source.next())

def drain():
    while True:
        if events:
            print(events.popleft())

def main(source):
    threading.Thread(target=watch, args=(source,), daemon=True).start()
    threading.Thread(target=drain, daemon=True).start()
""",
    """
import threading
from collections import deque

events = deque(maxlen=100)

def watch(source):
    while True:
        events.append(source.next())

def drain():
    while True:
        if events:
            print(events.popleft())

def main(source):
    threading.Thread(target=watch, args=(source,), daemon=True).start()
    threading.Thread(target=drain, daemon=True).start()
""",
)

pair(
    RULE,
    "maxsize zero",
    """
import queue
import threading

def worker(jobs):
    while True:
        jobs.get()

def run(stream):
    jobs = queue.Queue(maxsize=0) #!
    thread = threading.Thread(target=worker, args=(jobs,), daemon=True)
    thread.start()
    for item in iter(stream.read, b""):
        jobs.put(item)
""",
    """
import queue
import threading

def worker(jobs):
    while not jobs.empty():
        jobs.get()

def run():
    jobs = queue.Queue(maxsize=0)
    for item in range(20):
        jobs.put(item)
    threads = [threading.Thread(target=worker, args=(jobs,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
""",
)

pair(
    RULE,
    "sounddevice recording",
    """
import queue
import sys

import sounddevice as sd
import soundfile as sf

blocks = queue.Queue() #!

def callback(indata, frames, time, status):
    if status:
        print(status, file=sys.stderr)
    blocks.put(indata.copy())

def record(path, rate):
    with sf.SoundFile(path, mode="x", samplerate=rate, channels=1) as file:
        with sd.InputStream(samplerate=rate, channels=1, callback=callback):
            while True:
                file.write(blocks.get())
""",
    {"queue.Queue()": "queue.Queue(maxsize=200)", "blocks.put(indata.copy())": "blocks.put_nowait(indata.copy())"},
)

pair(
    RULE,
    "server sent events announcer",
    """
import queue

from flask import Flask, Response, request

app = Flask(__name__)

class Announcer:
    def __init__(self):
        self.listeners = []

    def listen(self):
        q = queue.Queue() #!
        self.listeners.append(q)
        return q

    def announce(self, message):
        for q in self.listeners:
            q.put_nowait(message)

announcer = Announcer()

@app.route("/ping", methods=["POST"])
def ping():
    announcer.announce(request.data)
    return {}, 200

@app.route("/listen")
def listen():
    def stream():
        messages = announcer.listen()
        while True:
            yield messages.get()
    return Response(stream(), mimetype="text/event-stream")
""",
    {"queue.Queue()": "queue.Queue(maxsize=5)"},
)

pair(
    RULE,
    "websocket client with subscriptions",
    """
import asyncio
import json

class Subscription:
    def __init__(self, channel):
        self.channel = channel
        self._queue = asyncio.Queue() #!

    def feed(self, data):
        self._queue.put_nowait(data)

    def __aiter__(self):
        return self

    async def __anext__(self):
        return await self._queue.get()

class Client:
    def __init__(self, ws):
        self.ws = ws
        self._subscriptions = {}
        self._reader = None

    async def start(self):
        self._reader = asyncio.create_task(self._read())

    async def subscribe(self, channel):
        subscription = Subscription(channel)
        self._subscriptions[channel] = subscription
        await self.ws.send(json.dumps({"subscribe": channel}))
        return subscription

    async def _read(self):
        async for raw in self.ws:
            message = json.loads(raw)
            subscription = self._subscriptions.get(message["channel"])
            if subscription is not None:
                subscription.feed(message["data"])
""",
    {"asyncio.Queue()": "asyncio.Queue(maxsize=1000)"},
)

pair(
    RULE,
    "dispatch table of a session",
    """
import asyncio

class Session:
    def __init__(self, reader, writer):
        self.reader = reader
        self.writer = writer
        self.events = asyncio.Queue() #!
        self._handlers = {1: self._on_ack, 2: self._on_event}
        self._task = asyncio.create_task(self._run())

    async def _run(self):
        while True:
            kind, body = await self.read_frame()
            handler = self._handlers.get(kind, self._on_event)
            await handler(body)

    async def read_frame(self):
        header = await self.reader.readexactly(5)
        return header[0], await self.reader.readexactly(int.from_bytes(header[1:], "big"))

    async def _on_ack(self, body):
        self.writer.write(b"ok")

    async def _on_event(self, body):
        self.events.put_nowait(body)

    async def next_event(self):
        return await self.events.get()
""",
    {"asyncio.Queue()": "asyncio.Queue(100)"},
)

pair(
    RULE,
    "results of worker processes into a database",
    """
import multiprocessing as mp

def worker(tasks, results):
    while True:
        task = tasks.get()
        if task is None:
            break
        results.put((task, task ** 2))

def saver(results, path):
    import sqlite3
    db = sqlite3.connect(path)
    while True:
        row = results.get()
        db.execute("insert into results values (?, ?)", row)
        db.commit()

class Cluster:
    def __init__(self, broker, path):
        self.broker = broker
        self.tasks = mp.Queue(maxsize=100)
        self.results = mp.Queue() #!
        self.path = path

    def start(self):
        for _ in range(4):
            mp.Process(target=worker, args=(self.tasks, self.results), daemon=True).start()
        mp.Process(target=saver, args=(self.results, self.path), daemon=True).start()

    def push(self):
        while True:
            self.tasks.put(self.broker.dequeue())
""",
    {"mp.Queue() #!": "mp.Queue(maxsize=1000)"},
)

pair(
    RULE,
    "monitoring process behind a sender object",
    """
import multiprocessing
import threading

class Sender:
    def __init__(self, queue):
        self.queue = queue

    def send(self, message):
        self.queue.put((1, message))

class Collector:
    def __init__(self, messages: multiprocessing.Queue):
        self.messages = messages

    def run(self, database):
        while True:
            database.store(self.messages.get())

def collect(messages, url):
    collector = Collector(messages)
    collector.run(connect(url))

class Receiver(threading.Thread):
    def __init__(self, sock, sender):
        super().__init__(daemon=True)
        self.sock = sock
        self.sender = sender
        self.stopping = threading.Event()

    def run(self):
        while not self.stopping.is_set():
            data, peer = self.sock.recvfrom(2048)
            self.sender.send(data)

class Hub:
    def start(self, sock, url):
        self.messages = multiprocessing.Queue() #!
        self.process = multiprocessing.Process(target=collect, args=(self.messages,), kwargs={"url": url})
        self.process.start()
        self.receiver = Receiver(sock, Sender(self.messages))
        self.receiver.start()
""",
    {"multiprocessing.Queue() #!": "multiprocessing.Queue(10_000)"},
)

pair(
    RULE,
    "events that the user takes",
    """
import queue
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

class Subscription:
    def __init__(self, sid, events=None):
        self.sid = sid
        #: Where events arrive; take them with ``subscription.events.get()``.
        self.events = queue.Queue() if events is None else events #!

    def send_event(self, event):
        self.events.put(event)

class Handler(BaseHTTPRequestHandler):
    def do_NOTIFY(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        subscription = self.server.subscriptions.get(self.headers["sid"])
        if subscription is not None:
            subscription.send_event(body)
        self.send_response(200)
        self.end_headers()

class Listener(threading.Thread):
    def __init__(self, address):
        super().__init__(daemon=True)
        self.server = HTTPServer(address, Handler)
        self.server.subscriptions = {}

    def add(self, sid):
        subscription = Subscription(sid)
        self.server.subscriptions[sid] = subscription
        return subscription

    def run(self):
        self.server.serve_forever()
""",
    {"queue.Queue() if": "queue.Queue(1000) if"},
)

pair(
    RULE,
    "asyncio protocol with a reader of its own",
    """
import asyncio

class Lines(asyncio.Protocol):
    def __init__(self):
        self._lines = asyncio.Queue() #!
        self._rest = b""

    def data_received(self, data):
        self._rest += data
        *lines, self._rest = self._rest.split(b"\\n")
        for line in lines:
            self._deliver(line)

    def _deliver(self, line):
        self._lines.put_nowait(line)

    async def readline(self):
        return await self._lines.get()
""",
    {"asyncio.Queue()": "asyncio.Queue(maxsize=100)"},
)

pair(
    RULE,
    "thread safe call from a driver's thread",
    """
import asyncio

class Scanner:
    def __init__(self, adapter):
        self.adapter = adapter
        self.loop = None
        self.found = None

    async def start(self):
        self.loop = asyncio.get_running_loop()
        self.found = asyncio.Queue() #!
        self.adapter.register_callback(self._on_advertisement)

    def _on_advertisement(self, device, data):
        self.loop.call_soon_threadsafe(self.found.put_nowait, (device, data))

    async def advertisements(self):
        while True:
            yield await self.found.get()
""",
    {"asyncio.Queue()": "asyncio.Queue(100)"},
)

pair(
    RULE,
    "module with a worker and a function for everybody",
    """
import atexit
import queue
import threading

import requests

_pending = queue.Queue() #!

def track(name, **properties):
    _pending.put({"name": name, "properties": properties})

def _deliver():
    while True:
        event = _pending.get()
        requests.post("https://stats.example", json=event, timeout=10)
        _pending.task_done()

_thread = threading.Thread(target=_deliver, daemon=True)
_thread.start()
atexit.register(_pending.join)
""",
    {"queue.Queue()": "queue.Queue(maxsize=1000)"},
)

pair(
    RULE,
    "keyboard listener",
    """
import queue

from pynput import keyboard, mouse

moves = queue.SimpleQueue() #!

def on_move(x, y):
    moves.put((x, y))

def main(store):
    with mouse.Listener(on_move=on_move):
        while True:
            store.save(moves.get())
""",
    {"queue.SimpleQueue()": "queue.Queue(100)"},
)

pair(
    RULE,
    "chat server with a queue for each client",
    """
import asyncio

class Server:
    def __init__(self):
        self.outboxes = {}

    async def handle(self, reader, writer):
        outbox = asyncio.Queue() #!
        self.outboxes[writer] = outbox
        sender = asyncio.create_task(self.send(outbox, writer))
        try:
            while line := await reader.readline():
                self.broadcast(line)
        finally:
            del self.outboxes[writer]
            sender.cancel()

    def broadcast(self, line):
        for outbox in self.outboxes.values():
            outbox.put_nowait(line)

    async def send(self, outbox, writer):
        while True:
            writer.write(await outbox.get())
            await writer.drain()

async def main():
    server = Server()
    async with await asyncio.start_server(server.handle, port=8888) as running:
        await running.serve_forever()
""",
    {"asyncio.Queue()": "asyncio.Queue(maxsize=50)"},
)

pair(
    RULE,
    "camera thread",
    """
import threading
from queue import Queue

import cv2

class Camera:
    def __init__(self, source):
        self.capture = cv2.VideoCapture(source)
        self.frames = Queue() #!
        self.stopped = False

    def start(self):
        thread = threading.Thread(target=self._update)
        thread.daemon = True
        thread.start()
        return self

    def _update(self):
        while True:
            if self.stopped:
                return
            grabbed, frame = self.capture.read()
            if not grabbed:
                self.stopped = True
                return
            self.frames.put(frame)

    def read(self):
        return self.frames.get()
""",
    {"Queue() #!": "Queue(maxsize=128)"},
)

pair(
    RULE,
    "zmq receiver and a reader by name",
    """
import threading
from queue import Queue

import zmq

class Channel:
    def __init__(self, address):
        self._inbox = Queue() #!
        self._socket = zmq.Context().socket(zmq.SUB)
        self._socket.connect(address)
        self._socket.subscribe(b"")
        self._thread = threading.Thread(target=self._receive, daemon=True)
        self._thread.start()

    def _receive(self):
        while True:
            parts = self._socket.recv_multipart()
            self._handle(parts)

    def _handle(self, parts):
        topic, body = parts
        self._inbox.put((topic, body))

    def get_message(self, timeout=None):
        return self._inbox.get(timeout=timeout)
""",
    {"Queue() #!": "Queue(1000)"},
)

pair(
    RULE,
    "depth only told in the log",
    """
import logging
import queue
import threading

log = logging.getLogger(__name__)

class Relay:
    def __init__(self, source, sink):
        self.source = source
        self.sink = sink
        self.waiting = queue.Queue() #!

    def start(self):
        threading.Thread(target=self.read, daemon=True).start()
        threading.Thread(target=self.write, daemon=True).start()

    def read(self):
        while True:
            self.waiting.put(self.source.recv())
            log.debug("%d messages wait", self.waiting.qsize())

    def write(self):
        while True:
            self.sink.send(self.waiting.get())
""",
    {'log.debug("%d messages wait", self.waiting.qsize())': "while self.waiting.qsize() > 100:\n                self.pause()"},
    {
        "self.waiting.put(self.source.recv())": "message = self.source.recv()",
        'log.debug("%d messages wait", self.waiting.qsize())': "if self.waiting.qsize() < 100:\n                self.waiting.put(message)",
    },
)

pair(
    RULE,
    "notifications of a database connection",
    """
import asyncio
import asyncpg

class Listener:
    def __init__(self, dsn):
        self.dsn = dsn
        self.notifications = asyncio.Queue() #!

    async def connect(self):
        self.connection = await asyncpg.connect(self.dsn)
        await self.connection.add_listener("jobs", self._notified)

    def _notified(self, connection, pid, channel, payload):
        self.notifications.put_nowait((channel, payload))

    async def wait(self):
        return await self.notifications.get()
""",
    {"asyncio.Queue()": "asyncio.Queue(maxsize=10)"},
)

pair(
    RULE,
    "pipeline of two queues",
    """
import queue
import threading

class Pipeline:
    def __init__(self, sock):
        self.sock = sock
        self.raw = queue.Queue(maxsize=100)
        self.parsed = queue.Queue() #!

    def start(self):
        for target in (self._read, self._parse, self._store):
            threading.Thread(target=target, daemon=True).start()

    def _read(self):
        while True:
            self.raw.put(self.sock.recv(4096))

    def _parse(self):
        while True:
            data = self.raw.get()
            self.parsed.put(data.decode())

    def _store(self):
        while True:
            with open("out.log", "a") as file:
                file.write(self.parsed.get())
""",
    {"queue.Queue() #!": "queue.Queue(maxsize=100)"},
    {"self.parsed.put(data.decode())": "print(data.decode())", "self._store)": ")", "self.parsed.get()": "''"},
)

pair(
    RULE,
    "threads made of a class with a queue given",
    """
import queue
import threading

class Producer(threading.Thread):
    def __init__(self, out, port):
        threading.Thread.__init__(self)
        self.out = out
        self.port = port
        self.running = True

    def run(self):
        while self.running:
            line = self.port.readline()
            if line:
                self.emit(line)

    def emit(self, line):
        self.out.put(line.strip())

class Consumer(threading.Thread):
    def __init__(self, source):
        threading.Thread.__init__(self)
        self.source = source

    def run(self):
        while True:
            line = self.source.get()
            if line is None:
                return
            print(line)

def main(port):
    lines = queue.Queue() #!
    producer = Producer(lines, port)
    consumer = Consumer(lines)
    producer.start()
    consumer.start()
    producer.join()
    lines.put(None)
    consumer.join()
""",
    {"queue.Queue()": "queue.Queue(maxsize=512)"},
)

pair(
    RULE,
    "webhooks to one background task",
    """
import asyncio

from fastapi import FastAPI, Request

app = FastAPI()
jobs = asyncio.Queue() #!

async def work():
    while True:
        job = await jobs.get()
        await asyncio.sleep(1)
        print(job)

@app.on_event("startup")
async def startup():
    asyncio.create_task(work())

@app.post("/hook")
async def hook(request: Request):
    await jobs.put(await request.json())
    return {"ok": True}
""",
    {"asyncio.Queue()": "asyncio.Queue(maxsize=1000)"},
)

pair(
    RULE,
    "deque between a callback and a thread",
    """
import collections
import threading
import time

class Recorder:
    def __init__(self, client, database):
        self.rows = collections.deque() #!
        self.database = database
        client.on_message = self.on_message
        threading.Thread(target=self._flush, daemon=True).start()

    def on_message(self, client, userdata, message):
        self.rows.append(message.payload)

    def _flush(self):
        while True:
            try:
                self.database.insert(self.rows.popleft())
            except IndexError:
                time.sleep(0.1)
""",
    {"collections.deque()": "collections.deque(maxlen=10_000)"},
)

pair(
    RULE,
    "gRPC stream pump",
    """
import queue
import threading

class Watch:
    def __init__(self, stub, request):
        self._responses = queue.Queue() #!
        self._call = stub.Watch(request)
        self._thread = threading.Thread(target=self._pump, daemon=True)
        self._thread.start()

    def _pump(self):
        for response in self._call:
            for event in response.events:
                self._responses.put(event)

    def __iter__(self):
        return self

    def __next__(self):
        return self._responses.get()
""",
    {"queue.Queue()": "queue.Queue(100)"},
)

pair(
    RULE,
    "output of a child process in two threads",
    """
import queue
import subprocess
import threading

class Child:
    def __init__(self, command):
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.lines = queue.Queue() #!
        threading.Thread(target=self._drain, args=(self.process.stdout, self.lines), daemon=True).start()

    @staticmethod
    def _drain(pipe, lines):
        with pipe:
            for line in iter(pipe.readline, b""):
                lines.put(line)

    def readline(self, timeout=0.1):
        try:
            return self.lines.get(timeout=timeout)
        except queue.Empty:
            return None
""",
    {"queue.Queue()": "queue.Queue(maxsize=1000)"},
)

pair(
    RULE,
    "twisted protocol and a worker thread",
    """
import queue
import threading

from twisted.internet import protocol
from twisted.protocols.basic import LineReceiver

inbox = queue.Queue() #!

class Receiver(LineReceiver):
    def lineReceived(self, line):
        inbox.put(line)

class Factory(protocol.ServerFactory):
    protocol = Receiver

def work(database):
    while True:
        database.insert(inbox.get())

def start(database):
    threading.Thread(target=work, args=(database,), daemon=True).start()
""",
    {"queue.Queue()": "queue.Queue(maxsize=1000)"},
)

pair(
    RULE,
    "state listeners in a list of other objects",
    """
import asyncio

class Feed:
    def __init__(self):
        self._items = asyncio.Queue() #!

    def push(self, item):
        self._items.put_nowait(item)

    async def pull(self):
        return await self._items.get()

class Bus:
    def __init__(self, transport):
        self.transport = transport
        self.feeds = []

    def open(self):
        feed = Feed()
        self.feeds.append(feed)
        return feed

    async def run(self):
        while True:
            message = await self.transport.receive()
            for feed in self.feeds:
                feed.push(message)
""",
    {"asyncio.Queue()": "asyncio.Queue(maxsize=16)"},
)

pair(
    RULE,
    "log lines of threads into a GUI",
    """
import queue
import threading
import tkinter as tk

class App:
    def __init__(self, root, device):
        self.root = root
        self.device = device
        self.values = queue.Queue() #!
        threading.Thread(target=self.measure, daemon=True).start()
        self.root.after(200, self.update)

    def measure(self):
        while True:
            self.values.put(self.device.read())

    def update(self):
        try:
            self.root.title(self.values.get_nowait())
        except queue.Empty:
            pass
        self.root.after(200, self.update)
""",
    {"queue.Queue()": "queue.Queue(maxsize=10)"},
)

safe(
    "nodes of a job handed out and back",
    """
import queue
import threading

class Nodes:
    def __init__(self, names):
        self.free = queue.Queue()
        for name in names:
            self.free.put(name)

    def take(self, count):
        return [self.free.get() for _ in range(count)]

    def give_back(self, names):
        for name in names:
            self.free.put(name)

class Scheduler:
    def __init__(self, nodes, jobs):
        self.nodes = nodes
        self.jobs = jobs

    def start(self):
        threading.Thread(target=self.collect, daemon=True).start()

    def collect(self):
        while True:
            job = self.jobs.finished()
            self.nodes.give_back(job.nodes)

    def place(self, job):
        job.nodes = self.nodes.take(job.count)
""",
)

safe(
    "one request at a time to a worker",
    """
import queue
import threading

class Proxy:
    def __init__(self, resource):
        self.resource = resource
        self.requests = queue.Queue()
        self.answers = queue.Queue()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            name, args = self.requests.get()
            self.answers.put(getattr(self.resource, name)(*args))

    def call(self, name, *args):
        self.requests.put((name, args))
        return self.answers.get()
""",
)

safe(
    "results of as many tasks as there are",
    """
import multiprocessing

def work(tasks, results):
    for number in iter(tasks.get, None):
        results.put(number * number)

def squares(numbers, count=4):
    numbers = list(numbers)
    tasks, results = multiprocessing.Queue(), multiprocessing.Queue()
    workers = [multiprocessing.Process(target=work, args=(tasks, results)) for _ in range(count)]
    for worker in workers:
        worker.start()
    for number in numbers:
        tasks.put(number)
    for _ in workers:
        tasks.put(None)
    found = [results.get() for _ in numbers]
    for worker in workers:
        worker.join()
    return found

if __name__ == "__main__":
    print(squares(range(10)))
""",
)

safe(
    "commands of a person",
    """
import queue
import threading

class Player:
    def __init__(self, device):
        self.device = device
        self.commands = queue.Queue()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def play(self):
        self.commands.put("play")

    def pause(self):
        self.commands.put("pause")

    def stop(self):
        self.commands.put(None)
        self.thread.join()

    def run(self):
        while True:
            command = self.commands.get()
            if command is None:
                return
            self.device.send(command)
""",
)

safe(
    "how the start went",
    """
import queue
import threading

class Server:
    def __init__(self, make):
        self.make = make
        self.started = queue.Queue()

    def start(self):
        threading.Thread(target=self.run, daemon=True).start()
        port = self.started.get(timeout=5)
        if isinstance(port, Exception):
            raise port
        return port

    def run(self):
        try:
            server = self.make()
        except OSError as error:
            self.started.put(error)
            return
        self.started.put(server.port)
        server.serve_forever()
""",
)

safe(
    "pages of a known listing",
    """
import asyncio

async def fetch(session, todo, done):
    while True:
        url = await todo.get()
        async with session.get(url) as answer:
            await done.put(await answer.text())
        todo.task_done()

async def crawl(session, urls):
    todo, done = asyncio.Queue(), asyncio.Queue()
    for url in urls:
        todo.put_nowait(url)
    workers = [asyncio.create_task(fetch(session, todo, done)) for _ in range(8)]
    await todo.join()
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
    return [done.get_nowait() for _ in range(done.qsize())]
""",
)

safe(
    "a window of unacknowledged messages",
    """
import queue
import threading

class Publisher:
    def __init__(self, sock, window=100):
        self.sock = sock
        self.window = threading.Semaphore(window)
        self.outgoing = queue.Queue()
        threading.Thread(target=self._send, daemon=True).start()

    def publish(self, message):
        self.window.acquire()
        self.outgoing.put(message)

    def acknowledged(self):
        self.window.release()

    def _send(self):
        while True:
            self.sock.sendall(self.outgoing.get())
""",
)

safe(
    "a bound of the project's own",
    """
import queue
import threading

class Sink:
    def __init__(self, limit, post):
        self.limit = limit
        self.post = post
        self.dropped = 0
        self.records = queue.Queue()
        threading.Thread(target=self._run, daemon=True).start()

    def emit_record(self, record):
        if self.records.qsize() >= self.limit:
            self.dropped += 1
            return
        self.records.put(record)

    def _run(self):
        while True:
            self.post(self.records.get())
""",
)

pair(
    RULE,
    "polling through an action",
    """
import asyncio

class Updater:
    def __init__(self, bot):
        self.bot = bot
        self.update_queue = asyncio.Queue() #!

    async def start(self):
        async def poll():
            for update in await self.bot.get_updates():
                await self.update_queue.put(update)
        self.task = asyncio.create_task(self._loop(action=poll))

    async def _loop(self, action):
        while True:
            await action()

class Application:
    def __init__(self, updater: Updater):
        self.updater = updater

    async def run(self):
        while True:
            update = await self.updater.update_queue.get()
            await asyncio.sleep(1)
""",
    {"asyncio.Queue()": "asyncio.Queue(maxsize=100)"},
)
pair(
    RULE,
    "a connection that calls back",
    """
import queue
import threading

class Connection:
    def __init__(self, sock, deliver):
        self.sock = sock
        self._deliver = deliver
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        while True:
            data = self.sock.recv(4096)
            if not data:
                return
            self._deliver(data)

class Client:
    def __init__(self, sock):
        self.answers = queue.Queue() #!
        self.connection = Connection(sock, self._put_away)

    def _put_away(self, data):
        self.answers.put(data)

    def read(self):
        return self.answers.get()
""",
    {"queue.Queue()": "queue.Queue(maxsize=100)"},
)
pair(
    RULE,
    "socket mode client",
    """
import threading
from queue import Queue

import websocket

class SocketModeClient:
    def __init__(self):
        self.message_queue = Queue() #!
        self.worker = threading.Thread(target=self.process_messages, daemon=True)
        self.worker.start()

    def connect(self, url):
        def on_message(ws, message):
            self.enqueue_message(message)

        def on_close(ws, code, reason):
            print(code)

        self.app = websocket.WebSocketApp(url, on_message=on_message, on_close=on_close)
        threading.Thread(target=self.app.run_forever, daemon=True).start()

    def enqueue_message(self, message):
        self.message_queue.put(message)

    def process_messages(self):
        while True:
            self.run_message_listeners(self.message_queue.get())

    def run_message_listeners(self, message):
        print(message)
""",
    {"Queue() #!": "Queue(maxsize=1000)"},
)
pair(
    RULE,
    "a service's own task",
    """
import asyncio
from mode import Service

class Pusher(Service):
    def __post_init__(self):
        self.queue = asyncio.Queue() #!

    def push(self, error):
        self.queue.put_nowait(error)

    @Service.task
    async def _flush(self):
        while not self.should_stop:
            await self.send(await self.queue.get())
""",
    {"asyncio.Queue()": "asyncio.Queue(maxsize=100)"},
)

bad(
    RULE,
    "bus of listeners in a dict of sets",
    """
import asyncio
class EventBus:
    def __init__(self):
        self._subs = {}
    def subscribe(self, topic):
        q = asyncio.Queue() #!
        self._subs.setdefault(topic, set()).add(q)
        return q
    def publish(self, topic, event):
        for q in self._subs.get(topic, ()):
            q.put_nowait(event)
async def feed(bus, ws):
    async for msg in ws:
        bus.publish(msg.topic, msg)
async def consumer(bus):
    q = bus.subscribe("a")
    while True:
        event = await q.get()
        await asyncio.sleep(1)
async def main(ws):
    bus = EventBus()
    await asyncio.gather(feed(bus, ws), consumer(bus))
""",
)

bad(
    RULE,
    "generator subscription",
    """
import asyncio
class Hub:
    def __init__(self):
        self.clients = set()
    async def events(self):
        queue = asyncio.Queue() #!
        self.clients.add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            self.clients.discard(queue)
    async def run(self, source):
        while True:
            event = await source.next()
            for queue in self.clients:
                await queue.put(event)
""",
)

bad(
    RULE,
    "serial threaded",
    """
import threading, queue, serial
class SerialDevice(threading.Thread):
    def __init__(self, port):
        super().__init__(daemon=True)
        self.ser = serial.Serial(port)
        self.rx = queue.Queue() #!
        self._alive = True
    def run(self):
        while self._alive:
            line = self.ser.readline()
            if line:
                self._on_line(line)
    def _on_line(self, line):
        self.rx.put(line.decode())
    def get(self, timeout=1):
        try:
            return self.rx.get(timeout=timeout)
        except queue.Empty:
            return None
""",
)

bad(
    RULE,
    "udp receiver dataclass",
    """
import queue, socket, threading
from dataclasses import dataclass, field
@dataclass
class Receiver:
    port: int
    packets: queue.Queue = field(default_factory=queue.Queue) #!
    def start(self):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(("", self.port))
        threading.Thread(target=self._loop, args=(sock,), daemon=True).start()
    def _loop(self, sock):
        while True:
            data, addr = sock.recvfrom(65535)
            self.packets.put((addr, data))
    def drain(self):
        out = []
        while not self.packets.empty():
            out.append(self.packets.get_nowait())
        return out
""",
)

bad(
    RULE,
    "worker results consumer thread class",
    """
import multiprocessing as mp
import threading
class Pipeline:
    def __init__(self, n):
        self.inq = mp.Queue(maxsize=32)
        self.outq = mp.Queue() #!
        self.procs = [mp.Process(target=self._work, args=(self.inq, self.outq)) for _ in range(n)]
        self.writer = threading.Thread(target=self._write, daemon=True)
    def start(self):
        for p in self.procs:
            p.start()
        self.writer.start()
    @staticmethod
    def _work(inq, outq):
        while True:
            job = inq.get()
            if job is None:
                return
            outq.put(render(job))
    def _write(self):
        while True:
            save(self.outq.get())
    def run(self, stream):
        for job in stream:
            self.inq.put(job)
def render(job): return job
def save(x): pass
""",
)

bad(
    RULE,
    "logging handler with queue and thread",
    """
import logging, queue, threading, requests
class HTTPHandler(logging.Handler):
    def __init__(self, url):
        super().__init__()
        self.url = url
        self.queue = queue.Queue() #!
        self.worker = threading.Thread(target=self._send_loop, daemon=True)
        self.worker.start()
    def emit(self, record):
        self.queue.put(self.format(record))
    def _send_loop(self):
        while True:
            requests.post(self.url, data=self.queue.get())
""",
)

bad(
    RULE,
    "gather workers async",
    """
import asyncio
async def reader(websocket, queue):
    while True:
        message = await websocket.recv()
        queue.put_nowait(message)
async def worker(queue, db):
    while True:
        message = await queue.get()
        await db.insert(message)
async def main(websocket, db):
    queue = asyncio.Queue() #!
    tasks = [asyncio.create_task(reader(websocket, queue))]
    tasks += [asyncio.create_task(worker(queue, db)) for _ in range(3)]
    await asyncio.gather(*tasks)
""",
)

bad(
    RULE,
    "taskgroup",
    """
import asyncio
class App:
    def __init__(self, bus):
        self.bus = bus
        self._outgoing: asyncio.Queue[bytes] = asyncio.Queue() #!
    async def run(self):
        async with asyncio.TaskGroup() as tg:
            tg.create_task(self._pump())
            tg.create_task(self._sender())
    async def _pump(self):
        async for frame in self.bus.frames():
            await self._forward(frame)
    async def _forward(self, frame):
        await self._outgoing.put(frame.raw)
    async def _sender(self):
        while True:
            raw = await self._outgoing.get()
            await self.bus.send(raw)
""",
)

bad(
    RULE,
    "executor pump",
    """
from concurrent.futures import ThreadPoolExecutor
import queue
class Tail:
    def __init__(self, path):
        self.path = path
        self.lines = queue.Queue() #!
        self.pool = ThreadPoolExecutor(2)
    def start(self):
        self.pool.submit(self._follow)
        self.pool.submit(self._ship)
    def _follow(self):
        with open(self.path) as f:
            while True:
                line = f.readline()
                if line:
                    self.lines.put(line)
    def _ship(self):
        while True:
            print(self.lines.get())
""",
)

bad(
    RULE,
    "inherited queue from base class",
    """
import queue, threading
class Base:
    def __init__(self):
        self.queue = queue.Queue() #!
    def start(self):
        threading.Thread(target=self.produce, daemon=True).start()
        threading.Thread(target=self.consume, daemon=True).start()
class Impl(Base):
    def produce(self):
        while True:
            self.queue.put(self.read())
    def read(self):
        return 1
    def consume(self):
        while True:
            self.write(self.queue.get())
    def write(self, x):
        print(x)
""",
)

bad(
    RULE,
    "base produce calls abstract",
    """
import queue, threading
class Source(threading.Thread):
    def __init__(self, sink):
        super().__init__()
        self.sink = sink
    def run(self):
        while True:
            self.sink.accept_row(self.fetch())
    def fetch(self):
        return 1
class Sink(threading.Thread):
    def __init__(self):
        super().__init__()
        self.rows = queue.Queue() #!
    def accept_row(self, row):
        self.rows.put(row)
    def run(self):
        while True:
            row = self.rows.get()
            print(row)
def main():
    sink = Sink()
    source = Source(sink)
    sink.start(); source.start()
""",
)

bad(
    RULE,
    "async client incoming",
    """
import asyncio
class Client:
    def __init__(self, host):
        self.host = host
        self.messages = asyncio.Queue() #!
        self._task = None
    async def __aenter__(self):
        self.reader, self.writer = await asyncio.open_connection(self.host, 80)
        self._task = asyncio.create_task(self._receive())
        return self
    async def __aexit__(self, *exc):
        self._task.cancel()
    async def _receive(self):
        while True:
            line = await self.reader.readline()
            if not line:
                break
            await self.messages.put(line)
""",
)

bad(
    RULE,
    "match dispatch",
    """
import asyncio, json
class Rpc:
    def __init__(self, stream):
        self.stream = stream
        self.notifications = asyncio.Queue() #!
        self.pending = {}
    async def serve(self):
        while True:
            raw = await self.stream.read_message()
            self._dispatch(json.loads(raw))
    def _dispatch(self, msg):
        match msg:
            case {"id": ident}:
                self.pending.pop(ident).set_result(msg)
            case {"method": method}:
                self.notifications.put_nowait(msg)
    async def next_notification(self):
        return await self.notifications.get()
""",
)

bad(
    RULE,
    "lambda callback",
    """
import queue, threading
class W:
    def __init__(self, client):
        self.q = queue.Queue() #!
        client.subscribe("topic", callback=lambda msg: self.q.put(msg))
        threading.Thread(target=self.loop).start()
    def loop(self):
        while True:
            print(self.q.get())
""",
)

bad(
    RULE,
    "bound put as callback",
    """
import queue, threading
class W:
    def __init__(self, client):
        self.q = queue.Queue() #!
        client.subscribe("topic", callback=self.q.put)
        threading.Thread(target=self.loop).start()
    def loop(self):
        while True:
            print(self.q.get())
""",
)

bad(
    RULE,
    "call_soon bound from thread loop",
    """
import asyncio, threading
async def lines(stream):
    loop = asyncio.get_running_loop()
    q = asyncio.Queue() #!
    def pump():
        for line in stream:
            loop.call_soon_threadsafe(q.put_nowait, line)
    threading.Thread(target=pump, daemon=True).start()
    while True:
        yield await q.get()
""",
)

bad(
    RULE,
    "run_coroutine_threadsafe put",
    """
import asyncio
class Bridge:
    def __init__(self, driver):
        self.loop = asyncio.get_event_loop()
        self.queue = asyncio.Queue() #!
        driver.set_callback(self._on_sample)
    def _on_sample(self, sample):
        asyncio.run_coroutine_threadsafe(self.queue.put(sample), self.loop)
    async def samples(self):
        while True:
            yield await self.queue.get()
""",
)

bad(
    RULE,
    "flask module queue",
    """
import queue, threading
from flask import Flask, request
app = Flask(__name__)
work = queue.Queue() #!
def run():
    while True:
        process(work.get())
def process(x): pass
threading.Thread(target=run, daemon=True).start()
@app.route("/submit", methods=["POST"])
def submit():
    enqueue(request.json)
    return "ok"
def enqueue(item):
    work.put(item)
""",
)

bad(
    RULE,
    "django view",
    """
import queue, threading
jobs = queue.Queue() #!
def worker():
    while True:
        jobs.get()()
class Worker(threading.Thread):
    def run(self):
        while True:
            item = jobs.get()
            print(item)
Worker(daemon=True).start()
def upload(request):
    jobs.put(request.FILES["f"])
""",
)

safe(
    "seeded crawl",
    """
import asyncio
async def worker(queue, seen, fetch):
    while True:
        url = await queue.get()
        for link in await fetch(url):
            if link not in seen:
                seen.add(link)
                queue.put_nowait(link)
        queue.task_done()
async def crawl(start, fetch):
    queue = asyncio.Queue()
    queue.put_nowait(start)
    tasks = [asyncio.create_task(worker(queue, {start}, fetch)) for _ in range(4)]
    await queue.join()
    for t in tasks:
        t.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
""",
)

safe(
    "results counted",
    """
import queue, threading
def check_all(hosts):
    results = queue.Queue()
    def check(host):
        results.put((host, host.ping()))
    threads = [threading.Thread(target=check, args=(h,)) for h in hosts]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return [results.get() for _ in hosts]
""",
)

safe(
    "response queue per call",
    """
import asyncio, itertools
class Rpc:
    def __init__(self, ws):
        self.ws = ws
        self.pending = {}
        self.ids = itertools.count()
    async def call(self, method):
        ident = next(self.ids)
        answer = asyncio.Queue(1)
        self.pending[ident] = answer
        await self.ws.send((ident, method))
        return await answer.get()
    async def read(self):
        async for ident, result in self.ws:
            self.pending.pop(ident).put_nowait(result)
""",
)

safe(
    "drop oldest",
    """
import queue, threading
class Latest:
    def __init__(self, camera):
        self.camera = camera
        self.q = queue.Queue()
        threading.Thread(target=self._run, daemon=True).start()
    def _run(self):
        while True:
            frame = self.camera.read()
            if not self.q.empty():
                try:
                    self.q.get_nowait()
                except queue.Empty:
                    pass
            self.q.put(frame)
    def read(self):
        return self.q.get()
""",
)

safe(
    "shutdown signal",
    """
import asyncio, signal
class Main:
    def __init__(self):
        self.signals = asyncio.Queue()
    def install(self, loop):
        for s in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(s, self.signals.put_nowait, s)
    async def run(self):
        print(await self.signals.get())
""",
)

safe(
    "error queue",
    """
import queue, threading
class Runner:
    def __init__(self, jobs):
        self.jobs = jobs
        self.errors = queue.Queue()
    def run(self):
        threads = [threading.Thread(target=self._one, args=(j,)) for j in self.jobs]
        for t in threads: t.start()
        for t in threads: t.join()
        if not self.errors.empty():
            raise self.errors.get()
    def _one(self, job):
        try:
            job()
        except Exception as e:
            self.errors.put(e)
""",
)

safe(
    "process with join per batch",
    """
import queue, threading
class Batches:
    def __init__(self, source):
        self.source = source
        self.q = queue.Queue()
        threading.Thread(target=self.work, daemon=True).start()
    def work(self):
        while True:
            print(self.q.get())
            self.q.task_done()
    def run(self):
        while True:
            for item in self.source.batch():
                self.q.put(item)
            self.q.join()
""",
)

bad(
    RULE,
    "engine class with handlers dict of queues",
    """
import asyncio
class Multiplexer:
    def __init__(self, transport):
        self.transport = transport
        self.channels = {}
    def open(self, ident):
        self.channels[ident] = asyncio.Queue() #!
    async def recv(self, ident):
        return await self.channels[ident].get()
    async def loop(self):
        while True:
            ident, data = await self.transport.read_frame()
            self.channels[ident].put_nowait(data)
""",
)

bad(
    RULE,
    "subprocess lines async",
    """
import asyncio
class Proc:
    def __init__(self, cmd):
        self.cmd = cmd
        self.output = asyncio.Queue() #!
    async def start(self):
        self.p = await asyncio.create_subprocess_exec(*self.cmd, stdout=asyncio.subprocess.PIPE)
        self.task = asyncio.create_task(self._read())
    async def _read(self):
        while True:
            line = await self.p.stdout.readline()
            if not line:
                break
            await self.output.put(line)
    async def line(self):
        return await self.output.get()
""",
)

bad(
    RULE,
    "multiprocess logger",
    """
import multiprocessing, threading, time
def child(log_queue):
    while True:
        log_queue.put(("info", "tick"))
class LogServer:
    def __init__(self):
        self.queue = multiprocessing.Queue() #!
        self.thread = threading.Thread(target=self.listen)
    def start(self):
        self.thread.start()
        for _ in range(3):
            multiprocessing.Process(target=child, args=(self.queue,)).start()
    def listen(self):
        while True:
            level, msg = self.queue.get()
            print(level, msg)
""",
)

bad(
    RULE,
    "priority scheduler",
    """
import heapq, queue, threading
class Dispatcher:
    def __init__(self, transport):
        self.transport = transport
        self._jobs = queue.PriorityQueue() #!
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(4)]
    def start(self):
        for t in self._threads:
            t.start()
        threading.Thread(target=self._poll, daemon=True).start()
    def _poll(self):
        while not self.transport.closed:
            for job in self.transport.fetch():
                self._jobs.put((job.priority, job))
    def _work(self):
        while True:
            _, job = self._jobs.get()
            job.run()
            self._jobs.task_done()
""",
)

bad(
    RULE,
    "asyncio protocol with task",
    """
import asyncio
class Proto(asyncio.DatagramProtocol):
    def __init__(self, queue):
        self.queue = queue
    def datagram_received(self, data, addr):
        self.queue.put_nowait((data, addr))
async def serve():
    queue = asyncio.Queue() #!
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: Proto(queue), local_addr=("0.0.0.0", 9999))
    while True:
        data, addr = await queue.get()
        await handle(data, addr)
async def handle(data, addr):
    await asyncio.sleep(1)
""",
)

bad(
    RULE,
    "socketserver",
    """
import queue, socketserver, threading
incoming = queue.Queue() #!
class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            incoming.put(line)
def consume():
    while True:
        print(incoming.get())
def main():
    threading.Thread(target=consume, daemon=True).start()
    with socketserver.ThreadingTCPServer(("", 9), Handler) as s:
        s.serve_forever()
""",
)

bad(
    RULE,
    "watchdog events",
    """
import queue, threading
from watchdog.events import FileSystemEventHandler
from watchdog.observers import Observer
class Handler(FileSystemEventHandler):
    def __init__(self, q):
        self.q = q
    def on_any_event(self, event):
        self.q.put(event)
def main(path):
    q = queue.Queue() #!
    obs = Observer()
    obs.schedule(Handler(q), path, recursive=True)
    obs.start()
    while True:
        event = q.get()
        print(event)
""",
)

bad(
    RULE,
    "deque buffer in threads",
    """
import collections, threading
class Player:
    def __init__(self, net):
        self.net = net
        self.packets = collections.deque() #!
        self.cond = threading.Condition()
    def start(self):
        threading.Thread(target=self.rx).start()
        threading.Thread(target=self.tx).start()
    def rx(self):
        while True:
            p = self.net.recv()
            with self.cond:
                self.packets.append(p)
                self.cond.notify()
    def tx(self):
        while True:
            with self.cond:
                while not self.packets:
                    self.cond.wait()
                p = self.packets.popleft()
            p.play()
""",
)

bad(
    RULE,
    "result sender of manager",
    """
from multiprocessing import Manager, Pool
import threading
def crunch(n, out):
    while True:
        out.put(n)
def main():
    with Manager() as m, Pool(4) as pool:
        out = m.Queue() #!
        for n in range(4):
            pool.apply_async(crunch, (n, out))
        while True:
            print(out.get())
""",
)

bad(
    RULE,
    "context object",
    """
import queue, threading
class Context:
    def __init__(self):
        self.frames = queue.Queue() #!
class Grabber(threading.Thread):
    def __init__(self, ctx):
        super().__init__()
        self.ctx = ctx
    def run(self):
        while True:
            self.ctx.frames.put(grab())
class Writer(threading.Thread):
    def __init__(self, ctx):
        super().__init__()
        self.ctx = ctx
    def run(self):
        while True:
            write(self.ctx.frames.get())
def main():
    ctx = Context()
    for t in (Grabber(ctx), Writer(ctx)):
        t.start()
def grab(): return 1
def write(x): pass
""",
)

pair(
    RULE,
    "a callback made by a function",
    """
import queue

class Feed:
    def __init__(self, client):
        self.events = queue.Queue() #!
        client.subscribe(self._make())

    def _make(self):
        def put(message):
            self.events.put(message)

        return put

    def run(self):
        while True:
            print(self.events.get())
""",
    {"queue.Queue() #!": "queue.Queue(maxsize=100)"},
)
