"""When to colour what is printed."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TextIO


def colored(choice: str, stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether to colour: as chosen, else as pytest decides (`PY_COLORS`, `NO_COLOR`, `FORCE_COLOR`, a terminal)."""
    if choice != "auto":
        return choice == "yes"
    if environment.get("PY_COLORS") in ("0", "1"):
        return environment["PY_COLORS"] == "1"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    if sys.platform == "win32" and not {"WT_SESSION", "ANSICON", "TERM"} & set(environment):
        return False  # an old console would show the codes
    return stream.isatty() and environment.get("TERM") != "dumb"
