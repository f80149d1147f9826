"""Tasks that nobody holds, and the many ways to hold one."""

from __future__ import annotations

from tests.pairs.kit import bad_variants, pair, safe, safe_variants

RULE = "GIL205"

pair(
    RULE,
    "create_task bare",
    """
import asyncio

async def handle(reader, writer):
    asyncio.create_task(log_connection(writer)) #!
    data = await reader.read(100)
    writer.write(data)
    await writer.drain()

async def log_connection(writer):
    print(writer.get_extra_info("peername"))
""",
    {"    asyncio.create_task(log_connection(writer)) #!": "    await log_connection(writer)"},
    {
        "    asyncio.create_task(log_connection(writer)) #!": "    task = asyncio.create_task(log_connection(writer))",
        """    await writer.drain()
""": """    await writer.drain()
    await task
""",
    },
    {
        "    asyncio.create_task(log_connection(writer)) #!": """    task = asyncio.create_task(log_connection(writer))
    background.add(task)
    task.add_done_callback(background.discard)""",
        "import asyncio": """import asyncio
background = set()""",
    },
    {
        """    asyncio.create_task(log_connection(writer)) #!
    data = await reader.read(100)""": """    async with asyncio.TaskGroup() as tg:
        tg.create_task(log_connection(writer))
    data = await reader.read(100)"""
    },
)

pair(
    RULE,
    "ensure_future",
    """
from asyncio import ensure_future

class Client:
    def on_message(self, msg):
        ensure_future(self.dispatch(msg)) #!

    async def dispatch(self, msg):
        raise ValueError(msg)
""",
    {"        ensure_future(self.dispatch(msg)) #!": "        return ensure_future(self.dispatch(msg))"},
    {"        ensure_future(self.dispatch(msg)) #!": "        self.tasks.append(ensure_future(self.dispatch(msg)))"},
    {"from asyncio import ensure_future": "from twisted_like import ensure_future"},
)

pair(
    RULE,
    "loop create_task",
    """
import asyncio

async def main():
    loop = asyncio.get_running_loop()
    loop.create_task(ticker()) #!
    await asyncio.sleep(10)

async def ticker():
    while True:
        await asyncio.sleep(1)
        print("tick")

asyncio.run(main())
""",
    {
        """    loop.create_task(ticker()) #!
    await asyncio.sleep(10)""": """    t = loop.create_task(ticker())
    await asyncio.sleep(10)
    t.cancel()"""
    },
    {"    loop.create_task(ticker()) #!": "    await asyncio.wait_for(loop.create_task(ticker()), 5)"},
)

pair(
    RULE,
    "bound never used",
    """
import asyncio

async def consume(q):
    while True:
        print(await q.get())

async def produce(q):
    task = asyncio.create_task(consume(q)) #!
    for i in range(100):
        await q.put(i)
""",
    {
        "        await q.put(i)": """        await q.put(i)
    task.cancel()"""
    },
    {
        "        await q.put(i)": """        await q.put(i)
    return task"""
    },
)

pair(
    RULE,
    "comprehension dropped",
    """
import asyncio as aio

async def job(i):
    await aio.sleep(i)

async def main():
    [aio.create_task(job(i)) for i in range(5)] #!
    await aio.sleep(10)
""",
    {
        """    [aio.create_task(job(i)) for i in range(5)] #!
""": """    await aio.gather(*[aio.create_task(job(i)) for i in range(5)])
"""
    },
    {
        "    [aio.create_task(job(i)) for i in range(5)] #!": "    tasks = [aio.create_task(job(i)) for i in range(5)]",
        "    await aio.sleep(10)": """    for t in tasks:
        await t""",
    },
)

pair(
    RULE,
    "fastapi handler",
    """
import asyncio
from fastapi import FastAPI

app = FastAPI()

async def send_mail(to):
    raise OSError(to)

@app.post("/register")
async def register(to: str):
    asyncio.create_task(send_mail(to)) #!
    return {"ok": True}
""",
    """
from fastapi import BackgroundTasks, FastAPI

app = FastAPI()

async def send_mail(to):
    raise OSError(to)

@app.post("/register")
async def register(to: str, tasks: BackgroundTasks):
    tasks.add_task(send_mail, to)
    return {"ok": True}
""",
)

pair(
    RULE,
    "in callback lambda",
    """
import asyncio

class Server:
    def __init__(self, loop: asyncio.AbstractEventLoop):
        self.loop = loop

    def connection_made(self, transport):
        self.loop.create_task(self.greet(transport)) #!

    async def greet(self, transport):
        transport.write(b"hello")
""",
    {"        self.loop.create_task": "        self._greeting = self.loop.create_task"},
    {
        "        self.loop.create_task(self.greet(transport)) #!": """        task = self.loop.create_task(self.greet(transport))
        task.add_done_callback(self._report)

    def _report(self, task):
        task.exception()"""
    },
)

pair(
    RULE,
    "websocket broadcast loop",
    """
import asyncio

clients = set()

async def broadcast(message):
    for ws in clients:
        asyncio.create_task(ws.send(message)) #!
""",
    {
        """    for ws in clients:
        asyncio.create_task(ws.send(message)) #!""": "    await asyncio.gather(*(ws.send(message) for ws in clients))"
    },
    {
        """    for ws in clients:
        asyncio.create_task(ws.send(message)) #!""": """    async with asyncio.TaskGroup() as group:
        for ws in clients:
            group.create_task(ws.send(message))"""
    },
    {
        """    for ws in clients:
        asyncio.create_task(ws.send(message)) #!""": """    sends = [asyncio.create_task(ws.send(message)) for ws in clients]
    await asyncio.wait(sends, timeout=2)
    for s in sends:
        s.result()"""
    },
)

pair(
    RULE,
    "list never read",
    """
import asyncio

async def step(n):
    raise RuntimeError(n)

async def main():
    tasks = []
    for n in range(3):
        tasks.append(asyncio.create_task(step(n)))
    await asyncio.sleep(1)
    print("done")
""",
    {
        '    print("done")': """    for t in tasks:
        await t"""
    },
    {'    print("done")': "    await asyncio.gather(*tasks)"},
)

pair(
    RULE,
    "walrus done poll",
    """
import asyncio

async def run(coro):
    asyncio.get_event_loop().create_task(coro) #!
    while True:
        await asyncio.sleep(1)
""",
    {
        """    asyncio.get_event_loop().create_task(coro) #!
    while True:""": """    t = asyncio.get_event_loop().create_task(coro)
    while not t.done():""",
        "@append": """    return t.result()
""",
    },
)

pair(
    RULE,
    "named task",
    """
import asyncio
from asyncio import create_task as spawn

async def watch(path):
    while True:
        await asyncio.sleep(1)

async def start(paths):
    for p in paths:
        spawn(watch(p), name=p) #!
""",
    {
        """    for p in paths:
        spawn(watch(p), name=p) #!""": "    return {p: spawn(watch(p), name=p) for p in paths}"
    },
    {"        spawn(watch(p), name=p) #!": "        yield spawn(watch(p), name=p)"},
)

pair(
    RULE,
    "test task dropped",
    """
import asyncio
import pytest

@pytest.mark.asyncio
async def test_queue():
    q = asyncio.Queue(1)
    asyncio.create_task(q.put(1)) #!
    assert await q.get() == 1
""",
    {
        """    asyncio.create_task(q.put(1)) #!
    assert await q.get() == 1""": """    t = asyncio.create_task(q.put(1))
    assert await q.get() == 1
    await t"""
    },
    {
        """    asyncio.create_task(q.put(1)) #!
    assert await q.get() == 1""": """    with pytest.raises(TypeError):
        asyncio.create_task(q)"""
    },
    path="tests/test_queue.py",
)

pair(
    RULE,
    "if else",
    """
import asyncio

async def notify(user):
    raise KeyError(user)

async def update(user, wait):
    if wait:
        await notify(user)
    else:
        asyncio.create_task(notify(user)) #!
""",
    {
        "        asyncio.create_task(notify(user)) #!": "        TASKS.add(asyncio.create_task(notify(user)))",
        "import asyncio": """import asyncio
TASKS = set()""",
    },
)

pair(
    RULE,
    "Runner",
    """
import asyncio

async def heartbeat():
    while True:
        await asyncio.sleep(5)

async def serve(server):
    asyncio.get_running_loop().create_task(heartbeat()) #!
    async with server:
        await server.serve_forever()

with asyncio.Runner() as runner:
    runner.run(serve(None))
""",
    {
        """    asyncio.get_running_loop().create_task(heartbeat()) #!
    async with server:
        await server.serve_forever()""": """    beat = asyncio.get_running_loop().create_task(heartbeat())
    try:
        async with server:
            await server.serve_forever()
    finally:
        beat.cancel()"""
    },
)

pair(
    RULE,
    "discord style class attribute loop",
    """
import asyncio

class Bot:
    loop = asyncio.new_event_loop()

    def on_ready(self):
        self.loop.create_task(self.poll()) #!
        asyncio.ensure_future(self.poll(), loop=self.loop) #!

    async def poll(self):
        pass
""",
    {
        """        self.loop.create_task(self.poll()) #!
        asyncio.ensure_future(self.poll(), loop=self.loop) #!""": """        self.a = self.loop.create_task(self.poll())
        self.loop.run_until_complete(asyncio.ensure_future(self.poll(), loop=self.loop))"""
    },
)

pair(
    RULE,
    "task in signal handler lambda",
    """
import asyncio
import signal

async def shutdown(server):
    server.close()
    await server.wait_closed()

def install(loop: asyncio.AbstractEventLoop, server):
    loop.add_signal_handler(signal.SIGTERM, lambda: asyncio.create_task(shutdown(server)))
""",
    {"lambda: asyncio.create_task(shutdown(server))": "server.close"},
)

pair(
    RULE,
    "self attribute overwritten local",
    """
import asyncio

class Cache:
    async def get(self, key):
        value = self.data.get(key)
        if value is None or value.stale:
            refresh = asyncio.create_task(self.refresh(key)) #!
        return value

    async def refresh(self, key):
        self.data[key] = await self.load(key)
""",
    {
        "            refresh = asyncio.create_task(self.refresh(key)) #!": "            self._refresh = asyncio.create_task(self.refresh(key))"
    },
)

pair(
    RULE,
    "done callback only prints",
    """
import asyncio

async def main(work):
    for w in work:
        asyncio.ensure_future(w()) #!
    await asyncio.sleep(3600)

if __name__ == "__main__":
    asyncio.run(main([]))
""",
    {
        """        asyncio.ensure_future(w()) #!
    await asyncio.sleep(3600)""": "        await w()"
    },
)

pair(
    RULE,
    "mini",
    """
import asyncio
async def job(): raise ValueError
async def main():
    asyncio.create_task(job()) #!
    await asyncio.sleep(1)
asyncio.run(main())
""",
    {
        "    asyncio.create_task(job()) #!": "    t = asyncio.create_task(job())",
        "    await asyncio.sleep(1)": """    await asyncio.sleep(1)
    await t""",
    },
)

pair(
    RULE,
    "short two",
    """
import asyncio
async def tick(): await asyncio.sleep(1)
async def main():
    for _ in range(3):
        asyncio.ensure_future(tick()) #!
    await asyncio.sleep(2)
""",
    {"        asyncio.ensure_future(tick()) #!": "        await asyncio.ensure_future(tick())"},
)

safe(
    "anyio group",
    """
import anyio
async def main():
    async with anyio.create_task_group() as tg:
        tg.start_soon(anyio.sleep, 1)
""",
)

safe(
    "trio nursery",
    """
import trio
async def main():
    async with trio.open_nursery() as n:
        n.start_soon(trio.sleep, 1)
""",
)

safe(
    "own scheduler create_task",
    """
class Board:
    def create_task(self, title):
        print(title)
def go(board):
    Board().create_task("x")
    board.create_task("y")
""",
)

safe(
    "task in own group wrapper",
    """
import asyncio
class Supervisor:
    def __init__(self):
        self._tasks = set()
    def spawn(self, coro):
        task = asyncio.create_task(coro)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
    async def go(self):
        self.spawn(asyncio.sleep(1))
        self.create_task(asyncio.sleep(1))
    def create_task(self, coro):
        self.spawn(coro)
""",
)

safe(
    "task group passed as parameter",
    """
import asyncio
async def spawn_all(tg: asyncio.TaskGroup, coros):
    for c in coros:
        tg.create_task(c)
async def main(coros):
    async with asyncio.TaskGroup() as group:
        await spawn_all(group, coros)
async def other(group, coros):
    for c in coros:
        group.create_task(c)
""",
)

safe(
    "aiostream loop in stack",
    """
import asyncio, contextlib
async def main(coros):
    async with contextlib.AsyncExitStack() as stack:
        tg = await stack.enter_async_context(asyncio.TaskGroup())
        for c in coros:
            tg.create_task(c)
""",
)

TASKS = """
import asyncio, contextlib
async def job(): await asyncio.sleep(1); raise ValueError
background = set()
class S: pass
async def go(self, coros, loop, tg, nursery):
    BODY
"""

safe_variants(
    "task",
    TASKS,
    {
        "kept": """
t = asyncio.create_task(job())
await t
""",
        "kept set": """
t = asyncio.create_task(job())
background.add(t)
t.add_done_callback(background.discard)
""",
        "self": "self.t = asyncio.create_task(job())",
        "append self": "self.ts.append(asyncio.create_task(job()))",
        "dict": 'self.ts["x"] = asyncio.create_task(job())',
        "gather": """
ts = [asyncio.create_task(job()) for _ in range(3)]
await asyncio.gather(*ts)
""",
        "wait": """
ts = [asyncio.create_task(job()) for _ in range(3)]
for t in (await asyncio.wait(ts))[0]:
    t.result()
""",
        "as_completed": """
ts = [asyncio.create_task(job()) for _ in range(3)]
for f in asyncio.as_completed(ts):
    await f
""",
        "shield": "await asyncio.shield(asyncio.create_task(job()))",
        "wait_for": "await asyncio.wait_for(asyncio.create_task(job()), 3)",
        "callback": """
t = asyncio.ensure_future(job())
t.add_done_callback(print)
""",
        "callback inline": "asyncio.ensure_future(job()).add_done_callback(print)",
        "cancel finally": """
t = asyncio.create_task(job())
try:
    await asyncio.sleep(1)
finally:
    t.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await t
""",
        "return": "return asyncio.create_task(job())",
        "run_until": "loop.run_until_complete(asyncio.ensure_future(job()))",
        "await inline": "await asyncio.create_task(job())",
        "nested fn": """
t = asyncio.create_task(job())
async def later():
    await t
await later()
""",
        "tg": "tg.create_task(job())",
        "nursery": "nursery.start_soon(job)",
        "async with": """
async with asyncio.timeout(3):
    await asyncio.create_task(job())
""",
        "passed": "register(asyncio.create_task(job()))",
        "two": """
a, b = asyncio.create_task(job()), asyncio.create_task(job())
await a
await b
""",
        "gather exc tested": """
rs = await asyncio.gather(job(), job(), return_exceptions=True)
for r in rs:
    if isinstance(r, BaseException):
        print(r)
""",
        "gather exc any": """
rs = await asyncio.gather(*coros, return_exceptions=True)
if any(isinstance(r, Exception) for r in rs):
    raise RuntimeError
""",
        "gather exc returned": "return await asyncio.gather(*coros, return_exceptions=True)",
        "gather exc zip": """
for c, r in zip("ab", await asyncio.gather(*coros, return_exceptions=True)):
    print(c, r)
""",
        "gather unpack": """
a, b = await asyncio.gather(job(), job(), return_exceptions=True)
print(a, b)
""",
        "gather after cancel": """
ts = [asyncio.create_task(job()) for _ in range(3)]
await asyncio.sleep(1)
for t in ts:
    t.cancel()
await asyncio.gather(*ts, return_exceptions=True)
""",
    },
)

bad_variants(
    RULE,
    "template",
    TASKS,
    {
        "plain": "asyncio.create_task(job())",
    },
)

pair(
    RULE,
    "fire and forget",
    """
import asyncio

async def audit(event):
    await asyncio.sleep(1)

async def handle(event):
    asyncio.create_task(audit(event)) #!
    return "ok"
""",
    """
import asyncio

background = set()

async def audit(event):
    await asyncio.sleep(1)

async def handle(event):
    task = asyncio.create_task(audit(event))
    background.add(task)
    task.add_done_callback(background.discard)
    return "ok"
""",
)

pair(
    RULE,
    "ensure_future in a method",
    """
import asyncio

class Server:
    async def _beat(self):
        while True:
            await asyncio.sleep(1)

    async def start(self):
        asyncio.ensure_future(self._beat()) #!
""",
    """
import asyncio

class Server:
    async def _beat(self):
        while True:
            await asyncio.sleep(1)

    async def start(self):
        self._heartbeat = asyncio.ensure_future(self._beat())

    async def stop(self):
        self._heartbeat.cancel()
""",
)

pair(
    RULE,
    "loop.create_task",
    """
import asyncio

async def flush():
    await asyncio.sleep(0)

async def main():
    loop = asyncio.get_running_loop()
    loop.create_task(flush()) #!
    await asyncio.sleep(1)
""",
    """
import asyncio

async def flush():
    await asyncio.sleep(0)

async def main():
    loop = asyncio.get_running_loop()
    await loop.create_task(flush())
    await asyncio.sleep(1)
""",
)

pair(
    RULE,
    "tasks of a loop",
    """
import asyncio

async def fetch(url):
    await asyncio.sleep(0)

async def main(urls):
    for url in urls:
        asyncio.create_task(fetch(url)) #!
    await asyncio.sleep(10)
""",
    """
import asyncio

async def fetch(url):
    await asyncio.sleep(0)

async def main(urls):
    async with asyncio.TaskGroup() as group:
        for url in urls:
            group.create_task(fetch(url))
""",
)

pair(
    RULE,
    "local name never used",
    """
from asyncio import create_task, sleep

async def ping(socket):
    while True:
        await sleep(30)
        await socket.ping()

async def serve(socket):
    pinger = create_task(ping(socket)) #!
    return socket
""",
    """
from asyncio import create_task, sleep

async def ping(socket):
    while True:
        await sleep(30)
        await socket.ping()

async def serve(socket):
    pinger = create_task(ping(socket))
    try:
        await socket.run()
    finally:
        pinger.cancel()
""",
)

pair(
    RULE,
    "async test",
    """
import asyncio

async def test_publish(bus):
    asyncio.create_task(bus.publish("x")) #!
    assert await bus.next() == "x"
""",
    """
import asyncio

async def test_publish(bus):
    publishing = asyncio.create_task(bus.publish("x"))
    assert await bus.next() == "x"
    await publishing
""",
    path="tests/test_app.py",
)
