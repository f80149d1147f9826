"""The choice in one question: is it waiting or computing? `workload` tries it out and says what would make it faster."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable
from typing import Any

CONTENT = bytes(2_000_000)


def ask_politely(_: int) -> None:
    time.sleep(0.02)


async def ask_in_an_event_loop(_: int) -> None:
    await asyncio.sleep(0.02)


def count(limit: int) -> int:
    total = 0
    for number in range(limit):
        total += number * number
    return total


def fingerprint(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_who_waits_takes_threads(workload: Callable[..., Any]) -> None:
    assert workload(ask_politely, range(20)).tool == "threads"


def test_who_awaits_takes_asyncio(workload: Callable[..., Any]) -> None:
    assert workload(ask_in_an_event_loop, range(20)).tool == "asyncio"


def test_who_computes_in_python_takes_no_threads(workload: Callable[..., Any]) -> None:
    assert workload(count, [400_000] * 40, workers=2).tool in ("processes", "batches", "sequential")  # by what processes cost here


def test_who_computes_in_compiled_code_takes_no_processes(workload: Callable[..., Any]) -> None:
    assert workload(fingerprint, [CONTENT] * 40, workers=2).tool in ("threads", "sequential")  # by how many CPUs are free
