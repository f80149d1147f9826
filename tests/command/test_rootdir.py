"""The rootdir, the configuration file and its values, compared with what pytest itself says."""

from __future__ import annotations

import os
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from pytest_gilcheck.command import inifile
from pytest_gilcheck.command.inifile import IniFile
from pytest_gilcheck.command.rootdir import determine
from pytest_gilcheck.model.errors import UsageError

PYTEST_9 = int(pytest.__version__.partition(".")[0]) >= 9
BARE = "[project]\nname = 'x'\n"
OPTIONS = "[tool.pytest.ini_options]\ntestpaths = ['tests', 'more']\ngilcheck_fail_on = 'never'\nminversion = 8\n"
NATIVE = "[tool.pytest]\ntestpaths = ['tests', 'more']\ngilcheck_fail_on = 'never'\n"

# Name: files, arguments, directory that pytest is started in.
LAYOUTS: dict[str, tuple[dict[str, str], list[str], str]] = {
    "nothing": ({"a/test_a.py": ""}, [], "."),
    "nothing-with-argument": ({"a/test_a.py": ""}, ["a/test_a.py"], "."),
    "nothing-from-beside": ({"a/test_a.py": "", "b/c/d.py": ""}, ["../../a"], "b/c"),
    "pytest-ini": ({"pytest.ini": "[pytest]\ntestpaths = tests 'two words'\n", "a/b.py": ""}, ["a"], "."),
    "empty-pytest-ini": ({"pytest.ini": "", "pyproject.toml": OPTIONS}, [], "."),
    "hidden-pytest-ini": ({".pytest.ini": "[pytest]\naddopts = -q --gilcheck-src=src\n", "tox.ini": "[pytest]\n"}, [], "."),
    "pyproject-options": ({"pyproject.toml": OPTIONS, "tests/a.py": ""}, ["tests"], "."),
    "pyproject-from-below": ({"pyproject.toml": OPTIONS, "tests/deep/a.py": ""}, [], "tests/deep"),
    "pyproject-native": ({"pyproject.toml": NATIVE}, [], "."),
    "pyproject-bare": ({"pyproject.toml": BARE, "tests/a.py": ""}, ["tests/a.py"], "."),
    "pyproject-bare-below-ini": ({"pytest.ini": "[pytest]\n", "pkg/pyproject.toml": BARE, "pkg/a.py": ""}, ["pkg"], "."),
    "pyproject-before-tox": ({"pyproject.toml": OPTIONS, "tox.ini": "[pytest]\n"}, [], "."),
    "bare-pyproject-and-tox": ({"pyproject.toml": BARE, "tox.ini": "[pytest]\nnorecursedirs = one two\n"}, [], "."),
    "tox-without-section": ({"tox.ini": "[tox]\n", "setup.cfg": "[tool:pytest]\ntestpaths = a b\n"}, [], "."),
    "setup-py": ({"setup.py": "", "pkg/tests/a.py": ""}, ["pkg/tests"], "."),
    "setup-py-below-start": ({"pkg/setup.py": "", "pkg/tests/a.py": ""}, ["pkg/tests"], "."),
    "two-projects": ({"one/pytest.ini": "[pytest]\n", "one/a.py": "", "two/b.py": ""}, ["one", "two"], "."),
    "two-projects-second": ({"one/a.py": "", "two/tox.ini": "[pytest]\ntestpaths=x\n", "two/b.py": ""}, ["one/a.py", "two"], "."),
    "missing-argument": ({"a/pytest.ini": "[pytest]\n", "a/b.py": ""}, ["a/none.py"], "."),
    "pytest-toml": ({"pytest.toml": "[pytest]\ntestpaths = ['t']\n", "pytest.ini": "[pytest]\n"}, [], "."),
    "hidden-pytest-toml": ({".pytest.toml": "", "pyproject.toml": OPTIONS}, [], "."),
    "multi-line": ({"pytest.ini": "[pytest]\ngilcheck_per_path_ignores =\n    tests/*: GIL3\n\n    src/*: GIL4\n"}, [], "."),
}


def lay_out(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def refused(root: Path, files: dict[str, str], *, config_file: str | None = None) -> str:
    """The message for a layout that is wrong."""
    lay_out(root, files)
    with pytest.raises(UsageError) as error:
        determine([], invocation_dir=root, config_file=config_file)
    return str(error.value)


@pytest.mark.parametrize("name", LAYOUTS)
def test_answers_are_those_of_pytest(name: str, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Same rootdir, same file, and the same values for each kind of key."""
    files, args, start = LAYOUTS[name]
    lay_out(pytester.path, files)
    (pytester.path / start).mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(pytester.path / start)
    config = pytester.parseconfig(*args)
    # `pytester` starts every run with `--basetemp` and the like, which are no paths.
    root, ini = determine(args, invocation_dir=Path.cwd())
    assert (root, ini.path) == (config.rootpath, config.inipath)
    assert ini.words("testpaths") == config.getini("testpaths")
    assert ini.words("addopts") == config.getini("addopts")
    assert (ini.words("norecursedirs") or None) == (config.getini("norecursedirs") if "norecursedirs" in ini.named() else None)
    assert ini.lines("gilcheck_per_path_ignores") == config.getini("gilcheck_per_path_ignores")
    assert ini.text("gilcheck_fail_on") == config.getini("gilcheck_fail_on")


@pytest.mark.parametrize(
    "options",
    [
        {"rootdir": "a"},
        {"config_file": "other/x.ini"},
        {"config_file": "other/x.toml"},
        {"config_file": "other/x.cfg"},
        {"config_file": "other/plain.ini"},
        {"config_file": "other/x.ini", "rootdir": "a"},
        pytest.param({"config_file": "/dev/null"}, marks=pytest.mark.skipif(sys.platform == "win32", reason="has no /dev/null")),
    ],
    ids=str,
)
def test_options_mean_what_they_mean_for_pytest(
    options: dict[str, str], pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--rootdir` and `--config-file` go before what is found."""
    if options.get("config_file") == "/dev/null" and pytest.version_tuple < (9, 2):
        pytest.skip("older versions make /dev the rootdir")
    lay_out(
        pytester.path,
        {
            "pytest.ini": "[pytest]\n",
            "a/b.py": "",
            "other/x.ini": "[pytest]\ntestpaths=q\n",
            "other/x.toml": OPTIONS,
            "other/x.cfg": "[tool:pytest]\ntestpaths=q\n",
            "other/plain.ini": "[else]\n",
        },
    )
    monkeypatch.chdir(pytester.path)
    words = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
    config = pytester.parseconfig(*words)
    root, ini = determine([], invocation_dir=Path.cwd(), **options)
    assert (root, ini.path) == (config.rootpath, config.inipath)
    assert ini.words("testpaths") == config.getini("testpaths")


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"pyproject.toml": "[tool.pytest.ini_options]\nx = \n"}, "pyproject.toml: Invalid value (at line 2"),
        ({"pyproject.toml": "tool = 3\n"}, "pyproject.toml: [tool] is no table"),
        ({"pyproject.toml": "[tool]\npytest = 3\n"}, "pyproject.toml: [tool.pytest] is no table"),
        ({"pyproject.toml": "[tool.pytest]\nini_options = 3\n"}, "pyproject.toml: [tool.pytest.ini_options] is no table"),
        ({"pytest.ini": "[pytest]\nx = 1\nx = 2\n"}, "pytest.ini:3: duplicate name 'x'"),
        ({"pytest.ini": "[pytest\n"}, "pytest.ini:1: "),
        ({"tox.ini": "x = 1\n"}, "tox.ini:1: no section header defined"),
        ({"setup.cfg": "[pytest]\n"}, "change to [tool:pytest]"),
    ],
)
def test_a_broken_file_is_a_usage_error(tmp_path: Path, files: dict[str, str], says: str) -> None:
    """The message names the file and, where there is one, the line."""
    assert says in refused(tmp_path, files)


@pytest.mark.skipif(not PYTEST_9, reason="pytest 9 brought these files")
@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"pytest.toml": "x = 1\n"}, "must be under a [pytest] table (found top-level options: x)"),
        ({"pytest.toml": "pytest = 1\n"}, "[pytest] is no table"),
        ({"pyproject.toml": OPTIONS + NATIVE}, "can't be used at the same time"),
    ],
)
def test_a_broken_file_of_pytest_9_is_a_usage_error(tmp_path: Path, files: dict[str, str], says: str) -> None:
    """Tables that contradict each other are refused, as pytest does."""
    assert says in refused(tmp_path, files)


def test_bytes_that_are_no_utf8_are_a_usage_error(tmp_path: Path) -> None:
    """A file in another encoding is named."""
    (tmp_path / "pytest.ini").write_bytes(b"[pytest]\nx = \xff\n")
    assert "pytest.ini: not UTF-8" in refused(tmp_path, {})


def test_a_file_that_cannot_be_opened_is_a_usage_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's reason is told."""

    def refuse(self: Path, **_: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refuse)
    assert "pyproject.toml: can't be read: Permission denied" in refused(tmp_path, {"pyproject.toml": ""})


@pytest.mark.parametrize(
    ("config_file", "says"),
    [
        ("none.ini", "not found"),
        ("folder", "is a directory"),
        ("x.json", "unsupported format"),
        ("both.toml", "can't be used at the same time"),
    ],
)
def test_a_wrong_config_file_is_a_usage_error(tmp_path: Path, config_file: str, says: str) -> None:
    """What `--config-file` names must be a file that pytest could read."""
    lay_out(tmp_path, {"folder/a": "", "x.json": "", "both.toml": "[pytest]\nx = 'y'\n[tool.pytest.ini_options]\nx = 'y'\n"})
    assert says in refused(tmp_path, {}, config_file=config_file)


def test_a_rootdir_that_is_no_directory_is_a_usage_error(tmp_path: Path) -> None:
    """`--rootdir` is named."""
    with pytest.raises(UsageError, match=r"--rootdir: directory .*none' not found"):
        determine([], invocation_dir=tmp_path, rootdir="none")


def test_a_rootdir_is_kept_where_no_file_is(tmp_path: Path) -> None:
    """Without a configuration file, `--rootdir` alone decides."""
    (tmp_path / "a").mkdir()
    assert determine([], invocation_dir=tmp_path / "a", rootdir="..") == (tmp_path, IniFile())


def test_a_toml_file_of_any_name_may_have_a_pytest_table(tmp_path: Path) -> None:
    """As pytest 9.2 does for `-c`."""
    lay_out(tmp_path, {"any.toml": "[pytest]\ngilcheck_select = ['GIL3']\n"})
    _, ini = determine([], invocation_dir=tmp_path, config_file="any.toml")
    assert ini.lines("gilcheck_select") == ["GIL3"]


def test_files_of_pytest_9_mean_nothing_to_older_versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command answers as the installed pytest does."""
    monkeypatch.setattr(inifile, "_pytest_9", lambda: False)
    lay_out(tmp_path, {"pytest.toml": "[pytest]\n", "pyproject.toml": NATIVE, "tox.ini": "[pytest]\n"})
    assert determine([], invocation_dir=tmp_path)[1].path == tmp_path / "tox.ini"


@pytest.mark.parametrize(("version", "expected"), [("8.4.2", False), ("9.0.0", True), ("10.1", True), ("strange", True), (None, True)])
def test_the_version_of_pytest_is_asked_without_loading_it(version: str | None, expected: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the metadata of what is installed; when nothing is, the newest rules hold."""

    def answer(_name: str) -> str:
        if version is None:
            raise PackageNotFoundError
        return version

    monkeypatch.setattr("importlib.metadata.version", answer)
    inifile._pytest_9.cache_clear()
    assert inifile._pytest_9() is expected
    inifile._pytest_9.cache_clear()


def test_two_drives_have_no_common_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first argument decides then, as in pytest."""

    def refuse(_paths: object) -> str:
        raise ValueError("Paths don't have the same drive")

    (tmp_path / "pytest.ini").touch()
    (tmp_path / "a").mkdir()
    monkeypatch.setattr(os.path, "commonpath", refuse)
    assert determine(["a", "."], invocation_dir=tmp_path)[0] == tmp_path


@pytest.mark.parametrize(
    ("ini", "method", "says"),
    [
        (IniFile(Path("p"), {"k": 3}, native=True), "lines", "k: a list of strings is expected, not 3"),
        (IniFile(Path("p"), {"k": "a"}, native=True), "words", "k: a list of strings is expected, not 'a'"),
        (IniFile(Path("p"), {"k": ["a", 1]}), "words", "k: a list of strings is expected"),
        (IniFile(Path("p"), {"k": ["a"]}), "text", "k: a string is expected"),
        (IniFile(Path("p"), {"k": "'a"}), "words", "k: No closing quotation"),
    ],
)
def test_a_value_of_the_wrong_type_is_a_usage_error(ini: IniFile, method: str, says: str) -> None:
    """The message names the file and the key."""
    with pytest.raises(UsageError, match=says):
        getattr(ini, method)("k")


def test_overrides_are_text_also_for_native_files() -> None:
    """`-o key=value` is read like a value of an ini file."""
    ini = IniFile(Path("p"), {"a": ["x"]}, native=True, overrides={"a": "y z", "b": "w"})
    assert (ini.words("a"), ini.lines("a"), ini.text("b"), ini.named()) == (["y", "z"], ["y z"], "w", {"a", "b"})
