"""The door to the static engine."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.finding import Finding
from pytest_gilcheck.model.rule import Page
from pytest_gilcheck.model.settings import Settings
from pytest_gilcheck.source.check import Checker, relative
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.rule import SourceRule, Suspicion
from pytest_gilcheck.testing import check_files

PAGE = Page(what="Flags calls of bad.", why="", instead="", observed="", limits="")


class FlagBad(SourceRule):
    """Flags each call of `bad`, and `worse` at a lower level."""

    code = "GIL999"
    name = "flag-bad"
    fails_from = Evidence.SUSPECTED
    page = PAGE
    ran: list[str] = []  # noqa: RUF012  # counts over all instances, on purpose

    def check(self, module: Module) -> Iterator[Suspicion]:
        """Each call."""
        FlagBad.ran.append(module.path)
        for call in module.calls_to("bad"):
            yield Suspicion(call, "bad is called", "don't", seen=("a look",))
        for call in module.calls_to("worse"):
            yield Suspicion(call, "worse is called", "don't", level=Level.WARNING)


class Fails(SourceRule):
    """A rule with a defect."""

    code = "GIL998"
    name = "fails"
    fails_from = Evidence.SUSPECTED
    page = PAGE

    def check(self, module: Module) -> Iterator[Suspicion]:
        """Raise in the middle."""
        yield from ()
        raise ZeroDivisionError("a defect")


@pytest.fixture(autouse=True)
def _no_runs_yet() -> None:
    FlagBad.ran.clear()


def _checker(root: Path, *paths: Path, cache_dir: Path | None = None) -> Checker:
    return Checker(Settings(root=root), [FlagBad], paths, cache_dir=cache_dir)


def test_a_suspicion_becomes_a_finding_with_its_place() -> None:
    """Path, line, column in characters, symbol, source line, level and witnesses."""
    (finding,) = check_files({"pkg/a.py": "import threading\ndef f():\n    é = 'ü'; bad(\n      1)\n"}, [FlagBad])
    assert (finding.site.path, finding.site.line, finding.site.column, finding.site.symbol) == ("pkg/a.py", 3, 14, "f")
    assert (finding.end_line, finding.source) == (4, "    é = 'ü'; bad(")
    assert (finding.level, finding.evidence) == (Level.ERROR, Evidence.SUSPECTED)
    assert [w.text for w in finding.witnesses] == ["a look"]


def test_a_rule_can_be_less_sure_of_a_case() -> None:
    """A suspicion lowers the level of its rule."""
    (finding,) = check_files({"a.py": "import threading\nworse()\n"}, [FlagBad])
    assert finding.level is Level.WARNING


def test_a_broken_rule_is_named_once_and_the_others_go_on() -> None:
    """A check that raises is switched off and becomes a finding; it costs no other finding."""
    found = check_files(dict.fromkeys(("a.py", "b.py"), "import threading\nbad()\n"), [Fails, FlagBad])
    assert [(f.rule, f.site.path) for f in found] == [("GIL001", "a.py"), ("GIL999", "a.py"), ("GIL999", "b.py")]
    assert "ZeroDivisionError: a defect" in found[0].message
    assert "GIL998" in found[0].message


BROKEN = {
    "syntax.py": b"import threading\ndef f(:\n",
    "plain_syntax.py": b"def f(:\n",
    "nul.py": b"x = 1\0",
    "encoding.py": b"# threading\nx = '\xff'\n",
    "deep.py": b"import threading\nx = " + b"[" * 1000 + b"]" * 1000,
    "large.py": b"x = 1\n" * 1_000_000,
}


def test_each_unreadable_file_is_one_finding_and_the_rest_goes_on() -> None:
    """Whatever is wrong with a file, the others are checked."""
    found = check_files({**BROKEN, "good.py": b"import threading\nbad()\n", "empty.py": b""}, [FlagBad])
    assert sorted((f.rule, f.site.path) for f in found) == sorted([*(("GIL000", name) for name in BROKEN), ("GIL999", "good.py")])
    assert all(f.level is Level.ERROR for f in found)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such file names and needs rights to make links")
def test_odd_files_of_posix_systems(tmp_path: Path) -> None:
    """Names that are no UTF-8, links that lead nowhere or in a circle, and files that vanished."""
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.py"))
    odd.write_text("import threading\nbad()\n")
    (loop := tmp_path / "loop.py").symlink_to(tmp_path / "loop.py")
    gone = tmp_path / "gone.py"
    checker = _checker(tmp_path, odd, loop, gone, cache_dir=tmp_path / "cache")
    assert [f.rule for f in checker.findings(odd)] == ["GIL999"]
    assert [f.rule for f in checker.findings(loop)] == ["GIL000"]
    assert [f.rule for f in checker.findings(gone)] == ["GIL000"]
    checker.save()
    assert [f.rule for f in _checker(tmp_path, odd, loop, gone, cache_dir=tmp_path / "cache").findings(odd)] == ["GIL999"]


@pytest.mark.parametrize(
    ("path", "level"),
    [
        ("src/app.py", Level.ERROR),
        ("tests/test_app.py", Level.ERROR),
        ("tests/conftest.py", Level.ERROR),
        ("tests/data/broken.py", Level.WARNING),
        ("test/badsyntax_1.py", Level.WARNING),
        (f"tests/test_new_py3{sys.version_info.minor + 1}.py", Level.WARNING),
        (f"tests/test_old_py3{sys.version_info.minor}.py", Level.ERROR),
    ],
)
def test_files_that_are_broken_on_purpose_are_warnings(path: str, level: Level) -> None:
    """Data of a test suite, and files for a later Python; what a runner would import is an error."""
    (finding,) = check_files({path: "import threading\ndef f(:\n"}, [FlagBad])
    assert (finding.rule, finding.level) == ("GIL000", level)


def test_settings_leave_rules_out() -> None:
    """Selected, ignored, and ignored by path."""
    files = {"a.py": "import threading\nbad()\n", "b.py": "x = = 1\n"}
    assert [f.rule for f in check_files(files, [FlagBad])] == ["GIL999", "GIL000"]
    assert [f.rule for f in check_files(files, [FlagBad], select=("GIL9",))] == ["GIL999"]
    assert [f.rule for f in check_files(files, [FlagBad], ignore=("GIL9",))] == ["GIL000"]
    assert [f.rule for f in check_files(files, [FlagBad], per_path_ignores=(("a*", ("GIL999",)),))] == ["GIL000"]


def test_results_are_kept_until_something_changes(tmp_path: Path) -> None:
    """An unchanged project is not parsed again; a changed, added or removed file, or other settings, make it so."""
    a, b, cache = tmp_path / "a.py", tmp_path / "b.py", tmp_path / "cache"
    a.write_text("import threading\nbad()\n")
    b.write_text("import threading\n")

    def run(*paths: Path) -> tuple[list[Finding], list[str]]:
        FlagBad.ran.clear()
        checker = _checker(tmp_path, *paths, cache_dir=cache)
        found = [finding for path in paths for finding in checker.findings(path)]
        checker.save()
        return found, list(FlagBad.ran)

    first, ran = run(a, b)
    assert ran == ["a.py", "b.py"]
    assert run(a, b) == (first, [])
    b.write_text("import threading\n\nbad()\n")
    second, ran = run(a, b)
    assert (len(second), ran) == (2, ["a.py", "b.py"])
    assert run(a)[1] == ["a.py"]
    assert run(a, b) == (second, [])


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"check": "x", "content": "{}"}', b"\xff\xfe", b'{"check": 1, "content": 2}'])
def test_a_damaged_cache_is_ignored(tmp_path: Path, damage: bytes) -> None:
    """Truncated, foreign or edited: the results are made anew."""
    a, cache = tmp_path / "a.py", tmp_path / "cache"
    a.write_text("import threading\nbad()\n")
    checker = _checker(tmp_path, a, cache_dir=cache)
    found = checker.findings(a)
    checker.save()
    (kept,) = cache.glob("static-*.json")
    kept.write_bytes(damage)
    again = _checker(tmp_path, a, cache_dir=cache)
    assert again.findings(a) == found
    assert FlagBad.ran == ["a.py", "a.py"]


def test_a_finding_removed_from_the_cache_by_hand_comes_back(tmp_path: Path) -> None:
    """The cache vouches for its content, so nothing can be hidden in it."""
    a, cache = tmp_path / "a.py", tmp_path / "cache"
    a.write_text("import threading\nbad()\n")
    checker = _checker(tmp_path, a, cache_dir=cache)
    assert len(checker.findings(a)) == 1
    checker.save()
    (kept,) = cache.glob("static-*.json")
    kept.write_text(kept.read_text().replace("bad is called", "all is well"))
    assert _checker(tmp_path, a, cache_dir=cache).findings(a)[0].message == "bad is called"


def test_a_cache_folder_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    """Neither an error nor a finding."""
    a = tmp_path / "a.py"
    a.write_text("import threading\nbad()\n")
    (tmp_path / "file").write_text("not a folder")
    checker = _checker(tmp_path, a, cache_dir=tmp_path / "file" / "cache")
    assert len(checker.findings(a)) == 1
    checker.save()


def test_old_results_are_cleared_away(tmp_path: Path) -> None:
    """Only a few combinations of files and settings are kept."""
    cache = tmp_path / "cache"
    for number in range(12):
        path = tmp_path / f"a{number}.py"
        path.write_text("import threading\n")
        checker = _checker(tmp_path, path, cache_dir=cache)
        checker.findings(path)
        checker.save()
    assert len(list(cache.iterdir())) == 8


def test_paths_are_shown_relative_to_the_root(tmp_path: Path) -> None:
    """With `/`; files outside keep their whole path."""
    assert relative(tmp_path / "a" / "b.py", tmp_path) == "a/b.py"
    assert relative(tmp_path / "b.py", tmp_path / "a") == (tmp_path / "b.py").as_posix()
