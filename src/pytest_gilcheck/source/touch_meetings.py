"""Which two touches of a variable may be made at the same time, one of them with its lock held and the other one bare."""

from __future__ import annotations

import ast

from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.guards import is_handed_out
from pytest_gilcheck.source.intent import is_ending
from pytest_gilcheck.source.spots import Spot, Spots
from pytest_gilcheck.source.touches import Touch

# Decorators that leave it open who calls.
_PLAIN = frozenset({"staticmethod", "classmethod", "override", "wraps", "contextmanager"})
_READ = _PLAIN | {"property", "cached_property"}


def meets(touch: Touch, place: Touch, spots: Spots) -> bool:
    """Whether one thread may be at the bare touch while another is at the guarded one."""
    one, other = (Spot(t.node, t.module, t.function) for t in (touch, place))
    if touch.function is place.function and touch.function.cls is None and not spots.run_in_workers(one):
        return False
    if not (spots.run_in_workers(one) or (spots.run_in_workers(other) and not touch.module.is_test) or _is_shared_by_design(touch, place)):
        return False
    if touch.how == "write" and not spots.run_in_workers(one) and _starts_workers_behind(touch):
        return False
    if spots.is_before_or_after(one):
        return False
    return spots.may_run_at_once(one, other) or _may_be_started_again(touch, place)


def _may_be_started_again(touch: Touch, place: Touch) -> bool:
    """Whether the guarded place is in the method that starts the worker of the bare one: it takes the lock because the worker may live."""
    reaches = touch.module.project.workers.reaching(touch.function)
    return _is_open(place) and any(reach.start.module.function_around(reach.start.node) is place.function for reach in reaches)


def _starts_workers_behind(touch: Touch) -> bool:
    """Whether the function sets the variable anew, and then starts those that share it."""
    return any(
        touch.module.function_around(start.node) is touch.function and start.line > touch.node.lineno
        for start in touch.module.project.workers.starts_in(touch.module)
    )


def _is_shared_by_design(touch: Touch, place: Touch) -> bool:
    """Whether the two belong to a class or module with a lock of its own: it has it because threads of its users come there."""
    return not touch.module.is_test and all(_is_open(t) for t in (touch, place))


def _is_open(touch: Touch) -> bool:
    """Whether it is in plain code that somebody else may run at any time, and that doesn't end things."""
    function = touch.function
    if function.is_async or isinstance(function.node, ast.Lambda) or is_ending(function):
        return False
    private = function.name.startswith("_") and not function.name.endswith("__")
    if private and not function.module.project.callers(function) and not is_handed_out(function):
        return False  # nobody runs it, or in a way that is not to be seen
    names = {last_name(decorator) for decorator in function.decorators}
    return names <= _PLAIN or (names <= _READ and not touch.writes)
