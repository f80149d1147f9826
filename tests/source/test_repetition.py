"""Whether what is started once in the text, or in two places, runs more than once at a time."""

from __future__ import annotations

import textwrap

import pytest

from tests.source.conftest import MakeProject, is_shared

HEAD = """
import threading

class Box:
    def __init__(self):
        self.n = 0
        self._thread = None
    def add(self):
        self.n += 1
    def take(self):
        self.n -= 1
"""
STARTERS = {
    "start": "threading.Thread(target=self.add).start()",
    "start_taking": "threading.Thread(target=self.take).start()",
    "start_kept": "self._thread = threading.Thread(target=self.take)\nself._thread.start()",
    "restart": "if self._thread is None:\n    self._thread = threading.Thread(target=self.add)\n    self._thread.start()",
    "start_and_wait": "thread = threading.Thread(target=self.add)\nthread.start()\nthread.join()",
}
FUNCTIONS = """
class Runner(threading.Thread):
    def __init__(self, box):
        super().__init__()
        self.box = box
    def run(self):
        self.box.n += 1

def begin(box):
    threading.Thread(target=box.add).start()

def spawn(target):
    threading.Thread(target=target).start()
"""


def with_starters(*names: str) -> str:
    """The class, with these of its methods that start threads."""
    return HEAD + "".join(f"    def {name}(self):\n{textwrap.indent(STARTERS[name], ' ' * 8)}\n" for name in names)


CALLERS = [
    ("box.start()", False),
    ("for _ in range(3): box.start()", True),
    ("for _ in range(3): Box().start()", False),
    ("for each in [Box(), Box()]: each.start()", False),
    ("for _ in range(3): box.restart()", False),
    ("for _ in range(3): box.start_and_wait()", False),
    ("box.start()\nbox.start()", True),
    ("box.start()\nBox().start()", False),
    ("begin(box)", False),
    ("for _ in range(3): begin(box)", True),
    ("for _ in range(3): begin(Box())", False),
    ("begin(box)\nbegin(box)", True),
    ("begin(box)\nbegin(other)", False),
    ("if boxes:\n    begin(box)\nelse:\n    begin(box)", False),
    ("Runner(box).start()", False),
    ("Runner(box).start()\nRunner(box).start()", True),
    ("Runner(box).start()\nRunner(other).start()", False),
    ("for _ in range(3): Runner(box).start()", True),
    ("for _ in range(3): Runner(Box()).start()", False),
    ("spawn(box.add)\nspawn(print)", False),
    ("spawn(box.add)\nfor name in boxes: spawn(name.load)", False),
    ("spawn(box.add)\nspawn(box.add)", True),
    ("for _ in range(3): spawn(box.add)", True),
]


@pytest.mark.parametrize(("body", "shared"), CALLERS)
def test_a_start_repeats_with_its_callers(make_project: MakeProject, body: str, shared: bool) -> None:
    """Calling what starts a thread twice gives two threads; they meet if they were given one object and nobody waits."""
    main = f"def main(boxes):\n    box = Box()\n    other = Box()\n{textwrap.indent(body, '    ')}\n"
    starters = with_starters(*(name for name in STARTERS if f".{name}()" in body))
    functions = FUNCTIONS if "egin" in body or "Runner" in body or "spawn" in body else ""
    assert is_shared(make_project(starters + functions + main)) is shared


def test_two_methods_that_each_start_a_thread_of_one_object(make_project: MakeProject) -> None:
    """Users may call both: their threads are taken to run at once, unless one attribute holds either."""
    assert is_shared(make_project(with_starters("start", "start_taking")))
    assert not is_shared(make_project(with_starters("restart", "start_kept")))


@pytest.mark.parametrize(("workers", "shared"), [("range(3)", True), ("range(1)", False)])
def test_a_thread_that_threads_start_is_as_many_as_they(make_project: MakeProject, workers: str, shared: bool) -> None:
    """What each of several workers starts runs several times at once; what a single one starts, once."""
    project = make_project(f"""
        import threading
        n = 0
        def inner():
            global n
            n += 1
        def outer():
            threading.Thread(target=inner).start()
        def main():
            for _ in {workers}:
                threading.Thread(target=outer).start()
        """)
    assert is_shared(project) is shared


def test_threads_that_a_test_starts_are_taken_as_it_shows_them(make_project: MakeProject) -> None:
    """A test function is called once at a time, whatever the loops around its callers."""
    code = """
        import threading
        n = 0
        def work():
            global n
            n += 1
        def test_one():
            threading.Thread(target=work).start()
        for _ in range(3):
            test_one()
        """
    assert not is_shared(make_project(code))
    assert is_shared(make_project(code.replace("test_one", "one")))


def test_a_variable_of_another_file_is_one_variable(make_project: MakeProject) -> None:
    """Two workers in two files that import one object change the same one."""
    project = make_project(
        {
            "state.py": "class Box:\n    n = 0\nBOX = Box()\n",
            "left.py": "import threading\nfrom state import BOX\ndef left():\n    BOX.n += 1\n",
            "app.py": (
                "import threading\nimport state\nfrom left import left\ndef right():\n    state.BOX.n -= 1\n"
                "def main():\n    threading.Thread(target=left).start()\n    threading.Thread(target=right).start()\n"
            ),
        }
    )
    assert is_shared(project)


SINK = "def sink():\n    threading.Thread(target=down).start()\n"
TWO = """
import threading
n = 0
def up():
    global n
    n += 1
def down():
    global n
    n -= 1
def rise():
    threading.Thread(target=up).start()
"""


@pytest.mark.parametrize(
    ("code", "shared"),
    [
        (SINK + "def main():\n    rise()\n    sink()", True),
        (SINK + "def main():\n    rise()\ndef other():\n    sink()", False),
        ("def sink():\n    rise()\n    threading.Thread(target=down).start()", True),
        ("def sink():\n    t = threading.Thread(target=down)\n    t.start()\n    t.join()\ndef main():\n    rise()\n    sink()", False),
        (SINK + "def main(up_first):\n    if up_first:\n        rise()\n    else:\n        sink()", False),
        (SINK + "def main(way):\n    match way:\n        case 1:\n            rise()\n        case 2:\n            sink()", False),
        (SINK + "def main():\n    try:\n        rise()\n    except OSError:\n        sink()", False),
    ],
)
def test_starts_in_two_functions_meet_where_both_are_called(make_project: MakeProject, code: str, shared: bool) -> None:
    """One caller of both, or one that calls the other, has both threads at once; branches and joins keep them apart."""
    assert is_shared(make_project(f"{TWO}{code}\n")) is shared
