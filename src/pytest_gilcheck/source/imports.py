"""What import statements bind."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pytest_gilcheck.source import known
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.values import External, Value

if TYPE_CHECKING:
    from pytest_gilcheck.source.infer import Inference


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


def imported_from(statement: ast.ImportFrom, module: Module) -> Module | str:
    """The module of a `from … import`: one of the project, or its dotted name."""
    dotted = statement.module or ""
    if statement.level:
        package = module.name.split(".")
        keep = len(package) - statement.level + (1 if module.path.endswith("__init__.py") else 0)
        dotted = ".".join([*package[: max(keep, 0)], *([dotted] if dotted else [])])
    return module.project.named(dotted, module) or dotted


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
