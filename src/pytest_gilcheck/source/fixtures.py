"""What the fixtures of a test suite give, as pytest finds them: by name, from the test's module and the `conftest.py` files above it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pytest_gilcheck.source import known
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.values import Instance, Value

if TYPE_CHECKING:
    from pytest_gilcheck.source.project import Project


class Fixtures:
    """The fixtures of one project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._known: dict[str, dict[str, Function]] = {}

    def values(self, function: Function, name: str) -> Iterator[Value]:
        """What pytest gives a test's or fixture's parameter, from fixtures of the project and of this plugin."""
        if not (function.module.is_test and (function.name.startswith("test") or is_fixture(function))):
            return
        fixture = self.named(name, function)
        if fixture is None:
            if name in known.FIXTURES:
                yield Instance(known.FIXTURES[name])
        elif fixture.is_generator:
            yield from self._project.inference.yielded(fixture)
        else:
            yield from self._project.inference.returned(fixture)

    def named(self, name: str, user: Function) -> Function | None:
        """The project's fixture of that name, as a test or another fixture gets it by its parameter."""
        folder = PurePosixPath(user.module.path).parent
        for path in (user.module.path, *(str(parent / "conftest.py") for parent in (folder, *folder.parents))):
            fixture = self._in(path).get(name)
            if fixture is not None and fixture is not user:
                return fixture
        return None

    def _in(self, path: str) -> dict[str, Function]:
        known_fixtures = self._known.get(path)
        if known_fixtures is None:
            module = self._project.module(path) if self._project.has(path) else None
            found = module.functions if isinstance(module, Module) else ()
            known_fixtures = self._known[path] = {_fixture_name(f): f for f in found if is_fixture(f)}
        return known_fixtures


def is_fixture(function: Function) -> bool:
    """Whether a decorator makes it a pytest fixture."""
    return any(last_name(decorator) == "fixture" for decorator in function.decorators)


def _fixture_name(function: Function) -> str:
    for decorator in function.decorators:
        if isinstance(decorator, ast.Call) and last_name(decorator) == "fixture":
            for keyword in decorator.keywords:
                if keyword.arg == "name" and isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str):
                    return keyword.value.value
    return function.name
