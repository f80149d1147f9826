"""One checker a process: made when the first file is checked, with every file that can matter to it."""

from __future__ import annotations

import glob
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_gilcheck.hooks.state import ARMED, CHECKER, SEEN_FILES, SRC_FILES
from pytest_gilcheck.model.finding import Finding
from pytest_gilcheck.model.ledger import Ledger
from pytest_gilcheck.source import discover
from pytest_gilcheck.source.check import Checker


def check(config: pytest.Config, path: Path) -> tuple[Finding, ...]:
    """Findings in this file, with fingerprints; those that a marker or the baseline accepts are marked."""
    armed = config.stash[ARMED]
    # Fingerprints need no other file, so those given here are those of the whole run.
    findings = list(Ledger(_checker(config).findings(path)))
    if armed.settings.update_baseline:
        return tuple(replace(finding, baselined=True) for finding in findings)
    if armed.baseline is not None:
        baseline = armed.baseline
        return tuple(replace(finding, baselined=finding.fingerprint in baseline) for finding in findings)
    return tuple(findings)


def save(config: pytest.Config) -> None:
    """Write the cache, if anything was checked in this process."""
    if checker := config.stash.get(CHECKER, None):
        checker.save()


def src_files(config: pytest.Config) -> tuple[Path, ...]:
    """The Python files under `--gilcheck-src`."""
    files = config.stash.get(SRC_FILES, None)
    if files is None:
        settings = config.stash[ARMED].settings
        files = config.stash[SRC_FILES] = tuple(discover.python_files(settings.src, norecursedirs=settings.norecursedirs))
    return files


def only_nodes(config: pytest.Config) -> bool:
    """Whether every argument names a node, as when one test is run by hand: then nothing else is wanted."""
    return all("::" in argument for argument in config.args)


def _context(config: pytest.Config) -> Iterable[Path]:
    """Where single nodes are asked for, the files that a whole run would come across: they tell who starts what in a worker."""
    if not only_nodes(config):
        return ()
    patterns = (str(config.rootpath / pattern) for pattern in config.getini("testpaths"))
    found = [Path(path) for pattern in patterns for path in glob.glob(pattern, recursive=True)]  # noqa: PTH207  # as pytest does
    return discover.python_files(found or [config.rootpath], norecursedirs=config.stash[ARMED].settings.norecursedirs)


def _checker(config: pytest.Config) -> Checker:
    checker = config.stash.get(CHECKER, None)
    if checker is None:
        armed = config.stash[ARMED]
        # Also the files that are not checked this time: what runs in a worker must not depend on what was selected.
        files = sorted({*config.stash[SEEN_FILES], *src_files(config), *_context(config)})
        checker = config.stash[CHECKER] = Checker(armed.settings, armed.rules, files, cache_dir=_cache_dir(config))
    return checker


def _cache_dir(config: pytest.Config) -> Path | None:
    cache: pytest.Cache | None = getattr(config, "cache", None)  # `-p no:cacheprovider`
    if cache is None:
        return None
    try:
        return cache.mkdir("gilcheck")
    except OSError:  # a read-only directory: nothing is kept, as pytest's own cache does
        return None
