"""Whether something is done again and again without an end that the program sets, and what holds it back."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pytest_gilcheck.rules.queues.sources import goes_on, has_way_out, keeps_on, taken_from
from pytest_gilcheck.source import known
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.conditions import leaves
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.scopes import FUNCTIONS, names_in
from pytest_gilcheck.source.values import Instance

_MAX_CALLERS = 3  # calls between the loop and the put

_BRAKE = re.compile(r"sem(?:aphore)?\d*$|slots?$|tokens?$|permits?$|credits?$|throttle|limiter|limit$|budget", re.IGNORECASE)
_QUEUE_NAME = re.compile(
    r"queue|(?:^|_)(?:q|inq|in_q|inbox|tasks?|jobs?|work|todo|pending|requests?|results?|answers?|inputs?|items?|buffer)$", re.IGNORECASE
)
_TAKING = frozenset({"get", "get_nowait", "popleft", "recv", "receive"})
_AWAITS = frozenset({"result", "wait", "get", "join", "recv"})
_MEASURES = frozenset({"len", "time", "monotonic", "perf_counter", "now"})
_AT_END = re.compile(r"StopIteration|StopAsyncIteration|IndexError|\bEmpty\b")
_PIPE_NAME = re.compile(r"conn|pipe", re.IGNORECASE)


@dataclass(frozen=True, slots=True, eq=False)
class Endless:
    """A loop without an end. `module` is where it stands, `functions` are those between it and the node, its own last.

    `site` is what the loop repeats: the node itself, or the call that leads to it.
    """

    loop: ast.AST
    module: Module
    functions: tuple[Function | None, ...]
    site: ast.AST

    @property
    def line(self) -> int:
        """Its line, counted from 1."""
        return int(getattr(self.loop, "lineno", 1))

    @property
    def text(self) -> str:
        """Its head, for messages: `while True`, `for line in log`."""
        match self.loop:
            case ast.While():
                return _cut(f"while {ast.unparse(self.loop.test)}")
            case ast.For() | ast.AsyncFor():
                word = "async for" if isinstance(self.loop, ast.AsyncFor) else "for"
                return _cut(f"{word} {ast.unparse(self.loop.target)} in {ast.unparse(self.loop.iter)}")
            case _:
                return _cut(ast.unparse(self.loop))


def endless_loops(node: ast.AST, module: Module, via: tuple[Function | None, ...] = (), *, fed: bool = False) -> Iterator[Endless]:
    """Endless loops that repeat the node: around it, or around calls of its function; `fed` adds those that empty a queue."""
    function = module.function_around(node)
    at: ast.AST | None = node
    while at is not None:
        loop = module.loop_around(at)
        if (
            loop is not None
            and (is_endless(loop, module) or (fed and isinstance(loop, ast.For) and _empties_known(loop, module)))
            and not _left_after(at, loop, module)
            and not _is_counted(loop)
            and not _ends_with_data(loop, module)
        ):
            yield Endless(loop, module, (*via, function), node)
        at = loop
    if function is None or len(via) >= _MAX_CALLERS or function in via:
        return
    for call, origin in module.project.call_sites.of(function):
        if module.is_test or not origin.is_test:
            yield from endless_loops(call, origin, (*via, function), fed=fed)


def _empties_known(loop: ast.For, module: Module) -> bool:
    """Whether it takes what comes from a queue of the project: it goes on for as long as somebody puts there."""
    source = taken_from(loop.iter)
    return source is not None and any(module.project.queues.made_by(source, module))


def is_endless(loop: ast.AST, module: Module) -> bool:
    """Whether nothing in the loop's head says how often it runs."""
    match loop:
        case ast.While():
            return keeps_on(loop.test, module)
        case ast.For():
            return goes_on(loop.iter, module)
        case ast.AsyncFor():
            return _asynchronous(loop.iter, module)
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            source = loop.generators[0].iter
            return goes_on(source, module) and not has_way_out(source, module)
        case _:
            return False


def _asynchronous(node: ast.expr, module: Module) -> bool:
    """An `async for` waits for the world outside, unless it runs over a generator of the project that ends."""
    if isinstance(node, ast.Name) and (function := module.function_around(node)) is not None and node.id in function.parameters:
        given = list(module.project.arguments_for(function, node.id))
        if given and all(isinstance(source, ast.Call) for source, _ in given):
            return any(goes_on(source, home) for source, home in given)
    if isinstance(node, ast.Call) and any(module.project.functions_called(node, module)):
        return goes_on(node, module)
    return True


def _left_after(node: ast.AST, loop: ast.AST, module: Module) -> bool:
    """Whether the loop is always left once the node has run; a comprehension never is."""
    if not isinstance(loop, ast.stmt):
        return False
    statement: ast.AST = module.statement_of(node)
    while statement is not loop and isinstance(statement, ast.stmt):
        if isinstance(statement, ast.Return | ast.Raise):
            return True
        block = module.block_of(statement)
        after = block[[part is statement for part in block].index(True) + 1 :]
        for position in range(len(after)):
            if leaves(after[: position + 1]) and not isinstance(after[position], ast.Continue):
                return True
        above = module.parent(statement)
        if isinstance(above, ast.Try) and statement in above.body and leaves(above.orelse):
            return not isinstance(above.orelse[-1], ast.Continue)
        if isinstance(above, ast.ExceptHandler):
            above = module.parent(above)
        if above is None or above is loop or isinstance(above, FUNCTIONS):
            return False
        statement = above
    return False


def _is_counted(loop: ast.AST) -> bool:
    """Whether a counter, a length, the clock or the end of a collection decides inside the loop when it is over."""
    if not isinstance(loop, ast.While | ast.For | ast.AsyncFor):
        return False
    inside = [node for statement in loop.body for node in ast.walk(statement)]
    counters = {node.target.id for node in inside if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name)}
    if isinstance(loop, ast.For) and isinstance(loop.iter, ast.Call) and last_name(loop.iter) in ("count", "enumerate"):
        counters |= names_in(loop.target)
    for node in inside:
        match node:
            case ast.If(test=ast.Compare() as test, body=[*_, ast.Break() | ast.Return()]):
                if names_in(test) & counters or any(isinstance(part, ast.Call) and last_name(part) in _MEASURES for part in ast.walk(test)):
                    return True
            case ast.ExceptHandler(type=ast.expr() as caught, body=[*_, ast.Break() | ast.Return()]) if _AT_END.search(ast.unparse(caught)):
                return True
            case _:
                continue
    return False


def _ends_with_data(loop: ast.AST, module: Module) -> bool:
    """Whether a `try` around the loop catches that there is no more: `queue.Empty`, `StopIteration`."""
    above = module.parent(loop)
    return (
        isinstance(above, ast.Try)
        and loop in above.body
        and any(handler.type is not None and _AT_END.search(ast.unparse(handler.type)) for handler in above.handlers)
    )


# What holds a loop back


def is_held_back(endless: Endless) -> bool:
    """Whether something else makes the loop wait: a semaphore, an acknowledgement of what was put, a word that there is room."""
    loop, module = endless.loop, endless.module
    nodes = list(inside(loop))
    managers = (item.context_expr for node in nodes if isinstance(node, ast.With | ast.AsyncWith) for item in node.items)
    calls = [node for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    brakes = (node.func.value for node in calls if isinstance(node.func, ast.Attribute) and node.func.attr == "acquire")
    if any(_is_brake(node, module) for node in (*managers, *brakes)):
        return True
    waiting = [node for node in calls if not _in_test(node, loop, module)]
    for function in filter(None, endless.functions[:-1]):
        waiting += [call for call in function.calls if isinstance(function.module.parent(call), ast.Expr | ast.Await)]
    return any(
        isinstance(call.func, ast.Attribute) and call.func.attr == "wait" and not call.args and not call.keywords for call in waiting
    )


def is_answered(put: ast.expr, item: ast.expr | None, module: Module) -> bool:
    """Whether whoever puts waits for what went along with the item: a future, an event, a queue for the answer."""
    function = module.function_around(put)
    if item is None or function is None:
        return False
    sent = set(_sent(item))
    for call in function.calls:
        method = call.func
        if not isinstance(method, ast.Attribute) or not isinstance(method.value, ast.Name) or call.lineno < put.lineno:
            continue
        if method.value.id in sent and method.attr in _AWAITS and not (method.attr == "get" and call.args):
            return True
    awaits = (node.value for node in module.nodes(ast.Await) if module.function_around(node) is function)
    return any(isinstance(part, ast.Name) and part.id in sent for value in awaits for part in _awaited(value))


def _sent(item: ast.expr) -> Iterator[str]:
    """Names of variables that go along as they are, not those that are only used to make the item."""
    match item:
        case ast.Name():
            yield item.id
        case ast.Tuple() | ast.List():
            for part in item.elts:
                yield from _sent(part)
        case ast.Dict():
            for part in item.values:
                yield from _sent(part)
        case ast.Call():
            for part in (*item.args, *(keyword.value for keyword in item.keywords)):
                yield from _sent(part)
        case _:
            return


def _awaited(value: ast.expr) -> list[ast.expr]:
    """What an `await` waits for: itself, or the arguments of `wait_for` and `shield`."""
    if isinstance(value, ast.Call):
        return list(value.args) if last_name(value) in ("wait_for", "shield", "gather", "wait") else []
    return [value]


def inputs(endless: Endless) -> Iterator[tuple[ast.expr, Module]]:
    """Queues (as expressions) that the loop takes its work from: it runs as often as somebody else puts there."""
    loop, module = endless.loop, endless.module
    if isinstance(loop, ast.For) and (source := taken_from(loop.iter)) is not None:
        yield source, module
    calls = [(node, module) for node in inside(loop) if isinstance(node, ast.Call) and _is_on_the_way(node, endless)]
    calls += [(call, function.module) for function in endless.functions[:-1] if function is not None for call in function.calls]
    for call, home in calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr in _TAKING and _takes_next(call, call.func, home):
            yield call.func.value, home


def _is_on_the_way(taking: ast.Call, endless: Endless) -> bool:
    """Whether what is taken there may be what is handed on; a loop beside it, which tidies up, hands on nothing."""
    around = endless.module.loop_around(taking)
    return around is endless.loop or around is None or endless.module.is_within(endless.site, around)


def _takes_next(call: ast.Call, method: ast.Attribute, module: Module) -> bool:
    """Whether the call takes whatever comes next, as from a queue or pipe; a mapping is asked for a key, a socket for a number of bytes."""
    if call.args and not (isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, bool)):
        return False
    if method.attr not in ("recv", "receive"):
        return True
    # What is awaited is the network; the end of a pipe blocks.
    return _PIPE_NAME.search(last_name(method.value)) is not None and not isinstance(module.parent(call), ast.Await)


def is_queue_like(node: ast.expr) -> bool:
    """Whether an expression that nobody knows is called like a queue or the end of a pipe."""
    return _QUEUE_NAME.search(last_name(node)) is not None or _PIPE_NAME.search(last_name(node)) is not None


def _is_brake(node: ast.expr, module: Module) -> bool:
    values = module.project.values(node, module)
    if any(isinstance(value, Instance) and value.type in known.SEMAPHORES for value in values):
        return True
    return not values and _BRAKE.search(last_name(node)) is not None


def _in_test(node: ast.AST, loop: ast.AST, module: Module) -> bool:
    return isinstance(loop, ast.While) and module.is_within(node, loop.test)


def inside(loop: ast.AST) -> Iterator[ast.AST]:
    """Nodes that the loop runs each time, in its own function."""
    todo: list[ast.AST] = [loop]
    if isinstance(loop, ast.For | ast.AsyncFor):
        todo = list(loop.body)
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, FUNCTIONS):
            todo.extend(ast.iter_child_nodes(node))


def _cut(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"
