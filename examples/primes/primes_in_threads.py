"""The same with threads: only one of them computes at a time, because each needs the interpreter's lock, the GIL."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor


def primes_below(limit: int) -> int:
    count = 0
    for number in range(2, limit):
        for divisor in range(2, int(number**0.5) + 1):
            if number % divisor == 0:
                break
        else:
            count += 1
    return count


def counts(limits: Iterable[int]) -> list[int]:
    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(primes_below, limits))  # GIL601
