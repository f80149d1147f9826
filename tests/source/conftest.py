"""Small projects on disk, and the way from a line of them to its nodes."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.project import Project
from pytest_gilcheck.source.sharing import Access, Meeting
from pytest_gilcheck.source.starts import WorkerKind
from pytest_gilcheck.source.updates import Update

MakeProject = Callable[..., Project]


@pytest.fixture
def make_project(tmp_path: Path) -> MakeProject:
    """`make_project({"pkg/a.py": code})` or `make_project(code)`, which stands in app.py."""

    def make(files: dict[str, str] | str) -> Project:
        contents = {"app.py": files} if isinstance(files, str) else files
        paths = {}
        for name, code in contents.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(code), encoding="utf-8")
            paths[name] = path
        return Project(paths)

    return make


def module_of(project: Project, path: str = "app.py") -> Module:
    """The parsed module."""
    module = project.module(path)
    assert isinstance(module, Module)
    return module


def expression(module: Module, text: str) -> ast.expr:
    """The first expression of the module that reads `text` in source form."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.expr) and ast.unparse(node) == text:
            return node
    raise AssertionError(f"no expression {text!r}")


def meeting_at(project: Project, line_text: str, path: str = "app.py") -> Meeting | None:
    """How threads meet at the update in the line that has the text."""
    module = module_of(project, path)
    updates = [u for u in project.sharing.updates_of(module) if line_text in module.line(u.node.lineno)]
    assert len(updates) == 1, f"{line_text!r} is in {len(updates)} updates"
    return _meeting(project, updates[0])


def is_shared(project: Project) -> bool:
    """Whether threads meet at any update of app.py."""
    return any(_meeting(project, update) is not None for update in project.sharing.updates_of(module_of(project)))


def _meeting(project: Project, update: Update) -> Meeting | None:
    access = Access(update.node, update.target, update.module)
    rivals = [Access(u.node, u.target, u.module) for u in project.sharing.updates[update.name] if u.node is not access.node]
    return project.sharing.meeting(access, rivals, WorkerKind.THREAD)


def describe(project: Project, text: str, path: str = "app.py") -> list[str]:
    """What inference says of the expression, in short words: `queue.Queue()`, `def work`, `class Stats`, `Stats()`."""
    module = module_of(project, path)
    return [_words(value) for value in project.values(expression(module, text), module)]


def _words(value: object) -> str:
    from pytest_gilcheck.source.definitions import Class, Function
    from pytest_gilcheck.source.values import Elements, External, Instance, Method, Partial

    match value:
        case External():
            return value.name
        case Instance(type=str() as name):
            return f"{name}()"
        case Instance(type=Class() as cls):
            return f"{cls.qualname}()"
        case Class():
            return f"class {value.qualname}"
        case Function():
            return f"def {value.qualname}"
        case Method():
            return f"{_words(value.owner)}.{value.name}"
        case Partial():
            return f"partial {_words(value.callee)}"
        case Elements():
            return f"{len(value.expressions)} elements"
        case Module():
            return f"module {value.name}"
        case _:
            raise AssertionError(f"a kind of value without a word: {value!r}")
