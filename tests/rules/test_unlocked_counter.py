"""What GIL401 says, beyond where it says it."""

from __future__ import annotations

import pytest

from pytest_gilcheck.model.evidence import Level
from pytest_gilcheck.rules.sharing.unlocked_counter import UnlockedCounter
from pytest_gilcheck.testing import check_files, check_source

QUEUES = """
import threading

class Queue:
    def __init__(self):
        self.total = 0
        self.slots = threading.Semaphore({slots})

    def put(self, item):
        with self.slots:
            pass
        self.total += 1

class Sibling({base}):
    def size(self):
        return self.total

def fill(queue: Queue, items):
    threads = [threading.Thread(target=queue.put, args=(item,)) for item in items]
    for thread in threads:
        thread.start()

fill(Queue(), range(100))
"""


def test_a_reader_is_of_the_same_object() -> None:
    """What a subclass reads counts; what another class reads from its own `self` doesn't."""
    (read,) = check_source(QUEUES.format(slots=1, base="Queue"), UnlockedCounter)
    assert read.level is Level.ERROR
    assert "The result is read at app.py:16." in read.message
    (unread,) = check_source(QUEUES.format(slots=1, base=""), UnlockedCounter)
    assert unread.level is Level.WARNING


def test_a_reader_is_not_of_a_sibling() -> None:
    """Of two classes with one base, what one reads from `self` isn't what the other wrote."""
    base = "class Base:\n    def __init__(self):\n        self.total = 0\n"
    writer = "class One(Base):\n    def put(self, item):\n        self.total += 1\n"
    reader = "class Two(Base):\n    def size(self):\n        return self.total\n"
    start = "def fill(one: One, items):\n    for item in items:\n        threading.Thread(target=one.put, args=(item,)).start()\n"
    code = f"import threading\n{base}{writer}{reader}{start}fill(One(), range(100))\n"
    (finding,) = check_source(code, UnlockedCounter)
    assert finding.level is Level.WARNING
    (finding,) = check_source(code.replace("class Two(Base)", "class Two(One)"), UnlockedCounter)
    assert finding.level is Level.ERROR


def test_only_a_lock_for_one_is_advised() -> None:
    """A semaphore that admits one thread is the class's lock; one that admits many is none."""
    (one,) = check_source(QUEUES.format(slots=1, base="Queue"), UnlockedCounter)
    assert "Hold `self.slots` around every update of it" in one.advice
    (many,) = check_source(QUEUES.format(slots=128, base="Queue"), UnlockedCounter)
    assert "Make one `threading.Lock()`" in many.advice


COUNTS = """
import threading
total = 0
def count():
    global total
    total += 1
def run():
    for _ in range(3):
        threading.Thread(target=count).start()
"""


@pytest.mark.parametrize(
    "report",
    [
        "import counts\nprint(counts.total)\n",
        "from counts import total\nprint(total)\n",
        "import counts as c\ndef show():\n    return c.total\n",
    ],
)
def test_a_result_that_another_file_reads_counts(report: str) -> None:
    """Another file that works with threads too reads the result by importing the variable, by whatever name."""
    (finding,) = check_files({"counts.py": COUNTS, "report.py": "import threading\n" + report}, [UnlockedCounter])
    assert finding.level is Level.ERROR
    assert "The result is read at report.py:" in finding.message


def test_a_result_that_nobody_reads_is_a_warning() -> None:
    """A variable of the same name in another file is another variable."""
    (finding,) = check_files({"counts.py": COUNTS, "report.py": "import threading\ntotal = 3\nprint(total)\n"}, [UnlockedCounter])
    assert finding.level is Level.WARNING
