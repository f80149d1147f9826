"""What examples can't say of GIL601: packaging files that are no Python."""

from __future__ import annotations

from pathlib import Path

from pytest_gilcheck.model.settings import Settings
from pytest_gilcheck.rules.workloads.threads_for_cpu import ThreadsForCpu
from pytest_gilcheck.source.check import Checker

CODE = """
from concurrent.futures import ThreadPoolExecutor

def count(limit):
    return sum(n * n for n in range(limit))

def main(limits):
    with ThreadPoolExecutor() as pool:
        return list(pool.map(count, limits))
"""
CLASSIFIER = 'classifiers = ["Programming Language :: Python :: Free Threading :: 3 - Stable"]\n'


def rules_found(root: Path, cache_dir: Path | None = None) -> list[str]:
    """Codes of the findings in the package's one file, whose results are kept in the cache's folder."""
    file = root / "src" / "app.py"
    file.parent.mkdir(exist_ok=True)
    if not file.exists():
        file.write_text(CODE)
    checker = Checker(Settings(root=root), [ThreadsForCpu], [file], cache_dir=cache_dir)
    found = [finding.rule for finding in checker.findings(file)]
    checker.save()
    return found


def test_silent_in_packages_for_free_threading(tmp_path: Path) -> None:
    """The classifier in pyproject.toml says that threads may compute side by side."""
    (tmp_path / "pyproject.toml").write_text("[project]\n" + CLASSIFIER)
    assert rules_found(tmp_path) == []


def test_other_packaging_files_change_nothing(tmp_path: Path) -> None:
    """A package that says nothing of free threading is warned."""
    (tmp_path / "pyproject.toml").write_text('[project]\nclassifiers = ["Programming Language :: Python :: 3"]\n')
    assert rules_found(tmp_path) == ["GIL601"]


def test_declaring_free_threading_makes_kept_results_stale(tmp_path: Path) -> None:
    """The packaging file is part of what results are kept by: a new classifier counts at once."""
    root, cache = tmp_path / "root", tmp_path / "cache"
    root.mkdir()
    (root / "pyproject.toml").write_text("[project]\n")
    assert rules_found(root, cache) == ["GIL601"]
    (root / "pyproject.toml").write_text("[project]\n" + CLASSIFIER)
    assert rules_found(root, cache) == []
