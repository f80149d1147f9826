from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor

import pytest
from rates import rates

BANKS = 8


@pytest.mark.expect_parallel_speedup(min_efficiency=0.7, workers=BANKS)
def test_threads_wait_at_the_same_time(thread_pool: Executor, slow_site: str) -> None:
    """Eight slow answers take about as long as the slowest, not as long as all of them together."""
    assert rates(thread_pool, [f"{slow_site}/{bank}" for bank in range(BANKS)]) == list(range(BANKS))


@pytest.mark.parametrize("kind", ["inline", "thread", "process"])
def test_the_same_code_runs_in_any_pool(pool_factory: Callable[..., Executor], kind: str, site: str) -> None:
    """The code takes an executor, so that threads or processes are one word in one place."""
    assert rates(pool_factory(kind, max_workers=2), [f"{site}/{bank}" for bank in range(3)]) == [0, 1, 2]
