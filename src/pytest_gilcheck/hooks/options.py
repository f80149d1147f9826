"""Options, ini keys and markers; whether the run is armed. Loaded in every run of pytest, so it imports next to nothing."""

from __future__ import annotations

import pytest

from pytest_gilcheck.model.options import OPTIONS, Option

MARKERS = (
    "gilcheck: the items that check one file each for concurrency pitfalls (pytest-gilcheck)",
    "gilcheck_ignore(*codes, reason): accept the findings of these rules inside this test, class or module (pytest-gilcheck)",
    "expect_parallel_speedup(min, *, max, min_efficiency, workers, …): how much faster the test's pools are to make it (pytest-gilcheck)",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add every option, all in one group of `--help`, and every ini key."""
    group = parser.getgroup("gilcheck", "gilcheck: concurrency pitfalls")
    group.addoption("--gilcheck", action="store_true", default=False, help="check for concurrency pitfalls (ini key: gilcheck)")
    parser.addini("gilcheck", "check for concurrency pitfalls in every run", type="bool", default=False)
    for option in OPTIONS:
        if option.cli:
            _add_flag(group, option)
        if option.ini:
            _add_key(parser, option)
    group.addoption("--gilcheck-explain", metavar="CODE", help="print the page of a rule and exit")


def _add_key(parser: pytest.Parser, option: Option) -> None:
    if option.kind in ("word", "path"):
        parser.addini(option.key, option.help, type="string", default=None)
    else:
        parser.addini(option.key, option.help, type="linelist", default=[])


def _add_flag(group: pytest.OptionGroup, option: Option) -> None:
    if option.kind == "flag":
        group.addoption(option.flag, dest=option.key, action="store_true", default=False, help=option.help)
    else:
        action = "append" if option.repeatable else "store"
        group.addoption(option.flag, dest=option.key, action=action, default=None, metavar=option.metavar, help=option.help)


def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Print the page that `--gilcheck-explain` asks for, instead of a test run."""
    code = config.getoption("gilcheck_explain")
    if code is None:
        return None
    from pytest_gilcheck.hooks import explaining

    return explaining.show(config, code)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the markers, and arm the run if asked to; last, because other plugins may register rules when they configure."""
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)
    if is_armed(config):
        from pytest_gilcheck.hooks import arming
        from pytest_gilcheck.model.errors import UsageError

        try:
            arming.arm(config)
        except UsageError as error:
            raise pytest.UsageError(str(error)) from error
        return
    for option in OPTIONS:
        if option.cli and config.getoption(option.key):
            raise pytest.UsageError(f"{option.flag} does nothing unless the run is armed: add --gilcheck, or the ini key gilcheck = true")


def is_armed(config: pytest.Config) -> bool:
    """Whether `--gilcheck` was given or the ini key `gilcheck` is true."""
    try:
        return bool(config.getoption("gilcheck") or config.getini("gilcheck"))
    except (ValueError, TypeError, pytest.UsageError) as error:  # which of them depends on pytest's version
        raise pytest.UsageError(f"gilcheck: this ini key is true or false: {error}") from error
