"""What gives a name a value."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

BindingKind = Literal[
    "import", "assign", "augmented", "element", "parameter", "function", "class", "loop", "with", "except", "delete", "match"
]  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """One place that gives a name a value.

    `value` is the expression assigned, iterated over (`loop`), entered (`with`) or unpacked (`element`: `index` is the
    position in the pattern, `None` behind a star); `node` is the Name, arg, alias, def or class itself.
    """

    kind: BindingKind
    node: ast.AST
    value: ast.expr | None = None
    index: int | None = None


def binding_at(node: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> Binding:
    """What the node that stores a name or attribute binds it to; `parents` tells what holds each node."""
    kind = _KIND_OF_NODE.get(type(node))
    if kind is not None:
        return Binding(kind, node)
    path: list[int | None] = []  # positions in nested patterns, innermost first
    target, holder = node, parents[node]
    while isinstance(holder, ast.Tuple | ast.List | ast.Starred):
        if isinstance(holder, ast.Starred):
            path.append(None)
        elif not isinstance(target, ast.Starred):
            path.append(holder.elts.index(target))  # type: ignore[arg-type]  # a target is one of its pattern's elements
        target, holder = holder, parents[holder]
    return _bound_by(holder, node, path)


def _bound_by(holder: ast.AST, node: ast.AST, path: list[int | None]) -> Binding:
    match holder:
        case ast.Assign() | ast.AnnAssign() | ast.NamedExpr():
            value = holder.value
            while path and path[-1] is not None and isinstance(value, ast.Tuple | ast.List) and not _has_star(value, path[-1]):
                value = value.elts[path.pop()]  # type: ignore[index]  # checked to be a number just above
            if path:
                return Binding("element", node, value, path[-1])
            return Binding("assign", node, value)
        case ast.AugAssign():
            return Binding("augmented", node, holder.value)
        case ast.For() | ast.AsyncFor() | ast.comprehension():
            return Binding("loop", node, holder.iter, path[-1] if path else None)
        case ast.withitem():
            return Binding("with", node, holder.context_expr, path[-1] if path else None)
        case _:
            return Binding("delete", node)


def _has_star(pattern: ast.Tuple | ast.List, upto: int) -> bool:
    return upto >= len(pattern.elts) or any(isinstance(part, ast.Starred) for part in pattern.elts[: upto + 1])


_KIND_OF_NODE: dict[type[ast.AST], BindingKind] = {
    ast.alias: "import",
    ast.arg: "parameter",
    ast.FunctionDef: "function",
    ast.AsyncFunctionDef: "function",
    ast.ClassDef: "class",
    ast.ExceptHandler: "except",
    ast.MatchAs: "match",
    ast.MatchStar: "match",
    ast.MatchMapping: "match",
}
