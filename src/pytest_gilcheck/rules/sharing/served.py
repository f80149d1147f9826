"""Functions that servers, brokers and drivers run in several threads at once: request handlers, servicers, listeners."""

from __future__ import annotations

import ast
import re
from weakref import WeakKeyDictionary

from pytest_gilcheck.rules.sharing.remote_objects import is_exposed, is_one_object
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Class, Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.places import root_name
from pytest_gilcheck.source.provenance import is_local_storage
from pytest_gilcheck.source.scopes import FUNCTIONS

_ROUTES = frozenset({"route", "get", "post", "put", "patch", "delete", "api_route"})
_AROUND_REQUESTS = frozenset({"before_request", "after_request", "teardown_request", "teardown_appcontext", "context_processor"})
# A word of the import, the decorators of which it makes handlers that threads run, and what they are.
_DECORATED = (
    ("flask", _AROUND_REQUESTS | {"errorhandler"}, "requests"),
    ("dramatiq", frozenset({"actor"}), "messages"),
    ("huey", frozenset({"task", "periodic_task", "db_task"}), "tasks"),
    ("cherrypy", frozenset({"expose"}), "requests"),
    ("Pyro", frozenset({"expose"}), "calls"),
    ("telebot", frozenset({"message_handler", "callback_query_handler"}), "messages"),
    ("slack_bolt", frozenset({"event", "message", "command", "action", "shortcut"}), "events"),
    ("dash", frozenset({"callback"}), "callbacks"),
    ("django", frozenset({"receiver"}), "signals"),
    ("sqlalchemy", frozenset({"listens_for"}), "events"),
)
# Classes of which one object has its methods run by many threads, by the last name of the base.
_ONE_FOR_ALL = (
    (re.compile(r"Servicer$"), re.compile(r"(?!__)\w+$"), "calls"),
    (re.compile(r"^(?:MiddlewareMixin)$"), re.compile(r"process_\w+$|__call__$"), "requests"),
    (re.compile(r"(?:Command|Server|ServerHeartbeat|Topology|ConnectionPool)Listener$"), re.compile(r"[a-z]\w+$"), "events"),
    (re.compile(r"^(?:SpanProcessor|LogRecordProcessor)$"), re.compile(r"on_\w+$"), "records"),
)
_WITHIN_THREADS = re.compile(r"\b(?:flask|fastapi|bottle|starlette)\b", re.IGNORECASE)
_ON_ONE_LOOP = re.compile(r"\b(?:import|from)\s+(?:quart|sanic|aiohttp|tornado)\b")
# Imports stand at the top of a file; the other words are rare.
_IMPORTS = re.compile(
    r"^[ \t]*(?:import|from)[ \t]+(?:[\w., ]*\b)?(?:flask|fastapi|starlette|bottle|dramatiq|huey|cherrypy|Pyro\d?|telebot|slack_bolt|dash"
    r"|django|falcon|sqlalchemy|grpc|pymongo|opentelemetry|rpyc)\b",
    re.MULTILINE,
)
_TOP = 4_000
_FROM_ANYWHERE = frozenset({"events", "records", "signals"})
_WORDS = ("start_response", "get_response", "Servicer", "logging.Filter")
_MAX_CALLERS = 3  # from the code that is looked at to the handler

_MAY_SERVE: WeakKeyDictionary[Module, bool] = WeakKeyDictionary()
_KNOWN: WeakKeyDictionary[Function, tuple[str, bool] | None] = WeakKeyDictionary()


def may_serve(module: Module) -> bool:
    """Whether the file has any of the words of those that run its functions in threads."""
    found = _MAY_SERVE.get(module)
    if found is None:
        found = _IMPORTS.search(module.text, 0, _TOP) is not None or any(word in module.text for word in _WORDS)
        found = found or ("def emit(" in module.text and "import logging" not in module.text)
        _MAY_SERVE[module] = found
    return found


def handler_of(function: Function, depth: int = 0) -> tuple[Function, str] | None:
    """The handler that the function is, or is called by, and what it answers ("requests"); `None` where no thread of a server comes."""
    if function.is_async:
        return None
    what = answers(function)
    if what is not None:
        return function, what
    if depth == _MAX_CALLERS:
        return None
    for call, module in function.module.project.callers(function):
        around = module.function_around(call)
        if around is None or around is function or module.is_test or not may_serve(module) or module.project.locks.held(call, module):
            continue
        if (found := handler_of(around, depth + 1)) is not None:
            return found
    return None


def answers(function: Function) -> str | None:
    """What a server runs the function for, in several threads at once."""
    found = _KNOWN.get(function, ("", False))
    if found == ("", False):
        what = None if function.is_async or function.module.is_test else _find(function)
        _KNOWN[function] = found = None if what is None else (what, True)
    return found[0] if found is not None else None


def is_one_for_all(function: Function) -> bool:
    """Whether the server calls the method on one object, made once: middleware, servicers, applications; not views and handlers."""
    cls = function.cls
    if cls is None:
        return False
    return (
        _is_wsgi(function)
        or _is_middleware(function, cls)
        or _by_base(function, cls) is not None
        or _is_falcon(function)
        or is_one_object(cls)
    )


def _find(function: Function) -> str | None:
    module = function.module
    if _ON_ONE_LOOP.search(module.text, 0, _TOP):
        return None
    if (what := _by_decorator(function, module)) is not None:
        return what
    cls = function.cls
    if is_exposed(function):
        return "calls"
    if _is_wsgi(function) or _is_falcon(function):
        return "requests"
    if cls is None:
        return "requests" if _is_django_view(function) else None
    return "requests" if _is_middleware(function, cls) else _by_base(function, cls)


def _by_decorator(function: Function, module: Module) -> str | None:
    for decorator in function.decorators:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = last_name(called)
        if name in _ROUTES and isinstance(decorator, ast.Call) and _WITHIN_THREADS.search(module.text, 0, _TOP) and decorator.args:
            path = decorator.args[0]
            if isinstance(path, ast.Constant) and isinstance(path.value, str) and path.value.startswith("/"):
                return "requests"
        for word, names, what in _DECORATED:
            if name in names and _imports(word, module):
                return what
    return None


def _imports(word: str, module: Module) -> bool:
    return re.search(rf"\b(?:import|from)\s+(?:[\w., ]*\b)?{word}\w*", module.text) is not None


def _is_wsgi(function: Function) -> bool:
    return function.parameters[-2:] in (("environ", "start_response"), ("env", "start_response"))


def _is_falcon(function: Function) -> bool:
    return (
        function.cls is not None
        and function.name in ("on_get", "on_post", "on_put", "on_delete", "on_patch")
        and function.parameters[:2] in (("req", "resp"), ("req", "res"))
    )


def _is_middleware(function: Function, cls: Class) -> bool:
    """Django's: a class that is given `get_response`."""
    if function.name != "__call__" and not function.name.startswith("process_"):
        return False
    init = cls.methods.get("__init__")
    return init is not None and init.parameters[:1] == ("get_response",) and function.parameters[:1] == ("request",)


def _is_django_view(function: Function) -> bool:
    parent = function.scope.parent
    return (
        function.parameters[:1] == ("request",)
        and parent is not None
        and parent.parent is None
        and re.search(r"from django\.(?:http|shortcuts|views)", function.module.text) is not None
    )


def _by_base(function: Function, cls: Class) -> str | None:
    """By what the class derives from; other packages' loggers give records to handlers without a lock."""
    names = [base if isinstance(base, str) else base.name for base in cls.module.project.inference.mro(cls)][1:]
    names += [last_name(base) for base in cls.bases]
    for name in names:
        for base, methods, what in _ONE_FOR_ALL:
            if base.search(name.rpartition(".")[2]) and methods.match(function.name):
                return what
    if function.name == "emit" and function.parameters == ("record",) and any(name.endswith("Handler") for name in names):
        locked = any("createLock" in base.methods for base in cls.module.project.inference.mro(cls) if isinstance(base, Class))
        return None if locked or any(name.startswith("logging.") or name == "unittest.TestCase" for name in names) else "records"
    if function.name == "filter" and function.parameters == ("record",) and "logging.Filter" in names:
        return "records"
    return None


def why_served(node: ast.AST, target: ast.expr, module: Module) -> str | None:
    """What says that threads of a server come there at once with the same variable; `None` if nothing does."""
    function = module.function_around(node)
    if function is None or module.is_test or not may_serve(module):
        return None
    root = root_name(target)
    cls = function.cls if root is not None and root.id == function.self_name and not function.takes_class else None
    if cls is not None and not any(answers(method) for method in cls.methods.values()):
        return None  # no object that a server has
    found = handler_of(function)
    if found is None or not _is_shared(target, function, found[0], module):
        return None
    locks = module.project.locks
    if locks.held(node, module) or module.project.lock_order.acquisitions.on_entry(function):
        return None
    handler, what = found
    if what in _FROM_ANYWHERE:
        return f"`{handler.qualname}` is called for {what}, which come from any thread"
    return f"`{handler.qualname}` is called for {what}, and those who call it have several threads for them"


def _is_shared(target: ast.expr, function: Function, handler: Function, module: Module) -> bool:
    root = root_name(target)
    if root is None:
        return False
    parts = [part for part in ast.walk(target) if isinstance(part, ast.Name | ast.Attribute)]
    if any(is_local_storage(part, module, module.project) for part in parts):
        return False
    if root.id == function.self_name:
        return function.takes_class or (function.cls is handler.cls and is_one_for_all(handler) and function.name != "__init__")
    owner = module.scope_at(root).owner(root.id)
    if owner is None or owner is function.scope:
        return False
    if owner.parent is None:
        return not any(binding.kind == "import" for binding in module.bindings(owner, root.id))
    if not isinstance(owner.node, FUNCTIONS):
        return False
    scope = handler.scope.parent
    while scope is not None and scope is not owner:
        scope = scope.parent
    return scope is owner and answers(module.function_at(owner.node)) is None
