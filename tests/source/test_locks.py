"""Which locks are held where."""

from __future__ import annotations

import textwrap

import pytest

from tests.source.conftest import MakeProject, expression, module_of

HELD = [
    "with lock: here()",
    "with lock, open('x'): here()",
    "async def f():\n    async with self_lock: here()",
    "def f():\n    lock.acquire()\n    here()\n    lock.release()",
    "def f():\n    lock.acquire()\n    try:\n        if x: here()\n    finally:\n        lock.release()",
    "def f():\n    if lock.acquire(timeout=1):\n        pass\n    with lock:\n        for i in x:\n            here()",
    "@synchronized(lock)\ndef f(): here()",
    "def locked(f):\n    def inner(*a):\n        with lock:\n            return f(*a)\n    return inner\n@locked\ndef g(): here()",
    "c = threading.Condition()\nwith c: here()",
    "def f():\n    own = threading.Lock()\n    share(own)\n    with own: here()",
    "def f():\n    own = threading.Lock()\n    def g():\n        with own: here()",
    "class A:\n    def __init__(self): self.guard = threading.RLock()\n    def f(self):\n        with self.guard: here()",
    "with unknown.write_lock(): here()",
    "with self._mutex: here()",
    "with locks[key]: here()",
    "s = threading.Semaphore(1)\nwith s: here()",
    "stack.enter_context(lock)\nhere()",
]
BARE = [
    "here()",
    "with open('x'): here()",
    "with lock: pass\nhere()",
    "def f():\n    lock.acquire()\n    lock.release()\n    here()",
    "with lock:\n    def later(): here()",
    "with lock:\n    f = lambda: here()",
    "with block: here()",
    "with clock: here()",
    "s = threading.Semaphore(5)\nwith s: here()",
    "with threading.Event() as lockdown: here()",
    "def f():\n    if x: lock.acquire()\n    here()",
    "with threading.Condition(): here()",
    "def f():\n    own = threading.Lock()\n    with own: here()",
    "def f():\n    own = threading.Lock()\n    own.acquire()\n    here()\n    own.release()",
]


@pytest.mark.parametrize("code", HELD)
def test_a_lock_around_the_place_is_held(make_project: MakeProject, code: str) -> None:
    """`with`, `acquire` before it in the same block, and decorators hold a lock."""
    module = module_of(make_project("import threading\nlock = threading.Lock()\n" + code))
    assert module.project.locks.held(expression(module, "here()"), module)


@pytest.mark.parametrize("code", BARE)
def test_no_lock_is_held_where_none_is(make_project: MakeProject, code: str) -> None:
    """Released locks, locks around a definition only, names that merely end like one, and a lock of this call alone hold nothing."""
    module = module_of(make_project("import threading\nlock = threading.Lock()\n" + code))
    assert not module.project.locks.held(expression(module, "here()"), module)


def test_one_lock_has_one_key_and_two_locks_have_two(make_project: MakeProject) -> None:
    """The same attribute in two methods, a base class and an instance elsewhere is one lock; another attribute isn't."""
    project = make_project(
        """
        import threading
        class Base:
            def __init__(self):
                self.lock = threading.Lock()
                self.other = threading.Lock()
        class Child(Base):
            def a(self):
                with self.lock: one()
            def b(self):
                with self.other: two()
        def c(child: Child):
            with child.lock: three()
        """
    )
    module = module_of(project)
    one, two, three = (project.locks.held(expression(module, f"{name}()"), module) for name in ("one", "two", "three"))
    assert one == three
    assert one != two
    assert len(one) == len(two) == 1


SAME = [
    "def f(self):\n    other = self.lock\n    with other: here()",
    "def f(self):\n    with self.changed: here()",
    "def f(self):\n    changed = self.changed\n    with changed: here()",
]


@pytest.mark.parametrize("code", SAME)
def test_other_names_and_conditions_are_the_lock_itself(make_project: MakeProject, code: str) -> None:
    """A local name of a lock, and a condition over it, have its key."""
    init = "def __init__(self):\n    self.lock = threading.Lock()\n    self.changed = threading.Condition(self.lock)"
    body = textwrap.indent(f"{init}\ndef plain(self):\n    with self.lock: there()\n{code}", "    ")
    module = module_of(make_project(f"import threading\nclass A:\n{body}"))
    held = [module.project.locks.held(expression(module, text), module) for text in ("here()", "there()")]
    assert held[0] == held[1]
    assert len(held[0]) == 1


KINDS = [
    ("threading.Lock()", "threading.Lock"),
    ("threading.BoundedSemaphore(4)", "threading.BoundedSemaphore"),
    ("asyncio.Lock()", "asyncio.Lock"),
    ("unknown.make()", ""),
    ("redis.Redis().lock('x')", None),
    ("filelock.FileLock('x')", None),
    ("Own()", None),
]


@pytest.mark.parametrize(("made", "kind"), KINDS)
def test_the_class_of_a_lock_is_told_from_foreign_ones(make_project: MakeProject, made: str, kind: str | None) -> None:
    """Locks of the standard library are known by class, others by their name alone, and those of files and projects not at all."""
    code = f"import asyncio, filelock, redis, threading, unknown\nclass Own:\n    pass\nlock = {made}\nlock\n"
    module = module_of(make_project(code))
    assert module.project.locks.type_of(expression(module, "lock"), module) == kind
