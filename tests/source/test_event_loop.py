"""What runs on event loops without being a coroutine."""

from __future__ import annotations

import pytest

from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.project import Project
from tests.source.conftest import MakeProject, module_of


def function(project: Project, name: str, path: str = "app.py") -> Function:
    """The function with that qualified name."""
    return next(f for f in module_of(project, path).functions if f.qualname == name)


def way(project: Project, name: str, path: str = "app.py") -> str | None:
    """How it gets to run on a loop, in words."""
    found = project.event_loop.way_to(function(project, name, path))
    return None if found is None else found.describe()


def test_calls_are_followed_from_coroutines(make_project: MakeProject) -> None:
    """What a coroutine calls runs on the loop, and what that calls too; the way names function, file and line."""
    project = make_project("def c(): pass\ndef b(): c()\nasync def a():\n    b()\ndef other(): pass\n")
    assert way(project, "b") == "a → b (app.py:4)"
    assert way(project, "c") == "a → b (app.py:4) → c (app.py:2)"
    assert way(project, "other") is None


def test_coroutines_have_no_way(make_project: MakeProject) -> None:
    """A coroutine function needs none: it runs on the loop by itself."""
    project = make_project("async def a(): pass\nasync def b(): await a()\n")
    assert way(project, "a") is None
    assert {f.qualname for f in project.event_loop.functions} == {"a", "b"}


def test_ways_are_short(make_project: MakeProject) -> None:
    """After four calls the way is no longer followed."""
    code = "async def f0(): f1()\n" + "".join(f"def f{n}(): f{n + 1}()\n" for n in range(1, 7))
    project = make_project(code)
    assert way(project, "f4") is not None
    assert way(project, "f5") is None


NOT_ON_THE_LOOP = [
    ("import asyncio\ndef f(): pass\nasync def a():\n    await asyncio.to_thread(f)", "handed to a thread"),
    ("import asyncio\ndef f(): pass\nasync def a():\n    await asyncio.to_thread(lambda: f())", "inside a lambda"),
    ("def f():\n    yield 1\nasync def a(show):\n    show(f())", "a generator that is only made"),
    ("@elsewhere\ndef f(): pass\nasync def a():\n    f()", "behind an unknown decorator"),
    ("def f(): pass\nasync def a():\n    await f()", "gives an awaitable"),
    ("def f(): pass\nasync def a(asynchronous):\n    if not asynchronous:\n        f()", "in the synchronous mode"),
    ("import sys\ndef f(): pass\nasync def a():\n    if sys.platform == 'riscos':\n        f()", "on another platform"),
    ("def f(): pass\ndef call(g):\n    g()\ncall(f)\nasync def a():\n    call(print)", "passed by somebody else"),
    (
        (
            "class A:\n    def f(self): pass\nclass B:\n    async def f(self): pass\n"
            "async def a(b):\n    (A() if b else B()).f()\ndef f(): pass"
        ),
        "in both worlds",
    ),
]


@pytest.mark.parametrize(("code", "why"), NOT_ON_THE_LOOP, ids=[why for _, why in NOT_ON_THE_LOOP])
def test_what_does_not_run_on_the_loop_has_no_way(make_project: MakeProject, code: str, why: str) -> None:
    """Calls that run the function elsewhere, later or not at all are no way."""
    project = make_project(code)
    names = [f.qualname for f in module_of(project).functions if f.name == "f" and not f.is_async]
    assert [way(project, name) for name in names] == [None] * len(names), why


def test_generators_run_where_they_are_iterated(make_project: MakeProject) -> None:
    """A generator that the coroutine goes through runs on the loop."""
    project = make_project(
        "def f():\n    yield 1\ndef g():\n    yield 2\nasync def a():\n    for x in f(): print(x)\n    return list(g())\n"
    )
    assert way(project, "f") == "a → f (app.py:6)"
    assert way(project, "g") == "a → g (app.py:7)"


def test_callbacks_run_on_the_loop(make_project: MakeProject) -> None:
    """What the loop, a task or a transport calls back is a way of its own."""
    project = make_project(
        """
        import asyncio

        def soon(): pass
        def later(): pass
        def done(task): pass

        class Echo(asyncio.Protocol):
            def data_received(self, data): pass
            def other(self): pass

        async def main():
            loop = asyncio.get_running_loop()
            loop.call_soon(soon)
            loop.call_later(1, later)
            asyncio.create_task(main()).add_done_callback(done)
        """
    )
    assert way(project, "soon") == "soon"
    assert way(project, "later") == "later"
    assert way(project, "done") == "done"
    assert way(project, "Echo.data_received") == "Echo.data_received"
    assert way(project, "Echo.other") is None


def test_tests_give_no_way_into_the_program(make_project: MakeProject) -> None:
    """An asynchronous test that calls plain code blocks its own loop, nobody else's; its helpers are its own."""
    project = make_project(
        {
            "app.py": "import asyncio\ndef f(): pass\n",
            "tests/test_app.py": "import app\ndef helper(): pass\nasync def test():\n    app.f()\n    helper()\n",
        }
    )
    assert way(project, "f") is None
    assert way(project, "helper", "tests/test_app.py") == "test → helper (tests/test_app.py:5)"


def test_files_without_a_word_of_concurrency_are_reached(make_project: MakeProject) -> None:
    """A plain file that a coroutine calls into is checked too, one that nobody calls is not."""
    project = make_project(
        {"app.py": "import plain, spare\nasync def a():\n    plain.f()\n", "plain.py": "def f(): pass\n", "spare.py": "def g(): pass\n"}
    )
    assert "plain.py" in project.reached_paths
    assert "spare.py" not in project.reached_paths


def test_handlers_and_coroutines_of_tornado(make_project: MakeProject) -> None:
    """The loop calls methods of request handlers, and runs generators that a decorator makes coroutines."""
    project = make_project(
        "import tornado.web\nfrom tornado import gen\nclass Page(tornado.web.RequestHandler):\n    def get(self): pass\n"
        "    def other(self): pass\n"
        "@gen.coroutine\ndef poll(): yield gen.sleep(1)\n@gen.coroutine\ndef plain(): pass\n"
    )
    assert way(project, "Page.get") == "Page.get"
    assert way(project, "Page.other") is None
    assert way(project, "poll") == "poll"
    assert way(project, "plain") is None


def test_callbacks_of_a_loop_that_is_known_by_its_name(make_project: MakeProject) -> None:
    """A callback counts where nothing is known of the loop but its name."""
    project = make_project(
        "import asyncio\nclass A:\n    def __init__(self, loop, clock):\n        loop.call_later(1, self.late)\n"
        "        clock.call_later(1, self.later)\n"
        "    def late(self): pass\n    def later(self): pass\n"
    )
    assert way(project, "A.late") == "A.late"
    assert way(project, "A.later") is None


def test_functions_are_told_by_module(make_project: MakeProject) -> None:
    """Of one module only its own functions are told, in the order in which they were met."""
    project = make_project({"a.py": "from b import g\nasync def f(): g()\n", "b.py": "import asyncio\ndef g(): pass\ndef h(): pass\n"})
    assert [f.qualname for f in project.event_loop.functions_in(module_of(project, "b.py"))] == ["g"]
    assert [f.qualname for f in project.event_loop.functions_in(module_of(project, "a.py"))] == ["f"]
