"""Comments that silence findings: `# gilcheck: ignore[GIL301] reason`, and the `# noqa` of an equal rule elsewhere."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.finding import Finding, Site, Witness

IDLE = "GIL003"
IDLE_NAME = "idle-suppression"
_NOT_ASKED = frozenset({"GIL000", "GIL001"})  # with one of these, not every rule has looked at the whole file
NO_REASON = "no reason given"

_OURS = re.compile(r"(?:^|(?<=\s))#+\s*gilcheck:\s*(?P<rest>.*)", re.DOTALL)
_IGNORE = re.compile(r"ignore\s*\[(?P<codes>[^\]]*)\](?P<reason>.*)", re.IGNORECASE | re.DOTALL)
_NEXT_COMMENT = re.compile(r"\s#")  # two comments on one line: the reason ends before another tool's comment
_CODE = re.compile(r"GIL\d{1,3}\Z")
_FULL = len("GIL301")
_NOQA = re.compile(r"#\s*noqa\s*:\s*(?P<codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*)", re.IGNORECASE)
_LAYOUT = frozenset({tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING, tokenize.ENDMARKER})


@dataclass(slots=True)
class _Comment:
    """A comment in the source.

    `targets` are the lines it speaks of besides its own, when it stands alone on its line; `statement` are those of the
    statement that it stands behind, when it is on the first or last of them (a formatter moves it there when it breaks a line).
    """

    text: str
    line: int
    column: int
    targets: range | None = None
    statement: range = range(0)


@dataclass(slots=True)
class _Ignore:
    """A `gilcheck:` comment: the codes it names, the reason it gives, and what is wrong with it."""

    comment: _Comment
    codes: tuple[str, ...] = ()
    reason: str = ""
    faults: list[tuple[str, str]] = field(default_factory=list)  # (message, advice)
    used: set[str] = field(default_factory=set)

    def silences(self, code: str) -> str | None:
        """The word in its list that names this rule, the longest first."""
        return max((named for named in self.codes if code.startswith(named)), key=len, default=None)


def apply(
    text: str,
    path: str,
    findings: Sequence[Finding],
    *,
    noqa: Mapping[str, tuple[str, ...]],
    enabled: Callable[[str], bool],
    codes: Collection[str] = (),
) -> list[Finding]:
    """The findings in one file, with `suppressed` set on those that a comment silences, and a GIL003 for each idle comment.

    `text` is the file and `path` its path as in `Site.path`. `noqa` has by rule the codes of equal rules in other linters.
    `enabled` tells whether the rule was asked about this file: a comment is only called idle when everything it names was.
    `codes` are the rules that exist; without them, no code is called unknown and no prefix idle.

    A comment at the end of a line silences what starts on this line, or else what spans it, or else, on the first and last line
    of a statement, what is in the statement; a comment on a line of its own what the next statement (inside brackets: the next
    line) holds, decorators included. It must name its rules; a reason is
    asked for, but silence is kept without one. A comment inside a string is text.
    """
    ours = "gilcheck:" in text
    if not ours and not _mentions_equal(text, findings, noqa):
        return list(findings)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    comments, complete = _comments(text, lines)
    marked = list(findings)
    ignores = [ignore for comment in comments if (ignore := _parse(comment, codes))]
    for ignore in ignores:
        for index, word in _silenced(ignore, marked):
            ignore.used.add(word)
            if marked[index].suppressed is None:
                marked[index] = replace(marked[index], suppressed=ignore.reason or NO_REASON)
    _apply_noqa(comments, marked, noqa)
    if enabled(IDLE):
        judged = complete and not any(finding.rule in _NOT_ASKED for finding in findings)
        told = [(ignore.comment, ignore, _faults(ignore, codes, enabled) if judged else ignore.faults) for ignore in ignores]
        marked += [_idle(ignore, path, lines[comment.line - 1], faults) for comment, ignore, faults in told if faults]
    return marked


def _mentions_equal(text: str, findings: Sequence[Finding], noqa: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether anything that looks like a `noqa`, in a comment or not, names a rule equal to one of these."""
    equal = {code for finding in findings for code in noqa.get(finding.rule, ())}
    return bool(equal) and any(code.startswith(word) for match in _NOQA.finditer(text) for word in _words(match["codes"]) for code in equal)


def _words(codes: str) -> list[str]:
    return [word for word in re.split(r"[,\s]+", codes.upper()) if word]


def _comments(text: str, lines: Sequence[str]) -> tuple[list[_Comment], bool]:
    """All comments, and whether the file could be read to its end."""
    found: list[_Comment] = []
    above: list[_Comment] = []  # alone on their lines, until the end of the statement below them
    inside: list[_Comment] = []  # the same between brackets, until the next code
    behind: list[_Comment] = []  # at the ends of lines of the statement
    depth = first = 0
    opening = True  # at the start of a statement
    decorator = False
    try:
        # Universal newlines, so that lines count as in `ast`.
        for token in tokenize.generate_tokens(io.StringIO(text, newline=None).readline):
            line = token.start[0]
            if token.type == tokenize.COMMENT:
                comment = _Comment(token.string, *token.start)
                found.append(comment)
                alone = not lines[line - 1][: comment.column].strip()
                (behind if not alone else inside if depth else above).append(comment)
            elif token.type == tokenize.NL:
                if above and above[-1].line < line and opening:  # an empty line parts a comment from what follows
                    above.clear()
            elif token.type == tokenize.NEWLINE:
                if not decorator:  # the comment above a decorator speaks of the function
                    _aim(above, line)
                while behind:
                    if (comment := behind.pop()).line in (first, line):
                        comment.statement = range(first, line + 1)
                opening = True
            elif token.type not in _LAYOUT:
                while inside:
                    inside.pop().targets = range(line, line + 1)
                if opening:
                    opening, first, decorator = False, line, token.string == "@"
                if token.type == tokenize.OP:
                    depth += (token.string in "([{") - (token.string in ")]}")
    except (tokenize.TokenError, SyntaxError):
        _aim(above, len(lines))  # the reader tells what is wrong; what came before it still counts
        return found, False
    return found, True


def _aim(comments: list[_Comment], last: int) -> None:
    for comment in comments:
        comment.targets = range(comment.line + 1, last + 1)
    comments.clear()


def _parse(comment: _Comment, known: Collection[str]) -> _Ignore | None:
    match = _OURS.search(comment.text)
    if match is None:
        return None
    form = "write '# gilcheck: ignore[GIL301] reason', with the codes of what it silences"
    ignore = _Ignore(comment)
    parsed = _IGNORE.match(match["rest"])
    if parsed is None:
        ignore.faults.append(("this comment silences nothing: it names no rules in brackets", form))
        return ignore
    words = _words(parsed["codes"])
    wrong = [word for word in words if not _CODE.match(word)]
    unknown = [word for word in words if word not in wrong and known and not any(code.startswith(word) for code in known)]
    ignore.codes = tuple(dict.fromkeys(word for word in words if word not in wrong and word not in unknown))
    ignore.reason = _reason(parsed["reason"])
    if not words:
        ignore.faults.append(("this comment silences nothing: its list of rules is empty", form))
    for word in wrong:
        ignore.faults.append((f"{word!r} in this comment is not a rule code or prefix", form))
    for word in unknown:
        ignore.faults.append((f"no rule matches {word!r} in this comment", f"valid: {', '.join(sorted(known))}"))
    if ignore.codes and not ignore.reason:
        message = f"this comment silences {', '.join(ignore.codes)} without a reason"
        ignore.faults.append((message, "say after the bracket why it is right here, so that the next reader needn't find out"))
    return ignore


def _reason(text: str) -> str:
    end = _NEXT_COMMENT.search(text)
    reason = (text[: end.start()] if end else text).strip().lstrip(":-\N{EN DASH}\N{EM DASH},;").strip()
    return reason if any(char.isalnum() for char in reason) else ""


def _silenced(ignore: _Ignore, findings: Sequence[Finding]) -> Iterator[tuple[int, str]]:
    """Index of each finding it silences, with the word of its list that does."""
    named = [(index, word) for index, f in enumerate(findings) if (word := ignore.silences(f.rule)) is not None]
    comment = ignore.comment
    first = comment.targets if comment.targets is not None else range(comment.line, comment.line + 1)
    for word in ignore.codes:
        mine = [index for index, own in named if own == word]
        starting = [index for index in mine if findings[index].site.line in first]
        for index in starting or _innermost(mine, comment, findings):
            yield index, word


def _innermost(indexes: Sequence[int], comment: _Comment, findings: Sequence[Finding]) -> list[int]:
    """Of the findings that span the comment's line, those that start last: the others merely enclose them.

    When there are none, those in the statement that it stands behind.
    """
    spanning = [index for index in indexes if findings[index].site.line <= comment.line <= findings[index].end_line]
    if not spanning:
        return [index for index in indexes if findings[index].site.line in comment.statement]
    last = max(findings[index].site.line for index in spanning)
    return [index for index in spanning if findings[index].site.line == last]


def _apply_noqa(comments: Sequence[_Comment], findings: list[Finding], noqa: Mapping[str, tuple[str, ...]]) -> None:
    for comment in comments:
        match = _NOQA.search(comment.text)
        if match is None:
            continue
        for word in _words(match["codes"]):
            # As in flake8, a shorter code stands for all that start with it.
            equal = [index for index, f in enumerate(findings) if any(code.startswith(word) for code in noqa.get(f.rule, ()))]
            starting = [index for index in equal if findings[index].site.line == comment.line]
            for index in starting or _innermost(equal, comment, findings):
                if findings[index].suppressed is None:
                    findings[index] = replace(findings[index], suppressed=f"noqa: {word}")


def _faults(ignore: _Ignore, known: Collection[str], enabled: Callable[[str], bool]) -> list[tuple[str, str]]:
    """What is wrong with the comment itself, and with what it does."""
    idle = [word for word in ignore.codes if word not in ignore.used and word != IDLE and _were_asked(word, known, enabled)]
    if not idle:
        return ignore.faults
    words = ", ".join(idle)
    unused = f"this comment silences no finding of {words}"
    if len(idle) == len(ignore.codes):
        return [*(fault for fault in ignore.faults if "without a reason" not in fault[0]), (unused, "take it out")]
    return [*ignore.faults, (unused, f"take {words} out")]


def _were_asked(word: str, known: Collection[str], enabled: Callable[[str], bool]) -> bool:
    """Whether every rule that the code or prefix names looked at the file."""
    named = [code for code in known or ([word] if len(word) == _FULL else []) if code.startswith(word)]
    return bool(named) and all(map(enabled, named))


def _idle(ignore: _Ignore, path: str, source: str, faults: Sequence[tuple[str, str]]) -> Finding:
    line = ignore.comment.line
    return Finding(
        rule=IDLE,
        name=IDLE_NAME,
        level=Level.WARNING,
        evidence=Evidence.SUSPECTED,
        site=Site(path, line, ignore.comment.column + 1),
        end_line=line,
        message="; ".join(message for message, _ in faults),
        advice="; ".join(dict.fromkeys(advice for _, advice in faults)),
        source=source,
        witnesses=(Witness(Evidence.SUSPECTED, f"{path}:{line} has the comment"),),
        suppressed=(ignore.reason or NO_REASON) if IDLE in ignore.codes else None,
    )
