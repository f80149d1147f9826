"""What a crawl counted: every thread changes the same numbers, and nothing keeps two of them apart."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor


class Crawl:
    def __init__(self) -> None:
        self.pages = 0
        self.by_host: dict[str, int] = {}

    def visit(self, url: str) -> None:
        host = url.split("/")[2]
        self.pages += 1  # GIL401
        self.by_host[host] = self.by_host.get(host, 0) + 1  # GIL401

    def run(self, urls: Iterable[str]) -> int:
        with ThreadPoolExecutor(max_workers=4) as pool:
            list(pool.map(self.visit, urls))
        return self.pages
