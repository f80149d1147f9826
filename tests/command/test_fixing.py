"""`gilcheck --fix` and `gilcheck --diff` as a user meets them."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_gilcheck.command import fixing
from pytest_gilcheck.command.main import main

HEAD = "import asyncio\n\n_background_tasks = set()\nX = 1\nY = 2\nZ = 3\nasync def f(a):\n"
DROPPED = HEAD + "    asyncio.create_task(a.b())\n"
KEPT = (
    HEAD + "    task = asyncio.create_task(a.b())\n    _background_tasks.add(task)\n    task.add_done_callback(_background_tasks.discard)\n"
)
DIFF = """\
--- a.py
+++ a.py
@@ -5,4 +5,6 @@
 Y = 2
 Z = 3
 async def f(a):
-    asyncio.create_task(a.b())
+    task = asyncio.create_task(a.b())
+    _background_tasks.add(task)
+    task.add_done_callback(_background_tasks.discard)
"""
LEFT = "import asyncio\nasync def g(a):\n    a.slow and asyncio.create_task(a.b())\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one finding that can be mended, in `a.py`; it is the current directory."""
    for name in ("CI", "PYTEST_ADDOPTS", "PY_COLORS", "NO_COLOR", "FORCE_COLOR", "TOX_ENV_DIR"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (tmp_path / "a.py").write_text(DROPPED, encoding="utf-8", newline="\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_fix_rewrites_and_checks_again(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What could be mended is gone from the file and from the report, which says how much was done and is left."""
    (project / "b.py").write_text(LEFT, encoding="utf-8")
    assert main(["--fix", "-q"]) == 1
    out = capsys.readouterr().out
    assert "a.py:" not in out
    assert "b.py:3:16: GIL205" in out
    assert out.endswith("fixed 1 finding in 1 file; 1 left\n")
    assert (project / "a.py").read_text(encoding="utf-8") == KEPT
    (project / "b.py").unlink()
    assert main(["--fix"]) == 0
    assert capsys.readouterr().out.endswith("fixed nothing; 0 left\n")


@pytest.mark.parametrize("words", [["--diff"], ["--diff", "--fix"]])
def test_diff_writes_nothing(project: Path, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """The diff alone goes to standard output, and the status says whether there is any."""
    assert main([*words, "a.py"]) == 1
    assert capsys.readouterr() == (DIFF, "would fix 1 finding in 1 file\n")
    assert (project / "a.py").read_text(encoding="utf-8") == DROPPED
    (project / "a.py").write_text(KEPT, encoding="utf-8")
    assert main(words) == 0
    assert capsys.readouterr() == ("", "would fix nothing\n")


def test_diff_can_be_applied(project: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Bytes go out as they stand in the file: line ends, other encodings, and a last line without an end."""
    before = ("# coding: latin-1\n# ü\n" + DROPPED).replace("\n", "\r\n").encode("latin-1").rstrip()
    (project / "a.py").write_bytes(before)
    assert main(["--diff"]) == 1
    diff = capfdbinary.readouterr().out
    assert b"-    asyncio.create_task(a.b())\n\\ No newline at end of file\n+    task = asyncio.create_task(a.b())\r\n" in diff
    assert diff.endswith(b"discard)\n\\ No newline at end of file\n")
    assert main(["--fix"]) == 0
    after = (project / "a.py").read_bytes()
    assert after == ("# coding: latin-1\n# ü\n" + KEPT).replace("\n", "\r\n").encode("latin-1").rstrip()


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["--diff", "--format", "json"], "--diff prints a diff; it doesn't go with --format json"),
        (["--diff", "--baseline", "b.json", "--update-baseline"], "--diff writes nothing; it doesn't go with --update-baseline"),
    ],
)
def test_words_that_do_not_go_together(project: Path, argv: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong combination is one line, and nothing is written."""
    assert main(argv) == 2
    assert capsys.readouterr().err == f"gilcheck: error: {says}\n"
    assert not (project / "b.json").exists()


@pytest.mark.parametrize("word", ["--fix", "--diff"])
def test_without_the_library_it_says_what_to_install(
    project: Path, word: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The library is an extra: whoever hasn't got it reads how to get it."""
    monkeypatch.setattr(fixing, "find_spec", lambda name: None)
    assert main([word]) == 2
    assert capsys.readouterr().err == (
        f"gilcheck: error: {word} needs libcst, which keeps your formatting: pip install 'pytest-gilcheck[fix]'\n"
    )
    assert (project / "a.py").read_text(encoding="utf-8") == DROPPED


def test_no_other_run_imports_the_library(project: Path) -> None:
    """A check without a fix takes no time for it."""
    code = "import sys; from pytest_gilcheck.command.main import main; main(['-q']); print('libcst' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=project)
    assert done.stdout.endswith("False\n")


def test_other_formats_keep_standard_output(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The report of what is left is whole; the count goes to standard error."""
    assert main(["--fix", "--format", "json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["findings"] == []
    assert err == "fixed 1 finding in 1 file; 0 left\n"


def test_accepted_findings_are_not_touched(project: Path) -> None:
    """Neither the baseline's nor a comment's; a new baseline is written after the fix."""
    assert main(["--baseline", "base.json", "--update-baseline"]) == 0
    assert main(["--fix", "--baseline", "base.json"]) == 0
    assert (project / "a.py").read_text(encoding="utf-8") == DROPPED
    (project / "base.json").unlink()
    assert main(["--fix", "--baseline", "base.json", "--update-baseline"]) == 0
    assert (project / "a.py").read_text(encoding="utf-8") == KEPT
    assert json.loads((project / "base.json").read_text(encoding="utf-8"))["findings"] == []


def test_rules_that_are_left_out_are_not_touched(project: Path) -> None:
    """Only what would be reported is mended."""
    assert main(["--fix", "--ignore", "GIL205"]) == 0
    assert (project / "a.py").read_text(encoding="utf-8") == DROPPED


def test_file_that_cannot_be_written_is_one_error(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The others are written, what is left is reported, and the file is whole."""
    (project / "b.py").write_text(DROPPED, encoding="utf-8")
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "a.py" and access(path, mode))
    assert main(["--fix"]) == 2
    out, err = capsys.readouterr()
    assert "a.py:8:5" in out
    assert "fixed 1 finding in 1 file; 1 left\n" in out
    assert err == "gilcheck: error: a.py: can't be written: it is read-only\n"
    assert (project / "a.py").read_text(encoding="utf-8") == DROPPED
    assert (project / "b.py").read_text(encoding="utf-8") == KEPT


def test_a_write_that_fails_leaves_the_file_and_nothing_else(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk half-way costs nothing: the file is the old one, and no part of a new one lies beside it."""

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    change = fixing.Change(project / "a.py", "a.py", DROPPED.encode(), KEPT.encode(), ())
    assert fixing.write([change]) == fixing.Fixed(0, 0, ("a.py: can't be written: No space left on device",))
    assert (project / "a.py").read_text(encoding="utf-8") == DROPPED
    assert [path.name for path in project.iterdir() if path.name.endswith(".tmp")] == []


def test_a_file_that_changed_in_the_meantime_is_left(project: Path) -> None:
    """What an editor has just saved is not overwritten."""
    change = fixing.Change(project / "a.py", "a.py", b"x = 1\n", b"x = 2\n", ())
    assert fixing.write([change]).failures == ("a.py: can't be written: it was changed in the meantime",)
    assert (project / "a.py").read_text(encoding="utf-8") == DROPPED


@pytest.mark.skipif(sys.platform == "win32", reason="links and modes are of another kind there")
def test_links_and_modes_are_kept(project: Path) -> None:
    """A link still leads to the file, and a script can still be run."""
    (project / "real").mkdir()
    target = (project / "a.py").rename(project / "real" / "a.py")
    target.chmod(0o751)
    (project / "a.py").symlink_to(target)
    assert main(["--fix", "a.py"]) == 0
    assert (project / "a.py").is_symlink()
    assert target.read_text(encoding="utf-8") == KEPT
    assert stat.S_IMODE(target.stat().st_mode) == 0o751


@pytest.mark.skipif(sys.platform == "win32", reason="there are no owners of this kind")
@pytest.mark.parametrize("error", [None, PermissionError()], ids=["let", "refused"])
def test_owner_is_kept_where_that_is_possible(project: Path, error: OSError | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run by root in a container, a fix leaves files to their owner; who may not give files away writes them all the same."""
    given = []

    def chown(path: Path, user: int, group: int) -> None:
        given.append((user, group))
        if error is not None:
            raise error

    real = Path.stat
    strange = os.stat_result((0o644, 1, 1, 1, 1234, 4321, 1, 1, 1, 1))
    monkeypatch.setattr(Path, "stat", lambda self, **words: strange if self.name == "a.py" else real(self, **words))
    monkeypatch.setattr(os, "chown", chown)
    change = fixing.Change(project / "a.py", "a.py", DROPPED.encode(), KEPT.encode(), ())
    assert fixing.write([change]) == fixing.Fixed(0, 1)
    assert given == [(1234, 4321)]
    assert (project / "a.py").read_text(encoding="utf-8") == KEPT


def test_file_that_cannot_be_rewritten_is_left(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where formatting could not be kept, the finding stays."""
    code = DROPPED.replace("\n", "\r").encode()
    (project / "a.py").write_bytes(code)
    assert main(["--fix"]) == 1
    assert capsys.readouterr().out.endswith("fixed nothing; 1 left\n")
    assert (project / "a.py").read_bytes() == code
