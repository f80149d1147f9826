"""What two threads share, and when they may be at it at once."""

from __future__ import annotations

import ast

import pytest

from pytest_gilcheck.source.sharing import Access
from pytest_gilcheck.source.starts import WorkerKind
from tests.source.conftest import MakeProject, meeting_at, module_of


def test_a_repeated_start_is_one_way_to_meet(make_project: MakeProject) -> None:
    """A loop of starts brings two threads to a global, and the meeting says by which loop."""
    project = make_project("""
        import threading
        n = 0
        def work():
            global n
            n += 1
        for _ in range(3):
            threading.Thread(target=work).start()
        """)
    meeting = meeting_at(project, "n += 1")
    assert meeting is not None
    assert meeting.repetition is not None
    assert isinstance(meeting.repetition.loop, ast.For)
    assert meeting.thing.kind == "global"


def test_two_starts_meet_at_an_object_they_share(make_project: MakeProject) -> None:
    """Two different workers of one object meet in both of its methods."""
    project = make_project("""
        import threading
        class Gauge:
            def __init__(self):
                self.level = 0
            def fill(self):
                self.level += 1
            def drain(self):
                self.level -= 1
            def run(self):
                threading.Thread(target=self.fill).start()
                threading.Thread(target=self.drain).start()
        """)
    for text, other in (("level += 1", "drain"), ("level -= 1", "fill")):
        meeting = meeting_at(project, text)
        assert meeting is not None
        assert meeting.other_reach is not None
        assert meeting.other_reach.chain[0].name == other


@pytest.mark.parametrize(
    "body",
    [
        "for _ in range(3):\n    t = threading.Thread(target=work)\n    t.start()\n    t.join()",
        "threading.Thread(target=work).start()",
        "threads = [threading.Thread(target=work) for _ in 'ab']\nfor t in threads:\n    t.start()\n    t.join()",
        "with ThreadPoolExecutor(1) as pool:\n    [pool.submit(work) for _ in range(3)]",
        "pool = ThreadPoolExecutor(4)\nfor _ in range(3):\n    pool.submit(work).result()",
        "if n:\n    threading.Thread(target=work).start()\nelse:\n    threading.Thread(target=work).start()",
        "for _ in range(3):\n    with ThreadPoolExecutor() as pool:\n        pool.submit(work)",
    ],
    ids=["joined in turn", "one thread", "a list one by one", "one worker", "each result awaited", "either or", "a block each"],
)
def test_workers_that_never_overlap_dont_meet(make_project: MakeProject, body: str) -> None:
    """Workers of which each ends before the next begins never meet."""
    head = "import threading\nfrom concurrent.futures import ThreadPoolExecutor\nn = 0\ndef work():\n    global n\n    n += 1\n"
    project = make_project(head + body + "\n")
    assert meeting_at(project, "n += 1") is None


@pytest.mark.parametrize(
    ("made", "shared"),
    [
        ("c = Box()\nfor _ in range(3):\n    threading.Thread(target=c.add).start()", True),
        ("for _ in range(3):\n    c = Box()\n    threading.Thread(target=c.add).start()", False),
        ("for c in [Box(), Box()]:\n    threading.Thread(target=c.add).start()", False),
        ("boxes = {}\nfor i in range(3):\n    threading.Thread(target=boxes[i].add).start()", False),
        ("c = Box()\nfor box in [c] * 3:\n    threading.Thread(target=box.add).start()", True),
        ("for _ in range(3):\n    threading.Thread(target=Box().add).start()", False),
        ("c = Box()\nts = [threading.Thread(target=c.add) for _ in range(3)]", True),
    ],
)
def test_an_object_is_shared_if_it_is_made_outside_of_the_loop(make_project: MakeProject, made: str, shared: bool) -> None:
    """One object for all threads is shared; one made for each of them is its own."""
    head = (
        "import threading\nclass Box:\n    def __init__(self):\n        self.n = 0\n    def add(self):\n        self.n += 1\ndef main():\n"
    )
    project = make_project(head + "\n".join("    " + line for line in made.splitlines()) + "\n")
    assert (meeting_at(project, "n += 1") is not None) is shared


@pytest.mark.parametrize(
    ("key", "shared"),
    [("index", False), ("'all'", True), ("threading.get_ident()", False), ("index * 2", False), ("word", True)],
)
def test_an_item_is_the_worker_s_own_if_its_key_is(make_project: MakeProject, key: str, shared: bool) -> None:
    """A key that differs for each worker makes a slot of its own; any other may be two workers' at once."""
    project = make_project(f"""
        import threading
        totals = {{}}
        def work(index):
            word = str(totals)
            totals[{key}] += 1
        for i in range(3):
            threading.Thread(target=work, args=(i,)).start()
        """)
    assert (meeting_at(project, "+= 1") is not None) is shared


def test_the_thread_that_started_the_worker_counts_until_it_waits(make_project: MakeProject) -> None:
    """The starter's own update meets the worker's while that runs, and no longer after the join."""
    code = """
        import threading
        n = 0
        def work():
            global n
            n += 1
        def main():
            global n
            t = threading.Thread(target=work)
            t.start()
            {before}
            t.join()
            {after}
        """
    beside = make_project(code.format(before="n -= 1", after="pass"))
    meeting = meeting_at(beside, "n += 1")
    assert meeting is not None
    assert meeting.other is not None
    assert meeting.other_reach is None
    assert meeting_at(make_project(code.format(before="pass", after="n -= 1")), "n += 1") is None


def test_a_lock_on_every_way_keeps_threads_apart(make_project: MakeProject) -> None:
    """A lock that callers hold counts as one held at the update itself."""
    project = make_project("""
        import threading
        lock = threading.Lock()
        n = 0
        def add():
            global n
            n += 1
        def work():
            with lock:
                add()
        for _ in range(3):
            threading.Thread(target=work).start()
        """)
    assert meeting_at(project, "n += 1") is None


def test_a_global_that_only_functions_bind_is_followed(make_project: MakeProject) -> None:
    """A name that only a `global` statement brings into the module is the module's."""
    project = make_project("""
        import multiprocessing as mp
        def init(c):
            global counter
            counter = c
        def work(_):
            counter.value += 1
        with mp.Pool(4, initializer=init, initargs=(mp.Value("i", 0),)) as pool:
            pool.map(work, range(3))
        """)
    module = module_of(project)
    update = project.sharing.updates_of(module)[0]
    access = Access(update.node, update.target, module)
    assert project.sharing.meeting(access, [], WorkerKind.PROCESS) is not None
