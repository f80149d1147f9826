"""GIL406 local-lock."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pytest_gilcheck.model.evidence import Evidence, Level
from pytest_gilcheck.model.rule import Page
from pytest_gilcheck.rules.locks.examples import local_lock as examples
from pytest_gilcheck.source import known
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.rule import SourceRule, Suspicion
from pytest_gilcheck.source.scopes import COMPREHENSIONS, FUNCTIONS, Scope
from pytest_gilcheck.source.starts import WorkerStart
from pytest_gilcheck.source.values import Instance

_NAMES = ("Lock", "RLock", "Condition", "Semaphore", "BoundedSemaphore", "allocate_lock", "allocate")
_ELSEWHERE = frozenset({"anyio.Lock", "anyio.Semaphore", "trio.Lock", "trio.Semaphore", "gevent.lock.RLock", "gevent.lock.Semaphore"})
_KINDS = known.LOCKS | known.SEMAPHORES | _ELSEWHERE
_TAKES = frozenset({"acquire", "__enter__", "__aenter__"})
_OWN_METHODS = _TAKES | {"release", "locked", "__exit__", "__aexit__"}
_KEEPS = frozenset({"cache", "lru_cache", "cached_property", "fixture", "memoize", "singleton", "cached"})


class LocalLock(SourceRule):
    """Locks that are made anew in each call of the function that takes them."""

    code = "GIL406"
    name = "local-lock"
    fails_from = Evidence.SUSPECTED
    page = Page(
        what="""\
A lock, condition or semaphore is made in the function that takes it, or made anew for each call, and nobody else ever gets it. The
forms are `with Lock():`, a local `lock = Lock()` that only this function takes, a function or property that gives a new lock each
time, an attribute that is replaced right before it is taken, and one lock for each thread.""",
        why="""\
A lock excludes those who take the same lock. Each call has its own here, so every thread gets in at once: the code looks guarded,
and updates are lost as if it had no lock at all. The same holds for a semaphore that is meant to limit how many run at once.""",
        instead="""\
Make the lock once, where the data is made that it guards: beside the module variable, in `__init__`, or in the function that
starts the workers, and hand the same one to all of them.""",
        observed="Not observed while tests run: the finding rests on the source.",
        limits="""\
A lock that is passed on, stored, returned or used in a nested function is taken for shared. A lock that is kept in each worker's own
object is not told from a shared one. In tests, a lock is flagged only in code that a worker runs.""",
        references=(
            "[threading.Lock](https://docs.python.org/3/library/threading.html#lock-objects)",
            "[CWE-820: Missing Synchronization](https://cwe.mitre.org/data/definitions/820.html)",
        ),
    )
    bad = examples.BAD
    good = examples.GOOD

    def check(self, module: Module) -> Iterator[Suspicion]:
        """Locks of one call in this module."""
        for call in (*module.calls_to(*_NAMES), *module.calls_renamed(*_NAMES)):
            if not _makes_lock(call, module):
                continue
            found = self._given_to_one(call, module) or self._of_one_call(call, module)
            if found is not None:
                yield found

    def _of_one_call(self, call: ast.Call, module: Module) -> Suspicion | None:
        if module.is_test and not _runs_in_worker(module.function_around(call), module):
            return None  # such a test is about the lock itself
        name = ast.unparse(call)
        above = module.parent(call)
        match above:
            case ast.withitem():
                message = f"`with {name}:` makes a new lock each time it is run: no other thread ever waits for it, so it excludes nobody."
                return Suspicion(call, message, _home(call, module))
            case ast.Attribute() if above.attr in _TAKES and isinstance(module.parent(above), ast.Call):
                message = f"`{name}` makes a new lock and takes it at once: no other thread ever waits for it, so it excludes nobody."
                return Suspicion(call, message, _home(call, module))
            case ast.Return():
                return self._given_anew(call, module)
            case (
                ast.Assign(targets=[ast.Name() | ast.Attribute() as target]) | ast.AnnAssign(target=ast.Name() | ast.Attribute() as target)
            ):
                return self._assigned(call, target, module)
            case ast.Call(func=ast.Attribute(attr="get", value=table), args=[_, given]) if given is call:
                if not isinstance(module.parent(above), ast.withitem):
                    return None
                message = (
                    f"Where `{ast.unparse(table)}.get` finds nothing, the new `{name}` is taken and forgotten: "
                    "the next thread gets another one, and both go in."
                )
                return Suspicion(call, message, f"Use `{ast.unparse(table)}.setdefault(…)`, which keeps the new one.", Level.WARNING)
            case _:
                return None

    def _assigned(self, call: ast.Call, target: ast.Name | ast.Attribute, module: Module) -> Suspicion | None:
        scope = module.scope_at(call)
        if not isinstance(scope.node, FUNCTIONS):
            return None
        function = module.function_at(scope.node)
        if isinstance(target, ast.Name):
            taken = _taken_by_name(target, scope, module)
        else:
            taken = _taken_by_attribute(target, function, module)
        if taken is None:
            return None
        variable = ast.unparse(target)
        message = (
            f"`{variable}` is made in each call of `{function.qualname}` and taken at line {taken.lineno} by that call alone: "
            "every other call has one of its own, so it keeps nobody out."
        )
        return Suspicion(call, message, _home(call, module))

    def _given_anew(self, call: ast.Call, module: Module) -> Suspicion | None:
        """A function or property whose every call gives a new lock, and that somebody takes without keeping it."""
        function = module.function_around(call)
        if function is None or module.scope_at(call) is not function.scope or len(function.scope.results) != 1:
            return None
        names = {last_name(decorator) for decorator in function.decorators}
        if names & _KEEPS:
            return None
        users: list[tuple[ast.expr, Module]] = list(module.project.callers(function))
        if "property" in names:
            read = [(node, other) for other in module.project.modules for node in other.attribute_nodes(function.name)]
            users = [(node, other) for node, other in read if _is_property_of(node, function, other)]
        for user, other in users:
            if isinstance(other.parent(user), ast.withitem):
                message = (
                    f"`{function.qualname}` makes a new lock for everybody who asks; {other.path}:{user.lineno} takes the one it gets "
                    "and forgets it, so it excludes nobody."
                )
                return Suspicion(call, message, f"Make the lock once and let `{function.name}` give that one.")
        return None

    def _given_to_one(self, call: ast.Call, module: Module) -> Suspicion | None:
        """`Thread(target=work, args=(Lock(),))`: nobody but this one worker has it, and that only takes it."""
        above = module.parent(call)
        holder = module.parent(above) if isinstance(above, ast.Tuple | ast.List) else above
        while isinstance(holder, ast.keyword | ast.Tuple):
            holder = module.parent(holder)
        if not isinstance(holder, ast.Call) or holder.func is call:
            return None
        for start in module.project.workers.starts_in(module):
            if start.each or start.node is not holder or call not in (*start.arguments, *(k.value for k in start.keywords)):
                continue
            worker = _takes_parameter(start, call)
            if worker is not None:
                message = (
                    f"This lock is made for one start of `{worker.qualname}` only ({start.how}), and nobody else has it: "
                    "each worker takes a lock of its own, so it excludes nobody."
                )
                return Suspicion(call, message, "Make one lock before the workers are started and hand the same one to each of them.")
        return None


def _makes_lock(call: ast.Call, module: Module) -> bool:
    if last_name(call) == "Condition" and (call.args or call.keywords):
        return False  # over a lock that others have
    values = module.project.values(call, module)
    return bool(values) and all(isinstance(value, Instance) and value.type in _KINDS for value in values)


def _runs_in_worker(function: Function | None, module: Module) -> bool:
    return function is not None and bool(module.project.workers.reaching(function))


def _taken_by_name(target: ast.Name, scope: Scope, module: Module) -> ast.expr | None:
    """Where the function takes it; `None` if it doesn't, or if anybody else may have it."""
    owner = scope.owner(target.id)
    if owner is None or any(
        binding.kind != "assign" or not isinstance(binding.value, ast.Call) or not _makes_lock(binding.value, module)
        for binding in module.bindings(owner, target.id)
    ):
        return None
    if owner is not scope and owner.parent is None and module.project.is_named_elsewhere(target.id, module):
        return None
    return _taken(list(owner.uses(target.id)), scope, module)


def _taken_by_attribute(target: ast.Attribute, function: Function, module: Module) -> ast.expr | None:
    """Where the function takes the attribute that it has just replaced; `None` if any other code uses it."""
    if not (isinstance(target.value, ast.Name) and target.value.id == function.self_name) or function.name.startswith("__"):
        return None
    uses = [(node, other) for other in module.project.naming(f".{target.attr}") for node in other.attribute_nodes(target.attr)]
    if any(other is not module for _, other in uses):
        return None
    block = module.block_of(module.statement_of(target))
    nodes = [node for node, _ in uses if isinstance(node.ctx, ast.Load)]
    stores = [node for node, _ in uses if not isinstance(node.ctx, ast.Load) and node is not target]
    storing = [module.function_around(node) for node in stores]
    if any(other is None or other.name != "__init__" for other in storing):
        return None
    if block is not function.body and not any(node.lineno > target.lineno and _stands_in(node, block, module) for node in nodes):
        return None
    return _taken(nodes, function.scope, module)


def _stands_in(node: ast.AST, block: object, module: Module) -> bool:
    return any(getattr(module.parent(above), "body", None) is block for above in (node, *module.ancestors(node)))


def _taken(uses: list[ast.Name] | list[ast.Attribute], scope: Scope, module: Module) -> ast.expr | None:
    taken: ast.expr | None = None
    for use in sorted(uses, key=lambda use: (use.lineno, use.col_offset)):
        inner: Scope | None = module.scope_at(use)
        while inner is not None and isinstance(inner.node, COMPREHENSIONS):
            inner = inner.parent
        above = module.parent(use)
        if inner is not scope:
            return None
        if isinstance(above, ast.withitem):
            if above.optional_vars is not None:
                return None
            taken = taken or use
            continue
        if not (isinstance(above, ast.Attribute) and above.attr in _OWN_METHODS):
            return None
        called = module.parent(above)
        if not (isinstance(called, ast.Call) and called.func is above):
            return None
        if above.attr == "locked" or (taken is not None and above.attr in _TAKES and (called.args or called.keywords)):
            return None  # it is tried out, to see what a lock does
        if above.attr in _TAKES:
            taken = taken or use
    return taken


def _takes_parameter(start: WorkerStart, call: ast.Call) -> Function | None:
    """The worker that takes the lock and does nothing else with it."""
    for function in start.functions:
        for name, given in start.arguments_of(function).items():
            if given is call and _taken(list(function.scope.uses(name)), function.scope, function.module) is not None:
                return function
    return None


def _is_property_of(node: ast.Attribute, function: Function, module: Module) -> bool:
    return any(
        isinstance(value, Instance) and not isinstance(value.type, str) and module.project.method(value.type, node.attr) is function
        for value in module.project.values(node.value, module)
    )


def _home(call: ast.Call, module: Module) -> str:
    function = module.function_around(call)
    name = ast.unparse(call)
    if function is not None and function.self_name is not None:
        return (
            f"Make it once where all threads get the same one: `self._lock = {name}` in `__init__` if they share the object, "
            "else at module level; and take that one in every method that uses the same data."
        )
    if function is not None and function.scope.parent is not None and function.scope.parent.is_function:
        return f"Make it once (`lock = {name}` in the function around `{function.name}`) and take that one in every call."
    return f"Make it once beside the data it guards (`lock = {name}` at module level) and take that one in every call."
