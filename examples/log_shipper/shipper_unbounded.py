"""The same without a bound: what the server does not take in time piles up in memory."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import TextIO


def ship(log: TextIO, send: Callable[[str], None]) -> None:
    backlog: queue.Queue[str | None] = queue.Queue()  # GIL301

    def deliver() -> None:
        while (line := backlog.get()) is not None:
            send(line)

    sender = threading.Thread(target=deliver)
    sender.start()
    while line := log.readline():
        backlog.put(line)
    backlog.put(None)
    sender.join()
