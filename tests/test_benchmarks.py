"""The benchmark scripts run and print what they promise; what they measure is never asserted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def run(script: str, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "benchmarks" / script), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_startup(tmp_path: Path) -> None:
    """Each step that pytest makes for the plugin, and their sum."""
    process = run("startup.py", "--rounds", "2", folder=tmp_path)
    assert process.returncode == 0, process.stderr
    rows = [line.split("|")[1].strip() for line in process.stdout.splitlines() if line.startswith("| ")]
    assert rows[0] == "step for the plugin"
    assert set(rows[1:]) >= {"list of files", "import", "register", "pytest_configure", "together"}


@pytest.mark.slow
def test_cold(tmp_path: Path) -> None:
    """`ast.parse`, the rules cold and the rules warm over the same files."""
    process = run("cold.py", str(ROOT / "examples"), "--rounds", "1", folder=tmp_path)
    assert process.returncode == 0, process.stderr
    rows = [line.split("|")[1].strip() for line in process.stdout.splitlines() if line.startswith("| ")]
    assert rows == ["tool", "`ast.parse` alone", "`ast.parse` alone, collector off", "gilcheck, cold", "gilcheck, warm"]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_fuzzing_finds_no_exception(seed: int, tmp_path: Path) -> None:
    """A few inputs in every test run; the script takes as many as one has time for."""
    process = run("fuzz_reader.py", "--count", "200", "--seed", str(seed), folder=tmp_path)
    assert process.returncode == 0, process.stdout + process.stderr
    assert f"seed {seed}" in process.stdout
    assert "200 inputs" in process.stdout
    assert not (tmp_path / "fuzz-failures").exists()
