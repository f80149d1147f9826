from __future__ import annotations

from concurrent.futures import Executor

import pytest
from primes import primes_below

LIMITS = [20_000] * 8


@pytest.mark.expect_parallel_speedup(max=1.15, workers=2)
def test_threads_do_not_help(thread_pool: Executor) -> None:
    """Documented, so that nobody tries again; on a build without the GIL the test is skipped and says so."""
    assert list(thread_pool.map(primes_below, LIMITS)) == [2262] * 8


@pytest.mark.expect_parallel_speedup(min_efficiency=0.7, workers=2)
def test_processes_do(process_pool: Executor) -> None:
    """Each process computes for itself."""
    assert list(process_pool.map(primes_below, LIMITS)) == [2262] * 8
