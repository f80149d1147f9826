"""Values of a run, and what is said of wrong ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_gilcheck.model.errors import UsageError
from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.finding import Finding, Site
from pytest_gilcheck.model.options import OPTIONS
from pytest_gilcheck.model.settings import ReportTarget, Settings

CODES = ("GIL101", "GIL301", "GIL302", "GIL401")


def settings(tmp_path: Path, cli: dict[str, object] | None = None, ini: dict[str, object] | None = None) -> Settings:
    """Settings of a run that was started in tmp_path/here, with the configuration in tmp_path."""
    return Settings.from_values(tmp_path, cli or {}, ini or {}, invocation_dir=tmp_path / "here", codes=CODES)


def suspicion(level: Level = Level.ERROR, evidence: Evidence = Evidence.SUSPECTED) -> Finding:
    """A finding of that level and evidence."""
    return Finding("GIL401", "unlocked-counter", level, evidence, Site("a.py", 1), 1, "why", "what")


def test_the_command_line_wins_key_by_key(tmp_path: Path) -> None:
    """What isn't given there comes from the configuration."""
    got = settings(tmp_path, {"select": ["GIL3"]}, {"select": "GIL1", "ignore": "GIL302, gil401"})
    assert (got.select, got.ignore) == (("GIL3",), ("GIL302", "GIL401"))


def test_paths_are_relative_to_where_they_are_written(tmp_path: Path) -> None:
    """The command line's to the current directory, the configuration's to its own folder."""
    (tmp_path / "here" / "src").mkdir(parents=True)
    (tmp_path / "lib").mkdir()
    assert settings(tmp_path, {"src": ["src"]}).src == (tmp_path / "here" / "src",)
    assert settings(tmp_path, ini={"src": ["lib", "here"]}).src == (tmp_path / "lib", tmp_path / "here")
    assert settings(tmp_path, {"report": ["json:out.json", "sarif:-"]}).reports == (
        ReportTarget("json", str(tmp_path / "here" / "out.json")),
        ReportTarget("sarif", "-"),
    )


def test_the_longer_prefix_wins() -> None:
    """A family can be ignored but for one rule, and selected but for one rule."""
    root = Path("/")
    assert not Settings(root, select=("GIL3",), ignore=("GIL301",)).enabled("GIL301")
    assert Settings(root, select=("GIL3",), ignore=("GIL301",)).enabled("GIL302")
    assert Settings(root, select=("GIL301",), ignore=("GIL3",)).enabled("GIL301")
    assert not Settings(root, select=("GIL301",)).enabled("GIL101")
    assert not Settings(root, ignore=("GIL",)).enabled("GIL101")


def test_rules_can_be_left_out_by_path(tmp_path: Path) -> None:
    """`glob: codes` a line."""
    got = settings(tmp_path, ini={"per_path_ignores": ["tests/legacy/*: GIL3, GIL401", "*/gen_?.py: GIL1"]})
    assert got.ignored_at("GIL302", "tests/legacy/a/b.py")
    assert got.ignored_at("GIL101", "src/gen_1.py")
    assert not got.ignored_at("GIL101", "tests/legacy/a.py")
    assert not got.ignored_at("GIL302", "tests/a.py")


WRONG: list[tuple[dict[str, object], dict[str, object], str]] = [
    ({"fail_on": "maybe"}, {}, r"--gilcheck-fail-on: 'maybe' is none of suspected, observed, proved, never"),
    ({}, {"fail_on": "sure"}, r"gilcheck_fail_on: 'sure' is none of suspected, observed, proved, never"),
    ({"select": ["E501"]}, {}, r"--gilcheck-select: 'E501' is not a rule code or prefix"),
    ({"select": ["GIL9"]}, {}, r"--gilcheck-select: no rule matches 'GIL9'; valid: GIL101, GIL301, GIL302, GIL401"),
    ({"report": ["xml:a"]}, {}, r"--gilcheck-report: 'xml:a' is not FORMAT:PATH with FORMAT one of json, sarif, github, gitlab"),
    ({"report": ["json"]}, {}, r"--gilcheck-report: 'json' is not FORMAT:PATH"),
    ({"src": ["absent"]}, {}, r"--gilcheck-src: 'absent' does not exist \(looked for .*absent\)"),
    ({"baseline": "absent.json"}, {}, r"--gilcheck-baseline: .*absent.json does not exist; make it with --gilcheck-update-baseline"),
    ({"update_baseline": True}, {}, r"--gilcheck-update-baseline: no baseline is named"),
    ({}, {"per_path_ignores": ["tests/*"]}, r"gilcheck_per_path_ignores: 'tests/\*' is not 'glob: codes'"),
    ({}, {"selct": "GIL1"}, r"gilcheck_selct: no such ini key \(did you mean gilcheck_select\?\); valid: gilcheck, gilcheck_src"),
    ({}, {"update_baseline": "true"}, r"gilcheck_update_baseline: no such ini key"),
]


@pytest.mark.parametrize(("cli", "ini", "message"), WRONG)
def test_a_wrong_value_is_one_line_that_names_key_and_valid_words(
    tmp_path: Path, cli: dict[str, object], ini: dict[str, object], message: str
) -> None:
    """Key, value, and what would be right."""
    with pytest.raises(UsageError, match=message) as caught:
        settings(tmp_path, cli, ini)
    assert "\n" not in str(caught.value)


def test_the_rule_decides_what_fails_unless_fail_on_does() -> None:
    """Evidence replaces the level when `fail_on` is set; `never` fails nothing."""
    root = Path("/")
    error, warning, observed = suspicion(), suspicion(Level.WARNING), suspicion(Level.WARNING, Evidence.OBSERVED)
    assert [Settings(root).fails(f) for f in (error, warning, observed)] == [True, False, False]
    assert [Settings(root, fail_on="suspected").fails(f) for f in (error, warning, observed)] == [True, True, True]
    assert [Settings(root, fail_on="observed").fails(f) for f in (error, warning, observed)] == [False, False, True]
    assert [Settings(root, fail_on="never").fails(f) for f in (error, warning, observed)] == [False, False, False]
    assert Settings(root, fail_on="observed").effective_level(error) is Level.WARNING


def test_every_option_is_described() -> None:
    """Names are unique, each has help, and what has choices is a word."""
    assert len({option.name for option in OPTIONS}) == len(OPTIONS)
    assert all(option.help and (option.cli or option.ini) for option in OPTIONS)
    assert [option.name for option in OPTIONS if option.choices] == ["fail_on", "start_method", "insufficient_cpus"]
    assert all(option.kind == "word" for option in OPTIONS if option.choices)
