"""The rules that a run of the static command has: ours and those that installed packages add."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import TypeGuard

from pytest_gilcheck.model.errors import UsageError
from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.rule import Rule

# What pytest loads cannot be loaded here: a pytest plugin may import the project that is only to be read.
GROUP = "pytest_gilcheck.rules"


def available() -> tuple[type[Rule], ...]:
    """Every rule, by code: those of this package and those behind the entry points of the group `pytest_gilcheck.rules`.

    Such an entry point names a module, whose rule classes are taken, or a sequence of rule classes. Raises UsageError when
    one can't be loaded, or when two rules have one code.
    """
    from pytest_gilcheck.rules import all_rules

    by_code = {rule.code: rule for rule in all_rules()}
    for point in sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value)):
        for rule in _loaded(point):
            known = by_code.setdefault(rule.code, rule)
            if known is not rule:
                raise UsageError(f"{rule.code} is the code of two rules: {_where(known)} and {_where(rule)}")
    return tuple(by_code[code] for code in sorted(by_code))


def find(word: str, rules: Sequence[type[Rule]]) -> type[Rule]:
    """The rule with this code or name. Raises UsageError, which names what was perhaps meant, when there is none."""
    by_word = {name.lower(): rule for rule in rules for name in (rule.code, rule.name)}
    rule = by_word.get(word.lower())
    if rule is None:
        several = [rule.code for rule in rules if rule.code.startswith(word.upper())]
        if several:
            raise UsageError(f"--explain: {word!r} is not one rule; its rules are {', '.join(several)}")
        close = difflib.get_close_matches(word.lower(), by_word, n=1)
        hint = f"did you mean {by_word[close[0]].code} {by_word[close[0]].name}?" if close else "--list-rules lists them"
        raise UsageError(f"--explain: no rule is called {word!r}; {hint}")
    return rule


def table(rules: Sequence[type[Rule]], *, width: int | None = None) -> str:
    """One line a rule: code, name, level and summary, in columns. No final newline.

    Lines are cut to `width` cells; `None` leaves them whole.
    """
    rows = [(rule.code, rule.name, _level(rule), rule.summary()) for rule in rules]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    lines = ("  ".join((*(cell.ljust(column) for cell, column in zip(row, widths, strict=False)), row[3])) for row in rows)
    return "\n".join(line if width is None or len(line) <= width else f"{line[: width - 3]}..." for line in lines)


def _level(rule: type[Rule]) -> str:
    fails = next((evidence for evidence in Evidence if rule.level_at(evidence) is Level.ERROR), None)
    if fails is None:
        return "warning"
    return "error" if fails is Evidence.SUSPECTED else f"error if {fails.value}"


def _loaded(point: EntryPoint) -> Iterator[type[Rule]]:
    try:
        value = point.load()
    except Exception as error:  # whatever an installed package does when it is imported
        raise UsageError(f"entry point {point.name} = {point.value} can't be loaded: {type(error).__name__}: {error}") from error
    if isinstance(value, ModuleType):
        candidates: Iterable[object] = [own for own in vars(value).values() if getattr(own, "__module__", None) == value.__name__]
        yield from (own for own in candidates if _is_rule(own))
    elif isinstance(value, Iterable) and all(map(_is_rule, items := list(value))):
        yield from items
    else:
        raise UsageError(f"entry point {point.name} = {point.value} is neither a module nor a sequence of rules")


def _is_rule(value: object) -> TypeGuard[type[Rule]]:
    return isinstance(value, type) and issubclass(value, Rule) and hasattr(value, "code")


def _where(rule: type[Rule]) -> str:
    return f"{rule.__module__}.{rule.__qualname__}"
