"""GIL205 dropped-task."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Sequence

from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.rule import Page
from pytest_gilcheck.rules.exceptions.examples import dropped_task as examples
from pytest_gilcheck.rules.exceptions.holders import is_given_to_scheduler, is_left_on_purpose, lambda_is_listener, lets_go
from pytest_gilcheck.rules.exceptions.outcomes import (
    bound_name,
    is_named_loop,
    lambda_result_is_dropped,
)
from pytest_gilcheck.source import known
from pytest_gilcheck.source.branches import depends_on_mode
from pytest_gilcheck.source.calls import argument, last_name
from pytest_gilcheck.source.expected_failures import is_expected_to_raise
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.rule import SourceRule, Suspicion
from pytest_gilcheck.source.scopes import FUNCTIONS
from pytest_gilcheck.source.usage import uses_of
from pytest_gilcheck.source.uses import Use, UseKind
from pytest_gilcheck.source.values import External, Instance, Method

_FUNCTIONS = frozenset({"asyncio.create_task", "asyncio.ensure_future", "asyncio.Task"})
_SCHEDULERS = ("call_soon", "call_soon_threadsafe", "call_later", "call_at", "add_signal_handler")
_LOST = (
    "The event loop has only a weak reference to it, so Python may delete the task before it is done; and if it raises, asyncio only logs "
    "that, some time later."
)


class DroppedTask(SourceRule):
    """An asyncio task that nothing refers to, so it may be collected while it runs."""

    code = "GIL205"
    name = "dropped-task"
    fails_from = Evidence.SUSPECTED
    equals = ("RUF006",)
    page = Page(
        what="""\
An asyncio task is started and nothing keeps it: the result of `asyncio.create_task`, `asyncio.ensure_future`, `loop.create_task` or
`asyncio.gather`, or of a function of the project that hands its task on, is thrown away, bound to a local name that is never read, or
returned by a lambda to something that drops it.

It is a warning where something keeps the task for less time than it takes: an attribute that a method for events sets each time and that
nobody reads, a variable that each turn of a loop overwrites, a variable of a plain function whose only use is a callback given in one
branch, a `WeakSet`, the loop itself (`loop.call_soon(asyncio.create_task, …)`).""",
        why="""\
The event loop holds tasks by weak references. A task that nothing else refers to may be collected in the middle of its work: it stops at
an `await`, without an exception. And nobody asks it how it ended, so an exception shows at best as "Task exception was never retrieved",
at some later time.""",
        instead="""\
Await it; start it in an `asyncio.TaskGroup`, which keeps its tasks and raises their exceptions; or keep it in a set until it is done:
`tasks.add(task)` and `task.add_done_callback(tasks.discard)`.""",
        observed="""\
While tests run: "Task exception was never retrieved" from the event loop, or a task that was destroyed while it was pending.""",
        limits="""\
Order of statements is not followed: a local name that is read anywhere counts as kept, although the task lives on only as long as its
function. A local variable or list that is never read keeps its tasks while its coroutine goes on waiting; their exceptions are lost, so
that is a warning. Tasks passed to other code, stored in an attribute that is read somewhere (or that a method sets once) or returned count
as kept. A test that leaves a task alone on purpose, by its comment or its name, is not flagged. Task groups of asyncio, anyio and trio
keep their tasks and are not flagged. A name such as `_` keeps nothing: it is a warning, because somebody meant it.""",
        references=(
            '[asyncio.create_task](https://docs.python.org/3/library/asyncio-task.html#asyncio.create_task): "Save a reference"',
            "[asyncio-dangling-task (RUF006)](https://docs.astral.sh/ruff/rules/asyncio-dangling-task/) in ruff: its `noqa` counts here",
        ),
    )
    bad = examples.BAD
    good = examples.GOOD

    def check(self, module: Module) -> Iterator[Suspicion]:
        for call in (*module.calls_to("create_task", "ensure_future", "Task"), *module.calls_renamed("create_task", "ensure_future")):
            if _starts_task(call, module):
                yield from _dropped(call, module)
        for call in module.calls_to("gather"):
            yield from _unawaited(call, module)
        for call in module.calls_to(*_SCHEDULERS):
            if is_given_to_scheduler(call, module):
                yield Suspicion(call, _scheduled(call), _advice(module, call), Level.WARNING)
        for call, relay in module.project.relays.called(module):
            if _starts_task(relay.start, relay.function.module):
                yield from _dropped(call, module)


def _dropped(call: ast.Call, module: Module) -> Iterator[Suspicion]:
    if is_expected_to_raise(call, module):
        return
    uses = uses_of(call, module)
    letting = lets_go(call, uses, module)
    if letting is not None:
        yield Suspicion(
            call, f"The task that runs `{_work_text(call)}` is let go of: {letting.what}. {_LOST}", _advice(module, call), Level.WARNING
        )
    if letting is not None or any(_keeps(use) for use in uses) or is_left_on_purpose(call, module):
        return
    # A local variable or container holds its tasks for as long as the function runs: their exceptions are lost, they aren't.
    held = bound_name(uses) is not None and (any(use.kind is UseKind.CONTAINED for use in uses) or _waits_afterwards(call, module))
    weak = held or any(use.kind is UseKind.IGNORED or _is_lambda_of_listener(use) for use in uses)
    yield Suspicion(call, _message(call, uses, held=held), _advice(module, call), Level.WARNING if weak else None)


def _unawaited(call: ast.Call, module: Module) -> Iterator[Suspicion]:
    """`asyncio.gather(…)` that nobody awaits: it starts the coroutines as tasks, and the statement lets go of all of them."""
    if not isinstance(module.parent(call), ast.Expr) or is_expected_to_raise(call, module) or depends_on_mode(call, module):
        return
    if any(isinstance(value, External) and value.name == "asyncio.gather" for value in module.project.values(call.func, module)):
        function = module.function_around(call)
        gathered = (node for part in call.args for node in ast.walk(part) if isinstance(node, ast.Call))
        if any(not inner.is_async for made in gathered for inner in module.project.functions_called(made, module)):
            return  # nothing is started: what it gathers has run before
        message = f"This `{ast.unparse(call.func)}` starts its coroutines as tasks, and nothing keeps or awaits what it returns. {_LOST}"
        level = None if function is not None and function.is_async else Level.WARNING
        yield Suspicion(call, message, _advice(module, call), level)


def _scheduled(call: ast.Call) -> str:
    given = next(part for part in call.args if last_name(part) in ("create_task", "ensure_future"))
    return f"The loop calls `{ast.unparse(given)}` and drops the task that it returns. {_LOST}"


def _starts_task(call: ast.Call, module: Module) -> bool:
    """Whether the call makes a task of a coroutine on an event loop; task groups are no loops."""
    for value in module.project.values(call.func, module):
        match value:
            case External(name=name) if name in _FUNCTIONS:
                return not _is_future(argument(call, 0, "coro_or_future"), module)
            case Method(owner=owner, name="create_task", function=None) if module.project.inference.is_a(owner, known.LOOP):
                return True
            case _:
                continue
    if last_name(call) != "create_task" or not call.args or isinstance(call.args[0], ast.Constant):
        return False
    return is_named_loop(call, module)


def _is_future(node: ast.expr | None, module: Module) -> bool:
    """`ensure_future` of what is a future already starts nothing."""
    if node is None:
        return False
    is_a = module.project.inference.is_a
    return any(isinstance(value, Instance) and is_a(value, known.ASYNC_FUTURE) for value in module.project.values(node, module))


def _keeps(use: Use) -> bool:
    match use.kind:
        case UseKind.DROPPED:
            # `task` as a statement of its own reads the variable at least.
            return isinstance(use.node, ast.Expr) and isinstance(use.node.value, ast.Name)
        case UseKind.IGNORED:
            return False
        case UseKind.CONTAINED if not isinstance(use.node, ast.Name):
            return False
        case UseKind.BOUND | UseKind.CONTAINED:
            # Globals and attributes live on after the function; whether anybody reads them doesn't matter here.
            if not isinstance(use.node, ast.Name):
                return True
            scope = use.module.scope_at(use.node)
            owner = scope.owner(use.name)
            return owner is None or owner.parent is None or use.name in scope.nonlocals  # `nonlocal`: the function around keeps it
        case UseKind.LAMBDA:
            return not (lambda_result_is_dropped(use) or _is_lambda_of_listener(use))
        case _:
            return True


def _is_lambda_of_listener(use: Use) -> bool:
    return use.kind is UseKind.LAMBDA and not lambda_result_is_dropped(use) and lambda_is_listener(use)


def _waits_afterwards(call: ast.Call, module: Module) -> bool:
    """Whether its coroutine goes on waiting with the variable in its frame; a loop binds it anew and lets go of the task before."""
    function = module.function_around(call)
    if function is None or not function.is_async or module.loop_around(call) is not None:
        return False
    below: ast.AST = call
    for above in module.ancestors(call):
        if isinstance(below, ast.stmt) and _waits_in(module.block_of(below), below):
            return True
        if above is function.node:
            return False
        below = above
    return False


def _waits_in(block: Sequence[ast.stmt], statement: ast.stmt) -> bool:
    """Whether the coroutine can be suspended in the statements of the block that follow this one."""
    following = itertools.dropwhile(lambda other: other is not statement, block)
    next(following, None)
    pending: list[ast.AST] = list(following)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith):
            return True
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            pending.extend(ast.iter_child_nodes(node))
    return False


def _message(call: ast.Call, uses: tuple[Use, ...], *, held: bool) -> str:
    text = _work_text(call)
    name = bound_name(uses)
    if held:
        return (
            f"The task that runs `{text}` is bound to `{name}`, which is never read: nobody sees its exception, and when the function "
            "around it ends, Python may delete the task before it is done."
        )
    if name is not None:
        kept = f"bound to `{name}`, which is never read"
    elif any(use.kind is UseKind.LAMBDA for use in uses):
        kept = "returned by a lambda to a call that drops it"
    else:
        kept = "not kept anywhere"
    return f"The task that runs `{text}` is {kept}. {_LOST}"


def _work_text(call: ast.Call) -> str:
    work = call.args[0] if call.args else call
    return ast.unparse(work.func if isinstance(work, ast.Call) else work)


def _advice(module: Module, call: ast.Call) -> str:
    function = module.function_around(call)
    is_method = function is not None and function.self_name is not None and function.name != "__del__"
    where = "of the object" if is_method else "at module level"
    tasks = f"{function.self_name}.tasks" if function is not None and is_method else "tasks"
    keep = f"eep it in a set {where} until it is done: `{tasks}.add(task)`, then `task.add_done_callback({tasks}.discard)`."
    if function is not None and function.is_async:
        return f"`await` it if this coroutine can wait for it; else k{keep}"
    return f"K{keep}"
