"""The source line and its caret."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_gilcheck.reports.snippet import flagged_end, snippet
from tests.reports.strategies import calm, texts


@pytest.mark.parametrize(
    ("source", "column", "flagged"),
    [
        ("    self.hits += 1  # count", 5, "self.hits += 1"),
        ("run(pool.submit(f, x), 3)", 5, "pool.submit(f, x)"),
        ("for x in pool.map(f, xs):", 10, "pool.map(f, xs)"),
        ("if k not in d: d[k] = 1", 1, "if k not in d: d[k] = 1"),
        ("with lock:  # held", 1, "with lock"),
        ("f = {'a': g(1)}; h()", 5, "{'a': g(1)}"),
        ("pool.submit(print, 'it''s # no, comment')  # this", 1, "pool.submit(print, 'it''s # no, comment')"),
        (r"q.put('\'), x', 1)", 1, r"q.put('\'), x', 1)"),
        ('x = f("""a), b', 5, 'f("""a), b'),
        ("x = f('open", 5, "f('open"),
        (")", 1, ")"),
    ],
)
def test_flagged_text(source: str, column: int, flagged: str) -> None:
    """Carets end where the expression or statement ends."""
    assert source[column - 1 : flagged_end(source, column - 1)] == flagged


@pytest.mark.parametrize(
    ("source", "column", "text", "carets"),
    [
        ("\tx = Queue()", 6, "    x = Queue()", "        ^^^^^^^"),
        ("漢 = Queue()", 5, "漢 = Queue()", "     ^^^^^^^"),
        ("e\u0301 = Queue()", 6, "e\u0301 = Queue()", "    ^^^^^^^"),
        ("s = '\x1b[31m', Queue()", 14, r"s = '\x1b[31m', Queue()", "                ^^^^^^^"),
        ("s = '\u202e', Queue()", 10, r"s = '\u202e', Queue()", "              ^^^^^^^"),
        ("e\u0301", 2, "e\u0301", "^"),
        ("f('\udce9')", 1, r"f('\xe9')", "^^^^^^^^^"),
    ],
)
def test_caret_stands_under_what_is_flagged(source: str, column: int, text: str, carets: str) -> None:
    """Tabs, wide, combining, control and undecodable characters don't move the caret, and can't touch the terminal."""
    shown = snippet(source, column, 72)
    assert (shown.text, shown.blanks + shown.carets) == (text, carets)


def test_unknown_column_has_no_caret() -> None:
    """Without a column, and with one outside the line, only the text is shown."""
    assert snippet("x = 1  ", 0, 72).text == "x = 1"
    assert snippet("x = 1", 0, 72).carets == snippet("x = 1", 6, 72).carets == ""


def test_long_line_is_cut_around_the_caret() -> None:
    """A line that doesn't fit shows what is flagged, some of what stands before it, and where it was cut."""
    shown = snippet("a" * 200 + " = Queue() + " + "b" * 200, 204, 40)
    assert shown.text == "…aaaaaaaa = Queue() + bbbbbbbbbbbbbbbbb…"
    assert shown.text.index("Queue") == len(shown.blanks)
    assert shown.text[: len(shown.blanks) + len(shown.carets)] == shown.text[:-1]


def test_long_line_without_column_shows_its_start() -> None:
    """A line that doesn't fit and has no column is cut at its end only."""
    assert snippet("x" * 100, 0, 40).text == "x" * 38 + "…"


@calm
@given(source=texts, column=st.integers(0, 40), width=st.integers(30, 120))
def test_any_line_fits_and_is_printable(source: str, column: int, width: int) -> None:
    """Whatever the line holds, it is printable, as wide as allowed at most, and the carets stay under it."""
    shown = snippet(source * 5, column, width)
    cells = sum(0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF") for c in shown.text)
    assert shown.text.isprintable()
    assert cells <= width
    assert set(shown.blanks) <= {" "}
    assert len(shown.blanks) + len(shown.carets) <= max(cells, 1)


def test_line_of_megabytes_is_shown_at_once() -> None:
    """Only the neighbourhood of the column is looked at."""
    shown = snippet("x = [" + "1, " * 3_000_000 + "Queue()]", 9_000_006, 72)
    assert shown.text.endswith("1, Queue()]")
    assert shown.carets == "^^^^^^^"
