"""Functions that somebody outside of the project calls again and again: for each request, message, event or log record."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.definitions import Function
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.scopes import names_in
from pytest_gilcheck.source.values import Instance

# Classes whose methods a server or observer calls for every request or event.
_HANDLERS = {
    "socketserver.BaseRequestHandler": re.compile(r"handle$|do_[A-Z]+$"),
    "asyncio.Protocol": re.compile(r"data_received$"),
    "asyncio.DatagramProtocol": re.compile(r"datagram_received$"),
    "watchdog.events.FileSystemEventHandler": re.compile(r"on_\w+$"),
}
# Django's middleware: any class, these methods.
_MIDDLEWARE = re.compile(r"process_(?:request|response|view|exception)$")
_ROUTES = frozenset({"route", "get", "post", "put", "patch", "delete", "websocket"})
_APPLICATIONS = re.compile(r"(?:Flask|Blueprint|FastAPI|APIRouter|Starlette|Quart|Sanic|Bottle)$")

_THING = r"(?:events?|messages?|msgs?|packets?|data|lines?|frames?|notifications?|datagrams?|records?|bytes|samples?|chunks?|binary)"
# What a caller that nobody sees calls for each thing that happens.
_EVENT = re.compile(
    r"^_*(?!(?:add|set|register|unregister|remove|get|run|make|create|schedule|invoke|call|has|clear|cancel|wrap)_)"
    rf"(?:async_)?(?:on_\w+|on[A-Z]\w+|\w*_received|\w+Received|\w*_?(?:callback|cb)|\w+Callback|emit"
    rf"|(?:handle|process|receive|forward|dispatch|incoming|got|new|feed)_{_THING}|handle[A-Z]\w+)$"
)
# What happens once in the life of a connection or a program.
_ONCE = re.compile(
    r"once|start|stop|clos|connect|open|init|exit|error|exc|fail|end(?:ed)?$|_eof|eof_|shut|done|finish|complet|ready|lost|made|result|response"
    r"|reply|answer|final|cancel|abort|timeout|signal|terminat|quit|destroy|epoch",
    re.IGNORECASE,
)
# Calls that a function is handed to in order to be called for each event.
_REGISTRATION = re.compile(
    r"listen|subscri|observ|attach|hook|(?:^|_)(?:on|bind|watch|consume|connect|add_handler|add_sink|add_consumer|register)(?:_|$)"
    r"|callback|handler|add_reader|stream|consumer",
    re.IGNORECASE,
)
_MAKES_CALLBACK = re.compile(r"(?:callback|handler|listener|event_(?:mapper|sink)|on_event)$", re.IGNORECASE)
_RARE = ("once", "error", "state")
_SLOT = re.compile(r"^on_?|callback|_cb$|handler|listener|hook", re.IGNORECASE)
# Calls that run what they are handed themselves, once, or once for each of their own tasks.
_NOT_EVENTS = frozenset(
    {
        "Thread", "Process", "Timer", "submit", "map", "starmap", "apply_async", "map_async", "run_in_executor", "to_thread", "partial",
        "add_done_callback", "call_soon", "call_soon_threadsafe", "call_later", "call_at", "signal", "add_signal_handler", "create_task",
        "ensure_future", "run_coroutine_threadsafe", "start_soon", "gather", "finalize", "ref", "WeakMethod", "iter", "sorted", "filter",
        "setattr", "getattr", "addCallback", "addCallbacks", "addErrback", "addBoth", "add_callback", "walk", "sub", "fixture", "wraps",
    }
)  # fmt: skip
_FLOW_CONTROL = re.compile(r"\b(?:pause|resume)_?(?:reading|writing|feeding|producing|Producing|consum\w+)\b|\.pause\(")


def is_handler(function: Function) -> bool:
    """Whether a server or application is known to call it for every request or event."""
    project = function.module.project
    if function.cls is not None and any(
        pattern.match(function.name) and project.inference.is_a(function.cls, base) for base, pattern in _HANDLERS.items()
    ):
        return True
    if function.cls is not None and _MIDDLEWARE.match(function.name):
        return True
    for decorator in function.decorators:
        if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute) and decorator.func.attr in _ROUTES:
            owners = project.values(decorator.func.value, function.module)
            if any(isinstance(owner, Instance) and isinstance(owner.type, str) and _APPLICATIONS.search(owner.type) for owner in owners):
                return True
    return False


def is_event_callback(function: Function) -> bool:
    """Whether it looks like something that a library calls for each event: by its name, or by where it is handed to."""
    if not (function.parameters or function.node.args.vararg) or _ONCE.search(function.name):
        return False
    if function.cls is not None and function.name == "emit":
        return function.module.project.inference.is_a(function.cls, "logging.Handler")
    if function.cls is not None and _EVENT.match(function.name):
        return True
    named = [function.node] if isinstance(function.node, ast.Lambda) else list(references(function))
    return any(is_registration(reference, function.module) or _is_made_for_events(reference, function) for reference in named)


def _is_made_for_events(reference: ast.expr, function: Function) -> bool:
    """Whether a function makes it that is named for that (`event_mapper`), or whose result is handed to what calls it for each event."""
    module = function.module
    if not isinstance(module.parent(reference), ast.Return):
        return False
    maker = module.function_around(reference)
    if maker is None or module.function_around(function.node) is not maker or _ONCE.search(maker.name):
        return False
    return any(not home.is_test and is_registration(call, home) for call, home in module.project.callers(maker)) or (
        _MAKES_CALLBACK.search(maker.name) is not None
    )


def references(function: Function) -> Iterator[ast.expr]:
    """Where the function is named without being called, in its own file."""
    module = function.module
    if function.cls is not None:
        for attribute in module.attribute_nodes(function.name):
            above = module.parent(attribute)
            if isinstance(attribute.ctx, ast.Load) and not (isinstance(above, ast.Call) and above.func is attribute):
                holder = module.class_around(attribute)
                if holder is not None and any(cls is function.cls for cls in module.project.inference.mro(holder)):
                    yield attribute
        return
    parent = function.scope.parent
    for use in parent.uses(function.name) if parent is not None else ():
        above = module.parent(use)
        if not (isinstance(above, ast.Call) and above.func is use):
            yield use


def is_registration(reference: ast.expr, module: Module) -> bool:
    """Whether what the expression names is handed to something that calls it for each event, also by a partial."""
    above = module.parent(reference)
    if isinstance(above, ast.Call) and last_name(above) == "partial" and above.args and above.args[0] is reference:
        reference, above = above, module.parent(above)
    if isinstance(above, ast.keyword):
        if above.arg is None or _ONCE.search(above.arg) or not (_SLOT.search(above.arg) or _registers(module.parent(above))):
            return False
        above = module.parent(above)
        return isinstance(above, ast.Call) and last_name(above) not in _NOT_EVENTS and not _ONCE.search(last_name(above))
    if isinstance(above, ast.Call):
        return _registers(above) and not any(isinstance(arg, ast.Constant) and _names_once(arg.value) for arg in above.args)
    if isinstance(above, ast.Assign):
        return any(
            isinstance(target, ast.Attribute) and _SLOT.search(target.attr) and not _ONCE.search(target.attr) for target in above.targets
        )
    return False


def _registers(call: ast.AST | None) -> bool:
    if not isinstance(call, ast.Call):
        return False
    name = last_name(call)
    return name not in _NOT_EVENTS and _REGISTRATION.search(name) is not None and not any(word in name for word in _RARE)


def _names_once(value: object) -> bool:
    return isinstance(value, str) and _ONCE.search(value) is not None


def carries_parameter(item: ast.expr | None, function: Function) -> bool:
    """Whether what is put was made of what the function is given."""
    if item is None:
        return True
    given = set(function.parameters)
    arguments = function.node.args
    given |= {extra.arg for extra in (arguments.vararg, arguments.kwarg, *arguments.kwonlyargs) if extra is not None}
    for _ in range(3):  # steps from the parameter to the item; few handlers take more
        for node in ast.walk(function.node):
            match node:
                case ast.Assign(targets=targets, value=value):
                    made: list[ast.expr] = list(targets)
                case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.For(target=target, iter=value):
                    made = [target]
                case ast.NamedExpr(target=target, value=value):
                    made = [target]
                case _:
                    continue
            if names_in(value) & given:
                given |= {name for target in made for name in names_in(target)} - {function.self_name}
    return bool(names_in(item) & given)


def is_of_one_kind(put: ast.expr, function: Function) -> bool:
    """Whether only events of one kind are put: those whose key is compared with a constant."""
    module = function.module
    inner: ast.AST = put
    for above in module.ancestors(put):
        if above is function.node:
            return False
        if isinstance(above, ast.If) and not any(module.is_within(inner, other) or inner is other for other in above.orelse):
            for part in ast.walk(above.test):
                if isinstance(part, ast.Compare) and isinstance(part.ops[0], ast.Eq):
                    sides = [part.left, *part.comparators]
                    if any(isinstance(side, ast.Constant) for side in sides) and any(
                        isinstance(side, ast.Subscript | ast.Attribute | ast.Call) and names_in(side) & set(function.parameters)
                        for side in sides
                    ):
                        return True
        inner = above
    return False


def controls_flow(module: Module) -> bool:
    """Whether the file stops the sender while too much waits: `transport.pause_reading()`."""
    return _FLOW_CONTROL.search(module.text) is not None
