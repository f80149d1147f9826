"""The executors of `concurrent.futures`: run in the caller instead of in workers, or measured while they run as they are.

`submit` and `__init__` of the standard classes are replaced while a block is active, by functions that pass everything on when none is.
That reaches executors made anywhere: inside a library, by `loop.run_in_executor`, by `asyncio.to_thread`, and subclasses of them.
"""

from __future__ import annotations

import functools
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures import _base as standard
from concurrent.futures.process import BrokenProcessPool
from concurrent.futures.thread import BrokenThreadPool
from contextlib import contextmanager
from time import perf_counter
from typing import Any, TypeAlias

from pytest_gilcheck.interpreter.alarm import Overdue
from pytest_gilcheck.interpreter.callers import call_site
from pytest_gilcheck.interpreter.recording import Block, Rows, kind_of, rows_of
from pytest_gilcheck.interpreter.transport import Parcel, Ran, run, untag
from pytest_gilcheck.model.tasks import PoolRecord

Initializer: TypeAlias = tuple[Callable[..., object] | None, tuple[Any, ...]]
"""What to call in a worker before its first task, if anything, and its arguments."""

Call: TypeAlias = tuple[Callable[..., Any], Sequence[Any], Mapping[str, Any]]

_CLASSES: tuple[type[Executor], ...] = (ThreadPoolExecutor, ProcessPoolExecutor)  # an InterpreterPoolExecutor inherits from the first

_FOR_THE_CALLER = (KeyboardInterrupt, Overdue)

_lock = threading.RLock()
_inline_depth = 0
_single_depth = 0
_blocks: list[Block] = []
_installed: dict[tuple[type[Executor], str], tuple[Callable[..., Any], Callable[..., Any]]] = {}  # what was there, what we put there
_initialized: weakref.WeakSet[Executor] = weakref.WeakSet()


class OwnExecutor:
    """Mark of executors that keep their own record: `recorded_executors` leaves them alone."""

    def caller_initializer(self) -> Initializer:
        """What to call once in the caller, before the first task that runs there."""
        raise NotImplementedError


def runs_inline() -> bool:
    """Whether tasks run in their caller now."""
    return _inline_depth > 0


@contextmanager
def inline_executors() -> Iterator[None]:
    """Inside, every executor of the process runs each task in the caller, at `submit`; no worker is started.

    Futures are the standard ones, already done. An executor's initializer runs once, in the caller of its first task. Blocks may nest.
    """
    global _inline_depth  # noqa: PLW0603 - the state of a patch is as global as the patch
    with _replaced():
        with _lock:
            _inline_depth += 1
        try:
            yield
        finally:
            with _lock:
                _inline_depth -= 1


def has_one_worker() -> bool:
    """Whether executors that are made now get one worker."""
    return _single_depth > 0


@contextmanager
def single_worker_executors() -> Iterator[None]:
    """Inside, every executor that is made has one worker, whatever it was asked for. Blocks may nest."""
    global _single_depth  # noqa: PLW0603 - the state of a patch is as global as the patch
    with _replaced():
        with _lock:
            _single_depth += 1
        try:
            yield
        finally:
            with _lock:
                _single_depth -= 1


@contextmanager
def recorded_executors() -> Iterator[Callable[[], tuple[PoolRecord, ...]]]:
    """Inside, executors run as they are, and each task is measured; gives the function that tells what was measured so far.

    Pools of this package, which keep their own record, are left out. Blocks may nest: each sees all tasks that were submitted inside it.
    A task that its worker could not unpickle fails alone, where it would have broken the standard pool.
    """
    block = Block()
    with _replaced():
        with _lock:
            _blocks.append(block)
        try:
            yield block.records
        finally:
            with _lock:
                _blocks.remove(block)


def run_in_caller(future: Future[Any], fn: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
    """Run a task now and here, and put what it gives or raises into its future.

    An interrupt by the user or by an alarm is raised as well: it is meant for the caller, who happens to be the worker.
    """
    future.set_running_or_notify_cancel()
    try:
        result = fn(*args, **kwargs)
    except BaseException as error:
        future.set_exception(error)
        if isinstance(error, _FOR_THE_CALLER):
            raise
    else:
        future.set_result(result)


@contextmanager
def _replaced() -> Iterator[None]:
    """Our functions in the standard classes; put back as it was found when the last block ends."""
    try:
        with _lock:
            _install()
        yield
    finally:
        with _lock:
            if _inline_depth == _single_depth == 0 and not _blocks:
                _restore()


def _install() -> None:
    for cls in _CLASSES:
        for name, replacement in (("submit", _submitting), ("__init__", _making)):
            if (cls, name) not in _installed:
                found = cls.__dict__[name]
                ours = replacement(found)
                _installed[cls, name] = (found, ours)
                setattr(cls, name, ours)


def _restore() -> None:
    for (cls, name), (found, ours) in list(_installed.items()):
        # Where somebody else wrapped ours meanwhile, theirs stays, and ours inside it passes everything on.
        if cls.__dict__[name] is ours:
            setattr(cls, name, found)
            del _installed[cls, name]


def _making(original: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(original)
    def make(self: Executor, *args: Any, **kwargs: Any) -> None:
        begin = perf_counter()
        original(self, *args, **kwargs)
        if has_one_worker():
            self._max_workers = 1  # type: ignore[attr-defined]  # both kinds have it, and start workers up to this number when tasks come
        if _blocks and not isinstance(self, OwnExecutor):
            took, place = perf_counter() - begin, call_site()
            for block in _blocks.copy():
                block.made(self, took, place)

    return make


def _submitting(original: Callable[..., Future[Any]]) -> Callable[..., Future[Any]]:
    @functools.wraps(original)
    def submit(self: Executor, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        rows = [] if isinstance(self, OwnExecutor) else rows_of(self, _blocks.copy())
        if runs_inline():
            return _submit_here(self, rows, (fn, args, kwargs))
        if not rows:
            return original(self, fn, *args, **kwargs)
        if kind_of(self) == "thread":
            return original(self, _timed, rows, (fn, args, kwargs), perf_counter())
        return _submit_there(self, original, rows, (fn, args, kwargs))

    return submit


def _timed(rows: Sequence[Rows], call: Call, submitted: float, here: bool = False) -> Any:
    """Make a call, measured once for each of the blocks that nest around its `submit`."""
    __tracebackhide__ = True
    fn, args, kwargs = call
    for inner in rows[1:]:
        fn, args, kwargs = inner.timed, (submitted, fn, args, kwargs, here), {}
    return rows[0].timed(submitted, fn, args, kwargs, here)


def _submit_there(executor: Executor, original: Callable[..., Future[Any]], rows: Sequence[Rows], call: Call) -> Future[Any]:
    """Submit a call that leaves this interpreter: it is weighed on its way."""
    submitted = perf_counter()

    def arrived(ran: Ran) -> None:
        for each in rows:
            each.arrived(submitted, ran)

    parcel = Parcel(*call, arrived, forking=kind_of(executor) == "process")
    try:
        future = original(executor, run, parcel)
    except BaseException:
        parcel.discard()
        raise

    def settled(future: Future[Any]) -> None:
        parcel.discard()
        error = None if future.cancelled() else future.exception()
        if error is None:
            return
        untag(error)
        if not parcel.came_home and not isinstance(error, BrokenExecutor):  # its class kept nothing but its own arguments
            for each in rows:
                each.add((submitted, submitted, perf_counter(), 0.0, "", 0, 0, 0.0, True))

    future.add_done_callback(settled)
    return future


def _submit_here(executor: Executor, rows: Sequence[Rows], call: Call) -> Future[Any]:
    _refuse_when_closed(executor)
    future: Future[Any] = Future()
    broken = _initialize(executor)
    if broken is not None:
        future.set_exception(broken)
    elif rows:
        run_in_caller(future, _timed, (rows, call, perf_counter(), True), {})
    else:
        run_in_caller(future, *call)
    return future


def _refuse_when_closed(executor: Executor) -> None:
    """As the standard `submit` does before it queues anything."""
    broken = getattr(executor, "_broken", False)
    if broken:
        raise _broken_class(executor)(broken)
    if getattr(executor, "_shutdown", False) or getattr(executor, "_shutdown_thread", False):
        raise RuntimeError("cannot schedule new futures after shutdown")


def _initialize(executor: Executor) -> BrokenExecutor | None:
    """Run the initializer, if this is the first task; gives the error for that task's future when it fails, as workers do."""
    with _lock:
        if executor in _initialized:
            return None
        _initialized.add(executor)
    initializer, initargs = _initializer_of(executor)
    if initializer is None:
        return None
    try:
        initializer(*initargs)
    except BaseException as error:
        if isinstance(error, _FOR_THE_CALLER):
            raise
        standard.LOGGER.critical("Exception in initializer:", exc_info=True)
        reason = "An initializer failed, the pool is not usable anymore"
        executor._broken = reason  # type: ignore[attr-defined]  # what a failed initializer sets in both kinds
        return _broken_class(executor)(reason)
    return None


def _initializer_of(executor: Executor) -> Initializer:
    if isinstance(executor, OwnExecutor):
        return executor.caller_initializer()
    create_context = getattr(executor, "_create_worker_context", None)
    if create_context is None:
        return executor._initializer, executor._initargs  # type: ignore[attr-defined]  # both kinds, until 3.13
    context = create_context()  # 3.14+: nobody else knows the initializer any more
    task = getattr(context, "initdata", None)
    if task is not None:  # of an interpreter: function, arguments, keywords
        return functools.partial(task[0], **task[2]), tuple(task[1])
    return getattr(context, "initializer", None), tuple(getattr(context, "initargs", ()))


def _broken_class(executor: Executor) -> type[BrokenExecutor]:
    if isinstance(executor, ProcessPoolExecutor):
        return BrokenProcessPool
    return getattr(executor, "BROKEN", BrokenThreadPool)  # 3.14+ tells which
