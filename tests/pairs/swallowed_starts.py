"""One handler that says nothing, in workers of every kind."""

from __future__ import annotations

from tests.pairs.kit import bad, bad_variants

RULE = "GIL203"

TEMPLATE = """
import asyncio, concurrent.futures, multiprocessing, queue, socketserver, threading, time
from concurrent.futures import ThreadPoolExecutor, ProcessPoolExecutor
from contextlib import suppress
from multiprocessing.pool import ThreadPool

def job(item):
    try:
        process(item)
    except Exception: #!
        pass

async def coroutine(item):
    try:
        await process(item)
    except Exception: #?
        pass

BODY
"""


def started_by(way: str, body: str, mark: str = "#!") -> None:
    """Tell one bad snippet: a worker that is started that way, the plain function of the template or its coroutine."""
    text = TEMPLATE.replace("#!", "").replace("#?", "#!") if mark == "#?" else TEMPLATE.replace("#?", "")
    bad(RULE, f"started by {way}", text.replace("BODY", body))


started_by("Thread", "def main(items):\n    for item in items:\n        threading.Thread(target=job, args=(item,)).start()")
started_by(
    "daemon thread kwargs",
    "def main(item):\n    t = threading.Thread(daemon=True, target=job, kwargs={'item': item}, name='x')\n    t.start()",
)
started_by("Timer", "def main(item):\n    threading.Timer(5, job, [item]).start()")
started_by(
    "submit",
    "def main(items):\n    with ThreadPoolExecutor() as pool:\n        for f in [pool.submit(job, i) for i in items]:\n            f.result()",
)
started_by("map", "def main(items):\n    with ProcessPoolExecutor() as pool:\n        list(pool.map(job, items))")
started_by("Pool.map", "def main(items):\n    with multiprocessing.Pool() as pool:\n        pool.map(job, items)")
started_by(
    "ThreadPool imap",
    "def main(items):\n    with ThreadPool(3) as pool:\n        for _ in pool.imap_unordered(job, items):\n            pass",
)
started_by(
    "apply_async",
    "def main(items):\n    pool = multiprocessing.Pool()\n    rs = [pool.apply_async(job, (i,)) for i in items]\n    [r.get() for r in rs]",
)
started_by("Process", "def main(item):\n    p = multiprocessing.Process(target=job, args=(item,))\n    p.start()\n    p.join()")
started_by("to_thread", "async def main(item):\n    await asyncio.to_thread(job, item)")
started_by("run_in_executor", "async def main(item):\n    await asyncio.get_running_loop().run_in_executor(None, job, item)")
started_by("partial", "import functools\ndef main(item):\n    threading.Thread(target=functools.partial(job, item)).start()")
started_by("lambda", "def main(item):\n    threading.Thread(target=lambda: job(item)).start()")
started_by(
    "helper of a run method", "class W(threading.Thread):\n    def run(self):\n        for item in self.items:\n            job(item)"
)
started_by(
    "create_task",
    "async def main(items):\n    tasks = [asyncio.create_task(coroutine(i)) for i in items]\n    await asyncio.gather(*tasks)",
    "#?",
)
started_by("gather", "async def main(items):\n    await asyncio.gather(*(coroutine(i) for i in items))", "#?")
started_by(
    "TaskGroup",
    "async def main(items):\n    async with asyncio.TaskGroup() as group:\n        for i in items:\n            group.create_task(coroutine(i))",
    "#?",
)
started_by("ensure_future", "async def main(item):\n    task = asyncio.ensure_future(coroutine(item))\n    await task", "#?")
POLLER = """
import threading, logging, time
from contextlib import suppress
log = logging.getLogger()

class Poller(threading.Thread):
    def __init__(self):
        super().__init__(daemon=True)
        self.stopped = threading.Event()

    def run(self):
        while not self.stopped.is_set():
            BODY
            time.sleep(1)
"""
bad_variants(
    RULE,
    "poller",
    POLLER,
    {
        "pass": "try:\n    self.poll()\nexcept Exception: #!\n    pass",
        "continue": "try:\n    self.poll()\nexcept Exception: #!\n    continue",
        "suppress": "with suppress(Exception): #!\n    self.poll()",
        "sleep": "try:\n    self.poll()\nexcept Exception: #!\n    time.sleep(5)",
        "bare": "try:\n    self.poll()\nexcept: #!\n    pass",
        "base": "try:\n    self.poll()\nexcept BaseException: #!\n    pass",
        "info log": "try:\n    self.poll()\nexcept Exception: #!\n    log.info('poll failed, trying again')",
        "break": "try:\n    self.poll()\nexcept Exception: #!\n    break",
        "return": "try:\n    self.poll()\nexcept Exception: #!\n    return",
        "two handlers": "try:\n    self.poll()\nexcept OSError:\n    log.exception('x')\nexcept Exception: #!\n    pass",
        "print": "try:\n    self.poll()\nexcept Exception: #!\n    print('poll failed')",
        "ellipsis": "try:\n    self.poll()\nexcept Exception: #!\n    ...",
        "as unused": "try:\n    self.poll()\nexcept Exception as e: #!\n    pass",
    },
)
