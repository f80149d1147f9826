"""What a function gets that another one starts with whatever it was given."""

from __future__ import annotations

import pytest

from pytest_gilcheck.source.project import Project
from pytest_gilcheck.source.values import Instance
from tests.source.conftest import MakeProject, expression, module_of

HEAD = """
import multiprocessing, queue, threading
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor()

def work(first, second, third=None):
    print(first, second, third)

def other(first):
    pass

class Starter:
"""


def types(project: Project, name: str) -> list[object]:
    """What the name can be where `work` prints it."""
    module = module_of(project)
    return [value.type for value in project.values(expression(module, name), module) if isinstance(value, Instance)]


WAYS = [
    ("def go(self, target, *args): multiprocessing.Process(target=target, args=args).start()", "self.go(work, {})"),
    ("def go(self, target, *args): threading.Thread(None, target, None, args).start()", "self.go(work, {})"),
    ("def go(self, target, *args): return pool.submit(target, *args)", "self.go(work, {})"),
    ("def go(self, name, target, *args): return pool.submit(target, *args)", "self.go('n', work, {})"),
]


@pytest.mark.parametrize(("way", "call"), WAYS, ids=[way for way, _ in WAYS])
def test_arguments_that_are_handed_on_reach_the_target(make_project: MakeProject, way: str, call: str) -> None:
    """`*args` of the function that starts are what its callers give after the target, each at its place."""
    project = make_project(f"{HEAD}    {way}\n    def all(self): {call.format('queue.Queue(), threading.Event()')}\n")
    project.workers  # noqa: B018
    assert (types(project, "first"), types(project, "second"), types(project, "third")) == (["queue.Queue"], ["threading.Event"], [])


def test_only_callers_that_give_this_target_count(make_project: MakeProject) -> None:
    """What is given for another target, behind a star, or by keyword to a function without `**` reaches nothing."""
    project = make_project(
        f"""{HEAD}
    def go(self, target, *args, **kwargs):
        return pool.submit(target, 1, *args, **kwargs)

    def all(self, items):
        self.go(other, threading.Lock())
        self.go(work, *items)
        self.go(work, threading.Event(), third=queue.Queue())
"""
    )
    project.workers  # noqa: B018
    assert (types(project, "first"), types(project, "second"), types(project, "third")) == ([], ["threading.Event"], ["queue.Queue"])


def test_other_arguments_are_not_handed_on(make_project: MakeProject) -> None:
    """A target that is not a parameter, and arguments that are not `*args`, are left to what is written there."""
    project = make_project(
        f"""{HEAD}
    def go(self, *args):
        return pool.submit(work, *args)

    def name(self, target, arguments, *args):
        multiprocessing.Process(target=target, args=arguments).start()
        pool.submit(target, *arguments)

    def all(self):
        self.go(queue.Queue())
        self.name(work, (queue.Queue(),), queue.Queue(), queue.Queue())
"""
    )
    project.workers  # noqa: B018
    assert (types(project, "first"), types(project, "second")) == ([], [])
