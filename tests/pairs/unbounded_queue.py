"""Queues that grow without bound, and those that cannot."""

from __future__ import annotations

from tests.pairs.kit import bad_variants, pair, safe, safe_variants

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
