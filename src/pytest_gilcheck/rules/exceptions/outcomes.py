"""Calls that start work elsewhere, and whether anybody asks how it ended: what the rules of this family share."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pytest_gilcheck.source import known
from pytest_gilcheck.source.calls import argument, last_name
from pytest_gilcheck.source.expected_failures import is_expected_to_raise
from pytest_gilcheck.source.handling import cannot_fail, raises_by_itself
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.origins import elements_of
from pytest_gilcheck.source.relays import Relay
from pytest_gilcheck.source.usage import uses_of_variable
from pytest_gilcheck.source.uses import Use, UseKind
from pytest_gilcheck.source.values import External, Instance, Method, Partial, Value

# Methods of futures and results that tell nothing of the outcome. All others ask for it, hand it on, or give the work up.
_NOT_ASKING = frozenset({"done", "running", "ready", "wait", "set_name", "get_name", "get_loop"})
_WAITS = frozenset({"concurrent.futures.wait", "concurrent.futures.as_completed", "asyncio.wait", "asyncio.as_completed"})
_LOOKING_CALLS = frozenset(
    f"builtins.{name}" for name in ("len", "bool", "id", "repr", "str", "isinstance", "type", "hash", "print", "callable")
)
_ITERATING_CALLS = frozenset(
    {
        "builtins.list", "builtins.tuple", "builtins.set", "builtins.frozenset", "builtins.dict", "builtins.sorted", "builtins.reversed",
        "builtins.iter", "builtins.next", "builtins.enumerate", "builtins.zip", "itertools.chain", "tqdm", "tqdm_notebook", "track",
    }
)  # fmt: skip
_QUIET = frozenset({UseKind.DROPPED, UseKind.BOUND, UseKind.CONTAINED, UseKind.LOOKED_AT})
# What is given a function and drops the value that it returns.
_DROPS_RESULT = frozenset(
    {
        "call_soon", "call_soon_threadsafe", "call_later", "call_at", "add_signal_handler", "add_reader", "add_writer",
        "add_done_callback", "Timer", "Thread", "signal", "register", "finalize",
    }
)  # fmt: skip
# Types of parameters that any function fits.
_ANY_CALLABLE = frozenset({"typing.Callable", "collections.abc.Callable", "types.FunctionType", "functools.partial"})
_LOOP_NAME = re.compile(r"(?:^|_)(?:io_?|event_?)?loop$", re.IGNORECASE)
CLEANING_UP = re.compile(
    r"(?:^|_)(?:a?close[ds]?|a?stop|shut_?down|clean_?up|tear_?down|terminate|cancel\w*|dispose|disconnect\w*|kill\w*|abort|finali[sz]e"
    r"|aexit|exit|release|destroy|drain|reset|join(?=$|_(?:all|tasks?|threads?|workers?|process(?:es)?|pools?)$)|wait_closed)(?:_|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Started:
    """A call that starts work and gives something to ask for its outcome.

    `how` is the method as code has it; `where` says in words what runs the work; `work` is the function given (for
    coroutines: the expression that is called).
    """

    call: ast.Call
    module: Module
    how: str
    where: str
    work: ast.expr | None

    @property
    def text(self) -> str:
        """What is started, short enough for a message."""
        if self.work is None:
            return "the work"
        if isinstance(self.work, ast.Lambda):
            return "a lambda"
        return f"`{shortened(self.work)}`"

    def may_fail(self) -> bool:
        """Whether the work may raise something that its own code doesn't deal with; unknown work may."""
        if self.work is None:
            return True
        values = self._work_values(self.work)
        return not values or not all(cannot_fail(value, self.module.project) for value in values)

    def _work_values(self, work: ast.expr) -> Sequence[Value]:
        """What the work can be: what an annotation says of it, and what tests give it, tells nothing where the program's own is known."""
        values = self.module.project.values(work, self.module)
        known_work = [value for value in values if not (isinstance(value, Instance) and value.type in _ANY_CALLABLE)]
        if not self.module.is_test:
            own = [v for v in known_work if not any(function.module.is_test for function in self.module.project.functions_of(v))]
            known_work = own or known_work
        return known_work or values

    def fails_on_purpose(self, *, told_to: bool = False) -> bool:
        """Whether a test gives work that is there to fail; with `told_to`, that is told to by a flag."""
        if self.work is None or not self.module.is_test:
            return False
        project = self.module.project
        functions = (function for value in project.values(self.work, self.module) for function in project.functions_of(value))
        return any(raises_by_itself(function, told_to=told_to) for function in functions)


def shortened(node: ast.expr) -> str:
    """The expression's text, cut where it gets too long for a message."""
    text = ast.unparse(node)
    return text if len(text) <= 50 else text[:49] + "…"


def started(module: Module, *names: str) -> Iterator[Started]:
    """Calls that start work in a pool or on an event loop by methods (or functions) of these names, aliases included.

    Objects of unknown or other classes start none, and a call that a test expects to raise doesn't count.
    """
    for call in (*module.calls_to(*names), *module.calls_renamed(*names)):
        found = _threadsafe(call, module) or _in_pool(call, module)
        if found is not None and found.how in names and not is_expected_to_raise(call, module):
            yield found
    for call, relay in module.project.relays.called(module):
        found = _relayed(call, relay, module)
        if found is not None and found.how in names and not is_expected_to_raise(call, module):
            yield found


def _relayed(call: ast.Call, relay: Relay, module: Module) -> Started | None:
    """A call of the project's own function that returns what `submit` gives."""
    inside = relay.function.module
    found = _threadsafe(relay.start, inside) or _in_pool(relay.start, inside)
    if found is None or has_error_callback(found):
        return None
    work = relay.work_of(call)
    if found.how == "run_coroutine_threadsafe" and isinstance(work, ast.Call):
        work = work.func
    return Started(call, module, found.how, f"{found.where} (by `{relay.function.qualname}`)", work)


def _in_pool(call: ast.Call, module: Module) -> Started | None:
    is_a = module.project.inference.is_a
    name = last_name(call)
    for value in _at_call(call, module):
        work = argument(call, 0, "fn") or argument(call, 0, "func")
        if isinstance(value, Partial):
            work = value.call.args[1] if len(value.call.args) > 1 else work  # `partial(pool.submit, work)`
            value = value.callee
        if not (isinstance(value, Method) and value.function is None):
            continue
        method = value.name  # a bound method may go by another name
        owner = value.owner
        if is_a(owner, known.EXECUTOR) and method in ("submit", "map"):
            return Started(call, module, method, _pool_text(owner, module), work)
        if is_a(owner, known.MP_POOL) and method in ("apply_async", "map_async", "starmap_async", "imap", "imap_unordered"):
            return Started(call, module, method, _pool_text(owner, module), work)
        if is_a(owner, known.LOOP) and method == "run_in_executor":
            return Started(call, module, method, "an executor", argument(call, 1, "func"))
    if name == "run_in_executor" and len(call.args) >= 2 and is_named_loop(call, module):
        return Started(call, module, name, "an executor", argument(call, 1, "func"))
    return None


def _at_call(call: ast.Call, module: Module) -> Sequence[Value]:
    """What the call can call; of a `map` under a name that is bound anew, that of the last pool made before: pools differ in it."""
    values = module.project.values(call.func, module)
    if last_name(call) != "map" or len(values) < 2:
        return values
    owners = [value.owner for value in values if isinstance(value, Method) and isinstance(value.owner, Instance)]
    lines = [owner.call.lineno for owner in owners if owner.call is not None and owner.module is module]
    before = [line for line in lines if line <= call.lineno]
    if len(lines) < len(values) or not before or module.loop_around(call) is not None:
        return values
    return [values[lines.index(max(before))]]


def is_named_loop(call: ast.Call, module: Module) -> bool:
    """Whether a method is called on something of which only the name tells that it is an event loop."""
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
    if receiver is None or not _LOOP_NAME.search(last_name(receiver)):
        return False
    # Of a member of an object from outside nothing is known either.
    return all(isinstance(value, Method) and value.function is None for value in module.project.values(receiver, module))


def _threadsafe(call: ast.Call, module: Module) -> Started | None:
    if any(isinstance(v, External) and v.name == "asyncio.run_coroutine_threadsafe" for v in module.project.values(call.func, module)):
        coroutine = argument(call, 0, "coro")
        work = coroutine.func if isinstance(coroutine, ast.Call) else coroutine
        return Started(call, module, "run_coroutine_threadsafe", "an event loop in another thread", work)
    return None


def _pool_text(owner: Instance, module: Module) -> str:
    is_a = module.project.inference.is_a
    if is_a(owner, known.INTERPRETER_EXECUTOR):
        return "an interpreter pool"
    if is_a(owner, known.THREAD_EXECUTOR, known.THREAD_POOL):
        return "a thread pool"
    if is_a(owner, known.PROCESS_EXECUTOR, known.MP_POOL):
        return "a process pool"
    return "an executor"


# What the uses of a future tell


def is_asked(uses: Iterable[Use]) -> bool:
    """Whether somebody asks for the outcome, or may: it is awaited, returned, stored, passed to unknown code.

    Waiting is no asking, and neither is a look whether it is done.
    """
    return any(asks(use) for use in uses)


def asks(use: Use) -> bool:
    """Whether this use may bring the outcome to light."""
    match use.kind:
        case UseKind.METHOD:
            return use.name not in _NOT_ASKING
        case UseKind.PASSED:
            return _name(use) not in _WAITS | _LOOKING_CALLS | _ITERATING_CALLS
        case UseKind.LAMBDA:
            return not lambda_result_is_dropped(use)
        case kind:
            return kind not in _QUIET


def waits(uses: Iterable[Use]) -> list[Use]:
    """Uses that wait for completion: `wait` and `as_completed`."""
    return [use for use in uses if use.kind is UseKind.PASSED and use.name in _WAITS]


def is_iterated(uses: Iterable[Use]) -> bool:
    """Whether an iterator that these are the uses of is run through, or may be."""
    return any(asks(use) or (use.kind is UseKind.PASSED and _name(use) in _ITERATING_CALLS) or _is_searched(use) for use in uses)


def _is_searched(use: Use) -> bool:
    """Whether `x in results` runs through it."""
    return isinstance(use.node, ast.Compare) and any(isinstance(op, ast.In | ast.NotIn) for op in use.node.ops)


def is_polled(uses: Iterable[Use]) -> bool:
    """Whether its state is asked for, which tells nothing of the outcome."""
    return any(use.kind is UseKind.METHOD for use in uses)


def _name(use: Use) -> str:
    """The callee, with progress bars by their last name, wherever they come from."""
    last = use.name.rpartition(".")[2]
    return last if last in _ITERATING_CALLS else use.name


def lambda_result_is_dropped(use: Use) -> bool:
    """Whether the lambda that gives the value is handed to something that calls it for its effect: `call_later`, a timer."""
    above = use.module.parent(use.node)
    if isinstance(above, ast.keyword):
        above = use.module.parent(above)
    return isinstance(above, ast.Call) and last_name(above) in _DROPS_RESULT


def bound_name(uses: Iterable[Use]) -> str | None:
    """The variable that holds the value, or the container it is in."""
    names = [use.name for use in uses if use.kind in (UseKind.BOUND, UseKind.CONTAINED) and use.name]
    return names[-1] if names else None


def has_error_callback(start: Started) -> bool:
    """Whether a call of a `multiprocessing` pool's asynchronous methods is given one (`**options` may hold one)."""
    call = start.call
    return start.how.endswith("_async") and (argument(call, 4, "error_callback") is not None or any(k.arg is None for k in call.keywords))


def has_callback(start: Started) -> bool:
    """Whether such a call is given a callback for success."""
    return start.how.endswith("_async") and argument(start.call, 3, "callback") is not None


def is_asked_in_earnest(uses: Iterable[Use]) -> bool:
    """As `is_asked`; but in `for _ in as_completed(…)` and `done, _ = wait(…)` the name says nothing about failures."""
    return is_asked(use for use in uses if use.kind is not UseKind.IGNORED)


def is_asked_elsewhere(futures: ast.expr, module: Module, wait: ast.Call, *, cancelled: bool = True) -> bool:
    """Whether the futures of an argument are read by other code: through the same variable, or another that holds one of them.

    `cancelled` says whether giving one up counts as well.
    """
    inner = futures.value if isinstance(futures, ast.Starred) else futures
    whole = module.parent(wait)  # `run_until_complete(wait(tasks))` reads nothing either
    uses = [u for u in uses_of_variable(inner, module, depth=1) if u.node not in (wait, whole) and (cancelled or u.name != "cancel")]
    if is_asked_in_earnest(uses):
        return True
    names = [part for part in elements_of(inner, module).made if isinstance(part, ast.Name)]
    return any(is_asked(use for use in uses_of_variable(name, module) if use.node is not wait) for name in names)


def is_cleaning_up(call: ast.Call, module: Module) -> bool:
    """Whether the function around is one that ends things, or the call stands in a `finally`."""
    child: ast.AST = call
    for above in module.ancestors(call):
        if isinstance(above, ast.Try | ast.TryStar) and child in above.finalbody:
            return True
        if isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef):
            return CLEANING_UP.search(above.name) is not None and not above.name.startswith("test_")
        child = above
    return False
