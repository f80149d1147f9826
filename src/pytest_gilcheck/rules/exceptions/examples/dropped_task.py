"""Examples of GIL205 dropped-task.

Data of one rule, in one list: a reader looks a case up by its title, and nothing here is run but by the tests.
"""

from __future__ import annotations

from pytest_gilcheck.model.evidence import Level
from pytest_gilcheck.model.rule import Example

BAD = (
    Example(
        "task thrown away",
        """\
import asyncio


async def on_order(order):
    asyncio.create_task(save(order))  # GIL205
    return "accepted"


async def save(order):
    await order.write()
""",
    ),
    Example(
        "bound to a local name that is never read",
        """\
import asyncio


async def on_order(order):
    receipt = asyncio.create_task(order.print())  # GIL205
    order.accept()


async def serve(server):
    while True:
        order = await server.next()
        receipt = asyncio.create_task(order.print())  # GIL205
        await order.accept()
""",
    ),
    Example(
        "bound to a name that is never read, in a coroutine that goes on waiting",
        """\
import asyncio


async def main(server):
    heartbeat = asyncio.create_task(server.beat())  # GIL205
    await server.serve()


async def watch(server):
    with server.lock():
        heartbeat = asyncio.create_task(server.beat())  # GIL205
    async for event in server.events():
        print(event)
""",
        level=Level.WARNING,
    ),
    Example(
        "ensure_future and its aliases",
        """\
import asyncio as aio
from asyncio import create_task as spawn, ensure_future


async def on_order(order):
    aio.ensure_future(order.write())  # GIL205
    ensure_future(order.write())  # GIL205
    spawn(order.write(), name="write")  # GIL205
    start = aio.create_task
    start(order.write())  # GIL205
""",
    ),
    Example(
        "create_task of a loop",
        """\
import asyncio


async def on_order(order):
    loop = asyncio.get_running_loop()
    loop.create_task(order.write())  # GIL205
    asyncio.get_event_loop().create_task(order.write())  # GIL205


class Server:
    def __init__(self, loop=None):
        self.loop = loop or asyncio.new_event_loop()

    def start(self):
        self.loop.create_task(self.serve())  # GIL205

    async def serve(self):
        await asyncio.sleep(1)


class Client:
    def __init__(self, app):
        self.app = app

    def start(self, loop):
        self.app.loop.create_task(self.run())  # GIL205
        loop.create_task(self.run())  # GIL205

    async def run(self):
        await asyncio.sleep(1)
""",
    ),
    Example(
        "lambda given to the loop",
        """\
import asyncio
import signal


def schedule(loop: asyncio.AbstractEventLoop, order):
    loop.call_later(1, lambda: asyncio.create_task(order.write()))  # GIL205
    loop.add_signal_handler(signal.SIGTERM, lambda: asyncio.ensure_future(order.close()))  # GIL205
    loop.call_soon_threadsafe(callback=lambda: loop.create_task(order.write()))  # GIL205
""",
    ),
    Example(
        "in a branch or behind a condition",
        """\
import asyncio


async def on_order(order):
    order.slow and asyncio.create_task(order.write())  # GIL205
    if order.urgent:
        task = asyncio.create_task(order.send())  # GIL205
    else:
        await order.send()
""",
    ),
    Example(
        "kept in a local list that is never read",
        """\
import asyncio


async def main(queue, worker):
    tasks = []
    for _ in range(3):
        tasks.append(asyncio.create_task(worker(queue)))  # GIL205
    others = [asyncio.create_task(worker(queue)) for _ in range(3)]  # GIL205
    await queue.join()
""",
        level=Level.WARNING,
    ),
    Example(
        "bound to a name that says it is meant",
        """\
import asyncio


async def on_order(order):
    _ = asyncio.create_task(order.write())  # GIL205
""",
        level=Level.WARNING,
    ),
    Example(
        "in a test",
        """\
import asyncio


async def test_order(order):
    asyncio.create_task(order.write())  # GIL205
    await asyncio.sleep(0)
    assert order.saved
""",
        path="tests/test_orders.py",
    ),
    Example(
        "task that a method of the project hands on",
        """\
import asyncio


class Server:
    def __init__(self):
        self.loop = asyncio.new_event_loop()

    def spawn(self, coroutine):
        return self.loop.create_task(coroutine)

    def on_close(self, peer):
        self.spawn(self.forget(peer))  # GIL205

    async def forget(self, peer):
        await peer.aclose()
""",
    ),
    Example(
        "loop that is a member of an object of a foreign class",
        """\
from drivers import ConsumerThread


class Thread(ConsumerThread):
    def on_assign(self, partitions):
        self.thread_loop.create_task(self.assigned(partitions))  # GIL205
""",
    ),
    Example(
        "an attribute that each event overwrites",
        """
        import asyncio

        class Recorder:
            def __init__(self, storage):
                self.storage = storage
                self.saving = None

            def on_message(self, message):
                self.saving = asyncio.create_task(self.storage.save(message))  # GIL205

        class Echo(asyncio.Protocol):
            def data_received(self, data):
                self.answering = asyncio.ensure_future(self.answer(data))  # GIL205

            async def answer(self, data):
                pass
        """,
        level=Level.WARNING,
    ),
    Example(
        "a variable that each turn overwrites",
        """
        import asyncio

        async def crawl(urls):
            for url in urls:
                task = asyncio.create_task(fetch(url))  # GIL205
            await task

        async def fetch(url):
            pass
        """,
        level=Level.WARNING,
    ),
    Example(
        "a callback that is not always given",
        """
        import asyncio

        def fire(function, *args, callback=None):
            task = asyncio.ensure_future(function(*args))  # GIL205
            if callback is not None:
                task.add_done_callback(callback)
        """,
        level=Level.WARNING,
    ),
    Example(
        "a set of weak references",
        """
        import asyncio
        import weakref

        class Server:
            def __init__(self):
                self.tasks = weakref.WeakSet()

            def spawn(self, coroutine):
                self.tasks.add(asyncio.create_task(coroutine))  # GIL205
        """,
        level=Level.WARNING,
    ),
    Example(
        "started by the loop itself",
        """
        import asyncio

        def on_event(loop: asyncio.AbstractEventLoop, event):
            loop.call_soon_threadsafe(asyncio.create_task, handle(event))  # GIL205

        async def handle(event):
            pass
        """,
        level=Level.WARNING,
    ),
    Example(
        "a lambda that is told of events",
        """
        import asyncio

        class Bot:
            def __init__(self, client, bus):
                client.on_message = lambda message: asyncio.create_task(self.handle(message))  # GIL205
                bus.subscribe("news", lambda news: asyncio.ensure_future(self.handle(news)))  # GIL205

            async def handle(self, message):
                pass
        """,
        level=Level.WARNING,
    ),
    Example(
        "a gather that nobody awaits",
        """
        import asyncio

        async def stop(services):
            asyncio.gather(*(service.stop() for service in services))  # GIL205
        """,
    ),
    Example(
        "a task that is made by hand",
        """
        import asyncio

        async def main():
            asyncio.Task(work())  # GIL205
            await asyncio.sleep(1)

        async def work():
            pass
        """,
    ),
)

GOOD = (
    Example(
        "kept in a set until it is done",
        """\
import asyncio

background = set()


async def on_order(order):
    task = asyncio.create_task(save(order))
    background.add(task)
    task.add_done_callback(background.discard)
    return "accepted"


async def save(order):
    await order.write()
""",
    ),
    Example(
        "task groups of asyncio and anyio",
        """\
import asyncio
import anyio
from asyncio import TaskGroup


async def save(orders):
    async with asyncio.TaskGroup() as group:
        for order in orders:
            group.create_task(order.write())
    async with TaskGroup() as tg:
        task = tg.create_task(orders[0].write())
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(orders[0].write)


async def start(group: asyncio.TaskGroup, order):
    group.create_task(order.write())
""",
    ),
    Example(
        "awaited, gathered or asked",
        """\
import asyncio


async def save(orders):
    await asyncio.create_task(orders[0].write())
    first = asyncio.create_task(orders[0].write())
    second = asyncio.ensure_future(orders[1].write())
    await first
    done, pending = await asyncio.wait([second])
    tasks = [asyncio.create_task(order.write()) for order in orders]
    await asyncio.gather(*tasks)
    await asyncio.gather(*(asyncio.create_task(order.write()) for order in orders))
    watch = asyncio.create_task(orders[0].watch())
    try:
        await orders[0].send()
    finally:
        watch.cancel()
    async with asyncio.timeout(1):
        await (late := asyncio.create_task(orders[0].write()))
""",
    ),
    Example(
        "returned, stored or passed on",
        """\
import asyncio

current = None


def start(order):
    return asyncio.create_task(order.write())


def start_global(order):
    global current
    current = asyncio.create_task(order.write())


class Server:
    def __init__(self):
        self.tasks = set()
        self._by_order = {}

    def start(self, order):
        self.task = asyncio.create_task(order.write())
        self._beat = asyncio.create_task(order.beat())
        self.tasks.add(asyncio.create_task(order.write()))
        self._by_order[order] = asyncio.create_task(order.write())
        self.watch(asyncio.create_task(order.write()))
        factory = lambda: asyncio.create_task(order.write())
        return factory

    def watch(self, task):
        task.add_done_callback(print)
""",
    ),
    Example(
        "chained callback",
        """\
import asyncio


def on_order(order, report):
    asyncio.create_task(order.write()).add_done_callback(report)
    task = asyncio.create_task(order.write())
    task.add_done_callback(report)
""",
    ),
    Example(
        "ensure_future of something that is a future already",
        """\
import asyncio


async def watch(loop: asyncio.AbstractEventLoop):
    future = loop.create_future()
    asyncio.ensure_future(future)
    await future


def each(*tasks):
    for task in tasks:
        yield asyncio.ensure_future(*task)
""",
    ),
    Example(
        "create_task of other things",
        """\
import asyncio
from jobs import board, create_task as add_job


class Board:
    def create_task(self, title):
        print(title)


def create_task(title):
    print(title)


def run(client):
    Board().create_task("mend it")
    client.loop.create_task("mend it")
    client.create_task("mend it")
    board.create_task("mend it")
    create_task("mend it")
    add_job("mend it")
""",
    ),
    Example(
        "local function that keeps the task",
        """\
import asyncio


async def main(server):
    beat = asyncio.create_task(server.beat())

    def stop():
        beat.cancel()

    server.on_close(stop)
    await server.serve()
""",
    ),
    Example(
        "a module's own task",
        """\
import asyncio

loop = asyncio.new_event_loop()


async def main():
    await asyncio.sleep(1)


main_task = loop.create_task(main())
loop.run_forever()
""",
    ),
    Example(
        "a test that expects the call to fail",
        """\
import asyncio
import pytest


def test_no_loop(order):
    with pytest.raises(RuntimeError):
        asyncio.create_task(order.write())
""",
        path="tests/test_orders.py",
    ),
    Example(
        "put into a set of the module",
        """\
import asyncio

tasks = set()


async def notify(user):
    await user.send("hello")


async def greet(user):
    tasks.add(asyncio.create_task(notify(user)))
""",
    ),
    Example(
        "method of the project that keeps the task that it hands on",
        """\
import asyncio


class Server:
    def __init__(self):
        self.tasks = set()

    def spawn(self, coroutine):
        task = asyncio.create_task(coroutine)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    def on_close(self, peer):
        self.spawn(peer.aclose())
""",
    ),
    Example(
        "variable of the function around keeps it",
        """\
import asyncio


async def test_unload_during_setup(entry):
    task = None

    def late():
        nonlocal task
        task = asyncio.create_task(entry.setup())

    asyncio.get_running_loop().call_soon(late)
    await entry.unload()
""",
        path="tests/test_entries.py",
    ),
    Example(
        "an attribute for the one task of the object",
        """
        import asyncio

        class Poller:
            def start(self):
                self.polling = asyncio.create_task(self.poll())

            def on_change(self, change):
                if self.polling:
                    self.polling.cancel()
                self.polling = asyncio.create_task(self.poll())

            async def poll(self):
                pass
        """,
    ),
    Example(
        "left alone by a test to see what comes of it",
        """
        import asyncio

        async def test_leaking_task(runner):
            async def wait():
                await asyncio.sleep(5)

            # leave this running in the background
            asyncio.create_task(wait())

        async def test_close(coroutines):
            [asyncio.ensure_future(coroutine) for coroutine in coroutines]
            await asyncio.sleep(0)
            [coroutine.close() for coroutine in coroutines]
        """,
        path="tests/test_leak.py",
    ),
)
