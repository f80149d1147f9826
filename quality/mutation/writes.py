"""GIL103: ways to keep what a worker process finds out in a variable of that process."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from mutation.source import MARK, Edit, Source, own_nodes
from mutation.submissions import Submission, expects_failure, is_started, submissions

NEEDED = rb"multiprocessing|ProcessPoolExecutor"


def list_item(source: Source) -> Iterator[list[Edit]]:
    """The worker appends its result to a list at module level."""
    yield from _sites(source, "gathered = []", "gathered", lambda value, _: f"gathered.append({value})")


def dict_item(source: Source) -> Iterator[list[Edit]]:
    """The worker stores its result in a dictionary at module level."""
    yield from _sites(source, "by_input = {}", "by_input", lambda value, first: f"by_input[{first or 'len(by_input)'}] = {value}")


def counter(source: Source) -> Iterator[list[Edit]]:
    """The worker counts its calls in a global."""
    yield from _sites(source, "finished = 0", "finished", lambda value, _: "finished += 1", keeps_result=True, declares="finished")


def attribute(source: Source) -> Iterator[list[Edit]]:
    """The worker keeps its result as an attribute of a class."""
    yield from _sites(
        source, "class Outcome:\n    last = None", "Outcome.last", lambda value, _: f"Outcome.last = {value}", needs_result=True
    )


def reassigned(source: Source) -> Iterator[list[Edit]]:
    """The worker gives its result to a global."""
    yield from _sites(source, "latest = None", "latest", lambda value, _: f"latest = {value}", needs_result=True, declares="latest")


def attribute_of_object(source: Source) -> Iterator[list[Edit]]:
    """A method that runs in a process of its own sets an attribute that the object starts without, and its caller reads it."""
    for found in submissions(source):
        cls = source.class_around(found.call)
        match found.task:
            case ast.Attribute(value=ast.Name(id="self"), attr=name) if cls is not None and found.how == "Process":
                methods = [node for node in cls.body if isinstance(node, ast.FunctionDef) and node.name == name and not node.decorator_list]
            case _:
                continue
        around = source.function_around(found.call)
        if len(methods) != 1 or methods[0] is around or not _ends_by_itself(methods[0]) or not is_started(found, source):
            continue
        written = _written(methods[0], source, lambda value, _: f"self.outcome = {value}", needs_result=False, keeps_result=False)
        read, at = _read(found, source, "self.outcome"), source.line_start(cls.body[0].lineno)
        indent = source.indent(cls.body[0])
        if written is not None and read is not None and indent is not None and not isinstance(cls.body[0], ast.FunctionDef):
            yield [Edit(at, at, indent + b"outcome = None\n"), written, *read]


def _sites(
    source: Source,
    definition: str,
    variable: str,
    write: Callable[[str, str], str],
    *,
    needs_result: bool = False,
    keeps_result: bool = False,
    declares: str = "",
) -> Iterator[list[Edit]]:
    """Workers of this file that get the write in place of (or before) their last `return`, with a read in the caller afterwards."""
    for found in submissions(source):
        name = found.task.id if isinstance(found.task, ast.Name) else ""
        worker = source.functions.get(name)
        if not found.is_process or worker is None or not _is_only_in_processes(name, source) or not _ends_by_itself(worker):
            continue
        if expects_failure(found.call, source) or (found.how == "Process" and not is_started(found, source)):
            continue
        body = source.body_start(worker)
        written = _written(worker, source, write, needs_result=needs_result, keeps_result=keeps_result)
        read = _read(found, source, variable)
        if body is None or written is None or read is None:
            continue
        at = source.line_start(worker.lineno)
        edits = [Edit(at, at, f"{definition}\n\n\n".encode()), written, *read]
        if declares:
            start = source.line_start(body.lineno)
            edits.append(Edit(start, start, (source.indent(body) or b"") + f"global {declares}\n".encode()))
        yield edits


def _is_only_in_processes(name: str, source: Source) -> bool:
    """Whether the function is given to processes and used for nothing else."""
    given = sum(isinstance(found.task, ast.Name) and found.task.id == name and found.is_process for found in submissions(source))
    return given == source.loads(name)


def _ends_by_itself(worker: ast.FunctionDef) -> bool:
    """Whether the end of the function is where it ends."""
    for node in own_nodes(worker):
        if (isinstance(node, ast.While) and isinstance(node.test, ast.Constant)) or (
            isinstance(node, ast.Attribute) and "exit" in node.attr
        ):
            return False
    return True


def _written(
    worker: ast.FunctionDef, source: Source, write: Callable[[str, str], str], *, needs_result: bool, keeps_result: bool
) -> Edit | None:
    last = worker.body[-1]
    indent = source.indent(last)
    after = source.after(last)
    first = next((parameter.arg for parameter in (*worker.args.posonlyargs, *worker.args.args)), "")
    returned = [node for node in own_nodes(worker) if isinstance(node, ast.Return) and node.value is not None]
    if indent is None or after is None or last.lineno == worker.lineno or isinstance(last, ast.Raise):
        return None
    if isinstance(last, ast.Return) and last.value is not None and len(returned) == 1:
        statement = write(source.text(last.value).decode(), first).encode()
        if keeps_result:
            return Edit(source.start(last), source.start(last), MARK + statement + b"\n" + indent)
        return Edit(source.start(last), source.end(last), MARK + statement)
    if needs_result or returned or isinstance(last, ast.While | ast.Return):
        return None
    gap = b"" if source.data[:after].endswith(b"\n") else b"\n"
    return Edit(after, after, gap + indent + MARK + write("1", "").encode() + b"\n")


def _read(found: Submission, source: Source, variable: str) -> list[Edit] | None:
    """The variable is read after the statement of the caller that has the pool or starts the processes."""
    around = source.function_around(found.call)
    if not isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef):
        return None
    statement = next(up for up in (source.statement(found.call), *source.above(found.call)) if up in around.body)
    assert isinstance(statement, ast.stmt), "parts of a body"
    if found.how == "Process":
        statement = around.body[-1]  # processes are started and joined further down
    returns = [node for node in (statement, *own_nodes(statement)) if isinstance(node, ast.Return)]
    indent, after = source.indent(around.body[0]), source.after(statement)
    if indent is None or after is None or around.body[0].lineno == around.lineno or isinstance(statement, ast.While | ast.Raise):
        return None
    gap = b"" if source.data[:after].endswith(b"\n") else b"\n"
    lines = [f"assert {variable}" if around.name.startswith("test") else f"print({variable})"]
    if not returns:
        return [Edit(after, after, gap + b"".join(indent + line.encode() + b"\n" for line in lines))]
    only = returns[0]
    # Only a `return` that ends the statement can go to its end.
    if len(returns) > 1 or only.value is None or not _ends(statement, only) or found.call not in ast.walk(only):
        return None
    start = source.start(only)
    lines.append("return outcome")
    return [
        Edit(start, start + len(b"return"), b"outcome ="),
        Edit(after, after, gap + b"".join(indent + line.encode() + b"\n" for line in lines)),
    ]


def _ends(statement: ast.stmt, last: ast.stmt) -> bool:
    while statement is not last:
        if not isinstance(statement, ast.With):
            return False
        statement = statement.body[-1]
    return True
