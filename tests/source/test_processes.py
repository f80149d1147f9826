"""Where processes are started, and what leads there."""

from __future__ import annotations

import pytest

from pytest_gilcheck.source.process_starts import starts_in
from tests.source.conftest import MakeProject, module_of

HEAD = """\
import asyncio, multiprocessing as mp, threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing.managers import BaseManager, SyncManager
"""

STARTS = [
    ("mp.Pool()", "a process pool", "Pool", False, True),
    ("mp.get_context('fork').Pool()", "a process pool", "Pool", True, True),
    ("mp.get_context('spawn').Manager()", "a manager process", "Manager", False, True),
    ("mp.Process(target=print).start()", "a process", "start", False, True),
    ("mp.get_context('fork').Process(target=print).start()", "a process", "start", True, True),
    ("mp.context.ForkProcess(target=print).start()", "a process", "start", True, True),
    ("ProcessPoolExecutor().submit(print)", "a process pool", "submit", False, True),
    ("ProcessPoolExecutor(2, mp.get_context('fork')).map(print, [])", "a process pool", "map", True, True),
    ("SyncManager().start()", "a manager process", "start", False, True),
    ("with SyncManager() as m: pass", "a manager process", "SyncManager", False, True),
    (
        "async def f(loop: asyncio.AbstractEventLoop): loop.run_in_executor(ProcessPoolExecutor(), print)",
        "a process pool",
        "run_in_executor",
        False,
        True,
    ),
    ("class P(mp.pool.Pool): pass\nP(2)", "a process pool", "P", False, True),
    ("kind = mp.Pool if x else ThreadPoolExecutor\nPool = kind\nPool(2)", "a process pool", "Pool", False, False),
    ("import torch.multiprocessing as tm\ntm.Process(target=print).start()", "a process", "start", False, True),
    ("import tqdm.contrib.concurrent\ntqdm.contrib.concurrent.process_map(print, [])", "a process pool", "process_map", False, True),
]


@pytest.mark.parametrize(("code", "what", "how", "forks", "sure"), STARTS)
def test_every_way_to_start_a_process(make_project: MakeProject, code: str, what: str, how: str, forks: bool, sure: bool) -> None:
    """One start, named, with its start method and whether it may be something else."""
    project = make_project(HEAD + code + "\n")
    found = [(start.what, start.how, start.forks, start.sure) for start in starts_in(module_of(project), project)]
    assert found == [(what, how, forks, sure)]


NO_STARTS = [
    "mp.Process(target=print)",
    "ProcessPoolExecutor()",
    "SyncManager()",
    "ThreadPoolExecutor().submit(print)",
    "threading.Thread(target=print).start()",
    "mp.pool.ThreadPool(2)",
    "mp.Queue()",
    "unknown.start()",
    "async def f(loop: asyncio.AbstractEventLoop): loop.run_in_executor(None, print)",
]


@pytest.mark.parametrize("code", NO_STARTS)
def test_what_starts_no_process(make_project: MakeProject, code: str) -> None:
    """Threads, and processes that are only made."""
    project = make_project(HEAD + code + "\n")
    assert list(starts_in(module_of(project), project)) == []


LEADS = [
    ("def a(): mp.Pool()\ndef b(): a()\nb()", [(["b", "a"], True)]),
    ("def a(): mp.Pool()\nif __name__ == '__main__':\n    a()", []),
    ("def a(): mp.Pool()\ndef b():\n    if __name__ == '__main__':\n        a()\nb()", []),
    ("def a(jobs=1):\n    if jobs > 1:\n        mp.Pool()\na()\na(2)\na(unknown)", [(["a"], True), (["a"], False)]),
    ("class A:\n    def __init__(self): mp.Pool()\nA()", [(["A.__init__"], True)]),
    ("class A:\n    def __enter__(self): mp.Pool()\nwith A(): pass", [(["A.__enter__"], True)]),
    ("def a(f): mp.Pool()\n@a\ndef b(): pass", [(["a"], True)]),
    ("def a(n):\n    def b(f): mp.Pool()\n    return b\n@a(1)\ndef c(): pass", [(["a.<locals>.b"], True)]),
    ("async def a(): mp.Pool()\nasyncio.run(a())", [(["a"], True)]),
    ("async def a(): mp.Pool()\nasync def b(): await a()\nasyncio.run(b())", [(["b", "a"], True)]),
    ("async def a(): mp.Pool()\na()", []),
    ("def a():\n    mp.Pool()\n    yield\nx = a()", []),
    ("def a():\n    mp.Pool()\n    yield\nfor x in a(): pass", [(["a"], True)]),
    ("def a(): mp.Pool()\nthreading.Thread(target=a).start()", [(["a"], True)]),
    ("def a(): mp.Pool()\nx = lambda: a()", []),
    ("from celery import task\n@task\ndef a(): mp.Pool()\na()", []),
    ("def a():\n    mp.Pool()\n    a()\na()", [(["a"], True)]),
]


@pytest.mark.parametrize(("code", "expected"), LEADS)
def test_ways_from_module_level(make_project: MakeProject, code: str, expected: list[tuple[list[str], bool]]) -> None:
    """The functions on the way, the first one first, and whether the way is taken for sure."""
    project = make_project(HEAD + code + "\n")
    found = [([f.qualname for f in way.chain], way.sure) for way in project.processes.at_import(module_of(project))]
    assert sorted(found) == sorted(expected)
