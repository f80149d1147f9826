"""Backpressure: a producer that is faster than its workers waits instead of filling memory."""

from __future__ import annotations

import threading


class Backlog:
    """Counts the tasks of one pool that are not done.

    `room` is how many may be: those that its workers run and those that wait for them; None for any number.
    """

    def __init__(self, room: int | None) -> None:
        self._room = room
        self._unfinished = 0
        # Re-entrant: the collector may cancel a future, which leaves the backlog, in the middle of `enter`.
        self._changed = threading.Condition(threading.RLock())

    @property
    def unfinished(self) -> int:
        """How many tasks are not done."""
        return self._unfinished

    def enter(self, *, patient: bool, deadline_s: float) -> bool:
        """Count one more task, waiting up to `deadline_s` seconds for room; gives False, and counts nothing, where none came.

        Who is not `patient` never waits and is always counted.
        """
        with self._changed:
            if patient and not self._has_room() and not self._changed.wait_for(self._has_room, deadline_s):
                return False
            self._unfinished += 1
            return True

    def leave(self) -> None:
        """Count one task less."""
        with self._changed:
            self._unfinished -= 1
            self._changed.notify()

    def _has_room(self) -> bool:
        return self._room is None or self._unfinished < self._room
