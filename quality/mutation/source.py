"""A file that may be changed, read without the help of the rules that are measured on it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

MARK = b"\0"  # stands in a new text where a finding is expected, and is taken out again

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True)
class Edit:
    """`new` in place of the bytes from `start` to `end`; with `start == end` it is put in."""

    start: int
    end: int
    new: bytes


class Source:
    """A parsed UTF-8 file of a package; `path` is relative to its root and has `/`. Raises SyntaxError or UnicodeError."""

    def __init__(self, path: str, data: bytes) -> None:
        data.decode("utf-8")
        if b"\0" in data or b"\f" in data or b"\r" in data or data.startswith(b"\xef\xbb\xbf"):
            raise UnicodeError(f"{path}: lines that are counted in another way than plain ones")
        self.path = path
        self.data = data
        self.tree = ast.parse(data)
        self._lines = [0]
        for line in data.split(b"\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All of them, in the order of the text as far as `ast.walk` has it."""
        return tuple(ast.walk(self.tree))

    @cached_property
    def _parents(self) -> dict[ast.AST, ast.AST]:
        return {child: node for node in self.nodes for child in ast.iter_child_nodes(node)}

    @cached_property
    def calls(self) -> tuple[ast.Call, ...]:
        """All calls, in the order of the text."""
        return tuple(sorted((n for n in self.nodes if isinstance(n, ast.Call)), key=lambda n: (n.lineno, n.col_offset)))

    @cached_property
    def functions(self) -> dict[str, ast.FunctionDef]:
        """Plain functions at module level that are defined once, have no decorator and are no generator."""
        names = [node.name for node in self.tree.body if isinstance(node, FunctionNode | ast.ClassDef)]
        return {
            node.name: node
            for node in self.tree.body
            if isinstance(node, ast.FunctionDef)
            and names.count(node.name) == 1
            and not node.decorator_list
            and not any(isinstance(inner, ast.Yield | ast.YieldFrom) for inner in own_nodes(node))
        }

    @cached_property
    def imports(self) -> dict[str, str]:
        """The dotted name that each imported name stands for."""
        found = {}
        for node in self.nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    name = alias.asname or alias.name.partition(".")[0]
                    found[name] = alias.name if alias.asname else name
            elif isinstance(node, ast.ImportFrom) and not node.level:
                for alias in node.names:
                    found[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        return found

    def dotted(self, node: ast.AST) -> str:
        """The full name of an imported thing, or an empty text."""
        if isinstance(node, ast.Attribute):
            owner = self.dotted(node.value)
            return f"{owner}.{node.attr}" if owner else ""
        return self.imports.get(node.id, "") if isinstance(node, ast.Name) else ""

    def is_imported_at_top(self, node: ast.expr) -> bool:
        """Whether the imported thing can be used at module level under the same name."""
        while isinstance(node, ast.Attribute):
            node = node.value
        statements = [s for s in self.nodes if isinstance(s, ast.Import | ast.ImportFrom) and self.function_around(s) is None]
        names = {(alias.asname or alias.name).partition(".")[0] for statement in statements for alias in statement.names}
        return isinstance(node, ast.Name) and node.id in names

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """Parents, innermost first."""
        while (parent := self._parents.get(node)) is not None:
            yield parent
            node = parent

    def function_around(self, node: ast.AST) -> ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | None:
        """The innermost one."""
        return next((up for up in self.above(node) if isinstance(up, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)), None)

    def class_around(self, node: ast.AST) -> ast.ClassDef | None:
        """The innermost one."""
        return next((up for up in self.above(node) if isinstance(up, ast.ClassDef)), None)

    def is_in_loop(self, node: ast.AST) -> bool:
        """Whether a loop of the same function repeats the node."""
        for up in self.above(node):
            if isinstance(up, LOOPS):
                return True
            if isinstance(up, SCOPES):
                return False
        return False

    def statement(self, node: ast.AST) -> ast.stmt:
        """The innermost statement that the node belongs to."""
        if isinstance(node, ast.stmt):
            return node
        return next(up for up in self.above(node) if isinstance(up, ast.stmt))

    def loads(self, name: str) -> int:
        """How often the name is read, in whatever scope."""
        return sum(isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load) for node in self.nodes)

    # Text

    def line_start(self, line: int) -> int:
        """Where the line begins; lines count from 1."""
        return self._lines[line - 1]

    def start(self, node: ast.stmt | ast.expr | ast.arg) -> int:
        """Where the node begins."""
        return self._lines[node.lineno - 1] + node.col_offset

    def end(self, node: ast.stmt | ast.expr | ast.arg) -> int:
        """Where it ends."""
        assert node.end_lineno is not None, "set by ast.parse"
        assert node.end_col_offset is not None, "set by ast.parse"
        return self._lines[node.end_lineno - 1] + node.end_col_offset

    def text(self, node: ast.expr | ast.stmt) -> bytes:
        """As written."""
        return self.data[self.start(node) : self.end(node)]

    def indent(self, statement: ast.stmt) -> bytes | None:
        """What stands before the statement in its line; `None` if that is not only white space."""
        before = self.data[self.line_start(statement.lineno) : self.start(statement)]
        return None if before.strip() else before

    def after(self, statement: ast.stmt) -> int | None:
        """Where the line after the statement begins; `None` if something else follows in its last line."""
        end = self.data.find(b"\n", self.end(statement))
        end = len(self.data) if end < 0 else end
        rest = self.data[self.end(statement) : end].strip()
        return min(end + 1, len(self.data)) if not rest or rest.startswith(b"#") else None

    @property
    def import_place(self) -> int:
        """Where an import may be put in: before the first statement that is neither docstring nor `from __future__`."""
        for statement in self.tree.body:
            is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
            if not is_text and not (isinstance(statement, ast.ImportFrom) and statement.module == "__future__"):
                first = min([statement.lineno, *(d.lineno for d in getattr(statement, "decorator_list", ()))])
                return self.line_start(first)
        return len(self.data)

    def importing(self, *lines: str) -> Edit:
        """An edit that adds the import lines."""
        return Edit(self.import_place, self.import_place, "".join(f"{line}\n" for line in lines).encode())

    def marked(self, node: ast.stmt | ast.expr) -> Edit:
        """An edit that says that the node's line is where a finding is expected."""
        return Edit(self.start(node), self.start(node), MARK)

    def appended(self, text: str) -> Edit:
        """An edit that adds code at the end of the file."""
        gap = "" if self.data.endswith(b"\n") else "\n"
        return Edit(len(self.data), len(self.data), f"{gap}\n\n{text}".encode())

    def body_start(self, function: ast.FunctionDef) -> ast.stmt | None:
        """The first statement after the docstring, if it stands in a line of its own."""
        has_text = isinstance(function.body[0], ast.Expr) and isinstance(function.body[0].value, ast.Constant)
        statement = function.body[1] if has_text and len(function.body) > 1 else function.body[0]
        return (
            None
            if self.indent(statement) is None or statement.lineno == function.lineno or getattr(statement, "decorator_list", None)
            else statement
        )

    def changed(self, edits: Sequence[Edit]) -> tuple[bytes, tuple[int, ...]] | None:
        """The new text and the marked lines; `None` if it doesn't parse, or edits overlap."""
        parts, at = [], 0
        for edit in sorted(edits, key=lambda e: (e.start, e.end)):
            if edit.start < at:
                return None
            parts += [self.data[at : edit.start], edit.new]
            at = edit.end
        new = b"".join([*parts, self.data[at:]])
        pieces = new.split(MARK)
        lines, line = [], 1
        for piece in pieces[:-1]:
            line += piece.count(b"\n")
            lines.append(line)
        new = b"".join(pieces)
        try:
            ast.parse(new)
        except SyntaxError:
            return None
        return new, tuple(lines)


def own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """What the function itself runs: no nested function, lambda or class."""
    for child in ast.iter_child_nodes(function):
        yield child
        if not isinstance(child, SCOPES):
            yield from own_nodes(child)


def positional(function: ast.FunctionDef) -> list[str]:
    """Names of the parameters that a call must give by position."""
    parameters = [*function.args.posonlyargs, *function.args.args]
    return [parameter.arg for parameter in parameters[: len(parameters) - len(function.args.defaults)]]
