"""The same with a pool: every line is a task at once, so the backlog is the pool's own now, and has no bound either."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TextIO


def ship(log: TextIO, send: Callable[[str], None]) -> None:
    with ThreadPoolExecutor(max_workers=1) as pool:
        sent = []
        while line := log.readline():
            sent.append(pool.submit(send, line))  # GIL302
        for future in sent:
            future.result()
