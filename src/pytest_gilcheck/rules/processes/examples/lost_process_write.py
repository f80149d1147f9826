"""Examples of GIL103 lost-process-write.

Data of one rule, in one list: a reader looks a case up by its title, and nothing here is run but by the tests.
"""

from __future__ import annotations

from pytest_gilcheck.model.rule import Example

BAD = (
    Example(
        "a list that processes append to",
        """\
from multiprocessing import Process

results = []


def work(n):
    results.append(n * n)  # GIL103


def main():
    processes = [Process(target=work, args=(n,)) for n in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print(results)
""",
    ),
    Example(
        "a counter of a pool's tasks",
        """\
from multiprocessing import Pool

done = 0


def work(n):
    global done
    done += 1  # GIL103


def main():
    with Pool() as pool:
        pool.map(work, range(4))
    print(done)
""",
    ),
    Example(
        "a dictionary filled by an executor's tasks",
        """\
from concurrent.futures import ProcessPoolExecutor

sizes = {}


def measure(path):
    sizes[path] = len(path)  # GIL103


def main(paths):
    with ProcessPoolExecutor() as pool:
        list(pool.map(measure, paths))
    return max(sizes.values())
""",
    ),
    Example(
        "a global that is assigned",
        """\
import multiprocessing

answer = None


def compute():
    global answer
    answer = sum(range(10))  # GIL103


if __name__ == "__main__":
    process = multiprocessing.Process(target=compute)
    process.start()
    process.join()
    print(answer)
""",
    ),
    Example(
        "a class attribute",
        """\
from concurrent.futures import ProcessPoolExecutor


class Stats:
    seen = 0


def work(n):
    Stats.seen += 1  # GIL103


def main():
    with ProcessPoolExecutor() as pool:
        for n in range(4):
            pool.submit(work, n).result()
    return Stats.seen
""",
    ),
    Example(
        "a class attribute through cls",
        """\
from multiprocessing import Pool


class Stats:
    seen = []

    @classmethod
    def look(cls, n):
        cls.seen.append(n)  # GIL103


def main():
    with Pool() as pool:
        pool.map(Stats.look, range(4))
    return len(Stats.seen)
""",
    ),
    Example(
        "an attribute of the object whose method runs",
        """\
from multiprocessing import Process


class Crawler:
    def __init__(self):
        self.pages = {}

    def fetch(self, url):
        self.pages[url] = url.upper()  # GIL103

    def run(self, url):
        process = Process(target=self.fetch, args=(url,))
        process.start()
        process.join()
        return self.pages[url]
""",
    ),
    Example(
        "the result kept on the process object",
        """\
import multiprocessing


class Worker(multiprocessing.Process):
    def __init__(self, n):
        super().__init__()
        self.n = n
        self.result = None

    def run(self):
        self.result = self.n * 2  # GIL103


def main():
    workers = [Worker(n) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return [worker.result for worker in workers]
""",
    ),
    Example(
        "a list given as an argument",
        """\
from multiprocessing import Process


def work(out, n):
    out.append(n)  # GIL103


def main():
    out = []
    process = Process(target=work, args=(out, 3))
    process.start()
    process.join()
    return out
""",
    ),
    Example(
        "a dictionary given to a task",
        """\
from concurrent.futures import ProcessPoolExecutor


def work(out, n):
    out[n] = n * n  # GIL103


def main():
    out = {}
    with ProcessPoolExecutor() as pool:
        for n in range(4):
            pool.submit(work, out, n).result()
    return sum(out.values())
""",
    ),
    Example(
        "a list of the function around the worker",
        """\
import multiprocessing


def main(numbers):
    found = []

    def work(n):
        found.append(n)  # GIL103

    context = multiprocessing.get_context("fork")
    process = context.Process(target=work, args=(numbers[0],))
    process.start()
    process.join()
    return found
""",
    ),
    Example(
        "written two calls from the worker",
        """\
from multiprocessing import Pool

errors = set()


def note(n):
    errors.add(n)  # GIL103


def check(n):
    if n < 0:
        note(n)


def main(numbers):
    with Pool() as pool:
        pool.map(check, numbers)
    if errors:
        raise ValueError(errors)
""",
    ),
    Example(
        "read by the caller of the function that starts the pool",
        """\
from multiprocessing import Pool

hits = {"n": 0}


def work(n):
    hits["n"] += 1  # GIL103


def run(numbers):
    with Pool() as pool:
        pool.map(work, numbers)


def test_run():
    run([1, 2])
    assert hits["n"] == 2
""",
        path="tests/test_run.py",
    ),
    Example(
        "a variable of another module",
        """\
from multiprocessing import Pool

import state


def work(n):
    state.total += n  # GIL103


def main():
    with Pool() as pool:
        pool.map(work, range(4))
    return state.total
""",
        others=(
            (
                "state.py",
                """\
total = 0
""",
            ),
        ),
    ),
    Example(
        "an attribute of an object at module level",
        """\
from multiprocessing import Pool


class Progress:
    def __init__(self):
        self.count = 0


progress = Progress()


def work(n):
    progress.count += 1  # GIL103


def main():
    with Pool() as pool:
        for _ in pool.imap_unordered(work, range(4)):
            print(progress.count)
""",
    ),
    Example(
        "the worker returns something else",
        """\
from multiprocessing import Pool

failures = []


def work(n):
    if n % 2:
        failures.append(n)  # GIL103
    return n


def main():
    with Pool() as pool:
        done = pool.map(work, range(4))
    print(done, len(failures))
""",
    ),
    Example(
        "an attribute of an object given as an argument",
        """\
from multiprocessing import Process


class Job:
    def __init__(self):
        self.score = 0


def work(job):
    job.score = 5  # GIL103


def main():
    job = Job()
    process = Process(target=work, args=(job,))
    process.start()
    process.join()
    return job.score
""",
    ),
    Example(
        "on the loop's way to a process pool",
        """\
import asyncio
from concurrent.futures import ProcessPoolExecutor

sizes = {}


def measure(path):
    sizes[path] = len(path)  # GIL103


async def main(path):
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor() as pool:
        await loop.run_in_executor(pool, measure, path)
    return sizes[path]
""",
    ),
    Example(
        "what the end of the with block reads",
        """\
import multiprocessing
import tempfile


class Server:
    def __init__(self):
        self.folder = None

    def _serve(self):
        self.folder = tempfile.mkdtemp()  # GIL103

    def __enter__(self):
        self.process = multiprocessing.Process(target=self._serve)
        self.process.start()
        return self

    def __exit__(self, *exception):
        self.process.join()
        if self.folder:
            print(self.folder)
""",
    ),
    Example(
        "bytes of a bytearray",
        """\
from multiprocessing import Process

buffer = bytearray(4)

def fill(index):
    buffer[index] = 1  # GIL103

def main():
    workers = [Process(target=fill, args=(i,)) for i in range(4)]
    for w in workers:
        w.start()
    for w in workers:
        w.join()
    assert all(buffer)
""",
    ),
)

GOOD = (
    Example(
        "values returned and collected",
        """\
from concurrent.futures import ProcessPoolExecutor

sizes = {}


def measure(path):
    return path, len(path)


def main(paths):
    with ProcessPoolExecutor() as pool:
        for path, size in pool.map(measure, paths):
            sizes[path] = size
    return sum(sizes.values())
""",
    ),
    Example(
        "the changed copy is returned",
        """\
from concurrent.futures import ProcessPoolExecutor


class Job:
    def __init__(self):
        self.score = 0


def work(job):
    job.score = 5
    return job


def main():
    job = Job()
    with ProcessPoolExecutor() as pool:
        job = pool.submit(work, job).result()
    return job.score
""",
    ),
    Example(
        "threads share their variables",
        """\
from threading import Thread

results = []


def work(n):
    results.append(n)


def main():
    thread = Thread(target=work, args=(1,))
    thread.start()
    thread.join()
    print(results)
""",
    ),
    Example(
        "ThreadPool and multiprocessing.dummy are threads",
        """\
from multiprocessing.dummy import Process
from multiprocessing.pool import ThreadPool

results = []


def work(n):
    results.append(n)


def main():
    process = Process(target=work, args=(1,))
    process.start()
    process.join()
    with ThreadPool() as pool:
        pool.map(work, range(4))
    print(results)
""",
    ),
    Example(
        "a cache for each process",
        """\
from multiprocessing import Pool

cache = {}


def value_of(key):
    if key not in cache:
        cache[key] = key * 2
    return cache[key]


def main():
    with Pool() as pool:
        print(pool.map(value_of, range(4)), len(cache))
""",
    ),
    Example(
        "a connection made once in each process",
        """\
from multiprocessing import Pool

connection = None


def work(key):
    global connection
    if connection is None:
        connection = object()
    return hash((connection, key))


def main():
    with Pool() as pool:
        print(pool.map(work, range(4)))
    print(connection)
""",
    ),
    Example(
        "set by an initializer, read by workers",
        """\
from multiprocessing import Pool

data = None


def prepare(values):
    global data
    data = [v * 2 for v in values]


def work(n):
    return data[n]


def main():
    prepare([1])
    with Pool(initializer=prepare, initargs=([1, 2],)) as pool:
        print(pool.map(work, range(2)))
    print(data)
""",
    ),
    Example(
        "a counter that only workers look at",
        """\
from multiprocessing import Pool

done = 0


def work(n):
    global done
    done += 1
    return f"{n} is number {done} of this process"


def main():
    with Pool() as pool:
        print(pool.map(work, range(4)))
""",
    ),
    Example(
        "read before the processes start",
        """\
from multiprocessing import Pool

done = 0


def work(n):
    global done
    done += n


def main():
    print(done)
    with Pool() as pool:
        pool.map(work, range(4))
""",
    ),
    Example(
        "what the worker was given",
        """\
from multiprocessing import Process

depth = 0


def work(given):
    global depth
    depth = given


def main():
    for _ in range(2):
        deeper = depth + 1
        process = Process(target=work, args=(deeper,))
        process.start()
        process.join()
""",
    ),
    Example(
        "the worker returns it as well",
        """\
from multiprocessing import Pool

seen = []


def work(n):
    seen.append(n)
    return list(seen)


def main():
    with Pool() as pool:
        for part in pool.map(work, range(4)):
            print(part, seen)
""",
    ),
    Example(
        "the worker sends it as well",
        """\
from multiprocessing import Process, SimpleQueue

log = []


def work(queue):
    log.append("done")
    queue.put(log)


def main():
    queue = SimpleQueue()
    process = Process(target=work, args=(queue,))
    process.start()
    log.extend(queue.get())
    process.join()
    print(log)
""",
    ),
    Example(
        "a manager's list and dictionary",
        """\
import multiprocessing


def work(out, table, n):
    out.append(n)
    table[n] = n


def main():
    with multiprocessing.Manager() as manager:
        out, table = manager.list(), manager.dict()
        process = multiprocessing.Process(target=work, args=(out, table, 1))
        process.start()
        process.join()
        return list(out), dict(table)
""",
    ),
    Example(
        "Value and Array",
        """\
import multiprocessing

total = multiprocessing.Value("i", 0)
parts = multiprocessing.Array("i", 4)


def work(n):
    with total.get_lock():
        total.value += n
    parts[n] = n


def main():
    process = multiprocessing.Process(target=work, args=(1,))
    process.start()
    process.join()
    return total.value, parts[1]
""",
    ),
    Example(
        "shared memory",
        """\
from multiprocessing import Process
from multiprocessing.shared_memory import ShareableList, SharedMemory

block = SharedMemory(create=True, size=10)
items = ShareableList([0, 0])


def work():
    block.buf[0] = 1
    items[0] = 1


def main():
    process = Process(target=work)
    process.start()
    process.join()
    print(block.buf[0], items[0])
""",
    ),
    Example(
        "a local variable of the worker",
        """\
from multiprocessing import Pool

results = []


def work(n):
    results = [n]
    results.append(n)
    return len(results)


def main():
    with Pool() as pool:
        print(pool.map(work, range(4)), results)
""",
    ),
    Example(
        "an attribute that only the process reads",
        """\
import multiprocessing


class Worker(multiprocessing.Process):
    def __init__(self):
        super().__init__()
        self.count = 0

    def run(self):
        while self.count < 10:
            self.count += 1


def main():
    worker = Worker()
    worker.start()
    worker.join()
    return worker.exitcode
""",
    ),
    Example(
        "a queue of the process object",
        """\
import multiprocessing


class Worker(multiprocessing.Process):
    def __init__(self):
        super().__init__()
        self.out = multiprocessing.SimpleQueue()

    def run(self):
        self.out.put(1)


def main():
    worker = Worker()
    worker.start()
    return worker.out.get()
""",
    ),
    Example(
        "a variable of a function that the worker itself calls",
        """\
from multiprocessing import Process


def retry(function):
    attempts = [0]

    def once():
        attempts[0] += 1
        return function()

    result = once()
    print(attempts[0])
    return result


def work():
    retry(dict)


def main():
    process = Process(target=work)
    process.start()
    process.join()
    retry(list)
""",
    ),
    Example(
        "a process class of the project's own",
        """\
results = []


class Process:
    def __init__(self, target):
        self.target = target

    def start(self):
        self.target()


def work():
    results.append(1)


def main():
    Process(target=work).start()
    print(results)
""",
    ),
    Example(
        "a flag of the child's signal handler",
        """\
import signal
from multiprocessing import Process

stopping = False


def stop(number, frame):
    global stopping
    stopping = True


def work():
    signal.signal(signal.SIGTERM, stop)
    while not stopping:
        signal.pause()


def main():
    process = Process(target=work)
    process.start()
    process.terminate()
    process.join()
""",
    ),
    Example(
        "the end of the with block reads what the parent wrote",
        """\
import multiprocessing
import tempfile


class Server:
    def __init__(self):
        self.folder = tempfile.mkdtemp()

    def _serve(self):
        self.socket = self.folder + "/socket"
        print(self.socket)

    def __enter__(self):
        self.process = multiprocessing.Process(target=self._serve)
        self.process.start()
        return self

    def __exit__(self, *exception):
        self.process.join()
        print(self.folder)
""",
    ),
    Example(
        "a cache of which the item is returned, too",
        """\
from multiprocessing import Pool

cache = {}


def cube(x):
    cache[x] = x**3
    return cache[x]


def main():
    with Pool() as pool:
        cubes = pool.map(cube, range(100))
    assert len(cache) == 0
    return cubes
""",
    ),
    Example(
        "bytes of a shared array",
        """\
from multiprocessing import Array, Process

buffer = Array("b", 4)

def fill(index):
    buffer[index] = 1

def main():
    workers = [Process(target=fill, args=(i,)) for i in range(4)]
    for w in workers:
        w.start()
    for w in workers:
        w.join()
    assert all(buffer)
""",
    ),
)
