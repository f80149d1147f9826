"""GIL205: a task that nothing refers to is kept in a set of the module until it is done."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from pytest_gilcheck.fixes.edits import Edit, Followed, Inserted
from pytest_gilcheck.fixes.planning import Planner, call_at, is_alone
from pytest_gilcheck.model.evidence import Level
from pytest_gilcheck.model.finding import Finding
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.values import External

_MAKE_TASK = frozenset({"asyncio.create_task", "asyncio.ensure_future"})
_MAKE_LOOP = frozenset({"asyncio.get_running_loop", "asyncio.get_event_loop", "asyncio.new_event_loop"})
_KEEPER = "_background_tasks"
_NAMES = ("task", "background_task")


def edits(finding: Finding, module: Module, _planner: Planner) -> Iterator[Edit]:
    """The statement is followed by an `add` to the set and a callback that takes the task out again.

    Only for a statement that is nothing but the start of the task, perhaps with a name for it, in a function.
    """
    call = call_at(finding, module)
    function = module.function_around(call) if call is not None else None
    if call is None or function is None or finding.level is not Level.ERROR or not _makes_task(call, module):
        return
    statement = module.parent(call)
    if not isinstance(statement, ast.Expr | ast.Assign) or not is_alone(statement, module):
        return
    if function.name == "__del__" or module.scope_at(call) is not function.scope:
        return  # what is kept there would keep the object that is going
    new_name = _free_name(function, module) if isinstance(statement, ast.Expr) else None
    name = new_name if isinstance(statement, ast.Expr) else _local_name(statement, function)
    imports = _last_import(module)
    if name is None or imports is None or function.scope.owner(_KEEPER) not in (None, module.scope):
        return
    if not _has_keeper(module):
        if _KEEPER in module.text or module.star_imports:
            return
        yield Inserted(imports.lineno, f"{_KEEPER}: set[object] = set()")
    yield Followed(statement.lineno, (f"{_KEEPER}.add({name})", f"{name}.add_done_callback({_KEEPER}.discard)"), new_name)


def _makes_task(call: ast.Call, module: Module) -> bool:
    """Whether the call gives a task of this thread's loop and nothing else: an object of another kind need not have callbacks."""
    if any(keyword.arg in (None, "loop") for keyword in call.keywords):
        return False
    if _is_call_of(call, _MAKE_TASK, module):
        return True
    function = call.func
    if not isinstance(function, ast.Attribute) or function.attr != "create_task":
        return False
    loop: ast.expr | None = function.value
    if isinstance(loop, ast.Name):
        owner = module.scope_at(loop).owner(loop.id)
        bindings = module.bindings(owner, loop.id) if owner is not None else []
        loop = bindings[0].value if len(bindings) == 1 and bindings[0].kind == "assign" else None
    return isinstance(loop, ast.Call) and _is_call_of(loop, _MAKE_LOOP, module)


def _is_call_of(call: ast.Call, names: frozenset[str], module: Module) -> bool:
    values = module.project.values(call.func, module)
    return bool(values) and all(isinstance(value, External) and value.name in names for value in values)


def _free_name(function: Function, module: Module) -> str | None:
    """A name for the task that stands nowhere in the function, in whatever sense."""
    node = function.node
    text = "\n".join(module.lines[node.lineno - 1 : node.end_lineno])
    return next((name for name in _NAMES if not re.search(rf"\b{name}\b", text)), None)


def _local_name(statement: ast.stmt, function: Function) -> str | None:
    """The function's own variable that the task is assigned to."""
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    if len(targets) != 1 or not isinstance(targets[0], ast.Name):
        return None
    name = targets[0].id
    meant = name.startswith("_")  # somebody wants it to look unused
    return None if meant or function.scope.owner(name) is not function.scope else name


def _has_keeper(module: Module) -> bool:
    """Whether the module has the set already, made once and never anything else."""
    bindings = module.bindings(module.scope, _KEEPER)
    value = bindings[0].value if len(bindings) == 1 and bindings[0].kind == "assign" else None
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "set" and not value.args


def _last_import(module: Module) -> ast.stmt | None:
    """The last of the imports that open the module."""
    last = None
    for statement in module.tree.body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            last = statement
        elif not _may_stand_between(statement):
            break
    return last


def _may_stand_between(statement: ast.stmt) -> bool:
    """A docstring, or imports under a condition."""
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    inner = statement.body if isinstance(statement, ast.If | ast.Try) else []
    return bool(inner) and all(isinstance(part, ast.Import | ast.ImportFrom) for part in inner)
