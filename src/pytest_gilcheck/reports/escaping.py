"""Text from source files and file names, made safe for what it is written into."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

_SURROGATE = re.compile("[\ud800-\udfff]")
_DRIVE = re.compile(r"[A-Za-z]:/")


def well_formed(text: str) -> str:
    r"""The text without lone surrogates, so that every encoder and every JSON reader takes it.

    A byte of a file name that isn't UTF-8 (PEP 383) becomes `\xNN`, any other surrogate `\uNNNN`.
    """
    return _SURROGATE.sub(_spelt, text)


def well_formed_values(value: Any) -> Any:
    """The same builtins with every string in them well formed."""
    if isinstance(value, str):
        return well_formed(value)
    if isinstance(value, dict):
        return {well_formed(key): well_formed_values(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [well_formed_values(item) for item in value]
    return value


def printable(text: str) -> str:
    """The text as one line that can't move the cursor, change colours or reorder what is read.

    Control characters, line ends, surrogates and invisible or bidirectional marks become escapes.
    """
    return "".join(map(printable_character, text))


def printable_character(character: str) -> str:
    """The character itself if it can be seen or is a space, else its escape."""
    if character.isprintable():
        return character
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return repr(character)[1:-1]


def one_line(text: str) -> str:
    """A paragraph as one printable line: runs of white space become one space."""
    return printable(" ".join(text.split()))


def is_absolute(path: str) -> bool:
    """Whether a path written with `/` is absolute, on any system."""
    return path.startswith("/") or _DRIVE.match(path) is not None


def uri(path: str) -> str:
    """The path as a URI reference: relative paths stay relative, absolute ones become `file:` URIs; percent-encoded bytes."""
    encoded = quote(_file_name_bytes(path))
    if path.startswith("//"):
        return f"file:{encoded}"  # a UNC path brings its own host
    if path.startswith("/"):
        return f"file://{encoded}"
    if _DRIVE.match(path):
        return f"file:///{path[:2]}{encoded[len('C%3A') :]}"
    return encoded


def _spelt(match: re.Match[str]) -> str:
    return printable_character(match.group())


def _file_name_bytes(path: str) -> bytes:
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # Windows names may hold surrogates that stand for no byte
        return path.encode("utf-8", "surrogatepass")
