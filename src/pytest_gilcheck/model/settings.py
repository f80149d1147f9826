"""What a run was asked to do: validated values, whoever gave them."""

from __future__ import annotations

import difflib
import fnmatch
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pytest_gilcheck.model.errors import UsageError
from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.finding import Finding
from pytest_gilcheck.model.options import FAIL_ON, INSUFFICIENT_CPUS, OPTIONS, REPORT_FORMATS, START_METHODS

_PYTEST_NORECURSEDIRS = ("*.egg", ".*", "_darcs", "build", "CVS", "dist", "node_modules", "venv", "{arch}")
_CODE = re.compile(r"GIL\d{0,3}\Z")


@dataclass(frozen=True, slots=True)
class ReportTarget:
    """A report to write: its format and path (`-` is standard output)."""

    format: str
    path: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Values of one run; paths are absolute. Build it with `from_values`, which says what is wrong with bad ones."""

    root: Path
    src: tuple[Path, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_path_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    fail_on: str | None = None
    reports: tuple[ReportTarget, ...] = ()
    baseline: Path | None = None
    update_baseline: bool = False
    cov_data: Path | None = None
    norecursedirs: tuple[str, ...] = _PYTEST_NORECURSEDIRS
    insufficient_cpus: str = INSUFFICIENT_CPUS[0]

    @classmethod
    def from_values(
        cls,
        root: Path,
        cli: Mapping[str, object],
        ini: Mapping[str, object],
        *,
        invocation_dir: Path,
        ini_dir: Path | None = None,
        codes: Iterable[str] = (),
        norecursedirs: Sequence[str] = (),
    ) -> Settings:
        """Settings from the command line (`cli`) and the configuration file (`ini`), both keyed by `Option.name`.

        The command line wins key by key. Values are strings, or sequences of strings for repeatable options and for ini keys
        of several lines; `None` and absent mean not given. Paths on the command line are relative to
        `invocation_dir`, paths in the configuration file to `ini_dir` (default: `root`). `codes` are the rules that exist;
        with them, a code that selects none is refused. Raises UsageError, which names the key and the valid words.
        """
        unknown = set(ini) - {option.name for option in OPTIONS if option.ini}
        if unknown:
            raise UsageError(_unknown_key(min(unknown)))
        given = _Given(cli, ini, invocation_dir, ini_dir or root, tuple(codes))
        given.word(
            "start_method", START_METHODS
        )  # the fixtures read it, without an armed run as well; a wrong one ends an armed run at once
        reports, report_key, report_base = given.strings("report")
        ignores, ignores_key, _ = given.strings("per_path_ignores")
        return cls(
            root=root,
            src=given.paths("src"),
            select=given.selected("select"),
            ignore=given.selected("ignore"),
            per_path_ignores=tuple(_per_path(line, ignores_key, given.codes) for line in ignores),
            fail_on=given.word("fail_on", FAIL_ON),
            reports=tuple(_report(value, report_key, report_base) for value in reports),
            baseline=given.baseline(),
            update_baseline=bool(cli.get("update_baseline")),
            cov_data=next(iter(given.paths("cov_data")), None),
            norecursedirs=tuple(norecursedirs) or _PYTEST_NORECURSEDIRS,
            insufficient_cpus=given.word("insufficient_cpus", INSUFFICIENT_CPUS) or INSUFFICIENT_CPUS[0],
        )

    def enabled(self, code: str) -> bool:
        """Whether the rule takes part: selected (nothing selected selects all) and not ignored; the longer prefix wins."""
        chosen = max((len(p) for p in self.select if code.startswith(p)), default=-1 if self.select else 0)
        ignored = max((len(p) for p in self.ignore if code.startswith(p)), default=-1)
        return chosen >= 0 and chosen > ignored

    def ignored_at(self, code: str, path: str) -> bool:
        """Whether `per_path_ignores` leaves the rule out for this path (relative, `/`)."""
        return any(
            code.startswith(prefix) for glob, prefixes in self.per_path_ignores if fnmatch.fnmatchcase(path, glob) for prefix in prefixes
        )

    def effective_level(self, finding: Finding) -> Level:
        """The level under `fail_on`: the evidence decides when it is set, the rule when it is not."""
        if self.fail_on is None or self.fail_on == "never":
            return finding.level
        return Level.ERROR if finding.evidence >= Evidence(self.fail_on) else Level.WARNING

    def fails(self, finding: Finding) -> bool:
        """Whether this finding makes the run fail."""
        return finding.active and self.fail_on != "never" and self.effective_level(finding) is Level.ERROR


@dataclass(frozen=True, slots=True)
class _Given:
    """What the user gave, wherever: the command line wins over the file, key by key."""

    cli: Mapping[str, object]
    ini: Mapping[str, object]
    invocation_dir: Path
    ini_dir: Path
    codes: tuple[str, ...]

    def strings(self, name: str) -> tuple[list[str], str, Path]:
        """The values of a setting, the word that the user gave them by, and the folder that paths are relative to."""
        option = next(option for option in OPTIONS if option.name == name)
        if option.cli and self.cli.get(name) not in (None, [], ()):
            return _strings(self.cli[name]), option.flag, self.invocation_dir
        return _strings(self.ini.get(name)), option.key, self.ini_dir

    def paths(self, name: str) -> tuple[Path, ...]:
        values, key, base = self.strings(name)
        return tuple(_existing(base / value, key, value) for value in values)

    def selected(self, name: str) -> tuple[str, ...]:
        values, key, _ = self.strings(name)
        return _codes(values, key, self.codes)

    def word(self, name: str, words: Sequence[str]) -> str | None:
        values, key, _ = self.strings(name)
        return _word(values[-1], key, words) if values else None

    def baseline(self) -> Path | None:
        values, key, base = self.strings("baseline")
        update = bool(self.cli.get("update_baseline"))
        if values:
            return _baseline(base / values[-1], key, update)
        if update:
            raise UsageError(
                "--gilcheck-update-baseline: no baseline is named; add --gilcheck-baseline PATH or the ini key gilcheck_baseline"
            )
        return None


def _strings(value: object) -> list[str]:
    if value is None:
        return []
    if isinstance(value, str):
        return [line.strip() for line in value.splitlines() if line.strip()]
    if isinstance(value, Iterable):
        return [text for item in value for text in _strings(str(item))]
    return [str(value)]


def _unknown_key(name: str) -> str:
    valid = [option.key for option in OPTIONS if option.ini]
    close = difflib.get_close_matches(f"gilcheck_{name}", valid, n=1)
    hint = f" (did you mean {close[0]}?)" if close else ""
    return f"gilcheck_{name}: no such ini key{hint}; valid: gilcheck, {', '.join(valid)}"


def _existing(path: Path, key: str, value: str) -> Path:
    if not path.exists():
        raise UsageError(f"{key}: {value!r} does not exist (looked for {path})")
    return path


def _word(value: str, key: str, valid: Sequence[str]) -> str:
    if value not in valid:
        raise UsageError(f"{key}: {value!r} is none of {', '.join(valid)}")
    return value


def _codes(values: Iterable[str], key: str, known: Sequence[str]) -> tuple[str, ...]:
    codes = tuple(code.upper() for value in values for code in re.split(r"[,\s]+", value) if code)
    for code in codes:
        if not _CODE.match(code):
            raise UsageError(f"{key}: {code!r} is not a rule code or prefix such as GIL301 or GIL3")
        if known and not any(rule.startswith(code) for rule in known):
            raise UsageError(f"{key}: no rule matches {code!r}; valid: {', '.join(sorted(known))}")
    return codes


def _per_path(line: str, key: str, known: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    glob, colon, codes = line.rpartition(":")
    if not colon or not glob.strip() or not codes.strip():
        raise UsageError(f"{key}: {line!r} is not 'glob: codes', such as 'tests/legacy/*: GIL3, GIL401'")
    return glob.strip(), _codes([codes], key, known)


def _report(value: str, key: str, base: Path) -> ReportTarget:
    fmt, colon, path = value.partition(":")
    if not colon or not path or fmt not in REPORT_FORMATS:
        raise UsageError(f"{key}: {value!r} is not FORMAT:PATH with FORMAT one of {', '.join(REPORT_FORMATS)}")
    return ReportTarget(fmt, path if path == "-" else str(base / path))


def _baseline(path: Path, key: str, update: bool) -> Path:
    if not update and not path.exists():
        raise UsageError(f"{key}: {path} does not exist; make it with --gilcheck-update-baseline")
    return path
