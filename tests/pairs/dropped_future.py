"""Futures that nobody reads, and the many ways to read one."""

from __future__ import annotations

from tests.pairs.kit import bad_variants, pair, safe, safe_variants

RULE = "GIL201"

pair(
    RULE,
    "fire and forget in loop",
    """
from concurrent.futures import ThreadPoolExecutor
import urllib.request

def download(url, path):
    with urllib.request.urlopen(url, timeout=5) as response, open(path, "wb") as out:
        out.write(response.read())

def download_all(urls):
    with ThreadPoolExecutor(max_workers=8) as pool:
        for n, url in enumerate(urls):
            pool.submit(download, url, f"{n}.html") #!
""",
    {
        """        for n, url in enumerate(urls):
            pool.submit(download, url, f"{n}.html") #!""": """        futures = [pool.submit(download, url, f"{n}.html") for n, url in enumerate(urls)]
        for future in futures:
            future.result()"""
    },
    {
        """        for n, url in enumerate(urls):
            pool.submit(download, url, f"{n}.html") #!""": """        futures = {}
        for n, url in enumerate(urls):
            futures[pool.submit(download, url, f"{n}.html")] = url
        for f, url in futures.items():
            if f.exception() is not None:
                print(url, f.exception())"""
    },
    {
        '            pool.submit(download, url, f"{n}.html") #!': """            future = pool.submit(download, url, f"{n}.html")
            future.add_done_callback(lambda f: f.result())"""
    },
)

pair(
    RULE,
    "executor as parameter annotated",
    """
from concurrent.futures import Executor

def index(document):
    return document.split()

class Indexer:
    def __init__(self, executor: Executor):
        self._executor = executor

    def add(self, document):
        self._executor.submit(index, document) #!
""",
    {"        self._executor.submit(index, document) #!": "        return self._executor.submit(index, document)"},
    {"        self._executor.submit(index, document) #!": "        self.last = self._executor.submit(index, document)"},
    {"from concurrent.futures import Executor": "from scheduler import Executor"},
)

pair(
    RULE,
    "future kept never read",
    """
import concurrent.futures

def send(mail):
    if "@" not in mail:
        raise ValueError(mail)

def send_all(mails):
    with concurrent.futures.ThreadPoolExecutor() as ex:
        futures = []
        for mail in mails:
            futures.append(ex.submit(send, mail)) #!
    print("all sent")
""",
    {
        '    print("all sent")': """    for f in futures:
        f.result()
    print("all sent")"""
    },
    {'    print("all sent")': "    return futures"},
    {
        '    print("all sent")': "    check(futures)",
        "@append": """
def check(fs):
    assert not [f for f in fs if f.exception()]
""",
    },
)

pair(
    RULE,
    "wait is no reading",
    """
from concurrent.futures import ThreadPoolExecutor, wait

def resize(name):
    raise OSError(name)

def resize_all(names):
    pool = ThreadPoolExecutor(4)
    futures = [pool.submit(resize, n) for n in names]
    wait(futures)
    pool.shutdown()
""",
    {
        """    wait(futures)
""": """    done, _ = wait(futures)
    for f in done:
        f.result()
"""
    },
    {
        """    wait(futures)
""": """    wait(futures)
    failed = [f for f in futures if f.exception() is not None]
    print(len(failed))
"""
    },
)

pair(
    RULE,
    "apply_async dropped",
    """
import multiprocessing

def encode(path):
    return path + ".mp4"

def main(paths):
    pool = multiprocessing.Pool(4)
    for path in paths:
        pool.apply_async(encode, (path,)) #!
    pool.close()
    pool.join()

if __name__ == "__main__":
    main(["a", "b"])
""",
    {"pool.apply_async(encode, (path,)) #!": "pool.apply_async(encode, (path,), error_callback=print)"},
    {
        """    for path in paths:
        pool.apply_async(encode, (path,)) #!
""": """    results = [pool.apply_async(encode, (path,)) for path in paths]
    for r in results:
        r.get(timeout=10)
"""
    },
    {"pool.apply_async(encode, (path,)) #!": "pool.apply(encode, (path,))"},
)

pair(
    RULE,
    "apply_async with callback only",
    """
from multiprocessing.pool import ThreadPool

RESULTS = []

def fetch(url):
    return url.upper()

def collect(urls):
    pool = ThreadPool(4)
    for url in urls:
        pool.apply_async(fetch, args=(url,), callback=RESULTS.append) #!
    pool.close()
    pool.join()
    return RESULTS
""",
    {"callback=RESULTS.append": "callback=RESULTS.append, error_callback=RESULTS.append"},
    {"pool.apply_async(fetch, args=(url,), callback=RESULTS.append)": "RESULTS.append(pool.apply_async(fetch, args=(url,)).get())"},
)

pair(
    RULE,
    "run_in_executor dropped",
    """
import asyncio

def write(path, text):
    with open(path, "w") as out:
        out.write(text)

async def handle(request):
    loop = asyncio.get_running_loop()
    loop.run_in_executor(None, write, "log.txt", request) #!
    return "ok"
""",
    {"    loop.run_in_executor": "    await loop.run_in_executor"},
    {
        '    loop.run_in_executor(None, write, "log.txt", request) #!': """    fut = loop.run_in_executor(None, write, "log.txt", request)
    await asyncio.wait_for(fut, 3)"""
    },
    {
        '    loop.run_in_executor(None, write, "log.txt", request) #!': '    await asyncio.gather(*(loop.run_in_executor(None, write, p, request) for p in "ab"))'
    },
)

pair(
    RULE,
    "run_coroutine_threadsafe dropped",
    """
import asyncio
import threading

class Bridge:
    def __init__(self):
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    async def _send(self, data):
        raise ConnectionError(data)

    def send(self, data):
        asyncio.run_coroutine_threadsafe(self._send(data), self.loop) #!
""",
    {
        "        asyncio.run_coroutine_threadsafe(self._send(data), self.loop) #!": "        return asyncio.run_coroutine_threadsafe(self._send(data), self.loop).result(5)"
    },
    {
        "        asyncio.run_coroutine_threadsafe(self._send(data), self.loop) #!": """        future = asyncio.run_coroutine_threadsafe(self._send(data), self.loop)
        future.add_done_callback(self._done)

    def _done(self, future):
        if future.exception():
            print(future.exception())"""
    },
)

pair(
    RULE,
    "worker alias local name never read",
    """
from concurrent import futures as cf

def job(x):
    return 10 / x

def start(values):
    pool = cf.ProcessPoolExecutor()
    for value in values:
        f = pool.submit(job, value) #!
    pool.shutdown(wait=True)
""",
    {
        "        f = pool.submit(job, value) #!": """        f = pool.submit(job, value)
        print(f.result())"""
    },
    {
        "        f = pool.submit(job, value) #!": """        f = pool.submit(job, value)
        yield f"""
    },
)

pair(
    RULE,
    "global executor flask view",
    """
from concurrent.futures import ThreadPoolExecutor
from flask import Flask, request

app = Flask(__name__)
executor = ThreadPoolExecutor(2)

def send_mail(to):
    import smtplib
    smtplib.SMTP("localhost").sendmail("a", to, "hi")

@app.post("/signup")
def signup():
    executor.submit(send_mail, request.form["to"]) #!
    return "thanks", 202
""",
    {
        """    import smtplib
    smtplib.SMTP("localhost").sendmail("a", to, "hi")""": """    import smtplib
    try:
        smtplib.SMTP("localhost").sendmail("a", to, "hi")
    except Exception:
        app.logger.exception("mail to %s failed", to)"""
    },
    {
        '    executor.submit(send_mail, request.form["to"]) #!': '    executor.submit(send_mail, request.form["to"]).add_done_callback(report)',
        "@append": """
def report(future):
    if future.exception():
        app.logger.error("failed", exc_info=future.exception())
""",
    },
)

pair(
    RULE,
    "test that submits and asserts nothing of the future",
    """
from concurrent.futures import ThreadPoolExecutor

class Account:
    def __init__(self):
        self.balance = 0
    def deposit(self, n):
        assert n > 0
        self.balance = self.balance + n

def test_deposit():
    account = Account()
    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(account.deposit, 5) #!
        pool.submit(account.deposit, 7) #!
    assert account.balance == 12
""",
    {
        """        pool.submit(account.deposit, 5) #!
        pool.submit(account.deposit, 7) #!""": """        pool.submit(account.deposit, 5).result()
        pool.submit(account.deposit, 7).result()"""
    },
    path="tests/test_account.py",
)

pair(
    RULE,
    "fixture pool",
    """
from concurrent.futures import ThreadPoolExecutor
import pytest

@pytest.fixture
def pool():
    with ThreadPoolExecutor(4) as p:
        yield p

def test_writes(pool, tmp_path):
    for n in range(4):
        pool.submit((tmp_path / str(n)).write_text, "x") #!
    pool.shutdown()
    assert len(list(tmp_path.iterdir())) == 4
""",
    {
        """    for n in range(4):
        pool.submit((tmp_path / str(n)).write_text, "x") #!
    pool.shutdown()""": """    futures = [pool.submit((tmp_path / str(n)).write_text, "x") for n in range(4)]
    assert all(f.result() for f in futures)"""
    },
    {
        "from concurrent.futures import ThreadPoolExecutor": "from unittest.mock import MagicMock",
        """    with ThreadPoolExecutor(4) as p:
        yield p""": "    return MagicMock()",
    },
    path="tests/test_writes.py",
)

pair(
    RULE,
    "inheritance",
    """
from concurrent.futures import ThreadPoolExecutor

class BoundedExecutor(ThreadPoolExecutor):
    def __init__(self):
        super().__init__(max_workers=3)

def task():
    raise RuntimeError

def go():
    ex = BoundedExecutor()
    ex.submit(task) #!
    ex.shutdown()
""",
    {
        """class BoundedExecutor(ThreadPoolExecutor):
""": """class BoundedExecutor(ThreadPoolExecutor):
    def submit(self, fn, /, *args, **kwargs):
        future = super().submit(fn, *args, **kwargs)
        future.add_done_callback(lambda f: f.result())
        return future

"""
    },
    {"    ex.submit(task) #!": "    return ex.submit(task)"},
)

pair(
    RULE,
    "dict of futures dropped",
    """
import concurrent.futures

class Crawler:
    def __init__(self):
        self.pool = concurrent.futures.ThreadPoolExecutor(max_workers=10)
        self.seen = set()

    def visit(self, url):
        for link in self.links(url):
            if link not in self.seen:
                self.seen.add(link)
                self.pool.submit(self.visit, link) #!

    def links(self, url):
        return []

    def close(self):
        self.pool.shutdown(wait=True)
""",
    {
        "                self.pool.submit(self.visit, link) #!": "                self.pending.append(self.pool.submit(self.visit, link))",
        "self.seen = set()": """self.seen = set()
        self.pending = []""",
        "        self.pool.shutdown(wait=True)": """        while self.pending:
            self.pending.pop().result()
        self.pool.shutdown(wait=True)""",
    },
    {
        "self.pool.submit(self.visit, link) #!": "self._track(self.pool.submit(self.visit, link))",
        "@append": """
    def _track(self, future):
        future.add_done_callback(self._finished)

    def _finished(self, future):
        future.result()
""",
    },
)

pair(
    RULE,
    "partial and underscore less",
    """
import functools
from concurrent.futures import ThreadPoolExecutor

def upload(bucket, key):
    raise KeyError(key)

def sync(keys):
    put = functools.partial(upload, "bucket")
    with ThreadPoolExecutor() as tpe:
        [tpe.submit(put, key) for key in keys] #!
""",
    {"        [tpe.submit(put, key) for key in keys] #!": "        return [f.result() for f in [tpe.submit(put, key) for key in keys]]"},
    {"        [tpe.submit(put, key) for key in keys] #!": "        return dict((key, tpe.submit(put, key)) for key in keys)"},
)

pair(
    RULE,
    "conditional expression and ternary",
    """
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(1)

def audit(event):
    raise NotImplementedError

def on_event(event, enabled):
    enabled and pool.submit(audit, event)
    if event == "stop":
        pool.shutdown()
""",
    {"    enabled and pool.submit(audit, event)": "    return enabled and pool.submit(audit, event)"},
)

pair(
    RULE,
    "waited for and asked only whether done",
    """
from concurrent.futures import ThreadPoolExecutor, ALL_COMPLETED, wait
import time

def step(n):
    time.sleep(n)
    raise RuntimeError(n)

def main():
    executor = ThreadPoolExecutor(max_workers=2)
    f1 = executor.submit(step, 1)
    f2 = executor.submit(step, 2)
    wait([f1, f2], return_when=ALL_COMPLETED)
    print("done", f1.done(), f2.done())

main()
""",
    {'print("done", f1.done(), f2.done())': 'print("done", f1.result(), f2.result())'},
    {
        'print("done", f1.done(), f2.done())': """for f in (f1, f2):
        if f.exception():
            raise f.exception()"""
    },
)

pair(
    RULE,
    "fixture in conftest",
    """
def test_store(pool, tmp_path):
    pool.submit(write, tmp_path / "a") #!
    pool.shutdown()
    assert (tmp_path / "a").read_text() == "x"

def write(path):
    path.write_text("x")
""",
    {'    pool.submit(write, tmp_path / "a") #!': '    pool.submit(write, tmp_path / "a").result()'},
    path="tests/test_store.py",
    others={
        "tests/conftest.py": """
from concurrent.futures import ThreadPoolExecutor
import pytest

@pytest.fixture()
def pool():
    executor = ThreadPoolExecutor(2)
    yield executor
    executor.shutdown()
"""
    },
)

pair(
    RULE,
    "relative import of pool",
    """
from .pools import POOL

def record(event):
    POOL.submit(store, event) #!

def store(event):
    raise OSError(event)
""",
    {"    POOL.submit(store, event) #!": "    return POOL.submit(store, event)"},
    path="shop/events.py",
    others={
        "shop/__init__.py": "",
        "shop/pools.py": """
from concurrent.futures import ThreadPoolExecutor
POOL = ThreadPoolExecutor(2)
""",
    },
)

pair(
    RULE,
    "re-exported executor class in src layout",
    """
from shop import Pool

def record(events):
    with Pool(3) as p:
        for e in events:
            p.submit(store, e) #!

def store(event):
    raise OSError(event)
""",
    {"            p.submit(store, e) #!": "            yield p.submit(store, e)"},
    path="src/shop/events.py",
    others={
        "src/shop/__init__.py": """from .compat import Pool
""",
        "src/shop/compat.py": """
try:
    from concurrent.futures import ThreadPoolExecutor as Pool
except ImportError:
    from futures import ThreadPoolExecutor as Pool
""",
    },
)

pair(
    RULE,
    "factory method returns pool",
    """
from concurrent.futures import ThreadPoolExecutor

class App:
    _pool = None

    def pool(self):
        if self._pool is None:
            self._pool = ThreadPoolExecutor(4)
        return self._pool

    def later(self, fn):
        self.pool().submit(fn) #!
""",
    {"        self.pool().submit(fn) #!": "        return self.pool().submit(fn)"},
)

pair(
    RULE,
    "submit under if and try",
    """
from concurrent.futures import ThreadPoolExecutor
executor: ThreadPoolExecutor | None = None

def init():
    global executor
    executor = ThreadPoolExecutor(4)

def later(fn):
    if executor is not None:
        try:
            executor.submit(fn) #!
        except RuntimeError:
            print("closed")
""",
    {"            executor.submit(fn) #!": "            return executor.submit(fn)"},
)

pair(
    RULE,
    "optional annotated parameter",
    """
import typing as t
from concurrent.futures import Executor, ThreadPoolExecutor

def later(fn, executor: t.Optional[Executor] = None):
    executor = executor or ThreadPoolExecutor(1)
    executor.submit(fn) #!
""",
    {"    executor.submit(fn) #!": "    return executor.submit(fn)"},
)

pair(
    RULE,
    "stored in private list only cleared",
    """
from concurrent.futures import ThreadPoolExecutor

class Mailer:
    def __init__(self):
        self._pool = ThreadPoolExecutor(2)
        self._futures = []

    def send(self, mail):
        self._futures.append(self._pool.submit(deliver, mail))

    def pending(self):
        return sum(not f.done() for f in self._futures)

def deliver(mail):
    raise OSError(mail)
""",
    {"sum(not f.done() for f in self._futures)": "[f.result() for f in self._futures]"},
)

pair(
    RULE,
    "async with to executor fire and forget",
    """
import asyncio
from concurrent.futures import ProcessPoolExecutor

class Service:
    def __init__(self):
        self.executor = ProcessPoolExecutor(max_workers=2)

    async def upload(self, file):
        loop = asyncio.get_event_loop()
        loop.run_in_executor(self.executor, scan, file) #!
        return {"status": "accepted"}

def scan(file):
    raise ValueError(file)
""",
    {
        """        loop.run_in_executor(self.executor, scan, file) #!
        return {"status": "accepted"}""": "        return await loop.run_in_executor(self.executor, scan, file)"
    },
    {"        loop.run_in_executor(self.executor, scan, file) #!": "        self.scan = loop.run_in_executor(self.executor, scan, file)"},
)

pair(
    RULE,
    "worker returns value simple",
    """
from concurrent.futures import ThreadPoolExecutor

def square(x):
    return x * x

with ThreadPoolExecutor(max_workers=2) as executor:
    executor.submit(square, 2) #!
    executor.submit(square, 3) #!
""",
    {
        """    executor.submit(square, 2) #!
    executor.submit(square, 3) #!""": "    print(executor.submit(square, 2).result(), executor.submit(square, 3).result())"
    },
)

pair(
    RULE,
    "worker prints fstring and sleeps",
    """
import time
from concurrent.futures import ThreadPoolExecutor

def task(n):
    print(f"task {n} start")
    time.sleep(n)
    print(f"task {n} end")
    return n * 10

def main():
    executor = ThreadPoolExecutor(max_workers=3)
    for n in range(5):
        executor.submit(task, n) #!
    executor.shutdown(wait=True)

main()
""",
    {"        executor.submit(task, n) #!": "        print(executor.submit(task, n).result())"},
)

pair(
    RULE,
    "short submit",
    """
from concurrent.futures import ThreadPoolExecutor
def work(n):
    return 10 // n
with ThreadPoolExecutor() as ex:
    ex.submit(work, 0) #!
""",
    {
        "    ex.submit(work, 0) #!": """    f = ex.submit(work, 0)
    print(f.result())"""
    },
)

pair(
    RULE,
    "short submit unknown work",
    """
from concurrent.futures import ThreadPoolExecutor
from app import do_work
ex = ThreadPoolExecutor()
ex.submit(do_work, 1) #!
ex.shutdown()
""",
    {"ex.submit(do_work, 1) #!": "print(ex.submit(do_work, 1).result())"},
)

pair(
    RULE,
    "short test function",
    """
from concurrent.futures import ThreadPoolExecutor

def fail():
    raise ValueError("boom")

def test_background():
    with ThreadPoolExecutor() as pool:
        pool.submit(fail) #!
""",
    {"        pool.submit(fail) #!": "        assert isinstance(pool.submit(fail).exception(), ValueError)"},
    path="test_background.py",
)

pair(
    RULE,
    "short thread_pool fixture",
    """
def fail():
    raise ValueError("boom")

def test_background(thread_pool):
    thread_pool.submit(fail) #!
""",
    {"    thread_pool.submit(fail) #!": "    thread_pool.submit(fail).result()"},
    path="test_background.py",
)

safe(
    "job queue submit",
    """
from celery_like import queue
def go(job):
    queue.submit(job)
    queue.apply_async(job)
""",
)

safe(
    "celery apply_async",
    """
from celery import shared_task

@shared_task
def add(x, y):
    return x + y

def view(request):
    add.apply_async((2, 2), countdown=3)
    add.delay(1, 2)
""",
)

safe(
    "form submit",
    """
class Form:
    def submit(self, *args):
        return args

def press(page, executor):
    Form().submit("x")
    page.form.submit("x")
""",
)

safe(
    "submit under pytest raises",
    """
import pytest
from concurrent.futures import ThreadPoolExecutor

def test_closed():
    pool = ThreadPoolExecutor(1)
    pool.shutdown()
    with pytest.raises(RuntimeError):
        pool.submit(pow, 2, 3)
""",
    path="tests/test_closed.py",
)

safe(
    "future into queue",
    """
import queue
from concurrent.futures import ThreadPoolExecutor

def reader(lines):
    q = queue.Queue(10)
    with ThreadPoolExecutor(2) as pool:
        for line in lines[:5]:
            q.put(pool.submit(str.upper, line))
    while not q.empty():
        yield q.get().result()
""",
)

safe(
    "underscore target",
    """
from concurrent.futures import ThreadPoolExecutor
def warm(pool: ThreadPoolExecutor, hosts):
    for host in hosts:
        _ = pool.submit(print, host)
""",
)

safe(
    "worker handles everything",
    """
import logging
from concurrent.futures import ThreadPoolExecutor
log = logging.getLogger(__name__)
pool = ThreadPoolExecutor(4)

def refresh(key):
    try:
        print(key / 0)
    except Exception:
        log.exception("refresh failed")

def get(key):
    pool.submit(refresh, key)
    return key
""",
)

safe(
    "decorated worker reports",
    """
import functools, logging
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(4)

def logged(function):
    @functools.wraps(function)
    def wrapper(*args):
        try:
            return function(*args)
        except Exception:
            logging.exception("in %s", function)
    return wrapper

@logged
def refresh(key):
    return 1 / key

def get(key):
    pool.submit(refresh, key)
""",
)

safe(
    "future awaited wrap",
    """
import asyncio
from concurrent.futures import ProcessPoolExecutor

async def go(pool: ProcessPoolExecutor, items):
    futures = [asyncio.wrap_future(pool.submit(abs, i)) for i in items]
    return await asyncio.gather(*futures)
""",
)

safe(
    "submit in property helper passed on",
    """
from concurrent.futures import ThreadPoolExecutor
class Batch:
    def __init__(self):
        self.pool = ThreadPoolExecutor(2)
        self.jobs = {}
    def start(self, name, fn):
        self.jobs[name] = self.pool.submit(fn)
    def result(self, name):
        return self.jobs[name].result()
    def __exit__(self, *exc):
        self.pool.shutdown()
""",
)

USES_OF_FUTURE = """
import asyncio, functools, heapq, operator, queue, collections, contextlib
from concurrent.futures import ThreadPoolExecutor, as_completed, wait, Future
def work(x):
    return 1 / x
def go(ex: ThreadPoolExecutor, xs, self=None):
    BODY
"""

safe_variants(
    "future",
    USES_OF_FUTURE,
    {
        "map lambda": """
fs = [ex.submit(work, x) for x in xs]
return list(map(lambda f: f.result(), fs))
""",
        "map method": """
fs = [ex.submit(work, x) for x in xs]
print(list(map(Future.result, fs)))
""",
        "methodcaller": """
fs = [ex.submit(work, x) for x in xs]
print(list(map(operator.methodcaller("result"), fs)))
""",
        "iadd": """
fs = []
for x in xs:
    fs += [ex.submit(work, x)]
return sum(f.result() for f in fs)
""",
        "concat": """
fs = []
for x in xs:
    fs = fs + [ex.submit(work, x)]
for f in fs:
    f.result()
""",
        "starred": """
fs = []
for x in xs:
    fs = [*fs, ex.submit(work, x)]
for f in fs:
    f.result()
""",
        "zip": """
fs = [ex.submit(work, x) for x in xs]
for x, f in zip(xs, fs):
    print(x, f.result())
""",
        "heap": """
h = []
for x in xs:
    heapq.heappush(h, (x, ex.submit(work, x)))
while h:
    print(heapq.heappop(h)[1].result())
""",
        "deque": """
d = collections.deque()
for x in xs:
    d.append(ex.submit(work, x))
    if len(d) > 3:
        d.popleft().result()
while d:
    d.popleft().result()
""",
        "attr": """
job = Job()
job.future = ex.submit(work, 1)
return job
""",
        "setattr": 'setattr(self, "f", ex.submit(work, 1))',
        "walrus": """
if (f := ex.submit(work, 1)).result():
    print("x")
""",
        "assert": "assert ex.submit(work, 1).result() == 1",
        "setdefault": """
d = {}
for x in xs:
    d.setdefault(x, []).append(ex.submit(work, x))
for fs in d.values():
    for f in fs:
        f.result()
""",
        "cond": """
f = ex.submit(work, 1)
return f if xs else None
""",
        "cancel": "ex.submit(work, 1).cancel()",
        "lambda": """
submit = lambda *a: ex.submit(work, *a)
return submit(1).result()
""",
        "nested fn": """
fs = []
def add(x):
    fs.append(ex.submit(work, x))
for x in xs:
    add(x)
for f in as_completed(fs):
    print(f.result())
""",
        "closure reads": """
f = ex.submit(work, 1)
def later():
    return f.result()
return later
""",
        "dict items": """
fs = {ex.submit(work, x): x for x in xs}
for f, x in fs.items():
    print(x, f.result())
""",
        "dict values": """
fs = {x: ex.submit(work, x) for x in xs}
return {x: f.result() for x, f in fs.items()}
""",
        "dict docs": """
fs = {ex.submit(work, x): x for x in xs}
for f in as_completed(fs):
    x = fs[f]
    try:
        f.result()
    except Exception as e:
        print(x, e)
""",
        "pop key": """
fs = {ex.submit(work, x): x for x in xs}
while fs:
    f = next(as_completed(fs))
    x = fs.pop(f)
    print(x, f.result())
""",
        "suppress": """
f = ex.submit(work, 1)
with contextlib.suppress(ZeroDivisionError):
    f.result()
""",
        "tuple unpack": """
a, b = ex.submit(work, 1), ex.submit(work, 2)
return a.result() + b.result()
""",
        "nested list": """
rows = [[ex.submit(work, x) for x in row] for row in xs]
return [[f.result() for f in row] for row in rows]
""",
        "enumerate": """
fs = [ex.submit(work, x) for x in xs]
for i, f in enumerate(as_completed(fs), 1):
    print(i, f.result())
""",
        "reversed": """
fs = [ex.submit(work, x) for x in xs]
for f in reversed(fs):
    f.result()
""",
        "index": """
fs = [ex.submit(work, x) for x in xs]
for i in range(len(fs)):
    print(fs[i].result())
""",
        "slice": """
fs = [ex.submit(work, x) for x in xs]
for f in fs[1:]:
    print(f.result())
fs[0].result()
""",
        "while pop": """
fs = [ex.submit(work, x) for x in xs]
while fs:
    fs.pop().result()
""",
        "remove": """
fs = set()
for x in xs:
    fs.add(ex.submit(work, x))
while fs:
    done, fs = wait(fs, timeout=1)
    for d in done:
        d.result()
""",
        "exception list": """
fs = [ex.submit(work, x) for x in xs]
wait(fs)
errors = [e for f in fs if (e := f.exception())]
return errors
""",
        "wait done attr": """
res = wait([ex.submit(work, x) for x in xs])
return [f.result() for f in res.done]
""",
        "wait index": """
done = wait([ex.submit(work, x) for x in xs])[0]
return [f.result() for f in done]
""",
        "partial cb": """
f = ex.submit(work, 1)
f.add_done_callback(functools.partial(print, "done"))
""",
        "queue": """
q = queue.Queue(3)
q.put(ex.submit(work, 1))
print(q.get().result())
""",
        "namedtuple": """
J = collections.namedtuple("J", "x f")
js = [J(x, ex.submit(work, x)) for x in xs]
for j in js:
    j.f.result()
""",
        "yield": """
for x in xs:
    yield ex.submit(work, x)
""",
        "gen": """
fs = (ex.submit(work, x) for x in xs)
for f in fs:
    f.result()
""",
        "sorted": """
fs = [ex.submit(work, x) for x in xs]
print(sorted(f.result() for f in fs))
""",
        "print star": """
fs = [ex.submit(work, x) for x in xs]
print(*(f.result() for f in fs))
""",
        "any done": """
fs = [ex.submit(work, x) for x in xs]
while not all(f.done() for f in fs):
    pass
for f in fs:
    f.result()
""",
        "passed on": """
fs = [ex.submit(work, x) for x in xs]
helper(fs)
""",
        "try else": """
try:
    f = ex.submit(work, 1)
except RuntimeError:
    return None
else:
    return f.result()
""",
        "dict of tuples": """
d = {}
for x in xs:
    d[x] = (ex.submit(work, x), x)
for f, x in d.values():
    f.result()
""",
        "list of tuples": """
d = []
for x in xs:
    d.append((x, ex.submit(work, x)))
for x, f in d:
    f.result()
""",
        "list of dicts": """
d = []
for x in xs:
    d.append({"x": x, "future": ex.submit(work, x)})
for j in d:
    j["future"].result()
""",
        "extend": """
fs = []
fs.extend(ex.submit(work, x) for x in xs)
for f in fs:
    f.result()
""",
        "update": """
fs = set()
fs.update({ex.submit(work, x) for x in xs})
for f in fs:
    f.result()
""",
        "chain": """
import itertools
a = [ex.submit(work, x) for x in xs]
b = [ex.submit(work, x) for x in xs]
for f in itertools.chain(a, b):
    f.result()
""",
        "sum lists": """
a = [ex.submit(work, x) for x in xs]
b = [ex.submit(work, x) for x in xs]
for f in a + b:
    f.result()
""",
        "copy": """
a = [ex.submit(work, x) for x in xs]
for f in list(a):
    f.result()
""",
        "filter": """
fs = [ex.submit(work, x) for x in xs]
for f in filter(None, fs):
    f.result()
""",
        "min": """
fs = [ex.submit(work, x) for x in xs]
fs[-1].result()
max(fs, key=id).result()
""",
        "match": """
f = ex.submit(work, 1)
match f.exception():
    case None:
        return f.result()
    case e:
        raise e
""",
        "async gather": """
fs = [ex.submit(work, x) for x in xs]
async def main():
    return await asyncio.gather(*map(asyncio.wrap_future, fs))
return asyncio.run(main())
""",
        "self attr": "self.last = ex.submit(work, 1)",
        "subscript self": 'self.jobs["x"] = ex.submit(work, 1)',
        "global": """
global LAST
LAST = ex.submit(work, 1)
print(LAST.result())
""",
        "starred call": "helper(*[ex.submit(work, x) for x in xs])",
        "kw": "helper(future=ex.submit(work, 1))",
        "fstring": 'print(f"{ex.submit(work, 1).result()}")',
        "ternary call": "(ex.submit(work, 1) if xs else ex.submit(work, 2)).result()",
        "timeout loop": """
f = ex.submit(work, 1)
while True:
    try:
        return f.result(timeout=1)
    except TimeoutError:
        print("still waiting")
""",
        "raises": """
import pytest
with pytest.raises(ZeroDivisionError):
    ex.submit(work, 0).result()
""",
    },
)

bad_variants(
    RULE,
    "template",
    USES_OF_FUTURE,
    {
        "plain": """
for x in xs:
    ex.submit(work, x)
""",
        "list": """
fs = []
for x in xs:
    fs.append(ex.submit(work, x))
return len(fs)
""",
    },
)

pair(
    RULE,
    "metrics shipper drops its future",
    """
from concurrent.futures import ThreadPoolExecutor

class Metrics:
    def __init__(self, client):
        self._client = client
        self._pool = ThreadPoolExecutor(1)

    def close(self):
        self._pool.shutdown()

    def count(self, name):
        self._pool.submit(self._client.send, name) #!
""",
    """
import logging
from concurrent.futures import ThreadPoolExecutor

log = logging.getLogger(__name__)

def _report(future):
    if error := future.exception():
        log.error("metrics lost", exc_info=error)

class Metrics:
    def __init__(self, client):
        self._client = client
        self._pool = ThreadPoolExecutor(1)

    def close(self):
        self._pool.shutdown()

    def count(self, name):
        self._pool.submit(self._client.send, name).add_done_callback(_report)
""",
)

pair(
    RULE,
    "submit in a comprehension for its effect",
    """
from concurrent.futures import ThreadPoolExecutor

def warm(cache, keys):
    with ThreadPoolExecutor() as pool:
        [pool.submit(cache.load, key) for key in keys] #!
""",
    """
from concurrent.futures import ThreadPoolExecutor

def warm(cache, keys):
    with ThreadPoolExecutor() as pool:
        loads = [pool.submit(cache.load, key) for key in keys]
        for load in loads:
            load.result()
""",
)

pair(
    RULE,
    "apply_async in test",
    """
from multiprocessing.pool import ThreadPool

def test_save(tmp_path):
    with ThreadPool(2) as pool:
        result = pool.apply_async((tmp_path / "a").write_text, ("x",)) #!
        pool.close()
        pool.join()
    assert tmp_path.exists()
""",
    """
from multiprocessing.pool import ThreadPool

def test_save(tmp_path):
    with ThreadPool(2) as pool:
        result = pool.apply_async((tmp_path / "a").write_text, ("x",))
        assert result.get(5) == 1
    assert tmp_path.exists()
""",
    path="tests/test_app.py",
)

pair(
    RULE,
    "run_coroutine_threadsafe dropped, otherwise told",
    """
import asyncio

class Bot:
    def __init__(self, loop: asyncio.AbstractEventLoop):
        self.loop = loop

    async def send(self, text):
        print(text)

    def say(self, text):
        asyncio.run_coroutine_threadsafe(self.send(text), self.loop) #!
""",
    """
import asyncio

class Bot:
    def __init__(self, loop: asyncio.AbstractEventLoop):
        self.loop = loop

    async def send(self, text):
        print(text)

    def say(self, text):
        return asyncio.run_coroutine_threadsafe(self.send(text), self.loop)
""",
)

pair(
    RULE,
    "dict of futures waited for but not read",
    """
from concurrent.futures import ProcessPoolExecutor, wait

def work(n):
    return 1 / n

def main(numbers):
    with ProcessPoolExecutor() as pool:
        for number in numbers:
            pool.submit(work, number) #!
""",
    """
from concurrent.futures import ProcessPoolExecutor

def work(n):
    return 1 / n

def main(numbers):
    results = {}
    with ProcessPoolExecutor() as pool:
        futures = {number: pool.submit(work, number) for number in numbers}
    for number, future in futures.items():
        results[number] = future.result()
    return results
""",
)

pair(
    RULE,
    "run_in_executor without await",
    """
import asyncio

async def handler(request, audit):
    loop = asyncio.get_running_loop()
    loop.run_in_executor(None, audit, request) #!
    return "ok"
""",
    """
import asyncio

async def handler(request, audit):
    loop = asyncio.get_running_loop()
    await asyncio.wait_for(loop.run_in_executor(None, audit, request), 5)
    return "ok"
""",
)

pair(
    RULE,
    "a worker handed over, and what tests hand over",
    """
from concurrent.futures import ThreadPoolExecutor

from sending import send

pool = ThreadPoolExecutor(4)

def submit(worker, text):
    pool.submit(worker, text) #!

def report(text):
    submit(send, text)
""",
    {
        "def send(text):\n    post(text)": (
            "import logging\n\ndef send(text):\n    try:\n        post(text)\n    except Exception:\n        logging.exception('lost')"
        )
    },
    others={
        "sending.py": "from client import post\n\ndef send(text):\n    post(text)\n",
        "tests/test_app.py": """
from app import submit

def test_submit(store):
    def run(text):
        store.write(text)
    submit(run, "text")
""",
    },
)
