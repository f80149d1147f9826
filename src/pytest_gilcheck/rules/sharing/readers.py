"""Who looks at a variable that workers update."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.places import Place, place_of
from pytest_gilcheck.source.scopes import FUNCTIONS
from pytest_gilcheck.source.updates import Update
from pytest_gilcheck.source.values import Instance


def reader_of(update: Update) -> tuple[ast.expr, Module] | None:
    """A place outside of the worker that reads what the update writes, asserting ones first; `None` if nobody does."""
    found = [(node, module) for node, module in _loads(update) if _counts(node, module, update)]
    asserting = [(node, module) for node, module in found if any(isinstance(above, ast.Assert) for above in module.ancestors(node))]
    return next(iter(asserting or found), None)


def is_never_read(update: Update) -> bool:
    """Whether the variable has a private name, and its file does nothing with it but count."""
    module, name = update.module, update.name
    if not name.startswith("_") or name.endswith("__") or update.read is not update.target:
        return False
    owner = module.scope_at(update.target).owner(name) if isinstance(update.target, ast.Name) else None
    uses: list[ast.expr] = list(owner.uses(name)) if owner is not None else list(module.attribute_nodes(name))
    return not any(isinstance(getattr(use, "ctx", None), ast.Load) and not _is_written_into(use, module) for use in uses)


def _is_written_into(use: ast.expr, module: Module) -> bool:
    above = module.parent(use)
    return isinstance(above, ast.Subscript) and above.value is use and not isinstance(above.ctx, ast.Load)


def _loads(update: Update) -> Iterator[tuple[ast.expr, Module]]:
    target: ast.expr = update.target
    while isinstance(target, ast.Subscript):
        target = target.value
    module = update.module
    project = module.project
    if isinstance(target, ast.Name):
        owner = module.scope_at(target).owner(target.id)
        if owner is not None:
            yield from ((use, module) for use in owner.uses(target.id))
            if (function := module.function_around(target)) is not None and function.scope is owner and target.id in function.parameters:
                yield from _given_loads(function, target.id)
        if owner is None or owner.parent is not None:
            return
        place = place_of(target, module, project)
        for other in project.modules:
            if other is module or target.id not in other.text:
                continue
            for attribute in other.attribute_nodes(target.id):
                if place_of(attribute, other, project) == place:
                    yield attribute, other
            if (imported := other.scope.owner(target.id)) is not None:
                first = next(iter(imported.uses(target.id)), None)
                if first is not None and place_of(first, other, project) == place:
                    yield first, other
        return
    if isinstance(target, ast.Attribute):
        place = _class_place(target, module) or place_of(target, module, project)
        for other in (module, *(m for m in project.modules if m is not module)):
            for attribute in other.attribute_nodes(target.attr):
                if isinstance(attribute.ctx, ast.Load):
                    theirs = place_of(attribute, other, project)
                    alike = theirs == place or (other is module and _looks_the_same(attribute, target, module))
                    if alike and not _is_of_a_sibling(attribute, other, target, module):
                        yield attribute, other


def _is_of_a_sibling(one: ast.Attribute, theirs: Module, other: ast.Attribute, ours: Module) -> bool:
    """Whether both are attributes of `self`, in classes of which neither is a base of the other: never of one object."""
    first, second = _class_of_self(one, theirs), _class_of_self(other, ours)
    if first is None or second is None:
        return False
    mro = ours.project.inference.mro
    return first not in mro(second) and second not in mro(first)


def _class_of_self(attribute: ast.Attribute, module: Module) -> Class | None:
    around = module.function_around(attribute)
    of_self = around is not None and isinstance(attribute.value, ast.Name) and attribute.value.id == around.self_name
    return around.cls if around is not None and of_self else None


def _given_loads(function: Function, parameter: str, depth: int = 0) -> Iterator[tuple[ast.expr, Module]]:
    """Uses of what callers and starts give for a parameter, where they have it in a variable."""
    for given, module in function.module.project.arguments_for(function, parameter):
        if isinstance(given, ast.Name) and (owner := module.scope_at(given).owner(given.id)) is not None:
            around = module.function_around(given)
            if around is not None and around.scope is owner and given.id in around.parameters:
                if depth < 2:
                    yield from _given_loads(around, given.id, depth + 1)
            else:
                yield from ((use, module) for use in owner.uses(given.id) if not _is_passed(use, given, module))


def _is_passed(use: ast.expr, given: ast.expr, module: Module) -> bool:
    """Whether it is given to a call that gives it to the worker."""
    return use is given or module.statement_of(use) is module.statement_of(given)


def _class_place(target: ast.Attribute, module: Module) -> Place | None:
    """`type(self).n` and `self.__class__.n` are attributes of the method's class."""
    base = target.value
    around = module.class_around(target)
    by_type = isinstance(base, ast.Call) and last_name(base) == "type"
    if around is None or not (by_type or (isinstance(base, ast.Attribute) and base.attr == "__class__")):
        return None
    return Place("attribute", f"{module.path}:{around.qualname}", target.attr)


def _is_shared_memory(node: ast.Attribute, module: Module) -> bool:
    return any(
        isinstance(v, Instance) and v.type in ("multiprocessing.Value", "multiprocessing.RawValue")
        for v in module.project.values(node.value, module)
    )


def _looks_the_same(one: ast.Attribute, other: ast.Attribute, module: Module) -> bool:
    if last_name(other.value) == "server":  # a handler's `self.server` has another name where it was made
        return last_name(one.value).lower().endswith("server")
    if other.attr == "value" and _is_shared_memory(other, module):
        return _is_shared_memory(one, module)  # the processes have it under another name
    return one is not other and isinstance(one.value, ast.Name) and isinstance(other.value, ast.Name) and one.value.id == other.value.id


def _counts(node: ast.expr, module: Module, update: Update) -> bool:
    function = module.function_around(node)
    if not isinstance(getattr(node, "ctx", None), ast.Load):
        return False
    statement = module.statement_of(node)
    if isinstance(statement, ast.AugAssign) and module.is_within(node, statement.target):
        return False  # `hits[k] += 1` somewhere else reads to write
    above = module.parent(node)
    if isinstance(above, ast.Subscript) and above.value is node and not isinstance(above.ctx, ast.Load):
        return False  # `hits[k] = 0`
    worker = update.module.function_around(update.node)
    if function is worker and worker is not None:
        return False
    return not _is_inside(function, worker) and not _is_argument_of_start(node, module)


def _is_inside(function: Function | None, worker: Function | None) -> bool:
    if function is None or worker is None or function.module is not worker.module:
        return False
    scope = function.scope.parent
    while scope is not None:
        if isinstance(scope.node, FUNCTIONS) and scope is worker.scope:
            return True
        scope = scope.parent
    return False


def _is_argument_of_start(node: ast.expr, module: Module) -> bool:
    """Given to the worker itself: `Thread(target=count, args=(hits,))`."""
    starts = {id(start.node) for start in module.project.workers.starts_in(module)}
    return any(id(above) in starts for above in module.ancestors(node))
