"""Kinds of work, and what shows them."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from enum import Enum

from pytest_gilcheck.source.costs import Cost
from pytest_gilcheck.source.definitions import Function


class Work(Enum):
    """What a function spends its time with."""

    BRIEF = "brief"  # a few operations, no loop
    COMPUTES = "computes"  # loops or recursion in Python, no wait, nothing that lets the GIL go
    WAITS = "waits"  # for the network, a file, another program or the clock, and computes nothing to speak of
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Workload:
    """The kind of work, and the node that shows it best (a loop, the call that waits), which may stand in a function it calls."""

    work: Work
    node: ast.AST | None = None
    function: Function | None = None
    name: str = ""  # canonical name of what is called, when the node is a call; empty for a recursion


UNKNOWN = Workload(Work.UNKNOWN)
BRIEF = Workload(Work.BRIEF)


def of_cost(cost: Cost, call: ast.AST | None, function: Function | None, name: str) -> Workload:
    """The work of a function that only makes a call of that cost."""
    work = {Cost.BRIEF: Work.BRIEF, Cost.COMPUTES: Work.COMPUTES, Cost.WAITS: Work.WAITS}.get(cost, Work.UNKNOWN)
    return Workload(work, call, function, name)
