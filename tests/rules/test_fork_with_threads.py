"""What GIL104 says, beyond where it says it."""

from __future__ import annotations

import pytest

from pytest_gilcheck.rules.processes.fork_with_threads import ForkWithThreads
from pytest_gilcheck.testing import check_source


@pytest.mark.parametrize(
    ("fork", "words", "change"),
    [
        ("os.fork()", "`os.fork` forks while", "Fork before the first thread"),
        ("multiprocessing.Pool()", "starts a process pool (by fork, on Linux before Python 3.14) while", 'get_context("spawn")'),
        ("multiprocessing.get_context('fork').Pool()", "starts a process pool by fork", 'get_context("spawn")'),
    ],
)
def test_message_says_how_sure_the_fork_is(fork: str, words: str, change: str) -> None:
    """A fork that is asked for is told apart from one that the platform chooses."""
    code = (
        f"import multiprocessing\nimport os\nimport threading\n\ndef main(f):\n    threading.Thread(target=f).start()\n    return {fork}\n"
    )
    (finding,) = check_source(code, ForkWithThreads)
    assert words in finding.message
    assert "(from line 6 on)" in finding.message
    assert change in finding.advice


def test_message_names_the_function_that_leaves_the_thread_running() -> None:
    """A thread started in a called function is named with that function and its line, once."""
    (finding,) = check_source(
        """
import os
import threading


def inner(f):
    threading.Thread(target=f).start()


def outer(f):
    inner(f)


def main(f):
    outer(f)
    os.fork()
""",
        ForkWithThreads,
    )
    assert finding.message.count("(app.py:7)") == 1
    assert "in `inner`" in finding.message


def test_functions_that_call_each_other_end() -> None:
    """A ring of calls is followed once around."""
    code = """
import os
import threading


def one(f):
    two(f)
    os.fork()


def two(f):
    one(f)
    threading.Thread(target=f).start()
"""
    (finding,) = check_source(code, ForkWithThreads)
    assert finding.site.line == 8


def test_tasks_of_a_pool_that_is_there_already_fork_nothing_more() -> None:
    """The processes of an executor start with its first task: threads that come later don't matter."""
    code = """
import threading
from concurrent.futures import ProcessPoolExecutor


def main(f, g):
    with ProcessPoolExecutor() as pool:
        first = pool.submit(g)
        threading.Thread(target=f).start()
        return first, pool.submit(g)
"""
    assert check_source(code, ForkWithThreads) == []


def test_finding_spans_the_making_and_the_start() -> None:
    """A process that is made a few lines above its start is told from the one line to the other."""
    (finding,) = check_source(
        """
import multiprocessing
import threading


def main(f):
    threading.Thread(target=f).start()
    process = multiprocessing.Process(target=f)
    process.daemon = True
    process.start()
""",
        ForkWithThreads,
    )
    assert (finding.site.line, finding.end_line) == (8, 10)
