"""Start methods are read where the source names them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from pytest_gilcheck.source import start_methods
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.project import Project

HEAD = """
import multiprocessing
import multiprocessing as mp
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import Process, get_context
from multiprocessing.context import SpawnProcess
"""


def module_with(tmp_path: Path, code: str) -> Module:
    """The module of a file with that code below the imports."""
    path = tmp_path / "app.py"
    path.write_text(HEAD + code, encoding="utf-8")
    module = Project({"app.py": path}).module("app.py")
    assert isinstance(module, Module)
    return module


def last_call(module: Module) -> ast.Call:
    """The call that the last line assigns to `made`."""
    statement = module.tree.body[-1]
    assert isinstance(statement, ast.Assign)
    assert isinstance(statement.value, ast.Call)
    return statement.value


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("made = Process(target=print)", {"default"}),
        ("made = mp.Pool(4)", {"default"}),
        ("made = mp.get_context('spawn').Pool(4)", {"spawn"}),
        ("made = get_context(method='forkserver').Process(target=print)", {"forkserver"}),
        ("made = get_context().Process(target=print)", {"default"}),
        ("made = get_context(None).Process(target=print)", {"default"}),
        ("ctx = mp.get_context('fork')\nmade = ctx.Process(target=print)", {"fork"}),
        ("Child = mp.get_context('fork').Process\nmade = Child(target=print)", {"fork"}),
        ("made = SpawnProcess(target=print)", {"spawn"}),
        ("made = mp.get_context(input()).Process(target=print)", {"unknown"}),
        ("made = ProcessPoolExecutor()", {"default"}),
        ("made = ProcessPoolExecutor(2, mp.get_context('spawn'))", {"spawn"}),
        ("made = ProcessPoolExecutor(mp_context=mp.get_context('fork'))", {"fork"}),
        ("made = ProcessPoolExecutor(mp_context=input())", {"unknown"}),
        ("ctx = get_context('fork') if input() else get_context('spawn')\nmade = ctx.Pool()", {"fork", "spawn"}),
    ],
)
def test_asked_for(tmp_path: Path, code: str, expected: set[str]) -> None:
    """The methods that a call may ask for are those of the contexts it can be made with."""
    module = module_with(tmp_path, code)
    assert start_methods.asked_for(last_call(module), module) == expected


def test_what_is_made_elsewhere_is_unknown(tmp_path: Path) -> None:
    """A process that comes in by a parameter may have any start method."""
    module = module_with(tmp_path, "")
    assert start_methods.asked_for(None, module) == {start_methods.UNKNOWN}
    assert start_methods.asked_for(None, None) == {start_methods.UNKNOWN}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("", None),
        ("mp.set_start_method('spawn')", "spawn"),
        ("def main():\n    multiprocessing.set_start_method('forkserver', force=True)", "forkserver"),
        ("mp.set_start_method(input())", None),
        ("mp.set_start_method('spawn')\nmp.set_start_method('fork')", None),
        ("def set_start_method(name): ...\nset_start_method('spawn')", None),
    ],
)
def test_set_in(tmp_path: Path, code: str, expected: str | None) -> None:
    """A file sets one start method for everything if it names one, and no other."""
    assert start_methods.set_in(module_with(tmp_path, code)) == expected


def test_the_files_method_stands_for_the_default(tmp_path: Path) -> None:
    """`set_start_method` decides for what asks for none, and for nothing else."""
    module = module_with(tmp_path, "mp.set_start_method('spawn')\nmade = mp.Process(target=print)")
    assert start_methods.of(last_call(module), module) == {"spawn"}
    module = module_with(tmp_path, "mp.set_start_method('spawn')\nmade = mp.get_context('fork').Process(target=print)")
    assert start_methods.of(last_call(module), module) == {"fork"}
