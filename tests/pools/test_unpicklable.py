"""The path to what can't be pickled."""

from __future__ import annotations

import functools
import pickle
import threading
from collections import namedtuple
from collections.abc import Callable
from typing import Any

import pytest

from pytest_gilcheck.pools.unpicklable import fault
from tests.pools.tasks import Guarded, double

Point = namedtuple("Point", "x y")  # noqa: PYI024 - the old kind is met as well


class Slotted:
    __slots__ = ("lock",)

    def __init__(self) -> None:
        self.lock = threading.Lock()


class Method:
    def __init__(self) -> None:
        self.lock = threading.Lock()

    def run(self) -> None: ...


class Circle:
    def __init__(self) -> None:
        self.me = self
        self.lock = threading.Lock()


class Silent:
    """Says nothing of its state."""

    def __reduce__(self) -> str:
        raise RuntimeError("not me")


def _fault(fn: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Exception) as caught:  # which one is pickle's affair
        pickle.dumps((fn, args, kwargs))
    return fault(fn, args, kwargs, caught.value, pickle.dumps)


LOCK = "cannot pickle '_thread.lock' object"


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (lambda lock: ((double, lock), {}), "args[0]"),
        (lambda lock: ((double,), {"lock": lock}), "kwargs['lock']"),
        (lambda lock: ((double, 1, [1, {"a": (2, lock)}]), {}), "args[1][1]['a'][1]"),
        (lambda lock: ((double, {lock: 1}), {}), None),
        (lambda lock: ((double, {lock}), {}), "args[0] item"),
        (lambda lock: ((double, Point(1, lock)), {}), "args[0].y"),
        (lambda lock: ((double, Guarded()), {}), "args[0].settings[1]['lock']"),
        (lambda lock: ((double, Slotted()), {}), "args[0].lock"),
        (lambda lock: ((double, Circle()), {}), "args[0].lock"),
        (lambda lock: ((Method().run,), {}), "fn.__self__.lock"),
        (lambda lock: ((functools.partial(double, lock),), {}), "fn.args[0]"),
        (lambda lock: ((functools.partial(double, number=lock),), {}), "fn.keywords['number']"),
    ],
)
def test_the_path_leads_to_the_innermost_object(make: Callable[[Any], tuple[tuple[Any, ...], dict[str, Any]]], path: str | None) -> None:
    """Through containers, attributes, bound methods and partials, under names that the caller wrote."""
    call, kwargs = make(threading.Lock())
    text = _fault(*call, **kwargs)
    assert text.endswith(LOCK)
    if path is None:
        assert text.startswith("args[0] key <unlocked _thread.lock")
    else:
        assert text == f"{path}: {LOCK}"


def test_a_local_function_names_what_it_uses() -> None:
    """What stands around it would have to become arguments once the function stands where it can be imported."""
    limit, name = 3, "n"

    def local() -> str:
        return f"{limit} {name}"

    text = _fault(local)
    assert text.startswith("fn: ")
    assert text.endswith("; it uses limit, name of the function around it")


def test_an_object_that_says_nothing_is_at_fault_itself() -> None:
    """With its own reason."""
    assert _fault(double, [Silent()]) == "args[0][0]: not me"


def test_a_structure_without_end_comes_to_one() -> None:
    """A chain that is too deep for pickle is named at its root, and a broad one is not searched for ever."""
    chain: list[Any] = []
    for _ in range(100_000):
        chain = [chain]
    assert _fault(double, chain).startswith("args[0]")
    assert _fault(double, [[[]] for _ in range(5_000)] + [threading.Lock()]) == f"args[0]: {LOCK}"
    while chain:
        chain = chain[0]  # freed link by link: its own destructor would recurse as deep
