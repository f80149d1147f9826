"""From a node to what surrounds it."""

from __future__ import annotations

import ast

import pytest

from tests.source.conftest import MakeProject, expression, module_of

WHERE = [
    ("here()", "<module>"),
    ("def f(): here()", "f"),
    ("def f(x=here()): pass", "<module>"),
    ("@here()\ndef f(): pass", "<module>"),
    ("class A:\n    here()", "A"),
    ("class A(here()): pass", "<module>"),
    ("class A:\n    def f(self):\n        def g(): here()", "A.f.<locals>.g"),
    ("def f():\n    return [here() for x in y]", "f"),
    ("def f():\n    return lambda: here()", "f"),
    ("async def f():\n    async with a: here()", "f"),
]


@pytest.mark.parametrize(("code", "symbol"), WHERE)
def test_symbols_name_the_code_that_evaluates_a_node(make_project: MakeProject, code: str, symbol: str) -> None:
    """Decorators, defaults and bases belong to the scope around; lambdas and comprehensions to their function."""
    module = module_of(make_project("import threading\n" + code))
    assert module.symbol_at(expression(module, "here()")) == symbol


LOOPED = [
    ("for x in y: here()", True),
    ("while here(): pass", True),
    ("while x: here()", True),
    ("[here() for x in y]", True),
    ("[x for x in y if here()]", True),
    ("[x for x in y for z in here()]", True),
    ("for x in y:\n    with z:\n        if x: here()", True),
    ("here()", False),
    ("for x in here(): pass", False),
    ("[x for x in here()]", False),
    ("for x in y: pass\nelse: here()", False),
    ("for x in y:\n    def f(): here()", False),
    ("for x in y:\n    f = lambda: here()", False),
    ("for x in y:\n    def f(a=here()): pass", True),
]


@pytest.mark.parametrize(("code", "looped"), LOOPED)
def test_loops_are_those_that_run_the_node_again(make_project: MakeProject, code: str, looped: bool) -> None:
    """What a loop evaluates once is not in it, nor is the body of a function defined in it."""
    module = module_of(make_project("import threading\n" + code))
    assert (module.loop_around(expression(module, "here()")) is not None) is looped


def test_dead_branches_bind_their_imports_only(make_project: MakeProject) -> None:
    """`if TYPE_CHECKING` and `if False` bodies are not executed, but their imports name types."""
    module = module_of(
        make_project(
            """
            from typing import TYPE_CHECKING
            if TYPE_CHECKING:
                import threading
                dead()
            else:
                alive()
            if not TYPE_CHECKING: alive()
            if 0: dead()
            """
        )
    )
    assert list(module.calls_to("dead")) == []
    assert len(list(module.calls_to("alive"))) == 2
    assert "threading" in module.scope.stores


def test_names_belong_to_the_scope_that_python_gives_them(make_project: MakeProject) -> None:
    """`global`, `nonlocal`, class bodies, comprehensions and walrus targets."""
    module = module_of(
        make_project(
            """
            import threading
            n = 0
            class A:
                n = 1
                def f(self): return n
            def g():
                global n
                n = 2
                k = 0
                def h():
                    nonlocal k
                    k = 1
                    [w := x for x in y]
                    return k, w
                return h
            """
        )
    )
    top = module.scope
    assert len(list(top.all_stores("n"))) == 2
    assert len(list(top.uses("n"))) == 1
    g = next(f for f in module.functions if f.name == "g")
    h = next(f for f in module.functions if f.name == "h")
    assert len(list(g.scope.all_stores("k"))) == 2
    assert h.scope.owner("k") is g.scope
    assert h.scope.owner("w") is h.scope
    assert g.scope.owner("nothing") is None


def test_statements_and_blocks(make_project: MakeProject) -> None:
    """A node's statement, and the list of statements that one stands in."""
    module = module_of(make_project("import threading\ntry:\n    a()\n    b(here())\nfinally:\n    c()\n"))
    statement = module.statement_of(expression(module, "here()"))
    assert ast.unparse(statement) == "b(here())"
    assert [ast.unparse(s) for s in module.block_of(statement)] == ["a()", "b(here())"]


@pytest.mark.parametrize(
    ("path", "is_test"),
    [
        ("tests/helpers.py", True),
        ("pkg/test_a.py", True),
        ("a_test.py", True),
        ("conftest.py", True),
        ("pkg/testing/kit.py", True),
        ("src/contest.py", False),
        ("src/latest.py", False),
        ("src/attest_a.py", False),
    ],
)
def test_test_code_is_told_by_its_path(make_project: MakeProject, path: str, is_test: bool) -> None:
    """Names and folders of test suites, not names that merely contain the word."""
    assert module_of(make_project({path: "import threading\n"}), path).is_test is is_test


def test_calls_under_other_names_are_found(make_project: MakeProject) -> None:
    """What is imported or assigned under another name is found by its first one; its own name is left to `calls_to`."""
    code = "from m import submit as go, submit\nstart = pool.submit\na, b.c = x.submit, submit\ngo(1)\nstart(2)\nsubmit(3)\nother(4)\n"
    module = module_of(make_project("import threading\n" + code))
    assert sorted(ast.unparse(call) for call in module.calls_renamed("submit")) == ["go(1)", "start(2)"]
