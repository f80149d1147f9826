"""Why a call can't be pickled: the path from its arguments to the object at fault."""

from __future__ import annotations

import functools
import pickle
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures.process import _process_chunk
from types import FunctionType, MethodType
from typing import Any

from pytest_gilcheck.interpreter.callers import CallSite
from pytest_gilcheck.interpreter.transport import Parcel
from pytest_gilcheck.pools.errors import UnpicklableTaskError

_PATIENCE = 2_000  # objects looked at before the nearest path so far has to do; each look pickles one


def packed(parcel: Parcel, task: str, place: CallSite) -> Parcel:
    """Pickle a parcel now. Raises UnpicklableTaskError, which names the object at fault, instead of a late error."""
    try:
        parcel.pack()
    except Exception as error:
        parcel.discard()
        raise UnpicklableTaskError(f"{task} (submitted at {place}): {fault(*parcel.call, error, parcel.dumps)}") from error
    return parcel


def fault(fn: Any, args: Sequence[Any], kwargs: Mapping[str, Any], error: Exception, dumps: Callable[[Any], object]) -> str:
    """The path to the innermost object of a call that can't be pickled, and why: `args[0].lock: cannot pickle '_thread.lock' object`.

    `error` is what pickling the whole call raised, `dumps` the pickler.
    """
    search = _Search(dumps)
    for path, value in _roots(fn, args, kwargs):
        found = search.innermost(path, value)
        if found is not None:
            return f"{found[0]}: {found[1]}"
    return str(error)


class _Search:
    def __init__(self, dumps: Callable[[Any], object]) -> None:
        self._dumps = dumps
        self._left = _PATIENCE
        self._known: set[int] = set()
        self._kept: list[Any] = []  # what is reached may be made on the way; an id must not be used twice

    def innermost(self, path: str, value: Any) -> tuple[str, str] | None:
        """Path and reason of what is at fault in a value; None if it can be pickled, or was looked at already."""
        if id(value) in self._known or self._left <= 0:
            return None
        self._known.add(id(value))
        self._kept.append(value)
        self._left -= 1
        reason = self._reason(value)
        if reason is None:
            return None
        try:
            for step, child in _children(value):
                found = self.innermost(path + step, child)
                if found is not None:
                    return found
        except RecursionError:
            return path, reason
        return path, reason

    def _reason(self, value: Any) -> str | None:
        try:
            self._dumps(value)
        except Exception as error:  # noqa: BLE001 - a class may raise anything when it is taken apart
            return f"{error}{_closure(value)}"
        return None


def _roots(fn: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The parts of a call under the names that its author knows them by."""
    if isinstance(fn, functools.partial) and fn.func is _process_chunk:  # what a process pool's `map` makes of its arguments
        yield "fn", fn.args[0]
        for call in args[0]:
            yield from ((f"args[{index}]", value) for index, value in enumerate(call))
        return
    yield "fn", fn
    yield from ((f"args[{index}]", value) for index, value in enumerate(args))
    yield from ((f"kwargs[{name!r}]", value) for name, value in kwargs.items())


def _children(value: Any) -> Iterator[tuple[str, Any]]:
    """What pickle would go on to, and how an author would write the step there."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield f" key {key!r}", key
            yield f"[{key!r}]", item
    elif isinstance(value, list | tuple | deque):
        yield from _fields(value) if hasattr(value, "_fields") else ((f"[{index}]", item) for index, item in enumerate(value))
    elif isinstance(value, set | frozenset):
        yield from ((" item", item) for item in value)
    elif isinstance(value, MethodType):
        yield ".__self__", value.__self__
    elif isinstance(value, functools.partial):
        yield ".func", value.func
        yield from ((f".args[{index}]", item) for index, item in enumerate(value.args))
        yield from ((f".keywords[{name!r}]", item) for name, item in value.keywords.items())
    elif not isinstance(value, FunctionType | type):
        yield from _state(value)


def _fields(value: Any) -> Iterator[tuple[str, Any]]:
    return ((f".{name}", getattr(value, name)) for name in value._fields)


def _state(value: Any) -> Iterator[tuple[str, Any]]:
    """What an object says its state is; one that won't say has none to look into."""
    try:
        reduced = value.__reduce_ex__(pickle.HIGHEST_PROTOCOL)
    except Exception:  # noqa: BLE001 - the object itself is at fault then, and its own error was taken already
        return
    if not isinstance(reduced, tuple):
        return
    state = reduced[2] if len(reduced) > 2 else None
    for part in state if isinstance(state, tuple) else (state,):  # with __slots__: a pair
        if isinstance(part, Mapping):
            yield from ((f".{name}", item) for name, item in part.items())
    for index, item in enumerate(reduced[1]):
        yield f" (argument {index} of its __reduce__)", item


def _closure(value: Any) -> str:
    """What a local function would have to be given once it stands where it can be imported."""
    names = value.__code__.co_freevars if isinstance(value, FunctionType) else ()
    return f"; it uses {', '.join(names)} of the function around it" if names else ""
