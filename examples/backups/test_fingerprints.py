from __future__ import annotations

import pytest
from fingerprints import fingerprints

CONTENT = bytes(16_000_000)


@pytest.mark.expect_parallel_speedup(min_efficiency=0.6, workers=2)
def test_compiled_code_computes_in_threads() -> None:
    """The pool is made inside the code under test, and measured all the same."""
    assert len(set(fingerprints([CONTENT] * 8, workers=2))) == 1
