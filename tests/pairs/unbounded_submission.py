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
