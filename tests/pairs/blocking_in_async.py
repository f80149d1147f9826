"""Calls that stop the event loop, and those that leave it running."""

from __future__ import annotations

from tests.pairs.kit import bad_variants, pair, safe, safe_variants

RULE = "GIL701"

pair(
    RULE,
    "time.sleep",
    """
import asyncio
import time

async def poll(api):
    while True:
        status = await api.status()
        if status == "done":
            return
        time.sleep(1) #!
""",
    {"        time.sleep(1) #!": "        await asyncio.sleep(1)"},
    {"        time.sleep(1) #!": "        await asyncio.to_thread(time.sleep, 1)"},
    {"async def poll": "def poll", "await api": "api"},
)

pair(
    RULE,
    "from import alias",
    """
from time import sleep as pause
import asyncio

async def worker(name):
    print(name)
    pause(0.5) #!

async def main():
    await asyncio.gather(worker("a"), worker("b"))

asyncio.run(main())
""",
    {"from time import sleep as pause": "from asyncio import sleep as pause", "    pause(0.5) #!": "    await pause(0.5)"},
)

pair(
    RULE,
    "requests get",
    """
import asyncio
import requests

async def fetch(url):
    response = requests.get(url, timeout=10) #!
    return response.json()

async def main(urls):
    return await asyncio.gather(*map(fetch, urls))
""",
    {
        """    response = requests.get(url, timeout=10) #!
    return response.json()""": """    async with httpx.AsyncClient() as client:
        response = await client.get(url)
    return response.json()""",
        "import requests": "import httpx",
    },
    {"requests.get(url, timeout=10)": "await asyncio.to_thread(requests.get, url, timeout=10)"},
    {"requests.get(url, timeout=10)": "await asyncio.get_running_loop().run_in_executor(None, requests.get, url)"},
    {"requests.get(url, timeout=10)": "await asyncio.get_running_loop().run_in_executor(None, lambda: requests.get(url, timeout=10))"},
    {
        """import requests
""": "",
        "async def fetch(url):": "async def fetch(url, requests):",
        "requests.get(url, timeout=10)": "await requests.get(url)",
    },
)

pair(
    RULE,
    "session attribute",
    """
import requests

class Api:
    def __init__(self, base):
        self.base = base
        self.session = requests.Session()

    async def user(self, uid):
        return self.session.get(f"{self.base}/users/{uid}").json() #!
""",
    {"async def user": "def user"},
    {
        "import requests": "import aiohttp",
        "requests.Session()": "aiohttp.ClientSession()",
        'return self.session.get(f"{self.base}/users/{uid}").json() #!': """async with self.session.get(f"{self.base}/users/{uid}") as r:
            return await r.json()""",
    },
)

pair(
    RULE,
    "subprocess run",
    """
import subprocess
from fastapi import FastAPI

app = FastAPI()

@app.get("/version")
async def version():
    done = subprocess.run(["git", "describe"], capture_output=True, text=True) #!
    return done.stdout
""",
    {"async def version": "def version"},
    {
        "import subprocess": "import asyncio",
        """    done = subprocess.run(["git", "describe"], capture_output=True, text=True) #!
    return done.stdout""": """    p = await asyncio.create_subprocess_exec("git", "describe", stdout=asyncio.subprocess.PIPE)
    out, _ = await p.communicate()
    return out.decode()""",
    },
)

pair(
    RULE,
    "helper called",
    """
import time

def backoff(attempt):
    time.sleep(2 ** attempt)

async def connect(client):
    for attempt in range(5):
        try:
            return await client.connect()
        except OSError:
            backoff(attempt)
""",
    {
        "            backoff(attempt)": "            await asyncio.to_thread(backoff, attempt)",
        "@prepend": """import asyncio
""",
    },
)

pair(
    RULE,
    "urllib",
    """
import asyncio
import urllib.request

async def size(url):
    with urllib.request.urlopen(url) as response: #!
        return len(response.read())
""",
    {"async def size": "def size"},
    {
        """async def size(url):
    with urllib.request.urlopen(url) as response: #!
        return len(response.read())""": """async def size(url):
    def read():
        with urllib.request.urlopen(url) as response:
            return len(response.read())
    return await asyncio.to_thread(read)"""
    },
)

pair(
    RULE,
    "future result",
    """
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(4)

def crunch(data):
    return sum(data)

async def handle(data):
    future = pool.submit(crunch, data)
    return future.result() #!
""",
    {
        """    future = pool.submit(crunch, data)
    return future.result() #!""": "    return await asyncio.wrap_future(pool.submit(crunch, data))",
        "@prepend": """import asyncio
""",
    },
    {
        """    future = pool.submit(crunch, data)
    return future.result() #!""": """    task = asyncio.create_task(other(data))
    await asyncio.wait([task])
    return task.result()""",
        "@prepend": """import asyncio
""",
        "@append": """
async def other(d):
    return d
""",
    },
)

pair(
    RULE,
    "queue get",
    """
import asyncio
import queue
import threading

jobs = queue.Queue(10)

async def consume():
    while True:
        job = jobs.get() #!
        await job()

def produce():
    jobs.put(print)

threading.Thread(target=produce).start()
""",
    {"queue.Queue(10)": "asyncio.Queue(10)", "job = jobs.get() #!": "job = await jobs.get()"},
    {"jobs.get() #!": "jobs.get_nowait()"},
    {"jobs.get() #!": "jobs.get(block=False)"},
    {"jobs.get() #!": "await asyncio.to_thread(jobs.get)"},
)

pair(
    RULE,
    "lock acquire",
    """
import threading

lock = threading.Lock()

async def update(db, row):
    lock.acquire() #!
    try:
        await db.save(row)
    finally:
        lock.release()
""",
    {"import threading": "import asyncio", "threading.Lock()": "asyncio.Lock()", "    lock.acquire() #!": "    await lock.acquire()"},
    {
        """    lock.acquire() #!
    try:
        await db.save(row)
    finally:
        lock.release()""": """    if lock.acquire(blocking=False):
        lock.release()"""
    },
)

pair(
    RULE,
    "thread join",
    """
import threading

async def main():
    t = threading.Thread(target=print, args=("x",))
    t.start()
    t.join() #!
""",
    {
        "t.join() #!": """while t.is_alive():
        await asyncio.sleep(0.1)""",
        "@prepend": """import asyncio
""",
    },
    {"    t.join() #!": '    print(", ".join(["a"]))'},
    {
        "    t.join() #!": "    await asyncio.to_thread(t.join)",
        "@prepend": """import asyncio
""",
    },
)

pair(
    RULE,
    "input",
    """
import asyncio

async def repl(handle):
    while True:
        line = input("> ") #!
        await handle(line)
""",
    {'input("> ") #!': 'await asyncio.to_thread(input, "> ")'},
    {"import asyncio": "from aioconsole import ainput as input", 'line = input("> ") #!': 'line = await input("> ")'},
)

pair(
    RULE,
    "socket recv",
    """
import socket

async def probe(host):
    with socket.create_connection((host, 80), timeout=3) as s:
        s.sendall(b"HEAD / HTTP/1.0\\r\\n\\r\\n")
        return s.recv(100)
""",
    {"async def probe": "def probe"},
    {
        "import socket": "import asyncio",
        """    with socket.create_connection((host, 80), timeout=3) as s:
        s.sendall(b"HEAD / HTTP/1.0\\r\\n\\r\\n")
        return s.recv(100)""": """    r, w = await asyncio.open_connection(host, 80)
    w.write(b"HEAD / HTTP/1.0\\r\\n\\r\\n")
    return await r.read(100)""",
    },
)

pair(
    RULE,
    "async generator and comprehension",
    """
import time

async def ticks(n):
    for i in range(n):
        yield i
        time.sleep(0.1) #!

async def main():
    return [t async for t in ticks(3)]
""",
    {"time.sleep(0.1) #!": "await anyio.sleep(0.1)", "import time": "import anyio"},
)

pair(
    RULE,
    "pytest asyncio test",
    """
import time
import pytest

@pytest.mark.asyncio
async def test_expiry(cache):
    await cache.set("a", 1, ttl=0.1)
    time.sleep(0.2) #!
    assert await cache.get("a") is None
""",
    {"time.sleep(0.2) #!": "await asyncio.sleep(0.2)", "import time": "import asyncio"},
    path="tests/test_cache.py",
)

pair(
    RULE,
    "trio",
    """
import time
import trio

async def child(n):
    time.sleep(n) #!

async def main():
    async with trio.open_nursery() as nursery:
        nursery.start_soon(child, 1)

trio.run(main)
""",
    {"    time.sleep(n) #!": "    await trio.sleep(n)"},
    {"    time.sleep(n) #!": "    await trio.to_thread.run_sync(time.sleep, n)"},
)

pair(
    RULE,
    "method chain via self",
    """
import time

class Throttle:
    def wait(self):
        time.sleep(self.delay())

    def delay(self):
        return 0.5

class Client:
    def __init__(self):
        self.throttle = Throttle()

    async def get(self, http, url):
        self.throttle.wait()
        return await http.get(url)
""",
    {
        """        self.throttle.wait()
""": """        await asyncio.sleep(self.throttle.delay())
""",
        "@prepend": """import asyncio
""",
    },
)

pair(
    RULE,
    "decorator and os.system",
    """
import os
import functools

def retry(fn):
    @functools.wraps(fn)
    async def inner(*a):
        return await fn(*a)
    return inner

@retry
async def deploy(host):
    os.system(f"rsync -a . {host}:") #!
""",
    {
        '    os.system(f"rsync -a . {host}:") #!': '    await asyncio.create_subprocess_shell(f"rsync -a . {host}:")',
        "import os": "import asyncio",
    },
)

pair(
    RULE,
    "other module",
    """
from net import ping

async def watch(hosts):
    for host in hosts:
        ping(host)
""",
    {
        "        ping(host)": "        await asyncio.to_thread(ping, host)",
        "@prepend": """import asyncio
""",
    },
    others={
        "net.py": """
import subprocess

def ping(host):
    return subprocess.call(["ping", "-c1", host]) == 0
"""
    },
)

pair(
    RULE,
    "Path and open are fine but sqlite",
    """
import asyncio
import subprocess

async def convert(path):
    subprocess.check_call(["convert", path, path + ".png"]) #!
    with open(path + ".png", "rb") as f:
        return f.read()
""",
    {
        '    subprocess.check_call(["convert", path, path + ".png"]) #!': '    await asyncio.to_thread(subprocess.check_call, ["convert", path, path + ".png"])'
    },
)

pair(
    RULE,
    "popen wait communicate",
    """
import subprocess

async def run(cmd):
    p = subprocess.Popen(cmd, stdout=subprocess.PIPE)
    out, _ = p.communicate() #!
    return out
""",
    {
        "import subprocess": "import asyncio",
        """    p = subprocess.Popen(cmd, stdout=subprocess.PIPE)
    out, _ = p.communicate() #!""": """    p = await asyncio.create_subprocess_exec(*cmd, stdout=asyncio.subprocess.PIPE)
    out, _ = await p.communicate()""",
    },
)

pair(
    RULE,
    "requests post as rq in django async view",
    """
import requests as rq
from django.http import JsonResponse
from asgiref.sync import sync_to_async

async def view(request):
    r = rq.post("https://api/x", json={}, timeout=3) #!
    return JsonResponse(r.json())
""",
    {'rq.post("https://api/x", json={}, timeout=3) #!': 'await sync_to_async(rq.post)("https://api/x", json={}, timeout=3)'},
)

pair(
    RULE,
    "with executor shutdown in async",
    """
import time
import asyncio

async def main():
    await asyncio.gather(slow(), fast())

async def slow():
    for _ in range(3):
        _nap()

def _nap():
    time.sleep(1)

async def fast():
    await asyncio.sleep(1)
""",
    {
        """        _nap()
""": """        await asyncio.to_thread(_nap)
"""
    },
)

pair(
    RULE,
    "mini",
    """
import time
async def f():
    time.sleep(1) #!
""",
    {"import time": "import asyncio", "    time.sleep(1) #!": "    await asyncio.sleep(1)"},
)

pair(
    RULE,
    "short requests",
    """
import requests
async def f(url):
    return requests.get(url) #!
""",
    {
        "import requests": "import httpx",
        """async def f(url):
    return requests.get(url) #!""": """async def f(url):
    async with httpx.AsyncClient() as c:
        return await c.get(url)""",
    },
)

pair(
    RULE,
    "short executor result",
    """
from concurrent.futures import ThreadPoolExecutor
async def f(fn):
    with ThreadPoolExecutor() as ex:
        return ex.submit(fn).result() #!
""",
    {
        "return ex.submit(fn).result() #!": "return await asyncio.get_running_loop().run_in_executor(ex, fn)",
        "@prepend": """import asyncio
""",
    },
)

pair(
    RULE,
    "short queue param",
    """
import queue
async def f(q: queue.Queue):
    return q.get() #!
""",
    {"import queue": "import asyncio", "queue.Queue": "asyncio.Queue", "return q.get() #!": "return await q.get()"},
)

safe(
    "sleep zero",
    """
import time
async def f():
    time.sleep(0)
""",
)

safe(
    "nested def given to thread",
    """
import asyncio, time, functools
async def main():
    def work():
        time.sleep(1)
        return 1
    a = await asyncio.to_thread(work)
    b = await asyncio.get_running_loop().run_in_executor(None, functools.partial(time.sleep, 1))
    return a, b
""",
)

safe(
    "fake time module",
    """
from myclock import time
async def main():
    time.sleep(1)
""",
)

safe(
    "async file join",
    """
import os.path
async def main(parts, thread, get):
    os.path.join("a", "b")
    "".join(parts)
    parts.get("x")
    get()
""",
)

safe(
    "dict get named queue",
    """
async def main(queue: dict, cache):
    queue.get("x")
    cache.get("key")
    queue["q"].get()
""",
)

safe(
    "trio lock acquire",
    """
import trio
async def main(lock: trio.Lock, limiter: trio.CapacityLimiter):
    await lock.acquire()
    await limiter.acquire()
""",
)

safe(
    "after loop in main",
    """
import asyncio, time
async def work():
    await asyncio.sleep(1)
def main():
    asyncio.run(work())
    time.sleep(2)
    input("press enter")
main()
""",
)

safe(
    "async result of done tasks",
    """
import asyncio
async def main(coros):
    async with asyncio.TaskGroup() as tg:
        ts = [tg.create_task(c) for c in coros]
    return [t.result() for t in ts]
""",
)

safe(
    "concurrent futures done",
    """
import asyncio
from concurrent.futures import ThreadPoolExecutor
async def main(fn):
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor() as pool:
        f = loop.run_in_executor(pool, fn)
        await asyncio.wait([f])
        return f.result()
""",
)

safe(
    "popen without wait",
    """
import asyncio, subprocess
async def main():
    p = subprocess.Popen(["sleep", "1"])
    while p.poll() is None:
        await asyncio.sleep(0.1)
""",
)

safe(
    "short lock without await",
    """
import threading
class Stats:
    def __init__(self):
        self._lock = threading.Lock()
        self.n = 0
    async def hit(self):
        with self._lock:
            self.n += 1
""",
)

safe(
    "sync test of async helper patch",
    """
import time
from unittest import mock
async def test_x():
    with mock.patch("time.sleep") as s:
        time.sleep(1)
    s.assert_called()
""",
    path="tests/test_x.py",
)

safe(
    "nonblocking sockets",
    """
import asyncio, socket
async def main(host):
    loop = asyncio.get_running_loop()
    s = socket.socket()
    s.setblocking(False)
    await loop.sock_connect(s, (host, 80))
    await loop.sock_sendall(s, b"x")
    return await loop.sock_recv(s, 10)
""",
)

COROUTINE = """
import asyncio, time, queue, threading, subprocess, requests, socket, functools, concurrent.futures, anyio, aiofiles, urllib.request
lock = threading.Lock(); q = queue.Queue(3); aq = asyncio.Queue(3); alock = asyncio.Lock()
pool = concurrent.futures.ThreadPoolExecutor(2)
def block(): time.sleep(1)
async def go(x, loop):
    BODY
"""

safe_variants(
    "async",
    COROUTINE,
    {
        "to_thread": "await asyncio.to_thread(block)",
        "executor": "await loop.run_in_executor(pool, block)",
        "partial": 'await loop.run_in_executor(None, functools.partial(requests.get, "x", timeout=1))',
        "lambda": "await asyncio.to_thread(lambda: time.sleep(1))",
        "anyio thread": "await anyio.to_thread.run_sync(time.sleep, 1)",
        "submit only": """
f = pool.submit(time.sleep, 1)
return await asyncio.wrap_future(f)
""",
        "thread start": """
t = threading.Thread(target=block, daemon=True)
t.start()
""",
        "nowait": """
q.get_nowait()
q.put_nowait(1)
""",
        "nonblocking": """
lock.acquire(False)
q.get(block=False)
q.get(False)
""",
        "async q": """
await aq.get()
await aq.put(1)
""",
        "alock": """
await alock.acquire()
alock.release()
async with alock:
    pass
""",
        "str join": '",".join(["a"])',
        "dict get": """
d = {}
d.get("x")
""",
        "done result": """
f = pool.submit(block)
while not f.done():
    await asyncio.sleep(0.1)
f.result()
""",
        "async file": """
async with aiofiles.open("x") as f:
    return await f.read()
""",
        "aio subprocess": """
p = await asyncio.create_subprocess_exec("ls")
await p.wait()
""",
        "nested def": """
def cb():
    time.sleep(1)
loop.add_signal_handler(1, cb)
""",
        "decorated inner": """
@functools.wraps(block)
def inner():
    requests.get("x")
return inner
""",
        "str attr": """
x.sleep(1)
x.get("y")
x.result
x.join()
""",
        "monotonic": """
time.monotonic()
time.perf_counter()
""",
        "done set": """
done, _ = await asyncio.wait([asyncio.create_task(asyncio.sleep(1))])
for d in done:
    d.result()
""",
        "task result": """
t = asyncio.create_task(asyncio.sleep(1))
await t
return t.result()
""",
        "event": """
e = asyncio.Event()
await e.wait()
""",
        "event set": """
e = threading.Event()
e.set()
e.is_set()
""",
        "popen": 'subprocess.Popen(["ls"])',
        "class": """
class A:
    def run(self):
        time.sleep(1)
return A
""",
        "wait0": "threading.Event().wait(0)",
        "fut.result in callback": """
f = asyncio.ensure_future(asyncio.sleep(1))
f.add_done_callback(lambda f: print(f.result()))
""",
        "request build": """
r = requests.Request("GET", "x")
urllib.request.Request("x")
""",
        "sem": """
s = asyncio.Semaphore(2)
await s.acquire()
async with s:
    pass
""",
        "response.get": """
r = await x.get("y")
return r.json().get("k")
""",
    },
)

bad_variants(
    RULE,
    "template",
    COROUTINE,
    {
        "sleep": "time.sleep(1)",
        "get": "q.get()",
        "put": "q.put(1)",
        "acquire": "lock.acquire()",
        "with lock await": """
with lock:
    await alock.acquire()
""",
        "result": "pool.submit(block).result()",
        "block": "block()",
        "req": 'requests.get("x")',
        "session": """
with requests.Session() as s:
    s.post("x")
""",
        "sub": 'subprocess.check_output(["ls"])',
        "urlopen": 'urllib.request.urlopen("x").read()',
        "join": """
t = threading.Thread(target=block)
t.start()
t.join()
""",
        "event wait": """
e = threading.Event()
e.wait()
""",
        "popen wait": """
p = subprocess.Popen(["ls"])
p.wait()
""",
        "futures wait": "concurrent.futures.wait([pool.submit(block)])",
        "shutdown": "pool.shutdown(wait=True)",
        "barrier": "threading.Barrier(2).wait()",
        "cond": """
c = threading.Condition()
with c:
    c.wait()
""",
        "run coro": "asyncio.run_coroutine_threadsafe(asyncio.sleep(1), loop).result()",
        "input": "input()",
        "gethost": 'socket.gethostbyname("x")',
        "connect": """
s = socket.socket()
s.connect(("x", 1))
""",
        "map list": "list(pool.map(print, [1]))",
        "with pool": """
with concurrent.futures.ThreadPoolExecutor() as p:
    p.submit(block)
""",
        "subprocess.call": 'subprocess.call("ls", shell=True)',
        "smtp": """
import smtplib
smtplib.SMTP("x").sendmail("a", "b", "c")
""",
        "q.join": "q.join()",
        "time import": """
from time import sleep
sleep(2)
""",
        "getattr alias": """
nap = time.sleep
nap(1)
""",
    },
)

pair(
    RULE,
    "time.sleep, otherwise told",
    """
import asyncio
import time

async def tick():
    while True:
        print("tick")
        time.sleep(1) #!

asyncio.run(tick())
""",
    """
import asyncio

async def tick():
    while True:
        print("tick")
        await asyncio.sleep(1)

asyncio.run(tick())
""",
)

pair(
    RULE,
    "requests in a coroutine",
    """
import requests

async def fetch(url):
    response = requests.get(url) #!
    return response.json()
""",
    """
import asyncio

import requests

async def fetch(url):
    response = await asyncio.to_thread(requests.get, url)
    return response.json()
""",
)

pair(
    RULE,
    "future.result in a coroutine",
    """
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor()

async def render(page):
    return pool.submit(str, page).result() #!
""",
    """
import asyncio
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor()

async def render(page):
    return await asyncio.wrap_future(pool.submit(str, page))
""",
)

pair(
    RULE,
    "queue.get in a coroutine",
    """
import queue

class Feed:
    def __init__(self):
        self.items = queue.Queue(10)

    async def next(self):
        return self.items.get() #!
""",
    """
import asyncio
import queue

class Feed:
    def __init__(self):
        self.items = queue.Queue(10)
        self.ready = asyncio.Event()

    async def next(self):
        await self.ready.wait()
        return self.items.get_nowait()
""",
)

pair(
    RULE,
    "subprocess.run",
    """
import subprocess

async def build(target):
    subprocess.run(["make", target], check=True) #!
""",
    """
import asyncio

async def build(target):
    process = await asyncio.create_subprocess_exec("make", target)
    await process.wait()
""",
)

pair(
    RULE,
    "thread join in async test",
    """
import threading

async def test_thread(work):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join() #!
""",
    """
import asyncio
import threading

async def test_thread(work):
    thread = threading.Thread(target=work)
    thread.start()
    await asyncio.get_running_loop().run_in_executor(None, thread.join)
""",
    path="tests/test_app.py",
)
