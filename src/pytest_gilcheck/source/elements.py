"""What methods and calls do with the elements of a container, and which variables hold containers that are made in place."""

from __future__ import annotations

import ast

from pytest_gilcheck.source.bindings import Binding
from pytest_gilcheck.source.calls import last_name
from pytest_gilcheck.source.module import Module
from pytest_gilcheck.source.scopes import Scope
from pytest_gilcheck.source.values import Elements, Instance, Value

CONTAINER_CALLS = frozenset({"list", "set", "dict", "deque", "defaultdict", "OrderedDict"})
# Methods of containers, by what they do with what is inside.
TAKE_ELEMENT = {"append": 0, "appendleft": 0, "add": 0, "insert": 1, "setdefault": 1}  # position of the element
TAKE_ELEMENTS = frozenset({"extend", "extendleft", "update"})
CHANGE = frozenset({*TAKE_ELEMENT, *TAKE_ELEMENTS, "remove", "discard", "clear", "sort", "reverse", "index", "count", "rotate"})
ASK_FOR_ELEMENT = frozenset({"pop", "get", "remove", "discard", "index", "count"})  # by what they are given
GIVE_ELEMENT = frozenset({"pop", "popleft", "get", "setdefault"})
GIVE_ELEMENTS = frozenset({"copy", "values", "keys", "union", "difference", "intersection", "symmetric_difference", "done", "not_done"})
GIVE_PAIRS = frozenset({"items", "popitem"})
# Calls that give on what they get, by how many containers they put around it.
GIVE_ON = {
    "builtins.list": 0,
    "builtins.tuple": 0,
    "builtins.set": 0,
    "builtins.frozenset": 0,
    "builtins.dict": 0,
    "builtins.sorted": 0,
    "builtins.reversed": 0,
    "builtins.iter": 0,
    "builtins.next": -1,
    "builtins.enumerate": 1,
    "builtins.zip": 1,
    "itertools.chain": 0,
    "concurrent.futures.as_completed": 0,
    "concurrent.futures.wait": 1,
    "asyncio.as_completed": 0,
    "asyncio.wait": 1,
}
PROGRESS_BARS = frozenset({"tqdm", "tqdm_notebook", "track"})  # iterate over what they get


def is_made_here(owner: Scope, name: str, module: Module) -> bool:
    """Whether the variable only ever holds containers that are made in its own function (or module)."""
    return all(_gives_container(binding) for binding in module.bindings(owner, name))


def _gives_container(binding: Binding) -> bool:
    value = binding.value
    match binding.kind:
        case "augmented" | "delete":
            return True
        case "element":
            # `done, pending = wait(pending)` gives back what it got
            inner = value.value if isinstance(value, ast.Await) else value
            return isinstance(inner, ast.Call) and last_name(inner) == "wait"
        case "assign":
            return _makes_container(value)
        case _:
            return False


def _makes_container(value: ast.expr | None) -> bool:
    if isinstance(value, ast.Call):
        return last_name(value) in CONTAINER_CALLS
    if isinstance(value, ast.Constant):
        return value.value is None
    return isinstance(value, ast.List | ast.Tuple | ast.Set | ast.Dict | ast.ListComp | ast.SetComp | ast.DictComp)


def is_container(value: Value) -> bool:
    """Whether the value is a container of the standard library."""
    return isinstance(value, Elements) or (
        isinstance(value, Instance) and isinstance(value.type, str) and value.type.startswith(("builtins.", "collections."))
    )


def is_key(node: ast.expr, container: ast.expr) -> bool:
    """Whether the node is a key of a dictionary that is made there."""
    match container:
        case ast.Dict():
            return any(key is node for key in container.keys)
        case ast.DictComp():
            return container.key is node
        case _:
            return False


def opposite(node: ast.expr, display: ast.Tuple, module: Module) -> ast.expr | None:
    """What the element is bound to in `a, b = one, two`; `None` where the tuple is not taken apart at once."""
    statement = module.parent(display)
    target = statement.targets[0] if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
    if not isinstance(target, ast.Tuple | ast.List) or len(target.elts) != len(display.elts):
        return None
    if any(isinstance(part, ast.Starred) for part in (*target.elts, *display.elts)):
        return None
    return target.elts[display.elts.index(node)]


def is_read(target: ast.Name, module: Module) -> bool:
    """Whether a local variable is read, whatever its name says of that."""
    owner = module.scope_at(target).owner(target.id)
    return owner is not None and owner.parent is not None and any(True for _ in owner.uses(target.id))
