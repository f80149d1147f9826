"""Bytes around an edit are what they were."""

from __future__ import annotations

import codecs

import pytest

from pytest_gilcheck.fixes.edits import Block, Edit, Followed, Inserted, Loop, are_compatible
from pytest_gilcheck.fixes.rewriting import UnfitError, rewritten
from tests.fixes.kit import fixed_bytes

HEAD = "# {}\n# ü\nimport threading\nlock = threading.Lock()\n\n\ndef f(work):\n    x = 'ü' ;y=1\n"
BEFORE = HEAD + "    lock.acquire()\n    work( 'ä' )\n    lock.release()\n\nz  =  2"
AFTER = HEAD + "    with lock:\n        work( 'ä' )\n\nz  =  2"


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("indent", ["    ", "\t", "  "], ids=["spaces", "tabs", "two"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252"])
@pytest.mark.parametrize("last", ["", "\n"], ids=["open", "ended"])
def test_line_ends_indentation_encoding_and_end_are_kept(end: str, indent: str, encoding: str, last: str) -> None:
    """The new lines are written as the file's others are, and nothing else changes."""
    cookie = "" if encoding.startswith("utf") else f"-*- coding: {encoding} -*-"
    before, after = ((text.format(cookie) + last).replace("    ", indent).replace("\n", end).encode(encoding) for text in (BEFORE, AFTER))
    assert before.startswith(codecs.BOM_UTF8) is (encoding == "utf-8-sig")
    assert fixed_bytes(before) == after


def test_mixed_line_ends_stay_mixed() -> None:
    """Each line keeps its own end."""
    before = b"import threading\r\nlock = threading.Lock()\ndef f(work):\r\n    lock.acquire()\r\n    work()\n    lock.release()\r\nx = 1\n"
    after = fixed_bytes(before)
    assert after.startswith(b"import threading\r\nlock = threading.Lock()\ndef f(work):\r\n    with lock:\r\n        work()\n")
    assert after.endswith(b"x = 1\n")


def test_files_that_would_come_out_otherwise_are_left() -> None:
    """The library loses the end of a file whose lines end as they did on old Macs: better no fix than that."""
    code = BEFORE.format("").replace("\n", "\r").encode() + b"\r"
    with pytest.raises(UnfitError):
        rewritten(code, [Block(9, 11, "with lock:", without_ends=True)])


def test_form_feeds_and_continued_lines() -> None:
    """Old-fashioned page breaks and lines joined by a backslash are no obstacle."""
    head = b"import threading\nlock = threading.Lock()\n\x0c\ndef f(work):\n"
    before = b"    lock.acquire()\n    x = work() + \\\n      1\n    lock.release()\n"
    assert fixed_bytes(head + before) == head + b"    with lock:\n        x = work() + \\\n      1\n"


@pytest.mark.parametrize(
    ("code", "edit"),
    [
        (b"x = (\n", Loop(1, "_")),
        (b"x = 1\n", Loop(2, "_")),
        (b"x = 1\n", Loop(1, "_")),
        (b"x(); y()\n", Loop(1, "_")),
        (b"x = 1\n", Followed(1, (), "name")),
        (b"if x:\n    pass\n", Followed(1, ())),
        (b"# coding: latin-1\n\xef\xbb\xbf", Loop(1, "_")),
        (b"x = '\xff'\n", Loop(1, "_")),
        (b"f()\n", Block(1, 1, "return:")),
    ],
)
def test_what_cannot_be_done_is_an_error(code: bytes, edit: Edit) -> None:
    """A file that can't be parsed, or isn't what the edit is about, is left by way of an error."""
    with pytest.raises(UnfitError):
        rewritten(code, [edit])


def test_edits_that_get_into_each_others_way() -> None:
    """Apart, nested, inserted and equal ones go together; those that cross each other, or change one line twice, don't."""
    outer, inner, crossing = Block(1, 9, "with a:", without_ends=True), Block(3, 5, "with b:", without_ends=True), Block(4, 12, "with c:")
    assert are_compatible(outer, inner)
    assert are_compatible(inner, outer)
    assert are_compatible(inner, Loop(6, "_"))
    assert are_compatible(outer, Inserted(1, "x = 1"))
    assert are_compatible(Loop(6, "_"), Loop(6, "_"))
    assert are_compatible(Block(2, 2, "if x:"), Loop(2, "_"))
    assert not are_compatible(inner, crossing)
    assert not are_compatible(outer, Loop(9, "_"))
    assert not are_compatible(Loop(6, "_"), Followed(6, ("x()",)))
