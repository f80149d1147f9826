"""GIL501: a pool made again for every round of a loop."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from pytest_gilcheck.model.evidence import Evidence
from pytest_gilcheck.model.rule import Page
from pytest_gilcheck.rules.pools.examples.pool_per_batch import BAD, GOOD
from pytest_gilcheck.rules.pools.made import pool_kind_of, pool_makers
from pytest_gilcheck.rules.pools.rounds import (
    Round,
    is_made_once,
    is_patient,
    is_repetition,
    is_retry,
    is_short,
    is_timed,
    rounds_of,
    varies_with,
)
from pytest_gilcheck.source.calls import bind, last_name
from pytest_gilcheck.source.conditions import conditions_of
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.events import is_event_callback, is_handler
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.parameter_conditions import decided, parameters_in
from pytest_gilcheck.source.rule import SourceRule, Suspicion
from pytest_gilcheck.source.scopes import COMPREHENSIONS
from pytest_gilcheck.source.values import Value

_KEEPERS = frozenset(
    {"append", "add", "appendleft", "put", "setdefault", "enter_context", "enter_async_context", "push", "extend", "insert"}
)

# Names of methods that are called for each message, request, query or batch, as long as the object lives.
_ONE_OF = re.compile(r"_(?:request|message|event|item|element|record|query)$")
_OFTEN = re.compile(
    r"^_*(?:mget|get_many|flush\w*|\w+_batch|(?:execute|handle|send|process|dispatch|on)_"
    r"(?:request|message|event|batch|item|element|record|query|call)s?|__call__|__getitem__)$"
)
_POOL_NAME = re.compile(r"pool|executor", re.IGNORECASE)
_KEEPING = (ast.Return, ast.Yield, ast.Dict, ast.List, ast.Tuple, ast.Assign, ast.keyword, ast.Compare, ast.UnaryOp, *COMPREHENSIONS)


class PoolPerBatch(SourceRule):
    """A pool that lives for one round of a loop, so that every round pays for its start."""

    code = "GIL501"
    name = "pool-per-batch"
    fails_from = Evidence.OBSERVED
    page = Page(
        what="""Flags pools of threads, processes and interpreters that are made inside a loop or a comprehension, or in a function
that is called in a loop, and that are gone when the round ends: in a `with` statement, or in a local variable. A function also counts
when it handles requests or events, when such a handler calls it, or when it is a method whose name says that it is run for every message,
query or batch (`mget`, `flush`, `process_batch`).""",
        why="""A pool pays when its workers are started once and used often. Starting a process costs tens of milliseconds (hundreds
where the child has to import a large program), a thread tens of microseconds; leaving the `with` waits for the slowest task
of the batch while all other workers stand idle. What the workers keep, such as connections and caches, is lost with each
round.""",
        instead="""Make the pool once, before the loop, and give it all batches; or give it all items at once and let `chunksize` make the
batches. A function that is called often takes the pool as an argument.""",
        observed="""Not yet observed at run time: the finding rests on the source alone.""",
        limits="""Silent when the pool is kept (stored in an attribute or a container, returned, yielded), when its size or its settings
change with the loop, in loops that try again until it works, that run at most twice or pause between rounds, and in tests that
repeat the same thing by number; that go over three names in the source, or only make the pool while it is missing. Of functions only
those called directly in a loop or by a handler count, and calls from tests only for functions of tests. A pool that a function returns
and its caller ends is not followed.""",
        references=(
            "https://docs.python.org/3/library/concurrent.futures.html#executor-objects",
            "https://docs.python.org/3/library/multiprocessing.html#module-multiprocessing.pool",
        ),
    )
    bad = BAD
    good = GOOD

    def check(self, module: Module) -> Iterator[Suspicion]:
        for call in module.calls_to(*sorted(pool_makers(module))):
            kind = _kind(call, module)
            if kind is None or _is_kept(call, module):
                continue
            yield from _in_loop(call, kind, module)


def _in_loop(call: ast.Call, kind: str, module: Module) -> Iterator[Suspicion]:
    rounds = rounds_of(call, module)
    if rounds:
        if not _excused(call, rounds, module, call):
            yield _suspicion(call, kind, f"in the loop of line {rounds[0].line}")
        return
    function = module.function_around(call)
    if function is None or isinstance(function.node, ast.Lambda) or _chooses(call, function):
        return
    tests = [(test, outcome) for test, outcome in conditions_of(call, module) if parameters_in(test, function)]
    for made_by, caller in _calls_of(function):
        if caller.is_test and not module.is_test:
            continue
        rounds = _rounds_of_call(made_by, caller)
        if decided(function, made_by, tests) is False or _is_given_one(function, made_by, tests):
            continue
        if rounds and not _excused(made_by, rounds, caller, call) and not _sized_by(call, function, made_by, rounds):
            where = f"line {made_by.lineno}" if caller is module else f"{caller.path}:{made_by.lineno}"
            when = f"each time `{function.qualname}` is called, in a loop in {where}"
            yield _suspicion(call, kind, when, f"pass it to `{function.qualname}` as an argument")
            return
    if not function.module.is_test and not tests and (why := _called_often(function)) is not None:
        yield _suspicion(call, kind, f"each time `{function.qualname}` is called, {why}", "use it each time", "when the program starts")


def _is_given_one(function: Function, made_by: ast.Call, tests: list[tuple[ast.expr, bool]]) -> bool:
    """Whether the function only makes a pool when it is given none, and this call gives it one."""
    given = bind(function, made_by.args, made_by.keywords)
    return any(
        _POOL_NAME.search(name) and name in given and not isinstance(given[name], ast.Constant)
        for test, _ in tests
        for name in parameters_in(test, function)
    )


def _called_often(function: Function) -> str | None:
    """Why a function that no loop of the project calls is called again and again all the same."""
    callers = {caller for call, home in function.module.project.callers(function) if (caller := home.function_around(call)) is not None}
    for one in (function, *callers):
        if not one.module.is_test and (is_handler(one) or is_event_callback(one)):
            return "for every request or event" if one is function else f"by `{one.qualname}` for every request or event"
    if _OFTEN.match(function.name) and (function.cls is not None or _ONE_OF.search(function.name)):
        return "which its name says is for every message, request or batch"
    return None


def _calls_of(function: Function) -> Iterator[tuple[ast.Call, Module]]:
    """Calls of the function in the project, those that `map` makes included."""
    project = function.module.project
    yield from project.callers(function)
    for module in project.modules:
        for call in module.calls_to("map"):
            if call.args and last_name(call.args[0]) == function.name and function in project.values(call.args[0], module):
                yield call, module


def _rounds_of_call(call: ast.Call, module: Module) -> tuple[Round, ...]:
    if last_name(call) == "map":
        return (Round(call, module),)
    return rounds_of(call, module)


def _excused(node: ast.Call, rounds: tuple[Round, ...], module: Module, pool: ast.Call) -> bool:
    """Whether the innermost loop is none that handles batch after batch; `node` is what the loop repeats."""
    inner = rounds[0]
    if is_short(inner, module) or is_retry(inner, node, module) or is_patient(inner, module) or is_made_once(inner, node, module):
        return True
    if is_repetition(inner) and (module.is_test or is_timed(inner)):
        return True
    return node is pool and any(varies_with(part, one, module) for one in rounds for part in _settings(pool))


def _settings(pool: ast.Call) -> list[ast.expr]:
    return [pool.func, *pool.args, *(keyword.value for keyword in pool.keywords)]


def _sized_by(pool: ast.Call, function: Function, call: ast.Call, rounds: tuple[Round, ...]) -> bool:
    """Whether a setting of the pool is a parameter that changes with the caller's loop."""
    bound = bind(function, call.args, call.keywords)
    for part in _settings(pool):
        for name, expression in bound.items():
            if _is_direct(part, name) and any(varies_with(expression, one, one.module) for one in rounds):
                return True
    return False


def _is_direct(expression: ast.expr, name: str) -> bool:
    return isinstance(expression, ast.Name) and expression.id == name


def _chooses(call: ast.Call, function: Function) -> bool:
    """Whether the function gets the pool's class as a parameter: it serves many kinds of pools."""
    return isinstance(call.func, ast.Name) and call.func.id in function.parameters


def _kind(call: ast.Call, module: Module) -> str | None:
    """What kind of pool the call makes."""
    values = module.project.values(call.func, module)
    return next((kind for value in values if (kind := pool_kind_of(value, module) or _made_by(value))), None)


def _made_by(value: Value) -> str | None:
    """What kind of pool a plain function makes anew for whoever calls it."""
    if not isinstance(value, Function) or value.decorators or value.is_generator or value.is_async:
        return None
    results = [result.value for result in value.scope.results]
    if not results or not all(isinstance(result, ast.Call) for result in results):
        return None
    kinds = {
        next((kind for made in value.module.project.values(result.func, value.module) if (kind := pool_kind_of(made, value.module))), None)
        for result in results
        if isinstance(result, ast.Call)
    }
    return kinds.pop() if len(kinds) == 1 else None


def _is_kept(call: ast.Call, module: Module) -> bool:
    """Whether the pool outlives the round: it is stored, returned, yielded or given away."""
    node: ast.AST = call
    above = module.parent(node)
    while isinstance(above, ast.IfExp | ast.BoolOp | ast.NamedExpr | ast.Await):
        if isinstance(above, ast.NamedExpr):
            return _is_variable_kept(above.target, module)
        node, above = above, module.parent(above)
    match above:
        case ast.withitem():
            return False
        case ast.Attribute():
            return False  # Pool().map(…)
        case ast.Assign(targets=[ast.Name() as name]) | ast.AnnAssign(target=ast.Name() as name):
            return _is_variable_kept(name, module)
        case ast.Expr():
            return False
        case ast.Call():
            return last_name(above) != "closing"
        case _:
            return True


def _is_variable_kept(name: ast.Name, module: Module) -> bool:
    """Whether the variable that holds the pool is stored elsewhere, returned, read outside of the loop, or made when missing."""
    scope = module.scope_at(name)
    owner = scope.owner(name.id)
    if owner is None or (owner is not scope and name.id in (*scope.globals, *scope.nonlocals)):
        return True
    loop = module.loop_around(name)
    if loop is not None and any(not module.is_within(binding.node, loop) for binding in module.bindings(owner, name.id)):
        return True  # made before the loop, and again when it is worn out or broken
    for use in owner.uses(name.id):
        above = module.parent(use)
        if isinstance(above, _KEEPING):
            return True
        if isinstance(above, ast.Call) and use in above.args and last_name(above) in _KEEPERS:
            return True
        if isinstance(above, ast.If) and use is above.test:
            return True
        if loop is not None and use.lineno > (getattr(loop, "end_lineno", None) or use.lineno):
            return True
    return False


def _suspicion(call: ast.Call, kind: str, when: str, use: str = "use it in every round", where: str = "before the loop") -> Suspicion:
    made = ast.unparse(call.func)
    cost = "processes" if kind == "process pool" else "interpreters" if kind == "interpreter pool" else "threads"
    return Suspicion(
        node=call,
        message=f"`{made}` makes a new {kind} {when}: every round starts its {cost} again, and waits for the last task before it goes on.",
        advice=f"Make the pool once, {where}, and {use}.",
    )
