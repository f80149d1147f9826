"""What the tests give to pools: importable, so that processes find it too."""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import dataclass
from typing import NoReturn


class Stubborn(Exception):  # noqa: N818 - a task's own
    """Can't be rebuilt from its pickle."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(f"{first} and {second}")


@dataclass(frozen=True)
class Frozen(Exception):  # noqa: N818 - a task's own
    """Takes no attribute, also when it is rebuilt."""


class Forgetful(Exception):  # noqa: N818 - a task's own
    """Pickles nothing but its own."""

    def __reduce__(self) -> tuple[type[Forgetful], tuple[()]]:
        return Forgetful, ()


class Trap:
    """Can be pickled, and not unpickled."""

    def __reduce__(self) -> tuple[object, tuple[()]]:
        return fail, ()


class Guarded:
    """Holds a lock where one has to look for it."""

    def __init__(self) -> None:
        self.settings = [1, {"lock": threading.Lock()}]


def double(number: int) -> int:
    return 2 * number


def double_slowly(number: int) -> int:
    time.sleep(0.05)
    return double(number)


def fail(*_: object) -> NoReturn:
    raise ValueError("as it was told")


def fail_on(bad: int, number: int) -> int:
    if number == bad:
        raise ValueError(f"no {number}")
    return number


def fail_stubbornly() -> NoReturn:
    raise Stubborn("this", "that")


def fail_frozen() -> NoReturn:
    raise Frozen


def fail_forgetfully() -> NoReturn:
    raise Forgetful


def exit_at_once(code: int) -> NoReturn:
    os._exit(code)


def kill_itself() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("alive")


def set_trap() -> Trap:
    return Trap()


def sleep_long() -> None:
    _deeper()


def _deeper() -> None:
    time.sleep(600)


def leave_a_thread_behind() -> None:
    threading.Thread(target=sleep_long).start()  # gilcheck: ignore[GIL502] it is to be left behind


def in_worker() -> int:
    return os.getpid()


def give_lock() -> object:
    return threading.Lock()


initialized: list[str] = []


def initialize(word: str) -> None:
    initialized.append(word)


def look_up() -> list[str]:
    return initialized
