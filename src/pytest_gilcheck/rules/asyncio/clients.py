"""Calls of libraries that wait for a server or a device: where the object comes from, through attributes and what it gives."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from weakref import WeakKeyDictionary

from pytest_gilcheck.rules.asyncio.blocking_calls import Blocking
from pytest_gilcheck.rules.asyncio.client import Client
from pytest_gilcheck.rules.asyncio.cloud_clients import CLOUD_CLIENTS
from pytest_gilcheck.rules.asyncio.server_clients import SERVER_CLIENTS
from pytest_gilcheck.source.bindings import Binding
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.imports import imported_from, name_imported_from, roots_imported
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.parameters import annotated
from pytest_gilcheck.source.project import Project
from pytest_gilcheck.source.scopes import FUNCTIONS
from pytest_gilcheck.source.values import External, Instance, Method

_IMPORT = re.compile(rb"^(?:import|from)[ \t]+([a-z]\w*)", re.MULTILINE)
_TOP = 4_000  # bytes of a file in which its imports stand, mostly
_MAX_DEPTH = 8  # steps from a call back to what made the object
_ITERATING = frozenset({"list", "tuple", "set", "sorted", "next", "sum", "dict", "any", "all", "min", "max"})
# Members that hold settings and answers: asking them asks nobody else.
_DATA = frozenset(
    {
        "headers", "cookies", "params", "auth", "adapters", "hooks", "proxies", "config", "meta", "options", "settings", "info", "args",
        "kwargs", "exceptions", "connection_pool", "metadata", "state", "text", "content", "json", "data", "body",
    }
)  # fmt: skip
_INJECTING = frozenset({"Depends", "Security"})
# Functions that have another one run in a thread, when they are awaited, and where it stands among the arguments.
_IN_THREADS = {"to_thread": 0, "run_in_executor": 1, "run_in_threadpool": 0, "run_sync": 0, "run_in_thread": 0}
_OPENERS = frozenset({"enter_context", "closing"})

_TABLE = (*CLOUD_CLIENTS, *SERVER_CLIENTS)
_EXACT: dict[str, list[Client]] = {}
_WILD: list[tuple[re.Pattern[str], Client]] = []
for _makers, _client in _TABLE:
    for _maker in _makers.split():
        if "*" in _maker:
            _WILD.append((re.compile(re.escape(_maker).replace(r"\*", r"\w+")), _client))
        else:
            _EXACT.setdefault(_maker, []).append(_client)
_LIBRARIES = frozenset(maker.partition(".")[0] for makers, _ in _TABLE for maker in makers.split())

_ANY_NAME = frozenset({"xmlrpc", "zeep", "suds"})  # whose methods have the names that a server gives them

Made = tuple[str, tuple[str, ...]]
"""What made an object, and through which members of that it came."""


@dataclass(slots=True, eq=False)
class _Known:
    """What was found out of one project; `names` matches methods under which a client of its may wait."""

    names: re.Pattern[str] | None
    made: dict[ast.AST, Made | None] = field(default_factory=dict)


_known: WeakKeyDictionary[Project, _Known] = WeakKeyDictionary()


def method_names(module: Module) -> Iterator[str]:
    """Names called in the module under which a client that the project uses may wait."""
    names = _known_of(module.project).names
    own = _ANY_NAME & roots_imported(module)
    if names is not None or own:
        yield from (name for name in module.called_names if own or (names is not None and names.fullmatch(name)))


def _known_of(project: Project) -> _Known:
    found = _known.get(project)
    if found is None:
        imported = {root for module in project.modules for root in roots_imported(module)} | set(_imported_beside(project))
        imported &= _LIBRARIES - _ANY_NAME
        clients = [client for makers, client in _TABLE if any(maker.partition(".")[0] in imported for maker in makers.split())]
        patterns = {
            pattern.pattern
            for client in clients
            for pattern in (client.methods, client.lazy, *client.below.values())
            if pattern is not None
        }
        found = _known[project] = _Known(re.compile("|".join(sorted(patterns))) if patterns else None)
    return found


def _imported_beside(project: Project) -> Iterator[str]:
    """What the modules import that code on a loop imports, where those have nothing concurrent in them: `store.py` that makes a client."""
    seen: set[tuple[str, str]] = set()
    for module in {function.module for function in project.event_loop.functions}:
        for statement in module.nodes(ast.ImportFrom):
            dotted = name_imported_from(statement, module)
            for name in (dotted, *(f"{dotted}.{alias.name}" for alias in statement.names)):
                if (key := (name, module.path.rpartition("/")[0])) not in seen:
                    seen.add(key)
                    yield from (found.decode() for found in _IMPORT.findall(project.text_of(name, module)[:_TOP]))


def blocking_of_client(call: ast.Call, module: Module) -> Blocking | None:
    """How the call of a client's method waits; `None` when it is none, or doesn't."""
    if not isinstance(call.func, ast.Attribute):
        return None
    made = _made(call.func.value, module, 0)
    if made is None:
        return None
    maker, members = made
    for client in clients_made_by(maker):
        if _waits(client, call.func.attr, members, call, module):
            blocking = client.blocking
            return None if blocking.at_once is not None and blocking.at_once(call) else blocking
    return None


@cache
def clients_made_by(maker: str) -> tuple[Client, ...]:
    """What is known of the objects that calling this name gives."""
    return (*_EXACT.get(maker, ()), *(client for pattern, client in _WILD if pattern.fullmatch(maker)))


def _waits(client: Client, method: str, members: Iterable[str], call: ast.Call, module: Module) -> bool:
    methods: re.Pattern[str] | None = client.methods
    for member in members:
        is_data = methods is not None and methods.fullmatch(member) and not (client.give is not None and client.give.fullmatch(member))
        if member in _DATA or (is_data and member not in client.below):
            return False
        methods = client.below.get(member, methods)
    if methods is not None and methods.fullmatch(method):
        return True
    return methods is not None and client.lazy is not None and client.lazy.fullmatch(method) is not None and _is_iterated(call, module)


def _is_iterated(call: ast.Call, module: Module) -> bool:
    above = module.parent(call)
    return isinstance(above, ast.For | ast.comprehension) or (isinstance(above, ast.Call) and last_name(above) in _ITERATING)


def _made(node: ast.expr, module: Module, depth: int) -> Made | None:
    """Where the object comes from, if all that is known of it says the same."""
    if depth > _MAX_DEPTH:
        return None
    function = module.function_around(node) if isinstance(node, ast.Name) else None
    if function is not None and isinstance(node, ast.Name) and node.id == function.self_name:
        return None  # a class of the project that derives from a client's knows what it does
    instances = [value for value in module.project.values(node, module) if isinstance(value, Instance)]
    makers = {_maker_of(value, module) for value in instances if not _is_injection(value)}
    if makers - {None}:
        maker = makers.pop()
        return (maker, ()) if maker is not None and not makers else None  # it may be something else as well
    match node:
        case ast.Call():
            if last_name(node) in _OPENERS and node.args:
                return _made(node.args[0], module, depth + 1)
            return _result_of(node.func, module, depth)
        case ast.Attribute():
            return _attribute(node, module, depth)
        case ast.Subscript():
            return _made(node.value, module, depth + 1)
        case ast.Name():
            owner = module.scope_at(node).owner(node.id)
            return _bound(module.bindings(owner, node.id), module, depth) if owner is not None else None
        case ast.BoolOp():
            found = [made for part in node.values if (made := _made(part, module, depth + 1)) is not None]
            return found[0] if found else None
        case ast.Await(value=ast.Call() as call):
            called = _run_by(call, module)
            return _result_of(call.func if called is None else called, module, depth, awaited=called is None)
        case _:
            return None


def _is_injection(value: Instance) -> bool:
    """`Depends(get_session)` as a default says who gives the argument."""
    return isinstance(value.type, str) and value.type.rpartition(".")[2] in _INJECTING


def _maker_of(value: Instance, module: Module) -> str | None:
    """The known maker of an instance: its class, or one that its class derives from."""
    names = [value.type] if isinstance(value.type, str) else [c for c in module.project.inference.mro(value.type) if isinstance(c, str)]
    return next((name for name in names if clients_made_by(name)), None)


def _result_of(called: ast.expr, module: Module, depth: int, *, awaited: bool = False) -> Made | None:
    """What calling it gives: a maker, a member of a client, or a function that returns a client."""
    for value in module.project.values(called, module):
        if isinstance(value, External) and clients_made_by(value.name):
            return value.name, ()
        function = value if isinstance(value, Function) else value.function if isinstance(value, Method) else None
        if function is not None:
            return _returned(function, depth) if function.is_async is awaited else None
    return _made(called, module, depth + 1)


def _run_by(call: ast.Call, module: Module) -> ast.expr | None:
    """The function that an awaited call has run in a thread: of `to_thread(function, …)`, and of `in_thread(function)(…)`."""
    if (position := _IN_THREADS.get(last_name(call))) is not None:
        return call.args[position] if len(call.args) > position else None
    wrapped: ast.expr | None = call.func
    if isinstance(wrapped, ast.Name) and (owner := module.scope_at(wrapped).owner(wrapped.id)) is not None:
        bindings = module.bindings(owner, wrapped.id)
        wrapped = bindings[0].value if len(bindings) == 1 and bindings[0].kind == "assign" else None
    is_one = isinstance(wrapped, ast.Call) and len(wrapped.args) == 1 and isinstance(wrapped.args[0], ast.Name | ast.Attribute)
    return wrapped.args[0] if is_one and isinstance(wrapped, ast.Call) else None


def _returned(function: Function, depth: int) -> Made | None:
    results = [result.value for result in function.scope.results if result.value is not None]
    found = {_made(result, function.module, depth + 1) for result in results if not isinstance(result, ast.Constant)}
    if found == {None} and not isinstance(function.node, ast.Lambda) and function.node.returns is not None:
        said = annotated(function.module.project.inference, function.node.returns, function.module)
        makers = {_maker_of(value, function.module) for value in said if isinstance(value, Instance)}
        found = {(maker, ()) for maker in makers if maker is not None}
    return found.pop() if len(found) == 1 else None


def _attribute(node: ast.Attribute, module: Module, depth: int) -> Made | None:
    """An attribute of an object of the project, by what it is given; else a member of a client."""
    for value in module.project.values(node.value, module):
        cls = value.type if isinstance(value, Instance) else value
        if isinstance(cls, Class):
            for base in module.project.inference.mro(cls):
                if isinstance(base, Class) and node.attr in base.attributes:
                    return _bound(base.attributes[node.attr], base.module, depth)
            return None
        if isinstance(value, Module):
            owner = value.scope
            return _bound(value.bindings(owner, node.attr), value, depth) if owner.owner(node.attr) is not None else None
    made = _made(node.value, module, depth + 1)
    return (made[0], (*made[1], node.attr)) if made is not None else None


def _bound(bindings: Iterable[Binding], module: Module, depth: int) -> Made | None:
    """What a variable holds, if nothing else is known to be put into it."""
    found: set[Made | None] = set()
    for binding in bindings:
        kind, value, node = binding.kind, binding.value, binding.node
        if kind == "function" and isinstance(node, ast.FunctionDef):
            function = module.function_at(node)
            found.add(_returned(function, depth) if _is_property(function) else None)
        elif kind in ("assign", "with"):
            if value is not None and not (isinstance(value, ast.Constant) and value.value is None):
                found.add(_made(value, module, depth + 1))
        elif kind == "parameter" and isinstance(node, ast.arg):
            found.add(_passed(node, module, depth))
        elif kind == "import" and isinstance(node, ast.alias):
            found.add(_imported_name(node, module, depth))
        elif kind != "delete":
            found.add(None)
    return found.pop() if len(found) == 1 else None


def _imported_name(alias: ast.alias, module: Module, depth: int) -> Made | None:
    """What another module of the project gives the name that is imported."""
    statement = module.parent(alias)
    origin = imported_from(statement, module) if isinstance(statement, ast.ImportFrom) and depth < _MAX_DEPTH else None
    if not isinstance(origin, Module) or origin.scope.owner(alias.name) is None:
        return None
    return _bound(origin.bindings(origin.scope, alias.name), origin, depth + 1)


def _is_property(function: Function) -> bool:
    return any(last_name(decorator) in ("property", "cached_property") for decorator in function.decorators)


def _passed(parameter: ast.arg, module: Module, depth: int) -> Made | None:
    """What the project's own calls give for a parameter."""
    known = _known_of(module.project).made
    if parameter not in known:
        known[parameter] = None  # a parameter that is passed on to itself adds nothing
        known[parameter] = _given_for(parameter, module, depth)
    return known[parameter]


def _given_for(parameter: ast.arg, module: Module, depth: int) -> Made | None:
    above = next((node for node in module.ancestors(parameter) if isinstance(node, FUNCTIONS)), None)
    if above is None:
        return None
    function = module.function_at(above)
    default = function.defaults.get(parameter.arg)
    if isinstance(default, ast.Call) and last_name(default) in _INJECTING and default.args:
        makers = [value for value in module.project.values(default.args[0], module) if isinstance(value, Function)]
        return _returned(makers[0], depth + 1) if len(makers) == 1 and not makers[0].is_async else None
    found = {_made(expression, origin, depth + 2) for expression, origin in module.project.arguments_for(function, parameter.arg)}
    return found.pop() if len(found) == 1 else None
