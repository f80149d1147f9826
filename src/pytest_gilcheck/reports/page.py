"""A rule's page: as Markdown for the documentation and SARIF, and as text for a terminal."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.rule import Example, Rule
from pytest_gilcheck.reports.figures import figures

WIDTH = 80  # cells of running text; longer lines are hard to read on any terminal

_BOLD, _DIM, _CYAN = "1", "2", "36"
_LINK = re.compile(r"\[([^\]]+)\]\((https?://[^)]+)\)")
_CODE = re.compile(r"`([^`]+)`")
_FENCE = re.compile(r"(^```.*?^```$)", re.DOTALL | re.MULTILINE)
_LIST_ITEM = re.compile(r"(?:[-*]|\d+\.) ")


def markdown(rule: type[Rule], *, title: bool = True) -> str:
    """The page as Markdown, its sections in their fixed order; `title` puts code and name above it. Ends in a newline."""
    parts = [f"# {rule.code} {rule.name}"] if title else []
    parts.append(level_sentence(rule))
    for heading, text, example in _sections(rule):
        fence = f"```python\n{_shown(example)}\n```" if example else ""
        parts.append("\n\n".join(filter(None, (f"## {heading}", text, fence))))
    return "\n\n".join(parts) + "\n"


def explain(rule: type[Rule], *, color: bool) -> str:
    """The page as text for a terminal, ANSI-coloured if wanted. No final newline."""

    def paint(text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if color else text

    parts = [paint(f"{rule.code} {rule.name}", _BOLD), level_sentence(rule)]
    for heading, text, example in _sections(rule):
        parts.append(paint(heading, f"{_BOLD};{_CYAN}"))
        parts.extend(_wrapped(text))
        if example:
            code = textwrap.indent(_shown(example), "      ")
            parts.append(re.sub(r"#.*", lambda comment: paint(comment[0], _DIM), code) if color else code)
    return "\n\n".join(parts)


def level_sentence(rule: type[Rule]) -> str:
    """When a finding of the rule is an error and so fails a run."""
    fails = next((evidence for evidence in Evidence if rule.level_at(evidence) is Level.ERROR), None)
    if fails is None:
        return "Always a warning."
    if fails is Evidence.SUSPECTED:
        return "An error."
    return f"A warning; an error once it is {fails.value}."


def _sections(rule: type[Rule]) -> Iterator[tuple[str, str, Example | None]]:
    """Heading, text and example of each section that has any."""
    page = rule.page
    silent = "\n".join(f"- {example.title}" for example in rule.good)
    equals = f"A `# noqa` that names {', '.join(f'`{code}`' for code in rule.equals)}." if rule.equals else ""
    references = "\n".join(f"- {reference}" for reference in page.references)
    for heading, text, example in (
        ("What it does", page.what, None),
        ("Why it is bad", page.why, None),
        ("Example", "", next(iter(rule.bad), None)),
        ("Use instead", page.instead, next(iter(rule.good), None)),
        ("How it is observed", page.observed, None),
        ("Known limits", page.limits, None),
        ("Measured", str(figures().get(rule.code, "")), None),
        ("Stays silent for", silent, None),
        ("Comments that count", equals, None),
        ("References", references, None),
    ):
        if text.strip() or example:
            yield heading, text.strip(), example


def _shown(example: Example) -> str:
    return textwrap.dedent(example.code).strip("\n")


def _wrapped(text: str) -> Iterator[str]:
    """Paragraphs and lists of Markdown, as indented lines; code in fences is left as it is."""
    for part in _FENCE.split(text):
        if part.startswith("```"):
            yield textwrap.indent("\n".join(part.split("\n")[1:-1]), "      ")
        else:
            for paragraph in filter(None, map(str.strip, re.split(r"\n\s*\n", part))):
                yield "\n".join(_fill(item) for item in _items(paragraph))


def _items(paragraph: str) -> list[str]:
    items: list[str] = []
    for line in paragraph.split("\n"):
        if not items or _LIST_ITEM.match(line.lstrip()):
            items.append(line.strip())
        else:
            items[-1] += " " + line.strip()
    return items


def _fill(item: str) -> str:
    plain = _CODE.sub(r"\1", _LINK.sub(r"\1 <\2>", item))
    hanging = "    " if _LIST_ITEM.match(item) else "  "
    return textwrap.fill(plain, WIDTH, initial_indent="  ", subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False)
