"""Text made safe."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_gilcheck.reports.escaping import is_absolute, one_line, printable, uri, well_formed, well_formed_values
from tests.reports.strategies import calm, texts


@calm
@given(texts)
def test_well_formed_can_be_encoded(text: str) -> None:
    """The result is always UTF-8, and text that was already is unchanged."""
    result = well_formed(text)
    result.encode("utf-8")
    if not any("\ud800" <= character <= "\udfff" for character in text):
        assert result == text


@pytest.mark.parametrize(("text", "spelt"), [("caf\udce9", r"caf\xe9"), ("\ud83d\ude00", r"\ud83d\ude00"), ("é", "é")])
def test_surrogates_are_spelt(text: str, spelt: str) -> None:
    """A byte that is no UTF-8 shows as that byte, other surrogates as their code point."""
    assert well_formed(text) == spelt


def test_values_keep_their_shape() -> None:
    """Every string of nested builtins is made well formed; other values stay."""
    value = {"a\udce9": ["\udce9", 1, None, True, ("x",)]}
    assert well_formed_values(value) == {"a\\xe9": ["\\xe9", 1, None, True, ["x"]]}


@calm
@given(texts)
def test_printable_is_printable(text: str) -> None:
    """Nothing that moves the cursor is left, and printable text is unchanged."""
    assert printable(text).isprintable()
    assert one_line(text).isprintable()
    if text.isprintable():
        assert printable(text) == text


@pytest.mark.parametrize(
    ("path", "reference"),
    [
        ("src/a.py", "src/a.py"),
        ("a b/100%.py", "a%20b/100%25.py"),
        ("a:b.py", "a%3Ab.py"),
        ("caf\udce9.py", "caf%E9.py"),
        ("naïve.py", "na%C3%AFve.py"),
        ("/usr/lib/a b.py", "file:///usr/lib/a%20b.py"),
        ("C:/lib/a.py", "file:///C:/lib/a.py"),
        ("//server/share/a.py", "file://server/share/a.py"),
        ("\ud800.py", "%ED%A0%80.py"),
    ],
)
def test_uri(path: str, reference: str) -> None:
    """Relative paths stay relative and can't be taken for a scheme; bytes of file names are kept."""
    assert uri(path) == reference


@calm
@given(st.text(min_size=1))
def test_uri_is_ascii(path: str) -> None:
    """A URI needs no further escaping."""
    assert uri(path).isascii()


def test_is_absolute() -> None:
    """Absolute paths of every system are known on every system."""
    assert is_absolute("/a")
    assert is_absolute("C:/a")
    assert not is_absolute("a/b")
    assert not is_absolute("c:a")
