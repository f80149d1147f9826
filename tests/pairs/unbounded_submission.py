"""Work handed over faster than it is done, and the ways in which a loop is held back."""

from __future__ import annotations

from tests.pairs.kit import bad, bad_variants, pair, safe, safe_variants

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

pair(
    RULE,
    "submit in while True",
    """
import queue
from concurrent.futures import ThreadPoolExecutor

def handle(message):
    print(message)

def serve(inbox: queue.Queue):
    with ThreadPoolExecutor(8) as pool:
        while True:
            message = inbox.get()
            pool.submit(handle, message).add_done_callback(print) #!
""",
    """
import queue
import threading
from concurrent.futures import ThreadPoolExecutor

def handle(message):
    print(message)

def serve(inbox: queue.Queue):
    slots = threading.BoundedSemaphore(100)
    with ThreadPoolExecutor(8) as pool:
        while True:
            message = inbox.get()
            slots.acquire()
            pool.submit(handle, message).add_done_callback(lambda _: slots.release())
""",
)

pair(
    RULE,
    "socket accept loop",
    """
import socket
from concurrent.futures import ThreadPoolExecutor

def talk(connection):
    with connection:
        connection.sendall(b"hi")

def report(future):
    if future.exception():
        print(future.exception())

def serve(port):
    server = socket.create_server(("", port))
    pool = ThreadPoolExecutor(max_workers=16)
    while True:
        connection, _ = server.accept()
        pool.submit(talk, connection).add_done_callback(report) #!
""",
    """
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

def talk(connection, slots):
    try:
        with connection:
            connection.sendall(b"hi")
    finally:
        slots.release()

def report(future):
    if future.exception():
        print(future.exception())

def serve(port):
    server = socket.create_server(("", port))
    slots = threading.Semaphore(64)
    pool = ThreadPoolExecutor(max_workers=16)
    while True:
        slots.acquire()
        connection, _ = server.accept()
        pool.submit(talk, connection, slots).add_done_callback(report)
""",
)

pair(
    RULE,
    "futures kept in a list from a huge file",
    """
from concurrent.futures import ThreadPoolExecutor

def process(line):
    return len(line)

def main(path):
    with open(path) as lines, ThreadPoolExecutor() as pool:
        futures = []
        for line in lines:
            futures.append(pool.submit(process, line)) #!
        return sum(f.result() for f in futures)
""",
    """
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

def process(line):
    return len(line)

def main(path):
    total = 0
    with open(path) as lines, ThreadPoolExecutor() as pool:
        pending = set()
        for line in lines:
            if len(pending) >= 100:
                done, pending = wait(pending, return_when=FIRST_COMPLETED)
                total += sum(f.result() for f in done)
            pending.add(pool.submit(process, line))
        total += sum(f.result() for f in pending)
    return total
""",
)

pair(
    RULE,
    "itertools.count as the source",
    """
import itertools
from concurrent.futures import ProcessPoolExecutor

def is_prime(n):
    return all(n % d for d in range(2, n))

def search(found):
    with ProcessPoolExecutor() as pool:
        for n in itertools.count(2):
            future = pool.submit(is_prime, n) #!
            future.add_done_callback(found)
""",
    """
import itertools
from concurrent.futures import ProcessPoolExecutor

def is_prime(n):
    return all(n % d for d in range(2, n))

def search():
    with ProcessPoolExecutor() as pool:
        for start in itertools.count(2, 1000):
            batch = [pool.submit(is_prime, n) for n in range(start, start + 1000)]
            yield from (f.result() for f in batch)
""",
)

pair(
    RULE,
    "create_task in an endless async loop",
    """
import asyncio

async def handle(message):
    await asyncio.sleep(1)

async def consume(queue: asyncio.Queue):
    tasks = set()
    while True:
        message = await queue.get()
        task = asyncio.create_task(handle(message)) #!
        tasks.add(task)
        task.add_done_callback(tasks.discard)
""",
    """
import asyncio

async def handle(message, limit):
    async with limit:
        await asyncio.sleep(1)

async def consume(queue: asyncio.Queue):
    tasks = set()
    limit = asyncio.Semaphore(10)
    while True:
        await limit.acquire()
        message = await queue.get()
        task = asyncio.create_task(handle(message, limit))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        task.add_done_callback(lambda _: limit.release())
""",
)

pair(
    RULE,
    "a generator from the network",
    """
from concurrent.futures import ThreadPoolExecutor, as_completed

def store(event):
    return event

def events(client):
    while True:
        yield client.next_event()

def run(client):
    with ThreadPoolExecutor() as pool:
        futures = [pool.submit(store, event) for event in events(client)] #!
        for future in as_completed(futures):
            future.result()
""",
    """
from concurrent.futures import ThreadPoolExecutor, as_completed

def store(event):
    return event

def run(events: list):
    with ThreadPoolExecutor() as pool:
        futures = [pool.submit(store, event) for event in events]
        for future in as_completed(futures):
            future.result()
""",
)

pair(
    RULE,
    "self.pool in a poller class",
    """
import time
from concurrent.futures import ThreadPoolExecutor

class Poller:
    def __init__(self, source):
        self.source = source
        self.pool = ThreadPoolExecutor(2)
        self.running = True

    def handle(self, job):
        print(job)

    def done(self, future):
        future.result()

    def run(self):
        while self.running:
            job = self.source.poll()
            if job is None:
                time.sleep(0.1)
                continue
            self.pool.submit(self.handle, job).add_done_callback(self.done) #!
""",
    """
import time
from concurrent.futures import ThreadPoolExecutor

class Poller:
    def __init__(self, source):
        self.source = source
        self.pool = ThreadPoolExecutor(2)
        self.running = True

    def handle(self, job):
        print(job)

    def run(self):
        while self.running:
            job = self.source.poll()
            if job is None:
                time.sleep(0.1)
                continue
            self.pool.submit(self.handle, job).result()
""",
)

pair(
    RULE,
    "iter(callable, sentinel)",
    """
from concurrent.futures import ThreadPoolExecutor

def digest(block):
    return hash(block)

def digests(stream):
    with ThreadPoolExecutor() as pool:
        futures = [pool.submit(digest, block) for block in iter(lambda: stream.read(65536), b"")] #!
    return [f.result() for f in futures]
""",
    """
from concurrent.futures import ThreadPoolExecutor

def digest(block):
    return hash(block)

def digests(blocks: tuple):
    with ThreadPoolExecutor() as pool:
        futures = [pool.submit(digest, block) for block in blocks]
    return [f.result() for f in futures]
""",
)

pair(
    RULE,
    "async for with create_task",
    """
import asyncio

async def save(row):
    await asyncio.sleep(0)

async def copy(cursor):
    tasks = []
    async for row in cursor:
        tasks.append(asyncio.create_task(save(row))) #!
    await asyncio.gather(*tasks)
""",
    """
import asyncio

async def save(row):
    await asyncio.sleep(0)

async def copy(cursor):
    async for row in cursor:
        await save(row)
""",
)

pair(
    RULE,
    "lines of standard input",
    """
import sys
from concurrent.futures import ThreadPoolExecutor

def parse(line):
    return line.strip()

with ThreadPoolExecutor() as pool:
    futures = []
    for line in sys.stdin:
        futures.append(pool.submit(parse, line)) #!
    for future in futures:
        print(future.result())
""",
    """
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

def parse(line):
    return line.strip()

with ThreadPoolExecutor() as pool:
    while batch := list(islice(sys.stdin, 1000)):
        for result in pool.map(parse, batch):
            print(result)
""",
)

pair(
    RULE,
    "apply_async in while True",
    """
import multiprocessing

def convert(frame):
    return frame

def record(camera, sink):
    pool = multiprocessing.Pool()
    try:
        while True:
            frame = camera.read()
            pool.apply_async(convert, (frame,), callback=sink.write, error_callback=sink.fail) #!
    finally:
        pool.close()
        pool.join()
""",
    """
import multiprocessing

def convert(frame):
    return frame

def record(camera, sink):
    pool = multiprocessing.Pool()
    try:
        while True:
            frames = [camera.read() for _ in range(16)]
            for converted in pool.map(convert, frames):
                sink.write(converted)
    finally:
        pool.close()
        pool.join()
""",
)

pair(
    RULE,
    "futures looked at once they are done",
    """
from concurrent.futures import ThreadPoolExecutor

def ship(record):
    return record

def pump(consumer):
    pool = ThreadPoolExecutor(4)
    pending = []
    while True:
        record = consumer.poll(1.0)
        pending.append(pool.submit(ship, record)) #!
        for future in [f for f in pending if f.done()]:
            future.result()
            pending.remove(future)
""",
    """
from concurrent.futures import ThreadPoolExecutor

def ship(record):
    return record

def pump(consumer):
    pool = ThreadPoolExecutor(4)
    pending = []
    while True:
        if len(pending) >= 100:
            pending.pop(0).result()
        record = consumer.poll(1.0)
        pending.append(pool.submit(ship, record))
""",
)

pair(
    RULE,
    "until a stop event is set",
    """
from concurrent.futures import ThreadPoolExecutor

def job():
    return 1

def schedule(stop, log):
    with ThreadPoolExecutor() as pool:
        while not stop.is_set():
            pool.submit(job).add_done_callback(log) #!
""",
    """
from concurrent.futures import ThreadPoolExecutor

def job():
    return 1

def schedule(log):
    with ThreadPoolExecutor() as pool:
        while True:
            future = pool.submit(job)
            if future.result() == 1:
                break
            log(future)
""",
)

pair(
    RULE,
    "jobs of a server asked once done",
    """
import asyncio

def blocking(data):
    return data

async def server(reader):
    loop = asyncio.get_running_loop()
    jobs = []
    while True:
        data = await reader.readline()
        jobs.append(loop.run_in_executor(None, blocking, data)) #!
        for job in [j for j in jobs if j.done()]:
            job.result()
            jobs.remove(job)
""",
    """
import asyncio

def blocking(data):
    return data

async def server(reader):
    loop = asyncio.get_running_loop()
    while True:
        data = await reader.readline()
        await loop.run_in_executor(None, blocking, data)
""",
)

pair(
    RULE,
    "cycle over hosts",
    """
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle

def probe(host):
    return host

def watch(hosts, report):
    with ThreadPoolExecutor() as executor:
        for host in cycle(hosts):
            executor.submit(probe, host).add_done_callback(report) #!
""",
    """
from concurrent.futures import ThreadPoolExecutor

def probe(host):
    return host

def watch(hosts: dict, report):
    with ThreadPoolExecutor() as executor:
        for host in hosts.values():
            executor.submit(probe, host).add_done_callback(report)
        for number in range(1000):
            executor.submit(probe, number).add_done_callback(report)
""",
)

pair(
    RULE,
    "kafka consumer",
    """
from concurrent.futures import ThreadPoolExecutor

from kafka import KafkaConsumer

def process(message):
    print(message.value)

def log_error(future):
    if future.exception():
        print(future.exception())

def main():
    consumer = KafkaConsumer("topic")
    with ThreadPoolExecutor(max_workers=10) as executor:
        for message in consumer:
            executor.submit(process, message).add_done_callback(log_error) #!
""",
    """
from concurrent.futures import ThreadPoolExecutor

from kafka import KafkaConsumer

def process(message):
    print(message.value)

def main():
    consumer = KafkaConsumer("topic")
    with ThreadPoolExecutor(max_workers=10) as executor:
        while True:
            batch = consumer.poll(max_records=100)
            list(executor.map(process, batch))
""",
)

pair(
    RULE,
    "a dispatcher until it is stopped",
    """
from concurrent.futures import ThreadPoolExecutor

class Dispatcher:
    def __init__(self, source):
        self._source = source
        self._executor = ThreadPoolExecutor(4)
        self._stopped = False

    def _run_one(self, event):
        print(event)

    def loop(self):
        while not self._stopped:
            event = self._source.wait_next()
            future = self._executor.submit(self._run_one, event) #!
            future.add_done_callback(lambda f: f.result())
""",
    """
import threading
from concurrent.futures import ThreadPoolExecutor

class BoundedExecutor(ThreadPoolExecutor):
    def __init__(self, workers, bound):
        super().__init__(workers)
        self._slots = threading.BoundedSemaphore(bound)

    def submit(self, fn, /, *args, **kwargs):
        self._slots.acquire()
        future = super().submit(fn, *args, **kwargs)
        future.add_done_callback(lambda _: self._slots.release())
        return future

class Dispatcher:
    def __init__(self, source):
        self._source = source
        self._executor = BoundedExecutor(4, 100)
        self._stopped = False

    def _run_one(self, event):
        print(event)

    def loop(self):
        while not self._stopped:
            event = self._source.wait_next()
            future = self._executor.submit(self._run_one, event)
            future.add_done_callback(lambda f: f.result())
""",
)

pair(
    RULE,
    "csv reader",
    """
import csv
import sys
from concurrent.futures import ProcessPoolExecutor

def convert(row):
    return len(row)

def main():
    with ProcessPoolExecutor() as pool:
        pending = []
        for row in csv.reader(sys.stdin):
            pending.append(pool.submit(convert, row)) #!
        print(sum(future.result() for future in pending))
""",
    """
import csv
import sys
from concurrent.futures import ProcessPoolExecutor

def convert(row):
    return len(row)

def main():
    with ProcessPoolExecutor() as pool:
        rows = list(csv.reader(sys.stdin))[:1000]
        pending = [pool.submit(convert, row) for row in rows]
        print(sum(future.result() for future in pending))
""",
)

pair(
    RULE,
    "websocket handler",
    """
import asyncio

async def handle(message):
    await asyncio.sleep(0.1)

class Session:
    def __init__(self, websocket):
        self.websocket = websocket
        self.tasks = set()

    async def run(self):
        async for message in self.websocket:
            task = asyncio.create_task(handle(message)) #!
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)
""",
    """
import asyncio

async def handle(message):
    await asyncio.sleep(0.1)

class Session:
    def __init__(self, websocket):
        self.websocket = websocket
        self.tasks = set()

    async def run(self):
        async for message in self.websocket:
            if len(self.tasks) >= 20:
                await asyncio.wait(self.tasks, return_when=asyncio.FIRST_COMPLETED)
            task = asyncio.create_task(handle(message))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)
""",
)

pair(
    RULE,
    "an endless generator of numbers",
    """
import threading
from concurrent.futures import ThreadPoolExecutor

def work(item):
    print(item)

def generate():
    number = 0
    while True:
        yield number
        number += 1

def main(report):
    with ThreadPoolExecutor() as pool:
        for item in generate():
            pool.submit(work, item).add_done_callback(report) #!
""",
    """
import threading
from concurrent.futures import ThreadPoolExecutor

def work(item):
    print(item)

def generate():
    for number in range(100):
        yield number

def main(report):
    with ThreadPoolExecutor() as pool:
        for item in generate():
            pool.submit(work, item).add_done_callback(report)
""",
)

pair(
    RULE,
    "an accept loop with tasks",
    """
import asyncio
import socket

async def talk(connection):
    await asyncio.sleep(1)

async def main():
    loop = asyncio.get_running_loop()
    server = socket.create_server(("", 8000))
    server.setblocking(False)
    connections = set()
    while True:
        connection, _ = await loop.sock_accept(server)
        connections.add(loop.create_task(talk(connection))) #!
""",
    """
import asyncio

async def talk(reader, writer):
    await asyncio.sleep(1)

async def main():
    server = await asyncio.start_server(talk, port=8000)
    async with server:
        await server.serve_forever()
""",
)

pair(
    RULE,
    "packets of a reader loop",
    """
import asyncio
import collections
import logging

log = logging.getLogger(__name__)

class Session:
    def __init__(self, reader):
        self.reader = reader

    async def run(self):
        running = collections.deque()
        while True:
            while running and running[0].done():
                running.popleft()
            if len(running) > 1:
                log.debug("%d packets at work", len(running))
            header = await asyncio.wait_for(self.reader.readexactly(2), timeout=60)
            if not header:
                break
            task = asyncio.create_task(self.publish(header)) #!
            running.append(task)

    async def publish(self, header):
        await asyncio.sleep(1)
""",
    {'log.debug("%d packets at work", len(running))': "await running.popleft()"},
    {'log.debug("%d packets at work", len(running))': "await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)"},
)

pair(
    RULE,
    "updates of a bot",
    """
import asyncio
from collections import deque

class Client:
    def __init__(self, connection, cache, cache_limit):
        self.connection = connection
        self.cache = cache
        self.cache_limit = cache_limit
        self.tasks = set()
        self.updates = asyncio.Queue(100)

    async def loop(self):
        todo = deque()
        while self.connection.is_connected():
            while todo:
                task = asyncio.create_task(self.dispatch(todo.popleft())) #!
                self.tasks.add(task)
                task.add_done_callback(self.tasks.discard)
            if len(self.cache) >= self.cache_limit:
                self.cache.clear()
                continue
            todo.extend(await self.updates.get())

    async def dispatch(self, update):
        await asyncio.sleep(1)
""",
    {
        "task = asyncio.create_task(self.dispatch(todo.popleft())) #!": "task = asyncio.create_task(self.dispatch(todo.popleft()))\n                await task"
    },
    {"while todo:": "while todo and len(self.tasks) < 50:"},
)

pair(
    RULE,
    "a helper that keeps the task in a set",
    """
import asyncio

class Worker:
    def __init__(self, ws):
        self.ws = ws
        self._tasks = set()

    def _spawn(self, coroutine):
        task = asyncio.create_task(coroutine) #!
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def run(self):
        async for message in self.ws:
            self._spawn(self._handle(message))

    async def _handle(self, message):
        await asyncio.sleep(1)
""",
    {
        "async for message in self.ws:": "async for message in self.ws:\n            if len(self._tasks) > 100:\n                await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)"
    },
    {"async for message in self.ws:": "for message in ('a', 'b'):"},
)

pair(
    RULE,
    "a helper that returns the task it keeps",
    """
import asyncio

class Server:
    def __init__(self):
        self.background = set()

    def create_background_task(self, coroutine):
        task = asyncio.ensure_future(coroutine) #!
        self.background.add(task)
        task.add_done_callback(self.background.discard)
        return task

    async def serve(self, reader):
        while True:
            line = await reader.readline()
            if not line:
                return
            self.create_background_task(self.answer(line))

    async def answer(self, line):
        await asyncio.sleep(1)
""",
    {"self.create_background_task(self.answer(line))": "await self.create_background_task(self.answer(line))"},
)

pair(
    RULE,
    "a message callback of a client",
    """
from concurrent.futures import ThreadPoolExecutor

import paho.mqtt.client as mqtt

class Bridge:
    def __init__(self):
        self.pool = ThreadPoolExecutor(max_workers=4)
        self.client = mqtt.Client()
        self.client.on_message = self.on_message

    def on_message(self, client, userdata, message):
        self.pool.submit(self.store, message.payload) #!

    def store(self, payload):
        print(payload)
""",
    {
        "self.pool = ThreadPoolExecutor(max_workers=4)": "self.pool = ThreadPoolExecutor(max_workers=4)\n        self.slots = threading.BoundedSemaphore(100)",
        "self.pool.submit(self.store, message.payload) #!": "self.slots.acquire()\n        self.pool.submit(self.store, message.payload).add_done_callback(lambda _: self.slots.release())",
        "from concurrent.futures": "import threading\nfrom concurrent.futures",
    },
    {"self.pool.submit(self.store, message.payload) #!": "self.pool.submit(self.store, message.payload).result()"},
)

pair(
    RULE,
    "datagrams of a protocol",
    """
import asyncio

class Resolver(asyncio.DatagramProtocol):
    def __init__(self):
        self.tasks = set()

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, address):
        task = asyncio.create_task(self.answer(data, address)) #!
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def answer(self, data, address):
        await asyncio.sleep(1)
        self.transport.sendto(data, address)
""",
    {
        "        task = asyncio.create_task(self.answer(data, address)) #!": "        if len(self.tasks) >= 1000:\n            return\n        task = asyncio.create_task(self.answer(data, address))"
    },
)

pair(
    RULE,
    "polling a service",
    """
import asyncio

class Poller:
    def __init__(self, api):
        self.api = api
        self.offset = 0

    async def start(self):
        while True:
            updates = await self.api.get_updates(offset=self.offset, timeout=30)
            for update in updates:
                self.offset = update.id + 1
                asyncio.create_task(self.process(update)) #!

    async def process(self, update):
        await asyncio.sleep(1)
""",
    {"asyncio.create_task(self.process(update)) #!": "await self.process(update)"},
    {
        "            for update in updates:\n                self.offset = update.id + 1\n                asyncio.create_task(self.process(update)) #!": "            tasks = [asyncio.create_task(self.process(update)) for update in updates]\n            await asyncio.gather(*tasks)"
    },
)

pair(
    RULE,
    "jobs of a queue service",
    """
from concurrent.futures import ThreadPoolExecutor

import boto3

def main(url):
    client = boto3.client("sqs")
    with ThreadPoolExecutor(max_workers=10) as pool:
        while True:
            answer = client.receive_message(QueueUrl=url, WaitTimeSeconds=20)
            for message in answer.get("Messages", []):
                pool.submit(handle, client, url, message) #!
""",
    {
        "with ThreadPoolExecutor(max_workers=10) as pool:\n        while True:": "while True:\n        with ThreadPoolExecutor(max_workers=10) as pool:"
    },
)

pair(
    RULE,
    "events of a watch",
    """
from concurrent.futures import ThreadPoolExecutor

from kubernetes import client, watch

pool = ThreadPoolExecutor(4)

def follow():
    v1 = client.CoreV1Api()
    w = watch.Watch()
    for event in w.stream(v1.list_pod_for_all_namespaces):
        pool.submit(reconcile, event) #!
""",
    {"pool.submit(reconcile, event) #!": "pool.submit(reconcile, event).result()"},
)

pair(
    RULE,
    "broadcast to every subscriber",
    """
import asyncio

class Broker:
    def __init__(self):
        self.queue = asyncio.Queue(1000)
        self.subscribers = []
        self.running = []

    async def loop(self):
        while True:
            await self.broadcast_one()

    async def broadcast_one(self):
        message = await self.queue.get()
        for subscriber in self.subscribers:
            task = asyncio.ensure_future(subscriber.publish(message)) #!
            self.running.append(task)
""",
    {"self.running.append(task)": "await task"},
    {"            await self.broadcast_one()": "            await self.broadcast_one()\n            await asyncio.gather(*self.running)"},
)

pair(
    RULE,
    "requests of a pipe",
    """
import json
import sys
from multiprocessing import Pool

def serve():
    pool = Pool(4)
    for line in sys.stdin:
        request = json.loads(line)
        pool.apply_async(answer, (request,)) #!
""",
    {"pool.apply_async(answer, (request,)) #!": "pool.apply(answer, (request,))"},
)

pair(
    RULE,
    "connections of a zmq router",
    """
import zmq
from concurrent.futures import ThreadPoolExecutor

class Router:
    def __init__(self, address):
        self.socket = zmq.Context().socket(zmq.ROUTER)
        self.socket.bind(address)
        self.executor = ThreadPoolExecutor()
        self.running = True

    def run(self):
        while self.running:
            if self.socket.poll(100):
                identity, body = self.socket.recv_multipart()
                self.executor.submit(self.work, identity, body) #!

    def work(self, identity, body):
        return identity, body
""",
    {"self.executor.submit(self.work, identity, body) #!": "self.work(identity, body)"},
)

pair(
    RULE,
    "frames handed to the executor of the loop",
    """
import asyncio

async def pump(camera, encode):
    loop = asyncio.get_running_loop()
    while True:
        frame = await camera.next_frame()
        loop.run_in_executor(None, encode, frame) #!
""",
    {"loop.run_in_executor(None, encode, frame) #!": "await loop.run_in_executor(None, encode, frame)"},
)

pair(
    RULE,
    "a counter that only tells",
    """
import asyncio
import logging

log = logging.getLogger(__name__)

class Consumer:
    def __init__(self, stream):
        self.stream = stream
        self.active = 0

    async def consume(self):
        async for record in self.stream:
            self.active += 1
            if self.active > 100:
                log.warning("%d records at work", self.active)
            asyncio.create_task(self.work(record)) #!

    async def work(self, record):
        await asyncio.sleep(1)
        self.active -= 1
""",
    {'log.warning("%d records at work", self.active)': "await self.room.wait()"},
    {'log.warning("%d records at work", self.active)': "log.warning('dropped')\n                continue"},
)

pair(
    RULE,
    "a subscription of redis",
    """
import asyncio

class Listener:
    def __init__(self, redis):
        self.redis = redis
        self.tasks = []

    async def run(self):
        pubsub = self.redis.pubsub()
        await pubsub.subscribe("jobs")
        async for message in pubsub.listen():
            if message["type"] == "message":
                self.tasks.append(asyncio.create_task(self.handle(message))) #!

    async def handle(self, message):
        await asyncio.sleep(1)
""",
    {
        "                self.tasks.append": "                async with self.semaphore:\n                    pass\n                self.tasks.append"
    },
)

pair(
    RULE,
    "timers without a pause",
    """
import asyncio

async def feed(client, make):
    while not client.closed:
        item = await make()
        asyncio.get_event_loop().create_task(client.send(item)) #!
""",
    {"item = await make()": "await asyncio.sleep(5)\n        item = make()"},
)

safe(
    "one task for each connection kept in a table",
    """
import asyncio

class Pool:
    def __init__(self, hosts):
        self.hosts = hosts
        self.tasks = {}

    async def run(self, stopped):
        while not stopped.is_set():
            for host in self.hosts:
                if host not in self.tasks:
                    self.tasks[host] = asyncio.create_task(self.connect(host))
            await asyncio.sleep(10)

    async def connect(self, host):
        await asyncio.sleep(1)
""",
)

safe(
    "a fixed number of consumers",
    """
import asyncio

async def work(queue):
    while True:
        item = await queue.get()
        await asyncio.sleep(1)
        queue.task_done()

async def main(stream):
    queue = asyncio.Queue(maxsize=100)
    workers = [asyncio.create_task(work(queue)) for _ in range(8)]
    async for item in stream:
        await queue.put(item)
    await queue.join()
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
""",
)

safe(
    "a race between reading and stopping",
    """
import asyncio

async def run(queue, stopped):
    stopping = asyncio.ensure_future(stopped.wait())
    while True:
        getting = asyncio.ensure_future(queue.get())
        done, _ = await asyncio.wait({getting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if stopping in done:
            getting.cancel()
            return
        print(getting.result())
""",
)

safe(
    "what happens once for a connection",
    """
import asyncio

class Protocol(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
        self.greeting = asyncio.create_task(self.greet())

    def connection_lost(self, error):
        self.greeting.cancel()

    async def greet(self):
        await asyncio.sleep(1)
        self.transport.write(b"hello")
""",
)

safe(
    "a reconnect in a loop",
    """
import asyncio

class Link:
    def __init__(self, dial):
        self.dial = dial
        self.reader = None

    async def keep(self):
        while True:
            connection = await self.dial()
            self.reader = asyncio.create_task(connection.read_all())
            await connection.closed.wait()
            self.reader.cancel()
            await asyncio.sleep(1)
""",
)

bad(
    RULE,
    "nested handler per line",
    """
import asyncio
async def handle_client(reader, writer):
    async def process(line):
        await asyncio.sleep(1)
        writer.write(line)
    while True:
        line = await reader.readline()
        if not line:
            break
        asyncio.create_task(process(line)) #!
""",
)

bad(
    RULE,
    "tg start_soon",
    """
import anyio
async def main(listener):
    async with anyio.create_task_group() as tg:
        async for message in listener:
            tg.start_soon(handle, message) #!
async def handle(message):
    await anyio.sleep(1)
""",
)

bad(
    RULE,
    "spawn in other class",
    """
import asyncio
class TaskManager:
    def __init__(self):
        self.tasks = set()
    def spawn(self, coro):
        task = asyncio.get_running_loop().create_task(coro) #!
        self.tasks.add(task)
        task.add_done_callback(self._done)
    def _done(self, task):
        self.tasks.discard(task)
class Server:
    def __init__(self):
        self.manager = TaskManager()
    async def run(self, ws):
        while not ws.closed:
            msg = await ws.receive()
            self.manager.spawn(self.handle(msg))
    async def handle(self, msg):
        await asyncio.sleep(1)
""",
)

bad(
    RULE,
    "executor map of dict",
    """
from concurrent.futures import ProcessPoolExecutor
class Encoder:
    def __init__(self, camera):
        self.camera = camera
        self.pool = ProcessPoolExecutor()
        self.futures = []
        self.stop = False
    def run(self):
        while not self.stop:
            frame = self.camera.read()
            future = self.pool.submit(encode, frame) #!
            future.add_done_callback(self._done)
            self.futures.append(future)
    def _done(self, future):
        print(future.result())
def encode(frame): return frame
""",
)

bad(
    RULE,
    "telegram updates",
    """
import asyncio
class Bot:
    async def polling(self):
        offset = 0
        while True:
            for update in await self.get_updates(offset):
                offset = update["update_id"] + 1
                task = asyncio.ensure_future(self.on_update(update)) #!
                task.add_done_callback(self.report)
    async def get_updates(self, offset):
        return []
    async def on_update(self, update): pass
    def report(self, task): pass
""",
)

bad(
    RULE,
    "websocket on_message executor",
    """
import websocket
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(8)
def on_message(ws, message):
    pool.submit(process, message) #!
def process(message): pass
def main():
    websocket.WebSocketApp("ws://x", on_message=on_message).run_forever()
""",
)

safe(
    "semaphore in task",
    """
import asyncio
async def main(ws):
    sem = asyncio.Semaphore(10)
    tasks = set()
    async def handle(msg):
        try:
            await asyncio.sleep(1)
        finally:
            sem.release()
    async for msg in ws:
        await sem.acquire()
        t = asyncio.create_task(handle(msg))
        tasks.add(t)
        t.add_done_callback(tasks.discard)
""",
)

safe(
    "periodic",
    """
import asyncio
class P:
    def __init__(self):
        self.task = None
    async def run(self):
        while True:
            if self.task is None or self.task.done():
                self.task = asyncio.create_task(self.refresh())
            await asyncio.sleep(60)
    async def refresh(self):
        await asyncio.sleep(1)
""",
)

safe(
    "message then cancel previous",
    """
import asyncio
class Debounce:
    def __init__(self):
        self._task = None
    def on_event(self, event):
        if self._task is not None:
            self._task.cancel()
        self._task = asyncio.create_task(self._later(event))
    async def _later(self, event):
        await asyncio.sleep(1)
""",
)

safe(
    "chunked",
    """
from concurrent.futures import ThreadPoolExecutor, wait
import itertools
def main(lines):
    it = iter(lines)
    with ThreadPoolExecutor(8) as pool:
        while batch := list(itertools.islice(it, 100)):
            futures = [pool.submit(work, x) for x in batch]
            wait(futures)
            for f in futures:
                f.result()
def work(x): return x
""",
)

bad(
    RULE,
    "sanic style listener",
    """
import asyncio
class Consumer:
    def __init__(self, amqp):
        self.amqp = amqp
        self.loop = asyncio.get_event_loop()
    async def start(self):
        await self.amqp.basic_consume(self._on_message, queue="x")
    def _on_message(self, channel, body, envelope, properties):
        self.loop.create_task(self.process(body)) #!
    async def process(self, body):
        await asyncio.sleep(1)
""",
)

bad(
    RULE,
    "while select",
    """
import select, socket
from concurrent.futures import ThreadPoolExecutor
def serve(sock):
    pool = ThreadPoolExecutor()
    while 1:
        ready, _, _ = select.select([sock], [], [], 1)
        for s in ready:
            data, addr = s.recvfrom(1024)
            pool.submit(answer, data, addr) #!
def answer(data, addr): pass
""",
)

bad(
    RULE,
    "run forever with helper func",
    """
import asyncio
background = set()
def fire_and_forget(coro):
    task = asyncio.create_task(coro) #!
    background.add(task)
    task.add_done_callback(background.discard)
async def main(queue):
    while True:
        job = await queue.receive()
        fire_and_forget(run(job))
async def run(job):
    await asyncio.sleep(1)
""",
)

bad(
    RULE,
    "getattr named cmd",
    """
import asyncio
class Irc:
    def __init__(self, reader):
        self.reader = reader
    async def run(self):
        while line := await self.reader.readline():
            command, _, rest = line.decode().partition(" ")
            handler = getattr(self, f"on_{command}", None)
            if handler:
                asyncio.ensure_future(handler(rest)) #!
    async def on_privmsg(self, rest):
        await asyncio.sleep(1)
""",
)

safe(
    "once per connection server",
    """
import asyncio
class Server:
    def __init__(self):
        self.clients = {}
    async def run(self, listener):
        while len(self.clients) < 100:
            conn = await listener.accept()
            self.clients[conn] = asyncio.create_task(self.serve(conn))
    async def serve(self, conn):
        await asyncio.sleep(1)
""",
)

safe(
    "bounded window",
    """
import collections
from concurrent.futures import ThreadPoolExecutor
def ordered(source, fn, window=16):
    with ThreadPoolExecutor() as pool:
        futures = collections.deque()
        for item in source:
            futures.append(pool.submit(fn, item))
            if len(futures) > window:
                yield futures.popleft().result()
        while futures:
            yield futures.popleft().result()
""",
)
