"""Which functions are said to let no exception out."""

from __future__ import annotations

import ast

import pytest

from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.handling import cannot_fail, catches_everything, lets_nothing_out, raises_by_itself
from pytest_gilcheck.source.project import Project
from tests.source.conftest import MakeProject, expression, module_of

HEADER = """\
import asyncio, contextlib, logging, queue, threading, time
event = threading.Event()
def reported(f):
    def inner(*args):
        try:
            return f(*args)
        except Exception:
            logging.exception("failed")
    return inner
def passed_on(f):
    return f
"""

KEEPS_IN = [
    "def work():\n    try: go()\n    except Exception: logging.exception('x')",
    "def work():\n    '''Doc.'''\n    n = 0\n    try: go()\n    except BaseException as e: errors.append(e)\n    finally:\n        n += 1",
    "def work():\n    try: go()\n    except: pass",
    "def work():\n    try: go()\n    except (OSError, Exception) as e: out.put(e)",
    "def work():\n    try: go()\n    except Exception:\n        logging.exception('x')\n        raise",
    "def work():\n    while True:\n        job = q.get()\n        try:\n            job()\n        except Exception as e: errors.append(e)",
    "def work():\n    with lock:\n        if closed: return\n        try: go()\n        except Exception as e: x = RuntimeError(e)",
    "def work():\n    with contextlib.suppress(Exception):\n        go()",
    "def work():\n    barrier.wait()\n    t = x if y else (1, [2], {3: -4})\n    try: go()\n    except Exception as e: e.x = 1",
    "async def work():\n    await asyncio.sleep(1)\n    try: go()\n    except Exception as e: keep(e)",
    "def work():\n    if x and y:\n        try: go()\n        except Exception as e: keep(e)\n    else:\n        pass",
    "def work():\n    try:\n        try: go()\n        finally:\n            event.set()\n    except Exception as e: keep(e)",
    "def work():\n    global n\n    n = a.b or c + 1\n    for x in y:\n        try: go()\n        except: pass\n        continue",
    "@reported\ndef work():\n    go()",
    "def safe(x):\n    try: go()\n    except Exception as e: keep(e)\ndef work():\n    return safe(1)",
    "class A:\n    def safe(self):\n        try: go()\n        except Exception as e: keep(e)\n    def work(self):\n        self.safe()",
    "def work():\n    pass",
    "def work():\n    try: go()\n    except Exception as e: keep(e)\n    finally:\n        answer._set_final_result(None)",
    "def work():\n    try: go()\n    except Exception as e: keep(e)\n    pool.submit(work)",
    "def work():\n    '''Wait.'''\n    time.sleep(1)\n    event.wait()\n    return",
]

LETS_OUT = [
    "def work():\n    go()",
    "def work():\n    return 1 / 0",
    "def work():\n    xs.append(1)",
    "def work():\n    try: go()\n    except OSError: pass",
    "def work():\n    try: go()\n    except Exception as e:\n        raise RuntimeError from e",
    "def work():\n    try: go()\n    finally:\n        stop()",
    "def work():\n    stock.add(1)\n    try: go()\n    except Exception as e: keep(e)",
    "def work():\n    x = connect()\n    try: go()\n    except Exception as e: keep(e)",
    "def work():\n    try: go()\n    except Exception as e: keep(e)\n    save()",
    "def work():\n    try: go()\n    except Exception as e: keep(e)\n    else:\n        save()",
    "def work():\n    try: go()\n    except Exception as e: keep(e)\n    del x[0]",
    "def work():\n    with contextlib.suppress(OSError):\n        go()",
    "def work():\n    def inner():\n        try: go()\n        except Exception: pass\n    inner()",
    "@passed_on\ndef work():\n    go()",
    "def work():\n    work()",
    "def other():\n    go()\ndef work():\n    other()",
    "class A:\n    def __init__(self): pass\ndef work():\n    A()",
    "@unknown\ndef work():\n    go()",
    "@abstractmethod\ndef work():\n    pass",
    "def work():\n    try: go()\n    except Exception as e: keep(e)\n    finally:\n        publish()",
    "def work():\n    return 42",
]


def work_of(project: Project) -> Function:
    """The function `work` of app.py."""
    return next(function for function in module_of(project).functions if function.name == "work")


@pytest.mark.parametrize("code", KEEPS_IN)
def test_functions_that_deal_with_all_their_exceptions(make_project: MakeProject, code: str) -> None:
    """The main part stands in a `try` that catches everything; what stands beside it is harmless."""
    assert lets_nothing_out(work_of(make_project(HEADER + code)))


@pytest.mark.parametrize("code", LETS_OUT)
def test_functions_that_may_raise(make_project: MakeProject, code: str) -> None:
    """Anything that may raise outside of such a `try`, and handlers that raise on without a word."""
    assert not lets_nothing_out(work_of(make_project(HEADER + code)))


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ("time.sleep", True),
        ("event.set", True),
        ("(lambda: None)", True),
        ("(lambda: event.wait(1))", True),
        ("(lambda: go())", False),
        ("(lambda: passed_on(1))", False),
        ("print", False),
        ("queue.Queue().put", True),
        ("queue.Queue().get_nowait", False),
        ("threading.Thread", False),
    ],
)
def test_callables_that_cannot_fail(make_project: MakeProject, text: str, harmless: bool) -> None:
    """Known calls that only wait or signal raise nothing of interest; whatever else is called may."""
    project = make_project(f"{HEADER}f = {text}\n")
    module = module_of(project)
    (value,) = project.values(expression(module, text.removeprefix("(").removesuffix(")") if "lambda" in text else text), module)
    assert cannot_fail(value, project) is harmless


def test_handlers_that_catch_everything() -> None:
    """A bare `except`, `Exception` and `BaseException`, also in a tuple and by their dotted name."""
    code = "try: pass\nexcept (OSError, builtins.BaseException): pass\nexcept ValueError: pass\nexcept: pass"
    handlers = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.ExceptHandler)]
    assert [catches_everything(handler) for handler in handlers] == [True, False, True]


@pytest.mark.parametrize(
    ("code", "always", "when_told"),
    [
        ("def work():\n    raise RuntimeError('broken')", True, False),
        ("def work():\n    with lock:\n        raise RuntimeError", True, False),
        ("def work(blow_up):\n    if blow_up:\n        raise RuntimeError", True, True),
        ("def work(fine):\n    if not fine:\n        raise RuntimeError", True, True),
        ("def work(x):\n    if x > 3:\n        raise RuntimeError", False, False),
        ("def work():\n    raise AssertionError('no')", False, False),
        ("def work():\n    try: go()\n    except OSError as e:\n        raise RuntimeError from e", False, False),
        ("def work():\n    try: go()\n    except OSError:\n        raise", False, False),
        ("def work():\n    def inner(): raise RuntimeError\n    inner()", False, False),
    ],
)
def test_functions_that_raise_by_themselves(make_project: MakeProject, code: str, always: bool, when_told: bool) -> None:
    """A `raise` that nothing but a plain flag decides about is staged; what is found out, translated or asserted is not."""
    work = work_of(make_project(HEADER + code))
    assert (raises_by_itself(work), raises_by_itself(work, told_to=True)) == (always, when_told)
