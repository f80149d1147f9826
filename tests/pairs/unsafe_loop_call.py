"""Calls of an event loop and its objects from other threads."""

from __future__ import annotations

from tests.pairs.kit import bad_variants, pair, safe, safe_variants

RULE = "GIL702"

pair(
    RULE,
    "call_soon from a thread",
    """
import asyncio
import threading

def worker(loop, callback):
    loop.call_soon(callback) #!

async def main():
    loop = asyncio.get_running_loop()
    threading.Thread(target=worker, args=(loop, print)).start()
    await asyncio.sleep(1)
""",
    {"loop.call_soon(callback)": "loop.call_soon_threadsafe(callback)"},
    {"threading.Thread(target=worker, args=(loop, print)).start()": "worker(loop, print)"},
)

pair(
    RULE,
    "task made in a thread",
    """
import asyncio
import threading

async def notify(value):
    print(value)

def worker(loop):
    loop.create_task(notify(1)) #!

async def main():
    loop = asyncio.get_event_loop()
    thread = threading.Thread(target=worker, args=(loop,))
    thread.start()
    await asyncio.sleep(1)
    thread.join()
""",
    {"loop.create_task(notify(1))": "asyncio.run_coroutine_threadsafe(notify(1), loop).result()"},
    {"    loop.create_task(notify(1))": "    loop = asyncio.new_event_loop()\n    loop.run_until_complete(notify(1))"},
)

pair(
    RULE,
    "queue filled from a thread",
    """
import asyncio
import threading

def read_lines(queue):
    for line in open("input"):
        queue.put_nowait(line) #!

async def main():
    queue = asyncio.Queue(100)
    threading.Thread(target=read_lines, args=(queue,), daemon=True).start()
    while True:
        print(await queue.get())
""",
    {
        "def read_lines(queue)": "def read_lines(loop, queue)",
        "queue.put_nowait(line)": "loop.call_soon_threadsafe(queue.put_nowait, line)",
        "args=(queue,)": "args=(asyncio.get_running_loop(), queue)",
    },
    """
import threading
import queue

def read_lines(lines):
    for line in open("input"):
        lines.put_nowait(line)

def main():
    lines = queue.Queue(100)
    threading.Thread(target=read_lines, args=(lines,), daemon=True).start()
    while True:
        print(lines.get())
""",
)

pair(
    RULE,
    "event set by an executor's task",
    """
import asyncio
import time

class Job:
    def __init__(self):
        self.done = asyncio.Event()

    def work(self):
        time.sleep(1)
        self.done.set() #!

    async def run(self):
        loop = asyncio.get_running_loop()
        task = loop.run_in_executor(None, self.work)
        await self.done.wait()
        await task
""",
    {
        "self.done.set()": "self.loop.call_soon_threadsafe(self.done.set)",
        "        self.done = asyncio.Event()": "        self.done = asyncio.Event()\n        self.loop = asyncio.get_running_loop()",
    },
    {"self.done.set()": "pass", "await self.done.wait()": "self.done.set()"},
)

pair(
    RULE,
    "result set from a thread",
    """
import asyncio
import threading

def compute(future, n):
    future.set_result(n * 2) #!

async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    threading.Thread(target=compute, args=(future, 4)).start()
    return await future
""",
    {
        "future.set_result(n * 2)": "future.get_loop().call_soon_threadsafe(future.set_result, n * 2)",
    },
    """
import concurrent.futures
import threading

def compute(future, n):
    future.set_result(n * 2)

def main():
    future = concurrent.futures.Future()
    threading.Thread(target=compute, args=(future, 4)).start()
    return future.result()
""",
)

pair(
    RULE,
    "stop from another thread",
    """
import asyncio
import threading

def stop_later(loop):
    loop.stop() #!

def main():
    loop = asyncio.new_event_loop()
    threading.Timer(5, stop_later, args=(loop,)).start()
    loop.run_forever()
""",
    {"loop.stop()": "loop.call_soon_threadsafe(loop.stop)"},
)

pair(
    RULE,
    "callback of a thread pool's future",
    """
import asyncio
from concurrent.futures import ThreadPoolExecutor

class Bridge:
    def __init__(self, loop: asyncio.AbstractEventLoop):
        self.loop = loop
        self.pool = ThreadPoolExecutor()

    def start(self, function):
        future = self.pool.submit(function)
        future.add_done_callback(self.finished)

    def finished(self, future):
        self.loop.call_soon(print, future.result()) #!

    def close(self):
        self.pool.shutdown()
""",
    {"self.loop.call_soon(print": "self.loop.call_soon_threadsafe(print"},
)

pair(
    RULE,
    "to_thread",
    """
import asyncio

def blocking(queue: asyncio.Queue):
    for number in range(10):
        queue.put_nowait(number) #!

async def main():
    queue = asyncio.Queue(maxsize=10)
    await asyncio.to_thread(blocking, queue)
""",
    {"await asyncio.to_thread(blocking, queue)": "blocking(queue)"},
)

pair(
    RULE,
    "thread subclass with the loop as an attribute",
    """
import asyncio
import threading

class Reader(threading.Thread):
    def __init__(self, loop: asyncio.AbstractEventLoop, callback):
        super().__init__(daemon=True)
        self.loop = loop
        self.callback = callback

    def run(self):
        for line in open("pipe"):
            self.loop.call_soon(self.callback, line) #!
""",
    {"self.loop.call_soon(": "self.loop.call_soon_threadsafe("},
    {
        '        for line in open("pipe"):\n            self.loop.call_soon(self.callback, line)': "        self.loop.call_soon(self.callback)\n        self.loop.run_forever()"
    },
)

pair(
    RULE,
    "through a helper",
    """
import asyncio
import threading

loop = asyncio.new_event_loop()

def publish(message):
    loop.call_later(1, print, message) #!

def worker():
    publish("hello")

def main():
    threading.Thread(target=worker).start()
    loop.run_forever()
""",
    {"loop.call_later(1, print, message)": "loop.call_soon_threadsafe(loop.call_later, 1, print, message)"},
)

pair(
    RULE,
    "lambda of an executor",
    """
import asyncio
from concurrent.futures import ThreadPoolExecutor

async def main(items):
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor() as pool:
        for item in items:
            pool.submit(lambda: loop.call_soon(print, item)) #!
        await asyncio.sleep(1)
""",
    {"loop.call_soon(": "loop.call_soon_threadsafe("},
)

pair(
    RULE,
    "ensure_future with a loop",
    """
import asyncio
import threading

async def send(data):
    await asyncio.sleep(0)

def on_message(loop, data):
    asyncio.ensure_future(send(data), loop=loop) #!

def start(data):
    loop = asyncio.get_event_loop()
    threading.Thread(target=on_message, args=(loop, data)).start()
    loop.run_forever()
""",
    {"asyncio.ensure_future(send(data), loop=loop)": "asyncio.run_coroutine_threadsafe(send(data), loop).result()"},
)

pair(
    RULE,
    "create_task in a thread",
    """
import asyncio
import threading

async def send(data):
    await asyncio.sleep(0)

def worker(keep):
    keep.append(asyncio.create_task(send(1))) #!

async def main():
    keep = []
    threading.Thread(target=worker, args=(keep,)).start()
    await asyncio.sleep(1)
""",
    {"threading.Thread(target=worker, args=(keep,)).start()": "worker(keep)"},
)

pair(
    RULE,
    "task cancelled by a timer",
    """
import asyncio
import threading

async def long():
    await asyncio.sleep(100)

async def main():
    task = asyncio.create_task(long())

    def give_up():
        task.cancel() #!

    threading.Timer(5, give_up).start()
    await task
""",
    {
        "task.cancel()": "loop.call_soon_threadsafe(task.cancel)",
        "    task = asyncio": "    loop = asyncio.get_running_loop()\n    task = asyncio",
    },
    {"threading.Timer(5, give_up).start()": "asyncio.get_running_loop().call_later(5, give_up)"},
)

pair(
    RULE,
    "reader added by a thread",
    """
import asyncio
import threading

def accept(server, loop, handle):
    while True:
        connection, _ = server.accept()
        loop.add_reader(connection, handle, connection) #!

def main(server, handle):
    loop = asyncio.new_event_loop()
    threading.Thread(target=accept, args=(server, loop, handle), daemon=True).start()
    loop.run_forever()
""",
    {"loop.add_reader(connection": "loop.call_soon_threadsafe(loop.add_reader, connection"},
)

pair(
    RULE,
    "worker in another file",
    """
import asyncio
import threading
from feed import pump

async def main():
    queue = asyncio.Queue(10)
    threading.Thread(target=pump, args=(queue,), daemon=True).start()
    print(await queue.get())
""",
    {"queue.put_nowait(1) #!": "print(queue.qsize())"},
    others={"feed.py": "def pump(queue):\n    queue.put_nowait(1) #!\n"},
)

bad_variants(
    RULE,
    "in a thread",
    """
import asyncio
import threading

loop = asyncio.new_event_loop()
queue = asyncio.Queue(10)
lock = asyncio.Semaphore(2)
future = loop.create_future()
fd = 0

def work():
    BODY

threading.Thread(target=work, daemon=True).start()
loop.run_forever()
""",
    {
        "call_at": "loop.call_at(loop.time() + 1, print) #!",
        "set_exception": "future.set_exception(ValueError()) #!",
        "get_nowait": "print(queue.get_nowait()) #!",
        "release": "lock.release() #!",
        "remove_reader": "loop.remove_reader(fd) #!",
        "stop in finally": "try:\n    print()\nfinally:\n    loop.stop() #!",
    },
)

safe_variants(
    "in a thread",
    """
import asyncio
import concurrent.futures
import queue as plain
import threading

loop = asyncio.new_event_loop()
queue = asyncio.Queue(10)
lines = plain.Queue(10)
event = threading.Event()
future = concurrent.futures.Future()

async def send():
    queue.put_nowait(1)

def work():
    BODY

threading.Thread(target=work, daemon=True).start()
loop.run_forever()
""",
    {
        "threadsafe": "loop.call_soon_threadsafe(print, 1)",
        "coroutine": "asyncio.run_coroutine_threadsafe(send(), loop).result()",
        "put as a coroutine": "asyncio.run_coroutine_threadsafe(queue.put(1), loop).result()",
        "lambda on the loop": "loop.call_soon_threadsafe(lambda: queue.put_nowait(1))",
        "function on the loop": "def put():\n    queue.put_nowait(1)\n    loop.call_later(1, print)\nloop.call_soon_threadsafe(put)",
        "threading event": "event.set()",
        "plain queue": "lines.put_nowait(1)",
        "plain future": "future.set_result(1)",
        "loop of its own": "own = asyncio.new_event_loop()\nown.call_soon(own.stop)\nown.run_forever()\nown.close()",
        "asyncio.run": "asyncio.run(send())",
        "asking only": "print(loop.is_running(), loop.time(), queue.qsize())",
    },
)

safe(
    "the thread runs the loop",
    """
import asyncio
import threading

class Background:
    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        asyncio.set_event_loop(self.loop)
        self.loop.call_soon(print, "started")
        self.loop.run_forever()

    def close(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()
""",
)

safe(
    "before the loop runs in its thread",
    """
import asyncio
import threading

def start():
    loop = asyncio.new_event_loop()
    loop.call_later(1, print, "one")
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    return loop, thread
""",
)

safe(
    "the loop's own futures call back on the loop",
    """
import asyncio
import time

def finished(future):
    asyncio.get_running_loop().call_soon(print, future.result())

async def main():
    loop = asyncio.get_running_loop()
    future = loop.run_in_executor(None, time.sleep, 1)
    future.add_done_callback(finished)
    await future
""",
)

safe(
    "another library's loop",
    """
import threading
from gi.repository import GLib

def work(loop):
    loop.quit()
    loop.stop()

def main():
    loop = GLib.MainLoop()
    threading.Thread(target=work, args=(loop,), daemon=True).start()
    loop.run()
""",
)

safe(
    "a test that expects the error",
    """
import asyncio
import threading

import pytest

async def test_wrong_thread():
    loop = asyncio.get_running_loop()
    loop.set_debug(True)

    def work():
        with pytest.raises(RuntimeError):
            loop.call_soon(print)

    thread = threading.Thread(target=work)
    thread.start()
    await asyncio.to_thread(thread.join)
""",
    path="tests/test_loop.py",
)

pair(
    RULE,
    "from outside while a thread runs the loop",
    """
import asyncio
import threading

def main():
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    loop.call_soon(print, 1) #!
    loop.stop() #!
    thread.join()
""",
    {"loop.call_soon(": "loop.call_soon_threadsafe(", "loop.stop()": "loop.call_soon_threadsafe(loop.stop)"},
    {"    thread.start()\n": "", "    loop.stop() #!\n": "    thread.start()\n"},
)

pair(
    RULE,
    "methods of a thread that runs its loop",
    """
import asyncio
import threading

class LoopThread(threading.Thread):
    def __init__(self):
        super().__init__(daemon=True)
        self.loop = asyncio.new_event_loop()

    def run(self):
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    def stop(self):
        self.loop.stop() #!
        self.join()
""",
    {"self.loop.stop()": "self.loop.call_soon_threadsafe(self.loop.stop)"},
    {
        "    def stop(self):\n        self.loop.stop() #!\n        self.join()": "    def stop(self):\n        self.join()\n        self.loop.stop()"
    },
)

pair(
    RULE,
    "an object whose thread runs its loop",
    """
import asyncio
import threading

class Runner:
    def __init__(self):
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def later(self, callback):
        self._loop.call_later(1, callback) #!
""",
    {"self._loop.call_later(1, callback)": "self._loop.call_soon_threadsafe(self._loop.call_later, 1, callback)"},
    {"    def later(self, callback):": "    async def later(self, callback):"},
)

pair(
    RULE,
    "call_soon from a thread, otherwise told",
    """
import asyncio
import threading

def worker(loop, callback):
    loop.call_soon(callback) #!

async def main():
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    thread = threading.Thread(target=worker, args=(loop, done.set))
    thread.start()
    await done.wait()
    thread.join()

asyncio.run(main())
""",
    """
import asyncio
import threading

def worker(loop, callback):
    loop.call_soon_threadsafe(callback)

async def main():
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    thread = threading.Thread(target=worker, args=(loop, done.set))
    thread.start()
    await done.wait()
    thread.join()

asyncio.run(main())
""",
)

pair(
    RULE,
    "create_task from a thread",
    """
import asyncio
import threading

async def notify():
    print("done")

def worker(loop):
    loop.create_task(notify()) #!

async def main():
    loop = asyncio.get_event_loop()
    await asyncio.to_thread(worker, loop)
""",
    """
import asyncio
import threading

async def notify():
    print("done")

def worker(loop):
    asyncio.run_coroutine_threadsafe(notify(), loop).result()

async def main():
    loop = asyncio.get_event_loop()
    await asyncio.to_thread(worker, loop)
""",
)

pair(
    RULE,
    "loop.stop from another thread",
    """
import asyncio
import threading
import time

def stopper(loop):
    time.sleep(5)
    loop.stop() #!

def main():
    loop = asyncio.new_event_loop()
    threading.Thread(target=stopper, args=(loop,), daemon=True).start()
    loop.run_forever()
    loop.close()
""",
    """
import asyncio
import threading
import time

def stopper(loop):
    time.sleep(5)
    loop.call_soon_threadsafe(loop.stop)

def main():
    loop = asyncio.new_event_loop()
    threading.Thread(target=stopper, args=(loop,), daemon=True).start()
    loop.run_forever()
    loop.close()
""",
)

pair(
    RULE,
    "self.loop in a class with a thread",
    """
import asyncio
import threading

class Bridge:
    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.read, daemon=True)

    def start(self):
        self.thread.start()
        self.loop.run_forever()

    def on_data(self):
        print("data")

    def read(self):
        for _ in range(10):
            self.loop.call_soon(self.on_data) #!
""",
    """
import asyncio
import threading

class Bridge:
    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.read, daemon=True)

    def start(self):
        self.thread.start()
        self.loop.run_forever()

    def on_data(self):
        print("data")

    def read(self):
        for _ in range(10):
            self.loop.call_soon_threadsafe(self.on_data)
""",
)

pair(
    RULE,
    "call_later in an executor job",
    """
import asyncio

def job(loop, log):
    loop.call_later(1, log, "late") #!
    return 1

async def main(log):
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(None, job, loop, log)
""",
    """
import asyncio

def job(log):
    return 1

async def main(log):
    loop = asyncio.get_running_loop()
    result = await loop.run_in_executor(None, job, log)
    loop.call_later(1, log, "late")
    return result
""",
)

pair(
    RULE,
    "ensure_future with the loop given",
    """
import asyncio
from concurrent.futures import ThreadPoolExecutor

async def tick():
    await asyncio.sleep(0)

def schedule(loop):
    asyncio.ensure_future(tick(), loop=loop) #!

async def main():
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor() as pool:
        await loop.run_in_executor(pool, schedule, loop)
""",
    """
import asyncio
from threading import Thread

async def tick():
    await asyncio.sleep(0)

def run():
    loop = asyncio.new_event_loop()
    task = loop.create_task(tick())
    loop.run_until_complete(task)
    loop.close()

def main():
    thread = Thread(target=run)
    thread.start()
    thread.join()
""",
)

pair(
    RULE,
    "future.set_result from a thread",
    """
import asyncio
import threading

def compute(future):
    future.set_result(42) #!

async def answer():
    future = asyncio.get_running_loop().create_future()
    thread = threading.Thread(target=compute, args=(future,))
    thread.start()
    return await future
""",
    """
import asyncio
import threading

def compute(loop, future):
    loop.call_soon_threadsafe(future.set_result, 42)

async def answer():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    thread = threading.Thread(target=compute, args=(loop, future))
    thread.start()
    return await future
""",
)

pair(
    RULE,
    "asyncio.Queue.put_nowait from a thread",
    """
import asyncio
import threading

def producer(queue):
    for n in range(3):
        queue.put_nowait(n) #!

async def main():
    queue = asyncio.Queue(10)
    threading.Thread(target=producer, args=(queue,), daemon=True).start()
    for _ in range(3):
        print(await queue.get())
""",
    """
import asyncio
import threading

def producer(loop, queue):
    for n in range(3):
        loop.call_soon_threadsafe(queue.put_nowait, n)

async def main():
    queue = asyncio.Queue(10)
    loop = asyncio.get_running_loop()
    threading.Thread(target=producer, args=(loop, queue), daemon=True).start()
    for _ in range(3):
        print(await queue.get())
""",
)

pair(
    RULE,
    "event.set from a thread",
    """
import asyncio
import threading

async def test_event_is_set():
    event = asyncio.Event()

    def work():
        event.set() #!

    thread = threading.Thread(target=work)
    thread.start()
    await asyncio.wait_for(event.wait(), 1)
    thread.join()
""",
    """
import asyncio
import threading

async def test_event_is_set():
    event = threading.Event()

    def work():
        event.set()

    thread = threading.Thread(target=work)
    thread.start()
    await asyncio.to_thread(event.wait, 1)
    thread.join()
""",
    path="tests/test_app.py",
)

pair(
    RULE,
    "Thread subclass with loop attribute",
    """
import asyncio
import threading

class Reader(threading.Thread):
    def __init__(self, loop: asyncio.AbstractEventLoop, callback):
        super().__init__(daemon=True)
        self.loop = loop
        self.callback = callback

    def run(self):
        for line in open("/dev/ttyS0"):
            self.loop.call_soon(self.callback, line) #!
""",
    """
import asyncio
import threading

class Reader(threading.Thread):
    def __init__(self, loop: asyncio.AbstractEventLoop, callback):
        super().__init__(daemon=True)
        self.loop = loop
        self.callback = callback

    def run(self):
        for line in open("/dev/ttyS0"):
            self.loop.call_soon_threadsafe(self.callback, line)
""",
)

pair(
    RULE,
    "task.cancel from a thread",
    """
import asyncio
import threading
import time

async def serve():
    await asyncio.sleep(3600)

def cancel_later(task):
    time.sleep(1)
    task.cancel() #!

async def main():
    task = asyncio.create_task(serve())
    threading.Thread(target=cancel_later, args=(task,)).start()
    await asyncio.wait([task])
""",
    """
import asyncio
import threading
import time

async def serve():
    await asyncio.sleep(3600)

def cancel_later(loop, task):
    time.sleep(1)
    loop.call_soon_threadsafe(task.cancel)

async def main():
    task = asyncio.create_task(serve())
    threading.Thread(target=cancel_later, args=(asyncio.get_running_loop(), task)).start()
    await asyncio.wait([task])
""",
)

pair(
    RULE,
    "done callback of a concurrent future runs in the worker",
    """
import asyncio
from concurrent.futures import ThreadPoolExecutor

def work():
    return 1

async def main(log):
    loop = asyncio.get_running_loop()

    def finished(future):
        loop.call_soon(log, future.result()) #!

    with ThreadPoolExecutor() as pool:
        pool.submit(work).add_done_callback(finished)
""",
    """
import asyncio

async def work():
    return 1

async def main(log):
    loop = asyncio.get_running_loop()

    def finished(task):
        loop.call_soon(log, task.result())

    task = asyncio.create_task(work())
    task.add_done_callback(finished)
    await task
""",
)

pair(
    RULE,
    "a message handler called by a thread",
    """
import asyncio
import threading

async def send(message):
    print(message)

loop = asyncio.new_event_loop()

def on_message(message):
    loop.create_task(send(message)) #!

def listen():
    while True:
        on_message("hello")

threading.Thread(target=listen, daemon=True).start()
loop.run_forever()
""",
    """
import asyncio
import threading

async def send(message):
    print(message)

loop = asyncio.new_event_loop()

def on_message(message):
    asyncio.run_coroutine_threadsafe(send(message), loop).add_done_callback(print)

def listen():
    while True:
        on_message("hello")

threading.Thread(target=listen, daemon=True).start()
loop.run_forever()
""",
)

pair(
    RULE,
    "Timer thread",
    """
import asyncio
from threading import Timer

async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()

    def expire():
        loop.call_soon(future.cancel) #!

    timer = Timer(5, expire)
    timer.start()
    try:
        return await future
    finally:
        timer.cancel()
""",
    """
import asyncio

async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()

    def expire():
        future.cancel()

    timer = loop.call_later(5, expire)
    try:
        return await future
    finally:
        timer.cancel()
""",
)

pair(
    RULE,
    "self._loop.create_task in a callback thread",
    """
import asyncio
from concurrent.futures import ThreadPoolExecutor

class Sync:
    def __init__(self):
        self._loop = asyncio.get_event_loop()
        self._pool = ThreadPoolExecutor(1)

    async def changed(self, path):
        print(path)

    def scan(self):
        for path in ("a", "b"):
            self._loop.create_task(self.changed(path)) #!

    def start(self):
        return self._pool.submit(self.scan)
""",
    """
import asyncio
from concurrent.futures import ThreadPoolExecutor

class Sync:
    def __init__(self):
        self._loop = asyncio.get_event_loop()
        self._pool = ThreadPoolExecutor(1)

    async def changed(self, path):
        print(path)

    def scan(self):
        for path in ("a", "b"):
            asyncio.run_coroutine_threadsafe(self.changed(path), self._loop).result()

    def start(self):
        return self._pool.submit(self.scan)
""",
)

pair(
    RULE,
    "a script stops the loop of its thread",
    """
import asyncio
import threading

loop = asyncio.new_event_loop()

def run():
    asyncio.set_event_loop(loop)
    loop.run_forever()

thread = threading.Thread(target=run)
thread.start()
loop.stop() #!
thread.join()
""",
    """
import asyncio
import threading

loop = asyncio.new_event_loop()

def run():
    asyncio.set_event_loop(loop)
    loop.run_forever()

thread = threading.Thread(target=run)
thread.start()
loop.call_soon_threadsafe(loop.stop)
thread.join()
""",
)

pair(
    RULE,
    "call_at from to_thread",
    """
import asyncio

async def main():
    loop = asyncio.get_running_loop()

    def job():
        loop.call_at(loop.time() + 1, print, "later") #!

    await asyncio.to_thread(job)
""",
    """
import asyncio

async def main():
    loop = asyncio.get_running_loop()

    def job():
        loop.call_soon_threadsafe(loop.call_later, 1, print, "later")

    await asyncio.to_thread(job)
""",
)

pair(
    RULE,
    "ensure_future in a thread",
    """
import asyncio
import threading

async def send(text):
    print(text)

def listen(loop: asyncio.AbstractEventLoop):
    while True:
        asyncio.ensure_future(send("x"), loop=loop) #!

async def main():
    threading.Thread(target=listen, args=(asyncio.get_running_loop(),), daemon=True).start()
    await asyncio.sleep(10)
""",
    """
import asyncio
import threading

async def send(text):
    print(text)

async def session():
    await asyncio.ensure_future(send("x"))

def listen():
    asyncio.run(session())

async def main():
    threading.Thread(target=listen, daemon=True).start()
    await asyncio.sleep(10)
""",
)

pair(
    RULE,
    "future set from a pool callback",
    """
import asyncio
from concurrent.futures import ThreadPoolExecutor

async def main(work):
    loop = asyncio.get_running_loop()
    answer = loop.create_future()

    def job():
        answer.set_result(work()) #!

    with ThreadPoolExecutor() as pool:
        pool.submit(job)
        return await answer
""",
    """
import asyncio
from concurrent.futures import ThreadPoolExecutor

async def main(work):
    loop = asyncio.get_running_loop()
    answer = loop.create_future()

    def job():
        loop.call_soon_threadsafe(answer.set_result, work())

    with ThreadPoolExecutor() as pool:
        running = loop.run_in_executor(pool, job)
        result = await answer
        await running
        return result
""",
)
