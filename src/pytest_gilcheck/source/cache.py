"""Results kept between runs, by content: as long as no file and no setting changed, nothing needs to be parsed.

Format 1: one JSON file a combination of files, settings, rules and interpreter. `files` holds what each file was when it
was read (modification time in ns, size, digest), `findings` the findings of each file, `check` a digest of the rest. Workers
are followed across files, so one changed file makes all results stale.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from pytest_gilcheck.model.finding import Finding
from pytest_gilcheck.model.rule import Rule
from pytest_gilcheck.model.settings import Settings
from pytest_gilcheck.source.packaging import packaging_files

_FORMAT = 1
_KEEP = 8  # combinations (whole suite, one folder, one file …) whose results are kept
_RACY_NS = 2_000_000_000  # a file changed so shortly before it was recorded may have changed again at the same time stamp


class ResultCache:
    """Findings by file, valid for exactly these files, settings and rules. Whatever is wrong with the cache, it is ignored."""

    def __init__(self, folder: Path, settings: Settings, rules: Sequence[type[Rule]], files: Mapping[str, Path]) -> None:
        self._files = files
        self._path = folder / f"static-{_key(settings, rules, files)}.json"
        self._new: dict[str, list[dict[str, Any]]] = {}

    def get(self, name: str) -> tuple[Finding, ...] | None:
        """The kept findings of a file; `None` when there are none or anything changed."""
        kept = self._valid.get(name)
        if kept is None:
            return None
        try:
            return tuple(Finding.from_dict(data) for data in kept)
        except (KeyError, TypeError, ValueError):
            return None

    def put(self, name: str, findings: Sequence[Finding]) -> None:
        """Remember the findings of a file until `save`."""
        self._new[name] = [finding.as_dict() for finding in findings]

    def save(self) -> None:
        """Write what is new beside what is still valid; silently not, where the folder can't be written."""
        if not self._new:
            return
        content = {
            "format": _FORMAT,
            "files": self._stamps,
            "findings": {**self._read_valid(), **self._new},
        }
        payload = json.dumps(content)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self._path.parent, prefix="static-", suffix=".part")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(json.dumps({"check": _digest(payload.encode()), "content": payload}))
            Path(temporary).replace(self._path)  # whole or not at all, also with several processes
            self._prune()
        except OSError:
            return  # a read-only cache costs time, not findings

    def _prune(self) -> None:
        kept = sorted(self._path.parent.glob("static-*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in kept[_KEEP:]:
            path.unlink(missing_ok=True)

    @cached_property
    def _valid(self) -> dict[str, list[dict[str, Any]]]:
        return self._read_valid()

    def _read_valid(self) -> dict[str, list[dict[str, Any]]]:
        content = self._content
        if content is None:
            return {}
        mine, theirs = self._stamps, content["files"]
        if {name: stamp[2] for name, stamp in mine.items()} != {name: stamp[2] for name, stamp in theirs.items()}:
            return {}
        findings: dict[str, list[dict[str, Any]]] = content["findings"]
        return findings

    @cached_property
    def _content(self) -> dict[str, Any] | None:
        try:
            outer = json.loads(self._path.read_text(encoding="utf-8"))
            if outer["check"] != _digest(outer["content"].encode()):
                return None
            content = json.loads(outer["content"])
            ok = content["format"] == _FORMAT and isinstance(content["findings"], dict) and isinstance(content["files"], dict)
            return content if ok else None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None

    @cached_property
    def _stamps(self) -> dict[str, list[Any]]:
        """`[mtime_ns, size, digest]` of each file; a file whose time and size are those recorded is not read again."""
        recorded = self._content["files"] if self._content is not None else {}
        now = time.time_ns()
        return {name: _stamp(path, recorded.get(name), now) for name, path in self._files.items()}


def _stamp(path: Path, recorded: object, now_ns: int) -> list[Any]:
    try:
        stat = path.stat()
        if isinstance(recorded, list) and recorded[:2] == [stat.st_mtime_ns, stat.st_size]:
            return recorded
        # 0 never equals a time: the file is read again next time.
        settled = now_ns - stat.st_mtime_ns > _RACY_NS
        return [stat.st_mtime_ns if settled else 0, stat.st_size, _digest(path.read_bytes())]
    except OSError as error:
        return [0, 0, f"unreadable: {error.errno}"]


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _key(settings: Settings, rules: Sequence[type[Rule]], files: Mapping[str, Path]) -> str:
    parts = [
        str(_FORMAT),
        sys.version,
        *_code_stamps(rules),
        repr((settings.select, settings.ignore, settings.per_path_ignores)),
        *(f"{rule.__module__}.{rule.__qualname__}" for rule in rules),
        *sorted(files),
        *(f"{path} {_stamp(path, None, 0)[2]}" for path in packaging_files(files)),
    ]
    return _digest("\0".join(parts).encode("utf-8", "surrogatepass"))[:16]


def _code_stamps(rules: Sequence[type[Rule]]) -> list[str]:
    """What tells this state of the engine and the rules from any other, an edited checkout included."""
    own = Path(__file__).parents[1]
    foreign = {sys.modules[rule.__module__].__file__ for rule in rules if rule.__module__ in sys.modules}
    paths = {*own.rglob("*.py"), *(Path(name) for name in foreign if name)}
    stamps = []
    for path in sorted(paths):
        try:
            stat = path.stat()
        except OSError:  # in a zip file: the version of the interpreter's path must do
            continue
        stamps.append(f"{path} {stat.st_mtime_ns} {stat.st_size}")
    return stamps
