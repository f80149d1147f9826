"""Fingerprints of large files: `hashlib` lets go of the GIL while it computes, so threads are enough."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor


def fingerprint(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def fingerprints(contents: Iterable[bytes], *, workers: int) -> list[str]:
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(fingerprint, contents))
