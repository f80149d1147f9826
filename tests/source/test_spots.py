"""Which places of the code two threads may be at together."""

from __future__ import annotations

import pytest

from pytest_gilcheck.source.spots import Spot
from tests.source.conftest import MakeProject, expression, module_of

HEAD = "import threading\ndef one(): here()\ndef two(): there()\n"
TOGETHER = [
    "def go():\n    t = threading.Thread(target=one)\n    u = threading.Thread(target=two)\n    t.start()\n    u.start()",
    "def go():\n    t = threading.Thread(target=one)\n    t.start()\n    two()\n    t.join()",
    "def go():\n    threading.Thread(target=one).start()",
    "",
]
APART = [
    "def go():\n    t = threading.Thread(target=one)\n    t.start()\n    t.join()\n    two()",
    "def go():\n    two()\n    t = threading.Thread(target=one)\n    t.start()",
    "def go():\n    one()\n    two()",
    "def both():\n    one()\n    two()\ndef go():\n    threading.Thread(target=both).start()",
]


def meet(make_project: MakeProject, code: str) -> bool:
    """Whether `here()` and `there()` may be run at once."""
    module = module_of(make_project(HEAD + code))
    spots = [Spot(node, module, module.function_around(node)) for node in (expression(module, "here()"), expression(module, "there()"))]
    return module.project.lock_order.spots.may_run_at_once(*spots)


@pytest.mark.parametrize("code", TOGETHER)
def test_places_that_two_threads_come_to(make_project: MakeProject, code: str) -> None:
    """Two workers, a worker beside its starter, or functions that anybody may call, meet."""
    assert meet(make_project, code)


@pytest.mark.parametrize("code", APART)
def test_places_that_follow_each_other(make_project: MakeProject, code: str) -> None:
    """Before the start, after the join, and in one thread alone nothing meets."""
    assert not meet(make_project, code)
