"""Which pools of ours there are now."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_gilcheck.pools.watched import WatchedPool

_pools: weakref.WeakSet[WatchedPool] = weakref.WeakSet()


def enter(pool: WatchedPool) -> None:
    """Add a pool; it leaves by itself when nobody holds it any more."""
    _pools.add(pool)


def live_pools() -> tuple[WatchedPool, ...]:
    """All that somebody still holds, closed ones included."""
    return tuple(_pools)
