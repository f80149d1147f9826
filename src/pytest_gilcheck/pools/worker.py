"""What a worker process does for its pool beside running tasks."""

from __future__ import annotations

import faulthandler
import mmap
import os
import signal
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_gilcheck.interpreter import transport

if TYPE_CHECKING:
    from multiprocessing.synchronize import Barrier

    from pytest_gilcheck.pools.measurement import Measurement

DUMP_SIGNAL: int | None = getattr(signal, "SIGUSR2", None)
"""What asks a worker for its stack; None on Windows."""

_TICKET = struct.Struct("q")


@dataclass(frozen=True, slots=True)
class Orders:
    """What a pool tells each of its workers. `folder` is the pool's own, and a worker's files in it begin with its process id."""

    folder: str
    all_ready: Barrier
    measurement: Measurement | None
    initializer: Callable[..., object] | None
    initargs: tuple[Any, ...]


_all_ready: Barrier | None = None
_kept_open: list[Any] = []  # faulthandler writes to the file by its number


def begin(orders: Orders) -> None:
    """Called first in each worker. Raises what the initializer raises, and leaves it in words for the pool."""
    global _all_ready  # noqa: PLW0603 - a worker process serves one pool
    _all_ready = orders.all_ready
    own = Path(orders.folder) / str(os.getpid())
    _announce_tasks(own.with_suffix(".task"))
    if DUMP_SIGNAL is not None:
        dump = own.with_suffix(".stack").open("wb")
        _kept_open.append(dump)
        faulthandler.register(DUMP_SIGNAL, dump, all_threads=True)
    if orders.measurement is not None:
        from pytest_gilcheck.pools.measurement import measure

        measure(orders.measurement, Path(orders.folder))
    if orders.initializer is not None:
        try:
            orders.initializer(*orders.initargs)
        except BaseException as error:
            own.with_suffix(".failed").write_text(f"{type(error).__name__}: {error}", encoding="utf-8")
            raise


def report_ready() -> None:
    """The first task of each worker: ends when all of them are at theirs."""
    assert _all_ready is not None
    _all_ready.wait()


def ticket_of(folder: Path, pid: int) -> int:
    """The ticket of the call that a worker runs; 0 where it runs none, or never came to announce any."""
    try:
        return int(_TICKET.unpack((folder / f"{pid}.task").read_bytes())[0])
    except (OSError, struct.error):
        return 0


def failure_of(folder: Path, pid: int) -> str:
    """How a worker's initializer failed; empty if it didn't."""
    path = folder / f"{pid}.failed"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def stack_file(folder: Path, pid: int) -> Path:
    """Where a worker writes its stack on DUMP_SIGNAL."""
    return folder / f"{pid}.stack"


def _announce_tasks(path: Path) -> None:
    """Write the ticket of each task to a file as it starts: a store into memory, which outlives this process."""
    path.write_bytes(_TICKET.pack(0))
    with path.open("r+b") as file:
        shared = mmap.mmap(file.fileno(), _TICKET.size)
    _kept_open.append(shared)

    def announce(ticket: int) -> None:
        _TICKET.pack_into(shared, 0, ticket)

    transport.announce = announce
