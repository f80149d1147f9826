"""Work handed over faster than it is done, and the ways in which a loop is held back."""

from __future__ import annotations

from tests.pairs.kit import bad_variants, pair, safe, safe_variants

RULE = "GIL302"

pair(
    RULE,
    "accept loop",
    """
import socket
from concurrent.futures import ThreadPoolExecutor

def serve(port):
    listener = socket.create_server(("", port))
    with ThreadPoolExecutor(max_workers=16) as pool:
        while True:
            conn, peer = listener.accept()
            pool.submit(handle, conn, peer) #!
""",
    {
        "    with ThreadPool": "    slots = threading.BoundedSemaphore(64)\n    with ThreadPool",
        "            conn, peer": "            slots.acquire()\n            conn, peer",
        "pool.submit(handle, conn, peer) #!": "pool.submit(handle, conn, peer).add_done_callback(lambda _: slots.release())",
        "import socket": "import socket\nimport threading",
    },
    {"pool.submit(handle, conn, peer) #!": "pool.submit(handle, conn, peer).result()"},
    {"while True:": "for _ in range(10):"},
)

pair(
    RULE,
    "consumer of a broker",
    """
from concurrent.futures import ThreadPoolExecutor
from kafka import KafkaConsumer

executor = ThreadPoolExecutor(8)

def run(topic):
    consumer = KafkaConsumer(topic)
    for message in consumer:
        executor.submit(process, message) #!
""",
    """
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from kafka import KafkaConsumer

executor = ThreadPoolExecutor(8)

def run(topic):
    pending = set()
    consumer = KafkaConsumer(topic)
    for message in consumer:
        if len(pending) >= 64:
            done, pending = wait(pending, return_when=FIRST_COMPLETED)
            for future in done:
                future.result()
        pending.add(executor.submit(process, message))
""",
    {"for message in consumer:": "for message in [consumer.poll(), consumer.poll()]:"},
)

pair(
    RULE,
    "flag loop",
    """
import threading
from multiprocessing.pool import ThreadPool

class Poller:
    def __init__(self):
        self.pool = ThreadPool(4)
        self.stopped = threading.Event()

    def run(self):
        while not self.stopped.is_set():
            job = self.fetch()
            self.pool.apply_async(self.handle, (job,)) #!
""",
    {"self.pool.apply_async(self.handle, (job,)) #!": "self.pool.apply_async(self.handle, (job,)).get()"},
    {"self.pool.apply_async(self.handle, (job,)) #!": "self.pool.apply(self.handle, (job,))"},
    {"while not self.stopped.is_set():": "for job in self.jobs[:10]:"},
)

pair(
    RULE,
    "task per message",
    """
import asyncio

tasks = set()

async def listen(websocket):
    async for message in websocket:
        task = asyncio.create_task(handle(message)) #!
        tasks.add(task)
        task.add_done_callback(tasks.discard)
""",
    {
        "        task = asyncio": "        await limit.acquire()\n        task = asyncio",
        "import asyncio\n": "import asyncio\nlimit = asyncio.Semaphore(100)\n",
    },
    {
        "        task = asyncio": "        if len(tasks) >= 100:\n            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)\n        task = asyncio"
    },
    """
import asyncio

async def listen(websocket):
    async for message in websocket:
        await handle(message)
""",
)

pair(
    RULE,
    "task in while True",
    """
import asyncio

async def pump(reader):
    tasks = []
    while True:
        line = await reader.readline()
        if not line:
            break
        tasks.append(asyncio.ensure_future(work(line))) #!
    await asyncio.gather(*tasks)
""",
    {"tasks.append(asyncio.ensure_future(work(line))) #!": "await asyncio.ensure_future(work(line))"},
    {
        "        tasks.append(asyncio.ensure_future(work(line))) #!": "        async with sem:\n            tasks.append(asyncio.ensure_future(work(line)))",
        "import asyncio\n": "import asyncio\nsem = asyncio.Semaphore(4)\n",
    },
)

pair(
    RULE,
    "task group",
    """
import asyncio

async def serve(queue):
    async with asyncio.TaskGroup() as group:
        while True:
            job = await queue.get()
            group.create_task(work(job)) #!
""",
    {"group.create_task(work(job)) #!": "await work(job)"},
    {"while True:\n            job = await queue.get()": "for job in (1, 2, 3):"},
)

pair(
    RULE,
    "loop create_task",
    """
import asyncio
import socket

async def main(sock):
    loop = asyncio.get_running_loop()
    while True:
        conn, _ = await loop.sock_accept(sock)
        loop.create_task(echo(loop, conn)) #!
""",
    {"        loop.create_task(echo(loop, conn)) #!": "        await echo(loop, conn)"},
    {"        loop.create_task(echo(loop, conn)) #!": "        task = loop.create_task(echo(loop, conn))\n        await task"},
)

pair(
    RULE,
    "run_in_executor",
    """
import asyncio
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor()

async def pump(stream):
    loop = asyncio.get_running_loop()
    async for chunk in stream:
        loop.run_in_executor(pool, store, chunk) #!
""",
    {"        loop.run_in_executor(pool, store, chunk) #!": "        await loop.run_in_executor(pool, store, chunk)"},
)

pair(
    RULE,
    "lines of a file",
    """
from concurrent.futures import ProcessPoolExecutor

def parse(path):
    with ProcessPoolExecutor() as pool, open(path) as lines:
        futures = []
        for line in lines:
            futures.append(pool.submit(len, line)) #!
        return [f.result() for f in futures]
""",
    """
from concurrent.futures import ProcessPoolExecutor

def parse(path):
    with ProcessPoolExecutor() as pool, open(path) as lines:
        return list(pool.map(len, lines, buffersize=100))
""",
    {"for line in lines:": "for line in ('a', 'b', 'c'):"},
)

pair(
    RULE,
    "iter sentinel",
    """
from concurrent.futures import ThreadPoolExecutor

def copy(source):
    with ThreadPoolExecutor(4) as pool:
        for block in iter(lambda: source.read(4096), b""):
            pool.submit(upload, block) #!
""",
    {'for block in iter(lambda: source.read(4096), b""):': "for block in sorted(source):"},
    {"pool.submit(upload, block) #!": "pool.submit(upload, block).result(timeout=30)"},
)

pair(
    RULE,
    "itertools count",
    """
import itertools
from concurrent.futures import ThreadPoolExecutor

def probe():
    with ThreadPoolExecutor() as pool:
        for number in itertools.count():
            pool.submit(is_prime, number) #!
""",
    {"itertools.count():": "itertools.islice(itertools.count(), 100):"},
    {
        "            pool.submit(is_prime, number) #!": "            pool.submit(is_prime, number)\n            if number > 100:\n                break"
    },
)

pair(
    RULE,
    "generator",
    """
from concurrent.futures import ThreadPoolExecutor

def readings(sensor):
    while True:
        yield sensor.read()

def record(sensor):
    pool = ThreadPoolExecutor(2)
    for value in readings(sensor):
        pool.submit(save, value) #!
""",
    {
        """    while True:
        yield sensor.read()""": """    for _ in range(5):
        yield sensor.read()"""
    },
    {
        "    pool = Thread": "    slots = Slots(10)\n    pool = Thread",
        "        pool.submit": "        slots.acquire()\n        pool.submit",
    },
)

pair(
    RULE,
    "queue consumer",
    """
import queue
from concurrent.futures import ThreadPoolExecutor

class Dispatcher:
    def __init__(self, inbox: queue.Queue):
        self.inbox = inbox
        self.executor = ThreadPoolExecutor(max_workers=4)

    def loop(self):
        while True:
            item = self.inbox.get()
            if item is None:
                return
            self.executor.submit(self.handle, item) #!
""",
    {"self.executor.submit(self.handle, item) #!": "self.handle(item)"},
    {
        "            self.executor.submit(self.handle, item) #!": """            while self.executor._work_queue.qsize() > 10:
                time.sleep(0.1)
            self.executor.submit(self.handle, item)"""
    },
)

pair(
    RULE,
    "in a helper",
    """
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(4)

def dispatch(event):
    pool.submit(print, event) #!

def main(source):
    while True:
        dispatch(source.recv(100))
""",
    {"while True:": "for _ in range(3):"},
    {"    pool.submit(print, event) #!": "    pool.submit(print, event).result()"},
    {"    pool.submit(print, event) #!": "    with slots:\n        pool.submit(print, event)"},
)

pair(
    RULE,
    "outer loop",
    """
from concurrent.futures import ThreadPoolExecutor

def work(api):
    pool = ThreadPoolExecutor(4)
    while True:
        for job in api.next_jobs():
            pool.submit(job.run) #!
""",
    """
from concurrent.futures import ThreadPoolExecutor

def work(api):
    while True:
        with ThreadPoolExecutor(4) as pool:
            for job in api.next_jobs():
                pool.submit(job.run)
""",
    """
from concurrent.futures import ThreadPoolExecutor, wait

def work(api):
    pool = ThreadPoolExecutor(4)
    while True:
        futures = [pool.submit(job.run) for job in api.next_jobs()]
        wait(futures)
""",
    """
from concurrent.futures import ThreadPoolExecutor

def work(api):
    pool = ThreadPoolExecutor(4)
    while True:
        futures = []
        for job in api.next_jobs():
            futures.append(pool.submit(job.run))
        for future in futures:
            future.result()
""",
)

pair(
    RULE,
    "parameter",
    """
from concurrent.futures import Executor

def pump(source, executor: Executor):
    while True:
        executor.submit(handle, source.recv(1024)) #!
""",
    {"executor.submit(handle, source.recv(1024)) #!": "broker.submit(handle, source.recv(1024))"},
    {"while True:": "while source.attempts < 3:"},
)

pair(
    RULE,
    "named pool without type",
    """
import threading

def pump(source, pool):
    while True:
        pool.submit(handle, source.recv(1024)) #!
""",
    {"pool.submit(handle, source.recv(1024)) #!": "form.submit(handle, source.recv(1024))"},
)

pair(
    RULE,
    "stdin",
    """
import sys
from concurrent.futures import ThreadPoolExecutor as Pool

def main():
    with Pool() as p:
        for line in sys.stdin:
            p.submit(check, line) #!
""",
    {"for line in sys.stdin:": "for line in sys.argv:"},
)

pair(
    RULE,
    "other file",
    """
from shared import pool

def main(sock):
    while True:
        pool.submit(answer, sock.recv(100)) #!
""",
    {"pool.submit(answer, sock.recv(100)) #!": "pool.submit(answer, sock.recv(100)).exception()"},
    others={"shared.py": "from concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor(3)\n"},
)

pair(
    RULE,
    "counter guard",
    """
from concurrent.futures import ThreadPoolExecutor

class Feeder:
    def __init__(self):
        self.pool = ThreadPoolExecutor(4)
        self.running = True
        self.in_flight = 0

    def feed(self):
        while self.running:
            self.pool.submit(self.step, self.next()) #!
""",
    {
        "            self.pool.submit(self.step, self.next()) #!": """            if self.in_flight >= 20:
                self.idle()
                continue
            self.in_flight += 1
            self.pool.submit(self.step, self.next())"""
    },
    {
        "            self.pool.submit": "            with self.cond:\n                self.cond.wait_for(lambda: self.in_flight < 20)\n            self.pool.submit",
        " #!": "",
    },
)

bad_variants(
    RULE,
    "ways",
    """
import asyncio
import multiprocessing
import concurrent.futures as cf
from asyncio import create_task

BODY
""",
    {
        "run_coroutine_threadsafe": """
def pump(loop, sock):
    while True:
        asyncio.run_coroutine_threadsafe(handle(sock.recv(100)), loop) #!
""",
        "from import": """
async def pump(reader):
    background = set()
    while not reader.at_eof():
        task = create_task(handle(await reader.readline())) #!
        background.add(task)
""",
        "context pool": """
def pump(source):
    pool = multiprocessing.get_context("spawn").Pool(2)
    while 1:
        pool.apply_async(handle, (source.recv(10),)) #!
""",
        "map_async": """
def pump(source):
    with multiprocessing.Pool() as pool:
        while True:
            pool.map_async(handle, source.next_batch()) #!
""",
        "partial alias": """
def pump(source):
    pool = cf.ThreadPoolExecutor()
    submit = pool.submit
    while True:
        submit(handle, source.recv(10)) #!
""",
        "short nap": """
import time
def pump(source):
    pool = cf.ThreadPoolExecutor()
    while True:
        pool.submit(handle, source.poll()) #!
        time.sleep(0.001)
""",
    },
)

safe_variants(
    "submission",
    """
import asyncio
import time
import queue
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed, wait, FIRST_COMPLETED

BODY
""",
    {
        "finite list": """
def run(urls):
    with ThreadPoolExecutor() as pool:
        futures = [pool.submit(len, url) for url in urls]
        return [f.result() for f in as_completed(futures)]
""",
        "finite dict": """
def run(jobs):
    with ThreadPoolExecutor() as pool:
        futures = {pool.submit(len, job): name for name, job in jobs.items()}
        return [f.result() for f in futures]
""",
        "retry": """
def run(url):
    with ThreadPoolExecutor() as pool:
        while True:
            try:
                return pool.submit(len, url).result()
            except OSError:
                continue
""",
        "every minute": """
async def refresh():
    while True:
        await asyncio.sleep(60)
        await asyncio.create_task(asyncio.sleep(1))
""",
        "race of two": """
async def pump(reader, stop):
    while True:
        read = asyncio.create_task(reader.readline())
        done, _ = await asyncio.wait({read, stop}, return_when=asyncio.FIRST_COMPLETED)
        if stop in done:
            read.cancel()
            return
        print(read.result())
""",
        "one at a time": """
async def pump(reader):
    task = None
    while True:
        line = await reader.readline()
        if task is None or task.done():
            task = asyncio.create_task(asyncio.sleep(len(line)))
            await task
""",
        "bounded slots": """
def run(source):
    slots = queue.Queue(maxsize=10)
    with ThreadPoolExecutor() as pool:
        while True:
            slots.put(None)
            future = pool.submit(len, source.recv(10))
            future.add_done_callback(lambda f: (f.exception(), slots.get()))
""",
        "finite while": """
def run(todo):
    with ThreadPoolExecutor() as pool:
        futures = []
        while todo:
            futures.append(pool.submit(len, todo.pop()))
        return [f.result() for f in futures]
""",
    },
)

safe(
    "submission window of futures",
    """
from collections import deque
from concurrent.futures import ThreadPoolExecutor

def ordered(source):
    window = deque()
    with ThreadPoolExecutor(4) as pool:
        while True:
            while len(window) < 8:
                window.append(pool.submit(len, source.recv(10)))
            yield window.popleft().result()
""",
)
