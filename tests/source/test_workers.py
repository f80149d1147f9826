"""What runs in workers, and how it gets there."""

from __future__ import annotations

import pytest

from pytest_gilcheck.source.starts import WorkerKind
from tests.source.conftest import MakeProject, module_of

HEADER = """\
import asyncio, functools, threading, queue, _thread, multiprocessing as mp
from concurrent.futures import ThreadPoolExecutor, ProcessPoolExecutor
from multiprocessing.pool import ThreadPool
def work(x=None): pass
"""

STARTS = [
    ("threading.Thread(target=work).start()", WorkerKind.THREAD, False),
    ("threading.Thread(None, work).start()", WorkerKind.THREAD, False),
    ("for i in range(3): threading.Thread(target=work, args=(i,)).start()", WorkerKind.THREAD, True),
    ("ts = [threading.Thread(target=work) for _ in range(3)]", WorkerKind.THREAD, True),
    ("ts = [threading.Thread(target=work) for _ in range(1)]", WorkerKind.THREAD, False),
    ("for x in [only]: threading.Thread(target=work).start()", WorkerKind.THREAD, False),
    ("for y in ys:\n    for x in (only,): threading.Thread(target=work).start()", WorkerKind.THREAD, True),
    ("threading.Timer(1, work).start()", WorkerKind.THREAD, False),
    ("_thread.start_new_thread(work, (1,))", WorkerKind.THREAD, False),
    ("with ThreadPoolExecutor() as p: p.submit(work, 1)", WorkerKind.THREAD, False),
    ("with ThreadPoolExecutor() as p: p.map(work, [1, 2])", WorkerKind.THREAD, True),
    ("with ThreadPoolExecutor(max_workers=1) as p: p.map(work, [1, 2])", WorkerKind.THREAD, False),
    ("with ThreadPoolExecutor(1) as p:\n    for i in [1, 2]: p.submit(work, i)", WorkerKind.THREAD, False),
    ("with ProcessPoolExecutor() as p: p.submit(work, 1)", WorkerKind.PROCESS, False),
    ("with mp.Pool() as p: p.apply_async(func=work)", WorkerKind.PROCESS, False),
    ("with mp.get_context('spawn').Pool() as p: p.starmap(work, [(1,), (2,)])", WorkerKind.PROCESS, True),
    ("with ThreadPool() as p: p.imap_unordered(work, [1, 2])", WorkerKind.THREAD, True),
    ("mp.Process(target=work).start()", WorkerKind.PROCESS, False),
    ("p = ThreadPoolExecutor(initializer=work)", WorkerKind.THREAD, True),
    ("with ThreadPoolExecutor() as p: p.submit(functools.partial(work, 1))", WorkerKind.THREAD, False),
    ("with ThreadPoolExecutor() as p: p.submit(lambda: work(1))", WorkerKind.THREAD, False),
    ("async def f(): await asyncio.to_thread(work, 1)", WorkerKind.THREAD, False),
    ("async def f(): await asyncio.get_running_loop().run_in_executor(None, work)", WorkerKind.THREAD, False),
    ("T = threading.Thread\nT(target=work).start()", WorkerKind.THREAD, False),
    ("with ThreadPoolExecutor() as p: p.submit(print).add_done_callback(work)", WorkerKind.THREAD, False),
    ("from pathos.pools import ProcessPool\nProcessPool(4).uimap(work, [1, 2])", WorkerKind.PROCESS, True),
    ("from pathos.pools import ThreadPool as T\nT().amap(work, [1, 2])", WorkerKind.THREAD, True),
    ("import pathos.multiprocessing as pm\npm.ProcessingPool().pipe(work, 1)", WorkerKind.PROCESS, False),
    ("import loky\nloky.get_reusable_executor().submit(work, 1)", WorkerKind.PROCESS, False),
    ("from pebble import ProcessPool\nwith ProcessPool() as p: p.schedule(work, args=(1,))", WorkerKind.PROCESS, False),
    ("import multiprocess\nmultiprocess.Process(target=work).start()", WorkerKind.PROCESS, False),
    ("import billiard\nwith billiard.Pool() as p: p.map(work, [1, 2])", WorkerKind.PROCESS, True),
    ("from joblib import Parallel, delayed\nParallel(n_jobs=2)(delayed(work)(x) for x in ys)", WorkerKind.PROCESS, True),
    ("from joblib import Parallel, delayed\nParallel(2, prefer='threads')(delayed(work)(x) for x in ys)", WorkerKind.THREAD, True),
]


@pytest.mark.parametrize(("code", "kind", "many"), STARTS)
def test_every_way_to_start_a_worker_is_seen(make_project: MakeProject, code: str, kind: WorkerKind, many: bool) -> None:
    """`work` runs in a worker of that kind; `many` where two may run at once."""
    project = make_project(HEADER + code)
    work = next(f for f in module_of(project).functions if f.name == "work")
    assert {reach.start.kind for reach in project.workers.reaching(work)} == {kind}
    assert any(project.sharing.repetitions.of(start) for start in project.workers.starts) is many


@pytest.mark.parametrize(
    "code",
    [
        "work()",
        "class Pool:\n    def submit(self, f): pass\nPool().submit(work)",
        "unknown.submit(work)",
        "from joblib import Parallel, delayed\nParallel(n_jobs=1)(delayed(work)(x) for x in ys)",
        "class Pool:\n    def pipe(self, f): pass\nPool().pipe(work)",
        "map(work, [1])",
        "with ThreadPoolExecutor() as p: p.submit(print, work())",
        "class Thread:\n    def __init__(self, target): pass\nThread(target=work)",
    ],
)
def test_what_only_looks_like_a_start_is_none(make_project: MakeProject, code: str) -> None:
    """Calls, and classes of the project with well-known names, start nothing."""
    project = make_project(HEADER + code)
    work = next(f for f in module_of(project).functions if f.name == "work")
    assert project.workers.reaching(work) == []


def test_workers_are_followed_along_calls_and_across_modules(make_project: MakeProject) -> None:
    """A function that a worker calls runs in the worker, in whichever module it stands, even one without a telling word."""
    project = make_project(
        {
            "app.py": "import threading\nfrom lib.jobs import outer\nthreading.Thread(target=outer).start()\n",
            "lib/__init__.py": "",
            "lib/jobs.py": "from lib.deep import inner\ndef outer(): inner()\n",
            "lib/deep.py": "def inner(): Helper().go()\nclass Helper:\n    def go(self): pass\n",
        }
    )
    reached = {function.qualname for function in project.workers.reached_functions(WorkerKind.THREAD)}
    assert reached == {"outer", "inner", "Helper.go"}
    go = next(f for f in module_of(project, "lib/deep.py").functions if f.name == "go")
    assert project.workers.reaching(go)[0].describe() == "outer (Thread at app.py:3) → inner → Helper.go"


def test_locks_held_on_every_way_are_known(make_project: MakeProject) -> None:
    """A lock counts only if all calls on the way to a function hold it."""
    project = make_project(
        """
        import threading
        lock = threading.Lock()
        def both(): pass
        def one(): pass
        def a():
            with lock: both(); one()
        def b():
            lock.acquire()
            try: both()
            finally: lock.release()
            one()
        for f in (1, 2): threading.Thread(target=a).start()
        threading.Thread(target=b).start()
        """
    )
    held = {
        f.name: [reach.locks for reach in project.workers.reaching(f)] for f in module_of(project).functions if f.name in ("both", "one")
    }
    assert held["both"] == [frozenset({"global app.py lock"})] * 2
    assert frozenset() in held["one"]


def test_thread_subclasses_and_request_handlers_run_on_objects_of_their_own(make_project: MakeProject) -> None:
    """`run` of a Thread subclass and a threaded server's handler are workers marked as owning their object."""
    project = make_project(
        """
        import threading, socketserver
        from http.server import ThreadingHTTPServer, BaseHTTPRequestHandler
        class W(threading.Thread):
            def run(self): pass
        class H(BaseHTTPRequestHandler):
            def do_GET(self): pass
        for _ in range(2): W().start()
        ThreadingHTTPServer(("", 0), H)
        """
    )
    starts = {start.functions[0].qualname: start for start in project.workers.starts}
    assert {"W.run", "H.do_GET"} == set(starts)
    assert all(start.own and start.many for start in starts.values())


def test_a_start_in_a_function_that_is_called_in_a_loop_may_run_twice(make_project: MakeProject) -> None:
    """The loop may stand in the caller, unless the function waits for its worker."""
    code = """
        import threading
        def work(): pass
        def start():
            t = threading.Thread(target=work)
            t.start()
            {wait}
        for _ in range(3): start()
    """
    for wait, twice in (("", True), ("t.join()", False)):
        project = make_project(code.format(wait=wait))
        (start,) = project.workers.starts
        assert bool(project.sharing.repetitions.of(start)) is twice


def test_a_file_that_only_calls_a_maker_of_pools_is_read(make_project: MakeProject) -> None:
    """It has no word of concurrency, and yet a pool made at its import or in its loop is its doing."""
    project = make_project(
        {
            "jobs.py": "from multiprocessing import Pool\ndef run(): Pool(2)\n",
            "caller.py": "from jobs import run\nrun()\n",
            "other.py": "import os\n",
        }
    )
    assert [module.path for module in project.modules] == ["caller.py", "jobs.py"]


@pytest.mark.parametrize("code", ["super().__init__(target=self.work)", "threading.Thread.__init__(self, target=self.work)"])
def test_a_target_given_to_the_base_class_runs_once_an_object(make_project: MakeProject, code: str) -> None:
    """A Thread subclass that names its own method as target: each object runs it in a thread of its own."""
    source = f"import threading\nclass W(threading.Thread):\n    def __init__(self):\n        {code}\n    def work(self): pass\nW()\nW()\n"
    project = make_project(source)
    work = next(f for f in module_of(project).functions if f.name == "work")
    assert [(reach.start.how, reach.start.own, reach.start.many) for reach in project.workers.reaching(work)] == [("W", True, True)]


def test_a_property_that_a_worker_reads_runs_in_it(make_project: MakeProject) -> None:
    """Reading a property of a known object is a call of its getter; one of an unknown object, or a plain attribute, is none."""
    project = make_project(
        HEADER
        + """
class Client:
    @property
    def read(self): return self
    @functools.cached_property
    def cached(self): return self
    @property
    def unread(self): return self
    def method(self): return self

def job(client: Client, other):
    client.read
    client.cached
    client.method
    other.unread
threading.Thread(target=job).start()
"""
    )
    reached = {function.name for function in project.workers.reached_functions()}
    assert reached == {"job", "read", "cached"}


def test_making_an_object_runs_new_and_what_the_metaclass_calls(make_project: MakeProject) -> None:
    """`__new__` and the metaclass's `__call__` run like `__init__`."""
    project = make_project(
        HEADER
        + """
class Meta(type):
    def __call__(cls, *a): return super().__call__(*a)
class Made(metaclass=Meta):
    def __new__(cls): return super().__new__(cls)
    def __init__(self): pass
def job(): Made()
threading.Thread(target=job).start()
"""
    )
    reached = {function.name for function in project.workers.reached_functions()}
    assert reached == {"job", "__call__", "__new__", "__init__"}


def test_a_class_that_another_file_names_is_known_by_that_name(make_project: MakeProject) -> None:
    """An assignment with or without a type in one file gives a process class a name that others start it by."""
    project = make_project(
        {
            "compat.py": """
                import multiprocessing
                from typing import Any

                Child: Any = multiprocessing.get_context("spawn").Process
                Twin = multiprocessing.Process
                """,
            "app.py": """\
                import queue
                from compat import Child, Twin
                def work(): pass
                Child(target=work).start()
                Twin(target=work).start()
                """,
        }
    )
    assert [(start.line, start.kind) for start in project.workers.starts] == [(4, WorkerKind.PROCESS), (5, WorkerKind.PROCESS)]


def test_a_base_class_starts_what_its_subclasses_define(make_project: MakeProject) -> None:
    """A `self.name` that the class lacks is the method of each class under it; another object's is nobody's."""
    project = make_project(
        """
        import threading

        class Pump:
            def start(self, other):
                threading.Thread(target=self.produce).start()
                threading.Thread(target=other.produce).start()

        class Sensor(Pump):
            def produce(self): pass

        class Camera(Sensor):
            def produce(self): pass

        class Stranger:
            def produce(self): pass
        """
    )
    found = {start.line: sorted(function.qualname for function in start.functions) for start in project.workers.starts}
    assert found == {6: ["Camera.produce", "Sensor.produce"], 7: []}
