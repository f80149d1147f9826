"""Configuration files as pytest reads them: which tables and sections count, and what a value means."""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pytest_gilcheck.model.errors import UsageError


@dataclass(frozen=True, slots=True)
class IniFile:
    """What a configuration file says about pytest; `path` is `None` when there is no file.

    `native` values come from TOML tables that keep TOML's own types; all others are strings or lists of strings.
    `overrides` are the values of `-o key=value`, always strings, which go before those of the file.
    """

    path: Path | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    native: bool = False
    overrides: Mapping[str, str] = field(default_factory=dict)

    def named(self) -> set[str]:
        """Every key that has a value."""
        return {*self.values, *self.overrides}

    def words(self, key: str) -> list[str]:
        """A list of words, quoted as in a shell (pytest's types `args` and `paths`); none when the key is absent."""
        value, split = self._value(key)
        if split:
            try:
                return shlex.split(value)
            except ValueError as error:
                raise UsageError(f"{self.path}: {key}: {error} in {value!r}") from error
        return self._strings(key, value)

    def lines(self, key: str) -> list[str]:
        """A list with an entry a line (pytest's type `linelist`); none when the key is absent."""
        value, split = self._value(key)
        if split:
            return [line.strip() for line in value.split("\n") if line.strip()]
        return self._strings(key, value)

    def text(self, key: str) -> str | None:
        """A string; `None` when the key is absent."""
        value, _ = self._value(key)
        if value is not None and not isinstance(value, str):
            raise UsageError(f"{self.path}: {key}: a string is expected, not {value!r}")
        return value

    def _value(self, key: str) -> tuple[Any, bool]:
        """The value, and whether it is text that may stand for a list."""
        if key in self.overrides:
            return self.overrides[key], True
        value = self.values.get(key)
        return value, isinstance(value, str) and not self.native

    def _strings(self, key: str, value: object) -> list[str]:
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise UsageError(f"{self.path}: {key}: a list of strings is expected, not {value!r}")
        return list(value)


def load(path: Path) -> IniFile | None:
    """What this file, whose name must be `supported`, says; `None` when it has nothing for pytest.

    Raises UsageError, which names the file and line, when it can't be read.
    """
    loader = _BY_NAME.get(path.name) or _BY_SUFFIX[path.suffix]
    try:
        return loader(path)
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8: {error.reason} at byte {error.start}") from error
    except OSError as error:
        raise UsageError(f"{path}: can't be read: {error.strerror or error}") from error


def supported(path: Path) -> bool:
    """Whether a file of this name can hold configuration."""
    return path.name in _BY_NAME or path.suffix in _BY_SUFFIX


def names() -> tuple[str, ...]:
    """The names that are looked for in each directory, the strongest first."""
    return tuple(name for name in _BY_NAME if _pytest_9() or not name.endswith("pytest.toml"))


@cache
def _pytest_9() -> bool:
    """Whether the installed pytest knows `pytest.toml` and `[tool.pytest]`."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return int(version("pytest").partition(".")[0]) >= 9
    except (PackageNotFoundError, ValueError):
        return True


def _ini_section(path: Path, section: str) -> tuple[IniFile | None, Mapping[str, object]]:
    import iniconfig

    try:
        sections = iniconfig.IniConfig(str(path)).sections
    except iniconfig.ParseError as error:
        raise UsageError(str(error)) from error
    return (IniFile(path, dict(sections[section])) if section in sections else None), sections


def _pytest_ini(path: Path) -> IniFile | None:
    return _ini_section(path, "pytest")[0] or IniFile(path)  # this name alone makes it pytest's


def _other_ini(path: Path) -> IniFile | None:
    return _ini_section(path, "pytest")[0]


def _cfg(path: Path) -> IniFile | None:
    file, sections = _ini_section(path, "tool:pytest")
    if file is None and "pytest" in sections:
        raise UsageError(f"{path}: [pytest] section in setup.cfg files is no longer supported, change to [tool:pytest] instead.")
    return file


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: {error}") from error


def _table(path: Path, where: str, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UsageError(f"{path}: [{where}] is no table")
    return value


def _pytest_table(path: Path, document: dict[str, Any]) -> IniFile | None:
    if "pytest" in document:
        return IniFile(path, _table(path, "pytest", document["pytest"]), native=True)
    stray = [key for key, value in document.items() if not isinstance(value, dict)]
    if stray:
        raise UsageError(f"{path}: pytest configuration must be under a [pytest] table (found top-level options: {', '.join(stray)})")
    return None


def _tool_table(path: Path, document: dict[str, Any]) -> IniFile | None:
    tool = _table(path, "tool", document.get("tool", {}))
    table = _table(path, "tool.pytest", tool.get("pytest", {}))
    native = {key: value for key, value in table.items() if key != "ini_options"} if _pytest_9() else {}
    options = table.get("ini_options")
    if native and options:
        raise UsageError(f"{path}: [tool.pytest] and [tool.pytest.ini_options] can't be used at the same time")
    if native:
        return IniFile(path, native, native=True)
    if options is None:
        return None
    options = _table(path, "tool.pytest.ini_options", options)
    return IniFile(path, {key: value if isinstance(value, list) else str(value) for key, value in options.items()})


def _pytest_toml(path: Path) -> IniFile | None:
    return _pytest_table(path, _toml(path)) or IniFile(path)  # this name alone makes it pytest's


def _pyproject(path: Path) -> IniFile | None:
    return _tool_table(path, _toml(path))


def _other_toml(path: Path) -> IniFile | None:
    document = _toml(path)
    tool = _tool_table(path, document)
    if tool is None:
        return _pytest_table(path, document)
    if "pytest" in document:
        raise UsageError(f"{path}: [pytest] and [tool.pytest] can't be used at the same time")
    return tool


# In pytest's order of precedence.
_BY_NAME: dict[str, Callable[[Path], IniFile | None]] = {
    "pytest.toml": _pytest_toml,
    ".pytest.toml": _pytest_toml,
    "pytest.ini": _pytest_ini,
    ".pytest.ini": _pytest_ini,
    "pyproject.toml": _pyproject,
    "tox.ini": _other_ini,
    "setup.cfg": _cfg,
}
# For files of any name that the command line gives.
_BY_SUFFIX: dict[str, Callable[[Path], IniFile | None]] = {".ini": _other_ini, ".cfg": _cfg, ".toml": _other_toml}
