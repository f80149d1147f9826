"""Mended with a lock: one thread at a time changes the numbers."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor


class Crawl:
    def __init__(self) -> None:
        self.pages = 0
        self.by_host: dict[str, int] = {}
        self._lock = threading.Lock()

    def visit(self, url: str) -> None:
        host = url.split("/")[2]
        with self._lock:
            self.pages += 1
            self.by_host[host] = self.by_host.get(host, 0) + 1

    def run(self, urls: Iterable[str]) -> int:
        with ThreadPoolExecutor(max_workers=4) as pool:
            list(pool.map(self.visit, urls))
        return self.pages
