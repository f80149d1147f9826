"""Changes that mend a finding for certain: which rules have one, found by code and loaded only when asked for.

A fix decides on the syntax tree and says what to change as edits; only `rewriting` needs a library that keeps formatting.
"""

from __future__ import annotations

from collections.abc import Mapping

# The module of this package that mends the findings of a rule; each has a function `edits`.
MODULES: Mapping[str, str] = {
    "GIL101": "main_guard",
    "GIL202": "consumed_map",
    "GIL205": "kept_task",
    "GIL404": "lock_with",
}
