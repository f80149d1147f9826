"""The end of an armed run: the journal becomes a Run, and that the reports, the baseline and the exit status."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from pytest_gilcheck.hooks.measurement import recorded_lines
from pytest_gilcheck.hooks.state import ARMED, BEFORE, JOURNAL, LINES, RUN, Armed, Journal
from pytest_gilcheck.model.baseline import GONE, Baseline
from pytest_gilcheck.model.errors import UsageError
from pytest_gilcheck.model.run import Environment, Run
from pytest_gilcheck.model.speedup import Speedup
from pytest_gilcheck.reports.delivery import write_files

HISTORY = "gilcheck/speedups"  # in pytest's cache


def finish(session: pytest.Session) -> Run:
    """Conclude the run, and leave it in the stash for the summary."""
    config = session.config
    armed, journal = config.stash[ARMED], config.stash[JOURNAL]
    journal.notes.extend(_stopped(session, journal))
    if armed.settings.update_baseline:
        _update_baseline(armed, journal)
    elif armed.baseline is not None:
        _judge_baseline(config, armed.baseline, journal)
    lines = config.stash[LINES] or recorded_lines(config)
    if lines is not None:
        journal.ledger.replace_all(lines.annotated(journal.ledger))
    config.stash[BEFORE] = _remember(config, journal.speedups)
    run = config.stash[RUN] = _run(armed, journal)
    if failures := write_files(run):
        journal.notes.extend(failures)
        run = config.stash[RUN] = _run(armed, journal)
    # An item that fails says so itself; here is what no item stands for, such as files that were only checked at the end.
    if (run.failing or run.incomplete) and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    return run


def _remember(config: pytest.Config, speedups: Iterable[Speedup]) -> dict[str, float]:
    """Keep the median speedup of each test in pytest's cache; gives what was there, by node id."""
    cache: pytest.Cache | None = getattr(config, "cache", None)  # not with `-p no:cacheprovider`
    if cache is None:
        return {}
    before: dict[str, float] = cache.get(HISTORY, {})
    if measured := {speedup.test: speedup.median for speedup in speedups if speedup.median is not None}:
        cache.set(HISTORY, before | measured)
    return before


def _run(armed: Armed, journal: Journal) -> Run:
    return Run(
        findings=tuple(journal.ledger),
        files=len(journal.checked),
        settings=armed.settings,
        rules=armed.rules,
        environment=Environment.current(),
        incomplete=tuple(journal.notes),
        speedups=tuple(journal.speedups),
    )


def _stopped(session: pytest.Session, journal: Journal) -> Iterator[str]:
    if reason := session.shouldfail or session.shouldstop:
        yield f"the run was stopped: {reason}"
    if left := len(journal.expected):
        yield f"{left} of {left + len(journal.checked)} files {'was' if left == 1 else 'were'} not checked"


def _update_baseline(armed: Armed, journal: Journal) -> None:
    settings = armed.settings
    try:
        Baseline.updated(armed.baseline, journal.ledger, journal.checked, enabled=settings.enabled).write(settings.baseline)
    except UsageError as error:
        journal.notes.append(str(error))


def _judge_baseline(config: pytest.Config, baseline: Baseline, journal: Journal) -> None:
    """Mark what is accepted, which monitors may have confirmed since, and enter what is accepted but gone."""
    settings = config.stash[ARMED].settings
    judged = baseline.apply(journal.ledger, journal.checked, enabled=settings.enabled)
    gone = [finding for finding in judged if finding.rule == GONE and settings.enabled(GONE)]
    journal.ledger.replace_all([*(finding for finding in judged if finding.rule != GONE), *gone])
    for finding in gone:
        config.hook.pytest_gilcheck_finding(finding=finding, config=config)
