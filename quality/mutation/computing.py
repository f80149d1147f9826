"""GIL601: ways to give pure computing to several threads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from mutation.source import MARK, Edit, Source, own_nodes, positional

NEEDED = rb"\n {8,}(?:for|while) "
_NATIVE = re.compile(rb"\b(?:numpy|scipy|pandas|torch|numba|cython|polars|pyarrow|_is_gil_enabled|Py_GIL_DISABLED)\b")
_BUILTINS = frozenset(
    {
        "abs", "bool", "bytearray", "bytes", "chr", "dict", "divmod", "enumerate", "float", "frozenset", "hex", "int", "isinstance", "len",
        "list", "max", "min", "ord", "pow", "range", "reversed", "round", "set", "sorted", "str", "sum", "tuple", "zip",
        "ValueError", "TypeError", "IndexError", "KeyError",
    }
)  # fmt: skip
_METHODS = frozenset(
    {
        "append", "extend", "add", "pop", "lower", "upper", "strip", "lstrip", "rstrip", "split", "startswith", "endswith",
        "items", "keys", "values", "isdigit", "isalpha", "isspace", "isalnum", "replace", "setdefault", "sort", "reverse", "insert", "find",
        "rfind", "update", "partition", "rpartition", "splitlines", "discard", "union", "format", "extendleft", "appendleft", "popleft",
    }
)  # fmt: skip
_FORBIDDEN = (
    ast.With, ast.AsyncWith, ast.Await, ast.Yield, ast.YieldFrom, ast.Global, ast.Nonlocal, ast.Lambda, ast.Import, ast.ImportFrom,
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef,
)  # fmt: skip
_LOOPS = (ast.For, ast.While)
_ARITHMETIC = (ast.BinOp, ast.AugAssign, ast.Compare, ast.Subscript)
_ENOUGH = 12  # operations inside the loops of a function, of which it has at least one, below which it may be over in no time
_ENOUGH_NESTED = 5  # in loops within loops
_MAX_DEPTH = 2  # calls of other functions of the file


def executor_map(source: Source) -> Iterator[list[Edit]]:
    """A computing function is mapped over a thread pool."""
    for name, function in _computing(source):
        if len(positional(function)) == 1:
            yield [
                source.importing("from concurrent.futures import ThreadPoolExecutor"),
                source.appended(
                    f"def {name}_of_each(items):\n    with ThreadPoolExecutor() as pool:\n"
                    f"        return list({MARK.decode()}pool.map({name}, items))\n"
                ),
            ]


def executor_submit(source: Source) -> Iterator[list[Edit]]:
    """A computing function is submitted to a thread pool for each item."""
    for name, function in _computing(source):
        parameters = ", ".join(positional(function)) or "item"
        yield [
            source.importing("import concurrent.futures"),
            source.appended(
                f"def {name}_of_each(rows):\n    with concurrent.futures.ThreadPoolExecutor(max_workers=8) as pool:\n"
                f"        futures = [{MARK.decode()}pool.submit({name}, {parameters}) for {parameters} in rows]\n"
                "        return [future.result() for future in futures]\n"
            ),
        ]


def thread_pool(source: Source) -> Iterator[list[Edit]]:
    """A computing function is mapped over the thread pool of multiprocessing."""
    for name, function in _computing(source):
        method = "map" if len(positional(function)) == 1 else "starmap"
        yield [
            source.importing("from multiprocessing.pool import ThreadPool"),
            source.appended(
                f"def {name}_of_each(items):\n    with ThreadPool(4) as pool:\n        return {MARK.decode()}pool.{method}({name}, items)\n"
            ),
        ]


def to_thread(source: Source) -> Iterator[list[Edit]]:
    """Coroutines give a computing function to threads of the loop."""
    for name, function in _computing(source):
        parameters = ", ".join(positional(function)) or "item"
        yield [
            source.importing("import asyncio"),
            source.appended(
                f"async def {name}_of_each(rows):\n"
                f"    return await asyncio.gather(*({MARK.decode()}asyncio.to_thread({name}, {parameters}) for {parameters} in rows))\n"
            ),
        ]


def _computing(source: Source) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Functions that compute in loops, with nothing but Python's own operators and a few methods of its containers."""
    if _NATIVE.search(source.data):
        return
    for name, function in source.functions.items():
        if not positional(function) or function.args.kwonlyargs or function.args.vararg or name.startswith("test"):
            continue
        nodes = _inside(function)
        loops = [node for node in nodes if isinstance(node, _LOOPS) and _repeats(node)]
        nested = [inner for loop in loops for inner in own_nodes(loop) if isinstance(inner, (*_LOOPS, ast.ListComp)) and _repeats(inner)]
        returned = [node for node in nodes if isinstance(node, ast.Return) and not isinstance(node.value, ast.Constant | None)]
        is_much = len(_work(loops)) >= _ENOUGH or len(_work(nested)) >= _ENOUGH_NESTED
        if is_much and returned and _is_plain(function, source):
            yield name, function


def _inside(function: ast.FunctionDef) -> list[ast.AST]:
    return [node for statement in function.body for node in (statement, *own_nodes(statement))]


def _work(loops: Sequence[ast.AST]) -> set[ast.AST]:
    return {node for loop in loops for node in own_nodes(loop) if isinstance(node, _ARITHMETIC)}


def _repeats(loop: ast.AST) -> bool:
    """Whether it is no loop over something written down."""
    iterated = loop.iter if isinstance(loop, ast.For) else loop.generators[0].iter if isinstance(loop, ast.ListComp) else None
    if isinstance(iterated, ast.Call) and iterated.args:
        return any(not isinstance(argument, ast.Constant) for argument in iterated.args)
    return not isinstance(iterated, ast.Constant | ast.List | ast.Tuple | ast.Set | ast.Dict)


def _is_plain(function: ast.FunctionDef, source: Source, depth: int = 0) -> bool:
    """Whether the function only computes: nothing in it waits, or may be native code."""
    nodes = _inside(function)
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    return not any(isinstance(node, _FORBIDDEN) for node in nodes) and all(_computes(call, source, depth) for call in calls)


def _computes(call: ast.Call, source: Source, depth: int) -> bool:
    match call.func:
        case ast.Name(id=name) if name in source.functions:
            return depth < _MAX_DEPTH and _is_plain(source.functions[name], source, depth + 1)
        case ast.Name(id=name):
            return name in _BUILTINS
        case ast.Attribute(value=ast.Constant(), attr="join"):
            return True
        case ast.Attribute(value=ast.Name(id=module)) if source.imports.get(module) == "math":
            return True
        case ast.Attribute(value=value, attr=name):
            return name in _METHODS and not source.dotted(value) and not isinstance(value, ast.Attribute)
        case _:
            return False
