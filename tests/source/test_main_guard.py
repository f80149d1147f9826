"""The `__main__` guard in all its forms."""

from __future__ import annotations

import pytest

from pytest_gilcheck.source.main_guard import is_guarded
from tests.source.conftest import MakeProject, expression, module_of

GUARDED = [
    "if __name__ == '__main__':\n    target()",
    "if '__main__' == __name__:\n    target()",
    "if __name__ in ('__main__', 'builtins'):\n    target()",
    "if __name__ == '__main__' and a:\n    target()",
    "if not (__name__ != '__main__' or a):\n    target()",
    "if __name__ == '__main__' or __name__ in {'__main__'}:\n    target()",
    "if not __name__ == '__main__':\n    pass\nelse:\n    target()",
    "if (main := __name__ == '__main__'):\n    target()",
    "if __name__ not in ['__main__']:\n    raise SystemExit\ntarget()",
    "if __name__ != '__mp_main__':\n    target()",
    "if __name__.endswith('__main__'):\n    target()",
    "if not (__name__ == '__main__' and a):\n    exit()\ntarget()",
    "while __name__ == '__main__':\n    target()",
    "assert __name__ == '__main__'\ntarget()",
    "match __name__:\n    case '__main__':\n        target()",
    "if multiprocessing.current_process().name == 'MainProcess':\n    target()",
    "if multiprocessing.parent_process() is None:\n    target()",
    "if not multiprocessing.parent_process():\n    target()",
    "if multiprocessing.parent_process() is not None:\n    exit()\ntarget()",
    "by_hand = __name__ == '__main__'\nif by_hand:\n    target()",
    "def by_hand():\n    return __name__ == '__main__'\nif by_hand():\n    target()",
    "from elsewhere import is_main_process\nif is_main_process():\n    target()",
    "if trainer.is_main:\n    target()",
]


@pytest.mark.parametrize("code", GUARDED)
def test_forms_of_the_guard(make_project: MakeProject, code: str) -> None:
    """A child that imports the file doesn't come this far."""
    module = module_of(make_project(f"import multiprocessing\n{code}\n"))
    assert is_guarded(expression(module, "target()"), module)


UNGUARDED = [
    "target()",
    "if a:\n    target()",
    "if __name__ != '__main__':\n    target()",
    "if __name__ == '__main__':\n    pass\nelse:\n    target()",
    "if __name__ == '__main__' or a:\n    target()",
    "if __name__ in ('__main__', '__mp_main__'):\n    target()",
    "if __name__ == '__mp_main__':\n    target()",
    "if __name__ > '__main__':\n    target()",
    "if name == '__main__':\n    target()",
    "if multiprocessing.parent_process() is not None:\n    target()",
    "by_hand = __name__ == '__main__'\nby_hand = True\nif by_hand:\n    target()",
    "def main():\n    return True\nif main():\n    target()",
    "if __name__ == '__main__':\n    pass\ntarget()",
    "if __name__ == '__main__':\n    def f():\n        target()",
]


@pytest.mark.parametrize("code", UNGUARDED)
def test_what_is_no_guard(make_project: MakeProject, code: str) -> None:
    """A child that imports the file runs this too (or may)."""
    module = module_of(make_project(f"import multiprocessing\n{code}\n"))
    assert not is_guarded(expression(module, "target()"), module)
