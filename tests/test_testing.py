"""The test kit that rules of others are tested with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pytest_gilcheck import Evidence, Example, Level, Module, Page, SourceRule, Suspicion
from pytest_gilcheck.testing import assert_example, assert_rule_examples, check_files, check_source, flagged_lines


class Sleeps(SourceRule):
    """Flags each call of a sleep."""

    code = "GIL990"
    name = "sleeps"
    fails_from = Evidence.SUSPECTED
    page = Page("Flags sleep.", "", "", "", "")
    bad = (Example("sleep", "import threading, time\ntime.sleep(1)  # GIL990\n"),)
    good = (Example("no sleep", "import threading\nprint(1)\n"),)

    def check(self, module: Module) -> Iterator[Suspicion]:
        """Each call."""
        for call in module.calls_to("sleep"):
            yield Suspicion(call, "it sleeps", "don't")


def _with(**changes: object) -> type[Sleeps]:
    return type("Changed", (Sleeps,), changes)


def test_a_rule_whose_examples_hold_is_accepted() -> None:
    """Bad ones flagged where they say, good ones not."""
    assert_rule_examples(Sleeps)


WRONG = [
    ({"bad": ()}, "has no bad example"),
    ({"good": ()}, "has no good example"),
    ({"bad": (Example("unmarked", "import threading\nprint()\n"),)}, "no line is marked"),
    (
        {"bad": (Example("wrong line", "import threading  # GIL990\nsleep()\n"),)},
        r"expected \[\('app.py', 1, 'GIL990'\)\], found \[\('app.py', 2",
    ),
    ({"good": (Example("flagged", "import threading\nsleep()\n"),)}, "it sleeps"),
    ({"good": (Example("sleep", "import threading\n"),)}, "share a title"),
    ({"bad": (Example("level", "import threading\nsleep()  # GIL990\n", level=Level.WARNING),)}, "expected level warning, found error"),
]


@pytest.mark.parametrize(("changes", "message"), WRONG)
def test_a_wrong_example_is_told(changes: dict[str, object], message: str) -> None:
    """What was expected, what was found, and in which example."""
    with pytest.raises(AssertionError, match=message):
        assert_rule_examples(_with(**changes))


def test_examples_may_span_files_and_pretend_paths() -> None:
    """The rest of a small project stands beside the example, and a test file is one by its path."""
    example = Example(
        "two files",
        "import threading\nsleep()  # GIL990\n",
        path="tests/test_a.py",
        others=(("lib.py", "import threading\nsleep()  # GIL990\n"),),
    )
    assert_example(Sleeps, example)


def test_marks_are_found_with_their_lines() -> None:
    """Path, line and code of each, in order."""
    assert flagged_lines({"b.py": "x  # GIL101\n", "a.py": "\n    y  # GIL201 and why\n"}) == [("a.py", 2, "GIL201"), ("b.py", 1, "GIL101")]


def test_code_is_dedented_and_settings_are_passed_on() -> None:
    """So that examples can be indented in a test, and selection tested."""
    assert [f.site.line for f in check_source("    import threading\n    sleep()\n", Sleeps)] == [2]
    assert check_files({"a.py": "import threading\nsleep()\n"}, [Sleeps], ignore=("GIL990",)) == []
