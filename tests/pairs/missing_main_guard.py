"""Processes started while a file is imported, and the guards against it."""

from __future__ import annotations

from tests.pairs.kit import bad_variants, pair, safe, safe_variants

RULE = "GIL101"

pair(
    RULE,
    "tutorial pool with",
    """
from multiprocessing import Pool

def f(x):
    return x * x

with Pool(5) as p: #!
    print(p.map(f, [1, 2, 3]))
""",
    {
        """with Pool(5) as p: #!
    print(p.map(f, [1, 2, 3]))""": """if __name__ == '__main__':
    with Pool(5) as p:
        print(p.map(f, [1, 2, 3]))"""
    },
    {"from multiprocessing import Pool": "from multiprocessing.pool import ThreadPool as Pool"},
    {"from multiprocessing import Pool": "from multiprocessing.dummy import Pool"},
)

pair(
    RULE,
    "start in loop and join",
    """
import multiprocessing as mp
import os

def worker(n):
    print("worker", n, os.getpid())

jobs = []
for i in range(5):
    p = mp.Process(target=worker, args=(i,))
    jobs.append(p)
    p.start() #!
for j in jobs:
    j.join()
""",
    {
        "jobs = []": """if __name__ != "__main__":
    raise SystemExit
jobs = []"""
    },
    {
        """    p.start() #!
""": "",
        """for j in jobs:
    j.join()""": "print(jobs)",
    },
    {"mp.Process": "threading.Thread", "import os": "import os, threading"},
)

pair(
    RULE,
    "list comprehension starts",
    """
from multiprocessing import Process, Queue

def produce(q, n):
    for i in range(n):
        q.put(i)

q = Queue(10)
procs = [Process(target=produce, args=(q, 3)) for _ in range(2)]
[p.start() for p in procs] #!
print([q.get() for _ in range(6)])
for p in procs:
    p.join()
""",
    {
        """[p.start() for p in procs] #!
print([q.get() for _ in range(6)])
for p in procs:
    p.join()""": """if '__main__' == __name__:
    [p.start() for p in procs]
    print([q.get() for _ in range(6)])
    for p in procs:
        p.join()"""
    },
)

pair(
    RULE,
    "main called twice deep",
    """
import concurrent.futures as cf
import math

PRIMES = [112272535095293, 112582705942171]

def is_prime(n):
    return all(n % i for i in range(2, math.isqrt(n) + 1))

def compute():
    with cf.ProcessPoolExecutor(max_workers=4) as executor:
        return dict(zip(PRIMES, executor.map(is_prime, PRIMES)))

def main():
    for number, prime in compute().items():
        print(number, prime)

main() #!
""",
    {
        "main() #!": """if __name__ == "__main__":
    main()"""
    },
    {
        "main() #!": """import sys
if __name__ == "__main__":
    sys.exit(main())"""
    },
    {
        "main() #!": """if __name__ in {"__main__"}:
    main()"""
    },
    {"cf.ProcessPoolExecutor": "cf.ThreadPoolExecutor"},
    {"main() #!": '__all__ = ["main"]', "@path": "tool/cli.py"},
    {"@path": "tool/__main__.py"},
)

pair(
    RULE,
    "class body",
    """
import multiprocessing

class Registry:
    \"\"\"Shared registry of all sessions.\"\"\"
    manager = multiprocessing.Manager() #!
    sessions = manager.dict()

    def add(self, key, value):
        self.sessions[key] = value
""",
    """
import multiprocessing

class Registry:
    \"\"\"Shared registry of all sessions.\"\"\"

    def __init__(self):
        self.manager = multiprocessing.Manager()
        self.sessions = self.manager.dict()

    def add(self, key, value):
        self.sessions[key] = value
""",
    """
import logging

class Registry:
    manager = logging.Manager(logging.getLogger())
    sessions = {}
""",
)

pair(
    RULE,
    "spawn context",
    """
import multiprocessing

ctx = multiprocessing.get_context("spawn")

def hello(name):
    print("hello", name)

p = ctx.Process(target=hello, args=("bob",))
p.start() #!
p.join()
""",
    {
        """p = ctx.Process(target=hello, args=("bob",))
p.start() #!
p.join()""": """def main():
    p = ctx.Process(target=hello, args=("bob",))
    p.start()
    p.join()

if __name__ == "__main__":
    main()"""
    },
    {
        """p = ctx.Process(target=hello, args=("bob",))
p.start() #!
p.join()""": """lock = ctx.Lock()
queue = ctx.Queue(maxsize=4)"""
    },
)

pair(
    RULE,
    "instance whose init starts",
    """
from multiprocessing import Process, Pipe

def echo(conn):
    while (msg := conn.recv()) is not None:
        conn.send(msg)

class Echo:
    def __init__(self):
        self.here, there = Pipe()
        self.process = Process(target=echo, args=(there,), daemon=True)
        self.process.start()

    def ask(self, text):
        self.here.send(text)
        return self.here.recv()

service = Echo() #!
print(service.ask("hi"))
""",
    {
        """service = Echo() #!
print(service.ask("hi"))""": """if __name__ == "__main__":
    service = Echo()
    print(service.ask("hi"))"""
    },
    {
        """service = Echo() #!
print(service.ask("hi"))""": """def get_service():
    return Echo()"""
    },
    {
        """        self.process.start()
""": "",
        """service = Echo() #!
print(service.ask("hi"))""": "service = Echo()",
    },
)

pair(
    RULE,
    "process subclass",
    """
import multiprocessing

class Worker(multiprocessing.Process):
    def run(self):
        print(f"In {self.name}")
        return

jobs = []
for i in range(5):
    p = Worker()
    jobs.append(p)
    p.start() #!
for j in jobs:
    j.join()
""",
    {
        "jobs = []": """if __name__ == "__main__":
  jobs = []""",
        """
for i in range(5):
    p = Worker()
    jobs.append(p)
    p.start() #!
for j in jobs:
    j.join()""": """
  for i in range(5):
    p = Worker()
    jobs.append(p)
    p.start()
  for j in jobs:
    j.join()""",
    },
    {"import multiprocessing": "import threading as multiprocessing", "multiprocessing.Process": "multiprocessing.Thread"},
)

pair(
    RULE,
    "asyncio run at import",
    """
import asyncio
from concurrent.futures import ProcessPoolExecutor

def crunch(n):
    return sum(i * i for i in range(n))

async def main():
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor() as pool:
        print(await loop.run_in_executor(pool, crunch, 10_000))

asyncio.run(main()) #!
""",
    {
        "asyncio.run(main()) #!": """if __name__ == "__main__":
    asyncio.run(main())"""
    },
    {"ProcessPoolExecutor": "ThreadPoolExecutor"},
)

pair(
    RULE,
    "other module starts it",
    """
from jobs import run_all

run_all([1, 2, 3]) #!
""",
    {
        "run_all([1, 2, 3]) #!": """if __name__ == "__main__":
    run_all([1, 2, 3])"""
    },
    {"run_all([1, 2, 3]) #!": "print(run_all)"},
    others={
        "jobs.py": """
from multiprocessing import Pool

def job(n):
    return n + 1

def run_all(items):
    with Pool() as pool:
        return pool.map(job, items)
"""
    },
)

pair(
    RULE,
    "executor global and submit",
    """
from concurrent.futures import ProcessPoolExecutor, as_completed

def render(page):
    return page.upper()

executor = ProcessPoolExecutor(2) #!
futures = [executor.submit(render, p) for p in ["a", "b"]]
for future in as_completed(futures):
    print(future.result())
executor.shutdown()
""",
    {
        """futures = [executor.submit(render, p) for p in ["a", "b"]]
for future in as_completed(futures):
    print(future.result())
executor.shutdown()""": """def render_all(pages):
    return list(executor.map(render, pages))"""
    },
)

pair(
    RULE,
    "try finally",
    """
import multiprocessing as mp

def scale(image):
    return image[::2]

pool = None
try:
    pool = mp.Pool(processes=mp.cpu_count()) #!
    thumbs = pool.map(scale, ["abcd", "efgh"])
finally:
    if pool is not None:
        pool.terminate()
""",
    """
import multiprocessing as mp

def scale(image):
    return image[::2]

def main():
    pool = None
    try:
        pool = mp.Pool(processes=mp.cpu_count())
        thumbs = pool.map(scale, ["abcd", "efgh"])
    finally:
        if pool is not None:
            pool.terminate()

if __name__ == "__main__":
    mp.freeze_support()
    main()
""",
)

pair(
    RULE,
    "walrus match",
    """
import sys
from multiprocessing import Process

def serve(port):
    print(port)

match sys.argv[1:]:
    case ["serve", port]:
        (p := Process(target=serve, args=(int(port),))).start() #!
        p.join()
    case _:
        print("usage")
""",
    {
        """match sys.argv[1:]:
    case ["serve", port]:
        (p := Process(target=serve, args=(int(port),))).start() #!
        p.join()
    case _:
        print("usage")""": """if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve", port]:
            (p := Process(target=serve, args=(int(port),))).start()
            p.join()"""
    },
)

pair(
    RULE,
    "wrong guard",
    """
import multiprocessing as mp

def f(q):
    q.put([42, None, 'hello'])

if __name__ != "__main__":
    print("imported")

q = mp.SimpleQueue()
p = mp.Process(target=f, args=(q,))
p.start() #!
print(q.get())
p.join()
""",
    {
        """if __name__ != "__main__":
    print("imported")""": """import sys
if __name__ != "__main__":
    sys.exit(0)"""
    },
)

pair(
    RULE,
    "set_start_method",
    """
import multiprocessing as mp

def foo(q):
    q.put('hello')

mp.set_start_method('spawn')
q = mp.Queue(1)
p = mp.Process(target=foo, args=(q,))
p.start() #!
print(q.get())
p.join()
""",
    {
        """mp.set_start_method('spawn')
q = mp.Queue(1)
p = mp.Process(target=foo, args=(q,))
p.start() #!
print(q.get())
p.join()""": """if __name__ == '__main__':
    mp.set_start_method('spawn')
    q = mp.Queue(1)
    p = mp.Process(target=foo, args=(q,))
    p.start()
    print(q.get())
    p.join()"""
    },
)

pair(
    RULE,
    "guard only round the print",
    """
import time
from concurrent.futures import ProcessPoolExecutor

def task(n):
    return n ** 2

start = time.perf_counter()
with ProcessPoolExecutor() as pool:
    results = list(pool.map(task, range(100)))

if __name__ == "__main__":
    print(results, time.perf_counter() - start)
""",
    """
import time
from concurrent.futures import ProcessPoolExecutor

def task(n):
    return n ** 2

if __name__ == "__main__":
    start = time.perf_counter()
    with ProcessPoolExecutor() as pool:
        results = list(pool.map(task, range(100)))
    print(results, time.perf_counter() - start)
""",
)

pair(
    RULE,
    "decorated function runs at import",
    """
from multiprocessing import Pool

def work(x):
    return x

def timed(function):
    function()
    return function

@timed
def run():
    with Pool(2) as pool:
        print(pool.map(work, [1, 2]))
""",
    {
        """    function()
""": ""
    },
)

pair(
    RULE,
    "shared memory manager",
    """
from multiprocessing.managers import SharedMemoryManager

smm = SharedMemoryManager()
smm.start() #!
sl = smm.ShareableList(range(2000))
smm.shutdown()
""",
    """
from multiprocessing.managers import SharedMemoryManager

def main():
    with SharedMemoryManager() as smm:
        sl = smm.ShareableList(range(2000))

if __name__ == "__main__":
    main()
""",
    """
from multiprocessing.managers import BaseManager

class QueueManager(BaseManager):
    pass

QueueManager.register("get_queue")
m = QueueManager(address=("foo.bar.org", 50000), authkey=b"abracadabra")
""",
)

pair(
    RULE,
    "test calls at module level",
    """
from multiprocessing import Pool

def square(x):
    return x * x

with Pool(2) as pool:
    EXPECTED = pool.map(square, [1, 2, 3])

def test_square():
    assert EXPECTED == [1, 4, 9]
""",
    """
from multiprocessing import Pool
import pytest

def square(x):
    return x * x

@pytest.fixture(scope="module")
def expected():
    with Pool(2) as pool:
        yield pool.map(square, [1, 2, 3])

def test_square(expected):
    assert expected == [1, 4, 9]
""",
    path="tests/test_square.py",
)

pair(
    RULE,
    "package main imports at top",
    """
import argparse
from multiprocessing import Process

def serve():
    print("x")

parser = argparse.ArgumentParser()
parser.add_argument("-n", type=int, default=2)
args = parser.parse_args()

workers = []
while len(workers) < args.n:
    w = Process(target=serve)
    w.start() #!
    workers.append(w)
""",
    {
        "parser = argparse.ArgumentParser()": """if __name__ != "__main__":
    raise ImportError("script only")
parser = argparse.ArgumentParser()"""
    },
)

pair(
    RULE,
    "manager dict global",
    """
import multiprocessing
shared = multiprocessing.Manager().dict() #!

def worker(k):
    shared[k] = k

def main():
    p = multiprocessing.Process(target=worker, args=(1,))
    p.start()
    p.join()

if __name__ == "__main__":
    main()
""",
    {"shared = multiprocessing.Manager().dict() #!": "shared = {}"},
)

pair(
    RULE,
    "class with enter at module",
    """
from multiprocessing import Pool

class Batch:
    def __enter__(self):
        self.pool = Pool(2)
        return self

    def __exit__(self, *a):
        self.pool.terminate()

    def run(self, xs):
        return self.pool.map(abs, xs)

with Batch() as batch:
    print(batch.run([-1]))
""",
    {
        """with Batch() as batch:
    print(batch.run([-1]))""": """def main():
    with Batch() as batch:
        print(batch.run([-1]))"""
    },
)

pair(
    RULE,
    "fork explicit unix warning",
    """
import multiprocessing as mp
ctx = mp.get_context("fork")
def f():
    print("x")
p = ctx.Process(target=f)
p.start() #!
p.join()
""",
    {
        """p = ctx.Process(target=f)
p.start() #!
p.join()""": """if __name__ == "__main__":
    p = ctx.Process(target=f)
    p.start()
    p.join()"""
    },
)

pair(
    RULE,
    "lambda called",
    """
from multiprocessing import Pool
run = lambda xs: Pool(2).map(abs, xs)
print(run([-1, 2]))
""",
    {"print(run([-1, 2]))": ""},
)

pair(
    RULE,
    "short process",
    """
from multiprocessing import Process
def work(): print("hi")
Process(target=work).start() #!
""",
    {
        "Process(target=work).start() #!": """if __name__ == "__main__":
    Process(target=work).start()"""
    },
    {
        "Process(target=work).start() #!": """def run():
    Process(target=work).start()"""
    },
)

pair(
    RULE,
    "short ppe map",
    """
import concurrent.futures
def square(n): return n * n
with concurrent.futures.ProcessPoolExecutor() as ex: #!
    print(list(ex.map(square, range(5))))
""",
    {
        """with concurrent.futures.ProcessPoolExecutor() as ex: #!
    print(list(ex.map(square, range(5))))""": """if __name__ == "__main__":
    with concurrent.futures.ProcessPoolExecutor() as ex:
        print(list(ex.map(square, range(5))))"""
    },
)

pair(
    RULE,
    "short pool.map no with",
    """
import multiprocessing
def square(n): return n * n
pool = multiprocessing.Pool() #!
print(pool.map(square, range(5)))
pool.close()
pool.join()
""",
    {
        """pool = multiprocessing.Pool() #!
print(pool.map(square, range(5)))
pool.close()
pool.join()""": """def main():
    pool = multiprocessing.Pool()
    print(pool.map(square, range(5)))
    pool.close()
    pool.join()
if __name__ == "__main__":
    main()"""
    },
)

pair(
    RULE,
    "short pytest module",
    """
from concurrent.futures import ProcessPoolExecutor
def square(n): return n * n
RESULTS = list(ProcessPoolExecutor(2).map(square, [1, 2]))

def test_squares():
    assert RESULTS == [1, 4]
""",
    {
        """RESULTS = list(ProcessPoolExecutor(2).map(square, [1, 2]))
""": "",
        "    assert RESULTS == [1, 4]": """    with ProcessPoolExecutor(2) as ex:
        assert list(ex.map(square, [1, 2])) == [1, 4]""",
    },
    path="test_squares.py",
)

safe(
    "psutil process",
    """
import psutil
from billing import Process

me = psutil.Process()
me.cpu_percent()
p = Process("invoice")
p.start()
""",
)

safe(
    "own process class",
    """
class Process:
    def __init__(self, target):
        self.target = target
    def start(self):
        self.target()

def job():
    print("x")

Process(target=job).start()
""",
)

safe(
    "type checking",
    """
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from multiprocessing import Pool
    POOL = Pool(2)
""",
)

safe(
    "script in string",
    """
SCRIPT = \"\"\"
from multiprocessing import Pool
pool = Pool(3)
print(pool.map(abs, [-1]))
\"\"\"

def test_script(tmp_path):
    (tmp_path / "s.py").write_text(SCRIPT)
""",
    path="tests/test_script.py",
)

safe(
    "lazy executor at module level",
    """
import atexit
from concurrent.futures import ProcessPoolExecutor

EXECUTOR = ProcessPoolExecutor(max_workers=2)
atexit.register(EXECUTOR.shutdown)
""",
)

safe(
    "click main guarded",
    """
import click
from multiprocessing import Pool

def work(x):
    return x

@click.command()
@click.option("--jobs", default=4)
def main(jobs):
    with Pool(jobs) as pool:
        for result in pool.imap_unordered(work, range(100)):
            click.echo(result)

if __name__ == "__main__":
    main()
""",
)

SCRIPT = """
import multiprocessing as mp
import sys
import multiprocessing
def work(x):
    return x
def main():
    with mp.Pool(2) as pool:
        print(pool.map(work, [1, 2]))
BODY
"""

safe_variants(
    "guard",
    SCRIPT,
    {
        "and expr": '__name__ == "__main__" and main()',
        "ifexp": 'main() if __name__ == "__main__" else None',
        "flag": """
IS_MAIN = __name__ == "__main__"
if IS_MAIN:
    main()
""",
        "not eq exit": """
if not __name__ == "__main__":
    sys.exit()
main()
""",
        "match": """
match __name__:
    case "__main__":
        main()
""",
        "try guard": """
try:
    if __name__ == "__main__":
        main()
except KeyboardInterrupt:
    pass
""",
        "guard and args": """
if __name__ == "__main__" and len(sys.argv) > 1:
    main()
""",
        "else": """
if __name__ != "__main__":
    print("imported")
else:
    main()
""",
        "current process": """
if mp.current_process().name == "MainProcess":
    main()
""",
        "parent process": """
if multiprocessing.parent_process() is None:
    main()
""",
        "entry dict": 'COMMANDS = {"run": main}',
        "partial": """
import functools
entry = functools.partial(main)
""",
        "lambda": "run = lambda: main()",
        "atexit": """
import atexit
atexit.register(main)
""",
        "raise": """
if __name__ != "__main__":
    raise RuntimeError("script")
main()
""",
        "os._exit": """
import os
if __name__ != "__main__":
    os._exit(1)
main()
""",
        "in tuple": """
if __name__ in ("__main__", "builtins"):
    main()
""",
        "nested if": """
if sys.platform != "win32":
    if __name__ == "__main__":
        main()
""",
        "while guard": """
while __name__ == "__main__":
    main()
    break
""",
        "with guard": """
if __name__ == "__main__":
    with open("x") as f:
        main()
""",
        "class run": """
class App:
    def run(self):
        main()
app = App()
""",
        "decor": """
def cli(f):
    return f
@cli
def run():
    main()
""",
    },
)

bad_variants(
    RULE,
    "guard",
    SCRIPT,
    {
        "bare": "main()",
        "try": """
try:
    main()
except KeyboardInterrupt:
    pass
""",
        "sys.exit": "sys.exit(main())",
        "if argv": """
if len(sys.argv) > 1:
    main()
""",
        "if platform": """
if sys.platform == "linux":
    main()
""",
        "assign": "result = main()",
        "with": """
with open("log") as f:
    main()
""",
        "for": """
for _ in range(2):
    main()
""",
        "wrong name": """
if __name__ == "main":
    main()
""",
        "else imported": """
if __name__ == "__main__":
    print("x")
else:
    main()
""",
        "app run": """
class App:
    def run(self):
        main()
App().run()
""",
        "ternary": "r = main() if sys.argv else None",
        "print": "print(main())",
        "fstring": 'x = f"{main()}"',
        "decorated": """
import functools
@functools.lru_cache
def cached():
    return main()
cached()
""",
        "or": "True and main()",
        "assert": "assert main() is None",
        "lambda call": "(lambda: main())()",
        "default arg": """
def f(x=main()):
    return x
""",
        "after join": """
p = mp.Process(target=work, args=(1,))
p.start()
p.join()
""",
        "thread-free": """
ctx = mp.get_context("spawn")
with ctx.Pool() as p:
    print(p.map(work, [1]))
""",
        "ppe submit result": """
from concurrent.futures import ProcessPoolExecutor
print(ProcessPoolExecutor().submit(work, 1).result())
""",
        "manager": "m = mp.Manager()",
        "freeze": """
mp.freeze_support()
main()
""",
    },
)
