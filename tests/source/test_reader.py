"""From bytes to trees, or to reasons."""

from __future__ import annotations

import ast
import os
import py_compile
from pathlib import Path

import pytest

from pytest_gilcheck.source import reader
from pytest_gilcheck.source.reader import Unreadable

BROKEN = [
    (b"def f(:\n", "invalid syntax"),
    (b"x = '\xff'\n", "codec can't decode|Non-UTF-8 code"),
    (b"# coding: nonsense\nx = 1\n", "unknown encoding"),
    (b"x = 1\0\n", "null bytes"),
    (b"(" * 1000 + b")" * 1000, "too many nested parentheses"),
    (b"x = " + b"-" * 100_000 + b"1\n", "nested too deeply|too complex|recursion|too nested"),
    (b"return 1\x00", "null bytes"),
]


@pytest.mark.parametrize(("data", "reason"), BROKEN)
def test_what_cannot_be_parsed_gives_a_reason(data: bytes, reason: str, tmp_path: Path) -> None:
    """A file that doesn't parse gives a reason, the same from the parse and from the cheaper look."""
    parsed = reader.parse(data)
    assert isinstance(parsed, Unreadable)
    assert any(word in parsed.reason for word in reason.split("|")), parsed.reason
    assert reader.syntax_error(data, tmp_path / "absent.py") == parsed


@pytest.mark.parametrize(
    "data",
    [b"", b"\xef\xbb\xbfx = 1\n", b"# coding: latin-1\nx = '\xe9'\n", b"x = '\\d'\n", b"nonlocal x\n", b"x = 1\r\ny = 2\r", b"\x0cx = 1\n"],
)
@pytest.mark.filterwarnings("error")
def test_what_parses_has_no_reason(data: bytes, tmp_path: Path) -> None:
    """Empty files, byte order marks, encodings, odd escapes and errors beyond syntax are no obstacle."""
    assert isinstance(reader.parse(data), ast.Module)
    assert reader.syntax_error(data, tmp_path / "absent.py") is None


def test_a_current_pyc_spares_the_look(tmp_path: Path) -> None:
    """A .pyc of the same time and size proves the syntax; one of another time or size proves nothing."""
    path = tmp_path / "a.py"
    path.write_bytes(b"x = 1\n")
    py_compile.compile(str(path), doraise=True, invalidation_mode=py_compile.PycInvalidationMode.TIMESTAMP)
    assert reader.syntax_error(b"x = = 1\n", path) is None  # not even looked at
    os.utime(path, ns=(0, 0))
    assert reader.syntax_error(b"x = = 1\n", path) is not None


def test_a_hash_based_pyc_proves_nothing(tmp_path: Path) -> None:
    """PEP 552 files carry no time and size."""
    path = tmp_path / "a.py"
    path.write_bytes(b"x = 1\n")
    py_compile.compile(str(path), doraise=True, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    assert reader.syntax_error(b"x = = 1\n", path) is not None


def test_too_large_and_absent_files_are_unreadable(tmp_path: Path) -> None:
    """Size and the system's refusal are reasons, too."""
    large = tmp_path / "large.py"
    large.write_bytes(b"x = 1\n" * (reader.MAX_BYTES // 6 + 1))
    assert isinstance(found := reader.read(large), Unreadable)
    assert "5,000,0" in found.reason
    assert isinstance(found := reader.read(tmp_path / "absent.py"), Unreadable)
    assert "No such file" in found.reason
    assert isinstance(reader.read(tmp_path), Unreadable)


@pytest.mark.parametrize(
    ("data", "relevant"),
    [
        (b"import threading", True),
        (b"async def f(): pass", True),
        (b"def test_x(thread_pool): pass", True),
        (b"def test_x(workers): workers.submit(x)", True),
        (b"from concurrent import futures", True),
        (b"import os\nprint('a thread in prose')", False),
        (b"", False),
        (b"from flask import Flask", True),
        (b"def application(environ, start_response): pass", True),
        (b"class Rooms(rooms_pb2_grpc.RoomsServicer): pass", True),
        (b"x = 'from flask import Flask'", False),
    ],
)
def test_the_words_decide(data: bytes, relevant: bool) -> None:
    """A file without a word of concurrency needs no parse."""
    assert reader.may_be_concurrent(data) is relevant


def test_lines_are_those_of_the_parser() -> None:
    """Form feeds and Unicode line ends don't end a line of Python."""
    assert reader.split_lines("a\x0cb\u2028c\r\nd\re\n") == ["a\x0cb\u2028c", "d", "e", ""]
    assert reader.decode(b"# coding: latin-1\n# \xe9") == "# coding: latin-1\n# é"


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"from jobs import run\nrun()\n", True),
        (b"if x:\n    import pkg.jobs as j\nj.run()", True),
        (b"from pkg import other, jobs\nfor x in y: jobs.run(x)\n", True),
        (b"import jobsite\njobsite.run()", False),
        (b"import jobs\njobs.rerun()", False),
        (b"x = 'jobs'\nimport os\nos.run()", False),
    ],
)
def test_callers_of_pool_makers_are_told_by_name(data: bytes, found: bool) -> None:
    """A file that only calls somebody else's pool has no word of its own."""
    assert reader.may_call({b"jobs": {b"run"}}, data) is found
