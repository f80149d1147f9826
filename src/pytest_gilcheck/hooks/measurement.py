"""The measurement of coverage.py that runs around the tests, if one does."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from pytest_gilcheck.coverage.lines import RecordedLines

if TYPE_CHECKING:
    from coverage import Coverage, CoverageData


def recorded_lines(config: pytest.Config) -> RecordedLines | None:
    """The lines that ran while tests did: as pytest-cov has them, else as `coverage run` has; `None` when nobody measured.

    To be asked when all tests have run; under pytest-xdist pytest-cov has brought the data of all workers together by then.
    """
    data = _pytest_cov(config) or _coverage_run(config)
    return None if data is None else RecordedLines(data, config.rootpath)


def _pytest_cov(config: pytest.Config) -> CoverageData | None:
    controller: Any = getattr(config.pluginmanager.getplugin("_cov"), "cov_controller", None)
    measurement: Coverage | None = getattr(controller, "cov", None)
    return None if measurement is None else measurement.get_data()


def _coverage_run(config: pytest.Config) -> CoverageData | None:
    if "coverage" not in sys.modules or config.getoption("numprocesses", None):
        return None  # the workers of pytest-xdist are measured by themselves, and what they ran isn't known here
    from coverage import Coverage

    measurement = Coverage.current()
    return None if measurement is None else measurement.get_data()
