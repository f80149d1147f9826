"""What a fix changes, in terms of the lines that statements start on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Block:
    """The statements of one suite from line `first` to the one on line `last` go under `header` (`with lock:`), indented.

    `without_ends` leaves the first and the last of them out: what they did is now the header's part.
    """

    first: int
    last: int
    header: str
    without_ends: bool = False


@dataclass(frozen=True, slots=True)
class Loop:
    """The expression that is the statement on line `first` is run through: `for target in expression: pass`."""

    first: int
    target: str

    @property
    def last(self) -> int:
        """The line that the last statement of the range starts on."""
        return self.first


@dataclass(frozen=True, slots=True)
class Followed:
    """The statement on line `first` gets others behind it; with a `name`, its expression is assigned to that first."""

    first: int
    then: tuple[str, ...]
    name: str | None = None

    @property
    def last(self) -> int:
        """The line that the last statement of the range starts on."""
        return self.first


@dataclass(frozen=True, slots=True)
class Inserted:
    """A new statement at module level, behind the one that starts on line `first`, with an empty line before it."""

    first: int
    statement: str

    @property
    def last(self) -> int:
        """The line that the last statement of the range starts on."""
        return self.first


Edit = Block | Loop | Followed | Inserted


def are_compatible(one: Edit, other: Edit) -> bool:
    """Whether both can be made: apart, one within the other, or the same."""
    if one == other or isinstance(one, Inserted) or isinstance(other, Inserted):
        return True
    if (one.first, one.last) == (other.first, other.last):
        return isinstance(one, Block) is not isinstance(other, Block)
    apart = one.last < other.first or other.last < one.first
    return apart or _is_inside(one, other) or _is_inside(other, one)


def makes_needless(one: Edit, other: Edit) -> bool:
    """Whether the first puts what the second is about under the same header already."""
    return (
        isinstance(one, Block)
        and isinstance(other, Block)
        and one != other
        and one.header == other.header
        and not one.without_ends
        and not other.without_ends
        and _is_inside(other, one)
    )


def _is_inside(inner: Edit, outer: Edit) -> bool:
    if not isinstance(outer, Block):
        return False
    if outer.without_ends:
        return outer.first < inner.first and inner.last < outer.last
    return outer.first <= inner.first and inner.last <= outer.last
