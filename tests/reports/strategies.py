"""Findings with any text in them."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st

from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.finding import Execution, Finding, Site, Witness

# What breaks line formats and terminals, more often than chance would draw it; and lone surrogates, as in file names.
_LINES = ("\n", "\r", "\r\n", "\u2028", "\t")
_MARKS = ("::", "##[", "%0A", "%", ",", "|", "```", "\\")
_CHARACTERS = ("\x1b[31m", "\u202e", "漢", "e\u0301", "\udce9", "\ud83d")
_PIECES = st.sampled_from(_LINES + _MARKS + _CHARACTERS)

# A busy machine isn't a failure.
calm = settings(deadline=None, max_examples=50)

texts = st.lists(st.one_of(_PIECES, st.text(max_size=8)), max_size=6).map("".join)
paths = texts.map(lambda text: text.replace("\0", "") or "a.py")
witnesses = st.builds(Witness, st.sampled_from(Evidence), texts, st.none() | texts)
findings = st.builds(
    Finding,
    rule=st.sampled_from(["GIL000", "GIL301", "GIL401", "ABC001"]),
    name=texts,
    level=st.sampled_from(Level),
    evidence=st.sampled_from(Evidence),
    site=st.builds(Site, paths, st.integers(1, 9999), st.integers(0, 200), texts),
    end_line=st.integers(1, 9999),
    message=texts,
    advice=texts,
    source=texts,
    witnesses=st.lists(witnesses, max_size=3).map(tuple),
    suppressed=st.none() | texts,
    baselined=st.booleans(),
    replay=st.none() | texts,
    execution=st.none() | st.builds(Execution, st.booleans(), st.none() | st.lists(texts, max_size=4).map(tuple)),
)
