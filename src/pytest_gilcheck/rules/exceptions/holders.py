"""What holds a task for less time than it takes: a variable that the next one overwrites, a set of weak references."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pytest_gilcheck.source import known
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.conditions import conditions_of
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import LOOPS, Module
from pytest_gilcheck.source.uses import Use, UseKind
from pytest_gilcheck.source.values import Instance

# Methods that are called once for each thing that happens.
_EVENT = re.compile(
    r"_*(?:on|handle|process|dispatch|emit|notify|receive|feed|publish|push|trigger|update|save|report|enqueue|schedule)_"
    r"|_*(?:notify|emit|dispatch|publish|trigger|broadcast|log)$"
    r"|\w+_(?:received|notification|callback|handler|event|changed|message|updated|hook)$"
)
# Of these, what happens once in the life of the object.
_ONCE = re.compile(
    r"start|begin|open|init|ready|connect|mount|load|enter|join|boot|launch|setup|login|added|listen|run|close|stop|shutdown|lost|made|exit"
    r"|clean|poll|loop|refresh|timer|periodic|disconnect"
)
_TELLS_LITTLE = frozenset({"set_name", "get_name", "get_coro", "get_loop"})  # methods of a task that keep nothing of it
_LEAVING = re.compile(r"on purpose|deliberate|intentional|leave (?:this|it)|leak|in the background|not (?:be )?awaited", re.IGNORECASE)
_LEFT = re.compile(
    r"(?:^|_)(?:leak\w*|dangling|hanging|orphan\w*|unawaited|never_(?:awaited|retrieved)|destroyed|abandon\w*)(?:_|$)", re.IGNORECASE
)
_LISTENING = frozenset(
    {
        "subscribe", "add_listener", "add_event_listener", "add_event_handler", "register_listener", "register_callback", "add_observer",
        "observe", "connect", "bind", "on", "once", "listen", "after",
    }
)  # fmt: skip
_LISTENER = re.compile(r"on_\w+$|on[A-Z]\w+$|command$|(?:\w+_)?(?:callback|listener)$")
_WEAK = ("weakref.WeakSet", "weakref.WeakValueDictionary", "weakref.WeakKeyDictionary")


@dataclass(frozen=True, slots=True)
class Letting:
    """In words: who lets go of the task, and when."""

    what: str


def lets_go(call: ast.Call, uses: Sequence[Use], module: Module) -> Letting | None:
    """How the task is let go of although something refers to it at first; `None` when that is not to be seen."""
    function = module.function_around(call)
    statement = module.parent(call)
    if function is None:
        return None
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
        if isinstance(target, ast.Attribute) and _is_overwritten(target, function, module):
            kept = f"`{ast.unparse(target)}` holds the last task only, and nothing reads it"
            return Letting(f"{kept}: each call of `{function.name}` lets go of the one before")
        if isinstance(target, ast.Name):
            return _of_variable(call, target, uses, function, module)
    if isinstance(statement, ast.Return):
        work = call.args[0] if call.args else None
        given = isinstance(work, ast.Name) and work.id in function.parameters  # told where the function is called
        return None if given else _returned_to_nobody(function, module)
    return _in_weak_container(call, module)


def _returned_to_nobody(function: Function, module: Module) -> Letting | None:
    """Whether every call of the function in the project throws the task away that it returns."""
    callers = module.project.callers(function) if isinstance(function.node, ast.FunctionDef | ast.AsyncFunctionDef) else []
    places = []
    for call, where in callers:
        above = where.parent(call)
        if function.is_async and isinstance(above, ast.Await):
            above = where.parent(above)
        if not isinstance(above, ast.Expr):
            return None
        places.append(f"{where.path}:{call.lineno}")
    if not places or function.decorators:
        return None
    return Letting(f"`{function.name}` returns it, and whoever calls that throws it away ({places[0]})")


def _is_overwritten(target: ast.Attribute, function: Function, module: Module) -> bool:
    """An attribute that a method for events sets each time, and that nobody ever reads."""
    own = isinstance(target.value, ast.Name) and target.value.id == function.self_name
    if not own or not _EVENT.match(function.name) or _ONCE.search(function.name):
        return False
    near = (other for others in (module.project.modules, module.project.naming(f".{target.attr}")) for other in others)
    return not any(isinstance(node.ctx, ast.Load) for other in near for node in other.attribute_nodes(target.attr))


def _of_variable(call: ast.Call, target: ast.Name, uses: Sequence[Use], function: Function, module: Module) -> Letting | None:
    loop = module.loop_around(call)
    if isinstance(loop, LOOPS) and _is_read_after(loop, target, function, module):
        return Letting(f"`{target.id}` holds the last task only when line {loop.lineno}'s loop is over: nobody waits for the others")
    if function.is_async or any(use.kind not in (UseKind.BOUND, UseKind.METHOD) for use in uses):
        return None
    methods = [use for use in uses if use.kind is UseKind.METHOD]
    if methods and all(use.name in _TELLS_LITTLE or _is_conditional(use, call, module) for use in methods):
        told = next((use for use in methods if use.name == "add_done_callback"), None)
        if told is not None:
            line = getattr(told.node, "lineno", 0)
            return Letting(f"line {line} gives it a callback, but not always, and `{target.id}` ends with `{function.name}`")
        return Letting(f"`{target.id}`, which only names it, ends with `{function.name}`")
    return None


def _is_conditional(use: Use, call: ast.Call, module: Module) -> bool:
    """Whether a test stands between the start of the task and the callback that it is given."""
    if use.name != "add_done_callback" or use.module is not module:
        return False
    before = {id(test) for test, _ in conditions_of(call, module)}
    return any(id(test) not in before for test, _ in conditions_of(use.node, module))


def _is_read_after(loop: ast.AST, target: ast.Name, function: Function, module: Module) -> bool:
    """Whether the variable is read behind the loop alone, which goes on after it was set."""
    loads = function.scope.loads.get(target.id, ())
    inner = [scope for scope in function.scope.family() if scope is not function.scope]
    if not loads or any(target.id in scope.loads for scope in inner) or any(module.is_within(load, loop) for load in loads):
        return False
    statement = module.statement_of(target)
    for above in module.ancestors(statement):
        if above is loop:
            break
        if isinstance(above, ast.If | ast.Match):
            return False  # it may well be one turn alone that sets it
    block = module.block_of(statement)
    return not any(isinstance(node, ast.Break | ast.Return) for statement in block for node in ast.walk(statement))


def _in_weak_container(call: ast.Call, module: Module) -> Letting | None:
    """`self.tasks.add(create_task(…))` where the set refers to its tasks weakly."""
    above = module.parent(call)
    container: ast.expr | None = None
    if isinstance(above, ast.Call) and isinstance(above.func, ast.Attribute) and above.func.attr in ("add", "append"):
        container = above.func.value
    elif isinstance(above, ast.Assign) and isinstance(above.targets[0], ast.Subscript):
        container = above.targets[0].value
    return _weak(container, module) if container is not None else None


def _weak(container: ast.expr, module: Module) -> Letting | None:
    values = module.project.values(container, module)
    if values and all(isinstance(value, Instance) and value.type in _WEAK for value in values):
        return Letting(f"`{ast.unparse(container)}` refers to its tasks weakly, so it keeps none of them")
    return None


def is_given_to_scheduler(call: ast.Call, module: Module) -> bool:
    """`loop.call_soon_threadsafe(asyncio.create_task, work())`: the loop drops what the function that it calls gives back."""
    name = last_name(call)
    position = 1 if name in ("call_later", "call_at", "add_signal_handler") else 0
    if len(call.args) <= position or not isinstance(call.func, ast.Attribute):
        return False
    given = call.args[position]
    if last_name(given) not in ("create_task", "ensure_future") or isinstance(given, ast.Call):
        return False
    owners: Iterable[object] = module.project.values(call.func.value, module)
    return not owners or any(isinstance(owner, Instance) and module.project.inference.is_a(owner, known.LOOP) for owner in owners)


def is_left_on_purpose(call: ast.Call, module: Module) -> bool:
    """Whether a test leaves the task alone to see what comes of it, or closes its coroutine itself."""
    if not module.is_test:
        return False
    function = module.function_around(call)
    work = call.args[0] if call.args else None
    if isinstance(work, ast.Name) and function is not None:
        closed = (other.func for other in function.calls if last_name(other) == "close" and isinstance(other.func, ast.Attribute))
        if any(isinstance(attribute.value, ast.Name) and attribute.value.id == work.id for attribute in closed):
            return True
    comments = (module.line(call.lineno - 1).strip(), module.line(call.lineno))
    if any(_LEAVING.search(text.partition("#")[2]) for text in comments):
        return True
    return any(isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef) and _LEFT.search(above.name) for above in module.ancestors(call))


def lambda_is_listener(use: Use) -> bool:
    """Whether the lambda that gives the value is made to be told of events, whose results nobody expects."""
    above = use.module.parent(use.node)
    if isinstance(above, ast.Assign):
        return any(isinstance(target, ast.Attribute) and _LISTENER.match(target.attr) for target in above.targets)
    if isinstance(above, ast.keyword):
        return above.arg is not None and _LISTENER.match(above.arg) is not None
    return isinstance(above, ast.Call) and last_name(above) in _LISTENING
