"""Examples of GIL101.

Data of one rule, in one list: a reader looks a case up by its title, and nothing here is run but by the tests.
"""

from __future__ import annotations

from pytest_gilcheck.model.evidence import Level
from pytest_gilcheck.model.rule import Example

BAD = (
    Example(
        "pool at module level",
        """\
from multiprocessing import Pool

def shrink(photo):
    return photo.resize((640, 480))

pool = Pool(4)  # GIL101
thumbnails = pool.map(shrink, photos)
""",
    ),
    Example(
        "pool of another name in a with statement",
        """\
import multiprocessing as mp

with mp.pool.Pool(processes=2) as workers:  # GIL101
    print(workers.map(abs, [-1, -2]))
""",
    ),
    Example(
        "imported under another name",
        """\
from multiprocessing import Pool as Workers

workers = Workers()  # GIL101
""",
    ),
    Example(
        "executor used at module level",
        """\
from concurrent.futures import ProcessPoolExecutor

def area(side):
    return side * side

with ProcessPoolExecutor() as executor:  # GIL101
    print(list(executor.map(area, range(10))))
""",
    ),
    Example(
        "executor made and given a task later on",
        """\
import concurrent.futures

def area(side):
    return side * side

executor = concurrent.futures.ProcessPoolExecutor(max_workers=2)  # GIL101
print("ready")
future = executor.submit(area, 3)
print(future.result())
""",
    ),
    Example(
        "one process",
        """\
from multiprocessing import Process

def greet(name):
    print("hello", name)

process = Process(target=greet, args=("bob",))
process.start()  # GIL101
process.join()
""",
    ),
    Example(
        "processes started in a loop over a list",
        """\
import multiprocessing

def serve(port):
    ...

servers = [multiprocessing.Process(target=serve, args=(port,)) for port in (8001, 8002)]
for server in servers:
    server.start()  # GIL101
""",
    ),
    Example(
        "subclass of Process that starts itself",
        """\
from multiprocessing import Process

class Watcher(Process):
    def __init__(self):
        super().__init__()
        self.start()

    def run(self):
        ...

watcher = Watcher()  # GIL101
""",
    ),
    Example(
        "manager at module level",
        """\
import multiprocessing

shared = multiprocessing.Manager().dict()  # GIL101
""",
    ),
    Example(
        "manager class of one's own",
        """\
from multiprocessing.managers import BaseManager

class Registry(BaseManager):
    pass

registry = Registry(address=("", 5000))
registry.start()  # GIL101
""",
    ),
    Example(
        "shared memory manager in a with statement",
        """\
from multiprocessing.managers import SharedMemoryManager

with SharedMemoryManager() as memory:  # GIL101
    table = memory.ShareableList(range(100))
""",
    ),
    Example(
        "spawn context in so many words",
        """\
import multiprocessing

context = multiprocessing.get_context("spawn")
pool = context.Pool(2)  # GIL101
""",
    ),
    Example(
        "function that starts a pool, called at module level",
        """\
from multiprocessing import Pool

def main():
    with Pool() as pool:
        pool.map(print, range(3))

main()  # GIL101
""",
    ),
    Example(
        "function two calls away in another module",
        """\
import threading

from jobs import crunch

def run():
    return crunch([1, 2, 3])

totals = run()  # GIL101
""",
        others=(
            (
                "jobs.py",
                """\
import os
from concurrent.futures import ProcessPoolExecutor

def crunch(rows):
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(str, rows))
""",
            ),
        ),
    ),
    Example(
        "method of an object made there",
        """\
from multiprocessing import Process

class Crawler:
    def __init__(self):
        self.process = Process(target=print)

    def go(self):
        self.process.start()

Crawler().go()  # GIL101
""",
    ),
    Example(
        "class body",
        """\
from multiprocessing import Pool

class Settings:
    pool = Pool(2)  # GIL101
""",
    ),
    Example(
        "comprehension",
        """\
from multiprocessing import Process

processes = [Process(target=print, args=(n,)) for n in range(3)]
[process.start() for process in processes]  # GIL101
""",
    ),
    Example(
        "decorator that starts a process when it is applied",
        """\
from multiprocessing import Process

def in_background(function):
    Process(target=function).start()
    return function

@in_background  # GIL101
def refresh():
    ...
""",
    ),
    Example(
        "default argument",
        """\
from multiprocessing import Manager

def record(entry, log=Manager().list()):  # GIL101
    log.append(entry)
""",
    ),
    Example(
        "coroutine run at module level",
        """\
import asyncio
from concurrent.futures import ProcessPoolExecutor

async def main():
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor() as pool:
        return await loop.run_in_executor(pool, sum, [1, 2])

asyncio.run(main())  # GIL101
""",
    ),
    Example(
        "function handed to what calls it at once",
        """\
import anyio
from multiprocessing import Process

async def main():
    Process(target=print).start()

def launch(port):
    Process(target=print, args=(port,)).start()

anyio.run(main)  # GIL101
list(map(launch, (8001, 8002)))  # GIL101
""",
    ),
    Example(
        "thread started at import that starts processes",
        """\
import threading
from multiprocessing import Pool

def work():
    with Pool(2) as pool:
        pool.map(print, range(3))

threading.Thread(target=work).start()  # GIL101
""",
    ),
    Example(
        "own context manager that starts on entry",
        """\
from multiprocessing import Process

class Server:
    def __enter__(self):
        self.process = Process(target=print)
        self.process.start()
        return self

    def __exit__(self, *exc):
        self.process.join()

with Server():  # GIL101
    print("up")
""",
    ),
    Example(
        "freeze_support is no guard",
        """\
from multiprocessing import Pool, freeze_support

freeze_support()
pool = Pool(2)  # GIL101
""",
    ),
    Example(
        "condition that is no guard",
        """\
import sys
from multiprocessing import Pool

if "--parallel" in sys.argv:
    pool = Pool(2)  # GIL101
""",
    ),
    Example(
        "condition that lets the child in",
        """\
from multiprocessing import Pool

if __name__ in ("__main__", "__mp_main__"):
    pool = Pool(2)  # GIL101
""",
    ),
    Example(
        "the wrong branch of the guard",
        """\
from multiprocessing import Pool

if __name__ == "__main__":
    print("started by hand")
else:
    pool = Pool(2)  # GIL101
""",
    ),
    Example(
        "test module that starts a manager for all its tests",
        """\
from multiprocessing import Manager

results = Manager().list()  # GIL101

def test_nothing_yet():
    assert not results
""",
        path="tests/test_results.py",
    ),
    Example(
        "fork in so many words",
        """\
import multiprocessing

context = multiprocessing.get_context("fork")
with context.Pool(2) as pool:  # GIL101
    pool.map(print, range(3))
""",
        level=Level.WARNING,
    ),
    Example(
        "executor with a fork context",
        """\
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

with ProcessPoolExecutor(mp_context=multiprocessing.get_context("fork")) as pool:  # GIL101
    pool.submit(print).result()
""",
        level=Level.WARNING,
    ),
    Example(
        "fork chosen for the whole program",
        """\
import multiprocessing

multiprocessing.set_start_method("fork")
process = multiprocessing.Process(target=print)
process.start()  # GIL101
""",
        level=Level.WARNING,
    ),
    Example(
        "conftest",
        """\
from multiprocessing import Manager

shared = Manager().dict()  # GIL101
""",
        path="tests/conftest.py",
        level=Level.WARNING,
    ),
    Example(
        "executor class that depends on a setting",
        """\
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

from settings import FAST

Executor = ProcessPoolExecutor if FAST else ThreadPoolExecutor
with Executor() as pool:  # GIL101
    pool.submit(print).result()
""",
        level=Level.WARNING,
    ),
    Example(
        "one of two functions of that name",
        """\
from multiprocessing import Pool

from settings import FAST

if FAST:
    def convert(rows):
        with Pool() as pool:
            return pool.map(int, rows)
else:
    def convert(rows):
        return [int(row) for row in rows]

NUMBERS = convert(["1", "2"])  # GIL101
""",
        level=Level.WARNING,
    ),
    Example(
        "parallel only if an unknown argument says so",
        """\
from multiprocessing import Pool

from settings import JOBS

def total(rows, jobs):
    if jobs == 1:
        return sum(rows)
    with Pool(jobs) as pool:
        return sum(pool.map(int, rows))

print(total(["1", "2"], JOBS))  # GIL101
""",
        level=Level.WARNING,
    ),
    Example(
        "pool of pathos",
        """\
from pathos.pools import ProcessPool

pool = ProcessPool(4)  # GIL101
print(pool.map(lambda x: x * x, range(9)))
""",
    ),
)

_MAIN = """\
import multiprocessing
import sys
from multiprocessing import Pool

def main():
    with Pool() as pool:
        pool.map(print, range(3))

"""


def _guarded(title: str, end: str) -> Example:
    """The same script with this end."""
    return Example(title, f"{_MAIN}{end}\n")


GOOD = (
    Example(
        "under the guard",
        """\
from multiprocessing import Pool

def shrink(photo):
    return photo.resize((640, 480))

if __name__ == "__main__":
    with Pool(4) as pool:
        thumbnails = pool.map(shrink, photos)
""",
    ),
    _guarded("called under the guard", "if __name__ == '__main__':\n    main()"),
    _guarded("guard with the operands reversed", "if '__main__' == __name__:\n    main()"),
    _guarded("guard by membership", "if __name__ in {'__main__'}:\n    main()"),
    _guarded("guard with a further condition", "if sys.argv[1:] and __name__ == '__main__':\n    main()"),
    _guarded("guard around another condition", "if __name__ == '__main__':\n    if sys.argv[1:]:\n        main()"),
    _guarded("guard by early exit", "if __name__ != '__main__':\n    sys.exit()\nmain()"),
    _guarded("guard by raising", "if __name__ != '__main__':\n    raise ImportError('a script')\nmain()"),
    _guarded("guard by negation", "if not __name__ == '__main__':\n    print('imported')\nelse:\n    main()"),
    _guarded("guard by excluding the child's name", "if __name__ != '__mp_main__':\n    main()"),
    _guarded("guard in an expression", "__name__ == '__main__' and main()"),
    _guarded("guard in a conditional expression", "main() if __name__ == '__main__' else None"),
    _guarded("guard by match", "match __name__:\n    case '__main__':\n        main()"),
    _guarded("guard kept in a name", "is_script = __name__ == '__main__'\nif is_script:\n    main()"),
    _guarded("guard in a function", "def by_hand():\n    return __name__ == '__main__'\n\nif by_hand():\n    main()"),
    _guarded("guard by the parent process", "if multiprocessing.parent_process() is None:\n    main()"),
    _guarded("guard by the process's name", "if multiprocessing.current_process().name == 'MainProcess':\n    main()"),
    Example(
        "guard inside of the function",
        """\
from multiprocessing import Pool

def main():
    if __name__ != "__main__":
        return
    with Pool() as pool:
        pool.map(print, range(3))

main()
""",
    ),
    Example(
        "freeze_support under the guard",
        """\
import multiprocessing

if __name__ == "__main__":
    multiprocessing.freeze_support()
    process = multiprocessing.Process(target=print)
    process.start()
""",
    ),
    Example(
        "package run by its __main__ file",
        """\
from multiprocessing import Pool

with Pool() as pool:
    pool.map(print, range(3))
""",
        path="tool/__main__.py",
    ),
    Example(
        "process that is made and never started",
        """\
from multiprocessing import Process

TEMPLATE = Process(target=print)
print(TEMPLATE.name)
""",
    ),
    Example(
        "executor that gets its first task in a function",
        """\
from concurrent.futures import ProcessPoolExecutor

EXECUTOR = ProcessPoolExecutor(max_workers=2)

def area(side):
    return EXECUTOR.submit(pow, side, 2).result()
""",
    ),
    Example(
        "manager class that is made and not started",
        """\
from multiprocessing.managers import BaseManager, SyncManager

class Registry(BaseManager):
    pass

registry = Registry(address=("", 5000))
sync = SyncManager()
""",
    ),
    Example(
        "context, locks, queues and shared values alone",
        """\
import multiprocessing

context = multiprocessing.get_context("spawn")
lock = context.Lock()
queue = multiprocessing.Queue(10)
counter = multiprocessing.Value("i", 0)
cores = multiprocessing.cpu_count()
""",
    ),
    Example(
        "threads need no guard",
        """\
import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.dummy import Pool
from multiprocessing.pool import ThreadPool

threading.Thread(target=print).start()
with ThreadPoolExecutor() as executor:
    executor.submit(print).result()
Pool(2).map(print, range(3))
ThreadPool(2).map(print, range(3))
""",
    ),
    Example(
        "tests and fixtures, which nobody calls at import",
        """\
import pytest
from multiprocessing import Pool, Process

@pytest.fixture
def pool():
    with Pool(2) as pool:
        yield pool

def test_process():
    process = Process(target=print)
    process.start()
    process.join()

class TestPool:
    def test_map(self, pool):
        assert pool.map(abs, [-1]) == [1]
""",
        path="tests/test_pool.py",
    ),
    Example(
        "only for type checkers",
        """\
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing import Pool
    pool = Pool(2)
""",
    ),
    Example(
        "a process of another library",
        """\
import multiprocessing
import os

import psutil
from myproject.workers import Pool

process = psutil.Process(os.getpid())
process.start()
pool = Pool(3)
""",
    ),
    Example(
        "classes of the project that are called Process, Pool and Manager",
        """\
import threading

class Process(threading.Thread):
    pass

class Manager:
    def start(self): ...

class Pool:
    def __init__(self, size): ...

Process(target=print).start()
Manager().start()
Pool(3)
""",
    ),
    Example(
        "handed over, not called",
        """\
import atexit
from multiprocessing import Pool

def flush():
    with Pool() as pool:
        pool.map(print, range(3))

atexit.register(flush)
COMMANDS = {"flush": flush, "later": lambda: Pool(2)}
""",
    ),
    Example(
        "coroutine that is made and not run",
        """\
from concurrent.futures import ProcessPoolExecutor

async def main():
    with ProcessPoolExecutor() as pool:
        pool.submit(print).result()

pending = main()
""",
    ),
    Example(
        "parallel only on demand, and not demanded at import",
        """\
from multiprocessing import Pool

def total(rows, jobs=1):
    if jobs == 1:
        return sum(rows)
    with Pool(jobs) as pool:
        return sum(pool.map(int, rows))

TABLE = total([1, 2, 3])
""",
    ),
    Example(
        "joblib's own processes",
        """\
from joblib import Parallel, delayed

print(Parallel(n_jobs=2)(delayed(abs)(n) for n in range(3)))
""",
    ),
    Example(
        "code in a string",
        '''\
SCRIPT = """
from multiprocessing import Pool
pool = Pool(2)
"""

def test_script(pytester):
    pytester.makepyfile(SCRIPT)
''',
        path="tests/test_script.py",
    ),
    Example(
        "pool of pathos over programs of its own",
        """\
from pathos.pools import ParallelPool, ThreadPool

servers = ParallelPool(4)
threads = ThreadPool(4)
print(servers.map(abs, range(9)), threads.map(abs, range(9)))
""",
    ),
    Example(
        "manager of an object mapper",
        """\
import multiprocessing

from django.db.models import Manager

class Model:
    objects = Manager()
""",
    ),
    Example(
        "a parameter that is another class there",
        """\
import multiprocessing


class Processes:
    def map(self, function, items):
        with multiprocessing.Pool() as pool:
            return pool.map(function, items)


class Plain:
    def map(self, function, items):
        return list(map(function, items))


def timed(pool, items):
    return pool.map(abs, items)


expected = timed(Plain(), [1, 2])


def main():
    assert timed(Processes(), [1, 2]) == expected
""",
    ),
)
