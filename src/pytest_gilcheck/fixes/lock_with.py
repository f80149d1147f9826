"""GIL404: `acquire()`, some statements and `release()` in one suite become `with lock:`."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Sequence

from pytest_gilcheck.fixes.certainty import classes_of, is_one_of
from pytest_gilcheck.fixes.edits import Block, Edit
from pytest_gilcheck.fixes.planning import Planner, call_at, is_alone
from pytest_gilcheck.model.finding import Finding
from pytest_gilcheck.source import known
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import LOOPS, Module
from pytest_gilcheck.source.updates import same

_WHILE_HELD = frozenset({"wait", "wait_for", "notify", "notify_all"})


def edits(finding: Finding, module: Module, _planner: Planner) -> Iterator[Edit]:
    """The block under `with`, without the two calls.

    Only for a lock of a known class, taken without arguments, where all of the function's calls of `acquire` and `release`
    go in pairs and nothing else lets go of the lock.
    """
    call = call_at(finding, module)
    function = module.function_around(call) if call is not None else None
    if call is None or function is None or not isinstance(call.func, ast.Attribute) or isinstance(function.node, ast.Lambda):
        return
    lock, statement = call.func.value, module.statement_of(call)
    pairs = _pairs(lock, function, module)
    release = pairs.get(statement)
    header = _header(lock, module)
    if release is None or header is None or _is_awaited(statement) is not header.startswith("async"):
        return
    if _is_released_by_others(lock, function, module):
        return
    block = list(module.block_of(statement))
    between = block[block.index(statement) + 1 : block.index(release)]
    if not between or not all(is_alone(end, module) for end in (statement, release)) or _has_comment(between[-1], release, module):
        return
    if all(_stays_inside(part, lock, module, asynchronous=header.startswith("async")) for part in between):
        yield Block(statement.lineno, release.lineno, f"{header} {ast.unparse(lock)}:", without_ends=True)


def _header(lock: ast.expr, module: Module) -> str | None:
    """`with` or `async with`, by the class of the lock; `None` unless that is known beyond doubt."""
    names = classes_of(lock, module)
    kinds = {name.startswith("asyncio.") for name in names if name in known.LOCKS or name in known.SEMAPHORES}
    if len(kinds) != 1 or not is_one_of(lock, {*known.LOCKS, *known.SEMAPHORES}, module):
        return None
    return "async with" if kinds.pop() else "with"


def _is_awaited(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Await)


def _pairs(lock: ast.expr, function: Function, module: Module) -> dict[ast.stmt, ast.stmt]:
    """Each statement that takes the lock with the one of its suite that releases it; nothing if there is anything else to it."""
    taken: list[ast.stmt] = []
    released: list[ast.stmt] = []
    for node in ast.walk(function.node):
        if isinstance(node, ast.Attribute) and node.attr in ("acquire", "release") and same(node.value, lock):
            statement = _plain_call(node, module)
            if statement is None:
                return {}
            (taken if node.attr == "acquire" else released).append(statement)
    pairs = {}
    for statement in taken:
        block = list(module.block_of(statement))
        following = block[block.index(statement) + 1 :] if statement in block else []
        end = next((other for other in following if other in taken or other in released), None)
        if end is None or end in taken:
            return {}
        pairs[statement] = end
    return pairs if len(set(pairs.values())) == len(released) == len(pairs) else {}


def _plain_call(node: ast.Attribute, module: Module) -> ast.stmt | None:
    """The statement that is nothing but a call of this method without arguments, awaited or not."""
    call = module.parent(node)
    if not isinstance(call, ast.Call) or call.func is not node or call.args or call.keywords:
        return None
    above = module.parent(call)
    if isinstance(above, ast.Await) and node.attr == "acquire":
        above = module.parent(above)
    return above if isinstance(above, ast.Expr) else None


def _is_released_by_others(lock: ast.expr, function: Function, module: Module) -> bool:
    """Whether a function that doesn't take a lock of this name releases one: it may be this lock, after an error."""
    name = last_name(lock)
    if isinstance(lock, ast.Name) and function.scope.owner(lock.id) is function.scope:
        return False
    for other in module.project.modules:
        takers = {id(other.function_around(node)) for node in other.attribute_nodes("acquire") if last_name(node.value) == name}
        for node in other.attribute_nodes("release"):
            if last_name(node.value) == name and id(other.function_around(node)) not in takers:
                return True
    return False


def _has_comment(before: ast.stmt, release: ast.stmt, module: Module) -> bool:
    """Whether a comment would be lost with the line of the release, or above it."""
    lines: Sequence[str] = module.lines[before.end_lineno or before.lineno : release.end_lineno]
    return any("#" in line for line in lines)


def _stays_inside(statement: ast.stmt, lock: ast.expr, module: Module, *, asynchronous: bool) -> bool:
    """Whether control leaves the statement at its end or by an exception only, and the lock is what it was."""
    for node in ast.walk(statement):
        match node:
            case ast.Yield() | ast.YieldFrom():
                return False
            case ast.Return() if module.function_around(node) is module.function_around(statement):
                return False
            case ast.Break() | ast.Continue() if not _has_loop_below(node, statement, module):
                return False
            case ast.Await() | ast.AsyncFor() | ast.AsyncWith() | ast.comprehension(is_async=1) if not asynchronous:
                return False
            case ast.Name() | ast.Attribute() if same(node, lock) and not _is_use_while_held(node, module):
                return False
            case ast.Name(ctx=ast.Store() | ast.Del(), id=name) if name == _root(lock):
                return False
            case ast.ClassDef() | ast.Global() | ast.Nonlocal():
                return False
            case _:
                continue
    return True


def _has_loop_below(node: ast.AST, statement: ast.stmt, module: Module) -> bool:
    """Whether the loop that `break` or `continue` is about belongs to the statement."""
    around = itertools.pairwise([node, *module.ancestors(node)])
    loop = next(above for below, above in around if isinstance(above, LOOPS) and below in above.body)
    return module.is_within(loop, statement)


def _is_use_while_held(node: ast.AST, module: Module) -> bool:
    above = module.parent(node)
    return isinstance(above, ast.Attribute) and above.attr in _WHILE_HELD and isinstance(above.ctx, ast.Load)


def _root(lock: ast.expr) -> str:
    while isinstance(lock, ast.Attribute):
        lock = lock.value
    return lock.id if isinstance(lock, ast.Name) else ""
