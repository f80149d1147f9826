"""Where code waits for the threads and tasks that it started, and for how long they may run beside it."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Collection, Iterator, Sequence

from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.conditions import leaves
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import LOOPS, Module
from pytest_gilcheck.source.scopes import COMPREHENSIONS, FUNCTIONS

_JOINS = frozenset({"join", "shutdown", "wait", "as_completed", "gather", "wait_for"})
_RESULTS = frozenset({"result", "exception", "get"})
_POOL_NAMES = ("Executor", "Pool", "pool", "executor", "TaskGroup", "nursery")


def calls_of(function: Function | None, module: Module) -> Sequence[ast.Call]:
    """Calls in a function's own body; those outside of any function for `None`."""
    return function.calls if function is not None else module.scope.calls


def is_wait(call: ast.Call) -> bool:
    """Whether the call waits for a thread, process, task, pool or future, by its looks."""
    function = call.func
    name = last_name(call)
    if name in ("as_completed", "wait_for", "gather"):
        return True
    if not isinstance(function, ast.Attribute):
        return name == "wait" and bool(call.args)
    if name in _JOINS:
        # `", ".join(parts)` and `os.path.join(a, b)` wait for nobody; `event.wait()` waits for a word, not for an end.
        if name == "wait":
            return bool(call.args) and not isinstance(call.args[0], ast.Constant)
        if name == "join":
            return not isinstance(function.value, ast.Constant) and all(_is_time(arg) for arg in call.args) and len(call.args) < 2
        return True
    return name in _RESULTS and all(_is_time(arg) for arg in call.args) and len(call.args) < 2


def _is_time(node: ast.expr) -> bool:
    return (isinstance(node, ast.Constant) and not isinstance(node.value, str)) or any(
        word in last_name(node).lower() for word in ("time", "wait", "delay", "deadline", "secs")
    )


def is_pool_block(node: ast.AST) -> bool:
    """Whether it is a `with` statement that waits at its end for what was started in it."""
    return isinstance(node, ast.With | ast.AsyncWith) and any(
        any(part in last_name(item.context_expr) for part in _POOL_NAMES)
        or (item.optional_vars is not None and any(part in last_name(item.optional_vars) for part in _POOL_NAMES))
        for item in node.items
    )


def waits(function: Function) -> bool:
    """Whether the function waits for what it starts before it returns."""
    return any(is_wait(call) for call in function.calls) or any(
        is_pool_block(node) and function.module.function_around(node) is function
        for kind in (ast.With, ast.AsyncWith)
        for node in function.module.nodes(kind)
    )


def variables_of(node: ast.AST, module: Module) -> frozenset[str]:
    """Names (and last attribute names) that the statement around the node gives its value."""
    statement = module.statement_of(node)
    targets: list[ast.expr] = []
    if isinstance(statement, ast.Assign):
        targets = list(statement.targets)
    elif isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    return frozenset(last_name(target) for target in targets if isinstance(target, ast.Name | ast.Attribute))


def waits_at_once(node: ast.AST, module: Module) -> bool:
    """Whether the same expression waits for what it starts: `submit(f).result()`, `await to_thread(f)`."""
    above = module.parent(node)
    if isinstance(above, ast.Await):
        return True
    return isinstance(above, ast.Attribute) and above.attr in (_RESULTS | {"join", "wait"})


def begin_of(node: ast.AST, module: Module) -> ast.AST:
    """Where what is made there begins to run: the `.start()` of a thread that has a name, else the node itself."""
    names = variables_of(node, module)
    line = getattr(node, "lineno", 0)
    for call in sorted(calls_of(module.function_around(node), module), key=lambda c: c.lineno):
        if last_name(call) == "start" and isinstance(call.func, ast.Attribute) and call.lineno >= line:
            receiver = call.func.value
            if last_name(receiver) in names or _ranges_over(receiver, names, module):
                return call
    return node


def _ranges_over(receiver: ast.expr, names: frozenset[str], module: Module) -> bool:
    """`for t in threads: t.start()`, `for t in (reader, writer): t.start()`: whether it names one of these."""
    for above in module.ancestors(receiver):
        if isinstance(above, ast.For) and last_name(above.target) == last_name(receiver):
            parts = above.iter.elts if isinstance(above.iter, ast.Tuple | ast.List) else [above.iter]
            return any(last_name(part) in names for part in parts)
        if isinstance(above, FUNCTIONS):
            return False
    return False


def overlapping_loop(node: ast.AST, module: Module) -> ast.AST | None:
    """The innermost loop that starts the node's worker again before the last one has ended; `None` if there is none."""
    if waits_at_once(node, module) or is_restart(node, module) or _started_one_by_one(node, module):
        return None
    loop = repeating_loop(node, module)
    if loop is None or _waits_inside(loop, node, module):
        return None
    return loop


def repeating_loop(node: ast.AST, module: Module) -> ast.AST | None:
    """The innermost loop around the node that runs it more than once, as far as its head tells."""
    loop = module.loop_around(node)
    while loop is not None and _turns_once(loop):
        loop = module.loop_around(loop)
    return loop


def _turns_once(loop: ast.AST) -> bool:
    """`for _ in range(1)`, `for x in [only]`."""
    match loop:
        case ast.For(iter=iterable):
            pass
        case ast.ListComp(generators=[generator]) | ast.SetComp(generators=[generator]) | ast.GeneratorExp(generators=[generator]):
            iterable = generator.iter
        case _:
            return False
    match iterable:
        case ast.Call(func=ast.Name(id="range"), args=[ast.Constant(value=1)], keywords=[]):
            return True
        case ast.List(elts=[only]) | ast.Tuple(elts=[only]):
            return not isinstance(only, ast.Starred)
        case _:
            return False


def is_restart(node: ast.AST, module: Module) -> bool:
    """Started only where none is running: `if self._thread is None: …`, `if not thread.is_alive(): …`."""
    names = variables_of(node, module)
    for above in module.ancestors(node):
        if isinstance(above, FUNCTIONS):
            break
        if isinstance(above, ast.If) and _asks_for(names, above.test):
            return True
    function = module.function_around(node)
    if function is None or isinstance(function.node, ast.Lambda):
        return False
    earlier = itertools.takewhile(lambda one: not module.is_within(node, one), function.node.body)
    return any(isinstance(one, ast.If) and leaves(one.body) and _asks_for(names, one.test) for one in earlier)


def _asks_for(names: Collection[str], test: ast.expr) -> bool:
    mentioned = {last_name(part) for part in ast.walk(test) if isinstance(part, ast.Name | ast.Attribute)}
    return "is_alive" in mentioned or not mentioned.isdisjoint(names)


def _started_one_by_one(node: ast.AST, module: Module) -> bool:
    """`for t in threads: t.start(); t.join()`: each ends before the next begins."""
    began: dict[ast.AST, set[str]] = {}
    joined: dict[ast.AST, set[str]] = {}
    for call in calls_of(module.function_around(node), module):
        name = last_name(call)
        if name in ("start", "join") and isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
            loop = module.loop_around(call)
            if isinstance(loop, ast.For) and last_name(loop.target) == call.func.value.id and not module.is_within(node, loop):
                (began if name == "start" else joined).setdefault(loop, set()).add(call.func.value.id)
    serial = any(names & joined.get(loop, set()) for loop, names in began.items())
    return serial and all(loop in joined for loop in began)


def _waits_inside(loop: ast.AST, node: ast.AST, module: Module) -> bool:
    for above in module.ancestors(node):
        if above is loop:
            break
        if is_pool_block(above):
            return True  # the end of the block waits, once a turn
    if isinstance(loop, COMPREHENSIONS):
        return False
    names = variables_of(node, module)
    for call in calls_of(module.function_around(node), module):
        if (
            is_wait(call)
            and call.lineno >= getattr(node, "lineno", 0)
            and module.is_within(call, loop)
            and not _is_conditional(call, loop, module)
        ):
            receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
            if last_name(call) in _RESULTS:
                if receiver is not None and (last_name(receiver) in names or _ranges_inside(receiver, loop, module)):
                    return True
            else:
                return True
    return False


def _ranges_inside(receiver: ast.expr, loop: ast.AST, module: Module) -> bool:
    """Whether the receiver is the variable of a loop inside the loop."""
    inner = module.loop_around(receiver)
    return inner is not None and inner is not loop and module.is_within(inner, loop)


def _is_conditional(call: ast.Call, loop: ast.AST, module: Module) -> bool:
    for above in module.ancestors(call):
        if above is loop:
            return False
        if isinstance(above, ast.If | ast.IfExp | ast.ExceptHandler):
            return True
    return False


def window(node: ast.AST, module: Module) -> tuple[int, int]:
    """First and last line of its function at which a worker started there may be running beside it."""
    function = module.function_around(node)
    begin = begin_of(node, module)
    first = getattr(begin, "end_lineno", 0) + 1
    last = getattr(function.node if function is not None else module.tree.body[-1], "end_lineno", 0)
    for above in module.ancestors(begin):
        if is_pool_block(above):
            last = getattr(above, "end_lineno", last)
            break
    for call in calls_of(function, module):
        if is_wait(call) and call.lineno >= first and not _is_partial(call):
            last = min(last, call.lineno - 1)
    return first, last


def _is_partial(call: ast.Call) -> bool:
    """A wait that ends while others still run."""
    return last_name(call) == "as_completed"


def loops_beside(node: ast.AST, module: Module) -> bool:
    """Whether the function that starts a worker there goes on with an endless loop of its own, while that runs."""
    function, line = module.function_around(node), getattr(node, "lineno", 0)
    return function is not None and any(
        loop.lineno > line and isinstance(loop.test, ast.Constant) and bool(loop.test.value) and module.function_around(loop) is function
        for loop in module.nodes(ast.While)
    )


def exclusive(one: ast.AST, other: ast.AST, module: Module) -> bool:
    """Whether the two stand in branches of which only one is taken."""
    mine = {id(above): child for above, child in _steps(one, module)}
    for above, child in _steps(other, module):
        if id(above) in mine:
            here = mine[id(above)]
            if isinstance(above, ast.If):
                return (here in above.body and child in above.orelse) or (here in above.orelse and child in above.body)
            if isinstance(above, ast.Match):
                return here is not child
            if isinstance(above, ast.Try):
                return (here in above.body and child in above.handlers) or (here in above.handlers and child in above.body)
            return False
    return False


def _steps(node: ast.AST, module: Module) -> Iterator[tuple[ast.AST, ast.AST]]:
    child = node
    for above in module.ancestors(node):
        yield above, child
        child = above


def run_beside(one: ast.AST, other: ast.AST, module: Module) -> bool:
    """Whether what is started at one of two places of the same function may still run when the other is started."""
    if exclusive(one, other, module):
        return False
    first, second = sorted(
        (begin_of(one, module), begin_of(other, module)), key=lambda n: (getattr(n, "lineno", 0), getattr(n, "col_offset", 0))
    )
    if first is second:
        return True
    for above in module.ancestors(first):
        if is_pool_block(above) and not module.is_within(second, above):
            return False
    if waits_at_once(first, module):
        return False
    start = (getattr(first, "end_lineno", 0), getattr(first, "end_col_offset", 0))
    end = (getattr(second, "lineno", 0), getattr(second, "col_offset", 0))
    loop = module.loop_around(first)
    both = loop if loop is not None and isinstance(loop, LOOPS) and module.is_within(second, loop) else None
    return not any(
        is_wait(call) and start <= (call.lineno, call.col_offset) < end and (both is None or module.is_within(call, both))
        for call in calls_of(module.function_around(first), module)
    )
