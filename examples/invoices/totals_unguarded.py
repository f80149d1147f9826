"""The same without a guard: a child that imports this file starts children of its own, and Python stops it."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor

INVOICES = {"A-1": [1250, 399], "A-2": [80], "A-3": [5000, 5000, 1]}


def total(lines: list[int]) -> int:
    """Cents of one invoice."""
    return sum(lines)


with ProcessPoolExecutor(max_workers=2) as pool:  # GIL101
    for number, cents in zip(INVOICES, pool.map(total, INVOICES.values()), strict=True):
        print(number, cents)
