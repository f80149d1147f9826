"""What the rules about lost exceptions say, beyond where they say it."""

from __future__ import annotations

from pytest_gilcheck.model.rule import Example, Rule
from pytest_gilcheck.rules.exceptions.dropped_future import DroppedFuture
from pytest_gilcheck.rules.exceptions.dropped_task import DroppedTask
from pytest_gilcheck.rules.exceptions.unchecked_completion import UncheckedCompletion
from pytest_gilcheck.rules.exceptions.unconsumed_map import UnconsumedMap
from pytest_gilcheck.testing import check_files, check_source

RULES: tuple[type[Rule], ...] = (DroppedFuture, UnconsumedMap, UncheckedCompletion, DroppedTask)
POOL = "from concurrent.futures import ThreadPoolExecutor, wait\ndef save(orders, write):\n    with ThreadPoolExecutor() as pool:\n"


def codes(example: Example) -> set[str]:
    """Codes of what the rules find in an example."""
    return {finding.rule for finding in check_files({example.path: example.code, **dict(example.others)}, RULES)}


def test_one_lost_exception_is_told_by_one_rule() -> None:
    """A bad example of one of the rules is flagged by no other of them."""
    for rule in RULES:
        for example in rule.bad:
            assert codes(example) == {rule.code}, example.title


def test_the_message_names_the_work_the_pool_and_the_variable() -> None:
    """A reader learns what runs, where, and what its future is kept in."""
    thrown, kept = check_source(POOL + "        pool.submit(write)\n        future = pool.submit(write)\n", DroppedFuture)
    assert "`write` runs in a thread pool" in thrown.message
    assert "thrown away" in thrown.message
    assert "kept in `future`," in kept.message
    assert "what `future` holds" in kept.advice


def test_a_polled_future_is_told_by_what_is_asked() -> None:
    """The methods that were called instead of `result()` are named."""
    code = POOL + "        future = pool.submit(write)\n        future.running() or future.done()\n"
    (finding,) = check_source(code, DroppedFuture)
    assert "asked for done(), running()" in finding.message


def test_long_work_is_shortened() -> None:
    """The message stays readable when the function is an expression of its own."""
    code = POOL + f"        pool.submit(write.{'very_' * 20}long)\n        pool.submit(lambda: write())\n        pool.submit(*orders)\n"
    long, function, unknown = check_source(code, DroppedFuture)
    assert "very_ver…` runs in" in long.message
    assert function.message.startswith("a lambda runs")
    assert unknown.message.startswith("the work runs")


def test_a_wait_is_told_with_the_line_of_the_submit() -> None:
    """GIL204 stands at the wait, and says what is waited for and where that was started."""
    code = POOL + "        futures = [pool.submit(write, order) for order in orders]\n        wait(futures)\n"
    (finding,) = check_source(code, UncheckedCompletion)
    assert finding.site.line == 5
    assert "`write` (line 4)" in finding.message


def test_advice_for_a_map_shows_its_own_call() -> None:
    """The change is written with the names of this code."""
    (finding,) = check_source(POOL + "        pool.map(write, orders)\n", UnconsumedMap)
    assert "list(pool.map(…))" in finding.advice


def test_a_noqa_of_ruff_silences_a_dropped_task() -> None:
    """RUF006 is the same rule: who has annotated it need not do so twice."""
    code = "import asyncio\nasync def main(go):\n    asyncio.create_task(go())  # noqa: RUF006\n"
    (finding,) = check_source(code, DroppedTask)
    assert finding.suppressed is not None


def test_advice_for_a_task_depends_on_the_function_around_it() -> None:
    """Only asynchronous code can await."""
    code = "import asyncio\ndef start(go):\n    asyncio.create_task(go())\nasync def main(go):\n    asyncio.create_task(go())\n"
    outside, inside = check_source(code, DroppedTask)
    assert "`await`" not in outside.advice
    assert inside.advice.startswith("`await` it")
