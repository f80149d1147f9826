"""What GIL301 flags, and what it leaves alone.

Data of one rule, in one list: a reader looks a case up by its title, and nothing here is run but by the tests.
"""

from __future__ import annotations

from pytest_gilcheck.model.rule import Example

BAD = (
    Example(
        "a reader thread and a slow writer",
        """
        import queue
        import threading

        backlog = queue.Queue()  # GIL301

        def read(sensor):
            while True:
                backlog.put(sensor.measure())

        def store(database):
            while True:
                database.insert(backlog.get())

        def start(sensor, database):
            threading.Thread(target=read, args=(sensor,)).start()
            threading.Thread(target=store, args=(database,)).start()
        """,
    ),
    Example(
        "every kind of queue, and every way to say no bound",
        """
        import queue
        import threading
        from multiprocessing import JoinableQueue, Process, Queue as ProcessQueue
        from queue import LifoQueue, PriorityQueue as Ranked, SimpleQueue

        class Mailbox(queue.Queue):
            pass

        a = LifoQueue(0)  # GIL301
        b = Ranked(maxsize=-1)  # GIL301
        c = SimpleQueue()  # GIL301
        d = ProcessQueue()  # GIL301
        e = JoinableQueue(maxsize=0)  # GIL301
        f = queue.Queue(maxsize=None)  # GIL301
        g = Mailbox()  # GIL301

        def produce(read):
            while True:
                item = read()
                a.put(item)
                b.put(item)
                c.put(item)
                d.put_nowait(item)
                e.put(item)
                f.put(item)
                g.put(item)

        def consume(handle):
            while True:
                for source in (1, 2):
                    handle(a.get(), b.get(), c.get(), d.get(), e.get(), f.get(), g.get())

        threading.Thread(target=produce).start()
        Process(target=consume).start()
        """,
    ),
    Example(
        "in attributes, across methods",
        """
        import queue
        from threading import Event, Thread

        class Recorder:
            def __init__(self, camera):
                self.camera = camera
                self.frames = queue.Queue()  # GIL301
                self.stopped = Event()

            def start(self):
                Thread(target=self._record).start()
                Thread(target=self._write).start()

            def _record(self):
                while not self.stopped.is_set():
                    self._keep(self.camera.read())

            def _keep(self, frame):
                self.frames.put(frame)

            def _write(self):
                while True:
                    print(self.frames.get(timeout=1))
        """,
    ),
    Example(
        "a Thread subclass that is given the queue",
        """
        import threading
        from queue import Queue

        class Listener(threading.Thread):
            def __init__(self, sock, inbox):
                super().__init__()
                self.sock = sock
                self.inbox = inbox
                self.running = True

            def run(self):
                while self.running:
                    self.inbox.put(self.sock.recv(4096))

        def main(sock):
            inbox = Queue()  # GIL301
            Listener(sock, inbox).start()
            while True:
                print(inbox.get())
        """,
    ),
    Example(
        "across files",
        """
        import threading
        from queue import Queue

        import reading
        import writing

        def main():
            rows = Queue()  # GIL301
            threading.Thread(target=reading.read, args=(rows,)).start()
            threading.Thread(target=writing.write, kwargs={"rows": rows}).start()
        """,
        others=(
            ("reading.py", "def read(rows):\n    with open('big.csv') as file:\n        for line in file:\n            rows.put(line)\n"),
            ("writing.py", "def write(rows):\n    while True:\n        print(rows.get())\n"),
        ),
    ),
    Example(
        "lines of a program's output",
        """
        import subprocess
        import threading
        from queue import Queue

        def follow(out, lines):
            for line in iter(out.readline, b""):
                lines.put(line)

        def main():
            program = subprocess.Popen(["journalctl", "-f"], stdout=subprocess.PIPE)
            lines = Queue()  # GIL301
            threading.Thread(target=follow, args=(program.stdout, lines), daemon=True).start()
            while True:
                print(lines.get())
        """,
    ),
    Example(
        "a file, a generator without an end, a count",
        """
        import itertools
        import sys
        import threading
        from queue import Queue

        lines, samples, numbers, words = Queue(), Queue(), Queue(), Queue()  # GIL301 # GIL301 # GIL301 # GIL301

        def measure():
            while True:
                yield 1

        def read():
            with open("access.log") as log:
                for number, line in enumerate(log):
                    lines.put((number, line))

        def sample():
            for value in measure():
                samples.put(value)

        def count():
            for number in itertools.count():
                numbers.put(number)

        def listen():
            while line := sys.stdin.readline():
                words.put(line)

        def show():
            while True:
                print(lines.get(), samples.get(), numbers.get(), words.get())

        for job in (read, sample, count, listen, show):
            threading.Thread(target=job).start()
        """,
    ),
    Example(
        "a dataclass field",
        """
        import queue
        import threading
        from dataclasses import dataclass, field

        @dataclass
        class Feed:
            prices: queue.Queue = field(default_factory=queue.Queue)  # GIL301

            def pull(self, market):
                while True:
                    self.prices.put(market.next_price())

            def show(self):
                while True:
                    print(self.prices.get())

            def start(self, market):
                threading.Thread(target=self.pull, args=(market,)).start()
                threading.Thread(target=self.show).start()
        """,
    ),
    Example(
        "a deque between two threads",
        """
        import threading
        from collections import deque

        packets = deque()  # GIL301

        def capture(device):
            while True:
                packets.append(device.read())

        def analyse():
            while True:
                if packets:
                    print(packets.popleft())

        threading.Thread(target=capture).start()
        threading.Thread(target=analyse).start()
        """,
    ),
    Example(
        "asyncio tasks",
        """
        import asyncio

        async def receive(websocket, inbox):
            async for message in websocket:
                await inbox.put(message)

        async def poll(client, events):
            while True:
                events.put_nowait(await client.next_event())

        async def handle(inbox, events):
            while True:
                print(await inbox.get(), await events.get())

        async def main(websocket, client):
            inbox = asyncio.Queue()  # GIL301
            events = asyncio.Queue()  # GIL301
            async with asyncio.TaskGroup() as group:
                group.create_task(receive(websocket, inbox))
                group.create_task(poll(client, events))
                group.create_task(handle(inbox, events))
        """,
    ),
    Example(
        "from a thread into the event loop",
        """
        import asyncio
        import threading

        def watch(loop, port, signals):
            while True:
                loop.call_soon_threadsafe(signals.put_nowait, port.read())

        async def main(port):
            signals = asyncio.Queue()  # GIL301
            threading.Thread(target=watch, args=(asyncio.get_running_loop(), port, signals)).start()
            while True:
                print(await signals.get())
        """,
    ),
    Example(
        "connections accepted faster than they are served",
        """
        import queue
        import socket
        from concurrent.futures import ThreadPoolExecutor

        class Server:
            def __init__(self):
                self.waiting = queue.SimpleQueue()  # GIL301

            def serve(self):
                listener = socket.create_server(("", 8000))
                with ThreadPoolExecutor(8) as pool:
                    for _ in range(8):
                        pool.submit(self.answer)
                    while True:
                        peer, _ = listener.accept()
                        self.waiting.put(peer)

            def answer(self):
                while True:
                    peer = self.waiting.get()
                    peer.sendall(b"hello")
        """,
    ),
    Example(
        "every request puts, one thread takes",
        """
        import queue
        import threading
        from socketserver import BaseRequestHandler, ThreadingTCPServer

        mails = queue.Queue()  # GIL301

        class Handler(BaseRequestHandler):
            def handle(self):
                mails.put(self.request.recv(1000))

        def send():
            while True:
                print(mails.get())

        threading.Thread(target=send, daemon=True).start()
        ThreadingTCPServer(("", 8025), Handler).serve_forever()
        """,
    ),
    Example(
        "answers of a service that is asked again and again",
        """
        import threading
        from queue import Queue
        import requests

        prices = Queue()  # GIL301

        def ask():
            while True:
                prices.put(requests.get("https://prices.example").json())

        def show():
            while True:
                print(prices.get())

        threading.Thread(target=ask).start()
        threading.Thread(target=show).start()
        """,
    ),
    Example(
        "messages that a peer sends, and those that a web page does",
        """
        import socket
        import threading
        from queue import Queue
        from flask import Flask, request

        app = Flask(__name__)
        mails, packets = Queue(), Queue()  # GIL301 # GIL301

        @app.post("/mail")
        def mail():
            mails.put(request.get_json())

        def receive(conn: socket.socket):
            while True:
                data = conn.recv(4096)
                if not data:
                    break
                packets.put(data)

        def work():
            while True:
                print(mails.get(), packets.get())

        threading.Thread(target=receive).start()
        threading.Thread(target=work, daemon=True).start()
        """,
    ),
    Example(
        "processes of one start method, and a middleware that is called for every request",
        """
        import multiprocessing

        context = multiprocessing.get_context("spawn")

        def capture(frames):
            while True:
                frames.put(b"frame")

        def encode(frames):
            while True:
                print(frames.get())

        def report(visits):
            while True:
                print(visits.get())

        class Counting:
            def __init__(self):
                self.visits = context.Queue()  # GIL301
                context.Process(target=report, args=(self.visits,)).start()

            def process_request(self, request):
                self.visits.put(request.path)

        if __name__ == "__main__":
            frames = context.Queue()  # GIL301
            context.Process(target=capture, args=(frames,)).start()
            context.Process(target=encode, args=(frames,)).start()
        """,
    ),
    Example(
        "a second stage behind an endless first one",
        """
        import queue
        import threading

        raw = queue.Queue()  # GIL301
        parsed = queue.Queue()  # GIL301

        def read(port):
            while True:
                raw.put(port.read())

        def parse():
            while True:
                parsed.put(raw.get().split())

        def store():
            while True:
                print(parsed.get())

        for job in (read, parse, store):
            threading.Thread(target=job).start()
        """,
    ),
    Example(
        "methods under local names",
        """
        import queue
        import threading

        def run(source):
            backlog = queue.Queue()  # GIL301

            def produce():
                put = backlog.put
                while True:
                    put(source.read())

            def consume():
                for item in iter(backlog.get, None):
                    print(item)

            threading.Thread(target=produce).start()
            threading.Thread(target=consume).start()
        """,
    ),
    Example(
        "in a test",
        """
        import queue
        import threading

        def test_feed(source, sink):
            backlog = queue.Queue()  # GIL301

            def produce():
                while True:
                    backlog.put(source.read())

            threading.Thread(target=produce, daemon=True).start()
            for _ in range(10):
                sink.write(backlog.get())
        """,
        path="tests/test_feed.py",
    ),
    Example(
        "rows of a database cursor",
        """\
import queue
import threading


def load(rows, cursor):
    for row in cursor:
        rows.put(row)


def store(rows):
    while True:
        print(rows.get())


def main(cursor):
    rows = queue.Queue()  # GIL301
    threading.Thread(target=load, args=(rows, cursor)).start()
    threading.Thread(target=store, args=(rows,)).start()
""",
    ),
    Example(
        "a worker of its own, and a method that anybody calls",
        """
        import queue
        import threading

        class Mailer:
            def __init__(self):
                self._letters = queue.Queue()  # GIL301
                threading.Thread(target=self._send, daemon=True).start()

            def post(self, letter):
                self._letters.put(letter)

            def _send(self):
                while True:
                    print(self._letters.get())
        """,
    ),
    Example(
        "a worker of its own that a framework starts",
        """
        from tornado.queues import Queue

        class Delay:
            def __init__(self, loop, after):
                self._waiting = Queue()  # GIL301
                self._after = after
                loop.add_callback(self._run)

            def update(self, value):
                return self._waiting.put(value)

            async def _run(self):
                while True:
                    await self._after(await self._waiting.get())
        """,
    ),
    Example(
        "a callback that a client calls for each message",
        """
        import queue

        class Feed:
            def __init__(self, client):
                self.inbox = queue.Queue()  # GIL301
                client.on_message = self._arrived

            def _arrived(self, client, userdata, message):
                self.inbox.put(message.payload)

            def read(self):
                return self.inbox.get()
        """,
    ),
    Example(
        "methods with the names of events, for a reader of any kind",
        """
        import asyncio
        import logging
        import queue

        class Buffer:
            def __init__(self):
                self.messages = queue.SimpleQueue()  # GIL301

            def on_message_received(self, message):
                self.messages.put(message)

            def next(self, timeout):
                return self.messages.get(timeout=timeout)

        class AsyncBuffer:
            def __init__(self):
                self.frames = asyncio.Queue()  # GIL301

            def frame_received(self, frame):
                self.frames.put_nowait(frame)

            async def __anext__(self):
                return await self.frames.get()

        class Records(logging.Handler):
            def __init__(self):
                super().__init__()
                self.records = queue.Queue()  # GIL301

            def emit(self, record):
                self.records.put(self.format(record))

            def ship(self, client):
                while True:
                    client.send(self.records.get())
        """,
    ),
    Example(
        "a function handed to a bus, and to a driver through a wrapper",
        """
        import asyncio
        import ctypes
        import queue

        CALLBACK = ctypes.CFUNCTYPE(None, ctypes.c_void_p)

        async def stream(bus, response):
            to_write = asyncio.Queue()  # GIL301

            async def forward(event):
                text = str(event)
                await to_write.put(text)

            unlisten = bus.listen_all(forward)
            try:
                while True:
                    await response.write(await to_write.get())
            finally:
                unlisten()

        class Bus:
            def __init__(self, driver):
                self.frames = queue.Queue()  # GIL301
                self._received = CALLBACK(self._take_in)
                driver.register_received(self._received)

            def _take_in(self, frame):
                self.frames.put(frame)

            def recv(self, timeout):
                return self.frames.get(timeout=timeout)
        """,
    ),
    Example(
        "a queue for each subscriber, in a dictionary of sets",
        """
        import asyncio
        from collections import defaultdict

        class Rooms:
            def __init__(self):
                self._rooms = defaultdict(set)

            async def listen(self, room, socket):
                queue = asyncio.Queue()  # GIL301
                self._rooms[room].add(queue)
                while True:
                    await socket.send(await queue.get())

            def publish(self, room, message):
                for queue in list(self._rooms[room]):
                    queue.put_nowait(message)

            async def run(self, source):
                async for message in source:
                    self.publish(message.room, message)

        async def main(source, socket):
            rooms = Rooms()
            running = asyncio.create_task(rooms.run(source))
            await rooms.listen("all", socket)
            await running
        """,
    ),
    Example(
        "a whole database, by a function that somebody else runs",
        """
        import asyncio
        import queue
        import sqlite3

        class Database:
            def __init__(self, path, run):
                self._connection = sqlite3.connect(path)
                self._run = run

            async def dump(self):
                lines = queue.Queue()  # GIL301

                def read():
                    for line in self._connection.iterdump():
                        lines.put_nowait(line)
                    lines.put_nowait(None)

                self._run(read)
                while True:
                    try:
                        line = lines.get_nowait()
                    except queue.Empty:
                        await asyncio.sleep(0.01)
                        continue
                    if line is None:
                        return
                    yield line
        """,
    ),
    Example(
        "what comes out of a queue that is fed for ever, whatever its own bound",
        """
        import multiprocessing

        class Counted(multiprocessing.queues.Queue):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, ctx=multiprocessing.get_context(), **kwargs)
                self.count = 0

            def put(self, *args, **kwargs):
                super().put(*args, **kwargs)
                self.count += 1

        def push(tasks, broker):
            while True:
                tasks.put(broker.dequeue())

        def work(tasks, results):
            for task in iter(tasks.get, "stop"):
                results.put(task())

        def save(results, database):
            for result in iter(results.get, "stop"):
                database.insert(result)

        class Cluster:
            def __init__(self):
                self.tasks = Counted(100)
                self.results = Counted()  # GIL301

            def spawn(self, target, *args):
                process = multiprocessing.Process(target=target, args=args)
                process.start()
                return process

            def start(self, broker, database):
                self.spawn(push, self.tasks, broker)
                self.spawn(save, self.results, database)
                for _ in range(4):
                    self.spawn(work, self.tasks, self.results)
        """,
    ),
    Example(
        "events that users of an object take",
        """
        import queue
        from http.server import BaseHTTPRequestHandler

        class Subscription:
            def __init__(self, events=None):
                self.events = queue.Queue() if events is None else events  # GIL301

            def send_event(self, event):
                self.events.put(event)

        class Handler(BaseHTTPRequestHandler):
            def do_NOTIFY(self):
                subscription = self.server.subscriptions.get(self.headers["sid"])
                subscription.send_event(self.rfile.read())
        """,
    ),
    Example(
        "tables of handlers, and names of handlers",
        """
        import asyncio

        class Session:
            def __init__(self, reader):
                self.reader = reader
                self.updates = asyncio.Queue()  # GIL301
                self.notes = asyncio.Queue()  # GIL301
                self.handlers = {1: self._take_note}

            async def run(self):
                while True:
                    kind, body = await self.reader.read_frame()
                    handler = self.handlers.get(kind, self._take_update)
                    handler(body)

            def _take_note(self, body):
                self.notes.put_nowait(body)

            def _take_update(self, body):
                self.updates.put_nowait(body)

            async def update(self):
                return await self.updates.get()

            async def note(self):
                note = await self.notes.get()
                return note

        class Commands:
            def __init__(self, reader):
                self.reader = reader
                self.lines = asyncio.Queue()  # GIL301

            async def run(self):
                while True:
                    name, line = await self.reader.read_frame()
                    getattr(self, f"command_{name}")(line)

            def command_print(self, line):
                self.lines.put_nowait(line)

            async def __anext__(self):
                return await self.lines.get()
        """,
    ),
    Example(
        "a callback handed to the object that reads, and objects that nobody can follow",
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
                    self._deliver(self.sock.recv(4096))

        class Client:
            def __init__(self, sock):
                self.answers = queue.Queue()  # GIL301
                self.connection = Connection(sock, self._put_away)

            def _put_away(self, data):
                self.answers.put(data)

            def read(self):
                return self.answers.get()

        class Feed:
            def __init__(self):
                self._items = queue.Queue()  # GIL301

            def push_item(self, item):
                self._items.put(item)

            def pull(self):
                return self._items.get()

        def pump(source, registry):
            while True:
                item = source.recv()
                for feed in registry.lookup(item):
                    feed.push_item(item)
        """,
    ),
    Example(
        "a size that is only told",
        """
        import logging
        import queue
        import threading

        log = logging.getLogger(__name__)

        class Relay:
            def __init__(self, source, sink):
                self.source = source
                self.sink = sink
                self.waiting = queue.Queue()  # GIL301

            def start(self):
                threading.Thread(target=self.read).start()
                threading.Thread(target=self.write).start()

            def read(self):
                while True:
                    self.waiting.put(self.source.recv())
                    log.debug(f"{self.waiting.qsize()} wait")
                    log.debug("%d wait", len(self.waiting.queue))

            def write(self):
                while True:
                    self.sink.send(self.waiting.get())
        """,
    ),
    Example(
        "a module's worker, and a function that anybody calls",
        """
        import queue
        import threading

        _pending = queue.Queue()  # GIL301

        def track(name, **properties):
            _pending.put((name, properties))

        def _deliver():
            while True:
                print(_pending.get())

        threading.Thread(target=_deliver, daemon=True).start()
        """,
    ),
    Example(
        "a worker that a decorator starts, and a request handler that feeds a task",
        """
        import asyncio

        from fastapi import FastAPI
        from mode import Service

        app = FastAPI()
        jobs = asyncio.Queue()  # GIL301

        class Pusher(Service):
            def __init__(self):
                self.errors = asyncio.Queue()  # GIL301

            def push(self, error):
                self.errors.put_nowait(error)

            @Service.task
            async def _flush(self):
                while not self.should_stop:
                    await self.send(await self.errors.get())

        async def work():
            while True:
                print(await jobs.get())

        @app.on_event("startup")
        async def startup():
            app.state.worker = asyncio.create_task(work())

        @app.post("/hook")
        async def hook(request):
            await jobs.put(await request.json())
        """,
    ),
    Example(
        "a process class that another file names",
        """
        from multiprocessing.queues import Queue

        from compat import Child, ChildQueue

        def store(messages: Queue, database):
            while True:
                database.insert(messages.get())

        def main(sensor, database):
            messages = ChildQueue()  # GIL301
            child = Child(target=store, args=(messages, database))
            child.start()
            while True:
                messages.put(sensor.measure())
        """,
        others=(
            (
                "compat.py",
                """
                import multiprocessing
                from collections.abc import Callable

                Child: Callable = multiprocessing.get_context("spawn").Process
                ChildQueue = multiprocessing.get_context("spawn").Queue
                """,
            ),
        ),
    ),
    Example(
        "a tidy-up beside the work, and messages of a connection",
        """
        import asyncio
        from collections import deque

        class Session:
            def __init__(self, connection):
                self.connection = connection
                self.delivered = asyncio.Queue()  # GIL301

            async def run(self):
                running = deque()
                while True:
                    while running and running[0].done():
                        running.popleft()
                    message = await self.connection.recv()
                    running.append(asyncio.create_task(self.handle(message)))
                    if len(running) > 100:
                        await asyncio.wait(running)

            async def handle(self, message):
                self.delivered.put_nowait(message)

            async def deliver(self):
                return await self.delivered.get()
        """,
    ),
    Example(
        "partials, lambdas and bound methods as callbacks, a pump in a thread, and views of a module",
        """
        import asyncio
        import queue
        import threading

        class Watcher:
            def __init__(self, client):
                self.rows = queue.Queue()  # GIL301
                self.lines = queue.Queue()  # GIL301
                client.subscribe("rows", callback=lambda row: self.rows.put(row))
                client.subscribe("lines", self.lines.put)
                threading.Thread(target=self.run).start()

            def run(self):
                while True:
                    print(self.rows.get(), self.lines.get())

        async def lines_of(stream):
            loop = asyncio.get_running_loop()
            lines = asyncio.Queue()  # GIL301

            def pump():
                for line in stream:
                    loop.call_soon_threadsafe(lines.put_nowait, line)

            threading.Thread(target=pump, daemon=True).start()
            while True:
                yield await lines.get()

        uploads = queue.Queue()  # GIL301

        class Uploader(threading.Thread):
            def run(self):
                while True:
                    print(uploads.get())

        Uploader(daemon=True).start()

        def upload(request):
            uploads.put(request.FILES["file"])
        """,
    ),
    Example(
        "a base class that starts what its subclasses define",
        """
        import queue
        import threading

        class Pump:
            def __init__(self):
                self.queue = queue.Queue()  # GIL301

            def start(self):
                threading.Thread(target=self.produce, daemon=True).start()
                threading.Thread(target=self.consume, daemon=True).start()

        class Sensor(Pump):
            def produce(self):
                while True:
                    self.queue.put(self.read())

            def consume(self):
                while True:
                    print(self.queue.get())
        """,
    ),
    Example(
        "a protocol and an observer whose events the program itself takes",
        """
        import asyncio
        import queue

        from watchdog.events import FileSystemEventHandler

        class Datagrams(asyncio.DatagramProtocol):
            def __init__(self, received):
                self.received = received

            def datagram_received(self, data, address):
                self.received.put_nowait((data, address))

        class Changes(FileSystemEventHandler):
            def __init__(self, changes):
                self.changes = changes

            def on_any_event(self, event):
                self.changes.put(event)

        async def serve(loop):
            received = asyncio.Queue()  # GIL301
            await loop.create_datagram_endpoint(lambda: Datagrams(received), local_addr=("", 9999))
            while True:
                print(await received.get())

        def watch(observer, path):
            changes = queue.Queue()  # GIL301
            observer.schedule(Changes(changes), path)
            while True:
                print(changes.get())
        """,
    ),
    Example(
        "a callback that a method makes",
        """
        import queue

        class Events:
            def __init__(self, listener, **handlers):
                self._queue = queue.Queue()  # GIL301
                self._listener = listener(**{name: self._event_mapper(handler) for name, handler in handlers.items()})

            def get(self, timeout=None):
                return self._queue.get(timeout=timeout)

            def _event_mapper(self, event):
                def inner(*args):
                    try:
                        self._queue.put(event(*args), block=False)
                    except queue.Full:
                        pass

                return inner
        """,
    ),
    Example(
        "a monitor that says that it is there, and takes for ever",
        """
        import queue
        import threading

        results = queue.Queue()  # GIL301

        def work(sensor):
            while True:
                results.put(sensor.measure())

        def monitor(database):
            database.post("ready")
            for result in iter(results.get, None):
                database.insert(result)

        def start(sensor, database):
            threading.Thread(target=work, args=(sensor,)).start()
            threading.Thread(target=monitor, args=(database,)).start()
        """,
    ),
)

GOOD = (
    Example(
        "with a bound",
        """
        import queue
        import threading

        backlog = queue.Queue(maxsize=1000)

        def read(sensor):
            while True:
                backlog.put(sensor.measure())

        def store(database):
            while True:
                database.insert(backlog.get())

        def start(sensor, database):
            threading.Thread(target=read, args=(sensor,)).start()
            threading.Thread(target=store, args=(database,)).start()
        """,
    ),
    Example(
        "a bound from a variable, a setting, or arguments that are passed on",
        """
        import queue
        import threading
        from collections import deque

        class Recorder:
            def __init__(self, settings, limit, **options):
                self.a = queue.Queue(settings.BACKLOG)
                self.b = queue.Queue(maxsize=limit)
                self.c = queue.Queue(**options)
                self.d = deque(maxlen=100)
                self.e = deque((), limit)
                threading.Thread(target=self.fill).start()
                threading.Thread(target=self.drain).start()

            def fill(self):
                while True:
                    self.a.put(1)
                    self.b.put(1)
                    self.c.put(1)
                    self.d.append(1)
                    self.e.append(1)

            def drain(self):
                while True:
                    print(self.a.get(), self.b.get(), self.c.get(), self.d.popleft(), self.e.popleft())
        """,
    ),
    Example(
        "a subclass that bounds, and a Queue class of the project's own",
        """
        import queue
        import threading
        from mailbox_store import Queue

        class Bounded(queue.Queue):
            def __init__(self):
                super().__init__(maxsize=100)

        a = Bounded()
        b = Queue()

        def fill():
            while True:
                a.put(1)
                b.put(1)

        def drain():
            while True:
                print(a.get(), b.get())

        threading.Thread(target=fill).start()
        threading.Thread(target=drain).start()
        """,
        others=(
            ("mailbox_store.py", "class Queue:\n    def put(self, item):\n        print(item)\n    def get(self):\n        return 1\n"),
        ),
    ),
    Example(
        "filled once, before the workers start",
        """
        import queue
        import threading

        def crawl(urls):
            todo = queue.Queue()
            for url in urls:
                todo.put(url)
            for _ in range(8):
                todo.put(None)

            def work():
                while (url := todo.get()) is not None:
                    print(url)

            workers = [threading.Thread(target=work) for _ in range(8)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
        """,
    ),
    Example(
        "filled from a file, before the worker sets off",
        """
        import queue
        import threading

        def crawl(path, visit):
            todo = queue.Queue()

            def work():
                while (url := todo.get()) is not None:
                    visit(url)

            first = threading.Thread(target=work)
            with open(path) as urls:
                for url in urls:
                    todo.put(url)
            first.start()
            threading.Thread(target=work).start()
        """,
    ),
    Example(
        "a number of items that is known",
        """
        import queue
        import threading

        numbers = queue.Queue()
        words = queue.Queue()
        rounds = queue.Queue()

        def produce(count):
            for number in range(1000):
                numbers.put(number)
            for word in ("ready", "steady", "go"):
                words.put(word)
            left = count
            while left > 0:
                rounds.put(left)
                left -= 1
            while True:
                rounds.put(left)
                left += 1
                if left == 10:
                    break

        def consume():
            while True:
                print(numbers.get(), words.get(), rounds.get())

        threading.Thread(target=produce, args=(3,)).start()
        threading.Thread(target=consume).start()
        """,
    ),
    Example(
        "one result a task",
        """
        import queue
        import threading

        def total(files):
            tasks = queue.Queue()
            results = queue.Queue()
            for file in files:
                tasks.put(file)

            def work():
                while True:
                    try:
                        file = tasks.get_nowait()
                    except queue.Empty:
                        return
                    results.put(len(file))

            workers = [threading.Thread(target=work) for _ in range(4)]
            for worker in workers:
                worker.start()
            return sum(results.get() for _ in files)
        """,
    ),
    Example(
        "results of a queue that is bounded itself, or that nobody knows",
        """
        import multiprocessing

        def work(tasks, results):
            for task in iter(tasks.get, None):
                results.put(task * 2)

        def serve(inbox, outbox):
            while True:
                outbox.put(inbox.get() + 1)

        def main(source):
            tasks = multiprocessing.Queue(maxsize=10)
            results = multiprocessing.Queue()
            answers = multiprocessing.Queue()
            multiprocessing.Process(target=work, args=(tasks, results)).start()
            multiprocessing.Process(target=serve, args=(source, answers)).start()
            while True:
                tasks.put(source.read())
                print(results.get(), answers.get())
        """,
    ),
    Example(
        "held back by a semaphore",
        """
        import queue
        import threading

        slots = threading.Semaphore(100)
        backlog = queue.Queue()

        def read(sensor):
            while True:
                slots.acquire()
                backlog.put(sensor.measure())

        def store():
            while True:
                print(backlog.get())
                slots.release()

        threading.Thread(target=read).start()
        threading.Thread(target=store).start()
        """,
    ),
    Example(
        "held back by a look at the size, by join, by an answer",
        """
        import queue
        import threading
        import time
        from collections import deque

        sized, joined, asked, answers = queue.Queue(), queue.Queue(), queue.Queue(), queue.Queue()
        packets = deque()
        taken = threading.Event()
        told = queue.Queue()

        def by_size(source):
            while True:
                if sized.qsize() < 100:
                    sized.put(source.read())
                if len(packets) < 100:
                    packets.append(source.read())

        def by_join(source):
            while True:
                for row in source.rows():
                    joined.put(row)
                joined.join()

        def by_answer(source):
            while True:
                asked.put(source.read())
                print(answers.get())

        def by_event(source):
            while True:
                told.put(source.read())
                taken.wait()
                taken.clear()

        def consume():
            while True:
                print(sized.get(), joined.get(), packets.popleft(), told.get())
                joined.task_done()
                taken.set()

        def answer():
            while True:
                answers.put(asked.get())

        for job in (by_size, by_join, by_answer, by_event, consume, answer):
            threading.Thread(target=job).start()
        """,
    ),
    Example(
        "a pool of objects",
        """
        import queue
        import threading

        class Connections:
            def __init__(self, connect, count):
                self.free = queue.Queue()
                for _ in range(count):
                    self.free.put(connect())

            def acquire(self):
                return self.free.get()

            def release(self, connection):
                self.free.put(connection)

        def work(pool, jobs):
            while True:
                connection = pool.acquire()
                connection.run(jobs)
                pool.release(connection)

        def main(connect, jobs):
            pool = Connections(connect, 4)
            for _ in range(8):
                threading.Thread(target=work, args=(pool, jobs)).start()
        """,
    ),
    Example(
        "a work list that its own workers fill",
        """
        import queue
        import threading

        todo = queue.Queue()

        def work(links):
            while True:
                page = todo.get()
                for link in links(page):
                    todo.put(link)

        for _ in range(4):
            threading.Thread(target=work).start()
        todo.put("https://example.org")
        """,
    ),
    Example(
        "a try again that puts once",
        """
        import queue
        import threading

        answers = queue.Queue()

        def ask(server):
            while True:
                try:
                    answers.put(server.read())
                    break
                except TimeoutError:
                    continue

        def listen(server):
            while True:
                answer = server.read()
                if answer:
                    answers.put(answer)
                    return

        def insist(server):
            while True:
                try:
                    answers.put(server.read(), timeout=1)
                except queue.Full:
                    print("still waiting")
                else:
                    break

        def show():
            while True:
                print(answers.get())

        threading.Thread(target=ask).start()
        threading.Thread(target=listen).start()
        threading.Thread(target=insist).start()
        threading.Thread(target=show).start()
        """,
    ),
    Example(
        "sentinels and wake-ups",
        """
        import queue
        import threading

        STOP = object()
        signals = queue.Queue()

        def wake(clock):
            while True:
                clock.wait_for_noon()
                signals.put(None)
                signals.put(STOP)

        def work():
            while signals.get() is None:
                print("noon")

        threading.Thread(target=wake).start()
        threading.Thread(target=work).start()
        """,
    ),
    Example(
        "one thread fills and empties",
        """
        import queue
        import threading
        from collections import deque

        def walk(tree):
            todo = deque([tree])
            seen = queue.Queue()
            while todo:
                node = todo.popleft()
                todo.extend(node.children)
                seen.put(node)
            while not seen.empty():
                print(seen.get())

        threading.Thread(target=walk).start()
        """,
    ),
    Example(
        "nobody takes elsewhere",
        """
        import queue
        import threading

        class Log:
            def __init__(self):
                self.lines = queue.Queue()

            def follow(self, file):
                for line in file:
                    self.lines.put(line)
                return self.first()

            def first(self):
                return self.lines.get()
        """,
    ),
    Example(
        "a new queue in each turn or call",
        """
        import queue
        import threading

        def answer(question, reply):
            reply.put(question)

        def ask(question):
            reply = queue.Queue()
            thread = threading.Thread(target=answer, args=(question, reply))
            thread.start()
            return reply.get()

        def main():
            while True:
                ask(input())

        def serve(source):
            while True:
                box = queue.Queue()
                threading.Thread(target=lambda: print(box.get())).start()
                box.put(source.read())
        """,
    ),
    Example(
        "the queue of a messaging library",
        """
        import threading
        from kombu import Connection, Queue

        mails = Queue("mails")

        def fill():
            while True:
                mails.put("a")

        def drain():
            while True:
                print(mails.get())

        threading.Thread(target=fill).start()
        threading.Thread(target=drain).start()
        """,
    ),
    Example(
        "a pipe between processes",
        """
        from multiprocessing import Process, SimpleQueue

        rows = SimpleQueue()

        def fill():
            while True:
                rows.put(1)

        def drain():
            while True:
                print(rows.get())

        Process(target=fill).start()
        Process(target=drain).start()
        """,
    ),
    Example(
        "logging through a queue",
        """
        import logging
        import logging.handlers
        import queue
        import threading

        records = queue.Queue(-1)
        logging.getLogger().addHandler(logging.handlers.QueueHandler(records))
        listener = logging.handlers.QueueListener(records, logging.StreamHandler())

        def forward(source):
            while True:
                records.put(source.read())

        def drain():
            while True:
                print(records.get())

        threading.Thread(target=forward).start()
        threading.Thread(target=drain).start()
        """,
    ),
    Example(
        "messages that a broker sends no faster than they are taken",
        """
        import queue
        import threading

        inbox = queue.Queue()

        def listen(broker):
            for message in broker.consume("mails", prefetch=20):
                inbox.put(message)

        def work():
            while True:
                inbox.get().ack()

        threading.Thread(target=listen).start()
        threading.Thread(target=work).start()
        """,
    ),
    Example(
        "asyncio tasks over what is there",
        """
        import asyncio

        async def pages():
            for number in range(10):
                yield number

        async def fill(queue, rows):
            for row in rows:
                await queue.put(row)
            async for page in pages():
                await queue.put(page)

        async def work(queue):
            while True:
                print(await queue.get())
                queue.task_done()

        async def copy(queue, hits):
            async for hit in hits:
                await queue.put(hit)

        async def main(rows):
            queue = asyncio.Queue()
            worker = asyncio.create_task(work(queue))
            await fill(queue, rows)
            await copy(queue, pages())
            await queue.join()
            worker.cancel()
        """,
    ),
    Example(
        "a queue of a test that ends",
        """
        import queue
        import threading

        def test_feed(source):
            backlog = queue.Queue()
            stop = threading.Event()

            def produce():
                while not stop.is_set():
                    backlog.put(source.read())

            def produce_until_told():
                while True:
                    item = source.read()
                    if item is None:
                        break
                    backlog.put(item)

            threading.Thread(target=produce).start()
            threading.Thread(target=produce_until_told).start()
            assert backlog.get() == 1
            stop.set()
        """,
        path="tests/test_feed.py",
    ),
    Example(
        "a test double",
        """
        import threading
        from unittest import mock

        queue = mock.Mock()

        def produce():
            while True:
                queue.Queue().put(1)

        def consume():
            while True:
                queue.Queue().get()

        threading.Thread(target=produce).start()
        threading.Thread(target=consume).start()
        """,
    ),
    Example(
        "a deque of one event loop",
        """
        import asyncio
        from collections import deque

        class Stream:
            def __init__(self):
                self.chunks = deque()

            def feed(self, chunk):
                self.chunks.append(chunk)

            async def read(self):
                return self.chunks.popleft()

        async def fill(stream, source):
            while True:
                stream.feed(await source.read())

        async def drain(stream):
            while True:
                print(await stream.read())

        async def main(source):
            stream = Stream()
            async with asyncio.TaskGroup() as group:
                group.create_task(fill(stream, source))
                group.create_task(drain(stream))
        """,
    ),
    Example(
        "a method that pauses the sender when much is waiting",
        """
        import queue
        import threading

        class Assembler:
            def __init__(self, pause):
                self.frames = queue.SimpleQueue()
                self.pause = pause

            def put(self, frame):
                self.frames.put(frame)
                self.pause_when_full()

            def pause_when_full(self):
                if self.frames.qsize() > 16:
                    self.pause()

        def receive(sock, assembler):
            while True:
                assembler.put(sock.recv(4096))

        def main(sock, assembler: Assembler):
            threading.Thread(target=receive, args=(sock, assembler)).start()
            while True:
                print(assembler.frames.get())
        """,
    ),
    Example(
        "notes of what was taken from another queue",
        """
        import queue
        import threading

        class Pool:
            def __init__(self, results):
                self.results = results
                self.idle = queue.Queue()

            def next_result(self):
                worker, result = self.results.get()
                self.idle.put(worker)
                return result

            def collect(self):
                while True:
                    print(self.next_result())

            def assign(self, send):
                while True:
                    send(self.idle.get())

            def start(self, send):
                threading.Thread(target=self.collect).start()
                threading.Thread(target=self.assign, args=(send,)).start()
        """,
    ),
    Example(
        "a loop that ends with its collection or with the time",
        """
        import queue
        import threading
        import time

        rows = queue.Queue()
        samples = queue.Queue()

        def fill(table):
            cursor = iter(table)
            while True:
                try:
                    rows.put(next(cursor))
                except StopIteration:
                    break

        def sample(source):
            end = time.monotonic() + 5
            while True:
                if time.monotonic() > end:
                    return
                samples.put(source.read())

        def show():
            while True:
                print(rows.get(), samples.get())

        for job in (fill, sample, show):
            threading.Thread(target=job).start()
        """,
    ),
    Example(
        "a question that is put with the place for its answer",
        """
        import asyncio
        import queue
        import threading
        from concurrent.futures import Future

        questions = queue.Queue()
        requests = asyncio.Queue()

        def ask(sock):
            while True:
                answer = Future()
                questions.put((sock.recv(10), answer))
                sock.send(answer.result())

        async def route(reader, writer):
            while True:
                answer = asyncio.get_running_loop().create_future()
                await requests.put((await reader.read(), writer, answer))
                await asyncio.wait_for(answer, 5)

        def reply():
            while True:
                question, answer = questions.get()
                answer.set_result(question)

        async def respond():
            while True:
                question, _, answer = await requests.get()
                answer.set_result(question)

        async def main():
            asyncio.create_task(respond())
            server = await asyncio.start_server(route, port=8000)
            await server.serve_forever()

        for _ in range(4):
            threading.Thread(target=ask).start()
        threading.Thread(target=reply).start()
        asyncio.run(main())
        """,
    ),
    Example(
        "one answer for each question",
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
    ),
    Example(
        "a callback that waits for one message",
        """
        import queue

        def fetch_one(client, topic):
            arrived = queue.Queue()

            def on_message(client, userdata, message):
                arrived.put(message)

            client.subscribe(topic, callback=on_message)
            return arrived.get(timeout=10)
        """,
    ),
    Example(
        "only events of one kind",
        """
        import queue

        class Debugger:
            def __init__(self, client):
                self.stopped = queue.Queue()
                client.add_listener(self._handle_event)

            def _handle_event(self, message):
                if message["event"] == "stopped":
                    self.stopped.put(message)

            def wait_for_stop(self):
                return self.stopped.get()
        """,
    ),
    Example(
        "what happens once: a start, an end, one call of another thread",
        """
        import queue

        class Client:
            def __init__(self, socket, loop, bus):
                self.states = queue.Queue()
                socket.on_close = self._note
                bus.listen_once("stop", self._note)
                loop.call_later(5, self._note)

            def _note(self, state):
                self.states.put(state)

            def on_connect(self, state):
                self.states.put(state)

            def wait(self):
                return self.states.get()
        """,
    ),
    Example(
        "one put for each task of a known number",
        """
        import asyncio

        async def first_come(coroutines):
            done = asyncio.Queue()

            def on_done(task):
                done.put_nowait(task)

            tasks = [asyncio.ensure_future(coroutine) for coroutine in coroutines]
            for task in tasks:
                task.add_done_callback(on_done)
            for _ in tasks:
                yield (await done.get()).result()
        """,
    ),
    Example(
        "the sender is stopped while too much waits",
        """
        import asyncio

        class Connection(asyncio.Protocol):
            def __init__(self):
                self.frames = asyncio.Queue()

            def connection_made(self, transport):
                self.transport = transport

            def frame_received(self, frame):
                self.frames.put_nowait(frame)
                self.transport.pause_reading()

            async def receive(self):
                frame = await self.frames.get()
                self.transport.resume_reading()
                return frame
        """,
    ),
    Example(
        "a handler that looks at how much waits, and one that waits for a slot",
        """
        import queue
        import threading

        class Inbox:
            def __init__(self, client):
                self.messages = queue.Queue()
                client.on_message = self._arrived

            def _arrived(self, message):
                if self.messages.qsize() < 1000:
                    self.messages.put(message)

            def read(self):
                return self.messages.get()

        class Polite:
            def __init__(self):
                self.messages = queue.Queue()
                self.slots = threading.Semaphore(100)

            def on_message(self, message):
                self.slots.acquire()
                self.messages.put(message)

            def read(self):
                message = self.messages.get()
                self.slots.release()
                return message
        """,
    ),
    Example(
        "one thread's own buffer of what a callback brings",
        """
        from collections import deque

        class Consumer:
            def __init__(self, channel):
                self.buffer = deque()
                channel.register_callback(self._receive)

            def _receive(self, message):
                self.buffer.append(message)

            def get(self, connection):
                while not self.buffer:
                    connection.drain_events()
                return self.buffer.popleft()
        """,
    ),
    Example(
        "a pool's own queue, whose tasks come with something to wait for",
        """
        import queue
        import threading
        from concurrent.futures import Future

        class Serial:
            def __init__(self):
                self._work = queue.Queue()
                threading.Thread(target=self._run, daemon=True).start()

            def submit(self, function):
                future = Future()
                self._work.put((future, function))
                return future

            def _run(self):
                while True:
                    future, function = self._work.get()
                    future.set_result(function())
        """,
    ),
    Example(
        "moved to another queue until nothing is left",
        """
        import queue
        import threading

        class Results:
            def __init__(self):
                self._done = queue.Queue()
                self._kept = queue.Queue()
                threading.Thread(target=self._move).start()

            def _move(self):
                try:
                    while True:
                        self._kept.put(self._done.get(block=False))
                except queue.Empty:
                    return

            def read(self):
                return self._kept.get()
        """,
    ),
    Example(
        "things to lend",
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
                threading.Thread(target=self.collect, daemon=True).start()

            def collect(self):
                while True:
                    self.nodes.give_back(self.jobs.finished().nodes)
        """,
    ),
    Example(
        "one request and one answer at a time",
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
    ),
    Example(
        "a bound that a setting decides about",
        """
        import multiprocessing
        import queue
        import threading

        class Relay:
            def __init__(self, limit, depth):
                self.tasks = multiprocessing.Queue(maxsize=limit) if limit else multiprocessing.Queue()
                if depth:
                    self.lines = queue.Queue(depth)
                else:
                    self.lines = queue.Queue()

            def start(self):
                multiprocessing.Process(target=self.work).start()
                threading.Thread(target=self.write).start()

            def read(self, source):
                while True:
                    self.tasks.put(source.recv())
                    self.lines.put(source.recv())

            def work(self):
                while True:
                    print(self.tasks.get())

            def write(self):
                while True:
                    print(self.lines.get())
        """,
    ),
    Example(
        "functions that a thread of its own runs",
        """
        import queue
        import threading

        class Operations:
            def __init__(self):
                self._operations = queue.Queue()
                threading.Thread(target=self._run, daemon=True).start()

            def do(self, operation):
                self._operations.put(operation)

            def _run(self):
                while True:
                    operation = self._operations.get()
                    operation()
        """,
    ),
    Example(
        "results that are taken by who gives the tasks",
        """
        import multiprocessing

        def work(tasks, results):
            while True:
                results.put(tasks.get() ** 2)

        def serve(source, sink):
            tasks = multiprocessing.Queue(4)
            results = multiprocessing.Queue()
            for _ in range(4):
                multiprocessing.Process(target=work, args=(tasks, results)).start()
            while True:
                for _ in range(4):
                    tasks.put(source.recv())
                for _ in range(4):
                    sink.send(results.get())
        """,
    ),
    Example(
        "what a worker tells of itself now and then, for who asks",
        """
        import queue
        import threading

        class Watchdog:
            def __init__(self, processes, period):
                self.deaths = queue.Queue()
                self.processes = processes
                self.stopped = threading.Event()
                self.period = period
                threading.Thread(target=self._watch, daemon=True).start()

            def _watch(self):
                while not self.stopped.wait(self.period):
                    for process in self.processes:
                        if not process.is_alive():
                            self.deaths.put(process)
        """,
    ),
    Example(
        "a copy of an object, and a function that is called once",
        """
        import queue
        import threading

        class Job:
            def __init__(self, source):
                self.source = source
                self.lines = queue.Queue(100)
                threading.Thread(target=self._read, daemon=True).start()

            def __setstate__(self, state):
                self.source = state
                self.lines = queue.Queue()

            def _read(self):
                while True:
                    self.lines.put(self.source.recv())

            def line(self):
                return self.lines.get()

        class Connection:
            def __init__(self):
                self.ready = queue.Queue()

            def add_callback(self, callback):
                self.ready.put(callback)

            def wait(self):
                return self.ready.get()

            def on_connected(self, address):
                self.add_callback(address)
        """,
    ),
    Example(
        "waits for one event, with a queue of its own",
        """
        import queue

        def take(events, timeout):
            return events.get(True, timeout)

        class Controller:
            def fetch(self, address, timeout):
                events = queue.Queue()

                def on_event(event):
                    events.put(event)

                self.add_event_listener(on_event)
                try:
                    self.start(address)
                    while True:
                        event = take(events, timeout)
                        if event.address == address:
                            return event.descriptor
                finally:
                    self.remove_event_listener(on_event)
        """,
    ),
    Example(
        "lasts as long as the clock says",
        """
        import queue
        import time

        def sample(controller):
            events = queue.Queue()
            controller.add_event_listener(lambda event: events.put(event))
            start = time.time()
            while time.time() - start < 2:
                print(events.get())
        """,
    ),
    Example(
        "one reply to each request, and what was left over before",
        """
        import queue
        import threading

        class Connection:
            def __init__(self, socket):
                self.socket = socket
                self.lock = threading.Lock()
                self.replies = queue.Queue()
                threading.Thread(target=self._read, daemon=True).start()

            def _read(self):
                while True:
                    self.replies.put(self.socket.recv(1024))

            def ask(self, text):
                with self.lock:
                    while not self.replies.empty():
                        print("left over", self.replies.get_nowait())
                    self.socket.send(text)
                    return self.replies.get()
        """,
    ),
    Example(
        "a buffer whose subclass waits for room",
        """
        import threading
        from collections import deque

        class Buffer:
            def __init__(self):
                self.chunks = deque()

            def write(self, data):
                self.chunks.append(data)

            def read(self):
                return self.chunks.popleft()

        class RingBuffer(Buffer):
            def __init__(self):
                super().__init__()
                self.free = threading.Event()

            def write(self, data):
                self.free.wait()
                Buffer.write(self, data)

        class Stream:
            def __init__(self, response):
                self.response = response
                self.buffer = RingBuffer()
                threading.Thread(target=self._fill, daemon=True).start()

            def _fill(self):
                for chunk in self.response.iter_content(8192):
                    self.buffer.write(chunk)

            def read(self):
                return self.buffer.read()
        """,
    ),
)
