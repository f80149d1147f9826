"""Races between tasks, gathers and waits whose losers and winners nobody asks."""

from __future__ import annotations

from tests.pairs.kit import pair, safe_variants

RULE = "GIL204"

pair(
    RULE,
    "race membership only",
    """
import asyncio

async def serve(queue, stopped):
    while True:
        job = asyncio.ensure_future(process(queue))
        stop = asyncio.ensure_future(stopped.wait())
        done, _ = await asyncio.wait([job, stop], return_when=asyncio.FIRST_COMPLETED) #!
        if stop in done:
            job.cancel()
            break

async def process(queue):
    item = await queue.get()
    await item.run()
""",
    {"        if stop in done:": "        if job in done:\n            job.result()\n        if stop in done:"},
    {"        if stop in done:": "        for task in done:\n            task.result()\n        if stop in done:"},
)
pair(
    RULE,
    "websocket two tasks",
    """
import asyncio

async def handler(websocket):
    consumer = asyncio.create_task(consume(websocket))
    producer = asyncio.create_task(produce(websocket))
    done, pending = await asyncio.wait([consumer, producer], return_when=asyncio.FIRST_COMPLETED) #!
    for task in pending:
        task.cancel()

async def consume(ws):
    async for message in ws:
        await save(message)

async def produce(ws):
    while True:
        await ws.send(await next_message())
""",
    {"    for task in pending:": "    for task in done:\n        task.result()\n    for task in pending:"},
    {"    for task in pending:": "    await asyncio.gather(*done)\n    for task in pending:"},
)
pair(
    RULE,
    "stop wait",
    """
import asyncio

class Group:
    async def stop(self):
        await asyncio.wait([asyncio.create_task(c.stop()) for c in self.children]) #!
""",
    {
        "await asyncio.wait([asyncio.create_task(c.stop()) for c in self.children]) #!": "await asyncio.gather(*[c.stop() for c in self.children])"
    },
)
pair(
    RULE,
    "start wait tasks",
    """
import asyncio

async def start(children):
    await asyncio.wait([asyncio.create_task(c.start()) for c in children], timeout=10) #!
""",
    {
        "await asyncio.wait([asyncio.create_task(c.start()) for c in children], timeout=10) #!": "await asyncio.gather(*[c.start() for c in children])"
    },
)
pair(
    RULE,
    "tasks list then wait",
    """
import asyncio

async def run(items):
    tasks = []
    for item in items:
        tasks.append(asyncio.create_task(save(item)))
    await asyncio.wait(tasks) #!

async def save(item):
    await item.save()
""",
    {"await asyncio.wait(tasks) #!": "await asyncio.gather(*tasks)"},
    {"    await asyncio.wait(tasks) #!": "    done, _ = await asyncio.wait(tasks)\n    for task in done:\n        task.result()"},
)
pair(
    RULE,
    "gather dropped",
    """
import asyncio

async def broadcast(clients, text):
    await asyncio.gather(*(c.send(text) for c in clients), return_exceptions=True) #!
""",
    {", return_exceptions=True) #!": ")"},
    {
        "    await asyncio.gather(*(c.send(text) for c in clients), return_exceptions=True) #!": "    results = await asyncio.gather(*(c.send(text) for c in clients), return_exceptions=True)\n    for result in results:\n        if isinstance(result, BaseException):\n            print(result)"
    },
)
pair(
    RULE,
    "gather assigned unread",
    """
import asyncio

async def load(urls):
    results = await asyncio.gather(*map(fetch, urls), return_exceptions=True) #!
    print("done")
""",
    {'    print("done")': "    return results"},
)
pair(
    RULE,
    "gather in wait_for",
    """
import asyncio

async def load(jobs):
    await asyncio.wait_for(asyncio.gather(*jobs, return_exceptions=True), timeout=30) #!
""",
    {", return_exceptions=True": ""},
)
pair(
    RULE,
    "run_until_complete gather",
    """
import asyncio

def main(urls):
    loop = asyncio.new_event_loop()
    loop.run_until_complete(asyncio.gather(*[fetch(u) for u in urls], return_exceptions=True)) #!

async def fetch(url):
    return await get(url)
""",
    {", return_exceptions=True": ""},
    {"    loop.run_until_complete(asyncio": "    return loop.run_until_complete(asyncio"},
)
pair(
    RULE,
    "run_until_complete wait",
    """
import asyncio

def main(urls):
    loop = asyncio.new_event_loop()
    tasks = [loop.create_task(fetch(u)) for u in urls]
    loop.run_until_complete(asyncio.wait(tasks)) #!

async def fetch(url):
    return await get(url)
""",
    {"asyncio.wait(tasks)": "asyncio.gather(*tasks)"},
    {
        "    loop.run_until_complete(asyncio.wait(tasks)) #!": "    loop.run_until_complete(asyncio.wait(tasks))\n    for task in tasks:\n        print(task.result())"
    },
)
pair(
    RULE,
    "as_completed progress",
    """
from concurrent.futures import ThreadPoolExecutor, as_completed
from tqdm import tqdm

def run(items):
    with ThreadPoolExecutor() as pool:
        futures = [pool.submit(work, i) for i in items]
        for _ in tqdm(as_completed(futures), total=len(futures)): #!
            pass
""",
    {"            pass": "            _.result()"},
)
pair(
    RULE,
    "progress update",
    """
import concurrent.futures

def run(items, bar):
    with concurrent.futures.ProcessPoolExecutor() as pool:
        futures = {pool.submit(work, i): i for i in items}
        for future in concurrent.futures.as_completed(futures): #!
            print("finished", futures[future])
            bar.update(1)
""",
    {"            bar.update(1)": "            bar.update(1)\n            future.result()"},
)
pair(
    RULE,
    "futures wait",
    """
from concurrent.futures import ThreadPoolExecutor, wait, FIRST_EXCEPTION

def run(items):
    pool = ThreadPoolExecutor()
    futures = [pool.submit(work, i) for i in items]
    wait(futures, return_when=FIRST_EXCEPTION) #!
    pool.shutdown()
""",
    {
        "    wait(futures, return_when=FIRST_EXCEPTION) #!": "    done, _ = wait(futures, return_when=FIRST_EXCEPTION)\n    for future in done:\n        future.result()"
    },
)
pair(
    RULE,
    "asyncio as_completed",
    """
import asyncio

async def run(items):
    count = 0
    for future in asyncio.as_completed([work(i) for i in items]): #!
        count += 1
    return count
""",
    {"        count += 1": "        await future\n        count += 1"},
)
pair(
    RULE,
    "done only counted",
    """
import asyncio

async def run(items):
    tasks = {asyncio.create_task(work(i)) for i in items}
    while tasks:
        done, tasks = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED) #!
        print(len(done), "done")

async def work(i):
    await i.save()
""",
    {'        print(len(done), "done")': "        for task in done:\n            print(task.result())"},
)
pair(
    RULE,
    "pending limiter",
    """
import asyncio

async def pump(source):
    pending = set()
    async for item in source:
        if len(pending) >= 10:
            _, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED) #!
        pending.add(asyncio.create_task(work(item)))
    await asyncio.gather(*pending)

async def work(i):
    await i.save()
""",
    {
        "            _, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED) #!": "            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)\n            for task in done:\n                task.result()"
    },
)
pair(
    RULE,
    "with timeout pending only",
    """
import asyncio

async def flush_all(jobs):
    tasks = [asyncio.create_task(j.finish()) for j in jobs]
    _, pending = await asyncio.wait(tasks, timeout=5) #!
    if pending:
        print("some jobs did not finish")
""",
    {"    if pending:": "    for task in tasks:\n        if task.done():\n            task.result()\n    if pending:"},
)
safe_variants(
    "outcomes asked for",
    """
import asyncio

async def run(queue, stop, tasks):
    BODY
""",
    {
        "cancelled": "for task in tasks:\n    task.cancel()\nawait asyncio.gather(*tasks, return_exceptions=True)",
        "event race": "getter = asyncio.create_task(queue.get())\nstopper = asyncio.create_task(stop.wait())\ndone, pending = await asyncio.wait([getter, stopper], return_when=asyncio.FIRST_COMPLETED)\nfor task in pending:\n    task.cancel()\nif getter in done:\n    return getter.result()",
        "first result": "done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)\nreturn done.pop().result()",
        "only events": "a = asyncio.create_task(stop.wait())\nb = asyncio.create_task(asyncio.sleep(5))\nawait asyncio.wait([a, b], return_when=asyncio.FIRST_COMPLETED)\na.cancel()\nb.cancel()",
        "gather read": "for r in await asyncio.gather(*tasks, return_exceptions=True):\n    if isinstance(r, Exception):\n        raise r",
    },
)

pair(
    RULE,
    "filtered",
    """
import asyncio

async def load(urls):
    results = await asyncio.gather(*(fetch(u) for u in urls), return_exceptions=True) #!
    return [r for r in results if not isinstance(r, Exception)]
""",
    {"    return [r for": "    for r in results:\n        if isinstance(r, Exception):\n            print(r)\n    return [r for"},
    {", return_exceptions=True": ""},
)
pair(
    RULE,
    "filtered and renamed",
    """
import asyncio

async def load(workers):
    results = await asyncio.gather(*(w.profile() for w in workers), return_exceptions=True) #!
    results = [r for r in results if not isinstance(r, BaseException)]
    return dict(zip(workers, results))
""",
    {"    results = [r": "    log([r for r in results if isinstance(r, BaseException)])\n    results = [r"},
)
