"""The command line of the static command, built from the same options as pytest's."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import NoReturn

from pytest_gilcheck.model.errors import UsageError
from pytest_gilcheck.model.options import OPTIONS, REPORT_FORMATS, Option

FORMATS = ("text", *REPORT_FORMATS)
_DESCRIPTION = "Find concurrency pitfalls in Python source. Nothing of what is checked is imported or run."
_EPILOG = (
    "Settings are read from pytest's configuration file (gilcheck_* keys, testpaths, norecursedirs, addopts)."
    " Exit status: 0 nothing that fails, 1 findings that fail, 2 wrong usage, 3 internal error, 130 interrupted."
)


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are ours: one line, exit status 2."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The values on the command line; those of `model.options` by their names.

    Raises UsageError for a wrong option or value, SystemExit for `--help`.
    """
    # Otherwise `--ex` would mean `--explain` today and something else tomorrow.
    parser = _Parser(prog="gilcheck", description=_DESCRIPTION, epilog=_EPILOG, allow_abbrev=False)
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="files and directories to check; default: testpaths and gilcheck_src, else the current directory",
    )
    for option in OPTIONS:
        if option.cli:
            _add(parser, option, "--" + option.name.replace("_", "-"))
    parser.add_argument("--format", choices=FORMATS, default="text", help="what to print (default: text)")
    parser.add_argument("--fix", action="store_true", help="mend in the files what can be mended for certain, then check them again")
    parser.add_argument("--diff", action="store_true", help="show what --fix would change and write nothing; exit with 1 if it would")
    parser.add_argument("--explain", metavar="CODE", help="print the page of a rule, by code or name, and exit")
    parser.add_argument("--list-rules", action="store_true", help="list all rules and exit")
    parser.add_argument("--color", choices=("auto", "yes", "no"), default="auto", help="colours in the output (default: auto)")
    parser.add_argument("-q", "--quiet", action="store_true", help="one line a finding")
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="also what comments and the baseline accept, and where settings came from"
    )
    parser.add_argument("--jobs", type=_jobs, default=1, metavar="N", help="processes to use (default: 1; each repeats what spans files)")
    parser.add_argument("--no-cache", action="store_true", help="neither read nor write results of earlier runs")
    parser.add_argument("--rootdir", metavar="DIR", help="what paths in reports are relative to; default: as pytest determines it")
    parser.add_argument("-c", "--config-file", metavar="FILE", help="read settings from this file; default: as pytest determines it")
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    # Paths may stand between options, as pre-commit and people write them.
    return parser.parse_intermixed_args(argv)


def from_pytest(words: Sequence[str], origin: str) -> argparse.Namespace:
    """What a command line for pytest says about gilcheck and configuration; all else on it is passed over.

    `origin` names it in the UsageError that a wrong value raises.
    """
    parser = argparse.ArgumentParser(prog=origin, add_help=False, allow_abbrev=False, exit_on_error=False)
    for option in OPTIONS:
        if option.cli:
            _add(parser, option, option.flag)
    parser.add_argument("-o", "--override-ini", action="append", default=[])
    parser.add_argument("--rootdir")
    parser.add_argument("-c", "--config-file")
    try:
        return parser.parse_known_args(words)[0]
    except (argparse.ArgumentError, SystemExit) as error:
        raise UsageError(f"{origin}: {error}") from error


def _add(parser: argparse.ArgumentParser, option: Option, flag: str) -> None:
    if option.kind == "flag":
        parser.add_argument(flag, dest=option.name, action="store_true", help=option.help)
    else:
        action = "append" if option.repeatable else "store"
        choices = f" ({', '.join(option.choices)})" if option.choices else ""
        parser.add_argument(flag, dest=option.name, action=action, metavar=option.metavar, help=(option.help + choices).replace("%", "%%"))


def _jobs(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 on")
    return int(text)
