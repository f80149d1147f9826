"""Which things two workers have in common, by where they were made and how they got there."""

from __future__ import annotations

import textwrap

import pytest

from tests.source.conftest import MakeProject, is_shared, meeting_at

HEAD = """
import functools, itertools, queue, threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.pool import ThreadPool

class Box:
    n = 0
    def __init__(self, inner=None):
        self.n = 0
        self.inner = inner
    def add(self):
        self.n += 1
    def __call__(self):
        self.add()
    @classmethod
    def grow(cls):
        cls.n += 2

pool = ThreadPoolExecutor(4)
threads = ThreadPool(4)

"""
WORKERS = """
def work(box):
    box.n -= 1
def pair(i, box):
    box.n -= 1
def first(box, i):
    box.n -= 1

"""
MADE = [
    ("pool.map(work, [c] * 4)", True),
    ("pool.map(work, 4 * [c])", True),
    ("pool.map(work, [c, c])", True),
    ("pool.map(work, (c, Box()))", False),
    ("pool.map(work, [c for _ in range(3)])", True),
    ("pool.map(work, [Box() for _ in range(3)])", False),
    ("pool.map(work, itertools.repeat(c))", True),
    ("pool.map(work, list(itertools.repeat(c, 3)))", True),
    ("same = [c] * 4\npool.map(work, same)", True),
    ("pool.map(work, boxes)", False),
    ("pool.map(work, make())", False),
    ("pool.map(pair, range(3), [c] * 3)", True),
    ("pool.map(pair, range(3), [Box(), Box(), Box()])", False),
    ("pool.map(pair, range(3))", False),
    ("pool.map(functools.partial(first, c), range(3))", True),
    ("pool.map(functools.partial(first, Box()), range(3))", True),
    ("threads.starmap(pair, [(i, c) for i in range(3)])", True),
    ("threads.starmap(pair, [(i, Box()) for i in range(3)])", False),
    ("threads.starmap(pair, [(i, box) for i, box in enumerate(boxes)])", False),
    ("threads.starmap(pair, [(1, c), (2, c)])", True),
    ("threads.starmap(pair, [(1, c), (2, Box())])", False),
    ("threads.starmap(pair, [(1, c)] * 3)", True),
    ("tasks = [(i, c) for i in range(3)]\nthreads.starmap(pair, tasks)", True),
    ("threads.starmap(pair, jobs())", False),
    ("threads.starmap(pair, jobs)", False),
    ("pool.map(Box.add, [c] * 3)", True),
    ("pool.map(Box.add, make())", False),
    ("for _ in range(3): pool.submit(Box.add, c)", True),
    ("for _ in range(3): pool.submit(Box.add, Box())", False),
    ("for _ in range(3): pool.submit(c)", True),
    ("for _ in range(3): pool.submit(Box())", False),
    ("go = c.add\nfor _ in range(3): pool.submit(go)", True),
    ("go = Box().add\nfor _ in range(3): pool.submit(go)", True),
    ("for _ in range(3): pool.submit(functools.partial(c.add))", True),
    ("for _ in range(3): pool.submit(functools.partial(Box().add))", False),
    ("for go in (c.add, c.add): pool.submit(go)", True),
    ("boxes = [Box()]\nfor _ in range(3): pool.submit(boxes[0].add)", True),
    ("boxes = [Box()]\nfor i in range(3): pool.submit(boxes[i].add)", False),
    ("outer = Box(c)\nfor _ in range(3): pool.submit(outer.inner.add)", True),
    ("for _ in range(3): pool.submit(work, (d := c))", True),
    ("d = c\nfor _ in range(3): pool.submit(work, d)", True),
    ("c = threading.local()\nfor _ in range(3): pool.submit(work, c)", False),
]


@pytest.mark.parametrize(("start", "shared"), MADE)
def test_what_a_start_gives_its_workers(make_project: MakeProject, start: str, shared: bool) -> None:
    """Workers share what the start gives to all of them; what it makes or picks for each is that worker's own."""
    body = textwrap.indent(f"c = Box()\n{start}\n", "    ")
    project = make_project(f"{HEAD}{WORKERS}def main(boxes, jobs):\n{body}")
    assert is_shared(project) is shared


IN_WORKER = [
    ("BOX.add()", True),
    ("box = BOX\nbox.add()", True),
    ("box = BOX or BOX\nbox.add()", True),
    ("box = BOX if i else Box()\nbox.add()", False),
    ("box = i or Box()\nbox.add()", False),
    ("(box := BOX).add()", True),
    ("for box in BOXES: box.add()", True),
    ("BOXES[0].add()", True),
    ("BOXES[i].add()", False),
    ("NAMED.get('a').n -= 1", True),
    ("NAMED.setdefault('a', Box()).n -= 1", True),
    ("NAMED.get(i).n -= 1", False),
    ("QUEUE.get().n -= 1", False),
    ("LOCAL.box.add()", False),
    ("the_box().add()", True),
    ("new_box().add()", False),
    ("any_box(i).add()", False),
    ("KEEPER.kept().add()", True),
    ("KEEPER.fresh().add()", False),
    ("Box.add(BOX)", True),
    ("Box.add(Box())", False),
    ("Box().add()", False),
    ("BOX()", True),
    ("BOX.inner.add()", True),
    ("with_default()", True),
    ("with_default(Box())", False),
    ("Child(i).add_twice()", False),
    ("CHILD.add_twice()", True),
    ("type(BOX).n -= 1", True),
    ("BOX.__class__.n -= 1", True),
    ("Box.grow()", True),
    ("CHILD.grow()", True),
]
GLOBALS = """
BOX = Box(Box())
BOXES = [Box(), Box()]
NAMED = {"a": Box()}
QUEUE = queue.Queue()
QUEUE.put(Box())
LOCAL = threading.local()
LOCAL.box = Box()

def the_box():
    return BOX
def new_box():
    return Box()
def any_box(i):
    if i:
        return BOX
    return Box()
def with_default(box=Box()):
    box.add()

class Keeper:
    def __init__(self):
        self.box = Box()
    def kept(self):
        return self.box
    def fresh(self):
        return Box()
class Child(Box):
    def add_twice(self):
        super().add()

KEEPER = Keeper()
CHILD = Child()
"""


@pytest.mark.parametrize(("body", "shared"), IN_WORKER)
def test_what_a_worker_reaches_by_itself(make_project: MakeProject, body: str, shared: bool) -> None:
    """What leads to a global is shared, whatever the way; what may be the worker's own, or is unknown, counts as its own."""
    worker = f"def work(i):\n{textwrap.indent(body, '    ')}\npool.map(work, range(3))\n"
    project = make_project(HEAD + GLOBALS + worker)
    assert is_shared(project) is shared


KEYS = [
    ("pool.map(count, range(3))", True),
    ("pool.map(count, list(range(3)))", True),
    ("pool.map(count, set(words))", True),
    ("pool.map(count, ['a', 'b'])", True),
    ("pool.map(count, ['a', 'a'])", False),
    ("pool.map(count, words)", False),
    ("threads.starmap(two, enumerate(words))", True),
    ("threads.starmap(two, [(i, 1) for i in range(3)])", True),
    ("threads.starmap(two, [(0, i) for i in range(3)])", False),
    ("for i in range(3): pool.submit(count, i)", True),
    ("for i, word in enumerate(words): pool.submit(count, i)", True),
    ("for i, word in enumerate(words): pool.submit(count, word)", False),
    ("i = 0\nfor word in words:\n    pool.submit(count, i)\n    i += 1", True),
    ("for word in words: pool.submit(count, 'all')", False),
    ("pool.map(below, range(3))", True),
    ("pool.map(part, range(3))", True),
]


@pytest.mark.parametrize(("start", "own"), KEYS)
def test_keys_that_tell_workers_apart(make_project: MakeProject, start: str, own: bool) -> None:
    """An item whose key is another one for each task is a slot of its own."""
    workers = """
totals = {}
def count(key):
    totals[key] += 1
def two(key, other):
    count(key)
def below(key):
    count(key * 2)
def part(key):
    for index in range(key, key + 3):
        count(index)
"""
    project = make_project(f"{HEAD}{workers}def main(words):\n{textwrap.indent(start, '    ')}\n")
    assert (meeting_at(project, "totals[key] += 1") is None) is own
