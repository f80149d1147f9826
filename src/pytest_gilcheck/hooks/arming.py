"""Start of an armed run: settings, rules and baseline are read and checked, then the other hooks registered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from pytest_gilcheck.coverage.lines import RecordedLines
from pytest_gilcheck.hooks import collection, runtest, summary
from pytest_gilcheck.hooks.recorder import Recorder
from pytest_gilcheck.hooks.state import ARMED, JOURNAL, LINES, SEEN_FILES, Armed, Journal
from pytest_gilcheck.model.baseline import Baseline
from pytest_gilcheck.model.errors import UsageError
from pytest_gilcheck.model.options import OPTIONS
from pytest_gilcheck.model.rule import Rule
from pytest_gilcheck.model.settings import Settings
from pytest_gilcheck.reports.delivery import require_writable


def arm(config: pytest.Config) -> None:
    """Arm this process. Raises UsageError for whatever is wrong with what the user asked for."""
    rules = rules_of(config)
    settings = _settings(config, rules)
    config.stash[ARMED] = Armed(settings, rules, _baseline(settings))
    config.stash[SEEN_FILES] = set()
    config.pluginmanager.register(collection, "gilcheck-collection")
    config.pluginmanager.register(runtest, "gilcheck-runtest")
    if not hasattr(config, "workerinput"):  # a worker of pytest-xdist reports nothing itself
        require_writable(settings)
        config.stash[LINES] = RecordedLines.of_settings(settings, _given_as(config, "cov_data"))
        journal = config.stash[JOURNAL] = Journal()
        config.pluginmanager.register(Recorder(config, journal), "gilcheck-recorder")
        config.pluginmanager.register(summary, "gilcheck-summary")


def _given_as(config: pytest.Config, name: str) -> str:
    """The word that the user gave an option by: its flag, or else its ini key."""
    option = next(option for option in OPTIONS if option.name == name)
    return option.flag if config.getoption(option.key) else option.key


def rules_of(config: pytest.Config) -> tuple[type[Rule], ...]:
    """Every rule that a plugin gives, by code. Raises UsageError when two claim one code."""
    by_code: dict[str, type[Rule]] = {}
    for rules in config.hook.pytest_gilcheck_rules():
        for rule in rules:
            known = by_code.setdefault(rule.code, rule)
            if known is not rule:
                raise UsageError(f"{rule.code} is the code of two rules, {_where(known)} and {_where(rule)}: one needs another code")
    return tuple(by_code[code] for code in sorted(by_code))


def _where(rule: type[Rule]) -> str:
    return f"{rule.__module__}.{rule.__qualname__}"


def _settings(config: pytest.Config, rules: Iterable[type[Rule]]) -> Settings:
    ini: dict[str, Any] = dict.fromkeys(name.removeprefix("gilcheck_") for name in _ini_names(config) if name.startswith("gilcheck_"))
    return Settings.from_values(
        config.rootpath,
        cli={option.name: config.getoption(option.key) for option in OPTIONS if option.cli},
        ini=ini | {option.name: _ini_value(config, option.key) for option in OPTIONS if option.ini},
        invocation_dir=config.invocation_params.dir,
        ini_dir=config.inipath.parent if config.inipath else None,
        codes=[rule.code for rule in rules],
        norecursedirs=config.getini("norecursedirs"),
    )


def _ini_value(config: pytest.Config, key: str) -> Any:
    try:
        return config.getini(key)
    except (TypeError, ValueError) as error:  # pytest.toml has types; pytest 9.0 leaves a wrong one to the caller
        raise UsageError(f"{key}: {error}") from error


def _ini_names(config: pytest.Config) -> Iterable[str]:
    """Every key in the configuration file and after `-o`; pytest itself would only warn of one it doesn't know."""
    # `inicfg` is deprecated since pytest 9; there is no public list of the keys any more.
    in_file = getattr(config, "_inicfg" if hasattr(config, "_inicfg") else "inicfg")
    return {*in_file, *(pair.partition("=")[0] for pair in config.getoption("override_ini") or ())}


def _baseline(settings: Settings) -> Baseline | None:
    if settings.baseline is None:
        return None
    if settings.update_baseline and not settings.baseline.exists():
        return Baseline(path=settings.baseline, root=settings.root)
    return Baseline.load(settings.baseline, root=settings.root)
