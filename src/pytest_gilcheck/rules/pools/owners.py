"""Objects that keep a pool or a thread in an attribute, and whether anybody ends it there."""

from __future__ import annotations

import ast
import re

from pytest_gilcheck.rules.pools.made import pool_kind_of
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Class
from pytest_gilcheck.source.module import Module

_SILENT_BASES = frozenset({"object", "TestCase", "IsolatedAsyncioTestCase", "Generic", "ABC", "Protocol"})
_MAKERS = frozenset({"__init__", "__post_init__", "__attrs_post_init__", "setup", "setUp"})
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


def replaced(call: ast.Call, module: Module) -> ast.Call | None:
    """The pool of `__init__` that a method puts this one in the place of, without a look at what becomes of the first."""
    assign, function = module.parent(call), module.function_around(call)
    if not isinstance(assign, ast.Assign) or function is None or function.cls is None or function.name in _MAKERS:
        return None
    target = assign.targets[0]
    if not isinstance(target, ast.Attribute) or not is_of_own_object(target, module):
        return None
    before = [
        node for node in module.attribute_nodes(target.attr) if module.function_around(node) is function and node.lineno < call.lineno
    ]
    ended = any(_ENDINGS.search(last_name(other)) for other in function.calls if other.lineno < call.lineno)
    if before or ended:
        return None
    for binding in function.cls.attributes.get(target.attr, ()):
        around = module.function_around(binding.node)
        made = binding.value
        if around is None or around.name not in _MAKERS or not isinstance(made, ast.Call):
            continue
        if any(pool_kind_of(value, module) for value in module.project.values(made.func, module)):
            return made
    return None


def is_of_unrelated_class(node: ast.AST, module: Module, attribute: ast.Attribute, home: Module) -> bool:
    """Whether a use of an attribute of that name is in a class that has nothing to do with the attribute's own."""
    cls, around = home.class_around(attribute), module.class_around(node)
    if cls is None or around is None or cls is around or _are_related(around, cls):
        return False
    named = [part for part in ast.walk(node) if isinstance(part, ast.Attribute) and part.attr == attribute.attr]
    return bool(named) and all(is_of_own_object(part, module) for part in named)


def _are_related(one: Class, other: Class) -> bool:
    """Whether an object can be of both classes."""
    inference = one.module.project.inference
    mine, theirs = set(inference.mro(one)), set(inference.mro(other))
    if other in mine or one in theirs:
        return True
    # A mixin and what it is mixed into: some class has both for its bases.
    return any(
        len(cls.bases) > 1 and {one, other} <= set(inference.mro(cls)) for module in {one.module, other.module} for cls in module.classes
    )


def is_ended_by_owner(attribute: ast.Attribute, module: Module, ending: re.Pattern[str], *, pool: bool) -> bool:
    """Whether somebody in the project ends what the attribute holds, or may: it is given on, or the class has bases nobody knows."""
    cls = module.class_around(attribute)
    if cls is None or _has_unknown_base(cls, module):
        return True
    if not pool and any(_ENDINGS.search(name) for name in cls.methods):
        return True  # it tells the thread to end; whether it waits is another question
    return any(
        _may_end(node, other, ending) and not is_of_unrelated_class(node, other, attribute, module)
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
