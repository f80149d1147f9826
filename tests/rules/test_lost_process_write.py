"""What GIL103 says, beyond where it says it."""

from __future__ import annotations

import pytest

from pytest_gilcheck.rules.processes.lost_process_write import LostProcessWrite
from pytest_gilcheck.testing import check_files, check_source


@pytest.mark.parametrize(
    ("run", "change"),
    [
        ("with multiprocessing.Pool() as pool:\n        pool.map(work, range(4))", "Return the value from `work`, and update `done`"),
        ("p = multiprocessing.Process(target=work, args=(1,))\n    p.start()\n    p.join()", "Make `done` a `multiprocessing.Value`"),
    ],
)
def test_advice_fits_the_kind_of_worker(run: str, change: str) -> None:
    """A task can return its value; a process needs something that is shared."""
    code = (
        f"import multiprocessing\n\ndone = 0\n\ndef work(n):\n    global done\n    done += n\n\ndef main():\n    {run}\n    print(done)\n"
    )
    (finding,) = check_source(code, LostProcessWrite)
    assert change in finding.advice
    assert "`done += n` runs in a process of its own (`work`" in finding.message


def test_reader_in_another_file_is_named_with_its_file() -> None:
    """The message says where the parent reads, also in another file."""
    files = {
        "app.py": """
from multiprocessing import Pool

import state


def main():
    with Pool() as pool:
        pool.map(state.work, range(4))
    print(state.done)
""",
        "state.py": """
import multiprocessing

done = []


def work(n):
    done.append(n)
""",
    }
    (finding,) = check_files(files, [LostProcessWrite])
    assert (finding.site.path, finding.site.line) == ("state.py", 8)
    assert "read at app.py:10" in finding.message


def test_a_program_that_a_test_runs_in_a_process_is_left_alone() -> None:
    """Variables of the program are not the test's to read."""
    program = "import threading\n\ncalls = []\n\ndef main():\n    calls.append(1)\n\ndef report():\n    return len(calls)\n"
    test = "import app\nfrom multiprocessing import Process\n\ndef test_main():\n    Process(target=app.main).start()\n    app.report()\n"
    assert check_files({"app.py": program, "tests/test_app.py": test}, [LostProcessWrite]) == []
