"""The same in a process pool: starting it takes tens of milliseconds, the four divisions take none."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor


def check_digit(account: int) -> int:
    return 97 - account % 97


def examples() -> list[int]:
    with ProcessPoolExecutor() as pool:
        return list(pool.map(check_digit, (1001, 1002, 1003, 1004)))  # GIL602
