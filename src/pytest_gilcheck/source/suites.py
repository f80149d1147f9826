"""Which files belong to a test suite, by their names and folders."""

from __future__ import annotations

import re

_TEST_MODULE = re.compile(r"(?:^|/)(?:test_[^/]*|[^/]*_tests?|conftest|__init__)\.py$")
_TEST_FILE = re.compile(r"(?:^|/)(?:test_[^/]*|[^/]*_tests?|conftest|tests?)\.py$|(?:^|/)(?:tests?|testing)/")


def is_test_code(path: str) -> bool:
    """Whether the file belongs to a test suite, by its name and folder."""
    return _TEST_FILE.search(path) is not None


def is_test_data(path: str) -> bool:
    """Whether the file lies in a test suite and has no name that a test runner would import."""
    return is_test_code(path) and _TEST_MODULE.search(path) is None
