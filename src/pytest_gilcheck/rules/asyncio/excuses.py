"""What tells that a call of GIL701's does not block after all."""

from __future__ import annotations

import ast
import re

from pytest_gilcheck.rules.asyncio.blocking_calls import Blocking
from pytest_gilcheck.source.branches import depends_on_mode, is_dead
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.expected_failures import is_expected_to_raise
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.scopes import COMPREHENSIONS, FUNCTIONS
from pytest_gilcheck.source.values import Instance

# What takes an awaitable: a call among the arguments gives one, or the program would not run at all.
_AWAITING = frozenset(
    {"wait_for", "create_task", "ensure_future", "gather", "shield", "run_until_complete", "timeout", "start_soon", "as_completed", "wait"}
)
# What awaits its argument if that is an awaitable: the call is written for both worlds.
_MAYBE = re.compile(r"^_?(?:maybe|ensure)_(?:await|async)|(?:^|_)(?:await|async)_(?:if|maybe)|if_awaitable|^_?await_", re.IGNORECASE)
_REFUSED = re.compile(r"BlockingIOError|Want(?:Read|Write)Error|InterruptedError")

_STAGED = re.compile(r"on purpose|deliberate|intentional", re.IGNORECASE)
_PRETENDED = re.compile(r"pretend|simulat|emulat|mimic", re.IGNORECASE)
_HELD = re.compile(
    r"(?:block|hold|starv|stall|hog)(?:s|e|ed|ing)? the (?:main |event )*loop|busy|sync(?:hronous)? sleep|asyncio\.sleep", re.IGNORECASE
)
_BLOCKER = re.compile(
    r"block\w*_loop|loop_block|^_?block(?:er|ing)?(?:_|$)|sync_sleep|sleep_sync|busy|stall|hog|starv|slow_(?:task|callback|coro)",
    re.IGNORECASE,
)
_STARTED = re.compile(r"(?:^|_)(?:ready|started|initiali[sz]ed)(?:_|$)", re.IGNORECASE)
_COMMENTED_LINES = 6  # above a call, where a test says why it does what it does


def is_excused(call: ast.Call, blocking: Blocking, function: Function, module: Module) -> bool:
    """Whether the call, made by this function, does not block after all, or not where an event loop runs."""
    return (
        _is_awaited(call, module)
        or is_dead(call, module)
        or depends_on_mode(call, module)
        or _was_asked(call, blocking, function)
        or _is_announced(call, function, module)
        or _expects_to_be_refused(call, module)
        or _takes_back(call, function)
        or _is_patched(call, function, module)
        or _is_staged(call, module)
        or _is_to_raise(call, module)
        or _is_gate_of_test(call, module)
        or _is_never_run(call, module)
        or _is_of_the_start(call, function, module)
        or (module.is_test and any("getsockname" in ast.unparse(arg) for arg in call.args))  # its own listener answers at once
    )


def _is_to_raise(call: ast.Call, module: Module) -> bool:
    """Whether a test expects the call, and nothing else in the block, to raise: what has failed already is not waited for."""
    above = module.parent(module.statement_of(call))
    return isinstance(above, ast.With) and len(above.body) == 1 and is_expected_to_raise(call, module)


def _is_gate_of_test(call: ast.Call, module: Module) -> bool:
    """`assert started.wait(5)` in a test: it waits until a thread has come so far, and means to stop the loop till then."""
    return module.is_test and last_name(call) == "wait" and bool(call.args or call.keywords) and isinstance(module.parent(call), ast.Assert)


def _is_never_run(call: ast.Call, module: Module) -> bool:
    """Whether it stands in a test (or a class of tests) that is always skipped."""
    around = [above for above in module.ancestors(call) if isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)]
    return module.is_test and any(last_name(decorator) == "skip" for above in around for decorator in above.decorator_list)


def _is_of_the_start(call: ast.Call, function: Function, module: Module) -> bool:
    """`self._ready.wait()` in a plain function, for an event that is set once, when a thread has started: it was, long ago."""
    if function.is_async or last_name(call) != "wait" or not isinstance(call.func, ast.Attribute):
        return False
    event = last_name(call.func.value)
    return _STARTED.search(event) is not None and not any(last_name(node.value) == event for node in module.attribute_nodes("clear"))


def _is_staged(call: ast.Call, module: Module) -> bool:
    """Whether a comment says that the loop is kept busy on purpose: in the call's line or above it; or a name, in a test."""
    lines = [module.line(number) for number in range(call.lineno, (call.end_lineno or call.lineno) + 1)]
    number = module.statement_of(call).lineno - 1
    while (above := module.line(number).strip()).startswith("#"):
        lines.append(above)
        number -= 1
    comments = [line.partition("#")[2] for line in lines]
    if not module.is_test:
        return any(_STAGED.search(comment) for comment in comments)
    near = [module.line(above).partition("#")[2] for above in range(call.lineno - _COMMENTED_LINES, call.lineno)]
    around = (above for above in module.ancestors(call) if isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef))
    return (
        any(_STAGED.search(comment) or _PRETENDED.search(comment) for comment in comments)
        or any(_HELD.search(comment) for comment in (*comments, *near))
        or any(_BLOCKER.search(function.name) for function in around)
        or any(isinstance(above, ast.ClassDef) and above.name.startswith("Blocking") for above in module.ancestors(call))
    )


def _is_awaited(call: ast.Call, module: Module) -> bool:
    above = module.parent(call)
    if isinstance(above, (ast.Starred, ast.List, ast.Tuple, ast.Set, *COMPREHENSIONS)):
        above = module.parent(above)
    if isinstance(above, ast.Starred):
        above = module.parent(above)
    if isinstance(above, ast.withitem):
        return isinstance(module.parent(above), ast.AsyncWith)
    return (
        isinstance(above, ast.Await)
        or (isinstance(above, ast.AsyncFor) and above.iter is call)
        or (isinstance(above, ast.Call) and (last_name(above) in _AWAITING or _MAYBE.search(last_name(above)) is not None))
    )


def _was_asked(call: ast.Call, blocking: Blocking, function: Function) -> bool:
    """Whether the function asks the same object (or the one that owns it) first, so that the call need not wait."""
    if not isinstance(call.func, ast.Attribute):
        return False
    receiver = ast.unparse(call.func.value)
    for name in blocking.asked:
        for node in function.module.attribute_nodes(name):
            asked = ast.unparse(node.value)
            if (receiver == asked or receiver.startswith(asked + ".")) and function.module.function_around(node) is function:
                return True
    return False


def _is_announced(call: ast.Call, function: Function, module: Module) -> bool:
    """Whether the end of what is waited for was awaited in another way before: by `wrap_future`, or by a future that the thread sets."""
    if not isinstance(call.func, ast.Attribute):
        return False
    receiver = ast.unparse(call.func.value)
    for other in function.calls:
        waits = last_name(other) in ("wrap_future", "wait") and other is not call
        if waits and any(receiver in map(ast.unparse, _parts(arg)) for arg in other.args):
            return True
        if (
            call.func.attr in ("result", "exception")
            and last_name(other) == "map"
            and other.args
            and last_name(other.args[0]) == "wrap_future"
        ):
            return True
    given = {
        arg.id
        for value in module.project.values(call.func.value, module)
        if isinstance(value, Instance) and isinstance(value.call, ast.Call) and module.function_around(value.call) is function
        for part in (*value.call.args, *(keyword.value for keyword in value.call.keywords))
        for arg in _parts(part)
        if isinstance(arg, ast.Name)
    }
    return any(
        isinstance(node.value, ast.Name) and node.value.id in given
        for node in module.nodes(ast.Await)
        if module.function_around(node) is function
    )


def _parts(node: ast.expr) -> list[ast.expr]:
    return list(node.elts) if isinstance(node, ast.List | ast.Tuple | ast.Set) else [node]


def _is_patched(call: ast.Call, function: Function, module: Module) -> bool:
    """Whether a test replaces the function: `patch("time.sleep")`, `monkeypatch.setattr(time, "sleep", …)`."""
    if not module.is_test:
        return False
    name = last_name(call)
    return any(
        isinstance(arg, ast.Constant) and isinstance(arg.value, str) and arg.value.rpartition(".")[2] == name
        for other in (*function.calls, *(d for d in function.decorators if isinstance(d, ast.Call)))
        if last_name(other) in ("patch", "object", "setattr")
        for arg in other.args
    )


def _expects_to_be_refused(call: ast.Call, module: Module) -> bool:
    """Whether the code around catches `BlockingIOError`: what is not ready says so instead of blocking."""
    for above in module.ancestors(call):
        if isinstance(above, FUNCTIONS):
            return False
        if isinstance(above, ast.Try) and any(
            handler.type is not None and _REFUSED.search(ast.unparse(handler.type)) for handler in above.handlers
        ):
            return True
    return False


def _takes_back(call: ast.Call, function: Function) -> bool:
    """Whether the function only takes back a lock that it let go while it awaited something."""
    return isinstance(call.func, ast.Attribute) and call.func.attr == "acquire" and lets_go(call.func.value, function, before=call.lineno)


def lets_go(lock: ast.expr, function: Function, *, before: int) -> bool:
    """Whether the function releases the lock by hand before that line."""
    text = ast.unparse(lock)
    return any(
        other.lineno < before
        and isinstance(other.func, ast.Attribute)
        and other.func.attr == "release"
        and ast.unparse(other.func.value) == text
        for other in function.calls
    )
