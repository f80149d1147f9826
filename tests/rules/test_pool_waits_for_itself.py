"""What GIL503 says, and how sure it is."""

from __future__ import annotations

import pytest

from pytest_gilcheck.model.evidence import Level
from pytest_gilcheck.rules.pools.pool_waits_for_itself import PoolWaitsForItself
from pytest_gilcheck.testing import check_source

TASK = """
from concurrent.futures import Executor, ThreadPoolExecutor, wait

pool = ThreadPoolExecutor({workers})

def outer(item):
    future = pool.submit(inner, item)
    return future.result({timeout})

def main(items):
    {start}
"""
EACH = "return list(pool.map(outer, items))"
ONE = "return pool.submit(outer, items)"


@pytest.mark.parametrize(
    ("workers", "timeout", "start", "level"),
    [
        pytest.param("4", "", EACH, Level.ERROR, id="as many as there are items"),
        pytest.param("", "", EACH, Level.ERROR, id="default size"),
        pytest.param("4", "", ONE, Level.WARNING, id="one in a pool of four"),
        pytest.param("1", "", ONE, Level.ERROR, id="one in a pool of one"),
        pytest.param("4", "timeout=3", EACH, Level.WARNING, id="gives up"),
        pytest.param("4", "timeout=None", EACH, Level.ERROR, id="never gives up"),
    ],
)
def test_level_follows_what_can_fill_the_pool(workers: str, timeout: str, start: str, level: Level) -> None:
    """It is an error where the waiting tasks can take every worker, and a warning where they can't or give up."""
    found = check_source(TASK.format(workers=workers, timeout=timeout, start=start), PoolWaitsForItself)
    assert [finding.level for finding in found] == [level]


def test_message_names_task_start_and_wait() -> None:
    """The message says which function waits where, for what, and where it was given to the pool."""
    (finding,) = check_source(TASK.format(workers=4, timeout="", start=EACH), PoolWaitsForItself)
    assert "`outer` runs in this pool itself (map in line 11) and waits in line 8 for `inner`" in finding.message
    assert finding.advice.startswith("Call `inner` directly")


def test_message_tells_the_way_to_a_helper() -> None:
    """A helper that waits is named together with the task that calls it; what a parameter holds is not named."""
    code = """
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(4)

def ask(function, item):
    return pool.submit(function, item).result()

def task(item):
    return ask(len, item)

def main(items):
    return list(pool.map(task, items))
"""
    (finding,) = check_source(code, PoolWaitsForItself)
    assert "`ask`, called by `task`, runs in this pool itself" in finding.message
    assert "waits here for the inner task" in finding.message
