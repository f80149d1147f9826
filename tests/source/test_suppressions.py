"""Comments that silence findings."""

from __future__ import annotations

from collections.abc import Callable, Collection
from textwrap import dedent

import pytest

from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.finding import Finding, Site
from pytest_gilcheck.rules.files.idle_suppression import IdleSuppression
from pytest_gilcheck.source.suppressions import IDLE, IDLE_NAME, apply

EQUALS: dict[str, tuple[str, ...]] = {
    "GIL000": (),
    "GIL003": (),
    "GIL203": ("S110", "BLE001"),
    "GIL205": ("RUF006",),
    "GIL301": (),
    "GIL302": (),
    "GIL401": (),
    "GIL701": ("ASYNC210", "ASYNC251"),
}


def at(line: int, rule: str = "GIL301", *, end: int = 0, column: int = 1) -> Finding:
    return Finding(rule, "some-rule", Level.ERROR, Evidence.SUSPECTED, Site("app.py", line, column), end or line, "wrong", "mend")


def applied(text: str, *findings: Finding, enabled: Callable[[str], bool] = lambda code: True) -> tuple[list[str | None], list[Finding]]:
    """The reasons, one for each finding, and the GIL003 findings."""
    after = apply(dedent(text).lstrip("\n"), "app.py", findings, noqa=EQUALS, codes=EQUALS, enabled=enabled)
    assert [f.site for f in after[: len(findings)]] == [f.site for f in findings]
    return [f.suppressed for f in after[: len(findings)]], after[len(findings) :]


def reasons(text: str, *findings: Finding) -> list[str | None]:
    """The reasons, where nothing is idle."""
    suppressed, idle = applied(text, *findings)
    assert [f.message for f in idle] == []
    return suppressed


def complaint(text: str, *findings: Finding) -> str:
    """The message of the only GIL003."""
    _, idle = applied(text, *findings)
    [warning] = idle
    assert (warning.rule, warning.level) == (IDLE, Level.WARNING)
    return warning.message


@pytest.mark.parametrize(
    ("comment", "reason"),
    [
        ("# gilcheck: ignore[GIL301] filled once", "filled once"),
        ("#gilcheck:ignore[GIL301]filled once", "filled once"),
        ("#  gilcheck:  IGNORE [ gil301 ]: filled once ", "filled once"),
        ("# gilcheck: ignore[GIL301] - filled once", "filled once"),
        ("# gilcheck: ignore[GIL3] the whole group", "the whole group"),
        ("# gilcheck: ignore[GIL301] filled once  # noqa: E501", "filled once"),
        ("# type: ignore[misc]  # gilcheck: ignore[GIL301] filled once", "filled once"),
        ("# gilcheck: ignore[GIL301] see issue#12", "see issue#12"),
    ],
)
def test_a_comment_on_the_line_silences_with_its_reason(comment: str, reason: str) -> None:
    """Spaces, case, dashes and neighbours in the comment don't matter."""
    assert reasons(f"q = Queue()  {comment}\n", at(1)) == [reason]


def test_a_comment_silences_only_the_rules_it_names() -> None:
    """Another rule's finding on the same line still counts."""
    assert reasons("q = Queue()  # gilcheck: ignore[GIL301] fine\n", at(1), at(1, "GIL401")) == ["fine", None]
    assert reasons("q = Queue()  # gilcheck: ignore[GIL301, GIL401] fine\n", at(1), at(1, "GIL401")) == ["fine", "fine"]
    assert reasons("q = Queue()  # gilcheck: ignore[GIL301 GIL4] fine\n", at(1), at(1, "GIL401")) == ["fine", "fine"]


def test_a_comment_silences_each_finding_that_starts_on_its_line() -> None:
    """Two places on one line need one comment."""
    assert reasons("q, r = Queue(), Queue()  # gilcheck: ignore[GIL301] fine\n", at(1), at(1, column=9)) == ["fine", "fine"]


def test_a_comment_above_silences_the_next_statement() -> None:
    """All lines of the statement, other comments between, but nothing after it."""
    text = """
        # gilcheck: ignore[GIL301] fine
        # more words
        q = make(
            Queue(),
        )
        r = Queue()
    """
    assert reasons(text, at(4), at(6)) == ["fine", None]
    assert reasons(text, at(3, end=5), at(6)) == ["fine", None]


def test_an_empty_line_parts_the_comment_from_the_statement() -> None:
    """Above means directly above."""
    assert applied("# gilcheck: ignore[GIL301] fine\n\nq = Queue()\n", at(3))[0] == [None]


def test_a_trailing_comment_does_not_speak_of_the_next_line() -> None:
    """Only a comment alone on its line looks down."""
    assert applied("x = 1  # gilcheck: ignore[GIL301] fine\nq = Queue()\n", at(2))[0] == [None]


def test_a_comment_above_a_compound_statement_silences_its_header() -> None:
    """The body has lines of its own."""
    text = """
        def f():
            # gilcheck: ignore[GIL203] fine
            with suppress(
                Exception
            ):
                with suppress(Exception):
                    pass
    """
    assert reasons(text, at(4, "GIL203"), at(6, "GIL203")) == ["fine", None]


@pytest.mark.parametrize("line", [2, 3, 4])
def test_a_comment_above_decorators_speaks_of_the_function(line: int) -> None:
    """A finding at the `def`, at a decorator or in one is silenced."""
    text = """
        # gilcheck: ignore[GIL301] fine
        @one
        @two(Queue())
        def f(q=Queue()):
            return Queue()
    """
    assert reasons(text, at(line), at(5)) == ["fine", None]


def test_a_comment_between_decorators_speaks_of_the_function() -> None:
    """Between a decorator and the `def` is above it too."""
    assert reasons("@one\n# gilcheck: ignore[GIL301] fine\ndef f(q=Queue()): pass\n", at(3)) == ["fine"]


@pytest.mark.parametrize("line", [1, 2, 3])
def test_any_line_of_what_is_flagged_will_do(line: int) -> None:
    """A formatter may put the comment at the start, in the middle or at the end of a statement of several lines."""
    lines = ["pool.submit(", "    work,", ")"]
    lines[line - 1] += "  # gilcheck: ignore[GIL301] fine"
    assert reasons("\n".join(lines) + "\n", at(1, end=3)) == ["fine"]


@pytest.mark.parametrize("line", [1, 4])
def test_a_formatter_may_break_the_line(line: int) -> None:
    """A comment behind the first or last line of a statement speaks of what is in it, when nothing is nearer."""
    lines = ["x = wrap(", "    Queue(),", "    Queue(),", ")"]
    lines[line - 1] += "  # gilcheck: ignore[GIL301] fine"
    assert reasons("\n".join(lines) + "\ny = Queue()\n", at(2), at(3), at(5)) == ["fine", "fine", None]
    lines[line - 1] = lines[line - 1].replace("gilcheck: ignore[GIL301] fine", "noqa: RUF006")
    assert reasons("\n".join(lines) + "\n", at(2, "GIL205")) == ["noqa: RUF006"]


def test_a_comment_in_the_middle_of_a_statement_is_for_its_own_line() -> None:
    """Other lines between its first and last have comments of their own."""
    text = "x = wrap(\n    1,  # gilcheck: ignore[GIL301] fine\n    Queue(),\n)\n"
    assert applied(text, at(3))[0] == [None]


def test_inside_brackets_each_line_has_its_own_comment() -> None:
    """A comment there speaks of its own line, or of the next when it is alone, not of the whole statement."""
    text = """
        queues = {
            "a": Queue(),  # gilcheck: ignore[GIL301] one
            "b": Queue(),
            # gilcheck: ignore[GIL301] two
            "c": Queue(),
            "d": Queue(),
        }
    """
    assert reasons(text, at(2), at(3), at(5), at(6)) == ["one", None, "two", None]


def test_what_starts_on_the_line_goes_before_what_encloses_it() -> None:
    """A comment in the body of a flagged loop silences the finding there, and the loop only when there is none."""
    text = """
        for f in futures:
            q = Queue()  # gilcheck: ignore[GIL301] fine
    """
    assert reasons(text, at(1, end=2), at(2)) == [None, "fine"]
    assert reasons(text, at(1, end=2)) == ["fine"]


@pytest.mark.parametrize(
    "text",
    [
        'q = Queue("# gilcheck: ignore[GIL301] text")\n',
        's = """\n# gilcheck: ignore[GIL301] text\n"""; q = Queue()\n',
        "s = f'{x}# gilcheck: ignore[GIL301] text'; q = Queue()\n",
        "q = Queue()  # write '# gilcheck: ignore[GIL301] why' to silence it\n",
    ],
)
def test_text_is_no_comment(text: str) -> None:
    """Strings and quotations silence nothing and are no idle comments."""
    assert set(reasons(text, at(1), at(text.count("\n")))) == {None}


def test_a_comment_after_a_string_of_several_lines_counts() -> None:
    """It stands on the last line of what is flagged."""
    assert reasons('q = Queue("""\n""")  # gilcheck: ignore[GIL301] fine\n', at(1, end=2)) == ["fine"]


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\n"])
def test_lines_are_counted_as_python_counts_them(newline: str) -> None:
    """Windows and old Mac line ends move no comment."""
    text = newline.join(["x = 1", "q = Queue()  # gilcheck: ignore[GIL301] fine", "# gilcheck: ignore[GIL401] two", "n += 1", ""])
    assert [
        f.suppressed for f in apply(text, "app.py", [at(2), at(4, "GIL401")], noqa=EQUALS, codes=EQUALS, enabled=lambda code: True)
    ] == ["fine", "two"]


def test_a_comment_without_a_reason_silences_and_is_reported() -> None:
    """Silence without a word is kept but named; a dash is no reason."""
    for text in ("q = Queue()  # gilcheck: ignore[GIL301]\n", "q = Queue()  # gilcheck: ignore[GIL301] --\n"):
        suppressed, [idle] = applied(text, at(1))
        assert suppressed == ["no reason given"]
        assert idle.message == "this comment silences GIL301 without a reason"
        assert (idle.site.line, idle.site.column, idle.source) == (1, 14, text.rstrip("\n"))


def test_an_unused_comment_is_reported() -> None:
    """So that comments go when the code is mended."""
    assert complaint("q = Queue(1)  # gilcheck: ignore[GIL301] fine\n") == "this comment silences no finding of GIL301"
    assert complaint("q = Queue(1)  # gilcheck: ignore[GIL3] fine\n") == "this comment silences no finding of GIL3"


def test_the_unused_part_of_a_list_is_reported() -> None:
    """Codes that silence nothing are named, with what to take out."""
    _, [idle] = applied("q = Queue()  # gilcheck: ignore[GIL301, GIL401] fine\n", at(1))
    assert (idle.message, idle.advice) == ("this comment silences no finding of GIL401", "take GIL401 out")


def test_an_unused_comment_is_silent_while_its_rules_take_no_part() -> None:
    """Nobody can say that it is idle when the rule, or one of a prefix, was not asked."""

    def without(codes: Collection[str]) -> list[Finding]:
        return applied("q = 1  # gilcheck: ignore[GIL3] fine\n", enabled=lambda code: code not in codes)[1]

    assert len(without(())) == 1
    assert without(["GIL302"]) == []
    assert without([IDLE]) == []


@pytest.mark.parametrize(
    ("comment", "says"),
    [
        ("# gilcheck: ignore", "names no rules in brackets"),
        ("# gilcheck: ignore GIL301 fine", "names no rules in brackets"),
        ("# gilcheck: ignore[GIL301 fine", "names no rules in brackets"),
        ("# gilcheck: disable=GIL301", "names no rules in brackets"),
        ("# gilcheck:", "names no rules in brackets"),
        ("# gilcheck: ignore[] fine", "its list of rules is empty"),
        ("# gilcheck: ignore[GIL3x] fine", "'GIL3X' in this comment is not a rule code or prefix"),
        ("# gilcheck: ignore[unbounded-queue] fine", "'UNBOUNDED-QUEUE' in this comment is not a rule code or prefix"),
        ("# gilcheck: ignore[GIL999] fine", "no rule matches 'GIL999' in this comment"),
    ],
)
def test_a_comment_that_cannot_be_understood_is_reported(comment: str, says: str) -> None:
    """It silences nothing, and says how it would."""
    suppressed, [idle] = applied(f"q = Queue()  {comment}\n", at(1))
    assert suppressed == [None]
    assert says in idle.message
    assert "ignore[GIL301] reason" in idle.advice or "GIL301, GIL302" in idle.advice


def test_all_faults_of_a_comment_are_one_finding() -> None:
    """The ledger keeps one finding a place, so nothing may be lost there."""
    message = complaint("q = Queue()  # gilcheck: ignore[GIL301, GIL999, oops]\n", at(1))
    assert message.count("; ") == 2


def test_a_comment_kept_on_purpose_can_silence_its_own_report() -> None:
    """GIL003 in its list says that the comment may be idle."""
    _, [idle] = applied("q = Queue(1)  # gilcheck: ignore[GIL301, GIL003] only on some platforms\n")
    assert idle.suppressed == "only on some platforms"
    suppressed, [idle_too] = applied("q = Queue()  # gilcheck: ignore[GIL301, GIL003]\n", at(1))
    assert (suppressed, idle_too.suppressed) == (["no reason given"], "no reason given")


@pytest.mark.parametrize(
    ("comment", "reason"),
    [
        ("# noqa: RUF006", "noqa: RUF006"),
        ("# noqa:RUF006", "noqa: RUF006"),
        ("#noqa : ruf006", "noqa: RUF006"),
        ("# noqa: E501,RUF006", "noqa: RUF006"),
        ("# noqa: RUF006, S110", "noqa: RUF006"),
        ("# noqa: S110 RUF006 because", "noqa: RUF006"),
        ("# kept  # noqa: RUF006", "noqa: RUF006"),
        ("# noqa: RUF", None),
        ("# noqa: RUF0060", None),
        ("# noqa: S110", None),
        ("# noqa", None),
        ("# noqa because RUF006", None),
    ],
)
def test_a_noqa_of_an_equal_rule_counts(comment: str, reason: str | None) -> None:
    """Nobody annotates twice; a blanket `noqa` or another code is not about this."""
    assert reasons(f"create_task(f())  {comment}\n", at(1, "GIL205")) == [reason]


def test_a_noqa_behind_a_broken_header_counts() -> None:
    """The header of a compound statement is a statement here, its body is not."""
    text = "with suppress(\n    Exception\n):  # noqa: BLE001\n    with suppress(Exception):\n        pass\n"
    assert reasons(text, at(1, "GIL203"), at(4, "GIL203")) == ["noqa: BLE001", None]


def test_a_noqa_counts_on_any_line_of_what_is_flagged_and_for_a_shorter_code() -> None:
    """As in flake8, where S1 stands for S110."""
    assert reasons("try:\n    f()\nexcept Exception:\n    pass  # noqa: S1\n", at(3, "GIL203", end=4)) == ["noqa: S1"]
    assert reasons("x = 1  # noqa: S110\ntry:\n    f()\nexcept Exception:\n    pass\n", at(4, "GIL203", end=5)) == [None]


def test_a_noqa_in_a_string_is_text() -> None:
    """Only comments count."""
    assert reasons("create_task(f('# noqa: RUF006'))\n", at(1, "GIL205")) == [None]


def test_our_comment_goes_before_a_noqa() -> None:
    """The reason is shown when there is one."""
    assert reasons("t()  # noqa: RUF006 # gilcheck: ignore[GIL205] fire and forget\n", at(1, "GIL205")) == ["fire and forget"]


@pytest.mark.parametrize("rest", ["f(", "  x = (\n", "'''", "if x:\n  a\n b\n", "\0", "$"])
def test_broken_files_keep_their_comments_and_have_none_idle(rest: str) -> None:
    """What stands before the error still silences; nothing is called idle where the rules couldn't look."""
    text = "q = Queue()  # gilcheck: ignore[GIL301] fine\nr = 1  # gilcheck: ignore[GIL401] two\n" + rest
    after = apply(text, "app.py", [at(1), at(3, "GIL000")], noqa=EQUALS, codes=EQUALS, enabled=lambda code: True)
    assert [f.suppressed for f in after] == ["fine", None]


def test_an_unreadable_file_can_be_accepted_by_a_comment_above() -> None:
    """A file of broken syntax that is kept as data says so where the error is."""
    after = apply(
        "# gilcheck: ignore[GIL000] test data\nx = (\n", "app.py", [at(2, "GIL000")], noqa=EQUALS, codes=EQUALS, enabled=lambda code: True
    )
    assert [f.suppressed for f in after] == ["test data"]


def test_files_without_the_words_are_not_tokenized(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most files cost one search for a word."""

    def refuse(_readline: object) -> None:
        raise AssertionError("tokenized")

    monkeypatch.setattr("tokenize.generate_tokens", refuse)
    assert reasons("q = Queue()\nx = 1  # noqa: E501\n", at(1)) == [None]
    assert reasons("x = 1  # noqa: E501\n") == []


def test_without_a_list_of_rules_only_full_codes_are_judged() -> None:
    """A caller that can't name the rules that exist gets no wrong word about a code or prefix."""
    text = "q = 1  # gilcheck: ignore[GIL9] fine\nr = 1  # gilcheck: ignore[GIL998] fine\n"
    [idle] = apply(text, "app.py", [], noqa={}, enabled=lambda code: True)
    assert idle.message == "this comment silences no finding of GIL998"


def test_the_words_are_those_of_the_rule() -> None:
    """The engine can't import the rule that explains the finding, so both say its name."""
    assert (IdleSuppression.code, IdleSuppression.name) == (IDLE, IDLE_NAME)
