"""How code touches attributes and variables, and under which locks."""

from __future__ import annotations

import pytest

from pytest_gilcheck.source.guards import Guards, is_handed_out
from tests.source.conftest import MakeProject, module_of


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


LOCKS = [
    ("def __init__(self, lock: threading.Lock): self.lock = lock", 1),
    ("def __init__(self, lock=None): self.lock = lock or threading.RLock()", 1),
    ("lock: threading.Lock = field(default_factory=threading.Lock)", 1),
    ("lock = threading.Condition()", 1),
    ("def __init__(self, block): self.block = block", 0),
    ("names: list = field(default_factory=list)", 0),
]


@pytest.mark.parametrize(("line", "count"), LOCKS)
def test_locks_of_a_class(make_project: MakeProject, line: str, count: int) -> None:
    """Locks are known where they are made, given, or made for each object by a field."""
    project = make_project(f"import threading\nfrom dataclasses import field\nclass A:\n    {line}\n")
    assert len(Guards(project).locks_of(module_of(project).classes[0])) == count


def test_attributes_of_the_class_itself(make_project: MakeProject) -> None:
    """What class methods share is guarded by a lock of the class."""
    project = make_project(
        """
        import threading
        class A:
            lock = threading.Lock()
            known = {}
            @classmethod
            def add(cls, name):
                with cls.lock: cls.known[name] = 1
            @classmethod
            def all(cls):
                return [name for name in cls.known]
        """
    )
    guards, cls = Guards(project), module_of(project).classes[0]
    assert [(touch.how, bool(touch.held)) for touch in guards.of_class(cls, guards.locks_of(cls))["known"]] == [
        ("change", True),
        ("loop", False),
    ]


HANDED = [
    ("self.timer.every(5, self._look)", True),
    ("self.timer.every(5, callback=self._look)", True),
    ("self.cond.wait_for(self._look)", False),
    ("self._look()", False),
    ("with self.cond: self.run(self._look)", False),
]


@pytest.mark.parametrize(("line", "handed"), HANDED)
def test_methods_that_others_call(make_project: MakeProject, line: str, handed: bool) -> None:
    """A method that is given away may be called without the lock, unless it is given where the lock is held."""
    project = make_project(
        f"import threading\nclass A:\n    cond = threading.Condition()\n    def f(self):\n        {line}\n    def _look(self): pass\n"
    )
    assert is_handed_out(module_of(project).classes[0].methods["_look"]) is handed
