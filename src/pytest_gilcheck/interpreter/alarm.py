"""The process's alarm clock: an exception in the main thread after a time, however it waits."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

AGAIN_S = 0.5
"""How long until it rings again, for code that caught the exception and waits once more."""


class Overdue(BaseException):
    """Raised by an alarm. No `Exception`, so that code which survives its own failures lets it pass.

    `frame` is where the main thread stood.
    """

    def __init__(self, frame: FrameType | None) -> None:
        super().__init__()
        self.frame = frame


def is_available() -> bool:
    """Whether an alarm can be set here: in the main thread, on systems with interval timers (not on Windows)."""
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


@contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """Inside, raise Overdue once so many seconds have passed; nothing is set where `is_available` says no.

    Waiting for a lock, a queue or a socket is interrupted as well. A timer and handler that somebody else has set
    (pytest-timeout does) are put back afterwards, with what is left of the time; where theirs is due first, it rings instead.
    """
    if not is_available():
        yield
        return
    theirs_s, interval_s = signal.getitimer(signal.ITIMER_REAL)
    if 0 < theirs_s <= seconds:
        yield
        return
    began = time.monotonic()

    def ring(_signal: int, frame: FrameType | None) -> None:
        raise Overdue(frame)

    handler = signal.signal(signal.SIGALRM, ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN_S)
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        # `None` is a handler that was not set from Python: it can't be put back, and the default is what it most likely is.
        signal.signal(signal.SIGALRM, signal.SIG_DFL if handler is None else handler)
        if theirs_s:
            left_s = max(theirs_s - (time.monotonic() - began), sys.float_info.epsilon)
            signal.setitimer(signal.ITIMER_REAL, left_s, interval_s)
