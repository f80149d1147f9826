"""Loops that other threads run, and callbacks that other threads call."""

from __future__ import annotations

from tests.pairs.kit import pair, safe

RULE = "GIL702"

pair(
    RULE,
    "weakref finalize",
    """
import asyncio
import weakref

class Store:
    def __init__(self, loop, session):
        self.loop = loop
        weakref.finalize(self, self.close_session, loop, session)

    @staticmethod
    def close_session(loop, session):
        if loop.is_running():
            loop.create_task(session.close()) #!
""",
    {"loop.create_task(session.close()) #!": "asyncio.run_coroutine_threadsafe(session.close(), loop)"},
    {"loop.create_task(session.close()) #!": "loop.call_soon_threadsafe(session.close_soon)"},
)
pair(
    RULE,
    "__del__ create_task",
    """
import asyncio

class Connection:
    def __init__(self):
        self._loop = asyncio.get_event_loop()

    async def close(self):
        pass

    def __del__(self):
        if not self.closed:
            self._loop.create_task(self.close()) #!
""",
    {"self._loop.create_task(self.close()) #!": "self._loop.call_soon_threadsafe(self.transport.abort)"},
)
pair(
    RULE,
    "server thread loop stopped by main",
    """
import asyncio
import threading

def start():
    loops = []
    ready = threading.Event()

    def serve():
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        loops.append(loop)
        ready.set()
        loop.run_forever()

    thread = threading.Thread(target=serve)
    thread.start()
    ready.wait()
    yield
    for loop in loops:
        loop.stop() #!
    thread.join()
""",
    {"loop.stop() #!": "loop.call_soon_threadsafe(loop.stop)"},
)
pair(
    RULE,
    "global loop of a thread",
    """
import asyncio
import threading

loop = None

def serve():
    global loop
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.run_forever()

def start():
    threading.Thread(target=serve, daemon=True).start()

def stop():
    loop.stop() #!
""",
    {"loop.stop() #!": "loop.call_soon_threadsafe(loop.stop)"},
)
pair(
    RULE,
    "global loop used by handler",
    """
import asyncio
from threading import Thread

loop = asyncio.new_event_loop()
Thread(target=loop.run_forever, daemon=True).start()

def on_click(event):
    loop.create_task(load(event)) #!

async def load(event):
    await asyncio.sleep(1)
""",
    {"loop.create_task(load(event)) #!": "asyncio.run_coroutine_threadsafe(load(event), loop).add_done_callback(print)"},
)
pair(
    RULE,
    "watchdog handler",
    """
import asyncio
from watchdog.events import FileSystemEventHandler
from watchdog.observers import Observer

class Handler(FileSystemEventHandler):
    def __init__(self, queue: asyncio.Queue, loop):
        self.queue = queue
        self.loop = loop

    def on_modified(self, event):
        self.queue.put_nowait(event.src_path) #!
""",
    {"self.queue.put_nowait(event.src_path) #!": "self.loop.call_soon_threadsafe(self.queue.put_nowait, event.src_path)"},
)
pair(
    RULE,
    "paho on_message",
    """
import asyncio
import paho.mqtt.client as mqtt

class Bridge:
    def __init__(self, loop: asyncio.AbstractEventLoop):
        self.loop = loop
        self.client = mqtt.Client()
        self.client.on_message = self.on_message
        self.client.loop_start()

    def on_message(self, client, userdata, message):
        self.loop.create_task(self.handle(message)) #!

    async def handle(self, message):
        pass
""",
    {
        "self.loop.create_task(self.handle(message)) #!": "asyncio.run_coroutine_threadsafe(self.handle(message), self.loop).add_done_callback(print)"
    },
)
pair(
    RULE,
    "logging handler",
    """
import asyncio
import logging

class QueueHandler(logging.Handler):
    def __init__(self, queue: asyncio.Queue):
        super().__init__()
        self.queue = queue

    def emit(self, record):
        self.queue.put_nowait(record) #!
""",
    {"self.queue.put_nowait(record) #!": "self.loop.call_soon_threadsafe(self.queue.put_nowait, record)"},
)
pair(
    RULE,
    "thread subclass stop",
    """
import asyncio
import threading

class Runner(threading.Thread):
    def __init__(self):
        super().__init__(daemon=True)
        self.loop = asyncio.new_event_loop()

    def run(self):
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    def shutdown(self):
        self.loop.stop() #!
""",
    {"self.loop.stop() #!": "self.loop.call_soon_threadsafe(self.loop.stop)"},
)
pair(
    RULE,
    "runner owned by another object",
    """
import asyncio
import threading

class Runner(threading.Thread):
    def __init__(self):
        super().__init__(daemon=True)
        self.loop = asyncio.new_event_loop()

    def run(self):
        self.loop.run_forever()

class App:
    def __init__(self):
        self.runner = Runner()
        self.runner.start()

    def close(self):
        self.runner.loop.stop() #!
        self.runner.join()
""",
    {"self.runner.loop.stop() #!": "self.runner.loop.call_soon_threadsafe(self.runner.loop.stop)"},
)
pair(
    RULE,
    "pool callback puts",
    """
import asyncio
from concurrent.futures import ThreadPoolExecutor

async def run(work):
    results = asyncio.Queue()
    with ThreadPoolExecutor() as pool:
        for item in range(3):
            pool.submit(work, item).add_done_callback(lambda f: results.put_nowait(f.result())) #!
    return await results.get()
""",
    {"lambda f: results.put_nowait(f.result())": "lambda f: loop.call_soon_threadsafe(results.put_nowait, f.result())"},
)
pair(
    RULE,
    "timer sets event",
    """
import asyncio
import threading

async def main():
    done = asyncio.Event()
    threading.Timer(1, done.set).start() #!
    await done.wait()
""",
    {"threading.Timer(1, done.set).start() #!": "asyncio.get_running_loop().call_later(1, done.set)"},
)
pair(
    RULE,
    "thread target is method of loop thing",
    """
import asyncio
import threading

def reader(stream, queue: asyncio.Queue):
    for line in stream:
        queue.put_nowait(line) #!

async def main(stream):
    queue = asyncio.Queue()
    threading.Thread(target=reader, args=(stream, queue), daemon=True).start()
    return await queue.get()
""",
    {
        "def reader(stream, queue: asyncio.Queue):": "def reader(stream, queue, loop):",
        "queue.put_nowait(line) #!": "loop.call_soon_threadsafe(queue.put_nowait, line)",
        "args=(stream, queue)": "args=(stream, queue, asyncio.get_running_loop())",
    },
)
pair(
    RULE,
    "to_thread future",
    """
import asyncio

async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()

    def compute():
        future.set_result(42) #!

    await asyncio.to_thread(compute)
    return await future
""",
    {"future.set_result(42) #!": "loop.call_soon_threadsafe(future.set_result, 42)"},
)
pair(
    RULE,
    "stream writer from thread",
    """
import asyncio
import threading

async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
    def pump():
        while True:
            writer.write(produce()) #!

    threading.Thread(target=pump).start()
    await reader.read()
""",
    {"writer.write(produce()) #!": "loop.call_soon_threadsafe(writer.write, produce())"},
)
pair(
    RULE,
    "cancel from thread",
    """
import asyncio
import threading

async def main():
    task = asyncio.create_task(work())

    def watch():
        input()
        task.cancel() #!

    threading.Thread(target=watch, daemon=True).start()
    await task
""",
    {"task.cancel() #!": "loop.call_soon_threadsafe(task.cancel)"},
)
pair(
    RULE,
    "fixture stop",
    """
import asyncio
import threading
import pytest

@pytest.fixture
def server():
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield loop
    loop.stop() #!
    thread.join()
""",
    {"loop.stop() #!": "loop.call_soon_threadsafe(loop.stop)"},
    path="tests/test_a.py",
)
pair(
    RULE,
    "run_in_executor call_later",
    """
import asyncio

class Poller:
    def __init__(self):
        self.loop = asyncio.get_event_loop()

    async def start(self):
        await self.loop.run_in_executor(None, self.poll)

    def poll(self):
        self.loop.call_later(5, self.again) #!

    def again(self):
        pass
""",
    {"self.loop.call_later(5, self.again) #!": "self.loop.call_soon_threadsafe(self.loop.call_later, 5, self.again)"},
)
pair(
    RULE,
    "http handler",
    """
import asyncio
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

queue = asyncio.Queue()

class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        queue.put_nowait(self.rfile.read()) #!

def serve():
    ThreadingHTTPServer(("", 80), Handler).serve_forever()
""",
    {"queue.put_nowait(self.rfile.read()) #!": "loop.call_soon_threadsafe(queue.put_nowait, self.rfile.read())"},
)
pair(
    RULE,
    "pynput listener",
    """
import asyncio
from pynput import keyboard

async def keys():
    queue = asyncio.Queue()
    listener = keyboard.Listener(on_press=lambda key: queue.put_nowait(key)) #!
    listener.start()
    while True:
        yield await queue.get()
""",
    {"lambda key: queue.put_nowait(key)": "lambda key: loop.call_soon_threadsafe(queue.put_nowait, key)"},
)
pair(
    RULE,
    "sounddevice callback",
    """
import asyncio
import sounddevice as sd

async def record():
    queue = asyncio.Queue()

    def callback(indata, frames, time, status):
        queue.put_nowait(bytes(indata)) #!

    with sd.InputStream(callback=callback):
        while True:
            yield await queue.get()
""",
    {"queue.put_nowait(bytes(indata)) #!": "loop.call_soon_threadsafe(queue.put_nowait, bytes(indata))"},
)
safe(
    "loop loop of its own",
    """
import asyncio
import threading

def serve():
    loop = asyncio.new_event_loop()
    loop.call_later(1, loop.stop)
    loop.run_forever()

threading.Thread(target=serve).start()
""",
)
safe(
    "loop after join",
    """
import asyncio
import threading

def main():
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()
""",
)
safe(
    "loop del asks",
    """
import asyncio

class Connection:
    def __del__(self):
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        self.task = loop.create_task(self.close())

    async def close(self):
        pass
""",
)
safe(
    "loop global loop in main",
    """
import asyncio

loop = asyncio.new_event_loop()

def stop():
    loop.stop()

def main():
    loop.call_later(5, stop)
    loop.run_forever()
""",
)
safe(
    "loop logging handler sync",
    """
import logging
import queue

class Handler(logging.Handler):
    def __init__(self):
        super().__init__()
        self.queue = queue.Queue(100)

    def emit(self, record):
        self.queue.put_nowait(record)
""",
)

safe(
    "callbacks of a client that the loop drives",
    """
import asyncio
import paho.mqtt.client as mqtt

class Client:
    def __init__(self, loop: asyncio.AbstractEventLoop):
        self.loop = loop
        self.client = mqtt.Client()
        self.client.on_message = self.on_message
        self.client.on_socket_open = self.on_socket_open

    def on_socket_open(self, client, data, sock):
        self.loop.add_reader(sock, client.loop_read)
        client.loop_misc()

    def on_message(self, client, data, message):
        self.loop.call_soon(print, message)
""",
)
pair(
    RULE,
    "webrtc style callback",
    """
import asyncio
import threading

class Reader(threading.Thread):
    def __init__(self, loop: asyncio.AbstractEventLoop, port):
        super().__init__(daemon=True)
        self.loop = loop
        self.port = port
        self.lines = asyncio.Queue()

    def run(self):
        while True:
            self._emit(self.port.readline())

    def _emit(self, line):
        self.lines.put_nowait(line) #!
""",
    {"self.lines.put_nowait(line) #!": "self.loop.call_soon_threadsafe(self.lines.put_nowait, line)"},
)
pair(
    RULE,
    "flask view on a background loop",
    """
import asyncio
from threading import Thread
from flask import Flask

app = Flask(__name__)
loop = asyncio.new_event_loop()

def run():
    asyncio.set_event_loop(loop)
    loop.run_forever()

Thread(target=run, daemon=True).start()

@app.route("/go")
def go():
    task = loop.create_task(work()) #!
    return str(task)

async def work():
    pass
""",
    {"loop.create_task(work()) #!": "asyncio.run_coroutine_threadsafe(work(), loop)"},
)
pair(
    RULE,
    "executor method sets future",
    """
import asyncio
from concurrent.futures import ThreadPoolExecutor

class Bridge:
    def __init__(self):
        self.pool = ThreadPoolExecutor()
        self.loop = asyncio.get_event_loop()

    async def call(self, work):
        future = self.loop.create_future()
        self.pool.submit(self._run, work, future)
        return await future

    def _run(self, work, future: asyncio.Future):
        try:
            future.set_result(work()) #!
        except Exception as error:
            future.set_exception(error) #!
""",
    {
        "future.set_result(work()) #!": "self.loop.call_soon_threadsafe(future.set_result, work())",
        "future.set_exception(error) #!": "self.loop.call_soon_threadsafe(future.set_exception, error)",
    },
)
pair(
    RULE,
    "stop from timer",
    """
import asyncio
import threading

def main():
    loop = asyncio.new_event_loop()
    threading.Timer(10, loop.stop).start() #!
    loop.run_forever()
""",
    {"threading.Timer(10, loop.stop).start() #!": "loop.call_later(10, loop.stop)"},
)
pair(
    RULE,
    "condition from to_thread",
    """
import asyncio

class Store:
    def __init__(self):
        self.changed = asyncio.Event()

    async def reload(self):
        await asyncio.to_thread(self._load)

    def _load(self):
        self.data = open("x").read()
        self.changed.set() #!
""",
    {
        "        self.changed.set() #!": "        pass",
        "await asyncio.to_thread(self._load)": "await asyncio.to_thread(self._load)\n        self.changed.set()",
    },
)
pair(
    RULE,
    "called at once instead of handed over",
    """
import asyncio

async def ask(service):
    loop = asyncio.get_running_loop()
    answer = loop.create_future()
    service.subscribe(lambda text: loop.call_soon_threadsafe(answer.set_result(text))) #!
    return await answer
""",
    {"answer.set_result(text)": "answer.set_result, text"},
    {"answer.set_result(text)": "lambda: answer.set_result(text)"},
    {"answer.set_result(text)": "service.setter(answer, text)"},
)
pair(
    RULE,
    "event set at once",
    """
import asyncio

async def ready(service):
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    service.subscribe(lambda: loop.call_soon_threadsafe(done.set())) #!
    await done.wait()
""",
    {"done.set()": "done.set"},
)
