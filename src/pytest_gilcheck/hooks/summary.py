"""What the person at the terminal sees around the tests, and when the reports are written."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from pytest_gilcheck.hooks import finishing, outputs
from pytest_gilcheck.hooks.state import ARMED, BEFORE, JOURNAL, RUN
from pytest_gilcheck.reports import speedups, terminal
from pytest_gilcheck.reports.delivery import print_reports
from pytest_gilcheck.source.check import relative


def pytest_report_header(config: pytest.Config) -> str:
    """How many rules take part, and which source trees."""
    armed = config.stash[ARMED]
    count = sum(armed.settings.enabled(rule.code) for rule in armed.rules)
    src = ", ".join(relative(path, config.rootpath) for path in armed.settings.src)
    return f"gilcheck: {count} rules" + (f", src: {src}" if src else "")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None]:
    """Conclude the run.

    Outermost: the run is known before the terminal prints its summary, and standard output is free when all is printed.
    """
    if session.config.option.collectonly or session.exitstatus == pytest.ExitCode.USAGE_ERROR:
        yield  # nothing was checked, and the reports of an earlier run stay
        return
    run = finishing.finish(session)
    yield
    print_reports(run)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The section `gilcheck`; with `-q` only if there is something to tell."""
    run = config.stash.get(RUN, None)
    quiet = config.get_verbosity() < 0
    if run is None or config.option.no_summary or (quiet and not run.active and not run.incomplete):
        return
    writer = config.get_terminal_writer()
    shown = set() if config.option.tbstyle in ("no", "line") else config.stash[JOURNAL].shown
    terminalreporter.write_sep("=", "gilcheck")  # not `section`, which leaves a line of dots open when the run was interrupted
    terminalreporter.write_line(terminal.summary(run, color=writer.hasmarkup, quiet=quiet, shown=shown, width=writer.fullwidth))
    if run.speedups and not quiet:
        terminalreporter.write_sep("-", "speedups")
        before: dict[str, float] = config.stash.get(BEFORE, {})
        for text in speedups.section(run.speedups, verbose=config.get_verbosity() > 0, before=before):
            terminalreporter.write_line(text)
    if not quiet:
        for sentence in outputs.written(run):
            terminalreporter.write_line(sentence)
