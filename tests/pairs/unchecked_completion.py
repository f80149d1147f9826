"""Waiting for the end without looking at the outcome, and looking at it."""

from __future__ import annotations

from tests.pairs.kit import pair, safe

RULE = "GIL204"

pair(
    RULE,
    "as_completed counts only",
    """
from concurrent.futures import ThreadPoolExecutor, as_completed

def download(url):
    raise OSError(url)

def main(urls):
    with ThreadPoolExecutor() as ex:
        futures = [ex.submit(download, u) for u in urls]
        for i, _ in enumerate(as_completed(futures)):
            print(f"{i + 1}/{len(futures)}")
""",
    {
        """for i, _ in enumerate(as_completed(futures)):
            print(f"{i + 1}/{len(futures)}")""": """for i, f in enumerate(as_completed(futures)):
            f.result()
            print(f"{i + 1}/{len(futures)}")"""
    },
    {
        '            print(f"{i + 1}/{len(futures)}")': """            print(f"{i + 1}/{len(futures)}")
        print([f.result() for f in futures])"""
    },
)

pair(
    RULE,
    "loop variable only done",
    """
import concurrent.futures

def work(n):
    raise ValueError(n)

def run(ns):
    with concurrent.futures.ProcessPoolExecutor() as pool:
        pending = {pool.submit(work, n): n for n in ns}
        for future in concurrent.futures.as_completed(pending):
            print("finished", pending[future])
""",
    {
        '            print("finished", pending[future])': """            try:
                future.result()
            except ValueError as e:
                print(pending[future], e)"""
    },
    {
        '            print("finished", pending[future])': """            if future.exception():
                print(pending[future])"""
    },
    {
        '            print("finished", pending[future])': "            handle(future)",
        "@append": """
def handle(f):
    f.result()
""",
    },
)

pair(
    RULE,
    "wait first exception not read",
    """
from concurrent.futures import ThreadPoolExecutor, wait, FIRST_EXCEPTION

def run(steps):
    with ThreadPoolExecutor() as pool:
        fs = {pool.submit(step) for step in steps}
        done, not_done = wait(fs, return_when=FIRST_EXCEPTION)
        for f in not_done:
            f.cancel()
""",
    {
        "            f.cancel()": """            f.cancel()
        for f in done:
            f.result()"""
    },
    {
        "            f.cancel()": """            f.cancel()
        return [f.result() for f in done]"""
    },
)

pair(
    RULE,
    "gather return_exceptions dropped",
    """
import asyncio

async def ping(host):
    raise ConnectionError(host)

async def main(hosts):
    await asyncio.gather(*(ping(h) for h in hosts), return_exceptions=True)
    print("all pinged")

asyncio.run(main(["a"]))
""",
    {", return_exceptions=True": ""},
    {
        "    await asyncio.gather(*(ping(h) for h in hosts), return_exceptions=True)": """    for r in await asyncio.gather(*(ping(h) for h in hosts), return_exceptions=True):
        if isinstance(r, Exception):
            print(r)"""
    },
    {
        "    await asyncio.gather(*(ping(h) for h in hosts), return_exceptions=True)": """    results = await asyncio.gather(*(ping(h) for h in hosts), return_exceptions=True)
    errors = [r for r in results if isinstance(r, BaseException)]
    if errors:
        raise ExceptionGroup("ping", errors)"""
    },
)

pair(
    RULE,
    "gather results bound not read",
    """
import asyncio

async def save(row):
    raise OSError(row)

async def save_all(rows):
    results = await asyncio.gather(*[save(r) for r in rows], return_exceptions=True)
""",
    {"    results = await": "    return await"},
    {
        "return_exceptions=True)": """return_exceptions=True)
    for row, result in zip(rows, results):
        if isinstance(result, Exception):
            print(row, result)"""
    },
)

pair(
    RULE,
    "asyncio wait unread",
    """
import asyncio

async def job(n):
    raise RuntimeError(n)

async def main():
    tasks = [asyncio.create_task(job(n)) for n in range(3)]
    await asyncio.wait(tasks)

asyncio.run(main())
""",
    {
        "    await asyncio.wait(tasks)": """    done, _ = await asyncio.wait(tasks)
    for t in done:
        t.result()"""
    },
    {"asyncio.wait(tasks)": "asyncio.gather(*tasks)"},
)

pair(
    RULE,
    "wait local futures",
    """
from concurrent import futures

class Deployer:
    def __init__(self, hosts):
        self.hosts = hosts
        self.pool = futures.ThreadPoolExecutor(8)

    def deploy(self, version):
        fs = [self.pool.submit(self._deploy_one, h, version) for h in self.hosts]
        futures.wait(fs, timeout=60)

    def _deploy_one(self, host, version):
        raise ConnectionError(host)
""",
    {
        "        futures.wait(fs, timeout=60)": """        futures.wait(fs, timeout=60)
        for f in fs:
            f.result()"""
    },
    {
        "        futures.wait(fs, timeout=60)": """        done, late = futures.wait(fs, timeout=60)
        if late or any(f.exception() for f in done):
            raise RuntimeError(version)"""
    },
)

pair(
    RULE,
    "tqdm as_completed",
    """
from concurrent.futures import ThreadPoolExecutor, as_completed
from tqdm import tqdm

def convert(f):
    raise ValueError(f)

def main(files):
    with ThreadPoolExecutor(max_workers=4) as executor:
        futures = [executor.submit(convert, f) for f in files]
        for _ in tqdm(as_completed(futures), total=len(futures)):
            pass
""",
    {
        """        for _ in tqdm(as_completed(futures), total=len(futures)):
            pass""": """        for f in tqdm(as_completed(futures), total=len(futures)):
            f.result()"""
    },
)

pair(
    RULE,
    "while pending",
    """
from concurrent.futures import ThreadPoolExecutor, wait, FIRST_COMPLETED

def run(jobs):
    with ThreadPoolExecutor() as pool:
        pending = {pool.submit(j) for j in jobs}
        while pending:
            done, pending = wait(pending, return_when=FIRST_COMPLETED)
            print(len(done), "done", len(pending), "left")
""",
    {
        '            print(len(done), "done", len(pending), "left")': """            for f in done:
                f.result()"""
    },
    {
        '            print(len(done), "done", len(pending), "left")': "            results.extend(f.result() for f in done)",
        "        while pending": """        results = []
        while pending""",
    },
)

pair(
    RULE,
    "aliased import",
    """
from concurrent.futures import as_completed as finished, ThreadPoolExecutor as TPE

def scan(ports):
    with TPE(50) as pool:
        fs = [pool.submit(probe, p) for p in ports]
        n = 0
        for f in finished(fs):
            n += 1
        return n

def probe(port):
    raise OSError(port)
""",
    {"            n += 1": "            n += f.result()"},
    {"            n += 1": "            n += not f.exception()"},
)

pair(
    RULE,
    "asyncio as_completed never awaited",
    """
import asyncio

async def fetch(url):
    raise OSError(url)

async def crawl(urls):
    tasks = [asyncio.create_task(fetch(u)) for u in urls]
    done, pending = await asyncio.wait(tasks, timeout=5)
    for task in pending:
        task.cancel()
    print(len(done))
""",
    {"    print(len(done))": "    return [t.result() for t in done]"},
    {
        "    print(len(done))": """    for t in done:
        if t.exception():
            print(t.exception())"""
    },
)

pair(
    RULE,
    "gather in shutdown of service",
    """
import asyncio

class Fanout:
    def __init__(self, sinks):
        self.sinks = sinks

    async def publish(self, event):
        await asyncio.gather(*(s.send(event) for s in self.sinks), return_exceptions=True)
""",
    {
        """    async def publish(self, event):
        await asyncio.gather(*(s.send(event) for s in self.sinks), return_exceptions=True)""": """    async def close(self):
        tasks = [t for t in self.sinks]
        for t in tasks:
            t.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)"""
    },
    {"        await asyncio": "        return await asyncio"},
)

pair(
    RULE,
    "test wait",
    """
from concurrent.futures import ThreadPoolExecutor, wait

def test_parallel_inserts(db):
    with ThreadPoolExecutor(8) as pool:
        wait([pool.submit(db.insert, n) for n in range(50)])
    assert db.count() == 50
""",
    {
        "wait([pool.submit(db.insert, n) for n in range(50)])": """done, _ = wait([pool.submit(db.insert, n) for n in range(50)])
        assert not any(f.exception() for f in done)"""
    },
    path="tests/test_db.py",
)

pair(
    RULE,
    "async function collecting in list",
    """
import asyncio

async def work(i):
    raise ValueError(i)

async def run():
    jobs = []
    for i in range(10):
        jobs.append(asyncio.ensure_future(work(i)))
    done, _ = await asyncio.wait(jobs, return_when=asyncio.ALL_COMPLETED)
    assert len(done) == 10
""",
    {"    assert len(done) == 10": "    assert [d.exception() for d in done] == [None] * 10"},
    {"    assert len(done) == 10": "    return jobs"},
)

pair(
    RULE,
    "dict comprehension wait values",
    """
import concurrent.futures as cf
import logging

log = logging.getLogger()

def check(hosts, probe):
    with cf.ThreadPoolExecutor() as ex:
        fs = {h: ex.submit(probe, h) for h in hosts}
        cf.wait(fs.values())
    log.info("checked %d hosts", len(fs))
""",
    {'    log.info("checked %d hosts", len(fs))': "    return {h: f.result() for h, f in fs.items()}"},
    {
        '    log.info("checked %d hosts", len(fs))': """    for h, f in fs.items():
        if f.exception():
            log.error("%s", h, exc_info=f.exception())"""
    },
)

pair(
    RULE,
    "gather nested in wait_for",
    """
import asyncio

async def refresh(feeds):
    await asyncio.wait_for(asyncio.gather(*(f.update() for f in feeds), return_exceptions=True), timeout=30)
""",
    {", return_exceptions=True": ""},
    {"    await asyncio": "    return await asyncio"},
)

pair(
    RULE,
    "as_completed next counter progress",
    """
import concurrent.futures
import logging

logger = logging.getLogger(__name__)

def run(tasks):
    with concurrent.futures.ThreadPoolExecutor(max_workers=4) as executor:
        future_to_task = {executor.submit(t.run): t for t in tasks}
        for future in concurrent.futures.as_completed(future_to_task):
            task = future_to_task[future]
            logger.info("%s finished", task.name)
""",
    {'            logger.info("%s finished", task.name)': '            logger.info("%s finished: %s", task.name, future.result())'},
    {
        '            logger.info("%s finished", task.name)': """            if exc := future.exception():
                logger.error("%s", exc)"""
    },
)

pair(
    RULE,
    "results loop only counts",
    """
import asyncio

async def main(coros):
    results = await asyncio.gather(*coros, return_exceptions=True)
    print(f"done: {len(results)}")
""",
    {'    print(f"done: {len(results)}")': '    print(f"done: {results}")'},
    {
        '    print(f"done: {len(results)}")': """    for r in results:
        if isinstance(r, BaseException):
            raise r"""
    },
)

pair(
    RULE,
    "short as_completed",
    """
from concurrent.futures import ThreadPoolExecutor, as_completed
def f(x): return 1 / x
with ThreadPoolExecutor() as ex:
    futures = [ex.submit(f, i) for i in range(3)]
    for fut in as_completed(futures):
        print("done")
""",
    {'print("done")': "print(fut.result())"},
)

pair(
    RULE,
    "short docs url dict",
    """
import concurrent.futures
URLS = ["http://a", "http://b"]
def load_url(url, timeout):
    raise OSError(url)
with concurrent.futures.ThreadPoolExecutor(max_workers=5) as executor:
    future_to_url = {executor.submit(load_url, url, 60): url for url in URLS}
    for future in concurrent.futures.as_completed(future_to_url):
        url = future_to_url[future]
        print(f"{url} done")
""",
    {
        '        print(f"{url} done")': """        try:
            data = future.result()
        except Exception as exc:
            print("%r generated an exception: %s" % (url, exc))
        else:
            print("%r page is %d bytes" % (url, len(data)))"""
    },
)

pair(
    RULE,
    "short wait",
    """
from concurrent.futures import ThreadPoolExecutor, wait
def f(x): return 1 / x
with ThreadPoolExecutor() as ex:
    wait([ex.submit(f, i) for i in range(3)])
print("done")
""",
    {
        "    wait([ex.submit(f, i) for i in range(3)])": """    for fut in wait([ex.submit(f, i) for i in range(3)]).done:
        fut.result()"""
    },
)

pair(
    RULE,
    "short gather",
    """
import asyncio
async def f(x): return 1 / x
async def main():
    await asyncio.gather(f(0), f(1), return_exceptions=True)
asyncio.run(main())
""",
    {
        "    await asyncio.gather": "    results = await asyncio.gather",
        "return_exceptions=True)": """return_exceptions=True)
    for r in results:
        if isinstance(r, Exception):
            raise r""",
    },
)

safe(
    "gather of cancelled",
    """
import asyncio
async def run(coros):
    tasks = [asyncio.create_task(c) for c in coros]
    try:
        await asyncio.sleep(1)
    finally:
        for t in tasks:
            t.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
""",
)

safe(
    "asyncio wait of events",
    """
import asyncio
async def until(stop: asyncio.Event, other: asyncio.Event):
    a = asyncio.create_task(stop.wait())
    b = asyncio.create_task(other.wait())
    done, pending = await asyncio.wait({a, b}, return_when=asyncio.FIRST_COMPLETED)
    for p in pending:
        p.cancel()
    return a in done
""",
)

safe(
    "wait of workers that handle",
    """
import logging
from concurrent.futures import ThreadPoolExecutor, wait
def work(x):
    try:
        print(1 / x)
    except Exception:
        logging.exception("x")
def go(xs):
    with ThreadPoolExecutor() as pool:
        wait([pool.submit(work, x) for x in xs])
""",
)

safe(
    "process wait",
    """
import subprocess
def go():
    p = subprocess.Popen(["ls"])
    p.wait()
    import os
    os.wait()
""",
)

safe(
    "event wait",
    """
import threading
def go(e: threading.Event, c: threading.Condition):
    e.wait(3)
    with c:
        c.wait()
""",
)

pair(
    RULE,
    "as_completed only counts",
    """
from concurrent.futures import ThreadPoolExecutor, as_completed

def run(jobs, bar):
    with ThreadPoolExecutor() as pool:
        futures = [pool.submit(job) for job in jobs]
        for future in as_completed(futures): #!
            bar.update(1)
""",
    """
from concurrent.futures import ThreadPoolExecutor, as_completed

def run(jobs, bar):
    with ThreadPoolExecutor() as pool:
        futures = [pool.submit(job) for job in jobs]
        for future in as_completed(futures):
            future.result()
            bar.update(1)
""",
)

pair(
    RULE,
    "wait and go on",
    """
from concurrent.futures import ThreadPoolExecutor, wait

def run(jobs):
    pool = ThreadPoolExecutor(4)
    futures = [pool.submit(job) for job in jobs]
    wait(futures) #!
    pool.shutdown()
""",
    """
from concurrent.futures import ThreadPoolExecutor, wait

def run(jobs):
    pool = ThreadPoolExecutor(4)
    futures = [pool.submit(job) for job in jobs]
    done, pending = wait(futures)
    pool.shutdown()
    return [future.result() for future in done]
""",
)

pair(
    RULE,
    "gather with return_exceptions dropped",
    """
import asyncio

async def main(coroutines):
    await asyncio.gather(*coroutines, return_exceptions=True) #!
    print("all done")
""",
    """
import asyncio

async def main(coroutines):
    results = await asyncio.gather(*coroutines, return_exceptions=True)
    failed = [r for r in results if isinstance(r, BaseException)]
    if failed:
        raise ExceptionGroup("failed", failed)
""",
)

pair(
    RULE,
    "done set length",
    """
import concurrent.futures

def run(jobs):
    with concurrent.futures.ProcessPoolExecutor() as pool:
        futures = {pool.submit(abs, job) for job in jobs}
        done, not_done = concurrent.futures.wait(futures, timeout=60) #!
        return len(done), len(not_done)
""",
    """
import concurrent.futures

def run(jobs):
    with concurrent.futures.ProcessPoolExecutor() as pool:
        futures = {pool.submit(abs, job) for job in jobs}
        done, not_done = concurrent.futures.wait(futures, timeout=60)
        return sum(1 for future in done if future.exception() is None), len(not_done)
""",
)

pair(
    RULE,
    "asyncio.wait ignored",
    """
import asyncio

async def job(n):
    return 1 / n

async def main():
    tasks = [asyncio.create_task(job(n)) for n in range(3)]
    await asyncio.wait(tasks) #!
""",
    """
import asyncio

async def job(n):
    return 1 / n

async def main():
    tasks = [asyncio.create_task(job(n)) for n in range(3)]
    done, _ = await asyncio.wait(tasks)
    for task in done:
        task.result()
""",
)

pair(
    RULE,
    "tqdm over as_completed",
    """
from concurrent.futures import ThreadPoolExecutor, as_completed

from tqdm import tqdm

def run(urls, fetch):
    with ThreadPoolExecutor() as pool:
        futures = [pool.submit(fetch, url) for url in urls]
        for _ in tqdm(as_completed(futures), total=len(futures)): #!
            pass
""",
    """
from concurrent.futures import ThreadPoolExecutor, as_completed

from tqdm import tqdm

def run(urls, fetch):
    pages = []
    with ThreadPoolExecutor() as pool:
        futures = [pool.submit(fetch, url) for url in urls]
        for future in tqdm(as_completed(futures), total=len(futures)):
            pages.append(future.result())
    return pages
""",
)

pair(
    RULE,
    "only asserts that none is pending",
    """
import asyncio

async def test_publish(channel):
    tasks = [asyncio.create_task(channel.publish(b"text")) for _ in range(10)]
    done, pending = await asyncio.wait(tasks, timeout=1) #!
    assert not pending
""",
    {"assert not pending": "assert not pending\n    for task in done:\n        task.result()"},
    {"assert not pending": "assert tasks[0] in done"},
    path="test_publish.py",
)

pair(
    RULE,
    "closing tasks that only the wait has",
    """
import asyncio

class Client:
    async def close(self):
        closing = [asyncio.ensure_future(shard.close()) for shard in self.shards]
        if closing:
            await asyncio.wait(closing) #!
""",
    {"await asyncio.wait(closing) #!": "await asyncio.gather(*closing)"},
    {"await asyncio.wait(closing) #!": "await asyncio.wait(closing)\n            for task in closing:\n                task.result()"},
)
