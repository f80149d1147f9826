"""GIL101: the last statements of a script go under `if __name__ == "__main__":`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pytest_gilcheck.fixes.edits import Block, Edit
from pytest_gilcheck.fixes.planning import Planner
from pytest_gilcheck.model.evidence import Level
from pytest_gilcheck.model.finding import Finding
from pytest_gilcheck.source.calls import argument, last_name
from pytest_gilcheck.source.module import Module

HEADER = 'if __name__ == "__main__":'

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
# Methods that give a pool work, or ask for its outcome: a script does that, a module that offers a pool leaves it to others.
_WORK = frozenset(
    {
        "map", "starmap", "imap", "imap_unordered", "apply", "apply_async", "map_async", "starmap_async", "submit", "result", "get",
        "start", "join",
    }
)  # fmt: skip
# What each child must not do again, as it would while it stands outside of the guard: it goes under it too.
_ONCE = frozenset(
    {
        "start", "run", "submit", "set_start_method", "open", "input", "write", "write_text", "write_bytes", "writelines", "unlink",
        "remove", "rmdir", "rmtree", "mkdir", "makedirs", "touch", "rename", "move", "copytree", "bind", "listen", "connect", "execute",
        "commit", "urlopen", "system", "Popen", "check_call", "check_output", "kill", "send", "sendall", "serve_forever",
    }
)  # fmt: skip


def edits(finding: Finding, module: Module, planner: Planner) -> Iterator[Edit]:
    """The guard around everything from the flagged statement, and what prepares it, to the end of the file.

    Only for a script: no file imports it, nothing but statements without definitions follows, and no function or class needs
    a name that is bound there.
    """
    if finding.level is not Level.ERROR or module.is_test or module.path.rpartition("/")[2] in ("__init__.py", "conftest.py"):
        return
    body = module.tree.body
    position = _first(finding, module)
    if position is None or planner.importers(module):
        return
    while position and not planner.is_in_package(module) and _prepares(body[position - 1], body[position].lineno, module):
        position -= 1
    region = body[position:]
    if any(before.end_lineno == region[0].lineno for before in body[:position][-1:]) or not all(map(_may_be_guarded, region)):
        return
    start = region[0].lineno
    names = _names_bound(start, module)
    if names and (planner.is_in_package(module) or not any(map(_acts, region))):
        return
    if not _are_needed_before(names, start, module):
        yield Block(start, region[-1].lineno, HEADER)


def _first(finding: Finding, module: Module) -> int | None:
    """The position of the flagged statement, or of an earlier one that each child would do again."""
    once = [call.lineno for call in module.scope.calls if last_name(call) in _ONCE and not _is_forced(call)]
    for index, statement in enumerate(module.tree.body):
        end = statement.end_lineno or statement.lineno
        if statement.lineno <= finding.site.line <= end or any(statement.lineno <= line <= end for line in once):
            return index
    return None


def _is_forced(call: ast.Call) -> bool:
    return last_name(call) == "set_start_method" and argument(call, 1, "force") is not None


def _prepares(statement: ast.stmt, start: int, module: Module) -> bool:
    """Whether it makes something that only the statements from this line on use, such as the process that they start."""
    if not isinstance(statement, ast.Assign) or not any(isinstance(node, ast.Call) for node in ast.walk(statement.value)):
        return False
    for target in statement.targets:
        if not isinstance(target, ast.Name):
            return False
        uses = [use.lineno for use in module.scope.uses(target.id)]
        if not uses or min(uses) < start or len(module.bindings(module.scope, target.id)) > 1:
            return False
    return True


def _may_be_guarded(statement: ast.stmt) -> bool:
    """Whether it means the same under the guard: it defines nothing that a child looks up, and there's no guard in it yet."""
    if isinstance(statement, ast.ImportFrom) and any(alias.name == "*" for alias in statement.names):
        return False
    return not any(
        isinstance(node, (*_DEFINITIONS, ast.Global)) or (isinstance(node, ast.Name) and node.id == "__name__")
        for node in ast.walk(statement)
    )


def _names_bound(start: int, module: Module) -> frozenset[str]:
    """Names of the module that get a value from this line on."""
    stores = module.scope.stores
    return frozenset(name for name, nodes in stores.items() if any(getattr(node, "lineno", 0) >= start for node in nodes))


def _acts(statement: ast.stmt) -> bool:
    """Whether it does something, besides giving names their values for others to import."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant):
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _WORK:
            return True
    return False


def _are_needed_before(names: frozenset[str], start: int, module: Module) -> bool:
    """Whether a function, class or comprehension above reads or binds one of the names, or the module says it offers them."""
    if names and "__all__" in module.scope.stores:
        return True
    for name in names:
        if any(use.lineno < start for use in module.scope.uses(name) if module.scope_at(use) is not module.scope):
            return True
        if name in module.scope.declarers:
            return True
    return False
