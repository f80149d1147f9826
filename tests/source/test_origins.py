"""Where the elements of a container are said to come from."""

from __future__ import annotations

import ast

import pytest

from pytest_gilcheck.source.origins import elements_of
from tests.source.conftest import MakeProject, expression, module_of

ORIGINS = [
    ("use([a(), b()])", "a() b()"),
    ("use({a(): b()})", "a() b()"),
    ("use({**other, a(): b()})", "other a() b()"),
    ("use([*[a()], b()])", "b() a()"),
    ("use([a() for _ in y])", "a()"),
    ("use({a(): b() for _ in y})", "a() b()"),
    ("use([a()] + [b()])", "a() b()"),
    ("use(list([a()]))", "a()"),
    ("xs = []\nxs.append(a())\nuse(xs)", "a()"),
    ("xs = set()\nxs.add(a())\nxs.update([b()])\nuse(xs)", "b() a()"),
    ("xs = None\nxs = [a()]\nxs += [b()]\nuse(xs)", "a() b()"),
    ("xs = {}\nxs[a()] = b()\nuse(xs.values())", "a() b()"),
    ("xs = [a()]\nuse([x for x in xs])", "a()"),
    ("xs = [a()]\nwhile xs:\n    done, xs = wait(xs)\n    use(xs)", "a()"),
    ("use(y)", "parameter"),
    ("use(other())", "unknown"),
    ("use(self.xs)", "unknown"),
    ("use(nowhere)", "unknown"),
    ("for xs in y:\n    use(xs)", "unknown"),
    ("xs = [a()]\nxs = xs\nuse(xs)", "a()"),
]


@pytest.mark.parametrize(("code", "expected"), ORIGINS)
def test_elements_are_traced_back(make_project: MakeProject, code: str, expected: str) -> None:
    """Displays, comprehensions, copies and what is added to a variable count; the rest is told to be unknown."""
    body = "".join(f"    {line}\n" for line in code.splitlines())
    module = module_of(make_project(f"import threading\ndef f(y):\n{body}"))
    call = next(node for node in ast.walk(module.tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "use")
    origins = elements_of(call.args[0], module)
    told = [ast.unparse(node) for node in origins.made]
    told += ["parameter"] * origins.parameter + ["unknown"] * origins.unknown
    assert sorted(told) == sorted(expected.split())


def test_a_variable_that_holds_itself_ends_the_search(make_project: MakeProject) -> None:
    """Cycles of variables add nothing."""
    module = module_of(make_project("import threading\ndef f():\n    a = b\n    b = a\n    c = [x for x in a]\n    use(c)\n"))
    origins = elements_of(expression(module, "c"), module)
    assert origins.made == ()
