"""What expressions are found to be."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from pytest_gilcheck.source.infer import Inference
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.values import Value
from tests.source.conftest import MakeProject, describe

NAMES = [
    ("import threading\nx = threading.Thread", "threading.Thread"),
    ("import threading as t\nx = t.Thread", "threading.Thread"),
    ("from threading import Thread\nx = Thread", "threading.Thread"),
    ("from threading import Thread as T\nx = T", "threading.Thread"),
    ("from threading import *\nx = Thread", "threading.Thread"),
    ("import concurrent.futures\nx = concurrent.futures.ThreadPoolExecutor", "concurrent.futures.ThreadPoolExecutor"),
    ("import concurrent.futures.thread as c\nx = c.ThreadPoolExecutor", "concurrent.futures.ThreadPoolExecutor"),
    ("from concurrent import futures\nx = futures.thread.ThreadPoolExecutor", "concurrent.futures.ThreadPoolExecutor"),
    ("from multiprocessing.pool import Pool\nx = Pool", "multiprocessing.Pool"),
    ("from multiprocessing.dummy import Pool\nx = Pool", "multiprocessing.pool.ThreadPool"),
    ("import threading\nMaker = threading.Thread\nx = Maker", "threading.Thread"),
    ("try:\n    import queue\nexcept ImportError:\n    import Queue as queue\nx = queue.Queue", "queue.Queue"),
    ("x = len", "builtins.len"),
]


def test_an_annotation_that_repeats_the_constructor_adds_nothing(make_project: MakeProject) -> None:
    """The variable holds the one object that was seen to be made."""
    project = make_project("import queue\nq: queue.Queue = queue.Queue(5)\nuse(q)\n")
    assert describe(project, "q") == ["queue.Queue()"]


@pytest.mark.parametrize(("code", "name"), NAMES)
def test_names_are_followed_to_one_canonical_name(make_project: MakeProject, code: str, name: str) -> None:
    """However a thing is imported, it goes by one name."""
    project = make_project(code + "\nresult(x)\nimport threading as keep_relevant\n")
    assert describe(project, "x")[0] == name
    assert set(describe(project, "x")) == {name}


INSTANCES = [
    ("import queue\nq = queue.Queue()", "q", "queue.Queue()"),
    ("from queue import Queue\nq: Queue[int] = make()", "q", "queue.Queue()"),
    ("import multiprocessing as mp\nctx = mp.get_context('spawn')\np = ctx.Pool(2)", "p", "multiprocessing.Pool()"),
    ("from concurrent.futures import *\nwith ThreadPoolExecutor() as pool:\n    f = pool.submit(g)", "f", "concurrent.futures.Future()"),
    ("from concurrent import futures\ndef run(pool: futures.Executor): return pool", "pool", "concurrent.futures.Executor()"),
    ("import queue\ndef run(q: 'queue.Queue | None'): return q", "q", "queue.Queue()"),
    ("import queue\nfrom typing import Optional\ndef run(q: Optional[queue.Queue] = None): return q", "q", "queue.Queue()"),
    ("import queue\ndef make(): return queue.Queue()\nq = make()", "q", "queue.Queue()"),
    ("import queue\nq = make() or queue.Queue()", "q", "queue.Queue()"),
    ("import queue\nfrom typing import Final\nq: Final = queue.Queue()", "q", "queue.Queue()"),
    ("import queue\nfrom typing import Any\nq: Any = queue.Queue()", "q", "queue.Queue()"),
    ("import queue\nfrom typing import cast\nq = cast('Box', queue.Queue())", "q", "queue.Queue()"),
    ("import queue, weakref\nq = weakref.proxy(queue.Queue())", "q", "queue.Queue()"),
    ("import queue\nif (q := queue.Queue()): pass", "q", "queue.Queue()"),
    ("import queue\na, q = 1, queue.Queue()", "q", "queue.Queue()"),
    ("import queue\nqs = [queue.Queue() for _ in range(3)]\nfor q in qs: use(q)", "q", "queue.Queue()"),
    ("import queue\nqs = []\nqs.append(queue.Queue())\nfor i, q in enumerate(qs): use(q)", "q", "queue.Queue()"),
    ("import asyncio\nasync def f():\n    t = asyncio.create_task(g())", "t", "asyncio.Task()"),
    ("import asyncio\nloop = asyncio.get_running_loop()\nf = loop.run_in_executor(None, g)", "f", "asyncio.Future()"),
    ("from concurrent.futures import as_completed\nfor f in as_completed(fs): f.result()", "f", "concurrent.futures.Future()"),
    ("import threading\nclass W(threading.Thread): pass\nw = W()\nuse(w)", "w", "W()"),
    ("import queue\nclass A:\n    def __init__(self): self.q = queue.Queue()\n    def run(self): return self.q", "self.q", "queue.Queue()"),
    ("import queue\nclass B:\n    q = queue.Queue()\nclass A(B):\n    def run(self): return self.q", "self.q", "queue.Queue()"),
    ("import queue\nclass A:\n    @property\n    def q(self): return queue.Queue()\na = A()\nx = a.q", "a.q", "queue.Queue()"),
    ("import queue\nclass A:\n    def __enter__(self): return queue.Queue()\nwith A() as q: use(q)", "q", "queue.Queue()"),
    (
        "import queue\nfrom contextlib import contextmanager\n@contextmanager\ndef m(): yield queue.Queue()\nwith m() as q: use(q)",
        "q",
        "queue.Queue()",
    ),
    ("from functools import partial\nimport queue\nmake = partial(queue.Queue, 3)\nq = make()", "q", "queue.Queue()"),
    ("import queue\nmake = lambda: queue.Queue()\nq = make()", "q", "queue.Queue()"),
    ("import queue\ndef make() -> queue.Queue: return unknown()\nq = make()", "q", "queue.Queue()"),
    ("import queue\nclass A:\n    def make(self): return queue.Queue()\nq = A().make()", "q", "queue.Queue()"),
    ("import queue\nasync def make(): return queue.Queue()\nasync def f():\n    q = await make()\n    q", "q", "queue.Queue()"),
    ("import contextlib, queue\nwith contextlib.nullcontext(queue.Queue()) as q: use(q)", "q", "queue.Queue()"),
    (
        "import attrs, queue\n@attrs.define\nclass A:\n    q: object = attrs.field(factory=queue.Queue)\n    def f(self): return self.q",
        "self.q",
        "queue.Queue()",
    ),
    (
        "import contextlib as c\nfrom queue import Queue\nwith c.ExitStack() as s:\n    q = s.enter_context(c.nullcontext(Queue()))",
        "q",
        "queue.Queue()",
    ),
    (
        "import queue\nclass B:\n    def make(self): return queue.Queue()\nclass A(B):\n    def f(self):\n        q = super().make(); q",
        "q",
        "queue.Queue()",
    ),
    ("import queue\nclass A:\n    @classmethod\n    def make(cls): return cls()\na = A.make()", "a", "A()"),
]


@pytest.mark.parametrize(("code", "text", "what"), INSTANCES)
def test_values_are_followed_to_their_class(make_project: MakeProject, code: str, text: str, what: str) -> None:
    """Assignments, annotations, returns, attributes, unpacking, loops and context managers carry what they were given."""
    assert what in describe(make_project(code), text)


def test_a_class_of_the_project_is_not_the_library_s(make_project: MakeProject) -> None:
    """A project's own Queue is its own, whatever its name."""
    project = make_project("import threading\nclass Queue: pass\nq = Queue()\nuse(q)")
    assert describe(project, "q") == ["Queue()"]
    assert describe(project, "Queue") == ["class Queue"]


def test_names_are_followed_into_other_modules(make_project: MakeProject) -> None:
    """Re-exports, relative imports and modules by another name lead to the same definition."""
    project = make_project(
        {
            "src/pkg/__init__.py": "from .core import work as work, Pool\n",
            "src/pkg/core.py": "from concurrent.futures import ThreadPoolExecutor as Pool\ndef work(): pass\n",
            "src/pkg/user.py": "import threading\nfrom . import work, Pool\nfrom pkg import core as c\na = work\nb = Pool\nd = c.work\n",
        }
    )
    assert describe(project, "work", "src/pkg/user.py") == ["def work"]
    assert describe(project, "Pool", "src/pkg/user.py") == ["concurrent.futures.ThreadPoolExecutor"]
    assert describe(project, "c.work", "src/pkg/user.py") == ["def work"]


def test_the_nearest_of_two_modules_with_one_name_is_meant(make_project: MakeProject) -> None:
    """Two examples that each have a `work.py` beside them import their own."""
    project = make_project(
        {
            "one/work.py": "import queue\nq = queue.Queue()\n",
            "one/app.py": "import threading\nfrom work import q\nuse(q)\n",
            "two/work.py": "import threading\nq = threading.Lock()\n",
            "two/app.py": "import threading\nfrom work import q\nuse(q)\n",
        }
    )
    assert describe(project, "q", "one/app.py") == ["queue.Queue()"]
    assert describe(project, "q", "two/app.py") == ["threading.Lock()"]


def test_fixtures_give_their_values_to_parameters(make_project: MakeProject) -> None:
    """A test's parameter is what the fixture of that name yields or returns; the nearest fixture wins."""
    project = make_project(
        {
            "tests/conftest.py": "import pytest, queue\n@pytest.fixture\ndef jobs():\n    yield queue.Queue()\n",
            "tests/unit/test_a.py": (
                "import pytest, threading\n@pytest.fixture(name='lock')\ndef make(): return threading.Lock()\n"
                "def test_a(jobs, lock, thread_pool): use(jobs, lock, thread_pool)\n"
            ),
        }
    )
    assert describe(project, "jobs", "tests/unit/test_a.py") == ["queue.Queue()"]
    assert describe(project, "lock", "tests/unit/test_a.py") == ["threading.Lock()"]
    assert describe(project, "thread_pool", "tests/unit/test_a.py") == ["concurrent.futures.ThreadPoolExecutor()"]


def test_parameters_are_what_the_project_passes(make_project: MakeProject) -> None:
    """A parameter without annotation is what callers and worker starts give it."""
    project = make_project(
        """
        import queue, threading
        def feed(q, n): q.put(n)
        def drain(jobs): jobs.get()
        def main():
            q = queue.Queue()
            threading.Thread(target=drain, kwargs={"jobs": q}).start()
            feed(q, n=1)
        """
    )
    assert describe(project, "q.put") == ["queue.Queue().put"]
    assert project.workers.starts
    assert describe(project, "jobs.get") == ["queue.Queue().get"]


@pytest.mark.parametrize(
    "code",
    [
        "import threading\na = b\nb = a\nuse(a)",
        "import threading\ndef a(): return b()\ndef b(): return a()\nuse(a())",
        "import threading\nclass A(A): pass\nuse(A().x)",
        "import threading\nx = x.y.z\nuse(x)",
        "import threading\nuse(" + "a." * 500 + "b)",
        "import threading\nuse(a" + "()" * 500 + ")",
    ],
)
def test_cycles_and_long_chains_end(make_project: MakeProject, code: str) -> None:
    """Definitions in a circle and endless chains give an answer, if an empty one."""
    project = make_project(code)
    for call in list(project.modules[0].calls):
        project.values(call, project.modules[0])
    assert list(project.workers.starts) == []


def test_circles_cost_no_more_than_their_names(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names that are made of each other are each looked at a few times, not once for every way between them."""
    count = 24
    lines = [f"    a{n} = a{(n + 1) % count}[0] or a{(n + 2) % count}[1] or a{(n + 3) % count}" for n in range(count)]
    project = make_project("import threading\ndef f(a0):\n" + "\n".join(lines) + "\n    return result(a0)\n")
    steps: list[ast.expr] = []
    infer = Inference._infer

    def counted(self: Inference, node: ast.expr, module: Module) -> Iterator[Value]:
        steps.append(node)
        return infer(self, node, module)

    monkeypatch.setattr(Inference, "_infer", counted)
    assert describe(project, "a0") == []
    assert len(steps) < 100 * count
