"""Send a newsletter: who could not be reached is known afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

OUTBOX: list[str] = []


class UndeliverableError(Exception):
    """Nobody is at this address."""


def send(address: str) -> None:
    if "@" not in address:
        raise UndeliverableError(address)
    OUTBOX.append(address)


def send_all(addresses: Iterable[str]) -> list[str]:
    """The addresses that nobody is at; any other error is raised."""
    failed = []
    with ThreadPoolExecutor(max_workers=4) as pool:
        for address, future in [(address, pool.submit(send, address)) for address in addresses]:
            try:
                future.result()
            except UndeliverableError:
                failed.append(address)
    return failed
