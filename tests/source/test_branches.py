"""Which branches are meant for another platform, version or mode."""

from __future__ import annotations

import os
import platform
import sys

import pytest

from pytest_gilcheck.source.branches import depends_on_mode, is_dead, truth
from tests.source.conftest import MakeProject, expression, module_of

HEAD = "import os, platform, sys, asyncio\nfrom sys import version_info\nimport threading\n"

TRUTHS: list[tuple[str, bool | None]] = [
    ("sys.platform == 'win32'", sys.platform == "win32"),
    ("sys.platform != 'win32'", sys.platform != "win32"),
    ("not sys.platform == 'riscos'", True),
    ("sys.platform.startswith('riscos')", False),
    ("sys.platform.startswith(('linux', 'darwin', 'win'))", sys.platform.startswith(("linux", "darwin", "win"))),
    ("sys.platform in ('riscos', 'amiga')", False),
    ("sys.platform not in {'riscos'}", True),
    ("os.name == 'nt'", os.name == "nt"),
    ("platform.system() == 'RiscOS'", platform.system() == "RiscOS"),
    ("sys.version_info >= (3, 8)", True),
    ("version_info < (3, 8)", False),
    ("sys.version_info[0] == 2", False),
    ("sys.version_info[:2] >= (3, 11)", True),
    ("sys.version_info.major > 2", True),
    ("sys.version_info == (3,)", True),
    ("sys.version_info[0] == 3 and sys.platform == 'riscos'", False),
    ("sys.platform == 'riscos' or sys.version_info > (3,)", True),
    ("sys.platform == 'riscos' or unknown", None),
    ("sys.version_info > (3,) and unknown", None),
    ("sys.version_info > 'x'", None),
    ("sys.version_info[n] == 3", None),
    ("unknown", None),
    ("True", None),
    ("'text'", None),
    ("ANCIENT", False),
    ("CHANGED", None),
    ("unknown.startswith('win')", None),
    ("1 < unknown < 3", None),
]


@pytest.mark.parametrize(("test", "answer"), TRUTHS, ids=[test for test, _ in TRUTHS])
def test_tests_of_platform_and_version_are_answered_for_this_interpreter(make_project: MakeProject, test: str, answer: bool | None) -> None:
    """What is written about platform and version has the answer that running it here would give; all else has none."""
    code = f"{HEAD}ANCIENT = sys.version_info < (3,)\nCHANGED = 1\nCHANGED = sys.platform == 'win32'\nresult({test})\n"
    module = module_of(make_project(code))
    call = expression(module, f"result({test})")
    assert truth(call.args[0], module) is answer  # type: ignore[attr-defined]  # a call


DEAD = [
    ("if sys.platform == 'riscos':\n    here()", True),
    ("if sys.platform != 'riscos':\n    pass\nelse:\n    here()", True),
    ("here() if sys.version_info < (3,) else there()", True),
    ("there() if sys.version_info > (3,) else here()", True),
    ("def f():\n    if sys.version_info > (3, 1):\n        return\n    here()", True),
    ("def f():\n    return 1\n    here()", True),
    ("def f():\n    raise ValueError\n    with lock:\n        here()", True),
    ("for x in y:\n    continue\n    here()", True),
    ("for x in y:\n    if x:\n        break\n    here()", False),
    ("def f():\n    return 1\n    def g():\n        here()", False),
    ("if sys.version_info > (3,):\n    here()", False),
    ("if unknown:\n    here()", False),
    ("if sys.platform == 'riscos':\n    def f():\n        here()", False),  # who calls f is another question
    ("here()", False),
]


@pytest.mark.parametrize(("code", "dead"), DEAD)
def test_code_that_this_interpreter_never_gets_to_is_dead(make_project: MakeProject, code: str, dead: bool) -> None:
    """A branch or what follows an early exit is dead if the test says so."""
    module = module_of(make_project(HEAD + code))
    assert is_dead(expression(module, "here()"), module) is dead


MODES = [
    ("if self.asynchronous:\n    here()", True),
    ("if client.is_async:\n    pass\nelse:\n    here()", True),
    ("def f():\n    if inspect.iscoroutinefunction(g):\n        return\n    here()", True),
    ("if mode == 'sync':\n    pass\nelif sync_mode:\n    here()", True),
    ("def f():\n    if known:\n        return 1\n    elif not blocking:\n        return 2\n    here()", True),
    ("if threading.current_thread() is main:\n    here()", True),
    ("if asyncio.get_event_loop().time() > 3:\n    here()", False),
    ("if self.thread is not None:\n    here()", False),
    ("if ready:\n    here()", False),
    ("if model:\n    here()", False),
]


@pytest.mark.parametrize(("code", "depends"), MODES)
def test_code_that_knows_whether_it_may_block_depends_on_the_mode(make_project: MakeProject, code: str, depends: bool) -> None:
    """A test that asks whether this is asynchronous decides; a mention of asyncio or of a thread does not."""
    module = module_of(make_project(HEAD + code))
    assert depends_on_mode(expression(module, "here()"), module) is depends
