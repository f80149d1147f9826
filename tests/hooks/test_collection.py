"""Which files get an item, in which order, and how they can be selected."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

Write = Callable[..., None]
Run = Callable[..., pytest.RunResult]


def collected(result: pytest.RunResult) -> list[str]:
    """Node ids that `--collect-only -q` lists."""
    return [line for line in result.outlines if "::" in line]


def test_every_walked_file_gets_an_item(write: Write, run: Run) -> None:
    """Test modules, helpers and conftest files under the test roots each get one item."""
    write("tests/test_a.py", "def test_a(): pass")
    write("tests/helper.py")
    write("tests/sub/conftest.py")
    write("tests/data.txt")
    assert set(collected(run("--collect-only", "-q"))) == {
        "tests/test_a.py::test_a",
        "tests/helper.py::GILCHECK",
        "tests/sub/conftest.py::GILCHECK",
        "tests/test_a.py::GILCHECK",
    }


def test_items_come_after_the_tests(write: Write, run: Run) -> None:
    """All tests come first, so that checks don't end the scope of package fixtures between them."""
    write("tests/test_a.py", "def test_a(): pass")
    write("tests/test_b.py", "def test_b(): pass")
    assert collected(run("--collect-only", "-q")) == [
        "tests/test_a.py::test_a",
        "tests/test_b.py::test_b",
        "tests/test_a.py::GILCHECK",
        "tests/test_b.py::GILCHECK",
    ]


def test_package_fixtures_are_set_up_once(write: Write, run: Run) -> None:
    """A package fixture lives through its package as without the plugin."""
    write("unit/__init__.py")
    write("unit/conftest.py", "import pytest\n@pytest.fixture(scope='package', autouse=True)\ndef once():\n    print('SET UP')\n    yield")
    write("unit/test_a.py", "def test_a(): pass")
    write("unit/test_b.py", "def test_b(): pass")
    result = run("-s", "unit")
    result.assert_outcomes(passed=6)
    assert str(result.stdout).count("SET UP") == 1


def test_checking_imports_nothing(write: Write, run: Run) -> None:
    """A package whose `__init__.py` can't be imported doesn't matter to the checks of its files."""
    write("tests/pkg/__init__.py", "raise RuntimeError('imported')")
    write("tests/pkg/module.py")
    run().assert_outcomes(passed=2)


def test_names_of_test_files_do_not_matter(write: Write, project: pytest.Pytester, run: Run) -> None:
    """`python_files` decides what is a test module, not what is checked."""
    project.makeini("[pytest]\npython_files = check_*.py\n")
    write("tests/check_a.py", "def test_a(): pass")
    write("tests/test_b.py", "def test_b(): pass")
    assert set(collected(run("tests", "--collect-only", "-q"))) == {
        "tests/check_a.py::test_a",
        "tests/check_a.py::GILCHECK",
        "tests/test_b.py::GILCHECK",
    }


def test_source_files_get_items(write: Write, run: Run) -> None:
    """Files under `--gilcheck-src` come last, also if pytest never walks there."""
    write("tests/test_a.py", "def test_a(): pass")
    write("src/pkg/module.py")
    result = run("--gilcheck-src=src", "--collect-only", "-q")
    assert collected(result)[-1] == "src/pkg/module.py::GILCHECK"
    result.stdout.fnmatch_lines(["*3 tests collected*"])


@pytest.mark.parametrize("arguments", [(".",), ("tests", "src"), ("src", "tests"), ("src/pkg/module.py", "tests")])
def test_a_file_in_both_gets_one_item(write: Write, run: Run, arguments: tuple[str, ...]) -> None:
    """What pytest walks by itself is not added again, in whatever order the arguments come."""
    write("tests/test_a.py", "def test_a(): pass")
    write("src/pkg/__init__.py")
    write("src/pkg/module.py")
    ids = collected(run(*arguments, "--gilcheck-src=src", "--collect-only", "-q"))
    assert ids.count("src/pkg/module.py::GILCHECK") == 1
    assert len(ids) == len(set(ids))


def test_an_item_can_be_run_by_its_node_id(write: Write, run: Run) -> None:
    """The printed node id works as an argument, under the test roots and under `--gilcheck-src`; nothing else runs then."""
    write("tests/test_a.py", "def test_a(): pass  # FLAGME")
    write("src/pkg/__init__.py", "raise RuntimeError('imported')")
    write("src/pkg/module.py", "x = 1  # FLAGME")
    for prefix, nodeid in (
        ("", "tests/test_a.py::GILCHECK"),
        ("", "src/pkg/module.py::GILCHECK"),
        ("tests/../", "src/pkg/module.py::GILCHECK"),
    ):
        result = run("--gilcheck-src=src", prefix + nodeid)
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines([f"FAILED {nodeid} - GIL999*"])


def test_node_arguments_bring_no_source_files(write: Write, run: Run) -> None:
    """Who runs one test by hand gets that test alone."""
    write("tests/test_a.py", "def test_a(): pass")
    write("src/module.py")
    assert collected(run("--gilcheck-src=src", "tests/test_a.py::test_a", "--collect-only", "-q")) == ["tests/test_a.py::test_a"]


def test_file_arguments_keep_source_files(write: Write, run: Run) -> None:
    """A file as argument narrows the tests, not the source tree."""
    write("tests/test_a.py")
    write("tests/test_b.py")
    write("src/module.py")
    ids = collected(run("--gilcheck-src=src", "tests/test_a.py", "--collect-only", "-q"))
    assert ids == ["tests/test_a.py::GILCHECK", "src/module.py::GILCHECK"]


@pytest.mark.parametrize(
    ("selection", "left"),
    [
        (("-m", "gilcheck"), {"tests/test_a.py::GILCHECK", "src/module.py::GILCHECK"}),
        (("-m", "not gilcheck"), {"tests/test_a.py::test_a"}),
        (("-k", "module"), {"src/module.py::GILCHECK"}),
        (("-k", "not GILCHECK"), {"tests/test_a.py::test_a"}),
        (("--deselect", "src/module.py::GILCHECK"), {"tests/test_a.py::test_a", "tests/test_a.py::GILCHECK"}),
    ],
)
def test_selection(write: Write, run: Run, selection: tuple[str, ...], left: set[str]) -> None:
    """`-m`, `-k` and `--deselect` work on checks as on tests."""
    write("tests/test_a.py", "def test_a(): pass")
    write("src/module.py")
    assert set(collected(run("--gilcheck-src=src", "--strict-markers", "--collect-only", "-q", *selection))) == left


@pytest.mark.parametrize("ignore", ["--ignore=src/old", "--ignore-glob=*/old/*", "--ignore=src/old/module.py", "--ignore=src/old/"])
def test_ignored_source_files(write: Write, run: Run, ignore: str) -> None:
    """`--ignore` and `--ignore-glob` hold for source trees too, for a file and for its folder."""
    write("tests/test_a.py")
    write("src/old/module.py")
    assert collected(run("--gilcheck-src=src", ignore, "--collect-only", "-q")) == ["tests/test_a.py::GILCHECK"]


def test_named_files_are_never_ignored(write: Write, run: Run) -> None:
    """A file or folder that `--gilcheck-src` names is checked, though its name is one that is left out elsewhere."""
    write("tests/test_a.py")
    write("build/module.py")
    write("one/build/module.py")
    assert collected(run("--gilcheck-src=build", "--gilcheck-src=one/build/module.py", "--collect-only", "-q")) == [
        "tests/test_a.py::GILCHECK",
        "build/module.py::GILCHECK",
        "one/build/module.py::GILCHECK",
    ]


def test_collect_ignore_and_norecursedirs(write: Write, project: pytest.Pytester, run: Run) -> None:
    """What the project tells pytest not to collect is not checked."""
    project.makeini("[pytest]\ntestpaths = tests\nnorecursedirs = generated\n")
    write("tests/conftest.py", "collect_ignore = ['skipped.py']")
    write("tests/skipped.py")
    write("tests/generated/code.py")
    write("src/generated/code.py")
    write("src/code.py")
    assert set(collected(run("--gilcheck-src=src", "--collect-only", "-q"))) == {
        "tests/conftest.py::GILCHECK",
        "src/code.py::GILCHECK",
    }


def test_last_failed(write: Write, run: Run) -> None:
    """`--lf` runs only the checks that failed, `--ff` runs them first, and a mended file is no longer asked for."""
    write("tests/test_a.py", "def test_a(): pass")
    write("tests/test_b.py", "x = 1  # FLAGME")
    write("src/good.py")
    write("src/bad.py", "x = 1  # FLAGME")
    run("--gilcheck-src=src").assert_outcomes(passed=3, failed=2)
    assert collected(run("--gilcheck-src=src", "--lf", "--collect-only", "-q")) == ["tests/test_b.py::GILCHECK", "src/bad.py::GILCHECK"]
    assert collected(run("--gilcheck-src=src", "--ff", "--collect-only", "-q"))[:2] == [
        "tests/test_b.py::GILCHECK",
        "src/bad.py::GILCHECK",
    ]
    write("src/bad.py", "x = 1")
    run("--gilcheck-src=src", "--lf").assert_outcomes(passed=1, failed=1)
    assert collected(run("--gilcheck-src=src", "--lf", "--collect-only", "-q")) == ["tests/test_b.py::GILCHECK"]


def test_stepwise(write: Write, run: Run) -> None:
    """`--sw` stops at a failed check and goes on from there."""
    write("tests/test_a.py", "def test_a(): pass")
    write("tests/test_b.py", "x = 1  # FLAGME")
    write("tests/test_c.py")
    run("--sw").assert_outcomes(passed=2, failed=1)
    write("tests/test_b.py", "x = 1")
    run("--sw").assert_outcomes(passed=2, deselected=2)


def test_doctests_of_the_same_file_go_on_working(write: Write, run: Run) -> None:
    """Other collectors of a file are not touched."""
    write("tests/helper.py", '"""\n>>> 1 + 1\n2\n"""')
    run("--doctest-modules").assert_outcomes(passed=2)


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="file names are Unicode there")
def test_file_names_that_are_no_utf_8(write: Write, project: pytest.Pytester, run: Run) -> None:
    """Such a name is escaped in the node id; the file is checked like any other."""
    write("tests/test_a.py")
    (project.path / "tests" / "caf\udce9.py").write_text("x = 1  # FLAGME", encoding="utf-8")
    result = run("-v")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["tests/caf?xe9.py::GILCHECK FAILED*"])


@pytest.mark.parametrize("mode", ["prepend", "append", "importlib"])
def test_import_modes_and_plain_asserts(write: Write, run: Run, mode: str) -> None:
    """Neither the import mode nor assertion rewriting changes what is found."""
    write("tests/test_a.py", "def test_a(): assert 1  # FLAGME")
    run(f"--import-mode={mode}", "--assert=plain").assert_outcomes(passed=1, failed=1)
