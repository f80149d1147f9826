"""Which producers of GIL301 never stop, and which do."""

from __future__ import annotations

import textwrap

import pytest

from pytest_gilcheck.rules.queues.unbounded_queue import UnboundedQueue
from pytest_gilcheck.testing import check_source

PROGRAM = """
import asyncio, csv, io, itertools, os, queue, sys, threading, time
from collections.abc import Iterator
from typing import TextIO
from kafka import KafkaConsumer
FINISHED = False
q = queue.Queue()
sem = threading.Semaphore(3)
ROWS = [1, 2, 3]

def endless():
    while True:
        yield 1

def until_told(box):
    while not box.stopped:
        yield 1

def over_a_file():
    yield from open("log")

def over_lines(f: TextIO):
    for line in f:
        yield line

def few():
    yield 1
    for x in range(3):
        yield x

class Sensor:
    def __next__(self):
        return 1
    def __iter__(self):
        return self

class Batch:
    def __iter__(self):
        yield 1

class Ticks:
    def __iter__(self):
        while True:
            yield 1

class Once:
    def __next__(self):
        raise StopIteration

def consume():
    while True:
        q.get()

def produce(source, stream, box, lines: Iterator[str], text: TextIO):
{body}

threading.Thread(target=produce).start()
threading.Thread(target=consume).start()
"""

ENDLESS = [
    "while 1: q.put(1)",
    "while not box.stopped: q.put(1)",
    "while not box.done(): q.put(1)",
    "while not box.event.wait(1): q.put(1)",
    "while box.running and not FINISHED: q.put(1)",
    "while box.a or box.running: q.put(1)",
    "go = True\nwhile go: q.put(1)",
    "while line := source.read(): q.put(line)",
    "while (line := source.read()) != '': q.put(line)",
    "while True:\n    data = source.recv(10)\n    if not data:\n        break\n    q.put(data)",
    "while True:\n    if box.full:\n        continue\n    q.put(1)",
    "while True:\n    try:\n        q.put(source.read())\n    except OSError:\n        return",
    "while True:\n    for row in ROWS:\n        q.put(row)",
    "while True: [q.put(row) for row in source.rows()]",
    "for x in endless(): q.put(x)",
    "for x in until_told(box): q.put(x)",
    "for x in over_a_file(): q.put(x)",
    "for x in over_lines(source): q.put(x)",
    "for x in map(str, endless()): q.put(x)",
    "for n, x in enumerate(open('f')): q.put(x)",
    "for x in (y for y in endless()): q.put(x)",
    "[q.put(x) for x in endless()]",
    "for x in zip(endless(), itertools.count()): q.put(x)",
    "for x in itertools.repeat(1): q.put(x)",
    "for x in itertools.cycle(ROWS): q.put(x)",
    "for x in csv.reader(open('f')): q.put(x)",
    "for x in iter(source.readline, b''): q.put(x)",
    "for x in lines: q.put(x)",
    "for x in text: q.put(x)",
    "for x in stream: q.put(x)",
    "for x in sys.stdin: q.put(x)",
    "for x in box.process.stdout: q.put(x)",
    "for x in KafkaConsumer('t'): q.put(x)",
    "for x in box.client.listen(): q.put(x)",
    "for x in Sensor(): q.put(x)",
    "for x in Ticks(): q.put(x)",
    "f = open('f')\nfor x in f: q.put(x)",
    "more = endless()\nfor x in more: q.put(x)",
    "def inner():\n    q.put(1)\nwhile True: inner()",
    "while True:\n    with box.lock:\n        q.put(1)",
    "while True:\n    with open('f') as f:\n        q.put(f.read())",
]

FINITE = [
    "q.put(1)",
    "while 0: q.put(1)",
    "while source: q.put(source.pop())",
    "while len(source): q.put(source.pop())",
    "while time.time() < 10: q.put(1)",
    "while box.running and box.left > 0: q.put(1)",
    "n = 0\nwhile True:\n    q.put(n)\n    n += 1\n    if n > 10:\n        break",
    "while True:\n    if len(source) > 3:\n        return\n    q.put(1)",
    "while True:\n    if time.monotonic() > 3:\n        return\n    q.put(1)",
    "while True:\n    try:\n        q.put(source.pop())\n    except IndexError:\n        break",
    "while True:\n    q.put(1)\n    break",
    "while True:\n    if box.ok:\n        q.put(1)\n    return",
    "while True:\n    return q.put(1)",
    "while True:\n    raise q.put(1)",
    "while True:\n    try:\n        box.read()\n    except OSError as error:\n        q.put(error)\n        return",
    "while True:\n    try:\n        q.put(1)\n    except OSError:\n        continue\n    else:\n        break",
    "while True:\n    sem.acquire()\n    q.put(1)",
    "while True:\n    with sem:\n        q.put(1)",
    "while True:\n    box.slots.acquire()\n    q.put(1)",
    "while True:\n    q.put(1)\n    box.taken.wait()",
    "while True:\n    q.put(1)\n    q.join()",
    "while True:\n    q.put(box.queue.get())",
    "while True:\n    q.put(box.conn.recv())",
    "for x in iter(box.tasks.get, None): q.put(x)",
    "while q.qsize() < 10: q.put(1)",
    "for n in itertools.count():\n    q.put(n)\n    if n == 3:\n        break",
    "for x in ROWS: q.put(x)",
    "for x in few(): q.put(x)",
    "for x in source: q.put(x)",
    "for x in Batch(): q.put(x)",
    "for x in Once(): q.put(x)",
    "for x in zip(ROWS, itertools.count()): q.put(x)",
    "for x in itertools.repeat(1, 3): q.put(x)",
    "for x in sorted(open('f')): q.put(x)",
    "for x in os.listdir(): q.put(x)",
    "for x in box.rows(): q.put(x)",
    "while True: q.put(None)",
    "def inner():\n    q.put(1)\nfor x in ROWS: inner()",
]


def findings(body: str, path: str = "app.py") -> int:
    """How many findings a producer of this body gives."""
    return len(check_source(PROGRAM.format(body=textwrap.indent(body, "    ")), UnboundedQueue, path=path))


@pytest.mark.parametrize("body", ENDLESS)
def test_loops_without_an_end_are_found(body: str) -> None:
    """Loops that only a flag, the outside or nothing at all ends fill the queue without end."""
    assert findings(body) == 1


@pytest.mark.parametrize("body", FINITE)
def test_loops_that_end_or_wait_are_not(body: str) -> None:
    """Collections, counters, clocks, retries and producers that are held back fill it only so far."""
    assert findings(body) == 0


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("while True: q.put(1)", 1),
        ("for n in itertools.count(): q.put(n)", 1),
        ("while not box.stopped: q.put(1)", 0),
        ("for x in stream: q.put(x)", 0),
        ("while True:\n    if box.stopped:\n        break\n    q.put(1)", 0),
    ],
)
def test_in_tests_only_loops_that_nothing_ends_count(body: str, count: int) -> None:
    """A test ends, and its producers with it, unless they are written to go on for ever."""
    assert findings(body, "tests/test_app.py") == count
