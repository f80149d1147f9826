"""What GIL102 says, beyond where it says it."""

from __future__ import annotations

import pytest

from pytest_gilcheck.model.finding import Finding
from pytest_gilcheck.rules.processes.unpicklable_task import UnpicklableTask
from pytest_gilcheck.testing import check_source

HEAD = """
import functools
import multiprocessing
import threading
from concurrent.futures import ProcessPoolExecutor


class Job:
    def __init__(self):
        self.lock = threading.Lock()

    def run(self, n):
        return n


def work(n):
    return n
"""


def only_finding(code: str) -> Finding:
    """The one finding in that code."""
    found = check_source(HEAD + code, UnpicklableTask)
    assert len(found) == 1, [f.message for f in found]
    return found[0]


@pytest.mark.parametrize(
    ("task", "words", "change"),
    [
        ("lambda n: n, 1", "`pool.submit` sends a lambda;", "Write it as a function at module level"),
        ("work, threading.Lock()", "sends a `threading` lock;", "Use a lock of `multiprocessing`, given by `initializer=`"),
        ("work, multiprocessing.Queue()", "sends a `multiprocessing.Queue`;", "Give it to the workers by `initializer=`"),
        ("work, open('a')", "sends an open file;", "Pass what it takes to open or make it"),
        ("work, (n for n in ())", "sends a generator;", "Pass a list of the values"),
        ("Job().run, 1", "sends `run` of an object of `Job`, whose `lock` is a `threading` lock;", "instead of the whole object"),
        ("functools.partial(work, lambda: 1)", "sends a lambda;", "with `functools.partial` for fixed arguments"),
    ],
)
def test_message_names_the_obstacle_and_advice_its_way_out(task: str, words: str, change: str) -> None:
    """The message says what can't be pickled, and the advice what to change about that kind of thing."""
    finding = only_finding(f"\n\ndef main():\n    pool = ProcessPoolExecutor()\n    return pool.submit({task}).result()\n")
    assert words in finding.message
    assert change in finding.advice


@pytest.mark.parametrize(
    ("context", "words"),
    [
        ("multiprocessing", "works where processes are forked"),
        ("multiprocessing.get_context('spawn')", "with the start method set here it is pickled"),
    ],
)
def test_message_says_when_a_process_fails(context: str, words: str) -> None:
    """For a process the message says under which start method it breaks."""
    finding = only_finding(f"\n\ndef main():\n    p = {context}.Process(target=lambda: 1)\n    p.start()\n")
    assert words in finding.message


def test_a_call_that_may_mean_two_things_is_flagged_once() -> None:
    """A process made with one of two contexts is one finding."""
    only_finding("""

def main(fast):
    if fast:
        context = multiprocessing.get_context("spawn")
    else:
        context = multiprocessing.get_context("forkserver")
    p = context.Process(target=lambda: 1)
    p.start()
""")


def test_objects_that_hold_one_another_end() -> None:
    """Classes whose objects hold each other are followed once around, and no further."""
    found = check_source(
        """
from multiprocessing import Pool


class A:
    def __init__(self):
        self.b = B()


class B:
    def __init__(self):
        self.a = A()

    def work(self, n):
        return n


def main():
    with Pool() as pool:
        return pool.map(B().work, range(4))
""",
        UnpicklableTask,
    )
    assert found == []
