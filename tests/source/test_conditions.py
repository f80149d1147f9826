"""What must hold for a node to be run."""

from __future__ import annotations

import ast

import pytest

from pytest_gilcheck.source.conditions import conditions_of, leaves
from tests.source.conftest import MakeProject, expression, module_of

CASES = [
    ("if a:\n    target()", [("a", True)]),
    ("if a:\n    pass\nelse:\n    target()", [("a", False)]),
    ("if a:\n    pass\nelif b:\n    target()", [("b", True), ("a", False)]),
    ("while a:\n    target()", [("a", True)]),
    ("while a:\n    pass\nelse:\n    target()", []),
    ("x = target() if a else None", [("a", True)]),
    ("x = None if a else target()", [("a", False)]),
    ("x = [1] if target() else []", []),
    ("a and target()", [("a", True)]),
    ("a or target()", [("a", False)]),
    ("target() and a", []),
    ("x = [target() for i in y if a]", [("a", True)]),
    ("match a:\n    case 'b':\n        target()", [("a == 'b'", True)]),
    ("assert a\ntarget()", [("a", True)]),
    ("if a:\n    exit()\ntarget()", [("a", False)]),
    ("if a:\n    pass\nelse:\n    raise E\ntarget()", [("a", True)]),
    ("if a:\n    f()\ntarget()", []),
    ("if a:\n    def f():\n        target()", []),
    ("if a:\n    def f(x=target()): pass", [("a", True)]),
    ("if a:\n    f = lambda: target()", []),
    ("def f():\n    if a:\n        return\n    target()", [("a", False)]),
]


@pytest.mark.parametrize(("code", "expected"), CASES)
def test_tests_around_and_exits_before(make_project: MakeProject, code: str, expected: list[tuple[str, bool]]) -> None:
    """Each test that decides stands with the outcome it needs, innermost first, up to the function."""
    module = module_of(make_project(f"import threading\n{code}\n"))
    found = [(ast.unparse(test), outcome) for test, outcome in conditions_of(expression(module, "target()"), module)]
    assert found == expected


BLOCKS = [
    ("return", True),
    ("raise E", True),
    ("f()\nbreak", True),
    ("sys.exit(1)", True),
    ("os._exit(0)", True),
    ("pytest.skip('no', allow_module_level=True)", True),
    ("if a:\n    return\nelse:\n    raise E", True),
    ("if a:\n    return", False),
    ("with a:\n    return", True),
    ("return\nf()", False),
    ("pass", False),
]


@pytest.mark.parametrize(("code", "expected"), BLOCKS)
def test_a_block_that_leaves(code: str, expected: bool) -> None:
    """A block leaves what follows when its last statement does so on every way."""
    assert leaves(ast.parse(code).body) is expected


def test_an_empty_block_stays() -> None:
    """No statement, no exit."""
    assert not leaves([])
