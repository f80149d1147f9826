"""The process's alarm clock."""

from __future__ import annotations

import signal
import threading
import time

import pytest

from pytest_gilcheck.interpreter.alarm import Overdue, alarm, is_available

pytestmark = pytest.mark.skipif(not is_available(), reason="needs interval timers")


def test_it_ends_a_wait_that_would_not_end() -> None:
    """Waiting for a lock is interrupted, and the exception knows where it was."""
    with pytest.raises(Overdue) as overdue, alarm(0.02):
        threading.Event().wait()
    assert overdue.value.frame is not None


def test_code_that_survives_failures_does_not_survive_it() -> None:
    """It is no Exception."""

    def stubborn() -> None:
        try:
            threading.Event().wait()
        except Exception:  # noqa: BLE001  # what such code does
            pytest.fail("caught")

    with pytest.raises(Overdue), alarm(0.02):
        stubborn()


def test_it_rings_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Code that caught even that is interrupted at its next wait."""
    monkeypatch.setattr("pytest_gilcheck.interpreter.alarm.AGAIN_S", 0.02)
    caught = []

    def twice() -> None:
        try:
            threading.Event().wait()
        except BaseException as error:  # noqa: BLE001  # what a future does with any failure of its task
            caught.append(error)
        threading.Event().wait()

    with pytest.raises(Overdue), alarm(0.02):
        twice()
    assert len(caught) == 1


def test_nothing_is_left_when_it_did_not_ring() -> None:
    """Timer and handler are as they were."""
    handler = signal.getsignal(signal.SIGALRM)
    with alarm(60):
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    assert signal.getsignal(signal.SIGALRM) is handler


@pytest.mark.parametrize(("theirs_s", "ours_s"), [(100.0, 60.0), (60.0, 100.0)])
def test_a_timer_of_somebody_else_goes_on(theirs_s: float, ours_s: float) -> None:
    """As pytest-timeout has one: it is put back with what is left of its time, or stays when it is due first."""
    rung: list[int] = []
    before = signal.signal(signal.SIGALRM, lambda number, _frame: rung.append(number))
    theirs = signal.getsignal(signal.SIGALRM)
    try:
        signal.setitimer(signal.ITIMER_REAL, theirs_s)
        with alarm(ours_s):
            assert (signal.getsignal(signal.SIGALRM) is theirs) == (theirs_s < ours_s)
        assert signal.getsignal(signal.SIGALRM) is theirs
        assert 0 < signal.getitimer(signal.ITIMER_REAL)[0] <= theirs_s
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert rung == []


def test_elsewhere_than_in_the_main_thread_nothing_is_set() -> None:
    """There the block runs without a limit."""
    ran = []

    def run() -> None:
        with alarm(0.001):
            time.sleep(0.01)
            ran.append(True)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert ran == [True]
