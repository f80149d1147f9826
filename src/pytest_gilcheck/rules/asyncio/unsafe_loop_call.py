"""GIL702: an event loop, or what belongs to it, used by another thread."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.rule import Page
from pytest_gilcheck.rules.asyncio.background_loops import Outsider, outsiders_in
from pytest_gilcheck.rules.asyncio.examples.unsafe_loop_call import BAD, GOOD
from pytest_gilcheck.rules.asyncio.loop_threads import (
    asks_for_its_thread,
    is_by_somebody_elses_callback,
    leads_to_a_loop,
    runs_on_the_loop,
)
from pytest_gilcheck.rules.exceptions.outcomes import is_expected_to_raise
from pytest_gilcheck.source import known
from pytest_gilcheck.source.branches import depends_on_mode, is_dead
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.conditions import conditions_of
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.rule import SourceRule, Suspicion
from pytest_gilcheck.source.starts import WorkerKind
from pytest_gilcheck.source.values import External, Instance, Method
from pytest_gilcheck.source.workers import Reach

_LOOP_METHODS = frozenset(
    {
        "call_soon", "call_later", "call_at", "create_task", "stop", "add_reader", "remove_reader", "add_writer", "remove_writer",
        "add_signal_handler",
    }
)  # fmt: skip
# Methods that wake up coroutines or change what they wait for, by the class that has them.
_METHODS: dict[str, frozenset[str]] = {
    known.LOOP: _LOOP_METHODS,
    known.ASYNC_FUTURE: frozenset({"set_result", "set_exception", "cancel"}),
    "asyncio.Queue": frozenset({"put_nowait", "get_nowait", "task_done"}),
    "asyncio.Event": frozenset({"set"}),
    "asyncio.Condition": frozenset({"notify", "notify_all"}),
    "asyncio.Lock": frozenset({"release"}),
    "asyncio.Semaphore": frozenset({"release"}),
    "asyncio.BoundedSemaphore": frozenset({"release"}),
}
_FUNCTIONS = ("create_task", "ensure_future")
_NAMES = frozenset({name for methods in _METHODS.values() for name in methods} | set(_FUNCTIONS))
# Of a loop that is known by its name alone only what no other loop has counts.
_LOOP_NAMES = frozenset({"loop", "_loop", "event_loop", "_event_loop", "aio_loop", "asyncio_loop"})
_OF_LOOPS_ONLY = frozenset({"call_soon", "call_later", "call_at", "create_task"})
_LONG_WAY = 3  # functions from the thread's own to the call; over longer ways one is rarely sure


class UnsafeLoopCall(SourceRule):
    """Something of asyncio's that is called from a thread which doesn't run the loop."""

    code = "GIL702"
    name = "unsafe-loop-call"
    fails_from = Evidence.SUSPECTED
    page = Page(
        what="""Flags calls of an event loop and of its futures, tasks, queues, events and locks from a function that runs in
another thread: methods such as `loop.call_soon`, `loop.create_task`, `loop.stop`, `queue.put_nowait`, `event.set` and
`future.set_result` of asyncio. Worker threads are what `Thread`, `Timer`, executors, `to_thread` and `run_in_executor` run, and
what a future of a pool calls back.""",
        why="""Nothing in asyncio takes a lock: an event loop and all that belongs to it are meant for one thread. A call from
another one changes the loop's lists while it goes through them, and doesn't wake it up: the callback runs when something else
happens to, perhaps never. It works in most tests, where the loop is awake anyway. In debug mode asyncio raises "Non-thread-safe
operation" for some of these calls.""",
        instead="""Two calls are made for it: `loop.call_soon_threadsafe(function, …)` runs a plain function on the loop, such
as `queue.put_nowait` or `future.set_result`, and `asyncio.run_coroutine_threadsafe(coroutine, loop)` runs a coroutine there and
gives a future to wait for.""",
        observed="""Not yet observed at run time: the finding rests on the source alone.""",
        limits="""Silent where the thread runs a loop of its own (it calls `run_forever`, `run_until_complete` or
`asyncio.run`), where the code asks in which thread it is, in functions that are handed to `call_soon_threadsafe`, for objects
whose class isn't known, for what is there in one mode only (`if self.event: self.event.set()`), and when more than two calls
lie between the thread's function and this one. A variable that is only known by its name (`loop`), a method of an object whose
own thread runs the loop, and a function that runs both on the loop and in a thread are warnings.""",
        references=(
            "https://docs.python.org/3/library/asyncio-dev.html#concurrency-and-multithreading",
            "https://docs.python.org/3/library/asyncio-task.html#asyncio.run_coroutine_threadsafe",
        ),
    )
    bad = BAD
    good = GOOD

    def check(self, module: Module) -> Iterator[Suspicion]:
        names = (_NAMES | module.other_names(_NAMES)) & module.called_names
        if not names:
            return
        yield from (_outside(found, module) for found in outsiders_in(module, _LOOP_METHODS) if _is_of_a_loop(found.call, module))
        if module.path not in module.project.reached_paths:
            return
        for call in sorted(module.calls_to(*sorted(names)), key=lambda call: (call.lineno, call.col_offset)):
            function = module.function_around(call)
            if function is None or function.is_async:
                continue
            ways = module.project.workers.reaching(function, WorkerKind.THREAD)
            sure = _is_unsafe(call, module) if ways else None
            if sure is None or _is_excused(call, function, module):
                continue
            way = _foreign_way(call, ways, module)
            if way is not None:
                yield _suspicion(call, function, way, module, sure=sure)


def _is_unsafe(call: ast.Call, module: Module) -> bool | None:
    """Whether the call is one for the loop's own thread only: True when sure, False by its name alone, `None` for any other."""
    is_a = module.project.inference.is_a
    values = module.project.values(call.func, module)
    unsafe = [
        (isinstance(value, External) and value.name in ("asyncio.create_task", "asyncio.ensure_future"))
        or (
            isinstance(value, Method)
            and value.function is None
            and any(value.name in methods and is_a(value.owner, cls) for cls, methods in _METHODS.items())
        )
        for value in values
    ]
    if unsafe:
        return True if all(unsafe) else None
    named = isinstance(call.func, ast.Attribute) and call.func.attr in _OF_LOOPS_ONLY and last_name(call.func.value) in _LOOP_NAMES
    if not named or not isinstance(call.func, ast.Attribute) or module.project.values(call.func.value, module):
        return None
    return False if _uses_asyncio(module) else None


def _uses_asyncio(module: Module) -> bool:
    return any(alias.name.partition(".")[0] == "asyncio" for statement in module.nodes(ast.Import) for alias in statement.names)


def _is_of_a_loop(call: ast.Call, module: Module) -> bool:
    """Whether the call is one of an event loop's, and no test or question of the code's own explains it."""
    function = module.function_around(call)
    return _is_unsafe(call, module) is True and (function is None or not _is_excused(call, function, module))


def _outside(found: Outsider, module: Module) -> Suspicion:
    return Suspicion(
        node=found.call,
        message=f"The event loop runs in the thread that {found.start.how} starts in line {found.start.line}, and "
        f"`{_short(found.call.func)}` is called here in another one: the loop may not notice, or be changed while it works.",
        advice=_advice(found.call),
        level=None if found.sure else Level.WARNING,
        seen=(f"{found.start.place} starts the thread of the loop",),
    )


def _is_excused(call: ast.Call, function: Function, module: Module) -> bool:
    return (
        is_dead(call, module)
        or depends_on_mode(call, module)
        or is_expected_to_raise(call, module)
        or asks_for_its_thread(function)
        or _is_optional(call, module)
        or runs_on_the_loop(function)
    )


def _is_optional(call: ast.Call, module: Module) -> bool:
    """Whether the code asks first whether the object is there at all: it may be there in the asynchronous mode only."""
    if not isinstance(call.func, ast.Attribute):
        return False
    receiver = ast.dump(call.func.value)
    return any(outcome and ast.dump(test) == receiver for test, outcome in conditions_of(call, module))


def _foreign_way(call: ast.Call, ways: list[Reach], module: Module) -> Reach | None:
    """The shortest way by which the call comes to run in a thread that has no loop of its own."""
    foreign = [
        way
        for way in ways
        if len(way.chain) <= _LONG_WAY
        and not leads_to_a_loop(way)
        and not _is_made_on(way, call, module)
        and not is_by_somebody_elses_callback(way)
        and (module.is_test or not way.start.module.is_test)  # a test that runs a whole program in a thread
    ]
    return min(foreign, key=lambda way: len(way.chain), default=None)


def _is_made_on(way: Reach, call: ast.Call, module: Module) -> bool:
    """Whether the loop, queue or future was made by the functions of the thread themselves: it is their own."""
    if not isinstance(call.func, ast.Attribute):
        return False
    owners = [value for value in module.project.values(call.func.value, module) if isinstance(value, Instance)]
    return any(
        owner.call is not None and owner.module is not None and owner.module.function_around(owner.call) in way.chain for owner in owners
    )


def _suspicion(call: ast.Call, function: Function, way: Reach, module: Module, *, sure: bool) -> Suspicion:
    both = module.project.event_loop.way_to(function) is not None
    doubtful = not sure or both
    where = f"{way.start.how} at {'line ' + str(way.start.line) if way.start.module is module else way.start.place}"
    by = f", by way of `{way.chain[0].qualname}`" if len(way.chain) > 1 else ""
    name = "this lambda" if isinstance(function.node, ast.Lambda) else f"`{function.qualname}`"
    return Suspicion(
        node=call,
        message=f"{name[0].upper() + name[1:] if name[0] != '`' else name} runs in another thread ({where}{by}), and `{_short(call.func)}` "
        "may only be called in the thread of the event loop: the loop may not notice, or be changed while it works.",
        advice=_advice(call),
        level=Level.WARNING if doubtful else None,
        seen=(way.describe(),),
    )


def _advice(call: ast.Call) -> str:
    name = last_name(call)
    if name in _FUNCTIONS:
        return "Use `asyncio.run_coroutine_threadsafe(coroutine, loop)`."
    if name == "call_soon" and isinstance(call.func, ast.Attribute):
        return f"Use `{_short(call.func.value)}.call_soon_threadsafe(…)`, which takes the same arguments."
    given = f", {'…'}" if call.args or call.keywords else ""
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    if owner is not None and (name in _LOOP_METHODS or last_name(owner) in _LOOP_NAMES):
        return f"Have the loop do it: `{_short(owner)}.call_soon_threadsafe({_short(call.func)}{given})`."
    return f"Have its event loop do it: `loop.call_soon_threadsafe({_short(call.func)}{given})`, with the loop that it belongs to."


def _short(node: ast.expr) -> str:
    text = ast.unparse(node)
    return text if len(text) <= 40 else f"….{last_name(node)}"
