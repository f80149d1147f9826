"""The same, but a worker drops every error, a wrong password for the mail server as well as a wrong address."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from newsletter import send


def deliver(address: str) -> None:
    try:
        cleaned = address.strip().lower()
        send(cleaned)
    except Exception:  # GIL203
        pass


def send_all(addresses: Iterable[str]) -> None:
    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(deliver, addresses))
