"""What import statements bind."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from pytest_gilcheck.source import known
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.values import External, Value

if TYPE_CHECKING:
    from pytest_gilcheck.source.infer import Inference

# Functions that import the module whose name they are given; what libraries and projects call their own ones.
_IMPORTERS = frozenset(
    {
        "import_module", "importorskip", "get_module", "load_module", "lazy_import", "lazy_module", "lazy_load", "LazyLoader",
        "LazyImport", "LazyModule", "optional_import", "import_optional", "import_optional_dependency", "optional_dependency",
        "try_import", "safe_import", "attempt_import",
    }
)  # fmt: skip
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")

_roots: WeakKeyDictionary[Module, frozenset[str]] = WeakKeyDictionary()


def imported(inference: Inference, alias: ast.alias, module: Module) -> Iterator[Value]:
    """What one name of an import statement is."""
    statement = module.parent(alias)
    if isinstance(statement, ast.Import):
        dotted = alias.name if alias.asname else alias.name.partition(".")[0]
        yield module.project.named(dotted, module) or External(known.canonical(dotted))
    elif isinstance(statement, ast.ImportFrom):
        origin = imported_from(statement, module)
        if not isinstance(origin, Module):
            dotted = f"{origin}.{alias.name}"
            yield module.project.named(dotted, module) or External(known.canonical(dotted))
        elif alias not in inference.importing:  # else modules import the name from one another, and it is bound somewhere else
            inference.importing.add(alias)
            try:
                found = tuple(inference.attribute(origin, alias.name))
            finally:
                inference.importing.discard(alias)
            yield from found


def imported_by_call(call: ast.Call, module: Module) -> Value | None:
    """The module that `importlib.import_module("name")` gives, and what is called like it; `None` for any other call."""
    dotted = _name_given(call)
    return None if dotted is None else module.project.named(dotted, module) or External(known.canonical(dotted))


def _name_given(call: ast.Call) -> str | None:
    given = call.args[0] if call.args and last_name(call) in _IMPORTERS else None
    dotted = given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else ""
    return dotted if _DOTTED.fullmatch(dotted) else None


def imported_from(statement: ast.ImportFrom, module: Module) -> Module | str:
    """The module of a `from … import`: one of the project, or its dotted name."""
    dotted = name_imported_from(statement, module)
    return module.project.named(dotted, module) or dotted


def name_imported_from(statement: ast.ImportFrom, module: Module) -> str:
    """The dotted name of the module of a `from … import`, its leading dots resolved."""
    dotted = statement.module or ""
    if statement.level:
        package = module.name.split(".")
        keep = len(package) - statement.level + (1 if module.path.endswith("__init__.py") else 0)
        dotted = ".".join([*package[: max(keep, 0)], *([dotted] if dotted else [])])
    return dotted


def roots_imported(module: Module) -> frozenset[str]:
    """First names of the packages that the file imports; those of its own project count where no dots say so."""
    found = _roots.get(module)
    if found is None:
        plain = {alias.name.partition(".")[0] for statement in module.nodes(ast.Import) for alias in statement.names}
        others = (statement.module for statement in module.nodes(ast.ImportFrom) if statement.module and not statement.level)
        called = (dotted for call in module.calls_to(*_IMPORTERS) if (dotted := _name_given(call)) is not None)
        found = _roots[module] = frozenset(plain | {name.partition(".")[0] for name in (*others, *called)})
    return found


def stars(module: Module) -> Iterator[Module | str]:
    """The modules whose names `from … import *` brings."""
    for statement in module.star_imports:
        yield imported_from(statement, module)


def has(dotted: str, name: str) -> bool:
    """Whether a module from outside of the project is known to have the name; of other names a star import tells nothing."""
    return f"{dotted}.{name}" in _STAR_NAMES


_STAR_NAMES = frozenset(
    {
        *known.BASES,
        *known.BASES.values(),
        *known.RETURNS,
        *known.LOCKS,
        *known.SEMAPHORES,
        "queue.Queue",
        "queue.SimpleQueue",
        "threading.Event",
        "threading.Thread",
        "multiprocessing.Process",
        "multiprocessing.Queue",
        "multiprocessing.Value",
        "multiprocessing.Array",
        "asyncio.Queue",
        "asyncio.sleep",
        "asyncio.run",
        "time.sleep",
    }
)
