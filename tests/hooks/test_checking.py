"""Which files the checker of a process knows."""

from __future__ import annotations

import pytest

SHOP = """
class Shop:
    def __init__(self):
        self.sold = 0

    def sell(self):
        self.sold += 1
"""
TEST = """
from concurrent.futures import ThreadPoolExecutor
from shop import Shop


def test_sell():
    shop = Shop()
    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(shop.sell) for _ in range(9)]
    assert [future.result() for future in futures] == [None] * 9
    assert shop.sold == 9
"""


@pytest.mark.parametrize("testpaths", ["", "testpaths = shop.py tests"])
@pytest.mark.parametrize("arguments", [(), ("shop.py::GILCHECK",)], ids=["whole run", "one node"])
def test_verdict_does_not_depend_on_what_is_run(pytester: pytest.Pytester, arguments: tuple[str, ...], testpaths: str) -> None:
    """A check that failed in a whole run fails for the same reason when its node id is given alone."""
    pytester.makeini(f"[pytest]\npythonpath = .\n{testpaths}\n")
    pytester.makepyfile(shop=SHOP)
    pytester.mkdir("tests").joinpath("test_shop.py").write_text(TEST, encoding="utf-8")
    result = pytester.runpytest_inprocess("--gilcheck", *arguments)
    result.stdout.fnmatch_lines(["FAILED shop.py::GILCHECK - GIL401 unlocked-counter, line 6"])
