"""Where locks are taken, and by which calls."""

from __future__ import annotations

from pytest_gilcheck.source.project import Project
from tests.source.conftest import MakeProject, expression, module_of

CODE = """
import asyncio, threading
a = threading.Lock()
b = threading.Lock()
def direct():
    with a, b:
        return 1
def tried():
    a.acquire(timeout=1)
    b.acquire(False)
    a.acquire()
def outer():
    with a:
        middle()
def middle():
    inner()
def inner():
    with b:
        return 2
async def later():
    with b:
        return 3
def starts_nothing():
    later()
def recursive():
    with a:
        recursive()
        helper()
def helper():
    return 4
"""


def names(project: Project, call: str) -> list[str]:
    """Last names of the locks that a call leads to."""
    module = module_of(project)
    node = expression(module, call)
    return [below.acquisition.key.rpartition(" ")[2] for below in project.lock_order.acquisitions.below(node, module)]  # type: ignore[arg-type]


def test_a_with_statement_takes_its_locks_in_order(make_project: MakeProject) -> None:
    """The second lock of one `with` is taken while the first is held."""
    project = make_project(CODE)
    acquisitions = project.lock_order.acquisitions
    first, second = [one for one in acquisitions.of_module(module_of(project)) if one.line == 6]
    assert acquisitions.held_at(first) == frozenset()
    assert acquisitions.held_at(second) == {first.key}


def test_an_acquisition_that_gives_up_does_not_block(make_project: MakeProject) -> None:
    """A timeout, or `False`, keeps it from waiting for ever."""
    project = make_project(CODE)
    found = {one.line: one.blocks for one in project.lock_order.acquisitions.of_module(module_of(project)) if 9 <= one.line <= 11}
    assert found == {9: False, 10: False, 11: True}


def test_calls_lead_to_acquisitions(make_project: MakeProject) -> None:
    """What is taken two functions further down belongs to the call; a coroutine that nobody awaits takes nothing."""
    project = make_project(CODE)
    assert names(project, "middle()") == ["b"]
    assert names(project, "later()") == []


def test_locks_of_every_caller_are_held_on_entry(make_project: MakeProject) -> None:
    """A function holds what all of its callers hold; one without callers holds nothing."""
    project = make_project(CODE)
    functions = {function.name: function for function in module_of(project).functions}
    on_entry = project.lock_order.acquisitions.on_entry
    assert [key.rpartition(" ")[2] for key in on_entry(functions["inner"])] == ["a"]
    assert [key.rpartition(" ")[2] for key in on_entry(functions["helper"])] == ["a"]
    assert on_entry(functions["outer"]) == frozenset()
    assert on_entry(None) == frozenset()


def test_a_hook_holds_what_the_base_class_holds(make_project: MakeProject) -> None:
    """The caller of an overridden method calls the one that overrides it."""
    project = make_project(
        """
        import threading
        class Base:
            def __init__(self): self.lock = threading.Lock()
            def run(self):
                with self.lock: self.handle()
            def handle(self): pass
        class Child(Base):
            def handle(self): pass
        """
    )
    hook = next(function for function in module_of(project).functions if function.qualname == "Child.handle")
    assert len(project.lock_order.acquisitions.on_entry(hook)) == 1
