"""GIL202 unconsumed-map."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.rule import Page
from pytest_gilcheck.rules.exceptions.examples import unconsumed_map as examples
from pytest_gilcheck.rules.exceptions.outcomes import (
    Started,
    bound_name,
    has_callback,
    has_error_callback,
    is_asked,
    is_iterated,
    is_polled,
    shortened,
    started,
)
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.rule import SourceRule, Suspicion
from pytest_gilcheck.source.usage import uses_of
from pytest_gilcheck.source.uses import Use

_RESULTS = frozenset({"map_async", "starmap_async"})


class UnconsumedMap(SourceRule):
    """The results of a pool's `map` are never iterated over, so exceptions in them are never raised."""

    code = "GIL202"
    name = "unconsumed-map"
    fails_from = Evidence.SUSPECTED
    page = Page(
        what="""\
The results of mapping a function in a pool are never iterated over or read. This is about `map` of executors, `imap` and `imap_unordered`
of `multiprocessing` pools, whose iterator nobody runs through, and about `map_async` and `starmap_async`, whose result nobody gets.""",
        why="""\
The calls are made all the same, which is why the code seems to work. But an exception is raised only when the iterator comes to that
result: without iteration every failure is lost, and not even the first one stops the program. `map` of `multiprocessing.Pool` is another
thing: it blocks and raises by itself.""",
        instead="""\
Iterate: `for result in pool.map(work, items): …`, or `list(pool.map(work, items))` when only failures matter
(`collections.deque(results, maxlen=0)` keeps nothing in memory). Call `get()` on what `map_async` returns, or pass `error_callback=`. If
one failure must not hide the others, use `submit` and ask each future.""",
        observed="While tests run: an iterator of results that died while failures in it had not been read.",
        limits="""\
The pool must be known: by its constructor, an annotation, a fixture, or the calls that pass it on. An iterator that is passed on,
returned, stored or only partly read counts as read. A function that catches and reports all exceptions by itself is not flagged.""",
        references=(
            "[Executor.map](https://docs.python.org/3/library/concurrent.futures.html#concurrent.futures.Executor.map)",
            "[Pool.imap](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.pool.Pool.imap)",
        ),
    )
    bad = examples.BAD
    good = examples.GOOD

    def check(self, module: Module) -> Iterator[Suspicion]:
        for start in started(module, "map", "imap", "imap_unordered", "map_async", "starmap_async"):
            uses = uses_of(start.call, module)
            read = is_asked(uses) if start.how in _RESULTS else is_iterated(uses)
            if read or has_error_callback(start) or not start.may_fail():
                continue
            weak = is_polled(uses) or has_callback(start)
            yield Suspicion(start.call, _message(start, uses), _advice(start), Level.WARNING if weak else None)


def _message(start: Started, uses: tuple[Use, ...]) -> str:
    name = bound_name(uses)
    kept = "thrown away" if name is None else f"kept in `{name}`, which is never read"
    return (
        f"{start.text} runs in {start.where} for each item, and what `{start.how}` returns is {kept}: "
        "if one of these calls raises, you never see the exception."
    )


def _advice(start: Started) -> str:
    if start.how in _RESULTS:
        return "Keep the result and call `get()` on it, or pass `error_callback=` with a function that logs the exception it gets."
    function = shortened(start.call.func)
    return f"Iterate over it: `for result in {function}(…):`, or `list({function}(…))` if only failures matter."
