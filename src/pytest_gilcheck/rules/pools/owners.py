"""Objects that keep a pool or a thread in an attribute, and whether anybody ends it there."""

from __future__ import annotations

import ast
import re

from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Class
from pytest_gilcheck.source.module import Module

_SILENT_BASES = frozenset({"object", "TestCase", "IsolatedAsyncioTestCase", "Generic", "ABC", "Protocol"})
_ENDINGS = re.compile(
    r"^_*(?:a?close|stop|shutdown|join|terminate|cancel|quit|a?exit|tear_?down|tearDown\w*|cleanup|disconnect|finish|end|kill|dispose|abort|del)(?:_|$)"
)


def is_of_own_object(node: ast.AST, module: Module) -> bool:
    """Whether it is `self.name` in a method (or in a function inside it)."""
    function = module.function_around(node)
    while function is not None and function.self_name is None:
        function = module.function_around(function.node)
    return (
        isinstance(node, ast.Attribute)
        and function is not None
        and isinstance(node.value, ast.Name)
        and node.value.id == function.self_name
    )


def is_ended_by_owner(attribute: ast.Attribute, module: Module, ending: re.Pattern[str], *, pool: bool) -> bool:
    """Whether somebody in the project ends what the attribute holds, or may: it is given on, or the class has bases nobody knows."""
    cls = module.class_around(attribute)
    if cls is None or _has_unknown_base(cls, module):
        return True
    if not pool and any(_ENDINGS.search(name) for name in cls.methods):
        return True  # it tells the thread to end; whether it waits is another question
    return any(
        _may_end(node, other, ending)
        for other in module.project.naming(f".{attribute.attr}")
        for node in other.attribute_nodes(attribute.attr)
    )


def _has_unknown_base(cls: Class, module: Module) -> bool:
    for base in module.project.inference.mro(cls):
        if isinstance(base, str):
            if base.rpartition(".")[2] not in _SILENT_BASES:
                return True
        elif any(last_name(b) not in _SILENT_BASES and not module.project.values(b, base.module) for b in base.bases if last_name(b)):
            return True
    return False


def _may_end(node: ast.Attribute, module: Module, ending: re.Pattern[str]) -> bool:
    if isinstance(node.ctx, ast.Del):
        return True
    above = module.parent(node)
    if isinstance(node.ctx, ast.Store):
        return False
    match above:
        case ast.Attribute():
            return ending.search(above.attr) is not None
        case ast.Call() if node in above.args:
            return last_name(above) not in ("run_in_executor", "isinstance", "print")
        case ast.Compare() | ast.UnaryOp() | ast.If() | ast.While() | ast.BoolOp() | ast.Assert():
            return False
        case ast.Subscript():
            return False
        case _:
            return True
