"""What pools raise, beside what the standard ones do."""

from __future__ import annotations

import pickle
from concurrent.futures import BrokenExecutor


class SubmitTimeoutError(TimeoutError):
    """No room came up in a full pool before its deadline."""


class UnpicklableTaskError(pickle.PicklingError):
    """A task that can't be sent to another process or interpreter; the message names the path to the object at fault."""


class PoolStartError(BrokenExecutor):
    """The workers of a pool did not all come up: the message says what is known of those that did not."""


class PoolUnavailable(RuntimeError):  # noqa: N818 - a reason to skip more often than a fault
    """This interpreter has no such pool; the message says since when there is one."""
