"""What GIL502 says of pools, threads and processes that are left."""

from __future__ import annotations

import pytest

from pytest_gilcheck.rules.pools.leaked_pool import LeakedPool
from pytest_gilcheck.testing import check_files, check_source

HEAD = "import multiprocessing, threading\nfrom concurrent.futures import ThreadPoolExecutor\n"


@pytest.mark.parametrize(
    ("body", "said", "advised"),
    [
        ("pool = ThreadPoolExecutor()\n    pool.submit(f)", "`ThreadPoolExecutor` makes in `pool` is never shut down", "`with` statement"),
        ("pool = multiprocessing.Pool()\n    pool.map(f, x)", "workers may still be there when `go` is over", "`with` statement"),
        ("t = threading.Thread(target=f)\n    t.start()", "The thread that `threading.Thread` makes in `t`", "daemon=True"),
        ("p = multiprocessing.Process(target=f)\n    p.start()", "The process that `multiprocessing.Process` makes", "terminate()"),
        ("threading.Timer(x, f).start()", "started and never cancelled", "cancel()"),
    ],
)
def test_message_fits_what_is_left(body: str, said: str, advised: str) -> None:
    """The message names the kind of thing and its variable, the advice the way to end that kind."""
    (finding,) = check_source(f"{HEAD}def go(f, x):\n    {body}\n", LeakedPool)
    assert said in finding.message
    assert advised in finding.advice


@pytest.mark.parametrize("end", ["t.cancel()", "t.join()", "t.daemon = True", "return t"])
def test_each_way_to_end_a_thread_is_enough(end: str) -> None:
    """Any attribute that ends a thread or lets the program end without it makes the rule silent."""
    code = f"{HEAD}def go(f):\n    t = threading.Timer(60, f)\n    t.start()\n    {end}\n"
    assert check_source(code, LeakedPool) == []


def test_what_another_file_ends_is_ended() -> None:
    """A thread that is handed to a function of another file, which joins it, is none of the statements of this one."""
    files = {
        "ending.py": "def finish(thread):\n    thread.join()\n",
        "app.py": f"{HEAD}from ending import finish\n\n"
        "def go(f, x):\n    t = threading.Thread(target=f)\n    t.start()\n    if x:\n        t.join()\n        return\n    finish(t)\n",
    }
    assert check_files(files, [LeakedPool]) == []
