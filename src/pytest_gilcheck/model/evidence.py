"""What a finding rests on, and whether it fails a run."""

from __future__ import annotations

from enum import Enum
from functools import total_ordering


@total_ordering
class Evidence(Enum):
    """The ladder of evidence, weakest first; members compare by strength."""

    SUSPECTED = "suspected"  # read in the source, nothing was run
    OBSERVED = "observed"  # seen while a test ran
    PROVED = "proved"  # made to happen, and can be replayed

    @property
    def strength(self) -> int:
        """Position on the ladder: 0 for `suspected` to 2 for `proved`."""
        return _LADDER.index(self.value)

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Evidence):
            return NotImplemented
        return self.strength < other.strength


_LADDER = ("suspected", "observed", "proved")


class Level(Enum):
    """`error` fails the run, `warning` is listed only."""

    ERROR = "error"
    WARNING = "warning"
