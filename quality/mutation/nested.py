"""GIL503: ways to make a task wait for another task of its own pool."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mutation.source import MARK, Edit, Source, own_nodes
from mutation.submissions import MAPS, PROCESS_POOL, Submission, constructor, expects_failure, submissions

NEEDED = rb"ThreadPool"
NEEDED_FOR_RECURSION = rb"def "


def closure(source: Source) -> Iterator[list[Edit]]:
    """The task is submitted by a function in the caller, which waits for it, and which is given to the pool instead."""
    for found in _sites(source):
        pool, task = source.text(found.pool).decode(), source.text(found.task).decode()
        wait = f"{pool}.submit({task}, *args).result()" if found.is_executor else f"{pool}.apply_async({task}, args).get()"
        yield from _wrapped(found, source, "*args", wait)


def own_map(source: Source) -> Iterator[list[Edit]]:
    """A task of `map` maps over its own pool."""
    for found in _sites(source):
        if found.how in ("map", "imap", "imap_unordered") and len(found.call.args) == 2:
            wait = f"list({source.text(found.pool).decode()}.map({source.text(found.task).decode()}, [item]))"
            yield from _wrapped(found, source, "item", wait)


def parameter(source: Source) -> Iterator[list[Edit]]:
    """The task gets its pool as an argument, and waits for a small task of it."""
    for found in _sites(source):
        if not isinstance(found.task, ast.Name) or found.how != "submit" or source.loads(found.task.id) > 1:
            continue
        function = source.functions.get(found.task.id)
        body = source.body_start(function) if function is not None else None
        arguments = [*function.args.posonlyargs, *function.args.args] if function is not None else []
        if body is None or not arguments:
            continue
        first, at, start = source.start(arguments[0]), source.end(found.task), source.line_start(body.lineno)
        inner = (source.indent(body) or b"") + MARK + b"own_pool.submit(str, 0).result()\n"
        yield [Edit(first, first, b"own_pool, "), Edit(start, start, inner), Edit(at, at, b", " + source.text(found.pool))]


def attribute(source: Source) -> Iterator[list[Edit]]:
    """A method that runs in the pool of its object waits for a task of it; who calls often enough fills the pool."""
    for found in submissions(source):
        if found.is_process or getattr(source.function_around(found.call), "name", "__init__") == "__init__":
            continue
        cls = source.class_around(found.call)
        match found.pool, found.task:
            case ast.Attribute(value=ast.Name(id="self")), ast.Attribute(value=ast.Name(id="self"), attr=name) if cls is not None:
                methods = [node for node in cls.body if isinstance(node, ast.FunctionDef) and node.name == name and not node.decorator_list]
                body = source.body_start(methods[0]) if len(methods) == 1 else None
                if body is not None:
                    call = ".submit(str, 0).result()" if found.is_executor else ".apply_async(str, (0,)).get()"
                    start = source.line_start(body.lineno)
                    inner = (source.indent(body) or b"") + MARK + source.text(found.pool) + call.encode() + b"\n"
                    yield [Edit(start, start, inner)]
            case _:
                pass


def shared_pool(source: Source) -> Iterator[list[Edit]]:
    """The pool becomes one of the module, and the task, a function of the module, waits for another task of it."""
    for found in _sites(source):
        function = source.functions.get(found.task.id) if isinstance(found.task, ast.Name) else None
        body = source.body_start(function) if function is not None else None
        if function is None or body is None or found.how != "submit" or function.lineno > found.call.lineno:
            continue
        at, start = source.line_start(function.lineno), source.line_start(body.lineno)
        size = 1 if _has_one_worker(found.made, source) else 4
        inner = (source.indent(body) or b"") + MARK + b"SHARED_POOL.submit(str, 0).result()\n"
        yield [
            source.importing("import concurrent.futures"),
            Edit(at, at, f"SHARED_POOL = concurrent.futures.ThreadPoolExecutor(max_workers={size})\n\n\n".encode()),
            Edit(start, start, inner),
            Edit(source.start(found.pool), source.end(found.pool), b"SHARED_POOL"),
        ]


def recursion(source: Source) -> Iterator[list[Edit]]:
    """A recursive function hands its own calls to the pool that it runs in."""
    for name, function in source.functions.items():
        calls = [
            node
            for node in own_nodes(function)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == name
            and node.args
            and not any(isinstance(argument, ast.GeneratorExp) for argument in node.args)
            and not any(isinstance(up, ast.Lambda) for up in source.above(node))
        ]
        if not calls or source.import_place > source.line_start(function.lineno):
            continue
        call, at = calls[0], source.line_start(function.lineno)
        opening = source.data.index(b"(", source.end(call.func)) + 1
        yield [
            source.importing("from concurrent.futures import ThreadPoolExecutor"),
            Edit(at, at, b"WALKERS = ThreadPoolExecutor(max_workers=8)\n\n\n"),
            Edit(source.start(call), opening, MARK + f"WALKERS.submit({name}, ".encode()),
            Edit(source.end(call), source.end(call), b".result()"),
            source.appended(f"def start_{name}(*args):\n    return WALKERS.submit({name}, *args).result()\n"),
        ]


def _sites(source: Source) -> Iterator[Submission]:
    """Functions given to a thread pool again and again, or to one with a single worker."""
    for found in submissions(source):
        if found.is_process or isinstance(found.task, ast.Lambda) or expects_failure(found.call, source) or found.how == "Process":
            continue
        if found.how in MAPS or source.is_in_loop(found.call) or _has_one_worker(found.made, source):
            yield found


def _has_one_worker(made: ast.Call, source: Source) -> bool:
    sizes = [*made.args[:1], *(keyword.value for keyword in made.keywords if keyword.arg in ("max_workers", "processes"))]
    return constructor(made, source) not in PROCESS_POOL and any(isinstance(size, ast.Constant) and size.value == 1 for size in sizes)


def _wrapped(found: Submission, source: Source, parameters: str, wait: str) -> Iterator[list[Edit]]:
    """The task in the call becomes a function that is put in before the statement, and that waits."""
    statement = source.statement(found.call)
    indent = source.indent(statement)
    if indent is None or source.function_around(found.call) is None:
        return
    at = source.start(statement)
    body = indent + b"    return " + MARK + wait.encode() + b"\n\n" + indent
    yield [
        Edit(at, at, f"def waiting({parameters}):\n".encode() + body),
        Edit(source.start(found.task), source.end(found.task), b"waiting"),
    ]
