"""The console script `gilcheck`."""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pytest_gilcheck.model.errors import UsageError

if TYPE_CHECKING:
    import argparse

CLEAN, FOUND, USAGE, INTERNAL_ERROR, INTERRUPTED = 0, 1, 2, 3, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Check what the command line (`argv`, default: that of the process) asks for; returns the exit status.

    0: nothing that fails a run; 1: findings that do; 2: wrong usage, said in one line; 3: a mistake of ours, with its
    traceback; 130: interrupted.
    """
    from pytest_gilcheck.command.arguments import parse

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # what a terminal's encoding lacks is escaped, not an error
    try:
        status = _run(parse(sys.argv[1:] if argv is None else argv))
        sys.stdout.flush()  # here a reader that went away is noticed, not at the interpreter's end
        if argv is None:
            gc.freeze()  # the process ends here: looking through millions of nodes for what could be freed takes seconds
        return status
    except UsageError as error:
        # The options have their names under pytest in the messages of the parts that both share.
        print(f"gilcheck: error: {' '.join(str(error).replace('--gilcheck-', '--').split())}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:  # before or after the files, where nothing is left to say
        return INTERRUPTED
    except BrokenPipeError:
        # The reader went away (`| head`): the interpreter's last flush goes nowhere instead of complaining.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FOUND
    except Exception:  # noqa: BLE001  # otherwise Python would exit with 1, and a build would take it for findings
        import traceback

        traceback.print_exc()
        print("gilcheck: internal error, please report it", file=sys.stderr)
        return INTERNAL_ERROR


def _run(arguments: argparse.Namespace) -> int:
    if arguments.version:
        from pytest_gilcheck.reports.tool import NAME, version

        print(NAME, version())
        return CLEAN
    if arguments.list_rules or arguments.explain is not None:
        return _describe(arguments)
    from pytest_gilcheck.command.checking import check

    return check(arguments)


def _describe(arguments: argparse.Namespace) -> int:
    import shutil

    from pytest_gilcheck.command import catalogue
    from pytest_gilcheck.command.output import colored
    from pytest_gilcheck.reports.page import explain

    rules = catalogue.available()
    if arguments.explain is None:
        print(catalogue.table(rules, width=shutil.get_terminal_size().columns if sys.stdout.isatty() else None))
    else:
        print(explain(catalogue.find(arguments.explain, rules), color=colored(arguments.color, sys.stdout, os.environ)))
    return CLEAN
