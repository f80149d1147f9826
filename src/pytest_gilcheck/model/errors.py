"""Errors that are meant for the person at the terminal."""

from __future__ import annotations


class UsageError(Exception):
    """A wrong option, ini value, marker word or file: one line that says what, where and what is right.

    The pytest hooks turn it into `pytest.UsageError`, the static command into exit status 2.
    """
