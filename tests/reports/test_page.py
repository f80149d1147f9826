"""A rule's page as Markdown and as text."""

from __future__ import annotations

import re
from typing import ClassVar

import pytest

from pytest_gilcheck.model.evidence import Evidence
from pytest_gilcheck.model.rule import Example, Page, Rule
from pytest_gilcheck.reports.page import explain, level_sentence, markdown
from pytest_gilcheck.rules import all_rules


class Sample(Rule):
    """A rule with everything that a page can have."""

    code = "GIL950"
    name = "sample-pitfall"
    fails_from: ClassVar[Evidence | None] = Evidence.OBSERVED
    page = Page(
        what="It finds `x`. More.",
        why="- one reason,\n  of two lines\n- another",
        instead="Write this:",
        observed="Two paragraphs.\n\n```python\nkeep  =  this\n\nas = it_is\n```\n\nEnd.",
        limits="See [the page](https://example.org/a).",
        references=("[PEP 8](https://peps.python.org/pep-0008/)", "nothing else"),
    )
    bad = (Example("plain", "\nx = 1  # GIL950 why\n"), Example("other", "z = 1  # GIL950"))
    good = (Example("the better way", "y = 1\n"), Example("a look-alike", "w = 1\n"))


MARKDOWN = """\
# GIL950 sample-pitfall

A warning; an error once it is observed.

## What it does

It finds `x`. More.

## Why it is bad

- one reason,
  of two lines
- another

## Example

```python
x = 1  # GIL950 why
```

## Use instead

Write this:

```python
y = 1
```

## How it is observed

Two paragraphs.

```python
keep  =  this

as = it_is
```

End.

## Known limits

See [the page](https://example.org/a).

## Stays silent for

- the better way
- a look-alike

## References

- [PEP 8](https://peps.python.org/pep-0008/)
- nothing else
"""

TEXT = """\
GIL950 sample-pitfall

A warning; an error once it is observed.

What it does

  It finds x. More.

Why it is bad

  - one reason, of two lines
  - another

Example

      x = 1  # GIL950 why

Use instead

  Write this:

      y = 1

How it is observed

  Two paragraphs.

      keep  =  this

      as = it_is

  End.

Known limits

  See the page <https://example.org/a>.

Stays silent for

  - the better way
  - a look-alike

References

  - PEP 8 <https://peps.python.org/pep-0008/>
  - nothing else"""


def test_the_markdown_has_every_section_in_order() -> None:
    """The sections of every page stand in one order; the first examples are shown, all good ones named."""
    assert markdown(Sample) == MARKDOWN
    assert markdown(Sample, title=False) == MARKDOWN.partition("\n\n")[2]


def test_the_text_reads_without_markdown() -> None:
    """Code as code, links with their addresses, lists and code blocks as they were."""
    assert explain(Sample, color=False) == TEXT


def test_colours_change_no_letter() -> None:
    """Without the codes, it is the same text."""
    colored = explain(Sample, color=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == TEXT
    assert "\x1b[1mGIL950 sample-pitfall\x1b[0m" in colored
    assert "\x1b[2m# GIL950 why\x1b[0m" in colored


@pytest.mark.parametrize(
    ("fails_from", "sentence"),
    [
        (None, "Always a warning."),
        (Evidence.SUSPECTED, "An error."),
        (Evidence.PROVED, "A warning; an error once it is proved."),
    ],
)
def test_the_level_is_a_sentence(fails_from: Evidence | None, sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a finding fails a run."""
    monkeypatch.setattr(Sample, "fails_from", fails_from)
    assert level_sentence(Sample) == sentence


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_every_page_can_be_shown(rule: type[Rule]) -> None:
    """No Markdown is left in the text, and its running text fits a terminal of 80 cells unless an address doesn't."""
    text = explain(rule, color=False)
    prose = [line for line in text.split("\n") if not line.startswith("      ")]
    assert [line for line in prose if len(line) > 80 and "://" not in line] == []
    assert not re.search(r"`\S+`|\]\(", "\n".join(prose))
    assert markdown(rule).startswith(f"# {rule.code} {rule.name}\n")
