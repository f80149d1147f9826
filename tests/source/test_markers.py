"""The marker `gilcheck_ignore` as it is read in the source."""

from __future__ import annotations

import pytest

from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.finding import Finding, Site
from pytest_gilcheck.source import markers


def suppressed_lines(text: str, *, rule: str = "GIL301") -> dict[int, str]:
    """Lines of the text at which a finding of the rule would be suppressed, with the reason."""
    rows = range(1, text.count("\n") + 1)
    findings = [Finding(rule, "name", Level.ERROR, Evidence.SUSPECTED, Site("test_a.py", row, 1), row, "m", "a") for row in rows]
    return {f.site.line: f.suppressed for f in markers.apply(text.encode(), findings) if f.suppressed is not None}


def test_function() -> None:
    """On a function it holds from its first decorator to its last line."""
    text = "import pytest\n@pytest.mark.gilcheck_ignore('GIL301', reason='why')\n@other\nasync def test():\n    pass\nx = 1\n"
    assert suppressed_lines(text) == dict.fromkeys((2, 3, 4, 5), "why")


def test_other_rules_are_not_touched() -> None:
    """Only the named rules are accepted."""
    text = "@pytest.mark.gilcheck_ignore('GIL301', 'GIL302', reason='why')\ndef test():\n    pass\n"
    assert suppressed_lines(text, rule="GIL401") == {}
    assert suppressed_lines(text, rule="GIL302") == dict.fromkeys((1, 2, 3), "why")


@pytest.mark.parametrize(
    "text",
    [
        "class TestA:\n    pytestmark = [pytest.mark.gilcheck_ignore('GIL301', reason='why')]\n    x = 1\n",
        "@pytest.mark.gilcheck_ignore('GIL301', reason='why')\nclass TestA:\n    x = 1\n",
        "pytestmark = pytest.mark.gilcheck_ignore('GIL301', reason='why')\nx = 1\nx = 2\n",
        "x = 1\nx = 1\npytestmark: list = [pytest.mark.slow, mark.gilcheck_ignore('GIL301', reason='why')]\n",
        "known = pytest.mark.gilcheck_ignore('GIL301', reason='why')\npytestmark = [known]\nx = 1\n",
    ],
    ids=["class pytestmark", "class", "module", "annotated module list", "named before"],
)
def test_where_it_can_stand(text: str) -> None:
    """On classes, in `pytestmark` of a class or module, alone or in a list, also under a name given before."""
    assert suppressed_lines(text) == dict.fromkeys((1, 2, 3), "why")


@pytest.mark.parametrize(
    "text",
    [
        "@pytest.mark.gilcheck_ignore('GIL301')\ndef test():\n    pass\n",
        "@pytest.mark.gilcheck_ignore('GIL301', reason=' ')\ndef test():\n    pass\n",
        "@pytest.mark.gilcheck_ignore('GIL301', reason=why)\ndef test():\n    pass\n",
        "@pytest.mark.gilcheck_ignore\ndef test():\n    pass\n",
        "'gilcheck_ignore'\n@pytest.mark.skip(reason='why')\ndef test():\n    pass\n",
        "def test(:\n    gilcheck_ignore\n",
        "gilcheck_ignore = '\0'\n",
    ],
    ids=["no reason", "empty reason", "computed reason", "not called", "another marker", "syntax error", "NUL"],
)
def test_what_does_not_count(text: str) -> None:
    """Without a written reason nothing is accepted; a file that doesn't parse is no error here."""
    assert suppressed_lines(text) == {}
