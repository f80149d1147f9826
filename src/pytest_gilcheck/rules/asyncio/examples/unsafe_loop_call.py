"""What GIL702 flags, and what it leaves alone.

Data of one rule, in one list: a reader looks a case up by its title, and nothing here is run but by the tests.
"""

from __future__ import annotations

from pytest_gilcheck.model.evidence import Level
from pytest_gilcheck.model.rule import Example

BAD = (
    Example(
        "called at once instead of handed over",
        """
        import asyncio
        import threading

        async def ask(permissions):
            loop = asyncio.get_running_loop()
            answer = loop.create_future()
            ready = asyncio.Event()

            def refused(reason):
                loop.call_soon_threadsafe(answer.set_exception(PermissionError(reason)))  # GIL702
                loop.call_soon_threadsafe(ready.set())  # GIL702

            permissions.request(refused)
            await ready.wait()
            return await answer
        """,
    ),
    Example(
        "call_soon in a thread",
        """
        import asyncio
        import threading

        def worker(loop, callback):
            loop.call_soon(callback)  # GIL702

        async def main():
            loop = asyncio.get_running_loop()
            threading.Thread(target=worker, args=(loop, print)).start()
            await asyncio.sleep(1)
        """,
    ),
    Example(
        "a task made in a thread",
        """
        import asyncio
        import threading

        async def notify(value):
            print(value)

        def worker(loop):
            loop.create_task(notify(1))  # GIL702

        async def main():
            loop = asyncio.get_event_loop()
            thread = threading.Thread(target=worker, args=(loop,))
            thread.start()
            await asyncio.sleep(1)
            thread.join()
        """,
    ),
    Example(
        "a queue filled from a thread",
        """
        import asyncio
        import threading

        def read_lines(queue):
            for line in open("input"):
                queue.put_nowait(line)  # GIL702

        async def main():
            queue = asyncio.Queue(100)
            threading.Thread(target=read_lines, args=(queue,), daemon=True).start()
            while True:
                print(await queue.get())
        """,
    ),
    Example(
        "an event set by an executor's task",
        """
        import asyncio
        import time

        class Job:
            def __init__(self):
                self.done = asyncio.Event()

            def work(self):
                time.sleep(1)
                self.done.set()  # GIL702

            async def run(self):
                loop = asyncio.get_running_loop()
                task = loop.run_in_executor(None, self.work)
                await self.done.wait()
                await task
        """,
    ),
    Example(
        "a result set from a thread",
        """
        import asyncio
        import threading

        def compute(future, n):
            future.set_result(n * 2)  # GIL702

        async def main():
            loop = asyncio.get_running_loop()
            future = loop.create_future()
            threading.Thread(target=compute, args=(future, 4)).start()
            return await future
        """,
    ),
    Example(
        "stop from a timer",
        """
        import asyncio
        import threading

        def stop_later(loop):
            loop.stop()  # GIL702

        def main():
            loop = asyncio.new_event_loop()
            threading.Timer(5, stop_later, args=(loop,)).start()
            loop.run_forever()
        """,
    ),
    Example(
        "the callback of a thread pool's future",
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
                self.loop.call_soon(print, future.result())  # GIL702

            def close(self):
                self.pool.shutdown()
        """,
    ),
    Example(
        "to_thread",
        """
        import asyncio

        def blocking(queue: asyncio.Queue):
            for number in range(10):
                queue.put_nowait(number)  # GIL702

        async def main():
            queue = asyncio.Queue(maxsize=10)
            await asyncio.to_thread(blocking, queue)
        """,
    ),
    Example(
        "a Thread subclass that keeps the loop",
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
                    self.loop.call_soon(self.callback, line)  # GIL702
        """,
    ),
    Example(
        "through a helper",
        """
        import asyncio
        import threading

        loop = asyncio.new_event_loop()

        def publish(message):
            loop.call_later(1, print, message)  # GIL702

        def worker():
            publish("hello")

        def main():
            threading.Thread(target=worker).start()
            loop.run_forever()
        """,
    ),
    Example(
        "a lambda in a pool",
        """
        import asyncio
        from concurrent.futures import ThreadPoolExecutor

        async def main(items):
            loop = asyncio.get_running_loop()
            with ThreadPoolExecutor() as pool:
                for item in items:
                    pool.submit(lambda: loop.call_soon(print, item))  # GIL702
                await asyncio.sleep(1)
        """,
    ),
    Example(
        "ensure_future with a loop",
        """
        import asyncio
        import threading

        async def send(data):
            await asyncio.sleep(0)

        def on_message(loop, data):
            asyncio.ensure_future(send(data), loop=loop)  # GIL702

        def start(data):
            loop = asyncio.get_event_loop()
            threading.Thread(target=on_message, args=(loop, data)).start()
            loop.run_forever()
        """,
    ),
    Example(
        "create_task without a loop",
        """
        import asyncio
        import threading

        async def send(data):
            await asyncio.sleep(0)

        def worker(keep):
            keep.append(asyncio.create_task(send(1)))  # GIL702

        async def main():
            keep = []
            threading.Thread(target=worker, args=(keep,)).start()
            await asyncio.sleep(1)
        """,
    ),
    Example(
        "a task cancelled by a timer",
        """
        import asyncio
        import threading

        async def long():
            await asyncio.sleep(100)

        async def main():
            task = asyncio.create_task(long())

            def give_up():
                task.cancel()  # GIL702

            threading.Timer(5, give_up).start()
            await task
        """,
    ),
    Example(
        "a reader added by a thread",
        """
        import asyncio
        import threading

        def accept(server, loop, handle):
            while True:
                connection, _ = server.accept()
                loop.add_reader(connection, handle, connection)  # GIL702

        def main(server, handle):
            loop = asyncio.new_event_loop()
            threading.Thread(target=accept, args=(server, loop, handle), daemon=True).start()
            loop.run_forever()
        """,
    ),
    Example(
        "a worker in another file",
        """
        import asyncio
        import threading
        from feed import pump

        async def main():
            queue = asyncio.Queue(10)
            threading.Thread(target=pump, args=(queue,), daemon=True).start()
            print(await queue.get())
        """,
        others=(
            (
                "feed.py",
                """
                def pump(queue):
                    queue.put_nowait(1)  # GIL702
                """,
            ),
        ),
    ),
    Example(
        "from outside while a thread runs the loop",
        """
        import asyncio
        import threading

        def main():
            loop = asyncio.new_event_loop()
            thread = threading.Thread(target=loop.run_forever, daemon=True)
            thread.start()
            loop.call_soon(print, 1)  # GIL702
            loop.stop()  # GIL702
            thread.join()
        """,
    ),
    Example(
        "a loop that is known by its name alone",
        """
        import asyncio
        import threading

        class Client:
            def __init__(self, loop):
                self._loop = loop

            def start(self):
                threading.Thread(target=self._read, daemon=True).start()

            def _read(self):
                for line in open("pipe"):
                    self._loop.call_soon(print, line)  # GIL702
        """,
        level=Level.WARNING,
    ),
    Example(
        "a function of both worlds",
        """
        import asyncio
        import threading

        queue = asyncio.Queue(10)

        def publish(item):
            queue.put_nowait(item)  # GIL702

        async def main():
            publish("start")
            threading.Thread(target=publish, args=("now",)).start()
            print(await queue.get())
        """,
        level=Level.WARNING,
    ),
    Example(
        "a method of a thread that runs its loop",
        """
        import asyncio
        import threading

        class LoopThread(threading.Thread):
            def __init__(self):
                super().__init__(daemon=True)
                self.loop = asyncio.new_event_loop()

            def run(self):
                self.loop.run_forever()

            def stop(self):
                self.loop.stop()  # GIL702
                self.join()
        """,
        level=Level.WARNING,
    ),
    Example(
        "a script stops the loop of its thread",
        """\
import asyncio
import threading

loop = asyncio.new_event_loop()

def run():
    asyncio.set_event_loop(loop)
    loop.run_forever()

thread = threading.Thread(target=run)
thread.start()
loop.stop()  # GIL702
thread.join()
""",
    ),
    Example(
        "a finalizer that uses the loop",
        """
        import asyncio
        import weakref

        class Store:
            def __init__(self, loop, session):
                weakref.finalize(self, close_session, loop, session)

        def close_session(loop, session):
            if loop.is_running():
                loop.create_task(session.close())  # GIL702

        class Connection:
            def __init__(self):
                self._loop = asyncio.get_event_loop()

            async def close(self):
                pass

            def __del__(self):
                self._loop.call_soon(self.close)  # GIL702
        """,
        level=Level.WARNING,
    ),
    Example(
        "a loop that another function's thread runs",
        """
        import asyncio
        import threading

        loop = asyncio.new_event_loop()

        def serve():
            asyncio.set_event_loop(loop)
            loop.run_forever()

        def start():
            threading.Thread(target=serve, daemon=True).start()

        def stop():
            loop.stop()  # GIL702

        def on_click(event):
            loop.create_task(load(event))  # GIL702

        async def load(event):
            pass
        """,
        level=Level.WARNING,
    ),
    Example(
        "a loop that a thread hands out by a list",
        """
        import asyncio
        import threading

        def server():
            loops, ready = [], threading.Event()

            def serve():
                loop = asyncio.new_event_loop()
                loops.append(loop)
                loop.call_soon(ready.set)
                loop.run_forever()

            threading.Thread(target=serve).start()
            ready.wait()
            yield
            for loop in loops:
                loop.stop()  # GIL702
        """,
        level=Level.WARNING,
    ),
    Example(
        "the loop of another object's thread",
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
                self.runner.loop.stop()  # GIL702
        """,
        level=Level.WARNING,
    ),
    Example(
        "callbacks that libraries call in their threads",
        """
        import asyncio
        import logging
        import paho.mqtt.client as mqtt
        from watchdog.events import FileSystemEventHandler

        class Changes(FileSystemEventHandler):
            def __init__(self, queue: asyncio.Queue):
                self.queue = queue

            def on_modified(self, event):
                self.queue.put_nowait(event)  # GIL702

        class Lines(logging.Handler):
            def __init__(self, queue: asyncio.Queue):
                super().__init__()
                self.queue = queue

            def emit(self, record):
                self.queue.put_nowait(record)  # GIL702

        class Bridge:
            def __init__(self, loop: asyncio.AbstractEventLoop):
                self.loop = loop
                self.client = mqtt.Client()
                self.client.on_message = self.on_message

            def on_message(self, client, data, message):
                self.loop.call_soon(print, message)  # GIL702
        """,
        level=Level.WARNING,
    ),
    Example(
        "a loop's method as what the thread runs",
        """
        import asyncio
        import threading

        async def main():
            done = asyncio.Event()
            threading.Timer(1, done.set).start()  # GIL702
            await done.wait()
        """,
    ),
    Example(
        "a stream that a thread writes to",
        """
        import asyncio
        import threading

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
            def pump():
                for line in open("/var/log/messages"):
                    writer.write(line.encode())  # GIL702

            threading.Thread(target=pump, daemon=True).start()
            await reader.read()
        """,
    ),
)

GOOD = (
    Example(
        "a method handed over, and what makes the function to call",
        """
        import asyncio
        import functools

        async def ask(permissions, callbacks):
            loop = asyncio.get_running_loop()
            answer = loop.create_future()

            def answered(reason):
                loop.call_soon_threadsafe(answer.set_result, reason)
                loop.call_soon_threadsafe(functools.partial(print, reason))
                loop.call_soon_threadsafe(callbacks.get("answered"))

            permissions.request(answered)
            return await answer
        """,
    ),
    Example(
        "call_soon_threadsafe in a thread",
        """
        import asyncio
        import threading

        def worker(loop, callback):
            loop.call_soon_threadsafe(callback)

        async def main():
            loop = asyncio.get_running_loop()
            threading.Thread(target=worker, args=(loop, print)).start()
            await asyncio.sleep(1)
        """,
    ),
    Example(
        "no thread",
        """
        import asyncio
        import threading

        def worker(loop, callback):
            loop.call_soon(callback)

        async def main():
            loop = asyncio.get_running_loop()
            worker(loop, print)
            await asyncio.sleep(1)
        """,
    ),
    Example(
        "run_coroutine_threadsafe",
        """
        import asyncio
        import threading

        async def notify(value):
            print(value)

        def worker(loop):
            asyncio.run_coroutine_threadsafe(notify(1), loop).result()

        async def main():
            loop = asyncio.get_event_loop()
            thread = threading.Thread(target=worker, args=(loop,))
            thread.start()
            await asyncio.sleep(1)
            thread.join()
        """,
    ),
    Example(
        "a loop made in the thread",
        """
        import asyncio
        import threading

        async def notify(value):
            print(value)

        def worker(loop):
            loop = asyncio.new_event_loop()
            loop.run_until_complete(notify(1))

        async def main():
            loop = asyncio.get_event_loop()
            thread = threading.Thread(target=worker, args=(loop,))
            thread.start()
            await asyncio.sleep(1)
            thread.join()
        """,
    ),
    Example(
        "put_nowait handed to the loop",
        """
        import asyncio
        import threading

        def read_lines(loop, queue):
            for line in open("input"):
                loop.call_soon_threadsafe(queue.put_nowait, line)

        async def main():
            queue = asyncio.Queue(100)
            threading.Thread(target=read_lines, args=(asyncio.get_running_loop(), queue), daemon=True).start()
            while True:
                print(await queue.get())
        """,
    ),
    Example(
        "a queue of threads",
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
    ),
    Example(
        "a future of threads",
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
    ),
    Example(
        "stop handed to the loop",
        """
        import asyncio
        import threading

        def stop_later(loop):
            loop.call_soon_threadsafe(loop.stop)

        def main():
            loop = asyncio.new_event_loop()
            threading.Timer(5, stop_later, args=(loop,)).start()
            loop.run_forever()
        """,
    ),
    Example(
        "a timer of the loop",
        """
        import asyncio
        import threading

        async def long():
            await asyncio.sleep(100)

        async def main():
            task = asyncio.create_task(long())

            def give_up():
                task.cancel()

            asyncio.get_running_loop().call_later(5, give_up)
            await task
        """,
    ),
    Example(
        "a function handed to the loop",
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
            def put():
                queue.put_nowait(1)
                loop.call_later(1, print)
            loop.call_soon_threadsafe(put)

        threading.Thread(target=work, daemon=True).start()
        loop.run_forever()
        """,
    ),
    Example(
        "a lambda handed to the loop",
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
            loop.call_soon_threadsafe(lambda: queue.put_nowait(1))

        threading.Thread(target=work, daemon=True).start()
        loop.run_forever()
        """,
    ),
    Example(
        "a coroutine handed to the loop",
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
            asyncio.run_coroutine_threadsafe(queue.put(1), loop).result()

        threading.Thread(target=work, daemon=True).start()
        loop.run_forever()
        """,
    ),
    Example(
        "asyncio.run in the thread",
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
            asyncio.run(send())

        threading.Thread(target=work, daemon=True).start()
        loop.run_forever()
        """,
    ),
    Example(
        "questions to the loop",
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
            print(loop.is_running(), loop.time(), queue.qsize())

        threading.Thread(target=work, daemon=True).start()
        loop.run_forever()
        """,
    ),
    Example(
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
    ),
    Example(
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
    ),
    Example(
        "futures of the loop call back on it",
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
    ),
    Example(
        "a loop of another library",
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
    ),
    Example(
        "handed to the loop that a thread runs",
        """
        import asyncio
        import threading

        def main():
            loop = asyncio.new_event_loop()
            thread = threading.Thread(target=loop.run_forever, daemon=True)
            thread.start()
            loop.call_soon_threadsafe(print, 1)
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
        """,
    ),
    Example(
        "a thread that stops its own loop",
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
                self.loop.call_soon_threadsafe(self.loop.stop)
                self.join()
        """,
    ),
    Example(
        "a coroutine of an object whose thread runs the loop",
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

            async def later(self, callback):
                self._loop.call_later(1, callback)
        """,
    ),
    Example(
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
    ),
    Example(
        "there in the asynchronous mode only",
        """
        import asyncio
        import threading

        class Stream:
            def __init__(self):
                self.arrived = None

            async def wait(self):
                self.arrived = asyncio.Event()
                await self.arrived.wait()

            def receive(self):
                if self.arrived:
                    self.arrived.set()

            def start(self):
                threading.Thread(target=self.receive, daemon=True).start()
        """,
    ),
    Example(
        "asks in which thread it is",
        """
        import asyncio
        import threading

        class Bus:
            def __init__(self, loop: asyncio.AbstractEventLoop):
                self.loop = loop
                self.thread = threading.get_ident()

            def publish(self, item):
                if threading.get_ident() == self.thread:
                    self.loop.call_soon(print, item)
                else:
                    self.loop.call_soon_threadsafe(print, item)

            def start(self):
                threading.Thread(target=self.publish, args=(1,), daemon=True).start()
        """,
    ),
    Example(
        "the callback of a coroutine's future runs on the loop",
        """
        import asyncio

        async def work():
            return 1

        class Bridge:
            def __init__(self, loop: asyncio.AbstractEventLoop):
                self.loop = loop

            def start(self):
                asyncio.run_coroutine_threadsafe(work(), self.loop).add_done_callback(self.finished)

            def finished(self, future):
                self.loop.call_soon(print, future.result())
        """,
    ),
    Example(
        "the thread of a tornado loop after the loop ended",
        """\
import asyncio
import threading


class Thread:
    def __init__(self, io_loop):
        self.io_loop = io_loop
        self.task = None
        self.thread = threading.Thread(target=self._main)

    def _main(self):
        def begin():
            self.task = asyncio.ensure_future(asyncio.sleep(1))

        self.io_loop.run_sync(begin)
        self.io_loop.start()
        if self.task is not None:
            self.task.cancel()
""",
    ),
    Example(
        "a callback that only others' calls of the function give it",
        """\
import asyncio
import threading


def acquire(check=None):
    while check is not None and not check():
        pass


def tell(event: asyncio.Event):
    event.set()


async def wait():
    event = asyncio.Event()
    acquire(lambda: tell(event))
    await event.wait()


def main():
    threading.Thread(target=acquire).start()
""",
    ),
    Example(
        "a script tells the loop of its thread to stop",
        """\
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
    ),
    Example(
        "a finalizer that asks where it is",
        """
        import asyncio

        class Connection:
            async def close(self):
                pass

            def __del__(self):
                try:
                    loop = asyncio.get_running_loop()
                except RuntimeError:
                    return
                self.closing = loop.create_task(self.close())
        """,
    ),
    Example(
        "callbacks that hand over to the loop",
        """
        import asyncio
        import logging
        from watchdog.events import FileSystemEventHandler

        class Changes(FileSystemEventHandler):
            def __init__(self, loop, queue: asyncio.Queue):
                self.loop = loop
                self.queue = queue

            def on_modified(self, event):
                self.loop.call_soon_threadsafe(self.queue.put_nowait, event)

        class Lines(logging.Handler):
            def emit(self, record):
                self.loop.call_soon_threadsafe(print, record)
        """,
    ),
    Example(
        "a loop that the main thread runs",
        """
        import asyncio

        loop = asyncio.new_event_loop()

        def stop():
            loop.stop()

        def main():
            loop.call_later(5, stop)
            loop.run_forever()
        """,
    ),
)
