"""Who puts into a queue without an end, and who takes from it elsewhere."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from pytest_gilcheck.rules.queues.answers import are_answers
from pytest_gilcheck.rules.queues.callers import Caller, caller_of
from pytest_gilcheck.rules.queues.consumers import is_for_users, is_given_away, never_ends, queues_beside, runs_elsewhere
from pytest_gilcheck.rules.queues.producers import Endless, endless_loops, inputs, is_answered, is_held_back, is_queue_like
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.events import references
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.queues import QueueUse, is_asynchronous, queue_class
from pytest_gilcheck.source.starts import WorkerKind, WorkerStart
from pytest_gilcheck.source.values import External, Instance

_SENTINEL = re.compile(r"sentinel|stop|done|end|eof|finished|poison|quit|exit|shutdown|closed?", re.IGNORECASE)
_PREFETCH = re.compile(r"\bbasic_qos\b|prefetch_?(?:count|limit|size|multiplier|messages)|\bprefetch\s*=")


@dataclass(frozen=True, slots=True, eq=False)
class Feed:
    """What puts into a queue for ever: the use that does, who makes it do so, and who takes (`None`: only users of the object)."""

    put: QueueUse
    producer: Endless | Caller
    take: QueueUse | None


def feed_of(maker: ast.Call, queue: Instance, module: Module, asked: frozenset[ast.AST] = frozenset()) -> Feed | None:
    """What feeds the queue without an end, whether or not it has a bound; `asked` are the queues that wait for this answer."""
    queues = module.project.queues
    takes = [take for take in queues.uses(maker, "take") if module.is_test or not take.module.is_test]
    cls = queue_class(queue, module.project) or ""
    if (not takes and not is_for_users(maker, module)) or _is_stock(maker, takes, module):
        return None
    for put in queues.uses(maker, "put"):
        if (put.module.is_test and not module.is_test) or is_sentinel(put.item) or is_answered(put.node, put.item, put.module):
            continue
        consumer = next((take for take in takes if _apart(put, take, cls, module)), None)
        loop = _loop(put, maker, cls, module, asked | {maker})
        if loop is not None and not are_answers(takes, maker, module) and not _is_filled_first(loop, takes, module):
            taker = consumer or next((take for take in takes if is_given_away(take) and never_ends(loop)), None)
            if taker is not None:
                return Feed(put, loop, taker)
            if not takes and runs_elsewhere(loop):
                return Feed(put, loop, None)
        if (caller := caller_of(put, maker, cls, module, consumer)) is not None:
            return Feed(put, caller, caller.take)
    return None


def _is_stock(maker: ast.Call, takes: list[QueueUse], module: Module) -> bool:
    """Whether the queue holds things to lend: who makes it puts a number of them, and no worker takes for ever."""
    function = module.function_around(maker)
    puts = (put for put in module.project.queues.uses(maker, "put") if put.function is function and put.module is module)
    return any(isinstance(module.loop_around(put.node), ast.For) and not any(endless_loops(put.node, module)) for put in puts) and not any(
        isinstance(take.module.loop_around(take.node), ast.While) for take in takes
    )


def _loop(put: QueueUse, maker: ast.Call, cls: str, module: Module, asked: frozenset[ast.AST]) -> Endless | None:
    """The endless loop that puts; `None` when something bounds it."""
    for endless in endless_loops(put.node, put.module, fed=True):
        if _counts(endless, cls, module) and not _is_bounded(endless, maker, module, asked):
            return endless
    return None


def _counts(endless: Endless, cls: str, module: Module) -> bool:
    """Whether the loop is of a kind that matters for this queue: asyncio's are mostly fed by finite loops, and tests end."""
    loop = endless.loop
    if is_asynchronous(cls) and not isinstance(loop, ast.While | ast.AsyncFor) and not _runs_in_thread(endless):
        return False
    if module.is_test:
        forever = (isinstance(loop, ast.While) and isinstance(loop.test, ast.Constant)) or (
            isinstance(loop, ast.For) and last_name(loop.iter) in ("count", "cycle")
        )
        return forever and not any(isinstance(node, ast.Break | ast.Return | ast.Raise) for node in ast.walk(loop))
    return True


def _runs_in_thread(endless: Endless) -> bool:
    function = endless.functions[-1]
    return function is not None and bool(endless.module.project.workers.reaching(function, WorkerKind.THREAD))


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
    if is_held_back(endless) or has_prefetch(endless.module) or has_prefetch(module):
        return True
    return any(_is_finite_input(source, home, maker, module, asked) for source, home in inputs(endless))


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


def _is_finite_input(source: ast.expr, home: Module, maker: ast.Call, module: Module, asked: frozenset[ast.AST]) -> bool:
    """Whether the loop gets its work from a queue that is not fed without an end itself: it puts one thing a task."""
    project = module.project
    made = list(project.queues.made_by(source, home))
    if not made:
        return is_queue_like(source) and not any(isinstance(value, External) for value in project.values(source, home))
    beside = [other for other in made if other in queues_beside(maker, module)]
    made = beside or made  # those of another function go to another call
    takers = {use.function for use in project.queues.uses(maker, "take")} - {None}
    for other in made:
        if other in asked or not isinstance(other, ast.Call):
            return True  # a circle of questions and answers
        for value in project.values(source, home):
            if isinstance(value, Instance) and value.call is other:
                feed = feed_of(other, value, value.module or module, asked)
                # Who feeds it and takes the results waits for them.
                if feed is not None and not takers & _functions(feed):
                    return False
    return True


def _functions(feed: Feed) -> frozenset[Function | None]:
    own = feed.producer.functions if isinstance(feed.producer, Endless) else (feed.producer.function,)
    return frozenset((feed.put.function, *own))


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


def _is_filled_first(producer: Endless, takes: list[QueueUse], module: Module) -> bool:
    return bool(takes) and all(_starts_after(producer, take, module) for take in takes)


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


def is_sentinel(item: ast.expr | None) -> bool:
    """Whether what is put only says that there is no more."""
    if isinstance(item, ast.Constant):
        return item.value is None
    return isinstance(item, ast.Name | ast.Attribute) and last_name(item).isupper() and _SENTINEL.search(last_name(item)) is not None


def has_prefetch(module: Module) -> bool:
    """Whether the file limits how many messages a broker sends ahead."""
    return _PREFETCH.search(module.text) is not None
