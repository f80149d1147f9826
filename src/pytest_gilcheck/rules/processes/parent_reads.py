"""Who reads a variable in the process that started the worker, after the worker was started."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pytest_gilcheck.rules.processes.writes import Variable, Write
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.places import place_of
from pytest_gilcheck.source.starts import WorkerKind, WorkerStart
from pytest_gilcheck.source.values import Instance
from pytest_gilcheck.source.workers import Reach

_CHANGES = frozenset({"append", "extend", "add", "update", "insert", "appendleft", "extendleft", "clear", "remove", "discard"})
# Methods that somebody calls later than these.
_ENDED_BY = {
    "__enter__": ("__exit__",),
    "__aenter__": ("__aexit__",),
    "setUp": ("tearDown",),
    "asyncSetUp": ("asyncTearDown",),
    "start": ("stop", "join", "close", "shutdown"),
}
_MAX_CALLERS = 3  # calls between the function that starts the worker and the one that reads


def reader_of(write: Write, variable: Variable, reach: Reach) -> tuple[ast.expr, Module] | None:
    """A place that reads the variable in the parent once the worker has been started; `None` if there is none."""
    found = [(node, module) for node, module in _loads(variable) if _reads(node, module) and not _is_in_worker(node, module, reach)]
    after = _After(reach.start)
    for node, module in found:
        if after.includes(node, module) or _closes_what_starts(module.function_around(node), reach.start):
            return node, module
    if write.adds and not _is_called_by_parent(reach.chain[-1]):
        return next((one for one in found if not after.precedes(*one)), None)
    return None


def _closes_what_starts(function: Function | None, start: WorkerStart) -> bool:
    """Whether the function is the one of the class that is called when what the start stands in is to end."""
    starter = start.module.function_around(start.node)
    if function is None or starter is None or function.cls is None or function.cls is not starter.cls:
        return False
    return function.name in _ENDED_BY.get(starter.name, ())


def _loads(variable: Variable) -> Iterator[tuple[ast.expr, Module]]:
    node, module = variable.node, variable.module
    project = module.project
    if variable.cls is not None:
        assert isinstance(node, ast.Attribute), "classes have attributes"
        for other in project.modules:
            for attribute in other.attribute_nodes(node.attr):
                if isinstance(attribute.ctx, ast.Load) and _is_of(variable.cls, attribute, other):
                    yield attribute, other
        return
    if isinstance(node, ast.Name):
        owner = module.scope_at(node).owner(node.id)
        if owner is None:
            return
        yield from ((use, module) for use in owner.uses(node.id))
        if owner.parent is not None:
            return
    place = place_of(node, module, project)
    for other in project.modules:
        if place is None or variable.name not in other.text:
            continue
        for attribute in other.attribute_nodes(variable.name):
            if isinstance(attribute.ctx, ast.Load) and place_of(attribute, other, project) == place:
                yield attribute, other
        imported = other.scope.owner(variable.name) if other is not module or isinstance(node, ast.Attribute) else None
        for use in imported.uses(variable.name) if imported is not None else ():
            if place_of(use, other, project) == place:
                yield use, other


def _is_of(cls: Class, attribute: ast.Attribute, module: Module) -> bool:
    """Whether the attribute is one of the class or its objects."""
    mro = module.project.inference.mro
    for value in module.project.values(attribute.value, module):
        found = value if isinstance(value, Class) else value.type if isinstance(value, Instance) else None
        if isinstance(found, Class) and (cls in mro(found) or found in mro(cls)):
            return True
    return False


def _reads(node: ast.expr, module: Module) -> bool:
    """Whether what stands there is looked at, and not only changed or handed on to a worker."""
    above = module.parent(node)
    child: ast.AST = node
    while isinstance(above, ast.Subscript) and above.value is child:
        if not isinstance(above.ctx, ast.Load):
            return False
        child, above = above, module.parent(above)
    if isinstance(above, ast.Attribute):
        call = module.parent(above)
        if not isinstance(above.ctx, ast.Load):
            return False
        if isinstance(call, ast.Call) and above.attr in _CHANGES and isinstance(module.parent(call), ast.Expr):
            return False
    return True


def _is_in_worker(node: ast.expr, module: Module, reach: Reach) -> bool:
    function = module.function_around(node)
    while function is not None:
        if function in reach.chain or module.project.workers.reaching(function, WorkerKind.PROCESS):
            return True
        function = module.function_around(function.node)
    start = reach.start
    return module is start.module and module.is_within(node, start.node)


def _is_called_by_parent(function: Function) -> bool:
    """Whether code that runs in no worker calls the function itself."""
    workers = function.module.project.workers
    return any(
        (around := module.function_around(call)) is None or not workers.reaching(around, WorkerKind.PROCESS)
        for call, module in function.module.project.callers(function)
    )


class _After:
    """What runs after a start: the rest of its function, of that function's callers, and what is called there."""

    def __init__(self, start: WorkerStart) -> None:
        self.points: dict[tuple[Module, Function | None], ast.AST] = {}
        node = start.node
        if not isinstance(node, ast.Call):
            return
        self._project = start.module.project
        layer: list[tuple[ast.Call, Module]] = [(node, start.module)]
        for _ in range(_MAX_CALLERS):
            above: list[tuple[ast.Call, Module]] = []
            for call, module in layer:
                function = module.function_around(call)
                if (module, function) in self.points:
                    continue
                self.points[(module, function)] = call
                if function is not None:
                    above += self._project.callers(function)
            layer = above

    def includes(self, node: ast.expr, module: Module) -> bool:
        """Whether the node runs after the start, as far as the order of lines tells."""
        function = module.function_around(node)
        point = self.points.get((module, function))
        if point is not None:
            return self._follows(node, point, module)
        return function is not None and any(
            (at := self.points.get((home, home.function_around(call)))) is not None and self._follows(call, at, home)
            for call, home in module.project.callers(function)
        )

    def precedes(self, node: ast.expr, module: Module) -> bool:
        """Whether it is in one of these functions, before the start."""
        return (module, module.function_around(node)) in self.points

    def _follows(self, node: ast.AST, point: ast.AST, module: Module) -> bool:
        if getattr(node, "lineno", 0) > getattr(point, "end_lineno", 0):
            return True
        loop = module.loop_around(point)
        return isinstance(loop, ast.For | ast.While | ast.AsyncFor) and module.is_within(node, loop) and not _is_head(node, loop, module)


def _is_head(node: ast.AST, loop: ast.For | ast.While | ast.AsyncFor, module: Module) -> bool:
    return not isinstance(loop, ast.While) and (module.is_within(node, loop.iter) or module.is_within(node, loop.target))


def is_sent(variable: Variable, reach: Reach) -> bool:
    """Whether the worker sends the variable back: returns it, or puts it into a queue or pipe."""
    # An item of it is enough for somebody who keeps the results.
    taken = not isinstance(reach.start.module.parent(reach.start.node), ast.Expr)
    wrappers = (ast.Tuple, ast.List, ast.Dict, ast.Starred, *((ast.Subscript,) if taken else ()))
    for function in reach.chain:
        module = function.module
        for use in _uses_in(function, variable):
            above = module.parent(use)
            while isinstance(above, wrappers):
                above = module.parent(above)
            if isinstance(above, ast.Return | ast.Yield) and reach.start.how != "Process":
                return True
            if isinstance(above, ast.Call):
                if last_name(above) in ("put", "put_nowait", "send", "send_bytes", "dump", "dumps"):
                    return True
                if isinstance(module.parent(above), ast.Return) and reach.start.how != "Process":
                    return True
    return False


def _uses_in(function: Function, variable: Variable) -> Iterator[ast.expr]:
    module = function.module
    for node in module.attribute_nodes(variable.name):
        if module.function_around(node) is function:
            yield node
    yield from function.scope.loads.get(variable.name, ())
