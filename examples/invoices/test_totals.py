from __future__ import annotations

import multiprocessing
import subprocess
import sys
from pathlib import Path

import pytest
from totals import total

HERE = Path(__file__).parent
TOTALS = "A-1 1649\nA-2 80\nA-3 10001\n"


def output(script: str) -> str:
    return subprocess.run([sys.executable, HERE / script], check=True, capture_output=True, text=True).stdout


def test_total_of_one_invoice() -> None:
    assert total([1250, 399]) == 1649


def test_script() -> None:
    assert output("totals.py") == TOTALS


@pytest.mark.skipif(multiprocessing.get_start_method() != "fork", reason="works where children are forked, breaks everywhere else")
def test_unguarded_script_works_on_my_machine() -> None:
    assert output("totals_unguarded.py") == TOTALS
