"""GIL000 unreadable-file."""

from __future__ import annotations

from pytest_gilcheck.model.evidence import Evidence
from pytest_gilcheck.model.rule import Page, Rule


class UnreadableFile(Rule):
    """A file that was to be checked and couldn't be read or parsed."""

    code = "GIL000"
    name = "unreadable-file"
    fails_from = Evidence.SUSPECTED
    page = Page(
        what="""\
A file that was to be checked could not be: it can't be opened, is not in the encoding it declares, or is not Python for the
interpreter that runs the check. Each such file gives one finding, at the place of the error where one is known; all other files are
checked as usual. A directory that can't be listed is reported in the same way. It is a warning for a file in a test suite that has no
test module's name (broken files are kept there as data), and for one whose name says that it is for a later Python (`test_x_py314.py`).""",
        why="""\
A clean report should mean that everything was looked at. A file that is passed over in silence may hold any of the pitfalls, and a
file with a syntax error fails only later, when something imports it.""",
        instead="""\
Mend the file. If it is broken on purpose, keep it out: name its folder in pytest's `norecursedirs`, or leave the
rule out for it with a line such as `tests/data/*: GIL000` in `gilcheck_per_path_ignores`. If its syntax is newer than the
interpreter, run the check with the newest Python the project supports.""",
        observed="Not observed while tests run: pytest itself reports a test file that fails to import.",
        limits="""\
What is valid Python depends on the interpreter that runs the check. Files of more than 5 MB are not read; files that nest more deeply
than the parser allows can't be.""",
        references=(
            "[PEP 263](https://peps.python.org/pep-0263/): how a file declares its encoding",
            "[norecursedirs](https://docs.pytest.org/en/stable/reference/reference.html#confval-norecursedirs) in pytest's reference",
        ),
    )
