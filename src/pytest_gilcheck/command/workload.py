"""The files of a run through the checker, in this process or in several."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import active_children, get_context
from pathlib import Path

from pytest_gilcheck.command.progress import Progress
from pytest_gilcheck.interpreter.collector import collector_paused
from pytest_gilcheck.model.finding import Finding
from pytest_gilcheck.model.rule import Rule
from pytest_gilcheck.model.settings import Settings
from pytest_gilcheck.source.check import Checker

_SHARE = 40  # files a process is asked for at a time: large enough for little talk, small enough for an even end


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be checked: `files`, with workers followed through those of `context`, which holds them too."""

    settings: Settings
    rules: tuple[type[Rule], ...]
    files: tuple[Path, ...]
    context: tuple[Path, ...]
    cache_dir: Path | None = None


@dataclass(slots=True)
class Outcome:
    """What was found in which files, and whether Ctrl-C came before the last."""

    findings: list[Finding] = field(default_factory=list)
    checked: list[Path] = field(default_factory=list)
    interrupted: bool = False


def look_through(job: Job, *, processes: int = 1, progress: Progress | None = None) -> Outcome:
    """Check the files in this many processes. An interrupt ends it early; the outcome has what was found until then.

    Several processes keep no results for later runs, since each knows only its own. They pay only where most of the time goes
    to files one by one, because each repeats the analysis that spans files: CPython's `Lib` takes two longer than one.
    """
    outcome = Outcome()
    shares = _in_processes(job, processes) if processes > 1 else _here(job)
    try:
        for paths, findings in shares:
            outcome.checked.extend(paths)
            outcome.findings.extend(findings)
            if progress is not None:
                progress.update(len(outcome.checked))
    except KeyboardInterrupt:
        outcome.interrupted = True
    finally:
        if progress is not None:
            progress.close()
    return outcome


def _here(job: Job) -> Iterator[tuple[Sequence[Path], Sequence[Finding]]]:
    checker = Checker(job.settings, job.rules, job.context, cache_dir=job.cache_dir)
    with collector_paused():  # over all of them: between two files it would visit every syntax tree that is kept
        for path in job.files:
            yield [path], checker.findings(path)
    checker.save()


def _in_processes(job: Job, processes: int) -> Iterator[tuple[Sequence[Path], Sequence[Finding]]]:
    shares = [job.files[start : start + _SHARE] for start in range(0, len(job.files), _SHARE)]
    others = set(active_children())
    with (
        _safe_path(),
        ProcessPoolExecutor(
            min(processes, len(shares)) or 1, mp_context=get_context("spawn"), initializer=_start, initargs=(job,)
        ) as executor,
    ):
        futures = {executor.submit(_check_share, share): share for share in shares}
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        except BaseException:
            executor.shutdown(wait=False, cancel_futures=True)
            for process in set(active_children()) - others:  # nobody wants the rest of their shares
                process.terminate()
            raise


@contextmanager
def _safe_path() -> Iterator[None]:
    """A new interpreter looks for modules in the current directory first: it would run a project's own `random.py`."""
    before = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONSAFEPATH"]
        else:
            os.environ["PYTHONSAFEPATH"] = before


_checkers: list[Checker] = []  # of a worker process: one, made when it starts


def _start(job: Job) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process of the terminal; the parent decides
    _checkers.append(Checker(job.settings, job.rules, job.context))


def _check_share(share: Sequence[Path]) -> list[Finding]:
    return [finding for path in share for finding in _checkers[0].findings(path)]
