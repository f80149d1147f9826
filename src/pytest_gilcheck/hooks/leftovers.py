"""The end of a pool, and what it says about the test: failures that nobody looked at, and tasks that never end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from pytest_gilcheck.pools import WatchedPool
from pytest_gilcheck.pools.futures import UnseenFailure
from pytest_gilcheck.pools.stuck import Stuck


def name_of(pool: WatchedPool, owner: pytest.FixtureRequest | pytest.Item) -> str:
    """The pool in a message: whose it is."""
    if isinstance(owner, pytest.Item):
        return f"the {pool.kind} pool that {owner.name} made"
    return f"the {pool.kind} pool of the fixture {owner.fixturename}"


def close(pool: WatchedPool, name: str) -> None:
    """End the pool. Fails the test, or the tear-down of the fixture, for what its tasks left behind."""
    stuck = pool.close()
    if texts := [*_told(name, stuck, pool.unseen())]:
        pytest.fail("\n".join(texts), pytrace=False)


def _told(pool: str, stuck: Iterable[Stuck], unseen: Iterable[UnseenFailure]) -> Iterator[str]:
    for failure in unseen:
        yield (
            f"GIL201: a task of {pool} raised {failure.exception!r}, and nobody looked at its future (submitted at {failure.place}).\n"
            f"{failure.traceback.rstrip()}\n"
            "do: call result() on the future, or read the results of map to the end."
        )
    for worker in stuck:
        task = f"{worker.task} (submitted at {worker.place}) still runs" if worker.task else "something still runs"
        yield f"{pool} did not end in time: {task} in {worker.worker}.\n{worker.stack.rstrip()}"
