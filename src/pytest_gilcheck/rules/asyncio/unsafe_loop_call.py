"""GIL702: an event loop, or what belongs to it, used by another thread."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.rule import Page
from pytest_gilcheck.rules.asyncio.background_loops import Outsider, elsewhere_in, outsiders_in
from pytest_gilcheck.rules.asyncio.examples.unsafe_loop_call import BAD, GOOD
from pytest_gilcheck.rules.asyncio.foreign_callbacks import LOOP_METHODS, Foreign, in_callbacks
from pytest_gilcheck.rules.asyncio.loop_threads import (
    asks_for_its_thread,
    is_by_somebody_elses_callback,
    leads_to_a_loop,
    runs_on_the_loop,
)
from pytest_gilcheck.source import known
from pytest_gilcheck.source.branches import depends_on_mode, is_dead
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.conditions import conditions_of
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.expected_failures import is_expected_to_raise
from pytest_gilcheck.source.imports import roots_imported
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.rule import SourceRule, Suspicion
from pytest_gilcheck.source.starts import WorkerKind
from pytest_gilcheck.source.values import External, Instance, Method, Value
from pytest_gilcheck.source.workers import Reach

# Methods that wake up coroutines or change what they wait for, by the class that has them.
_METHODS: dict[str, frozenset[str]] = {
    known.LOOP: LOOP_METHODS,
    known.ASYNC_FUTURE: frozenset({"set_result", "set_exception", "cancel"}),
    "asyncio.StreamWriter": frozenset({"write", "writelines", "write_eof", "close"}),
    **dict.fromkeys(("asyncio.Transport", "asyncio.WriteTransport"), frozenset({"write", "writelines", "write_eof", "close", "abort"})),
    "asyncio.DatagramTransport": frozenset({"sendto", "close", "abort"}),
    "asyncio.Queue": frozenset({"put_nowait", "get_nowait", "task_done"}),
    "asyncio.Event": frozenset({"set"}),
    "asyncio.Condition": frozenset({"notify", "notify_all"}),
    "asyncio.Lock": frozenset({"release"}),
    "asyncio.Semaphore": frozenset({"release"}),
    "asyncio.BoundedSemaphore": frozenset({"release"}),
}
_FUNCTIONS = ("create_task", "ensure_future")
_OF_TRANSPORTS = frozenset({"write", "writelines", "write_eof", "close", "abort", "sendto"})
_NAMES = frozenset({name for methods in _METHODS.values() for name in methods} | set(_FUNCTIONS))
# Of a loop that is known by its name alone only what no other loop has counts.
_LOOP_NAMES = frozenset({"loop", "_loop", "event_loop", "_event_loop", "aio_loop", "asyncio_loop"})
_OF_LOOPS_ONLY = frozenset({"call_soon", "call_later", "call_at", "create_task"})
_SETTLING = frozenset({"set_result", "set_exception", "put_nowait"})
_GIVING_NOTHING = frozenset({"set", "stop", "close", "notify", "notify_all", "release", "task_done"})
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
what a future of a pool calls back.

Three more are warnings: a loop that a thread runs, used by functions that run elsewhere; a finalizer (`__del__`, `weakref.finalize`)
that uses a loop, since the garbage collector runs it in any thread; and callbacks that a library calls in a thread of its own, such as
handlers of watchdog, paho, pynput, sounddevice and `logging`. And `call_soon_threadsafe(future.set_result(x))`, which calls at once
what it should have handed over.""",
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
own thread runs the loop, and a function that runs both on the loop and in a thread are warnings. Of libraries that have threads of
their own only some are known, and of a loop only where it was made: one that comes from outside of the project belongs to nobody.""",
        references=(
            "https://docs.python.org/3/library/asyncio-dev.html#concurrency-and-multithreading",
            "https://docs.python.org/3/library/asyncio-task.html#asyncio.run_coroutine_threadsafe",
        ),
    )
    bad = BAD
    good = GOOD

    def check(self, module: Module) -> Iterator[Suspicion]:
        uses_asyncio = "asyncio" in roots_imported(module)
        if uses_asyncio:
            yield from _given_to_threads(module)
        names = (_NAMES | module.other_names(_NAMES)) & module.called_names
        if not uses_asyncio:
            names -= _OF_TRANSPORTS  # too many other things have methods of these names
        if not names:
            return
        calls = sorted(module.calls_to(*sorted(names)), key=lambda call: (call.lineno, call.col_offset))
        at_once = set(_called_at_once(module))
        yield from (_given_nothing(call) for call in calls if call in at_once)
        calls = [call for call in calls if call not in at_once]
        told: set[ast.Call] = set()
        on_loops = [call for call in calls if last_name(call) in LOOP_METHODS]
        for found in (*outsiders_in(module, LOOP_METHODS), *elsewhere_in(module, on_loops)):
            if found.call not in told and _is_of_a_loop(found.call, module):
                told.add(found.call)
                yield _outside(found, module)
        for call, foreign in in_callbacks(names, module):
            if call not in told and _is_unsafe(call, module) is not None:
                yield _by_others(call, foreign, module)
        if module.path not in module.project.reached_paths:
            return
        for call in calls:
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
    values = module.project.values(call.func, module)
    unsafe = [
        (isinstance(value, External) and value.name in ("asyncio.create_task", "asyncio.ensure_future")) or _is_loop_method(value, module)
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


def _by_others(call: ast.Call, way: Foreign, module: Module) -> Suspicion:
    return Suspicion(
        node=call,
        message=f"`{_short(call.func)}` may only be called in the thread of the event loop, and `{way.by.qualname}` may run in another: "
        f"{way.why}.",
        advice=_advice(call),
        level=Level.WARNING,
    )


def _given_to_threads(module: Module) -> Iterator[Suspicion]:
    """`Timer(5, loop.stop)`: the loop's method is itself what the thread runs."""
    given = {node for name in _NAMES for node in module.attribute_nodes(name) if isinstance(module.parent(node), ast.Call | ast.keyword)}
    given -= {call.func for name in _NAMES for call in module.calls_to(name) if isinstance(call.func, ast.Attribute)}
    for start in module.project.workers.starts_in(module) if given else ():
        target = start.target
        if start.kind is not WorkerKind.THREAD or not isinstance(target, ast.Attribute) or target not in given:
            continue
        values = module.project.values(target, module)
        if values and all(_is_loop_method(value, module) for value in values) and not isinstance(start.node, ast.FunctionDef):
            if start.how == "add_done_callback" and leads_to_a_loop(Reach(start, (), frozenset())):
                continue
            yield Suspicion(
                node=start.node,
                message=f"`{start.how}` runs `{_short(target)}` in another thread, and it may only be called in the thread of the event "
                "loop: the loop may not notice, or be changed while it works.",
                advice=f"Have its event loop do it: `loop.call_soon_threadsafe({_short(target)})`, in a function that the thread runs.",
            )


def _called_at_once(module: Module) -> Iterator[ast.Call]:
    """`loop.call_soon_threadsafe(future.set_result(x))`: it is called here and now, and the loop is given its `None`."""
    for call in module.calls_to("call_soon_threadsafe"):
        given = call.args[0] if call.args else None
        if isinstance(given, ast.Call) and isinstance(given.func, ast.Attribute):
            values = module.project.values(given.func, module) if given.func.attr in _GIVING_NOTHING else ()
            if given.func.attr in _SETTLING or (values and all(_is_loop_method(value, module) for value in values)):
                yield given


def _given_nothing(call: ast.Call) -> Suspicion:
    method, rest = _short(call.func), ", …" if call.args or call.keywords else ""
    return Suspicion(
        node=call,
        message=f"`{method}` is called at once, in this thread, and `call_soon_threadsafe` is given the `None` that it returns.",
        advice=f"Hand over the method, and its arguments apart from it: `call_soon_threadsafe({method}{rest})`.",
    )


def _is_loop_method(value: Value, module: Module) -> bool:
    is_a = module.project.inference.is_a
    return (
        isinstance(value, Method)
        and value.function is None
        and any(value.name in methods and is_a(value.owner, cls) for cls, methods in _METHODS.items())
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
    if owner is not None and (name in LOOP_METHODS or last_name(owner) in _LOOP_NAMES):
        return f"Have the loop do it: `{_short(owner)}.call_soon_threadsafe({_short(call.func)}{given})`."
    return f"Have its event loop do it: `loop.call_soon_threadsafe({_short(call.func)}{given})`, with the loop that it belongs to."


def _short(node: ast.expr) -> str:
    text = ast.unparse(node)
    return text if len(text) <= 40 else f"….{last_name(node)}"
