"""GIL201 dropped-future."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.rule import Page
from pytest_gilcheck.rules.exceptions.examples import dropped_future as examples
from pytest_gilcheck.rules.exceptions.outcomes import (
    Started,
    bound_name,
    has_callback,
    has_error_callback,
    is_asked,
    is_polled,
    shortened,
    started,
    waits,
)
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.rule import SourceRule, Suspicion
from pytest_gilcheck.source.usage import uses_of
from pytest_gilcheck.source.uses import Use, UseKind


class DroppedFuture(SourceRule):
    """The future or result of work given to a pool, that nobody asks how the work ended."""

    code = "GIL201"
    name = "dropped-future"
    fails_from = Evidence.SUSPECTED
    page = Page(
        what="""\
Work is given to a pool or to an event loop in another thread, and nobody asks the future how it ended. This is about `submit` of
executors, `apply_async` of `multiprocessing` pools, `loop.run_in_executor` and `asyncio.run_coroutine_threadsafe`, and about functions of
the project that only hand such a future on: the future (or result) is thrown away, bound to a name that is never read, put into a
container that is never read, or only asked whether it is done.""",
        why="""\
An exception in the work is kept in the future and raised by `result()` alone. If nobody calls it, the exception is gone: no traceback, no
log line, a test that stays green, and data that was never written. `with ThreadPoolExecutor()` waits for the work at its end, and says
nothing either. With a process pool even a task that can't be pickled disappears that way.""",
        instead="""\
Keep the futures and call `result()` on each; `as_completed` gives them as they end, and a `try` around `result()` keeps one failure from
sinking the batch. In asynchronous code `await` the future. For work that nobody waits for, add a callback that asks:
`future.add_done_callback(report)` where `report` calls `future.exception()` and logs it, or pass `error_callback=` to `apply_async`.
Work that catches and reports all exceptions by itself needs none of this and is not flagged. To say that the outcome doesn't matter, bind
it to `_`.""",
        observed="""\
While tests run: a future that ended with an exception which nobody asked for when the test ended or the future died. The finding shows
the line of the submit and the traceback of the work.""",
        limits="""\
The pool must be known: by its constructor, an annotation, a fixture, or the calls that pass it on. The analysis doesn't follow the order
of statements: a variable that is bound twice and asked once counts as asked. What is stored in a public attribute, returned, or passed to
code outside of the project counts as asked. Futures that are waited for with `wait` or `as_completed` and never asked are GIL204. In
tests, work that a flag tells to fail is left alone, and work that raises whatever it finds is a warning. A future that is only polled
(`done()`), and `apply_async` with `callback=` alone (it isn't called for failures), is a warning.""",
        references=(
            "[Future.result](https://docs.python.org/3/library/concurrent.futures.html#concurrent.futures.Future.result)",
            "[Pool.apply_async](https://docs.python.org/3/library/multiprocessing.html#multiprocessing.pool.Pool.apply_async)",
            "[FutureReturnValueIgnored](https://errorprone.info/bugpattern/FutureReturnValueIgnored): the same idea in Error Prone",
        ),
    )
    bad = examples.BAD
    good = examples.GOOD

    def check(self, module: Module) -> Iterator[Suspicion]:
        for start in started(module, "submit", "apply_async", "run_in_executor", "run_coroutine_threadsafe"):
            uses = uses_of(start.call, module)
            if is_asked(uses) or waits(uses) or has_error_callback(start) or not start.may_fail() or start.fails_on_purpose(told_to=True):
                continue
            weak = is_polled(uses) or has_callback(start) or start.fails_on_purpose()
            yield Suspicion(start.call, _message(start, uses), _advice(start, uses), Level.WARNING if weak else None)


def _thing(start: Started) -> str:
    return "result" if start.how == "apply_async" else "future"


def _message(start: Started, uses: tuple[Use, ...]) -> str:
    thing, name = _thing(start), bound_name(uses)
    if name is None:
        what = f"the {thing} of this `{start.how}` is thrown away"
    elif is_polled(uses):
        methods = sorted({f"{use.name}()" for use in uses if use.kind is UseKind.METHOD})
        what = f"the {thing} of this `{start.how}` is kept in `{name}` and asked for {', '.join(methods)}, never for its outcome"
    else:
        what = f"the {thing} of this `{start.how}` is kept in `{name}`, which is never read for its outcome"
    seen = "asyncio only logs that, some time later" if start.how == "run_in_executor" else "you never see the exception"
    return f"{start.text} runs in {start.where}, and {what}: if {start.text} raises, {seen}."


def _advice(start: Started, uses: tuple[Use, ...]) -> str:
    report = "`future.add_done_callback(report)`, where `report` logs `future.exception()`"
    if start.how == "run_in_executor":
        function = start.module.function_around(start.call)
        return f"`await` the future, or {report}." if function is not None and function.is_async else f"Keep the future and call {report}."
    if start.how == "apply_async":
        return "Keep the result and call `get()` on it, or pass `error_callback=` with a function that logs the exception it gets."
    if start.how == "run_coroutine_threadsafe":
        return f"Call `result()` on the future (with a timeout), or {report}."
    name = bound_name(uses)
    if name is not None:
        ask = f"Call `result()` on what `{name}` holds"
    elif isinstance(loop := start.module.loop_around(start.call), ast.While) and isinstance(loop.test, ast.Constant):
        ask = "Keep the future until it is done, and ask it for its `result()` then"
    elif loop is not None:
        ask = "Put the futures into a list and call `result()` on each after the loop"
    else:
        ask = "Keep the future and call `result()` on it"
    return f"{ask}; or {report}. If failures don't matter, write `_ = {shortened(start.call.func)}(…)`."
