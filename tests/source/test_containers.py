"""What comes out of dictionaries."""

from __future__ import annotations

import pytest

from tests.source.conftest import MakeProject, describe

CASES = [
    "d = {}\nd[1] = queue.Queue()\nx = d[1]",
    "d = {1: queue.Queue()}\nx = d[1]",
    "d = {n: queue.Queue() for n in names}\nx = d[1]",
    "d = {}\nd[1] = queue.Queue()\nfor x in d.values(): x",
    "d = {}\nd[1] = queue.Queue()\nfor k, x in d.items(): x",
    "class A:\n    def __init__(self):\n        self.d = {}\n        self.d[1] = queue.Queue()\n        x = self.d[2]\n        x",
]


@pytest.mark.parametrize("code", CASES)
def test_values_of_a_dictionary(make_project: MakeProject, code: str) -> None:
    """What a display holds or an assignment stores comes out by key, by `values` and by `items`."""
    end = "" if "class A" in code else "\nx"
    assert describe(make_project(f"import queue\n{code}{end}\n"), "x") == ["queue.Queue()"]


SEQUENCES = [
    "for n, x in zip(names, [queue.Queue()]): x",
    "for n, x in enumerate([queue.Queue()]): x",
    "for n, x in [(1, queue.Queue())]: x",
    "n, x = pair = 1, queue.Queue()",
    "d = defaultdict(set)\nd[1].add(queue.Queue())\nfor x in d[2]: x",
    "d = {}\nd.setdefault(1, []).append(queue.Queue())\nfor x in list(d.get(1, ())): x",
    "d = []\nd.append(queue.Queue())\nfor x in d.copy(): x",
    "pair = [1, queue.Queue()]\nn, x = pair",
    "n, x = [queue.Queue() for _ in names]",
    "xs = [queue.Queue()]\nx = xs[0]",
    "xs = []\nxs.append(queue.Queue())\nx = xs[0]",
    "xs = set()\nxs.add(queue.Queue())\nfor x in xs: x",
    "x = queue.Queue[int]()",
    "class Mine(queue.Queue): pass\nx = Mine[int]()\nx = queue.Queue()",
]


@pytest.mark.parametrize("code", SEQUENCES)
def test_elements_of_a_sequence(make_project: MakeProject, code: str) -> None:
    """Loops, unpacking and indexing give the elements at that position; a generic class stays the class."""
    assert "queue.Queue()" in describe(make_project(f"import queue\n{code}\nx\n"), "x")


def test_keys_are_no_values(make_project: MakeProject) -> None:
    """Iterating over a dictionary gives its keys, of which nothing is known."""
    assert describe(make_project("import queue\nd = {}\nd[1] = queue.Queue()\nfor x in d: x\nx"), "x") == []


def test_ends_of_a_pipe(make_project: MakeProject) -> None:
    """Both ends of a pipe are connections, of a context's too."""
    code = "import multiprocessing\nx, y = multiprocessing.Pipe()\nx\n"
    assert describe(make_project(code), "x") == ["multiprocessing.connection.Connection()"]
    code = "from multiprocessing import get_context\ny, x = get_context('spawn').Pipe()\nx\n"
    assert describe(make_project(code), "x") == ["multiprocessing.connection.Connection()"]
