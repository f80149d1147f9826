"""Whether one call waits, by all that is known of what it calls."""

from __future__ import annotations

import ast

from pytest_gilcheck.rules.asyncio import blocking_calls, library_functions
from pytest_gilcheck.rules.asyncio.blocking_calls import CONNECTING, METHODS, Blocking
from pytest_gilcheck.rules.asyncio.clients import blocking_of_client
from pytest_gilcheck.source import known
from pytest_gilcheck.source.calls import argument, last_name
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.values import External, Instance, Method, Partial, Value

_FUNCTIONS = {**blocking_calls.FUNCTIONS, **library_functions.LIBRARY_FUNCTIONS}
_BY_METHOD: dict[str, list[tuple[str, Blocking]]] = {}
for (_cls, _method), _blocking in METHODS.items():
    _BY_METHOD.setdefault(_method, []).append((_cls, _blocking))
_READS = frozenset({"read", "readline", "readlines"})
_QUEUES = ("queue.Queue", "multiprocessing.Queue", "multiprocessing.managers.Queue")

# Last names under which something that waits may be called; only such calls are looked at.
CALLED_NAMES = (
    frozenset(name.rpartition(".")[2] for name in (*_FUNCTIONS, *library_functions.ENTERED))
    | frozenset(_BY_METHOD)
    | _READS
    | {"refresh"}
    | {method for _, methods, _ in library_functions.FAMILIES for method in methods.split()}
)


def blocking_of(call: ast.Call, module: Module) -> Blocking | None:
    """How the call waits; `None` unless everything that it can be waits."""
    values = module.project.values(call.func, module)
    if not values or all(isinstance(value, Method) and value.function is None for value in values):
        special = _of_pipe(call, module) or _of_asked_result(call, module) or _of_refresh(call, module)
        if special is not None:
            return special
    found: Blocking | None = None
    for value in values:
        found = _of_value(value, call, module)
        if found is None:
            break
    if found is None and not any(isinstance(value, Method) and value.function is not None for value in values):
        found = blocking_of_client(call, module)
    if found is not None and found.at_once is not None and found.at_once(call):
        return None
    return found


def _of_value(value: Value, call: ast.Call, module: Module) -> Blocking | None:
    match value:
        case External(name=name):
            return _of_function(name, call, module)
        case Method(owner=owner, name=name, function=None):
            for cls, blocking in _BY_METHOD.get(name, ()):
                if module.project.inference.is_a(owner, cls):
                    return blocking if _can_wait(owner, name, call, module) else None
        case Partial(callee=callee, call=held):
            return _of_value(callee, held, module)
        case _:
            pass
    return None


def _of_function(name: str, call: ast.Call, module: Module) -> Blocking | None:
    if name in CONNECTING and not call.args and not call.keywords:
        return None
    if name in library_functions.ENTERED:
        return library_functions.ENTERED[name] if isinstance(module.parent(call), ast.withitem) else None
    for prefix, methods, blocking in library_functions.FAMILIES:
        if name.startswith(prefix) and name.rpartition(".")[2] in methods.split():
            return blocking
    return _FUNCTIONS.get(name)


def _of_pipe(call: ast.Call, module: Module) -> Blocking | None:
    """`process.stdout.read()` of a `subprocess.Popen`."""
    pipe = call.func.value if isinstance(call.func, ast.Attribute) and call.func.attr in _READS else None
    if not isinstance(pipe, ast.Attribute) or pipe.attr not in ("stdout", "stderr"):
        return None
    values = module.project.values(pipe.value, module)
    opened = any(isinstance(value, Instance) and module.project.inference.is_a(value, "subprocess.Popen") for value in values)
    return blocking_calls.PRINTED if opened else None


def _of_asked_result(call: ast.Call, module: Module) -> Blocking | None:
    """`work.delay(…).get()`, `pool.submit(…).result()`: whatever the pool, the result is asked for in the same breath."""
    started = call.func.value if isinstance(call.func, ast.Attribute) else None
    if not isinstance(started, ast.Call) or not isinstance(started.func, ast.Attribute) or call.args:
        return None
    asked = (started.func.attr, last_name(call))
    if asked == ("submit", "result") and not module.project.values(started.func, module):
        return METHODS[known.FUTURE, "result"]
    return blocking_calls.QUEUED if asked in (("delay", "get"), ("apply_async", "get")) else None


def _of_refresh(call: ast.Call, module: Module) -> Blocking | None:
    """`credentials.refresh(Request())` of google-auth asks a server for a new token."""
    if last_name(call) != "refresh" or len(call.args) != 1:
        return None
    values = module.project.values(call.args[0], module)
    return blocking_calls.REFRESHED if any(isinstance(v, Instance) and v.type in blocking_calls.TRANSPORTS for v in values) else None


def _can_wait(owner: Instance, name: str, call: ast.Call, module: Module) -> bool:
    is_a = module.project.inference.is_a
    if name == "put" and is_a(owner, *_QUEUES):
        return _has_bound(owner)
    if name == "map" and is_a(owner, known.EXECUTOR):
        above = module.parent(call)
        return isinstance(above, ast.For | ast.comprehension) or (
            isinstance(above, ast.Call) and last_name(above) in ("list", "tuple", "set", "sorted", "sum", "dict")
        )
    if is_a(owner, "socket.socket"):
        # Of one that comes from elsewhere nobody knows whether it blocks.
        return owner.call is not None and not _is_told_not_to_block(call, module)
    if is_a(owner, known.FUTURE):
        if not isinstance(owner.call, ast.Call):
            return False
        # One that is made by hand in the same coroutine is settled by somebody else; of one made elsewhere nobody knows.
        here = owner.module is module and module.function_around(owner.call) is module.function_around(call)
        return last_name(owner.call) in ("submit", "run_coroutine_threadsafe") or (here and last_name(owner.call) == "Future")
    return True


def _has_bound(queue: Instance) -> bool:
    """Whether it is seen to be made with a positive maxsize: putting into any other never waits."""
    if not isinstance(queue.call, ast.Call):
        return False
    size = argument(queue.call, 0, "maxsize")
    if isinstance(size, ast.Call) and last_name(size) == "len":
        return False  # room for each of the things there are: nobody waits
    return (
        size is not None
        and not (isinstance(size, ast.Constant) and (size.value is None or size.value == 0))
        and not isinstance(size, ast.UnaryOp)
    )


def _is_told_not_to_block(call: ast.Call, module: Module) -> bool:
    assert isinstance(call.func, ast.Attribute), "a method is called as an attribute"
    name = last_name(call.func.value)
    for other in module.calls_to("setblocking", "settimeout"):
        if isinstance(other.func, ast.Attribute) and last_name(other.func.value) == name and other.args:
            flag = other.args[0]
            if isinstance(flag, ast.Constant) and flag.value is not None and not flag.value:
                return True
    return False
