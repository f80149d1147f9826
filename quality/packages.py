"""The published packages that the rules are measured on: `packages.txt` pins them, this brings them.

Source distributions are taken from the package index by its JSON interface (PEP 691), checked against their hash, and
unpacked. Nothing of them is built, installed or run.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import sys
import sysconfig
import tarfile
import urllib.request
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

LIST = Path(__file__).with_name("packages.txt")
INDEX = "https://pypi.org/simple"
STANDARD_LIBRARY = "cpython"  # its pin names the version of the interpreter whose `Lib` was labelled


@dataclass(frozen=True, slots=True)
class Package:
    """A pinned source distribution: `name==version` and the SHA-256 of its archive."""

    name: str
    version: str
    sha256: str

    @property
    def pin(self) -> str:
        """As requirements have it."""
        return f"{self.name}=={self.version}"


def packages() -> list[Package]:
    """Those of the list."""
    found = []
    for line in LIST.read_text(encoding="utf-8").splitlines():
        match = re.fullmatch(r"([a-z0-9-]+)==(\S+) sha256:([0-9a-f]{64})", line)
        if match is None:
            raise SystemExit(f"{LIST.name}: not 'name==version sha256:…': {line!r}")
        found.append(Package(*match.groups()))
    return found


def trees(into: Path, only: Collection[str] = ()) -> Iterator[tuple[str, Path]]:
    """Pin and root folder of each package, and of the standard library of this interpreter; `only` names pins.

    What is not in `into` yet is downloaded.
    """
    for package in packages():
        if not only or package.pin in only:
            yield package.pin, root_of(package, into)
    library = f"{STANDARD_LIBRARY}=={'.'.join(map(str, sys.version_info[:3]))}"
    if not only or library in only:
        yield library, Path(sysconfig.get_path("stdlib"))


def root_of(package: Package, into: Path) -> Path:
    """The unpacked distribution's own folder."""
    folder = into / f"{package.name}-{package.version}"
    if not folder.is_dir():
        _unpack(_download(package), folder)
    inside = [entry for entry in folder.iterdir() if entry.is_dir()]
    return inside[0] if len(inside) == 1 and not any(entry.is_file() for entry in folder.iterdir()) else folder


def _download(package: Package) -> bytes:
    request = urllib.request.Request(f"{INDEX}/{package.name}/", headers={"Accept": "application/vnd.pypi.simple.v1+json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        files = json.load(answer)["files"]
    urls = [file["url"] for file in files if file["hashes"].get("sha256") == package.sha256]
    if not urls:
        raise SystemExit(f"{package.pin}: the index has no file with the hash of {LIST.name}")
    with urllib.request.urlopen(urls[0], timeout=300) as answer:
        content: bytes = answer.read()
    if hashlib.sha256(content).hexdigest() != package.sha256:
        raise SystemExit(f"{package.pin}: {urls[0]} has another hash than {LIST.name} says")
    return content


def _unpack(content: bytes, folder: Path) -> None:
    """Into the folder, which appears only when all is there."""
    unfinished = folder.with_name(f"{folder.name}.part")
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            archive.extractall(unfinished)
    else:
        with tarfile.open(fileobj=io.BytesIO(content)) as packed:
            packed.extractall(unfinished, filter="data")
    unfinished.rename(folder)
