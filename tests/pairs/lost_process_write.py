"""Variables that a process writes for nobody, and values that come back."""

from __future__ import annotations

from tests.pairs.kit import pair

RULE = "GIL103"

pair(
    RULE,
    "list filled by processes",
    """
from multiprocessing import Process

results = []

def work(n):
    results.append(n * n) #!

if __name__ == "__main__":
    processes = [Process(target=work, args=(n,)) for n in range(4)]
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    print(results)
""",
    {"from multiprocessing import Process": "from threading import Thread as Process"},
    {"results = []": "from multiprocessing import Manager\nresults = Manager().list()"},
    {"    print(results)\n": "    print('done')\n"},
)

pair(
    RULE,
    "counter with pool map",
    """
import multiprocessing as mp

done = 0

def work(x):
    global done
    done += 1 #!
    return x

def main():
    with mp.Pool() as pool:
        pool.map(work, range(100))
    print("done:", done)
""",
    {"mp.Pool()": "mp.dummy.Pool()", "import multiprocessing as mp": "import multiprocessing.dummy\nimport multiprocessing as mp"},
    {'    print("done:", done)\n': ""},
    {
        '    with mp.Pool() as pool:\n        pool.map(work, range(100))\n    print("done:", done)': '    print("none so far:", done)\n    with mp.Pool() as pool:\n        pool.map(work, range(100))'
    },
)

pair(
    RULE,
    "dict item in executor",
    """
from concurrent.futures import ProcessPoolExecutor

totals = {}

def add(name, value):
    totals[name] = value #!

def run(items):
    with ProcessPoolExecutor() as pool:
        futures = [pool.submit(add, *item) for item in items]
        for future in futures:
            future.result()
    return sum(totals.values())
""",
    {"ProcessPoolExecutor": "ThreadPoolExecutor"},
    """
from concurrent.futures import ProcessPoolExecutor

totals = {}

def add(name, value):
    return name, value

def run(items):
    with ProcessPoolExecutor() as pool:
        futures = [pool.submit(add, *item) for item in items]
        for future in futures:
            name, value = future.result()
            totals[name] = value
    return sum(totals.values())
""",
)

pair(
    RULE,
    "global assigned",
    """
import multiprocessing

answer = None

def compute():
    global answer
    answer = 42 #!

def main():
    p = multiprocessing.Process(target=compute)
    p.start()
    p.join()
    print(answer)
""",
    """
import multiprocessing

def compute(queue):
    queue.put(42)

def main():
    queue = multiprocessing.SimpleQueue()
    p = multiprocessing.Process(target=compute, args=(queue,))
    p.start()
    answer = queue.get()
    p.join()
    print(answer)
""",
    {"multiprocessing.Process": "threading.Thread", "import multiprocessing": "import threading"},
)

pair(
    RULE,
    "class attribute",
    """
from multiprocessing import Pool

class Stats:
    seen = 0

def look(x):
    Stats.seen += 1 #!
    return x

def test_look():
    with Pool(2) as pool:
        pool.map(look, [1, 2, 3])
    assert Stats.seen == 3
""",
    {"    assert Stats.seen == 3\n": ""},
    {"from multiprocessing import Pool": "from multiprocessing.dummy import Pool"},
    path="tests/test_stats.py",
)

pair(
    RULE,
    "list given to the process",
    """
from multiprocessing import Process

def work(out, n):
    out.append(n) #!

def main():
    out = []
    p = Process(target=work, args=(out, 1))
    p.start()
    p.join()
    return out[0]
""",
    {"out = []": "out = Manager().list()", "import Process": "import Manager, Process"},
    {"    return out[0]\n": ""},
    {"import Process": "import Process as _P\nfrom threading import Thread as Process"},
)

pair(
    RULE,
    "attribute of process object",
    """
import multiprocessing

class Worker(multiprocessing.Process):
    def __init__(self, n):
        super().__init__()
        self.n = n
        self.result = None

    def run(self):
        self.result = self.n * 2 #!

def main():
    worker = Worker(4)
    worker.start()
    worker.join()
    print(worker.result)
""",
    {"multiprocessing.Process": "threading.Thread", "import multiprocessing": "import threading"},
    {"    print(worker.result)\n": "    print(worker.exitcode)\n"},
    {
        "self.result = self.n * 2 #!": "self.out.put(self.n * 2)",
        "self.result = None": "self.out = multiprocessing.SimpleQueue()",
        "worker.result)": "worker.out.get())",
    },
)

pair(
    RULE,
    "attribute of the object whose method runs",
    """
from multiprocessing import Process

class Crawler:
    def __init__(self):
        self.pages = []

    def fetch(self, url):
        self.pages.append(url) #!

    def run(self, urls):
        processes = [Process(target=self.fetch, args=(url,)) for url in urls]
        for p in processes:
            p.start()
        for p in processes:
            p.join()
        return len(self.pages)
""",
    {"from multiprocessing import Process": "from threading import Thread as Process"},
    {"        return len(self.pages)\n": ""},
    {"self.pages = []": "self.pages = Manager().list()", "import Process": "import Manager, Process"},
)

pair(
    RULE,
    "two calls deep",
    """
from concurrent.futures import ProcessPoolExecutor

errors = set()

def note(x):
    errors.add(x) #!

def work(x):
    if x < 0:
        note(x)

def main(values):
    with ProcessPoolExecutor() as ex:
        list(ex.map(work, values))
    if errors:
        raise SystemExit(f"failed: {errors}")
""",
    {"ProcessPoolExecutor": "ThreadPoolExecutor"},
    {'    if errors:\n        raise SystemExit(f"failed: {errors}")\n': ""},
)

pair(
    RULE,
    "read by the caller",
    """
from multiprocessing import Pool

hits = {"n": 0}

def work(x):
    hits["n"] += 1 #!

def run(values):
    with Pool() as pool:
        pool.map(work, values)

def main():
    run([1, 2])
    print(hits["n"])
""",
    {'    print(hits["n"])\n': ""},
    {'    run([1, 2])\n    print(hits["n"])\n': '    print(hits["n"])\n    run([1, 2])\n'},
)

pair(
    RULE,
    "module of its own",
    """
import multiprocessing
import state

def work(x):
    state.total += x #!

def main():
    with multiprocessing.Pool() as pool:
        pool.map(work, [1, 2, 3])
    print(state.total)
""",
    {"    print(state.total)\n": ""},
    {"multiprocessing.Pool()": "multiprocessing.pool.ThreadPool()", "import multiprocessing": "import multiprocessing.pool"},
    others={"state.py": "total = 0\n"},
)

pair(
    RULE,
    "closure list",
    """
import multiprocessing as mp

def collect(values):
    found = []
    def work(v):
        found.append(v) #!
    processes = [mp.get_context("fork").Process(target=work, args=(v,)) for v in values]
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    return found
""",
    {'mp.get_context("fork").Process': "threading.Thread", "import multiprocessing as mp": "import threading"},
    {"    return found\n": "    return None\n"},
)

pair(
    RULE,
    "per-process cache",
    """
from multiprocessing import Pool

cache = {}

def work(key):
    cache[key] = key * 2 #!
    return cache[key]

def main():
    with Pool() as pool:
        pool.map(work, range(9))
    print(len(cache), "computed")
""",
    {'    print(len(cache), "computed")\n': ""},
    """
from multiprocessing import Pool

cache = {}

def value_of(key):
    if key not in cache:
        cache[key] = key * 2
    return cache[key]

def main():
    with Pool() as pool:
        print(pool.map(value_of, range(9)))
    print(value_of(3))
""",
    """
from multiprocessing import Pool

data = None

def prepare(path):
    global data
    data = path.upper()

def work(key):
    return data[key]

def main():
    with Pool(initializer=prepare, initargs=("a",)) as pool:
        print(pool.map(work, range(9)))
    print(data)
""",
)

pair(
    RULE,
    "attribute of a global object",
    """
import multiprocessing

class Progress:
    def __init__(self):
        self.count = 0

progress = Progress()

def work(x):
    progress.count += 1 #!
    return x

def main():
    with multiprocessing.Pool() as pool:
        for _ in pool.imap_unordered(work, range(10)):
            print(progress.count)
""",
    {"            print(progress.count)\n": "            print('.')\n"},
    """
import multiprocessing

progress = multiprocessing.Value("i", 0)

def work(x):
    with progress.get_lock():
        progress.value += 1
    return x

def main():
    with multiprocessing.Pool() as pool:
        for _ in pool.imap_unordered(work, range(10)):
            print(progress.value)
""",
)

pair(
    RULE,
    "sent by the worker itself",
    """
from multiprocessing import Pipe, Process

log = []

def work(n):
    for i in range(n):
        log.append(i) #!

def main():
    p = Process(target=work, args=(3,))
    p.start()
    p.join()
    for line in log:
        print(line)
""",
    """
from multiprocessing import Pipe, Process

log = []

def work(conn, n):
    for i in range(n):
        log.append(i)
    conn.send(log)

def main():
    ours, theirs = Pipe()
    p = Process(target=work, args=(theirs, 3))
    p.start()
    log.extend(ours.recv())
    p.join()
    for line in log:
        print(line)
""",
    {"    for i in range(n):\n        log.append(i) #!": "    log = [i for i in range(n)]\n    log.append(n)"},
)

pair(
    RULE,
    "run_in_executor",
    """
import asyncio
from concurrent.futures import ProcessPoolExecutor

sizes = {}

def measure(path):
    sizes[path] = len(path) #!

async def main(paths):
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor() as pool:
        await asyncio.gather(*(loop.run_in_executor(pool, measure, p) for p in paths))
    for path, size in sizes.items():
        print(path, size)
""",
    {"ProcessPoolExecutor": "ThreadPoolExecutor"},
    {"    for path, size in sizes.items():\n        print(path, size)\n": ""},
)
