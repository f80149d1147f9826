"""How many turns loops take, where the source tells."""

from __future__ import annotations

import ast

import pytest

from pytest_gilcheck.source.turns import size_of, turns_of
from tests.source.conftest import MakeProject, module_of

SIZES = [
    ("[1, 2, 3]", 3),
    ("(1, *rest)", None),
    ("{1: 2}", 1),
    ("{'a', 'b'}", 2),
    ("'word'", 4),
    ("range(7)", 7),
    ("range(2, 12, 3)", 4),
    ("range(10, 0)", 0),
    ("range(-3, 3)", 6),
    ("range(1, 5, 0)", None),
    ("range(n)", None),
    ("range(10 ** 6)", 1_000_000),
    ("range(10 * 10)", 100),
    ("range(10 ** 19)", None),
    ("range(2 ** n)", None),
    ("[0] * 8", 8),
    ("[0] * n", None),
    ("list(range(5))", 5),
    ("enumerate('abc')", 3),
    ("zip([1, 2], names)", 2),
    ("[x for x in range(4)]", 4),
    ("[x for x in range(4) if x]", None),
    ("[x for x in range(4) for y in (1, 2)]", 8),
    ("[x for x in names]", None),
    ("SEVERAL", 2),
    ("GROWN", None),
    ("TWICE", None),
    ("items()", None),
    ("range(COUNT)", 9),
    ("range(TIMES)", None),
]


@pytest.mark.parametrize(("text", "size"), SIZES)
def test_size_is_read_from_the_source(make_project: MakeProject, text: str, size: int | None) -> None:
    """A size is known where it is written, through one variable that nothing changes; else it is not guessed."""
    project = make_project(
        f"SEVERAL = [1, 2]\nGROWN = []\nGROWN.append(1)\nTWICE = [1]\nTWICE = [1, 2]\nCOUNT = 9\nTIMES = 1\nTIMES = 2\nfound = {text}\n"
    )
    module = module_of(project)
    statement = module.tree.body[-1]
    assert isinstance(statement, ast.Assign)
    assert size_of(statement.value, module) == size


def test_names_that_refer_to_themselves_have_no_size(make_project: MakeProject) -> None:
    """A variable that is made of itself ends the search."""
    module = module_of(make_project("a = list(b)\nb = list(a)\n"))
    statement = module.tree.body[0]
    assert isinstance(statement, ast.Assign)
    assert size_of(statement.value, module) is None


def test_turns_of_loops(make_project: MakeProject) -> None:
    """A `for` loop turns as often as its iterable has elements, a `while` loop nobody knows how often."""
    module = module_of(make_project("for x in range(3): pass\nwhile x: pass\n"))
    assert [turns_of(statement, module) for statement in module.tree.body] == [3, None]


@pytest.mark.parametrize(
    ("calls", "size"), [("f([1, 2])\nf('abc')", 3), ("f([1])\nf(names)", None), ("f(*names)\nf([1])", None), ("", None)]
)
def test_size_of_a_parameter_is_the_most_that_is_passed(make_project: MakeProject, calls: str, size: int | None) -> None:
    """A parameter has a size if every call of the project says one."""
    module = module_of(make_project(f"import threading\ndef f(items):\n    return items\n{calls}\n"))
    result = module.functions[0].scope.results[0]
    assert isinstance(result.value, ast.Name)
    assert size_of(result.value, module) == size
