"""How code touches attributes and variables, and under which locks."""

from __future__ import annotations

import pytest

from pytest_gilcheck.source.guards import Guards
from tests.source.conftest import MakeProject, module_of

WAYS = [
    ("print(self.x)", "read"),
    ("self.x.get(1)", "read"),
    ("self.x = 1", "write"),
    ("del self.x", "write"),
    ("self.x += 1", "update"),
    ("self.x[0] += 1", "update"),
    ("self.x[0] = 1", "change"),
    ("del self.x[0]", "change"),
    ("self.x.append(1)", "change"),
    ("for one in self.x: pass", "loop"),
    ("[one for one in self.x.values()]", "loop"),
    ("list(self.x.values())", "read"),
]


@pytest.mark.parametrize(("code", "how"), WAYS)
def test_ways_to_touch(make_project: MakeProject, code: str, how: str) -> None:
    """Looking, looping, changing what it holds, and giving it another value are told apart."""
    guarded = "    def g(self):\n        with self.lock: self.x = 0\n"
    project = make_project(f"import threading\nclass A:\n    lock = threading.Lock()\n    def f(self):\n        {code}\n{guarded}")
    guards, cls = Guards(project), module_of(project).classes[0]
    touches = guards.of_class(cls, guards.locks_of(cls))
    assert [touch.how for touch in touches["x"]] == [how, "write"]


def test_locks_of_callers_count(make_project: MakeProject) -> None:
    """What a private method touches is guarded if its callers hold the lock; a queue needs none."""
    project = make_project(
        """
        import queue, threading
        class A:
            def __init__(self):
                self.lock = threading.Lock()
                self.q = queue.Queue()
            def f(self):
                with self.lock: self._g()
            def _g(self): self.n = self.q.get()
            def h(self):
                with self.lock: self.n = 0
            def other(self): self.m = 0
        """
    )
    guards, cls = Guards(project), module_of(project).classes[0]
    touches = guards.of_class(cls, guards.locks_of(cls))
    assert [touch.held for touch in touches["n"]] == [guards.locks_of(cls)] * 2
    assert set(touches) == {"n"}


def test_variables_of_a_module(make_project: MakeProject) -> None:
    """Functions that touch a module's variable are seen, and the module's locks known."""
    project = make_project("import threading\nlock = threading.Lock()\nn = 0\ndef f():\n    global n\n    with lock: n += 1\n")
    guards, module = Guards(project), module_of(project)
    assert [touch.held for touch in guards.of_module(module, guards.locks_in(module))["n"]] == [guards.locks_in(module)]


def test_code_outside_of_the_class(make_project: MakeProject) -> None:
    """An attribute of a known object is touched by other code of the module too."""
    project = make_project("import threading\nclass A:\n    n = 0\ndef f(a: A):\n    a.n += 1\n")
    module = module_of(project)
    assert [touch.how for touch in Guards(project).from_outside(module, "n", module.classes[0])] == ["update"]
