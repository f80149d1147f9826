"""Texts that code shows to people, and whether the error is in them."""

from __future__ import annotations

import ast
import re

from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import Module

_CONSOLE = re.compile(r"console|stdout|stderr|click|typer|terminal|printer", re.IGNORECASE)
_PRINTER = re.compile(r"_*(?:\w+_)?(?:print|echo|say|show|log)\w*$", re.IGNORECASE)
ERROR_NAME = re.compile(r"exc_info|format_exc|traceback|stack_info|^(?:e|exc?|err(?:or)?|exception)$", re.IGNORECASE)
CONVERSIONS = frozenset(
    {
        "int", "float", "str", "repr", "bytes", "bool", "len", "getattr", "setattr", "delattr", "hasattr", "isinstance", "next", "iter",
        "type", "id", "min", "max", "round", "abs", "dict", "list", "tuple", "set", "decode", "encode", "strip", "split", "lower", "upper",
        "format", "decompress", "loads", "b64decode", "unhexlify", "unquote", "literal_eval", "fromisoformat", "strptime",
    }
)  # fmt: skip


def is_print(statement: ast.stmt, module: Module) -> bool:
    """Whether the statement shows a text and does nothing else."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call) and prints(statement.value, module)


def prints(call: ast.Call, module: Module) -> bool:
    """Whether it shows a text to people: `print`, `console.print`, `click.echo`, or a function of the project that prints what it gets."""
    name = last_name(call)
    functions = list(module.project.functions_called(call, module)) if _PRINTER.match(name) else []
    if functions:
        return all(_only_prints(function) for function in functions)
    if isinstance(call.func, ast.Attribute):
        return name in ("print", "echo", "secho", "write") and _CONSOLE.search(last_name(call.func.value)) is not None
    return name in ("print", "echo", "secho")


def _only_prints(function: Function) -> bool:
    """Whether a function of the project prints what it gets, and doesn't ask for the error by itself."""
    called = {last_name(inner) for inner in function.calls}
    return "print" in called and not any(ERROR_NAME.search(name) or name.startswith(("print_", "format_")) for name in called)


def mentions_error(call: ast.Call) -> bool:
    """Whether a call among the arguments, or a name, may bring the error into the text."""
    given = [node for argument in (*call.args, *call.keywords) for node in ast.walk(argument)]
    if any(isinstance(node, ast.Call) and last_name(node) not in CONVERSIONS for node in given):
        return True
    names = {node.id for node in given if isinstance(node, ast.Name)} | {node.attr for node in given if isinstance(node, ast.Attribute)}
    return any(ERROR_NAME.search(name) for name in names)
