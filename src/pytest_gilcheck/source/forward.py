"""Follows a value forward: from an expression to the variables, containers, loops and calls that its value goes through."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pytest_gilcheck.source import elements
from pytest_gilcheck.source.calls import bind
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.scopes import Scope
from pytest_gilcheck.source.uses import Use, UseKind

if TYPE_CHECKING:
    from pytest_gilcheck.source.project import Project

_IGNORED_NAME = re.compile(r"_+$|_*(?:unused|ignored?|dummy|discard(?:ed)?)(?:_\w*)?$")
_MAX_DEPTH = 4  # containers around a value; deeper ones come from a variable that is put into itself


class ForwardTrace:
    """One search; `found` are the uses in the order in which they were met."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.found: list[Use] = []
        self._seen: set[tuple[object, ...]] = set()
        self._is_key = False  # the innermost container is a dictionary, and the value of interest is a key of it

    @contextmanager
    def _held(self, *, as_key: bool) -> Iterator[None]:
        before, self._is_key = self._is_key, as_key
        try:
            yield
        finally:
            self._is_key = before

    def _note(self, kind: UseKind, node: ast.AST, module: Module, name: str = "") -> None:
        self.found.append(Use(kind, node, module, name))

    def follow(self, node: ast.expr, module: Module, depth: int) -> None:
        """The value of interest is `depth` containers inside of the value of `node`."""
        if (key := (node, depth)) in self._seen:
            return
        self._seen.add(key)
        above = module.parent(node)
        if depth > _MAX_DEPTH:
            self._note(UseKind.OTHER, node, module)
            return
        match above:
            case ast.Expr():
                self._note(UseKind.DROPPED, above, module)
            case ast.Assign():
                for target in above.targets:
                    self._bind(target, module, depth)
            case ast.AnnAssign() | ast.AugAssign():
                self._bind(above.target, module, depth)
            case ast.NamedExpr():
                self._bind(above.target, module, depth)
                self.follow(above, module, depth)
            case ast.Await() if depth:
                self.follow(above, module, depth)  # `await asyncio.wait(tasks)` gives them back
            case ast.Await():
                self._note(UseKind.AWAITED, above, module)
            case ast.Return():
                self._note(UseKind.RETURNED, above, module)
            case ast.Yield() | ast.YieldFrom():
                self._note(UseKind.YIELDED, above, module)
            case ast.Lambda():
                self._note(UseKind.LAMBDA, above, module)
            case ast.For() | ast.AsyncFor() | ast.comprehension():
                self._in_loop(node, above, module, depth)
            case ast.Compare() | ast.UnaryOp() | ast.FormattedValue() | ast.If() | ast.While() | ast.Assert():
                self._note(UseKind.LOOKED_AT, above, module)
            case ast.IfExp() if node is above.test:
                self._note(UseKind.LOOKED_AT, above, module)
            case ast.IfExp() | ast.BoolOp():
                self.follow(above, module, depth)
            case ast.BinOp() if depth:
                self.follow(above, module, depth)
            case ast.expr() | ast.keyword():
                self._within(node, above, module, depth)
            case _:
                self._note(UseKind.OTHER, above or node, module)

    def _within(self, node: ast.expr, above: ast.expr | ast.keyword, module: Module, depth: int) -> None:
        """Displays, comprehensions, attributes, subscripts and calls around the value."""
        match above:
            case ast.Tuple() if (target := elements.opposite(node, above, module)) is not None:
                self._bind(target, module, depth)
            case ast.List() | ast.Tuple() | ast.Set() | ast.Dict() | ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                self._note(UseKind.CONTAINED, above, module)
                with self._held(as_key=elements.is_key(node, above)):
                    self.follow(above, module, depth if isinstance(node, ast.Starred) else depth + 1)
            case ast.Starred() if not depth:
                self._note(UseKind.ITERATED, above, module)
            case ast.Starred():
                outer = module.parent(above)
                if isinstance(outer, ast.Call):
                    self._note(UseKind.PASSED, outer, module, self.project.callee_name(outer, module))
                else:
                    self.follow(above, module, depth)
            case ast.Attribute():
                self._member(above, module, depth)
            case ast.Subscript() if node is above.value:
                if not isinstance(above.ctx, ast.Load):
                    self._note(UseKind.LOOKED_AT, above, module)
                elif depth == 1 and self._is_key:
                    self._note(UseKind.LOOKED_AT, above, module)  # `urls[future]` is what is kept under the key
                elif depth:
                    self.follow(above, module, depth if isinstance(above.slice, ast.Slice) else depth - 1)
                else:
                    self._note(UseKind.OTHER, above, module)
            case ast.Subscript():
                if isinstance(above.ctx, ast.Store):
                    with self._held(as_key=True):
                        self._into(above.value, module, depth + 1)
                else:
                    self._note(UseKind.LOOKED_AT, above, module)
            case ast.keyword():
                call = module.parent(above)
                assert isinstance(call, ast.Call | ast.ClassDef), "nothing else has keywords"
                if isinstance(call, ast.Call):
                    self._argument(node, call, above.arg, module, depth)
                else:
                    self._note(UseKind.OTHER, call, module)
            case ast.Call():
                self._argument(node, above, None, module, depth)
            case _:
                self._note(UseKind.OTHER, above, module)

    # Variables

    def _bind(self, target: ast.expr, module: Module, depth: int) -> None:
        match target:
            case ast.Name():
                if _IGNORED_NAME.match(target.id) and not elements.is_read(target, module):
                    self._note(UseKind.IGNORED, target, module, target.id)
                else:
                    self._note(UseKind.BOUND, target, module, target.id)
                    self.name(target, module, depth)
            case ast.Tuple() | ast.List() if depth:
                for part in target.elts:
                    if isinstance(part, ast.Starred):
                        self._bind(part.value, module, depth)
                    else:
                        self._bind(part, module, depth - 1)
            case ast.Tuple() | ast.List():
                self._note(UseKind.ITERATED, target, module)
            case ast.Attribute():
                self.attribute(target, module, depth)
            case ast.Subscript():
                with self._held(as_key=False):
                    self._into(target.value, module, depth + 1)

    def name(self, node: ast.Name, module: Module, depth: int) -> None:
        """The value of interest is in what the name holds."""
        owner = module.scope_at(node).owner(node.id)
        if owner is None or isinstance(owner.node, ast.ClassDef):
            self._note(UseKind.STORED, node, module, node.id)
        else:
            self._variable(owner, node.id, module, depth)

    def _variable(self, owner: Scope, name: str, module: Module, depth: int) -> None:
        if (key := (owner.node, name, depth)) in self._seen:
            return
        self._seen.add(key)
        if owner.parent is None and self.project.is_named_elsewhere(name, module):
            self._note(UseKind.STORED, owner.node, module, name)
        for load in sorted(owner.uses(name), key=lambda node: (node.lineno, node.col_offset)):
            self.follow(load, module, depth)

    def attribute(self, node: ast.Attribute, module: Module, depth: int) -> None:
        """A private attribute of `self` can be watched in the whole project; of others nothing is known."""
        function = module.function_around(node)
        while function is not None and function.self_name is None:
            function = module.function_around(function.node)
        private = node.attr.startswith("_") and not node.attr.endswith("__")
        own = function is not None and isinstance(node.value, ast.Name) and node.value.id == function.self_name
        if not (private and own):
            self._note(UseKind.STORED, node, module, node.attr)
            return
        if (key := (node.attr, depth)) in self._seen:
            return
        self._seen.add(key)
        self._note(UseKind.BOUND, node, module, f"self.{node.attr}")
        for other in self.project.modules:
            for use in sorted(other.attribute_nodes(node.attr), key=lambda use: (use.lineno, use.col_offset)):
                if isinstance(use.ctx, ast.Load):
                    self.follow(use, other, depth)

    def _into(self, container: ast.expr, module: Module, depth: int) -> None:
        """The value was put into this container; `depth` counts from the container."""
        match container:
            case ast.Name():
                owner = module.scope_at(container).owner(container.id)
                if owner is None or not elements.is_made_here(owner, container.id, module):
                    self._note(UseKind.STORED, container, module, container.id)
                    return
                self._note(UseKind.CONTAINED, container, module, container.id)
                self._variable(owner, container.id, module, depth)
            case ast.Attribute():
                self.attribute(container, module, depth)
            case ast.Subscript():
                self._into(container.value, module, depth + 1)
            case ast.Call(func=ast.Attribute(attr="setdefault" | "get")):
                self._into(container.func.value, module, depth + 1)  # type: ignore[attr-defined]  # an Attribute by the pattern
            case _:
                self._note(UseKind.STORED, container, module)

    # Loops, members, calls

    def _in_loop(self, node: ast.expr, loop: ast.For | ast.AsyncFor | ast.comprehension, module: Module, depth: int) -> None:
        if node is not loop.iter:
            self._note(UseKind.LOOKED_AT, loop, module)  # an `if` of a comprehension
        elif not depth:
            self._note(UseKind.ITERATED, loop, module)
        else:
            self._bind(loop.target, module, depth - 1)

    def _member(self, node: ast.Attribute, module: Module, depth: int) -> None:
        above = module.parent(node)
        called = above if isinstance(above, ast.Call) and above.func is node else None
        name = node.attr
        if not depth:
            self._note(UseKind.METHOD, called or node, module, name)
        elif called and depth == 1 and self._is_key and name in (*elements.GIVE_ELEMENT, "values"):
            self._note(UseKind.LOOKED_AT, called, module)
        elif name in elements.GIVE_ELEMENT and called:
            self.follow(called, module, depth - 1)
        elif name in elements.CHANGE:
            return  # reads nothing
        elif name in elements.GIVE_ELEMENTS:
            # `wait(…).done` is a member of a pair
            self.follow(called or node, module, depth if called else depth - 1)
        elif name in elements.GIVE_PAIRS and called:
            self.follow(called, module, depth + 1 if name == "items" else depth)
        else:
            self._note(UseKind.OTHER, node, module, name)

    def _argument(self, node: ast.expr, call: ast.Call, keyword: str | None, module: Module, depth: int) -> None:
        if isinstance(call.func, ast.Attribute) and keyword is None and self._is_taken(node, call, module, depth):
            return
        callee = self.project.callee_name(call, module)
        self._note(UseKind.PASSED, call, module, callee)
        around = elements.GIVE_ON.get(callee, 0 if callee.rpartition(".")[2] in elements.PROGRESS_BARS else None)
        if around is None:
            self._parameter(node, call, module, depth)
        elif around == 1 and callee.startswith("builtins."):
            self._paired(node, call, module, depth, callee)
        elif depth + around >= 0:
            with self._held(as_key=self._is_key and callee == "builtins.dict"):
                self.follow(call, module, depth + around)

    def _is_taken(self, node: ast.expr, call: ast.Call, module: Module, depth: int) -> bool:
        """Whether a method of a container takes the value in."""
        assert isinstance(call.func, ast.Attribute)
        name, receiver = call.func.attr, call.func.value
        position = elements.TAKE_ELEMENT.get(name)
        if position is not None and position < len(call.args) and call.args[position] is node:
            with self._held(as_key=False):
                self._into(receiver, module, depth + 1)
            return True
        if name in elements.TAKE_ELEMENTS and depth and node in call.args:
            self._into(receiver, module, depth)
            return True
        if name in elements.ASK_FOR_ELEMENT and any(elements.is_container(value) for value in self.project.values(receiver, module)):
            self._note(UseKind.LOOKED_AT, call, module)
            return True
        return False

    def _paired(self, node: ast.expr, call: ast.Call, module: Module, depth: int, callee: str) -> None:
        """`for i, x in enumerate(xs)`, `for a, b in zip(xs, ys)`: only one of the names gets the value."""
        position = 1 if callee == "builtins.enumerate" else call.args.index(node) if node in call.args else -1
        loop = module.parent(call)
        targets = loop.target.elts if isinstance(loop, ast.For | ast.comprehension) and isinstance(loop.target, ast.Tuple) else []
        if depth and 0 <= position < len(targets):
            self._bind(targets[position], module, depth - 1)
        else:
            self.follow(call, module, depth + 1)

    def _parameter(self, node: ast.expr, call: ast.Call, module: Module, depth: int) -> None:
        """What a function of the project does with its parameter is seen too; `PASSED` is then replaced by that."""
        functions = list(self.project.functions_called(call, module))
        if len(functions) != 1 or functions[0].is_generator or functions[0].name in ("__init__", "__new__"):
            return
        function = functions[0]
        given = bind(function, call.args, call.keywords)
        name = next((name for name, expression in given.items() if expression is node), None)
        # A parameter that is not read belongs to a hook that other classes fill in.
        if name is not None and any(function.scope.uses(name)):
            self.found.pop()
            self._variable(function.scope, name, function.module, depth)
