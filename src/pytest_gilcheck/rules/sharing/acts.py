"""What code does after a check: inserting, removing, setting, taking, putting, creating, deleting."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pytest_gilcheck.source.calls import argument, last_name
from pytest_gilcheck.source.scopes import FUNCTIONS
from pytest_gilcheck.source.updates import same

_TAKING = frozenset({"pop", "popleft", "popitem", "get_nowait", "get"})
_CREATING = frozenset({"mkdir", "makedirs", "write_text", "write_bytes", "symlink_to", "symlink", "link"})
_DELETING = frozenset({"remove", "unlink", "rmdir", "rmtree", "rename", "removedirs"})

Doing = Literal["insert", "remove", "set", "take", "put", "create", "delete"]


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """What an act must do to rely on a check. `target` is the variable or item, `container` what holds it, `key` its key."""

    doing: Doing
    target: ast.expr
    container: ast.expr
    key: ast.expr | None = None
    inside: bool = False

    @property
    def takes(self) -> bool:
        """Whether it takes something away or puts something in, which loops do as well."""
        return self.doing in ("take", "put")


@dataclass(frozen=True, slots=True, eq=False)
class Act:
    """The statement or call that relies on a check; `store` is the assignment where a method that is called makes it."""

    node: ast.AST
    store: ast.Assign | None = None

    @property
    def value(self) -> ast.expr | None:
        """What is stored."""
        value = getattr(self.store or self.node, "value", None)
        return value if isinstance(value, ast.expr) else None


def acts_in(block: Sequence[ast.stmt], wanted: Wanted) -> Iterator[Act]:
    """Acts of the wanted kind in a block, nested functions left out."""
    todo: list[ast.AST] = list(reversed(block))
    while todo:
        node = todo.pop()
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            continue
        if _does(node, wanted):
            yield Act(node)
        todo.extend(reversed(list(ast.iter_child_nodes(node))))


def _does(node: ast.AST, wanted: Wanted) -> bool:
    match wanted.doing:
        case "insert":
            return _inserts(node, wanted)
        case "remove":
            return _removes(node, wanted)
        case "set":
            return _sets(node, wanted.target)
        case "take":
            return isinstance(node, ast.Call) and _takes(node, wanted.target)
        case "put":
            return isinstance(node, ast.Call) and _is_method(node, wanted.target, "put_nowait", "put", "append", "appendleft", "add")
        case "create":
            return isinstance(node, ast.Call) and _creates(node, wanted.target)
        case "delete":
            return isinstance(node, ast.Call) and _deletes(node, wanted.target)


def _targets(node: ast.AST) -> Sequence[ast.expr]:
    if isinstance(node, ast.Assign):
        return [part for target in node.targets for part in (target.elts if isinstance(target, ast.Tuple) else [target])]
    return [node.target] if isinstance(node, ast.AugAssign | ast.AnnAssign | ast.NamedExpr) else []


def _inserts(node: ast.AST, wanted: Wanted) -> bool:
    if any(same(target, wanted.target) for target in _targets(node)):
        return True
    if isinstance(node, ast.Call) and wanted.key is not None and last_name(node) == "__setitem__" and len(node.args) >= 2:
        return any(same(given, wanted.key) for given in node.args[:2])
    return (
        isinstance(node, ast.Call)
        and wanted.key is not None
        and _is_method(node, wanted.container, "add", "append")
        and len(node.args) == 1
        and same(node.args[0], wanted.key)
    )


def _removes(node: ast.AST, wanted: Wanted) -> bool:
    if isinstance(node, ast.Delete):
        return any(same(target, wanted.target) for target in node.targets)
    return (
        isinstance(node, ast.Call) and wanted.key is not None and _is_method(node, wanted.container, "pop", "remove")
        and len(node.args) == 1 and same(node.args[0], wanted.key)
    )  # fmt: skip


def _sets(node: ast.AST, target: ast.expr) -> bool:
    if isinstance(node, ast.Call) and last_name(node) == "setattr" and len(node.args) == 3 and isinstance(target, ast.Attribute):
        name = node.args[1]
        return isinstance(name, ast.Constant) and name.value == target.attr and same(node.args[0], target.value)
    value = getattr(node, "value", None)
    if isinstance(value, ast.Constant) and value.value is None:
        return False  # forgetting it twice does no harm
    return any(same(written, target) for written in _targets(node))


def _takes(call: ast.Call, container: ast.expr) -> bool:
    if not _is_method(call, container, *_TAKING):
        return False
    name = last_name(call)
    if name == "pop" and call.args:
        return len(call.args) == 1 and isinstance(call.args[0], ast.Constant | ast.UnaryOp)
    if name == "get" and (argument(call, 1, "timeout") is not None or (call.args and not isinstance(call.args[0], ast.Constant))):
        return False
    return not (name == "get" and call.args and isinstance(call.args[0], ast.Constant) and not isinstance(call.args[0].value, bool))


def _creates(call: ast.Call, path: ast.expr) -> bool:
    name = last_name(call)
    given = argument(call, 0, "name")
    of_path = isinstance(call.func, ast.Attribute) and same(call.func.value, path)
    if name == "open":
        mode = argument(call, 0, "mode") if of_path else argument(call, 1, "mode")
        writes = isinstance(mode, ast.Constant) and isinstance(mode.value, str) and "w" in mode.value
        return writes and (of_path or (bool(call.args) and same(call.args[0], path)))
    if name not in _CREATING or _allows(call, "exist_ok"):
        return False
    return of_path or (given is not None and same(given, path))


def _deletes(call: ast.Call, path: ast.expr) -> bool:
    if last_name(call) not in _DELETING or _allows(call, "missing_ok") or _allows(call, "ignore_errors"):
        return False
    return (isinstance(call.func, ast.Attribute) and same(call.func.value, path)) or (bool(call.args) and same(call.args[0], path))


def _allows(call: ast.Call, keyword: str) -> bool:
    return any(given.arg == keyword and not (isinstance(given.value, ast.Constant) and not given.value.value) for given in call.keywords)


def _is_method(call: ast.Call, owner: ast.expr, *names: str) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in names and same(call.func.value, owner)
