"""In which way code touches a variable."""

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
    ("self.x[0].append(1)", "change"),
    ("self.x[0][1] += 1", "update"),
    ("print(self.x[0].name)", "read"),
    ("heapq.heappush(self.x, 1)", "change"),
    ("heapq.heappush(other, self.x)", "read"),
    ("sum(self.x.values())", "loop"),
    ("max(self.x.keys())", "read"),
    ("for i, one in enumerate(self.x): pass", "loop"),
    ("json.dumps(self.x)", "loop"),
    ("for one in list(self.x): pass", "read"),
    ("yield from self.x", "loop"),
]


@pytest.mark.parametrize(("code", "how"), WAYS)
def test_ways_to_touch(make_project: MakeProject, code: str, how: str) -> None:
    """Looking, looping, changing what it holds, and giving it another value are told apart."""
    guarded = "    def g(self):\n        with self.lock: self.x = 0\n"
    project = make_project(f"import threading\nclass A:\n    lock = threading.Lock()\n    def f(self):\n        {code}\n{guarded}")
    guards, cls = Guards(project), module_of(project).classes[0]
    touches = guards.of_class(cls, guards.locks_of(cls))
    assert [touch.how for touch in touches["x"]] == [how, "write"]
