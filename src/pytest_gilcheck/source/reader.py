"""From a path to a syntax tree, or to the reason why there is none."""

from __future__ import annotations

import ast
import importlib.util
import io
import re
import struct
import symtable
import tokenize
import warnings
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

MAX_BYTES = 5_000_000  # generated tables; the largest hand-written files known are a tenth of this

# The words that make concurrency possible, with or without an import in the same file (fixtures and parameters bring pools
# along). A file without any of them has nothing to find unless a worker elsewhere calls into it. Names of modules count in
# import statements only: prose about threads is common.
_WORDS = re.compile(
    rb"\b(?:import|from)\b.*\b(?:threading|_thread|concurrent|multiprocess\w*|asyncio|joblib|[Qq]ueue|socketserver|anyio|pathos)\b"
    rb"|\basync\s+(?:def|with|for)\b|[a-z]Executor\b|\bThread\(|\bThreading[A-Z]\w*Server\b|Process\(|_pool\b|\bapply_async\b|\.submit\("
    rb"|\.acquire\(\)|\bQueueListener\b"
)
# Plain searches for a part of each of them come first: they are four times as fast and rule out most files.
_PARTS = (
    b"threading", b"_thread", b"concurrent", b"multiprocess", b"async", b"joblib", b"ueue", b"Executor", b"Thread(", b"Threading",
    b"Process(", b"_pool", b"socketserver", b"anyio", b".submit(", b"pathos", b".acquire()",
)  # fmt: skip
# Frameworks that run what they are given in threads of their own: their imports stand at the top.
_SERVERS = re.compile(
    rb"^[ \t]*(?:import|from)[ \t]+(?:flask|fastapi|bottle|cherrypy|falcon|dramatiq|huey|grpc|dash|telebot|slack_bolt|paho|watchdog"
    rb"|apscheduler|kazoo|pynput|gpiozero|RPi|sounddevice|zeroconf|stomp|can|websocket|tornado|Pyro\d?|rpyc"
    rb"|django\.(?:http|shortcuts|utils\.deprecation))\b",
    re.MULTILINE,
)
_TOP = 2_000
# How applications and middleware of any web server, and the services of gRPC, are recognised.
_SERVED = (b"start_response", b"get_response", b"Servicer")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a file can't be checked; `line` and `column` count from 1."""

    reason: str
    line: int = 1
    column: int = 0


def read(path: Path) -> bytes | Unreadable:
    """The file's bytes, unless it is too large or the system refuses."""
    try:
        if path.is_dir():
            next(path.iterdir(), None)  # a folder that can't be listed says why
        size = path.stat().st_size
        if size > MAX_BYTES:
            return Unreadable(f"it has {size:,} bytes; files over {MAX_BYTES:,} are not read")
        return path.read_bytes()
    except OSError as error:
        return Unreadable(error.strerror or str(error))


def may_be_concurrent(data: bytes) -> bool:
    """Whether the file has any of the words without which there is nothing to find in it."""
    if any(part in data for part in _PARTS) and _WORDS.search(data) is not None:
        return True
    return _SERVERS.search(data, 0, _TOP) is not None or any(part in data for part in _SERVED)


def may_call(makers: Mapping[bytes, Collection[bytes]], data: bytes) -> bool:
    """Whether the file imports one of the modules and names one of its functions; `makers` maps module to function names.

    Of imports only the first line is looked at.
    """
    for module, functions in makers.items():
        if module in data and any(function in data for function in functions):
            statement = rb"^[ \t]*(?:from|import)\b.*\b" + re.escape(module) + rb"\b"
            names = rb"\b(?:" + b"|".join(map(re.escape, functions)) + rb")\b"
            if re.search(statement, data, re.MULTILINE) and re.search(names, data):
                return True
    return False


def parse(data: bytes) -> ast.Module | Unreadable:
    """The syntax tree of a file's bytes."""
    try:
        with warnings.catch_warnings():
            # Invalid escapes are somebody else's finding, and with `-W error` they would end the parse.
            warnings.simplefilter("ignore")
            return ast.parse(data)
    except SyntaxError as error:
        return Unreadable(error.msg or "invalid syntax", error.lineno or 1, error.offset or 0)
    except (ValueError, RecursionError, MemoryError) as error:
        return Unreadable(_reason(error))


def syntax_error(data: bytes, path: Path) -> Unreadable | None:
    """What is wrong with the syntax of a file that needs no tree, at less than the cost of one.

    A current `.pyc` proves that the file compiles, so files that were ever imported cost one look at its header.
    """
    if _has_current_pyc(path):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # Parses without making Python objects of the tree; `parse` decides where it objects.
            symtable.symtable(data, "?", "exec")  # type: ignore[arg-type]  # bytes keep their coding line; the stubs say str
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        tree = parse(data)
        return tree if isinstance(tree, Unreadable) else None
    return None


def decode(data: bytes) -> str:
    """The text of a file that `parse` accepted; bytes that don't fit its encoding are replaced (they stand in comments)."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError:
        encoding = "utf-8"
    return data.decode(encoding, "replace")


def split_lines(text: str) -> list[str]:
    """Lines as the parser counts them: form feeds and other Unicode line ends don't end one."""
    return re.split("\r\n|\r|\n", text)


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply to be parsed"
    if isinstance(error, MemoryError):
        return "it is too complex to be parsed"
    return str(error)


def _has_current_pyc(path: Path) -> bool:
    try:
        with Path(importlib.util.cache_from_source(path)).open("rb") as file:
            header = file.read(16)
        stat = path.stat()
    except (OSError, NotImplementedError, ValueError):
        return False
    # PEP 552: magic, flags, time, size; hash-based files (flags != 0) say nothing about time and size.
    expected = struct.pack("<III", 0, int(stat.st_mtime) & 0xFFFFFFFF, stat.st_size & 0xFFFFFFFF)
    return header == importlib.util.MAGIC_NUMBER + expected
