"""Mended without one: a worker counts what is its own and returns it, one thread adds up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor


def visit(url: str) -> str:
    """The host that was visited."""
    return url.split("/")[2]


class Crawl:
    def __init__(self) -> None:
        self.by_host: Counter[str] = Counter()

    def run(self, urls: Iterable[str]) -> int:
        with ThreadPoolExecutor(max_workers=4) as pool:
            self.by_host.update(pool.map(visit, urls))
        return self.by_host.total()
