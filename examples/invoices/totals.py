"""Totals of many invoices, added up in processes: safe to import, whatever the start method."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor

INVOICES = {"A-1": [1250, 399], "A-2": [80], "A-3": [5000, 5000, 1]}


def total(lines: list[int]) -> int:
    """Cents of one invoice."""
    return sum(lines)


def main() -> None:
    with ProcessPoolExecutor(max_workers=2) as pool:
        for number, cents in zip(INVOICES, pool.map(total, INVOICES.values()), strict=True):
            print(number, cents)


if __name__ == "__main__":
    main()
