"""Three ways to check links and never hear of the broken ones."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed

from links import status


def submit_and_forget(urls: Iterable[str]) -> None:
    with ThreadPoolExecutor(max_workers=8) as pool:
        for url in urls:
            pool.submit(status, url)  # GIL201


def map_and_forget(urls: Iterable[str]) -> None:
    with ThreadPoolExecutor(max_workers=8) as pool:
        pool.map(status, urls)  # GIL202


def count_completed(urls: Iterable[str]) -> int:
    checked = 0
    with ThreadPoolExecutor(max_workers=8) as pool:
        futures = [pool.submit(status, url) for url in urls]
        for future in as_completed(futures):  # GIL204
            checked += 1
    return checked
