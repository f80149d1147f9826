"""Who calls a function, anywhere in the project."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import Module

if TYPE_CHECKING:
    from pytest_gilcheck.source.project import Project

Call = tuple[ast.Call, Module]


class Callers:
    """Answers for the functions of one project. Each call is resolved once, whichever function of its name is asked for first."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._known: dict[Function, list[Call]] = {}
        self._resolved: dict[str, Mapping[Function, list[Call]]] = {}

    def of(self, function: Function) -> Sequence[Call]:
        """Calls of the function, in path order."""
        found = self._known.get(function)
        if found is None:
            found = self._known[function] = list(self._find(function))
        return found

    def _find(self, function: Function) -> Iterator[Call]:
        name = function.cls.name if function.name in ("__init__", "__new__") and function.cls is not None else function.name
        names = {name, *self._aliases.get(name, ())}
        if function.name == "__init__":
            names.add("__init__")
        for called in sorted(names):
            yield from self._calls_to(called).get(function, ())

    def _calls_to(self, name: str) -> Mapping[Function, list[Call]]:
        """Calls of something of that name, by the function that they run."""
        known = self._resolved.get(name)
        if known is None:
            found: dict[Function, list[Call]] = defaultdict(list)
            for call, module in self._by_name.get(name, ()):
                for function in dict.fromkeys(self._project.functions_called(call, module)):
                    found[function].append((call, module))
            known = self._resolved[name] = found
        return known

    @cached_property
    def _by_name(self) -> dict[str, list[Call]]:
        """Calls of all modules by the last name of what they call."""
        found: dict[str, list[Call]] = defaultdict(list)
        for module in self._project.modules:
            for name in module.called_names:
                found[name].extend((call, module) for call in module.calls_to(name))
        return found

    @cached_property
    def _aliases(self) -> dict[str, set[str]]:
        """Other names that functions are imported by."""
        found: dict[str, set[str]] = defaultdict(set)
        for module in self._project.modules:
            for statement in module.nodes(ast.ImportFrom):
                for alias in statement.names:
                    if alias.asname and alias.asname != alias.name:
                        found[alias.name].add(alias.asname)
        return found
