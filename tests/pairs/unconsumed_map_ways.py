"""Results of `map` in a pool that nobody goes through, by pool and by method."""

from __future__ import annotations

from tests.pairs.kit import bad_variants, safe_variants

RULE = "GIL202"

TEMPLATE = """
import itertools, collections, asyncio
from concurrent.futures import ThreadPoolExecutor, ProcessPoolExecutor, Executor
from multiprocessing import Pool, get_context
from multiprocessing.pool import ThreadPool

class Service:
    def __init__(self):
        self.pool = ThreadPoolExecutor(3)
        self.mp = Pool(3)

    def close(self):
        self.pool.shutdown()
        self.mp.terminate()
        self.mp.join()

    def go(self, items, executor: Executor):
        BODY
"""
bad_variants(
    RULE,
    "unread",
    TEMPLATE,
    {
        "self pool": "self.pool.map(save, items) #!",
        "with": "with ThreadPoolExecutor() as pool:\n    pool.map(save, items) #!",
        "process": "with ProcessPoolExecutor(4) as pool:\n    pool.map(save, items, chunksize=10) #!",
        "assigned": "results = self.pool.map(save, items) #!\nprint('done')",
        "underscore read": "with ThreadPoolExecutor() as pool:\n    unused_things = 1\n    r = pool.map(save, items) #!",
        "param": "executor.map(save, items) #!",
        "imap": "self.mp.imap(save, items) #!",
        "imap unordered": "self.mp.imap_unordered(save, items) #!\nself.mp.close()\nself.mp.join()",
        "map_async": "self.mp.map_async(save, items) #!\nself.mp.close()\nself.mp.join()",
        "starmap_async": "r = self.mp.starmap_async(save, items) #!\nself.mp.close()",
        "map_async wait": "r = self.mp.map_async(save, items) #!\nr.wait()",
        "threadpool": "with ThreadPool(3) as pool:\n    pool.imap(save, items) #!",
        "context": "with get_context('spawn').Pool() as pool:\n    pool.imap_unordered(save, items) #!",
        "tuple": "a, b = self.pool.map(save, items), 1 #!\nreturn b",
        "conditional": "self.pool.map(save, items) if items else None #!",
        "lambda": "self.pool.map(lambda item: item.save(), items) #!",
        "two iterables": "self.pool.map(save, items, itertools.repeat(1)) #!",
        "len only": "result = self.mp.map_async(save, items) #!\nprint(result.ready())",
    },
)
safe_variants(
    "results that are read",
    TEMPLATE,
    {
        "list": "list(self.pool.map(str, items))",
        "for": "for r in self.pool.map(str, items):\n    print(r)",
        "deque": "collections.deque(self.pool.map(str, items), maxlen=0)",
        "return": "return self.pool.map(str, items)",
        "sum": "return sum(self.mp.imap(len, items))",
        "mp map": "self.mp.map(str, items)",
        "get": "self.mp.map_async(str, items).get()",
        "next": "return next(self.pool.map(str, items))",
        "zip read": "return dict(zip(items, self.pool.map(str, items)))",
        "error callback": "self.mp.map_async(str, items, error_callback=print)",
        "star": "print(*self.pool.map(str, items))",
        "any": "return any(self.pool.map(bool, items))",
    },
)
