"""Which functions of a project hand on the future or task of the work they are given."""

from __future__ import annotations

import pytest

from tests.source.conftest import MakeProject, module_of

HEAD = """\
import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
pool = ThreadPoolExecutor()
loop = asyncio.new_event_loop()
"""

RELAYS = [
    "def give(work): return pool.submit(work)",
    "def give(work, *args):\n    if open: return pool.submit(work, *args)",
    "def give(work): return loop.run_in_executor(None, partial(work, 1))",
    "def give(work): return asyncio.run_coroutine_threadsafe(work, loop)",
    "def give(work): return asyncio.create_task(work)",
    "class Here:\n    @staticmethod\n    def give(work): return pool.submit(work)\ngive = Here.give",
]
NO_RELAYS = [
    "def give(work): pool.submit(work)",
    "def give(work): return pool.submit(work).result()",
    "def give(work): return pool.submit(other, work)",
    "def give(work):\n    future = pool.submit(work)\n    future.add_done_callback(report)\n    return future",
    "async def give(work): return pool.submit(work)",
    "@logged\ndef give(work): return pool.submit(work)",
    "give = lambda work: pool.submit(work)",
]


@pytest.mark.parametrize("code", RELAYS)
def test_a_function_that_returns_what_submit_gives_is_a_relay(make_project: MakeProject, code: str) -> None:
    """Its calls are found, with the work that each gives."""
    project = make_project(f"{HEAD}{code}\ngive(save)\n")
    ((call, relay),) = project.relays.called(module_of(project))
    work = relay.work_of(call)
    assert relay.function.name == "give"
    assert work is call.args[0]


@pytest.mark.parametrize("code", NO_RELAYS)
def test_a_function_that_does_more_or_less_is_none(make_project: MakeProject, code: str) -> None:
    """Who watches the future, awaits it or keeps it back leaves nothing to ask for."""
    project = make_project(f"{HEAD}{code}\ngive(save)\n")
    assert list(project.relays.called(module_of(project))) == []


def test_calls_that_may_run_something_else_are_left_out(make_project: MakeProject) -> None:
    """Where one of two functions is called, nobody knows what comes back."""
    code = "def one(work): return pool.submit(work)\ndef two(work): return None\ngive = one if fast else two\ngive(save)\none(save)\n"
    project = make_project(HEAD + code)
    assert [call.lineno for call, _ in project.relays.called(module_of(project))] == [10]


def test_work_that_goes_through_a_relay_runs_in_a_worker(make_project: MakeProject) -> None:
    """The start is told at the call of the relay."""
    project = make_project(HEAD + "def give(work): return pool.submit(work)\ndef save(): pass\ngive(save)\n")
    save = next(function for function in module_of(project).functions if function.name == "save")
    (reach,) = project.relays.reaching(save)
    assert (reach.start.line, reach.chain) == (8, (save,))
