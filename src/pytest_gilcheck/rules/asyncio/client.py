"""What is told of an object that waits for a server or a device: by which of its methods, and when it doesn't."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pytest_gilcheck.model.evidence import Level
from pytest_gilcheck.rules.asyncio.blocking_calls import IN_THREAD, THREAD, Blocking
from pytest_gilcheck.source.calls import argument


@dataclass(frozen=True, slots=True)
class Client:
    """One kind of object.

    `below` gives the methods that wait on what a member gives (`pipeline().execute()`), in place of `methods`; none for a member that
    never waits, such as an asynchronous side of the same object. `lazy` methods wait only when what they give is iterated over. What a
    method that waits gives is data, but for those that `give` another such object.
    """

    methods: re.Pattern[str]
    blocking: Blocking
    below: Mapping[str, re.Pattern[str] | None] = field(default_factory=dict)
    lazy: re.Pattern[str] | None = None
    give: re.Pattern[str] | None = None


def words(text: str) -> re.Pattern[str]:
    """What matches exactly these words; `put_*` also all that start so, and a word after `-` is none of them."""
    parts = text.split()
    wanted = "|".join(part.replace("*", r"\w+") for part in parts if not part.startswith("-"))
    unwanted = "|".join(part[1:].replace("*", r"\w+") for part in parts if part.startswith("-"))
    return re.compile(rf"(?!(?:{unwanted})$)(?:{wanted})" if unwanted else rf"(?:{wanted})")


def zero_or_absent(position: int, keyword: str) -> Callable[[ast.Call], bool]:
    """The time that it may wait is 0, as it is when nothing is said."""

    def at_once(call: ast.Call) -> bool:
        given = argument(call, position, keyword)
        return given is None or (isinstance(given, ast.Constant) and not given.value)

    return at_once


def zero(position: int, keyword: str) -> Callable[[ast.Call], bool]:
    """The time that it may wait is a plain 0."""

    def at_once(call: ast.Call) -> bool:
        given = argument(call, position, keyword)
        return isinstance(given, ast.Constant) and not isinstance(given.value, bool) and given.value in (0, 0.0)

    return at_once


def told(*flags: str) -> Callable[[ast.Call], bool]:
    """One of these words stands among the arguments: a flag not to wait, or to give an awaitable."""

    def at_once(call: ast.Call) -> bool:
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        names = {keyword.arg for keyword in call.keywords if not (isinstance(keyword.value, ast.Constant) and not keyword.value.value)}
        return any(flag in names or any(flag in ast.unparse(part) for part in given) for flag in flags)

    return at_once


def network(
    what: str, twin: str, level: Level | None = None, at_once: Callable[[ast.Call], bool] | None = None, *, brief: bool = False
) -> Blocking:
    """Waiting for `what` on the other side; `twin` is the asynchronous way to ask. `brief` as of `Blocking.mostly_brief`."""
    return Blocking(what, f"use {twin}, {THREAD}", at_once, level=level, mostly_brief=brief)


HASHED = Blocking("a hash that is costly on purpose", IN_THREAD, level=Level.WARNING, quiet_in_tests=True)
