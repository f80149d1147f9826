"""A finished run as reports see it."""

from __future__ import annotations

import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pytest_gilcheck.model.cpus import schedulable
from pytest_gilcheck.model.finding import Finding
from pytest_gilcheck.model.rule import Rule
from pytest_gilcheck.model.settings import Settings
from pytest_gilcheck.model.speedup import Speedup


@dataclass(frozen=True, slots=True)
class Environment:
    """The interpreter and machine that a run was made on; `cpus` is what this process may use."""

    python: str
    implementation: str
    gil: str  # "enabled" or "disabled"
    cpus: int
    platform: str

    @classmethod
    def current(cls) -> Environment:
        """The environment of this process."""
        gil_enabled = getattr(sys, "_is_gil_enabled", lambda: True)()  # 3.13+
        return cls(
            python=platform.python_version(),
            implementation=platform.python_implementation(),
            gil="enabled" if gil_enabled else "disabled",
            cpus=schedulable(),
            platform=sys.platform,
        )


@dataclass(frozen=True, slots=True)
class Run:
    """What reports are rendered from: `findings` in the ledger's order, suppressed and baselined ones included.

    `files` is the number of files checked; `incomplete` says in a sentence each why the run can't be called complete
    (a test process died, a check was switched off); `executed` tells whether tests were run or only source was read; `speedups`
    are those that were measured, in the order of their tests.
    """

    findings: tuple[Finding, ...]
    files: int
    settings: Settings
    rules: Sequence[type[Rule]]
    environment: Environment
    incomplete: tuple[str, ...] = ()
    executed: bool = True
    speedups: tuple[Speedup, ...] = ()

    @property
    def root(self) -> Path:
        """The rootdir that paths are relative to."""
        return self.settings.root

    @property
    def active(self) -> tuple[Finding, ...]:
        """Findings that count: neither suppressed nor baselined."""
        return tuple(f for f in self.findings if f.active)

    @property
    def failing(self) -> tuple[Finding, ...]:
        """Findings that make the run fail."""
        return tuple(f for f in self.findings if self.settings.fails(f))
