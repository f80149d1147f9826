"""Calls on their way."""

from __future__ import annotations

import pickle
from multiprocessing.reduction import ForkingPickler
from typing import Any

import pytest

from pytest_gilcheck.interpreter import transport
from pytest_gilcheck.interpreter.transport import Parcel, Ran, run
from tests.pools.tasks import Trap, double, fail


def _there_and_back(parcel: Parcel) -> Any:
    """What a worker makes of a parcel, as it arrives at home."""
    return pickle.loads(pickle.dumps(run(pickle.loads(pickle.dumps(parcel)))))


def test_the_value_arrives_and_its_weight_is_told() -> None:
    """Once, before who waits for the value has it."""
    told: list[Ran] = []
    parcel = Parcel(double, (4,), {}, told.append)
    assert _there_and_back(parcel) == 8
    (ran,) = told
    assert parcel.came_home
    assert ran.started <= ran.finished
    assert ran.payload_bytes == len(parcel.pack())
    assert ran.result_bytes == len(pickle.dumps(8))
    assert ran.pickle_s > 0
    assert not ran.raised


def test_an_exception_carries_it_home() -> None:
    """And keeps nothing of it."""
    told: list[Ran] = []
    parcel = Parcel(fail, (), {}, told.append)
    with pytest.raises(ValueError, match="as it was told") as caught:
        _there_and_back(parcel)
    error = pickle.loads(pickle.dumps(caught.value))
    transport.untag(error)
    assert vars(error) == {}
    assert told[0].raised


def test_nobody_is_told_of_what_was_given_up() -> None:
    """A future that is done wants no more news."""
    told: list[Ran] = []
    parcel = Parcel(double, (4,), {}, told.append)
    parcel.discard()
    assert _there_and_back(parcel) == 8
    assert told == []


def test_what_waits_in_a_worker_is_not_unpickled_before_its_turn() -> None:
    """A fault in it is its own."""
    delivered = pickle.loads(pickle.dumps(Parcel(double, (Trap(),), {}, lambda ran: None)))
    with pytest.raises(ValueError, match="as it was told") as caught:
        run(delivered)
    assert caught.value.__notes__ == ["The task could not be unpickled in its worker: what it names must be importable there."]


def test_workers_announce_what_they_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ticket as a call starts, 0 as it ends, however it does."""
    announced: list[int] = []
    monkeypatch.setattr(transport, "announce", announced.append)
    good, bad = Parcel(double, (4,), {}, lambda ran: None), Parcel(fail, (), {}, lambda ran: None)
    _there_and_back(good)
    with pytest.raises(ValueError, match="as it was told"):
        _there_and_back(bad)
    assert announced == [good.ticket, 0, bad.ticket, 0]


def test_processes_get_what_their_own_pickler_makes_of_things() -> None:
    """Packages register with it how to share what they would copy otherwise; interpreters know nothing of that."""
    ForkingPickler.register(Registered, _reduce_registered)
    for_process = Parcel(double, (), {}, lambda ran: None)
    for_interpreter = Parcel(double, (), {}, lambda ran: None, forking=False)
    assert pickle.loads(for_process.dumps(Registered())) == "registered"
    assert isinstance(pickle.loads(for_interpreter.dumps(Registered())), Registered)


class Registered:
    pass


def _reduce_registered(_: Registered) -> tuple[type[str], tuple[str]]:
    return str, ("registered",)
