"""What holds back a loop that hands out work: waiting for some of it, counting it, starting it only when none is left."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from pytest_gilcheck.rules.queues.limits import counts, only_tells
from pytest_gilcheck.rules.queues.producers import Endless
from pytest_gilcheck.source import known
from pytest_gilcheck.source.calls import argument, last_name
from pytest_gilcheck.source.conditions import conditions_of
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.queues import is_unbounded, queue_class
from pytest_gilcheck.source.scopes import FUNCTIONS
from pytest_gilcheck.source.usage import uses_of
from pytest_gilcheck.source.uses import Use, UseKind
from pytest_gilcheck.source.values import Instance
from pytest_gilcheck.source.waits import exclusive, is_pool_block

_WAITS = frozenset({"wait", "as_completed", "gather", "wait_for", "shield", "wait_for_any", "drain", "join", "throttle"})
_ASKS = frozenset({"result", "exception", "get", "wait", "join"})
_PAUSES = frozenset({"sleep", "wait", "wait_for"})
_PAUSE = 0.5  # seconds between two tasks that make a timer of a loop
_LET_OUT = frozenset({UseKind.RETURNED, UseKind.YIELDED, UseKind.LAMBDA})
_ENDS = frozenset({"close", "aclose", "stop", "shutdown", "terminate", "cancel"})
_SLOTS = re.compile(r"slots?|tokens?|permits?|credits?|budget|quota|throttl|limit|capacity|sem(?:aphore)?s?$", re.IGNORECASE)
_CLOCKS = frozenset({"time", "monotonic", "perf_counter", "now", "utcnow"})
_STATES = frozenset({"done", "ready", "is_alive", "locked", "is_running", "is_set"})


def is_slowed(call: ast.Call, endless: Endless, module: Module) -> bool:
    """Whether the loop can't be faster for long than what it hands out with the call."""
    uses = uses_of(call, module)
    kept = _kept(uses)
    if _is_awaited(call, endless, uses, module) or _is_guarded(call, kept, module) or _is_due(call, endless, module):
        return True
    if len(endless.functions) > 1:
        # The helper gives the task away, so its caller may wait for it.
        dropped = isinstance(endless.module.parent(endless.site), ast.Expr)
        if any(_lets_out(use) for use in uses if not (dropped and use.kind is UseKind.RETURNED)):
            return True
        if not dropped and _returns(module.function_around(call)):
            return True
    if any(is_pool_block(above) and _turns(above, endless) for above in module.ancestors(call)):
        return True
    for node, home in _run(call, endless, module):
        if (home is module and exclusive(node, call, module)) or (isinstance(node, ast.Call) and _leaves_after(node, endless, home)):
            continue
        match node:
            case ast.Call() if _waits(node, endless, home, kept) or _takes_slot(node, home) or _pauses(node, endless, home):
                return True
            case ast.With() | ast.AsyncWith() if any(_is_brake(item.context_expr, home) for item in node.items):
                return True
            case ast.If() | ast.While() | ast.IfExp() if counts(node.test, kept) and not only_tells(node):
                return True
            case _:
                continue
    return limits_itself(call, module)


def _kept(uses: tuple[Use, ...]) -> frozenset[str]:
    """Names of the variables that hold the tasks."""
    holding = (UseKind.CONTAINED, UseKind.BOUND, UseKind.STORED)
    kept = {use.name.removeprefix("self.") for use in uses if use.kind in holding} - {""}
    return frozenset(kept | {use.node.id for use in uses if use.kind is UseKind.CONTAINED and isinstance(use.node, ast.Name)})


def is_guarded(call: ast.Call, module: Module) -> bool:
    """Whether it is only handed over where there is room, or none at work."""
    return _is_guarded(call, _kept(uses_of(call, module)), module)


def is_waited_for(call: ast.Call, module: Module) -> bool:
    """Whether its function waits for it, or gives it to somebody who may."""
    function = module.function_around(call)
    return any(
        (_asks(use) and use.module.function_around(use.node) is function and not _is_done_by_then(use.node, use.module)) or _lets_out(use)
        for use in uses_of(call, module)
    )


def _run(call: ast.Call, endless: Endless, module: Module) -> Iterator[tuple[ast.AST, Module]]:
    """Nodes that are run each turn: those of the loop, and of the functions between it and the call."""
    loop = endless.loop
    roots: list[tuple[ast.AST, Module]] = [(loop, endless.module)]
    roots += [(function.node, function.module) for function in endless.functions[:-1] if function is not None]
    for root, home in roots:
        todo: list[ast.AST] = list(root.body) if isinstance(root, ast.For | ast.AsyncFor) else [root]
        while todo:
            node = todo.pop()
            yield node, home
            if node is root or not isinstance(node, FUNCTIONS):
                todo.extend(ast.iter_child_nodes(node))
    # A function that the loop calls may do the waiting: `self._wait_for_slot()`.
    for inner in list(module.calls_to("acquire", "wait")):
        around = module.function_around(inner)
        if around is not None and around.cls is not None and _is_called_in(around, endless):
            yield inner, module


def _leaves_after(node: ast.AST, endless: Endless, module: Module) -> bool:
    """Whether the loop is always left after it: it only tidies up."""
    child: ast.AST = node
    for above in module.ancestors(node):
        if above is endless.loop or isinstance(above, FUNCTIONS):
            return False
        if isinstance(above, ast.If):
            block = above.body if child in above.body else above.orelse if child in above.orelse else []
            if block and isinstance(block[-1], ast.Break | ast.Return | ast.Raise):
                return module is endless.module
        child = above
    return False


def _is_called_in(function: Function, endless: Endless) -> bool:
    return any(home is endless.module and home.is_within(call, endless.loop) for call, home in function.module.project.callers(function))


def _turns(block: ast.AST, endless: Endless) -> bool:
    """Whether the block is entered anew each turn."""
    return block is not endless.loop and (
        (endless.functions[:-1] != () and endless.module.function_around(block) in endless.functions[:-1])
        or endless.module.is_within(block, endless.loop)
    )


def _is_due(call: ast.Call, endless: Endless, module: Module) -> bool:
    """Whether it is handed over when the clock says so: `if run_at <= time.time():`."""
    return any(
        isinstance(above, ast.If)
        and isinstance(above.test, ast.Compare)
        and any(isinstance(part, ast.Call) and last_name(part) in _CLOCKS for part in (above.test.left, *above.test.comparators))
        for above in module.ancestors(call)
        if endless.module is module and module.is_within(above, endless.loop)
    )


def _is_awaited(call: ast.Call, endless: Endless, uses: tuple[Use, ...], module: Module) -> bool:
    """Whether somebody waits for this very task before the next turn: in the loop, or in the function that it calls."""
    function = module.function_around(call)
    own = endless.module is module and module.is_within(call, endless.loop)
    parting = _leaves_after(call, endless, module)
    for use in uses:
        if (
            _asks(use)
            and use.module.function_around(use.node) is function
            and (not own or (module.is_within(use.node, endless.loop) and (parting or not _leaves_after(use.node, endless, module))))
            and not _is_done_by_then(use.node, use.module)
        ):
            return True
    return False


def _is_done_by_then(node: ast.AST, module: Module) -> bool:
    """Whether only tasks that are done get there: `if task.done():`, `for task in [t for t in pending if t.done()]:`."""
    tests = [test for test, holds in conditions_of(node, module) if holds]
    for above in module.ancestors(node):
        if isinstance(above, FUNCTIONS):
            break
        if isinstance(above, ast.For):
            tests += [test for part in ast.walk(above.iter) if isinstance(part, ast.comprehension) for test in part.ifs]
    return any(isinstance(test, ast.Call) and last_name(test) in ("done", "ready") for test in tests)


def _asks(use: Use) -> bool:
    match use.kind:
        case UseKind.METHOD:
            return use.name in _ASKS and isinstance(use.node, ast.Call)
        case UseKind.AWAITED:
            return True
        case UseKind.PASSED:
            return use.name.rpartition(".")[2] in _WAITS
        case _:
            return False


def _returns(function: Function | None) -> bool:
    """Whether it returns a value: it may be one that waits for the task."""
    return function is not None and any(
        isinstance(result, ast.Return) and result.value is not None and not isinstance(result.value, ast.Constant)
        for result in function.scope.results
    )


def _lets_out(use: Use) -> bool:
    """Whether it is returned, or put where there is room for one: in an attribute, under a key."""
    if use.kind in _LET_OUT:
        return True
    if use.kind not in (UseKind.BOUND, UseKind.STORED, UseKind.CONTAINED) or not isinstance(use.node, ast.expr):
        return False
    statement = use.module.statement_of(use.node)
    return isinstance(statement, ast.Assign) and any(isinstance(target, ast.Attribute | ast.Subscript) for target in statement.targets)


def _is_guarded(call: ast.Call, kept: frozenset[str], module: Module) -> bool:
    """Whether another one is only started where none is at work: `if task is None or task.done()`, `if len(tasks) < 10`."""
    targets: set[str] = set()
    statement = module.statement_of(call)
    if isinstance(statement, ast.Assign):
        targets = {last_name(target) for target in statement.targets}
    for test, _ in conditions_of(call, module):
        if isinstance(test, ast.Constant):
            continue
        if counts(test, kept):
            return True
        for part in ast.walk(test):
            if isinstance(part, ast.Attribute | ast.Name) and (last_name(part) in targets or last_name(part) in _STATES - {"is_set"}):
                return True
    return False


def _waits(node: ast.Call, endless: Endless, module: Module, kept: frozenset[str]) -> bool:
    """Whether the call waits for tasks or for a word that there is room: `wait(pending)`, `gather(*tasks)`, `room.wait()`."""
    name = last_name(node)
    method = isinstance(node.func, ast.Attribute)
    if name in ("as_completed", "gather", "wait_for_slot", "wait_for_capacity", "throttle"):
        return True
    if name == "wait" and method and not node.args and not node.keywords:
        return not (isinstance(endless.loop, ast.While) and module.is_within(node, endless.loop.test))
    if name == "wait":
        first = node.args[0] if node.args else None
        if isinstance(first, ast.Set | ast.List | ast.Tuple) and len(endless.functions) > 1 and kept:
            return any(not isinstance(part, ast.Name | ast.Attribute) or last_name(part) in kept for part in first.elts)
        tasks = (ast.Name, ast.Attribute, ast.Set, ast.List, ast.Tuple, ast.Starred, ast.BinOp, ast.Call)
        return isinstance(first, tasks) and not _is_time(first)
    if name == "wait_for":
        return bool(node.args) and isinstance(node.args[0], ast.Lambda)  # of a condition
    if name == "join":
        return isinstance(node.func, ast.Attribute) and not node.args and not isinstance(node.func.value, ast.Constant)
    return name in _ENDS and isinstance(module.parent(node), ast.Await)  # ends what it starts anew


def _is_time(node: ast.expr) -> bool:
    return re.search(r"time|delay|interval|period|sec", last_name(node), re.IGNORECASE) is not None


def _takes_slot(node: ast.Call, module: Module) -> bool:
    """Whether it takes a place among a limited number: `slots.get()`, `semaphore.acquire()`, `bounded_queue.put(…)`."""
    if not isinstance(node.func, ast.Attribute):
        return False
    name, receiver = node.func.attr, node.func.value
    if name in ("get", "acquire", "take", "put", "consume", "borrow") and _is_brake(receiver, module):
        return True
    if name != "put":
        return False
    return any(
        isinstance(value, Instance) and queue_class(value, module.project) is not None and not is_unbounded(value, module.project)
        for value in module.project.values(receiver, module)
    )


def _is_brake(node: ast.expr, module: Module) -> bool:
    """Whether it is a semaphore, or something that nobody knows and that is named like a limit."""
    values = module.project.values(node, module)
    if any(isinstance(value, Instance) and value.type in known.SEMAPHORES for value in values):
        return True
    return _SLOTS.search(last_name(node)) is not None


def _pauses(node: ast.Call, endless: Endless, module: Module) -> bool:
    """Whether each turn pauses so long that the loop is a timer."""
    if last_name(node) not in _PAUSES or not isinstance(module.parent(node), ast.Expr | ast.Await | ast.If | ast.While | ast.UnaryOp):
        return False
    time = argument(node, 0, "timeout") or argument(node, 0, "seconds")
    if last_name(node) == "wait_for":
        return False
    if not _each_turn(node, endless, module):
        return False
    if isinstance(time, ast.Constant):
        return isinstance(time.value, int | float) and time.value >= _PAUSE
    return time is not None and (last_name(node) == "sleep" or _is_time(time))


def _each_turn(node: ast.AST, endless: Endless, module: Module) -> bool:
    for above in module.ancestors(node):
        if above is endless.loop or isinstance(above, FUNCTIONS):
            return True
        if isinstance(above, ast.If | ast.ExceptHandler | ast.While | ast.For) and not (
            isinstance(above, ast.If | ast.While) and module.is_within(node, above.test)
        ):
            return False
    return True


def limits_itself(call: ast.Call, module: Module) -> bool:
    """Whether what is handed out takes a semaphore first: tasks that wait for it cost little."""
    functions: list[Function] = []
    for part in call.args:
        inner = part.func if isinstance(part, ast.Call) else part
        if isinstance(inner, ast.Name | ast.Attribute | ast.Lambda):
            functions += [f for value in module.project.values(inner, module) for f in module.project.functions_of(value)]
    for function in functions:
        for node in ast.walk(function.node):
            if isinstance(node, ast.With | ast.AsyncWith) and any(_is_brake(item.context_expr, function.module) for item in node.items):
                return True
    return False
