"""A call on its way to another process or interpreter and back, weighed: how many bytes, how long pickling took, when it ran.

The weighing happens while pickle takes things apart and rebuilds them, so executors and futures need not know of it: what arrives is the
value that the function returned.
"""

from __future__ import annotations

import copyreg
import functools
import io
import itertools
import os
import pickle
import threading
from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter, thread_time
from typing import Any, NamedTuple

_TAG = "__gilcheck_ran__"  # what an exception carries home

_tickets = itertools.count(1)
_arrivals: dict[int, Callable[[Ran, float], None]] = {}

announce: Callable[[int], None] | None = None
"""Told the ticket of each call as it starts in this process, and 0 as it ends; set by those who want to know what a worker is at."""


class Ran(NamedTuple):
    """What is known of a call that came back. Times as in `TaskRecord`."""

    started: float
    finished: float
    cpu_s: float
    worker: str
    payload_bytes: int
    result_bytes: int
    pickle_s: float
    raised: bool


class WorkerError(RuntimeError):
    """Stands for an exception that can't travel: its class can't be rebuilt from a pickle. The cause's traceback tells the rest."""


class Parcel:
    """One call, pickled when it is first needed.

    `arrived` is told once about a call that came back, before its future is done; `leaving` when it sets out, in the thread that sends it.
    `forking` chooses the pickler of multiprocessing, which knows connections and sockets. `guarded` calls replace an exception that
    can't be rebuilt, which would break the whole pool, by a WorkerError.
    """

    def __init__(
        self,
        fn: Callable[..., object],
        args: Sequence[object],
        kwargs: Mapping[str, object],
        arrived: Callable[[Ran], None],
        *,
        forking: bool = True,
        guarded: bool = False,
        leaving: Callable[[], None] | None = None,
    ) -> None:
        self.ticket = next(_tickets)
        self.call = (fn, args, kwargs)
        self._arrived = arrived
        self._forking = forking
        self._guarded = guarded
        self._leaving = leaving
        self._pickle_s = 0.0
        self._data: bytes | None = None
        self.came_home = False
        _arrivals[self.ticket] = self._home

    def pack(self) -> bytes:
        """The pickled call. Raises whatever pickling raises."""
        if self._data is None:
            begin = perf_counter()
            self._data = self.dumps(self.call)
            self._pickle_s = perf_counter() - begin
        return self._data

    def dumps(self, value: object) -> bytes:
        """Pickle a value as this parcel would."""
        return _dumps(value, self._forking)

    def discard(self) -> None:
        """Forget it: its future is done."""
        _arrivals.pop(self.ticket, None)

    def _home(self, ran: Ran, unpickle_s: float) -> None:
        self.came_home = True
        # In an interpreter there is no thread that could name it; the thread of ours that runs it can.
        worker = ran.worker if self._forking else threading.current_thread().name
        self._arrived(ran._replace(pickle_s=self._pickle_s + ran.pickle_s + unpickle_s, worker=worker))

    def __reduce__(self) -> tuple[type[Delivered], tuple[int, bytes, bool, bool]]:
        """Arrives as a Delivered."""
        if self._leaving is not None:
            self._leaving()
        return Delivered, (self.ticket, self.pack(), self._forking, self._guarded)


class Delivered:
    """A parcel in its worker. What is in it is unpickled by `run`: a fault there is that call's own and harms no other."""

    def __init__(self, ticket: int, data: bytes, forking: bool, guarded: bool) -> None:
        self.ticket = ticket
        self.data = data
        self.forking = forking
        self.guarded = guarded


class Reply:
    """A result on its way back."""

    def __init__(self, ticket: int, value: object, forking: bool, ran: Ran) -> None:
        self._ticket = ticket
        self._value = value
        self._forking = forking
        self._ran = ran

    def __reduce__(self) -> tuple[Callable[..., object], tuple[int, bytes, tuple[Any, ...]]]:
        """Arrives as the value itself."""
        begin = perf_counter()
        data = _dumps(self._value, self._forking)
        took = perf_counter() - begin
        ran = self._ran._replace(result_bytes=len(data), pickle_s=self._ran.pickle_s + took)
        return _unwrap, (self._ticket, data, tuple(ran))  # a plain tuple travels in a third of the time


class _Tag:
    """What an exception carries home; it arrives as nothing."""

    def __init__(self, ticket: int, ran: Ran) -> None:
        self._ticket = ticket
        self._ran = ran

    def __reduce__(self) -> tuple[Callable[..., None], tuple[int, tuple[Any, ...]]]:
        return _report, (self._ticket, tuple(self._ran))


def run(call: Delivered) -> Reply:
    """Make a call that arrived in this worker. Raises what it raises."""
    __tracebackhide__ = True
    begin = perf_counter()
    try:
        fn, args, kwargs = pickle.loads(call.data)
    except Exception as error:
        error.add_note("The task could not be unpickled in its worker: what it names must be importable there.")
        raise
    if announce is not None:
        announce(call.ticket)
    started, cpu = perf_counter(), thread_time()

    def ran(*, raised: bool) -> Ran:
        return Ran(started, perf_counter(), thread_time() - cpu, f"process {os.getpid()}", len(call.data), 0, started - begin, raised)

    try:
        value = fn(*args, **kwargs)
        return Reply(call.ticket, value, call.forking, ran(raised=False))
    except BaseException as error:
        tag = _Tag(call.ticket, ran(raised=True))
        if call.guarded and (fault := _fault_of(error)):
            substitute = WorkerError(f"{_named(error)} (an exception that can't be sent to another process: {fault})")
            _hang_on(substitute, tag)
            raise substitute from error
        _hang_on(error, tag)
        raise
    finally:
        if announce is not None:
            announce(0)


def untag(error: BaseException) -> None:
    """Take off an exception what it carried home."""
    error.__dict__.pop(_TAG, None)


def _hang_on(error: BaseException, tag: _Tag) -> None:
    """Have an exception carry a tag home, if it can: one that is frozen can't be rebuilt with it."""
    error.__dict__[_TAG] = tag
    if _fault_of(error):
        untag(error)


def _fault_of(error: BaseException) -> str:
    """Why an exception can't be sent, or nothing if it can."""
    try:
        pickle.loads(pickle.dumps(error))
        error.__traceback__ = error.__traceback__  # the standard pool sets it, and a frozen dataclass raises
    except Exception as fault:  # noqa: BLE001 - an exception class may raise anything when it is rebuilt
        return _named(fault)
    return ""


def _named(error: BaseException) -> str:
    return f"{type(error).__qualname__}: {error}"


def _dumps(value: object, forking: bool) -> bytes:
    if not forking:
        return pickle.dumps(value)
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer)
    pickler.dispatch_table = _forking_table()
    pickler.dump(value)
    return buffer.getvalue()


@functools.cache
def _forking_table() -> Any:
    """How the pickler of multiprocessing takes things apart; it makes this anew each time, which is most of what a small task costs."""
    from multiprocessing.reduction import ForkingPickler

    return ChainMap(vars(ForkingPickler)["_extra_reducers"], copyreg.dispatch_table)  # both are as live as they are there


def _unwrap(ticket: int, data: bytes, fields: tuple[Any, ...]) -> Any:
    begin = perf_counter()
    value = pickle.loads(data)
    _report(ticket, fields, perf_counter() - begin)
    return value


def _report(ticket: int, fields: tuple[Any, ...], unpickle_s: float = 0.0) -> None:
    home = _arrivals.get(ticket)
    if home is not None:  # else its future is done already: cancelled, or failed with its pool
        home(Ran(*fields), unpickle_s)
