"""GIL302: a loop without an end that hands out work and never waits for any of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from pytest_gilcheck.model.evidence import Evidence
from pytest_gilcheck.model.rule import Page
from pytest_gilcheck.rules.queues.arrivals import callback_handing_out
from pytest_gilcheck.rules.queues.brakes import is_slowed
from pytest_gilcheck.rules.queues.examples.unbounded_submission import BAD, GOOD
from pytest_gilcheck.rules.queues.producers import Endless, endless_loops, inputs, is_endless
from pytest_gilcheck.rules.queues.sources import goes_on, has_way_out, taken_from
from pytest_gilcheck.source import known
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.rule import SourceRule, Suspicion
from pytest_gilcheck.source.values import External, Method, Value

_METHODS = ("submit", "apply_async", "map_async", "starmap_async", "run_in_executor", "create_task", "start_soon")
_FUNCTIONS = ("ensure_future", "run_coroutine_threadsafe")
_TASK_FUNCTIONS = frozenset({"asyncio.create_task", "asyncio.ensure_future", "asyncio.run_coroutine_threadsafe"})
_MAX_FUNCTIONS = 2  # the submitting one and its caller; what is farther out can't be judged
_MAPS = ("map", "imap", "imap_unordered")
_READ_WHOLE = frozenset({"open", "reader", "DictReader", "enumerate", "tqdm", "repeat"})
_REMOVALS = frozenset({"pop", "popleft", "popitem", "remove", "discard"})
_POOL_NAME = re.compile(r"(?:^|_)(?:pool|executor|tpe|thread_?pool|workers)$", re.IGNORECASE)
_LOOP_NAME = re.compile(r"(?:^|_)(?:loop|event_loop|tg|task_group|group|nursery)$", re.IGNORECASE)


class UnboundedSubmission(SourceRule):
    """Tasks that are handed out for as long as the world sends work, whether or not they get done."""

    code = "GIL302"
    name = "unbounded-submission"
    fails_from = Evidence.OBSERVED
    page = Page(
        what="""\
Flags `submit`, `apply_async`, `run_in_executor`, `create_task`, `ensure_future` and their like in a loop without an end, if nothing in the
loop waits for any of the tasks. A loop has no end if it is `while True`, runs until a flag is set, or iterates over a file, a socket, a
message queue or another source outside of the program. A callback that a library calls for each event (`on_message`, `data_received`) is
as good as the body of such a loop.""",
        why="""\
A pool takes any number of tasks: those that no worker has time for lie in a queue without a bound, each with its arguments. An event loop
starts them all at once. While work comes only a little faster than it is done, the backlog grows: memory fills, connections run out, and
what is done is hours old. A bounded queue in front of the loop does not help, because the loop empties it at once.""",
        instead="""\
Let the loop take a slot of a semaphore before each task, and give it back in the task's done callback; or keep the pending futures and,
when there are too many, `wait(pending, return_when=FIRST_COMPLETED)`. From Python 3.14 on `Executor.map(…, buffersize=…)` does this. Or
start a fixed number of workers that take from a bounded queue.""",
        observed="""\
Not yet observed at run time: the finding rests on the source alone, and is a warning for that reason.""",
        limits="""\
Silent where the loop waits for a task, holds back when a length or a count reaches a limit, pauses for half a second or more each turn,
starts a task only when the last one is done, or gets its work from a queue that is filled a known number of times or a container that it
empties; and where the task itself first takes a semaphore. A callback is left alone where it waits for anything, keeps its task in an
attribute of its own, picks events of one kind, or its name or that of the task tells of something that happens once. One call between the
loop and the submission is followed. Pools and queues that bound themselves in their own `submit` are believed.""",
        references=(
            "https://docs.python.org/3/library/concurrent.futures.html#concurrent.futures.wait",
            "https://docs.python.org/3/library/asyncio-sync.html#asyncio.Semaphore",
        ),
    )
    bad = BAD
    good = GOOD

    def check(self, module: Module) -> Iterator[Suspicion]:
        for call in module.calls_to(*_MAPS):
            if (source := _endless_map(call, module)) is not None:
                yield _map_suspicion(call, source)
        names = [name for name in (*_METHODS, *_FUNCTIONS) if name in module.called_names]
        for call in (*module.calls_to(*names), *module.calls_renamed(*_METHODS, *_FUNCTIONS)):
            if (what := _handed_to(call, module)) is None:
                continue
            for endless in _loops_of(call, module):
                if _goes_on_here(endless, module) and not is_slowed(call, endless, module):
                    yield _suspicion(call, what, endless, module)
                    break
            else:
                if (callback := callback_handing_out(call, module)) is not None:
                    yield _callback_suspicion(call, what, callback)


def _endless_map(call: ast.Call, module: Module) -> ast.expr | None:
    """What a pool's `map` iterates over, if it has no end: it takes all of it at once, before the first result."""
    if len(call.args) < 2 or any(keyword.arg == "buffersize" for keyword in call.keywords):
        return None
    is_a = module.project.inference.is_a
    if not any(
        isinstance(value, Method) and value.function is None and is_a(value.owner, known.EXECUTOR, known.MP_POOL)
        for value in module.project.values(call.func, module)
    ):
        return None
    sources = [source for source in call.args[1:] if last_name(source) not in _READ_WHOLE]
    # The shortest of several iterables ends it; a file has an end.
    if len(sources) == len(call.args) - 1 and all(
        isinstance(source, ast.Call) and goes_on(source, module) and not has_way_out(source, module) for source in sources
    ):
        return sources[0]
    return None


def _handed_to(call: ast.Call, module: Module) -> str | None:
    """What takes the work, in words; `None` if the call hands out none."""
    name = last_name(call)
    values = module.project.values(call.func, module)
    for value in values:
        if (what := _taker(value, module)) is not None:
            return what
    if values or not isinstance(call.func, ast.Attribute):
        return None
    receiver = call.func.value
    if module.project.values(receiver, module):
        return None
    called = last_name(receiver)
    if name in ("submit", "apply_async", "map_async", "starmap_async") and _POOL_NAME.search(called):
        return "the pool"
    if name in ("create_task", "start_soon", "run_in_executor") and (
        _LOOP_NAME.search(called) or called in ("get_event_loop", "get_running_loop")
    ):
        return "an executor" if name == "run_in_executor" else "the event loop"
    return None


def _taker(value: Value, module: Module) -> str | None:
    is_a = module.project.inference.is_a
    match value:
        case External(name=name) if name in _TASK_FUNCTIONS:
            return "the event loop"
        case Method(owner=owner, function=None, name=method):
            if is_a(owner, known.EXECUTOR):
                return "the pool" if method == "submit" else None
            if is_a(owner, known.MP_POOL):
                return "the pool" if method.endswith("_async") else None
            if is_a(owner, known.LOOP, known.TASK_GROUP):
                return {"run_in_executor": "an executor", "create_task": "the event loop", "start_soon": "the event loop"}.get(method)
        case _:
            return None
    return None


def _loops_of(call: ast.Call, module: Module) -> Iterator[Endless]:
    """Endless loops that repeat the call, those over a queue's `get` included."""
    yield from (endless for endless in endless_loops(call, module) if len(endless.functions) <= _MAX_FUNCTIONS)
    at: ast.AST | None = call
    while at is not None and (at := module.loop_around(at)) is not None:
        if isinstance(at, ast.For) and not is_endless(at, module) and taken_from(at.iter) is not None:
            yield Endless(at, module, (module.function_around(call),), call)


def _goes_on_here(endless: Endless, module: Module) -> bool:
    """Whether the loop matters: in tests only one without a way out does; one that empties a finite queue does not."""
    loop = endless.loop
    if module.is_test or endless.module.is_test:
        forever = (isinstance(loop, ast.While) and isinstance(loop.test, ast.Constant)) or (
            isinstance(loop, ast.For) and last_name(loop.iter) in ("count", "cycle")
        )
        if not forever or any(isinstance(node, ast.Break | ast.Return | ast.Raise) for node in ast.walk(loop)):
            return False
    return not _empties(endless) and not any(_is_finite(source, home) for source, home in inputs(endless))


def _empties(endless: Endless) -> bool:
    """Whether the loop takes things out of the container that its test looks at: `while self.active: self.active.pop()`."""
    loop = endless.loop
    if not isinstance(loop, ast.While) or not isinstance(loop.test, ast.Name | ast.Attribute):
        return False
    tested = ast.dump(loop.test)
    return any(
        isinstance(node, ast.Attribute) and node.attr in _REMOVALS and ast.dump(node.value) == tested
        for statement in loop.body
        for node in ast.walk(statement)
    )


def _is_finite(source: ast.expr, home: Module) -> bool:
    """Whether the queue is filled by code of the project that comes to an end."""
    project = home.project
    puts = [put for maker in project.queues.made_by(source, home) for put in project.queues.uses(maker, "put")]
    return (
        bool(puts)
        and not any(True for put in puts for _ in endless_loops(put.node, put.module))
        and all(
            put.function is None or put.function.name.startswith(("test", "main")) or put.module.loop_around(put.node) is not None
            for put in puts
        )
    )


def _map_suspicion(call: ast.Call, source: ast.expr) -> Suspicion:
    return Suspicion(
        call,
        f"`{last_name(call)}` makes a task of every element of `{ast.unparse(source)}` before it gives the first result, and there is no "
        "end to them: it fills the pool's queue until memory is full.",
        "Give `Executor.map` a `buffersize` (Python 3.14), take a bounded part with `itertools.islice`, or submit in a loop that takes a "
        "slot of a semaphore first.",
    )


def _callback_suspicion(call: ast.Call, what: str, callback: Function) -> Suspicion:
    message = (
        f"`{last_name(call)}` gives {what} a new task each time that `{callback.qualname}` is called, and nothing in it waits for them or "
        f"counts them: {_effect(what)}."
    )
    return Suspicion(call, message, _callback_advice(what))


def _callback_advice(what: str) -> str:
    if what == "the event loop":
        return (
            "Put the events into an `asyncio.Queue(maxsize=…)` that a fixed number of tasks takes from, and decide what to drop when it is "
            "full: a callback can't wait."
        )
    return (
        "Put the events into a `queue.Queue(maxsize=…)` that a fixed number of threads takes from, and decide what to drop when it is "
        "full; or take a slot of a `threading.BoundedSemaphore(…)` before `submit` if the caller may be held up."
    )


def _effect(what: str) -> str:
    if what == "the event loop":
        return "all of them run at once, and when they come faster than they end, their number grows until memory or connections run out"
    return "what no worker has time for waits in a queue without a bound, which grows until memory is full"


def _suspicion(call: ast.Call, what: str, endless: Endless, module: Module) -> Suspicion:
    where = f"in line {endless.line}" if endless.module is module else f"in {endless.module.path}:{endless.line}"
    name = last_name(call)
    message = (
        f"`{name}` gives {what} a new task each turn of `{endless.text}` ({where}), and nothing in it waits for them: {_effect(what)}."
    )
    return Suspicion(call, message, _advice(name, what, endless))


def _advice(name: str, what: str, endless: Endless) -> str:
    """How to wait before the next task, in a way that doesn't block the event loop if the endless loop runs there."""
    function = endless.module.function_around(endless.loop)
    if function is not None and function.is_async:
        if name.endswith("_async"):
            return "Use a `ProcessPoolExecutor` with `await loop.run_in_executor(pool, …)`, in a fixed number of tasks."
        done = "asyncio.wrap_future(future)" if name == "submit" else "future" if name == "run_in_executor" else "task"
        return (
            "Make an `asyncio.Semaphore(…)` before the loop, `await semaphore.acquire()` before each task, and release it when the "
            f"task is done: `{done}.add_done_callback(lambda _: semaphore.release())`."
        )
    if what == "the event loop":
        return (
            "Put the work into an `asyncio.Queue(maxsize=…)` that a fixed number of tasks takes from, and decide what to drop "
            "when it is full: a plain function can't wait for an `asyncio.Semaphore`."
        )
    slots = "Make a `threading.BoundedSemaphore(…)` before the loop, call `slots.acquire()` before each task, and"
    if name.endswith("_async"):
        return f"{slots} pass `callback=` and `error_callback=` that both call `slots.release()`."
    submit = "use `submit` of an executor of your own, with " if name == "run_in_executor" else ""
    return f"{slots} {submit}`future.add_done_callback(lambda _: slots.release())` after it."
