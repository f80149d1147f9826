"""GIL301: a queue without a bound between a producer that never stops and a consumer elsewhere."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pytest_gilcheck.model.evidence import Evidence
from pytest_gilcheck.model.rule import Page
from pytest_gilcheck.rules.queues.callers import Caller
from pytest_gilcheck.rules.queues.examples.unbounded_queue import BAD, GOOD
from pytest_gilcheck.rules.queues.feeding import Feed, feed_of
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.queues import BOUND_AT, QueueUse, is_unbounded, queue_class, queues_made_in
from pytest_gilcheck.source.rule import SourceRule, Suspicion
from pytest_gilcheck.source.starts import WorkerKind


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

A loop has no end if it is `while True`, runs until a flag is set, iterates over a file, a socket or another source outside of the program,
or takes from a queue that is itself fed without an end, whatever bound that one has. What others call for ever has none either: a request
handler; a callback that is handed to a client, bus or driver, or has the name of one (`on_message`, `data_received`, `emit`); and a public
method or function of a class or module whose own worker takes from the queue. Such a loop or callback may put through other functions,
tables of handlers, and callbacks that it was handed.

Users of an object may be the ones who take: from its public queue, or by a method that returns what it takes.""",
        why="""A queue hides that one side is slower than the other. While the consumer is only a little slower, the backlog grows a
little every second: memory fills, what is taken is hours old, and a restart loses all of it. A bound makes the producer wait, so that the
slowness shows where it can be dealt with (this is called backpressure).""",
        instead="""Give the queue a `maxsize` of a few seconds' work. `put` then waits; where waiting is wrong (a signal handler, an
event loop), use `put_nowait` and decide what to drop on `queue.Full`.""",
        observed="""Not yet observed at run time: the finding rests on the source alone, and is a warning for that reason.""",
        limits="""A bound that comes from a variable is believed, also where a setting chooses between a queue with one and a queue
without. A queue is left alone when it is filled a known number of times (literals, `range`, lists, one result a task), holds things to
lend, when a semaphore, an acknowledgement or a look at its size holds the producer back, when the same loop or function also takes from it
(work lists, pools of objects) or waits for an answer, and when no consumer is seen in another worker or with the users of an object. A
callback is left alone when its name tells of something that happens once (a start, an end, an error), when it picks events of one kind,
when each item is the answer to a question that was sent before, when a function with a queue of its own waits for one event, and when its
file pauses the sender. Who calls a public method how often can't be read from its class: there the finding asks rather than tells. Calls
are followed through three functions from the put; queues that go through a dictionary which another library copies, or under the text of
a key, are not followed. `multiprocessing.SimpleQueue` is a pipe: the system bounds it.""",
        references=(
            "https://docs.python.org/3/library/queue.html#queue.Queue",
            "https://docs.python.org/3/library/asyncio-queue.html",
        ),
    )
    bad = BAD
    good = GOOD

    def check(self, module: Module) -> Iterator[Suspicion]:
        for call, queue in queues_made_in(module):
            if is_unbounded(queue, module.project) and not _is_copied(call, module) and not _is_chosen(call, module):
                feed = feed_of(call, queue, module)
                if feed is not None and not _is_for_logging(call, module):
                    yield _suspicion(call, queue_class(queue, module.project) or "", feed, module)


def _is_copied(maker: ast.Call, module: Module) -> bool:
    """Whether it only stands in for the queue that `__init__` makes, once the object was pickled."""
    function = module.function_around(maker)
    return function is not None and function.name == "__setstate__"


def _is_chosen(maker: ast.Call, module: Module) -> bool:
    """Whether a setting decides between this queue and one with a bound."""
    above = module.parent(maker)
    others: list[ast.expr] = []
    if isinstance(above, ast.IfExp):
        others = [above.orelse if above.body is maker else above.body]
    elif isinstance(above, ast.Assign) and isinstance(choice := module.parent(above), ast.If):
        branch = choice.orelse if above in choice.body else choice.body
        target = ast.dump(above.targets[0])
        others = [part.value for part in branch if isinstance(part, ast.Assign) and ast.dump(part.targets[0]) == target]
    return any(isinstance(other, ast.Call) and last_name(other) == last_name(maker) and (other.args or other.keywords) for other in others)


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


def _suspicion(maker: ast.Call, cls: str, feed: Feed, module: Module) -> Suspicion:
    put, take, producer = feed.put, feed.take, feed.producer
    if isinstance(producer, Caller):
        how = producer.how
    else:
        how = f"in `{producer.text}` ({_at(producer.line, producer.module, module)})"
    message = f"This queue has no bound: {_who(put)} puts into it {how}, and "
    if take is None:
        message += "users of the object have to take from it. Unless they always do so as fast, it grows until memory is full."
        return Suspicion(maker, message, _advice(cls), None, (f"{put.place} puts",))
    message += (
        f"{_who(take)} takes from it{_where(take, module)} ({_at(take.line, take.module, module)}). "
        "Whenever taking is slower, it grows until memory is full."
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
