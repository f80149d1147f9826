"""Makes edits in a file's bytes and keeps everything else as it is: formatting, comments, line ends, encoding."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from pytest_gilcheck.fixes.edits import Block, Edit, Followed, Inserted, Loop
from pytest_gilcheck.source import reader
from pytest_gilcheck.source.reader import Unreadable


class UnfitError(Exception):
    """The file can't be rewritten without a change elsewhere, and is to be left as it is."""


def rewritten(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The file's bytes with these edits made, all of them. Raises UnfitError where that isn't possible."""
    try:
        module = cst.parse_module(data)
        if module.bytes != data:
            raise UnfitError("it can't be taken apart and put together again")
        maker = _Maker(edits)
        new = MetadataWrapper(module, unsafe_skip_copy=True).visit(maker).bytes
    except (cst.ParserSyntaxError, SyntaxError, ValueError, RecursionError) as error:
        raise UnfitError(str(error)) from error
    if maker.left:
        raise UnfitError(f"no statement starts on line {maker.left[0].first}")
    if isinstance(broken := reader.parse(new), Unreadable):
        raise UnfitError(broken.reason)
    return new


class _Maker(cst.CSTTransformer):
    """Rebuilds each suite that edits are for. Statements below are done first, so edits within edits come out right."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, edits: Iterable[Edit]) -> None:
        super().__init__()
        # Where two start together, the one that takes in the other comes first.
        self.left = sorted(edits, key=lambda edit: (edit.first, -edit.last, not isinstance(edit, Block)))
        self._config: cst.PartialParserConfig | None = None
        self._indent: str | None = None

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  # the library's name
        self._config = node.config_for_parsing

    def leave_Module(self, original_node: cst.Module, updated_node: cst.Module) -> cst.Module:  # noqa: N802
        self._indent = None
        return updated_node.with_changes(body=self._rebuilt(original_node.body, updated_node.body))

    def leave_IndentedBlock(self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock) -> cst.IndentedBlock:  # noqa: N802
        self._indent = original_node.indent
        return updated_node.with_changes(body=self._rebuilt(original_node.body, updated_node.body))

    def _rebuilt(self, original: Sequence[cst.BaseStatement], updated: Sequence[cst.BaseStatement]) -> list[cst.BaseStatement]:
        rows = {self.get_metadata(PositionProvider, node).start.line: index for index, node in enumerate(original)}
        mine = [edit for edit in self.left if edit.first in rows and edit.last in rows]
        self.left = [edit for edit in self.left if edit not in mine]
        inserted = {rows[edit.first]: edit for edit in mine if isinstance(edit, Inserted)}
        found: list[cst.BaseStatement] = []
        changes = [(rows[edit.first], rows[edit.last], edit) for edit in mine if not isinstance(edit, Inserted)]
        for index, statements in self._changed(0, len(updated), changes, updated):
            found += statements
            if index in inserted:
                new = self._statement(inserted[index].statement)
                found.append(new.with_changes(leading_lines=[cst.EmptyLine(indent=False)]))
        return found

    def _changed(
        self, start: int, end: int, changes: Sequence[tuple[int, int, Edit]], updated: Sequence[cst.BaseStatement]
    ) -> list[tuple[int, list[cst.BaseStatement]]]:
        """The statements from `start` up to `end` with the changes made, each group with the index of its last one."""
        found: list[tuple[int, list[cst.BaseStatement]]] = []
        while start < end:
            last, made = start, [updated[start]]
            for position, (first, until, edit) in enumerate(changes):
                if first == start and until < end:
                    last, made = until, self._made(edit, first, until, changes[position + 1 :], updated)
                    break
            found.append((last, made))
            start = last + 1
        return found

    def _made(
        self, edit: Edit, first: int, last: int, others: Sequence[tuple[int, int, Edit]], updated: Sequence[cst.BaseStatement]
    ) -> list[cst.BaseStatement]:
        if isinstance(edit, Block):
            cut = int(edit.without_ends)
            inner = [one for _, group in self._changed(first + cut, last + 1 - cut, others, updated) for one in group]
            return [self._block(edit, updated[first], inner)]
        line = updated[first]
        expression = line.body[0] if isinstance(line, cst.SimpleStatementLine) else None
        if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
            raise UnfitError("a statement is not what it was")
        if isinstance(edit, Followed):
            if edit.name is not None:
                line = line.with_changes(body=[self._assigned(edit.name, expression)])
            return [line, *map(self._statement, edit.then)]
        if not isinstance(edit, Loop) or not isinstance(expression, cst.Expr):
            raise UnfitError("a statement is not what it was")
        loop = self._statement(f"for {edit.target} in x:\n    pass")
        body = cst.IndentedBlock([self._statement("pass")], header=line.trailing_whitespace, indent=self._indent)
        return [loop.with_changes(iter=expression.value, body=body, leading_lines=line.leading_lines)]

    def _block(self, edit: Block, first: cst.BaseStatement, body: list[cst.BaseStatement]) -> cst.BaseStatement:
        block = self._statement(f"{edit.header}\n    pass")
        if edit.without_ends and isinstance(first, cst.SimpleStatementLine):
            suite = cst.IndentedBlock(body, header=first.trailing_whitespace, indent=self._indent)
            return block.with_changes(body=suite, leading_lines=first.leading_lines)
        # Comments right above stay with their statement, what is parted from it by an empty line stays outside.
        lines = list(_leading_lines(body[0]))
        own = next((index for index in range(len(lines), 0, -1) if lines[index - 1].comment is None), 0)
        moved = [body[0].with_changes(leading_lines=lines[own:]), *body[1:]]
        suite = cst.IndentedBlock([_with_bare_blank_lines(statement) for statement in moved], indent=self._indent)
        return block.with_changes(body=suite, leading_lines=lines[:own])

    @staticmethod
    def _assigned(name: str, statement: cst.BaseSmallStatement | None) -> cst.Assign:
        if not isinstance(statement, cst.Expr):
            raise UnfitError("a statement is not what it was")
        return cst.Assign([cst.AssignTarget(cst.Name(name))], statement.value)

    def _statement(self, text: str) -> cst.BaseStatement:
        assert self._config is not None, "the module is visited first"
        return cst.parse_statement(text, config=self._config)


class _BareBlankLines(cst.CSTTransformer):
    """Blank lines without indentation: those of a module have the indentation of their suite, which is none until they move."""

    def leave_EmptyLine(self, original_node: cst.EmptyLine, updated_node: cst.EmptyLine) -> cst.EmptyLine:  # noqa: N802
        return updated_node if updated_node.comment is not None else updated_node.with_changes(indent=False)


def _with_bare_blank_lines(statement: cst.BaseStatement) -> cst.BaseStatement:
    changed = statement.visit(_BareBlankLines())
    assert isinstance(changed, cst.BaseStatement), "a statement stays one"
    return changed


def _leading_lines(statement: cst.BaseStatement) -> Sequence[cst.EmptyLine]:
    lines: Sequence[cst.EmptyLine] = getattr(statement, "leading_lines", ())
    return lines
