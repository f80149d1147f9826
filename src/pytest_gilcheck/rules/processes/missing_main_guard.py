"""GIL101: a process started while its module is imported."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.rule import Page
from pytest_gilcheck.rules.processes.examples.missing_main_guard import BAD, GOOD
from pytest_gilcheck.source import start_methods
from pytest_gilcheck.source.main_guard import is_guarded
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.processes import ImportedStart, executed_in
from pytest_gilcheck.source.rule import SourceRule, Suspicion
from pytest_gilcheck.source.scopes import FUNCTIONS


class MissingMainGuard(SourceRule):
    """Importing the file starts a process, so every child that imports it would start one too."""

    code = "GIL101"
    name = "missing-main-guard"
    fails_from = Evidence.SUSPECTED
    page = Page(
        what="""Flags processes that are started while a module is imported, outside of `if __name__ == "__main__":`. It knows
`Process.start`, `multiprocessing.Pool` and `Manager` (which start when they are made), and the first task of a
`ProcessPoolExecutor`; at module level, in a class body, a comprehension or a decorator, and in functions that are called
from there, however many calls away and in whichever module of the project.

The finding stands at the expression at module level that sets it off. With the start method `fork` asked for in so many
words, in `conftest.py`, and where a condition decides that the source doesn't settle, it is a warning.""",
        why="""With the start methods `spawn` (macOS, Windows) and `forkserver` (Linux from Python 3.14 on), a child imports the file that
it was started from, to find the function it shall run. Without the guard that import starts the next process: Python stops it
with "An attempt has been made to start a new process before the current process has finished its bootstrapping phase", and
a pool that replaces the dead children never ends. With `fork` the same file works, so it breaks on another machine or with
the next Python. Importing a module that does so for a test starts the processes too.""",
        instead="""Start processes in a function, and call it under the guard; whoever imports the file then gets its functions only.""",
        observed="""Not yet observed at run time: the finding rests on the source alone.""",
        limits="""Silent about `__main__.py` (a child never imports it), about executors and processes that are made and never used, about
pools that bring their own start-up (loky, joblib), and about calls that can't be followed. A file that names nothing of
concurrency itself and only imports and calls a function that starts processes is not read.""",
        references=(
            "https://docs.python.org/3/library/multiprocessing.html#the-spawn-and-forkserver-start-methods",
            "https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods",
        ),
    )
    bad = BAD
    good = GOOD

    def check(self, module: Module) -> Iterator[Suspicion]:
        if module.path.rpartition("/")[2] == "__main__.py":
            return
        for found in module.project.processes.at_import(module):
            yield _suspicion(found, module)


def _suspicion(found: ImportedStart, module: Module) -> Suspicion:
    start = found.start
    node = _flagged(found, module)
    forks = start.forks or start_methods.set_in(module) == "fork"
    weak = forks or not found.sure or module.path.rpartition("/")[2] == "conftest.py"
    if forks:
        why = "with `fork` that works; with any other start method each new process imports this file, and would start processes itself"
    else:
        why = (
            "where processes are spawned (Windows, macOS, Linux from Python 3.14 on), each new process imports this file first "
            "and would start processes itself: Python stops that with a RuntimeError"
        )
    return Suspicion(
        node=node,
        message=f"{_what(found, node, module)} while this file is imported; {why}.",
        advice=_advice(found, node, module),
        level=Level.WARNING if weak else None,
        seen=_way(found),
    )


def _flagged(found: ImportedStart, module: Module) -> ast.expr:
    """The call that makes the executor, if it stands at module level too: guarding starts there."""
    made = found.start.made
    if found.chain or made is None or found.start.how == "start" or found.start.made_in is not module:
        return found.node
    return made if executed_in(made, module) is None and not is_guarded(made, module) else found.node


def _what(found: ImportedStart, node: ast.expr, module: Module) -> str:
    start = found.start
    called = ast.unparse(node.func if isinstance(node, ast.Call) else node)
    if found.chain:
        way = " → ".join(f"`{function.qualname}`" for function in found.chain)
        where = start.place if start.module is not module else f"line {start.node.lineno}"
        return f"`{called}` runs {way}, which starts {start.what} (`{start.how}`, {where}),"
    if node is not found.node:
        return f"`{called}` makes {start.what}, and `{start.how}` in line {start.node.lineno} starts it"
    return f"`{called}` starts {start.what}"


def _advice(found: ImportedStart, node: ast.expr, module: Module) -> str:
    if module.is_test:
        return "Start it in a fixture or in the test that needs it, so that importing the file starts nothing."
    inside = node if found.chain or node is found.node else found.node
    first, last = (_outermost(one, module) for one in (node, inside))
    end = last.end_lineno or last.lineno
    line = f"line {first.lineno}" if first.lineno == end else f"lines {first.lineno} to {end}"
    return f'Put {line} into a function such as `main()`, and call that under `if __name__ == "__main__":`.'


def _outermost(node: ast.expr, module: Module) -> ast.stmt:
    """The statement at module level that the node stands in: a loop around it moves along, a class around it doesn't."""
    statement = module.statement_of(node)
    for above in module.ancestors(statement):
        if isinstance(above, (*FUNCTIONS, ast.ClassDef)):
            break
        if isinstance(above, ast.stmt):
            statement = above
    return statement


def _way(found: ImportedStart) -> tuple[str, ...]:
    if not found.chain:
        return ()
    return (f"{found.start.place} starts {found.start.what} ({found.start.how})",)
