"""Small projects on disk, and the way from a line of them to its nodes."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.project import Project

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
