"""All ways to mutate, by the rule that should find what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mutation import computing, guards, nested, tasks, writes
from mutation.source import Edit, Source


@dataclass(frozen=True, slots=True)
class Operator:
    """`edits` yields what makes a mutant of a file, each list one mutant; only files that match `needed` are worth parsing."""

    rule: str
    name: str
    needed: bytes
    edits: Callable[[Source], Iterator[list[Edit]]]


OPERATORS = (
    Operator("GIL101", "guard removed", guards.NEEDED, guards.guard_removed),
    Operator("GIL101", "call moved out of the guard", guards.NEEDED, guards.call_moved_out),
    Operator("GIL101", "function called at import", guards.NEEDED, guards.called_at_import),
    Operator("GIL101", "pool made at import", guards.NEEDED, guards.pool_at_import),
    Operator("GIL102", "lambda", tasks.NEEDED, tasks.lambda_task),
    Operator("GIL102", "partial of a lambda", tasks.NEEDED, tasks.partial_lambda),
    Operator("GIL102", "nested function", tasks.NEEDED, tasks.nested_function),
    Operator("GIL102", "method of an object with a lock", tasks.NEEDED, tasks.method_of_lock_holder),
    Operator("GIL102", "lock as argument", tasks.NEEDED, tasks.lock_argument),
    Operator("GIL102", "file as argument", tasks.NEEDED, tasks.file_argument),
    Operator("GIL102", "generator as argument", tasks.NEEDED, tasks.generator_argument),
    Operator("GIL103", "list of the module", writes.NEEDED, writes.list_item),
    Operator("GIL103", "dictionary of the module", writes.NEEDED, writes.dict_item),
    Operator("GIL103", "counter of the module", writes.NEEDED, writes.counter),
    Operator("GIL103", "attribute of a class", writes.NEEDED, writes.attribute),
    Operator("GIL103", "global reassigned", writes.NEEDED, writes.reassigned),
    Operator("GIL103", "attribute of an object", writes.NEEDED, writes.attribute_of_object),
    Operator("GIL503", "closure that submits", nested.NEEDED, nested.closure),
    Operator("GIL503", "closure that maps", nested.NEEDED, nested.own_map),
    Operator("GIL503", "pool as argument", nested.NEEDED, nested.parameter),
    Operator("GIL503", "pool of the object", nested.NEEDED, nested.attribute),
    Operator("GIL503", "pool of the module", nested.NEEDED, nested.shared_pool),
    Operator("GIL503", "recursion by a pool", nested.NEEDED_FOR_RECURSION, nested.recursion),
    Operator("GIL601", "Executor.map", computing.NEEDED, computing.executor_map),
    Operator("GIL601", "Executor.submit", computing.NEEDED, computing.executor_submit),
    Operator("GIL601", "ThreadPool.map", computing.NEEDED, computing.thread_pool),
    Operator("GIL601", "asyncio.to_thread", computing.NEEDED, computing.to_thread),
)
