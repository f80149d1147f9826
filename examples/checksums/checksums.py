"""Check digits of a few account numbers: a loop is done before a process would have started."""

from __future__ import annotations


def check_digit(account: int) -> int:
    return 97 - account % 97


def examples() -> list[int]:
    return [check_digit(account) for account in (1001, 1002, 1003, 1004)]
