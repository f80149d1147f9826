"""Keeps the journal of a run in the process that reports, from the reports of all items wherever they ran."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import pytest

from pytest_gilcheck.hooks import checking
from pytest_gilcheck.hooks.items import NAME, FileCheck, FindingsText
from pytest_gilcheck.hooks.runtest import ON_REPORT
from pytest_gilcheck.hooks.state import ARMED, Journal
from pytest_gilcheck.model.finding import Finding
from pytest_gilcheck.model.speedup import Speedup
from pytest_gilcheck.source.check import relative


class Recorder:
    """The hooks that write the journal. An object, because pytest gives reports to hooks without the configuration."""

    def __init__(self, config: pytest.Config, journal: Journal) -> None:
        self._config = config
        self._journal = journal

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Which files are to be checked, without pytest-xdist."""
        self._journal.expected.update(item.nodeid for item in session.items if isinstance(item, FileCheck))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: object, ids: Sequence[str]) -> None:
        """Which files are to be checked, with it."""
        # `--dist loadgroup` puts `@group` behind a node id.
        self._journal.expected.update(nodeid for nodeid in ids if nodeid.rpartition("::")[2].partition("@")[0] == NAME)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: object, error: object) -> None:
        """A worker that died took along what it knew."""
        if error:
            worker = getattr(getattr(node, "gateway", None), "id", "a worker")
            self._journal.notes.append(f"test process {worker} died: {' '.join(str(error).split())}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Check all files now where pytest is about to stop because a module can't be collected: no item will run."""
        options = session.config.option
        if not session.testsfailed or session.shouldfail or options.continue_on_collection_errors or options.collectonly:
            return
        for item in session.items:
            if isinstance(item, FileCheck):
                self._enter(item.nodeid, relative(item.path, self._config.rootpath), checking.check(self._config, item.path))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Enter what a report carries, before anybody shows it."""
        carried = getattr(report, ON_REPORT, None)
        if carried is None:
            return
        data = json.loads(carried)
        if "speedup" in data:
            self._journal.speedups.append(Speedup.from_json(data["speedup"]))
            return
        findings = [Finding.from_dict(entry) for entry in data["findings"]]
        self._enter(report.nodeid, data["checked"], findings)
        settings = self._config.stash[ARMED].settings
        if failing := [finding for finding in findings if settings.fails(finding)]:
            report.longrepr = FindingsText(failing, self._config)  # type: ignore[assignment]  # a worker sends its text without colours
            self._journal.shown.update(finding.fingerprint for finding in failing)

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Ctrl-C and `pytest.exit`; pytest's own interruptions come here too."""
        if not isinstance(excinfo.value, pytest.Session.Interrupted):  # the session knows the reason of that one
            self._journal.notes.append("the run was interrupted")

    def pytest_internalerror(self) -> None:
        """Whatever came after it is missing."""
        self._journal.notes.append("pytest stopped with an internal error")

    def _enter(self, nodeid: str, path: str, findings: Iterable[Finding]) -> None:
        self._journal.expected.discard(nodeid)
        self._journal.checked.add(path)
        for finding in findings:
            self._journal.ledger.add(finding)
            self._config.hook.pytest_gilcheck_finding(finding=finding, config=self._config)
