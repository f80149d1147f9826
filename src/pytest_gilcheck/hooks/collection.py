"""Collection: one item for each file that is checked, after all tests."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from functools import cache
from pathlib import Path

import pytest

from pytest_gilcheck.hooks import markers
from pytest_gilcheck.hooks.checking import only_nodes, src_files
from pytest_gilcheck.hooks.items import NAME, FileCheck, GilcheckFile
from pytest_gilcheck.hooks.state import ARMED, SEEN_FILES
from pytest_gilcheck.speedup.expectation import MARKER

SPEEDUPS = "gilcheck-speedups"


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> GilcheckFile | None:
    """Each Python file that pytest comes across is one to check."""
    if file_path.suffix != ".py":
        return None
    parent.config.stash[SEEN_FILES].add(file_path)
    # The session is the parent, not the directory: a package's set-up imports its `__init__.py`, and reading code must import nothing.
    return GilcheckFile.at(file_path, parent.session)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.File | None:
    """Who asks for nothing but the check of a file gets that without an import.

    pytest takes every file that is an argument for a test module.
    """
    asked = [argument.partition("::")[::2] for argument in parent.config.args]
    names = {name for path, name in asked if (parent.config.invocation_params.dir / path).resolve() == module_path.resolve()}
    return NotImported.from_parent(parent, path=module_path) if names == {NAME} else None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Add the source files at the end of the session.

    Outermost, so that nothing sorts them before the folders that pytest walks: a file in both gets one item.
    """
    report = yield
    if isinstance(collector, pytest.Session) and report.passed and not only_nodes(collector.config):
        report.result.append(SourceFiles.from_parent(collector, name="gilcheck_src"))
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse wrong markers, and put the checks after the tests, before other plugins select and sort."""
    markers.validate(config, items, config.stash[ARMED].rules)
    if any(item.get_closest_marker(MARKER) for item in items) and not config.pluginmanager.has_plugin(SPEEDUPS):
        from pytest_gilcheck.hooks import speedups  # loads pools and multiprocessing, which most suites have no use for

        config.pluginmanager.register(speedups, SPEEDUPS)
    # Between tests they would end the scope of package fixtures again and again.
    items.sort(key=lambda item: isinstance(item, FileCheck))


class SourceFiles(pytest.Collector):
    """The files under `--gilcheck-src` that pytest has not collected by itself; comes last."""

    def collect(self) -> Iterator[GilcheckFile]:
        """One collector for each of those files."""
        collected = {item.path.resolve() for item in self.session.items if isinstance(item, FileCheck)}
        ignored = cache(self._is_ignored)  # files share their folders
        for path in src_files(self.config):
            if path.resolve() not in collected and not any(map(ignored, self._steps_to(path))):
                yield GilcheckFile.at(path, self.session)

    def _steps_to(self, path: Path) -> list[Path]:
        """The file and the folders above it, as far as they lie below a source tree; none for what was itself named."""
        roots = self.config.stash[ARMED].settings.src
        steps = [path, *path.parents]
        return steps[: min(steps.index(root) for root in roots if root in steps)]

    def _is_ignored(self, path: Path) -> bool:
        """Whether `--ignore`, `collect_ignore` or a plugin leaves it out."""
        hooks = self.session.gethookproxy(path.parent)
        return bool(hooks.pytest_ignore_collect(collection_path=path, config=self.config))


class NotImported(pytest.File):
    """Stands for a test module of which no test was asked for."""

    def collect(self) -> Iterator[pytest.Item]:
        """Nothing."""
        return iter(())
