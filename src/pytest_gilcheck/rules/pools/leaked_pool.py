"""GIL502: a pool, thread or process that nobody ends."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from pytest_gilcheck.model.evidence import Evidence
from pytest_gilcheck.model.rule import Page
from pytest_gilcheck.rules.pools.examples.leaked_pool import BAD, GOOD
from pytest_gilcheck.rules.pools.lifetimes import ends_soon, is_daemon
from pytest_gilcheck.rules.pools.made import Kind, called_as, constructions, is_executor, is_pool, own_class
from pytest_gilcheck.rules.pools.owners import is_ended_by_owner, is_of_own_object, is_of_unrelated_class, replaced
from pytest_gilcheck.rules.pools.receivers import with_receivers
from pytest_gilcheck.rules.pools.ways import is_ended_on_ordinary_way
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Class
from pytest_gilcheck.source.expected_failures import is_expected_to_raise
from pytest_gilcheck.source.fixtures import is_fixture
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.rule import SourceRule, Suspicion
from pytest_gilcheck.source.usage import uses_of
from pytest_gilcheck.source.uses import Use, UseKind
from pytest_gilcheck.source.values import Value

# Methods and attributes by which somebody ends it, waits for its end, or lets the program end without it.
_ENDING = re.compile(
    r"(?:^|_)(?:join|shutdown|close|terminate|kill|stop|cancel|quit|exit|exitcode|wait|daemon|setDaemon|is_alive|isAlive|sentinel"
    r"|finish|end|abort|halt|destroy|cleanup|clean_up|teardown|disconnect|dispose|release|detach)(?:_|$)|^__a?(?:exit|enter)__$",
)
_GATHERING = re.compile(r"threads|processes|children", re.IGNORECASE)  # `with wait_threads_exit():`
_STARTS = frozenset({"start", "submit", "map"})
_TASKS = frozenset({"submit", "map", "starmap"})
_LOOKS = frozenset(
    {"builtins.print", "builtins.isinstance", "builtins.id", "builtins.repr", "builtins.str", "builtins.len", "run_in_executor"}
)
_HOLDS = frozenset({UseKind.BOUND, UseKind.CONTAINED, UseKind.METHOD, UseKind.LOOKED_AT, UseKind.DROPPED, UseKind.IGNORED})


class LeakedPool(SourceRule):
    """A pool, thread or process that lives on when the code that made it has gone."""

    code = "GIL502"
    name = "leaked-pool"
    fails_from = Evidence.OBSERVED
    page = Page(
        what="""\
Flags an executor, a multiprocessing pool, a thread, a timer or a process that is made and used, and then left: nobody joins it, shuts it
down, closes or cancels it, it stands in no `with` statement and is no daemon, and it is neither returned nor given to other code.""",
        why="""\
What is left runs on: in a test suite into the tests that follow, where its exceptions and its effects are taken for theirs; in a program
until the end, which waits for every thread that is no daemon and can so be put off for ever. Each further call adds its workers, with
their memory, their connections and, for processes, their place in the system's tables.""",
        instead="""\
Use pools in a `with` statement. Keep threads and processes, and `join` them in a `finally`; in tests with a timeout, in a fixture after its
`yield` or by `addCleanup`. An object that keeps a pool gets a `close` method that shuts it down. A thread that may be cut off at any point
is made with `daemon=True`.""",
        observed="""\
Not yet observed at run time: the finding rests on the source alone, and is a warning for that reason.""",
        limits="""\
What other code gets is left to it: returned, yielded (but by a fixture that makes one for each test, if no test ends it), passed as an
argument (but to an object of the project that never ends it), put into a variable of the module or an attribute that code elsewhere
ends. A `join` counts unless it stands in a branch and the ordinary way through the function goes past it; errors in between are not
followed. Threads that are made at module level end with the program, unless a `sleep` waits for them, and one that is never started does
no harm. Of pools in attributes, only those are flagged that nobody in the project ends.""",
        references=(
            "https://docs.python.org/3/library/concurrent.futures.html#concurrent.futures.Executor.shutdown",
            "https://docs.python.org/3/library/multiprocessing.html#multiprocessing.pool.Pool (resources must be managed)",
            "https://docs.python.org/3/library/threading.html#threading.Thread.daemon",
        ),
    )
    bad = BAD
    good = GOOD

    def check(self, module: Module) -> Iterator[Suspicion]:
        for call, kind, value in constructions(module):
            if isinstance(module.parent(call), ast.withitem) or is_daemon(call, own_class(value), module):
                continue
            if _is_seen_to(call, module) or ends_soon(call, kind, module) or _is_chosen_by_caller(call, module):
                continue
            if (uses := _left(call, kind, value, module)) is not None:
                yield _suspicion(call, kind, value, uses, module)
            elif is_pool(kind) and (first := replaced(call, module)) is not None:
                yield _replacement(call, kind, first, module)


def _is_chosen_by_caller(call: ast.Call, module: Module) -> bool:
    """Whether the class is a parameter: who gives it decides, too, whether what it makes is a daemon."""
    owner = module.scope_at(call.func).owner(call.func.id) if isinstance(call.func, ast.Name) else None
    return owner is not None and any(binding.kind == "parameter" for binding in module.bindings(owner, last_name(call)))


def _left(call: ast.Call, kind: Kind, value: Value, module: Module) -> Sequence[Use] | None:
    """The uses of what the call makes, if it works and nobody ends it; `None` otherwise."""
    uses: Sequence[Use] = uses_of(call, module)
    if is_pool(kind) and any(use.kind is UseKind.PASSED for use in uses):
        uses = with_receivers(call, uses)
    for node, home in [(use.node, use.module) for use in uses if is_of_own_object(use.node, use.module)]:
        if isinstance(node, ast.Attribute):
            uses = [use for use in uses if not is_of_unrelated_class(use.node, use.module, node, home)]
    if module.function_around(call) is None and (_is_long_lived(uses) if is_pool(kind) else not _is_slept_for(call, module)):
        return None
    yielded = is_pool(kind) and _is_left_by_fixture(call, uses, module)
    if not yielded and not _is_at_work(kind, value, uses, module):
        return None
    if any(use.kind is UseKind.METHOD and _ENDING.search(use.name) for use in uses) and not _is_ended_early_only(call, uses, module):
        return None
    for use in uses:
        if use.kind is UseKind.PASSED and use.name in _LOOKS:
            continue
        if (
            use.kind is UseKind.BOUND
            and isinstance(use.node, ast.Name)
            and _is_global(use.node, use.module)
            and module.function_around(call)
        ):
            return None
        if use.kind is UseKind.STORED and is_of_own_object(use.node, use.module):
            continue
        if use.kind not in _HOLDS and not (yielded and use.kind is UseKind.YIELDED):
            return None
    attributes = [(use.node, use.module) for use in uses if is_of_own_object(use.node, use.module)]
    if any(isinstance(node, ast.Attribute) and is_ended_by_owner(node, home, _ENDING, pool=is_pool(kind)) for node, home in attributes):
        return None
    return uses


def _is_slept_for(call: ast.Call, module: Module) -> bool:
    """`Thread(target=work).start()` and then `time.sleep(1)` in a script: a guess at how long it takes."""
    statement = module.statement_of(call)
    block = module.block_of(statement)
    behind = block[next(place for place, part in enumerate(block) if part is statement) + 1 :]
    following = behind[0] if behind else None
    started = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call) and last_name(statement.value) == "start"
    waits = isinstance(following, ast.Expr) and isinstance(following.value, ast.Call) and last_name(following.value) == "sleep"
    return started and waits


def _is_ended_early_only(call: ast.Call, uses: Sequence[Use], module: Module) -> bool:
    """Whether a local variable holds it that the function ends on an early way out, and not at its end."""
    function = module.function_around(call)
    held = [use for use in uses if use.kind is UseKind.BOUND]
    if function is None or len(held) != 1 or not isinstance(held[0].node, ast.Name):
        return False
    methods = [use for use in uses if use.kind is UseKind.METHOD]
    start = next((use.node for use in methods if use.name in _STARTS and use.module is module), None)
    endings = [use for use in methods if _ENDING.search(use.name)]
    if start is None or any(use.module is not module for use in endings):
        return False  # who it is handed to ends it
    return not is_ended_on_ordinary_way(function, held[0].name, start, [use.node for use in endings])


def _is_left_by_fixture(call: ast.Call, uses: Sequence[Use], module: Module) -> bool:
    """Whether a fixture yields it to each test anew, and no test that has it ends it."""
    fixture = module.function_around(call)
    if fixture is None or not is_fixture(fixture) or not any(use.kind is UseKind.YIELDED for use in uses):
        return False
    if any(keyword.arg in ("scope", "name") for decorator in fixture.decorators for keyword in getattr(decorator, "keywords", ())):
        return False  # one for the whole run ends with it
    return not any(
        isinstance(above := other.parent(use), ast.Attribute) and _ENDING.search(above.attr)
        for other in module.project.modules
        for function in other.functions
        if fixture.name in function.parameters
        for use in function.scope.uses(fixture.name)
    )


def _is_at_work(kind: Kind, value: Value, uses: Sequence[Use], module: Module) -> bool:
    """Whether it has been started: a thread by `start`, an executor by its first task; pools of multiprocessing start at once."""
    if is_pool(kind) and not is_executor(value, module):
        return True
    attributes = {use.node.attr for use in uses if isinstance(use.node, ast.Attribute) and is_of_own_object(use.node, use.module)}
    methods = {use.name for use in uses if use.kind is UseKind.METHOD and not _is_seen_to(use.node, use.module)}
    # An attribute that everybody sees isn't traced: whoever uses it is found by its name.
    methods |= {
        above.attr
        for name in attributes
        for node in module.attribute_nodes(name)
        if isinstance(above := module.parent(node), ast.Attribute)
    }
    if is_pool(kind):
        passed = {use.name for use in uses if use.kind is UseKind.PASSED}
        passed |= {
            last_name(above)
            for name in attributes
            for node in module.attribute_nodes(name)
            if isinstance(above := module.parent(node), ast.Call)
        }
        return bool(methods & _TASKS) or "run_in_executor" in passed
    cls = own_class(value)
    return "start" in methods or (cls is not None and _starts_itself(cls))


def _starts_itself(cls: Class) -> bool:
    init = cls.methods.get("__init__")
    return init is not None and any(
        last_name(call) == "start" and isinstance(call.func, ast.Attribute) and last_name(call.func.value) == init.self_name
        for call in init.calls
    )


def _is_global(name: ast.Name, module: Module) -> bool:
    owner = module.scope_at(name).owner(name.id)
    return owner is not None and owner.parent is None


def _is_long_lived(uses: Sequence[Use]) -> bool:
    """Whether functions use what is made at module level: it lives as long as the program."""
    return any(use.module.function_around(use.node) is not None for use in uses)


def _is_seen_to(node: ast.AST, module: Module) -> bool:
    """Whether a test provokes its failure, or waits for all threads at the end of the block or function it stands in."""
    for above in module.ancestors(node):
        if isinstance(above, ast.With | ast.AsyncWith):
            calls = (item.context_expr for item in above.items if isinstance(item.context_expr, ast.Call))
            if any(_GATHERING.search(last_name(call)) for call in calls):
                return True
        elif isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef):
            if any(_GATHERING.search(last_name(decorator)) for decorator in above.decorator_list):
                return True
            break
    return is_expected_to_raise(node, module)


_ADVICE: dict[str, str] = {
    "timer": "Call `cancel()` when it is no longer needed, or set its `daemon` to True before `start()`.",
    "thread": "Call `join()` in a `finally`; or make it with `daemon=True`, if it may be stopped in the middle of its work.",
    "process": "Call `join()` in a `finally`; before that `terminate()`, if it doesn't end by itself.",
}


def _advice(kind: Kind, attribute: str | None, *, executor: bool, bound: bool) -> str:
    if attribute is not None:
        method = "shutdown" if executor else "cancel" if kind == "timer" else "join"
        ends = f"`{attribute}.close()` and `{attribute}.join()`" if is_pool(kind) and not executor else f"`{attribute}.{method}()`"
        return f"Give the class a method such as `close()` that calls {ends}, and call that when the object is no longer needed."
    if not is_pool(kind):
        return _ADVICE[kind] if bound else f"Bind it to a variable. {_ADVICE[kind]}"
    if executor:
        return "Use it in a `with` statement, or call `shutdown()` in a `finally`."
    return "Call `close()` and then `join()` in a `finally`; a `with` statement alone stops tasks that still run."


def _replacement(call: ast.Call, kind: Kind, first: ast.Call, module: Module) -> Suspicion:
    attribute = ast.unparse(module.statement_of(call)).partition(" =")[0]
    message = (
        f"The {kind} made here takes the place in `{attribute}` of the one that line {first.lineno} makes, which nobody can shut down "
        "from then on: its workers stay until the program ends."
    )
    return Suspicion(call, message, f"Shut the first one down before: `{attribute}.shutdown()`; or make the pool large enough at once.")


def _suspicion(call: ast.Call, kind: Kind, value: Value, uses: Sequence[Use], module: Module) -> Suspicion:
    made = called_as(call)
    held = next((use for use in uses if use.kind in (UseKind.BOUND, UseKind.CONTAINED, UseKind.STORED) and use.name), None)
    name = f" in `{held.name}`" if held is not None else ""
    function = module.function_around(call)
    if function is None:
        where = "until the program ends"
    else:
        where = f"when `{function.qualname}` is over" if function.name != "<lambda>" else "when the lambda has returned"
    attribute = next((use.node for use in uses if is_of_own_object(use.node, use.module)), None)
    if attribute is not None:
        where = "when the object that holds it is gone"
    if is_pool(kind):
        message = f"The {kind} that `{made}` makes{name} is never shut down: its workers may still be there {where}."
    else:
        ends = "cancelled" if kind == "timer" else "joined"
        message = f"The {kind} that `{made}` makes{name} is started and never {ends}: " + (
            f"it may still run {where}, and the program can't end before it does."
            if function is not None
            else "the `sleep` behind it only guesses how long it takes."
        )
    advice = _advice(
        kind, ast.unparse(attribute) if attribute is not None else None, executor=is_executor(value, module), bound=held is not None
    )
    if function is not None and isinstance(function.node, ast.Lambda):
        advice = f"Make a function of the lambda. {advice}"
    return Suspicion(call, message, advice)
