"""Which variable an expression means."""

from __future__ import annotations

import pytest

from pytest_gilcheck.source.places import place_of, root_name
from tests.source.conftest import MakeProject, expression, module_of

SAME = [
    ("import threading\nn = 0\ndef f():\n    global n\n    n\ndef g(): return n", "n"),
    ("import threading\nclass A:\n    def f(self): self.n\n    def g(this): this.n\na = A()\na.n\n", "self.n this.n a.n"),
    (
        "import threading\nclass B:\n    def __init__(self): self.n = 0\nclass A(B):\n    def f(self): self.n\ndef g(b: B): b.n",
        "self.n b.n",
    ),
    ("import threading\nclass A:\n    n = 0\n    def f(self): A.n\n    @classmethod\n    def g(cls): cls.n", "A.n cls.n"),
    ("import threading\nclass A:\n    def f(self): self.d[1]\n    def g(self): self.d['x']", "self.d[1] self.d['x']"),
]


@pytest.mark.parametrize(("code", "texts"), SAME)
def test_spellings_of_one_variable_have_one_place(make_project: MakeProject, code: str, texts: str) -> None:
    """Globals, attributes through any name of the object, inherited ones and items of one container."""
    project = make_project(code)
    module = module_of(project)
    places = {place_of(expression(module, text), module, project) for text in texts.split()}
    assert len(places) == 1
    assert None not in places


def test_globals_are_one_place_across_modules(make_project: MakeProject) -> None:
    """A global is the same through its own module, an import of the module and an import of the name."""
    project = make_project(
        {
            "state.py": "import threading\nhits = 0\nprint(hits)\n",
            "a.py": "import state, threading\nstate.hits\n",
            "b.py": "import threading\nfrom state import hits\nprint(hits)\n",
        }
    )
    spelled = [("state.py", "hits"), ("a.py", "state.hits"), ("b.py", "hits")]
    places = {place_of(expression(module_of(project, path), text), module_of(project, path), project) for path, text in spelled}
    assert [place.key for place in places if place] == ["global state.py hits"]


def test_unknown_things_have_no_place_and_different_ones_differ(make_project: MakeProject) -> None:
    """Calls have no place; locals of two functions and attributes of two classes are two places."""
    project = make_project("import threading\ndef f(x): return x\ndef g(y): return y\nh().n\n")
    module = module_of(project)
    assert place_of(expression(module, "h().n"), module, project) is None
    assert place_of(expression(module, "x"), module, project) != place_of(expression(module, "y"), module, project)


def test_roots(make_project: MakeProject) -> None:
    """The name that an expression starts from, through its items, attributes and calls."""
    module = module_of(make_project("import threading\ntotal['a'].b\n"))
    root = root_name(expression(module, "total['a'].b"))
    assert root is not None
    assert root.id == "total"
