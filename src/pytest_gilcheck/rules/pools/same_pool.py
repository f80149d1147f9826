"""Whether a task that submits to a pool runs in that very pool."""

from __future__ import annotations

import ast

from pytest_gilcheck.source.calls import argument, bind, last_name
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.places import Place, place_of
from pytest_gilcheck.source.values import Instance
from pytest_gilcheck.source.workers import Reach

_CACHES = frozenset({"cache", "lru_cache", "cached_property", "singleton", "fixture"})
_UNBOUNDED = 10_000  # workers; more tasks than that don't wait for one another in practice
_SIZES = ("max_workers", "processes")


def is_same_pool(pool: ast.expr, module: Module, reach: Reach) -> bool:
    """Whether `pool`, used in the last function of the chain, is the pool that runs the chain."""
    start = reach.start
    if start.pool_node is None:
        return False
    expression, home, frame = _given(pool, module, reach)
    if expression is None:
        return False
    if frame < 0 or not _is_own_local(expression, home, reach.chain[frame]):
        mine = place_of(expression, home, home.project)
        theirs = place_of(start.pool_node, start.module, start.module.project)
        if mine is not None and mine == theirs:
            return not _is_made_in(reach.chain, mine) and _is_same_owner(mine, expression, reach)
    return _has_same_maker(expression, home, reach)


def _given(pool: ast.expr, module: Module, reach: Reach) -> tuple[ast.expr | None, Module, int]:
    """What was passed for the pool, as far up the chain as it is a parameter; frame -1 is the code that starts the worker."""
    expression, home, frame = pool, module, len(reach.chain) - 1
    while frame >= 0 and isinstance(expression, ast.Name):
        function = reach.chain[frame]
        owner = home.scope_at(expression).owner(expression.id)
        names = {arg.arg for arg in (*function.node.args.posonlyargs, *function.node.args.args, *function.node.args.kwonlyargs)}
        if owner is not function.scope or expression.id not in names or expression.id == function.self_name:
            break
        if frame:
            call = reach.calls[frame - 1]
            given = bind(function, call.args, call.keywords).get(expression.id)
            home = reach.chain[frame - 1].module
        else:
            given = reach.start.arguments_of(function).get(expression.id) or _repeated(reach, function, expression.id)
            home = reach.start.module
        if given is None:
            return None, home, frame
        expression, frame = given, frame - 1
    return expression, home, frame


def _repeated(reach: Reach, function: Function, name: str) -> ast.expr | None:
    """The one thing that every task of a `map` gets for a parameter: `pool.map(task, repeat(pool), items)`."""
    position = function.parameters.index(name) if name in function.parameters else -1
    if not reach.start.each or not 0 <= position < len(reach.start.arguments):
        return None
    match reach.start.arguments[position]:
        case ast.Call(args=[one, *_]) as call if last_name(call) == "repeat":
            return one
        case ast.BinOp(op=ast.Mult(), left=ast.List(elts=[one]) | ast.Tuple(elts=[one])):
            return one
        case _:
            return None


def _is_own_local(expression: ast.expr, module: Module, function: Function) -> bool:
    return isinstance(expression, ast.Name) and module.scope_at(expression).owner(expression.id) is function.scope


def _is_made_in(chain: tuple[Function, ...], place: Place) -> bool:
    """Whether each run of the worker has a variable of its own by that name."""
    return place.kind == "local" and any(place.owner == f"{function.module.path}:{function.qualname}" for function in chain[:-1])


def _is_same_owner(place: Place, expression: ast.expr, reach: Reach) -> bool:
    """Whether an attribute is that of one object: the chain stays with whoever submits, or the class has one pool for all."""
    start = reach.start
    if place.kind != "attribute" or start.receiver is None or not isinstance(start.pool_node, ast.Attribute):
        return True
    if ast.dump(start.receiver) == ast.dump(start.pool_node.value) and _stays_with_self(expression, reach):
        return True
    for value in start.module.project.values(start.pool_node.value, start.module):
        cls = value.type if isinstance(value, Instance) else value
        for base in start.module.project.inference.mro(cls) if isinstance(cls, Class) else ():
            bindings = base.attributes.get(place.name, []) if isinstance(base, Class) else []
            for binding in bindings:
                # A pool that each object makes for itself is another one in another object.
                if isinstance(binding.node, ast.Attribute) and isinstance(binding.value, ast.Call):
                    return False
    return True


def _stays_with_self(expression: ast.expr, reach: Reach) -> bool:
    """Whether the pool's object is the worker's own `self`, and each method of the chain is called on it."""
    if not isinstance(expression, ast.Attribute) or not isinstance(expression.value, ast.Name):
        return False
    for caller, callee, call in zip(reach.chain, reach.chain[1:], reach.calls, strict=False):
        if callee.self_name is not None and caller.self_name is not None:
            receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
            if not (isinstance(receiver, ast.Name) and receiver.id == caller.self_name):
                return False
    return True


def _has_same_maker(expression: ast.expr, module: Module, reach: Reach) -> bool:
    start = reach.start
    assert start.pool_node is not None, "the caller looked"
    values = module.project.values(expression, module)
    mine = {value.call: value.module for value in values if isinstance(value, Instance) and value.call is not None}
    for value in start.module.project.values(start.pool_node, start.module):
        if isinstance(value, Instance) and value.call in mine and (home := mine[value.call]) is not None and value.call is not None:
            return _makes_one(value.call, home, reach)
    return False


def _makes_one(maker: ast.expr, module: Module, reach: Reach) -> bool:
    """Whether the expression makes one pool that both have, rather than one for each."""
    function = module.function_around(maker)
    if function is None:
        return True
    if function in reach.chain:
        return False
    statement = module.statement_of(maker)
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target] if isinstance(statement, ast.AnnAssign) else []
    if any(_outlives(target, module) for target in targets):
        return True
    if any(last_name(decorator) in _CACHES for decorator in function.decorators):
        return True
    starter = reach.start.module.function_around(reach.start.node)
    return starter is not None and any(scope is function.scope for scope in _scopes_out(starter))


def _outlives(target: ast.expr, module: Module) -> bool:
    """Whether what is assigned there is still there when the function is over."""
    if isinstance(target, ast.Name):
        owner = module.scope_at(target).owner(target.id)
        return owner is not None and owner.parent is None
    return isinstance(target, ast.Attribute | ast.Subscript)


def _scopes_out(function: Function) -> list[object]:
    found: list[object] = []
    scope = function.scope
    while scope.parent is not None:
        found.append(scope)
        scope = scope.parent
    return found


def workers_of(pool: ast.expr, module: Module) -> int | None:
    """How many workers the pool has, if a number says so; `None` when it doesn't."""
    for value in module.project.values(pool, module):
        if isinstance(value, Instance) and isinstance(value.call, ast.Call):
            for keyword in _SIZES:
                size = argument(value.call, 0, keyword)
                if isinstance(size, ast.Constant) and isinstance(size.value, int):
                    return size.value
    return None


def is_unbounded(pool: ast.expr, module: Module) -> bool:
    """Whether the pool has a worker for every task that there can be."""
    size = workers_of(pool, module)
    if size is not None:
        return size >= _UNBOUNDED
    for value in module.project.values(pool, module):
        if isinstance(value, Instance) and isinstance(value.call, ast.Call):
            given = argument(value.call, 0, "max_workers")
            if given is not None and last_name(given) in ("maxsize", "inf"):
                return True
    return False
