"""Every option once: its words, ini key, default and help. pytest's parser and the static command's are built from this."""

from __future__ import annotations

from typing import Literal

REPORT_FORMATS = ("json", "sarif", "github", "gitlab")
FAIL_ON = ("suspected", "observed", "proved", "never")
START_METHODS = ("spawn", "fork", "forkserver")
INSUFFICIENT_CPUS = ("skip", "fail")


class Option:  # written out: to make a dataclass or a named tuple takes ten times as long, in every run of pytest
    """One setting. `name` is the ini key without `gilcheck_`, and the flag without `--gilcheck-` (with `-` for `_`).

    `kind`: `codes` and `word` take one value on the command line (`codes` may be repeated), `paths` and `reports` may be
    repeated; `lines` is an ini key only, one entry a line; `flag` is a command line switch only. `cli` says whether the
    command line has it, `ini` whether the configuration file has it.
    """

    __slots__ = ("choices", "cli", "help", "ini", "kind", "metavar", "name")

    def __init__(
        self,
        name: str,
        kind: Literal["codes", "word", "path", "paths", "reports", "lines", "flag"],
        help: str,  # noqa: A002  # the word of both parsers
        metavar: str | None = None,
        *,
        choices: tuple[str, ...] = (),
        cli: bool = True,
        ini: bool = True,
    ) -> None:
        self.name = name
        self.kind = kind
        self.help = help
        self.metavar = metavar
        self.choices = choices
        self.cli = cli
        self.ini = ini

    @property
    def key(self) -> str:
        """The ini key, which is also the name of the value on pytest's `config.option`."""
        return f"gilcheck_{self.name}"

    @property
    def flag(self) -> str:
        """The command line word under pytest."""
        return "--gilcheck-" + self.name.replace("_", "-")

    @property
    def repeatable(self) -> bool:
        """Whether the command line may give it several times."""
        return self.kind in ("codes", "paths", "reports")


OPTIONS = (
    Option("src", "paths", "another tree whose files are checked, and which counts as the project's own code", "PATH"),
    Option("select", "codes", "only these rules: codes or prefixes (GIL3), comma separated", "CODES"),
    Option("ignore", "codes", "leave these rules out: codes or prefixes (GIL3), comma separated", "CODES"),
    Option("per_path_ignores", "lines", "rules to leave out by path, one 'glob: codes' a line", cli=False),
    Option(
        "fail_on",
        "word",
        "weakest evidence that fails the run; without it each rule's own",
        "LEVEL",
        choices=FAIL_ON,
    ),
    Option("report", "reports", f"write a report, FORMAT one of {', '.join(REPORT_FORMATS)}; PATH - for standard output", "FORMAT:PATH"),
    Option("baseline", "path", "file of accepted findings; only findings that are not in it count", "PATH"),
    Option("cov_data", "path", "data file of coverage.py; each finding says whether a test ran its line", "PATH"),
    Option("update_baseline", "flag", "write today's findings to the baseline and accept them", ini=False),
    Option("start_method", "word", "how the fixture process_pool starts its workers; spawn without it", choices=START_METHODS, cli=False),
    Option(
        "insufficient_cpus",
        "word",
        "what becomes of a test whose expected speedup needs more CPUs than there are; skip without it",
        choices=INSUFFICIENT_CPUS,
        cli=False,
    ),
)
