"""GIL701: a call that blocks in code that the event loop runs."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.rule import Page
from pytest_gilcheck.rules.asyncio.blocking_calls import CALLED_NAMES, FUNCTIONS, METHODS, ONLY_WITH_ARGUMENTS, Blocking
from pytest_gilcheck.rules.asyncio.examples.blocking_in_async import BAD, GOOD
from pytest_gilcheck.rules.asyncio.excuses import is_excused, lets_go
from pytest_gilcheck.source import known
from pytest_gilcheck.source.calls import argument, last_name
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.event_loop import LoopWay
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.rule import SourceRule, Suspicion
from pytest_gilcheck.source.scopes import FUNCTIONS as FUNCTION_NODES
from pytest_gilcheck.source.values import External, Instance, Method, Partial, Value

_QUEUES = ("queue.Queue", "multiprocessing.Queue", "multiprocessing.managers.Queue")
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
`httpx`, `subprocess.run` and its like, `os.system`, blocking sockets, `input`, waiting for locks, events, queues, futures, threads and
processes of the threaded world, and synchronous database drivers; each also under another name and as a method.

A call that stands in an `async def` is an error. One in a plain function that a coroutine calls, or that the loop calls back, is a
warning that shows the way to it. A `with` on a threading lock is flagged when something is awaited while it is held.""",
        why="""The event loop is one thread. While a call blocks it, nothing else moves: no other request is answered, no timeout fires, no
heartbeat is sent. It shows only under load, far away from the line that caused it. A threading lock held across an `await` is worse: the
next coroutine that wants it blocks the very thread that would have to release it, for good.""",
        instead="""Await the asynchronous twin, or send the one slow call to a thread with `await asyncio.to_thread(function, …)`.""",
        observed="""Not yet observed at run time: the finding rests on the source alone.""",
        limits="""Files are taken to be fast: `open`, `Path.read_text` and local databases such as `sqlite3` are not flagged, nor is a
threading lock that is held without an `await`. Computing for long blocks the loop just as well and is not seen here. Calls whose object
is not known (a parameter without annotation that nobody in the project fills) stay silent, and so does what a test of the mode (`if
is_async:`) or of the platform decides. In tests every finding is a warning, and joining threads (but for one that was started in the line
before) or talking to the test's own sockets is none; nor is a call that a comment says to be on purpose.""",
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
        names = (CALLED_NAMES | module.other_names(CALLED_NAMES)) & module.called_names
        for call in sorted(module.calls_to(*names), key=lambda call: (call.lineno, call.col_offset)):
            function = module.function_around(call)
            if function is None:
                continue
            way = None if function.is_async else module.project.event_loop.way_to(function)
            if not function.is_async and way is None:
                continue
            blocking = _blocking(call, module)
            if (
                blocking is None
                or (way is not None and blocking.mostly_brief)
                or (module.is_test and blocking.quiet_in_tests and not _joins_at_once(call, module))
            ):
                continue
            if not is_excused(call, blocking, function, module):
                yield _suspicion(call, blocking, function, way, module)
        yield from _held_across_await(module)


def _blocking(call: ast.Call, module: Module) -> Blocking | None:
    """How the call blocks; `None` unless everything that it can be blocks."""
    found: Blocking | None = None
    for value in module.project.values(call.func, module):
        found = _of_value(value, call, module)
        if found is None:
            return None
    if found is not None and found.at_once is not None and found.at_once(call):
        return None
    return found


def _of_value(value: Value, call: ast.Call, module: Module) -> Blocking | None:
    match value:
        case External(name=name):
            return None if name in ONLY_WITH_ARGUMENTS and not call.args and not call.keywords else FUNCTIONS.get(name)
        case Method(owner=owner, name=name, function=None):
            for (cls, method), blocking in METHODS.items():
                if method == name and module.project.inference.is_a(owner, cls):
                    return blocking if _can_wait(owner, name, call, module) else None
        case Partial(callee=callee, call=held):
            return _of_value(callee, held, module)
        case _:
            pass
    return None


def _can_wait(owner: Instance, name: str, call: ast.Call, module: Module) -> bool:
    is_a = module.project.inference.is_a
    if name == "put" and is_a(owner, *_QUEUES):
        return _has_bound(owner)
    if name == "map" and is_a(owner, known.EXECUTOR):
        above = module.parent(call)
        return isinstance(above, ast.For | ast.comprehension) or (
            isinstance(above, ast.Call) and last_name(above) in ("list", "tuple", "set", "sorted", "sum", "dict")
        )
    if is_a(owner, "socket.socket"):
        # Of one that comes from elsewhere nobody knows whether it blocks.
        return owner.call is not None and not _is_told_not_to_block(call, module)
    if is_a(owner, known.FUTURE):
        if not isinstance(owner.call, ast.Call):
            return False
        # One that is made by hand in the same coroutine is settled by somebody else; of one made elsewhere nobody knows.
        here = owner.module is module and module.function_around(owner.call) is module.function_around(call)
        return last_name(owner.call) in ("submit", "run_coroutine_threadsafe") or (here and last_name(owner.call) == "Future")
    return True


def _has_bound(queue: Instance) -> bool:
    """Whether it is seen to be made with a positive maxsize: putting into any other never waits."""
    if not isinstance(queue.call, ast.Call):
        return False
    size = argument(queue.call, 0, "maxsize")
    if isinstance(size, ast.Call) and last_name(size) == "len":
        return False  # room for each of the things there are: nobody waits
    return (
        size is not None
        and not (isinstance(size, ast.Constant) and (size.value is None or size.value == 0))
        and not isinstance(size, ast.UnaryOp)
    )


def _is_told_not_to_block(call: ast.Call, module: Module) -> bool:
    assert isinstance(call.func, ast.Attribute), "a method is called as an attribute"
    name = last_name(call.func.value)
    for other in module.calls_to("setblocking", "settimeout"):
        if isinstance(other.func, ast.Attribute) and last_name(other.func.value) == name and other.args:
            flag = other.args[0]
            if isinstance(flag, ast.Constant) and flag.value is not None and not flag.value:
                return True
    return False


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
    """`worker.start()` and in the next line `worker.join()`: all of the work is waited for, not just its end."""
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
