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

pair(
    RULE,
    "global counter in a process",
    """
from multiprocessing import Process

counter = 0

def work():
    global counter
    counter += 1 #!

if __name__ == "__main__":
    processes = [Process(target=work) for _ in range(4)]
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    print(counter)
""",
    """
from multiprocessing import Process, Value

def work(counter):
    with counter.get_lock():
        counter.value += 1

if __name__ == "__main__":
    counter = Value("i", 0)
    processes = [Process(target=work, args=(counter,)) for _ in range(4)]
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    print(counter.value)
""",
)

pair(
    RULE,
    "results list appended in child",
    """
import multiprocessing

results = []

def square(n):
    results.append(n * n) #!

def main():
    jobs = []
    for n in range(5):
        job = multiprocessing.Process(target=square, args=(n,))
        jobs.append(job)
        job.start()
    for job in jobs:
        job.join()
    print(results)

if __name__ == "__main__":
    main()
""",
    """
import multiprocessing

def square(n, results):
    results.append(n * n)

def main():
    with multiprocessing.Manager() as manager:
        results = manager.list()
        jobs = []
        for n in range(5):
            job = multiprocessing.Process(target=square, args=(n, results))
            jobs.append(job)
            job.start()
        for job in jobs:
            job.join()
        print(list(results))

if __name__ == "__main__":
    main()
""",
)

pair(
    RULE,
    "dict filled by pool.map workers",
    """
from concurrent.futures import ProcessPoolExecutor

CACHE = {}

def analyse(word):
    CACHE[word] = len(word) #!

def analyse_all(words):
    with ProcessPoolExecutor() as pool:
        list(pool.map(analyse, words))
    return CACHE
""",
    """
from concurrent.futures import ProcessPoolExecutor

CACHE = {}

def analyse(word):
    return word, len(word)

def analyse_all(words):
    with ProcessPoolExecutor() as pool:
        for word, length in pool.map(analyse, words):
            CACHE[word] = length
    return CACHE
""",
)

pair(
    RULE,
    "class attribute counter",
    """
from multiprocessing import Pool

class Stats:
    done = 0

def convert(path):
    Stats.done += 1 #!
    return path.upper()

def convert_all(paths):
    with Pool() as pool:
        converted = pool.map(convert, paths)
    print("converted", Stats.done)
    return converted
""",
    """
from multiprocessing import Pool

class Stats:
    done = 0

def convert(path):
    return path.upper()

def convert_all(paths):
    with Pool() as pool:
        converted = pool.map(convert, paths)
    Stats.done += len(converted)
    print("converted", Stats.done)
    return converted
""",
)

pair(
    RULE,
    "test asserts on a global set by a child process",
    """
import multiprocessing

called = False

def child():
    global called
    called = True #!

def test_child_is_called():
    process = multiprocessing.Process(target=child)
    process.start()
    process.join()
    assert called
""",
    """
import multiprocessing

def child(called):
    called.set()

def test_child_is_called():
    called = multiprocessing.Event()
    process = multiprocessing.Process(target=child, args=(called,))
    process.start()
    process.join()
    assert called.is_set()
""",
    path="tests/test_app.py",
)

pair(
    RULE,
    "self attribute written in a bound method run in a process",
    """
import multiprocessing

class Job:
    def __init__(self, n):
        self.n = n
        self.result = None

    def compute(self):
        self.result = self.n ** 2 #!

    def run(self):
        process = multiprocessing.Process(target=self.compute)
        process.start()
        process.join()
        return self.result
""",
    """
from concurrent.futures import ProcessPoolExecutor

class Job:
    def __init__(self, n):
        self.n = n
        self.result = None

    def compute(self):
        return self.n ** 2

    def run(self):
        with ProcessPoolExecutor(1) as pool:
            self.result = pool.submit(self.compute).result()
        return self.result
""",
)

pair(
    RULE,
    "Process subclass stores its result on self",
    """
from multiprocessing import Process

class Worker(Process):
    def __init__(self, numbers):
        super().__init__()
        self.numbers = numbers
        self.total = 0

    def run(self):
        for number in self.numbers:
            self.total += number #!

def total(numbers):
    worker = Worker(numbers)
    worker.start()
    worker.join()
    return worker.total
""",
    """
from multiprocessing import Process, SimpleQueue

class Worker(Process):
    def __init__(self, numbers, out):
        super().__init__()
        self.numbers = numbers
        self.out = out

    def run(self):
        total = 0
        for number in self.numbers:
            total += number
        self.out.put(total)

def total(numbers):
    out = SimpleQueue()
    worker = Worker(numbers, out)
    worker.start()
    worker.join()
    return out.get()
""",
)

pair(
    RULE,
    "errors list read after submit",
    """
from concurrent.futures import ProcessPoolExecutor

errors = []

def check(path):
    try:
        compile(open(path).read(), path, "exec")
    except SyntaxError as error:
        errors.append((path, error)) #!

def main(paths):
    with ProcessPoolExecutor() as pool:
        for future in [pool.submit(check, path) for path in paths]:
            future.result()
    if errors:
        raise SystemExit(1)
""",
    """
from concurrent.futures import ThreadPoolExecutor

errors = []

def check(path):
    try:
        compile(open(path).read(), path, "exec")
    except SyntaxError as error:
        errors.append((path, error))

def main(paths):
    with ThreadPoolExecutor() as pool:
        for future in [pool.submit(check, path) for path in paths]:
            future.result()
    if errors:
        raise SystemExit(1)
""",
)

pair(
    RULE,
    "a total by Pool.map",
    """
import multiprocessing as mp

total = 0

def add(n):
    global total
    total = total + n #!

def main():
    pool = mp.Pool(4)
    pool.map(add, range(100))
    pool.close()
    pool.join()
    print("sum:", total)

if __name__ == "__main__":
    main()
""",
    """
import multiprocessing as mp

_model = None

def load(path):
    global _model
    _model = open(path).read()

def predict(n):
    return len(_model) + n

def main():
    with mp.Pool(4, initializer=load, initargs=("model.txt",)) as pool:
        print("sum:", sum(pool.map(predict, range(100))))

if __name__ == "__main__":
    main()
""",
)

pair(
    RULE,
    "counter dictionary in helper called by the worker",
    """
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

words = Counter()

def record(word):
    words[word] += 1 #!

def scan(text):
    for word in text.split():
        record(word)

def top(texts):
    with ProcessPoolExecutor() as pool:
        list(pool.map(scan, texts))
    return words.most_common(10)
""",
    """
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

def scan(text):
    words = Counter()
    for word in text.split():
        words[word] += 1
    return words

def top(texts):
    total = Counter()
    with ProcessPoolExecutor() as pool:
        for words in pool.map(scan, texts):
            total.update(words)
    return total.most_common(10)
""",
)

pair(
    RULE,
    "set.add in run_in_executor process",
    """
import asyncio
from concurrent.futures import ProcessPoolExecutor

seen = set()

def visit(n):
    seen.add(n) #!

async def crawl(numbers):
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor() as pool:
        await asyncio.gather(*(loop.run_in_executor(pool, visit, n) for n in numbers))
    return len(seen)
""",
    """
import asyncio
from concurrent.futures import ProcessPoolExecutor

def visit(n):
    return n

async def crawl(numbers):
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor() as pool:
        seen = set(await asyncio.gather(*(loop.run_in_executor(pool, visit, n) for n in numbers)))
    return len(seen)
""",
)

pair(
    RULE,
    "module-level flag via attribute of a config object",
    """
from multiprocessing import Process

class Config:
    def __init__(self):
        self.ready = False

config = Config()

def prepare():
    config.ready = True #!

def main():
    p = Process(target=prepare)
    p.start()
    p.join()
    if not config.ready:
        raise RuntimeError("not prepared")

if __name__ == "__main__":
    main()
""",
    """
from threading import Thread

class Config:
    def __init__(self):
        self.ready = False

config = Config()

def prepare():
    config.ready = True

def main():
    p = Thread(target=prepare)
    p.start()
    p.join()
    if not config.ready:
        raise RuntimeError("not prepared")

if __name__ == "__main__":
    main()
""",
)

pair(
    RULE,
    "list passed as argument to a Process",
    """
from multiprocessing import Process

def collect(out, n):
    out.append(n) #!

def gather():
    out = []
    processes = [Process(target=collect, args=(out, n)) for n in range(3)]
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    return out
""",
    """
from multiprocessing import Process, Queue

def collect(out, n):
    out.put(n)

def gather():
    out = Queue()
    processes = [Process(target=collect, args=(out, n)) for n in range(3)]
    for p in processes:
        p.start()
    found = [out.get() for _ in processes]
    for p in processes:
        p.join()
    return found
""",
)

pair(
    RULE,
    "cache hits counted",
    """
from concurrent.futures import ProcessPoolExecutor

hits = 0
cache = {}

def lookup(key):
    global hits
    if key in cache:
        hits += 1 #!
        return cache[key]
    cache[key] = value = key * 2
    return value

def test_cache_hits():
    with ProcessPoolExecutor(1) as pool:
        assert list(pool.map(lookup, [1, 1])) == [2, 2]
    assert hits == 1
""",
    """
from concurrent.futures import ProcessPoolExecutor

cache = {}

def lookup(key):
    if key in cache:
        return cache[key]
    cache[key] = value = key * 2
    return value

def test_lookup():
    with ProcessPoolExecutor(1) as pool:
        assert list(pool.map(lookup, [1, 1])) == [2, 2]
""",
    path="tests/test_app.py",
)

pair(
    RULE,
    "a bytearray filled by children",
    """
from multiprocessing import Process

buffer = bytearray(4)

def fill(index):
    buffer[index] = 1 #!

def main():
    workers = [Process(target=fill, args=(i,)) for i in range(4)]
    for w in workers:
        w.start()
    for w in workers:
        w.join()
    assert all(buffer)
""",
    """
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
)

pair(
    RULE,
    "global list, Pool.starmap, returns None",
    """
import multiprocessing as mp

rows = []

def add_row(a, b):
    rows.append((a, b)) #!

def main(pairs):
    with mp.Pool(2) as pool:
        pool.starmap(add_row, pairs)
    with open("out.csv", "w") as out:
        for a, b in rows:
            out.write(f"{a},{b}")
""",
    """
import multiprocessing as mp

def add_row(a, b):
    return a, b

def main(pairs):
    with mp.Pool(2) as pool:
        rows = pool.starmap(add_row, pairs)
    with open("out.csv", "w") as out:
        for a, b in rows:
            out.write(f"{a},{b}")
""",
)

pair(
    RULE,
    "a dictionary set in a child",
    """
import multiprocessing as mp

config = {}

def setup():
    config["level"] = 3 #!

def main():
    p = mp.Process(target=setup)
    p.start()
    p.join()
    return config["level"]
""",
    """
import multiprocessing as mp

config = {}

def setup(level):
    config["level"] = level

def work(n):
    return n * config["level"]

def main():
    with mp.Pool(2, setup, (3,)) as pool:
        return pool.map(work, range(100000))
""",
)

pair(
    RULE,
    "closure dict in a test",
    """
import multiprocessing

def test_child_fills():
    ctx = multiprocessing.get_context("fork")
    found = {}

    def child():
        found["pid"] = 1 #!

    process = ctx.Process(target=child)
    process.start()
    process.join()
    assert found == {"pid": 1}
""",
    """
import multiprocessing

def test_child_fills():
    ctx = multiprocessing.get_context("fork")
    found = ctx.Manager().dict()

    def child():
        found["pid"] = 1

    process = ctx.Process(target=child)
    process.start()
    process.join()
    assert dict(found) == {"pid": 1}
""",
    path="tests/test_app.py",
)

pair(
    RULE,
    "class with a registry",
    """
from concurrent.futures import ProcessPoolExecutor

class Registry:
    items = {}

    @classmethod
    def register(cls, key):
        cls.items[key] = len(key) #!

def main(keys):
    with ProcessPoolExecutor() as pool:
        list(pool.map(Registry.register, keys))
    return Registry.items
""",
    """
from concurrent.futures import ThreadPoolExecutor

class Registry:
    items = {}

    @classmethod
    def register(cls, key):
        cls.items[key] = len(key)

def main(keys):
    with ThreadPoolExecutor() as pool:
        list(pool.map(Registry.register, keys))
    return Registry.items
""",
)

pair(
    RULE,
    "failures counted in the child",
    """
from multiprocessing import Process

failures = 0

def check(path):
    global failures
    try:
        open(path).close()
    except OSError:
        failures += 1 #!

def main(paths):
    children = [Process(target=check, args=(path,)) for path in paths]
    for child in children:
        child.start()
    for child in children:
        child.join()
    raise SystemExit(failures)
""",
    """
import sys
from multiprocessing import Process

def check(path):
    try:
        open(path).close()
    except OSError:
        sys.exit(1)

def main(paths):
    children = [Process(target=check, args=(path,)) for path in paths]
    for child in children:
        child.start()
    for child in children:
        child.join()
    raise SystemExit(sum(child.exitcode for child in children))
""",
)

pair(
    RULE,
    "object argument mutated in submit",
    """
from concurrent.futures import ProcessPoolExecutor

class Report:
    def __init__(self):
        self.lines = 0

def fill(report):
    report.lines = 10 #!

def main():
    report = Report()
    with ProcessPoolExecutor() as pool:
        pool.submit(fill, report).result()
    print(report.lines)
""",
    """
from concurrent.futures import ProcessPoolExecutor

class Report:
    def __init__(self):
        self.lines = 0

def fill(report):
    report.lines = 10
    return report

def main():
    report = Report()
    with ProcessPoolExecutor() as pool:
        report = pool.submit(fill, report).result()
    print(report.lines)
""",
)
