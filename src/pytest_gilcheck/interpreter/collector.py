"""The cyclic garbage collector's switch."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_FROZEN_AT_START = 1_000  # CPython 3.12 freezes a few hundred objects of its own; a program that freezes has many more


@contextmanager
def collector_paused() -> Iterator[None]:
    """Leave cyclic garbage alone inside; the switch is put back as it was found, and nesting is harmless.

    Syntax trees are millions of small objects without a cycle to free, which the collector would visit again and again.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            if gc.get_freeze_count() < _FROZEN_AT_START:  # else somebody's frozen objects would thaw
                # What was made meanwhile counts as old without being looked through, which would take a second for a million nodes.
                gc.freeze()
                gc.unfreeze()
            gc.enable()
