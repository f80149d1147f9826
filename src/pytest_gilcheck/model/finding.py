"""One pitfall at one place, with everything that is known of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_gilcheck.model.evidence import Evidence, Level

_TESTS_NAMED = 3


@dataclass(frozen=True, slots=True)
class Site:
    """Where a finding is.

    `path` is relative to pytest's rootdir and written with `/` (absolute only for files outside of it);
    `line` and `column` count from 1; `column` 0 means that only the line is known;
    `symbol` is the qualified name of the enclosing function or class, `<module>` outside any.
    """

    path: str
    line: int
    column: int = 0
    symbol: str = "<module>"


@dataclass(frozen=True, slots=True)
class Witness:
    """One thing that testifies to a finding: a reading of the source, or a test that showed it.

    `test` is the node id of the test, `None` for a reading of the source.
    """

    evidence: Evidence
    text: str
    test: str | None = None


@dataclass(frozen=True, slots=True)
class Execution:
    """Whether a measurement by coverage.py saw the lines of a finding run.

    `tests` are those that ran them, as the measurement's contexts name them (node ids with pytest-cov's
    `--cov-context=test`); empty when only imports did, `None` when the measurement had no contexts.
    """

    ran: bool
    tests: tuple[str, ...] | None = None

    def __str__(self) -> str:
        """In a few words, for people."""
        if not self.ran:
            return "no measured test ran this"
        if self.tests is None:
            return "ran while tests did"
        if not self.tests:
            return "ran while modules were imported, in no test"
        named = ", ".join(self.tests[:_TESTS_NAMED])
        more = f" and {len(self.tests) - _TESTS_NAMED} more" if len(self.tests) > _TESTS_NAMED else ""
        return f"run by {named}{more}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One pitfall at one place; frozen and picklable, so that it can travel between processes.

    `message` says what is wrong here, `advice` what to change here; both are one paragraph without a final newline.
    `source` is the flagged line's text, without its line end. `fingerprint` is given by the ledger.
    `suppressed` is the reason of the comment that silences it, `None` when nothing does.
    `replay` is the token of a schedule that shows it, `None` unless proved by one. `execution` is what coverage.py measured,
    `None` when it didn't.
    """

    rule: str
    name: str
    level: Level
    evidence: Evidence
    site: Site
    end_line: int
    message: str
    advice: str
    source: str = ""
    witnesses: tuple[Witness, ...] = ()
    fingerprint: str = ""
    suppressed: str | None = None
    baselined: bool = False
    replay: str | None = None
    execution: Execution | None = None

    @property
    def tests(self) -> tuple[str, ...]:
        """Node ids of the tests that saw it, each once, in the order they saw it."""
        return tuple(dict.fromkeys(w.test for w in self.witnesses if w.test is not None))

    @property
    def active(self) -> bool:
        """Whether it counts: neither suppressed by a comment nor accepted by the baseline."""
        return self.suppressed is None and not self.baselined

    def as_dict(self) -> dict[str, Any]:
        """All of it as builtins, for caches and for the way from an xdist worker; see `from_dict`."""
        return {
            "rule": self.rule,
            "name": self.name,
            "level": self.level.value,
            "evidence": self.evidence.value,
            "path": self.site.path,
            "line": self.site.line,
            "column": self.site.column,
            "symbol": self.site.symbol,
            "end_line": self.end_line,
            "message": self.message,
            "advice": self.advice,
            "source": self.source,
            "witnesses": [[w.evidence.value, w.text, w.test] for w in self.witnesses],
            "fingerprint": self.fingerprint,
            "suppressed": self.suppressed,
            "baselined": self.baselined,
            "replay": self.replay,
            "execution": None if self.execution is None else [self.execution.ran, self.execution.tests],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Finding:
        """The finding that `as_dict` wrote.

        Raises KeyError, TypeError or ValueError for anything else.
        """
        return cls(
            rule=data["rule"],
            name=data["name"],
            level=Level(data["level"]),
            evidence=Evidence(data["evidence"]),
            site=Site(data["path"], data["line"], data["column"], data["symbol"]),
            end_line=data["end_line"],
            message=data["message"],
            advice=data["advice"],
            source=data["source"],
            witnesses=tuple(Witness(Evidence(e), text, test) for e, text, test in data["witnesses"]),
            fingerprint=data["fingerprint"],
            suppressed=data["suppressed"],
            baselined=data["baselined"],
            replay=data["replay"],
            execution=_execution(data["execution"]),
        )


def _execution(data: Sequence[Any] | None) -> Execution | None:
    if data is None:
        return None
    ran, tests = data
    return Execution(ran, None if tests is None else tuple(tests))
