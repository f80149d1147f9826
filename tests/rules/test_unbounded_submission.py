"""What GIL302 says, and which pauses make a timer of a loop."""

from __future__ import annotations

import pytest

from pytest_gilcheck.rules.queues.unbounded_submission import UnboundedSubmission
from pytest_gilcheck.testing import check_source

POOL = "import time\nfrom concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor()\n"


def loop(body: str) -> str:
    """A function that submits for ever, and does something else in each turn."""
    return f"{POOL}def run(source, stop, period):\n    while True:\n        pool.submit(handle, source.read())\n        {body}\n"


@pytest.mark.parametrize("pause", ["time.sleep(1)", "time.sleep(0.5)", "time.sleep(period)", "stop.wait(60)", "if stop.wait(5): break"])
def test_timer_is_left_alone(pause: str) -> None:
    """Half a second or more in each turn, or a period from elsewhere, makes a timer of the loop."""
    assert check_source(loop(pause), UnboundedSubmission) == []


@pytest.mark.parametrize("pause", ["time.sleep(0.01)", "if not source: time.sleep(5)", "print(period)"])
def test_nap_is_no_brake(pause: str) -> None:
    """A short nap, or a pause only when there is nothing to do, holds nothing back."""
    assert len(check_source(loop(pause), UnboundedSubmission)) == 1


def test_message_names_loop_and_taker() -> None:
    """The message shows the loop's head and line, and says what takes the work; the advice fits threads or tasks."""
    (threads,) = check_source(loop("pass"), UnboundedSubmission)
    assert "`submit` gives the pool a new task each turn of `while True` (in line 5)" in threads.message
    assert "threading.BoundedSemaphore" in threads.advice
    code = "import asyncio\nasync def run(source):\n    async for x in source:\n        asyncio.ensure_future(handle(x))\n"
    (tasks,) = check_source(code, UnboundedSubmission)
    assert "`ensure_future` gives the event loop a new task each turn of `async for x in source` (in line 3)" in tasks.message
    assert "asyncio.Semaphore" in tasks.advice
