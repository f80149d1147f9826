"""Where workers stand."""

from __future__ import annotations

import threading

from pytest_gilcheck.pools.stuck import Running, dumped_stack, thread_stack

DUMP = """\
Thread 0x1 (most recent call first):
  File "/app/net.py", line 4 in poll
  File "/usr/lib/python3.11/threading.py", line 1 in run

Current thread 0x2 (most recent call first):
  File "/app/work.py", line 9 in inner
  File "/app/work.py", line 5 in outer
  File "/x/pytest_gilcheck/interpreter/transport.py", line 7 in run
  File "/usr/lib/python3.11/concurrent/futures/process.py", line 261 in _process_worker
  File "/usr/lib/python3.11/multiprocessing/process.py", line 108 in run
  File "<string>", line 1 in <module>
"""


def test_a_dump_is_read_like_a_traceback() -> None:
    """Most recent call last, without the lines that run every task; threads are told apart where several are busy."""
    assert dumped_stack(DUMP) == (
        "Thread 0x1 (most recent call last):\n"
        '  File "/usr/lib/python3.11/threading.py", line 1 in run\n'
        '  File "/app/net.py", line 4 in poll\n'
        "Current thread 0x2 (most recent call last):\n"
        '  File "/app/work.py", line 5 in outer\n'
        '  File "/app/work.py", line 9 in inner\n'
    )
    alone = DUMP.partition("\n\n")[2]
    assert dumped_stack(alone) == '  File "/app/work.py", line 5 in outer\n  File "/app/work.py", line 9 in inner\n'


def test_a_dump_from_windows_is_read_too() -> None:
    """Its paths have other slashes."""
    assert dumped_stack('Thread 1 (most recent call first):\n  File "C:\\Python\\Lib\\multiprocessing\\process.py", line 1 in run\n') == ""


def test_no_dump_is_no_stack() -> None:
    """As where a worker did not answer."""
    assert dumped_stack("") == ""


def test_a_thread_that_ended_stands_nowhere() -> None:
    """It may end while one looks."""
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()
    assert thread_stack(thread.ident or 0) in ("", thread_stack(threading.get_ident()))  # the number may be in use again
    assert thread_stack(-1) == ""


def test_how_long_a_task_runs() -> None:
    """Where the parent knows when it began."""
    assert Running("crunch", "a.py:3", "Thread-1", 10.0).told(12.5) == "crunch (submitted at a.py:3) in Thread-1 for 2.5 s"
    assert Running("crunch", "a.py:3", "process 7").told(12.5) == "crunch (submitted at a.py:3) in process 7"
