"""GIL205: a task that nothing refers to is kept."""

from __future__ import annotations

import asyncio

import pytest

from tests.fixes.kit import assert_left, fixed, run

SCRIPT = """\
import asyncio
import gc


async def wait(seen):
    try:
        await asyncio.get_running_loop().create_future()
    finally:
        seen.append("gone")


async def main(seen):
    asyncio.create_task(wait(seen))
    await asyncio.sleep(0)
    gc.collect()
    return list(seen)
"""


def test_task_survives_the_garbage_collector() -> None:
    """Before, the waiting task is collected; after, it is there until it is done, and then the set is empty."""
    assert asyncio.run(run(SCRIPT)["main"]([])) == ["gone"]
    names = run(fixed(SCRIPT))
    assert asyncio.run(names["main"]([])) == []
    assert names["_background_tasks"] == set()  # the loop's end cancelled it


def test_what_is_written() -> None:
    """The set stands behind the imports, the two lines behind the start; everything else is as it was."""
    head, call, tail = SCRIPT.partition("    asyncio.create_task(wait(seen))\n")
    assert fixed(SCRIPT) == (
        head.replace("import gc\n", "import gc\n\n_background_tasks: set[object] = set()\n")
        + "    task = asyncio.create_task(wait(seen))\n"
        + "    _background_tasks.add(task)\n    task.add_done_callback(_background_tasks.discard)\n"
        + tail
    )
    assert call


def test_one_set_for_all() -> None:
    """Several tasks share the set, and a set of that name that is there already is used."""
    code = "import asyncio\n\n_background_tasks: set[asyncio.Task] = set()\n\nasync def f(a):\n"
    code += "    asyncio.create_task(a.b())\n    if a:\n        asyncio.ensure_future(a.c())  # late\n    a.d()\n"
    text = fixed(code)
    assert text.count("= set()") == 1
    assert text.count("_background_tasks.add(task)") == 2
    assert "        task = asyncio.ensure_future(a.c())  # late\n        _background_tasks.add(task)\n" in text


def test_names_that_are_taken() -> None:
    """A name of the function is not taken for the task; a name that was there keeps the task."""
    code = "import asyncio\n\nasync def f(task):\n    asyncio.create_task(task.b())\n\n"
    code += "async def g(a):\n    receipt = asyncio.create_task(a.print())\n    a.accept()\n"
    text = fixed(code)
    assert "    background_task = asyncio.create_task(task.b())\n    _background_tasks.add(background_task)\n" in text
    assert "    receipt = asyncio.create_task(a.print())\n    _background_tasks.add(receipt)\n" in text


def test_imports_under_conditions_and_loops() -> None:
    """The set stands behind the last of the imports at the top; a loop that is surely asyncio's counts."""
    code = '"""Doc."""\nfrom __future__ import annotations\ntry:\n    import uvloop\nexcept ImportError:\n    pass\nimport asyncio\nX = 1\n'
    code += "async def f(a):\n    loop = asyncio.get_running_loop()\n    loop.create_task(a.b())\n"
    text = fixed(code)
    assert "import asyncio\n\n_background_tasks: set[object] = set()\nX = 1\n" in text
    assert "    task = loop.create_task(a.b())\n" in text


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("import asyncio\ndef f(loop, a):\n    loop.create_task(a.b())\n", id="loop known by its name"),
        pytest.param("import asyncio\nasync def f(a):\n    a.slow and asyncio.create_task(a.b())\n", id="part of an expression"),
        pytest.param("import asyncio\nasync def f(a):\n    if a: asyncio.create_task(a.b())\n", id="on one line"),
        pytest.param("import asyncio\nasync def f(a):\n    asyncio.create_task(a.b()); a.c()\n", id="two on a line"),
        pytest.param("import asyncio\ndef f(loop, a):\n    loop.call_soon(lambda: asyncio.create_task(a.b()))\n", id="lambda"),
        pytest.param("import asyncio\nasync def f(a):\n    _ = asyncio.create_task(a.b())\n", id="a name that says it is meant"),
        pytest.param("import asyncio\nasync def f(a):\n    t = asyncio.create_task(a.b())\n    await a.c()\n", id="held by its frame"),
        pytest.param("import asyncio\nasync def f(a, task, background_task):\n    asyncio.create_task(a.b())\n", id="no name is free"),
        pytest.param(
            "import asyncio\n_background_tasks = []\nasync def f(a):\n    asyncio.create_task(a.b())\n", id="something else kept there"
        ),
        pytest.param("async def f(a):\n    import asyncio\n    asyncio.create_task(a.b())\n", id="no imports to stand behind"),
        pytest.param("import asyncio\ndef f(a, loop):\n    asyncio.ensure_future(a.b(), loop=loop)\n", id="on a loop of another thread"),
        pytest.param("import asyncio\nasync def f(a):\n    x = y = asyncio.create_task(a.b())\n", id="two names"),
        pytest.param("import asyncio\nasync def f(a):\n    loop = a.run()\n    loop.create_task(a.b())\n", id="loop of unknown kind"),
        pytest.param("import asyncio\nstart = asyncio.create_task\nasync def f(a):\n    start(a.b(), **a.c)\n", id="unknown arguments"),
        pytest.param("import asyncio\nasync def f(a):\n    x: object = asyncio.create_task(a.b())\n", id="annotated name"),
        pytest.param("import asyncio\nclass A:\n    def __del__(self):\n        asyncio.create_task(self.b())\n", id="finalizer"),
        pytest.param("import asyncio\nasync def f(a):\n    [asyncio.create_task(b()) for b in a]\n", id="comprehension"),
    ],
)
def test_left_in_doubt(code: str) -> None:
    """Where the object may be of another kind, or the statement says more, the finding stays for a person."""
    assert_left(code, "GIL205")
