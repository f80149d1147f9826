"""Code that a test expects to fail is told from the rest."""

from __future__ import annotations

import pytest

from pytest_gilcheck.source.expected_failures import is_expected_to_raise
from tests.source.conftest import MakeProject, expression, module_of

PLACES = [
    ("with pytest.raises(ValueError): work()", True),
    ("self.assertRaises(ValueError, lambda: work())", True),
    ("with self.subTest(): work()", False),
    ("with pytest.raises(ValueError):\n        def later(): work()", False),
    ("work()", False),
]


@pytest.mark.parametrize(("code", "expected"), PLACES)
def test_places(make_project: MakeProject, code: str, expected: bool) -> None:
    """Only what runs while the exception is waited for counts."""
    module = module_of(make_project(f"import threading\ndef test(self):\n    {code}\n"))
    assert is_expected_to_raise(expression(module, "work()"), module) is expected
