"""The flagged line of source with a caret under what is flagged, whatever characters it holds."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from pytest_gilcheck.reports.escaping import printable_character

_TAB = "    "
_CUT = "…"
_OPENING, _CLOSING = "([{", ")]}"


@dataclass(frozen=True, slots=True)
class Snippet:
    """A printable line and the blanks and carets to print under it; `carets` is empty when the column isn't known."""

    text: str
    blanks: str = ""
    carets: str = ""


def snippet(source: str, column: int, width: int) -> Snippet:
    """The line cut to `width` terminal cells around `column` (characters from 1, 0 if unknown).

    Tabs become four blanks and what can't be printed an escape, so that the carets stand where they should.
    """
    source, column = _neighbourhood(source.rstrip(), column, width)
    cells = [_Cell(_shown(character)) for character in source]
    if not 1 <= column <= len(source):
        return Snippet(_text(_cut(cells, 0, width)))
    start, end = column - 1, flagged_end(source, column - 1)
    for index in range(start, end):
        cells[index].flagged = True
    cells = _cut(cells, start, width)
    first = next(index for index, cell in enumerate(cells) if cell.flagged)
    flagged = sum(cell.width for cell in cells if cell.flagged)
    blanks = sum(cell.width for cell in cells[:first])
    if not flagged:  # a combining mark alone is drawn on the character before it
        return Snippet(_text(cells), " " * (blanks - 1), "^")
    return Snippet(_text(cells), " " * blanks, "^" * flagged)


def _neighbourhood(source: str, column: int, width: int) -> tuple[str, int]:
    """More than what can be shown, but not all of a line of megabytes."""
    first = max(column - 1 - 2 * width, 0)
    return source[first : first + 4 * width], column - first if column else 0


def flagged_end(source: str, start: int) -> int:
    """Where the expression or statement at `start` ends on this line, told from brackets and quotes alone.

    It ends before a bracket that closes an outer one, a comma of an outer list, a block's colon, or a comment.
    """
    depth, index, end = 0, start, start
    while index < len(source):
        character = source[index]
        if character == "#":
            break
        if character in "\"'":
            index = _string_end(source, index)
            end = index
            continue
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth -= 1
        if depth < 0 or (depth == 0 and (character in ",;" or _opens_block(source, index))):
            break
        index += 1
        if not character.isspace():
            end = index
    return max(end, start + 1)


@dataclass(slots=True)
class _Cell:
    """What one character of source looks like in the terminal."""

    text: str
    flagged: bool = False

    @property
    def width(self) -> int:
        return sum(map(_columns, self.text))


def _shown(character: str) -> str:
    return _TAB if character == "\t" else printable_character(character)


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _text(cells: list[_Cell]) -> str:
    return "".join(cell.text for cell in cells)


def _cut(cells: list[_Cell], start: int, width: int) -> list[_Cell]:
    """Cells that fit, with `start` among them and a third of the room before it; a cut end shows an ellipsis."""
    if sum(cell.width for cell in cells) <= width:
        return cells
    room = max(width - 2, 1)  # both ends may be cut
    first = start
    before = cells[start].width
    while first > 0 and before + cells[first - 1].width <= room // 3:
        first -= 1
        before += cells[first].width
    last, used = first, 0
    while last < len(cells) and used + cells[last].width <= room:
        used += cells[last].width
        last += 1
    last = max(last, start + 1)
    kept = cells[first:last]
    return [*([_Cell(_CUT)] if first else []), *kept, *([_Cell(_CUT)] if last < len(cells) else [])]


def _string_end(source: str, index: int) -> int:
    quote = source[index]
    if source.startswith(quote * 3, index):
        quote *= 3
    index += len(quote)
    while index < len(source):
        if source[index] == "\\":
            index += 2
        elif source.startswith(quote, index):
            return index + len(quote)
        else:
            index += 1
    return len(source)


def _opens_block(source: str, index: int) -> bool:
    if source[index] != ":":
        return False
    after = source[index + 1 :].lstrip()
    return not after or after.startswith("#")
