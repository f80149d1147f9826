from __future__ import annotations

from collections.abc import Callable, Iterable

import primes
import primes_in_threads
import pytest


@pytest.mark.parametrize("counts", [primes.counts, primes_in_threads.counts], ids=["processes", "threads"])
def test_counts(counts: Callable[[Iterable[int]], list[int]]) -> None:
    assert counts([10, 100, 1000]) == [4, 25, 168]
