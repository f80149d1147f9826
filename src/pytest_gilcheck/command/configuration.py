"""Settings of a run: the command line, pytest's configuration file, and the options for pytest written in it."""

from __future__ import annotations

import argparse
import glob
import os
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pytest_gilcheck.command import rootdir
from pytest_gilcheck.command.arguments import from_pytest
from pytest_gilcheck.command.inifile import IniFile
from pytest_gilcheck.model.errors import UsageError
from pytest_gilcheck.model.options import OPTIONS, Option
from pytest_gilcheck.model.settings import Settings

_PREFIX = "gilcheck_"


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a run works on. `paths` are what is asked for; `context` also what workers are followed through."""

    settings: Settings
    paths: tuple[Path, ...]
    context: tuple[Path, ...]
    ini_path: Path | None
    cache_dir: Path | None


def read(arguments: argparse.Namespace, *, codes: Sequence[str], invocation_dir: Path) -> Configuration:
    """The configuration that these arguments and the files they lead to give; `codes` are the rules that exist.

    Raises UsageError for whatever is wrong in any of them.
    """
    named = tuple(_existing(path, invocation_dir) for path in arguments.paths)
    environment = from_pytest(_split(os.environ.get("PYTEST_ADDOPTS", ""), "PYTEST_ADDOPTS"), "PYTEST_ADDOPTS")
    root, ini = rootdir.determine(
        arguments.paths,
        invocation_dir=invocation_dir,
        rootdir=arguments.rootdir or environment.rootdir,
        config_file=arguments.config_file or environment.config_file,
    )
    addopts = from_pytest(ini.words("addopts"), f"{ini.path}: addopts")
    ini = replace(ini, overrides=_overrides([*environment.override_ini, *addopts.override_ini]))
    cli = {option.name: _merged(option, addopts, environment, arguments) for option in OPTIONS if option.cli}
    settings = Settings.from_values(
        root,
        cli,
        _gilcheck_values(ini),
        invocation_dir=invocation_dir,
        ini_dir=ini.path.parent if ini.path else None,
        codes=codes,
        norecursedirs=ini.words("norecursedirs"),
    )
    testpaths = _testpaths(ini, root, invocation_dir)
    project = (*testpaths, *settings.src)
    asked = (*named, *(settings.src if arguments.src else ())) if named else project or (invocation_dir,)
    return Configuration(
        settings=settings,
        paths=asked,
        context=(*asked, *project),
        ini_path=ini.path,
        cache_dir=None if arguments.no_cache else _cache_dir(ini, root),
    )


def _existing(path: str, invocation_dir: Path) -> Path:
    full = Path(os.path.abspath(invocation_dir / path))  # noqa: PTH100  # `resolve` would follow links
    if not os.path.lexists(full):
        raise UsageError(f"{path}: no such file or directory")
    return full


def _split(words: str, origin: str) -> list[str]:
    try:
        return shlex.split(words)
    except ValueError as error:
        raise UsageError(f"{origin}: {error} in {words!r}") from error


def _overrides(pairs: Sequence[str]) -> dict[str, str]:
    """The values of `-o key=value`."""
    values = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise UsageError(f"-o/--override-ini: {pair!r} is not KEY=VALUE")
        values[key] = value
    return values


def _merged(option: Option, *sources: argparse.Namespace) -> object:
    """An option's value from several command lines, the strongest last; repeatable ones add up, as in pytest."""
    values = [value for source in sources if (value := getattr(source, option.name))]
    if option.repeatable:
        return [item for value in values for item in value]
    return values[-1] if values else None


def _gilcheck_values(ini: IniFile) -> Mapping[str, object]:
    known = {option.name: option for option in OPTIONS if option.ini}
    values: dict[str, object] = {}
    for key in ini.named():
        if key.startswith(_PREFIX):
            name = key.removeprefix(_PREFIX)
            single = name in known and known[name].kind in ("word", "path")
            values[name] = ini.text(key) if single else ini.lines(key) if name in known else None
    return values


def _testpaths(ini: IniFile, root: Path, invocation_dir: Path) -> tuple[Path, ...]:
    """What pytest collects without arguments; it reads `testpaths` only in the rootdir."""
    if root != invocation_dir:
        return ()
    found = (path for pattern in ini.words("testpaths") for path in sorted(glob.glob(str(root / pattern), recursive=True)))  # noqa: PTH207  # as pytest does
    return tuple(map(Path, found))


def _cache_dir(ini: IniFile, root: Path) -> Path:
    """The cache directory of pytest, by its own rules: `~` and variables count, a relative path starts at the rootdir."""
    default = str(Path(os.environ.get("TOX_ENV_DIR", ""), ".pytest_cache"))
    return root / os.path.expandvars(os.path.expanduser(ini.text("cache_dir") or default))  # noqa: PTH111  # a user that isn't known is no error
