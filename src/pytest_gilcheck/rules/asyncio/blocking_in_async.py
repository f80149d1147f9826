"""GIL701: a call that blocks in code that the event loop runs."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from weakref import WeakKeyDictionary

from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.rule import Page
from pytest_gilcheck.rules.asyncio.blocking_calls import TYPING, Blocking
from pytest_gilcheck.rules.asyncio.clients import method_names
from pytest_gilcheck.rules.asyncio.examples.blocking_in_async import BAD, GOOD
from pytest_gilcheck.rules.asyncio.excuses import is_excused, lets_go
from pytest_gilcheck.rules.asyncio.waiting import CALLED_NAMES, blocking_of
from pytest_gilcheck.source import known
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.event_loop import LoopWay
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.rule import SourceRule, Suspicion
from pytest_gilcheck.source.scopes import FUNCTIONS as FUNCTION_NODES
from pytest_gilcheck.source.values import Instance

_Wait = tuple[ast.Call, Blocking, Function]
_waits: WeakKeyDictionary[Module, tuple[_Wait, ...]] = WeakKeyDictionary()
_SHORT_S = 0.001  # a sleep of a millisecond or less stops nobody noticeably


class BlockingInAsync(SourceRule):
    """A coroutine (or what it calls) waits without giving the event loop back."""

    code = "GIL701"
    name = "blocking-in-async"
    fails_from = Evidence.SUSPECTED
    equals = (
        "ASYNC210", "ASYNC211", "ASYNC212", "ASYNC220", "ASYNC221", "ASYNC222",
        "ASYNC230", "ASYNC231", "ASYNC232", "ASYNC240", "ASYNC250", "ASYNC251",
    )  # fmt: skip
    page = Page(
        what="""Flags calls that block in code that runs on an event loop. It knows `time.sleep`, `requests`, `urllib`, synchronous
`httpx`, `subprocess.run` and its like, `os.system`, blocking sockets, `input`, waiting for locks, events, queues, futures, threads,
pools and processes of the threaded world, synchronous database drivers, and the clients of some hundred libraries: of the cloud (boto3,
google-cloud, azure, openai), of servers and brokers (redis, pymongo, SQLAlchemy, ldap, paramiko, kafka, pika, docker, smtplib), of
devices and programs (pyserial, zmq, pexpect). Each is known under another name, as a method, as an attribute and as what a function of
the project returns.

A call that stands in an `async def` is an error, unless what answers is mostly near and fast (a database, a broker, a tree of files).
One in a plain function that a coroutine calls, or that the loop calls back, is a warning that shows the way to it; where coroutines
of other files share such a function, each of their calls of it is one. A `with` on a threading lock is flagged when something is
awaited while it is held, and a `with` on a pool when nothing in it awaits what it submits.""",
        why="""The event loop is one thread. While a call blocks it, nothing else moves: no other request is answered, no timeout fires, no
heartbeat is sent. It shows only under load, far away from the line that caused it. A threading lock held across an `await` is worse: the
next coroutine that wants it blocks the very thread that would have to release it, for good.""",
        instead="""Await the asynchronous twin, or send the one slow call to a thread with `await asyncio.to_thread(function, …)`.""",
        observed="""Not yet observed at run time: the finding rests on the source alone.""",
        limits="""Single files are taken to be fast: `open`, `Path.read_text` and local databases such as `sqlite3` are not flagged (whole
trees are, in the coroutine itself), nor is a threading lock that is held without an `await`. Computing for long blocks the loop just as
well; of that only password hashes are seen here. Calls whose object is not known (a parameter without annotation that nobody in the
project fills), or may be something else as well, stay silent, and so does what a test of the mode (`if is_async:`) or of the platform
decides. Neither is a plain function's wait for an event named `ready` or `started` that nobody clears: it was set long ago. In tests
every finding is a warning, and joining threads (but for one that was started in the line before, or is another object's), shutting
down pools or talking to the test's own sockets is none; nor is a call that a comment, or the name of the function, says to be on
purpose, or one in a test that is always skipped.""",
        references=(
            "https://docs.python.org/3/library/asyncio-dev.html#running-blocking-code",
            "https://docs.python.org/3/library/asyncio-task.html#asyncio.to_thread",
        ),
    )
    bad = BAD
    good = GOOD

    def check(self, module: Module) -> Iterator[Suspicion]:
        if module.path not in module.project.event_loop.paths:
            return
        for call, blocking, function in _waits_in(module):
            way = None if function.is_async else module.project.event_loop.way_to(function)
            typed = blocking.waits_for == TYPING
            if way is None or typed or not any(shared.calls[0] is way.calls[0] for shared in _shared_ways(function) if way.calls):
                yield _suspicion(call, blocking, function, way, module)
        yield from _in_shared_functions(module)
        yield from _held_across_await(module)
        yield from _ended_at_its_end(module)


def _waits_in(module: Module) -> Sequence[_Wait]:
    """Calls of the module that block on a loop."""
    found = _waits.get(module)
    if found is None:
        found = _waits[module] = tuple(_look_for_waits(module))
    return found


def _look_for_waits(module: Module) -> Iterator[_Wait]:
    names = ((CALLED_NAMES | module.other_names(CALLED_NAMES)) & module.called_names) | set(method_names(module))
    calls = (
        (call, function)
        for function in module.project.event_loop.functions_in(module)
        for call in function.calls
        if last_name(call) in names
    )
    for call, function in sorted(calls, key=lambda found: (found[0].lineno, found[0].col_offset)):
        blocking = blocking_of(call, module)
        if (
            blocking is None
            or (blocking.mostly_brief and not function.is_async and module.project.event_loop.way_to(function) is not None)
            or (module.is_test and blocking.quiet_in_tests and not _joins_at_once(call, module))
        ):
            continue
        if not is_excused(call, blocking, function, module):
            yield call, blocking, function


def _shared_ways(function: Function) -> Sequence[LoopWay]:
    """The ways to it by a function of a file that coroutines of other files call, if these calls are several: each is to be mended."""
    ways = [
        way
        for way in function.module.project.event_loop.coroutines_above(function)
        if way.functions[1].cls is None and way.functions[1].module is not way.root.module and way.functions[1].module.is_test is False
    ]
    return ways if len({way.calls[0] for way in ways}) > 1 else ()


def _in_shared_functions(module: Module) -> Iterator[Suspicion]:
    """Calls of functions that block, made by coroutines here and elsewhere."""
    loop = module.project.event_loop
    for function in loop.functions_in(module):
        told: set[ast.Call] = set()
        for call, called in loop.called_by(function) if function.is_async else ():
            if called.module is module or called.cls is not None:
                continue
            for last in (called, *(below for _, below in loop.called_by(called))):
                wait = next((wait for wait in _waits_in(last.module) if wait[2] is last), None)
                if wait is None or wait[1].waits_for == TYPING:
                    continue  # a program that asks its user does so once, and has nothing else to do meanwhile
                if call not in told and any(way.calls[0] is call for way in _shared_ways(last)):
                    told.add(call)
                    yield _shared(call, function, wait)


def _shared(call: ast.Call, coroutine: Function, wait: _Wait) -> Suspicion:
    waiting, blocking, function = wait
    return Suspicion(
        call,
        f"`{_short(call.func)}` waits for {blocking.waits_for} and keeps the event loop of the coroutine `{coroutine.qualname}` from "
        f"doing anything else: `{_short(waiting.func)}` blocks ({function.module.path}:{waiting.lineno}).",
        f"Call it in a thread: `await asyncio.to_thread({_short(call.func)}, …)`. Other coroutines call it as well.",
        Level.WARNING,
    )


def _suspicion(call: ast.Call, blocking: Blocking, function: Function, way: LoopWay | None, module: Module) -> Suspicion:
    text = f"`{_short(call.func)}` waits for {blocking.waits_for}"
    advice = f"{blocking.instead[0].upper()}{blocking.instead[1:]}."
    level = Level.WARNING if module.is_test or way is not None or _is_brief(call, function) or _has_own_loop(function) else blocking.level
    if way is None:
        return Suspicion(
            call, f"{text} and keeps the event loop of the coroutine `{function.qualname}` from doing anything else.", advice, level
        )
    if len(way.functions) == 1:
        message = f"{text}, and the event loop itself calls `{function.qualname}`: it can do nothing else meanwhile."
        advice = f"Let `{function.qualname}` start a task (`asyncio.create_task(…)`; keep it in a set), and in that {blocking.instead}."
        return Suspicion(call, message, advice, level)
    root = "The coroutine" if way.root.is_async else "The loop's callback"
    message = f"{text}, and the event loop can do nothing else meanwhile. {root} gets here by plain calls: {way.describe()}."
    seen = tuple(
        f"{a.module.path}:{c.lineno} `{a.qualname}` calls `{b.qualname}`"
        for a, c, b in zip(way.functions, way.calls, way.functions[1:], strict=False)
    )
    return Suspicion(call, message, _advice_on_the_way(way, blocking), level, seen)


def _advice_on_the_way(way: LoopWay, blocking: Blocking) -> str:
    """What to do about a call in a plain function: nothing can be awaited there."""
    start = way.calls[0]
    handed = f"asyncio.to_thread({_short(start.func)}, …)"
    place = f"Call `{way.functions[1].qualname}` in a thread ({way.root.module.path}:{start.lineno})"
    if not way.root.is_async:
        return f"{place}: `asyncio.create_task({handed})`, and keep the task in a set until it is done."
    advice = f"{place}: `await {handed}`."
    stuck = next((passed for passed in way.functions[1:] if _must_stay_plain(passed)), None)
    if stuck is not None:
        return f"{advice} Or move the wait out of `{stuck.qualname}`, which can't await, into an `async def`, and there {blocking.instead}."
    return f"{advice} Or make every function on the way `async def`, `await` its calls, and here {blocking.instead}."


def _must_stay_plain(function: Function) -> bool:
    """Whether Python calls it, and doesn't await what it gives, as with a constructor; a lambda can't await either."""
    special = function.name.startswith("__") and function.name.endswith("__") and function.name != "__call__"
    return special or isinstance(function.node, ast.Lambda)


def _is_brief(call: ast.Call, function: Function) -> bool:
    """Whether the wait is known to be a short one: a sleep of a millisecond, a child that was just killed."""
    if last_name(call) == "sleep" and call.args and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, int | float):
        return call.args[0].value <= _SHORT_S
    if last_name(call) in ("wait", "communicate", "join") and isinstance(call.func, ast.Attribute):
        receiver = ast.unparse(call.func.value)
        return any(
            isinstance(other.func, ast.Attribute) and other.func.attr in ("kill", "terminate") and ast.unparse(other.func.value) == receiver
            for other in function.calls
        )
    return False


def _has_own_loop(function: Function) -> bool:
    """Whether the coroutine is a method of a thread, which mostly runs a loop for it alone."""
    return function.cls is not None and function.module.project.inference.is_a(function.cls, known.THREAD)


def _short(node: ast.expr) -> str:
    text = ast.unparse(node)
    return text if len(text) <= 40 else f"….{last_name(node)}"


def _joins_at_once(call: ast.Call, module: Module) -> bool:
    """`worker.start()` and in the next line `worker.join()`: all of the work is waited for, not just its end.

    So it is where the thread is another object's than the test's, which shares a loop with other tests' fixtures.
    """
    if last_name(call) == "join" and isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Attribute):
        return not call.args and not call.keywords
    statement = module.statement_of(call)
    block = list(module.block_of(statement))
    before = block[block.index(statement) - 1] if block.index(statement) else None
    if last_name(call) != "join" or call.args or call.keywords or not isinstance(call.func, ast.Attribute):
        return False
    return isinstance(before, ast.Expr) and ast.unparse(before.value) == f"{ast.unparse(call.func.value)}.start()"


def _held_across_await(module: Module) -> Iterator[Suspicion]:
    """`with threading_lock:` around an await."""
    for statement in module.nodes(ast.With):
        function = module.function_around(statement)
        if function is None or not function.is_async:
            continue
        for item in statement.items:
            values = module.project.values(item.context_expr, module)
            locks = values and all(isinstance(v, Instance) and module.project.inference.is_a(v, *known.THREAD_LOCKS) for v in values)
            awaited = _first_await(statement) if locks else None
            if awaited is not None and not lets_go(item.context_expr, function, before=awaited.lineno):
                yield Suspicion(
                    item.context_expr,
                    f"The threading lock `{_short(item.context_expr)}` stays held while line {awaited.lineno} awaits: the next coroutine "
                    "that wants it blocks the event loop, and with it the one that would release it.",
                    "Use an asyncio.Lock with `async with`; or release this lock before anything is awaited.",
                    Level.WARNING if module.is_test else None,
                )


def _ended_at_its_end(module: Module) -> Iterator[Suspicion]:
    """`with ThreadPoolExecutor() as pool:` around a `submit` that nothing in it awaits: the end of the block waits for the work."""
    for statement in module.nodes(ast.With) if "submit" in module.called_names else ():
        function = module.function_around(statement)
        if function is None or not function.is_async or _first_await(statement) is not None:
            continue
        for item in statement.items:
            pool = item.optional_vars
            values = module.project.values(item.context_expr, module) if isinstance(pool, ast.Name) else ()
            if not values or not all(isinstance(v, Instance) and module.project.inference.is_a(v, known.EXECUTOR) for v in values):
                continue
            started = [
                c for c in function.calls if isinstance(c.func, ast.Attribute) and c.func.attr == "submit" and c in _inside(statement)
            ]
            asked = any(last_name(call) in ("result", "as_completed", "wait") for call in _inside(statement))
            if any(ast.unparse(call.func) == f"{ast.unparse(pool or item.context_expr)}.submit" for call in started) and not asked:
                yield Suspicion(
                    item.context_expr,
                    f"This `with` ends with `shutdown`, which waits for what line {started[0].lineno} submits and keeps the event loop of "
                    f"the coroutine `{function.qualname}` from doing anything else.",
                    "Await the work inside of the block: `await asyncio.wrap_future(pool.submit(…))`.",
                    Level.WARNING,
                )


def _inside(statement: ast.With) -> frozenset[ast.Call]:
    return frozenset(node for part in statement.body for node in ast.walk(part) if isinstance(node, ast.Call))


def _first_await(statement: ast.With) -> ast.expr | ast.stmt | None:
    """The first place in the block where other coroutines get their turn."""
    todo: list[ast.AST] = list(reversed(statement.body))
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith):
            return node
        if not isinstance(node, FUNCTION_NODES):
            todo.extend(reversed(list(ast.iter_child_nodes(node))))
    return None
