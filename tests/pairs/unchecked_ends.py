"""How a coroutine and a function come to the end of what they started, one by one."""

from __future__ import annotations

from tests.pairs.kit import bad

RULE = "GIL204"

TEMPLATE = """
import asyncio, concurrent.futures
from concurrent.futures import ThreadPoolExecutor, ProcessPoolExecutor, as_completed, wait
import tqdm

async def fetch(url):
    return await url.load()

def work(item):
    return item.run()

class Runner:
    def __init__(self):
        self._pool = ThreadPoolExecutor()
        self._tasks = set()

    async def crawl(self, urls):
        tasks = [asyncio.create_task(fetch(u)) for u in urls]
        ASYNC

    def compute(self, items):
        futures = [self._pool.submit(work, i) for i in items]
        SYNC

    def close(self):
        self._pool.shutdown()
"""


def coroutine(name: str, body: str) -> None:
    """Tell one bad end of the coroutine, beside a good one of the function."""
    bad(RULE, f"end of a coroutine: {name}", _with(body, "return [f.result() for f in futures]"))


def function(name: str, body: str) -> None:
    """Tell one bad end of the function, beside a good one of the coroutine."""
    bad(RULE, f"end of a function: {name}", _with("return await asyncio.gather(*tasks)", body))


def _with(first: str, second: str) -> str:
    indent = "\n        "
    text = TEMPLATE.replace("        ASYNC\n", "        " + first.replace("\n", indent) + "\n")
    return text.replace("        SYNC\n", "        " + second.replace("\n", indent) + "\n")


coroutine("wait", "await asyncio.wait(tasks) #!")
coroutine("wait with timeout", "await asyncio.wait(tasks, timeout=5) #!")
coroutine("wait and count", "done, pending = await asyncio.wait(tasks) #!\nprint(len(done))")
coroutine("wait for all completed", "await asyncio.wait(tasks, return_when=asyncio.ALL_COMPLETED) #!")
coroutine("wait and look at pending", "done, pending = await asyncio.wait(tasks, timeout=3) #!\nfor task in pending:\n    print(task)")
coroutine("gather dropped", "await asyncio.gather(*tasks, return_exceptions=True) #!")
coroutine("gather unread", "results = await asyncio.gather(*tasks, return_exceptions=True) #!\nprint('done')")
coroutine("gather counted", "results = await asyncio.gather(*tasks, return_exceptions=True) #!\nprint(len(results))")
coroutine("as_completed counted", "n = 0\nfor _ in asyncio.as_completed(tasks): #!\n    n += 1")
coroutine("wait in wait_for", "await asyncio.wait_for(asyncio.wait(tasks), 5) #!")
function("as_completed pass", "for f in as_completed(futures): #!\n    pass")
function("as_completed bar", "for f in tqdm.tqdm(as_completed(futures)): #!\n    print('one more')")
function("wait", "wait(futures) #!")
function("module wait", "concurrent.futures.wait(futures, timeout=10) #!")
function("done counted", "done, not_done = wait(futures) #!\nprint(len(done), len(not_done))")
function("done asked whether done", "wait(futures) #!\nprint(all(f.done() for f in futures))")
function("first exception", "wait(futures, return_when=concurrent.futures.FIRST_EXCEPTION) #!")
