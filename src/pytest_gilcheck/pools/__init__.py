"""Real executors that watch their tasks: none is forgotten, none waits without bound, none hangs the end, and each is measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_gilcheck.pools.opening import open_pool as open_pool
    from pytest_gilcheck.pools.watched import WatchedPool as WatchedPool

_HOMES = {"open_pool": "opening", "WatchedPool": "watched"}


def __getattr__(name: str) -> object:
    """Loaded when first asked for: worker processes import this package too, and start sooner without the executors."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
