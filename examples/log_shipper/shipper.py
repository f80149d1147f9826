"""Ship a log to a slow server: the reader waits when a thousand lines are on the way."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import TextIO


def ship(log: TextIO, send: Callable[[str], None]) -> None:
    backlog: queue.Queue[str | None] = queue.Queue(maxsize=1000)

    def deliver() -> None:
        while (line := backlog.get()) is not None:
            send(line)

    sender = threading.Thread(target=deliver)
    sender.start()
    while line := log.readline():
        backlog.put(line)
    backlog.put(None)
    sender.join()
