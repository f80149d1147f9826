"""Which checks and acts belong together, and which pairs nothing can come between."""

from __future__ import annotations

import textwrap

import pytest

from pytest_gilcheck.rules.sharing.check_then_act import CheckThenAct
from pytest_gilcheck.testing import check_files, check_source

HEAD = """
import collections, os, pathlib, queue, shutil, threading
data = {}
jobs = queue.Queue()
line = collections.deque()
path = pathlib.Path("out")
lock = threading.Lock()
class Box:
    item = None
box = Box()
value = None
"""
ACTS = [
    "if key not in data: data[key] = make()",
    "if not key in data: data[key] = make()",
    "if key in data: del data[key]",
    "if data.get(key) is None: data[key] = make()",
    "if not data.get(key): data[key] = make()",
    "found = data.get(key)\nif found is None: data[key] = make()",
    "if (found := data.get(key)) is None: data[key] = make()",
    "if box.item is None: box.item = make()",
    "if not box.item: box.item = make()",
    "if getattr(box, 'item', None) is None: box.item = make()",
    "if not hasattr(box, 'item'): box.item = make()",
    "if not hasattr(box, 'item'): setattr(box, 'item', make())",
    "if ready and box.item is None: box.item = make()",
    "if ready or box.item is None:\n    pass\nelse:\n    pass\nif box.item is None: box.item = make()",
    "if box.item is not None or key is None: return\nbox.item = make()",
    "box.item = box.item or make()",
    "box.item = box.item if box.item else make()",
    "try:\n    return data[key]\nexcept KeyError:\n    data[key] = make()",
    "try:\n    return box.item\nexcept AttributeError:\n    box.item = make()",
    "try:\n    return data[key]\nexcept KeyError:\n    pass\ndata[key] = make()",
    "if not os.path.exists(path): os.mkdir(path)",
    "if not path.exists(): path.mkdir()",
    "if path.exists(): path.unlink()",
    "if os.path.exists(path): os.remove(path)",
    "if os.path.isdir(path): shutil.rmtree(path)",
    "if not jobs.empty(): jobs.get_nowait()",
    "if jobs.qsize(): jobs.get()",
    "if len(line): line.popleft()",
    "if line: line.pop()",
]


def code(body: str, workers: str = "range(3)") -> str:
    """A module in which several threads run the body."""
    return (
        f"{HEAD}def work(key):\n{textwrap.indent(body, '    ')}\nfor i in {workers}: threading.Thread(target=work, args=('a',)).start()\n"
    )


@pytest.mark.parametrize("body", ACTS)
def test_an_act_that_rests_on_a_check_is_flagged(body: str) -> None:
    """Two threads may both see that something is missing or there, and both act on it."""
    assert [finding.rule for finding in check_source(code(body), CheckThenAct)] == ["GIL402"]


@pytest.mark.parametrize("body", ACTS)
def test_a_lock_around_both_makes_them_one(body: str) -> None:
    """Nothing comes between a check and an act under one lock."""
    assert check_source(code(f"with lock:\n{textwrap.indent(body, '    ')}"), CheckThenAct) == []


@pytest.mark.parametrize("body", ACTS)
def test_a_single_thread_needs_no_lock(body: str) -> None:
    """One worker can't come between its own check and act."""
    assert check_source(code(body, "range(1)"), CheckThenAct) == []


HARMLESS = [
    "if box.item is not None: box.item = None",
    "if not path.exists(): path.mkdir(exist_ok=True)",
    "if not os.path.exists(path): os.makedirs(path, exist_ok=True)",
    "if path.exists(): path.unlink(missing_ok=True)",
    "if os.path.isdir(path): shutil.rmtree(path, ignore_errors=True)",
    "if key in data: data[key] = make()",
    "if key not in data: data.setdefault(key, make())",
    "if not jobs.empty(): jobs.get(timeout=1)",
    "if key not in data:\n    def later(): data[key] = make()",
    "if box.item is None:\n    with lock:\n        if box.item is None: box.item = make()",
    "own = {}\nif key not in own: own[key] = make()",
    "try:\n    return data[key]\nexcept ValueError:\n    data[key] = make()",
]


@pytest.mark.parametrize("body", HARMLESS)
def test_acts_that_stand_a_second_one_are_not_flagged(body: str) -> None:
    """Acts that do no harm twice, own variables, and a check that is made again under the lock are as they should be."""
    assert check_source(code(body), CheckThenAct) == []


def test_the_act_may_stand_in_another_file_than_the_threads() -> None:
    """The threads are followed into the file with the check."""
    files = {
        "cache.py": "data = {}\ndef get(key):\n    if key not in data:\n        data[key] = object()\n    return data[key]\n",
        "app.py": "import threading\nfrom cache import get\nfor _ in range(3): threading.Thread(target=get, args=('a',)).start()\n",
    }
    assert [(finding.site.path, finding.site.line) for finding in check_files(files, [CheckThenAct])] == [("cache.py", 3)]
