"""Who takes from a queue where the project itself does not: users of its objects."""

from __future__ import annotations

import ast
from collections.abc import Collection

from pytest_gilcheck.rules.queues.producers import Endless, inside
from pytest_gilcheck.source.calls import argument, last_name
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.queues import QueueUse

_GIVING = frozenset({"__next__", "__anext__", "__iter__", "__aiter__", "__call__", "__await__"})


def is_given_away(take: QueueUse) -> bool:
    """Whether what is taken goes to a user of the object: a public method returns or yields it, and nobody here calls that."""
    function, module = take.function, take.module
    if function is None or function.cls is None or module.is_test:
        return False
    if function.name.startswith("_") and function.name not in _GIVING:
        return False
    names = set()
    for above in module.ancestors(take.node):
        if isinstance(above, ast.Return | ast.Yield):
            break
        if isinstance(above, ast.stmt):
            names = {target.id for target in above.targets if isinstance(target, ast.Name)} if isinstance(above, ast.Assign) else set()
            if not names:
                return False
            break
    given = (result.value for result in function.scope.results if result.value is not None)
    if names and not any(isinstance(part, ast.Name) and part.id in names for value in given for part in ast.walk(value)):
        return False
    return all(home.is_test for _, home in module.project.callers(function))


def is_for_users(maker: ast.Call, module: Module) -> bool:
    """Whether the queue is a public attribute that is not handed on: users of the object take from it."""
    above = module.parent(maker)
    while isinstance(above, ast.IfExp | ast.BoolOp):
        above = module.parent(above)
    target = above.targets[0] if isinstance(above, ast.Assign) else above.target if isinstance(above, ast.AnnAssign) else None
    if not isinstance(target, ast.Attribute) or target.attr.startswith("_"):
        return False
    return not any(
        isinstance(home.parent(use), ast.Call | ast.keyword) and maker in module.project.queues.made_by(use, home)
        for home in module.project.modules
        if not home.is_test
        for use in home.attribute_nodes(target.attr)
    )


def runs_elsewhere(endless: Endless) -> bool:
    """Whether a worker or the event loop runs the endless loop, and not only now and then: who started it goes on meanwhile."""
    function = endless.functions[-1]
    if function is None or not endless.module.project.workers.reaching(function):
        return False
    return not any(
        last_name(call) in ("sleep", "wait") and (call.args or argument(call, 0, "timeout") is not None)
        for call in function.calls
        if endless.module.is_within(call, endless.loop)
    )


def queues_beside(maker: ast.Call, module: Module) -> Collection[ast.AST]:
    """Other calls of the function that makes the queue: the queues among them go the same way as this one."""
    function = module.function_around(maker)
    return [call for call in function.calls if call is not maker] if function is not None else ()


def never_ends(endless: Endless) -> bool:
    """Whether nothing in the loop leaves it: whoever takes what it puts can't run after it."""
    loop = endless.loop
    if isinstance(loop, ast.AsyncFor):
        return True  # as long as the connection lasts
    return isinstance(loop, ast.While) and not any(isinstance(node, ast.Break | ast.Return) for node in inside(loop))
