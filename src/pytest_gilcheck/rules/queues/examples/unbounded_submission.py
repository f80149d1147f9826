"""Examples of GIL302; all findings in the source are warnings.

Data of one rule, in one list: a reader looks a case up by its title, and nothing here is run but by the tests.
"""

from __future__ import annotations

from pytest_gilcheck.model.rule import Example

BAD = (
    Example(
        "one task a connection",
        """\
import socket
from concurrent.futures import ThreadPoolExecutor

def serve(port):
    listener = socket.create_server(("", port))
    with ThreadPoolExecutor(max_workers=16) as pool:
        while True:
            connection, _ = listener.accept()
            pool.submit(handle, connection)  # GIL302
""",
    ),
    Example(
        "one asyncio task a message",
        """\
import asyncio

tasks = set()

async def listen(websocket):
    async for message in websocket:
        task = asyncio.create_task(handle(message))  # GIL302
        tasks.add(task)
        task.add_done_callback(tasks.discard)
""",
    ),
    Example(
        "the loop empties a queue into a pool",
        """\
import queue
from concurrent.futures import ThreadPoolExecutor

class Dispatcher:
    def __init__(self, inbox: queue.Queue):
        self.inbox = inbox
        self.executor = ThreadPoolExecutor(4)

    def run(self):
        while True:
            self.executor.submit(self.handle, self.inbox.get())  # GIL302
""",
    ),
    Example(
        "until a flag is set, in a pool of multiprocessing",
        """\
import threading
from multiprocessing.pool import ThreadPool

def pump(source, stop: threading.Event):
    pool = ThreadPool(4)
    while not stop.is_set():
        pool.apply_async(store, (source.read(),))  # GIL302
""",
    ),
    Example(
        "over a file and over iter with a sentinel",
        """\
from concurrent.futures import ProcessPoolExecutor

def load(path, source):
    with ProcessPoolExecutor() as pool:
        with open(path) as lines:
            for line in lines:
                pool.submit(parse, line)  # GIL302
        for block in iter(lambda: source.read(4096), b""):
            pool.submit(parse, block)  # GIL302
""",
    ),
    Example(
        "over a generator that goes on",
        """\
import asyncio

class Poller:
    async def updates(self):
        while True:
            for update in await self.fetch():
                yield update

    async def run(self):
        async for update in self.updates():
            asyncio.ensure_future(self.handle(update))  # GIL302
""",
    ),
    Example(
        "a group of tasks does not limit them",
        """\
import asyncio

async def serve(requests):
    async with asyncio.TaskGroup() as group:
        while True:
            group.create_task(answer(await requests.receive()))  # GIL302
""",
    ),
    Example(
        "a helper of the loop submits",
        """\
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(4)

def dispatch(event):
    pool.submit(print, event)  # GIL302

def main(source):
    while True:
        dispatch(source.recv(100))
""",
    ),
    Example(
        "an executor awaited by nobody",
        """\
import asyncio

async def pump(stream):
    loop = asyncio.get_running_loop()
    async for chunk in stream:
        loop.run_in_executor(None, store, chunk)  # GIL302
""",
    ),
    Example(
        "the pool comes from another file",
        """\
from shared import pool

def main(sock):
    while True:
        pool.submit(answer, sock.recv(100))  # GIL302
""",
        others=(("shared.py", "from concurrent.futures import ThreadPoolExecutor\n\npool = ThreadPoolExecutor(3)\n"),),
    ),
    Example(
        "a map takes all elements at once",
        """\
import itertools
from concurrent.futures import ThreadPoolExecutor

def primes():
    with ThreadPoolExecutor() as pool:
        for number, prime in pool.map(test, itertools.count()):  # GIL302
            print(number, prime)
""",
    ),
    Example(
        "the semaphore stands in the other branch only",
        """\
import asyncio

async def poll(source, limit):
    slots = asyncio.Semaphore(limit) if limit else None
    async for update in source:
        if slots:
            await slots.acquire()
            asyncio.create_task(release_after(slots, update))
        else:
            asyncio.create_task(handle(update))  # GIL302
""",
    ),
    Example(
        "a comprehension over a stream, before a return",
        """\
from concurrent.futures import ThreadPoolExecutor

def digest(block):
    return hash(block)

def digests(stream):
    with ThreadPoolExecutor() as pool:
        futures = [pool.submit(digest, block) for block in iter(lambda: stream.read(65536), b"")]  # GIL302
    return [f.result() for f in futures]
""",
    ),
    Example(
        "asks only futures that are done",
        """\
from concurrent.futures import ThreadPoolExecutor

def ship(record):
    return record

def pump(consumer):
    pool = ThreadPoolExecutor(4)
    pending = []
    while True:
        record = consumer.poll(1.0)
        pending.append(pool.submit(ship, record))  # GIL302
        for future in [f for f in pending if f.done()]:
            future.result()
            pending.remove(future)
""",
    ),
    Example(
        "a reader loop that only tidies up and tells how many run",
        """
        import asyncio
        import collections
        import logging

        log = logging.getLogger(__name__)

        class Session:
            def __init__(self, reader, cache, cache_limit):
                self.reader = reader
                self.cache = cache
                self.cache_limit = cache_limit

            async def run(self):
                running = collections.deque()
                while True:
                    while running and running[0].done():
                        running.popleft()
                    if len(running) > 1:
                        log.debug("%d at work", len(running))
                    if len(self.cache) >= self.cache_limit:
                        self.cache.clear()
                        continue
                    packet = await asyncio.wait_for(self.reader.read_packet(), timeout=60)
                    if packet is None:
                        await asyncio.gather(*running)
                        break
                    task = asyncio.create_task(self.publish(packet))  # GIL302
                    running.append(task)

            async def publish(self, packet):
                await asyncio.sleep(1)
        """,
    ),
    Example(
        "helpers: one whose task is dropped, one that is waited for while its own tasks are not",
        """
        import asyncio

        class Server:
            def __init__(self, queue, subscribers):
                self.queue = queue
                self.subscribers = subscribers
                self.background = set()
                self.running = []

            def start_task(self, coroutine):
                task = asyncio.ensure_future(coroutine)  # GIL302
                self.background.add(task)
                task.add_done_callback(self.background.discard)
                return task

            async def serve(self, reader):
                while True:
                    self.start_task(self.answer(await reader.readline()))

            async def answer(self, line):
                await asyncio.sleep(1)

            async def broadcast(self, stopped):
                while True:
                    turn = asyncio.ensure_future(self.broadcast_one())
                    done, _ = await asyncio.wait([turn, stopped], return_when=asyncio.FIRST_COMPLETED)
                    if stopped in done:
                        turn.cancel()
                        await asyncio.gather(turn, return_exceptions=True)
                        break

            async def broadcast_one(self):
                message = await self.queue.get()
                for subscriber in self.subscribers:
                    self.running.append(asyncio.ensure_future(subscriber.publish(message)))  # GIL302
        """,
    ),
    Example(
        "callbacks that make a task of each event",
        """
        import asyncio
        from concurrent.futures import ThreadPoolExecutor

        class Bridge:
            def __init__(self, client):
                self.pool = ThreadPoolExecutor(4)
                client.on_message = self.on_message

            def on_message(self, client, userdata, message):
                self.pool.submit(self.store, message.payload)  # GIL302

            def store(self, payload):
                print(payload)

        class Answers(asyncio.DatagramProtocol):
            def __init__(self):
                self.tasks = set()

            def datagram_received(self, data, address):
                task = asyncio.create_task(self.answer(data, address))  # GIL302
                self.tasks.add(task)
                task.add_done_callback(self.tasks.discard)

            async def answer(self, data, address):
                await asyncio.sleep(1)

        class Notifier:
            def __init__(self, loop: asyncio.AbstractEventLoop, listeners):
                self.loop = loop
                self.listeners = listeners

            def _on_message_received(self, message):
                for listener in self.listeners:
                    result = listener(message)
                    if asyncio.iscoroutine(result):
                        self.loop.create_task(result)  # GIL302
        """,
    ),
    Example(
        "lines until there are no more, and a task group of anyio",
        """
        import asyncio

        import anyio

        class Irc:
            def __init__(self, reader):
                self.reader = reader
                self.tasks = set()

            async def run(self):
                while line := await self.reader.readline():
                    self.tasks.add(asyncio.ensure_future(self.answer(line)))  # GIL302

            async def serve(self, listener):
                async with anyio.create_task_group() as tg:
                    async for message in listener:
                        tg.start_soon(self.answer, message)  # GIL302

            async def answer(self, line):
                await asyncio.sleep(1)
        """,
    ),
)

GOOD = (
    Example(
        "a part of what has no end, and files",
        """\
import itertools
from concurrent.futures import ThreadPoolExecutor

def search(path):
    with ThreadPoolExecutor() as pool:
        yield from pool.map(is_prime, itertools.islice(itertools.count(), 1000))
        yield from pool.map(is_prime, itertools.count(), buffersize=32)
        yield from pool.map(pow, range(10), itertools.repeat(2))
        yield from pool.map(sum, chunks(iter(range(100))))
        with open(path) as lines:
            yield from pool.map(len, lines)

def chunks(items):
    while True:
        chunk = list(itertools.islice(items, 10))
        if not chunk:
            return
        yield chunk
""",
    ),
    Example(
        "a semaphore before each task",
        """\
import threading
from concurrent.futures import ThreadPoolExecutor

def serve(listener):
    slots = threading.BoundedSemaphore(64)
    with ThreadPoolExecutor(max_workers=16) as pool:
        while True:
            connection, _ = listener.accept()
            slots.acquire()
            pool.submit(handle, connection).add_done_callback(lambda _: slots.release())
""",
    ),
    Example(
        "wait for the first to be done when there are too many",
        """\
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

def consume(messages):
    pending = set()
    with ThreadPoolExecutor(8) as pool:
        while True:
            if len(pending) >= 64:
                done, pending = wait(pending, return_when=FIRST_COMPLETED)
            pending.add(pool.submit(process, messages.next()))
""",
    ),
    Example(
        "a window of futures, the oldest is asked first",
        """\
from collections import deque
from concurrent.futures import ThreadPoolExecutor

def ordered(source):
    window = deque()
    with ThreadPoolExecutor(4) as pool:
        while True:
            window.append(pool.submit(len, source.recv(10)))
            if len(window) > 8:
                yield window.popleft().result()
""",
    ),
    Example(
        "a finite sequence",
        """\
from concurrent.futures import ThreadPoolExecutor

def fetch_all(urls, names):
    with ThreadPoolExecutor() as pool:
        futures = [pool.submit(fetch, url) for url in urls]
        for name in range(100):
            futures.append(pool.submit(fetch, name))
        for name, url in names.items():
            futures.append(pool.submit(fetch, url))
        return [future.result() for future in futures]
""",
    ),
    Example(
        "map with a buffer size",
        """\
from concurrent.futures import ThreadPoolExecutor

def load(path):
    with ThreadPoolExecutor() as pool, open(path) as lines:
        return sum(pool.map(parse, lines, buffersize=100))
""",
    ),
    Example(
        "the loop waits for each result",
        """\
import asyncio
from concurrent.futures import ThreadPoolExecutor

def pump(source):
    with ThreadPoolExecutor() as pool:
        while True:
            pool.submit(parse, source.read()).result(timeout=10)

async def apump(reader):
    while True:
        await asyncio.create_task(handle(await reader.readline()))
""",
    ),
    Example(
        "each batch is waited for",
        """\
from concurrent.futures import ThreadPoolExecutor

def work(api):
    pool = ThreadPoolExecutor(4)
    while True:
        futures = []
        for job in api.next_jobs():
            futures.append(pool.submit(job.run))
        for future in futures:
            future.result()

def work_in_blocks(api):
    while True:
        with ThreadPoolExecutor(4) as pool:
            for job in api.next_jobs():
                pool.submit(job.run)
""",
    ),
    Example(
        "a counter of what is in flight",
        """\
from concurrent.futures import ThreadPoolExecutor

class Feeder:
    def __init__(self):
        self.pool = ThreadPoolExecutor(4)
        self.running = True
        self.in_flight = 0

    def feed(self):
        while self.running:
            if self.in_flight >= 20:
                self.idle()
                continue
            self.in_flight += 1
            self.pool.submit(self.step, self.next())
""",
    ),
    Example(
        "a place in a bounded queue",
        """\
import queue
from concurrent.futures import ThreadPoolExecutor

def run(source):
    slots = queue.Queue(maxsize=10)
    with ThreadPoolExecutor() as pool:
        while True:
            slots.put(None)
            pool.submit(handle, source.recv(10)).add_done_callback(lambda _: slots.get())
""",
    ),
    Example(
        "a timer",
        """\
import time
from concurrent.futures import ThreadPoolExecutor

def every(interval, job):
    pool = ThreadPoolExecutor(1)
    while True:
        pool.submit(job)
        time.sleep(interval)
""",
    ),
    Example(
        "started again only when the last one is done",
        """\
import asyncio

async def refresh(reader):
    task = None
    while True:
        line = await reader.readline()
        if task is None or task.done():
            task = asyncio.create_task(reload(line))
""",
    ),
    Example(
        "a race of two tasks",
        """\
import asyncio

async def pump(reader, stop):
    while True:
        read = asyncio.create_task(reader.readline())
        done, _ = await asyncio.wait({read, stop}, return_when=asyncio.FIRST_COMPLETED)
        if stop in done:
            return
""",
    ),
    Example(
        "closed before it is started anew",
        """\
import asyncio

async def reload(worker, watcher):
    async for _ in watcher:
        await worker.close()
        asyncio.create_task(worker.run())
""",
    ),
    Example(
        "tasks that take a semaphore themselves",
        """\
import asyncio

limit = asyncio.Semaphore(10)

async def handle(message):
    async with limit:
        await store(message)

async def listen(websocket):
    async with asyncio.TaskGroup() as group:
        async for message in websocket:
            group.create_task(handle(message))
""",
    ),
    Example(
        "another try",
        """\
from concurrent.futures import ThreadPoolExecutor

def fetch(url):
    with ThreadPoolExecutor() as pool:
        while True:
            try:
                future = pool.submit(download, url)
                break
            except OSError:
                continue
    return future.result()
""",
    ),
    Example(
        "a submit that is no pool's",
        """\
import threading

def pump(form, source):
    while True:
        form.submit(source.read())
""",
    ),
    Example(
        "the helper gives the future to the loop",
        """\
import asyncio

class Reader:
    def __init__(self, loop: asyncio.AbstractEventLoop):
        self.loop = loop

    def read(self, size):
        return self.loop.run_in_executor(None, self.file.read, size)

    async def send(self):
        while True:
            chunk = await self.read(4096)
            if not chunk:
                break
""",
    ),
    Example(
        "one task a worker, kept under its number",
        """\
import asyncio

class Arbiter:
    def add(self, number):
        self.consumers[number] = asyncio.create_task(self.consume(number))

    async def run(self):
        while True:
            self.add(await self.next_number())
""",
    ),
    Example(
        "a container that the loop empties",
        """\
import asyncio

class Plugin:
    async def teardown(self):
        while self._active:
            _, run = self._active.popitem()
            self.tasks.add(asyncio.create_task(run.close()))
""",
    ),
    Example(
        "a test that stops by itself",
        """\
from concurrent.futures import ThreadPoolExecutor

def test_many(source):
    with ThreadPoolExecutor() as pool:
        while True:
            item = source.pop()
            if item is None:
                return
            pool.submit(work, item)
""",
        path="tests/test_many.py",
    ),
    Example(
        "chunks of what there is, in a comprehension",
        """\
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

def chunks(items, size):
    source = iter(items)
    while True:
        chunk = tuple(islice(source, size))
        if not chunk:
            return
        yield chunk

def sums(items):
    with ThreadPoolExecutor() as pool:
        futures = [pool.submit(sum, chunk) for chunk in chunks(items, 100)]
    return [future.result() for future in futures]
""",
    ),
    Example(
        "callbacks that count, wait, pick or end",
        """
        import asyncio
        import threading
        from concurrent.futures import ThreadPoolExecutor

        class Bridge:
            def __init__(self, client):
                self.pool = ThreadPoolExecutor(4)
                self.slots = threading.BoundedSemaphore(100)
                client.on_message = self.on_message
                client.on_command = self.on_command

            def on_message(self, client, userdata, message):
                self.slots.acquire()
                future = self.pool.submit(self.store, message.payload)
                future.add_done_callback(lambda _: self.slots.release())

            def on_command(self, client, command):
                print(self.pool.submit(self.store, command).result())

            def store(self, payload):
                print(payload)

        class Answers(asyncio.DatagramProtocol):
            def __init__(self):
                self.tasks = set()
                self.greeting = None

            def connection_made(self, transport):
                self.greeting = asyncio.create_task(self.answer(b"", transport))

            def datagram_received(self, data, address):
                if len(self.tasks) >= 1000:
                    return
                self.tasks.add(asyncio.create_task(self.answer(data, address)))

            def error_received(self, error):
                self.tasks.add(asyncio.create_task(self.answer(error, None)))

            async def answer(self, data, address):
                await asyncio.sleep(1)

        class Commands:
            def __init__(self):
                self.tasks = set()

            def on_event(self, event):
                if event["type"] == "reload":
                    self.tasks.add(asyncio.create_task(self.reload(event)))
                self.tasks.add(asyncio.create_task(self.disconnect(event)))

            async def reload(self, event):
                await asyncio.sleep(1)

            async def disconnect(self, event):
                await asyncio.sleep(1)

        class TaskPool:
            def __init__(self):
                self.executor = ThreadPoolExecutor(4)

            def on_apply(self, target, args):
                self.executor.submit(target, *args)
        """,
    ),
    Example(
        "helpers whose task the loop awaits, and tests of a count that hold the loop",
        """
        import asyncio

        class Server:
            def __init__(self):
                self.background = set()

            def start_task(self, coroutine):
                task = asyncio.ensure_future(coroutine)
                self.background.add(task)
                return task

            async def serve(self, reader):
                while True:
                    await self.start_task(self.answer(await reader.readline()))

            async def read(self, reader):
                while True:
                    if len(self.background) > 100:
                        await asyncio.wait(self.background, return_when=asyncio.FIRST_COMPLETED)
                    self.background.add(asyncio.create_task(self.answer(await reader.readline())))

            async def answer(self, line):
                await asyncio.sleep(1)
        """,
    ),
    Example(
        "a task that is awaited where the loop is left",
        """
        import asyncio

        async def save(loop, parts, limit):
            while (part := await parts.next()) is not None:
                if part.size > limit:
                    if part.rolled:
                        await loop.run_in_executor(None, part.close)
                    else:
                        part.close()
                    raise ValueError("too large")
                part.write()
        """,
    ),
)
