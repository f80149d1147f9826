"""The arrows between packages, and the sizes that keep files readable."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SRC = ROOT / "src" / "pytest_gilcheck"

# What each package (or module beside them) may import of this project, besides itself.
ARROWS: dict[str, set[str]] = {
    "model": set(),
    "interpreter": {"model"},
    "pools": {"interpreter", "model"},
    "speedup": {"interpreter", "model"},
    "source": {"interpreter", "model"},
    "rules": {"model", "source"},
    "fixes": {"model", "source"},
    "coverage": {"model"},
    "reports": {"model"},
    "command": {"interpreter", "model", "source", "rules", "fixes", "coverage", "reports", "hookspecs"},
    "hookspecs": {"model"},
    "hooks": {"interpreter", "model", "source", "rules", "coverage", "reports", "command", "hookspecs", "pools", "speedup"},
    "fixtures": {"hooks", "model", "pools", "speedup"},
    "testing": {"model", "source", "rules"},
    "plugin": {"model", "rules", "hooks", "hookspecs", "fixtures"},
    "__main__": {"command"},
    "__init__": {"model", "source", "speedup"},
}

# What each may import from other distributions. Everything not named here lives on the standard library.
DISTRIBUTIONS: dict[str, set[str]] = {
    "command": {"iniconfig", "pluggy"},
    "hookspecs": {"pluggy", "pytest"},
    "fixes": {"libcst"},
    "coverage": {"coverage"},
    "pools": {"coverage"},
    "hooks": {"coverage", "filelock", "pluggy", "pytest", "xdist"},
    "fixtures": {"pytest"},
    "testing": {"pytest"},
    "plugin": {"pytest"},
}

LONGEST_FILE = 300
LONGEST_HOOK_FILE = 120
LONGEST_FUNCTION = 60

# Files that may be longer, with the reason why one piece is right.
LONGER: dict[str, str] = {}

FILES = sorted(SRC.rglob("*.py"))
every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SRC).as_posix())


def home(path: Path) -> str:
    """The package, or the module beside the packages, that a file belongs to."""
    return path.relative_to(SRC).with_suffix("").parts[0]


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything a file imports, wherever it does so."""
    for node in ast.walk(ast.parse(path.read_bytes(), path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "pytest_gilcheck":
            yield from ((node.lineno, f"pytest_gilcheck.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.lineno, node.module


@every_file
def test_imports_go_down_only(path: Path) -> None:
    """A package imports only what the table lets it."""
    allowed = ARROWS[home(path)] | {home(path)}
    wrong = [
        f"{path}:{line} imports {name}; {home(path)} may import {sorted(allowed)}"
        for line, name in imports(path)
        if name.startswith("pytest_gilcheck.") and name.split(".")[1] not in allowed
    ]
    assert not wrong


@every_file
def test_only_named_packages_import_other_distributions(path: Path) -> None:
    """Only the hooks and what stands beside them know pytest; engines, rules and reports live on the standard library."""
    allowed = DISTRIBUTIONS.get(home(path), set()) | sys.stdlib_module_names | {"pytest_gilcheck"}
    wrong = [f"{path}:{line} imports {name}" for line, name in imports(path) if name.split(".")[0] not in allowed]
    assert not wrong


def test_engines_are_not_imported_by_name_from_the_top() -> None:
    """Code in the package imports from the module that owns a name: the lazy public names are for others."""
    packages = {path.stem if path.suffix else path.name for path in SRC.iterdir()}
    wrong = [
        f"{path}:{line} imports {name}"
        for path in FILES
        for line, name in imports(path)
        if name.startswith("pytest_gilcheck.") and name.split(".")[1] not in packages
    ]
    assert not wrong


@every_file
def test_files_stay_short(path: Path) -> None:
    """A file is one noun: at most 300 lines, a hook file 120, unless the list above argues for more."""
    if path.parent.name == "examples":
        return  # code shown to readers and tests, a list without logic: it grows with every false alarm that is met
    longest = LONGEST_HOOK_FILE if home(path) == "hooks" else LONGEST_FILE
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= longest or LONGER.get(path.relative_to(SRC).as_posix())


@every_file
def test_functions_stay_short(path: Path) -> None:
    """A function fits on a screen: at most 60 lines."""
    wrong = [
        f"{path}:{node.lineno} {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(ast.parse(path.read_bytes(), path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    ]
    assert not wrong


def test_exceptions_are_still_needed() -> None:
    """A file on the list of long ones exists and is long."""
    short = [name for name in LONGER if len((SRC / name).read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE]
    assert not short


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "misc"])
def test_no_module_without_a_noun(name: str) -> None:
    """No module is named for being handy: what is in it would have no name either."""
    assert not [path for path in FILES if path.stem == name or path.parent.name == name]


def test_loading_the_plugin_loads_no_engine() -> None:
    """A test suite that does not ask for gilcheck pays for no rule, engine or report."""
    code = """if True:
        import sys
        import pytest_gilcheck.plugin
        heavy = ("pytest_gilcheck.source", "pytest_gilcheck.rules", "pytest_gilcheck.reports", "pytest_gilcheck.command")
        print(*[name for name in sys.modules if name.startswith(heavy)])
    """
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert loaded.split() == []
