"""Read-modify-writes: where a variable is given a value that depends on the one it had."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.scopes import FUNCTIONS, names_in
from pytest_gilcheck.source.values import Elements, Instance

_IN_PLACE = {
    ast.Add: ("builtins.list", "collections.deque", "builtins.bytearray", "array.array"),
    ast.BitOr: ("builtins.set", "builtins.dict", "collections.OrderedDict", "collections.defaultdict"),
    ast.BitAnd: ("builtins.set",),
    ast.BitXor: ("builtins.set",),
    ast.Sub: ("builtins.set",),
}


@dataclass(frozen=True, slots=True, eq=False)
class Update:
    """One read-modify-write of a variable that outlives the function's call, or of what hangs on it.

    `target` is what is written; `read` is where the old value is read (the target itself for `x += 1`). `plain` says that it
    counts, adds or collects (`+=`, `x = x + 1`, `max(x, y)`); others compute the new value in some other way from the old one.
    """

    node: ast.stmt
    target: ast.expr
    read: ast.expr
    value: ast.expr
    module: Module
    plain: bool = True

    @property
    def name(self) -> str:
        """The last name of the variable: `hits` of `self.hits[key]`."""
        return variable_name(self.target)

    @property
    def is_split(self) -> bool:
        """Whether reading and writing are two statements."""
        return self.read is not self.target and self.module.statement_of(self.read) is not self.node


def variable_name(node: ast.expr) -> str:
    """The last name of a variable, items left out."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return last_name(node)


def same(one: ast.expr, other: ast.expr) -> bool:
    """Whether two expressions are written the same, loads and stores alike."""
    match one, other:
        case ast.Name(id=a), ast.Name(id=b):
            return a == b
        case ast.Attribute(value=x, attr=a), ast.Attribute(value=y, attr=b):
            return a == b and same(x, y)
        case ast.Subscript(value=x, slice=a), ast.Subscript(value=y, slice=b):
            return same(x, y) and ast.dump(a) == ast.dump(b)
        case _:
            return type(one) is type(other) and ast.dump(one) == ast.dump(other)


def updates_in(module: Module) -> Iterator[Update]:
    """Every read-modify-write in the functions of the module."""
    for statement in module.nodes(ast.AugAssign):
        if _outlives(statement.target, module) and not _in_place(statement, module):
            yield Update(statement, statement.target, statement.target, statement.value, module)
    for assign in module.nodes(ast.Assign):
        for target in assign.targets:
            for part in target.elts if isinstance(target, ast.Tuple) else (target,):
                if isinstance(part, ast.Name | ast.Attribute | ast.Subscript) and (found := _assigned(assign, part, module)) is not None:
                    yield found


def _assigned(assign: ast.Assign, target: ast.expr, module: Module) -> Update | None:
    value = assign.value
    if isinstance(value, ast.Constant | ast.Lambda | ast.List | ast.Dict) and not isinstance(target, ast.Tuple):
        return None
    if not _outlives(target, module):
        return None
    read = read_in(value, target)
    if read is not None:
        if isinstance(value, ast.BoolOp) or same(value, target) or (isinstance(value, ast.IfExp) and _tests_none(value.test, target)):
            return None  # makes it when it isn't there: a check-then-act
        return Update(assign, target, read, value, module, plain=_is_plain(value, target))
    return _split(assign, target, module)


def read_in(value: ast.expr, target: ast.expr) -> ast.expr | None:
    """Where a value reads the target's old value, `d.get(k, 0)` for `d[k]` included."""
    for part in ast.walk(value):
        if isinstance(part, ast.Name | ast.Attribute | ast.Subscript) and isinstance(part.ctx, ast.Load) and same(part, target):
            return part
        if isinstance(target, ast.Subscript) and isinstance(part, ast.Call) and last_name(part) in ("get", "setdefault") and part.args:
            function = part.func
            if (
                isinstance(function, ast.Attribute)
                and same(function.value, target.value)
                and ast.dump(part.args[0]) == ast.dump(target.slice)
            ):
                return part
    return None


def _split(assign: ast.Assign, target: ast.expr, module: Module) -> Update | None:
    """`n = self.count` … `self.count = n + 1`: read into a local name first."""
    function = module.function_around(assign)
    if function is None:
        return None
    if not isinstance(assign.value, ast.Name | ast.BinOp):
        return None
    for name in (part for part in ast.walk(assign.value) if isinstance(part, ast.Name)):
        if function.scope.owner(name.id) is function.scope:
            value = _first_value(name.id, function, assign) or _computed(name.id, function, assign)
            if isinstance(value, ast.BinOp) and (read := read_in(value, target)) is not None:
                return Update(assign, target, read, value, module)
            if isinstance(value, ast.Name | ast.Attribute | ast.Subscript) and same(value, target):
                return Update(assign, target, value, assign.value, module)
            if isinstance(value, ast.Call) and (read := read_in(value, target)) is not None:
                return Update(assign, target, read, assign.value, module)
    return None


def _first_value(name: str, function: Function, assign: ast.Assign) -> ast.expr | None:
    """What a local name was made from, if it is that, counted up or otherwise changed, when it is assigned."""
    bindings = function.module.bindings(function.scope, name)
    first = [b for b in bindings if b.kind == "assign" and b.value is not None and name not in names_in(b.value)]
    changed = [b for b in bindings if b not in first]
    if (
        len(first) != 1
        or any(b.kind not in ("assign", "augmented") for b in changed)
        or getattr(first[0].node, "lineno", 0) >= assign.lineno
    ):
        return None
    return first[0].value if changed or not isinstance(assign.value, ast.Name) else None


def _computed(name: str, function: Function, assign: ast.Assign) -> ast.expr | None:
    """`total = self.size + more`, checked, and then `self.size = total`."""
    bindings = function.module.bindings(function.scope, name)
    if len(bindings) != 1 or bindings[0].kind != "assign" or getattr(bindings[0].node, "lineno", 0) >= assign.lineno:
        return None
    return bindings[0].value if isinstance(bindings[0].value, ast.BinOp) else None


def _outlives(target: ast.expr, module: Module) -> bool:
    """Whether what is written can be seen outside of this call of the function; not for module-level code."""
    scope = module.scope_at(target)
    if not isinstance(scope.node, FUNCTIONS):
        return isinstance(target, ast.Name | ast.Attribute | ast.Subscript) and scope.parent is None
    if isinstance(target, ast.Name):
        owner = scope.owner(target.id)
        return owner is not None and owner is not scope
    return True


def _in_place(statement: ast.AugAssign, module: Module) -> bool:
    """`items += more` of a list, `seen |= more` of a set: one call that changes the object, nothing is lost."""
    kinds = _IN_PLACE.get(type(statement.op), ())
    if not kinds:
        return False
    if isinstance(statement.value, ast.List | ast.ListComp) and isinstance(statement.op, ast.Add):
        return True
    if isinstance(statement.value, ast.Set | ast.SetComp | ast.Dict):
        return True
    if isinstance(statement.target, ast.Subscript):
        return False
    values = module.project.values(statement.target, module)
    return any(isinstance(v, Elements) or (isinstance(v, Instance) and v.type in kinds) for v in values)


def _is_plain(value: ast.expr, target: ast.expr) -> bool:
    match value:
        case ast.BinOp():
            return read_in(value.left, target) is not None or read_in(value.right, target) is not None
        case ast.IfExp():
            return _is_plain(value.body, target) or _is_plain(value.orelse, target)
        case ast.Call():
            return last_name(value) in ("max", "min", "sum", "add", "or_")
        case _:
            return False


def _tests_none(test: ast.expr, target: ast.expr) -> bool:
    return isinstance(test, ast.Compare | ast.Name | ast.UnaryOp) and read_in(test, target) is not None
