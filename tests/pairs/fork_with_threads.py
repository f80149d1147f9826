"""Processes forked beside running threads, and those that aren't."""

from __future__ import annotations

from tests.pairs.kit import pair

RULE = "GIL104"

pair(
    RULE,
    "os.fork after a thread",
    """
import os
import threading

def main(work):
    t = threading.Thread(target=work)
    t.start()
    pid = os.fork() #!
    if pid == 0:
        os._exit(0)
    t.join()
""",
    {"    t.start()\n": "    t.start()\n    t.join()\n", "        os._exit(0)\n    t.join()\n": "        os._exit(0)\n"},
    {"    t.start()\n    pid = os.fork() #!": "    pid = os.fork()\n    t.start()"},
    {"    t.start()\n": ""},
)

pair(
    RULE,
    "process beside a thread",
    """
import threading
from multiprocessing import Process

def main(listen, work):
    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    p = Process(target=work)  #!
    p.start()
    p.join()
""",
    {"from multiprocessing import Process": "from multiprocessing import get_context\nProcess = get_context('spawn').Process"},
    {"    listener.start()\n": "    listener.start()\n    listener.join()\n"},
    {"    p.start()\n    p.join()": "    print(p)"},
)

pair(
    RULE,
    "fork context pool in thread pool",
    """
import multiprocessing
from concurrent.futures import ThreadPoolExecutor

def main(load, work, values):
    with ThreadPoolExecutor() as threads:
        loaded = list(threads.map(load, values))
        with multiprocessing.get_context("fork").Pool() as pool: #!
            return pool.map(work, loaded)
""",
    {'"fork"': '"spawn"'},
    {'"fork"': '"forkserver"'},
    """
import multiprocessing
from concurrent.futures import ThreadPoolExecutor

def main(load, work, values):
    with ThreadPoolExecutor() as threads:
        loaded = list(threads.map(load, values))
    with multiprocessing.get_context("fork").Pool() as pool:
        return pool.map(work, loaded)
""",
)

pair(
    RULE,
    "spawn by set_start_method",
    """
import multiprocessing as mp
import threading

def main(tick, work):
    threading.Thread(target=tick, daemon=True).start()
    with mp.Pool(4) as pool: #!
        pool.map(work, range(4))
""",
    {"def main(tick, work):": "def main(tick, work):\n    mp.set_start_method('spawn')"},
    {"mp.Pool(4)": "mp.pool.ThreadPool(4)", "import multiprocessing as mp": "import multiprocessing.pool\nimport multiprocessing as mp"},
)

pair(
    RULE,
    "set_start_method fork",
    """
import multiprocessing as mp
import threading

mp.set_start_method("fork")

def main(tick, work):
    t = threading.Thread(target=tick)
    t.start()
    p = mp.Process(target=work)  #!
    p.start()
    p.join()
    t.join()
""",
    {'"fork"': '"forkserver"'},
    {"    t.start()\n    p = mp.Process(target=work)  #!\n    p.start()": "    p = mp.Process(target=work)\n    p.start()\n    t.start()"},
)

pair(
    RULE,
    "thread in the constructor",
    """
import multiprocessing
import threading

class Supervisor:
    def __init__(self):
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def _watch(self):
        pass

    def launch(self, work):
        p = multiprocessing.Process(target=work)  #!
        p.start()
        return p
""",
    {"        self._watcher.start()\n": ""},
    {"multiprocessing.Process(target=work)": "multiprocessing.get_context('spawn').Process(target=work)"},
)

pair(
    RULE,
    "timer running",
    """
import multiprocessing
from threading import Timer

def main(stop, work):
    timer = Timer(5.0, stop)
    timer.start()
    p = multiprocessing.Process(target=work)  #!
    p.start()
    p.join()
    timer.cancel()
""",
    {"    timer.start()\n": ""},
    {
        "    timer.start()\n    p = multiprocessing.Process(target=work)  #!\n    p.start()\n": "    p = multiprocessing.Process(target=work)\n    p.start()\n    timer.start()\n"
    },
)

pair(
    RULE,
    "several threads in a loop",
    """
import os
import threading

def main(work):
    threads = [threading.Thread(target=work) for _ in range(3)]
    for t in threads:
        t.start()
    if os.fork() == 0: #!
        os._exit(work())
    for t in threads:
        t.join()
""",
    """
import os
import threading

def main(work):
    threads = [threading.Thread(target=work) for _ in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    if os.fork() == 0:
        os._exit(work())
""",
)

pair(
    RULE,
    "executor with futures awaited",
    """
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

def main(load, work):
    threads = ThreadPoolExecutor(4)
    data = threads.submit(load).result()
    with ProcessPoolExecutor() as pool:  #!
        result = pool.submit(work, data).result()
    threads.shutdown()
    return result
""",
    {"    data = threads.submit(load).result()\n": "    data = threads.submit(load).result()\n    threads.shutdown()\n"},
    {
        "ProcessPoolExecutor() as": "ProcessPoolExecutor(mp_context=get_context('spawn')) as",
        "def main": "from multiprocessing import get_context\n\ndef main",
    },
    {"    data = threads.submit(load).result()\n": "    data = load()\n"},
)

pair(
    RULE,
    "process started by a thread",
    """
import multiprocessing
import threading

def work():
    pass

def launch():
    p = multiprocessing.Process(target=work)  #!
    p.start()
    p.join()

def main():
    t = threading.Thread(target=launch)
    t.start()
    t.join()
""",
    {"multiprocessing.Process": "multiprocessing.get_context('spawn').Process"},
    {"    t = threading.Thread(target=launch)\n    t.start()\n    t.join()": "    launch()"},
)

pair(
    RULE,
    "fork in a called function",
    """
import os
import threading

def daemonize():
    if os.fork(): #!
        os._exit(0)

def main(serve):
    threading.Thread(target=serve).start()
    daemonize()
""",
    {"    threading.Thread(target=serve).start()\n    daemonize()": "    daemonize()\n    threading.Thread(target=serve).start()"},
    {"    threading.Thread(target=serve).start()\n": ""},
)

pair(
    RULE,
    "thread started in a called function",
    """
import multiprocessing
import threading

def start_heartbeat(beat):
    t = threading.Thread(target=beat, daemon=True)
    t.start()
    return t

def main(beat, work):
    start_heartbeat(beat)
    p = multiprocessing.Process(target=work)  #!
    p.start()
    p.join()
""",
    {"    t.start()\n    return t": "    t.start()\n    t.join()"},
    {
        "    start_heartbeat(beat)\n    p = multiprocessing.Process(target=work)  #!\n    p.start()": "    p = multiprocessing.Process(target=work)\n    p.start()\n    start_heartbeat(beat)"
    },
)

pair(
    RULE,
    "module level thread",
    """
import multiprocessing
import threading

def beat():
    pass

heart = threading.Thread(target=beat, daemon=True)
heart.start()

def run(work):
    p = multiprocessing.Process(target=work)  #!
    p.start()
    p.join()
""",
    {"heart.start()\n": ""},
    {"heart.start()": "heart.start()\nheart.join()"},
)

pair(
    RULE,
    "under the main guard",
    """
import os, threading

def serve():
    pass

if __name__ == "__main__":
    threading.Thread(target=serve).start()
    os.fork() #!
""",
    {"    threading.Thread(target=serve).start()\n    os.fork() #!": "    os.fork()\n    threading.Thread(target=serve).start()"},
)

pair(
    RULE,
    "thread subclass",
    """
import os
import threading

class Beat(threading.Thread):
    def run(self):
        pass

def main():
    beat = Beat()
    beat.start()
    os.fork() #!
""",
    {"class Beat(threading.Thread)": "class Beat(Animal)"},
    {"    beat.start()\n    os.fork() #!": "    os.fork()\n    beat.start()"},
)

pair(
    RULE,
    "a branch of its own",
    """
import multiprocessing
import threading

def main(work, beat):
    t = threading.Thread(target=beat)
    t.start()
    p = multiprocessing.Process(target=work)  #!
    p.start()
""",
    """
import multiprocessing
import threading

def main(work, parallel):
    if parallel:
        worker = multiprocessing.Process(target=work)
    else:
        worker = threading.Thread(target=work)
    worker.start()
    worker.join()
""",
    """
import multiprocessing
import threading

def main(work, how):
    if how == "thread":
        t = threading.Thread(target=work)
        t.start()
    else:
        p = multiprocessing.Process(target=work)
        p.start()
""",
)

pair(
    RULE,
    "fork and exec",
    """
import os
import threading

def main(beat, path):
    threading.Thread(target=beat).start()
    pid = os.fork() #!
    if pid == 0:
        print("child")
""",
    {'        print("child")': "        os.execv(path, [path])"},
)

pair(
    RULE,
    "thread started then os.fork",
    """
import os
import threading

def heartbeat(stop):
    while not stop.wait(1):
        print("alive")

def main():
    stop = threading.Event()
    threading.Thread(target=heartbeat, args=(stop,), daemon=True).start()
    pid = os.fork() #!
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    stop.set()
""",
    """
import os
import threading

def heartbeat(stop):
    while not stop.wait(1):
        print("alive")

def main():
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    stop = threading.Event()
    threading.Thread(target=heartbeat, args=(stop,), daemon=True).start()
    os.waitpid(pid, 0)
    stop.set()
""",
)

pair(
    RULE,
    "get_context fork pool while thread pool lives",
    """
import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

def fetch(url):
    return url

def parse(page):
    return len(page)

def run(urls):
    with ThreadPoolExecutor() as threads:
        pages = threads.map(fetch, urls)
        with ProcessPoolExecutor(mp_context=multiprocessing.get_context("fork")) as processes:  #!
            return list(processes.map(parse, pages))
""",
    """
import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

def fetch(url):
    return url

def parse(page):
    return len(page)

def run(urls):
    with ThreadPoolExecutor() as threads:
        pages = threads.map(fetch, urls)
        with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as processes:
            return list(processes.map(parse, pages))
""",
)

pair(
    RULE,
    "set_start_method fork in a threaded program",
    """
import multiprocessing
import threading

def work():
    print("child")

def beat(stop):
    stop.wait()

def main():
    multiprocessing.set_start_method("fork")
    stop = threading.Event()
    thread = threading.Thread(target=beat, args=(stop,))
    thread.start()
    process = multiprocessing.Process(target=work)  #!
    process.start()
    process.join()
    stop.set()
    thread.join()

if __name__ == "__main__":
    main()
""",
    """
import multiprocessing
import threading

def work():
    print("child")

def beat(stop):
    stop.wait()

def main():
    multiprocessing.set_start_method("spawn")
    stop = threading.Event()
    thread = threading.Thread(target=beat, args=(stop,))
    thread.start()
    process = multiprocessing.Process(target=work)
    process.start()
    process.join()
    stop.set()
    thread.join()

if __name__ == "__main__":
    main()
""",
)

pair(
    RULE,
    "a loader running while forking",
    """
import os
from threading import Thread

def load():
    return [1] * 1000

def main():
    loader = Thread(target=load)
    loader.start()
    if os.fork() == 0: #!
        os._exit(0)
    loader.join()
    os.wait()
""",
    """
import os
from threading import Thread

def load():
    return [1] * 1000

def main():
    loader = Thread(target=load)
    loader.start()
    loader.join()
    if os.fork() == 0:
        os._exit(0)
    os.wait()
""",
)

pair(
    RULE,
    "fork context pool from a worker thread",
    """
import multiprocessing as mp
import threading

def crunch(n):
    return n * n

def job(numbers, out):
    with mp.get_context("fork").Pool(2) as pool: #!
        out.extend(pool.map(crunch, numbers))

def main(batches):
    out = []
    threads = [threading.Thread(target=job, args=(batch, out)) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return out
""",
    """
import multiprocessing as mp
import threading

def crunch(n):
    return n * n

def job(numbers, out):
    with mp.get_context("spawn").Pool(2) as pool:
        out.extend(pool.map(crunch, numbers))

def main(batches):
    out = []
    threads = [threading.Thread(target=job, args=(batch, out)) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return out
""",
)

pair(
    RULE,
    "self thread in a class that forks",
    """
import multiprocessing
import threading

def handle(job):
    print(job)

class Supervisor:
    def __init__(self):
        self._stop = threading.Event()
        self._ctx = multiprocessing.get_context("fork")
        self._monitor = threading.Thread(target=self._watch, daemon=True)
        self._monitor.start()

    def _watch(self):
        self._stop.wait()

    def launch(self, job):
        process = self._ctx.Process(target=handle, args=(job,))  #!
        process.start()
        process.join()

    def close(self):
        self._stop.set()
        self._monitor.join()
""",
    """
import multiprocessing
import threading

def handle(job):
    print(job)

class Supervisor:
    def __init__(self):
        self._stop = threading.Event()
        self._ctx = multiprocessing.get_context("forkserver")
        self._monitor = threading.Thread(target=self._watch, daemon=True)
        self._monitor.start()

    def _watch(self):
        self._stop.wait()

    def launch(self, job):
        process = self._ctx.Process(target=handle, args=(job,))
        process.start()
        process.join()

    def close(self):
        self._stop.set()
        self._monitor.join()
""",
)

pair(
    RULE,
    "test with fork and a thread",
    """
import multiprocessing
import threading

def child(queue):
    queue.put("ok")

def test_child_answers():
    ctx = multiprocessing.get_context("fork")
    stop = threading.Event()
    background = threading.Thread(target=stop.wait)
    background.start()
    queue = ctx.SimpleQueue()
    process = ctx.Process(target=child, args=(queue,))  #!
    process.start()
    assert queue.get() == "ok"
    process.join()
    stop.set()
    background.join()
""",
    """
import multiprocessing

def child(queue):
    queue.put("ok")

def test_child_answers():
    ctx = multiprocessing.get_context("fork")
    queue = ctx.SimpleQueue()
    process = ctx.Process(target=child, args=(queue,))
    process.start()
    assert queue.get() == "ok"
    process.join()
""",
    path="tests/test_app.py",
)

pair(
    RULE,
    "from os import fork in a script",
    """
import sys
from os import _exit, fork, waitpid
from threading import Timer

def remind():
    print("still running")

timer = Timer(60, remind)
timer.start()
pid = fork() #!
if pid == 0:
    _exit(0)
waitpid(pid, 0)
timer.cancel()
sys.exit()
""",
    """
import sys
from os import _exit, fork, waitpid
from threading import Timer

def remind():
    print("still running")

pid = fork()
if pid == 0:
    _exit(0)
timer = Timer(60, remind)
timer.start()
waitpid(pid, 0)
timer.cancel()
sys.exit()
""",
)

pair(
    RULE,
    "executor alive, submitted, then fork Process",
    """
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context

def download(url):
    return url

def index(path):
    print(path)

def main(urls, path):
    executor = ThreadPoolExecutor(4)
    futures = [executor.submit(download, url) for url in urls]
    process = get_context("fork").Process(target=index, args=(path,))  #!
    process.start()
    pages = [future.result() for future in futures]
    process.join()
    executor.shutdown()
    return pages
""",
    """
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context

def download(url):
    return url

def index(path):
    print(path)

def main(urls, path):
    with ThreadPoolExecutor(4) as executor:
        pages = list(executor.map(download, urls))
    process = get_context("fork").Process(target=index, args=(path,))
    process.start()
    process.join()
    return pages
""",
)

pair(
    RULE,
    "os.fork to daemonize with logging thread",
    """
import os
from logging.handlers import QueueListener

def daemonize(queue, handler):
    listener = QueueListener(queue, handler)
    listener.start()
    if os.fork(): #!
        os._exit(0)
    os.setsid()
    return listener
""",
    """
import os
from logging.handlers import QueueListener

def daemonize(queue, handler):
    if os.fork():
        os._exit(0)
    os.setsid()
    listener = QueueListener(queue, handler)
    listener.start()
    return listener
""",
)

pair(
    RULE,
    "threads list started in a loop before fork pool",
    """
import multiprocessing
import threading

def pump(source):
    for item in source:
        print(item)

def square(n):
    return n * n

def main(sources, numbers):
    pumps = [threading.Thread(target=pump, args=(source,)) for source in sources]
    for t in pumps:
        t.start()
    ctx = multiprocessing.get_context("fork")
    with ctx.Pool() as pool: #!
        squares = pool.map(square, numbers)
    for t in pumps:
        t.join()
    return squares
""",
    """
import multiprocessing
import threading

def pump(source):
    for item in source:
        print(item)

def square(n):
    return n * n

def main(sources, numbers):
    pumps = [threading.Thread(target=pump, args=(source,)) for source in sources]
    for t in pumps:
        t.start()
    for t in pumps:
        t.join()
    ctx = multiprocessing.get_context("fork")
    with ctx.Pool() as pool:
        squares = pool.map(square, numbers)
    return squares
""",
)

pair(
    RULE,
    "to_thread and fork in a coroutine",
    """
import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

def read(path):
    with open(path) as source:
        return source.read()

def parse(text):
    return text.split()

async def main(path):
    text = await asyncio.to_thread(read, path)
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("fork")) as pool: #!
        return await loop.run_in_executor(pool, parse, text)
""",
    """
import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

def read(path):
    with open(path) as source:
        return source.read()

def parse(text):
    return text.split()

async def main(path):
    text = await asyncio.to_thread(read, path)
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        return await loop.run_in_executor(pool, parse, text)
""",
)

pair(
    RULE,
    "fixture starts a thread, test forks",
    """
import os
import threading

import pytest

@pytest.fixture
def server():
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    yield thread
    stop.set()
    thread.join()

def test_child_exits(server):
    pid = os.fork() #!
    if pid == 0:
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
""",
    """
import os

def test_child_exits():
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
""",
    path="tests/test_app.py",
)

pair(
    RULE,
    "timer and fork",
    """
import os
import threading

class Daemon:
    def start(self):
        self.timer = threading.Timer(5.0, print)
        self.timer.start()
        pid = os.fork() #!
        return pid
""",
    """
import os
import threading

class Daemon:
    def start(self):
        pid = os.fork()
        self.timer = threading.Timer(5.0, print)
        self.timer.start()
        return pid
""",
)

pair(
    RULE,
    "default start method on Linux",
    """
import multiprocessing
import threading

def beat(stop):
    stop.wait()

def work(n):
    return n

def main(numbers):
    stop = threading.Event()
    thread = threading.Thread(target=beat, args=(stop,))
    thread.start()
    pool = multiprocessing.Pool(4) #!
    try:
        return pool.map(work, numbers)
    finally:
        pool.terminate()
        stop.set()
        thread.join()
""",
    """
import multiprocessing
import threading

def beat(stop):
    stop.wait()

def work(n):
    return n

def main(numbers):
    stop = threading.Event()
    thread = threading.Thread(target=beat, args=(stop,))
    thread.start()
    pool = multiprocessing.get_context("forkserver").Pool(4)
    try:
        return pool.map(work, numbers)
    finally:
        pool.terminate()
        stop.set()
        thread.join()
""",
)

pair(
    RULE,
    "fork in a handler thread",
    """
import os
from socketserver import BaseRequestHandler, ThreadingTCPServer

class Handler(BaseRequestHandler):
    def handle(self):
        pid = os.fork() #!
        if pid == 0:
            self.request.sendall(b"hi")
            os._exit(0)

ThreadingTCPServer(("", 9000), Handler).serve_forever()
""",
    """
import os
from socketserver import BaseRequestHandler, ForkingTCPServer

class Handler(BaseRequestHandler):
    def handle(self):
        self.request.sendall(b"hi")

ForkingTCPServer(("", 9000), Handler).serve_forever()
""",
)
