"""Backpressure."""

from __future__ import annotations

import threading

from pytest_gilcheck.pools.backlog import Backlog


def test_who_is_patient_gets_no_place_in_a_full_one() -> None:
    """Where no room comes up in time, nothing is counted."""
    backlog = Backlog(1)
    assert backlog.enter(patient=True, deadline_s=0.0)
    assert not backlog.enter(patient=True, deadline_s=0.01)
    assert backlog.unfinished == 1


def test_who_is_impatient_never_waits() -> None:
    """A worker that gives tasks to its own pool would wait for itself."""
    backlog = Backlog(1)
    assert all(backlog.enter(patient=False, deadline_s=0.0) for _ in range(3))
    assert backlog.unfinished == 3


def test_room_is_given_to_who_waits() -> None:
    """A place that comes free is taken by the one that waits for it."""
    backlog = Backlog(1)
    backlog.enter(patient=True, deadline_s=0.0)
    entered: list[bool] = []
    waiting = threading.Thread(target=lambda: entered.append(backlog.enter(patient=True, deadline_s=30.0)))
    waiting.start()
    backlog.leave()
    waiting.join()
    assert entered == [True]
    assert backlog.unfinished == 1


def test_without_a_bound_there_is_always_room() -> None:
    """None is as many as come."""
    backlog = Backlog(None)
    assert all(backlog.enter(patient=True, deadline_s=0.0) for _ in range(100))


def test_one_place_is_enough_to_take_turns() -> None:
    """Every one that waits gets its turn, however many there are."""
    backlog = Backlog(1)
    turns: list[int] = []

    def take_turn(number: int) -> None:
        if backlog.enter(patient=True, deadline_s=30.0):
            turns.append(number)
            backlog.leave()

    threads = [threading.Thread(target=take_turn, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(turns) == list(range(8))
    assert backlog.unfinished == 0
