"""GIL101: ways to start a process while the file is imported."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from mutation.source import MARK, SCOPES, Edit, Source, own_nodes, positional
from mutation.submissions import MANAGER, PROCESS, PROCESS_EXECUTOR, PROCESS_POOL, constructor, speaks_of_fork, submissions

NEEDED = rb"multiprocessing|ProcessPoolExecutor"


def guard_removed(source: Source) -> Iterator[list[Edit]]:
    """The last statements of a script without the guard around them."""
    for guard, starts in _guards(source):
        first = guard.body[0]
        edits = [Edit(source.start(guard), source.start(first), b""), *_dedented(source, guard.body, first.lineno + 1)]
        yield [*edits, *(source.marked(start) for start in starts)]


def call_moved_out(source: Source) -> Iterator[list[Edit]]:
    """The guard ends one statement too early."""
    for guard, _ in _guards(source):
        *others, last = guard.body
        starts = _starts(last, source)
        if not others or not starts or source.indent(last) is None:
            continue
        bound = {node.id for other in others for node in ast.walk(other) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        if not any(isinstance(node, ast.Name) and node.id in bound for node in ast.walk(last)):
            yield [*_dedented(source, [last], last.lineno), *(source.marked(start) for start in starts)]


def called_at_import(source: Source) -> Iterator[list[Edit]]:
    """A function that starts processes is called at the end of the module."""
    if _is_main(source):
        return
    for name, function in source.functions.items():
        if name not in _starting(source) or (name.startswith("test") and positional(function)):
            continue
        if positional(function):
            yield [source.importing("import sys"), source.appended(f"{MARK.decode()}{name}(*sys.argv[1:])\n")]
        else:
            yield [source.appended(f"{MARK.decode()}{name}()\n")]


def pool_at_import(source: Source) -> Iterator[list[Edit]]:
    """A pool that a function makes is made while the module is imported."""
    if _is_main(source):
        return
    for call in source.calls:
        name = constructor(call, source)
        if not isinstance(source.function_around(call), ast.FunctionDef) or not all(
            isinstance(part, ast.Constant | ast.keyword) for part in (*call.args, *call.keywords, *(k.value for k in call.keywords))
        ):
            continue
        if not source.is_imported_at_top(call.func):
            continue
        text = source.text(call).decode()
        if name in PROCESS_POOL | MANAGER:
            yield [source.appended(f"SHARED = {MARK.decode()}{text}\n")]
        elif name in PROCESS_EXECUTOR:
            yield [source.appended(f'SHARED = {MARK.decode()}{text}\nREADY = {MARK.decode()}SHARED.submit(print, "ready")\n')]


def _is_main(source: Source) -> bool:
    return source.path.rpartition("/")[2] in ("__main__.py", "conftest.py") or speaks_of_fork(source)


def _guards(source: Source) -> Iterator[tuple[ast.If, list[ast.expr]]]:
    """Main guards around something that starts a process, and the calls that do."""
    if _is_main(source):
        return
    for node in source.tree.body:
        match node:
            case ast.If(
                test=ast.Compare(left=ast.Name(id="__name__"), ops=[ast.Eq()], comparators=[ast.Constant(value="__main__")]), orelse=[]
            ):
                starts = [start for statement in node.body for start in _starts(statement, source)]
                if starts:
                    yield node, starts
            case _:
                pass


def _dedented(source: Source, body: list[ast.stmt], first: int) -> Iterator[Edit]:
    depth = body[0].col_offset
    for line in range(first, (body[-1].end_lineno or 0) + 1):
        start = source.line_start(line)
        text = source.data[start : start + depth]
        yield Edit(start, start + len(text) - len(text.lstrip(b" \t")), b"")


def _starts(statement: ast.AST, source: Source) -> list[ast.expr]:
    """Calls that the statement makes which start a process, or run a function that does."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return []
    calls = [node for node in (statement, *own_nodes(statement)) if isinstance(node, ast.Call)]
    names = _starting(source)
    return [call for call in calls if _is_start(call, source) or (isinstance(call.func, ast.Name) and call.func.id in names)]


@lru_cache(maxsize=4)
def _starting(source: Source) -> set[str]:
    """Functions at module level that start a process when they are called."""
    known: set[str] = set()
    while True:
        found = {
            name
            for name, function in source.functions.items()
            for node in own_nodes(function)
            if isinstance(node, ast.Call)
            and _is_sure(node, source)
            and (_is_start(node, source) or (isinstance(node.func, ast.Name) and node.func.id in known))
        }
        if found == known:
            return found
        known = found


def _is_sure(node: ast.AST, source: Source) -> bool:
    """Whether no condition of the function decides about it."""
    for up in source.above(node):
        if isinstance(up, ast.If | ast.IfExp | ast.BoolOp | ast.ExceptHandler):
            return False
        if isinstance(up, SCOPES):
            break
    return True


def _is_start(call: ast.Call, source: Source) -> bool:
    name = constructor(call, source)
    if name in PROCESS_POOL | MANAGER:
        return True
    if isinstance(call.func, ast.Attribute) and call.func.attr == "start":
        return constructor(call.func.value, source) in PROCESS or _is_process(call.func.value, source)
    return any(found.call is call and found.is_process and found.how != "Process" for found in submissions(source))


def _is_process(node: ast.expr, source: Source) -> bool:
    """Whether the name is given to a new process in the same function, and to nothing else."""
    if not isinstance(node, ast.Name):
        return False
    function = source.function_around(node)
    values = [
        other.value
        for other in source.nodes
        if isinstance(other, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == node.id for target in other.targets)
        and source.function_around(other) is function
    ]
    return bool(values) and all(constructor(value, source) in PROCESS for value in values)
