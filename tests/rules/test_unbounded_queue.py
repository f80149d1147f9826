"""What GIL301 says, beyond where."""

from __future__ import annotations

import pytest

from pytest_gilcheck.rules.queues.unbounded_queue import UnboundedQueue
from pytest_gilcheck.testing import check_files, check_source

TWO_THREADS = """
import queue, threading
from collections import deque
from multiprocessing import JoinableQueue
q = {maker}
def produce():
    while True:
        q.{put}(1)
def consume():
    while True:
        q.{take}()
threading.Thread(target=produce).start()
threading.Thread(target=consume).start()
"""


def test_message_names_producer_loop_and_consumer() -> None:
    """A reader learns who puts, in which loop, who takes, and where."""
    [finding] = check_source(TWO_THREADS.format(maker="queue.Queue()", put="put", take="get"), UnboundedQueue)
    assert finding.message == (
        "This queue has no bound: `produce` puts into it in `while True` (line 7), "
        "and `consume` takes from it in another thread (line 11). Whenever taking is slower, it grows until memory is full."
    )
    assert [witness.text for witness in finding.witnesses] == ["app.py:8 puts", "app.py:11 takes"]


def test_places_in_other_files_are_named_with_their_file() -> None:
    """Lines of another file are told with its path."""
    files = {
        "app.py": (
            "import queue, threading\nimport work\nq = queue.Queue()\n"
            "threading.Thread(target=work.fill, args=(q,)).start()\nprint(q.get())\n"
        ),
        "work.py": "def fill(q):\n    while True:\n        q.put(1)\n",
    }
    [finding] = check_files(files, [UnboundedQueue])
    assert "`fill` puts into it in `while True` (work.py:2)" in finding.message
    assert "the module's own code takes from it (line 5)" in finding.message


ADVICE = [
    ("queue.Queue()", "put", "get", "`Queue(maxsize=…)`"),
    ("JoinableQueue()", "put", "get", "`JoinableQueue(maxsize=…)`"),
    ("queue.SimpleQueue()", "put", "get", "SimpleQueue can't have a bound"),
    ("deque()", "append", "popleft", "`deque(maxlen=…)`"),
]


@pytest.mark.parametrize(("maker", "put", "take", "said"), ADVICE)
def test_advice_fits_the_kind_of_queue(maker: str, put: str, take: str, said: str) -> None:
    """The bound is written as this class takes it; for one that takes none, another is named."""
    [finding] = check_source(TWO_THREADS.format(maker=maker, put=put, take=take), UnboundedQueue)
    assert said in finding.advice


def test_long_loops_are_cut_in_messages() -> None:
    """The head of a loop is quoted as far as it fits."""
    head = "while (line := source.read_next_line_of_the_file_or_wait_for_it(1, 2, 3, 4, 5, 6))"
    [finding] = check_source(
        TWO_THREADS.format(maker="queue.Queue()", put="put", take="get").replace("while True", head, 1), UnboundedQueue
    )
    assert "`while (line := source.read_next_line_of_the_file_or_wait_…`" in finding.message


def test_request_handlers_need_no_loop() -> None:
    """What a server calls for every request is told so."""
    code = """
        import queue, threading
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
        hits = queue.Queue()
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                hits.put(self.path)
        def count():
            while True:
                hits.get()
        threading.Thread(target=count).start()
        ThreadingHTTPServer(("", 80), Handler).serve_forever()
        """
    [finding] = check_source(code, UnboundedQueue)
    assert "`Handler.do_GET` puts into it for every request or event" in finding.message
