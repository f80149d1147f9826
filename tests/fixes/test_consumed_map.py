"""GIL202: a map that is thrown away becomes a loop."""

from __future__ import annotations

import pytest

from tests.fixes.kit import assert_left, fixed, run

HEAD = "import multiprocessing\nfrom concurrent.futures import ThreadPoolExecutor\n\n\n"


def fail(order: int) -> None:
    raise ValueError(order)


@pytest.mark.parametrize(
    "body",
    [
        "with ThreadPoolExecutor() as pool:\n        pool.map(write, orders)\n",
        "pool = ThreadPoolExecutor()\n    pool.map(write, orders)\n    pool.shutdown()\n",
    ],
    ids=["with", "shutdown"],
)
def test_exception_of_the_worker_surfaces(body: str) -> None:
    """Before, nobody hears of a failing call; after, the loop raises its exception."""
    code = f"{HEAD}def save(orders, write):\n    {body}"
    run(code)["save"]([1], fail)
    with pytest.raises(ValueError):
        run(fixed(code))["save"]([1], fail)


def test_all_calls_are_made() -> None:
    """Where nothing fails, the loop runs through all results."""
    done: list[int] = []
    run(fixed(f"{HEAD}def save(orders, write):\n    with ThreadPoolExecutor() as pool:\n        pool.map(write, orders)\n"))["save"](
        range(20), done.append
    )
    assert sorted(done) == list(range(20))


def test_formatting_is_kept() -> None:
    """The call stays as it was written; the comment behind it stays on its line."""
    before = HEAD + (
        "def save(orders, write):\n    with ThreadPoolExecutor() as pool:\n        # All of them.\n"
        "        pool.map( write,  # this\n                  orders )  # that\n        print('started')\n"
    )
    after = HEAD + (
        "def save(orders, write):\n    with ThreadPoolExecutor() as pool:\n        # All of them.\n"
        "        for _ in pool.map( write,  # this\n                  orders ):  # that\n            pass\n        print('started')\n"
    )
    assert fixed(before) == after


def test_imap_that_is_joined_and_one_behind_a_condition() -> None:
    """`close` and `join` wait as well; a branch at the end of the block ends with the block."""
    code = HEAD + (
        "def save(orders, write, more):\n    pool = multiprocessing.Pool()\n    pool.imap(write, orders)\n"
        "    pool.close()\n    pool.join()\n"
        "    with ThreadPoolExecutor() as threads:\n        if more:\n            threads.map(write, orders)\n"
    )
    text = fixed(code)
    assert "    for _ in pool.imap(write, orders):\n        pass\n    pool.close()\n" in text
    assert "            for _ in threads.map(write, orders):\n                pass\n" in text


def test_the_name_is_one_that_nothing_reads() -> None:
    """`_` may be the function that translates."""
    code = HEAD + (
        "from gettext import gettext as _\n\ndef save(orders, write):\n    print(_('saving'))\n"
        "    with ThreadPoolExecutor() as pool:\n        pool.map(write, orders)\n"
    )
    assert "for _result in pool.map(write, orders):\n" in fixed(code)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("with ThreadPoolExecutor() as pool:\n    pool.map(write, orders)\n    orders.barrier.wait()", id="work behind it"),
        pytest.param("with ThreadPoolExecutor() as pool:\n    pool.map(write, orders)\n    print(orders.release())", id="call in a print"),
        pytest.param("with ThreadPoolExecutor() as pool:\n    results = pool.map(write, orders)", id="bound to a name"),
        pytest.param("with ThreadPoolExecutor() as pool:\n    pool.map(write, orders, timeout=3)", id="timeout"),
        pytest.param("with ThreadPoolExecutor() as pool:\n    pool.map(write, **orders)", id="arguments unknown"),
        pytest.param("with ThreadPoolExecutor() as pool: pool.map(write, orders)", id="on one line"),
        pytest.param("with ThreadPoolExecutor() as pool:\n    pool.map(write, orders); print(1)", id="two on a line"),
        pytest.param("pool = ThreadPoolExecutor()\npool.map(write, orders)", id="not waited for"),
        pytest.param("pool = ThreadPoolExecutor()\npool.map(write, orders)\npool.shutdown(wait=False)", id="impatient end"),
        pytest.param("pool = ThreadPoolExecutor()\npool.map(write, orders)\npool.shutdown(cancel_futures=True)", id="cancelled"),
        pytest.param("with multiprocessing.Pool() as pool:\n    pool.map_async(write, orders)", id="map_async"),
        pytest.param("with ThreadPoolExecutor() as pool:\n    for part in orders:\n        pool.map(write, part)", id="in a loop"),
        pytest.param("with ThreadPoolExecutor() as pool, orders.lock:\n    pool.map(write, orders)", id="something else ends too"),
        pytest.param("with ThreadPoolExecutor() as pool:\n    with orders.lock:\n        pool.map(write, orders)", id="within another"),
        pytest.param("with ThreadPoolExecutor() as pool:\n    orders and pool.map(write, orders)", id="part of an expression"),
        pytest.param("ThreadPoolExecutor().map(write, orders)", id="pool without a name"),
    ],
)
def test_left_in_doubt(body: str) -> None:
    """Where the loop would wait and today's code goes on, or says more than the statement did, the finding stays."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    assert_left(f"{HEAD}def save(orders, write):\n{lines}", "GIL202")


def test_left_in_a_coroutine() -> None:
    """The loop would block the event loop, and a fix must not look like one."""
    assert_left(
        f"{HEAD}async def save(orders, write):\n    with ThreadPoolExecutor() as pool:\n        pool.map(write, orders)\n", "GIL202"
    )


def test_left_when_the_pool_is_a_guess() -> None:
    """A pool that only its callers tell of is known well enough for a finding, not for a change."""
    code = f"{HEAD}def save(orders, write, pool):\n    pool.map(write, orders)\n    pool.shutdown()\n\n"
    code += "save([1], print, ThreadPoolExecutor())\n"
    assert_left(code, "GIL202")
    assert_left(
        code.replace("save([1]", "class Own(ThreadPoolExecutor): ...\n\nsave([1]").replace("ThreadPoolExecutor())", "Own())"), "GIL202"
    )
    own = f"{HEAD}class Own(ThreadPoolExecutor): ...\n\ndef save(orders, write, pool: Own):\n"
    assert_left(own + "    pool.map(write, orders)\n    pool.shutdown()\n", "GIL202")
