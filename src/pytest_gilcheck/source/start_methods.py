"""Start methods of processes: `fork`, `spawn` or `forkserver`, where the source names one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pytest_gilcheck.source import known
from pytest_gilcheck.source.calls import argument, last_name
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.values import External, Instance, Method, Value

_OF_CLASS = {
    f"{start}{what}": method
    for start, method in (("Fork", "fork"), ("Spawn", "spawn"), ("ForkServer", "forkserver"))
    for what in ("Process", "Context")
}
_METHODS = frozenset(_OF_CLASS.values())
DEFAULT = "default"
UNKNOWN = "unknown"
IMPORTING = frozenset({"spawn", "forkserver"})  # those that pickle what the child gets, and copy no thread's locks


def asked_for(made: ast.expr | None, module: Module | None) -> frozenset[str]:
    """The start methods that a call which makes a process or pool may ask for.

    `DEFAULT` stands for the platform's, also where nothing is said; `UNKNOWN` for one that is told, but not as a literal, and for
    a process or pool that is made in a place that isn't seen (`None`).
    """
    if not isinstance(made, ast.Call) or module is None:
        return frozenset({UNKNOWN})
    if (by_class := _OF_CLASS.get(last_name(made))) is not None:
        return frozenset({by_class})
    found = frozenset(_named_in(context) for context in _contexts(made, module))
    given = _given_context(made) is not None
    if found and not given and any(isinstance(value, External) for value in module.project.values(made.func, module)):
        return found | {DEFAULT}  # `make = Process if context is None else context.Process`
    return found or frozenset({UNKNOWN if given else DEFAULT})


def of(made: ast.expr | None, module: Module) -> frozenset[str]:
    """The same, with what the file sets for everything in place of the default."""
    asked = asked_for(made, module)
    default = set_in(module) if DEFAULT in asked else None
    return asked if default is None else asked - {DEFAULT} | {default}


def _given_context(made: ast.Call) -> ast.expr | None:
    return argument(made, 1, "mp_context") if "Executor" in last_name(made) else argument(made, 99, "context")


def _contexts(made: ast.Call, module: Module) -> Iterator[Instance]:
    """The contexts that a process or pool is made with."""
    given = _given_context(made)
    if given is not None:
        values: tuple[Value | Instance, ...] = module.project.values(given, module)
    else:
        values = tuple(v.owner for v in module.project.values(made.func, module) if isinstance(v, Method))
        if not values and isinstance(made.func, ast.Attribute):
            values = module.project.values(made.func.value, module)
    for value in values:
        if isinstance(value, Instance) and (value.type == known.MP_CONTEXT or _class_name(value) in _OF_CLASS):
            yield value


def _named_in(context: Instance) -> str:
    if (by_class := _OF_CLASS.get(_class_name(context))) is not None:
        return by_class
    if not isinstance(context.call, ast.Call):
        return UNKNOWN
    method = argument(context.call, 0, "method")
    return DEFAULT if method is None or (isinstance(method, ast.Constant) and method.value is None) else _literal(context.call) or UNKNOWN


def _class_name(context: Instance) -> str:
    return context.type.rpartition(".")[2] if isinstance(context.type, str) else ""


def _literal(call: ast.Call) -> str | None:
    """The method that `get_context` or `set_start_method` is given as a literal."""
    method = argument(call, 0, "method")
    return method.value if isinstance(method, ast.Constant) and method.value in _METHODS else None


def set_in(module: Module) -> str | None:
    """The one start method that the file sets for everything (`set_start_method`); `None` for none, or for several."""
    found = {_literal(call) for call in module.calls_to("set_start_method") if _is_setter(call, module)}
    return found.pop() if len(found) == 1 else None


def _is_setter(call: ast.Call, module: Module) -> bool:
    values = module.project.values(call.func, module)
    return not values or any(isinstance(value, External) and value.name.endswith("multiprocessing.set_start_method") for value in values)
