"""One use of a value: what an expression around it does with it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from enum import Enum

from pytest_gilcheck.source.module import Module


class UseKind(Enum):
    """What an expression around the value does with it."""

    DROPPED = "dropped"  # an expression statement: nobody has it
    IGNORED = "ignored"  # bound to a name that says so, such as `_` or `unused_future`
    BOUND = "bound"  # bound to a variable whose own uses follow
    CONTAINED = "contained"  # put into a container whose own uses follow
    METHOD = "method"  # an attribute or method of it is taken
    AWAITED = "awaited"
    RETURNED = "returned"
    YIELDED = "yielded"
    LAMBDA = "lambda"  # it is what a lambda gives
    PASSED = "passed"  # an argument of a call
    STORED = "stored"  # in a variable, attribute or container that code elsewhere sees
    ITERATED = "iterated"
    LOOKED_AT = "looked at"  # compared, tested, formatted, used as a key: nothing is asked of it
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Use:
    """One thing that happens to a value. `name` is the method, variable or (canonical, if known) callee concerned."""

    kind: UseKind
    node: ast.AST
    module: Module
    name: str = ""
