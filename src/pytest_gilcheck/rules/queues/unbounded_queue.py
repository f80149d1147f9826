"""GIL301: a queue without a bound between a producer that never stops and a consumer elsewhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from pytest_gilcheck.model.evidence import Evidence
from pytest_gilcheck.model.rule import Page
from pytest_gilcheck.rules.queues.callers import Caller, caller_of
from pytest_gilcheck.rules.queues.examples.unbounded_queue import BAD, GOOD
from pytest_gilcheck.rules.queues.producers import Endless, endless_loops, inputs, is_answered, is_held_back, is_queue_like
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.events import references
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.queues import BOUND_AT, QueueUse, is_asynchronous, is_unbounded, queue_class, queues_made_in
from pytest_gilcheck.source.rule import SourceRule, Suspicion
from pytest_gilcheck.source.starts import WorkerKind, WorkerStart
from pytest_gilcheck.source.values import External, Instance

_SENTINEL = re.compile(r"sentinel|stop|done|end|eof|finished|poison|quit|exit|shutdown|closed?", re.IGNORECASE)
_PREFETCH = re.compile(r"\bbasic_qos\b|prefetch_?(?:count|limit|size|multiplier|messages)|\bprefetch\s*=")


class UnboundedQueue(SourceRule):
    """A queue that takes whatever a tireless producer puts into it."""

    code = "GIL301"
    name = "unbounded-queue"
    fails_from = Evidence.OBSERVED
    page = Page(
        what="""Flags a queue that is made without a bound, if a producer puts into it in a loop without an end and somebody in
another thread, process or task takes from it. Meant are `queue.Queue`, `LifoQueue`, `PriorityQueue` and `SimpleQueue`,
`multiprocessing.Queue` and `JoinableQueue`, the queues of `asyncio` and tornado, and a `collections.deque` without `maxlen` between two
threads.

A loop has no end if it is `while True`, runs until a flag is set, or iterates over a file, a socket or another source outside of the
program. What others call for ever has none either: a request handler; a callback that is handed to a client, bus or driver, or has the
name of one (`on_message`, `data_received`, `emit`); and a public method of a class whose own worker takes from the queue.""",
        why="""A queue hides that one side is slower than the other. While the consumer is only a little slower, the backlog grows a
little every second: memory fills, what is taken is hours old, and a restart loses all of it. A bound makes the producer wait, so that the
slowness shows where it can be dealt with (this is called backpressure).""",
        instead="""Give the queue a `maxsize` of a few seconds' work. `put` then waits; where waiting is wrong (a signal handler, an
event loop), use `put_nowait` and decide what to drop on `queue.Full`.""",
        observed="""Not yet observed at run time: the finding rests on the source alone, and is a warning for that reason.""",
        limits="""A bound that comes from a variable is believed. A queue is left alone when it is filled a known number of times
(literals, `range`, lists, one result a task), when a semaphore, an acknowledgement or a look at its size holds the producer back, when the
same loop or function also takes from it (work lists, pools of objects), and when no consumer is seen in another worker. A callback is
left alone when its name tells of something that happens once (a start, an end, an error), when it picks events of one kind, when each
item is the answer to a question that the consumer has sent, and when its file pauses the sender. Who calls a public method how often
can't be read from its class: there the finding asks rather than tells. Queues that go through a dictionary which another library
copies are not followed. `multiprocessing.SimpleQueue` is a pipe: the system bounds it.""",
        references=(
            "https://docs.python.org/3/library/queue.html#queue.Queue",
            "https://docs.python.org/3/library/asyncio-queue.html",
        ),
    )
    bad = BAD
    good = GOOD

    def check(self, module: Module) -> Iterator[Suspicion]:
        for call, queue in queues_made_in(module):
            if is_unbounded(queue, module.project):
                suspicion = _judge(call, queue, module)
                if suspicion is not None:
                    yield suspicion


def _judge(maker: ast.Call, queue: Instance, module: Module, asked: frozenset[ast.AST] = frozenset()) -> Suspicion | None:
    """What is suspicious about one queue; `asked` are the queues that wait for this answer."""
    queues = module.project.queues
    takes = queues.uses(maker, "take")
    cls = queue_class(queue, module.project) or ""
    if not takes or _is_for_logging(maker, module):
        return None
    for put in queues.uses(maker, "put"):
        if _is_sentinel(put.item) or is_answered(put.node, put.item, put.module):
            continue
        consumer = next((take for take in takes if _apart(put, take, cls, module)), None)
        loop = _loop(put, maker, cls, module, asked | {maker}) if consumer is not None else None
        if consumer is not None and loop is not None and not all(_starts_after(loop, take, module) for take in takes):
            return _suspicion(maker, cls, put, consumer, loop, module)
        if (caller := caller_of(put, maker, cls, module, consumer)) is not None:
            return _suspicion(maker, cls, put, caller.take, caller, module)
    return None


def _loop(put: QueueUse, maker: ast.Call, cls: str, module: Module, asked: frozenset[ast.AST]) -> Endless | None:
    """The endless loop that puts; `None` when something bounds it."""
    for endless in endless_loops(put.node, put.module):
        if _counts(endless, cls, module) and not _is_bounded(endless, maker, module, asked):
            return endless
    return None


def _counts(endless: Endless, cls: str, module: Module) -> bool:
    """Whether the loop is of a kind that matters for this queue: asyncio's are mostly fed by finite loops, and tests end."""
    loop = endless.loop
    if is_asynchronous(cls) and not isinstance(loop, ast.While | ast.AsyncFor):
        return False
    if module.is_test:
        forever = (isinstance(loop, ast.While) and isinstance(loop.test, ast.Constant)) or (
            isinstance(loop, ast.For) and last_name(loop.iter) in ("count", "cycle")
        )
        return forever and not any(isinstance(node, ast.Break | ast.Return | ast.Raise) for node in ast.walk(loop))
    return True


def _is_bounded(endless: Endless, maker: ast.Call, module: Module, asked: frozenset[ast.AST]) -> bool:
    queues = module.project.queues
    if endless.module is module and module.is_within(maker, endless.loop):
        return True  # each turn has a queue of its own
    if module.function_around(maker) in endless.functions[:-1]:
        return True  # and so has each call
    functions = set(endless.functions)
    if functions & {use.function for use in queues.uses(maker, "take", "ask")} or _calls_a_taker(endless, maker, module):
        return True
    if any(use.module is endless.module and endless.module.is_within(use.node, endless.loop) for use in queues.uses(maker, "join")):
        return True
    if is_held_back(endless) or _has_prefetch(endless.module) or _has_prefetch(module):
        return True
    return any(_is_finite_input(source, home, module, asked) for source, home in inputs(endless))


def _calls_a_taker(endless: Endless, maker: ast.Call, module: Module) -> bool:
    """Whether the loop, or a function between it and the put, calls what takes from the queue or looks at its size."""
    others = {use.function for use in module.project.queues.uses(maker, "take", "ask")}
    if endless.functions[-1] is not None:
        calls = list(endless.functions[-1].calls)
    else:
        calls = endless.module.scope.calls
    inside = [(call, endless.module) for call in calls if endless.module.is_within(call, endless.loop)]
    inside += [(call, function.module) for function in endless.functions[:-1] if function is not None for call in function.calls]
    return any(callee in others for call, home in inside for callee in module.project.functions_called(call, home))


def _is_finite_input(source: ast.expr, home: Module, module: Module, asked: frozenset[ast.AST]) -> bool:
    """Whether the loop gets its work from a queue that does not grow without end itself: it puts one thing a task."""
    project = module.project
    made = list(project.queues.made_by(source, home))
    if not made:
        return is_queue_like(source) and not any(isinstance(value, External) for value in project.values(source, home))
    for other in made:
        if other in asked or not isinstance(other, ast.Call):
            return True  # a circle of questions and answers
        for value in project.values(source, home):
            if (
                isinstance(value, Instance)
                and value.call is other
                and is_unbounded(value, project)
                and _judge(other, value, value.module or module, asked) is not None
            ):
                return False
    return True


def _apart(put: QueueUse, take: QueueUse, cls: str, module: Module) -> bool:
    """Whether the two run in different threads, processes or (for asyncio's queues) tasks."""
    if put.function is take.function:
        return False
    if put.function is not None and take.function is not None and _is_handed_on(put.function, take.function):
        return True
    kinds = () if is_asynchronous(cls) else (WorkerKind.THREAD, WorkerKind.PROCESS, WorkerKind.INTERPRETER)
    return _contexts(put.function, kinds, module) != _contexts(take.function, kinds, module)


def _is_handed_on(inner: Function, outer: Function) -> bool:
    """Whether a function gives one of its own to somebody who runs it elsewhere, and never calls it itself."""
    module = inner.module
    return (
        not isinstance(inner.node, ast.Lambda)
        and module.function_around(inner.node) is outer
        and any(isinstance(module.parent(reference), ast.Call) for reference in references(inner))
        and not module.project.callers(inner)
    )


def _contexts(function: Function | None, kinds: tuple[WorkerKind, ...], module: Module) -> frozenset[tuple[int, Function]]:
    """What tells the workers that run a function; empty for the main thread."""
    if function is None:
        return frozenset()
    return frozenset((id(reach.start), reach.chain[0]) for reach in module.project.workers.reaching(function, *kinds))


def _starts_after(producer: Endless, take: QueueUse, module: Module) -> bool:
    """Whether whoever takes is only started when the loop is over: the queue is filled once."""
    reaches = module.project.workers.reaching(take.function) if take.function is not None else []
    end = getattr(producer.loop, "end_lineno", None) or producer.line
    return bool(reaches) and all(
        reach.start.module is producer.module
        and producer.module.function_around(reach.start.node) is producer.functions[-1]
        and _started_line(reach.start) > end
        for reach in reaches
    )


def _started_line(start: WorkerStart) -> int:
    """The line in which the worker sets off: that of `thread.start()` where the thread has a name."""
    above = start.module.parent(start.node)
    if isinstance(above, ast.Assign) and isinstance(above.targets[0], ast.Name):
        scope = start.module.scope_at(start.node)
        for call in start.module.calls_to("start"):
            receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
            if isinstance(receiver, ast.Name) and receiver.id == above.targets[0].id and start.module.scope_at(call) is scope:
                return call.lineno
    return start.line


def _is_sentinel(item: ast.expr | None) -> bool:
    if isinstance(item, ast.Constant):
        return item.value is None
    return isinstance(item, ast.Name | ast.Attribute) and last_name(item).isupper() and _SENTINEL.search(last_name(item)) is not None


def _is_for_logging(maker: ast.Call, module: Module) -> bool:
    """Whether logging's own handler puts: `queue.Queue(-1)` is its documented recipe."""
    for other in module.project.modules:
        for call in other.calls_to("QueueHandler", "QueueListener"):
            if any(
                made is maker
                for arg in (*call.args, *(k.value for k in call.keywords))
                for made in module.project.queues.made_by(arg, other)
            ):
                return True
    return False


def _has_prefetch(module: Module) -> bool:
    """Whether the file limits how many messages a broker sends ahead."""
    return _PREFETCH.search(module.text) is not None


def _suspicion(maker: ast.Call, cls: str, put: QueueUse, take: QueueUse, producer: Endless | Caller, module: Module) -> Suspicion:
    if isinstance(producer, Caller):
        how = producer.how
    else:
        how = f"in `{producer.text}` ({_at(producer.line, producer.module, module)})"
    message = (
        f"This queue has no bound: {_who(put)} puts into it {how}, and {_who(take)} takes from it{_where(take, module)} "
        f"({_at(take.line, take.module, module)}). Whenever taking is slower, it grows until memory is full."
    )
    return Suspicion(maker, message, _advice(cls), None, (f"{put.place} puts", f"{take.place} takes"))


def _who(use: QueueUse) -> str:
    return f"`{use.function.qualname}`" if use.function is not None else "the module's own code"


def _at(line: int, home: Module, module: Module) -> str:
    return f"line {line}" if home is module else f"{home.path}:{line}"


def _where(take: QueueUse, module: Module) -> str:
    reaches = module.project.workers.reaching(take.function) if take.function is not None else []
    kinds = {reach.start.kind for reach in reaches}
    kind = next((kind for kind in (WorkerKind.THREAD, WorkerKind.PROCESS, WorkerKind.TASK) if kind in kinds), None)
    return f" in another {kind.value}" if kind is not None else ""


def _advice(cls: str) -> str:
    name = cls.rpartition(".")[2]
    error = {"asyncio": "asyncio.QueueFull", "tornado": "tornado.queues.QueueFull"}.get(cls.partition(".")[0], "queue.Full")
    full = f"Then `put` waits when it is full; where the producer must not wait, use `put_nowait` and drop something on `{error}`."
    if cls == "collections.deque":
        return "Use `queue.Queue(maxsize=…)`, whose `put` waits when it is full; or `deque(maxlen=…)` if the oldest items may be dropped."
    if BOUND_AT[cls] is None:
        return f"SimpleQueue can't have a bound: use `queue.Queue(maxsize=…)`. {full}"
    return f"Give it a bound, with room for a few seconds of work: `{name}(maxsize=…)`. {full}"
