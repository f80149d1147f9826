"""GIL404: `acquire` and `release` become `with`."""

from __future__ import annotations

import asyncio
import threading

import pytest

from tests.fixes.kit import assert_left, fixed, run

HEAD = "import asyncio, threading\n\nlock = threading.Lock()\n\n"


def fail() -> None:
    raise ValueError


def test_lock_is_released_when_the_body_raises() -> None:
    """Before, an error leaves the lock locked; after, it is free, and the error is the same."""
    code = HEAD + "def update(work):\n    lock.acquire()\n    work()\n    lock.release()\n"
    for text, locked in ((code, True), (fixed(code), False)):
        names = run(text)
        with pytest.raises(ValueError):
            names["update"](fail)
        assert names["lock"].locked() is locked


def test_asyncio_lock_is_released_when_the_body_raises() -> None:
    """`await lock.acquire()` becomes `async with`, and a failing body lets go of the lock."""
    code = (
        HEAD
        + "async def update(work):\n    lock = asyncio.Lock()\n    await lock.acquire()\n    work(lock.__class__)\n    lock.release()\n"
    )
    text = fixed(code)
    assert "    async with lock:\n        work(lock.__class__)\n" not in text  # the lock may be told to others there
    text = fixed(code.replace("lock.__class__", ""))
    assert "    async with lock:\n        work()\n" in text
    with pytest.raises(ValueError):
        asyncio.run(run(text)["update"](fail))


def test_another_thread_gets_the_lock_after_a_failure() -> None:
    """What the finding warns of doesn't happen any more."""
    names = run(fixed(HEAD + "def update(work):\n    lock.acquire()\n    work()\n    lock.release()\n"))
    with pytest.raises(ValueError):
        names["update"](fail)
    done: list[int] = []
    thread = threading.Thread(target=lambda: names["update"](lambda: done.append(1)))
    thread.start()
    thread.join(10)
    assert done == [1]


def test_comments_blank_lines_and_strings_are_kept() -> None:
    """Lines are indented; what is in a string and what stands around is the same."""
    before = '''
        import threading

        class Table:
            def __init__(self):
                self._lock = threading.RLock()

            def fill(self, rows):
                # Before it.
                self._lock.acquire()  # held

                # Why.
                text = """
        a
          b
        """
                for row in rows:
                    if row: break
                call(text,
                     rows)

                self._lock.release()
                return text
        '''
    after = '''
import threading

class Table:
    def __init__(self):
        self._lock = threading.RLock()

    def fill(self, rows):
        # Before it.
        with self._lock:  # held

            # Why.
            text = """
a
  b
"""
            for row in rows:
                if row: break
            call(text,
                 rows)
        return text
'''
    assert fixed(before) == after


def test_several_in_a_row_and_one_in_another() -> None:
    """Each pair becomes a block of its own, at its depth."""
    code = HEAD + "other = threading.Lock()\n\n"
    code += "def f(a, b):\n    lock.acquire()\n    a()\n    other.acquire()\n    b()\n    other.release()\n    lock.release()\n"
    code += "    lock.acquire()\n    b()\n    lock.release()\n"
    assert fixed(code).endswith(
        "def f(a, b):\n    with lock:\n        a()\n        with other:\n            b()\n    with lock:\n        b()\n"
    )


def test_condition_is_waited_for_in_the_block() -> None:
    """Waiting and notifying is what a held condition is for."""
    code = "import threading\n\nready = threading.Condition()\n\n"
    code += "def f(a):\n    ready.acquire()\n    while not a():\n        ready.wait()\n    ready.release()\n"
    assert fixed(code).endswith("    with ready:\n        while not a():\n            ready.wait()\n")


def test_jumps_that_stay_inside() -> None:
    """A loop or a function of its own between the two calls may jump as it likes."""
    code = HEAD + "def f(work):\n    lock.acquire()\n    def g():\n        while True:\n            if work():\n                break\n"
    code += "        return 1\n    for _ in g():\n        continue\n    lock.release()\n"
    assert "    with lock:\n        def g():\n            while True:\n" in fixed(code)


@pytest.mark.parametrize(
    "line", ["await work()", "async with work(): pass", "async for _ in work(): pass", "x = [y async for y in work()]"]
)
def test_left_when_the_event_loop_turns_while_a_thread_lock_is_held(line: str) -> None:
    """That is another pitfall, which a block would make look tidy."""
    assert_left(f"{HEAD}async def f(work):\n    lock.acquire()\n    {line}\n    lock.release()\n", "GIL404")


def test_left_when_self_is_another() -> None:
    """`self` that becomes another object in between has another lock."""
    code = "import threading\n\nclass Node:\n    def __init__(self, next):\n        self.lock, self.next = threading.Lock(), next\n\n"
    code += "    def walk(self):\n        self.lock.acquire()\n        self = self.next\n        self.lock.release()\n"
    assert_left(code, "GIL404")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("lock.acquire()\nif work():\n    return\nlock.release()", id="return in between"),
        pytest.param("lock.acquire()\nif work():\n    lock.release()\n    return\nwork()\nlock.release()", id="two releases"),
        pytest.param("for _ in work:\n    lock.acquire()\n    if work():\n        break\n    lock.release()", id="break out"),
        pytest.param("for _ in work:\n    lock.acquire()\n    if work():\n        continue\n    lock.release()", id="continue"),
        pytest.param("lock.acquire()\nyield work()\nlock.release()", id="yield"),
        pytest.param("lock.acquire()\nwork(lock)\nlock.release()", id="passed on"),
        pytest.param("lock.acquire()\nclass Box:\n    made = work()\nlock.release()", id="class in between"),
        pytest.param("lock.acquire()\nwork(lock.release)\nlock.release()", id="release handed out"),
        pytest.param("lock.acquire()\nwork()\n# Done.\nlock.release()", id="comment above the release"),
        pytest.param("lock.acquire()\nwork()\nlock.release()  # done", id="comment behind the release"),
        pytest.param("lock.acquire(); work()\nlock.release()", id="two on a line"),
        pytest.param("lock.acquire(True)\nwork()\nlock.release()", id="with an argument"),
        pytest.param(
            "lock.acquire()\ntry:\n    work()\nexcept OSError:\n    pass\nelse:\n    work()\nif work:\n    lock.release()", id="suites"
        ),
        pytest.param("lock.acquire()\nother.acquire()\nwork()\nlock.release()\nwork()\nother.release()", id="interleaved"),
        pytest.param("lock.acquire()\nwork()\nlock.release()\nlock.acquire()\nwork()", id="taken once more"),
        pytest.param("lock = work.lock or threading.Lock()\nlock.acquire()\nwork()\nlock.release()", id="of two classes"),
        pytest.param("global lock\nlock.acquire()\nlock = threading.Lock()\nlock.release()", id="another lock"),
    ],
)
def test_left_in_doubt(body: str) -> None:
    """Where control leaves in another way, or the lock is known to others, the finding stays for a person."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    assert_left(HEAD + "other = threading.Lock()\n\ndef f(work):\n" + lines, "GIL404")


def test_left_when_another_function_may_release_it() -> None:
    """A handler elsewhere that lets go of the lock would do so twice."""
    code = HEAD + "def f(work):\n    lock.acquire()\n    work()\n    lock.release()\n\n"
    code += "def main(work):\n    try:\n        f(work)\n    except ValueError:\n        lock.release()\n"
    assert_left(code, "GIL404")
