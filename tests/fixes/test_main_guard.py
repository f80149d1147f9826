"""GIL101: a script's last statements go under the guard."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixes.kit import Folder, assert_left, fixed

SCRIPT = """\
import multiprocessing

context = multiprocessing.get_context("spawn")


def greet(name):
    print("hello", name, flush=True)


process = context.Process(target=greet, args=("ada",))
process.start()
process.join()
print("exit", process.exitcode, flush=True)
"""


def output(code: str, folder: Path) -> str:
    """What a script prints, and what it complains about."""
    path = folder / "script.py"
    path.write_text(code, encoding="utf-8")
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, check=False, timeout=60)
    return done.stdout + done.stderr


@pytest.mark.slow
def test_spawned_process_starts(tmp_path: Path) -> None:
    """Before, the child starts a process while it imports the file, and fails; after, it does its work."""
    assert "bootstrapping phase" in output(SCRIPT, tmp_path)
    assert output(fixed(SCRIPT), tmp_path) == "hello ada\nexit 0\n"


@pytest.mark.slow
def test_start_method_is_chosen_once(tmp_path: Path) -> None:
    """The choice of a start method goes under the guard too: a child that makes it again fails."""
    code = SCRIPT.replace('context = multiprocessing.get_context("spawn")\n', "").replace("context.", "multiprocessing.")
    code = code.replace("process = ", 'multiprocessing.set_start_method("spawn")\nprocess = ')
    text = fixed(code)
    assert 'if __name__ == "__main__":\n    multiprocessing.set_start_method("spawn")\n    process = ' in text
    assert output(text, tmp_path) == "hello ada\nexit 0\n"


def test_what_is_written() -> None:
    """Comments and blank lines stay; strings of several lines keep their text, and blank lines no blanks."""
    before = '''
        from multiprocessing import Pool

        def main():
            with Pool() as pool:
                pool.map(print, range(3))


        # Apart from the start.

        # The start.
        main()

        # The report.
        if True:
            print("""
        done
        """,

                  1)

        else:
            pass
        # The end.
        '''
    after = '''
from multiprocessing import Pool

def main():
    with Pool() as pool:
        pool.map(print, range(3))


# Apart from the start.

if __name__ == "__main__":
    # The start.
    main()

    # The report.
    if True:
        print("""
done
""",

              1)

    else:
        pass
# The end.
'''
    assert fixed(before) == after


def test_two_findings_have_one_guard() -> None:
    """The guard around the first covers the second."""
    code = "from multiprocessing import Process\n\nProcess(target=print).start()\nprint(1)\nProcess(target=print).start()\n"
    assert fixed(code) == (
        'from multiprocessing import Process\n\nif __name__ == "__main__":\n'
        "    Process(target=print).start()\n    print(1)\n    Process(target=print).start()\n"
    )


def test_what_prepares_the_start_goes_along() -> None:
    """What only the guarded statements use is made there; what others may use, or is no call, stays."""
    code = "from multiprocessing import Process\n\nROWS = 3\na, b = map(len, 'xy')\nname = str(a)\n"
    code += "process = Process(target=print, args=(ROWS, name))\nprocess.start()\n"
    head, guarded = fixed(code).split('if __name__ == "__main__":\n')
    assert head == "from multiprocessing import Process\n\nROWS = 3\na, b = map(len, 'xy')\n"
    assert guarded == ("    name = str(a)\n    process = Process(target=print, args=(ROWS, name))\n    process.start()\n")
    code = (
        "from multiprocessing import Process\n\nname = input()\ndef f():\n    return name\nprocess = Process(target=f)\nprocess.start()\n"
    )
    assert fixed(code) == code  # asking again in each child would hang it, and `f` needs the answer


def test_forced_start_method_may_stay() -> None:
    """A choice that may be repeated doesn't fail in a child."""
    code = "import multiprocessing\n\nmultiprocessing.set_start_method('spawn', force=True)\n\ndef f(): ...\n\n"
    code += "multiprocessing.Process(target=f).start()\n"
    assert 'if __name__ == "__main__":\n    multiprocessing.Process(target=f).start()\n' in fixed(code)
    assert fixed(code.replace(", force=True", "")) == code.replace(", force=True", "")


def test_files_that_are_not_asked_for_count_as_importers(tmp_path: Path) -> None:
    """Another file below the rootdir that imports the script needs it as it is."""
    (tmp_path / "other.py").write_text("from package import (\n    tool,\n)\n", encoding="utf-8")
    code = "from multiprocessing import Pool\n\ndef main():\n    Pool()\n\nmain()\n"
    project = Folder(tmp_path, {"tool.py": code})
    assert project.fix() == []
    assert len(Folder(tmp_path, {"tools.py": code}).fix()) == 1


DEF = "from multiprocessing import Manager, Pool, Process\n\ndef work(x):\n    return x\n\n"


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(DEF + "shared = Manager().dict()\n", id="offered to others"),
        pytest.param(DEF + "manager = Manager()\nshared = manager.dict()\n", id="offered to others in two steps"),
        pytest.param(DEF.replace("return x", "return cache[x]") + "cache = Manager().dict()\nprint(1)\n", id="used by a function"),
        pytest.param(DEF.replace("return x", "global seen") + "seen = Pool()\nprint(1)\n", id="declared global"),
        pytest.param(DEF + "pool = Pool()\nprint(1)\ndef late(): ...\n", id="function behind it"),
        pytest.param(DEF + "pool = Pool()\nprint(1)\nclass Late: ...\n", id="class behind it"),
        pytest.param(DEF + "class Box:\n    pool = Pool()\n", id="in a class"),
        pytest.param(DEF + "Pool()\nif __name__ == '__main__':\n    print(1)\n", id="a guard behind it"),
        pytest.param(DEF + "if __name__ == '__main__':\n    print(1)\nelse:\n    Pool()\n", id="the wrong branch"),
        pytest.param(DEF + "__all__ = ['results']\nwith Pool() as pool:\n    results = pool.map(work, [1])\n", id="in __all__"),
        pytest.param(DEF + "out = open('x', 'w')\nimport os\ndef more(): ...\nProcess(target=work).start()\n", id="what happens once"),
        pytest.param(DEF + "Process(target=work).start()\nfrom os import *\n", id="star import"),
        pytest.param("import multiprocessing\nmultiprocessing.set_start_method('fork')\nmultiprocessing.Pool()\n", id="fork"),
    ],
)
def test_left_in_doubt(code: str) -> None:
    """Where a child or another file may need what is bound there, the finding stays for a person."""
    assert_left(code, "GIL101")


@pytest.mark.parametrize("path", ["tests/test_work.py", "tests/conftest.py", "package/__init__.py"])
def test_left_in_files_that_are_no_scripts(path: str) -> None:
    """Nobody runs a test module, a conftest or a package's own file by hand."""
    assert_left(DEF + "Process(target=work).start()\n", "GIL101", path)


def test_left_in_a_package_when_names_are_bound() -> None:
    """A module of a package is there to be imported, if not by files in sight."""
    code = DEF + "with Pool() as pool:\n    results = pool.map(work, [1])\nprint(results)\n"
    assert_left(code, "GIL101", "package/tool.py", {"package/__init__.py": ""})
    assert_left(code, "GIL101", "tool.py", {"other.py": "import tool\n"})
