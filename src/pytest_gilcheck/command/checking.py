"""One run of the static command, from its arguments to what it prints."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from pytest_gilcheck.command import cachedir, catalogue, configuration, fixing, output
from pytest_gilcheck.command.configuration import Configuration
from pytest_gilcheck.command.fixing import Fixed
from pytest_gilcheck.command.progress import Progress, wanted
from pytest_gilcheck.command.workload import Job, Outcome, look_through
from pytest_gilcheck.coverage.lines import RecordedLines
from pytest_gilcheck.model.baseline import Baseline
from pytest_gilcheck.model.errors import UsageError
from pytest_gilcheck.model.finding import Finding
from pytest_gilcheck.model.ledger import Ledger
from pytest_gilcheck.model.rule import Rule
from pytest_gilcheck.model.run import Environment, Run
from pytest_gilcheck.reports import delivery, terminal
from pytest_gilcheck.source.check import relative
from pytest_gilcheck.source.discover import python_files


def check(arguments: argparse.Namespace) -> int:
    """Check what is asked for and print it; returns the exit status. Raises UsageError."""
    rules = catalogue.available()
    config = configuration.read(arguments, codes=[rule.code for rule in rules], invocation_dir=Path.cwd())
    fixes = arguments.fix or arguments.diff
    if fixes:
        fixing.require(arguments)
    _require_one_on_stdout(arguments, config)
    delivery.require_writable(config.settings)
    baseline = _baseline(config)
    lines = RecordedLines.of_settings(config.settings, "--cov-data")
    files = python_files(config.paths, norecursedirs=config.settings.norecursedirs)
    job = _job(config, rules, files)
    outcome = _checked(arguments, job)
    fixed = None
    if fixes and not outcome.interrupted:
        changes = fixing.changes(_unaccepted(config, baseline, outcome), job)
        if arguments.diff:
            return fixing.show(changes)
        fixed = fixing.write(changes)
        if fixed.files:
            outcome = _checked(arguments, job)
    ledger = Ledger(outcome.findings)
    _judge(config, baseline, ledger, {relative(path, config.settings.root) for path in outcome.checked})
    if lines is not None:
        ledger.replace_all(lines.annotated(ledger))
    run = Run(
        findings=tuple(ledger),
        files=len(outcome.checked),
        settings=config.settings,
        rules=rules,
        environment=Environment.current(),
        incomplete=(f"interrupted after {len(outcome.checked)} of {len(files)} files",) if outcome.interrupted else (),
        executed=False,
    )
    _show(arguments, config, run, fixed)
    if outcome.interrupted:
        return 130
    return 1 if run.failing else 0


def _job(config: Configuration, rules: Sequence[type[Rule]], files: Sequence[Path]) -> Job:
    context = python_files(config.context, norecursedirs=config.settings.norecursedirs) if config.context != config.paths else files
    cache = cachedir.prepare(config.cache_dir) if config.cache_dir else None
    return Job(config.settings, tuple(rules), tuple(files), tuple(context), cache)


def _checked(arguments: argparse.Namespace, job: Job) -> Outcome:
    progress = None
    if wanted(sys.stderr, os.environ, quiet=arguments.quiet):
        progress = Progress(sys.stderr, len(job.files), width=shutil.get_terminal_size().columns)
    return look_through(job, processes=arguments.jobs, progress=progress)


def _require_one_on_stdout(arguments: argparse.Namespace, config: Configuration) -> None:
    on_stdout = [target.format for target in config.settings.reports if target.path == delivery.STDOUT]
    if arguments.format != "text":
        on_stdout.append(arguments.format)
    if len(on_stdout) > 1:
        raise UsageError(f"only one report can go to standard output, not {' and '.join(on_stdout)}; give the others a path")


def _baseline(config: Configuration) -> Baseline | None:
    settings = config.settings
    if settings.baseline is None:
        return None
    if settings.update_baseline and not settings.baseline.exists():
        return Baseline(path=settings.baseline, root=settings.root)
    return Baseline.load(settings.baseline, root=settings.root)


def _judge(config: Configuration, baseline: Baseline | None, ledger: Ledger, checked: set[str]) -> None:
    """Mark what the baseline accepts, after bringing it up to date if that was asked for."""
    if baseline is None:
        return
    settings = config.settings
    findings: list[Finding] = list(ledger)
    if settings.update_baseline:
        baseline = Baseline.updated(baseline, findings, checked, enabled=settings.enabled)
        baseline.write()
    judged = baseline.apply(findings, checked, enabled=settings.enabled)
    ledger.replace_all(f for f in judged if settings.enabled(f.rule) and not settings.ignored_at(f.rule, f.site.path))


def _unaccepted(config: Configuration, baseline: Baseline | None, outcome: Outcome) -> list[Finding]:
    """The findings with those marked that the baseline accepts as it is now."""
    findings = list(Ledger(outcome.findings))
    checked = {relative(path, config.settings.root) for path in outcome.checked}
    return findings if baseline is None else baseline.apply(findings, checked, enabled=config.settings.enabled)


def _show(arguments: argparse.Namespace, config: Configuration, run: Run, fixed: Fixed | None) -> None:
    if arguments.format != "text":
        delivery.print_report(arguments.format, run)
        if fixed is not None:
            print(fixed.summary(len(run.active)), file=sys.stderr)
    else:
        # A report that was asked for on standard output has it to itself.
        taken = any(target.path == delivery.STDOUT for target in run.settings.reports)
        stream = sys.stderr if taken else sys.stdout
        color = output.colored(arguments.color, stream, os.environ)
        if arguments.verbose:
            print(_circumstances(config, run), file=stream)
            for finding in run.findings:
                if not finding.active:
                    print(terminal.line(finding, run.settings, color=color), file=stream)
        print(terminal.summary(run, color=color, quiet=arguments.quiet, width=shutil.get_terminal_size().columns), file=stream)
        if fixed is not None:
            print(fixed.summary(len(run.active)), file=stream)
    delivery.print_reports(run)
    if failures := [*(fixed.failures if fixed is not None else ()), *delivery.write_files(run)]:
        raise UsageError("; ".join(failures))


def _circumstances(config: Configuration, run: Run) -> str:
    cache = config.cache_dir or "none"
    return f"rootdir: {run.root}\nconfigfile: {config.ini_path or 'none'}\ncache: {cache}"
