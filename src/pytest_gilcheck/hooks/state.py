"""What the hooks remember: every stash key, and the values behind them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pytest_gilcheck.coverage.lines import RecordedLines
from pytest_gilcheck.model.baseline import Baseline
from pytest_gilcheck.model.finding import Finding
from pytest_gilcheck.model.ledger import Ledger
from pytest_gilcheck.model.rule import Rule
from pytest_gilcheck.model.run import Run
from pytest_gilcheck.model.settings import Settings
from pytest_gilcheck.model.speedup import Speedup
from pytest_gilcheck.source.check import Checker


@dataclass(frozen=True, slots=True)
class Armed:
    """What was asked for, known once pytest is configured; equal in every process of a run."""

    settings: Settings
    rules: tuple[type[Rule], ...]
    baseline: Baseline | None


@dataclass(slots=True)
class Journal:
    """What the process that reports has heard so far.

    `expected` are the node ids of items that check a file and have not done so; `checked` are the paths of those that have,
    as in `Site.path`; `shown` are the fingerprints of findings that stand under FAILURES; `notes` say what went wrong.
    """

    ledger: Ledger = field(default_factory=Ledger)
    expected: set[str] = field(default_factory=set)
    checked: set[str] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    speedups: list[Speedup] = field(default_factory=list)


ARMED = pytest.StashKey[Armed]()  # on config
SEEN_FILES = pytest.StashKey[set[Path]]()  # on config: every Python file that pytest came across
SRC_FILES = pytest.StashKey[tuple[Path, ...]]()  # on config: the files under --gilcheck-src
CHECKER = pytest.StashKey[Checker]()  # on config, once something was checked in this process
JOURNAL = pytest.StashKey[Journal]()  # on config, where reports are made
LINES = pytest.StashKey[RecordedLines | None]()  # on config, where reports are made: those of --gilcheck-cov-data
RUN = pytest.StashKey[Run]()  # on config, when the session has finished
FOUND = pytest.StashKey[tuple[Finding, ...]]()  # on an item that was checked
SPEEDUP = pytest.StashKey[Speedup]()  # on an item that was measured
ATTAINABLE = pytest.StashKey[float]()  # on config: the most CPUs that the machine gave to any measurement so far
BEFORE = pytest.StashKey[dict[str, float]]()  # on config, where reports are made: median speedup of each test in the last run
