from __future__ import annotations

import checksums
import checksums_in_processes


def test_examples() -> None:
    assert checksums.examples() == [66, 65, 64, 63]


def test_examples_in_processes() -> None:
    assert checksums_in_processes.examples() == [66, 65, 64, 63]
