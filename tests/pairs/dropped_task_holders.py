"""Variables, attributes and sets that hold a task for less time than it takes."""

from __future__ import annotations

from tests.pairs.kit import pair, safe, safe_variants

RULE = "GIL205"

pair(
    RULE,
    "attribute per event",
    """
import asyncio

class Handler:
    def __init__(self, storage):
        self.storage = storage
        self.save_task = None

    def on_message(self, message):
        self.save_task = asyncio.create_task(self.storage.save(message)) #!
""",
    {
        "        self.save_task = asyncio.create_task(self.storage.save(message)) #!": "        task = asyncio.create_task(self.storage.save(message))\n        self.tasks.add(task)\n        task.add_done_callback(self.tasks.discard)"
    },
    {
        "        self.save_task = asyncio.create_task(self.storage.save(message)) #!": "        if self.save_task is None or self.save_task.done():\n            self.save_task = asyncio.create_task(self.storage.save(message))"
    },
    {"def on_message(self, message):": "def start(self, message):"},
    {"@append": "\n    async def close(self):\n        await self.save_task\n"},
    {
        "        self.save_task = asyncio.create_task(self.storage.save(message)) #!": "        if self.save_task:\n            self.save_task.cancel()\n        self.save_task = asyncio.create_task(self.storage.save(message))"
    },
)
pair(
    RULE,
    "protocol data_received",
    """
import asyncio

class Echo(asyncio.Protocol):
    def data_received(self, data):
        self.task = asyncio.ensure_future(self.handle(data)) #!

    async def handle(self, data):
        await asyncio.sleep(1)
""",
    {"self.task = asyncio.ensure_future(self.handle(data)) #!": "self.queue.put_nowait(data)"},
    {"def data_received(self, data):": "def connection_made(self, data):"},
)
pair(
    RULE,
    "callback in one branch",
    """
import asyncio

def fire(function, *args, callback=None):
    task = asyncio.ensure_future(function(*args)) #!
    if callback is not None:
        task.add_done_callback(callback)
""",
    {"        task.add_done_callback(callback)": "        task.add_done_callback(callback)\n    return task"},
    {
        "    if callback is not None:\n        task.add_done_callback(callback)": "    tasks.add(task)\n    task.add_done_callback(tasks.discard)"
    },
    {"    if callback is not None:\n        task.add_done_callback(callback)": "    task.add_done_callback(report)"},
)
pair(
    RULE,
    "overwritten in loop",
    """
import asyncio

async def crawl(urls):
    for url in urls:
        task = asyncio.create_task(fetch(url)) #!
    await task
""",
    {"    await task": "        await task"},
    {
        "    for url in urls:\n        task = asyncio.create_task(fetch(url)) #!\n    await task": "    tasks = []\n    for url in urls:\n        task = asyncio.create_task(fetch(url))\n        tasks.append(task)\n    await asyncio.gather(*tasks)"
    },
)
pair(
    RULE,
    "gather not awaited",
    """
import asyncio

async def stop(services):
    asyncio.gather(*(s.stop() for s in services)) #!
""",
    {"asyncio.gather(*": "await asyncio.gather(*"},
    {"asyncio.gather(*": "return asyncio.gather(*"},
)
pair(
    RULE,
    "call_soon_threadsafe create_task",
    """
import asyncio

def on_event(loop: asyncio.AbstractEventLoop, event):
    loop.call_soon_threadsafe(asyncio.create_task, handle(event)) #!

async def handle(event):
    pass
""",
    {"loop.call_soon_threadsafe(asyncio.create_task, handle(event)) #!": "return asyncio.run_coroutine_threadsafe(handle(event), loop)"},
)
pair(
    RULE,
    "signal handler partial",
    """
import asyncio
import signal

async def main():
    loop = asyncio.get_running_loop()
    for sig in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sig, lambda: asyncio.create_task(shutdown(loop))) #!
    await asyncio.Event().wait()

async def shutdown(loop):
    loop.stop()
""",
    {"lambda: asyncio.create_task(shutdown(loop))": "stop.set"},
)
pair(
    RULE,
    "weak set",
    """
import asyncio
import weakref

class Server:
    def __init__(self):
        self.tasks = weakref.WeakSet()

    def spawn(self, coroutine):
        self.tasks.add(asyncio.create_task(coroutine)) #!

    async def close(self):
        for task in self.tasks:
            task.cancel()
""",
    {"weakref.WeakSet()": "set()"},
)
pair(
    RULE,
    "comprehension statement",
    """
import asyncio

async def notify(clients, text):
    [asyncio.create_task(client.send(text)) for client in clients] #!
""",
    {
        "    [asyncio.create_task(client.send(text)) for client in clients] #!": "    await asyncio.gather(*[asyncio.create_task(client.send(text)) for client in clients])"
    },
)
pair(
    RULE,
    "Task constructor",
    """
import asyncio

async def main():
    asyncio.Task(work()) #!
    await asyncio.sleep(1)

async def work():
    pass
""",
    {"    asyncio.Task(work()) #!\n    await asyncio.sleep(1)": "    await asyncio.Task(work())"},
)
pair(
    RULE,
    "assigned lambda",
    """
import asyncio

class Bot:
    def __init__(self, client):
        client.on_message = lambda message: asyncio.create_task(self.handle(message)) #!

    async def handle(self, message):
        pass
""",
    {"lambda message: asyncio.create_task(self.handle(message))": "self.handle"},
)
pair(
    RULE,
    "listener lambda",
    """
import asyncio

def setup(bus, handle):
    bus.subscribe("news", lambda message: asyncio.ensure_future(handle(message))) #!
""",
    {"lambda message: asyncio.ensure_future(handle(message))": "handle"},
)
pair(
    RULE,
    "get_event_loop create_task",
    """
import asyncio

def later(coroutine):
    asyncio.get_event_loop().create_task(coroutine) #!
""",
    {"    asyncio.get_event_loop().create_task(coroutine) #!": "    return asyncio.get_event_loop().create_task(coroutine)"},
)
pair(
    RULE,
    "running loop",
    """
import asyncio

def later(self, coroutine):
    loop = asyncio.get_running_loop()
    loop.create_task(coroutine, name="later") #!
""",
    {"    loop.create_task": "    return loop.create_task"},
)
pair(
    RULE,
    "named then set_name",
    """
import asyncio

def spawn(coroutine, name):
    task = asyncio.create_task(coroutine) #!
    task.set_name(name)
""",
    {"    task.set_name(name)": "    task.set_name(name)\n    return task"},
)
pair(
    RULE,
    "kept in a dict by the same key",
    """
import asyncio

class Hub:
    def __init__(self):
        self.running = {}

    def on_event(self, event):
        asyncio.create_task(self.handle(event)) #!

    async def handle(self, event):
        pass
""",
    {"asyncio.create_task(self.handle(event)) #!": "self.running[event.id] = asyncio.create_task(self.handle(event))"},
)
pair(
    RULE,
    "conditional expression",
    """
import asyncio

def fire(loop, work, now):
    asyncio.create_task(work()) if now else loop.call_later(1, work) #!
""",
    {"    asyncio.create_task(work()) if now": "    return asyncio.create_task(work()) if now"},
)
pair(
    RULE,
    "and expression",
    """
import asyncio

def fire(self, work):
    self.enabled and asyncio.create_task(work()) #!
""",
    {"    self.enabled and": "    return self.enabled and"},
)
pair(
    RULE,
    "uvicorn startup",
    """
import asyncio
from fastapi import FastAPI

app = FastAPI()

@app.on_event("startup")
async def startup():
    asyncio.create_task(poll()) #!

async def poll():
    while True:
        await asyncio.sleep(10)
""",
    {"    asyncio.create_task(poll()) #!": "    app.state.poller = asyncio.create_task(poll())"},
)
pair(
    RULE,
    "try except around",
    """
import asyncio

def start(coro):
    try:
        asyncio.get_running_loop().create_task(coro) #!
    except RuntimeError:
        asyncio.run(coro)
""",
    {"        asyncio.get_running_loop().create_task(coro) #!": "        return asyncio.get_running_loop().create_task(coro)"},
)
pair(
    RULE,
    "async for",
    """
import asyncio

async def main(ws):
    async for message in ws:
        asyncio.create_task(handle(message)) #!
""",
    {"        asyncio.create_task(handle(message)) #!": "        await handle(message)"},
)
pair(
    RULE,
    "nested function",
    """
import asyncio

def debounce(wait):
    def decorator(fn):
        def wrapper(*args):
            asyncio.ensure_future(fn(*args)) #!
        return wrapper
    return decorator
""",
    {"            asyncio.ensure_future(fn(*args)) #!": "            return asyncio.ensure_future(fn(*args))"},
)
safe_variants(
    "task of an object",
    """
import asyncio
import contextlib

class Thing:
    BODY

    async def work(self):
        pass
""",
    {
        "restart": "async def restart(self):\n    self.task.cancel()\n    self.task = asyncio.create_task(self.work())",
        "start": "async def start(self):\n    self.task = asyncio.create_task(self.work())",
        "init": "def __init__(self):\n    self.task = asyncio.create_task(self.work())",
        "local awaited later": "async def run(self):\n    task = asyncio.create_task(self.work())\n    await asyncio.sleep(1)\n    await task",
        "gather assigned": "async def run(self):\n    group = asyncio.gather(self.work(), self.work())\n    await group",
        "gather in wait_for": "async def run(self):\n    await asyncio.wait_for(asyncio.gather(self.work()), 5)",
        "loop with list": "async def run(self, urls):\n    tasks = [asyncio.create_task(self.work()) for u in urls]\n    for task in tasks:\n        await task",
        "loop last awaited inside": "async def run(self, urls):\n    task = None\n    for u in urls:\n        if task is not None:\n            await task\n        task = asyncio.create_task(self.work())\n    await task",
        "cancelled in finally": "async def run(self):\n    task = asyncio.create_task(self.work())\n    try:\n        await asyncio.sleep(1)\n    finally:\n        task.cancel()",
        "expected": "async def handle_event(self, event):\n    self.current = asyncio.create_task(self.work())\n    await self.current",
    },
)

safe(
    "task left on purpose",
    """
import asyncio

async def test_leaking_task():
    # leave this running in the background
    asyncio.create_task(asyncio.sleep(5))
""",
    path="tests/test_leak.py",
)
safe(
    "task closed",
    """
import asyncio

async def test_close(coros):
    [asyncio.ensure_future(coro) for coro in coros]
    await asyncio.sleep(0)
    [coro.close() for coro in coros]
""",
    path="tests/test_close.py",
)

pair(
    RULE,
    "returned to nobody",
    """
import asyncio

class Plugin:
    def fire(self, event):
        return asyncio.create_task(self.handle(event)) #!

    async def handle(self, event):
        pass

async def main(plugin: Plugin, events):
    for event in events:
        plugin.fire(event)
""",
    {"        plugin.fire(event)": "        await plugin.fire(event)"},
    {"async def main(plugin: Plugin, events):\n    for event in events:\n        plugin.fire(event)\n": ""},
)
pair(
    RULE,
    "both branches call back",
    """
import asyncio

def go(coroutine, done, failed):
    task = asyncio.create_task(coroutine) #!
    if done:
        task.add_done_callback(done)
    elif failed:
        task.add_done_callback(failed)
""",
    {"    elif failed:\n        task.add_done_callback(failed)": "    task.add_done_callback(failed)"},
)
pair(
    RULE,
    "while loop overwrites",
    """
import asyncio

async def serve(server):
    while server.running:
        connection = await server.accept()
        task = asyncio.create_task(connection.serve()) #!
    task.cancel()
""",
    {
        "        task = asyncio.create_task(connection.serve()) #!": "        task = asyncio.create_task(connection.serve())\n        server.tasks.append(task)"
    },
    """
import asyncio

async def talk(websocket):
    task = None
    async for message in websocket:
        if message.kind == "start":
            task = asyncio.create_task(message.run())
    await task
""",
)
pair(
    RULE,
    "telegram style",
    """
class Client:
    def __init__(self, loop):
        self.loop = loop

    def dispatch(self, update):
        for handler in self.handlers:
            self.loop.create_task(handler(update)) #!

import asyncio
""",
    {"            self.loop.create_task(handler(update)) #!": "            self.tasks.add(self.loop.create_task(handler(update)))"},
)
pair(
    RULE,
    "protocol with attribute",
    """
import asyncio

class Line(asyncio.Protocol):
    def connection_lost(self, error):
        asyncio.ensure_future(self.reconnect()) #!

    async def reconnect(self):
        await asyncio.sleep(1)
""",
    {"asyncio.ensure_future(self.reconnect()) #!": "self.reconnecting = asyncio.ensure_future(self.reconnect())"},
)
pair(
    RULE,
    "done callback starts another",
    """
import asyncio

class Pump:
    def start(self):
        self.task = asyncio.create_task(self.run())
        self.task.add_done_callback(lambda task: asyncio.create_task(self.run())) #!

    async def run(self):
        pass
""",
    {"lambda task: asyncio.create_task(self.run())": "print"},
)
pair(
    RULE,
    "update_state each time",
    """
import asyncio

class Entity:
    def on_state_changed(self, state):
        self._pending = asyncio.get_event_loop().create_task(self.push(state)) #!

    async def push(self, state):
        await state.send()
""",
    {"@append": "\n    async def stop(self):\n        await self._pending\n"},
)
